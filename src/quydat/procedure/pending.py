"""Who must act on a case by when, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from quydat.core.period import Period
from quydat.core.text import Lang
from quydat.procedure.case import Case, Opinion
from quydat.procedure.template import Step, Track
from quydat.procedure.working_days import WorkingDays, last_day

What = Literal["act", "wait", "begin", "supplement", "opinion", "answer", "document", "unknown"]
"""Do a step under way; wait a notice out; begin a step; supplement a file; give an opinion; take one up; name the
document that ended a step; say whether a step is done."""


@dataclass(frozen=True)
class Task:
    """One thing that is missing.

    Attributes
    ----------
    since
        From when it is open: the day that a limit counts from, the day an opinion was asked; None if unknown.
    by
        Last day: the one promised to the applicant, else that of the limit. None where there is neither, or the day
        from which a limit counts is unknown. Where that day is known to the month or year only, the latest it may be.
    overdue
        Working days since that last day; None where there is none, 0 while it has not passed. Of a notice that is to
        be waited out: always None.
    exact
        Whether the day from which the limit counts is known to the day.
    """

    what: What
    step_id: str
    who_vi: str
    who_en: str
    since: Period | None = None
    by: date | None = None
    overdue: int | None = None
    exact: bool = True
    legal_basis: str = ""
    opinion_id: str = ""

    def who(self, lang: Lang) -> str:
        """Who must act."""
        return self.who_vi if lang == "vi" else self.who_en


APPLICANT = ("Người nộp hồ sơ", "Applicant")


def pending(case: Case, *, track: Track, calendar: WorkingDays, on: date) -> list[Task]:
    """What is missing in a case on a day, in the order of its track.

    Parameters
    ----------
    case, track
        The case, and the steps by the law that each of them goes by (``carry.governing``).
    calendar
        Working days.
    on
        The day of the question.
    """
    if case.closed is not None:
        return []
    following, unknown = set(case.next_steps(track)), case.not_known(track)
    tasks: list[Task] = []
    for one, step in track.steps.items():
        if one in case.under_way:
            tasks.append(_under_way(case, step, calendar, on))
        elif one in unknown:
            tasks.append(Task("unknown", one, step.authority_vi, step.authority_en))
        elif one in following:
            done = [case.done_on.get(before) for before in track.before[one]]
            since = max((d for d in done if d is not None), key=lambda d: d.end, default=None)
            tasks.append(Task("begin", one, step.authority_vi, step.authority_en, since))
        tasks += _opinions(case, step, calendar, on)
        if one in case.done_on and step.document_vi and not any(d.step_id == one for d in case.documents):
            tasks.append(Task("document", one, step.authority_vi, step.authority_en, case.done_on[one]))
    return tasks


def _under_way(case: Case, step: Step, calendar: WorkingDays, on: date) -> Task:
    one = step.step_id
    if one in case.waiting:
        return Task("supplement", one, *APPLICANT, case.waiting[one])
    since = case.clock.get(one)
    by = case.promised.get(one)
    exact = by is not None or (since is not None and since.start == since.end)
    if by is None and since is not None and step.limit_days is not None:
        by = last_day(since.end, step.limit_days, working=step.working, calendar=calendar)
    waited = step.at_least and (by is None or on <= by)
    return Task(
        "wait" if waited else "act",
        one,
        step.authority_vi,
        step.authority_en,
        since,
        by,
        None if step.at_least or by is None else calendar.between(by, on),
        exact,
        step.legal_basis,
    )


def _opinions(case: Case, step: Step, calendar: WorkingDays, on: date) -> Iterator[Task]:
    for opinion in case.opinions.values():
        if opinion.step_id != step.step_id:
            continue
        if not opinion.is_given:
            by = opinion.details.get("due_on")
            overdue = None if by is None else calendar.between(by, on)
            yield Task(
                "opinion", step.step_id, *_agency(opinion), opinion.asked, by, overdue, opinion_id=opinion.opinion_id
            )
        elif opinion.wants_answer:
            yield Task(
                "answer", step.step_id, step.authority_vi, step.authority_en, opinion.given,
                opinion_id=opinion.opinion_id,
            )  # fmt: skip


def _agency(opinion: Opinion) -> tuple[str, str]:
    vi = str(opinion.details.get("agency_vi") or "?")
    return vi, str(opinion.details.get("agency_en") or vi)
