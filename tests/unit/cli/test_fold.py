"""What is too wide for a terminal is folded; what goes into a file or a pipe is not."""

import pytest

from quydat.cli.output import folded, table, table_lines, width

ROWS = [
    ["KCN Phạm Văn Hai I", "1/17", "Sở Quy hoạch - Kiến trúc và HEPZA lập; UBND thành phố duyệt", "30/1/2013"],
    ["KCN Lê Minh Xuân 2", "8/17", "Đơn vị bồi thường, giải phóng mặt bằng", "–"],
]


@pytest.mark.parametrize("most", [40, 60, 80, 120])
def test_a_table_fits_and_loses_nothing(most: int) -> None:
    lines = table_lines(["Khu", "Xong", "Ai phải làm", "Hạn"], ROWS, most)
    assert max(map(width, lines)) <= most
    words = " ".join(lines).split()
    for row in ROWS:
        for cell in row:
            for word in cell.split():
                assert word in words, word


def test_a_table_that_fits_is_left_as_it_is() -> None:
    headings = ["Khu", "Xong", "Ai phải làm", "Hạn"]
    assert table_lines(headings, ROWS, 120) == table_lines(headings, ROWS, None)
    assert table_lines(["a"], [], 20) == ["  a"]
    assert table_lines(["a", "b"], [["", "x"]], 4) == ["  a  b", "     x"]


def test_a_number_wider_than_its_column_is_broken_rather_than_lost() -> None:
    assert "".join(table_lines(["a"], [["1234567890123"]], 12)[1:]).replace(" ", "") == "1234567890123"


def test_a_long_line_goes_on_further_in_and_a_link_stays_whole() -> None:
    link = "https://example.org/" + "a" * 60
    assert folded(f"  Liên kết: {link} và sau đó", 30) == ["  Liên kết:", f"    {link}", "    và sau đó"]
    assert folded("ngắn", 30) == ["ngắn"]
    assert folded("x " * 50, None) == ["x " * 50]


def test_a_pipe_gets_the_table_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table(["Khu", "Xong", "Ai phải làm", "Hạn"], ROWS)
    assert ROWS[0][2] in capsys.readouterr().out
