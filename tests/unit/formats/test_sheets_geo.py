"""Maps and drawings, written by GDAL or by hand, read with their shapes as they are."""

import json
import shutil
from pathlib import Path

import geopandas
import pytest
import shapely
from tests.support import survey_files as made

from quydat.core.problem import Problems
from quydat.formats.sheets import original_bytes_of, read_sheets, sha256_of
from quydat.survey.sheet import Sheet

POINTS = [shapely.Point(601234.5, 1195678.25), None, shapely.Point(600000, 1190000)]
NAMES = ["Công ty TNHH Một", None, "Xưởng Ấ"]


def frame(names: list[str | None] = NAMES) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"ten": names, "ha": [12.0, 0.5, None], "so": [1, 2, 3]}, geometry=POINTS, crs=9210)


def faults(path: Path, **how: str) -> list[str]:
    with pytest.raises(Problems) as error:
        read_sheets(path, **how)
    assert error.value.lines("vi")
    return [p.number for p in error.value.found]


def cells(sheet: Sheet) -> dict[str, list[str | None]]:
    return {name: [None if c != c else c for c in column] for name, column in sheet.cells.to_dict("list").items()}


def shapes(sheet: Sheet) -> list[object]:
    assert sheet.shapes is not None
    return [None if shape is None else shapely.from_wkb(shape) for shape in sheet.shapes]


def test_geopackage_with_layers_and_tables(tmp_path: Path):
    path = tmp_path / "a.gpkg"
    frame().to_file(path, layer="Cơ sở")
    geopandas.GeoDataFrame({"x": ["a"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326).to_file(path, layer="vùng")
    points, areas = read_sheets(path)
    assert (points.name, points.epsg, areas.name, areas.epsg) == ("Cơ sở", 9210, "vùng", 4326)
    assert cells(points) == {"ten": NAMES, "ha": ["12", "0.5", None], "so": ["1", "2", "3"]}
    assert shapes(points) == POINTS
    assert points.numbers.tolist() == [1, 2, 3]
    assert shapes(areas)[0].equals(shapely.box(0, 0, 1, 1))
    assert [sheet.name for sheet in read_sheets(path, layer="VÙNG")] == ["vùng"]
    assert faults(path, layer="z") == ["QD103"]


def test_shapefile_as_it_is_meant(tmp_path: Path):
    frame().to_file(tmp_path / "a.shp", encoding="UTF-8")
    [sheet] = read_sheets(tmp_path / "a.dbf")
    assert (sheet.file, sheet.name, sheet.epsg, sheet.encoding, sheet.encoding_declared) == (
        "a.dbf",
        "",
        9210,
        "utf-8",
        True,
    )
    assert cells(sheet) == {"ten": NAMES, "ha": ["12", "0.5", None], "so": ["1", "2", "3"]}
    assert shapes(sheet) == POINTS


def test_shapefile_without_projection_and_code_page(tmp_path: Path):
    old = ["C\xf4ng ty \xb5\xf9", None, "\xdb\x9f"]
    frame(old).to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").unlink()
    (tmp_path / "a.prj").unlink()
    [sheet] = read_sheets(tmp_path / "a.shp")
    assert (sheet.epsg, sheet.encoding, sheet.encoding_declared) == (None, "latin-1", False)
    assert cells(sheet)["ten"] == old
    [declared] = read_sheets(tmp_path / "a.shp", encoding="cp1258")
    assert cells(declared)["ten"][0] == old[0].encode("latin-1").decode("cp1258")
    assert declared.encoding_declared
    assert faults(tmp_path / "a.shp", encoding="utf-8") == ["QD112"]


@pytest.mark.parametrize(
    ("page", "encoding"), [("1258", "cp1258"), ("ISO-8859-1", "iso8859-1"), ("ANSI 1252", "cp1252")]
)
def test_code_pages_by_their_names(tmp_path: Path, page: str, encoding: str):
    frame(["C\xf4ng", None, "a"]).to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text(page)
    [sheet] = read_sheets(tmp_path / "a.shp")
    assert (cells(sheet)["ten"][0], sheet.encoding, sheet.encoding_declared) == ("Công", encoding, True)


def test_a_code_page_that_lies_loses_nothing(tmp_path: Path):
    frame(["C\xf4ng", None, "a"]).to_file(tmp_path / "a.shp", encoding="ISO-8859-1")
    (tmp_path / "a.cpg").write_text("UTF-8")
    [sheet] = read_sheets(tmp_path / "a.shp")
    assert (cells(sheet)["ten"][0], sheet.encoding_declared) == ("C\xf4ng", False)


def test_shapefile_in_an_archive_and_by_parts(tmp_path: Path):
    frame().to_file(tmp_path / "a.shp", encoding="UTF-8")
    parts = {path.name: path.read_bytes() for path in tmp_path.glob("a.*")}
    packed = {f"thu muc/{name.upper()}": part for name, part in parts.items()} | {"doc.txt": b"x", "../x.prj": b""}
    (tmp_path / "b.zip").write_bytes(made.zipped(packed))
    [sheet] = read_sheets(tmp_path / "b.zip")
    assert cells(sheet)["ten"] == NAMES
    assert sorted(name for name, _ in original_bytes_of(tmp_path / "a.shp")) == sorted(parts)
    same = sha256_of(tmp_path / "a.shp")
    assert sha256_of(tmp_path / "a.dbf") == same
    other = tmp_path / "other"
    other.mkdir()
    for name, part in parts.items():
        (other / name.replace("a.", "b.")).write_bytes(part)
    assert sha256_of(other / "b.shp") == same
    (other / "b.prj").unlink()
    assert sha256_of(other / "b.shp") != same


def test_parts_that_are_missing(tmp_path: Path):
    frame().to_file(tmp_path / "a.shp")
    (tmp_path / "a.shx").unlink()
    assert faults(tmp_path / "a.shp") == ["QD122"]
    (tmp_path / "a.dbf").unlink()
    assert faults(tmp_path / "a.shp") == ["QD122", "QD122"]
    (tmp_path / "lone.prj").write_text("x")
    assert faults(tmp_path / "lone.prj") == ["QD122"] * 3


def test_geojson(tmp_path: Path):
    features = [
        {"type": "Feature", "properties": {"ten": "A", "ngay": "2024/01/02", "ma": "001", "x": {"y": 1}},
         "geometry": {"type": "Point", "coordinates": [106.5, 10.5]}},
        {"type": "Feature", "properties": {"ten": None, "ha": 2.5}, "geometry": None},
    ]  # fmt: skip
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    shutil.copy(tmp_path / "a.geojson", tmp_path / "b.json")
    for name in ("a.geojson", "b.json"):
        [sheet] = read_sheets(tmp_path / name)
        assert sheet.epsg == 4326
        assert cells(sheet)["ngay"] == ["2024/01/02", None]
        assert cells(sheet)["ma"] == ["001", None]
        assert cells(sheet)["ha"] == [None, "2.5"]
        assert shapes(sheet) == [shapely.Point(106.5, 10.5), None]


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder>
<name>Nhà máy</name><Placemark><name>Một</name><ExtendedData><Data name="sàn"><value>12</value></Data></ExtendedData>
<Point><coordinates>106.5,10.5,0</coordinates></Point></Placemark></Folder></Document></kml>"""


def test_kml_and_kmz(tmp_path: Path):
    (tmp_path / "a.kml").write_text(KML)
    (tmp_path / "a.kmz").write_bytes(made.zipped({"doc.kml": KML.encode(), "files/x.png": b"x"}))
    for name in ("a.kml", "a.kmz"):
        [sheet] = read_sheets(tmp_path / name)
        assert (cells(sheet), sheet.epsg) == ({"Name": ["Một"], "sàn": ["12"]}, 4326)
        assert shapes(sheet)[0] == shapely.Point(106.5, 10.5, 0)
    bomb = KML.replace("<kml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><kml', 1)
    (tmp_path / "b.kml").write_text(bomb)
    assert faults(tmp_path / "b.kml") == ["QD115"]


def test_drawing(tmp_path: Path):
    path = tmp_path / "a.dxf"
    path.write_text(
        made.drawing(made.CLOSED_LINE, made.drawn_text("Công ty \\U+1EA4 \\U+D800"), made.BLOCK, version="AC1021")
    )
    entities, blocks = read_sheets(path)
    assert (entities.name, entities.epsg, entities.encoding, entities.encoding_declared) == (
        "entities",
        None,
        "utf-8",
        True,
    )
    assert cells(entities)["Layer"] == ["RANH", "CHU", "DIEM"]
    assert cells(entities)["Text"] == [None, "Công ty Ấ \\U+D800", None]
    assert cells(entities)["BlockName"] == [None, None, "NHAMAY"]
    assert cells(entities)["TEN"] == [None, None, "A; B"]
    assert shapes(entities)[0].equals(shapely.box(0, 0, 10, 10))
    assert (shapes(entities)[1], blocks.name) == (shapely.Point(5, 6), "blocks")
    [one] = read_sheets(path, layer="chu")
    assert (cells(one)["Text"], one.numbers.tolist()) == (["Công ty Ấ \\U+D800"], [2])
    assert faults(path, layer="KHONG") == ["QD103"]


def test_old_drawings_keep_their_bytes(tmp_path: Path):
    path = tmp_path / "a.dxf"
    path.write_bytes(made.drawing(made.drawn_text("C\xabng \xd0\x8f \\U+1EA4")).encode("latin-1"))
    sheet = read_sheets(path)[0]
    assert cells(sheet)["Text"] == ["C\xabng \xd0\x8f Ấ"]
    assert (sheet.encoding, sheet.encoding_declared) == ("latin-1", False)
    path.write_bytes(made.drawing(made.drawn_text("C\xf4ng ty")).encode("latin-1"))
    declared = read_sheets(path, encoding="cp1258")[0]
    assert (cells(declared)["Text"], declared.encoding_declared) == (["Công ty"], True)
