"""A reader that is given a damaged file says so: it gives a table or a list of problems, and nothing else."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.rows import parks

from quydat.core.problem import Problems
from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.formats.csvfile import write_csv
from quydat.formats.geopackage import write_layers
from quydat.formats.tables import read_tables
from quydat.formats.workbook import Sheet, write_tables


def csv(path: Path) -> None:
    write_csv(path, rows())


def xlsx(path: Path) -> None:
    sheet = Sheet(tables()["park"], rows(), totals=("gross_area_ha",))
    write_tables(path, sheets=[sheet], summary=[], lang="vi", title="x")


def gpkg(path: Path) -> None:
    write_layers(path, {"park": rows()}, tables=tables(), lang="vi")


def rows():
    return parks({"park_id": "a", "gross_area_ha": 3.5, "longitude": 106.5, "latitude": 10.5}, {"park_id": "b"})


@cache
def original(write: Callable[[Path], None]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"park.{write.__name__}"
        write(path)
        return path.read_bytes()


@pytest.mark.parametrize("write", [csv, xlsx, gpkg])
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_damage_gives_a_table_or_problems(write: Callable[[Path], None], data: st.DataObject):
    content = bytearray(original(write))
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"park.{write.__name__}"
        path.write_bytes(content[:cut])
        try:
            found = read_tables(path)
        except Problems as problems:
            assert problems.lines("vi")
            return
        for name, raw in found.items():
            typed(raw.rows, tables()[name], file=raw.file, sheet=raw.sheet)
