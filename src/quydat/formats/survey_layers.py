"""Layers as surveyors send them: Shapefile, GeoPackage, GeoJSON, KML, DXF."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import shapely

from quydat.core.files import replaced, write_whole
from quydat.formats.geopackage import fixed_time
from quydat.survey.illustrative.offices import TITLE
from quydat.survey.illustrative.page import Cell, Page
from quydat.survey.illustrative.written import grid, shown

_DAY = "2000-01-01"
_GEOMETRY = "geom"


def write_shapefile(path: Path, page: Page) -> None:
    """Write outlines as a Shapefile; without ``.prj`` and ``.cpg`` if the page declares no system.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.shp", "a", "shp", "a", [Column("name", "TEN_CS")], epsg=9210)
    >>> page.lines = [Line("data", {"name": "Đông"}, shape=shapely.box(0, 0, 9, 9))]
    >>> with TemporaryDirectory() as folder:
    ...     write_shapefile(Path(folder) / "a.shp", page)
    ...     sorted(file.suffix for file in Path(folder).iterdir())
    ['.dbf', '.shp', '.shx']
    """
    import pyogrio.raw

    names, data = _fields(page)
    path.parent.mkdir(parents=True, exist_ok=True)
    with fixed_time():
        pyogrio.raw.write(
            str(path),
            geometry=shapely.to_wkb(np.array([line.shape for line in page.lines], dtype=object)),
            field_data=data,
            fields=np.array(names, dtype=object),
            driver="ESRI Shapefile",
            geometry_type="Polygon",
            crs=f"EPSG:{page.epsg}",
            encoding="UTF-8",
            layer_options={"DBF_DATE_LAST_UPDATE": _DAY},
        )
    if page.declared_epsg is None:
        for suffix in (".prj", ".cpg"):
            path.with_suffix(suffix).unlink(missing_ok=True)


def _fields(page: Page) -> tuple[list[str], list[Any]]:
    """Names and arrays of the columns: numbers where all cells are numbers."""
    columns = list(zip(*grid(page), strict=True))
    made: list[Any] = []
    for cells in columns:
        numbers = all(isinstance(cell, int | float) for cell in cells)
        whole = numbers and all(isinstance(cell, int) for cell in cells)
        if numbers:
            made.append(np.array(cells, dtype=np.int64 if whole else np.float64))
        else:
            made.append(np.array([None if cell is None else shown(cell) for cell in cells], dtype=object))
    return [column.heading for column in page.columns], made


def write_point_layers(path: Path, pages: Sequence[Page]) -> None:
    """Write pages as layers of points of one GeoPackage; a page that declares no system gets none.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.formats.geopackage import layer_names
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.gpkg", "diem", "gpkg", "a", [Column("name", "ten")], declared_epsg=5899)
    >>> page.lines = [Line("data", {"name": "Đông"}, shape=shapely.Point(400000, 1190000))]
    >>> with TemporaryDirectory() as folder:
    ...     write_point_layers(Path(folder) / "a.gpkg", [page])
    ...     layer_names(Path(folder) / "a.gpkg")
    ['diem']
    """
    tables = {}
    for page in pages:
        names, data = _fields(page)
        table = pa.table({name: pa.array(values.tolist()) for name, values in zip(names, data, strict=True)})
        shapes = [shapely.to_wkb(line.shape) for line in page.lines]
        tables[page.sheet] = (table, shapes, "Point", page.declared_epsg)
    write_raw_layers(path, tables)


def write_raw_layers(path: Path, tables: dict[str, tuple[pa.Table, list[bytes], str, int | None]]) -> None:
    """Write layers of a GeoPackage from columns, WKB, kind of geometry and system; same content, same bytes.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.formats.geopackage import layer_names
    >>> square = shapely.to_wkb(shapely.box(0, 0, 1, 1))
    >>> with TemporaryDirectory() as folder:
    ...     write_raw_layers(Path(folder) / "a.gpkg", {"x": (pa.table({"n": [1]}), [square], "Polygon", 4326)})
    ...     layer_names(Path(folder) / "a.gpkg")
    ['x']
    """
    import pyogrio.raw

    with replaced(path) as temporary, fixed_time(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # a layer without its system is what is wanted
        temporary.unlink(missing_ok=True)
        for name, (table, shapes, kind, epsg) in tables.items():
            first = not temporary.exists()
            pyogrio.raw.write_arrow(
                table.append_column(pa.field(_GEOMETRY, pa.binary()), pa.array(shapes, pa.binary())),
                str(temporary),
                layer=name,
                driver="GPKG",
                append=not first,
                geometry_name=_GEOMETRY,
                geometry_type=kind,
                crs=None if epsg is None else f"EPSG:{epsg}",
                dataset_options={"VERSION": "1.3"} if first else None,
                layer_options={"IDENTIFIER": f"{name} - {TITLE}", "DESCRIPTION": TITLE},
            )


def write_geojson(path: Path, page: Page) -> None:
    """Write points as GeoJSON (RFC 7946).

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.geojson", "", "geojson", "a", [Column("name", "ten")])
    >>> page.lines = [Line("data", {"name": "Đông"}, shape=shapely.Point(106.7, 10.7))]
    >>> with TemporaryDirectory() as folder:
    ...     write_geojson(Path(folder) / "a.geojson", page)
    ...     json.loads((Path(folder) / "a.geojson").read_text(encoding="utf-8"))["features"][0]["properties"]
    {'ten': 'Đông'}
    """
    features = [
        {
            "type": "Feature",
            "properties": {c.heading: _json(cell) for c, cell in zip(page.columns, cells, strict=True)},
            "geometry": {"type": "Point", "coordinates": shapely.get_coordinates(line.shape)[0].round(7).tolist()},
        }
        for line, cells in zip(page.lines, grid(page), strict=True)
    ]
    content = {"type": "FeatureCollection", "name": TITLE, "features": features}
    write_whole(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def _json(cell: Cell) -> str | int | float | None:
    return cell if cell is None or isinstance(cell, str | int | float) else shown(cell)


def write_kml(path: Path, page: Page) -> None:
    """Write points as KML 2.2; the column named ``Name`` is the placemark's own.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.kml", "", "kml", "a", [Column("name", "Name")])
    >>> page.lines = [Line("data", {"name": "A & B"}, shape=shapely.Point(106.7, 10.7))]
    >>> with TemporaryDirectory() as folder:
    ...     write_kml(Path(folder) / "a.kml", page)
    ...     "<name>A &amp; B</name>" in (Path(folder) / "a.kml").read_text(encoding="utf-8")
    True
    """
    marks = []
    for line, cells in zip(page.lines, grid(page), strict=True):
        values = {c.heading: shown(cell) for c, cell in zip(page.columns, cells, strict=True) if cell is not None}
        name = values.pop("Name", "")
        data = "".join(
            f'<Data name="{escape(key)}"><value>{escape(value)}</value></Data>' for key, value in values.items()
        )
        x, y = shapely.get_coordinates(line.shape)[0]
        marks.append(
            f"<Placemark><name>{escape(name)}</name><ExtendedData>{data}</ExtendedData>"
            f"<Point><coordinates>{x:.7f},{y:.7f},0</coordinates></Point></Placemark>\n"
        )
    write_whole(
        path,
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
            f"<name>{TITLE}</name>\n<Folder><name>{escape(page.sheet)}</name>\n{''.join(marks)}</Folder>"
            "</Document></kml>\n"
        ).encode(),
    )


def write_dxf(path: Path, page: Page) -> None:
    """Write outlines with their names as a drawing (ASCII DXF of AutoCAD 2010).

    The header names code page 1252, as many programs write it, though text is UTF-8 since 2007.

    >>> from tempfile import TemporaryDirectory
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.dxf", "", "dxf", "a", [Column("name", "Text")])
    >>> page.lines = [Line("data", {"name": "Đông"}, shape=shapely.box(0, 0, 9, 9))]
    >>> with TemporaryDirectory() as folder:
    ...     write_dxf(Path(folder) / "a.dxf", page)
    ...     (Path(folder) / "a.dxf").read_text(encoding="utf-8").count("LWPOLYLINE")
    1
    """
    pairs: list[tuple[int, object]] = [
        (999, TITLE), (0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1024"), (9, "$DWGCODEPAGE"),
        (3, "ANSI_1252"), (0, "ENDSEC"), (0, "SECTION"), (2, "ENTITIES"),
    ]  # fmt: skip
    handle = 256
    for line, (cell,) in zip(page.lines, grid(page), strict=True):
        corners = shapely.get_coordinates(line.shape)[:-1]
        pairs += [*_entity("LWPOLYLINE", handle, "RANH_THUA"), (100, "AcDbPolyline"), (90, len(corners)), (70, 1)]
        for x, y in corners:
            pairs += [(10, f"{x:.3f}"), (20, f"{y:.3f}")]
        handle += 1
        if cell is not None:
            x, y = shapely.get_coordinates(shapely.point_on_surface(line.shape))[0]
            pairs += [
                *_entity("TEXT", handle, "NHAN"), (100, "AcDbText"), (10, f"{x:.3f}"), (20, f"{y:.3f}"), (30, "0.0"),
                (40, "2.5"), (1, cell), (100, "AcDbText"),
            ]  # fmt: skip
            handle += 1
    pairs += [(0, "ENDSEC"), (0, "EOF")]
    write_whole(path, "".join(f"{code:3d}\r\n{value}\r\n" for code, value in pairs).encode())


def _entity(kind: str, handle: int, layer: str) -> list[tuple[int, object]]:
    return [(0, kind), (5, f"{handle:X}"), (100, "AcDbEntity"), (8, layer)]
