"""Scenarios in which programmes are held against each other: those of the study, and two that its own ranges state."""

from dataclasses import dataclass, replace

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range
from quydat.dictionary.cells import Names
from quydat.programme.given.delivery_model import DeliveryModel
from quydat.programme.given.given import Given
from quydat.programme.given.project import Project
from quydat.programme.simulate.programme import SimSpread

COSTS_HIGH, DELAYS_LONG = "costs_high", "delays_long"


@dataclass(frozen=True, eq=False)
class Scenario:
    """What may come true: the programme's question as it then is."""

    names: Names
    given: Given
    basis: Basis


def stated(given: Given, basis: Basis) -> dict[str, Scenario]:
    """Costs, and times, in the upper half of their ranges: nothing is assumed beside what is stated already."""
    return {
        COSTS_HIGH: Scenario(_COSTS, costs_high(given), basis),
        DELAYS_LONG: Scenario(_DELAYS, delays_long(given), basis),
    }


_COSTS: Names = (
    "Chi phí cao: nửa trên của khoảng đã nêu",
    "Costs high: the upper half of the stated ranges",
)
_DELAYS: Names = (
    "Chậm kéo dài: mỗi giai đoạn ở nửa chậm của điều đã biết",
    "Delays long: each stage in the slower half of what is known",
)


def with_demand(given: Given, demand_ha: Draws, elsewhere_ha: Draws | None = None) -> Given:
    """The same question with other paths of demand, and other land from elsewhere."""
    elsewhere = given.land.elsewhere_ha if elsewhere_ha is None else elsewhere_ha
    return replace(given, land=replace(given.land, demand_ha=demand_ha, elsewhere_ha=elsewhere))


def costs_high(given: Given) -> Given:
    """Costs of clearance and works in the upper half of their ranges."""

    def dear(project: Project) -> Project:
        return replace(
            project, clearance_bn_vnd=upper(project.clearance_bn_vnd), works_bn_vnd=upper(project.works_bn_vnd)
        )

    models = {
        name: replace(model, clearance_cost_ratio=upper(model.clearance_cost_ratio))
        for name, model in given.models.items()
    }
    return replace(given, projects=tuple(dear(one) for one in given.projects), models=models)


def delays_long(given: Given) -> Given:
    """Procedure, clearance, works and tenders in the slower half of what is known of them."""

    def slow(project: Project) -> Project:
        stages = {
            name: replace(
                one, procedure_days=slower(one.procedure_days), works_days=slower(one.works_days),
                clearance_days=None if one.clearance_days is None else slower(one.clearance_days),
            )
            for name, one in project.stages.items()
        }  # fmt: skip
        clearance = {who: slower(days) for who, days in project.clearance_days.items()}
        return replace(project, stages=stages, clearance_days=clearance)

    models = {name: _slow_model(one) for name, one in given.models.items()}
    return replace(given, projects=tuple(slow(one) for one in given.projects), models=models)


def _slow_model(model: DeliveryModel) -> DeliveryModel:
    def slow(days: Range | None) -> Range | None:
        return None if days is None else upper(days)

    return replace(
        model, clearance_days=slow(model.clearance_days), tender_days=slow(model.tender_days),
        works_days=slow(model.works_days),
    )  # fmt: skip


def upper(range_: Range) -> Range:
    """From the middle to the high end.

    >>> upper(Range(1.0, 2.0, 5.0))
    Range(low=2.0, mid=2.0, high=5.0)
    """
    return Range(range_.mid, range_.mid, range_.high)


def slower(spread: SimSpread) -> SimSpread:
    """The slower half: of what was observed, else from the middle to the high end.

    >>> slower(SimSpread(1.0, 2.0, 4.0, (1.0, 2.0, 3.0, 4.0))).observed
    (3.0, 4.0)
    """
    if not spread.observed:
        return replace(spread, low=spread.mid)
    values = np.sort(spread.observed)
    half = values[len(values) // 2 :]
    return SimSpread(
        float(half[0]), float(np.median(half)), float(half[-1]), tuple(half.tolist()), spread.clearance_loading,
        spread.cost_loading,
    )  # fmt: skip
