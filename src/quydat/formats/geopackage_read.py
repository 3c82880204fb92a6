"""Reading a layer of a GeoPackage that someone else made or changed."""

import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import pandas as pd

from quydat.core.crs import WGS84
from quydat.core.problem import Place, Problem, Problems, problem

APPLICATION_IDS = (0x47504B47, 0x47503130, 0x47503131)
"""'GPKG', and 'GP10' and 'GP11' of versions before 1.2."""

_MAGIC = b"SQLite format 3\0"
_LAYERS = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
_CRS = """
SELECT c.column_name, s.organization, s.organization_coordsys_id
FROM gpkg_geometry_columns c LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id WHERE c.table_name = ?
"""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file, read only, once it has shown to be a whole GeoPackage.

    Raises
    ------
    Problems
        QD101 if it cannot be read at all, QD102 if it is something else or damaged.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise Problems([problem("QD101", Place(path.name), why=error.strerror or error)]) from error
    if head != _MAGIC:
        raise Problems([_foreign(path, "it is not an SQLite file")])
    uri = f"file:{quote(path.absolute().as_posix())}?mode=ro"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            if connection.execute("PRAGMA application_id").fetchone()[0] not in APPLICATION_IDS:
                raise Problems([_foreign(path, "it is an SQLite file of another kind")])
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise Problems([_foreign(path, verdict)])
            yield connection
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise Problems([_foreign(path, error)]) from error


def layer_names(path: Path) -> list[str]:
    """Layers and attribute tables in the file; without the table of styles."""
    with opened(path) as connection:
        return _names(connection)


def read_layer(path: Path, layer: str) -> pd.DataFrame:
    """A layer as a raw table; of points, the position is in the columns longitude and latitude.

    Raises
    ------
    Problems
        QD101, QD102 unreadable, foreign or damaged, or a geometry that is no single point; QD103 no such
        layer; QD107 coordinates that are not EPSG:4326.
    """
    with opened(path) as connection:
        present = _names(connection)
        if layer not in present:
            names = ", ".join(present)
            raise Problems([problem("QD103", Place(path.name), layer=layer, present=names)])
        geometry = connection.execute(_CRS, (layer,)).fetchone()
        if geometry is not None and (str(geometry[1]).upper(), geometry[2]) != ("EPSG", WGS84):
            # 0 and −1 stand for systems that the file does not name.
            epsg = geometry[2] if str(geometry[1]).upper() == "EPSG" else "?"
            raise Problems([problem("QD107", Place(path.name, layer), epsg=epsg, wanted=WGS84)])
    content = _content(path, layer)
    columns = {name: content[name].to_pylist() for name in content.column_names}
    if geometry is not None and geometry[0] in columns:
        columns |= _positions(columns.pop(geometry[0]), Place(path.name, layer))
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


def _content(path: Path, layer: str) -> Any:
    import pyogrio.errors
    import pyogrio.raw

    try:
        with warnings.catch_warnings():
            # GDAL warns of what it reads all the same; every cell and shape is checked after this.
            warnings.simplefilter("ignore", RuntimeWarning)
            return pyogrio.raw.read_arrow(str(path), layer=layer)[1]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, RuntimeError, ValueError) as error:
        raise Problems([_foreign(path, error)]) from error


def _positions(shapes: list[bytes | None], place: Place) -> dict[str, list[float | None]]:
    import shapely

    points: list[tuple[float, float] | tuple[None, None]] = []
    found: list[Problem] = []
    for number, shape in enumerate(shapes, start=2):
        point = None if shape is None else _single(shapely.from_wkb(shape))
        if point is None or point.is_empty:
            points.append((None, None))
        elif point.geom_type == "Point":
            points.append((float(point.x), float(point.y)))
        else:
            where = Place(place.file, place.sheet, number)
            found.append(problem("QD102", where, why=f"{point.geom_type} ≠ Point"))
    if found:
        raise Problems(found)
    return {"longitude": [x for x, _ in points], "latitude": [y for _, y in points]}


def _single(shape: Any) -> Any:
    """QGIS often keeps one point as a group of one."""
    return shape.geoms[0] if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1 else shape


def _names(connection: sqlite3.Connection) -> list[str]:
    rows = cast("list[tuple[str]]", connection.execute(_LAYERS).fetchall())
    return [name for (name,) in rows if name != "layer_styles"]


def _foreign(path: Path, why: object) -> Problem:
    return problem("QD102", Place(path.name), why=why)
