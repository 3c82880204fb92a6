"""Results of field forms (ODK, KoboToolbox): groups flattened, repeats as sheets of their own, places split."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from quydat.core.crs import WGS84
from quydat.core.problem import Place, Problems, problem
from quydat.formats.sheets_cells import cell_text
from quydat.formats.sheets_make import text_series
from quydat.survey.sheet import Sheet

KEY = "KEY"
PARENT_KEY = "PARENT_KEY"

_ODK_BESIDE_KEY = {"SubmissionDate", "meta-instanceID", "meta/instanceID", "instanceID", "SubmitterID", PARENT_KEY}
_KOBO = (
    {"_uuid", "_submission_time"},
    {"_uuid", "_id"},
    {"_submission__uuid"},
    {"_parent_table_name", "_parent_index"},
)
_KEYS = ("__id", "_uuid", "KEY", "meta/instanceID", "instanceID", "_submission__uuid")
_NUMBER = r"-?\d+(?:\.\d+)?"
_POINT = (
    rf"^\s*(?P<latitude>{_NUMBER})\s+(?P<longitude>{_NUMBER})\s+"
    rf"(?P<altitude>{_NUMBER})(?:\s+(?P<accuracy>{_NUMBER}))?\s*$"
)
_LINE = rf"^\s*(?:{_NUMBER}(?:\s+{_NUMBER}){{1,3}}\s*;?\s*){{3,}}$"
_CENTRAL = {"Latitude": "latitude", "Longitude": "longitude", "Altitude": "altitude", "Accuracy": "accuracy"}
_PLACE_PARTS = ("latitude", "longitude", "altitude", "accuracy")
_DEEPEST = 60


def is_field_sheet(headings: Sequence[str]) -> bool:
    """Whether headings are those of ODK or KoboToolbox.

    >>> is_field_sheet(["SubmissionDate", "ten", "KEY"]), is_field_sheet(["KEY", "ten"])
    (True, False)
    """
    known = set(headings)
    return (KEY in known and bool(known & _ODK_BESIDE_KEY)) or any(needed <= known for needed in _KOBO)


def flat_sheet(sheet: Sheet) -> Sheet:
    """A sheet of results with the last part of each path as heading, and places in columns of their own.

    Where two paths end alike, both keep the full path. A geopoint becomes latitude, longitude, altitude and accuracy
    (after the name of the question if there are several); the first geoshape gives the shapes, all in WGS 84.

    >>> told = {"g/ten": ["A"], "g/vi_tri": ["10.7 106.6 3 4.5"], "_uuid": ["u"], "_id": ["1"]}
    >>> cells = pd.DataFrame(told, dtype="str")
    >>> flat_sheet(Sheet("x.csv", "", cells, np.array([2]))).cells.to_dict("list")  # doctest: +NORMALIZE_WHITESPACE
    {'ten': ['A'], 'latitude': ['10.7'], 'longitude': ['106.6'], 'altitude': ['3'], 'accuracy': ['4.5'],
     '_uuid': ['u'], '_id': ['1']}
    """
    names = [str(name) for name in sheet.cells.columns]
    columns = {name: pa.array(sheet.cells[name], pa.large_string(), from_pandas=True) for name in names}
    made: dict[tuple[str, str], Any] = {}
    shapes, placed = sheet.shapes, sheet.epsg
    for name, column in columns.items():
        point = _point(column)
        if point is not None:
            placed = WGS84
            made |= {(name, part): pc.struct_field(point, part) for part in _PLACE_PARTS}
        elif shapes is None and (found := _shapes(column)) is not None:
            shapes, placed = found, WGS84
        else:
            made[_split_by_central(name, names)] = column
    headings = _headings(list(made))
    frame = pd.DataFrame(
        {headings[at]: text_series(_missing(column)) for at, column in made.items()}, index=sheet.cells.index
    )
    if any(part for _, part in made) and placed is None:
        placed = WGS84
    return replace(sheet, cells=frame, shapes=shapes, epsg=placed, form="odk")


def tie_kobo_repeats(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Sheets of a KoboToolbox workbook, each with the KEY of its rows, repeats with PARENT_KEY too.

    Kobo ties a row of a repeat to its parent by the parent's ``_index``; the key is then that of the parent and the
    place among all rows of the repeat.
    """
    keys: dict[tuple[str, str], str] = {}
    made = []
    for sheet in sheets:
        cells = sheet.cells.copy()
        if "_parent_index" in cells and "_index" in cells:
            tables = cells.get("_parent_table_name", pd.Series("", index=cells.index, dtype="str")).fillna("")
            parents = [keys.get((table, index)) for table, index in zip(tables, cells["_parent_index"], strict=True)]
            own = [p and f"{p}/{sheet.name}[{i}]" for p, i in zip(parents, cells["_index"], strict=True)]
            cells[PARENT_KEY] = pd.Series(parents, index=cells.index, dtype="str")
            cells[KEY] = pd.Series(own, index=cells.index, dtype="str")
        elif "_uuid" in cells and KEY not in cells:
            cells[KEY] = cells["_uuid"]
        if "_index" in cells and KEY in cells:
            names = (sheet.name,)
            keys |= {(n, str(i)): k for n in names for i, k in zip(cells["_index"], cells[KEY], strict=True) if k == k}
        made.append(replace(sheet, cells=cells))
    return made


def read_field_json(text: bytes, *, file: str) -> list[Sheet]:
    """Submissions of KoboToolbox (``results``) or ODK (OData ``value``), or a GeoJSON of either.

    Every submission is a row with its KEY; every repeat is a sheet named by the repeat, its rows with a KEY of their
    own and the PARENT_KEY of the row that they belong to. Rows are numbered from 1.

    Raises
    ------
    Problems
        QD101 if it is no JSON, or nested too deep; QD104 if it holds no submissions; QD117 if it holds none.

    >>> one = {"_uuid": "u1", "_id": 7, "g/ten": "A", "nha": [{"nha/san": 12.0}, {"nha/san": 5}]}
    >>> main, repeat = read_field_json(json.dumps({"results": [one]}).encode(), file="k.json")
    >>> repeat.name, repeat.cells.to_dict("list")
    ('nha', {'san': ['12', '5'], 'KEY': ['u1/nha[1]', 'u1/nha[2]'], 'PARENT_KEY': ['u1', 'u1']})
    """
    try:
        content = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Problems([problem("QD101", Place(file), why=error)]) from error
    records = _records(content)
    if records is None:
        raise Problems([problem("QD104", Place(file), suffix=".json", known="GeoJSON, KoboToolbox, ODK")])
    if not records:
        raise Problems([problem("QD117", Place(file))])
    tables = _Tables(file)
    for number, (record, geometry) in enumerate(records, start=1):
        key = next((str(record[name]) for name in _KEYS if record.get(name)), str(number))
        tables.add("", record, key, None, geometry)
    try:
        return tables.sheets()
    except UnicodeEncodeError as error:  # JSON can name halves of letters, which are no text
        raise Problems([problem("QD101", Place(file), why=error)]) from error


class _Tables:
    """Rows of the form and of its repeats, by the path of the repeat."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: dict[str, list[dict[str, str | None]]] = {}
        self.shapes: list[bytes | None] = []

    def add(self, table: str, record: Mapping[str, Any], key: str, parent: str | None, geometry: Any = None) -> None:
        row: dict[str, str | None] = {}
        self.rows.setdefault(table, []).append(row)
        if not table:
            self.shapes.append(_wkb(geometry))
        self._fill(row, record, "", key, 0)
        row.setdefault(KEY, key)
        if parent is not None:
            row[PARENT_KEY] = parent

    def _fill(self, row: dict[str, str | None], record: Mapping[str, Any], path: str, key: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise Problems([problem("QD101", Place(self.file), why=f"> {_DEEPEST} levels")])
        for name, value in record.items():
            at = f"{path}{name}"
            if isinstance(value, dict) and "coordinates" in value:
                row[at] = _geometry_text(value)
            elif isinstance(value, dict):
                self._fill(row, value, f"{at}/", key, depth + 1)
            elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value) and name[0] != "_":
                repeat = _last(at)
                for number, part in enumerate(value, start=1):
                    own = part.get("__id") or f"{key}/{repeat}[{number}]"
                    self.add(repeat, part, str(own), key)
            elif isinstance(value, list):
                row[at] = "; ".join(_file_name(part) for part in value if part is not None) or None
            else:
                row[at] = cell_text(value)

    def sheets(self) -> list[Sheet]:
        made = []
        for name, rows in self.rows.items():
            names = list(dict.fromkeys(at for row in rows for at in row))
            names = [at for at in names if at not in (KEY, PARENT_KEY)] + [
                at for at in (KEY, PARENT_KEY) if at in names
            ]
            columns = {at: pa.array([row.get(at) for row in rows], pa.large_string()) for at in names}
            frame = pd.DataFrame({at: text_series(column) for at, column in columns.items()})
            shapes = None
            if not name and any(shape is not None for shape in self.shapes):
                shapes = np.empty(len(rows), object)
                shapes[:] = self.shapes
            numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
            epsg = WGS84 if shapes is not None else None
            made.append(flat_sheet(Sheet(self.file, name, frame, numbers, shapes, epsg)))
        return made


def _records(content: Any) -> list[tuple[Mapping[str, Any], Any]] | None:
    if isinstance(content, dict) and content.get("type") == "FeatureCollection":
        features = [part for part in content.get("features") or [] if isinstance(part, dict)]
        return [(part.get("properties") or {}, part.get("geometry")) for part in features]
    if isinstance(content, dict):
        content = content.get("results", content.get("value"))
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return None
    if content and not any(name in content[0] for name in _KEYS) and "meta" not in content[0]:
        return None
    return [(part, None) for part in content]


def _file_name(part: Any) -> str:
    """A photo by the name of its file, other things as they are."""
    if isinstance(part, dict):
        name = part.get("media_file_basename") or str(part.get("filename", "")).rpartition("/")[2]
        return name or json.dumps(part, ensure_ascii=False, sort_keys=True)
    return cell_text(part) or "" if not isinstance(part, list) else json.dumps(part)


def _geometry_text(value: Mapping[str, Any]) -> str | None:
    """GeoJSON of an OData answer as ODK writes places in CSV: latitude longitude altitude accuracy; …"""
    kind: object = value.get("type")
    given: Any = value.get("coordinates")
    accuracy = (value.get("properties") or {}).get("accuracy") or 0
    try:
        points = [given] if kind == "Point" else given[0] if kind == "Polygon" else given
        texts = [f"{p[1]} {p[0]} {p[2] if len(p) > 2 and p[2] is not None else 0} {accuracy}" for p in points]
    except (TypeError, IndexError, KeyError):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "; ".join(texts)


def _wkb(geometry: Any) -> bytes | None:
    import shapely
    from shapely.geometry import shape

    if not geometry:
        return None
    try:
        return bytes(shapely.to_wkb(shape(geometry)))
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, shapely.errors.ShapelyError):
        return None  # the text of the place stays in its column


def _point(column: Any) -> Any:
    """Parts of a column of geopoints (Arrow structs), or None if it is something else."""
    if column.null_count == len(column):
        return None
    found = pc.extract_regex(column, _POINT)
    if found.null_count > column.null_count:
        return None
    latitude = pc.cast(pc.struct_field(found, "latitude"), pa.float64())
    return found if pc.max(pc.abs(latitude)).as_py() <= 90 else None


def _shapes(column: Any) -> Any:
    """Outlines of a column of geoshapes as WKB, or None if it is something else; an open line stays a line."""
    import shapely

    if column.null_count == len(column) or ";" not in (pc.drop_null(column)[0].as_py() or ""):
        return None
    if not pc.all(pc.match_substring_regex(column, _LINE)).as_py():
        return None
    shapes = np.empty(len(column), object)
    for at, text in enumerate(column.to_pylist()):
        if text is None:
            continue
        points = [tuple(map(float, part.split()[1::-1])) for part in text.split(";") if part.strip()]
        closed = len(points) > 3 and points[0] == points[-1]
        shapes[at] = bytes(shapely.to_wkb(shapely.Polygon(points) if closed else shapely.LineString(points)))
    return shapes


def _split_by_central(name: str, names: Sequence[str]) -> tuple[str, str]:
    """ODK Central splits geopoints itself: vi_tri-Latitude, vi_tri-Longitude, …"""
    question, _, part = name.rpartition("-")
    if part in _CENTRAL and {f"{question}-Latitude", f"{question}-Longitude"} <= set(names):
        return question, _CENTRAL[part]
    return name, ""


def _headings(paths: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    points = {path for path, part in paths if part}
    short = {path: _last(path) for path, _ in paths}
    times = Counter(short[path] for path in dict.fromkeys(path for path, _ in paths))
    result: dict[tuple[str, str], str] = {}
    for path, part in paths:
        name = short[path] if times[short[path]] == 1 else path
        result[path, part] = (
            name if not part else part if len(points) == 1 and part not in short.values() else f"{name} {part}"
        )
    return result


def _last(path: str) -> str:
    """Last part of the path of a question; labels, which may have spaces, are no paths."""
    return path if " " in path else re.split(r"[/-]", path)[-1] or path


def _missing(column: Any) -> Any:
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column)
