"""Survival curves of Kaplan and Meier: how many cases of a step are still unfinished after so many days.

Worked out by SciPy (``scipy.stats.ecdf`` over ``CensoredData``), which is imported only when a curve is asked for.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws


@dataclass(frozen=True)
class Curve:
    """Share of the cases that last longer than each of ``days`` (the days on which a case was finished), with its band.

    ``low`` and ``high`` are pointwise 95 % limits by Greenwood's formula on the complementary log-log scale; NaN where
    there are none. ``at_risk`` and ``finished`` count cases at each of the days. ``last_days`` is the longest time
    looked at, finished or not.
    """

    days: Draws
    survival: Draws
    low: Draws
    high: Draws
    at_risk: Draws
    finished: Draws
    last_days: float

    @property
    def median_days(self) -> float | None:
        """First day on which no more than half of the cases are unfinished; None if it never comes to that."""
        below = np.flatnonzero(self.survival <= 0.5 + 1e-12)
        return float(self.days[below[0]]) if len(below) else None

    def at(self, days: float) -> float:
        """Share that lasts longer than so many days."""
        place = int(np.searchsorted(self.days, days, side="right"))
        return 1.0 if place == 0 else float(self.survival[place - 1])


def kaplan_meier(days: Sequence[float], finished: Sequence[bool]) -> Curve:
    """The product-limit estimate of Kaplan and Meier (1958), for right-censored times.

    Parameters
    ----------
    days, finished
        Time of each case, and whether it was finished then or only last seen unfinished.

    Raises
    ------
    ValueError
        If there is no case.

    Examples
    --------
    Of three cases one is finished after 100 days, one was last seen after 150, one is finished after 300:

    >>> curve = kaplan_meier([100.0, 150.0, 300.0], [True, False, True])
    >>> [round(float(share), 3) for share in curve.survival]   # 1 − 1/3, then × (1 − 1/1)
    [0.667, 0.0]
    >>> curve.median_days
    300.0
    """
    from scipy.stats import CensoredData, ecdf

    times, done = np.asarray(days, dtype=float), np.asarray(finished, dtype=bool)
    if not len(times):
        raise ValueError("a survival curve needs at least one case")
    if not done.any():
        none = np.empty(0)
        return Curve(none, none, none, none, none, none, float(times.max()))
    made = ecdf(CensoredData(uncensored=times[done], right=times[~done])).sf
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the band has no limits where all or none are unfinished
        band = made.confidence_interval(method="log-log")
    unique = made.quantiles
    events = np.array([(times[done] == at).sum() for at in unique], dtype=float)
    at_risk = np.array([(times >= at).sum() for at in unique], dtype=float)
    kept = events > 0
    return Curve(
        unique[kept],
        made.probabilities[kept],
        band.low.probabilities[kept],
        band.high.probabilities[kept],
        at_risk[kept],
        events[kept],
        float(times.max()),
    )
