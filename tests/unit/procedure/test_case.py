"""Events folded to where a park stands, and how long its steps take; against cases worked out by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from quydat.core.period import partial_date
from quydat.core.problem import Problems
from quydat.inventory.evidence import Evidence
from quydat.procedure.case import Case, Event, events_of, fold
from quydat.procedure.template import Step, Track, ordered


def step(name: str, *after: str) -> Step:
    return Step(name, name, name, "A", "A", after, None, False, None, None, False, False)


#   a → b → d
#   a → c → d → e
TRACK = Track([step("a"), step("b", "a"), step("c", "a"), step("d", "b", "c"), step("e", "d")])


def folded(*events: tuple[str, str, str]) -> Case:
    made = [Event(f"e{i}", one, what, partial_date(on) if on else None, on) for i, (one, what, on) in enumerate(events)]
    return fold("park", made, track=TRACK)


def test_nothing_happened() -> None:
    case = folded()
    assert case.remaining(TRACK) == ["a", "b", "c", "d", "e"]
    assert case.next_steps(TRACK) == ["a"]
    assert (case.finished, case.under_way, case.last_event_on) == (frozenset(), {}, "")


def test_a_step_under_way_shows_that_those_before_it_are_done() -> None:
    case = folded(("d", "started", "2020-05"))
    assert case.finished == {"a", "b", "c"}
    assert case.under_way == {"d": date(2020, 5, 1)}
    assert case.next_steps(TRACK) == ["d"]


def test_two_branches_go_on_side_by_side() -> None:
    assert folded(("b", "finished", "2020")).next_steps(TRACK) == ["c"]
    assert folded(("a", "not_needed", "2020")).next_steps(TRACK) == ["b", "c"]


def test_a_step_that_is_stopped_is_to_be_done_again() -> None:
    case = folded(("b", "finished", "2019"), ("b", "stopped", "2020"))
    assert case.remaining(TRACK) == ["b", "c", "d", "e"]
    case = folded(("b", "started", "2019"), ("b", "stopped", "2020"))
    assert case.under_way == {}
    case = folded(("b", "started", "2019"), ("b", "stopped", "2020"), ("b", "started", "2021"))
    assert case.under_way == {"b": date(2021, 1, 1)}


def test_a_step_said_twice_to_start_has_gone_on_since_the_first_time() -> None:
    assert folded(("b", "started", "2012"), ("b", "started", "2020")).under_way == {"b": date(2012, 1, 1)}
    assert folded(("b", "started", ""), ("b", "started", "2020")).under_way == {"b": date(2020, 1, 1)}


def test_steps_of_another_track_change_nothing() -> None:
    case = folded(("z", "finished", "2020"))
    assert (case.finished, case.event_ids, case.last_event_on) == (frozenset(), (), "2020")


def test_on_one_day_a_step_starts_before_it_is_stopped_whatever_the_ids(make_table: Callable[..., Any]) -> None:
    for names in (("1", "2"), ("2", "1")):
        rows = [
            {"event_id": name, "park_id": "k", "step_id": "a", "event": event, "on": "2020-01-01", "source_ids": "s",
             "confidence": "high", "basis": "published"}
            for name, event in zip(names, ("stopped", "finished"), strict=True)
        ]  # fmt: skip
        record = {"procedure_event": make_table("procedure_event", rows), "claim": make_table("claim", [])}
        found = events_of(Evidence(record), "k", until=date(2025, 1, 1))
        assert [event.event for event in found] == ["finished", "stopped"]
        assert fold("k", found, track=TRACK).finished == frozenset()
        assert events_of(Evidence(record), "k", until=date(2019, 12, 31)) == []


def test_a_circle_of_steps_is_refused() -> None:
    with pytest.raises(Problems, match="QD231"):
        ordered({"a": ["b"], "b": ["a"]})
