"""A look at the floor space of a survey file before it is taken in: what is typed and in range, placed and added up."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.crs import WGS84
from quydat.dictionary.bulk import to_arrow, typed_bulk
from quydat.dictionary.schema import Attribute, Table, tables
from quydat.formats.sheets import read_sheets
from quydat.formats.sheets_plain import read_plain
from quydat.inventory.classify import SIZES
from quydat.inventory.floor_groups import floor_by_groups
from quydat.inventory.vsic import sectors
from quydat.survey.cells import CellForm
from quydat.survey.letters import utf8
from quydat.survey.mapping import Mapping as SheetMapping
from quydat.survey.outlines import Outlines
from quydat.survey.projection import to_wgs84
from quydat.survey.repeats import repeated
from quydat.survey.understand import apply

_USED = (
    "code", "observed_on", "sector_code", "vsic_version", "workers", "site_area_m2", "footprint_m2", "storeys",
    "gross_floor_area_m2",
)  # fmt: skip
_PLAIN_SECTOR = r"^([0-9]{2,5}|[A-Z])$"


@dataclass(frozen=True)
class Look:
    """What a look shows.

    Attributes
    ----------
    cells
        Floor by division × unit × park × size (see ``inventory.floor_groups``).
    rows, unreadable, again
        Rows of the file; those with a cell that cannot be read or lies out of range; and further ones whose code
        stands before them. Neither is in the cells.
    plain
        Whether the file was read at once, or cell by cell. Both ways show the same.
    """

    cells: pd.DataFrame
    rows: int
    unreadable: int
    again: int
    plain: bool


def look(path: Path, mapping: SheetMapping, *, units: Outlines, parks: Outlines) -> Look:
    """Look at the floor space in a survey file; nothing is stored.

    Parameters
    ----------
    mapping
        How the file is read, with its coordinate system.
    units, parks
        Outlines to place the rows in.

    Raises
    ------
    Problems
        What keeps the file from being read.
    """
    used = SheetMapping(
        mapping.table, {h: a for h, a in mapping.columns.items() if a in _USED}, mapping.text,
        {h: f for h, f in mapping.forms.items() if h in mapping.headings}, mapping.x, mapping.y, mapping.epsg,
        mapping.swapped, mapping.missing_datum,
    )  # fmt: skip
    columns = _plain(path, used)
    plain = columns is not None
    if columns is None:
        columns = _general(path, used)
    return _looked(columns, used, units, parks, plain)


@dataclass(frozen=True)
class _Columns:
    cells: pa.Table
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    unreadable: NDArray[np.bool_]


def _is_plain(mapping: SheetMapping, table: Table) -> bool:
    """Whether the mapping says that the cells are written as the dictionary writes them."""
    for heading in mapping.headings:
        form = mapping.forms.get(heading, CellForm())
        number = heading in (mapping.x, mapping.y) or table[mapping.columns[heading]].type == "number"
        if form.factor != 1.0 or form.digits or (form.decimal != "." if number else form.decimal not in ("", ".")):
            return False
        if mapping.text.get(heading, "unicode") != "unicode":
            return False
    return bool(mapping.x and mapping.y)


def _plain(path: Path, mapping: SheetMapping) -> _Columns | None:
    table = tables()[mapping.table]
    if path.suffix.casefold() != ".csv" or not _is_plain(mapping, table):
        return None
    kinds = {heading: _kind(table[attribute]) for heading, attribute in mapping.columns.items()}
    read = read_plain(path, {**kinds, mapping.x: "number", mapping.y: "number"})
    if read is None:
        return None
    cells = pa.table({a: _whole(read[h]) for h, a in mapping.columns.items()})
    if not _plain_words(cells):
        return None
    unreadable = np.zeros(len(cells), bool)
    for attribute in (table[name] for name in cells.column_names):
        unreadable |= _beyond(cells[attribute.name], attribute)
    x, y = (np.asarray(pc.fill_null(read[one], np.nan)) for one in (mapping.x, mapping.y))
    return _Columns(cells, x, y, unreadable)


def _kind(attribute: Attribute) -> str:
    return "choice" if attribute.name == "sector_code" else attribute.type


def _whole(column: pa.ChunkedArray) -> pa.Array:
    made = (
        column.unify_dictionaries().combine_chunks() if pa.types.is_dictionary(column.type) else column.combine_chunks()
    )
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _plain_words(cells: pa.Table) -> bool:
    """Whether codes and words of lists are such as the general way leaves alone."""
    for name in ("sector_code", "vsic_version"):
        if name in cells.column_names:
            words = _whole(cells[name]).dictionary
            allowed = {"2018", "2025"} if name == "vsic_version" else None
            fits = (
                pc.match_substring_regex(words, _PLAIN_SECTOR)
                if allowed is None
                else pc.is_in(words, pa.array(sorted(allowed)))
            )
            if not pc.all(fits, min_count=0).as_py():
                return False
    return "code" not in cells.column_names or _plain_codes(arrow_text_of(cells["code"]))


def _plain_codes(codes: pa.Array) -> bool:
    """Whether the general way reads codes as they stand; those that stand once are not compared with any."""
    data = utf8(codes).data
    if len(data) and (data.min() <= ord(" ") or data.max() >= 0x80):
        return False
    twice = codes.filter(pa.array(repeated(codes)))
    return bool(pc.all(pc.match_substring_regex(twice, r"^[A-Za-z]+[0-9]+$"), min_count=0).as_py())


def arrow_text_of(column: pa.ChunkedArray) -> pa.Array:
    """A column of text as one Arrow array of 64-bit offsets."""
    made = column.cast(pa.large_string()).combine_chunks()
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _beyond(column: pa.ChunkedArray, attribute: Attribute) -> NDArray[np.bool_]:
    low, high = attribute.minimum, attribute.maximum
    if low is None and high is None:
        return np.zeros(len(column), bool)
    values = np.asarray(pc.fill_null(column, np.nan if pa.types.is_floating(column.type) else int(low or 0)))
    with np.errstate(invalid="ignore"):
        beyond: NDArray[np.bool_] = (values < (-np.inf if low is None else low)) | (
            values > (np.inf if high is None else high)
        )
    return beyond


def _general(path: Path, mapping: SheetMapping) -> _Columns:
    table = tables()[mapping.table]
    sheet = read_sheets(path)[0]
    understood = apply(sheet, mapping)
    typed, faults = typed_bulk(understood.raw, table)
    unreadable = np.zeros(len(typed), bool)
    own = set(mapping.columns.values())
    unreadable[[one.position for one in faults if one.problem.place.column in own]] = True
    unreadable[[one.position for one in understood.faults]] = True
    cells = to_arrow(typed, table).select(list(mapping.columns.values()))
    nowhere = np.full(len(typed), np.nan)
    return _Columns(
        cells, nowhere if understood.x is None else understood.x, nowhere if understood.y is None else understood.y,
        unreadable,
    )  # fmt: skip


def _looked(columns: _Columns, mapping: SheetMapping, units: Outlines, parks: Outlines, plain: bool) -> Look:
    """Place and add up; what does not hang together is done at once on two cores."""
    cells = columns.cells
    lon, lat = columns.x, columns.y
    if mapping.epsg != WGS84 or mapping.swapped:
        lon, lat, _ = to_wgs84(
            lon, lat, epsg=mapping.epsg or WGS84, swapped=mapping.swapped, missing_datum=mapping.missing_datum
        )
    with ThreadPoolExecutor(2) as pool:
        unit, park = pool.submit(units.locate, lon, lat), pool.submit(parks.locate, lon, lat)
        again = _again(cells, columns.unreadable)
        stays = np.flatnonzero(~columns.unreadable & ~again)
        division, size = _divisions(cells), _sizes(cells)
        floor = _floats(cells, "gross_floor_area_m2")
        groups = {
            "division": division,
            "unit_id": (unit.result(), [str(one) for one in units.ids]),
            "park_id": (park.result(), [str(one) for one in parks.ids]),
            "size_class": size,
        }
    kept = {name: (number[stays], labels) for name, (number, labels) in groups.items()}
    made = floor_by_groups(floor[stays], kept)
    return Look(made, len(cells), int(columns.unreadable.sum()), int((again & ~columns.unreadable).sum()), plain)


def _floats(cells: pa.Table, name: str) -> NDArray[np.float64]:
    if name not in cells.column_names:
        return np.full(len(cells), np.nan)
    return np.asarray(pc.fill_null(cells[name].cast(pa.float64()), np.nan))


def _again(cells: pa.Table, unreadable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows whose code stands in a readable row before them."""
    again = np.zeros(len(cells), bool)
    if "code" in cells.column_names:
        codes = arrow_text_of(cells["code"])
        rows = np.flatnonzero(repeated(codes) & ~unreadable)
        again[rows] = pd.Series(pd.array(codes.take(pa.array(rows)), dtype="str")).duplicated().to_numpy()
    return again


def _divisions(cells: pa.Table) -> tuple[NDArray[np.int64], list[str]]:
    """Division of each row; each different code with its version is looked up once."""
    code, codes = _coded(cells, "sector_code")
    version, versions = _coded(cells, "vsic_version")
    pairs, which = _unique(code * len(versions) + version, len(codes) * len(versions))
    found = sectors(
        pd.Series([codes[one // len(versions)] for one in pairs.tolist()], dtype="str"),
        pd.Series([versions[one % len(versions)] for one in pairs.tolist()], dtype="str"),
    )["division"]
    labels = sorted(found.dropna().unique())
    at: Mapping[Any, int] = {label: number for number, label in enumerate(labels)}
    return np.array([at.get(one, -1) for one in found.tolist()], np.int64)[which], labels


def _unique(numbers: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    there = np.flatnonzero(np.bincount(numbers, minlength=size))
    place = np.zeros(size, np.int64)
    place[there] = np.arange(len(there))
    return there, place[numbers]


def _coded(cells: pa.Table, name: str) -> tuple[NDArray[np.int64], list[str | None]]:
    """Number of each row's value; the last stands for unknown."""
    if name not in cells.column_names:
        return np.zeros(len(cells), np.int64), [None]
    column = cells[name]
    coded = _whole(column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column))
    values = coded.dictionary.to_pylist()
    return pc.fill_null(coded.indices, len(values)).to_numpy(zero_copy_only=False).astype(np.int64), [*values, None]


def _sizes(cells: pa.Table) -> tuple[NDArray[np.int64], list[str]]:
    """Size by workers, in the order of the decree."""
    workers = _floats(cells, "workers")
    place = np.searchsorted([most for most, _ in SIZES[:-1]], workers, side="left")
    return np.where(np.isnan(workers), -1, place), [name for _, name in SIZES]
