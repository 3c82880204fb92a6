"""Shocks and breaks: what happened once and must not tilt the trend."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws
from quydat.demand.series import Levels, Series

SHOCK_YEARS = (2020, 2021)
"""Years held for a shock in every series: the pandemic, with the closing of factories of July to September 2021."""

ROBUST_SDS = 6.0
"""A change is a break if it lies further from the middle than so many robust standard deviations (median absolute
deviation): of series of 14 normal changes one in a hundred has one, of series of 24 two in a thousand."""

LEAST_JUMP = 0.10
"""Smallest break, as a change of the logarithm: in a smooth series six standard deviations may be one per cent."""

LEAST_CHANGES = 10
"""Changes that must be there to know what is usual."""

_MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class Shocks:
    """Interventions of a series.

    Attributes
    ----------
    pulses
        Numbers of the periods that are left out of the trend.
    steps
        Numbers of the periods from which on the level is another for good.
    breaks
        Those of the steps that were found in the values; the others follow a shock.
    outliers
        Those of the pulses that were found in the values; the others lie in listed years.
    """

    pulses: tuple[int, ...] = ()
    steps: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()
    outliers: tuple[int, ...] = ()

    def columns(self, first: int, count: int) -> Draws:
        """Periods × steps: 1 from the step on."""
        numbers = np.arange(first, first + count)
        return np.column_stack([(numbers >= step).astype(float) for step in self.steps])


def shocks_of(series: Series, *, years: Sequence[int] = SHOCK_YEARS) -> Shocks:
    """The listed shock years of a series, and the breaks found in it.

    A shock has a pulse in each of its periods and a step after the last: what it cost for good, or brought, stands
    beside the trend and not in it. Where the series ends within the shock there is no step yet; where it begins within
    it, none is needed. A jump that is found is a break, and a step; one that the next period takes back is an outlier,
    and a pulse.

    >>> growth = np.array([5.0, 5.5, 4.5, 5.0, 5.2, 4.8, 5.0, 5.5, 60.0, 5.0, 4.5, 5.0])
    >>> found = shocks_of(Series("s", "output", "c", "all", "growth", "%", "A", 2002, growth))
    >>> found.breaks, found.pulses
    ((2010,), ())
    """
    levels = series.levels()
    numbers = range(levels.first, levels.first + len(levels.logs))
    listed = {number for number in numbers if number // series.per_year in years}
    jumps = _jumps(series, levels, listed)
    outliers = [number for number, size in jumps.items() if _taken_back(size, jumps.get(number + 1, 0.0))]
    breaks = [number for number in jumps if number not in outliers and number - 1 not in outliers]
    after = [number for number in numbers if number not in listed and number - 1 in listed]
    ends = [number for number in after if any(one not in listed for one in numbers if one < number)]
    return Shocks(tuple(sorted({*listed, *outliers})), tuple(sorted({*ends, *breaks})), tuple(breaks), tuple(outliers))


def _taken_back(size: float, following: float) -> bool:
    """Whether the next change undoes the larger part of a jump."""
    return size * following < 0 and abs(size + following) < abs(size) / 2.0


def _jumps(series: Series, levels: Levels, listed: set[int]) -> dict[int, float]:
    """Periods whose change from the one before is none that the series is used to, and how far it is away from usual.

    The season is allowed for. Growth by quarter or month is over the same period of the year before: its changes from
    period to period say nothing. Changes into and out of a listed shock are not looked at.
    """
    if series.measure == "growth" and series.per_year > 1:
        return {}
    numbers = levels.first + 1 + np.arange(len(levels.logs) - 1)
    with np.errstate(invalid="ignore"):
        changes = np.diff(levels.logs)
    kept = np.array([not listed & {int(number), int(number) - 1} for number in numbers], bool) & np.isfinite(changes)
    if kept.sum() < LEAST_CHANGES:
        return {}
    usual = np.zeros(len(changes))
    for season in range(series.per_year):
        own = numbers % series.per_year == season
        if (own & kept).any():
            usual[own] = np.median(changes[own & kept])
    away = changes - usual
    spread = _MAD_TO_SD * float(np.median(np.abs(away[kept] - np.median(away[kept]))))
    with np.errstate(invalid="ignore"):
        far = kept & (np.abs(away) > max(ROBUST_SDS * spread, LEAST_JUMP))
    return {int(number): float(size) for number, size in zip(numbers[far], away[far], strict=True)}
