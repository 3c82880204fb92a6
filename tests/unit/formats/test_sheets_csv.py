"""CSV as offices write it, read in bulk where it is regular and record by record where it is not."""

import numpy as np
import pytest

from quydat.core.problem import Problems
from quydat.formats.sheets_csv import LARGEST_CELL, read_csv_sheet
from quydat.survey.sheet import Sheet


def read(content: bytes | str, encoding: str | None = None) -> Sheet:
    return read_csv_sheet(content.encode() if isinstance(content, str) else content, file="a.csv", encoding=encoding)


def faults(content: bytes | str, encoding: str | None = None) -> list[tuple[str, int | None, str]]:
    with pytest.raises(Problems) as error:
        read(content, encoding)
    assert error.value.lines("vi")
    return [(p.number, p.place.row, p.place.column) for p in error.value.found]


def cells(sheet: Sheet) -> list[list[str | None]]:
    return [[None if cell != cell else cell for cell in row] for row in sheet.cells.to_numpy().tolist()]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(mark: str, end: str):
    sheet = read(
        end.join(mark.join(row) for row in (["Mã", "Tên", "ha"], ["001", "Công ty A", "2.5"], ["002", "B", ""]))
    )
    assert list(sheet.cells) == ["Mã", "Tên", "ha"]
    assert cells(sheet) == [["001", "Công ty A", "2.5"], ["002", "B", None]]
    assert sheet.numbers.tolist() == [2, 3]
    assert all(dtype == "str" for dtype in sheet.cells.dtypes)


def test_a_decimal_comma_does_not_separate():
    assert cells(read("Tên;ha\nA;1,5\nB;2,25\n")) == [["A", "1,5"], ["B", "2,25"]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marks_at_the_start_say_the_encoding(encoding: str):
    sheet = read("Mã,Tên\n1,Cộng hòa\n".encode(encoding))
    assert list(sheet.cells) == ["Mã", "Tên"]
    assert cells(sheet) == [["1", "Cộng hòa"]]
    assert sheet.encoding_declared


def test_a_declared_encoding_is_used():
    assert cells(read(b"a,b\n1,C\xf4ng ty\n", "cp1258")) == [["1", "Công ty"]]
    assert read(b"a,b\n1,C\xf4ng ty\n", "cp1258").encoding == "cp1258"


def test_unknown_bytes_stay_whole():
    every = bytes(byte for byte in range(0x20, 0x100) if byte not in b'",\x22')
    sheet = read(b"a,b\n1," + every + b"\n")
    assert sheet.cells.loc[0, "b"].encode("latin-1") == every
    assert (sheet.encoding, sheet.encoding_declared) == ("latin-1", False)


def test_rows_are_numbered_as_excel_shows_them():
    sheet = read('a,b\n1,"x\ny"\n\n2,z\n')
    assert sheet.numbers.tolist() == [2, 4]
    assert [(row.row, row.what) for row in sheet.left_out] == [(3, "empty")]
    assert cells(sheet)[0] == ["1", "x\ny"]


def test_rows_of_unequal_length_keep_their_cells():
    sheet = read("a,b\n1,x\n2\n3,y,7\n")
    assert list(sheet.cells) == ["a", "b", "#3"]
    assert cells(sheet) == [["1", "x", None], ["2", None, None], ["3", "y", "7"]]


def test_letters_after_a_quote_join_the_cell():
    assert cells(read('a,b\n1,"x"y\n2,5" ống\n3\n')) == [["1", "xy"], ["2", '5" ống'], ["3", None]]


def test_titles_totals_and_notes_are_left_out():
    sheet = read("BÁO CÁO,,\nSTT,Tên,ha\n1,A,1\n2,B,2\nTổng cộng,,3\nNgười lập biểu,,\n")
    assert cells(sheet) == [["1", "A", "1"], ["2", "B", "2"]]
    assert [(row.row, row.what) for row in sheet.left_out] == [(1, "title"), (5, "total"), (6, "note")]


def test_headings_that_stand_twice_keep_their_number():
    assert list(read("a,ha,ha\n1,2,3\n").cells) == ["a", "ha #2", "ha #3"]


def test_a_table_of_numbers_without_heading_keeps_its_first_row():
    sheet = read("1,106.7,10.7\n2,106.8,10.8\n")
    assert list(sheet.cells) == ["#1", "#2", "#3"]
    assert sheet.numbers.tolist() == [1, 2]


def test_both_roads_give_the_same_sheet():
    body = "".join(f'{i},"Công ty ""{i}""\nhai",{i / 4}\n' for i in range(3000))
    regular, odd = read("a,b,c\n" + body), read("a,b,c\n" + body + "z,z\n")
    assert cells(odd)[:-1] == cells(regular)
    assert odd.numbers[:-1].tolist() == regular.numbers.tolist() == list(np.arange(2, 3002))


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (b"", None, [("QD117", None, "")]),
        (b" \n , \n", None, [("QD117", None, "")]),
        (b"a,b\n1,\x00\n", None, [("QD119", 2, "")]),
        (b'a,b\n1,x\n2,"x\n3,y\n', None, [("QD123", 3, "")]),
        (b"a,b\n1,C\xf4ng\n", "utf-8", [("QD112", None, "")]),
        (b"a,b\n1,2\n", "no-such", [("QD112", None, "")]),
        (b"\xff\xfea\x00b", None, [("QD112", None, "")]),
        (b"a,b\n1," + b"x" * 10_000_000 + b"\n2,y\n", None, [("QD116", 2, "b")]),
        (b"a,b\n1,2\n" + b"x" * (LARGEST_CELL + 1) + b",y\n", None, [("QD116", 3, "a")]),
    ],
    ids=["empty", "blank", "zero", "open quote", "not utf-8", "unknown", "half utf-16", "10 MB", "just too long"],
)
def test_what_cannot_be_read_is_said(content: bytes, encoding: str | None, expected: list[tuple[str, int | None, str]]):
    assert faults(content, encoding) == expected
