"""Scores: the CRPS against its definition and closed forms, the interval of the coverage, the verdicts."""

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from quydat.demand.score import coverage_interval, crps, verdict

MIDDLES = (np.arange(4000) + 0.5) / 4000


def normal_crps(mean: float, sd: float, actual: float) -> float:
    """Gneiting and Raftery (2007), eq. 20."""
    z = (actual - mean) / sd
    density, below = math.exp(-z * z / 2) / math.sqrt(2 * math.pi), 0.5 * (1 + math.erf(z / math.sqrt(2)))
    return sd * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))


@pytest.mark.parametrize("actual", [-3.0, 0.0, 1.0, 5.0])
def test_of_a_normal_forecast_it_is_the_closed_form(actual: float) -> None:
    assert crps(1.0 + 2.0 * ndtri(MIDDLES), actual) == pytest.approx(normal_crps(1.0, 2.0, actual), abs=2e-3)


@pytest.mark.parametrize("actual", [-1.0, 0.3, 4.0])
def test_of_an_ensemble_it_is_the_integral_of_the_definition(actual: float) -> None:
    draws = np.array([0.0, 0.5, 0.5, 2.0, 3.0])
    x = np.linspace(-3, 6, 900_001)
    below = np.searchsorted(draws, x, "right") / 5
    area = np.sum((below - (x >= actual)) ** 2) * (x[1] - x[0])
    assert crps(draws, actual) == pytest.approx(area, abs=1e-4)


def test_by_hand() -> None:
    assert crps(np.array([5.0]), 3.0) == 2.0
    # E|X − y| = (1 + 0 + 1) ÷ 3; E|X − X'| = (1 + 2 + 1 + 1 + 2 + 1) ÷ 9 = 8/9
    assert crps(np.array([3.0, 1.0, 2.0]), 2.0) == pytest.approx(2 / 3 - 4 / 9)


def test_the_interval_of_the_coverage_is_that_of_clopper_and_pearson() -> None:
    low, high = coverage_interval(3 / 7, 7)
    assert binom.sf(2, 7, low) == pytest.approx(0.05)
    assert binom.cdf(3, 7, high) == pytest.approx(0.05)
    assert coverage_interval(0.0, 7)[0] == 0.0
    assert coverage_interval(0.0, 7)[1] == pytest.approx(1 - 0.05 ** (1 / 7))


@pytest.mark.parametrize(
    ("share", "periods", "expected"),
    # None of 5: at most 1 − 0.05^(1/5) = 45 %. Two of five: P(X ≤ 2 | 0.8) = 5.8 %, not under 5
    [
        (0.0, 4, "too_few"),
        (0.0, 5, "too_narrow"),
        (0.4, 5, "about_right"),
        (1.0, 13, "about_right"),
        (1.0, 14, "too_wide"),
    ],
)
def test_verdicts(share: float, periods: int, expected: str) -> None:
    assert verdict(share, periods) == expected
