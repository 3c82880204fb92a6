"""Supply by pool: who gets the city's ready land, when parks come, what is refused."""

import pickle
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.balance.deliver import cleared_draws
from quydat.balance.ensemble import run_ensemble
from quydat.balance.supply import BLOCKED_SHARE, SupplyModel, supply_model
from quydat.core.draws import Draws, Range
from quydat.core.parallel import Threads
from quydat.core.problem import Problems
from quydat.core.uniforms import GivenUniforms, SeededUniforms
from quydat.demand.given import GivenDemand
from quydat.procedure.hand_over import HandOver, ready_years

AS_OF = date(2025, 6, 30)
SHARES = {2025: 0.5, 2026: 1.0, 2027: 1.0, 2028: 1.0}
NORTH, SOUTH = ("north", "industrial"), ("south", "industrial")
PARKS = pd.DataFrame(
    [
        ("a", "industrial_park", "operating", 30.0, None),
        ("b", "export_processing_zone", "operating", 10.0, None),
        ("c", "industrial_park", "operating", None, None),
        ("d", "industrial_park", "planned", None, 100.0),
        ("e", "industrial_park", "planned", None, None),
        ("f", "high_tech_park", "operating", 500.0, None),
        ("g", "industrial_park", "removed", None, None),
    ],
    columns=["park_id", "kind", "state", "vacant_ha", "future_lettable_ha"],
)
PLACES = {"a": "north", "b": "south", "c": "south", "d": "south", "e": "south", "f": "north", "g": "west"}


def made(**other: Any) -> SupplyModel:
    asked: dict[str, Any] = {
        "places": PLACES, "pools": (NORTH, SOUTH), "ready_days": {"d": np.array([200.0, 600.0]), "e": np.zeros(2)},
        "opening_ha": 16.0, "blocked_ha": 24.0, "blocked_share": Range(0.1, 0.1, 0.1), "hand_over": HandOver(over=2.0),
        "shares": SHARES, "as_of": AS_OF, "uniforms": SeededUniforms(count=2, seed=1), **other,
    }  # fmt: skip
    return supply_model(PARKS, **asked)


def test_ready_and_blocked_land_go_where_industrial_parks_have_vacant_land() -> None:
    """North has 30 of the 40 ha that are known; the high-tech park is no land of the published figure."""
    supply = made()
    assert supply.opening_ha.tolist() == [12.0, 4.0]
    assert supply.blocked_ha.tolist() == [18.0, 6.0]


def test_parks_come_from_the_year_in_which_they_are_ready() -> None:
    """Day 200 lies in January 2026, day 600 in February 2027; 24 ha × 0.1 are cleared a year, half of it in 2025."""
    supply = made()
    assert supply.sources == ("d",)
    assert supply.first_year.tolist() == [[2026, 2027]]
    delivered = supply.delivered(slice(0, 2))
    assert delivered.shape == (2, 4, 2)
    assert delivered[0, :, 1] == pytest.approx([0.3, 50.6, 50.6, 0.6])
    assert delivered[1, :, 1] == pytest.approx([0.3, 0.6, 50.6, 50.6])
    assert delivered[0, :, 0] == pytest.approx([0.9, 1.8, 1.8, 1.8])
    assert supply.expected_by_source()["d"].tolist() == [0.0, 25.0, 50.0, 25.0]
    assert supply.expected_blocked() == pytest.approx([1.2, 2.4, 2.4, 2.4])
    assert supply.handed_over(["d"]).tolist() == [[0.0, 50.0, 100.0, 100.0], [0.0, 0.0, 50.0, 100.0]]
    again = pickle.loads(pickle.dumps(supply))  # noqa: S301
    assert (again.delivered(slice(1, 2)) == delivered[1:]).all()


def test_parks_are_moved_and_left_out() -> None:
    supply = made()
    assert supply.delayed(1).first_year.tolist() == [[2027, 2028]]
    assert supply.delayed({"d": -3}).delivered(slice(0, 1))[0, :, 1] == pytest.approx([50.3, 50.6, 0.6, 0.6])
    none = supply.without(["d"])
    assert none.sources == ()
    assert none.delivered(slice(0, 2))[1, :, 1] == pytest.approx([0.3, 0.6, 0.6, 0.6])
    assert supply.taken(np.array([1, 1, 0])).first_year.tolist() == [[2027, 2027, 2026]]
    for ask in (lambda: supply.delayed({"x": 1}), lambda: supply.without(["x"]), lambda: supply.handed_over(["x"])):
        with pytest.raises(KeyError, match="no land comes from x; from: d"):
            ask()


def test_blocked_land_is_cleared_until_none_is_left() -> None:
    """0.4 × 100 ha a year, half of it in the first, with 40 ha left for the third and none after."""
    assert (100 * cleared_draws(np.array([0.4]), shares=[0.5, 1.0, 1.0, 1.0])).ravel() == pytest.approx([20, 40, 40, 0])


def test_a_park_outside_all_pools_is_refused() -> None:
    with pytest.raises(Problems) as caught:
        made(pools=(NORTH,))
    assert [(one.number, one.facts["park"]) for one in caught.value.found] == [("QD753", "b"), ("QD753", "d")]


def test_more_released_than_can_be_there_is_refused() -> None:
    """South: 4 ha at the opening, 0.3 cleared in 2025 and 0.6 a year, the park's 50 ha from 2026 at the earliest."""
    released = np.zeros((2, 4))
    released[1] = [4.0, 50.0, 50.0, 2.0]
    assert made(released_ha=released).released_ha[1].sum() == 106.0
    released[1] = [4.0, 51.0, 51.0, 0.0]
    with pytest.raises(Problems) as caught:
        made(released_ha=released)
    (one,) = caught.value.found
    assert (one.number, one.facts["year"], one.facts["released"], one.facts["there"]) == (
        "QD754",
        "2026",
        "55.00",
        "54.90",
    )


def test_vacant_land_without_a_park_is_a_contradiction() -> None:
    with pytest.raises(ValueError, match="no operating park has any"):
        supply_model(
            PARKS.assign(vacant_ha=None), places=PLACES, pools=(NORTH, SOUTH), ready_days={}, opening_ha=1.0,
            blocked_ha=0.0, blocked_share=Range(0.1, 0.1, 0.1), hand_over=HandOver(over=2.0), shares=SHARES,
            as_of=AS_OF, uniforms=SeededUniforms(count=2, seed=1),
        )  # fmt: skip
    with pytest.raises(ValueError, match="opening_ha has the shape"):
        replace(made(), opening_ha=np.zeros(3))


def test_one_pool_is_the_account_of_the_first_release() -> None:
    """One stock for the city, min(demand, available) a year, draw by draw and to the last bit."""
    rng = np.random.default_rng(3)
    draws, years = 200, list(SHARES)
    days = {"d": rng.uniform(0, 1500, draws), "x": rng.uniform(100, 900, draws)}
    parks = pd.concat([PARKS, PARKS[PARKS["park_id"] == "d"].assign(park_id="x", future_lettable_ha=33.3)])
    city = dict.fromkeys(parks["park_id"], "hcmc")
    u, hand_over = rng.random(draws), HandOver(over=2.5, tail=0.05, tail_over=5.0)
    supply = supply_model(
        parks, places=city, pools=(("hcmc", "industrial"),), ready_days=days, opening_ha=74.0, blocked_ha=489.4,
        blocked_share=Range(0.01, 0.02, 0.05), hand_over=hand_over, shares=SHARES, as_of=AS_OF,
        uniforms=GivenUniforms({BLOCKED_SHARE: u}, count=draws),
    )  # fmt: skip
    demand: Draws = rng.uniform(10, 120, (draws, len(years), 1))
    model = GivenDemand(
        tuple(years), ("all",), supply.pools, demand, np.ones((draws, 1, 1)), np.ones(draws), np.ones(draws)
    )
    outcome = run_ensemble(model, supply, runner=Threads(1), cells=False)
    reached = np.minimum(1.0, np.cumsum(np.outer(supply.blocked_share, list(SHARES.values())), axis=1))
    delivered = 489.4 * np.diff(reached, axis=1, prepend=0.0)
    for park, area in (("d", 100.0), ("x", 33.3)):
        delivered = delivered + hand_over.draws(ready_years(days[park], as_of=AS_OF), area, years=years)
    assert (outcome.city["delivered_ha"] == delivered).all()
    stock = np.full(draws, 74.0)
    for t in range(len(years)):
        available = stock + delivered[:, t]
        taken = np.minimum(demand[:, t, 0], available)
        stock = available - taken
        assert (outcome.city["closing_ha"][:, t] == stock).all()
        assert (outcome.city["gap_ha"][:, t] == demand[:, t, 0] - taken).all()
    short = outcome.city["gap_ha"] > 1e-9
    assert (outcome.first_gap == np.where(short.any(axis=1), 2025 + short.argmax(axis=1), 2029)).all()
