"""Small procedures and cases to test with."""

from typing import Any

from quydat.core.period import partial_date
from quydat.procedure.case import Case, Event, fold, when
from quydat.procedure.decide import Command
from quydat.procedure.template import Step, Track


def step(name: str, *after: str, **more: Any) -> Step:
    """A step of authority A."""
    return Step(name, name, name, "A", "A", after, None, False, None, None, False, False, **more)


#   a → b → d
#   a → c → d → e
TRACK = Track([step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"), step("e", "d")])


def event(step_id: str, what: str, on: str = "", name: str = "", **details: Any) -> Event:
    """An event; its id is made from the rest, if it is not named."""
    name = name or f"{step_id}-{what}-{on}"
    return Event(name, step_id, what, partial_date(on) if on else None, on, details)


def case_of(*events: Event, track: Track = TRACK) -> Case:
    """The case of some events, in the order of their days."""
    return fold("k", sorted(events, key=when), track=track)


def command(kind: Any, step_id: str, on: str, *, opinion: str = "", **details: Any) -> Command:
    """A command as the terminal makes it."""
    return Command(kind, step_id, partial_date(on), on, opinion, details)
