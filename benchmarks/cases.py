"""Cases: 100,000 events replayed to the state of 1,000 cases, and read from the record first."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pandas as pd
from eventsourcing.domain import Aggregate, event

from benchmarks.measure import Result, ratio
from quydat.core.period import Period
from quydat.dictionary.read import typed
from quydat.dictionary.schema import tables
from quydat.law.packs import read_packs
from quydat.procedure.case import Case, Event, all_events, fold
from quydat.procedure.law import read_template
from quydat.procedure.template import Track

_CASES, _EACH = 1000, 100
_KINDS = ("started", "filed", "returned", "supplemented", "document", "finished", "stopped")
_LACKS = "steps before a step, limits and their clock, days known to the month, opinions, order of a day"


def template() -> Track:
    """The track of a park in the shipped pack."""
    return read_template(read_packs(["vn_hcmc"])).track("park", on=date(2025, 6, 30))


def made_up(track: Track) -> dict[str, list[Event]]:
    """Events of each case, made up from a seed."""
    random = Random(1)  # noqa: S311
    steps = list(track.steps)
    found = {}
    for number in range(_CASES):
        day, events = date(2010, 1, 1), []
        for place in range(_EACH):
            day += timedelta(days=random.randint(0, 40))
            kind = random.choice(_KINDS)
            details = {"document": f"{place}/QĐ"} if kind == "document" else {}
            one = Event(f"{number}-{place}", random.choice(steps), kind, Period(day, day), day.isoformat(), details)
            events.append(one)
        found[f"k{number}"] = events
    return found


class Park(Aggregate):
    """The same state as an aggregate of the library: which steps are done, which are under way since when."""

    def __init__(self) -> None:
        self.finished: set[str] = set()
        self.under_way: dict[str, date] = {}
        self.documents: list[str] = []

    @event("Told")
    def tell(self, step: str, kind: str, on: date, document: str) -> None:
        """One event."""
        if kind in ("started", "filed"):
            self.under_way.setdefault(step, on)
        elif kind == "finished":
            self.under_way.pop(step, None)
            self.finished.add(step)
        elif kind == "stopped":
            self.under_way.pop(step, None)
            self.finished.discard(step)
        elif kind == "document":
            self.documents.append(document)


def aggregates(told: dict[str, list[Event]]) -> list[list[object]]:
    """Pending events of the library for each case, as it would read them from its store."""
    found = []
    for events in told.values():
        park = Park()
        for one in events:
            assert one.on is not None
            park.tell(one.step_id, one.event, one.on.start, str(one.details.get("document", "")))
        found.append(list(park.collect_events()))
    return found


def measured() -> Iterator[Result]:
    """Replay of 100,000 events, against the library ``eventsourcing`` with a smaller state."""
    track = template()
    told = made_up(track)
    kept = aggregates(told)

    def ours() -> list[Case]:
        return [fold(park, events, track=track) for park, events in told.items()]

    def theirs() -> list[Park | None]:
        found = []
        for events in kept:
            park: Park | None = None
            for one in events:
                park = one.mutate(park)  # type: ignore[attr-defined]
            found.append(park)
        return found

    yield ratio(
        "100,000 events replayed to 1,000 cases", ours, peer="eventsourcing, Aggregate", theirs=theirs, rounds=5,
        lacks=_LACKS,
    )  # fmt: skip


def seconds() -> dict[str, float]:
    """Seconds for 100,000 events: replayed, and from the tables of the record to the state of each case."""
    track = template()
    told = made_up(track)
    rows = [
        {"event_id": one.event_id, "park_id": park, "step_id": one.step_id, "event": one.event, "on": one.on_text,
         "document": one.details.get("document"), "source_ids": "s", "confidence": "high", "basis": "published"}
        for park, events in told.items()
        for one in events
    ]  # fmt: skip
    table, found = typed(pd.DataFrame(rows), tables()["procedure_event"])
    assert not found
    begun = time.perf_counter()
    for park, events in told.items():
        fold(park, events, track=track)
    replayed = time.perf_counter()
    for park, events in all_events({"procedure_event": table}).items():
        fold(park, events, track=track)
    return {"100,000 events replayed": replayed - begun, "from the record on": time.perf_counter() - replayed}
