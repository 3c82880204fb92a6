"""Cases that contradict themselves: each problem at its row and column, all at once."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Place, Problem
from quydat.procedure.case_checks import check_cases

Make = Callable[[str, list[dict[str, Any]]], pd.DataFrame]
PROVENANCE = {"source_ids": "s", "confidence": "high", "basis": "published"}
STEP = {"name_vi": "A", "name_en": "A", "authority_vi": "A", "authority_en": "A", "day_kind": "calendar", **PROVENANCE}
STEPS = [
    {"step_id": "a", "track": "park"}, {"step_id": "b", "track": "park", "depends_on": "a"},
    {"step_id": "c", "track": "park", "depends_on": "b"}, {"step_id": "v", "track": "conversion"},
]  # fmt: skip


def found(
    make: Make,
    events: list[tuple[Any, ...]],
    opinions: Sequence[dict[str, Any]] = (),
    steps: Any = STEPS,
) -> list[Problem]:
    rows = [
        {"event_id": f"e{i}", "park_id": "k", "step_id": step, "event": kind, "on": on, **PROVENANCE,
         **(more[0] if more else {})}
        for i, (step, kind, on, *more) in enumerate(events)
    ]  # fmt: skip
    asked = [
        {"opinion_id": f"o{i}", "park_id": "k", "agency_vi": "Sở", "agency_en": "D", **PROVENANCE, **one}
        for i, one in enumerate(opinions)
    ]
    record = {
        "procedure_step": make("procedure_step", [{**STEP, **one} for one in steps]),
        "procedure_event": make("procedure_event", rows),
        "opinion": make("opinion", asked),
    }
    return check_cases(record, place=lambda name: Place(f"{name}.csv"))


def where(problems: list[Problem]) -> list[tuple[Any, ...]]:
    return [(p.number, p.place.file.removesuffix(".csv"), p.place.row, p.place.column) for p in problems]


EVENT = "procedure_event"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("a", "started", "2020"), ("a", "finished", "2021"), ("b", "started", "2021"), ("c", "reported", "")], []),
        # finished before it began; the order of the rows does not matter
        ([("a", "started", "2021-05"), ("a", "finished", "2021-04-30")], [("QD862", EVENT, 2, "on")]),
        ([("a", "started", "2021-05"), ("a", "finished", "2021")], [("QD862", EVENT, 2, "on")]),
        ([("a", "finished", "2020"), ("a", "finished", "2021")], [("QD867", EVENT, 3, "step_id")]),
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("a", "finished", "2022")], []),
        ([("a", "finished", "2020"), ("a", "filed", "2022")], [("QD867", EVENT, 3, "step_id")]),
        # a step began before the one that it waits for was done
        ([("a", "finished", "2020-05"), ("b", "started", "2020-04-30")], [("QD866", EVENT, 3, "on")]),
        ([("a", "finished", "2020-05-20"), ("b", "started", "2020-05")], []),
        ([("a", "finished", "2020-05"), ("c", "finished", "2019")], [("QD866", EVENT, 3, "on")]),
        # after the whole case was stopped
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("b", "started", "2022")], [("QD865", EVENT, 4, "on")]),
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("b", "started", "2021-12")], []),
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("a", "filed", "2022"), ("a", "finished", "2023")], []),
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("a", "reported", "2022")], []),
        ([("b", "stopped", "2021")], [("QD870", EVENT, 2, "step_id")]),
        ([("b", "started", "2020"), ("b", "supplemented", "2021")], [("QD869", EVENT, 3, "step_id")]),
        ([("a", "returned", "2019"), ("a", "filed", "2020")], [("QD870", EVENT, 2, "step_id")]),
        ([("a", "carried", "2020")], [("QD876", EVENT, 2, "template_on")]),
        ([("a", "carried", "2020", {"template_on": "2020-01-01"}),
          ("a", "carried", "2021", {"template_on": "2019-01-01"})], [("QD874", EVENT, 3, "template_on")]),
        ([("a", "document", "2020")], [("QD876", EVENT, 2, "document")]),
        # another procedure of the same park is another case
        ([("a", "finished", "2020"), ("a", "stopped", "2021"), ("v", "started", "2022")], []),
        # several at once
        ([("a", "finished", "2020"), ("a", "finished", "2021"), ("b", "stopped", "2021-06")],
         [("QD867", EVENT, 3, "step_id"), ("QD870", EVENT, 4, "step_id")]),
    ],
)  # fmt: skip
def test_events(make_table: Make, events: list[Any], expected: list[Any]) -> None:
    assert where(found(make_table, events)) == expected


BEGUN = [("a", "started", "2020-03")]


@pytest.mark.parametrize(
    ("opinion", "expected"),
    [
        ({"step_id": "a", "asked_on": "2020-04"}, []),
        ({"step_id": "a", "asked_on": "2020-04", "given_on": "2020-05-01", "position": "agree"}, []),
        ({"step_id": "a", "asked_on": "2020-05-02", "given_on": "2020-05-01", "position": "agree"},
         [("QD863", "opinion", 2, "given_on")]),
        ({"step_id": "a", "asked_on": "2020-05", "given_on": "2020-06", "position": "agree", "answered_on": "2020-05",
          "answer_vi": "x"}, [("QD863", "opinion", 2, "answered_on")]),
        ({"step_id": "a", "asked_on": "2020-05", "given_on": "2020-06"}, [("QD876", "opinion", 2, "position")]),
        ({"step_id": "a", "asked_on": "2020-05", "answered_on": "2020-06", "answer_vi": "x"},
         [("QD877", "opinion", 2, "position")]),
        # of a step of which nothing is told, or which begins later
        ({"step_id": "b", "asked_on": "2020-04"}, [("QD864", "opinion", 2, "step_id")]),
        ({"step_id": "a", "asked_on": "2020-02"}, [("QD864", "opinion", 2, "step_id")]),
        ({"step_id": "a", "given_on": "2020", "position": "none"}, []),
    ],
)  # fmt: skip
def test_opinions(make_table: Make, opinion: dict[str, Any], expected: list[Any]) -> None:
    assert where(found(make_table, BEGUN, [opinion])) == expected


def test_a_circle_of_steps_is_told_elsewhere(make_table: Make) -> None:
    steps = [{"step_id": "a", "track": "park", "depends_on": "b"}, {"step_id": "b", "track": "park", "depends_on": "a"}]
    assert found(make_table, [("a", "finished", "2020"), ("a", "finished", "2021")], steps=steps) == []


def test_both_languages_say_it(make_table: Make) -> None:
    (problem,) = found(make_table, [("a", "finished", "2020-05"), ("b", "started", "2020-04-30")])
    assert problem.message("vi") == "Bước b: ngày 2020-04-30 sớm hơn ngày 2020-05-01 khi bước a xong."
    assert problem.message("en") == "Step b: the day 2020-04-30 is before 2020-05-01, when step a was done."
