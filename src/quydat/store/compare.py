"""What a change set must bring: given rows against those that stand, and the way back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, RowMapping, Table, select

from quydat.core.problem import Problem, problem
from quydat.dictionary.schema import Table as Definition
from quydat.store.changes import Change, Version
from quydat.store.values import Values, stored_rows

_NAMED = 5


def differences(
    connection: Connection,
    rows: pd.DataFrame,
    definition: Definition,
    table: Table,
    *,
    withdraw_missing: bool,
) -> Iterator[Version]:
    """Versions that make the record say what ``rows`` say; rows that are the same bring none."""
    current = _current(connection, table)
    given = stored_rows(rows, definition)
    for key, values in given.items():
        stands = current.get(key)
        before = None if stands is None else values_of(stands, definition)
        if before != values:
            yield Version(table.name, key, values, None if stands is None else stands["version"], kind(before, values))
    if withdraw_missing:
        for key, stands in current.items():
            if key not in given and not stands["withdrawn"]:
                yield Version(table.name, key, None, stands["version"], "withdrawn")


def way_back(
    connection: Connection, number: int, definitions: Sequence[Definition], tables: Mapping[str, Table]
) -> tuple[list[Version], list[Problem]]:
    """Versions that restore the rows of a change set as they were before it.

    A row that was changed later and brought back since (by undoing the later change) is as the change set
    left it, so that a chain of changes can be undone from its end.

    Returns
    -------
    The versions, and QD408 for each later change set that stands in the way.
    """
    versions: list[Version] = []
    later: dict[int, list[str]] = {}
    for definition in definitions:
        table = tables[definition.name]
        touched = select(table.c.row_key).where(table.c.change_set == number)
        history: dict[str, list[RowMapping]] = {}
        for row in connection.execute(
            select(table).where(table.c.row_key.in_(touched)).order_by(table.c.version)
        ).mappings():
            history.setdefault(row["row_key"], []).append(row)
        for key, lives in history.items():
            at = next(i for i, row in enumerate(lives) if row["change_set"] == number)
            now = values_of(lives[-1], definition)
            if now != values_of(lives[at], definition):
                same = next(row for row in lives[at + 1 :] if values_of(row, definition) == now)
                later.setdefault(same["change_set"], []).append(f"{definition.name}/{key}")
                continue
            before = values_of(lives[at - 1], definition) if at else None
            versions.append(Version(definition.name, key, before, lives[-1]["version"], kind(now, before)))
    return versions, [
        problem("QD408", number=number, later=after, rows=_some(rows)) for after, rows in sorted(later.items())
    ]


def values_of(row: RowMapping | Mapping[str, Any], definition: Definition) -> Values | None:
    """Cells of a row of the record; None where it says that the row is no longer there."""
    return None if row["withdrawn"] else {name: row[name] for name in definition.columns}


def kind(before: Values | None, after: Values | None) -> Change:
    """What a step from one state of a row to another is."""
    if before is None:
        return "added"
    return "withdrawn" if after is None else "changed"


def _current(connection: Connection, table: Table) -> dict[str, RowMapping]:
    rows = connection.execute(select(table).where(table.c.superseded_by.is_(None)).order_by(table.c.version)).mappings()
    return {row["row_key"]: row for row in rows}


def _some(rows: Sequence[str]) -> str:
    more = f" (+{len(rows) - _NAMED})" if len(rows) > _NAMED else ""
    return ", ".join(rows[:_NAMED]) + more
