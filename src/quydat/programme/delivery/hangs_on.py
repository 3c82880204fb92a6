"""What the answer hangs on: the advantage of city first over all parks, with one thing at its ends, all else mid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isclose
from typing import Any, Literal

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Range
from quydat.dictionary.cells import Names
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import settings
from quydat.inventory.evidence import Parameters
from quydat.programme.delivery.value import Valuer, plan_years
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.given.way import Way, way_of
from quydat.programme.given.worlds import QUARTER_DAYS, World, quantile_of
from quydat.programme.simulate.programme import SimSpread

TABLE = "delivery_hangs_on"
LEASE_YEARS = 50.0
"""Years of a usual term of industrial land: as long as land that is there earlier may bring taxes earlier."""
Change = Callable[[Way, float], Way]
"""A way with something set to a value."""


@dataclass(frozen=True, eq=False)
class Uncertain:
    """One thing that is not sure.

    Attributes
    ----------
    change
        What it does to a project by a model; rents and taxes, which are of the city, have their own place.
    rent_ratio, tax_years, tax_ratio
        Whether the value is the rent reached against the stated one, or the years in which taxes count; what taxes are,
        against the middle, at a value.
    """

    name: str
    names: Names
    low: float
    high: float
    unit: str
    change: Change = lambda way, value: way
    rent_ratio: bool = False
    tax_years: bool = False
    tax_ratio: Callable[[float], float] | None = None


def middle_advantage(
    given: Given, model: str, *, rent_ratio: float | None = None, tax_ratio: float = 1.0,
    tax_years: float | None = None, change: Callable[[Way], Way] = lambda way: way,
) -> float:  # fmt: skip
    """Advantage of a model over a developer, summed over all projects that may use both, everything in its middle."""
    rent = given.rent_ratio.mid if rent_ratio is None else rent_ratio
    years = plan_years(given) if tax_years is None else tax_years
    valuer = Valuer(given, np.array([rent]), np.array([given.tax_bn_vnd_per_ha_year.mid * tax_ratio]), years)
    total = 0.0
    for project in comparable(given, model):
        one, before = (change(way_of(given, project, name)) for name in (model, DEVELOPER_LED))
        valued = valuer.of(one, middle_world(one))
        total += float(valued.advantage_over(valuer.of(before, middle_world(before)))[0])
    return total


def comparable(given: Given, model: str) -> list[Project]:
    """Projects that may use a model and may be left to a developer."""
    return [one for one in given.projects if {model, DEVELOPER_LED} <= {*one.models}]


def middle_world(way: Way) -> World:
    """One world in which each stage takes its middle time and costs are as stated."""
    begin = way.lead_share * way.procedure_days.mid
    cleared = begin + way.clearance_days.mid
    works = max(way.procedure_days.mid, cleared)
    ready = works + way.works_days.mid
    return World(
        np.array([[begin, cleared]]) / QUARTER_DAYS, np.array([[works, ready]]) / QUARTER_DAYS,
        np.array([max(1, int(np.ceil(ready / QUARTER_DAYS)))]), np.ones(1),
    )  # fmt: skip


def delivery_hangs_on(
    given: Given, model: str, *, parameters: Parameters, clearance_bn_vnd_per_ha: float, basis: Basis
) -> pd.DataFrame:
    """Table ``delivery_hangs_on``, what moves the answer most first; empty where there is nothing to compare.

    Parameters
    ----------
    model
        The model that is compared with a developer.
    clearance_bn_vnd_per_ha
        Cost of clearing a hectare at prices of the study's year.
    """
    if not comparable(given, model):
        return framed([], tables()[TABLE])
    middle = middle_advantage(given, model)
    own = weakest([basis, given.models[model].basis, *(one.basis for one in comparable(given, model))])
    rows: list[dict[str, Any]] = []
    for one in uncertain(given, model, parameters, clearance_bn_vnd_per_ha):
        low, high = (_at(given, model, one, value) for value in (one.low, one.high))
        rows.append({
            "input": one.name, "name_vi": one.names[0], "name_en": one.names[1], "low": one.low, "high": one.high,
            "unit": one.unit, "advantage_low_bn_vnd": low, "advantage_high_bn_vnd": high,
            "advantage_mid_bn_vnd": middle, "turns": len({end > 0 for end in (low, middle, high)}) > 1,
            "basis": own.value,
        })  # fmt: skip
    rows.sort(key=lambda row: (-abs(row["advantage_high_bn_vnd"] - row["advantage_low_bn_vnd"]), row["input"]))
    return framed(rows, tables()[TABLE])


def _at(given: Given, model: str, one: Uncertain, value: float) -> float:
    return middle_advantage(
        given,
        model,
        rent_ratio=value if one.rent_ratio else None,
        tax_ratio=one.tax_ratio(value) if one.tax_ratio else 1.0,
        tax_years=value if one.tax_years else None,
        change=lambda way: one.change(way, value),
    )


def uncertain(given: Given, model: str, parameters: Parameters, clearance_bn_vnd_per_ha: float) -> Iterator[Uncertain]:
    """All that the answer may hang on. What a study knows for sure moves nothing and is left out."""
    yield from (one for one in _all(given, model, parameters, clearance_bn_vnd_per_ha) if one.low < one.high)


def _all(given: Given, model: str, parameters: Parameters, per_ha: float) -> Iterator[Uncertain]:
    stated = parameters.range("programme.clearance_bn_vnd_per_ha")
    rise = per_ha / stated.mid if stated.mid > 0 else 1.0
    clearance = Range(stated.low * rise, stated.mid * rise, stated.high * rise)
    state = parameters.range("programme.state_land_cost_share")
    works = parameters.range("programme.works_bn_vnd_per_ha")

    def cleared_at(way: Way, value: float) -> Way:
        return _paid(way, clearance=value / clearance.mid)

    def on_state_land(way: Way, value: float) -> Way:
        held = is_state_land(way.project, clearance, state)
        return _paid(way, clearance=value / state.mid) if held else way

    def built_at(way: Way, value: float) -> Way:
        return _paid(way, works=value / works.mid)

    if clearance.mid > 0:
        yield _of_setting("clearance_bn_vnd_per_ha", clearance, cleared_at)
        if state.mid > 0:
            yield _of_setting("state_land_cost_share", state, on_state_land)
    if works.mid > 0:
        yield _of_setting("works_bn_vnd_per_ha", works, built_at)
    yield replace(_of_setting("rent_ratio", given.rent_ratio), rent_ratio=True)
    tax = given.tax_bn_vnd_per_ha_year
    if tax.mid > 0:
        yield replace(_of_setting("tax_bn_vnd_per_ha_year", tax), tax_ratio=lambda value: value / tax.mid)
    kept = parameters.value("programme.tax_kept_share")
    yield replace(_of_setting("tax_kept_share", Range(kept, kept, 1.0)), tax_ratio=lambda value: value)
    yield Uncertain("plan.tax_years", _COUNTS, plan_years(given), LEASE_YEARS, "years", tax_years=True)
    yield from _days(given, model, parameters)


def _of_setting(name: str, range_: Range, change: Change = lambda way, value: way) -> Uncertain:
    setting = settings()[f"parameters.programme.{name}"]
    return Uncertain(
        f"programme.{name}", (setting.label_vi, setting.label_en), range_.low, range_.high, setting.unit, change
    )


def _days(given: Given, model: str, parameters: Parameters) -> Iterator[Uncertain]:
    by = given.models[model]
    city = parameters.range("programme.clearance_days")
    if by.clearance_days is None and by.clearance_by == "city":
        yield _of_setting("clearance_days", city, _only(model, _clears_in))
    elif by.clearance_days is not None:
        yield _stated(model, "clearance_days", by.clearance_days, _CLEARS, _clears_in)
    if by.own_procedure_days is not None:
        middle = by.own_procedure_days.mid
        yield _stated(model, "own_procedure_days", by.own_procedure_days, _DECIDES,
                      lambda way, value: _decides_later(way, value - middle))  # fmt: skip
    if by.works_days is not None:
        usual = by.works_days.mid
        yield _stated(model, "works_days", by.works_days, _BUILDS,
                      lambda way, value: _builds_later(way, value - usual))  # fmt: skip
    parks = comparable(given, model)
    yield from _observed(model, "procedure_days", _REST, [way_of(given, one, model) for one in parks])
    seen = [way_of(given, one, DEVELOPER_LED) for one in parks if not one.cleared]
    yield from _observed(DEVELOPER_LED, "clearance_days", _SEEN, seen)


def _observed(
    model: str, stage: Literal["procedure_days", "clearance_days"], names: Names, ways: list[Way]
) -> Iterator[Uncertain]:
    """A stage of which each project has days of its own: all at their P10 or all at their P90, shown by their mean."""
    if not ways:
        return
    low, high = (float(np.mean([_quantile(getattr(one, stage), share) for one in ways])) for share in (0.1, 0.9))

    def at(way: Way, value: float) -> Way:
        days = _quantile(getattr(way, stage), 0.1 if value == low else 0.9)
        sure = SimSpread(days, days, days)
        return replace(way, procedure_days=sure) if stage == "procedure_days" else replace(way, clearance_days=sure)

    yield Uncertain(f"{model}.{stage}", names, low, high, "days", _only(model, at))


_COUNTS: Names = (
    "Số năm tính thuế của đất có sớm hơn (hết quy hoạch đến 50 năm)",
    "Years in which taxes of earlier land count (end of the plan to 50 years)",
)
_REST: Names = (
    "Thời gian thủ tục khi thành phố làm (P10 đến P90, bình quân các khu)",
    "Time of the procedure when the city does it (P10 to P90, mean of the parks)",
)
_CLEARS: Names = ("Thời gian giải phóng khi thành phố làm", "Clearance time when the city does it")
_DECIDES: Names = (
    "Thời gian quyết định đầu tư công, thay các bước không cần", "Time of the decision on public investment"
)  # fmt: skip
_BUILDS: Names = ("Thời gian xây dựng khi thành phố làm", "Time of works when the city builds")
_SEEN: Names = (
    "Thời gian giải phóng của chủ đầu tư (P10 đến P90 đã thấy, bình quân các khu)",
    "Clearance time of developers (P10 to P90 as observed, mean of the parks)",
)


def _stated(model: str, column: str, range_: Range, names: Names, change: Change) -> Uncertain:
    return Uncertain(f"{model}.{column}", names, range_.low, range_.high, "days", _only(model, change))


def _only(model: str, change: Change) -> Change:
    return lambda way, value: change(way, value) if way.model_id == model else way


def _paid(way: Way, *, clearance: float = 1.0, works: float = 1.0) -> Way:
    return replace(way, city_clearance_bn_vnd=way.city_clearance_bn_vnd * clearance,
                   city_works_bn_vnd=way.city_works_bn_vnd * works)  # fmt: skip


def _clears_in(way: Way, days: float) -> Way:
    return way if way.project.cleared else replace(way, clearance_days=SimSpread(days, days, days))


def _decides_later(way: Way, more: float) -> Way:
    """A decision before clearance takes so many days more: procedure waits for it where it is what is longest."""
    if way.project.cleared or not way.project.park_id:
        return way
    procedure = way.procedure_days.mid
    lead = max(way.lead_share * procedure + more, 1.0)
    whole = lead if isclose(way.lead_share, 1.0) else max(procedure, lead)
    return replace(way, procedure_days=SimSpread(whole, whole, whole), lead_share=lead / whole)


def _builds_later(way: Way, more: float) -> Way:
    days = max(way.works_days.mid + more, 1.0)
    return replace(way, works_days=SimSpread(days, days, days))


def _quantile(spread: SimSpread, share: float) -> float:
    return float(quantile_of(spread, np.array([share]), days=True)[0])


def is_state_land(project: Project, clearance: Range, share: Range) -> bool:
    """Whether a project's cost of clearance is that of land held by the State: known by its three ends."""
    cost, gross = project.clearance_bn_vnd, project.gross_ha
    ends = zip(cost.ends, clearance.ends, share.ends, strict=True)
    return cost.mid > 0 and all(isclose(stated, gross * unit * part, rel_tol=1e-9) for stated, unit, part in ends)
