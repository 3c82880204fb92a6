"""Events of cases: what was published or recorded, read from the record in the order in which it happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np

from quydat.core.period import Period, partial_date
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence, Record

OPINION_EVENTS = ("asked", "given", "answered")
"""Events that stand in the table ``opinion``, three cells of a row; all others stand in ``procedure_event``."""


@dataclass(frozen=True)
class Event:
    """One event; ``on`` is the span of days that its date may mean, None if it is undated.

    Attributes
    ----------
    event
        A value of the list ``procedure_event``, or one of ``OPINION_EVENTS``; then ``event_id`` is the opinion's.
    details
        Cells that only some events have, by attribute of their table: ``document``, ``due_on``, ``position`` ….
    """

    event_id: str
    step_id: str
    event: str
    on: Period | None
    on_text: str
    details: Mapping[str, Any] = field(default_factory=dict)


def events_of(evidence: Evidence, park_id: str, *, until: date) -> list[Event]:
    """Events of a park that may have happened by a day, oldest first; undated ones come first."""
    return [
        event for event in all_events(evidence.record).get(park_id, []) if event.on is None or event.on.start <= until
    ]


def all_events(record: Record) -> dict[str, list[Event]]:
    """Events of each park by its id, oldest first: rows of ``procedure_event``, and cells of ``opinion``."""
    found: dict[str, list[Event]] = {}
    rows = record["procedure_event"]
    details: list[dict[str, Any]] = [{} for _ in range(len(rows))]
    for name in (name for name in DETAILS if name in rows):
        values = rows[name].tolist()
        for place in np.flatnonzero(rows[name].notna().to_numpy()).tolist():
            details[place][name] = values[place]
    columns = [rows[name].astype(str).tolist() for name in ("park_id", "event_id", "step_id", "event")]
    days = [text or "" for text in rows["on"].astype(object).where(rows["on"].notna(), "").tolist()]
    for park, event_id, step, kind, text, more in zip(*columns, days, details, strict=True):
        event = Event(event_id, step, kind, _period(text) if text else None, text, more)
        if park not in found:
            found[park] = []
        found[park].append(event)
    for row in record["opinion"].to_dict("records") if "opinion" in record else []:
        found.setdefault(str(row["park_id"]), []).extend(opinion_events(row))
    return {park: sorted(events, key=when) for park, events in found.items()}


_period = lru_cache(maxsize=1 << 16)(partial_date)
"""Many events share a day."""


DETAILS = ("document", "document_on", "issuer_vi", "issuer_en", "due_on", "template_on", "note_vi", "note_en")
OPINION_CELLS: Mapping[str, tuple[str, ...]] = {
    "asked": ("agency_vi", "agency_en", "subject_vi", "subject_en", "asked_document", "due_on"),
    "given": ("given_document", "position", "content_vi", "content_en"),
    "answered": ("answer_vi", "answer_en"),
}
"""Cells of ``opinion`` that each of its events brings, beside its day."""


def opinion_events(row: Mapping[Any, Any]) -> list[Event]:
    """Events that a row of ``opinion`` tells: that it was asked, and as the case may be given and taken up."""
    events = []
    told = {"asked": True, "given": plain(row["position"]) is not None, "answered": plain(row["answer_vi"]) is not None}
    for kind, cells in OPINION_CELLS.items():
        text = str(plain(row[f"{kind}_on"]) or "")
        if told[kind] or text:
            details = {name: value for name in cells if (value := plain(row[name])) is not None}
            on = partial_date(text) if text else None
            events.append(Event(str(row["opinion_id"]), str(row["step_id"]), kind, on, text, details))
    return events


_SAME_DAY = {
    name: place
    for place, names in enumerate(
        (
            ("reported", "carried"), ("started",), ("filed",), ("asked",), ("given",), ("answered",), ("returned",),
            ("supplemented",), ("document",), ("finished", "not_needed"), ("stopped",),
        )
    )
    for name in names
}  # fmt: skip


def when(event: Event) -> tuple[date, int, str, str]:
    """Order of events. On one day a step starts, ends, is stopped: the event's id must not decide that.

    An opinion whose asking is undated was asked before it was given.
    """
    return event.on.start if event.on else date.min, _SAME_DAY[event.event], event.on_text, event.event_id
