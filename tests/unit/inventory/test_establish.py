"""Establishments made from observations: each cell from the latest that knows it, on cases counted by hand."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.survey import seen

from quydat.dictionary.schema import tables
from quydat.inventory.establish import FILLED_LATER, WORKING, chosen, establish
from quydat.inventory.floor import estimated_floor

DAY = date(2025, 6, 30)


def made(*rows: dict[str, Any], as_of: date = DAY, storey_height_m: float = 4.0) -> pd.DataFrame:
    observations, own = seen(*rows)
    return establish(observations, own, as_of=as_of, storey_height_m=storey_height_m)


def test_columns_are_those_of_the_dictionary_but_what_comes_later() -> None:
    frame = made({})
    left = [name for name in tables()["establishment"].columns if name not in FILLED_LATER]
    assert list(frame.columns) == [*left, *WORKING]
    assert set(tables()["establishment"].columns) >= FILLED_LATER


def test_a_later_observation_that_is_silent_erases_nothing() -> None:
    frame = made(
        {"of": "a", "observed_on": "2023-01-01", "workers": 40, "site_area_m2": 5000, "operating_state": "operating"},
        {"of": "a", "observed_on": "2024-01-01", "workers": 50},
        {"of": "a", "observed_on": "2025-01-01", "name": "Cơ sở Mới", "operating_state": "suspended"},
    )
    (row,) = frame.to_dict("records")
    assert (row["workers"], row["site_area_m2"], row["operating_state"]) == (50, 5000, "suspended")
    assert (row["name"], row["latest_id"], row["observation_ids"]) == ("Cơ sở Mới", "s/002", "s/000;s/001;s/002")
    assert row["observed_on"] == pd.Timestamp("2025-01-01")


def test_what_comes_after_the_day_is_left_out() -> None:
    rows = (
        {"of": "a", "observed_on": "2024-01-01", "workers": 40},
        {"of": "a", "observed_on": "2025-06-30", "workers": 50},
        {"of": "a", "observed_on": "2025-07-01", "workers": 60},
        {"of": "b", "observed_on": "2025-07-01"},
    )
    assert made(*rows)["workers"].tolist() == [50]
    assert made(*rows, as_of=date(2025, 6, 29))["workers"].tolist() == [40]
    assert made(*rows, as_of=date(2025, 7, 1))["establishment_id"].tolist() == ["a", "b"]
    assert len(made(*rows, as_of=date(2023, 12, 31))) == 0


def test_on_one_day_the_larger_id_goes_first() -> None:
    frame = made({"of": "a", "workers": 7}, {"of": "a", "workers": 8}, {"of": "a"})
    assert frame["workers"].tolist() == [8]


def test_those_closed_or_moved_stay_with_their_state() -> None:
    frame = made(
        {"of": "a", "observed_on": "2024-01-01", "operating_state": "operating"},
        {"of": "a", "observed_on": "2025-01-01", "operating_state": "closed"},
        {"of": "b", "operating_state": "moved"},
    )
    assert frame["operating_state"].tolist() == ["closed", "moved"]


def test_the_basis_is_the_weakest_of_those_that_gave_a_cell() -> None:
    old = {"of": "a", "observed_on": "2020-01-01", "basis": "assumed"}
    new = {"of": "a", "observed_on": "2025-01-01", "basis": "published"}
    assert made(old, new)["basis"].tolist() == ["published"]  # the old one gives nothing
    assert made(old | {"workers": 3}, new)["basis"].tolist() == ["assumed"]
    assert made({"of": "b", "basis": "illustrative"})["basis"].tolist() == ["illustrative"]


def test_a_code_keeps_the_version_that_was_said_with_it() -> None:
    frame = made(
        {"of": "a", "observed_on": "2024-01-01", "sector_code": "6201", "vsic_version": "2018"},
        {"of": "a", "observed_on": "2025-01-01", "sector_code": "6210"},
    )
    assert frame["sector_code"].tolist() == ["6210"]
    assert frame["vsic_version"].isna().tolist() == [True]


def test_coordinates_go_before_the_middle_of_a_ward_that_is_newer() -> None:
    gps = {"longitude": 106.6, "latitude": 10.7, "position_error_m": 5, "position_source": "gps"}
    ward = {"longitude": 106.7, "latitude": 10.8, "position_error_m": 2000, "position_source": "address"}
    frame = made(
        {"of": "a", "observed_on": "2024-01-01", **gps},
        {"of": "a", "observed_on": "2025-01-01", **ward},
        {"of": "b", **ward},
    )
    assert frame["longitude"].tolist() == [106.6, 106.7]
    assert frame["position_error_m"].tolist() == [5, 2000]


def test_a_district_alone_does_not_erase_the_ward() -> None:
    frame = made(
        {"of": "a", "observed_on": "2024-01-01", "unit_name": "Xã Bình Hưng", "district_name": "Huyện Bình Chánh"},
        {"of": "a", "observed_on": "2025-01-01", "district_name": "Bình Chánh"},
    )
    assert frame["unit_name"].tolist() == ["Xã Bình Hưng"]
    assert frame["district_name"].tolist() == ["Huyện Bình Chánh"]


@pytest.mark.parametrize(
    ("sayings", "floor", "basis"),
    [
        ([("2024-01-01", 900, "measured"), ("2025-01-01", 800, "declared")], 800, "declared"),
        ([("2025-01-01", 900, "measured"), ("2025-01-01", 800, "declared")], 900, "measured"),
        ([("2025-01-01", 800, "declared"), ("2025-01-01", 900, "measured")], 900, "measured"),
        ([("2020-01-01", 800, "declared"), ("2025-01-01", 1000, "estimated")], 800, "declared"),
        ([("2020-01-01", 990, "estimated"), ("2025-01-01", 1000, "estimated")], 1000, "estimated"),
        ([("2025-01-01", 700, None)], 700, "declared"),
        ([("2025-01-01", 0, "measured")], 0, "measured"),
    ],
)
def test_stated_floor(sayings: list[tuple[str, float, str | None]], floor: float, basis: str) -> None:
    frame = made(
        *(
            {"of": "a", "observed_on": on, "gross_floor_area_m2": area, "floor_basis": how, "footprint_m2": 100}
            for on, area, how in sayings
        )
    )
    assert (frame["gross_floor_area_m2"].tolist(), frame["floor_basis"].tolist()) == ([floor], [basis])


@pytest.mark.parametrize(
    ("cells", "floor"),
    [
        ({"footprint_m2": 1200, "storeys": 2}, 2400),
        ({"footprint_m2": 1200, "storeys": 1.5, "height_m": 30}, 1800),
        ({"footprint_m2": 1200, "height_m": 2.9}, 1200),  # lower than a storey, and has a floor
        ({"footprint_m2": 1200, "height_m": 13}, 3600),  # ⌊13 ÷ 4⌋ = 3
        ({"footprint_m2": 1200, "storeys": 0, "height_m": 8}, 2400),  # no storeys is no building: not believed
        ({"footprint_m2": 1200}, None),
        ({"footprint_m2": 1200, "height_m": 0}, None),
        ({"footprint_m2": 0, "storeys": 2}, None),
        ({"storeys": 2}, None),
    ],
)
def test_estimated_floor_is_never_zero(cells: dict[str, float], floor: float | None) -> None:
    frame = made({"of": "a", **cells})
    value, how = frame["gross_floor_area_m2"].iloc[0], frame["floor_basis"].iloc[0]
    if floor is None:
        assert np.isnan(value)
        assert pd.isna(how)
    else:
        assert (value, how) == (floor, "estimated")


def test_floor_is_joined_from_what_several_observations_know() -> None:
    frame = made(
        {"of": "a", "observed_on": "2023-01-01", "footprint_m2": 500},
        {"of": "a", "observed_on": "2024-01-01", "storeys": 3},
    )
    assert frame["gross_floor_area_m2"].tolist() == [1500]


def test_ratios_are_unknown_where_a_part_is_unknown_or_zero() -> None:
    frame = made(
        {"gross_floor_area_m2": 6000, "site_area_m2": 10000, "footprint_m2": 4000, "workers": 120},
        {"gross_floor_area_m2": 6000, "site_area_m2": 0, "footprint_m2": 4000, "workers": 0},
        {"site_area_m2": 10000, "workers": 10},
    )
    assert frame["plot_ratio"].tolist()[0] == 0.6
    assert frame["site_coverage_share"].tolist()[0] == 0.4
    assert frame["floor_per_worker_m2"].tolist()[0] == 50
    assert frame[["plot_ratio", "site_coverage_share", "floor_per_worker_m2"]].iloc[1:].isna().all().all()


def test_the_order_of_rows_changes_nothing() -> None:
    observations, own = seen(
        *({"of": f"e{n % 4}", "workers": n, "storeys": n if n % 3 else None, "site_area_m2": n} for n in range(1, 12))
    )
    first = establish(observations, own, as_of=DAY, storey_height_m=4)
    order = np.random.default_rng(1).permutation(len(own))
    again = establish(observations.iloc[order], own.iloc[order], as_of=DAY, storey_height_m=4)
    pd.testing.assert_frame_equal(first, again)


def test_nothing_seen_gives_the_table_without_rows() -> None:
    observations, own = seen({})
    frame = establish(observations.iloc[:0], own.iloc[:0], as_of=DAY, storey_height_m=4)
    assert len(frame) == 0
    assert frame["floor_basis"].dtype == "str"


def test_ids_that_do_not_fit_the_rows_are_refused() -> None:
    observations, own = seen({}, {})
    with pytest.raises(ValueError, match="1 establishment ids"):
        establish(observations, own.iloc[:1], as_of=DAY, storey_height_m=4)
    with pytest.raises(ValueError, match="1 missing"):
        establish(observations, own.where([True, False]), as_of=DAY, storey_height_m=4)


def test_where_each_cell_comes_from() -> None:
    observations, own = seen(
        {"of": "a", "observed_on": "2023-01-01", "workers": 40, "gross_floor_area_m2": 900, "floor_basis": "measured"},
        {"of": "a", "observed_on": "2024-01-01", "workers": 50, "gross_floor_area_m2": 950, "floor_basis": "estimated"},
        {"of": "b", "observed_on": "2024-01-01", "workers": 60},
        {"of": "a", "observed_on": "2026-01-01", "workers": 70},
    )
    by_name = {choice.attribute: choice for choice in chosen(observations, own, "a", DAY)}
    assert set(by_name) == {"name", "workers", "gross_floor_area_m2", "floor_basis"}
    workers = by_name["workers"]
    assert (workers.taken.observation_id, workers.taken.observed_on, workers.taken.value) == (
        "s/001",
        date(2024, 1, 1),
        50,
    )
    assert [(one.observation_id, one.value) for one in workers.others] == [("s/000", 40)]
    floor = by_name["gross_floor_area_m2"]
    assert floor.taken.value == 900
    assert [one.value for one in floor.others] == [950]
    assert [choice.taken.value for choice in chosen(observations, own, "b", DAY)] == ["Cơ sở", 60]
    with pytest.raises(KeyError):
        chosen(observations, own, "c", DAY)


def test_a_shed_of_2_9_m_has_a_floor() -> None:
    one = np.array([1.0])
    assert estimated_floor(one * 800, one * np.nan, one * 2.9, storey_height_m=4.0).tolist() == [800]


def test_what_will_be_wanted_comes_from_one_observation() -> None:
    rows, own = seen(
        {"of": "a", "observed_on": "2024-01-01", "wanted_land_m2": 900, "wanted_floor_m2": 400, "wanted_by_year": 2030},
        {"of": "a", "observed_on": "2024-06-01", "wanted_floor_m2": 0},
        {"of": "a", "observed_on": "2025-01-01", "wanted_by_year": 2035},
        {"of": "b", "observed_on": "2025-01-01", "wanted_by_year": 2035},
    )
    made = establish(rows, own, as_of=date(2025, 6, 30), storey_height_m=4.0)
    found = made[["wanted_land_m2", "wanted_floor_m2", "wanted_by_year"]]
    assert found.iloc[0].isna().tolist() == [True, False, True] and found["wanted_floor_m2"].iloc[0] == 0.0
    assert found.iloc[1].isna().all(), "a year alone says nothing"
