"""What the statute allows at the earliest: the longest way through the limits that remain, and nothing observed."""

from collections.abc import Iterable
from datetime import date, timedelta

from quydat.core.figure import Input
from quydat.dictionary.cells import Row
from quydat.inventory.evidence import Evidence
from quydat.procedure.case import Case
from quydat.procedure.path import longest
from quydat.procedure.template import CALENDAR_PER_WORKING_DAY, Track


def not_before(as_of: date, days: float) -> date:
    """The day on which limits that add up to so many calendar days end, counted from a day."""
    return as_of + timedelta(days=round(days))


def write_statute(row: Row, evidence: Evidence, case: Case, track: Track, as_of: date) -> None:
    """Steps and limits of a park: a minimum, since some steps have none."""
    remaining = case.remaining(track)
    row.derive("steps_total", "count", step_cells(evidence, track.steps, "step_id"))
    row.put("steps_finished", len(case.finished), "rule", told(evidence, case, track))
    limits = {one: track.steps[one].statutory_days for one in remaining}
    _, path = longest(track, remaining, limits)
    known = [one for one in remaining if limits[one] is not None]
    row.count("statutory_steps_known", step_cells(evidence, known, "statutory_days"), among=told(evidence, case, track))
    if path:
        row.derive("statutory_days", "linear", limit_cells(evidence, path, track))
    elif not remaining:
        row.put("statutory_days", 0.0, "rule", told(evidence, case, track))
    days = row["statutory_days"]
    if days is not None:  # none of the remaining steps may have a limit: then the day is unknown
        row.put("statutory_ready", not_before(as_of, days), "rule", [row.ref("statutory_days")])


def step_cells(evidence: Evidence, ids: Iterable[str], attribute: str) -> list[Input]:
    """One cell of each of these steps."""
    return [evidence.cell("procedure_step", one, attribute) for one in ids]


def limit_cells(evidence: Evidence, ids: Iterable[str], track: Track) -> list[Input]:
    """Statutory limits as terms of a sum, those in working days brought to calendar days."""
    factors = {one: CALENDAR_PER_WORKING_DAY if track.steps[one].working else 1.0 for one in ids}
    return [evidence.cell("procedure_step", one, "statutory_days", factor=f) for one, f in factors.items()]


def told(evidence: Evidence, case: Case, track: Track) -> list[Input]:
    """What the state of a case rests on: its events; the steps themselves if there is no event."""
    events = [evidence.cell("procedure_event", one, "event") for one in case.event_ids]
    return events or step_cells(evidence, track.steps, "step_id")
