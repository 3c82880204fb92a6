"""What may be recorded of a case: each refusal, and the event where there is none."""

from datetime import date
from typing import Any

import pytest
from tests.support.cases import TRACK, case_of, command, event

from quydat.core.problem import Problems
from quydat.procedure.case import Case, apply
from quydat.procedure.decide import decide

NOW = date(2026, 3, 1)
START = case_of(event("a", "finished", "2025-01-10"), event("b", "started", "2025-02-01"))
ASKED = case_of(
    event("a", "finished", "2025-01-10"), event("b", "started", "2025-02-01"),
    event("b", "asked", "2025-03-01", "o1", agency_vi="Sở", due_on=date(2025, 3, 20)),
)  # fmt: skip
GIVEN = apply(ASKED, event("b", "given", "2025-03-15", "o1", position="disagree"), track=TRACK)
RETURNED = apply(START, event("b", "returned", "2025-03-01"), track=TRACK)
CLOSED = case_of(event("a", "finished", "2024"), event("a", "stopped", "2025-06-01"))


def numbers(case: Case, *given: Any, **more: Any) -> list[str]:
    try:
        decide(case, command(*given, **more), now=NOW, template=TRACK)
    except Problems as problems:
        return [one.number for one in problems.found]
    return []


@pytest.mark.parametrize(
    ("case", "given", "more", "expected"),
    [
        (START, ("start", "c", "2025-03-01"), {}, []),
        (START, ("start", "z", "2025-03-01"), {}, ["QD860"]),
        (START, ("start", "c", "2026-03-02"), {}, ["QD861"]),
        (START, ("start", "c", "2026"), {}, []),  # the year has begun
        (START, ("start", "b", "2025-03-01"), {}, ["QD871"]),
        (START, ("start", "a", "2025-03-01"), {}, ["QD867"]),
        (START, ("finish", "a", "2025-03-01"), {}, ["QD867"]),
        (START, ("start", "d", "2025-03-01"), {}, ["QD868"]),
        (START, ("start", "c", "2025-01-09"), {}, ["QD866"]),
        (START, ("start", "c", "2025-01"), {}, []),  # may be after the tenth
        (START, ("finish", "b", "2025-01-31"), {}, ["QD862"]),
        (START, ("finish", "b", "2025-02-01"), {}, []),
        (START, ("file", "b", "2025-02-03"), {}, []),
        (START, ("return", "c", "2025-02-03"), {}, ["QD870"]),
        (START, ("stop", "c", "2025-02-03"), {}, ["QD870"]),
        (START, ("stop", "a", "2025-02-03"), {}, []),
        (START, ("supplement", "b", "2025-02-03"), {}, ["QD869"]),
        (RETURNED, ("supplement", "b", "2025-03-02"), {}, []),
        (RETURNED, ("supplement", "b", "2025-02-27"), {}, ["QD862"]),
        (START, ("skip", "c", "2025-03-01"), {}, ["QD876"]),
        (START, ("skip", "c", "2025-03-01"), {"note_vi": "đã có quy hoạch chung"}, []),
        (START, ("document", "b", "2025-03-01"), {}, ["QD876"]),
        (START, ("document", "b", "2025-03-01"), {"document": "1/QĐ"}, []),
        (START, ("ask", "b", "2025-03-01"), {"agency_vi": "Sở"}, []),
        (START, ("ask", "b", "2025-03-01"), {}, ["QD876"]),
        (START, ("ask", "c", "2025-03-01"), {"agency_vi": "Sở"}, ["QD864"]),
        (START, ("give", "b", "2025-03-01"), {"position": "agree"}, ["QD873"]),
        (ASKED, ("give", "b", "2025-02-28"), {"position": "agree"}, ["QD863"]),
        (ASKED, ("give", "b", "2025-03-01"), {"position": "agree"}, []),
        (ASKED, ("give", "b", "2025-03-01"), {}, ["QD876"]),
        (ASKED, ("give", "b", "2025-03-01"), {"position": "agree", "opinion": "o2"}, ["QD873"]),
        (ASKED, ("answer", "b", "2025-04-01"), {"answer_vi": "x", "opinion": "o1"}, ["QD877"]),
        (GIVEN, ("give", "b", "2025-04-01"), {"position": "agree", "opinion": "o1"}, ["QD875"]),
        (GIVEN, ("answer", "b", "2025-03-14"), {"answer_vi": "x"}, ["QD863"]),
        (GIVEN, ("answer", "b", "2025-03-15"), {"answer_vi": "x"}, []),
        (CLOSED, ("start", "b", "2025-07-01"), {}, ["QD865"]),
        (CLOSED, ("start", "a", "2025-07-01"), {}, []),
        (START, ("carry", "a", "2025-07-01"), {"template_on": date(2025, 7, 1)}, []),
        (START, ("carry", "a", "2025-07-01"), {}, ["QD876"]),
        (START, ("report", "b", "2025-07-01"), {"note_vi": "chậm"}, []),
        # all at once
        (START, ("start", "d", "2027-01-01"), {}, ["QD861", "QD868"]),
    ],
)
def test_what_speaks_against_a_command(case: Case, given: Any, more: Any, expected: list[str]) -> None:
    assert numbers(case, *given, **more) == expected


def test_a_case_does_not_go_back_to_an_older_law() -> None:
    case = apply(START, event("a", "carried", "2026-02-01", template_on=date(2026, 1, 1)), track=TRACK)
    assert case.law_on == date(2026, 1, 1)
    assert numbers(case, "carry", "a", "2026-02-02", template_on=date(2025, 12, 31)) == ["QD874"]


def test_the_event_of_a_command() -> None:
    (made,) = decide(START, command("finish", "b", "2025-06", document="9/QĐ"), now=NOW, template=TRACK)
    assert (made.event_id, made.event, made.on_text, made.details) == (
        "k-b-finished",
        "finished",
        "2025-06",
        {"document": "9/QĐ"},
    )
    after = apply(START, made, track=TRACK)
    assert after.finished == {"a", "b"}
    assert [(one.step_id, one.number) for one in after.documents] == [("b", "9/QĐ")]


def test_ids_are_not_used_twice() -> None:
    case = case_of(event("a", "finished", "2025", "k-a-finished"), event("a", "stopped", "2025-06", "s"))
    (made,) = decide(
        case, command("finish", "a", "2025-07"), now=NOW, template=TRACK, taken=frozenset({"k-a-finished-2"})
    )
    assert made.event_id == "k-a-finished-3"


def test_the_only_open_opinion_is_meant() -> None:
    (made,) = decide(ASKED, command("give", "b", "2025-03-02", position="agree"), now=NOW, template=TRACK)
    assert made.event_id == "o1"
    both = apply(ASKED, event("b", "asked", "2025-03-02", "o2"), track=TRACK)
    assert numbers(both, "give", "b", "2025-03-03", position="agree") == ["QD873"]
    assert numbers(both, "give", "b", "2025-03-03", position="agree", opinion="o2") == []
