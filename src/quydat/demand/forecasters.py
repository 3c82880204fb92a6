"""Ways of forecasting that the back-test tries: each sees a series up to its origin and says a range for each year."""

from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws, Range, triangular_quantile
from quydat.demand.series import Series, said
from quydat.demand.time_series_fit import NotFitted, fit
from quydat.dictionary.cells import Names

POINTS = 1000
"""Equally likely values that a distribution is held as: its quantiles at (i − ½) ÷ n."""

LEAST_LEVELS = 4
"""Yearly levels that must lie at or before an origin: three changes, the fewest that have a spread worth the name."""

MEMORY_YEARS = 5
"""Years before the origin from which a stated range is made."""


@dataclass(frozen=True)
class Refused:
    """Why a way of forecasting cannot be tried."""

    reason: Names


Said = Draws | Refused
"""Years ahead × ``POINTS``, or why not."""


def ranks() -> Draws:
    """Probabilities at which a distribution is held."""
    return (np.arange(POINTS) + 0.5) / POINTS


def chain(known: Series) -> Draws:
    """Logarithms of the levels a year apart that end in the last period, the oldest first."""
    logs: Draws = known.levels().logs[:: -known.per_year][::-1]
    return logs


def as_before(known: Series, ahead: int) -> Said:
    """Growth goes on as it was: a random walk with drift, both learnt from the yearly changes known at the origin.

    The level *h* years on is its last value times exp(h·m ± t·s·√(h + h²/n)) with the mean *m* and the standard
    deviation *s* of the *n* changes and Student's t with n − 1 degrees of freedom (Hyndman and Athanasopoulos 2021,
    5.5).
    """
    from scipy.stats import t

    logs = chain(known)
    if not np.isfinite(logs).all():
        return Refused(said("series.zeros"))
    changes = np.diff(logs)
    count = len(changes)
    score = t.ppf(ranks(), count - 1)
    years = np.arange(1.0, ahead + 1.0)[:, None]
    spread = float(np.std(changes, ddof=1)) * np.sqrt(years + years**2 / count)
    return _relative(known, years * float(np.mean(changes)) + spread * score)


def time_series(known: Series, ahead: int) -> Said:
    """The time-series model that would have been fitted at the origin."""
    from scipy.special import ndtri

    model = fit(known)
    if isinstance(model, NotFitted):
        return Refused(model.reason)
    mean, cov = model.forecast(ahead * known.per_year)
    at = np.arange(1, ahead + 1) * known.per_year - 1
    logs = mean[at, None] + np.sqrt(np.diag(cov)[at, None]) * ndtri(ranks())
    return _relative(known, logs - known.levels().logs[-1])


def stated_range(known: Series, ahead: int) -> Said:
    """One growth for all years, as studies state ranges: lowest, mean and highest of the five years before."""
    logs = chain(known)
    if not np.isfinite(logs).all():
        return Refused(said("series.zeros"))
    growth = triangular_quantile(ranks(), growth_range(logs))
    return _relative(known, np.arange(1.0, ahead + 1.0)[:, None] * np.log1p(growth))


def growth_range(logs: Draws) -> Range:
    """Lowest, mean and highest yearly growth of the last years of a chain of levels."""
    growth = np.expm1(np.diff(logs)[-MEMORY_YEARS:])
    low, high = float(growth.min()), float(growth.max())
    return Range(low, min(max(float(growth.mean()), low), high), high)


def _relative(known: Series, logs: Draws) -> Draws:
    """From logarithms against the origin, years × points, to values as the series writes them.

    Of growth it is the yearly mean since the origin: what five years have made together matters, not the last of them.
    """
    if known.measure != "growth":
        return float(known.values[-1]) * np.exp(logs)
    return np.expm1(logs / np.arange(1.0, len(logs) + 1.0)[:, None]) / known.scale


def lettings_before(land: Series, ahead: int) -> Said:
    """Past take-up: each year is drawn from a triangle over the lowest, mean and highest of the five years before."""
    before = land.values[-MEMORY_YEARS:]
    low, high = float(before.min()), float(before.max())
    drawn = triangular_quantile(ranks(), Range(low, min(max(float(before.mean()), low), high), high))
    return np.repeat(drawn[None, :], ahead, axis=0)


def land_by_driver(land: Series, driver: Series, ahead: int) -> Said:
    """Land that a driver needs: what it adds in a year × land let for what it added in the five years before.

    The driver grows by its stated range (see ``stated_range``); where it shrinks no land is wanted. Both series end at
    the origin, the driver's is a level or growth of jobs or output.
    """
    logs = chain(driver)
    if len(logs) <= MEMORY_YEARS or len(land.values) < MEMORY_YEARS:
        return Refused(said("back_test.driver_short", series=driver.series_id, years=MEMORY_YEARS))
    if not np.isfinite(logs).all():
        return Refused(said("series.zeros"))
    level = np.exp(logs - logs[-1])
    added = 1.0 - float(level[-1 - MEMORY_YEARS])
    if added <= 0.0:
        return Refused(said("back_test.driver_shrank", series=driver.series_id, years=MEMORY_YEARS))
    per_added = float(land.values[-MEMORY_YEARS:].sum()) / added
    ratio = 1.0 + triangular_quantile(ranks(), growth_range(logs))
    years = np.arange(1, ahead + 1)[:, None]
    wanted: Draws = np.maximum(ratio**years - ratio ** (years - 1), 0.0) * per_added
    return np.sort(wanted, axis=1)
