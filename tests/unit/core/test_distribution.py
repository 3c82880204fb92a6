"""Counts in bins: exact zeros, quantiles within the stated error, the same however the draws come."""

import pickle

import numpy as np
import pytest

from quydat.core.distribution import BINS, FIRST, LEAST, MOST, RELATIVE_ERROR, Distribution, Gathered

SHARES = (0.0, 0.1, 0.25, 0.5, 0.9, 0.999, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_quantiles_are_those_of_the_draws_within_the_stated_error(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0.0, rng.uniform(0.1, 4.0), size=(4, 5, 333))
    values[0, 0, : seed * 60] = 0.0
    made = Distribution.of(values).quantiles(SHARES)
    exact = np.quantile(values, SHARES, axis=-1)
    assert made.shape == (7, 4, 5)
    assert (np.abs(made - exact) <= RELATIVE_ERROR * exact + LEAST).all()
    assert (made[exact == 0] == 0).all()
    assert (np.diff(made, axis=0) >= 0).all()


def test_the_edges_of_bins_are_numbers_that_the_bits_name() -> None:
    """1 + n ÷ 128 begins the n-th bin above 1; what lies below the least value is 0."""
    edges = np.array([1.0 + n / 128 for n in range(128)])
    one = Distribution.of(edges[:, None])
    assert np.diff(one.start).tolist() == [1] * 127
    assert one.quantiles([0.5])[0] == pytest.approx(edges + 0.5 / 128)
    tiny = Distribution.of(np.array([[LEAST, np.nextafter(LEAST, 0) * 0.999, 0.0, -0.0]]))
    assert (tiny.start[0], tiny.zeros[0]) == (0, 3)
    top = Distribution.of(np.array([[MOST * 0.999]]))
    assert top.start[0] == BINS - 1
    assert np.array([FIRST << 16], np.int32).view(np.float32)[0] == LEAST


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf, MOST])
def test_what_has_no_bin_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="below 0, not a number or too large"):
        Distribution.of(np.array([[1.0, wrong, 2.0]]))


@pytest.mark.parametrize("cuts", [(30,), (1, 2, 99), (10, 20, 30, 40, 50)])
def test_parts_give_the_same_bytes_as_the_whole(cuts: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(0, 3, size=(40, 100)) * (rng.random((40, 100)) < 0.5)
    values[3] = 0.0
    whole, gathered = Distribution.of(values), Gathered()
    for part in np.split(values, cuts, axis=1):
        gathered.add(Distribution.of(part))
    made = gathered.distribution()
    assert (made.count, made.shape) == (whole.count, whole.shape)
    for name in ("zeros", "start", "offset", "counts"):
        assert getattr(made, name).tobytes() == getattr(whole, name).tobytes(), name


def test_cells_of_another_shape_are_not_added() -> None:
    gathered = Gathered()
    with pytest.raises(ValueError, match="no draws"):
        gathered.distribution()
    gathered.add(Distribution.of(np.ones((2, 3))))
    with pytest.raises(ValueError, match="not the same"):
        gathered.add(Distribution.of(np.ones((3, 3))))


def test_nothing_but_zeros_and_one_draw() -> None:
    assert Distribution.of(np.zeros((2, 9))).quantiles([0.0, 0.5, 1.0]).tolist() == [[0.0, 0.0]] * 3
    assert Distribution.of(np.array([[8.0]])).quantiles([0.0, 1.0]) == pytest.approx(8.03125)  # middle of 8 … 8 1/16
    again = pickle.loads(pickle.dumps(Distribution.of(np.array([[8.0, 1.0]]))))  # noqa: S301
    assert again.count == 2
