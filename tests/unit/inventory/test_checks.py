"""Every contradiction in parks and claims is found, with its row and column."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Place
from quydat.inventory.checks import check_inventory

EXTENT = (106.0, 10.0, 107.0, 11.0)
PARK = {
    "name_vi": "A", "name_en": "A", "kind": "industrial_park", "district": "d", "state": "operating",
    "zone_group": "a", "source_ids": "s", "confidence": "high", "basis": "published",
}  # fmt: skip
CLAIM = {
    "table": "park", "row_id": "b", "attribute": "gross_area_ha", "value": "100", "use": "chosen", "reason": "r",
    "source_ids": "s", "confidence": "high", "basis": "published",
}  # fmt: skip
Make = Callable[[str, list[dict[str, Any]]], pd.DataFrame]


def found(make_table: Make, *parks: dict[str, Any], claims: tuple[dict[str, Any], ...] = ()) -> list[tuple[Any, ...]]:
    rows = [{**PARK, "park_id": "a", "gross_area_ha": 50}, *({**PARK, "park_id": "b", **one} for one in parks)]
    record = {
        "park": make_table("park", rows),
        "claim": make_table("claim", [{**CLAIM, "claim_id": f"c{i}", **one} for i, one in enumerate(claims)]),
    }
    problems = check_inventory(record, place=lambda name: Place(f"{name}.csv"), extent=EXTENT)
    return [(p.number, p.place.file, p.place.row, p.place.column) for p in problems]


@pytest.mark.parametrize(
    ("park", "number", "column"),
    [
        ({"gross_area_ha": 100, "lettable_area_ha": 101}, "QD221", "lettable_area_ha"),
        ({"gross_area_ha": 100, "lettable_area_ha": 60, "vacant_area_ha": 61}, "QD222", "vacant_area_ha"),
        ({"gross_area_ha": 100, "vacant_area_ha": 101}, "QD222", "vacant_area_ha"),
        ({"year_established": 2010, "lease_expiry_year": 2009}, "QD227", "lease_expiry_year"),
        ({"longitude": 108.0, "latitude": 10.5}, "QD228", "longitude"),
        ({"longitude": 106.5, "latitude": 9.9}, "QD228", "longitude"),
    ],
)
def test_a_park_that_contradicts_itself(make_table: Make, park: dict[str, Any], number: str, column: str) -> None:
    assert found(make_table, park) == [(number, "park.csv", 3, column)]


def test_equal_values_and_unknown_ones_are_no_contradiction(make_table: Make) -> None:
    whole = {"gross_area_ha": 100, "lettable_area_ha": 100, "vacant_area_ha": 100, "longitude": 106.0, "latitude": 11.0}
    assert found(make_table, whole) == []
    assert found(make_table, {"lettable_area_ha": 100, "lease_expiry_year": 2000, "longitude": 110.0}) == []


def test_a_chosen_claim_must_say_what_its_cell_holds(make_table: Make) -> None:
    park = {"gross_area_ha": 100}
    assert found(make_table, park, claims=({},)) == []
    assert found(make_table, park, claims=({"value": "100.0"},)) == []
    wrong = [("QD223", "claim.csv", 2, "attribute")]
    assert found(make_table, park, claims=({"value": "101"},)) == wrong
    assert found(make_table, park, claims=({"value": "many"},)) == wrong
    assert found(make_table, {}, claims=({},)) == wrong
    assert found(make_table, park, claims=({"value": "101", "use": "alternative"},)) == []


def test_a_cell_has_one_chosen_claim(make_table: Make) -> None:
    assert found(make_table, {"gross_area_ha": 100}, claims=({}, {})) == [("QD224", "claim.csv", 3, "use")]


@pytest.mark.parametrize("claim", [{"row_id": "z"}, {"attribute": "area"}, {"table": "city_model"}])
def test_a_claim_speaks_of_a_cell_that_exists(make_table: Make, claim: dict[str, Any]) -> None:
    assert found(make_table, {"gross_area_ha": 100}, claims=(claim,)) == [("QD225", "claim.csv", 2, "attribute")]
