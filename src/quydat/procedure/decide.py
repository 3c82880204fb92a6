"""Whether something may be recorded of a case, and the event that it is: the one way in for an officer's command."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from quydat.core.period import Period, period_text
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.procedure.case import Case, Event
from quydat.procedure.template import Track

Kind = Literal[
    "start", "finish", "stop", "skip", "file", "return", "supplement", "document", "ask", "give", "answer", "carry",
    "report",
]  # fmt: skip

EVENT: Mapping[Kind, str] = MappingProxyType({
    "start": "started", "finish": "finished", "stop": "stopped", "skip": "not_needed", "file": "filed",
    "return": "returned", "supplement": "supplemented", "document": "document", "ask": "asked", "give": "given",
    "answer": "answered", "carry": "carried", "report": "reported",
})  # fmt: skip
"""The event that each command makes, if nothing speaks against it."""

NEEDS: Mapping[Kind, tuple[str, ...]] = MappingProxyType({
    "ask": ("agency_vi",), "give": ("position",), "answer": ("answer_vi",), "document": ("document",),
    "carry": ("template_on",), "skip": ("note_vi",),
})  # fmt: skip
"""What a command must say beside its step and its day."""


@dataclass(frozen=True)
class Command:
    """What someone wants to record of a case.

    Attributes
    ----------
    opinion_id
        The opinion that ``give`` and ``answer`` speak of; the only open one of the step if it is not named.
    details
        Cells of the event: see ``case.DETAILS`` and ``case.OPINION_CELLS``.
    """

    kind: Kind
    step_id: str
    on: Period
    on_text: str
    opinion_id: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def decide(
    case: Case, command: Command, *, now: date, template: Track, taken: frozenset[str] = frozenset()
) -> list[Event]:
    """Events that a command makes of a case.

    Parameters
    ----------
    case
        The case as it stands.
    now
        Today: nothing is recorded before it has happened.
    template
        The track that the case goes by.
    taken
        Ids that events of the record have already.

    Raises
    ------
    Problems
        All that speaks against it, at once: QD860 a step of no such track, QD861 a day to come, QD862 out of order,
        QD863 to QD864 opinions, QD865 a case that was stopped, QD866 and QD868 steps before, QD867 done already,
        QD870 and QD871 not under way or under way already, QD874 a law that the case has left, QD876 what is missing.
    """
    raise_if(_against(case, command, now, template))
    kind = EVENT[command.kind]
    opinion = _meant(case, command)
    name = opinion or _free(f"{case.park_id}-{command.step_id}-{_STEM.get(command.kind, kind)}", case, taken)
    return [Event(name, command.step_id, kind, command.on, command.on_text, command.details)]


_STEM: Mapping[Kind, str] = {"ask": "opinion"}


def _free(stem: str, case: Case, taken: frozenset[str]) -> str:
    used = {*taken, *case.event_ids, *case.opinions}
    name, number = stem, 1
    while name in used:
        number += 1
        name = f"{stem}-{number}"
    return name


def _meant(case: Case, command: Command) -> str:
    """The opinion that ``give`` or ``answer`` speaks of; empty where there is none, or more than one."""
    if command.kind not in ("give", "answer"):
        return ""
    if command.opinion_id:
        return command.opinion_id
    open_ones = [
        one.opinion_id
        for one in case.opinions.values()
        if one.step_id == command.step_id
        and (one.is_given and not one.is_answered if command.kind == "answer" else not one.is_given)
    ]
    return open_ones[0] if len(open_ones) == 1 else ""


def _against(case: Case, command: Command, now: date, track: Track) -> Iterator[Problem]:
    one = command.step_id
    place = Place(column="on")
    if one not in track.steps:
        yield problem("QD860", Place(column="step_id"), step=one, known=", ".join(track.steps))
        return
    if command.on.start > now:
        yield problem("QD861", place, on=command.on_text, now=now)
    for name in NEEDS.get(command.kind, ()):
        if not command.details.get(name):
            yield problem("QD876", Place(column=name), command=command.kind, needed=name)
    reopens = case.closed is not None and one == case.closed.step_id and command.kind in ("start", "file", "finish")
    if case.closed is not None and not reopens and command.kind != "report":
        yield problem("QD865", Place(column="step_id"), step=case.closed.step_id, on=case.closed.on_text or "?")
        return
    yield from _of_step(case, command, track)
    yield from _of_opinion(case, command)
    to = command.details.get("template_on")
    if command.kind == "carry" and to is not None and case.law_on is not None and to < case.law_on:
        yield problem("QD874", Place(column="template_on"), on=to, law=case.law_on)


def _of_step(case: Case, command: Command, track: Track) -> Iterator[Problem]:
    one, kind = command.step_id, command.kind
    at, day = Place(column="step_id"), Place(column="on")
    begins = kind in ("start", "file", "finish", "skip")
    if begins and one in case.finished:
        yield problem("QD867", at, step=one, on=period_text(case.done_on.get(one)) or "?")
        return
    if kind == "start" and one in case.under_way:
        yield problem("QD871", at, step=one, since=case.under_way[one] or "?")
    if (
        kind in ("return", "supplement", "stop")
        and one not in case.under_way
        and not (kind == "stop" and one in case.finished)
    ):
        yield problem("QD870", at, step=one)
    if kind == "supplement" and one in case.under_way and one not in case.waiting:
        yield problem("QD869", at, step=one)
    since = case.under_way.get(one)
    if since is not None and command.on.end < since:
        yield problem("QD862", day, step=one, on=command.on_text, since=since)
    returned = case.waiting.get(one)
    if kind == "supplement" and returned is not None and command.on.end < returned.start:
        yield problem("QD862", day, step=one, on=command.on_text, since=returned.start)
    if not begins or one in case.under_way:
        return
    missing = [before for before in track.before[one] if before not in case.finished]
    if missing:
        yield problem("QD868", at, step=one, missing=", ".join(missing))
    for before in track.before[one]:
        done = case.done_on.get(before)
        if done is not None and command.on.end < done.start:
            yield problem("QD866", day, step=one, on=command.on_text, before=before, done=done.start)


def _of_opinion(case: Case, command: Command) -> Iterator[Problem]:
    kind, one = command.kind, command.step_id
    if kind == "ask" and one not in case.under_way and one not in case.finished:
        yield problem("QD864", Place(column="step_id"), step=one)
    if kind not in ("give", "answer"):
        return
    opinion = case.opinions.get(_meant(case, command))
    if opinion is None or opinion.step_id != one:
        known = ", ".join(o.opinion_id for o in case.opinions.values() if o.step_id == one)
        yield problem(
            "QD873", Place(column="opinion_id"), step=one, opinion=command.opinion_id or "-", known=known or "-"
        )
        return
    there = Place(column="opinion_id")
    if kind == "give" and opinion.is_given:
        yield problem("QD875", there, opinion=opinion.opinion_id, on=period_text(opinion.given) or "?")
    if kind == "answer" and not opinion.is_given:
        yield problem("QD877", there, opinion=opinion.opinion_id)
    if kind == "answer" and opinion.is_answered:
        yield problem("QD875", there, opinion=opinion.opinion_id, on=period_text(opinion.answered) or "?")
    before = opinion.asked if kind == "give" else opinion.given
    if before is not None and command.on.end < before.start:
        yield problem("QD863", Place(column="on"), opinion=opinion.opinion_id, on=command.on_text, before=before.start)
