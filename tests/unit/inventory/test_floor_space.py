"""Floor space on a table that can be counted by hand: coverage, absence, who is left out, and sums that close."""

import pandas as pd
import pytest
from tests.support.survey import stock

from quydat.dictionary.schema import choices, tables
from quydat.inventory.floor_space import CROSS, tabulate_floor

ROWS = stock(
    {"section": "C", "division": "14", "unit_id": "u1", "park_id": "p1", "place_kind": "industrial_park",
     "size_class": "small", "operating_state": "operating", "workers": 50, "site_area_m2": 1000,
     "gross_floor_area_m2": 800, "floor_basis": "measured"},
    {"section": "C", "division": "25", "unit_id": "u2", "place_kind": "standalone", "size_class": "small",
     "operating_state": "suspended", "workers": 20, "site_area_m2": 500, "gross_floor_area_m2": 700,
     "floor_basis": "declared", "tenure": "allocated"},
    {"section": "H", "unit_id": "u1", "place_kind": "standalone", "operating_state": "under_construction",
     "gross_floor_area_m2": 60, "floor_basis": "estimated", "site_area_m2": 0, "workers": 0},
    {"section": "H", "unit_id": "u1", "workers": 7, "site_area_m2": 300},
    {"section": "C", "unit_id": "u1", "operating_state": "closed", "gross_floor_area_m2": 5000,
     "floor_basis": "measured"},
)  # fmt: skip
SPACE, CELL = tabulate_floor(ROWS)
GROUPS = SPACE.set_index(["dimension", "group"])


def test_columns_are_those_of_the_dictionary() -> None:
    assert list(SPACE.columns) == tables()["floor_space"].columns
    assert list(CELL.columns) == tables()["floor_cell"].columns
    assert list(dict.fromkeys(SPACE["dimension"])) == list(choices("floor_dimension"))
    assert not SPACE.duplicated(["dimension", "group"]).any()


def test_the_total_by_hand() -> None:
    total = GROUPS.loc[("total", "total")]
    assert (total["establishments"], total["floor_known"], total["site_known"]) == (4, 3, 4)
    assert (total["gross_floor_area_m2"], total["measured_m2"]) == (1560, 800)
    assert (total["declared_m2"], total["estimated_m2"]) == (700, 60)
    assert (total["site_area_m2"], total["workers"]) == (1800, 77)
    assert total["plot_ratio"] == 1500 / 1500  # the site of 0 and the one without floor are left out
    assert total["floor_per_worker_m2"] == 1500 / 70
    assert total[["estimated_total_m2", "standard_error_m2", "low_m2", "high_m2"]].isna().all()


def test_groups_are_in_order_and_the_unknown_is_last() -> None:
    groups = SPACE.groupby("dimension", sort=False)["group"].agg(list)
    assert groups["park"] == ["p1", "standalone", "unknown"]
    assert groups["division"] == ["14", "25", "unknown"]
    assert groups["size"] == ["small", "unknown"]
    assert groups["place_kind"] == ["industrial_park", "standalone", "unknown"]
    assert groups["environmental_group"] == ["unknown"]


def test_what_is_not_known_is_no_zero() -> None:
    unknown = GROUPS.loc[("place_kind", "unknown")]
    assert (unknown["establishments"], unknown["floor_known"], unknown["workers"]) == (1, 0, 7)
    assert pd.isna(unknown["gross_floor_area_m2"])
    assert pd.isna(unknown["measured_m2"])
    assert pd.isna(unknown["plot_ratio"])
    small = GROUPS.loc[("size", "small")]
    assert small["estimated_m2"] == 0  # the floor of all is known, and nothing of it is estimated


def test_closed_ones_are_only_in_their_state() -> None:
    assert GROUPS.loc[("state", "closed"), "gross_floor_area_m2"] == 5000
    assert GROUPS.loc[("section", "C"), "gross_floor_area_m2"] == 1500
    assert GROUPS.loc[("unit", "u1"), "establishments"] == 3
    assert CELL.loc[CELL["operating_state"] == "closed", "measured_m2"].tolist() == [5000]
    assert GROUPS.loc[("state", "unknown"), "establishments"] == 1


def test_cells_in_order() -> None:
    told = CELL[["section", "unit_id", "park_id", "size_class", "operating_state"]].values.tolist()
    assert told == [
        ["C", "u1", "p1", "small", "operating"],
        ["C", "u1", "unknown", "unknown", "closed"],
        ["C", "u2", "standalone", "small", "suspended"],
        ["H", "u1", "standalone", "unknown", "under_construction"],
        ["H", "u1", "unknown", "unknown", "unknown"],
    ]


@pytest.mark.parametrize("dimension", choices("floor_dimension"))
def test_parts_sum_to_the_whole(dimension: str) -> None:
    part = SPACE[SPACE["dimension"] == dimension]
    if dimension == "state":
        part = part[~part["group"].isin(["closed", "moved"])]
    total = GROUPS.loc[("total", "total")]
    for name in ("establishments", "floor_known", "gross_floor_area_m2", "site_area_m2", "site_known", "workers"):
        assert part[name].sum() == total[name], name


def test_the_order_of_rows_changes_nothing() -> None:
    again, cells = tabulate_floor(ROWS.iloc[::-1])
    pd.testing.assert_frame_equal(SPACE, again)
    pd.testing.assert_frame_equal(CELL, cells)


def test_no_establishments() -> None:
    space, cell = tabulate_floor(ROWS.iloc[:0])
    assert space["group"].tolist() == ["total"]
    assert space["gross_floor_area_m2"].tolist() == [0]  # a sum over nothing is known
    assert len(cell) == 0
    assert list(cell.columns[:5]) == ["section", "unit_id", "park_id", "size_class", "operating_state"]
    assert len(CROSS) == 5
