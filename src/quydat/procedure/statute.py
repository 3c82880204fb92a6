"""What the statute allows at the earliest: the longest way through the limits that remain, and nothing observed."""

from collections.abc import Iterable
from datetime import date

from quydat.core.figure import Input
from quydat.dictionary.cells import Row
from quydat.inventory.evidence import Evidence
from quydat.procedure.case import Case
from quydat.procedure.path import longest
from quydat.procedure.template import CALENDAR_PER_WORKING_DAY, Track
from quydat.procedure.working_days import WorkingDays, last_day


def not_before(track: Track, remaining: Iterable[str], *, as_of: date, calendar: WorkingDays) -> date:
    """The day on which the limits of the remaining steps end at the latest, each begun when all before it have ended.

    Limits are counted by the calendar of working days: one that ends on a day off ends on the next working day. A step
    without a limit takes no day.
    """
    ends: dict[str, date] = {}
    for one in remaining:
        step = track.steps[one]
        start = max((ends[before] for before in track.before[one] if before in ends), default=as_of)
        limit = step.limit_days
        ends[one] = start if not limit else last_day(start, limit, working=step.working, calendar=calendar)
    return max(ends.values(), default=as_of)


def write_statute(
    row: Row, evidence: Evidence, case: Case, track: Track, *, as_of: date, calendar: WorkingDays
) -> None:
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
        ready = not_before(track, remaining, as_of=as_of, calendar=calendar)
        row.put("statutory_ready", ready, "rule", [row.ref("statutory_days"), *limit_cells(evidence, known, track)])


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
