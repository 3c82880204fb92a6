"""Working days and last days, counted by hand on a wall calendar, and by NumPy where no weekend is worked."""

from datetime import date, timedelta

import holidays
import numpy as np
import pytest

from quydat.law.packs import read_packs
from quydat.procedure.working_days import WorkingDays, last_day, read_working_days

CALENDAR = read_working_days(read_packs(["vn"]).tables["working_day_change"])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        # Tết 2026: new year's day is Tuesday 17 February; off from Saturday 14 to Sunday 22.
        *[(date(2026, 2, d), False) for d in range(14, 23)],
        (date(2026, 2, 13), True),
        (date(2026, 2, 23), True),
        # New Year 2026: Friday 2 January off, Saturday 10 worked in its place.
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 1, 17), False),
        # National Day 2026: Monday 31 August off, Saturday 22 worked.
        (date(2026, 8, 31), False),
        (date(2026, 8, 22), True),
        # 30 April 2024: Monday 29 off, Saturday 4 May worked (2450/VPCP-KGVX).
        (date(2024, 4, 29), False),
        (date(2024, 5, 4), True),
        (date(2025, 5, 2), False),
        (date(2025, 4, 26), True),
        # Hung Kings' day 2026 is Sunday 26 April: the Monday is off in its place.
        (date(2026, 4, 27), False),
    ],
)
def test_days_by_hand(day: date, works: bool) -> None:
    assert CALENDAR.works(day) is works


@pytest.mark.parametrize(
    ("start", "days", "working", "last"),
    [
        # Tuesday 10 February 2026 and 5 working days: 11, 12, 13, then 23, 24.
        (date(2026, 2, 10), 5, True, date(2026, 2, 24)),
        # 5 days of the calendar end on Sunday 15, in Tết: the next working day is Monday 23.
        (date(2026, 2, 10), 5, False, date(2026, 2, 23)),
        # Friday 13 February 2026 and 1 working day
        (date(2026, 2, 13), 1, True, date(2026, 2, 23)),
        # Wednesday 19 August 2026 and 5 working days: 20, 21, Saturday 22, 24, 25.
        (date(2026, 8, 19), 5, True, date(2026, 8, 25)),
        # 25 days of the calendar from 1 July 2025: Saturday 26 July, so Monday 28.
        (date(2025, 7, 1), 25, False, date(2025, 7, 28)),
        (date(2025, 7, 1), 24, False, date(2025, 7, 25)),
        # Over the year's end: Monday 29 December 2025 and 3 working days: 30, 31, then 5 January 2026.
        (date(2025, 12, 29), 3, True, date(2026, 1, 5)),
        (date(2025, 12, 29), 0, True, date(2025, 12, 29)),
        # A part of a day counts whole.
        (date(2025, 12, 29), 2.5, True, date(2026, 1, 5)),
    ],
)
def test_last_days_by_hand(start: date, days: float, working: bool, last: date) -> None:
    assert last_day(start, days, working=working, calendar=CALENDAR) == last


def test_working_days_between() -> None:
    assert CALENDAR.between(date(2026, 2, 10), date(2026, 2, 24)) == 5
    assert CALENDAR.between(date(2026, 2, 13), date(2026, 2, 22)) == 0
    assert CALENDAR.between(date(2026, 2, 24), date(2026, 2, 10)) == 0
    assert CALENDAR.between(date(2025, 12, 29), date(2026, 1, 5)) == 3
    assert CALENDAR.between(date(2020, 1, 1), date(2026, 1, 1)) == sum(
        CALENDAR.between(date(y, 1, 1), date(y + 1, 1, 1)) for y in range(2020, 2026)
    )


def test_numpy_counts_the_same_where_no_weekend_is_worked() -> None:
    off = sorted(holidays.country_holidays("VN", years=[2021, 2022]))
    ours = WorkingDays()
    start = date(2021, 3, 1)
    for days in range(1, 400):
        theirs = np.busday_offset(start, days, holidays=off).astype(object)
        assert ours.after(start, days) == theirs
        end = start + timedelta(days=days)
        counted = np.busday_count(start + timedelta(days=1), end + timedelta(days=1), holidays=off)
        assert ours.between(start, end) == counted


def test_the_packs_swaps_go_before_the_library() -> None:
    day = date(2026, 11, 30)
    assert WorkingDays().works(day)
    assert not WorkingDays({day: False}).works(day)
    assert not WorkingDays().works(date(2026, 11, 28))
    assert WorkingDays({date(2026, 11, 28): True}).works(date(2026, 11, 28))


def test_swaps_of_the_pack_come_in_pairs() -> None:
    rows = read_packs(["vn"]).tables["working_day_change"]
    works = dict(zip(rows["on"], rows["works"], strict=True))
    for on, other in zip(rows["on"], rows["paired_with"], strict=True):
        assert works[other] != works[on]
        assert (on.weekday() < 5) == (not works[on])


def test_nothing_is_not_a_number_of_working_days() -> None:
    with pytest.raises(ValueError, match="no number of working days"):
        CALENDAR.after(date(2026, 1, 1), 0)
