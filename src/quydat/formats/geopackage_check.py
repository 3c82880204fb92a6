"""Checks of the GeoPackage standard (OGC 12-128r18) that SQLite alone can make."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from quydat.formats.geopackage_read import APPLICATION_IDS

Check = Callable[[sqlite3.Connection], Iterator[str]]

_NEEDED = {
    "gpkg_spatial_ref_sys": {
        "srs_name", "srs_id", "organization", "organization_coordsys_id", "definition", "description",
    },
    "gpkg_contents": {
        "table_name", "data_type", "identifier", "description", "last_change", "min_x", "min_y",
        "max_x", "max_y",        "srs_id",
    },
    "gpkg_geometry_columns": {"table_name", "column_name", "geometry_type_name", "srs_id", "z", "m"},
    "gpkg_extensions": {"table_name", "column_name", "extension_name", "definition", "scope"},
}  # fmt: skip
_GEOMETRIES = {
    "GEOMETRY", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT", "MULTILINESTRING", "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
}  # fmt: skip
_RTREE_TRIGGERS = {
    True: ("insert", "update2", "update4", "update5", "update6", "update7", "delete"),
    False: ("insert", "update1", "update2", "update3", "update4", "delete"),
}
"""By whether the file is of version 1.4 or later."""


def validate(path: Path) -> list[str]:
    """What breaks the standard, each with the number of its requirement; empty for a valid file."""
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return ["R1: not an SQLite file"]
    with closing(sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?mode=ro", uri=True)) as connection:
        return [fault for check in _CHECKS for fault in _made(check, connection)]


def _made(check: Check, connection: sqlite3.Connection) -> Iterator[str]:
    try:
        yield from check(connection)
    except sqlite3.Error as error:
        yield f"R6: {error}"


def _file(connection: sqlite3.Connection) -> Iterator[str]:
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    if application not in APPLICATION_IDS:
        yield f"R2: application_id is {application:#x}"
    elif application == APPLICATION_IDS[0] and not 10200 <= version < 20000:
        yield f"R2: user_version is {version}"
    if (verdict := connection.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
        yield f"R6: {verdict}"
    for row in connection.execute("PRAGMA foreign_key_check"):
        yield f"R7: foreign key of {row[0]} to {row[2]}"


def _tables(connection: sqlite3.Connection) -> Iterator[str]:
    for table, columns in _NEEDED.items():
        if missing := columns - _columns(connection, table):
            yield f"R10, R13, R21, R58: {table} lacks {', '.join(sorted(missing))}"


def _systems(connection: sqlite3.Connection) -> Iterator[str]:
    present = {row[0] for row in connection.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    for srs in (-1, 0, 4326):
        if srs not in present:
            yield f"R11: no coordinate system {srs}"
    for table in ("gpkg_contents", "gpkg_geometry_columns"):
        for name, srs in connection.execute(f"SELECT table_name, srs_id FROM {table}"):  # noqa: S608, names above
            if srs is not None and srs not in present:
                yield f"R12, R14: {name} in {table} has the unknown coordinate system {srs}"


def _contents(connection: sqlite3.Connection) -> Iterator[str]:
    present = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    listed = "SELECT table_name, data_type, last_change, min_x, min_y, max_x, max_y FROM gpkg_contents"
    moment = "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', ?)"
    for name, kind, changed, *box in connection.execute(listed).fetchall():
        if name not in present:
            yield f"R14: {name} is listed, but not there"
        if kind not in ("features", "attributes", "tiles"):
            yield f"R13: {name} is of the kind {kind}"
        if connection.execute(moment, (changed,)).fetchone()[0] != changed:
            yield f"R15: {name} was changed at {changed!r}"
        if kind == "features" and None not in box and not (box[0] <= box[2] and box[1] <= box[3]):
            yield f"R13: {name} lies in {box}"
        keys = [row for row in connection.execute(f"PRAGMA table_info({_quoted(name)})") if row[5]]
        if [(row[2].upper(), row[5]) for row in keys] != [("INTEGER", 1)]:
            yield f"R29, R119: {name} has no single whole-number key"


def _geometries(connection: sqlite3.Connection) -> Iterator[str]:
    kinds = dict(connection.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
    columns = connection.execute(
        "SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns"
    ).fetchall()
    for name in (name for name, kind in kinds.items() if kind == "features"):
        if name not in {row[0] for row in columns}:
            yield f"R22: {name} has no geometry column"
    for name, column, kind, srs, z, m in columns:
        if kinds.get(name) != "features":
            yield f"R23: {name} has geometry, but is {kinds.get(name)}"
        if column not in _columns(connection, name):
            yield f"R24: {name} has no column {column}"
            continue
        if kind not in _GEOMETRIES:
            yield f"R25: {name} holds {kind}"
        if z not in (0, 1, 2) or m not in (0, 1, 2):
            yield f"R27, R28: {name} has z = {z}, m = {m}"
        yield from _blobs(connection, name, column, srs)


def _blobs(connection: sqlite3.Connection, name: str, column: str, srs: int) -> Iterator[str]:
    shown = f"SELECT rowid, {_quoted(column)} FROM {_quoted(name)} WHERE {_quoted(column)} IS NOT NULL"  # noqa: S608, quoted
    for row, blob in connection.execute(shown):
        if not isinstance(blob, bytes) or blob[:2] != b"GP" or blob[2] != 0 or len(blob) < 8:
            yield f"R19: {name}, row {row}: not a geometry"
            continue
        order = "little" if blob[3] & 1 else "big"
        if int.from_bytes(blob[4:8], order, signed=True) != srs:  # type: ignore[arg-type]
            yield f"R33: {name}, row {row}: another coordinate system than its column"


def _extensions(connection: sqlite3.Connection) -> Iterator[str]:
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    triggers = _RTREE_TRIGGERS[connection.execute("PRAGMA user_version").fetchone()[0] >= 10400]
    rows = connection.execute("SELECT table_name, column_name, extension_name, scope FROM gpkg_extensions").fetchall()
    for table, column, extension, scope in rows:
        if table is not None and table not in there:
            yield f"R60: {extension} is said of {table}, which is not there"
        if scope not in ("read-write", "write-only"):
            yield f"R64: {extension} has the scope {scope}"
        if extension == "gpkg_rtree_index":
            index = f"rtree_{table}_{column}"
            yield from (
                f"R75, R76, R77: {part} is not there"
                for part in (index, *(f"{index}_{trigger}" for trigger in triggers))
                if part not in there
            )
            if index in there:
                indexed = _count(connection, index, "id")
                shapes = _count(connection, table, column)
                if indexed != shapes:
                    yield f"R77: {index} knows {indexed} of {shapes} geometries"


def _count(connection: sqlite3.Connection, table: str, column: str) -> int:
    shown = f"SELECT count({_quoted(column)}) FROM {_quoted(table)}"  # noqa: S608, quoted
    return int(connection.execute(shown).fetchone()[0])


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_CHECKS: tuple[Check, ...] = (
    _file,
    _tables,
    _systems,
    _contents,
    _geometries,
    _extensions,
)
