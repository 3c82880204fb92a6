"""A running case under a new text of the law: what reaches it, what it keeps, what stays done."""

from datetime import date
from typing import Any

import pytest
from tests.support.cases import case_of, event

from quydat.law.packs import read_packs
from quydat.procedure.carry import carry, governing
from quydat.procedure.case import Case
from quydat.procedure.law import read_template

TEMPLATE = read_template(read_packs(["vn_hcmc"]))
PARK = TEMPLATE.track("park", on=date(2025, 6, 30))
CLUSTER = TEMPLATE.track("cluster", on=date(2026, 1, 1))


def limit(case: Case, step: str, on: str, track: str = "park") -> tuple[float | None, bool]:
    there = governing(case, template=TEMPLATE, track=track, on=date.fromisoformat(on)).steps[step]
    return there.limit_days, there.working


@pytest.mark.parametrize(
    ("events", "step", "on", "expected"),
    [
        # Notice begun before 1 January 2026: 90 days; after: 60.
        ([event("p09", "started", "2025-12-31")], "p09", "2026-03-01", 90),
        ([event("p09", "started", "2026-01-01")], "p09", "2026-03-01", 60),
        ([], "p09", "2025-12-31", 90),
        ([], "p09", "2026-01-01", 60),
        # Only the step that had begun keeps the old text: its neighbour has not begun.
        ([event("p09", "started", "2025-12-31")], "p10", "2026-03-01", 120),
        # Begun on an unknown day: nothing says that it was before.
        ([event("p09", "started")], "p09", "2026-03-01", 60),
        # Begun, stopped, and begun again under the new text
        ([event("p09", "started", "2025-12"), event("p09", "stopped", "2026-01"), event("p09", "started", "2026-02")],
         "p09", "2026-03-01", 60),
    ],
)  # fmt: skip
def test_a_step_that_had_begun_keeps_its_limit(events: list[Any], step: str, on: str, expected: float) -> None:
    assert limit(case_of(*events, track=PARK), step, on)[0] == expected


@pytest.mark.parametrize(
    ("filed", "expected"),
    [("2026-09-14", (25, False)), ("2026-09-15", (20, True)), ("", (20, True))],
)
def test_a_cluster_filed_before_15_september_2026_stays_under_the_old_rules(filed: str, expected: Any) -> None:
    case = case_of(event("c02", "filed", filed), track=CLUSTER)
    # in every step, also in those that have not begun
    assert limit(case, "c05", "2026-12-01", "cluster") == expected
    assert limit(case, "c06", "2026-12-01", "cluster")[0] == (7 if expected[0] == 25 else 5)


def test_who_acts_changes_at_once_when_the_districts_end() -> None:
    case = case_of(event("c03", "started", "2025-06-20"), track=CLUSTER)
    for on, who in (("2025-06-30", "UBND quận, huyện"), ("2025-07-01", "UBND phường, xã")):
        there = governing(case, template=TEMPLATE, track="cluster", on=date.fromisoformat(on))
        assert there.steps["c03"].authority_vi == who


def test_what_a_new_text_changes_is_told_step_by_step() -> None:
    case = case_of(event("p08", "finished", "2025-01"), event("p09", "started", "2025-11-01"), track=PARK)
    told = carry(case, template=TEMPLATE, track="park", since=date(2025, 12, 31), to=date(2026, 1, 1))
    changes = {one.step_id: one for one in told.changes}
    assert set(changes) == {"p09", "p10", "p12"}
    assert changes["p09"].cells["statutory_days"] == (90, 60)
    assert (changes["p09"].kept, changes["p10"].kept) == ("step_begun", "")
    assert changes["p10"].since == date(2026, 1, 1)
    assert told.stays_done == ("p01", "p06", "p07", "p08")
    assert told.track.steps["p10"].limit_days == 120
    assert told.track.steps["p09"].limit_days == 90


def test_a_step_that_is_done_stays_done() -> None:
    case = case_of(event("p10", "finished", "2025-06"), track=PARK)
    told = carry(case, template=TEMPLATE, track="park", since=date(2025, 7, 1), to=date(2026, 2, 1))
    assert {one.step_id: one.kept for one in told.changes}["p10"] == "done"


def test_nothing_changes_between_two_days_of_one_text() -> None:
    told = carry(Case("k"), template=TEMPLATE, track="park", since=date(2026, 2, 1), to=date(2026, 8, 1))
    assert told.changes == ()


def test_a_step_that_is_added_is_told() -> None:
    told = carry(Case("k"), template=TEMPLATE, track="tenant", since=date(2025, 1, 1), to=date(2025, 2, 1))
    assert [(one.step_id, one.kind, one.since) for one in told.changes] == [("s01", "added", date(2025, 1, 15))]


def test_a_case_that_was_carried_goes_by_the_law_of_that_day() -> None:
    carried = event("p01", "carried", "2025-07-10", template_on=date(2025, 7, 1))
    case = case_of(event("p01", "finished", "2023-05-04"), carried, track=PARK)
    assert case.law_on == date(2025, 7, 1)
    assert limit(case, "p09", "2026-03-01")[0] == 90
    assert limit(case, "p02", "2026-03-01")[0] == 65
