"""Every contradiction in steps and events is found, with its row and column."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from quydat.core.problem import Place, Problem
from quydat.procedure.checks import check_procedure

STEP = {
    "track": "park", "name_vi": "A", "name_en": "A", "authority_vi": "A", "authority_en": "A", "day_kind": "calendar",
    "source_ids": "s", "confidence": "high", "basis": "published",
}  # fmt: skip
PARK = {
    "name_vi": "A", "name_en": "A", "district": "d", "state": "planned", "zone_group": "a", "source_ids": "s",
    "confidence": "high", "basis": "published",
}  # fmt: skip
SEEN = {
    "name_vi": "A", "name_en": "A", "place": "d", "kind": "observed", "project_kind": "road", "source_ids": "s",
    "confidence": "high", "basis": "published",
}  # fmt: skip
Make = Callable[[str, list[dict[str, Any]]], pd.DataFrame]


def found(
    make: Make, steps: list[dict[str, Any]], events: Sequence[tuple[str, str]] = (), seen: Sequence[dict[str, Any]] = ()
) -> list[Problem]:
    parks = {"ip": "industrial_park", "ccn": "industrial_cluster", "tech": "high_tech_park"}
    rows = [
        {"event_id": f"e{i}", "park_id": park, "step_id": step, "event": "finished", "source_ids": "s",
         "confidence": "high", "basis": "published"}
        for i, (park, step) in enumerate(events)
    ]  # fmt: skip
    record = {
        "procedure_step": make("procedure_step", [{**STEP, **one} for one in steps]),
        "park": make("park", [{**PARK, "park_id": one, "kind": kind} for one, kind in parks.items()]),
        "procedure_event": make("procedure_event", rows),
        "duration_observation": make("duration_observation", [{**SEEN, **one} for one in seen]),
    }
    return check_procedure(record, place=lambda name: Place(f"{name}.csv"))


def where(problems: list[Problem]) -> list[tuple[Any, ...]]:
    return [(p.number, p.place.file, p.place.row, p.place.column) for p in problems]


def test_steps_that_wait_for_each_other(make_table: Make) -> None:
    steps = [{"step_id": "a"}, {"step_id": "b", "depends_on": "a;c"}, {"step_id": "c", "depends_on": "b"}]
    (problem,) = found(make_table, steps)
    assert problem.number == "QD231"
    assert (problem.place.file, problem.place.column) == ("procedure_step.csv", "depends_on")
    assert problem.place.row in (3, 4)
    assert set(problem.facts["cycle"].split(" → ")) == {"b", "c"}


def test_the_fastest_case_is_not_slower_than_the_slowest(make_table: Make) -> None:
    steps = [{"step_id": "a", "observed_days_min": 5, "observed_days_max": 5},
             {"step_id": "b", "observed_days_min": 6, "observed_days_max": 5}]  # fmt: skip
    assert where(found(make_table, steps)) == [("QD232", "procedure_step.csv", 3, "observed_days_min")]


def test_an_event_is_at_a_step_of_its_parks_track(make_table: Make) -> None:
    steps = [{"step_id": "p"}, {"step_id": "c", "track": "cluster"}, {"step_id": "t", "track": "tenant"}]
    right = [("ip", "p"), ("ccn", "c"), ("ip", "t"), ("tech", "p")]
    assert found(make_table, steps, right) == []
    wrong = [("ip", "p"), ("ip", "c"), ("ccn", "p")]
    assert where(found(make_table, steps, wrong)) == [
        ("QD233", "procedure_event.csv", 3, "step_id"),
        ("QD233", "procedure_event.csv", 4, "step_id"),
    ]


def test_an_observed_duration_has_its_days_in_order_and_a_clearance_somebody(make_table: Make) -> None:
    steps = [{"step_id": "a"}, {"step_id": "k", "clearance": "yes"}]
    right = [
        {"step_id": "a", "started_on": "2020", "finished_on": "2020-03"},
        {"step_id": "a", "started_on": "2020", "last_seen_on": "2020"},
        {"step_id": "a", "kind": "planned_term", "term_days": 5},
        {"step_id": "k", "started_on": "2020", "finished_on": "2021", "clears": "state"},
    ]
    wrong = [
        {"step_id": "a", "finished_on": "2020"},
        {"step_id": "a", "started_on": "2020"},
        {"step_id": "a", "started_on": "2020-05", "finished_on": "2020-04-30"},
        {"step_id": "a", "started_on": "2020-05", "finished_on": "2021", "last_seen_on": "2019"},
        {"step_id": "a", "kind": "planned_term"},
        {"step_id": "k", "started_on": "2020", "last_seen_on": "2021"},
    ]
    cases = [{**one, "observation_id": f"o{number}"} for number, one in enumerate([*right, *wrong])]
    file = "duration_observation.csv"
    assert where(found(make_table, steps, seen=cases)) == [
        ("QD885", file, 6, "started_on"),
        ("QD885", file, 7, "finished_on"),
        ("QD886", file, 8, "finished_on"),
        ("QD886", file, 9, "last_seen_on"),
        ("QD887", file, 10, "term_days"),
        ("QD888", file, 11, "clears"),
    ]
