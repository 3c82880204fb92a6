"""Whatever is recorded of a case: replaying its events gives its state, and what decide lets in, the checks let in."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from tests.support.cases import TRACK, command, event

from quydat.core.problem import Place, Problems
from quydat.procedure.case import Case, Event, all_events, apply, fold, opinion_events, when
from quydat.procedure.case_checks import check_cases
from quydat.procedure.decide import EVENT, decide

STEPS = st.sampled_from([*TRACK.steps, "z"])
DAYS = st.integers(0, 700).map(lambda n: (date(2024, 1, 1) + timedelta(days=n)).isoformat())
PARTIAL = st.one_of(st.just(""), DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]))
POSITIONS = st.sampled_from(["agree", "conditions", "disagree", "none"])
KINDS = sorted(EVENT)


@st.composite
def events(draw: Any) -> list[Event]:
    found = []
    for number in range(draw(st.integers(0, 25))):
        kind = draw(st.sampled_from(sorted(EVENT.values())))
        name = f"o{draw(st.integers(0, 3))}" if kind in ("asked", "given", "answered") else f"e{number}"
        details: dict[str, Any] = {}
        if kind == "given":
            details["position"] = draw(POSITIONS)
        if kind == "carried":
            details["template_on"] = date(2025, 1, 1) + timedelta(days=draw(st.integers(0, 500)))
        if draw(st.booleans()):
            details["document"] = f"{number}/QĐ"
        found.append(event(draw(STEPS), kind, draw(PARTIAL), name, **details))
    return found


@given(events())
def test_replay_equals_the_state(told: list[Event]) -> None:
    told = sorted(told, key=when)
    case = Case("k")
    for one in told:
        before = case
        case = apply(case, one, track=TRACK)
        assert before == fold("k", told[: told.index(one)], track=TRACK) or told.count(one) > 1
    assert case == fold("k", told, track=TRACK)


@given(events(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_come_changes_nothing(told: list[Event], random: Any) -> None:
    one = {(e.event_id, e.event): e for e in told}
    names = list(one)
    random.shuffle(names)
    assert fold("k", sorted(one.values(), key=when), track=TRACK) == fold(
        "k", sorted((one[name] for name in names), key=when), track=TRACK
    )


@given(events())
def test_what_holds_of_every_state(told: list[Event]) -> None:
    case = fold("k", sorted(told, key=when), track=TRACK)
    assert not set(case.under_way) & case.finished
    assert set(case.clock) == set(case.under_way)
    assert set(case.waiting) <= set(case.under_way)
    assert set(case.done_on) <= case.finished
    assert {*case.finished, *case.under_way} <= set(TRACK.steps)
    assert not {*case.next_steps(TRACK)} & case.not_known(TRACK)


NOW = date(2026, 1, 1)


def _by_day(wanted: list[Any]) -> list[Any]:
    return sorted(wanted, key=lambda one: one[2])


@given(st.lists(st.tuples(st.sampled_from(KINDS), STEPS, DAYS, POSITIONS), max_size=25).map(_by_day))
def test_what_may_be_recorded_contradicts_nothing_in_the_record(
    make_table: Callable[[str, list[dict[str, Any]]], pd.DataFrame], wanted: list[Any]
) -> None:
    provenance = {"source_ids": "s", "confidence": "high", "basis": "published"}
    steps = [
        {"step_id": one, "track": "park", "name_vi": one, "name_en": one, "authority_vi": "A", "authority_en": "A",
         "day_kind": "calendar", "depends_on": ";".join(TRACK.before[one]), **provenance}
        for one in TRACK.steps
    ]  # fmt: skip
    case, rows, opinions = Case("k"), [], {}
    last = ""
    for kind, step, day, position in wanted:
        if day <= last:  # things are recorded as they happen; on one day their kinds decide the order
            continue
        details = {
            "agency_vi": "Sở", "agency_en": "D", "position": position, "answer_vi": "x", "document": "1",
            "note_vi": "y", "template_on": date.fromisoformat(day),
        }  # fmt: skip
        try:
            taken = frozenset(row["event_id"] for row in rows)
            (made,) = decide(case, command(kind, step, day, **details), now=NOW, template=TRACK, taken=taken)
        except Problems:
            continue
        last, case = day, apply(case, made, track=TRACK)
        if made.event in ("asked", "given", "answered"):
            opinions.setdefault(
                made.event_id, {"opinion_id": made.event_id, "step_id": step, "agency_vi": "Sở", "agency_en": "D"}
            )
            opinions[made.event_id][f"{made.event}_on"] = day
            opinions[made.event_id] |= {"position": position} if made.event == "given" else {}
            opinions[made.event_id] |= {"answer_vi": "x"} if made.event == "answered" else {}
        else:
            rows.append({"event_id": made.event_id, "step_id": step, "event": made.event, "on": day, "document": "1",
                         "template_on": day if made.event == "carried" else None})  # fmt: skip
    record = {
        "procedure_step": make_table("procedure_step", steps),
        "procedure_event": make_table("procedure_event", [{**row, "park_id": "k", **provenance} for row in rows]),
        "opinion": make_table("opinion", [{**row, "park_id": "k", **provenance} for row in opinions.values()]),
    }
    assert check_cases(record, place=lambda name: Place(name)) == []
    again = fold("k", all_events(record).get("k", []), track=TRACK)
    assert (again.finished, again.under_way, again.waiting) == (case.finished, case.under_way, case.waiting)
    assert set(again.opinions) == set(case.opinions)
    assert all(opinion_events(row) for row in record["opinion"].to_dict("records"))
