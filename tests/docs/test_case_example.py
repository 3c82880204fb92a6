"""The worked example of docs/method/procedure_case.md: each day that it names is the day that the program gives."""

from datetime import date
from pathlib import Path

import pytest
from tests.support.cases import case_of, event

from quydat.law.packs import read_packs
from quydat.procedure.carry import governing
from quydat.procedure.law import read_template
from quydat.procedure.pending import pending
from quydat.procedure.working_days import last_day, read_working_days

PACKS = read_packs(["vn_hcmc"])
TEMPLATE = read_template(PACKS)
CALENDAR = read_working_days(PACKS.tables["working_day_change"])
PAGE = " ".join((Path(__file__).parents[2] / "docs" / "method" / "procedure_case.md").read_text("utf-8").split())


@pytest.mark.parametrize(
    ("start", "days", "working", "said"),
    [
        (date(2026, 2, 10), 5, True, (date(2026, 2, 24), "**24 February (5)**")),
        (date(2026, 2, 10), 5, False, (date(2026, 2, 23), "**Monday, 23 February**")),
        (date(2026, 8, 19), 5, True, (date(2026, 8, 25), "**25 August**")),
    ],
)
def test_last_days(start: date, days: int, working: bool, said: tuple[date, str]) -> None:
    assert last_day(start, days, working=working, calendar=CALENDAR) == said[0]
    assert said[1] in PAGE


def test_how_late() -> None:
    assert CALENDAR.between(date(2026, 2, 24), date(2026, 2, 26)) == 2
    assert "On Thursday, 26 February it is **2 working days** late" in PAGE


@pytest.mark.parametrize(
    ("sent", "last", "said"),
    [
        ("2025-12-01", date(2026, 3, 2), "so Monday, **2 March**"),
        ("2026-01-05", date(2026, 3, 6), "Friday, **6 March**"),
    ],
)
def test_a_notice_under_the_old_and_the_new_law(sent: str, last: date, said: str) -> None:
    on = date(2026, 2, 1)
    case = case_of(event("p09", "started", sent), track=TEMPLATE.track("park", on=on))
    steps = governing(case, template=TEMPLATE, track="park", on=on)
    (wait,) = (task for task in pending(case, track=steps, calendar=CALENDAR, on=on) if task.what == "wait")
    assert wait.by == last
    assert said in PAGE


def test_the_page_names_every_event_and_transition() -> None:
    from quydat.dictionary.schema import choices
    from quydat.procedure.event import OPINION_EVENTS

    for name in (*choices("procedure_event"), *OPINION_EVENTS, *choices("step_transition")):
        assert name in PAGE
