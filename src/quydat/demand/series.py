"""Series: what was measured year by year, quarter by quarter or month by month, whole and in one unit."""

import re
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.text import say
from quydat.dictionary.cells import Names

Frequency = Literal["A", "Q", "M"]
PER_YEAR: dict[Frequency, int] = {"A": 1, "Q": 4, "M": 12}
"""Periods in a year."""

GROWTH_UNITS = {"share": 1.0, "%": 0.01, "%/yr": 0.01}
"""Units in which growth may be written, and what turns them into a share."""

_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)


def read_period(text: str) -> tuple[Frequency, int]:
    """Kind of a period and its number: years count from 0, so that periods that follow each other differ by 1.

    Raises
    ------
    ValueError
        If the text is no year, quarter or month.

    >>> read_period("2015"), read_period("2015-Q2"), read_period("2015-01")
    (('A', 2015), ('Q', 8061), ('M', 24180))
    """
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not 2015, 2015-Q1 or 2015-01")
    year, quarter, month = match.groups()
    if quarter:
        return "Q", int(year) * 4 + int(quarter) - 1
    if month:
        return "M", int(year) * 12 + int(month) - 1
    return "A", int(year)


def period_name(frequency: Frequency, number: int) -> str:
    """A period as the record writes it.

    >>> period_name("Q", 8061)
    '2015-Q2'
    """
    year, part = divmod(number, PER_YEAR[frequency])
    return {"A": f"{year}", "Q": f"{year}-Q{part + 1}", "M": f"{year}-{part + 1:02}"}[frequency]


def said(key: str, **facts: object) -> Names:
    """A sentence of the catalogue in both languages; a fact that is a pair of names stands in its own language."""

    def of(place: int) -> dict[str, object]:
        return {name: fact[place] if isinstance(fact, tuple) else fact for name, fact in facts.items()}

    return say(key, "vi", **of(0)), say(key, "en", **of(1))


@dataclass(frozen=True)
class Levels:
    """Logarithms of levels of periods that follow each other; where a series is of growth, cumulated from 0.

    Attributes
    ----------
    first
        Number of the first period.
    logs
        One for each period; not finite where the level is 0.
    """

    first: int
    logs: Draws

    def at(self, number: int) -> float:
        """Logarithm of the level in a period; unknown outside the series."""
        place = number - self.first
        return float(self.logs[place]) if 0 <= place < len(self.logs) else float("nan")


@dataclass(frozen=True)
class Series:
    """One series without a gap.

    Attributes
    ----------
    series_id, indicator, place, sector, measure, unit, base_year
        As the record has them.
    frequency
        By year (A), quarter (Q) or month (M).
    first
        Number of the first period (see ``read_period``).
    values
        One for each period, as the record writes them.
    basis
        Weakest basis of the values; no better than estimated where one was mended.
    source_ids
        Sources of all values.
    mended
        Numbers of the periods whose value was filled in: no forecast is scored on them.
    repairs
        What was done to the series and why.
    """

    series_id: str
    indicator: str
    place: str
    sector: str
    measure: str
    unit: str
    frequency: Frequency
    first: int
    values: Draws
    base_year: int | None = None
    basis: Basis = Basis.PUBLISHED
    source_ids: tuple[str, ...] = ()
    mended: frozenset[int] = frozenset()
    repairs: tuple[Names, ...] = ()

    @property
    def per_year(self) -> int:
        """Periods in a year."""
        return PER_YEAR[self.frequency]

    @property
    def last(self) -> int:
        """Number of the last period."""
        return self.first + len(self.values) - 1

    @property
    def periods(self) -> tuple[str, ...]:
        """Names of the periods, in order."""
        return tuple(self.name(number) for number in range(self.first, self.last + 1))

    @property
    def scale(self) -> float:
        """What turns growth as written into a share."""
        return GROWTH_UNITS[self.unit] if self.measure == "growth" else 1.0

    def name(self, number: int) -> str:
        """A period of this series as the record writes it."""
        return period_name(self.frequency, number)

    def levels(self) -> Levels:
        """Logarithms of the levels. Growth is cumulated: the year before the first period is laid flat at 0.

        >>> grown = Series("g", "output", "c", "all", "growth", "%", "A", 2015, np.array([10.0, -5.0]))
        >>> [round(value, 4) for value in np.exp(grown.levels().logs).tolist()]   # 1, × 1.10, × 0.95
        [1.0, 1.1, 1.045]
        """
        if self.measure != "growth":
            with np.errstate(divide="ignore"):
                return Levels(self.first, np.log(self.values))
        back = self.per_year
        logs = np.zeros(back + len(self.values))
        for place, step in enumerate(np.log1p(self.values * self.scale).tolist(), start=back):
            logs[place] = logs[place - back] + step
        return Levels(self.first - back, logs)

    def until(self, number: int) -> "Series":
        """The series as it was known when a period was the last."""
        return replace(self, values=self.values[: number - self.first + 1])
