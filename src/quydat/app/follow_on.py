"""Which problems are only the echo of another: a cell that could not be read must not be blamed twice."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from quydat.core.problem import Problem
from quydat.dictionary.read import FIRST_ROW, key_of
from quydat.dictionary.schema import Table, tables

Places = Mapping[tuple[str, str], tuple[str, pd.DataFrame]]
"""Name and typed rows of each brought table, by its file and its sheet or layer."""

_OF_CELLS = ("QD223", "QD225")
"""Problems of a claim with the cell that it speaks of, which they name as table/row/attribute."""


def without_follow_ons(found: Iterable[Problem], cells: Sequence[Problem], places: Places) -> list[Problem]:
    """The problems of the record as a whole that would be there if the cells were mended.

    Parameters
    ----------
    found
        Problems between rows and tables, found while unreadable cells were taken as unknown.
    cells
        Problems of files, columns and cells.
    """
    spots = {(p.place.file, p.place.sheet, p.place.row, p.place.column) for p in cells}
    rows = {(p.place.file, p.place.sheet, p.place.row) for p in cells if p.place.row is not None}
    lost = _lost_tables(cells, places)
    keyless, columns, blamed = set[str](), set[tuple[str, str]](), set[tuple[str, str]]()
    for one in cells:
        place = places.get((one.place.file, one.place.sheet))
        if place is None:
            continue
        name, held = place
        definition = tables()[name]
        if one.place.row is None:
            column = one.facts.get("nearest") or one.facts.get("column", "")
            columns.add((name, column))
            if column in definition.key:
                keyless.add(name)
        else:
            key = _key(held, one.place.row, definition)
            blamed |= {(name, key), (name, f"{key}/{one.place.column}")} if one.number == "QD210" else {
                (name, f"{key}/{one.place.column}")
            }  # fmt: skip

    def echo(one: Problem) -> bool:
        at = one.place
        if (at.file, at.sheet, at.row, at.column) in spots:
            return True
        if one.number == "QD211":
            return one.facts["table"] in lost | keyless
        if one.number in _OF_CELLS:
            table, _, rest = one.facts["cell"].partition("/")
            key, _, attribute = rest.rpartition("/")
            return (
                (at.file, at.sheet, at.row) in rows
                or table in lost | keyless
                or (table, attribute) in columns
                or not {(table, key), (table, rest)}.isdisjoint(blamed)
            )
        return False

    return [one for one in found if not echo(one)]


def _lost_tables(cells: Sequence[Problem], places: Places) -> set[str]:
    """Tables that a file was perhaps to bring, if it gave none: whatever points into them cannot be judged."""
    failed = any(p.place.row is None and (p.place.file, p.place.sheet) not in places for p in cells)
    return set(tables()) - {name for name, _ in places.values()} if failed else set()


def _key(rows: pd.DataFrame, row: int, definition: Table) -> str:
    return key_of(rows.iloc[row - FIRST_ROW].to_dict(), definition)
