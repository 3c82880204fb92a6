"""Rows of a file become rows of a survey table, or wait in quarantine; none is lost and none goes in twice."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.bulk import Fault, bulk_dtype, typed_bulk
from quydat.dictionary.schema import Table, tables
from quydat.survey.fold import fold
from quydat.survey.letters import arrow_text, text_column
from quydat.survey.repeats import repeated

WAITING, TAKEN, SET_ASIDE = "waiting", "taken", "set_aside"
_CODE_LETTERS = 12
SHAPES = ("outline", "line")
"""Names of the column that holds the shape of a row; a table has one of them at the most."""
_SAYS_NOTHING = ("intake_id", "row")
"""Attributes that differ between two intakes of the same row."""


@dataclass(frozen=True)
class Origin:
    """Where the rows of one intake come from; the same for all of them.

    Attributes
    ----------
    intake_id
        Id of the intake.
    file, sheet
        As problems name them.
    origin
        Register, authority or survey round.
    basis
        How the values are known.
    observed_on
        Day for rows that say none, as ``YYYY-MM-DD``; empty if each row says its own.
    """

    intake_id: str
    file: str
    sheet: str
    origin: str
    basis: str
    observed_on: str = ""


@dataclass(frozen=True)
class Rows:
    """What a file says, understood but not yet read by the dictionary.

    Attributes
    ----------
    cells
        Text of each cell by attribute, as the dictionary writes it; n rows.
    numbers
        Number of each row in its file.
    original
        The cells of a row as they stand in the file, as JSON, by position.
    longitude, latitude
        WGS 84 degrees; None if the file has no coordinates.
    outlines
        WKB in WGS 84; None if the file has no geometry.
    faults
        What was found wrong while the file was understood.
    """

    cells: pd.DataFrame
    numbers: NDArray[np.int64]
    original: Callable[[int], str]
    longitude: NDArray[np.float64] | None = None
    latitude: NDArray[np.float64] | None = None
    outlines: NDArray[np.object_] | None = None
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class Taken:
    """What became of the rows: those taken, those that wait, and why."""

    table: str
    rows: pd.DataFrame
    waiting: pd.DataFrame
    problems: tuple[Problem, ...]


def intake_id(*, file_sha256: str, sheet: str, table: str, mapping: str, origin: str, basis: str, day: str) -> str:
    """Id of an intake: the same file understood in the same way has the same id.

    >>> intake_id(file_sha256="a", sheet="", table="unit", mapping="", origin="hcmc", basis="published", day="")
    'f9e2a9bd1e0a37bf'
    """
    parts = [file_sha256, sheet, table, mapping, origin, basis, day]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def take(
    given: Rows,
    table: Table,
    *,
    origin: Origin,
    check: Callable[[pd.DataFrame], Sequence[Fault]] = lambda rows: (),
    before: pd.DataFrame | None = None,
) -> Taken:
    """Read rows by the dictionary; rows with any fault wait.

    Parameters
    ----------
    table
        A survey table that files bring rows to.
    check
        Looks at the typed rows as a whole and says what is wrong with which (see ``survey.checks``).
    before
        Rows taken of earlier sheets of the same file.

    Returns
    -------
    Rows taken (a bulk table), rows that wait (bulk table ``quarantine``), and all problems in the order of the rows.
    """
    raw = _with_origin(given, table, origin)
    rows, faults = typed_bulk(raw, table, file=origin.file, sheet=origin.sheet, numbers=given.numbers.tolist())
    _put_places(rows, given)
    faults = [*given.faults, *(f for f in faults if not _there(rows, f, given))]
    place = _Place(origin, given.numbers)
    wrong = _positions(faults, len(rows))
    faults += _doubles(rows, table, given, wrong, place, before)
    faults += [
        Fault(fault.position, place.moved(fault))
        for fault in check(rows)
        if not wrong[fault.position]  # what follows from an unreadable cell is not blamed twice
    ]
    wrong = _positions(faults, len(rows))
    waiting = _waiting(faults, given, origin)
    faults.sort(key=lambda fault: fault.position)
    kept = rows[~wrong].reset_index(drop=True)
    return Taken(table.name, kept, waiting, tuple(fault.problem for fault in faults))


def without_unchanged(rows: pd.DataFrame, held: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Rows that say something else than the record holds; which intake brought a row is not what it says."""
    key = table.key[0] if len(table.key) == 1 else None
    told = [name for name in table.columns if name not in _SAYS_NOTHING]
    if key is None or not len(held) or not len(rows):
        return rows
    at = pc.index_in(arrow_text(rows[key]), value_set=arrow_text(held[key]))
    places = at.to_numpy(zero_copy_only=False)
    there = np.flatnonzero(~np.isnan(places))
    before = held.iloc[places[there].astype(np.int64)]
    same = np.ones(len(there), bool)
    for name in told:
        a, b = rows[name].iloc[there].reset_index(drop=True), before[name].reset_index(drop=True)
        same &= ((a == b).fillna(False) | (a.isna() & b.isna())).to_numpy(bool)
    keep = np.ones(len(rows), bool)
    keep[there[same]] = False
    return rows[keep].reset_index(drop=True)


def observation_ids(rows: pd.DataFrame) -> "pd.Series[str]":
    """Id of each observation: origin, the origin's own code, and the day.

    Where the origin gives no code, a hash of name, tax code and address stands for it, so that the same row brought
    again has the same id; rows that cannot be told apart by it are numbered in their order.
    """
    code = rows["code"].copy()
    silent = code.isna().to_numpy()
    if silent.any():
        parts = [
            arrow_text(fold(rows[name][silent].fillna(""))) for name in ("name", "tax_code", "address", "unit_name")
        ]
        named = _joined(*parts, by="|").to_pylist()
        made = pd.Series([hashlib.sha256(one.encode()).hexdigest()[:_CODE_LETTERS] for one in named], dtype="str")
        again = made.duplicated()
        serial = made.groupby(made).cumcount() + 1
        made[again] = made[again] + "~" + serial[again].astype("str")
        code[silent] = made.to_numpy()
    # datetime64 is written faster day by day than row by row
    days, at = np.unique(rows["observed_on"].to_numpy().astype("datetime64[D]"), return_inverse=True)
    day = pa.array(["" if np.isnat(one) else str(one) for one in days], pa.large_string()).take(pa.array(at))
    origin = pc.fill_null(arrow_text(rows["origin"]), "")
    ids = _joined(_joined(origin, arrow_text(code), by="/"), day, by="@")
    return pd.Series(ids.to_pandas(), dtype="str")


def _joined(*parts: pa.Array, by: str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, pa.scalar(by, pa.large_string()))


def _with_origin(given: Rows, table: Table, origin: Origin) -> pd.DataFrame:
    """The cells with what is the same for all rows: only unknown cells are filled."""
    raw = given.cells.copy()
    same = {
        "intake_id": origin.intake_id,
        "origin": origin.origin,
        "basis": origin.basis,
        "observed_on": origin.observed_on,
    }
    for name, value in same.items():
        if name in table and value:
            told = name in raw and name != "intake_id" and raw[name].notna().any()
            raw[name] = raw[name].fillna(value) if told else _everywhere(value, len(raw))
    if table.name == "observation":
        raw["row"] = text_column(pa.array(given.numbers).cast(pa.large_string()))
        raw["observation_id"] = _first_ids(raw, table)
    for name in ("longitude", "latitude", *SHAPES):
        raw = raw.drop(columns=name, errors="ignore") if _placed(given, name) else raw
    return raw


def _everywhere(value: str | None, count: int) -> "pd.Series[Any]":
    return text_column(pa.nulls(count, pa.large_string()) if value is None else pa.repeat(value, count))


def _first_ids(raw: pd.DataFrame, table: Table) -> "pd.Series[str]":
    """Ids from the cells as they are; an unreadable day gives an id that waits with its row."""
    columns = ("origin", "code", "name", "tax_code", "address", "unit_name")
    told = {name: raw[name] if name in raw else _everywhere(None, len(raw)) for name in columns}
    day = raw["observed_on"] if "observed_on" in raw else _everywhere(None, len(raw))
    only_day = replace(table, attributes=(table["observed_on"],))
    dated = typed_bulk(pd.DataFrame({"observed_on": day}), only_day)[0]["observed_on"]
    return observation_ids(pd.DataFrame({**told, "observed_on": dated}))


def _there(rows: pd.DataFrame, fault: Fault, given: Rows) -> bool:
    """Whether a required cell is not empty after all: coordinates and outlines are put in as they are."""
    name = fault.problem.place.column
    placed = name in ("longitude", "latitude", *SHAPES) and _placed(given, name)
    return placed and not pd.isna(rows[name].iloc[fault.position])


def _placed(given: Rows, name: str) -> bool:
    source = {"longitude": given.longitude, "latitude": given.latitude, **dict.fromkeys(SHAPES, given.outlines)}
    return source[name] is not None


def _put_places(rows: pd.DataFrame, given: Rows) -> None:
    for name in ("longitude", "latitude"):
        values = getattr(given, name)
        if values is not None and name in rows:
            rows[name] = np.asarray(values, float)
    for name in SHAPES:
        if given.outlines is not None and name in rows:
            rows[name] = pd.Series(given.outlines, dtype="object")


class _Place:
    """Places of rows in the file."""

    def __init__(self, origin: Origin, numbers: NDArray[np.int64]) -> None:
        self.file, self.sheet, self.numbers = origin.file, origin.sheet, numbers

    def at(self, position: int, column: str) -> Place:
        return Place(self.file, self.sheet, int(self.numbers[position]), column)

    def moved(self, fault: Fault) -> Problem:
        one = fault.problem
        return Problem(one.number, one.facts, self.at(fault.position, one.place.column))


def _positions(faults: Sequence[Fault], count: int) -> NDArray[np.bool_]:
    wrong = np.zeros(count, bool)
    wrong[[fault.position for fault in faults]] = True
    return wrong


def _doubles(
    rows: pd.DataFrame, table: Table, given: Rows, wrong: NDArray[np.bool_], place: _Place,
    before: pd.DataFrame | None,
) -> list[Fault]:  # fmt: skip
    """Rows whose key stands earlier in the file: a copy of it, or another row under the same key."""
    keys = _keys(rows, table)
    if before is None and not repeated(arrow_text(keys)).any():
        return []
    earlier = pd.Series([], dtype="str") if before is None else _keys(before, table)
    again = ((keys.duplicated() | keys.isin(earlier)) & keys.notna()).to_numpy() & ~wrong
    if not again.any():
        return []
    shared = set(keys[again])
    first: dict[str, tuple[object, list[Any]]] = {}
    if before is not None:
        for position in np.flatnonzero(earlier.isin(shared).to_numpy()).tolist():
            number = before["row"].iloc[position] if "row" in before else "?"
            first[str(earlier.iloc[position])] = (number, _content(before, position))
    faults = []
    for position in np.flatnonzero(keys.isin(shared).to_numpy() & ~wrong).tolist():
        key, content = str(keys.iloc[position]), _content(rows, position)
        if key not in first:
            first[key] = (int(given.numbers[position]), content)
            continue
        number, same = first[key]
        facts: dict[str, Any] = {"first": number, "key": key}
        wrongly = problem("QD280" if same == content else "QD210", place.at(position, table.key[-1]), **facts)
        faults.append(Fault(position, wrongly))
    return faults


def _keys(rows: pd.DataFrame, table: Table) -> "pd.Series[str]":
    """Key of each row as one text; unknown where a part is."""
    if len(table.key) == 1:
        return rows[table.key[0]].reset_index(drop=True)
    return pd.Series(_joined(*(arrow_text(rows[name]) for name in table.key), by="|").to_pandas(), dtype="str")


def _content(rows: pd.DataFrame, position: int) -> list[Any]:
    row = rows.iloc[position]
    return [None if pd.isna(row[name]) else row[name] for name in rows.columns if name not in _SAYS_NOTHING]


def _waiting(faults: Sequence[Fault], given: Rows, origin: Origin) -> pd.DataFrame:
    by_row: dict[int, list[Problem]] = {}
    for fault in faults:
        by_row.setdefault(fault.position, []).append(fault.problem)
    made = [
        {
            "quarantine_id": f"{origin.intake_id}:{int(given.numbers[position])}",
            "intake_id": origin.intake_id,
            "file": origin.file,
            "sheet": origin.sheet or None,
            "row": int(given.numbers[position]),
            "reasons": reasons_json(found),
            "numbers": ";".join(sorted({one.number for one in found})),
            "original": given.original(position),
            "mended": None,
            "state": WAITING,
            "why": None,
        }
        for position, found in sorted(by_row.items())
    ]
    return quarantine_frame(made)


def quarantine_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of the table ``quarantine`` as a bulk table."""
    table = tables()["quarantine"]
    return pd.DataFrame(
        {a.name: pd.Series([row[a.name] for row in rows], dtype=bulk_dtype(a)) for a in table}, columns=table.columns
    )


def reasons_json(found: Sequence[Problem]) -> str:
    """Problems of a row as the quarantine keeps them: number, column and facts."""
    told = [{"number": one.number, "column": one.place.column, "facts": dict(one.facts)} for one in found]
    return json.dumps(told, ensure_ascii=False)


def reasons_of(row: Mapping[Any, Any]) -> list[Problem]:
    """Problems of a row of the quarantine, with their places."""
    sheet = row["sheet"] if isinstance(row["sheet"], str) else ""
    return [
        Problem(one["number"], one["facts"], Place(str(row["file"]), sheet, int(row["row"]), one["column"]))
        for one in json.loads(str(row["reasons"]))
    ]
