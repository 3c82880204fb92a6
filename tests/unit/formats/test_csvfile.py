"""CSV in and out: nothing renamed, nothing mended, the same bytes."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.formats.csvfile import csv_text, read_csv, write_csv


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "source.csv"
    path.write_bytes(content)
    return path


def number(error: pytest.ExceptionInfo[Problems]) -> str:
    assert len(error.value.found) == 1
    return error.value.found[0].number


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_utf8_with_or_without_mark_and_any_line_end(tmp_path: Path, start: bytes, end: bytes):
    lines = ["a,b", '"Phạm, Văn ""Hai""",', "0012,NA"]
    rows = read_csv(written(tmp_path, start + end.join(line.encode() for line in lines)))
    assert list(rows.columns) == ["a", "b"]
    assert rows.to_numpy(dtype=object).tolist() == [['Phạm, Văn "Hai"', None], ["0012", "NA"]]


def test_double_headings_and_ragged_rows_survive(tmp_path: Path):
    rows = read_csv(written(tmp_path, b"source_id,kind,kind,,\na,press\nb,law,law,,x\n\n,,\n"))
    assert list(rows.columns) == ["source_id", "kind", "kind", "#5"]
    assert rows.to_numpy(dtype=object).tolist() == [["a", "press", None, None], ["b", "law", "law", "x"]]
    _, found = typed(rows, tables()["source"], file="source.csv")
    assert sorted(p.number for p in found if p.number in ("QD202", "QD203")) == ["QD202", "QD203"]


def test_an_empty_row_inside_keeps_its_number(tmp_path: Path):
    rows = read_csv(written(tmp_path, b"source_id,kind,publisher\na,press,x\n\nb,press,\n"))
    _, found = typed(rows, tables()["source"])
    assert {(p.number, p.place.row) for p in found} == {("QD204", 3), ("QD204", 4)}


def test_other_encodings_are_refused_with_the_byte(tmp_path: Path):
    with pytest.raises(Problems) as error:
        read_csv(written(tmp_path, "a\nPhạm".encode() + b"\xff"))
    assert number(error) == "QD105"
    assert error.value.found[0].facts["offset"] == "9"  # a, LF, P, h, three bytes of ạ, m, then the wrong one
    with pytest.raises(Problems) as error:
        read_csv(written(tmp_path, "a,b\n".encode("utf-16")))
    assert number(error) == "QD105"


@pytest.mark.parametrize("content", [b'a\n"never closed', b'a\n"x"y\n', b"a\n" + b"x" * 200_000])
def test_broken_csv_is_refused(tmp_path: Path, content: bytes):
    with pytest.raises(Problems) as error:
        read_csv(written(tmp_path, content))
    assert number(error) == "QD101"


def test_absent_and_empty(tmp_path: Path):
    with pytest.raises(Problems) as error:
        read_csv(tmp_path / "absent.csv")
    assert number(error) == "QD101"
    assert read_csv(written(tmp_path, b"")).shape == (0, 0)


def test_cells_as_written(tmp_path: Path):
    rows = pd.DataFrame(
        {
            "n": [0.1 + 0.2, -0.0, float("nan")],
            "i": pd.array([1, None, 3], dtype="Int64"),
            "b": pd.array([True, False, None], dtype="boolean"),
            "d": [date(2025, 6, 30), None, date(2025, 1, 1)],
            "t": ["=1+1", "a\rb", 'say "no", or\n'],
        }
    )
    expected = (
        'n,i,b,d,t\n0.30000000000000004,1,yes,2025-06-30,=1+1\n0.0,,no,,"a\rb"\n,3,,2025-01-01,"say ""no"", or\n"\n'
    )
    assert csv_text(rows) == expected
    write_csv(tmp_path / "a.csv", rows, bom=True)
    assert (tmp_path / "a.csv").read_bytes() == b"\xef\xbb\xbf" + expected.encode()
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
