"""Reading a raw table: each kind of bad cell, in its place, and all of them at once."""

from datetime import date, datetime
from typing import Any
from unicodedata import normalize

import pandas as pd
import pytest

from quydat.core.problem import Place, Problem
from quydat.dictionary.read import (
    duplicate_keys,
    empty,
    key_of,
    keys_of,
    typed,
    unknown_references,
)  # fmt: skip
from quydat.dictionary.schema import Attribute, Table, tables


def attribute(name: str, type_: str, **changes: Any) -> Attribute:
    plain: dict[str, Any] = {
        "unit": "", "required": False, "minimum": None, "maximum": None, "choices": "", "refers_to": "",
        "label_vi": f"Nhãn {name}", "label_en": f"Label {name}", "definition_vi": "", "definition_en": "",
        "legal_basis": "", "since": "0.1.0",
    }  # fmt: skip
    return Attribute(name=name, type=type_, **plain | changes)


TABLE = Table(
    name="sample",
    kind="record",
    key=("id",),
    label_vi="Mẫu",
    label_en="Sample",
    definition_vi="",
    definition_en="",
    attributes=(
        attribute("id", "text", required=True),
        attribute("area_ha", "number", unit="ha", minimum=0.0, maximum=20_000.0),
        attribute("count", "integer", maximum=10_000_000.0),
        attribute("year", "year", minimum=1960.0),
        attribute("state_land", "boolean"),
        attribute("on", "date"),
        attribute("as_of", "partial_date"),
        attribute("kind", "choice", choices="park_kind"),
        attribute("source_ids", "refs", required=True, refers_to="source"),
    ),
)
GOOD = {"id": "a", "source_ids": "s1"}


def read(*rows: dict[str, Any]) -> tuple[pd.DataFrame, list[Problem]]:
    return typed(pd.DataFrame(list(rows)), TABLE, file="sample.xlsx", sheet="Mẫu")


def places(found: list[Problem]) -> list[tuple[str, int | None, str]]:
    return [(p.number, p.place.row, p.place.column) for p in found]


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("id", " a ", "a"),
        ("id", 12.0, "12"),
        ("area_ha", "300.5", 300.5),
        ("area_ha", " 0 ", 0.0),
        ("area_ha", 20_000, 20_000.0),
        ("area_ha", "1e3", 1000.0),
        ("count", "12", 12),
        ("count", 12.0, 12),
        ("year", "2030.0", 2030),
        ("state_land", "Có", True),
        ("state_land", "khong", False),
        ("state_land", "YES", True),
        ("state_land", 0, False),
        ("state_land", 1.0, True),
        ("state_land", False, False),
        ("state_land", normalize("NFD", "không"), False),
        ("on", "2025-06-30", date(2025, 6, 30)),
        ("on", date(2025, 6, 30), date(2025, 6, 30)),
        ("on", datetime(2025, 6, 30, 8, 15), date(2025, 6, 30)),
        ("on", pd.Timestamp(2025, 6, 30), date(2025, 6, 30)),
        ("as_of", "2025-06", "2025-06"),
        ("as_of", 2025, "2025"),
        ("as_of", 2025.0, "2025"),
        ("as_of", datetime(2025, 6, 30), "2025-06-30"),
        ("kind", "industrial_cluster", "industrial_cluster"),
        ("kind", "Cụm công nghiệp", "industrial_cluster"),
        ("kind", normalize("NFD", "cụm công nghiệp"), "industrial_cluster"),
        ("kind", "Industrial cluster", "industrial_cluster"),
        ("source_ids", " s1 ;s2;", "s1;s2"),
    ],
)
def test_good_cells(column: str, raw: Any, value: Any) -> None:
    table, found = read(GOOD | {column: raw})
    assert found == []
    assert table[column].tolist() == [value]
    assert type(table[column].tolist()[0]) is type(value)


@pytest.mark.parametrize(
    ("number", "column", "raw"),
    [
        ("QD204", "id", None),
        ("QD204", "id", "  "),
        ("QD204", "source_ids", float("nan")),
        ("QD204", "source_ids", " ; "),
        ("QD205", "area_ha", "300 ha"),
        ("QD205", "area_ha", "1.234,5"),
        ("QD205", "area_ha", "1_000"),
        ("QD205", "area_ha", "３００"),
        ("QD205", "area_ha", "inf"),
        ("QD205", "area_ha", "nan"),
        ("QD205", "area_ha", True),
        ("QD205", "area_ha", date(2025, 6, 30)),
        ("QD205", "count", "khoảng 12"),
        ("QD206", "count", "12.5"),
        ("QD206", "year", 2030.5),
        ("QD207", "on", "30/6/2025"),
        ("QD207", "on", "2025-06"),
        ("QD207", "on", "2025-02-30"),
        ("QD207", "on", 45838.0),  # a day as a spreadsheet numbers it
        ("QD207", "as_of", "6/2025"),
        ("QD207", "as_of", "2025-13"),
        ("QD208", "area_ha", "-0.1"),
        ("QD208", "area_ha", 20_000.5),
        ("QD208", "count", 10_000_001),
        ("QD208", "year", "1959"),
        ("QD209", "kind", "khu phố"),
        ("QD209", "kind", 3),
        ("QD212", "state_land", "x"),
        ("QD212", "state_land", 2),
    ],
)
def test_bad_cells(number: str, column: str, raw: Any) -> None:
    _, found = read(GOOD, GOOD | {"id": "b", column: raw}, GOOD | {"id": "c"})
    assert places(found) == [(number, 3, column)]
    assert (found[0].place.file, found[0].place.sheet) == ("sample.xlsx", "Mẫu")


@pytest.mark.parametrize(
    ("column", "raw", "message", "repair"),
    [
        ("area_ha", "x", "«x» không phải là số.",
         "Ghi số bằng chữ số, dấu chấm cho phần lẻ, không kèm đơn vị (ha)."),
        ("area_ha", -1, "-1 nằm ngoài khoảng cho phép 0 đến 20000 của «Nhãn area_ha».",
         "Kiểm tra đơn vị (ha) và dấu; sửa giá trị."),
        ("count", 2e7, "20000000.0 nằm ngoài khoảng cho phép −∞ đến 10000000 của «Nhãn count».",
         "Kiểm tra đơn vị (-) và dấu; sửa giá trị."),
        ("kind", "x", "«x» không có trong danh sách của «Nhãn kind».",
         "Dùng một trong: industrial_park, export_processing_zone, high_tech_park, industrial_cluster."),
    ],
)  # fmt: skip
def test_what_a_user_reads(column: str, raw: Any, message: str, repair: str) -> None:
    _, found = read(GOOD | {column: raw})
    assert [p.message("vi") for p in found] == [message]
    assert [p.repair("vi") for p in found] == [repair]


@pytest.mark.parametrize("blank", [None, "", " ", float("nan"), pd.NA, pd.NaT])
def test_what_is_left_empty_is_unknown_never_zero(blank: Any) -> None:
    optional = [a.name for a in TABLE if not a.required]
    table, found = read(GOOD | dict.fromkeys(optional, blank))
    assert found == []
    for name in optional:
        assert table[name].isna().tolist() == [True]


def test_columns_come_in_order_with_their_types() -> None:
    for table in (read(GOOD)[0], empty(TABLE)):
        assert table.columns.tolist() == TABLE.columns
        assert [str(dtype) for dtype in table.dtypes] == [
            "str", "float64", "Int64", "Int64", "boolean", "object", "str", "str", "str",
        ]  # fmt: skip
    assert len(empty(TABLE)) == 0


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
def test_labels_are_headings_with_and_without_their_unit(table: Table, lang: Any) -> None:
    with_unit = [a.label(lang) for a in table]
    without = [a.label_vi if lang == "vi" else a.label_en for a in table]
    for headings in (with_unit, without, [normalize("NFD", f" {h.upper()} ") for h in with_unit]):
        read_table, found = typed(pd.DataFrame(columns=headings), table)
        assert found == []
        assert read_table.columns.tolist() == table.columns


def test_columns_that_are_missing_unknown_or_there_twice() -> None:
    raw = pd.DataFrame({"id": ["a"], "Label id": ["a"], "area": ["1"]})
    table, found = typed(raw, TABLE, file="sample.csv")
    assert [p.number for p in found] == ["QD203", "QD202", "QD201"]
    assert {p.place for p in found} == {Place("sample.csv")}
    assert found[0].facts["column"] == "Label id"
    assert (found[1].facts["column"], found[1].facts["nearest"]) == ("area", "area_ha")
    assert (found[2].facts["column"], found[2].facts["label_vi"]) == ("source_ids", "Nhãn source_ids")
    assert table["id"].tolist() == ["a"]


def test_all_problems_at_once() -> None:
    _, found = read(
        {"id": "a", "source_ids": "s1", "area_ha": "x", "on": "hôm qua", "note": "?"},
        {"id": "a", "source_ids": "", "area_ha": "-5", "on": "2025-06-30", "note": ""},
    )
    assert places(found) == [
        ("QD202", None, ""),
        ("QD205", 2, "area_ha"),
        ("QD208", 3, "area_ha"),
        ("QD207", 2, "on"),
        ("QD204", 3, "source_ids"),
        ("QD210", 3, "id"),
    ]


def test_a_key_is_there_once() -> None:
    rows = pd.DataFrame({"list_id": ["l", "l", "m", "l"], "park_id": ["a", "b", "a", "a"]})
    member = tables()["plan_list_member"]
    found = duplicate_keys(rows, member, file="member.csv")
    assert places(found) == [("QD210", 5, "park_id")]
    assert (found[0].facts["key"], found[0].facts["first"]) == ("l|a", "2")
    assert keys_of(rows, member) == ["l|a", "l|b", "m|a", "l|a"]
    assert key_of({"list_id": "l", "park_id": "a"}, member) == "l|a"


def test_a_key_that_is_empty_is_no_duplicate() -> None:
    rows = pd.DataFrame({"list_id": ["l", "l"], "park_id": [None, None]}, dtype="str")
    assert duplicate_keys(rows, tables()["plan_list_member"]) == []


def references(rows: dict[str, list[Any]], table: Table, **known: list[str]) -> list[Problem]:
    there = {name: pd.DataFrame({f"{name}_id": ids}, dtype="str") for name, ids in known.items()}
    whole = {a.name: rows.get(a.name, [None] * len(next(iter(rows.values())))) for a in table}
    held = {name: frame for name, frame in there.items() if name != table.name}
    definitions = {**tables(), "sample": TABLE}
    return [
        p
        for p in unknown_references(
            {table.name: pd.DataFrame(whole)} | {name: typed(frame, tables()[name])[0] for name, frame in held.items()},
            definitions,
            place=lambda name: Place(f"{name}.csv"),
        )
        if p.place.file == f"{table.name}.csv"
    ]


def test_references_that_lead_nowhere() -> None:
    rows = {"id": ["a", "b", "c"], "source_ids": ["s1;s2", "s1;vnexpres;x", None]}
    found = references(rows, TABLE, source=["s1", "vnexpress"])
    assert places(found) == [
        ("QD211", 2, "source_ids"),
        ("QD211", 3, "source_ids"),
        ("QD211", 3, "source_ids"),
    ]
    assert [p.facts["value"] for p in found] == ["s2", "vnexpres", "x"]
    assert found[1].facts["nearest_vi"] == " (gần nhất: vnexpress)"
    assert found[1].repair("en").startswith("Mend the id (nearest: vnexpress), or add the row to")
    assert found[2].repair("en").startswith("Mend the id, or add the row to")


def test_a_table_that_is_not_there_holds_nothing() -> None:
    found = references({"id": ["a"], "source_ids": ["s1"]}, TABLE)
    assert places(found) == [("QD211", 2, "source_ids")]


def test_only_a_list_of_references_is_taken_apart() -> None:
    member = tables()["plan_list_member"]
    found = references({"list_id": ["l"], "park_id": ["a;b"]}, member, park=["a", "b"])
    assert [(p.place.column, p.facts["value"]) for p in found] == [("list_id", "l"), ("park_id", "a;b")]
