"""Draws: stratified, seeded by name, within their range."""

from math import sqrt

import numpy as np
import pytest

from quydat.core.draws import Range, log_triangular, quantiles, triangular, uniform


def test_one_draw_in_each_stratum() -> None:
    draws = uniform("a", count=100, seed=1)
    assert sorted(np.floor(draws * 100).astype(int).tolist()) == list(range(100))


def test_draws_are_not_in_order() -> None:
    draws = uniform("a", count=100, seed=1)
    assert not (np.diff(draws) > 0).all()


def test_name_and_seed_make_the_stream() -> None:
    first = uniform("a", count=10, seed=1)
    uniform("b", count=10, seed=1)  # drawn in between: moves nothing
    assert uniform("a", count=10, seed=1).tolist() == first.tolist()
    assert uniform("b", count=10, seed=1).tolist() != first.tolist()
    assert uniform("a", count=10, seed=2).tolist() != first.tolist()


def test_a_range_must_be_in_order() -> None:
    for low, mid, high in [(2.0, 1.0, 3.0), (1.0, 4.0, 3.0), (float("nan"), 1.0, 2.0)]:
        with pytest.raises(ValueError, match="not in order"):
            Range(low, mid, high)


def test_what_is_known_is_not_drawn() -> None:
    assert triangular("a", Range(7.0, 7.0, 7.0), count=3, seed=1).tolist() == [7.0, 7.0, 7.0]


def test_triangular_quantiles_by_hand() -> None:
    # F(30) = 0.3; below it x = sqrt(u · 100 · 30), above it x = 100 − sqrt((1 − u) · 100 · 70)
    p10, p50, p90 = quantiles(triangular("a", Range(0.0, 30.0, 100.0), count=4000, seed=3))
    assert p10 == pytest.approx(sqrt(0.1 * 100 * 30), abs=0.1)  # 17.32
    assert p50 == pytest.approx(100 - sqrt(0.5 * 100 * 70), abs=0.1)  # 40.84
    assert p90 == pytest.approx(100 - sqrt(0.1 * 100 * 70), abs=0.1)  # 73.54


@pytest.mark.parametrize(("mid", "median"), [(0.0, 100 - sqrt(0.5) * 100), (100.0, sqrt(0.5) * 100)])
def test_a_peak_at_one_end(mid: float, median: float) -> None:
    draws = triangular("a", Range(0.0, mid, 100.0), count=4000, seed=3)
    assert quantiles(draws)[1] == pytest.approx(median, abs=0.1)
    assert draws.min() >= 0.0
    assert draws.max() <= 100.0


def test_durations_are_drawn_on_the_logarithm() -> None:
    # the logarithm of 1 … 10 … 100 is symmetric: the median is 10
    draws = log_triangular("a", Range(1.0, 10.0, 100.0), count=4000, seed=3)
    assert quantiles(draws)[1] == pytest.approx(10.0, rel=0.005)
    # a tenth lies below 10 ** (sqrt(0.1 · 2 · 1))
    assert quantiles(draws)[0] == pytest.approx(10 ** sqrt(0.2), rel=0.005)


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_a_duration_of_nothing_has_no_logarithm(low: float) -> None:
    with pytest.raises(ValueError, match="must lie above 0"):
        log_triangular("a", Range(low, 10.0, 100.0), count=4, seed=3)


def test_quantiles_between_two_values_are_on_the_line() -> None:
    assert quantiles(np.arange(101.0)) == (10.0, 50.0, 90.0)
    assert quantiles(np.array([0.0, 1.0])) == pytest.approx((0.1, 0.5, 0.9))
