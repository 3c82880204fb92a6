"""Headings and rows without data, on tables as people draw them."""

import pyarrow as pa
import pytest

from quydat.formats.sheets_head import find_head
from quydat.formats.sheets_rows import split_rows


def lines(*rows: str) -> list[list[str | None]]:
    return [[cell.strip() or None for cell in row.split("|")] for row in rows]


def found(*rows: str, merged: tuple[tuple[int, int, int, int], ...] = ()):
    head = find_head(lines(*rows), merged=merged)
    return None if head is None else (head.first, head.body, head.names)


def test_one_line():
    assert found("STT|Tên|ha", "1|A|2") == (0, 1, ("STT", "Tên", "ha"))


def test_nothing():
    assert found("||", "||") is None


def test_three_lines_by_their_gaps():
    rows = ("STT|Tên|Diện tích|||Ghi chú", "||Đất|Sàn||", "|||Xưởng|Kho|", "1|A|5|6|7|x", "2|B|5|6|7|y")
    names = ("STT", "Tên", "Diện tích / Đất", "Diện tích / Sàn / Xưởng", "Diện tích / Sàn / Kho", "Ghi chú")
    assert found(*rows, merged=((0, 2, 0, 4), (1, 3, 1, 4))) == (0, 3, names)


def test_units_below_belong_to_the_heading():
    assert found("Tên|Đất|Sàn", "|(ha)|(m2)", "A|1|2", "B|3|4") == (0, 2, ("Tên", "Đất / (ha)", "Sàn / (m2)"))


@pytest.mark.parametrize("numbers", ["(1)|(2)|(3)|(4)", "1|2|3|4", "A|B|1|2", "(1)|(2)|(3)|(4)=(3)+1"])
def test_column_numbers_are_no_data(numbers: str):
    assert found("STT|Tên|Đất|Sàn", numbers, "1|A|2|3", "2|B|4|5")[1] == 2


def test_a_first_row_of_small_numbers_is_data():
    assert found("a|b|c", "1|2|3", "4|5|6") == (0, 1, ("a", "b", "c"))


def test_letterheads_above_narrow_tables():
    rows = ("ỦY BAN NHÂN DÂN XÃ||", "CỘNG HÒA XÃ HỘI|CHỦ NGHĨA VIỆT NAM|", "Biểu 01||ĐVT: ha", "STT|Tên|ha", "1|A|2")
    assert found(*rows)[0] == 3


def test_years_among_headings_are_headings():
    assert found("Ngành|2022|2023|2024", "A|1|2|3")[2] == ("Ngành", "2022", "2023", "2024")


def split(*rows: str, heading: tuple[str, ...] = ("STT", "Tên", "Địa chỉ", "ha")):
    columns = [pa.array(list(column), pa.large_string()) for column in zip(*lines(*rows), strict=True)]
    data, rest = split_rows(columns, first_number=2, heading=heading)
    return data.tolist(), {row.row: row.what for row in rest}


@pytest.mark.parametrize(
    "total",
    [
        "|Cộng||3",
        "Tổng cộng|||3",
        "|TỔNG SỐ:||3",
        "|Total||3",
        "|Tæng céng||3",
        "|Coäng||3",
        "I|Cộng Quận 12||3",
        "|céng huyÖn vÝ dô 2||3",
        "|Coäng huyeän Ví Duï 2||3",
        "|Céng ph­êng 5||3",
    ],
)
def test_totals(total: str):
    assert split("1|A|x|1", "2|B|y|2", total) == ([True, True, False], {4: "total"})


@pytest.mark.parametrize(
    "row",
    [
        "3|Tổng công ty May|z|3",
        "|Công ty C||3",
        "3|Cộng Hòa|z|3",
        "|Tổng kho Sóng Thần||3",
        "3|Công||",
        "3|Ký túc xá||",
        "|Tæng c«ng ty May||3",
        "|Coâng ty C||3",
    ],
)
def test_establishments_that_sound_like_totals(row: str):
    assert split("1|A|x|1", "2|B|y|2", row) == ([True, True, True], {})


@pytest.mark.parametrize("group", ["Quận 12|||", "I|Phường A||", "II. Ngành dệt|||", "A|Trong khu||12"])
def test_titles_of_groups(group: str):
    assert split("1|A|x|1", group, "2|B|y|2") == ([True, False, True], {3: "title"})


def test_a_row_that_knows_only_its_name_is_data():
    assert split("1|A|x|1", "2|B|y|2", "3|C||", "|D||") == ([True] * 4, {})


def test_headings_of_every_page():
    assert split("1|A|x|1", "STT|Tên|Địa chỉ|ha", "2|B|y|2")[1] == {3: "heading"}


def test_signatures():
    rest = split("1|A|x|1", "2|B|y|2", "|||", "|Người lập biểu||Giám đốc", "|||", "|Nguyễn Văn A||Trần B")[1]
    assert rest == {4: "empty", 5: "note", 6: "empty", 7: "note"}


def test_notes_in_old_letters():
    # "Ghi chú: số liệu tự khai" in TCVN3
    assert split("1|A|x|1", "2|B|y|2", "|Ghi chó: sè liÖu tù khai||")[1] == {4: "note"}
