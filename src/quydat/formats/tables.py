"""Raw tables from whatever file a user brings, named as the dictionary names them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.dictionary.schema import Table, record_tables
from quydat.formats.csvfile import read_csv
from quydat.formats.geopackage import layer_names, read_layer
from quydat.formats.raw import Raw
from quydat.formats.workbook import is_own_sheet, read_workbook, sheet_name

_CASE_TABLES = "tables"


def read_tables(path: Path, *, table: str | None = None, layer: str | None = None) -> dict[str, Raw]:
    """Tables of a file, or of the folder of a case.

    Parameters
    ----------
    path
        A CSV file, an Excel workbook, a GeoPackage, or a folder of CSV files (or one with such a folder
        ``tables``).
    table
        Name of the table that the file holds; without it, the name of the file, the sheets or the layers says
        it.
    layer
        Sheet or layer to take, if the file has several.

    Returns
    -------
    Raw tables by name, each with its file and its sheet or layer.

    Raises
    ------
    Problems
        QD104 unknown kind of file, QD106 unknown table, QD103 no such sheet or layer, and those of the
        readers.
    """
    result, found = read_all(path, table=table, layer=layer)
    raise_if(found)
    return result


def read_all(path: Path, *, table: str | None = None, layer: str | None = None) -> tuple[dict[str, Raw], list[Problem]]:
    """As ``read_tables``: the tables that can be read, and what keeps the others from it."""
    try:
        if path.is_dir():
            return _folder(path)
        return _file(path, table, layer), []
    except Problems as problems:
        return {}, list(problems.found)


def _file(path: Path, table: str | None, layer: str | None) -> dict[str, Raw]:
    if table is not None and table not in _by_name():
        raise Problems([_unknown(table, path)])
    reader = _READERS.get(path.suffix.casefold())
    if reader is None:
        raise Problems([problem("QD104", Place(path.name), suffix=path.suffix, known=", ".join(_READERS))])
    return reader(path, table, layer)


def _folder(path: Path) -> tuple[dict[str, Raw], list[Problem]]:
    folder = path / _CASE_TABLES if (path / _CASE_TABLES).is_dir() else path
    files = sorted(folder.glob("*.csv"))
    found: list[Problem] = []
    result: dict[str, Raw] = {}
    for file in files:
        name = f"{folder.name}/{file.name}"
        try:
            [(table, raw)] = _csv(file, None, None).items()
            result[table] = Raw(raw.rows, name, "")
        except Problems as problems:
            found += [Problem(p.number, p.facts, replace(p.place, file=name)) for p in problems.found]
    if not files:
        raise Problems([problem("QD101", Place(path.name), why="no .csv")])
    return {name: result[name] for name in _by_name() if name in result}, found


def _csv(path: Path, table: str | None, layer: str | None) -> dict[str, Raw]:
    if layer is not None:
        raise Problems([problem("QD103", Place(path.name), layer=layer, present="-")])
    name = table or path.stem
    if name not in _by_name():
        raise Problems([_unknown(name, path)])
    return {name: Raw(read_csv(path), path.name, "")}


def _workbook(path: Path, table: str | None, layer: str | None) -> dict[str, Raw]:
    sheets = {name: rows for name, rows in read_workbook(path).items() if not is_own_sheet(name)}
    chosen = _choose(list(sheets), path, table, layer)
    return {name: Raw(sheets[sheet], path.name, sheet) for name, sheet in chosen.items()}


def _geopackage(path: Path, table: str | None, layer: str | None) -> dict[str, Raw]:
    chosen = _choose(layer_names(path), path, table, layer)
    return {name: Raw(read_layer(path, found), path.name, found) for name, found in chosen.items()}


def _choose(present: list[str], path: Path, table: str | None, layer: str | None) -> dict[str, str]:
    """Which sheet or layer holds which table."""
    named = {name: _table_of(name) for name in present}
    if layer is not None:
        sought = {layer.casefold(), *(sheet.casefold() for sheet, name in named.items() if name == layer)}
        hits = [sheet for sheet in present if sheet.casefold() in sought]
        if not hits:
            raise Problems([_no_layer(layer, present, path)])
        name = table or named[hits[0]]
        if name is None:
            raise Problems([_unknown(layer, path)])
        return {name: hits[0]}
    if table is not None:
        hits = [sheet for sheet, name in named.items() if name == table] or (present if len(present) == 1 else [])
        if len(hits) != 1:
            raise Problems([_no_layer(table, present, path)])
        return {table: hits[0]}
    raise_if(_unknown(sheet, path) for sheet, name in named.items() if name is None)
    chosen: dict[str, str] = {}
    for sheet, name in named.items():
        assert name is not None
        if name in chosen:
            raise Problems([problem("QD203", Place(path.name, sheet), column=name)])
        chosen[name] = sheet
    if not chosen:
        raise Problems([_no_layer("-", present, path)])
    return {name: chosen[name] for name in _by_name() if name in chosen}


def _table_of(sheet: str) -> str | None:
    for table in record_tables():
        names = (table.name, table.label_vi, table.label_en, sheet_name(table, "vi"), sheet_name(table, "en"))
        if sheet.strip().casefold() in {name.casefold() for name in names}:
            return table.name
    return None


def _by_name() -> Mapping[str, Table]:
    return {table.name: table for table in record_tables()}


def _unknown(table: str, path: Path) -> Problem:
    return problem("QD106", Place(path.name), table=table, known=", ".join(_by_name()))


def _no_layer(layer: str, present: list[str], path: Path) -> Problem:
    return problem("QD103", Place(path.name), layer=layer, present=", ".join(present) or "-")


_READERS: Mapping[str, Callable[[Path, str | None, str | None], dict[str, Raw]]] = {
    ".csv": _csv,
    ".xlsx": _workbook,
    ".gpkg": _geopackage,
}
