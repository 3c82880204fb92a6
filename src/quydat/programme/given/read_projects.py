"""Projects of the record, and those made from the parks to come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Range
from quydat.core.ledger import Ledger
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import figure_id, plain
from quydat.inventory.evidence import Evidence, Parameters
from quydat.inventory.places import LAND_CLASSES
from quydat.inventory.tabulate import pipeline
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel, out_of_order, range_of
from quydat.programme.given.project import Project
from quydat.programme.given.stages import Fold, Stages, spread_in
from quydat.programme.simulate.programme import SimSpread

_RANGES = ("clearance_bn_vnd", "works_bn_vnd", "procedure_days", "works_days")
_NOTHING = Range(0.0, 0.0, 0.0)


@dataclass(frozen=True)
class UnitCosts:
    """What a hectare costs and brings, at prices of the study's price year; rents by place, or of the city."""

    clearance: Range
    works: Range
    state_land_share: Range
    rent_bn_vnd: float
    rent_of_place: Mapping[str, float]

    def clearance_of(self, gross_ha: float, *, state_land: bool) -> Range:
        """Cost of clearing so many hectares."""
        parts = zip(self.clearance.ends, self.state_land_share.ends, strict=True)
        return Range(*(gross_ha * cost * (share if state_land else 1.0) for cost, share in parts))

    def works_of(self, gross_ha: float) -> Range:
        """Cost of building on so many hectares."""
        return Range(*(gross_ha * cost for cost in self.works.ends))


class ProjectReader:
    """Reads projects: stated ones, and one or more for each park to come that no stated project is a part of."""

    def __init__(
        self,
        evidence: Evidence,
        *,
        parks: pd.DataFrame,
        places: Mapping[str, str],
        fold: Fold,
        costs: UnitCosts,
        models: Mapping[str, DeliveryModel],
        parameters: Parameters,
        price_year: int,
        ledger: Ledger,
    ) -> None:
        self.evidence, self.parks, self.places, self.fold = evidence, parks, places, fold
        self.costs, self.models, self.parameters, self.price_year = costs, models, parameters, price_year
        self.ledger = ledger
        self._clears = {"city": spread_in(parameters.range("programme.clearance_days"))}

    def all(self) -> tuple[list[Project], list[Problem]]:
        """All projects in the order of their ids, and what is wrong with the stated ones (QD911–QD914, QD920)."""
        rows = self.evidence.record["project"].sort_values("project_id", kind="stable").to_dict("records")
        found = [one for row in rows for one in self._wrong(row)]
        stated = [] if found else [self._stated(row) for row in rows]
        taken = {one.park_id for one in stated if one.park_id}
        made = [
            part
            for park in pipeline(self.parks).to_dict("records")
            if plain(park["gross_area_ha"]) is not None and str(park["park_id"]) not in taken
            for part in self._parts(park)
        ]
        found += [
            problem("QD914", Place("project"), project=one.project_id)
            for one in made if any(one.project_id == other.project_id for other in stated)
        ]  # fmt: skip
        return sorted([*stated, *made], key=lambda one: one.project_id), found

    def _wrong(self, row: Mapping[Any, Any]) -> Iterator[Problem]:
        name = str(row["project_id"])
        for column in _RANGES:
            yield from out_of_order(row, column, table="project", row_id=name)
        costs = [plain(row[f"{column}_mid"]) for column in ("clearance_bn_vnd", "works_bn_vnd")]
        if any(cost is not None for cost in costs) and plain(row["price_year"]) is None:
            yield problem("QD912", Place("project", column="price_year"), project=name)
        park = plain(row["park_id"])
        if park is None or str(park) not in self.fold.expectation.days:
            for column in ("procedure_days", "works_days"):
                if plain(row[f"{column}_mid"]) is None:
                    yield problem("QD913", Place("project", column=column), project=name, column=column)
        if park is None and plain(row["place"]) is None:
            yield problem("QD913", Place("project", column="place"), project=name, column="place")
        if plain(row["gross_area_ha"]) is None and any(cost is None for cost in costs):
            yield problem("QD920", Place("project", column="gross_area_ha"), project=name)

    def _stated(self, row: Mapping[Any, Any]) -> Project:
        park = str(plain(row["park_id"]) or "")
        gross = float(plain(row["gross_area_ha"]) or 0.0)  # type: ignore[arg-type]
        lettable = plain(row["lettable_area_ha"])
        land_class = str(plain(row["land_class"]) or "")
        share = self.parameters.value("inventory.lettable_share")
        kind = str(row["kind"])
        place = str(plain(row["place"]) or self.places.get(park, ""))
        chosen = str(plain(row["delivery_models"]) or "")
        state = plain(row["state_land"]) is True
        models = tuple(part for part in chosen.split(";") if part) or self._possible(state_land=state)
        stages = {model: self._stated_stages(row, park, model) for model in models}
        clearance = self._priced(row, "clearance_bn_vnd")
        rent = plain(row["rent_usd_per_m2"])
        return Project(
            project_id=str(row["project_id"]), names=(str(row["name_vi"]), str(row["name_en"])), kind=kind,
            park_id=park, place=place, land_class=land_class, gross_ha=gross,
            lettable_ha=(gross * share if lettable is None else float(lettable)) if land_class else 0.0,  # type: ignore[arg-type]
            clearance_bn_vnd=self.costs.clearance_of(gross, state_land=state) if clearance is None else clearance,
            works_bn_vnd=self._priced(row, "works_bn_vnd") or self.costs.works_of(gross),
            stages=stages, clearance_days=self._clearing(stages) if gross > 0 or clearance is not None else {},
            rent_bn_vnd_per_ha=self._rent(place) if rent is None else self._rent_of(float(rent)),  # type: ignore[arg-type]
            under_way=bool(park) and park in self.fold.expectation.days, basis=Basis(row["basis"]),
            homes=_number(row["homes"]), emissions_t=_number(row["emissions_t_per_year"]),
        )  # fmt: skip

    def _parts(self, park: Mapping[Any, Any]) -> Iterator[Project]:
        park_id, place = str(park["park_id"]), self.places[str(park["park_id"])]
        gross, lettable = float(park["gross_area_ha"]), float(park["future_lettable_ha"])
        most = self.parameters.value("programme.part_ha")
        count = ceil(gross / most - 1e-9) if most > 0 else 1
        state = plain(self.evidence.row("park", park_id)["state_land"]) is True
        stages = {model: self._of(park_id, model) for model in self._possible(state_land=state)}
        cleared = all(one.clearance_days is None for one in stages.values())
        if cleared and DEVELOPER_LED in stages:  # whoever cleared it has the land: the city has nothing to tender
            stages = {DEVELOPER_LED: stages[DEVELOPER_LED]}
        cost = _NOTHING if cleared else self.costs.clearance_of(gross / count, state_land=state)
        basis = weakest(self.ledger.input(figure_id("parks", [park_id], name)).basis for name in _AREAS)
        for number in range(1, count + 1):
            yield Project(
                project_id=park_id if count == 1 else f"{park_id}-part-{number}",
                names=_part_names(park, number, count), kind="park", park_id=park_id, place=place,
                land_class=LAND_CLASSES[park["kind"]], gross_ha=gross / count, lettable_ha=lettable / count,
                clearance_bn_vnd=cost, works_bn_vnd=self.costs.works_of(gross / count),
                stages=stages, clearance_days={} if cleared else self._clearing(stages),
                rent_bn_vnd_per_ha=self._rent(place), under_way=True, basis=basis,
            )  # fmt: skip

    def _possible(self, *, state_land: bool) -> tuple[str, ...]:
        """Models that may be used: on land that the State holds there are no owners to put it in."""
        return tuple(name for name, one in self.models.items() if not (state_land and one.clearance_by == "owners"))

    def _clearing(self, stages: Mapping[str, Stages]) -> dict[str, SimSpread]:
        seen = next((one.clearance_days for one in stages.values() if one.clearance_days is not None), None)
        return {**self._clears, **({} if seen is None else {"developer": seen})}

    def _of(self, park: str, model: str) -> Stages:
        """Stages of a park by a model."""
        by = self.models[model]
        return self.fold.of(park, skipped=by.skips_steps, own_days=by.own_procedure_days)

    def _stated_stages(self, row: Mapping[Any, Any], park: str, model: str) -> Stages:
        """What the row states, the rest as the case of the park says."""
        procedure, works = range_of(row, "procedure_days"), range_of(row, "works_days")
        known = self._of(park, model) if park in self.fold.expectation.days else None
        if known is None:
            assert procedure is not None and works is not None, "checked before"
            return Stages(spread_in(procedure), 1.0, None, spread_in(works))
        return replace(
            known, procedure_days=known.procedure_days if procedure is None else spread_in(procedure),
            works_days=known.works_days if works is None else spread_in(works),
        )  # fmt: skip

    def _priced(self, row: Mapping[Any, Any], name: str) -> Range | None:
        """A stated cost at prices of the study's year."""
        cost = range_of(row, name)
        if cost is None:
            return None
        rise = (1.0 + self.parameters.value("programme.escalation_share")) ** (self.price_year - int(row["price_year"]))
        return Range(*(end * rise for end in cost.ends))

    def _rent(self, place: str) -> float:
        return self.costs.rent_of_place.get(place, self.costs.rent_bn_vnd)

    def _rent_of(self, usd_per_m2: float) -> float:
        return self.costs.rent_bn_vnd * usd_per_m2 / self.parameters.value("programme.rent_usd_per_m2")


_AREAS = ("gross_area_ha", "future_lettable_ha")


def _part_names(park: Mapping[Any, Any], number: int, count: int) -> tuple[str, str]:
    if count == 1:
        return str(park["name_vi"]), str(park["name_en"])
    return f"{park['name_vi']}, phần {number}/{count}", f"{park['name_en']}, part {number} of {count}"


def _number(value: Any) -> float | None:
    known = plain(value)
    return None if known is None else float(known)  # type: ignore[arg-type]
