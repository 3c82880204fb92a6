"""Each project by each delivery model as if it started now: when, how much sooner, who gains, where it breaks even.

No project waits for money here, and all its land is taken to be let as it is handed over: whether there is demand is
what the account knows, not this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import LEVELS, Draws, quantiles
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.programme.delivery.value import Lots, Valued, Valuer, plan_years
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel, city_first_of
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.given.way import way_of

TABLE = "delivery_park"


@dataclass(frozen=True, eq=False)
class BreakEven:
    """Expected advantage of a model over a developer, and what of it rises with the cost of clearance and with rents.

    Advantage = rest − clearance + received, so it is linear in either.

    Attributes
    ----------
    advantage
        Expected, in billions of đồng.
    clearance, received
        What the city pays for clearance, and receives, beyond what it would if left to a developer.
    """

    advantage: float
    clearance: float
    received: float

    @property
    def clearance_ratio(self) -> float | None:
        """Cost of clearance, against the stated one, at which the advantage is 0.

        Of a clearance that costs 60 and leaves an advantage of −20, two thirds would be no worse:

        >>> round(BreakEven(-20.0, 60.0, 45.0).clearance_ratio, 4)
        0.6667
        >>> BreakEven(-80.0, 60.0, 45.0).clearance_ratio is None   # not even if it cost nothing
        True
        """
        return _above_zero(1.0 + self.advantage / self.clearance) if self.clearance > 0 else None

    @property
    def rent_ratio(self) -> float | None:
        """Rent, against the stated one, at which the advantage is 0.

        >>> round(BreakEven(-20.0, 60.0, 45.0).rent_ratio, 4)   # 45 must become 65
        1.4444
        """
        return _above_zero(1.0 - self.advantage / self.received) if self.received > 0 else None


def _above_zero(ratio: float) -> float | None:
    return ratio if ratio >= 0 else None


@dataclass(eq=False)
class Pool:
    """All projects that may use a model and may be left to a developer, together.

    Attributes
    ----------
    advantage
        Draws: summed over the projects.
    years_gained, hectares
        Draws of each project, and what it weighs.
    paying
        Number of projects for which the model pays more often than not.
    """

    advantage: Draws
    clearance: float = 0.0
    received: float = 0.0
    years_gained: list[Draws] = field(default_factory=list)
    hectares: list[float] = field(default_factory=list)
    paying: int = 0

    @property
    def projects(self) -> int:
        """How many there are."""
        return len(self.hectares)

    @property
    def break_even(self) -> BreakEven:
        """Of the sums: the same rise or fall for all."""
        return BreakEven(float(self.advantage.mean()), self.clearance, self.received)

    def gained(self) -> tuple[float, float, float] | None:
        """P10, P50 and P90 of the years that a hectare gains, any hectare in any draw alike; None without land."""
        if not sum(self.hectares) > 0:
            return None
        count = len(self.advantage)
        values = np.concatenate(self.years_gained)
        order = np.argsort(values, kind="stable")
        weight = np.cumsum(np.repeat(self.hectares, count)[order])
        places = np.searchsorted(weight, np.array(LEVELS) * weight[-1])
        p10, p50, p90 = values[order][places]
        return float(p10), float(p50), float(p90)


@dataclass(frozen=True, eq=False)
class Parks:
    """Table ``delivery_park``, and model → its pool."""

    frame: pd.DataFrame
    pools: Mapping[str, Pool]


def delivery_park(given: Given, *, draws: int, usd_per_m2: float, rent_bn_vnd_per_ha: float, basis: Basis) -> Parks:
    """Compare the delivery models of each project.

    Parameters
    ----------
    usd_per_m2, rent_bn_vnd_per_ha
        The city's rent in both units: they say what a rent in one is in the other.
    basis
        Weakest basis of what the account rests on.
    """
    lots = Lots(given, count=draws)
    valuer = Valuer(given, lots.rent_ratio(), lots.tax(), plan_years(given))
    usd = usd_per_m2 / rent_bn_vnd_per_ha if rent_bn_vnd_per_ha > 0 else None
    pools: dict[str, Pool] = {}
    rows = []
    for project in given.projects:
        lots.next_project()
        valued = value_models(valuer, lots, project)
        before = valued.get(DEVELOPER_LED)
        for model_id, one in valued.items():
            row = _row(given, project, model_id, one, weakest([basis, project.basis, given.models[model_id].basis]))
            if before is not None:
                row |= _against(given, project, one, before, usd)
                _add(pools.setdefault(model_id, Pool(np.zeros(draws))), way_of(given, project, model_id).lettable_ha,
                     one, before)  # fmt: skip
            rows.append(row)
    return Parks(framed(rows, tables()[TABLE]), pools)


def value_models(valuer: Valuer, lots: Lots, project: Project) -> dict[str, Valued]:
    """A project by each model that it may use, all in the same draws."""
    ways = {model: way_of(valuer.given, project, model) for model in project.models}
    return {model: valuer.of(way, lots.of(way)) for model, way in ways.items()}


def city_first(models: Mapping[str, DeliveryModel]) -> str | None:
    """The model by which the city goes first, see ``city_first_of``."""
    return city_first_of(
        (one.model_id, one.clearance_by, one.city_clearance_share, one.city_works_share) for one in models.values()
    )


def _row(given: Given, project: Project, model_id: str, one: Valued, basis: Basis) -> dict[str, object]:
    days = np.quantile(one.ready_days, LEVELS, method="inverted_cdf")
    cost = one.net_cost
    net = quantiles(cost)
    return {
        "project_id": project.project_id, "delivery_model": model_id,
        "name_vi": project.names[0], "name_en": project.names[1],
        "ready_p10": _day(given, days[0]), "ready_p50": _day(given, days[1]), "ready_p90": _day(given, days[2]),
        "lettable_ha": way_of(given, project, model_id).lettable_ha,
        "net_cost_p10_bn_vnd": net[0], "net_cost_p50_bn_vnd": net[1], "net_cost_p90_bn_vnd": net[2],
        "net_cost_bn_vnd": float(cost.mean()), "basis": basis.value,
    }  # fmt: skip


def _day(given: Given, days: float) -> date | None:
    """The day, None beyond what a calendar counts."""
    return given.as_of + timedelta(days=ceil(days)) if days < (date.max - given.as_of).days else None


def _against(given: Given, project: Project, one: Valued, before: Valued, usd: float | None) -> dict[str, object]:
    """What changes against leaving it to a developer, in the same draw."""
    gained = quantiles(one.years_before(before))
    advantage = one.advantage_over(before)
    made: dict[str, object] = {
        "years_gained_p10": gained[0], "years_gained_p50": gained[1], "years_gained_p90": gained[2],
        "time_value_bn_vnd": float((one.taxes - before.taxes).mean()),
        "advantage_bn_vnd": float(advantage.mean()), "pays_share": float((advantage > 0).mean()),
    }  # fmt: skip
    even = break_even(one, before)
    if even.clearance_ratio is not None and project.gross_ha > 0:
        per_ha = project.clearance_bn_vnd.mid / project.gross_ha
        made["break_even_clearance_bn_vnd_per_ha"] = per_ha * even.clearance_ratio
    if even.rent_ratio is not None and usd is not None:
        made["break_even_rent_usd_per_m2"] = project.rent_bn_vnd_per_ha * usd * even.rent_ratio
    return made


def break_even(one: Valued, before: Valued) -> BreakEven:
    """Expected advantage over another model, and its slopes."""
    return BreakEven(
        float(one.advantage_over(before).mean()), float((one.clearance - before.clearance).mean()),
        float((one.received - before.received).mean()),
    )  # fmt: skip


def _add(pool: Pool, hectares: float, one: Valued, before: Valued) -> None:
    advantage, even = one.advantage_over(before), break_even(one, before)
    pool.advantage += advantage
    pool.clearance += even.clearance
    pool.received += even.received
    pool.years_gained.append(one.years_before(before))
    pool.hectares.append(hectares)
    pool.paying += int((advantage > 0).mean() > 0.5)
