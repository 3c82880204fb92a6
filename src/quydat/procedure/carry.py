"""A running case and the law that changes under it: which text each step goes by, and what a new one changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from quydat.dictionary.cells import plain
from quydat.procedure.case import Case
from quydat.procedure.law import Lasting, Template, Version
from quydat.procedure.template import Track, track_of

SHOWN = ("authority_vi", "authority_en", "depends_on", "statutory_days", "day_kind", "limit_kind", "document_vi",
         "document_en", "legal_basis", "name_vi", "name_en")  # fmt: skip
"""Attributes of a step whose change an office must know of."""

Reason = Literal["", "done", "step_begun", "filed"]
"""Why a change does not reach a step: it is done; it had begun; the case's file was handed in before."""


@dataclass(frozen=True)
class StepChange:
    """What a new text changes in one step.

    Attributes
    ----------
    kind
        ``added``, ``dropped`` or ``changed``.
    since
        Day of the change.
    cells
        Attribute → (before, after).
    kept
        Why the case keeps the old text there; empty if the change reaches it.
    """

    step_id: str
    kind: Literal["added", "dropped", "changed"]
    since: date
    cells: Mapping[str, tuple[Any, Any]]
    kept: Reason = ""


@dataclass(frozen=True)
class Carried:
    """A case under a new text: what changes, the steps that it goes by then, and what stays done."""

    changes: tuple[StepChange, ...]
    track: Track
    stays_done: tuple[str, ...]


def governing(case: Case, *, template: Template, track: str, on: date) -> Track:
    """The steps of a case, each by the text that it goes by on a day.

    That is the law of the day, or of the day to which the case was carried, with these exceptions, which each change
    states for itself: a step that had begun when it came keeps the text before it (``step_begun``); a case whose file
    was handed in before keeps it in all steps (``filed``); or none (``at_once``). What is done stays done.
    """
    day = on if case.law_on is None else min(on, case.law_on)
    rows = []
    for one, step in template.steps.items():
        if step.first["track"] == track:
            without = frozenset(v.since for v in step.versions if v.since <= day and _kept(case, one, v))
            row = step.on(day, without=without)
            if row is None and (one in case.under_way or one in case.finished):
                row = _last(step, day)
            if row is not None:
                rows.append(row)
    return track_of(sorted(rows, key=lambda row: str(row["step_id"])))


def _last(step: Lasting, day: date) -> dict[str, Any] | None:
    """A step that ended, as it last was: what is under way or done in it does not vanish."""
    ends = frozenset(v.since for v in step.versions if v.ended and v.since <= day)
    return step.on(max(day, step.since or day), without=ends)


def _kept(case: Case, one: str, version: Version) -> Reason:
    if version.transition == "filed" and _before(_first_file(case, one), version.since):
        return "filed"
    if version.transition == "step_begun" and one in case.under_way and _before(_began(case, one), version.since):
        return "step_begun"
    return ""


def _began(case: Case, one: str) -> date | None:
    since = case.under_way.get(one)
    return since if since is not None else None


def _first_file(case: Case, one: str) -> date | None:
    """Day of the first file of the case; where none was told, the day on which the step began."""
    days = [on.start for on in case.filed.values() if on is not None]
    return min(days) if days else _began(case, one)


def _before(day: date | None, change: date) -> bool:
    """Whether something was before a change. What is under way since an unknown day is taken to go by the new text."""
    return day is not None and day < change


def carry(case: Case, *, template: Template, track: str, since: date, to: date) -> Carried:
    """What changes for a case when it is carried from the law of one day to that of another.

    Parameters
    ----------
    since, to
        Days of the old text and the new one.

    Returns
    -------
    Each change of a step between the two days: what it was and what it becomes, and whether it reaches the case.
    """
    changes = []
    for one, step in template.steps.items():
        if step.first["track"] != track:
            continue
        if step.since is not None and since < step.since <= to:
            changes.append(StepChange(one, "added", step.since, {}, "done" if one in case.finished else ""))
        for version in step.versions:
            if since < version.since <= to:
                changes.append(_change(case, one, step, version))
    changes.sort(key=lambda change: (change.since, change.step_id))
    there = governing(case, template=template, track=track, on=to)
    return Carried(tuple(changes), there, tuple(one for one in there.steps if one in case.finished))


def _change(case: Case, one: str, step: Lasting, version: Version) -> StepChange:
    before = step.on(version.since, without=frozenset({version.since})) or {}
    cells = dict(_differences(before, version.cells))
    kept: Reason = "done" if one in case.finished else _kept(case, one, version)
    return StepChange(one, "dropped" if version.ended else "changed", version.since, cells, kept)


def _differences(before: Mapping[str, Any], cells: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, Any]]]:
    for name in SHOWN:
        if name in cells:
            old, new = plain(before.get(name)), plain(cells[name])
            if old != new:
                yield name, (old, new)
