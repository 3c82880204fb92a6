"""What users bring, read and checked as a whole before anything is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quydat.core.problem import Place, Problem, Problems, raise_if
from quydat.dictionary.read import FIRST_ROW, empty, keys_of, typed, unknown_references
from quydat.dictionary.schema import record_tables, tables
from quydat.dictionary.settings import Settings
from quydat.formats.tables import read_tables
from quydat.inventory.checks import check_inventory
from quydat.procedure.checks import check_procedure

RECORD = "record.sqlite"


@dataclass(frozen=True)
class Brought:
    """One typed table and where it came from."""

    rows: pd.DataFrame
    file: str
    sheet: str


def read_brought(
    path: Path, *, table: str | None = None, layer: str | None = None
) -> tuple[dict[str, Brought], list[Problem]]:
    """Read a file, or all tables of a case folder, by the dictionary; nothing is stored.

    Returns
    -------
    The typed tables by name, and all problems of their cells.

    Raises
    ------
    Problems
        What keeps a file from being read at all.
    """
    brought: dict[str, Brought] = {}
    found: list[Problem] = []
    for name, (raw, file, sheet) in read_tables(path, table=table, layer=layer).items():
        rows, problems = typed(raw, tables()[name], file=file, sheet=sheet)
        brought[name] = Brought(rows, file, sheet)
        found += problems
    return brought, found


def check_whole(
    brought: Mapping[str, Brought], current: Mapping[str, pd.DataFrame], *, settings: Settings
) -> list[Problem]:
    """Check the record as it would be with the brought rows laid over it: references and all checks of the steps.

    Problems in rows that were brought name their file and row; others name the record.
    """
    whole, lengths = {}, {}
    for definition in record_tables():
        name = definition.name
        held = current.get(name, empty(definition))
        if name in brought:
            rows = brought[name].rows
            keys = set(keys_of(rows, definition))
            rest = held[[key not in keys for key in keys_of(held, definition)]]
            whole[name] = pd.concat([rows, rest], ignore_index=True) if len(rest) else rows
            lengths[name] = len(rows)
        else:
            whole[name] = held
            lengths[name] = 0
    place = _place(brought)
    found = [
        *unknown_references(whole, tables(), place=place),
        *check_inventory(whole, place=place, extent=settings.extent),
        *check_procedure(whole, place=place),
    ]
    return [_moved(one, brought, lengths) for one in found]


def _place(brought: Mapping[str, Brought]) -> Callable[[str], Place]:
    def place(table: str) -> Place:
        if table in brought:
            return Place(brought[table].file, brought[table].sheet or table)
        return Place(RECORD, table)

    return place


def _moved(found: Problem, brought: Mapping[str, Brought], lengths: Mapping[str, int]) -> Problem:
    """A row that lies beyond those brought stands in the record."""
    for name, own in brought.items():
        at = found.place
        if at.file == own.file and at.sheet == (own.sheet or name) and at.row is not None:
            if at.row >= FIRST_ROW + lengths[name]:
                return Problem(found.number, found.facts, Place(RECORD, name, None, at.column))
            return Problem(found.number, found.facts, Place(own.file, own.sheet, at.row, at.column))
    return found


def accept(
    path: Path,
    *,
    settings: Settings,
    current: Mapping[str, pd.DataFrame],
    table: str | None = None,
    layer: str | None = None,
) -> dict[str, Brought]:
    """Read and check what is brought; all problems at once.

    Raises
    ------
    Problems
        Everything that is wrong, in the cells and with the record as a whole.
    """
    brought, found = read_brought(path, table=table, layer=layer)
    if not found:
        found = check_whole(brought, current, settings=settings)
    raise_if(found)
    return brought


def problems_of(
    path: Path,
    *,
    settings: Settings,
    current: Mapping[str, pd.DataFrame],
    table: str | None = None,
    layer: str | None = None,
) -> list[Problem]:
    """As ``accept``, but returns the problems."""
    try:
        accept(path, settings=settings, current=current, table=table, layer=layer)
    except Problems as problems:
        return list(problems.found)
    return []
