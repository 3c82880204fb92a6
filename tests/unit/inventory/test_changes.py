"""Two days compared: each cause on its own, and every square metre under one cause."""

from typing import Any

import pandas as pd
import pytest
from tests.support.survey import stock

from quydat.inventory.changes import CAUSES, compare_days

BASE = {
    "establishment_id": "a", "observation_ids": "a", "operating_state": "operating", "floor_basis": "declared",
    "gross_floor_area_m2": 500, "unit_id": "u1", "longitude": 106.5, "latitude": 10.5, "workers": 20, "section": "C",
}  # fmt: skip
OTHER = BASE | {"establishment_id": "b", "observation_ids": "b", "gross_floor_area_m2": 300}


def told(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    frame = compare_days(stock(*before), stock(*after))
    return list(
        frame[["cause", "establishments", "standing", "gross_floor_area_m2", "examples"]].itertuples(
            index=False, name=None
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "cause", "standing", "floor"),
    [
        ({}, {"operating_state": "closed"}, "closed", -1, -500),
        ({}, {"operating_state": "moved"}, "moved_away", -1, -500),
        ({"operating_state": "closed"}, {"operating_state": "operating"}, "reopened", 1, 500),
        ({}, {"unit_id": "u2", "longitude": 106.6, "gross_floor_area_m2": 700}, "moved", 0, 200),
        ({"longitude": None}, {"unit_id": "u2"}, "moved", 0, 0),
        ({}, {"unit_id": "u2"}, "unit_redrawn", 0, 0),
        ({"gross_floor_area_m2": None, "floor_basis": None}, {}, "floor_learned", 0, 500),
        ({}, {"gross_floor_area_m2": None, "floor_basis": None}, "floor_lost", 0, -500),
        ({}, {"floor_basis": "measured", "gross_floor_area_m2": 480}, "basis_improved", 0, -20),
        ({}, {"floor_basis": "estimated"}, "basis_weakened", 0, 0),
        ({}, {"gross_floor_area_m2": 650}, "floor_changed", 0, 150),
        ({}, {"section": "H"}, "reclassified", 0, 0),
        ({}, {"park_id": "p", "place_kind": "industrial_park"}, "reclassified", 0, 0),
        ({}, {"workers": 30}, "workers_changed", 0, 0),
        ({"workers": None}, {"workers": 0}, "workers_changed", 0, 0),
        ({}, {"operating_state": "suspended"}, "other", 0, 0),
    ],
)
def test_one_cause(before: dict[str, Any], after: dict[str, Any], cause: str, standing: int, floor: float) -> None:
    assert told([BASE | before, OTHER], [BASE | after, OTHER]) == [(cause, 1, standing, floor, "a")]


def test_nothing_changed_though_it_was_seen_again() -> None:
    again = BASE | {"observation_ids": "a;a2", "latest_id": "a2", "observed_on": "2025-06-01"}
    assert told([BASE], [again]) == []


def test_new_ones_and_those_whose_observations_are_gone() -> None:
    assert told([BASE], [OTHER]) == [("appeared", 1, 1, 300, "b"), ("withdrawn", 1, -1, -500, "a")]


def test_merged_and_split() -> None:
    both = BASE | {"observation_ids": "a;b"}
    assert told([BASE, OTHER], [both]) == [("merged", 2, -1, -300, "b;a")]
    assert told([both], [BASE, OTHER]) == [("split", 2, 1, 300, "b;a")]
    # b is taken in by a new observation with a smaller id, and goes by that id now
    assert told([OTHER], [BASE | {"observation_ids": "a;b"}]) == [("merged", 2, 0, 200, "a;b")]


def test_the_largest_changes_are_named() -> None:
    rows = [BASE | {"establishment_id": i, "observation_ids": i, "gross_floor_area_m2": 100} for i in "abcd"]
    later = [row | {"gross_floor_area_m2": 100 + add} for row, add in zip(rows, (5, -40, 20, 30), strict=True)]
    assert told(rows, later) == [("floor_changed", 4, 0, 15, "b;d;c")]


def test_nothing_on_either_day() -> None:
    assert told([], []) == []
    assert told([], [BASE]) == [("appeared", 1, 1, 500, "a")]
    assert list(compare_days(stock(), stock()).columns) == [
        "cause", "establishments", "standing", "gross_floor_area_m2", "examples",
    ]  # fmt: skip


def test_causes_are_told_in_order() -> None:
    assert len(set(CAUSES)) == len(CAUSES)
    frame = compare_days(stock(BASE, OTHER), stock(BASE | {"workers": 21}, OTHER | {"operating_state": "closed"}))
    assert frame["cause"].tolist() == ["closed", "workers_changed"]
    assert isinstance(frame, pd.DataFrame)
