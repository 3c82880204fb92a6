"""The case of a park: the state that its events fold to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from quydat.core.period import Period, partial_date
from quydat.procedure.event import OPINION_EVENTS, Event, all_events, events_of, opinion_events, when
from quydat.procedure.template import Track

__all__ = ["OPINION_EVENTS", "Case", "Document", "Event", "Opinion", "all_events", "apply", "events_of", "fold",
           "opinion_events", "when"]  # fmt: skip


@dataclass(frozen=True)
class Opinion:
    """An opinion asked of an agency: when, by when, what it said, and how it was taken up."""

    opinion_id: str
    step_id: str
    asked: Period | None = None
    given: Period | None = None
    position: str = ""
    answered: Period | None = None
    is_answered: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_given(self) -> bool:
        """Whether the agency has spoken, though perhaps on an unknown day."""
        return bool(self.position)

    @property
    def wants_answer(self) -> bool:
        """Whether it is still to be taken up: it objects or sets conditions."""
        return self.position in ("conditions", "disagree") and not self.is_answered


@dataclass(frozen=True)
class Document:
    """A document that an event names."""

    step_id: str
    number: str
    on: Period | None
    event_id: str


@dataclass(frozen=True)
class Case:
    """Where a park stands. A step that is done or under way shows that all before it are done.

    Attributes
    ----------
    finished, under_way
        Steps done, and those under way with the first day that their start may mean.
    event_ids
        Rows of ``procedure_event`` that the state rests on.
    clock
        For each step under way, the day from which its limit counts: that of the file, of the start if none was
        handed in, or of the last supplement.
    filed
        Steps for which a file was handed in, with the first such day.
    promised
        Days on which an answer to a file was promised, which go before the limit.
    waiting
        Steps whose file was returned and not yet supplemented: their limit does not run.
    done_on
        Days on which steps were said to be finished.
    opinions, documents
        What agencies were asked and said, by id; documents that events name.
    law_on
        Day whose law the case was carried to; None if it was never carried.
    closed
        When the whole case was stopped: its first step was.
    """

    park_id: str
    finished: frozenset[str] = frozenset()
    under_way: Mapping[str, date | None] = field(default_factory=dict)
    last_event_on: str = ""
    event_ids: tuple[str, ...] = ()
    clock: Mapping[str, Period | None] = field(default_factory=dict)
    filed: Mapping[str, Period | None] = field(default_factory=dict)
    promised: Mapping[str, date] = field(default_factory=dict)
    waiting: Mapping[str, Period | None] = field(default_factory=dict)
    done_on: Mapping[str, Period | None] = field(default_factory=dict)
    opinions: Mapping[str, Opinion] = field(default_factory=dict)
    documents: tuple[Document, ...] = ()
    law_on: date | None = None
    closed: Event | None = None

    def next_steps(self, track: Track) -> list[str]:
        """Steps to be done now: not done, all before them done, and not silently passed by."""
        unknown = self.not_known(track)
        return [
            one
            for one in self.remaining(track)
            if one not in unknown and all(before in self.finished for before in track.before[one])
        ]

    def not_known(self, track: Track) -> set[str]:
        """Steps of which no source says anything while the case has come further: done perhaps, perhaps not.

        Further means as many steps deep, or deeper, from the start of the track. They count as still to do.
        """
        there = [one for one in (*self.finished, *self.under_way) if one in track.steps]
        reached = max((track.depth(one) for one in there), default=-1)
        return {one for one in self.remaining(track) if one not in self.under_way and track.depth(one) < reached}

    def remaining(self, track: Track) -> list[str]:
        """Steps not done, in the order of the track."""
        return [one for one in track.steps if one not in self.finished]


class _Folding:
    """The state of a case while events are folded into it: in place, as 100,000 of them must be quick."""

    def __init__(self, case: Case, track: Track) -> None:
        self.park_id, self.track = case.park_id, track
        self.finished = set(case.finished)
        self.under_way = dict(case.under_way)
        self.last, self.told = case.last_event_on, list(case.event_ids)
        self.clock, self.filed, self.waiting = dict(case.clock), dict(case.filed), dict(case.waiting)
        self.promised = dict(case.promised)
        self.done_on, self.opinions = dict(case.done_on), dict(case.opinions)
        self.documents, self.law_on, self.closed = list(case.documents), case.law_on, case.closed

    def take(self, event: Event) -> None:
        """Fold one event."""
        self.last = event.on_text or self.last
        if event.step_id not in self.track.steps:
            return
        kind = event.event
        if kind in OPINION_EVENTS:
            self._opinion(event)
            return
        if kind == "carried":
            self.law_on = event.details.get("template_on")
        if number := event.details.get("document"):
            on = event.details.get("document_on")
            self.documents.append(Document(event.step_id, number, partial_date(on) if on else event.on, event.event_id))
        if kind in _MOVES:
            self.told.append(event.event_id)
            _MOVES[kind](self, event)

    def _begin(self, event: Event) -> None:
        one = event.step_id
        if one not in self.finished:
            self.clock.setdefault(one, event.on)
            if self.clock[one] is None:
                self.clock[one] = event.on
        self._ahead(one)
        since = event.on.start if event.on else None
        if one not in self.finished:
            self.under_way[one] = self.under_way.get(one) or since
        self._reopen(one)

    def _ahead(self, one: str) -> None:
        """All before a step are done, though no event may say so."""
        before = self.track.ancestors(one)
        if not before <= self.finished:
            self.finished |= before
            for done in before:
                self._leave(done)

    def _leave(self, one: str) -> None:
        self.under_way.pop(one, None)
        self.clock.pop(one, None)
        self.promised.pop(one, None)
        self.waiting.pop(one, None)

    def _reopen(self, one: str) -> None:
        if self.closed is not None and (one == self.closed.step_id or self.closed.step_id in self.track.ancestors(one)):
            self.closed = None

    def started(self, event: Event) -> None:
        self._begin(event)

    def file(self, event: Event) -> None:
        one = event.step_id
        self._begin(event)
        if one not in self.filed or self.filed[one] is None:
            self.filed[one] = event.on
        self._restart(event)

    def _restart(self, event: Event) -> None:
        """The limit counts anew; a day that was promised before holds no longer."""
        one = event.step_id
        self.waiting.pop(one, None)
        if one in self.under_way:
            self.clock[one] = event.on
            self.promised.pop(one, None)
            if (due := event.details.get("due_on")) is not None:
                self.promised[one] = due

    def returned(self, event: Event) -> None:
        if event.step_id in self.under_way:
            self.waiting[event.step_id] = event.on

    def supplemented(self, event: Event) -> None:
        self._restart(event)

    def done(self, event: Event) -> None:
        one = event.step_id
        self._ahead(one)
        self.finished.add(one)
        self.done_on[one] = event.on
        self._leave(one)
        self._reopen(one)

    def stopped(self, event: Event) -> None:
        one = event.step_id
        self._leave(one)
        self.filed.pop(one, None)
        self.finished.discard(one)
        self.done_on.pop(one, None)
        if not self.track.before[one]:
            self.closed = event

    def _opinion(self, event: Event) -> None:
        known = self.opinions.get(event.event_id) or Opinion(event.event_id, event.step_id)
        cells = {**known.details, **event.details}
        asked, given, answered = known.asked, known.given, known.answered
        if event.event == "asked":
            asked = event.on
        elif event.event == "given":
            given = event.on
        else:
            answered = event.on
        self.opinions[event.event_id] = Opinion(
            known.opinion_id, known.step_id, asked, given, str(cells.get("position") or ""), answered,
            known.is_answered or event.event == "answered", cells,
        )  # fmt: skip

    def case(self) -> Case:
        """The state, fixed."""
        return Case(
            self.park_id, frozenset(self.finished), self.under_way, self.last, tuple(self.told), self.clock, self.filed,
            self.promised, self.waiting, self.done_on, self.opinions, tuple(self.documents), self.law_on, self.closed,
        )  # fmt: skip


_MOVES = {
    "started": _Folding.started,
    "filed": _Folding.file,
    "returned": _Folding.returned,
    "supplemented": _Folding.supplemented,
    "finished": _Folding.done,
    "not_needed": _Folding.done,
    "stopped": _Folding.stopped,
}
"""What each event does to the state; those that are not here tell something and move nothing."""


def apply(case: Case, event: Event, *, track: Track) -> Case:
    """The state of a case after one more event. No clock is looked at, nothing else decides.

    Replaying all events of a case with ``fold`` gives the same state as applying one after the other.
    """
    folding = _Folding(case, track)
    folding.take(event)
    return folding.case()


def fold(park_id: str, events: Iterable[Event], *, track: Track) -> Case:
    """Fold events, oldest first, to the state of the case; steps of other tracks are left out.

    A step that is said to start twice, and was not stopped between, has been under way since the first time.
    """
    folding = _Folding(Case(park_id), track)
    for event in events:
        folding.take(event)
    return folding.case()
