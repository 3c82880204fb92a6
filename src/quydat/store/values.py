"""Between typed tables and what the record holds: text, real and whole numbers, NULL for unknown."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd

from quydat.core.problem import Place, problem, raise_if
from quydat.dictionary.read import FIRST_ROW, dtype_of, duplicate_keys, keys_of
from quydat.dictionary.schema import Table

Stored = str | float | int | None
Values = dict[str, Stored]
"""Cells of one row by attribute."""


def stored_rows(rows: pd.DataFrame, table: Table) -> dict[str, Values]:
    """Rows as the record holds them, by key, in the order given.

    Raises
    ------
    ValueError
        If the columns are not those of the dictionary.
    Problems
        QD204 if a part of a key is unknown, QD210 if two rows have one key.
    """
    if list(rows.columns) != table.columns:
        raise ValueError(f"columns of {table.name} are {list(rows.columns)}, not {table.columns}")
    raise_if(_keys_wrong(rows, table))
    columns = [
        [
            None if _missing(value) else _TO_STORED.get(attribute.type, _text)(value)
            for value in rows[attribute.name].tolist()
        ]
        for attribute in table
    ]
    cells = zip(*columns, strict=True) if len(rows) else iter(())
    return {
        key: dict(zip(table.columns, row, strict=True)) for key, row in zip(keys_of(rows, table), cells, strict=True)
    }


def frame_of(rows: Iterable[Mapping[str, Any]], table: Table) -> pd.DataFrame:
    """Typed table from what the record holds."""
    rows = list(rows)
    columns = {a.name: pd.Series([_from_stored(row[a.name], a.type) for row in rows], dtype=dtype_of(a)) for a in table}
    return pd.DataFrame(columns, columns=table.columns)


def instant(at: datetime) -> str:
    """A moment as the record writes it: UTC, ISO 8601, microseconds; such texts sort as the moments do.

    Raises
    ------
    ValueError
        If the moment does not say its time zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} does not say its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def end_of(known_on: date | datetime) -> str:
    """Last moment that ``known_on`` speaks of; a date is a whole day in UTC."""
    if isinstance(known_on, datetime):
        return instant(known_on)
    return instant(datetime.combine(known_on, time.max, UTC))


def _keys_wrong(rows: pd.DataFrame, table: Table) -> list[Any]:
    found = [
        problem(
            "QD204", Place(sheet=table.name, row=number, column=name),
            label_vi=table[name].label_vi, label_en=table[name].label_en,
        )
        for name in table.key
        for number, missing in enumerate(rows[name].isna(), start=FIRST_ROW)
        if missing
    ]  # fmt: skip
    return found or duplicate_keys(rows, table, sheet=table.name)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text: give the table as dictionary.read.typed makes it")
    return value


def _day(value: Any) -> str:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise TypeError(f"{value!r} is not a day: give the table as dictionary.read.typed makes it")
    return value.isoformat()


_TO_STORED: Mapping[str, Callable[[Any], Stored]] = {
    "number": lambda value: float(value) + 0.0,  # SQLite keeps no negative zero, and the hash must not either
    "integer": int,
    "year": int,
    "boolean": lambda value: int(bool(value)),
    "date": _day,
}


def _from_stored(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "date":
        return date.fromisoformat(value)
    return bool(value) if kind == "boolean" else value
