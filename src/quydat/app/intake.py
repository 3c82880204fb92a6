"""What users bring, read and checked as a whole before anything is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from quydat.app.follow_on import without_follow_ons
from quydat.compliance.checks import check_facts
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.demand.checks import check_demand
from quydat.dictionary.read import FIRST_ROW, empty, keys_of, typed, unknown_references
from quydat.dictionary.schema import record_tables, tables
from quydat.formats.tables import read_all
from quydat.inventory.checks import Extent, check_inventory
from quydat.law import Pack
from quydat.procedure.checks import check_procedure
from quydat.procedure.law import with_law
from quydat.spatial_plan.checks import check_plan_rows

RECORD = "record.sqlite"
WORLD: Extent = (-180.0, -90.0, 180.0, 90.0)
"""The extent that refuses nothing, for a study whose settings cannot be read."""


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
    The typed tables by name, and all problems: of files that cannot be read, and of cells.
    """
    brought: dict[str, Brought] = {}
    raws, found = read_all(path, table=table, layer=layer)
    for name, (raw, file, sheet) in raws.items():
        rows, problems = typed(raw, tables()[name], file=file, sheet=sheet)
        brought[name] = Brought(rows, file, sheet)
        found += problems
    if not path.is_dir() and brought and not any(len(one.rows) for one in brought.values()):
        name, first = next(iter(brought.items()))
        found.append(problem("QD213", Place(first.file, first.sheet), table=name))
    return brought, found


def read_files(
    paths: Sequence[Path], *, table: str | None = None, layer: str | None = None
) -> tuple[dict[str, Brought], list[Problem]]:
    """As ``read_brought``, of several files that are brought together; each table comes from one of them."""
    brought: dict[str, Brought] = {}
    found: list[Problem] = []
    for path in paths:
        own, problems = read_brought(path, table=table, layer=layer)
        found += problems
        for name, one in own.items():
            if name in brought:
                found.append(problem("QD111", Place(one.file, one.sheet), table=name, other=brought[name].file))
            else:
                brought[name] = one
    return brought, found


def problems_of(
    brought: Mapping[str, Brought],
    cells: Sequence[Problem],
    current: Mapping[str, pd.DataFrame],
    *,
    extent: Extent,
    law: Pack | None,
) -> list[Problem]:
    """All problems at once: those of the cells, and those of the record as it would be that do not follow from them."""
    whole = check_whole(brought, current, extent=extent, law=law)
    if not cells:
        return whole
    places = {(one.file, one.sheet): (name, one.rows) for name, one in brought.items()}
    return [*cells, *without_follow_ons(whole, cells, places)]


def check_whole(
    brought: Mapping[str, Brought], current: Mapping[str, pd.DataFrame], *, extent: Extent, law: Pack | None
) -> list[Problem]:
    """Check the record as it would be with the brought rows laid over it: references and all checks of the steps.

    Steps of the procedure and their sources are those of the law pack too, and facts for rules are checked against it;
    without one (because it cannot be read) they are not. Problems in rows that were brought name their file and row;
    others name the record.
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
    if law is not None:
        whole |= with_law(whole, law.tables)
    place = _place(brought)
    references = unknown_references(whole, tables(), place=place)
    if law is None:  # what the law would have laid in, steps and their sources, is not missing from the record
        steps = place("procedure_step")
        own = (steps.file, steps.sheet)
        references = [
            one
            for one in references
            if one.facts["table"] != "procedure_step" and (one.place.file, one.place.sheet) != own
        ]
    found = [
        *references,
        *check_inventory(whole, place=place, extent=extent),
        *check_procedure(whole, place=place),
        *check_demand(whole, place=place),
        *check_plan_rows(whole["spatial_plan"], place=place("spatial_plan")),
        *(check_facts(whole, quantities=law.quantities, place=place) if law is not None else []),
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
    at = found.place
    for name, own in brought.items():
        if at.file == own.file and at.sheet == (own.sheet or name):
            if at.row is not None and at.row >= FIRST_ROW + lengths[name]:
                return Problem(found.number, found.facts, Place(RECORD, name, None, at.column))
            return Problem(found.number, found.facts, Place(own.file, own.sheet, at.row, at.column))
    return found


def accept(
    paths: Sequence[Path],
    *,
    extent: Extent,
    current: Mapping[str, pd.DataFrame],
    law: Pack | None,
    table: str | None = None,
    layer: str | None = None,
) -> dict[str, Brought]:
    """Read and check what is brought; all problems at once.

    Raises
    ------
    Problems
        Everything that is wrong, in the cells and with the record as a whole.
    """
    brought, cells = read_files(paths, table=table, layer=layer)
    raise_if(problems_of(brought, cells, current, extent=extent, law=law))
    return brought
