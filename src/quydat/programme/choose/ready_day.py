"""Days of the simulation on the calendar: its years have 365.25 days each, those of the calendar 365 or 366."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws
from quydat.programme.given.worlds import YEAR_DAYS

NEVER_YEARS = 400
"""Years that stand for never: beyond any plan, within what a calendar counts."""


def years_of(day: NDArray[np.int32], *, first_year: int) -> NDArray[np.int64]:
    """Calendar year of days that are counted from the beginning of the first year.

    >>> from quydat.programme.simulate.simulate import NEVER_DAY
    >>> years_of(np.array([1, 365, 366, NEVER_DAY], np.int32), first_year=2025).tolist()
    [2025, 2025, 2026, 2425]
    """
    since = np.maximum(np.ceil(day / YEAR_DAYS).astype(np.int64) - 1, 0)
    return first_year + np.minimum(since, NEVER_YEARS)


def calendar_day(day: int, *, first_year: int) -> date:
    """Day of the calendar: so far into its year as in the simulation.

    >>> calendar_day(366, first_year=2025).isoformat(), calendar_day(731, first_year=2025).isoformat()
    ('2026-01-01', '2027-01-01')
    """
    year = int(years_of(np.array([day], np.int32), first_year=first_year)[0])
    into = min(max(day - int(YEAR_DAYS * (year - first_year)) - 1, 0), 364)
    return date(year, 1, 1) + timedelta(days=into)


def days_from(day: NDArray[np.int32], *, first_year: int, as_of: date) -> Draws:
    """Days from the day of the picture, not before it."""
    year = years_of(day, first_year=first_year)
    into = np.clip(day - np.floor(YEAR_DAYS * (year - first_year)) - 1.0, 0.0, 364.0)
    begin = np.array([(date(y, 1, 1) - as_of).days for y in range(first_year, first_year + NEVER_YEARS + 1)])
    made: Draws = np.maximum(begin[year - first_year] + into, 0.0)
    return made
