"""Events folded to where a park stands, and how long its steps take; against cases worked out by hand."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest

from quydat.core.draws import Range
from quydat.core.ledger import Ledger
from quydat.core.period import partial_date
from quydat.core.problem import Problems
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.procedure.case import Case, Event, events_of, fold
from quydat.procedure.duration import Duration, draw, duration, elapsed_days
from quydat.procedure.template import Step, Track, ordered, read_track


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


# Durations


def lasting(hcmc: Any, make_table: Callable[..., Any], elapsed: float = 0.0, **cells: Any) -> Duration:
    row = {
        "step_id": "x", "track": "park", "name_vi": "X", "name_en": "X", "authority_vi": "A", "authority_en": "A",
        "day_kind": "calendar", "source_ids": "s", "confidence": "high", "basis": "published", **cells,
    }  # fmt: skip
    evidence = Evidence({**hcmc.record, "procedure_step": make_table("procedure_step", [row])})
    ledger = Ledger(as_of=date(2025, 6, 30))
    parameters = resolve_parameters(hcmc.settings.parameters, evidence=evidence, ledger=ledger)
    one = read_track(evidence, "park").steps["x"]
    return duration(one, evidence=evidence, parameters=parameters, ledger=ledger, elapsed=elapsed)


@pytest.mark.parametrize(
    ("cells", "low", "mid", "high", "taken_from"),
    [
        ({"observed_days_min": 100, "observed_days_max": 400}, 100, 200, 400, "observed"),
        # the slowest case is unfinished: 400 × 1.25
        (
            {"observed_days_min": 125, "observed_days_max": 400, "observed_max_unfinished": "yes"},
            125,
            250,
            500,
            "observed",
        ),
        ({"statutory_days": 100, "observed_days_max": 400}, 100, 200, 400, "observed"),
        # 100 working days are 140 days of the calendar
        ({"statutory_days": 100, "day_kind": "working", "observed_days_max": 560}, 140, 280, 560, "observed"),
        ({"statutory_days": 100, "day_kind": "working"}, 140, 140, 140, "statutory"),
        # a limit longer than the slowest case seen does not make the slowest case longer
        ({"statutory_days": 95, "observed_days_max": 50}, 50, 50, 50, "observed"),
        ({"observed_days_max": 50}, 50, 50, 50, "observed"),
        ({"statutory_days": 35}, 35, 35, 35, "statutory"),
        ({"statutory_days": 0}, 1, 1, 1, "statutory"),
        # procedure.unknown_duration_days of the case, with its own middle
        ({}, 30, 90, 365, "assumed"),
    ],
)
def test_where_a_duration_comes_from(
    hcmc: Any, make_table: Callable[..., Any], cells: Mapping[str, Any], low: float, mid: float, high: float,
    taken_from: str,
) -> None:  # fmt: skip
    found = lasting(hcmc, make_table, **cells)
    assert (found.range.low, found.range.mid, found.range.high) == pytest.approx((low, mid, high))
    assert found.taken_from == taken_from


def test_a_step_long_under_way_takes_longer_than_all_that_was_seen(hcmc: Any, make_table: Callable[..., Any]) -> None:
    seen = {"observed_days_min": 100, "observed_days_max": 400}
    late = lasting(hcmc, make_table, elapsed=1000, **seen).range
    assert (late.low, late.high) == (1000, 1250)
    young = lasting(hcmc, make_table, elapsed=50, **seen).range
    assert (young.low, young.high) == (100, 400)
    between = lasting(hcmc, make_table, elapsed=200, **seen).range
    assert (between.low, between.high) == (200, 400)
    assumed = lasting(hcmc, make_table, elapsed=20).range
    assert (assumed.low, assumed.mid, assumed.high) == (30, 90, 365)


def test_what_remains_is_never_below_nothing() -> None:
    for elapsed in (7.3, 1000.1, 8581.0):
        left = draw("x", Duration(Range(elapsed, elapsed, elapsed), "observed", elapsed, (), ()), count=100, seed=1)
        assert (left >= 0).all()
        assert np.allclose(left, 0)


def test_days_that_have_passed() -> None:
    assert elapsed_days(date(2025, 6, 1), as_of=date(2025, 6, 30)) == 29
    assert elapsed_days(None, as_of=date(2025, 6, 30)) == 0
    assert elapsed_days(date(2025, 7, 1), as_of=date(2025, 6, 30)) == 0
