"""Cases and coverage, on the small pack with cases written here."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from quydat.core.problem import Problems
from quydat.law import coverage, load_pack, run_case
from quydat.law.cases import case_facts
from quydat.law.coverage import needed

OWN = Path(__file__).parents[2] / "support" / "law_pack" / "own"
HEAD = ["case_id", "rule_id", "covers", "on", "facts", "expected", "margin", "because"]
PARK = "kind=industrial_park; mountain=false; area_ha=20"
GOOD = [
    ("GREEN", "pass", "2026-01-01", f"{PARK}; green_share=0.2", "pass", "10"),
    ("GREEN", "fail", "2026-01-01", f"{PARK}; green_share=0.02", "fail", "-8"),
    ("GREEN", "unknown", "2026-01-01", PARK, "unknown", ""),
    ("GREEN", "not_applicable", "2026-01-01", "kind='industrial_cluster'", "not_applicable", ""),
    ("GREEN", "day_before", "2021-07-04", f"{PARK}; green_share=0.2", "not_applicable", ""),
    ("GREEN", "day_of", "2021-07-05", f"{PARK}; green_share=0.2", "pass", ""),
    ("GREEN", "edge_below", "2026-01-01", f"{PARK}; green_share=0.09", "fail", "-1"),
    ("GREEN", "edge", "2026-01-01", f"{PARK}; green_share=0.1", "pass", "0"),
    ("GREEN", "edge_above", "2026-01-01", f"{PARK}; green_share=0.11", "pass", "1"),
    (
        "GREEN",
        "exception",
        "2026-01-01",
        "kind=industrial_park; mountain=có; area_ha=20; green_share=0.06",
        "pass",
        "1",
    ),
    ("SIZE-NEW", "day_before", "2026-11-27", "kind=industrial_cluster; area_ha=7; filed_on=2026-09-14", "fail", "-3"),
    ("SIZE-NEW", "day_of", "2026-11-27", "kind=industrial_cluster; area_ha=7; filed_on=2026-09-15", "pass", "2"),
]
FALSE = [
    # The names promise what the cases are not.
    ("SIZE-NEW", "pass", "2026-11-27", "kind=industrial_cluster; area_ha=20; filed_on=2026-09-14", "pass", ""),
    ("SIZE-NEW", "edge", "2026-11-27", "kind=industrial_cluster; area_ha=7; filed_on=2026-09-16", "pass", ""),
    ("SIZE-NEW", "edge_below", "2026-11-27", "kind=industrial_cluster; area_ha=80; filed_on=2026-09-16", "fail", ""),
    ("SIZE-NEW", "day_of", "2026-09-15", "kind=industrial_cluster; area_ha=7; filed_on=2026-09-16", "pass", ""),
    ("SIZE-NEW", "fail", "2026-11-27", "kind=industrial_cluster; area_ha=7; filed_on=2026-09-16", "fail", ""),
    ("SIZE-NEW", "unknown", "2026-11-27", "kind=industrial_cluster; area=7", "unknown", ""),
]


def pack_with(folder: Path, cases: list[tuple[str, ...]]) -> Path:
    own = Path(shutil.copytree(OWN, folder / "own"))
    with (own / "law_case.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows((f"c{number}", *case, "by hand") for number, case in enumerate(cases))
    return own


def test_good_cases_cover_a_rule(tmp_path: Path) -> None:
    pack = load_pack([pack_with(tmp_path, GOOD)])
    assert [run_case(pack, case).as_expected for case in pack.cases] == [True] * len(GOOD)
    table = coverage(pack).set_index("rule_id")
    assert table.loc["GREEN", "missing"] == ""
    assert table.loc["GREEN", "present"] == table.loc["GREEN", "needed"]
    assert table.loc["GREEN", "edge"] == 1
    assert table.loc["SIZE-NEW", "missing"] == "pass;fail;unknown;not_applicable;edge_below;edge;edge_above"
    assert table.loc["PLANT", "missing"] == "pass;fail;unknown;day_before;day_of"


def test_a_case_that_is_not_what_it_says_does_not_count(tmp_path: Path) -> None:
    pack = load_pack([pack_with(tmp_path, FALSE)])
    table = coverage(pack).set_index("rule_id")
    # 80 ha lies above one edge of "between", and so below none.
    assert table.loc["SIZE-NEW", "present"] == ""
    told = run_case(pack, pack.cases[4]).told()
    assert told == "c4: expected fail, came pass +2 by SIZE-NEW "
    with pytest.raises(Problems) as caught:
        run_case(pack, pack.cases[5])
    assert caught.value.found[0].number == "QD808"


def test_what_a_rule_needs() -> None:
    pack = load_pack([OWN])
    assert needed(pack.rule("PLANT")) == ("pass", "fail", "unknown", "day_before", "day_of")
    assert "edge" not in needed(pack.rule("USE"))
    assert set(needed(pack.rule("COVER"))) == {
        "pass", "fail", "unknown", "not_applicable", "day_before", "day_of", "edge_below", "edge", "edge_above",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("area_ha", "QD827"),
        ("area_ha=", "QD827"),
        ("=1", "QD827"),
        ("area_ha=1; area_ha=2", "QD827"),
        ("area=1", "QD808"),
        ("area_ha=large", "QD826"),
        ("mountain=1.5", "QD826"),
        ("filed_on=15/9/2026", "QD826"),
    ],
)
def test_facts_that_cannot_be_read_are_told(text: str, number: str) -> None:
    with pytest.raises(Problems) as caught:
        case_facts(text, load_pack([OWN]).quantities["park"])
    assert [one.number for one in caught.value.found] == [number]


def test_facts_of_all_kinds() -> None:
    found = case_facts("kind='industrial_park'; area_ha=7.5; mountain=không; filed_on=2026-09-15;",
                       load_pack([OWN]).quantities["park"])  # fmt: skip
    assert found == {"kind": "industrial_park", "area_ha": 7.5, "mountain": False, "filed_on": date(2026, 9, 15)}
