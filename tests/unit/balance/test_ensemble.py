"""The account over pools: the rule by hand, what it refuses, the same bytes whoever works."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from quydat.balance.ensemble import PART, Outcome, run_city, run_ensemble
from quydat.balance.supply import SupplyModel
from quydat.core.parallel import Threads
from quydat.demand.given import GivenDemand
from quydat.procedure.hand_over import HandOver

YEARS = (2026, 2027)
POOLS = (("north", "industrial"), ("south", "industrial"))


def by_hand(mobile: float) -> tuple[GivenDemand, SupplyModel]:
    """Two pools, two years, one draw: north wants 15 and 8 ha, south 10 and 20; a park of 12 ha in north from 2027."""
    demand = GivenDemand(
        YEARS,
        ("all",),
        POOLS,
        land_ha=np.array([[[25.0], [28.0]]]),
        share=np.array([[[0.6, 0.4]]]),
        mobile_share=np.array([mobile]),
        floor_per_ha=np.array([8000.0]),
    )
    supply = SupplyModel(
        years=YEARS,
        shares=(1.0, 1.0),
        pools=POOLS,
        opening_ha=np.array([10.0, 30.0]),
        blocked_ha=np.zeros(2),
        blocked_share=np.zeros(1),
        sources=("k",),
        source_pool=np.array([0]),
        source_ha=np.array([12.0]),
        first_year=np.array([[2027]], np.int16),
        hand_over=HandOver(over=3.0),
        freed_ha=np.zeros((2, 2)),
        released_ha=np.zeros((2, 2)),
    )
    return demand, supply


def told(outcome: Outcome, name: str) -> list[list[float]]:
    return outcome.means[name].round(9).tolist()


def test_half_of_what_finds_no_land_moves() -> None:
    """2026: north lets 10 of 15, of the 5 left 2.5 go south. 2027: 4 ha come north, where 16.8 are wanted."""
    outcome = run_ensemble(*by_hand(0.5), runner=Threads(1), cells=True)
    assert told(outcome, "demand_ha") == [[15.0, 10.0], [16.8, 11.2]]
    assert told(outcome, "delivered_ha") == [[0.0, 0.0], [4.0, 0.0]]
    assert told(outcome, "moved_ha") == [[-2.5, 2.5], [-6.3, 6.3]]
    assert told(outcome, "taken_up_ha") == [[10.0, 12.5], [4.0, 17.5]]
    assert told(outcome, "closing_ha") == [[0.0, 17.5], [0.0, 0.0]]
    assert told(outcome, "gap_ha") == [[2.5, 0.0], [6.5, 0.0]]
    assert outcome.city["gap_ha"].round(9).tolist() == [[2.5, 6.5]]
    assert outcome.short_share.tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert outcome.first_gap.tolist() == [2027]  # in 2026 there is land in the south that nobody accepts
    assert outcome.first_short.tolist() == [[1, 0, 0], [0, 0, 1]]
    assert outcome.cells is not None
    assert outcome.cells.floor_m2[0].ravel().tolist() == [120_000.0, 80_000.0]


@pytest.mark.parametrize(
    ("mobile", "gap", "closing"), [(0.0, [5.0, 12.8], [20.0, 8.8]), (1.0, [0.0, 9.0], [15.0, 0.0])]
)
def test_none_moves_or_all_of_it(mobile: float, gap: list[float], closing: list[float]) -> None:
    """Alone, north lacks 5, then 16.8 − 4, south keeps 20, then 8.8; as one, 40 − 25 are left, then 28 − 19 lack."""
    outcome = run_ensemble(*by_hand(mobile), runner=Threads(1), cells=False)
    assert outcome.city["gap_ha"][0] == pytest.approx(gap)
    assert outcome.city["closing_ha"][0] == pytest.approx(closing)


def test_land_let_before_its_release_stays_let() -> None:
    demand, supply = by_hand(0.0)
    released = np.array([[0.0, 3.0], [5.0, 20.0]])
    outcome = run_ensemble(demand, replace(supply, released_ha=released), runner=Threads(1), cells=False)
    # south: 30 − 5 − 10 = 15, all of which goes next year; north has 4 ha, of which 3 go
    assert told(outcome, "released_ha") == [[0.0, 5.0], [3.0, 15.0]]
    assert told(outcome, "closing_ha") == [[0.0, 15.0], [0.0, 0.0]]
    assert told(outcome, "gap_ha") == [[5.0, 0.0], [15.8, 11.2]]


def test_freed_land_is_let_in_its_year() -> None:
    demand, supply = by_hand(0.0)
    outcome = run_ensemble(
        demand, replace(supply, freed_ha=np.array([[4.0, 0.0], [0.0, 0.0]])), runner=Threads(1), cells=False
    )
    assert told(outcome, "gap_ha") == [[1.0, 0.0], [12.8, 0.0]]


def test_demand_and_supply_must_speak_of_the_same() -> None:
    demand, supply = by_hand(0.5)
    with pytest.raises(ValueError, match="pools of demand and supply differ"):
        run_ensemble(replace(demand, pools=POOLS[::-1]), supply, runner=Threads(1), cells=False)
    with pytest.raises(ValueError, match="draws of demand and supply differ"):
        run_ensemble(demand, replace(supply.taken(np.array([0, 0]))), runner=Threads(1), cells=False)


def bytes_of(outcome: Outcome) -> list[bytes]:
    cells = outcome.cells
    arrays = [
        *outcome.city.values(),
        *outcome.means.values(),
        outcome.first_gap,
        outcome.first_short,
        outcome.by_method,
    ]
    distributions = [outcome.closing, outcome.gap, outcome.demand]
    if cells is not None:
        arrays += [cells.land_ha, cells.floor_m2]
        distributions += [cells.land, cells.by_sector]
    for one in distributions:
        arrays += [one.zeros, one.start, one.offset, one.counts]
    return [np.ascontiguousarray(array).tobytes() for array in arrays]


def test_threads_change_no_byte(some_account: Callable[..., Any]) -> None:
    demand, supply = some_account(3, draws=2 * PART + 7, pools=3, years=3)
    first, *others = (bytes_of(run_ensemble(demand, supply, runner=Threads(count), cells=True)) for count in (1, 2, 3))
    assert all(other == first for other in others)


def test_a_part_alone_is_the_same_as_in_the_whole(some_account: Callable[..., Any]) -> None:
    demand, supply = some_account(4, draws=PART + 100, pools=2, years=4)
    rows = np.arange(PART, PART + 100)
    some = GivenDemand(
        demand.years, demand.sectors, demand.pools, demand.land_ha[rows], demand.share[rows],
        demand.mobile_share[rows], demand.floor_per_ha[rows],
    )  # fmt: skip
    whole = run_ensemble(demand, supply, runner=Threads(2), cells=False)
    alone = run_ensemble(some, supply.taken(rows), runner=Threads(1), cells=False)
    for name, values in alone.city.items():
        assert (values == whole.city[name][rows]).all()
    assert (alone.first_gap == whole.first_gap[rows]).all()
    assert whole.worst_residual_ha < 1e-9


def test_the_city_alone_is_the_city_of_the_whole(some_account: Callable[..., Any]) -> None:
    demand, supply = some_account(5, draws=PART + 33, pools=4, years=5)
    whole = run_ensemble(demand, supply, runner=Threads(2), cells=True)
    alone = run_city(demand, supply, runner=Threads(2))
    assert alone.years == whole.years
    assert alone.city.keys() == whole.city.keys()
    for name, values in alone.city.items():
        assert (values == whole.city[name]).all()
    assert (alone.first_gap == whole.first_gap).all()
    with pytest.raises(ValueError, match="draws of demand and supply differ"):
        run_city(demand, supply.taken(np.array([0, 1])), runner=Threads(1))


def test_an_account_that_does_not_close_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quydat.balance.ensemble.RESIDUAL_HA", 0.0)
    with pytest.raises(AssertionError, match="does not close"):
        run_ensemble(*by_hand(0.3), runner=Threads(1), cells=False)
