"""Pools of land and what draws tenants to their places. Expected values by hand."""

from math import exp

import numpy as np
import pandas as pd
import pytest

from quydat.core.absence import Coverage
from quydat.demand.pools import capacity, counted, eligible_classes, labour_nearby, land_let, listed

PARKS = pd.DataFrame(
    [
        ("a", "industrial_park", "operating", 60.0, 45.0, None),
        ("b", "industrial_park", "planned", None, None, 40.0),
        ("c", "export_processing_zone", "operating", 20.0, None, None),
        ("d", "industrial_park", "removed", 70.0, None, 70.0),
        ("e", "industrial_cluster", "proposed", None, None, 75.0),
        ("f", "high_tech_park", "operating", None, None, None),
        ("g", "industrial_park", "planned", None, None, None),
    ],
    columns=["park_id", "kind", "state", "lettable_area_ha", "let_ha", "future_lettable_ha"],
)
PLACE = {"a": "north", "b": "north", "c": "south", "d": "north", "e": "south", "f": "south", "g": "west"}


def test_removed_and_proposed_parks_and_other_classes_do_not_count() -> None:
    assert counted(PARKS, {"industrial"})["park_id"].tolist() == ["a", "b", "c", "g"]
    assert counted(PARKS, {"industrial", "cluster", "high_tech"})["park_id"].tolist() == ["a", "b", "c", "f", "g"]


def test_capacity_is_lettable_now_and_to_come() -> None:
    made = capacity(counted(PARKS, {"industrial", "high_tech"}), PLACE)
    assert made.hectares == {("north", "industrial"): 100.0, ("south", "industrial"): 20.0}
    assert made.unknown == (("south", "high_tech"), ("west", "industrial"))
    assert made.coverage == Coverage(3, 5)
    assert made.of(("north", "industrial")) == 100.0
    assert made.of(("east", "industrial")) == 0.0
    assert np.isnan(made.of(("west", "industrial")))


def test_a_pool_of_no_land_is_no_pool() -> None:
    none = PARKS[PARKS["park_id"] == "a"].assign(lettable_area_ha=0.0)
    assert capacity(none, PLACE).hectares == {}
    assert capacity(none, PLACE).unknown == ()


def test_land_let_is_known_to_be_0_only_where_no_park_is_in_operation() -> None:
    let = land_let(counted(PARKS, {"industrial"}), PLACE, ["north", "south", "west"])
    assert let["north"] == 45.0
    assert np.isnan(let["south"])
    assert let["west"] == 0.0


def test_people_count_less_with_distance() -> None:
    """A tenth of a degree of latitude at 10.85° N is 11.06 km (110.61 km to the degree)."""
    places = pd.DataFrame({"longitude": 106.7, "latitude": [10.8, 10.9], "population": [300_000, 100_000]})
    found = labour_nearby(places, reach_km=10.0)
    assert found == pytest.approx([300_000 + 100_000 * exp(-1.106), 100_000 + 300_000 * exp(-1.106)], rel=1e-3)


def test_a_place_of_unknown_people_has_unknown_labour_and_gives_none_to_others() -> None:
    places = pd.DataFrame(
        {"longitude": [106.7, 106.7, None], "latitude": [10.8, 10.8, None], "population": [1000, None, 50]}
    )
    found = labour_nearby(places, reach_km=10.0)
    assert found[0] == 1000.0
    assert np.isnan(found[1:]).all()


def test_cells_that_list() -> None:
    assert listed(" 10; 11 ;") == ["10", "11"]
    assert listed(None) == []
    assert eligible_classes(pd.DataFrame()) == {}
