"""Who must act by when, and what is missing; worked out by hand on the calendar of 2026."""

from datetime import date
from typing import Any

from tests.support.cases import TRACK, case_of, event, step

from quydat.core.period import partial_date
from quydat.law.packs import read_packs
from quydat.procedure.pending import Task, pending
from quydat.procedure.template import Track
from quydat.procedure.working_days import read_working_days

CALENDAR = read_working_days(read_packs(["vn"]).tables["working_day_change"])
LIMITED = Track([
    step("a", limit_days=5.0, document_vi="Quyết định", document_en="Decision"),
    step("b", "a", limit_days=5.0, legal_basis="art. 1"),
    step("n", "a", limit_days=90.0, at_least=True),
])  # fmt: skip


def tasks(*events: Any, on: str, track: Track = LIMITED) -> dict[tuple[str, str], Task]:
    found = pending(case_of(*events, track=track), track=track, calendar=CALENDAR, on=date.fromisoformat(on))
    return {(task.what, task.step_id): task for task in found}


def test_what_has_not_begun_waits_for_its_authority() -> None:
    assert set(tasks(on="2026-01-01", track=TRACK)) == {("begin", "a")}
    found = tasks(event("a", "finished", "2026-01-05"), on="2026-02-01", track=TRACK)
    assert set(found) == {("begin", "b"), ("begin", "c")}
    assert found["begin", "b"].since == partial_date("2026-01-05")
    assert found["begin", "b"].by is None


def test_a_limit_over_tet() -> None:
    # Filed on Tuesday 10 February 2026, 5 days: Sunday 15 is in Tết, so Monday 23; on the 25th it is two days late.
    one = tasks(event("a", "filed", "2026-02-10"), on="2026-02-25")["act", "a"]
    assert (one.by, one.overdue, one.exact) == (date(2026, 2, 23), 2, True)
    assert tasks(event("a", "filed", "2026-02-10"), on="2026-02-23")["act", "a"].overdue == 0
    # In working days: 11, 12, 13, 23, 24 February.
    working = Track([step("a", limit_days=5.0).__class__(**{**vars(step("a", limit_days=5.0)), "working": True})])
    assert tasks(event("a", "filed", "2026-02-10"), on="2026-02-25", track=working)["act", "a"].by == date(2026, 2, 24)


def test_a_limit_counts_from_the_file_and_anew_from_its_supplement() -> None:
    begun = event("a", "started", "2026-03-02")
    assert tasks(begun, on="2026-03-03")["act", "a"].by == date(2026, 3, 9)  # Saturday 7 → Monday 9
    filed = event("a", "filed", "2026-03-10")
    assert tasks(begun, filed, on="2026-03-11")["act", "a"].by == date(2026, 3, 16)  # Sunday 15 → Monday 16
    returned = event("a", "returned", "2026-03-12")
    waits = tasks(begun, filed, returned, on="2026-06-01")
    assert set(waits) == {("supplement", "a")}
    assert (waits["supplement", "a"].who_en, waits["supplement", "a"].by) == ("Applicant", None)
    again = event("a", "supplemented", "2026-04-01")
    assert tasks(begun, filed, returned, again, on="2026-04-02")["act", "a"].by == date(2026, 4, 6)


def test_a_start_known_to_the_month_gives_the_latest_last_day() -> None:
    one = tasks(event("a", "started", "2026-03"), on="2026-04-30")["act", "a"]
    assert (one.by, one.exact) == (date(2026, 4, 6), False)  # 31 March + 5 = Sunday 5 April → Monday 6
    assert tasks(event("a", "started"), on="2026-04-30")["act", "a"].by is None


def test_a_notice_is_waited_out_and_never_late() -> None:
    begun = [event("a", "finished", "2026-01-05", document="1/QĐ"), event("n", "started", "2026-01-05")]
    found = tasks(*begun, on="2026-04-06")
    assert found["wait", "n"].by == date(2026, 4, 6)  # 5 January + 90 = Sunday 5 April → Monday 6
    after = tasks(*begun, on="2027-01-01")["act", "n"]  # it has run: the step can be finished
    assert (found["wait", "n"].overdue, after.overdue) == (None, None)


def test_a_day_promised_to_the_applicant_goes_before_the_limit() -> None:
    filed = event("a", "filed", "2026-03-10", due_on=date(2026, 3, 20))
    one = tasks(filed, on="2026-03-24")["act", "a"]
    assert (one.by, one.overdue, one.exact) == (date(2026, 3, 20), 2, True)
    again = event("a", "supplemented", "2026-04-01")
    assert tasks(filed, event("a", "returned", "2026-03-12"), again, on="2026-04-02")["act", "a"].by == date(2026, 4, 6)


def test_a_step_done_without_its_document() -> None:
    assert ("document", "a") in tasks(event("a", "finished", "2026-01-05"), on="2026-02-01")
    assert ("document", "a") not in tasks(event("a", "finished", "2026-01-05", document="1/QĐ"), on="2026-02-01")
    # Nobody says that it is done: then nobody can be asked for the number.
    assert ("document", "a") not in tasks(event("b", "started", "2026-01-05"), on="2026-02-01")


def test_opinions_asked_given_and_taken_up() -> None:
    asked = event("a", "asked", "2026-03-02", "o", agency_vi="Sở", agency_en="Dept", due_on=date(2026, 3, 16))
    begun = event("a", "started", "2026-03-02")
    one = tasks(begun, asked, on="2026-03-20")["opinion", "a"]
    assert (one.who_vi, one.by, one.overdue, one.opinion_id) == ("Sở", date(2026, 3, 16), 4, "o")
    given = event("a", "given", "2026-03-18", "o", position="conditions")
    found = tasks(begun, asked, given, on="2026-03-20")
    assert ("opinion", "a") not in found
    assert found["answer", "a"].who_vi == "A"
    answered = event("a", "answered", "2026-03-19", "o", answer_vi="tiếp thu")
    assert set(tasks(begun, asked, given, answered, on="2026-03-20")) == {("act", "a")}
    agreed = event("a", "given", "2026-03-18", "o", position="agree")
    assert set(tasks(begun, asked, agreed, on="2026-03-20")) == {("act", "a")}


def test_steps_of_which_nothing_is_known_are_said() -> None:
    found = tasks(event("b", "finished", "2020"), event("d", "started", "2021"), on="2026-01-01", track=TRACK)
    assert set(found) == {("act", "d")}
    found = tasks(event("b", "finished", "2020"), on="2026-01-01", track=Track([*TRACK.steps.values(), step("x")]))
    assert set(found) == {("begin", "c"), ("unknown", "x")}


def test_a_case_that_was_stopped_wants_nothing() -> None:
    assert tasks(event("a", "finished", "2020"), event("a", "stopped", "2021"), on="2026-01-01", track=TRACK) == {}
