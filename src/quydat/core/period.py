"""Dates as sources give them, and the years of a plan."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A closed span of days: both ends belong to it.

    >>> partial_date("2025-02")
    Period(start=datetime.date(2025, 2, 1), end=datetime.date(2025, 2, 28))
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"period ends ({self.end}) before it starts ({self.start})")

    @property
    def years(self) -> range:
        """Calendar years that the period touches."""
        return range(self.start.year, self.end.year + 1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def partial_date(text: str) -> Period:
    """Read a date known to the year, the month or the day (ISO 8601) as the days it may mean.

    Raises
    ------
    ValueError
        If the text is not of the form YYYY, YYYY-MM or YYYY-MM-DD, or the day does not exist.
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return Period(date(year, 1, 1), date(year, 12, 31))
    if day is None:
        return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return Period(date(year, month, day), date(year, month, day))


def period_text(period: Period | None) -> str:
    """A span of days as the day, month or year that it is, else as its two ends; empty if unknown.

    >>> [period_text(partial_date(text)) for text in ("2025", "2025-02", "2025-02-03")]
    ['2025', '2025-02', '2025-02-03']
    """
    if period is None:
        return ""
    first, last = period.start, period.end
    for text in (f"{first:%Y}", f"{first:%Y-%m}", f"{first:%Y-%m-%d}"):
        if partial_date(text) == period:
            return text
    return f"{first}–{last}"


def year_shares(years: range, *, opening: date) -> dict[int, float]:
    """Share of each year that lies after an opening day: flows of a year that is half over count by half.

    Years that end on or before the opening day are left out.

    >>> year_shares(range(2024, 2027), opening=date(2025, 6, 30))
    {2025: 0.5041095890410959, 2026: 1.0}
    """
    shares = {}
    for year in years:
        first, last = date(year, 1, 1), date(year, 12, 31)
        if last > opening:
            days = (last - max(opening, first - timedelta(days=1))).days
            shares[year] = days / ((last - first).days + 1)
    return shares
