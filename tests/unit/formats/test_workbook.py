"""Excel: the template reads back, the results say what they know, hostile cells stay text."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.support.rows import parks, sources

from quydat.core.problem import Problems
from quydat.dictionary.read import typed
from quydat.dictionary.schema import choices, record_tables, tables
from quydat.formats.workbook import Sheet, SummaryRow, read_workbook, sheet_name, template, write_tables

HOSTILE = [
    "=1+1",
    "+84",
    "-5",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "http://x.vn",
    "<r><t>x</t></r>",
    "_x000D_",
]


def numbers(error: pytest.ExceptionInfo[Problems]) -> list[str]:
    return [p.number for p in error.value.found]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_template_of_every_table_reads_back_empty_and_known(tmp_path: Path, lang):
    template(record_tables(), tmp_path / "t.xlsx", lang=lang)
    sheets = read_workbook(tmp_path / "t.xlsx")
    for table in record_tables():
        rows, found = typed(sheets[sheet_name(table, lang)], table)
        assert (len(rows), found) == (0, [])
    names = [sheet_name(table, lang) for table in tables().values()]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31


def test_template_carries_lists_ranges_and_definitions(tmp_path: Path):
    park = tables()["park"]
    template([park], tmp_path / "t.xlsx", lang="vi")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["Hướng dẫn", "Khu, cụm", "Lựa chọn"]
    sheet = book["Khu, cụm"]
    assert sheet.freeze_panes == "B2"
    state = park.columns.index("state") + 1
    assert park["state"].definition_vi in sheet.cell(1, state).comment.text
    letter = openpyxl.utils.get_column_letter(state)
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    rule = rules[f"{letter}2:{letter}1048576"]
    column = re.fullmatch(r"'Lựa chọn'!\$([A-Z]+)\$2:\$\1\$(\d+)", rule.formula1)
    listed = [book["Lựa chọn"][f"{column[1]}{row}"].value for row in range(2, int(column[2]) + 1)]
    assert listed == [labels[0] for labels in choices("park_state").values()]
    share = openpyxl.utils.get_column_letter(park.columns.index("occupancy_share") + 1)
    rule = rules[f"{share}2:{share}1048576"]
    assert (rule.type, rule.formula1, rule.formula2) == ("decimal", "0", "1")
    assert sheet.column_dimensions[share].width > 10


def test_a_filled_template_is_read(tmp_path: Path):
    template([tables()["source"]], tmp_path / "t.xlsx", lang="vi")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book["Nguồn"].append(["a", None, "báo chí", "vnexpress.net", 2025, None])
    book.save(tmp_path / "t.xlsx")
    rows, found = typed(read_workbook(tmp_path / "t.xlsx")["Nguồn"], tables()["source"])
    assert found == []
    assert rows.loc[0, ["source_id", "kind", "published_on"]].tolist() == ["a", "press", "2025"]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_a_formula_or_xml(tmp_path: Path, text: str):
    rows = sources("a", publisher=text)
    line = SummaryRow(text, text, text, text, text, None, text)
    write_tables(tmp_path / "r.xlsx", sheets=[Sheet(tables()["source"], rows)], summary=[line], lang="en", title=text)
    back = read_workbook(tmp_path / "r.xlsx")
    assert back["Sources"].loc[0, "Publisher"] == text
    assert back["Summary"].iloc[0].tolist() == [text] * 5 + ["unknown", text]
    with zipfile.ZipFile(tmp_path / "r.xlsx") as archive:
        assert not any(b"<f>" in archive.read(n) or b"hyperlink" in archive.read(n) for n in archive.namelist())


def test_results_have_units_labels_live_totals_and_coverage(tmp_path: Path):
    rows = parks(
        {
            "park_id": "a", "gross_area_ha": 100.5, "occupancy_share": 0.87, "state_land": True,
            "state": "operating",
        },
        {"park_id": "b", "gross_area_ha": 200.25},
        {"park_id": "c"},
    )  # fmt: skip
    summary = [SummaryRow("Đất", 300.75, "ha", "published", "2/3", date(2025, 6, 30), "land.gross")]
    sheet = Sheet(tables()["park"], rows, totals=("gross_area_ha", "vacant_area_ha"))
    write_tables(tmp_path / "r.xlsx", sheets=[sheet], summary=summary, lang="vi", title="Quỹ đất")
    live = openpyxl.load_workbook(tmp_path / "r.xlsx")
    cached = openpyxl.load_workbook(tmp_path / "r.xlsx", data_only=True)
    assert live.sheetnames == ["Tóm tắt", "Khu, cụm"]
    park = tables()["park"]
    column = {name: number for number, name in enumerate(park.columns, start=1)}
    page, values = live["Khu, cụm"], cached["Khu, cụm"]
    assert page.cell(1, column["gross_area_ha"]).value == "Diện tích tự nhiên (ha)"
    assert page.cell(2, column["occupancy_share"]).number_format == "0.0%"
    assert [page.cell(2, column[c]).value for c in ("state", "state_land")] == ["đang hoạt động", "có"]
    assert page.cell(4, column["gross_area_ha"]).value is None  # unknown is empty, not 0
    assert page.cell(6, column["gross_area_ha"]).value == "=SUM(H2:H4)"
    assert values.cell(6, column["gross_area_ha"]).value == 300.75
    assert values.cell(7, column["gross_area_ha"]).value == "2/3"
    assert values.cell(6, column["vacant_area_ha"]).value == "chưa rõ"
    assert values.cell(7, column["vacant_area_ha"]).value == "0/3"
    assert page.auto_filter.ref == "A1:Z4"
    assert [c.value for c in live["Tóm tắt"][2]][:2] == ["Đất", 300.75]


def test_same_content_same_bytes(tmp_path: Path):
    for name in ("a.xlsx", "b.xlsx"):
        sheet = Sheet(tables()["park"], parks({"park_id": "a"}), totals=("gross_area_ha",))
        write_tables(tmp_path / name, sheets=[sheet], summary=[], lang="vi", title="x")
        template(record_tables(), tmp_path / f"t{name}", lang="vi")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert (tmp_path / "ta.xlsx").read_bytes() == (tmp_path / "tb.xlsx").read_bytes()


def test_a_text_too_long_for_a_cell_is_said(tmp_path: Path):
    sheet = Sheet(tables()["source"], sources("a", publisher="x" * 32768))
    with pytest.raises(Problems) as error:
        write_tables(tmp_path / "r.xlsx", sheets=[sheet], summary=[], lang="vi", title="x")
    assert numbers(error) == ["QD108"]
    assert list(tmp_path.iterdir()) == []


def test_formulas_without_result_and_errors_are_reported_at_their_cell(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["source_id", "publisher"])
    book.active.append(["=A1&1", "#REF!"])
    book.active["B3"] = "#N/A"
    book.active["B3"].data_type = "e"
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(Problems) as error:
        read_workbook(tmp_path / "f.xlsx")
    places = [(p.number, p.place.row, p.place.column) for p in error.value.found]
    assert ("QD109", 2, "A") in places
    assert ("QD110", 3, "B") in places


def test_a_formula_with_its_result_gives_the_result(tmp_path: Path):
    sheet = Sheet(tables()["park"], parks({"park_id": "a", "gross_area_ha": 2.5}), totals=("gross_area_ha",))
    write_tables(tmp_path / "r.xlsx", sheets=[sheet], summary=[], lang="en", title="x")
    assert read_workbook(tmp_path / "r.xlsx")["Parks"]["Gross area (ha)"].tolist() == [2.5, None, 2.5, "1/1"]


def whole() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["source_id"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def bomb(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO(whole())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "number"),
    [
        (lambda: b"", "QD101"),
        (lambda: whole()[: len(whole()) // 2], "QD101"),
        (lambda: b"PK\x03\x04" + bytes(range(256)) * 20, "QD101"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(1000), "QD101"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "QD101"),  # the old .xls
        (lambda: bomb("xl/media/x.bin", bytes(450_000_000)), "QD114"),
        (lambda: bomb("xl/extra.xml", b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'), "QD115"),
    ],
    ids=["empty", "cut", "random", "png", "xls", "zip bomb", "entities"],
)
def test_damaged_and_hostile_files_are_refused(tmp_path: Path, content, number: str):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content())
    with pytest.raises(Problems) as error:
        read_workbook(path)
    assert numbers(error) == [number]
