"""The case of a park: what was published of it, folded to where it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quydat.core.period import Period, partial_date
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence
from quydat.procedure.template import Track


@dataclass(frozen=True)
class Event:
    """One published event; ``on`` is the span of days that its date may mean, None if it is undated."""

    event_id: str
    step_id: str
    event: str
    on: Period | None
    on_text: str


@dataclass(frozen=True)
class Case:
    """Where a park stands. A step that is done or under way shows that all before it are done."""

    park_id: str
    finished: frozenset[str]
    under_way: dict[str, date | None]
    last_event_on: str
    event_ids: tuple[str, ...] = ()

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
        reached = max((track.depth(one) for one in (*self.finished, *self.under_way)), default=-1)
        return {one for one in self.remaining(track) if one not in self.under_way and track.depth(one) < reached}

    def remaining(self, track: Track) -> list[str]:
        """Steps not done, in the order of the track."""
        return [one for one in track.steps if one not in self.finished]


def events_of(evidence: Evidence, park_id: str, *, until: date) -> list[Event]:
    """Events of a park that may have happened by a day, oldest first; undated ones come first."""
    rows = evidence.record["procedure_event"]
    events = []
    for row in rows[rows["park_id"] == park_id].to_dict("records"):
        text = str(plain(row["on"]) or "")
        on = partial_date(text) if text else None
        if on is None or on.start <= until:
            events.append(Event(str(row["event_id"]), str(row["step_id"]), str(row["event"]), on, text))
    return sorted(events, key=_when)


_SAME_DAY = {"started": 0, "finished": 1, "not_needed": 1, "stopped": 2}


def _when(event: Event) -> tuple[date, int, str, str]:
    """Order of events. On one day a step starts, ends, is stopped: the event's id must not decide that."""
    return event.on.start if event.on else date.min, _SAME_DAY[event.event], event.on_text, event.event_id


def fold(park_id: str, events: Iterable[Event], *, track: Track) -> Case:
    """Fold events, oldest first, to the state of the case; steps of other tracks are left out.

    A step that is said to start twice, and was not stopped between, has been under way since the first time.
    """
    finished: set[str] = set()
    under_way: dict[str, date | None] = {}
    last, told = "", []
    for event in events:
        last = event.on_text or last
        if event.step_id not in track.steps:
            continue
        told.append(event.event_id)
        if event.event == "stopped":
            under_way.pop(event.step_id, None)
            finished.discard(event.step_id)
            continue
        finished |= track.ancestors(event.step_id)
        if event.event == "started":
            since = event.on.start if event.on else None
            under_way[event.step_id] = under_way.get(event.step_id) or since
        else:
            finished.add(event.step_id)
    return Case(
        park_id,
        frozenset(finished),
        {one: start for one, start in under_way.items() if one not in finished},
        last,
        tuple(told),
    )
