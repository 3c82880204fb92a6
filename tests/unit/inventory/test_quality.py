"""Đúng, đủ, sạch, sống: each check at its bounds, each grade on its own."""

from datetime import date
from typing import Any

import pytest
from tests.support.survey import seen, stock

from quydat.core.problem import Place, catalogue
from quydat.dictionary.schema import tables
from quydat.inventory.quality import CHECKS, as_problems, contradictions, grade, quality_by_unit

DAY = date(2025, 6, 30)
GOOD = {
    "establishment_id": "s/000", "observed_on": "2025-01-01", "operating_state": "operating", "section": "C",
    "unit_id": "u1", "place_kind": "standalone", "workers": 100, "site_area_m2": 10000, "footprint_m2": 4000,
    "storeys": 2, "gross_floor_area_m2": 8000, "floor_basis": "measured", "plot_ratio": 0.8, "floor_per_worker_m2": 80,
    "tax_code": "0300588569", "tenure": "leased_from_state", "tenure_expiry_year": 2045,
    "longitude": 106.5, "latitude": 10.5, "position_error_m": 10,
}  # fmt: skip


@pytest.mark.parametrize(
    ("number", "fine", "wrong", "facts"),
    [
        ("QD260", {"footprint_m2": 4000, "site_area_m2": 4000}, {"site_area_m2": 3999}, ["4000 m²", "3999 m²"]),
        ("QD261", {"gross_floor_area_m2": 4000}, {"gross_floor_area_m2": 3999}, ["3999 m²", "4000 m²", "2 storeys"]),
        ("QD262", {"gross_floor_area_m2": 8400}, {"gross_floor_area_m2": 8401}, ["8401 m²", "4000 m²"]),
        ("QD263", {"plot_ratio": 15}, {"plot_ratio": 15.1}, ["15.1", "above 15 "]),
        ("QD264", {"floor_per_worker_m2": 1}, {"floor_per_worker_m2": 0.9}, ["0.9 m²", "1 to 5000"]),
        ("QD264", {"floor_per_worker_m2": 5000}, {"floor_per_worker_m2": 5001}, ["5001 m²"]),
        ("QD265", {"workers": None}, {"workers": 0}, ["without any worker"]),
        ("QD265", {"workers": 0, "operating_state": "suspended"}, {"workers": 0}, ["s/000"]),
        ("QD266", {"tenure_expiry_year": 2025}, {"tenure_expiry_year": 2024}, ["2024"]),
        ("QD266", {"tenure_expiry_year": 2024, "operating_state": None}, {"tenure_expiry_year": 2020}, ["2020"]),
        ("QD267", {"tenure_expiry_year": 2095}, {"tenure_expiry_year": 2096}, ["2096", "70 years"]),
        ("QD267", {"tenure_expiry_year": 2100, "tenure": "allocated"}, {"tenure_expiry_year": 2100}, ["2100"]),
    ],
)
def test_each_check(number: str, fine: dict[str, Any], wrong: dict[str, Any], facts: list[str]) -> None:
    assert len(contradictions(stock(GOOD | fine), as_of=DAY)) == 0
    rows = stock(GOOD, GOOD | wrong | {"establishment_id": "s/001"})
    found = contradictions(rows, as_of=DAY)
    assert found["number"].tolist() == [number]
    assert (found["position"].tolist(), found["establishment_id"].tolist()) == ([1], ["s/001"])
    (one,) = as_problems(found, rows, place=Place("survey.xlsx"))
    assert (one.number, one.place.file) == (number, "survey.xlsx")
    for fact in facts:
        assert fact.replace("s/000", "s/001") in one.message("en")
    assert one.place.column in rows.columns


def test_unknown_cells_contradict_nothing() -> None:
    assert len(contradictions(stock({}), as_of=DAY)) == 0


def test_numbers_are_in_the_catalogue_and_in_range() -> None:
    numbers = [check.number for check in CHECKS]
    assert numbers == sorted(set(numbers))
    assert set(numbers) == {number for number in catalogue() if "QD260" <= number <= "QD269"}


def graded(cells: dict[str, Any], *others: dict[str, Any], pending: tuple[str, ...] = ()) -> list[bool]:
    observations, own = seen(
        {"longitude": 106.5, "latitude": 10.5, "position_error_m": 10, "of": "s/000"},
        *({"of": "s/000"} | one for one in others),
    )
    rows = stock(GOOD | cells)
    made = grade(rows, observations, own, pending, as_of=DAY, live_years=2)
    assert (made.dtypes == "boolean").all()
    return [bool(one) for one in made[["correct", "complete", "clean", "live"]].iloc[0]]


@pytest.mark.parametrize(
    ("cells", "grades"),
    [
        ({}, [True, True, True, True]),
        ({"site_area_m2": 100}, [False, True, True, True]),
        ({"section": None}, [True, False, True, True]),
        ({"unit_id": None}, [True, False, True, True]),
        ({"place_kind": "unknown"}, [True, False, True, True]),
        ({"workers": None}, [True, False, True, True]),
        ({"site_area_m2": None}, [True, False, True, True]),
        ({"gross_floor_area_m2": None}, [True, False, True, True]),
        ({"operating_state": None}, [True, False, True, True]),
        ({"tax_code": None}, [True, True, True, True]),
        ({"tax_code": "0300588568"}, [True, True, False, True]),
        ({"observed_on": "2023-06-30"}, [True, True, True, False]),  # 731 days; two years are 730.5
        ({"observed_on": "2023-07-01"}, [True, True, True, True]),
    ],
)
def test_each_grade(cells: dict[str, Any], grades: list[bool]) -> None:
    assert graded(cells) == grades


def test_a_pending_review_is_not_clean() -> None:
    assert graded({}, pending=("s/000",))[2] is False
    assert graded({}, pending=("x/1",))[2] is True


def test_two_positions_are_not_clean() -> None:
    far = {"longitude": 106.5, "latitude": 10.503}  # 0.003° of latitude are 334 m
    assert graded({}, far)[2] is False
    assert graded({}, far | {"position_error_m": 330})[2] is True
    assert graded({}, {"longitude": 106.5, "latitude": 10.501})[2] is True  # 111 m: one plot
    assert graded({}, far | {"observed_on": "2026-01-01"})[2] is True


def test_units_add_up_and_closed_ones_are_not_counted() -> None:
    grades = {"correct": "yes", "complete": "yes", "clean": "no", "live": "yes"}
    rows = stock(
        {"unit_id": "u2", **grades},
        {"unit_id": "u1", **grades, "clean": "yes"},
        {"unit_id": "u1", **grades, "complete": "no"},
        grades,
        {"unit_id": "u1", **grades, "operating_state": "closed"},
    )
    table = quality_by_unit(rows, waiting=7).set_index("unit_id")
    assert table.index.tolist() == ["total", "u1", "u2", "unknown"]
    assert table["establishments"].tolist() == [4, 2, 1, 1]
    assert table["complete"].tolist() == [3, 1, 1, 1]
    assert table["clean"].tolist() == [1, 1, 0, 0]
    assert table["all_four"].tolist() == [1, 1, 0, 0]
    assert table["waiting"].iloc[0] == 7
    assert table["waiting"].iloc[1:].isna().all()  # a row in quarantine has no unit yet
    counts = table.drop(columns=["waiting", "name_vi", "name_en", "basis"])
    assert (counts.iloc[1:].sum() == counts.loc["total"]).all()
    assert list(quality_by_unit(rows, waiting=0).columns) == tables()["survey_quality"].columns
    assert quality_by_unit(rows.iloc[:0], waiting=1)["establishments"].tolist() == [0]
