"""The day before which the statute does not allow land to be ready, by hand."""

from dataclasses import replace
from datetime import date

from quydat.procedure.statute import not_before
from quydat.procedure.template import Step, Track
from quydat.procedure.working_days import WorkingDays

STEP = Step("a", "a", "a", "", "", (), None, False, None, None, False, False)
TET = date(2026, 2, 13)
"""The Friday before the holidays of Tết 2026, which end on Sunday 22 February."""


def track(*limits: tuple[float | None, bool], parallel: bool = False) -> Track:
    steps = []
    for place, (days, working) in enumerate(limits):
        before = () if parallel or not place else (f"s{place - 1}",)
        steps.append(replace(STEP, step_id=f"s{place}", depends_on=before, limit_days=days, working=working))
    return Track(steps)


def ends(made: Track, as_of: date = TET) -> date:
    return not_before(made, list(made.steps), as_of=as_of, calendar=WorkingDays())


def test_working_days_skip_the_holidays() -> None:
    assert ends(track((1, True))) == date(2026, 2, 23)
    assert ends(track((3, True))) == date(2026, 2, 25)


def test_a_limit_in_days_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    assert ends(track((5, False))) == date(2026, 2, 23)  # Wednesday the 18th, the second day of the year
    assert ends(track((12, False))) == date(2026, 2, 25)


def test_each_step_begins_where_the_one_before_it_ends() -> None:
    assert ends(track((5, False), (2, True))) == date(2026, 2, 25)
    assert ends(track((5, False), (None, False), (2, True))) == date(2026, 2, 25)


def test_of_steps_side_by_side_the_longer_decides_and_no_step_takes_no_day() -> None:
    assert ends(track((1, True), (12, False), parallel=True)) == date(2026, 2, 25)
    assert ends(track((None, False))) == TET
