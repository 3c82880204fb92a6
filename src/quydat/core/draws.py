"""Draws of what is not known for sure: stratified, seeded by name, the same on every machine.

Each quantity has its own stream, seeded from the study's seed and the quantity's name, so that adding a
quantity or changing an order of calls moves no other.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Draws = NDArray[np.float64]


LEVELS = (0.1, 0.5, 0.9)
"""Shares of the draws below P10, P50 and P90."""


@dataclass(frozen=True)
class Range:
    """A quantity known as lowest, most likely and highest value; lowest = highest means that it is known."""

    low: float
    mid: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.mid <= self.high:
            raise ValueError(f"range {self.low} / {self.mid} / {self.high} is not in order")

    @property
    def ends(self) -> tuple[float, float, float]:
        """Lowest, most likely and highest."""
        return self.low, self.mid, self.high


def uniform(name: str, *, count: int, seed: int) -> Draws:
    """Latin-hypercube draws between 0 and 1 (McKay et al. 1979): one in each of ``count`` strata."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    rng = np.random.Generator(np.random.Philox(int.from_bytes(digest[:16], "big")))
    strata: Draws = (np.arange(count) + rng.random(count)) / count
    rng.shuffle(strata)
    return strata


def triangular(name: str, range_: Range, *, count: int, seed: int) -> Draws:
    """Draws of a triangular distribution between low and high with its peak at mid.

    >>> draws = triangular("step.days", Range(10.0, 20.0, 30.0), count=1000, seed=1)
    >>> [round(value, 1) for value in quantiles(draws)]   # 20 ∓ (10 − sqrt(0.1 × 20 × 10))
    [14.5, 20.0, 25.5]
    """
    if range_.low == range_.high:
        return np.full(count, range_.low)
    return triangular_quantile(uniform(name, count=count, seed=seed), range_)


def triangular_quantile(u: Draws, range_: Range) -> Draws:
    """Value that a triangular distribution stays below with probability ``u``.

    >>> triangular_quantile(np.array([0.0, 0.5, 1.0]), Range(10.0, 20.0, 30.0)).tolist()
    [10.0, 20.0, 30.0]
    """
    span = range_.high - range_.low
    if span == 0:
        return np.full(np.shape(u), range_.low)
    peak = (range_.mid - range_.low) / span
    rising = range_.low + np.sqrt(u * span * (range_.mid - range_.low))
    falling = range_.high - np.sqrt((1.0 - u) * span * (range_.high - range_.mid))
    return np.where(u < peak, rising, falling)


def triangular_share(value: float, range_: Range) -> float:
    """Probability that a triangular distribution stays below a value: the inverse of ``triangular_quantile``.

    >>> triangular_share(15.0, Range(10.0, 20.0, 30.0))
    0.125
    """
    low, mid, high = range_.low, range_.mid, range_.high
    if value <= low or value >= high:
        return float(value >= high)
    if value < mid:
        return (value - low) ** 2 / ((high - low) * (mid - low))
    return 1.0 - (high - value) ** 2 / ((high - low) * (high - mid))


def log_triangular(name: str, range_: Range, *, count: int, seed: int) -> Draws:
    """As ``triangular``, of the logarithm: for durations, with their long tail. All values above 0."""
    if range_.low <= 0:
        raise ValueError(f"range from {range_.low} has no logarithm: all its values must lie above 0")
    logs = Range(*np.log([range_.low, range_.mid, range_.high]))
    return np.exp(triangular(name, logs, count=count, seed=seed))


def normal_score(u: Draws) -> Draws:
    """Standard normal quantile of numbers between 0 and 1; 0 and 1 themselves are taken 10⁻¹² inside.

    >>> normal_score(np.array([0.5, 0.9])).round(4).tolist()
    [0.0, 1.2816]
    """
    from scipy.special import ndtri

    made: Draws = ndtri(np.clip(u, 1e-12, 1.0 - 1e-12))
    return made


def quantiles(draws: Draws) -> tuple[float, float, float]:
    """P10, P50 and P90 along the first axis of a one-dimensional ensemble."""
    p10, p50, p90 = np.quantile(draws, LEVELS)
    return float(p10), float(p50), float(p90)
