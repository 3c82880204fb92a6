"""GeoPackage out and in: layers that QGIS opens styled and labelled, and raw tables from what comes back."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from quydat.core.crs import WGS84
from quydat.core.files import no_room, replaced
from quydat.core.problem import Place, Problems, problem, raise_if
from quydat.core.text import Lang
from quydat.dictionary.schema import Table
from quydat.formats.geopackage_check import validate
from quydat.formats.geopackage_read import layer_names, read_layer
from quydat.formats.parquet import arrow_table
from quydat.formats.qml import categorised_by, qml

__all__ = ["fixed_time", "layer_names", "read_layer", "validate", "write_layers"]

_GEOMETRY = "geom"
_POSITION = ("longitude", "latitude")
_LAST_CHANGE = "2000-01-01T00:00:00.000Z"
"""Same tables, same bytes: the time of writing is no part of the content."""

_SETTINGS = {
    "OGR_CURRENT_DATE": _LAST_CHANGE,
    # The file is beside its place, and flushed once when it is whole.
    "OGR_SQLITE_SYNCHRONOUS": "OFF",
    "OGR_SQLITE_JOURNAL": "MEMORY",
}
_VERSION = "1.3"
"""Programs of before 2023 warn of 1.4, and nothing here needs it."""

_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)
"""


def write_layers(
    path: Path,
    layers: Mapping[str, pd.DataFrame],
    *,
    tables: Mapping[str, Table],
    lang: Lang,
    polygons: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Write typed tables as layers, each under its name.

    A table with longitude and latitude becomes a layer of points in EPSG:4326; the position is then in the
    geometry only, so that a point moved in QGIS has one position, not two. A row without position keeps its
    row. Other tables become attribute tables. Layers with a state get a style.

    Parameters
    ----------
    layers
        Typed tables by the name of the layer.
    tables
        Definitions by the same names.
    lang
        Language of titles, descriptions and legends.
    polygons
        Shapely polygons (longitude, latitude), one or None for each row, for layers that have outlines
        instead.

    Raises
    ------
    Problems
        QD204 where one of longitude and latitude is known and the other is not; QD406, QD108.
    ValueError
        If columns are not those of the dictionary, or use a name of the format.
    """
    outlines = polygons or {}
    raise_if(
        found for name, rows in layers.items() if _is_point(tables[name], name in outlines)
        for found in _half_positions(rows, tables[name])
    )  # fmt: skip
    with replaced(path) as temporary, _as_problems(path):
        temporary.unlink(missing_ok=True)
        with fixed_time():
            for name, rows in layers.items():
                _write_layer(temporary, name, rows, tables[name], lang, outlines.get(name))
        with closing(sqlite3.connect(temporary)) as connection, connection:
            _add_styles(connection, {name: tables[name] for name in layers}, set(outlines), lang)


@contextmanager
def _as_problems(path: Path) -> Iterator[None]:
    import pyogrio.errors as gdal

    try:
        yield
    except (gdal.DataSourceError, gdal.DataLayerError, gdal.FeatureError, sqlite3.Error) as error:
        if "disk is full" in str(error) or no_room(path):
            raise Problems([problem("QD406", path=path)]) from error
        raise Problems([problem("QD108", path=path, why=error)]) from error


def _is_point(table: Table, outlined: bool) -> bool:
    return not outlined and all(name in table for name in _POSITION)


def _half_positions(rows: pd.DataFrame, table: Table) -> Iterator[Any]:
    known = [rows[name].notna().tolist() for name in _POSITION]
    for number, pair in enumerate(zip(*known, strict=True), start=2):
        if pair[0] != pair[1]:
            missing = table[_POSITION[pair[0]]]
            place = Place(sheet=table.name, row=number, column=missing.name)
            yield problem("QD204", place, label_vi=missing.label_vi, label_en=missing.label_en)


def _write_layer(
    path: Path, name: str, rows: pd.DataFrame, table: Table, lang: Lang, outlines: Sequence[Any] | None
) -> None:
    import pyogrio.raw

    if clash := {"fid", _GEOMETRY} & set(table.columns):
        raise ValueError(f"table {table.name} uses {clash}, which GeoPackage needs itself")
    content = _labelled(arrow_table(rows, table), table, lang)
    shapes = _shapes(rows, table, outlines)
    spatial: dict[str, Any] = {}
    if shapes is not None:
        content = content.append_column(pa.field(_GEOMETRY, pa.binary()), pa.array(shapes, pa.binary()))
        if outlines is None:
            content = content.drop_columns(list(_POSITION))
        kind = "Point" if outlines is None else "MultiPolygon"
        spatial = {"geometry_name": _GEOMETRY, "geometry_type": kind, "crs": f"EPSG:{WGS84}"}
    first = not path.exists()
    pyogrio.raw.write_arrow(
        content,
        str(path),
        layer=name,
        driver="GPKG",
        append=not first,
        dataset_options={"VERSION": _VERSION} if first else None,
        layer_options={"IDENTIFIER": table.label(lang), "DESCRIPTION": table.definition(lang)},
        **spatial,
    )


def _labelled(content: pa.Table, table: Table, lang: Lang) -> pa.Table:
    """The same columns with label and definition where GDAL looks for them."""
    fields = [
        pa.field(
            a.name,
            content.schema.field(a.name).type,
            metadata={"GDAL:OGR:alternative_name": a.label(lang), "GDAL:OGR:comment": a.definition(lang)},
        )
        for a in table
    ]
    return pa.table(content.columns, schema=pa.schema(fields))


def _shapes(rows: pd.DataFrame, table: Table, outlines: Sequence[Any] | None) -> list[bytes | None] | None:
    import shapely

    if outlines is not None:
        if len(outlines) != len(rows):
            raise ValueError(f"{len(outlines)} outlines for {len(rows)} rows of {table.name}")
        return [None if outline is None else shapely.to_wkb(_multi(outline)) for outline in outlines]
    if not _is_point(table, False):
        return None
    return [
        shapely.to_wkb(shapely.Point(x, y)) if x == x else None
        for x, y in zip(*(rows[name].tolist() for name in _POSITION), strict=True)
    ]


def _multi(outline: Any) -> Any:
    import shapely

    return shapely.MultiPolygon([outline]) if outline.geom_type == "Polygon" else outline


@contextmanager
def fixed_time() -> Iterator[None]:
    """Within it, GDAL writes the same bytes for the same content, and need not flush each page."""
    import pyogrio

    before = {name: pyogrio.get_gdal_config_option(name) for name in _SETTINGS}
    pyogrio.set_gdal_config_options(_SETTINGS)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)


def _add_styles(connection: sqlite3.Connection, tables: Mapping[str, Table], outlined: set[str], lang: Lang) -> None:
    styled = {
        name: "polygon" if name in outlined else "point"
        for name, table in tables.items()
        if categorised_by(table) and (name in outlined or _is_point(table, False))
    }
    if not styled:
        return
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(_STYLES)
    for name, geometry in styled.items():
        table = tables[name]
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', ?)",
            (
                name,
                _GEOMETRY,
                name[:30],
                qml(table, geometry=geometry, lang=lang),
                table.label(lang),
                _LAST_CHANGE,
            ),
        )
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGIS', ?, 0)",
        (_LAST_CHANGE,),
    )
