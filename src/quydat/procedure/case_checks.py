"""What contradicts itself in the recorded cases: each at its row, all at once.

Published cases are told in parts and with dates known to the month or year. Only what cannot be is a problem: a day
counts as before another if its last meaning is before the first of the other.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from quydat.core.period import Period, partial_date, period_text
from quydat.core.problem import Place, Problem, Problems, problem
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.evidence import Record
from quydat.procedure.case import OPINION_EVENTS, Case, Event, all_events, apply
from quydat.procedure.template import Track, track_of

PlaceOf = Callable[[str], Place]


def check_cases(record: Record, *, place: PlaceOf) -> list[Problem]:
    """All that contradicts itself in events and opinions."""
    return [*_opinion_rows(record, place), *_replayed(record, place)]


def _opinion_rows(record: Record, place: PlaceOf) -> Iterator[Problem]:
    if "opinion" not in record:
        return
    at = place("opinion")
    for number, row in enumerate(record["opinion"].to_dict("records"), start=FIRST_ROW):
        said: list[tuple[str, Period, str]] = []
        for kind in OPINION_EVENTS:
            text = str(plain(row[f"{kind}_on"]) or "")
            if text:
                said.append((f"{kind}_on", partial_date(text), text))
        for (_, before, _), (column, after, text) in pairwise(said):
            if after.end < before.start:
                where = Place(at.file, at.sheet, number, column)
                yield problem("QD863", where, opinion=row["opinion_id"], on=text, before=before.start)
        given, answered = plain(row["position"]) is not None, plain(row["answer_vi"]) is not None
        if plain(row["given_on"]) is not None and not given:
            yield problem("QD876", Place(at.file, at.sheet, number, "position"), command="given_on", needed="position")
        if (answered or plain(row["answered_on"]) is not None) and not given:
            yield problem("QD877", Place(at.file, at.sheet, number, "position"), opinion=row["opinion_id"])


def _replayed(record: Record, place: PlaceOf) -> Iterator[Problem]:
    """Replay each case; the state before each event says what it cannot be."""
    tracks = _tracks(record)
    if tracks is None:
        return
    of_step = {one: track for track in tracks for one in track.steps}
    rows = {
        table: {str(key): number for number, key in enumerate(record[table][f"{name}_id"], start=FIRST_ROW)}
        for table, name in (("procedure_event", "event"), ("opinion", "opinion"))
        if table in record
    }

    def where(event: Event, column: str) -> Place:
        table = "opinion" if event.event in OPINION_EVENTS else "procedure_event"
        at = place(table)
        if table == "opinion" and column == "on":
            column = f"{event.event}_on"
        return Place(at.file, at.sheet, rows[table][event.event_id], column)

    for park, events in all_events(_readable(record)).items():
        cases = {id(track): Case(park) for track in tracks}
        for event in events:
            track = of_step.get(event.step_id)
            if track is None:
                continue
            case = cases[id(track)]
            yield from _against(case, event, events, track, where)
            cases[id(track)] = apply(case, event, track=track)


def _readable(record: Record) -> Record:
    """The record without events and opinions that lack what makes them one: their cells are told elsewhere."""
    needed = {
        "procedure_event": ["event_id", "park_id", "step_id", "event"],
        "opinion": ["opinion_id", "park_id", "step_id"],
    }
    return {
        **record,
        **{name: record[name].dropna(subset=columns) for name, columns in needed.items() if name in record},
    }


def _tracks(record: Record) -> list[Track] | None:
    """All tracks; None if some steps wait for each other, which is told elsewhere."""
    steps = record["procedure_step"]
    try:
        return [track_of(rows.to_dict("records")) for _, rows in steps.groupby("track", sort=True)]
    except Problems:
        return None


def _against(
    case: Case, event: Event, events: list[Event], track: Track, where: Callable[[Event, str], Place]
) -> Iterator[Problem]:
    one, kind = event.step_id, event.event
    if _after_the_end(case, event):
        assert case.closed is not None
        yield problem("QD865", where(event, "on"), step=case.closed.step_id, on=case.closed.on_text)
    if kind in OPINION_EVENTS:
        yield from _opinion(case, event, events, where)
    elif kind in ("finished", "not_needed"):
        if one in case.done_on:
            done = case.done_on[one]
            yield problem("QD867", where(event, "step_id"), step=one, on=period_text(done) or "?")
        yield from _before(event, events, track, where)
    elif kind in ("started", "filed"):
        if kind == "started" and one in case.done_on:
            done_on = period_text(case.done_on[one]) or "?"
            yield problem("QD862", where(event, "on"), step=one, on=done_on, since=event.on_text or "?")
        elif one in case.done_on:
            yield problem("QD867", where(event, "step_id"), step=one, on=period_text(case.done_on[one]) or "?")
        yield from _before(event, events, track, where)
    elif kind in ("stopped", "returned", "supplemented"):
        there = one in case.under_way or (kind == "stopped" and one in case.finished)
        if not there:
            yield problem("QD870", where(event, "step_id"), step=one)
        elif kind == "supplemented" and one not in case.waiting:
            yield problem("QD869", where(event, "step_id"), step=one)
    elif kind == "carried":
        to = event.details.get("template_on")
        if to is None:
            yield problem("QD876", where(event, "template_on"), command="carried", needed="template_on")
        elif case.law_on is not None and to < case.law_on:
            yield problem("QD874", where(event, "template_on"), on=to, law=case.law_on)
    elif kind == "document" and not event.details.get("document"):
        yield problem("QD876", where(event, "document"), command="document", needed="document")


def _after_the_end(case: Case, event: Event) -> bool:
    """Whether the case had been stopped for certain, and this does not open it again."""
    closed = case.closed
    if closed is None or closed.on is None or event.on is None or event.on.start <= closed.on.end:
        return False
    reopens = event.step_id == closed.step_id and event.event in ("started", "filed", "finished")
    return event.event != "reported" and not reopens


def _before(event: Event, events: list[Event], track: Track, where: Callable[[Event, str], Place]) -> Iterator[Problem]:
    """A step before it was done later, and was not stopped and done again; told of the nearest one only."""
    if event.on is None:
        return
    ancestors = track.ancestors(event.step_id)
    done: dict[str, Period] = {}
    for other in events:
        if other.step_id in ancestors and other.event == "stopped":
            return
        if other.step_id in ancestors and other.event in ("finished", "not_needed") and other.on is not None:
            done.setdefault(other.step_id, other.on)
    late = [(track.depth(one), one, on) for one, on in done.items() if event.on.end < on.start]
    if late:
        _, one, on = max(late, key=lambda item: item[:2])
        yield problem("QD866", where(event, "on"), step=event.step_id, on=event.on_text, before=one, done=on.start)


def _opinion(case: Case, event: Event, events: list[Event], where: Callable[[Event, str], Place]) -> Iterator[Problem]:
    """No opinion is asked or given on a step that begins later, or of which nothing is ever told."""
    if event.event == "answered" or event.step_id in case.under_way or event.step_id in case.finished:
        return
    begun = [
        other.on
        for other in events
        if other.step_id == event.step_id and other.event in ("started", "filed", "finished")
    ]
    later = [other for other in begun if other is not None]
    if event.event == "asked" and event.on is None:
        return
    if not begun or (event.on is not None and len(later) == len(begun) and all(event.on.end < b.start for b in later)):
        yield problem("QD864", where(event, "step_id"), step=event.step_id)
