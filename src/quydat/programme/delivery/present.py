"""Present values in closed form: money paid evenly over a time, receipts after a hand-over, taxes of land that is let.

Times are years from today, rates are real and yearly, discounting is continuous at the yearly rate.
"""

from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws

_SMALL = 1e-3


def discount_at(years: Draws, rate: float) -> Draws:
    """Worth today of one unit paid at each time.

    >>> discount_at(np.array([0.0, 2.0]), 0.10).round(4).tolist()
    [1.0, 0.8264]
    """
    made: Draws = np.exp(-np.log1p(rate) * years)
    return made


def discount_over(begin: Draws, end: Draws, rate: float) -> Draws:
    """Worth today of one unit paid evenly between two times; at once where they are the same.

    >>> discount_over(np.array([0.0]), np.array([2.0]), 0.10).round(4).tolist()   # (1 − 1.1⁻²) ÷ (2 ln 1.1)
    [0.9105]
    """
    lasts = np.maximum(end - begin, 0.0)
    made: Draws = discount_at(begin, rate) * _mean_fall(np.log1p(rate) * lasts)
    return made


def discount_stage(begin: Draws, end: Draws, front_share: float, rate: float) -> Draws:
    """Worth today of a stage that costs one unit: ``front_share`` of it evenly over its first half, the rest after."""
    middle = 0.5 * (begin + end)
    first, second = discount_over(begin, middle, rate), discount_over(middle, end, rate)
    return front_share * first + (1.0 - front_share) * second


def discount_curve(by_year: Draws, rate: float) -> float:
    """Worth, at its beginning, of a curve of yearly amounts, each paid evenly over its year.

    >>> round(discount_curve(np.array([0.5, 0.5]), 0.10), 4)
    0.9105
    """
    begin = np.arange(len(by_year), dtype=float)
    return float(by_year @ discount_over(begin, begin + 1.0, rate))


@dataclass(frozen=True, eq=False)
class LetLand:
    """How a hectare that is ready comes to be let, year by year, and what a yearly tax on it is worth.

    Attributes
    ----------
    let_by_year
        Share that is newly let in each year after readiness, evenly over the year.
    """

    let_by_year: Draws
    rate: float

    def worth(self, ready: Draws, end: float) -> Draws:
        """Worth today of one unit a year for each hectare while it is let, from readiness to the end of the plan.

        Parameters
        ----------
        ready
            Years until the land is ready.
        end
            Years until the plan ends; nothing is counted after it.

        >>> land = LetLand(np.array([0.5, 0.5]), 0.0)   # let evenly over two years: 1 of the first 2, 1 each after
        >>> land.worth(np.array([1.0, 3.0, 9.0]), 5.0).tolist()
        [3.0, 1.0, 0.0]
        """
        delta = float(np.log1p(self.rate))
        left = np.maximum(end - ready, 0.0)
        whole = np.minimum(left.astype(np.int64), len(self.let_by_year))
        part = left - whole
        newly = np.append(self.let_by_year, 0.0)
        before = np.concatenate([[0.0], np.cumsum(self.let_by_year)])
        at = discount_at(np.arange(len(newly), dtype=float), self.rate)
        one = np.ones(1)
        years = at * (before * _held(one, delta) + newly * _grown(one, delta))
        sums = np.concatenate([[0.0], np.cumsum(years)])
        rest = at[whole] * (before[whole] * _held(part, delta) + newly[whole] * _grown(part, delta))
        made: Draws = discount_at(ready, self.rate) * (sums[whole] + rest)
        return made


def _mean_fall(z: Draws) -> Draws:
    """Mean of exp(−z x) for x between 0 and 1: (1 − exp(−z)) ÷ z."""
    safe = np.where(np.abs(z) < 1e-12, 1.0, z)
    made: Draws = np.where(np.abs(z) < 1e-12, 1.0, -np.expm1(-safe) / safe)
    return made


def _held(years: Draws, delta: float) -> Draws:
    """One unit a year for so many years, worth at their beginning."""
    return years * _mean_fall(delta * years)


def _grown(years: Draws, delta: float) -> Draws:
    """What grows by one unit a year from nothing, for so many years: the integral of u exp(−δu)."""
    z = delta * years
    safe = np.where(np.abs(z) < _SMALL, 1.0, z)
    exact = (-np.expm1(-safe) - safe * np.exp(-safe)) / safe**2
    made: Draws = years**2 * np.where(np.abs(z) < _SMALL, 0.5 - z / 3.0 + z**2 / 8.0 - z**3 / 30.0, exact)
    return made
