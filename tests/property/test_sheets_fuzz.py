"""A survey file that was cut or changed gives sheets or problems, and nothing else; text comes back as it was."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import survey_files as made

from quydat.core.problem import Problems
from quydat.formats.sheets import read_sheets
from quydat.formats.sheets_csv import read_csv_sheet

OLD_WORKBOOK = Path(__file__).parents[1] / "unit" / "formats" / "survey.xls"


def xlsx(path: Path) -> None:
    made.district_workbook(path)


def xls(path: Path) -> None:
    path.write_bytes(OLD_WORKBOOK.read_bytes())


def ods(path: Path) -> None:
    rows = made.ods_row(made.ods_text("Tên"), made.ods_text("ha")) + made.ods_row(
        made.ods_text("A"), made.ods_text("2")
    )
    path.write_bytes(made.ods(rows))


def csv_file(path: Path) -> None:
    path.write_text('Tên;ha;"x\ny"\nCông ty A;"1,5";\nB;2;z\n', encoding="utf-8")


def gpkg(path: Path) -> None:
    geopandas.GeoDataFrame({"ten": ["A"]}, geometry=[shapely.Point(106, 10)], crs=4326).to_file(path)


def shp(path: Path) -> None:
    with TemporaryDirectory() as folder:
        geopandas.GeoDataFrame({"ten": ["A"]}, geometry=[shapely.Point(1, 2)], crs=9210).to_file(Path(folder) / "a.shp")
        path.write_bytes(made.zipped({part.name: part.read_bytes() for part in sorted(Path(folder).iterdir())}))


def dxf(path: Path) -> None:
    path.write_text(made.drawing(made.CLOSED_LINE, made.drawn_text("A"), made.BLOCK))


def geojson(path: Path) -> None:
    geopandas.GeoDataFrame({"ten": ["A"]}, geometry=[shapely.Point(106, 10)], crs=4326).to_file(path, driver="GeoJSON")


def kml(path: Path) -> None:
    path.write_text(
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>A</name>'
        "<Point><coordinates>106,10</coordinates></Point></Placemark></Document></kml>"
    )


def kobo(path: Path) -> None:
    one = {"_uuid": "u", "g/ten": "A", "nha": [{"nha/san": 5}], "vi_tri": "10 106 0 0"}
    path.write_text(json.dumps({"results": [one]}))


SUFFIX = {csv_file: ".csv", shp: ".zip", kobo: ".json"}


@cache
def original(write: Callable[[Path], None]) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{SUFFIX.get(write, '.' + write.__name__)}"
        write(path)
        return path.read_bytes()


@pytest.mark.parametrize("write", [xlsx, xls, ods, csv_file, gpkg, shp, dxf, geojson, kml, kobo])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_gives_sheets_or_problems(write: Callable[[Path], None], data: st.DataObject):
    content = bytearray(original(write))
    for _ in range(data.draw(st.integers(0, 8))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{SUFFIX.get(write, '.' + write.__name__)}"
        path.write_bytes(content[:cut])
        try:
            sheets = read_sheets(path)
        except Problems as problems:
            assert problems.lines("vi")
            return
    for sheet in sheets:
        assert len(sheet.numbers) == len(sheet.cells)
        assert sheet.shapes is None or len(sheet.shapes) == len(sheet.cells)
        assert sheet.cells.columns.is_unique


@pytest.mark.parametrize("write", [xlsx, ods, shp])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_inside_an_archive_gives_sheets_or_problems(write: Callable[[Path], None], data: st.DataObject):
    with zipfile.ZipFile(io.BytesIO(original(write))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(name for name, part in parts.items() if part)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 6))):
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"a{SUFFIX.get(write, '.' + write.__name__)}"
        path.write_bytes(made.zipped(parts | {name: bytes(part)}))
        try:
            read_sheets(path)
        except Problems as problems:
            assert problems.lines("vi")


LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r\ufeff", exclude_categories=("Cs",))


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=3, max_size=3), min_size=1, max_size=30),
    mark=st.sampled_from(",;\t"),
)
def test_every_filled_cell_of_a_csv_comes_back(rows: list[list[str]], mark: str):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["tên", "địa chỉ", "ha"], *rows])
    sheet = read_csv_sheet(text.getvalue().encode(), file="a.csv")
    found = {int(number): list(row) for number, row in zip(sheet.numbers, sheet.cells.to_numpy().tolist(), strict=True)}
    found |= {row.row: list(row.cells) for row in sheet.left_out}
    for number, row in enumerate(rows, start=2):
        seen = ["" if cell != cell else cell for cell in found[number]]
        assert [cell for cell in seen if cell.strip()] == [cell for cell in row if cell.strip()]


@settings(max_examples=100, deadline=None)
@given(body=st.binary(min_size=1, max_size=60).filter(lambda b: not set(b) & set(b'\0\r\n,;\t"\xff\xfe\xef')))
def test_bytes_of_unknown_encoding_can_be_had_back(body: bytes):
    sheet = read_csv_sheet(b"a,b,c\nx,y," + body + b"\nx,y,z\n", file="a.csv")
    cell = sheet.cells["c"].tolist()[0]
    if body.strip():
        assert cell.encode(sheet.encoding) == body
