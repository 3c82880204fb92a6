"""The template as dated law: the steps of a pack with their changes over time, and the office's own laid over them.

Editing a template is an edit of data: a row of ``law_step_version`` in a pack, or a row of ``procedure_step`` in the
record, which replaces the pack's step of that id or adds one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from quydat.core.problem import Problem, Problems, problem, raise_if
from quydat.dictionary.cells import plain
from quydat.dictionary.read import dtype_of, empty
from quydat.dictionary.schema import Table, tables
from quydat.inventory.evidence import Record
from quydat.law.packs import PackTables
from quydat.procedure.template import Track, ordered, track_of

Cells = Mapping[str, Any]
Transition = str
"""``step_begun``, ``filed`` or ``at_once``: see the list of choices ``step_transition``."""


@dataclass(frozen=True)
class Version:
    """What changes in a step from a day; ``cells`` holds what changes, None where a cell becomes empty."""

    since: date
    transition: Transition
    ended: bool
    cells: Cells


@dataclass(frozen=True)
class Lasting:
    """A step over time: as it was at first, and its changes, the first first."""

    first: Cells
    since: date | None = None
    versions: tuple[Version, ...] = ()
    own: bool = False
    """Whether it is the office's own, of the record."""

    def on(self, day: date, *, without: frozenset[date] = frozenset()) -> dict[str, Any] | None:
        """The step on a day, as a row of ``procedure_step``; None if there is none. ``without`` leaves changes out."""
        if self.since is not None and day < self.since:
            return None
        row, there = dict(self.first), True
        for version in self.versions:
            if version.since <= day and version.since not in without:
                row.update(version.cells)
                there = not version.ended
        return row if there else None


@dataclass(frozen=True)
class Template:
    """The templates of all tracks over time.

    Attributes
    ----------
    steps
        Each step over time, in the order of the pack, then of the record.
    cells
        Where single cells of the pack's steps come from, as rows of ``claim``.
    sources
        Sources of the pack, as rows of ``source`` by id.
    """

    steps: Mapping[str, Lasting]
    cells: tuple[Cells, ...] = ()
    sources: Mapping[str, Cells] = field(default_factory=dict)

    def rows(self, day: date, track: str | None = None) -> Iterator[dict[str, Any]]:
        """Rows of ``procedure_step`` on a day; of one track, in the order of their ids."""
        found = (row for step in self.steps.values() if (row := step.on(day)) is not None)
        if track is None:
            yield from found
        else:
            yield from sorted((row for row in found if row["track"] == track), key=lambda row: str(row["step_id"]))

    def track(self, name: str, *, on: date) -> Track:
        """A track as it is on a day."""
        return track_of(self.rows(on, name))

    def days(self, track: str) -> list[date]:
        """Days on which something changes in a track, the first first."""
        steps = [step for step in self.steps.values() if step.first["track"] == track]
        days = {version.since for step in steps for version in step.versions}
        return sorted(days | {step.since for step in steps if step.since is not None})


def read_template(packs: PackTables | None, own: pd.DataFrame | None = None) -> Template:
    """The template of packs with the office's own rows of ``procedure_step`` over it.

    An office's row replaces the pack's step of that id on all days, and others are added. A track of which the office
    has rows that neither replace nor wait for a step of the pack is another procedure: then the pack's is left out.

    Raises
    ------
    Problems
        QD231 for steps of the pack that wait for each other on some day, QD872 for an emptied cell that is no
        attribute, or without which a step cannot be.
    """
    law: dict[str, Lasting] = {} if packs is None else _of_packs(packs)
    rows = [] if own is None else own.to_dict("records")
    replaced = {str(row["step_id"]): Lasting({str(k): v for k, v in row.items()}, own=True) for row in rows}
    apart = _tracks_apart(law, replaced)
    kept = {one: replaced.get(one, step) for one, step in law.items() if step.first["track"] not in apart}
    steps = {**kept, **{one: step for one, step in replaced.items() if one not in kept}}
    if packs is None:
        return Template(steps)
    sources = {str(row["source_id"]): row for row in _rows(packs, "law_source")}
    return Template(steps, tuple(_claims(packs, steps)), sources)


def _tracks_apart(law: Mapping[str, Lasting], own: Mapping[str, Lasting]) -> set[str]:
    joined = {
        str(step.first["track"])
        for one, step in own.items()
        if one in law or any(before in law for before in str(plain(step.first["depends_on"]) or "").split(";"))
    }
    return {str(step.first["track"]) for step in own.values()} - joined


def _rows(packs: PackTables, table: str) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in packs.tables[table].to_dict("records")]


def _of_packs(packs: PackTables) -> dict[str, Lasting]:
    columns = tables()["procedure_step"].columns
    found: list[Problem] = []
    versions: dict[str, list[Version]] = {}
    for number, row in enumerate(_rows(packs, "law_step_version")):
        at = packs.place("law_step_version", number, "clears")
        cells = {
            name: row[name]
            for name in columns
            if name in row and name != "step_id" and plain(row[name]) not in (None, "")
        }
        for name in filter(None, (part.strip() for part in str(plain(row["clears"]) or "").split(";"))):
            if name not in columns or tables()["procedure_step"][name].required:
                found.append(problem("QD872", at, step=row["step_id"], attribute=name))
            cells[name] = None
        made = Version(row["in_force_from"], str(row["transition"]), plain(row["ended"]) is True, cells)
        versions.setdefault(str(row["step_id"]), []).append(made)
    steps = {}
    for row in _rows(packs, "law_step"):
        one = str(row["step_id"])
        ordered_versions = tuple(sorted(versions.get(one, []), key=lambda version: version.since))
        steps[one] = Lasting({name: row[name] for name in columns}, plain(row["in_force_from"]), ordered_versions)  # type: ignore[arg-type]
    raise_if([*found, *_circles(steps, packs)])
    return steps


def _circles(steps: Mapping[str, Lasting], packs: PackTables) -> Iterator[Problem]:
    """Steps that wait for each other, on whichever day, told once."""
    days = {version.since for step in steps.values() for version in step.versions} | {date.min}
    position = {str(row["step_id"]): number for number, row in enumerate(_rows(packs, "law_step"))}
    told: set[frozenset[str]] = set()
    for day in sorted(days):
        rows = {one: row for one, step in steps.items() if (row := step.on(day)) is not None}
        depends = {
            one: [d for d in str(plain(row["depends_on"]) or "").split(";") if d in rows] for one, row in rows.items()
        }
        try:
            ordered(depends)
        except Problems as problems:
            for one in problems.found:
                circle = one.facts["cycle"].split(" → ")
                if frozenset(circle) not in told:
                    told.add(frozenset(circle))
                    yield Problem(one.number, one.facts, packs.place("law_step", position[circle[0]], "depends_on"))


def _claims(packs: PackTables, steps: Mapping[str, Lasting]) -> Iterator[Cells]:
    for row in _rows(packs, "law_step_cell"):
        one, attribute = str(row["step_id"]), str(row["attribute"])
        if one in steps and not steps[one].own:
            yield {
                "claim_id": f"procedure_step.{one}.{attribute}.1",
                "table": "procedure_step",
                "row_id": one,
                "use": "chosen",
                "since": plain(row["in_force_from"]),
                **{name: row[name] for name in ("attribute", "reason", "source_ids", "as_of", "confidence", "basis")},
            }


def lay(record: Record, template: Template, *, on: date) -> dict[str, pd.DataFrame]:
    """A record whose ``procedure_step`` is the whole template on a day, so that each limit is explained from its row.

    Sources of the pack's rows, and where single cells come from, are added to ``source`` and ``claim``; what the
    record says itself stays. A cell that a change of the law has set is explained by its row alone.
    """
    rows = list(template.rows(on))
    laid = dict(record)
    laid["procedure_step"] = _frame(rows, tables()["procedure_step"])
    claims = _claims_on(template, {str(row["step_id"]): row for row in rows}, on, record["claim"])
    laid["claim"] = _joined(record["claim"], claims, tables()["claim"])
    laid["source"] = _sources(laid, template)
    return laid


def _sources(record: Record, template: Template) -> pd.DataFrame:
    """Sources of the record, with those of the pack that its rows name."""
    held = record["source"]
    known = set(held["source_id"])
    named = dict.fromkeys(
        one
        for rows in record.values()
        if "source_ids" in rows
        for ids in rows["source_ids"].dropna().unique()
        for one in str(ids).split(";")
    )
    missing = [dict(template.sources[one]) for one in named if one in template.sources and one not in known]
    return _joined(held, missing, tables()["source"])


def _claims_on(template: Template, rows: Mapping[str, Cells], day: date, held: pd.DataFrame) -> list[dict[str, Any]]:
    said = set(zip(held["table"], held["row_id"], held["attribute"], strict=True))
    found = []
    for claim in template.cells:
        one, attribute = claim["row_id"], claim["attribute"]
        if one not in rows or ("procedure_step", one, attribute) in said:
            continue
        set_on = [v.since for v in template.steps[one].versions if attribute in v.cells and v.since <= day]
        if max(set_on, default=None) != claim["since"]:
            continue
        value = plain(rows[one][attribute])
        if value is not None:
            text = f"{value:.15g}" if isinstance(value, float | int) else str(value)
            found.append({**claim, "value": text})
    return found


def _frame(rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    if not rows:
        return empty(table)
    columns = {a.name: pd.Series([plain(row.get(a.name)) for row in rows], dtype=dtype_of(a)) for a in table}
    return pd.DataFrame(columns, columns=table.columns)


def _joined(held: pd.DataFrame, rows: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    return pd.concat([held, _frame(rows, table)], ignore_index=True) if rows else held


def with_law(record: Record, packs: PackTables) -> dict[str, pd.DataFrame]:
    """The record's steps and sources with all that the packs have ever had: what rows of a record may name.

    The record's own rows come first, so that a row keeps its number.
    """
    template, own = read_template(packs, record["procedure_step"]), record["procedure_step"]
    rows = []
    for step in template.steps.values():
        if not step.own:
            row = dict(step.first)
            for version in step.versions:
                row.update(version.cells)
            rows.append(row)
    known = set(record["source"]["source_id"])
    sources = [dict(row) for one, row in template.sources.items() if one not in known]
    return {
        "procedure_step": _joined(own, rows, tables()["procedure_step"]),
        "source": _joined(record["source"], sources, tables()["source"]),
    }
