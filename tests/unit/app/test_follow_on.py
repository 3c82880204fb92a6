"""Echoes of a problem are left out, and only these."""

import pandas as pd
from tests.support.rows import table

from quydat.app.follow_on import without_follow_ons
from quydat.core.problem import Place, Problem, problem

PARKS = table(
    "park",
    [
        {
            "park_id": park, "name_vi": park, "name_en": park, "kind": "industrial_park", "district": "x",
            "state": "operating", "zone_group": park, "source_ids": "s", "confidence": "high", "basis": "published",
        }
        for park in ("a", "b")
    ],
)  # fmt: skip
PLACES = {("park.csv", ""): ("park", PARKS)}


def negative(row: int) -> Problem:
    return problem(
        "QD208", Place("park.csv", "", row, "gross_area_ha"),
        value=-1, unit="ha", label_vi="", label_en="", minimum=0, maximum=1,
    )  # fmt: skip


def disagrees(cell: str, row: int | None = 9) -> Problem:
    return problem("QD223", Place("claim.csv", "", row, "attribute"), cell=cell, value="", claim="c", claimed="5")


def unknown(name: str) -> Problem:
    facts = {"value": "z", "table": name, "nearest_vi": "", "nearest_en": ""}
    return problem("QD211", Place("event.csv", "", 2, "park_id"), **facts)  # type: ignore[arg-type]


def left(found: list[Problem], cells: list[Problem], places: dict[tuple[str, str], tuple[str, pd.DataFrame]]) -> int:
    return len(without_follow_ons(found, cells, places))


def test_a_claim_on_a_cell_that_could_not_be_read() -> None:
    assert left([disagrees("park/a/gross_area_ha")], [negative(2)], PLACES) == 0
    assert left([disagrees("park/b/gross_area_ha")], [negative(2)], PLACES) == 1
    assert left([disagrees("park/a/lettable_area_ha")], [negative(2)], PLACES) == 1


def test_a_claim_on_a_row_that_stands_twice() -> None:
    twice = problem("QD210", Place("park.csv", "", 3, "park_id"), key="b", first=2)
    assert left([disagrees("park/b/lettable_area_ha")], [twice], PLACES) == 0
    assert left([disagrees("park/a/lettable_area_ha"), unknown("park")], [twice], PLACES) == 2


def test_a_claim_on_a_column_that_is_not_there() -> None:
    renamed = problem("QD202", Place("park.csv"), table="park", column="area", nearest="gross_area_ha")
    assert left([disagrees("park/a/gross_area_ha"), disagrees("park/a/district")], [renamed], PLACES) == 1


def test_what_points_into_a_table_without_its_key() -> None:
    missing = problem("QD201", Place("park.csv"), table="park", column="park_id", label_vi="", label_en="")
    assert left([unknown("park"), unknown("source")], [missing], PLACES) == 1


def test_what_points_into_a_file_that_could_not_be_read() -> None:
    damaged = problem("QD105", Place("source.csv"), offset=1)
    assert left([unknown("source"), unknown("park")], [damaged], PLACES) == 1


def test_another_problem_of_the_same_row_stays() -> None:
    other = problem("QD221", Place("park.csv", "", 2, "lettable_area_ha"), park="a", lettable=9, gross=1)
    same = problem("QD228", Place("park.csv", "", 2, "gross_area_ha"), park="a", longitude=1, latitude=1)
    assert left([other, same], [negative(2)], PLACES) == 1
