"""Workbooks as districts send them, and workbooks that must not be read."""

import struct
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from tests.support import survey_files as made

from quydat.core.problem import Place, Problems
from quydat.formats import sheets_ooxml
from quydat.formats.sheets import named_twice, read_sheets
from quydat.survey.sheet import Sheet

OLD_WORKBOOK = Path(__file__).with_name("survey.xls")
"""``district_workbook`` as LibreOffice 7 saves it in the format of Excel 97: ``soffice --convert-to xls``."""


def faults(path: Path, layer: str | None = None) -> list[tuple[str, int | None, str]]:
    with pytest.raises(Problems) as error:
        read_sheets(path, layer=layer)
    assert error.value.lines("vi")
    return [(p.number, p.place.row, p.place.column) for p in error.value.found]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def cells(sheet: Sheet) -> list[list[str | None]]:
    return [[None if cell != cell else cell for cell in row] for row in sheet.cells.to_numpy().tolist()]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_district_workbook(tmp_path: Path, kind: str):
    path = tmp_path / "q12.xlsx" if kind == "xlsx" else OLD_WORKBOOK
    if kind == "xlsx":
        made.district_workbook(path)
    first, hidden = read_sheets(path)
    assert (first.name, hidden.name) == ("Quận 12", "Ẩn")
    assert list(first.cells) == made.HEADINGS
    assert dict(zip(first.numbers.tolist(), cells(first), strict=True)) == made.ROWS
    assert {row.row: row.what for row in first.left_out} == made.LEFT_OUT
    assert first.left_out[-5].cells[:4] == ("Tổng cộng", "", "", "3050")
    assert first.fonts["Tên cơ sở"] == ".VnTime"
    assert first.fonts["Địa chỉ"] != ".VnTime"
    assert (cells(hidden), hidden.numbers.tolist()) == ([["001", "2024-12-31"]], [2])
    assert first.form == "table"


def test_a_layer_is_a_sheet(tmp_path: Path):
    made.district_workbook(tmp_path / "a.xlsx")
    [sheet] = read_sheets(tmp_path / "a.xlsx", layer="ẩn")
    assert sheet.name == "Ẩn"
    assert faults(tmp_path / "a.xlsx", "Ba") == [("QD103", None, "")]
    assert faults(tmp_path / "a.xlsx", "Trống") == [("QD117", None, "")]


def test_values_as_the_file_has_them(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "v.xlsx")
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["a", "b", "c", "d", "e", "f", "g"])
    sheet.write_row(1, 0, [12, 0.1, 301234567890123, "00123", True])
    sheet.write_datetime(1, 5, datetime(2024, 12, 31), day)
    sheet.write_formula(1, 6, "=A2+1", None, 13)
    sheet.write_row(2, 0, [-3.25, 1e-7, 2**31, "", False])
    sheet.write_string(2, 3, "=1+1")
    sheet.write_datetime(2, 5, datetime(2024, 2, 29, 7, 30), day)
    sheet.write_row(3, 0, ["x"] * 7)
    book.close()
    [read] = read_sheets(tmp_path / "v.xlsx")
    assert read.name == ""
    assert cells(read)[:2] == [
        ["12", "0.1", "301234567890123", "00123", "true", "2024-12-31", "13"],
        ["-3.25", "1e-07", "2147483648", "=1+1", "false", "2024-02-29T07:30:00", None],
    ]


def test_an_opendocument_sheet(tmp_path: Path):
    empty = '<table:table-cell table:number-columns-repeated="1000"/>'
    number = '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
    day = '<table:table-cell office:value-type="date" office:date-value="2024-12-31"/>'
    rows = [
        made.ods_row(made.ods_text("DANH SÁCH"), empty),
        made.ods_row(made.ods_text("Tên"), made.ods_text("ha"), made.ods_text("Ngày")),
        made.ods_row(made.ods_text("A"), number.format(12), day, repeated=2),
        made.ods_row(empty, repeated=3),
        made.ods_row(made.ods_text("B"), number.format(0.5), day),
        made.ods_row(empty, repeated=1_000_000),
    ]
    [sheet] = read_sheets(written(tmp_path / "a.ods", made.ods("".join(rows))))
    assert cells(sheet) == [["A", "12", "2024-12-31"], ["A", "12", "2024-12-31"], ["B", "0.5", "2024-12-31"]]
    assert sheet.numbers.tolist() == [3, 4, 8]
    assert {row.row: row.what for row in sheet.left_out} == {1: "title", 5: "empty", 6: "empty", 7: "empty"}


def test_columns_named_twice_are_kept_and_named(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["Tên", "Diện tích", "Diện tích", None], ["A", 1, 2, "x"]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    [sheet] = read_sheets(tmp_path / "t.xlsx")
    assert list(sheet.cells) == ["Tên", "Diện tích #2", "Diện tích #3", "#4"]
    assert [(p.number, p.place.column) for p in named_twice(sheet)] == [("QD203", "2"), ("QD203", "3")]


def test_formulas_without_result_and_errors_come_all_at_once(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in (["a", "b"], ["=A1&1", 2], [1, "=SUM(B2)"]):
        book.active.append(row)
    book.active["B4"], book.active["B4"].data_type = "#N/A", "e"
    book.save(tmp_path / "f.xlsx")
    assert sorted(faults(tmp_path / "f.xlsx")) == [("QD109", 2, "A"), ("QD109", 3, "B"), ("QD110", 4, "B")]


def test_a_formula_whose_result_is_an_empty_text():
    excel = b'<row r="1"><c r="A1" t="str"><f>""</f><v></v></c></row>'
    assert list(sheets_ooxml.cell_faults(excel, Place("a.xlsx"))) == []


def test_errors_and_formulas_of_opendocument(tmp_path: Path):
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
    )
    rows = made.ods_row(made.ods_text("a"), made.ods_text("b")) + made.ods_row(
        error, '<table:table-cell table:formula="of:=1+1"/>'
    )
    assert faults(written(tmp_path / "e.ods", made.ods(rows))) == [("QD110", 2, "A"), ("QD109", 2, "B")]


def test_a_cell_too_long(tmp_path: Path):
    rows = made.ods_row(made.ods_text("a"), made.ods_text("b")) + made.ods_row(
        made.ods_text("x"), made.ods_text("y" * 10_000_000)
    )
    assert faults(written(tmp_path / "l.ods", made.ods(rows))) == [("QD116", 2, "B")]


def test_a_cell_far_away_would_fill_the_memory(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    assert faults(tmp_path / "far.xlsx") == [("QD118", None, "")]
    rows = made.ods_row(made.ods_text("x", repeated=16_384), repeated=1_048_576)
    assert faults(written(tmp_path / "far.ods", made.ods(rows))) == [("QD118", None, "")]


def test_one_long_text_shared_by_many_cells(tmp_path: Path):
    long = made.ods_row(made.ods_text("y" * 30_000, repeated=100), repeated=1000)
    assert faults(written(tmp_path / "s.ods", made.ods(long))) == [("QD114", None, "")]
    book = xlsxwriter.Workbook(tmp_path / "s.xlsx")
    sheet = book.add_worksheet()
    for row in range(400):
        sheet.write_row(row, 0, ["y" * 30_000] * 100)
    book.close()
    assert faults(tmp_path / "s.xlsx") == [("QD114", None, "")]


def test_passwords(tmp_path: Path):
    locked = made.compound_file("EncryptedPackage", b"x" * 5000)
    assert faults(written(tmp_path / "a.xlsx", locked)) == [("QD113", None, "")]
    begin = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)
    old = made.compound_file("Workbook", begin + struct.pack("<HH6x", 0x002F, 6))
    assert faults(written(tmp_path / "a.xls", old)) == [("QD113", None, "")]
    protected = made.ods("", manifest="<manifest:encryption-data/>")
    assert faults(written(tmp_path / "a.ods", protected)) == [("QD113", None, "")]


def test_entities_and_bombs(tmp_path: Path):
    made.district_workbook(tmp_path / "good.xlsx")
    import zipfile

    with zipfile.ZipFile(tmp_path / "good.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
    bad = parts | {"xl/workbook.xml": parts["xl/workbook.xml"].replace(b"<workbook", entities + b"<workbook", 1)}
    assert faults(written(tmp_path / "e.xlsx", made.zipped(bad))) == [("QD115", None, "")]
    wide = parts | {"xl/worksheets/sheet1.xml": "<!DOCTYPE x>".encode("utf-16") + b"<x/>"}
    assert faults(written(tmp_path / "w.xlsx", made.zipped(wide))) == [("QD115", None, "")]
    bomb = made.zipped(parts | {"xl/worksheets/sheet9.xml": bytes(450_000_000)})
    assert faults(written(tmp_path / "b.xlsx", bomb)) == [("QD114", None, "")]
    pictures = made.zipped(parts | {"xl/media/x.zip": bomb})
    assert len(read_sheets(written(tmp_path / "p.xlsx", pictures))) == 2


def test_sizes_that_lie(tmp_path: Path):
    content = bytearray(made.ods(made.ods_row(made.ods_text("a"), made.ods_text("b")) * 50))
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(b"content.xml"))
    struct.pack_into("<I", content, at + 24, 10)
    assert faults(written(tmp_path / "a.ods", bytes(content))) == [("QD101", None, "")]


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.ods"])
def test_the_content_says_what_it_is(tmp_path: Path, name: str):
    made.district_workbook(tmp_path / "a.xlsx")
    [sheet, _] = read_sheets((tmp_path / "a.xlsx").rename(tmp_path / name))
    assert list(sheet.cells) == made.HEADINGS


def test_days_of_the_workbook_are_not_days_of_the_clock(tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["a", "ngày"])
    book.active.append(["x", date(1900, 3, 1)])
    book.save(tmp_path / "d.xlsx")
    assert cells(read_sheets(tmp_path / "d.xlsx")[0]) == [["x", "1900-03-01"]]
