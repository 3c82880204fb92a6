"""Tables of the survey, a million rows at a time: the same reading as cell by cell, column by column.

A column is read as a whole by Arrow; only cells that Arrow cannot read go through ``read_cell``, which decides and
says what is wrong. So both roads give the same values and the same problems.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import Place, Problem
from quydat.dictionary.read import dtype_of, read_cell
from quydat.dictionary.schema import Attribute, Table

_ARROW: Mapping[str, pa.DataType] = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "geometry": pa.binary(),
}
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_WHOLE = r"^[+-]?[0-9]{1,15}$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Fault(NamedTuple):
    """One thing that keeps a row from being taken.

    Attributes
    ----------
    position
        Place of the row in the table, from 0.
    problem
        What is wrong, with its place in the file.
    """

    position: int
    problem: Problem


def bulk_dtype(attribute: Attribute) -> Any:
    """Data type of a column in bulk: as ``dtype_of``, but days as ``datetime64[s]`` and geometries as WKB bytes."""
    if attribute.type == "date":
        return "datetime64[s]"
    return "object" if attribute.type == "geometry" else dtype_of(attribute)


def empty_bulk(table: Table) -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({a.name: pd.Series([], dtype=bulk_dtype(a)) for a in table}, columns=table.columns)


def arrow_schema(table: Table) -> pa.Schema:
    """The table's columns in Arrow; every column may be null."""
    return pa.schema([pa.field(a.name, _ARROW.get(a.type, pa.string())) for a in table])


def to_arrow(rows: pd.DataFrame, table: Table) -> pa.Table:
    """A bulk table in Arrow.

    Raises
    ------
    ValueError
        If the columns are not those of the dictionary.
    """
    if list(rows.columns) != table.columns:
        raise ValueError(f"columns of {table.name} are {list(rows.columns)}, not {table.columns}")
    return pa.Table.from_pandas(rows, schema=arrow_schema(table), preserve_index=False).replace_schema_metadata(None)


def from_arrow(rows: pa.Table, table: Table) -> pd.DataFrame:
    """A bulk table from Arrow; columns that are not there are left out."""
    made = {name: _series(rows.column(name).combine_chunks(), table[name]) for name in rows.column_names}
    return pd.DataFrame(made, columns=rows.column_names)


def with_later(rows: pa.Table, table: Table, names: Sequence[str]) -> pa.Table:
    """Columns of these names in their order; one that the table may lack, and that is not there, comes empty.

    So files that were written before the dictionary had a column are read like the others.

    Raises
    ------
    KeyError
        For a column that is not there and is required, or is none of the table's.

    >>> from quydat.dictionary.schema import tables
    >>> old = pa.table({"observation_id": ["a/1"]})
    >>> with_later(old, tables()["observation"], ["observation_id", "wanted_by_year"]).to_pylist()
    [{'observation_id': 'a/1', 'wanted_by_year': None}]
    """
    columns = []
    for name in names:
        if name in rows.column_names:
            columns.append(rows.column(name))
        elif name in table and not table[name].required:
            columns.append(pa.nulls(len(rows), _ARROW.get(table[name].type, pa.string())))
        else:
            raise KeyError(name)
    return pa.table(columns, names=list(names))


def typed_bulk(
    raw: pd.DataFrame, table: Table, *, file: str = "", sheet: str = "", numbers: Sequence[int] | None = None
) -> tuple[pd.DataFrame, list[Fault]]:
    """Read a raw table by the dictionary.

    Parameters
    ----------
    raw
        Columns named by attributes (others are refused with KeyError); cells are text as the dictionary writes it
        (decimal point, year-month-day) or missing; geometries are WKB bytes. Attributes that are not there are
        unknown throughout.
    numbers
        Number of each row in its file; from 2 on if not given.

    Returns
    -------
    The typed table, all rows of it, with unreadable cells unknown; and what is wrong, by row. Empty required cells
    are faults too.

    >>> from quydat.dictionary.schema import tables
    >>> rows = pd.DataFrame({"old_unit_id": ["a"], "on": ["31/02/2025"]})
    >>> made, faults = typed_bulk(rows, tables()["unit_change"])
    >>> [(f.problem.number, f.problem.place.column) for f in faults][:2]
    [('QD204', 'new_unit_id'), ('QD207', 'on')]
    """
    for name in raw.columns:
        table[str(name)]
    rows = np.arange(2, len(raw) + 2) if numbers is None else np.asarray(numbers)
    faults: list[Fault] = []
    columns: dict[str, pd.Series[Any]] = {}
    for attribute in table:
        place = Place(file, sheet, None, attribute.name)
        if attribute.name not in raw.columns:
            given: pa.Array = pa.nulls(len(raw), _ARROW.get(attribute.type, pa.string()))
            column, doubtful = given, np.zeros(0, np.int64)
        elif attribute.type == "geometry":
            column, doubtful = pa.array(raw[attribute.name].tolist(), pa.binary()), np.zeros(0, np.int64)
        else:
            given = _trimmed(raw[attribute.name])
            column, doubtful = _READERS.get(attribute.type, _read_text)(given, attribute)
            column, found = _settle(column, given, doubtful, attribute, place, rows)
            faults += found
        if attribute.required:
            empty = np.setdiff1d(_where(pc.is_null(column)), doubtful)
            faults += _faults_of(empty, None, attribute, place, rows)
        columns[attribute.name] = _series(column, attribute)
    faults.sort(key=lambda fault: fault.position)
    return pd.DataFrame(columns, columns=table.columns), faults


def _settle(
    column: pa.Array, given: pa.Array, doubtful: NDArray[np.int64], attribute: Attribute, place: Place,
    rows: NDArray[np.int64],
) -> tuple[pa.Array, list[Fault]]:  # fmt: skip
    """Cells that Arrow could not read, or that lie out of range, one by one."""
    doubtful = np.union1d(doubtful, _out_of_range(column, attribute))
    if not len(doubtful):
        return column, []
    faults: list[Fault] = []
    values = []
    for position, text in zip(doubtful.tolist(), given.take(pa.array(doubtful)).to_pylist(), strict=True):
        value, found = read_cell(text, attribute)
        values.append(value)
        faults += [Fault(position, _at(one, place, int(rows[position]))) for one in found]
    mask = np.zeros(len(column), bool)
    mask[doubtful] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(values, column.type)), faults


def _faults_of(
    positions: NDArray[np.int64], text: str | None, attribute: Attribute, place: Place, rows: NDArray[np.int64]
) -> list[Fault]:
    _, found = read_cell(text, attribute)
    return [Fault(int(p), _at(one, place, int(rows[p]))) for p in positions for one in found]


def _at(found: Problem, place: Place, row: int) -> Problem:
    return Problem(found.number, found.facts, Place(place.file, place.sheet, row, place.column))


def _trimmed(column: "pd.Series[Any]") -> pa.Array:
    """Text without blanks around it; empty text is unknown. What is no text is written as text first."""
    if isinstance(column.dtype, pd.StringDtype):
        text = pa.array(column.array)
    else:
        text = pa.array([None if v is None or v != v else str(v) for v in column.tolist()], pa.string())
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    text = pc.utf8_trim_whitespace(text.cast(pa.string()))
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _where(mask: pa.Array) -> NDArray[np.int64]:
    return np.flatnonzero(pc.fill_null(mask, False).to_numpy(zero_copy_only=False))


def _matching(text: pa.Array, pattern: str) -> tuple[pa.Array, NDArray[np.int64]]:
    """Text that looks as it should, the rest unknown; and the places of the rest."""
    fits = pc.match_substring_regex(text, pattern)
    return pc.if_else(fits, text, pa.scalar(None, pa.string())), _where(pc.invert(fits))


Reading = tuple[pa.Array, NDArray[np.int64]]


def _read_text(text: pa.Array, _: Attribute) -> Reading:
    return text, np.zeros(0, np.int64)


def _read_number(text: pa.Array, _: Attribute) -> Reading:
    plain, rest = _matching(text, _NUMBER)
    return plain.cast(pa.float64()), rest


def _read_integer(text: pa.Array, _: Attribute) -> Reading:
    plain, rest = _matching(text, _WHOLE)
    return pc.utf8_ltrim(plain, "+").cast(pa.int64()), rest


def _read_date(text: pa.Array, _: Attribute) -> Reading:
    plain, rest = _matching(text, _DAY)
    try:
        return plain.cast(pa.date32()), rest
    except pa.ArrowInvalid:  # a day such as 2025-02-31: each is looked at
        return pa.nulls(len(text), pa.date32()), _where(pc.is_valid(text))


def _by_value(kind: pa.DataType) -> Callable[[pa.Array, Attribute], Reading]:
    """Each different text is read once."""

    def read(text: pa.Array, attribute: Attribute) -> Reading:
        coded = pc.dictionary_encode(text)
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.combine_chunks()
        readings = [read_cell(one, attribute) for one in coded.dictionary.to_pylist()]
        wrong = pa.array([bool(found) for _, found in readings], pa.bool_())
        values = pa.array([value for value, _ in readings], kind)
        return values.take(coded.indices), _where(wrong.take(coded.indices))

    return read


_READERS: Mapping[str, Callable[[pa.Array, Attribute], Reading]] = {
    "number": _read_number,
    "integer": _read_integer,
    "year": _read_integer,
    "date": _read_date,
    "boolean": _by_value(pa.bool_()),
    "choice": _by_value(pa.string()),
    "partial_date": _by_value(pa.string()),
    "refs": _by_value(pa.string()),
}


def _out_of_range(column: pa.Array, attribute: Attribute) -> NDArray[np.int64]:
    low, high = attribute.minimum, attribute.maximum
    if low is None and high is None:
        return np.zeros(0, np.int64)
    inside = pa.scalar(True)
    if low is not None:
        inside = pc.and_(inside, pc.greater_equal(column, low))
    if high is not None:
        inside = pc.and_(inside, pc.less_equal(column, high))
    return _where(pc.invert(pc.and_(inside, pc.is_finite(column))))


def _series(column: pa.Array, attribute: Attribute) -> "pd.Series[Any]":
    if attribute.type == "date":
        days = pc.fill_null(column.cast(pa.int32()), -(2**31)).to_numpy().astype("int64")
        seconds = np.where(days == -(2**31), np.datetime64("NaT", "s"), (days * 86400).astype("datetime64[s]"))
        return pd.Series(seconds)
    if attribute.type == "number":
        return pd.Series(pc.fill_null(column, float("nan")).to_numpy(zero_copy_only=False).copy())
    if attribute.type in ("integer", "year", "boolean"):
        unknown = pc.is_null(column).to_numpy(zero_copy_only=False)
        truth = attribute.type == "boolean"
        values = pc.fill_null(column, False if truth else 0).to_numpy(zero_copy_only=False).copy()
        kind = pd.arrays.BooleanArray if truth else pd.arrays.IntegerArray
        return pd.Series(kind(values, unknown.copy()))
    if attribute.type == "geometry":
        return pd.Series(column.to_pylist(), dtype="object")
    return pd.Series(column.to_pandas(), dtype="str")
