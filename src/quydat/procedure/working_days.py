"""Working days of state offices in Viet Nam, and the last day of a period of days.

Public holidays come from the library ``holidays``; days that the state swaps each year from the table
``working_day_change`` of the law pack, which goes first. Offices rest on Saturday and Sunday.

Source: Civil Code 91/2015/QH13, art. 147(2)-(3) (the day of the event is not counted) and art. 148(5) (a period whose
last day is a day off ends on the next working day); Labour Code 45/2019/QH14, art. 111(3), 112 (holidays).
"""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import holidays
import pandas as pd

_WEEKEND = (5, 6)


class WorkingDays:
    """The calendar: whether a day is worked, the n-th working day after another, how many lie between two.

    >>> from datetime import date
    >>> calendar = WorkingDays()
    >>> calendar.works(date(2026, 2, 16)), calendar.works(date(2026, 2, 23))
    (False, True)
    >>> calendar.after(date(2026, 2, 13), 1)
    datetime.date(2026, 2, 23)
    """

    def __init__(self, changes: Mapping[date, bool] | None = None) -> None:
        self.changes = dict(changes or {})
        self._of_year: dict[int, list[int]] = {}

    def works(self, day: date) -> bool:
        """Whether state offices work on a day."""
        if day in self.changes:
            return self.changes[day]
        off, worked = _holidays(day.year)
        return day in worked or (day.weekday() not in _WEEKEND and day not in off)

    def _days(self, year: int) -> list[int]:
        """Working days of a year, as ordinals."""
        if year not in self._of_year:
            first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
            self._of_year[year] = [n for n in range(first, last + 1) if self.works(date.fromordinal(n))]
        return self._of_year[year]

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day; that day itself is not counted."""
        if count < 1:
            raise ValueError(f"{count} is no number of working days to go on")
        year = day.year
        place = bisect_right(self._days(year), day.toordinal()) + count - 1
        while place >= len(self._days(year)):
            place -= len(self._days(year))
            year += 1
        return date.fromordinal(self._days(year)[place])

    def this_or_next(self, day: date) -> date:
        """The day itself if it is worked, else the next that is."""
        return day if self.works(day) else self.after(day, 1)

    def between(self, first: date, last: date) -> int:
        """Working days after ``first``, up to and with ``last``; 0 if ``last`` is not later."""
        if last <= first:
            return 0
        years = range(first.year, last.year + 1)
        upto = bisect_right(self._days(last.year), last.toordinal()) + sum(len(self._days(y)) for y in years[:-1])
        return upto - bisect_right(self._days(first.year), first.toordinal())


@cache
def _holidays(year: int) -> tuple[frozenset[date], frozenset[date]]:
    """Public holidays of a year, and days of its weekends that are worked."""
    known = holidays.country_holidays("VN", years=year)
    return frozenset(known), frozenset(getattr(known, "weekend_workdays", ()))


def read_working_days(changes: pd.DataFrame) -> WorkingDays:
    """The calendar with the rows of ``working_day_change``."""
    return WorkingDays(dict(zip(changes["on"], changes["works"].astype(bool), strict=True)))


def last_day(start: date, days: float, *, working: bool, calendar: WorkingDays) -> date:
    """Last day of a period that begins with an event.

    Parameters
    ----------
    start
        Day of the event; it is not counted.
    days
        Length of the period: working days if ``working``, else days of the calendar; a part of a day counts whole.

    >>> from datetime import date
    >>> last_day(date(2026, 2, 10), 5, working=True, calendar=WorkingDays())
    datetime.date(2026, 2, 24)
    >>> last_day(date(2026, 2, 10), 5, working=False, calendar=WorkingDays())
    datetime.date(2026, 2, 23)
    """
    whole = -int(-days // 1)
    if working and whole > 0:
        return calendar.after(start, whole)
    return calendar.this_or_next(start + timedelta(days=whole))
