"""Scores of a forecast that is a range: how far it lies from what came, and whether its range was wide enough."""

import numpy as np

from quydat.core.draws import Draws

NOMINAL_SHARE = 0.8
"""Share of what comes that should lie between P10 and P90."""

LEAST_PERIODS = 5
"""Different periods tried from which on something is said of a range."""

_LEVEL = 0.9


def crps(draws: Draws, actual: float) -> float:
    """Continuous ranked probability score of draws that are equally likely: E|X − y| − E|X − X′| ÷ 2, in the unit of y.

    It is the area between the distribution forecast and the step at what came: 0 for a sure forecast that is right, the
    distance for a sure one that is wrong (Gneiting and Raftery 2007, eq. 21).

    >>> crps(np.array([3.0]), 5.0), crps(np.array([0.0, 2.0]), 1.0)   # 2;  1 − (2 × 1/2) ÷ 2
    (2.0, 0.5)
    """
    ordered = np.sort(draws)
    count = len(ordered)
    ranks = 2.0 * np.arange(1, count + 1) - count - 1.0
    # The two sums nearly cancel for a sharp forecast: what rounding leaves below 0 is 0
    return max(float(np.mean(np.abs(ordered - actual)) - np.sum(ranks * ordered) / count**2), 0.0)


def coverage_interval(share: float, periods: int) -> tuple[float, float]:
    """Interval in which the true coverage lies with nine chances in ten (Clopper and Pearson 1934).

    Parameters
    ----------
    share
        Share of all forecasts tried whose range held what came.
    periods
        Different periods that were forecast. Forecasts of one period from several origins are right or wrong together,
        so they do not count as so many trials.

    >>> [round(end, 3) for end in coverage_interval(1.0, 5)]   # 0.05 to the power of 1/5
    [0.549, 1.0]
    """
    from scipy.stats import beta

    hits, tail = share * periods, (1.0 - _LEVEL) / 2.0
    low = 0.0 if hits <= 0 else float(beta.ppf(tail, hits, periods - hits + 1))
    high = 1.0 if hits >= periods else float(beta.ppf(1.0 - tail, hits + 1, periods - hits))
    return low, high


def verdict(share: float, periods: int) -> str:
    """What the coverage seen says of the range: a choice of the list ``back_test_verdict``.

    >>> verdict(1.0, 4), verdict(0.2, 6), verdict(0.75, 6), verdict(1.0, 14)   # 0.05 to the power of 1/14 is 0.807
    ('too_few', 'too_narrow', 'about_right', 'too_wide')
    """
    if periods < LEAST_PERIODS:
        return "too_few"
    low, high = coverage_interval(share, periods)
    if high < NOMINAL_SHARE:
        return "too_narrow"
    return "too_wide" if low > NOMINAL_SHARE else "about_right"
