"""Survey tables of the record: each change set adds one Parquet file per table, which is never changed.

A row of a table has a number of its own, given when its key is first entered. A segment holds the new versions of the
rows that its change set added, changed or withdrew; of several versions the last counts. The files are named by their
hash, and the hash stands in the chain of change sets: a row cannot be altered unseen, as in the rest of the record.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from quydat.core.files import sync, write_whole
from quydat.core.problem import Place, Problems, problem, raise_if
from quydat.dictionary.bulk import arrow_schema, from_arrow, to_arrow, with_later
from quydat.dictionary.read import FIRST_ROW
from quydat.dictionary.schema import Table

FOLDER = "segments"
_ROW, _WITHDRAWN = "_row", "_withdrawn"
_SEPARATOR = "|"


@dataclass(frozen=True)
class Segment:
    """One Parquet file: which change set added it, to which table, and its hash."""

    change_set: int
    table: str
    sha256: str
    rows_added: int
    rows_changed: int
    rows_withdrawn: int

    @property
    def rows(self) -> int:
        """Versions in the file."""
        return self.rows_added + self.rows_changed + self.rows_withdrawn


@dataclass(frozen=True)
class Versions:
    """Versions of one table that a change set is to add."""

    rows: pa.Table
    added: int
    changed: int
    withdrawn: int


def path_of(folder: Path, sha256: str) -> Path:
    """Where a segment lies."""
    return folder / FOLDER / f"{sha256}.parquet"


def write_segment(folder: Path, versions: Versions) -> str:
    """Write versions as a segment beside the record; when this returns, it is on the disk. Returns its hash."""
    buffer = io.BytesIO()
    pq.write_table(versions.rows, buffer, compression="zstd", compression_level=1)
    content = buffer.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    path = path_of(folder, sha256)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        write_whole(path, content)
        sync(folder)
    return sha256


def sweep(folder: Path, known: Sequence[Segment]) -> None:
    """Remove what writers left that died before their change set was entered; the caller is the only writer."""
    names = {f"{segment.sha256}.parquet" for segment in known}
    if (folder / FOLDER).is_dir():
        for path in (folder / FOLDER).iterdir():
            if path.suffix == ".parquet" and path.name not in names:
                path.unlink()


def fault(folder: Path, segment: Segment) -> str:
    """What is wrong with a segment's file; empty if it is as it was written."""
    path = path_of(folder, segment.sha256)
    name = f"{FOLDER}/{path.name}"
    if not path.is_file():
        return f"{name} is missing"
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != segment.sha256:
            return f"{name} does not have its hash"
    return ""


def read_segments(
    folder: Path, segments: Sequence[Segment], table: Table, *, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The table as these segments leave it, rows in the order in which their keys were first entered.

    Parameters
    ----------
    segments
        Of this table, in the order of their change sets.
    columns
        Attributes to read; all if not given.

    Raises
    ------
    Problems
        QD403 if a file is missing or cannot be read.
    """
    names = table.columns if columns is None else list(columns)
    held, _ = _current(folder, segments, table, names)
    return from_arrow(held.select(names), table)


def differences(
    folder: Path, segments: Sequence[Segment], given: pd.DataFrame, table: Table, *, withdraw: Sequence[str] = ()
) -> Versions:
    """Versions that make the table say what ``given`` says; rows that are the same bring none.

    Parameters
    ----------
    withdraw
        Keys of rows that are no longer there.

    Raises
    ------
    Problems
        QD204 if a part of a key is unknown, QD210 if two rows have one key.
    """
    new = to_arrow(given, table)
    keys = _keys(new, table)
    raise_if(_keys_wrong(keys, table))
    held, numbers = _current(folder, segments, table, table.columns)
    held_keys = _keys(held, table)
    # Numbers are never given twice, not to a key that was withdrawn and comes back either.
    following = _last_number(folder, segments, table) + 1
    past = _numbers_of_withdrawn(folder, segments, table, held_keys)
    at = pc.index_in(keys, value_set=held_keys).to_numpy(zero_copy_only=False)
    there = ~np.isnan(at)
    places = np.where(there, at, 0).astype(np.int64)
    same = np.zeros(len(new), bool)
    if there.any():
        mine = np.flatnonzero(there)
        same[mine] = _equal(new.take(pa.array(mine)), held.take(pa.array(places[mine])))
    taken = np.flatnonzero(~same)
    fresh = ~there[taken]
    row = np.empty(len(taken), np.int64)
    row[~fresh] = numbers[places[taken][~fresh]] if len(numbers) else 0
    row[fresh] = following + np.arange(int(fresh.sum()))
    for place, number in past(keys.take(pa.array(taken[fresh]))):
        row[np.flatnonzero(fresh)[place]] = number
    gone = _gone(held, held_keys, numbers, withdraw, keys, table)
    versions = pa.concat_tables([_marked(new.take(pa.array(taken)), row, withdrawn=False), gone])
    return Versions(versions, int(fresh.sum()), int((~fresh).sum()), len(gone))


def way_back(folder: Path, segments: Sequence[Segment], number: int, table: Table) -> tuple[Versions | None, list[str]]:
    """Versions that restore the rows of change set ``number`` as they were before it; and keys changed later.

    None if the change set did not touch the table.
    """
    own = [s for s in segments if s.change_set == number]
    if not own:
        return None, []
    touched = _read(folder, own, table, [*table.columns, _ROW, _WITHDRAWN])
    rows = touched[_ROW].to_numpy()
    before = _latest(folder, [s for s in segments if s.change_set < number], table, rows)
    now = _latest(folder, segments, table, rows)
    moved = ~_equal(now, touched.select([*table.columns, _WITHDRAWN]))
    later = _keys(touched.filter(pa.array(moved)), table).to_pylist()
    back = before.append_column(_ROW, pa.array(rows)).select(touched.column_names)
    # A row that was not there before keeps its key only, so that it is known what was withdrawn.
    never = pc.fill_null(back[_WITHDRAWN], True)
    for name in table.key:
        back = back.set_column(back.column_names.index(name), name, pc.if_else(never, touched[name], back[name]))
    back = back.set_column(back.column_names.index(_WITHDRAWN), _WITHDRAWN, never)
    gone, was = never.to_numpy(), touched[_WITHDRAWN].to_numpy()
    counts = (int((was & ~gone).sum()), int((~was & ~gone).sum()), int((~was & gone).sum()))
    return Versions(back, *counts), later


def _read(folder: Path, segments: Sequence[Segment], table: Table, columns: Sequence[str]) -> pa.Table:
    """The versions in these segments; a column that a segment is too old to have is empty there."""
    tables = []
    for segment in segments:
        path = path_of(folder, segment.sha256)
        try:
            there = [name for name in pq.read_schema(path).names if name in columns]
            tables.append(with_later(pq.read_table(path, columns=there), table, columns))
        except (OSError, pa.ArrowException, KeyError) as error:
            why = fault(folder, segment) or str(error)
            raise Problems([problem("QD403", number=segment.change_set, why=why)]) from error
    return pa.concat_tables(tables)


def _schema(table: Table, columns: Sequence[str]) -> pa.Schema:
    fields = [arrow_schema(table).field(name) for name in columns]
    return pa.schema([*fields, pa.field(_ROW, pa.int64()), pa.field(_WITHDRAWN, pa.bool_())])


def _current(
    folder: Path, segments: Sequence[Segment], table: Table, columns: Sequence[str]
) -> tuple[pa.Table, NDArray[np.int64]]:
    """The rows that stand, and the number of each."""
    if not segments:
        return _schema(table, columns).empty_table(), np.zeros(0, np.int64)
    held = _read(folder, segments, table, [*columns, _ROW, _WITHDRAWN])
    rows = held[_ROW].to_numpy()
    if len(segments) == 1 and not segments[0].rows_withdrawn:
        return held, rows
    last = np.full(int(rows.max()) + 1, -1, np.int64)
    last[rows] = np.arange(len(rows))
    stand = last[last >= 0]
    stand = stand[~held[_WITHDRAWN].to_numpy()[stand]]
    return held.take(pa.array(stand)), rows[stand]


def _latest(folder: Path, segments: Sequence[Segment], table: Table, rows: NDArray[np.int64]) -> pa.Table:
    """Last version of each of the rows; unknown throughout (``_withdrawn`` too) where there was none."""
    names = [*table.columns, _WITHDRAWN]
    if not segments:
        return pa.table({f.name: pa.nulls(len(rows), f.type) for f in _schema(table, table.columns) if f.name != _ROW})
    held = _read(folder, segments, table, [*names, _ROW])
    numbers = held[_ROW].to_numpy()
    last = np.full(max(int(numbers.max()), int(rows.max(initial=0))) + 1, -1, np.int64)
    last[numbers] = np.arange(len(numbers))
    at = last[rows]
    return held.select(names).take(pa.array(at, mask=at < 0))


def _last_number(folder: Path, segments: Sequence[Segment], table: Table) -> int:
    highest = -1
    for segment in segments:
        if segment.rows_added:
            highest = max(highest, int(_read(folder, [segment], table, [_ROW])[_ROW].to_numpy().max()))
    return highest


def _numbers_of_withdrawn(
    folder: Path, segments: Sequence[Segment], table: Table, standing: pa.Array
) -> Any:  # fmt: skip
    """A look-up of the numbers of keys that were there once and are not now."""
    if not any(segment.rows_withdrawn for segment in segments):
        return lambda keys: ()
    held = _read(folder, segments, table, [*table.key, _ROW])
    all_keys, numbers = _keys(held, table), held[_ROW].to_numpy()
    once = pc.invert(pc.is_in(all_keys, value_set=standing)).to_numpy(zero_copy_only=False)
    known = dict(zip(all_keys.filter(pa.array(once)).to_pylist(), numbers[once].tolist(), strict=True))

    def look_up(keys: pa.Array) -> Iterator[tuple[int, int]]:
        for place, key in enumerate(keys.to_pylist()):
            if key in known:
                yield place, known[key]

    return look_up


def _keys(rows: pa.Table, table: Table) -> pa.Array:
    """Key of each row as one text; unknown where a part is."""
    parts = [rows[name].combine_chunks().cast(pa.string()) for name in table.key]
    parts = [part.combine_chunks() if isinstance(part, pa.ChunkedArray) else part for part in parts]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, _SEPARATOR)


def _keys_wrong(keys: pa.Array, table: Table) -> list[Any]:
    found = [
        problem(
            "QD204", Place(sheet=table.name, row=int(position) + FIRST_ROW, column=table.key[-1]),
            label_vi=table[table.key[-1]].label_vi, label_en=table[table.key[-1]].label_en,
        )
        for position in np.flatnonzero(pc.is_null(keys).to_numpy(zero_copy_only=False))
    ]  # fmt: skip
    if found or pc.count_distinct(keys).as_py() == len(keys):
        return found
    first: dict[str, int] = {}
    for number, key in enumerate(keys.to_pylist(), start=FIRST_ROW):
        if first.setdefault(key, number) != number:
            place = Place(sheet=table.name, row=number, column=table.key[-1])
            found.append(problem("QD210", place, key=key, first=first[key]))
    return found


def _equal(left: pa.Table, right: pa.Table) -> NDArray[np.bool_]:
    """Whether each row of one table says the same as that of the other; unknown is like unknown."""
    same = np.ones(len(left), bool)
    for name in right.column_names:
        if name == _ROW or name not in left.column_names:
            continue
        a, b = left[name], right[name]
        equal = pc.fill_null(pc.equal(a, b), False).to_numpy()
        both = pc.and_(pc.is_null(a), pc.is_null(b)).to_numpy()
        same &= equal | both
    return same


def _marked(rows: pa.Table, numbers: NDArray[np.int64], *, withdrawn: bool) -> pa.Table:
    marked = rows.append_column(_ROW, pa.array(numbers, pa.int64()))
    return marked.append_column(_WITHDRAWN, pa.array(np.full(len(rows), withdrawn)))


def _gone(
    held: pa.Table, held_keys: pa.Array, numbers: NDArray[np.int64], withdraw: Sequence[str], given: pa.Array,
    table: Table,
) -> pa.Table:  # fmt: skip
    """Versions that withdraw rows: the key, and nothing else."""
    leave = pc.is_in(held_keys, value_set=pa.array(list(withdraw), pa.string()))
    leave = pc.and_(leave, pc.invert(pc.is_in(held_keys, value_set=given)))
    places = np.flatnonzero(leave.to_numpy(zero_copy_only=False))
    rows = held.select(table.columns).take(pa.array(places))
    for index, field in enumerate(rows.schema):
        if field.name not in table.key:
            rows = rows.set_column(index, field, pa.nulls(len(rows), field.type))
    return _marked(rows, numbers[places] if len(places) else np.zeros(0, np.int64), withdrawn=True)
