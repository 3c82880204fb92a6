"""GeoPackage: valid, styled, the same bytes; what comes back is checked before it is believed."""

import sqlite3
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal
from tests.support.rows import parks, sources

from quydat.core.problem import Problems
from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import choices, record_tables, tables
from quydat.formats.export import export_geopackage
from quydat.formats.geopackage import layer_names, read_layer, validate, write_layers
from quydat.formats.tables import read_tables


def record() -> dict:
    rows = parks(
        {
            "park_id": "a", "name_vi": "Phạm Văn Hai", "state": "planned", "gross_area_ha": 379.25,
            "programme_from_year": 2026, "state_land": True, "longitude": 106.5, "latitude": 10.81,
        },
        {"park_id": "b", "state": "operating", "longitude": 106.7, "latitude": 10.7},
        {"park_id": "c", "state_land": False},
    )  # fmt: skip
    return {t.name: empty(t) for t in record_tables()} | {"park": rows, "source": sources("a", "b")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    export_geopackage(record(), tmp_path / "record.gpkg", lang="vi")
    return tmp_path / "record.gpkg"


def number(error: pytest.ExceptionInfo[Problems]) -> str:
    return error.value.found[0].number


def test_valid_and_the_whole_record_comes_back(path: Path):
    assert validate(path) == []
    for name, raw in read_tables(path).items():
        rows, found = typed(raw.rows, tables()[name])
        assert found == []
        assert_frame_equal(rows, record()[name])
    assert set(read_tables(path)) == set(record())
    assert [p.name for p in path.parent.iterdir()] == ["record.gpkg"]


def test_same_record_same_bytes(path: Path, tmp_path: Path):
    export_geopackage(record(), tmp_path / "again.gpkg", lang="vi")
    assert path.read_bytes() == (tmp_path / "again.gpkg").read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_other_programs_see_points_in_wgs84_with_labels(path: Path):
    info = pyogrio.read_info(path, layer="park")
    assert (info["crs"], info["geometry_type"], info["features"]) == ("EPSG:4326", "Point", 3)
    layer = gpd.read_file(path, layer="park")
    assert shapely.equals(layer.geometry[0], shapely.Point(106.5, 10.81))
    assert layer.geometry[2] is None
    with sqlite3.connect(path) as connection:
        label = "SELECT name FROM gpkg_data_columns WHERE table_name = 'park' AND column_name = 'gross_area_ha'"
        assert connection.execute(label).fetchone() == ("Diện tích tự nhiên (ha)",)
        described = "SELECT identifier, description FROM gpkg_contents WHERE table_name = 'park'"
        park = tables()["park"]
        assert connection.execute(described).fetchone() == (park.label_vi, park.definition_vi)
    connection.close()


@pytest.mark.parametrize(("lang", "place"), [("vi", 0), ("en", 1)])
def test_the_style_names_every_state_and_sizes_by_area(tmp_path: Path, lang, place: int):
    path = tmp_path / "p.gpkg"
    write_layers(path, {"park": record()["park"]}, tables=tables(), lang=lang)
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
    ).fetchall()
    connection.close()
    assert [row[:3] for row in rows] == [("park", "geom", 1)]
    root = Xml.fromstring(rows[0][3])  # noqa: S314
    renderer = root.find("renderer-v2")
    assert renderer.get("attr") == "state"
    legend = {c.get("value"): c.get("label") for c in renderer.iter("category")}
    assert legend == {value: labels[place] for value, labels in choices("park_state").items()}
    symbols = [s.get("name") for s in renderer.iter("symbol")]
    assert symbols == [c.get("symbol") for c in renderer.iter("category")]
    assert all("gross_area_ha" in o.get("value") for o in root.iter("Option") if o.get("name") == "expression")
    assert len([o for o in root.iter("Option") if o.get("name") == "expression"]) == len(legend)


def test_polygons_are_written_styled_and_refused_where_points_are_wanted(tmp_path: Path):
    path = tmp_path / "p.gpkg"
    outline = shapely.box(106.4, 10.7, 106.5, 10.8)
    outlines = {"park": [outline, shapely.MultiPolygon([outline]), None]}
    write_layers(path, {"park": record()["park"]}, tables=tables(), lang="vi", polygons=outlines)
    assert validate(path) == []
    assert pyogrio.read_info(path, layer="park")["geometry_type"] == "MultiPolygon"
    with pytest.raises(Problems) as error:
        read_layer(path, "park")
    assert [(p.number, p.place.row) for p in error.value.found] == [("QD102", 2), ("QD102", 3)]


def test_half_a_position_is_not_lost_in_silence(tmp_path: Path):
    rows = parks({"park_id": "a", "longitude": 106.5}, {"park_id": "b", "latitude": 10.5})
    with pytest.raises(Problems) as error:
        write_layers(tmp_path / "p.gpkg", {"park": rows}, tables=tables(), lang="vi")
    places = [(p.number, p.place.row, p.place.column) for p in error.value.found]
    assert places == [("QD204", 2, "latitude"), ("QD204", 3, "longitude")]
    assert list(tmp_path.iterdir()) == []


def test_single_multipoints_of_qgis_are_taken(tmp_path: Path):
    rows = gpd.GeoDataFrame({"park_id": ["a"]}, geometry=[shapely.MultiPoint([(106.5, 10.8)])], crs="EPSG:4326")
    rows.to_file(tmp_path / "q.gpkg", layer="park")
    raw = read_layer(tmp_path / "q.gpkg", "park")
    assert raw.to_dict("records") == [{"park_id": "a", "longitude": 106.5, "latitude": 10.8}]


def test_wrong_system_wrong_layer(tmp_path: Path, path: Path):
    rows = gpd.GeoDataFrame({"park_id": ["a"]}, geometry=[shapely.Point(600000, 1190000)], crs="EPSG:9210")
    rows.to_file(tmp_path / "q.gpkg", layer="park")
    with pytest.raises(Problems) as error:
        read_layer(tmp_path / "q.gpkg", "park")
    assert error.value.found[0].facts == {"epsg": "9210", "wanted": "4326"}
    with pytest.raises(Problems) as error:
        read_layer(path, "nowhere")
    assert number(error) == "QD103"
    assert "layer_styles" not in layer_names(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"\x89PNG\r\n\x1a\n" + bytes(1000),
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:4096] + bytes(range(256)) * ((len(whole) - 4096) // 256),
        lambda whole: whole[:68] + bytes(4) + whole[72:],  # application_id lies at byte 68
    ],
    ids=["empty", "png", "cut", "random", "other program"],
)
def test_damaged_and_foreign_files_are_refused(tmp_path: Path, path: Path, damage):
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(damage(path.read_bytes()))
    for act in (layer_names, lambda p: read_layer(p, "park")):
        with pytest.raises(Problems) as error:
            act(broken)
        assert number(error) == "QD102"
    assert validate(broken) != []


@pytest.mark.parametrize(
    ("statement", "requirement"),
    [
        ("PRAGMA application_id = 1", "R2"),
        ("DELETE FROM gpkg_spatial_ref_sys WHERE srs_id = -1", "R11"),
        ("UPDATE gpkg_contents SET table_name = 'x' WHERE table_name = 'source'", "R14"),
        ("UPDATE gpkg_contents SET last_change = 'yesterday'", "R15"),
        ("UPDATE gpkg_geometry_columns SET srs_id = 0", "R33"),
        ("UPDATE gpkg_geometry_columns SET geometry_type_name = 'DOT'", "R25"),
        ("DROP TRIGGER rtree_park_geom_insert", "R75"),
        ("DELETE FROM rtree_park_geom", "R77"),
        ("DELETE FROM gpkg_geometry_columns", "R22"),
        ("DROP TABLE gpkg_extensions", "R10"),
    ],
)
def test_the_check_sees_what_breaks_the_standard(path: Path, statement: str, requirement: str):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()
    assert any(requirement in fault.split(":")[0] for fault in validate(path))
