"""Sobol indices: points, estimates of a result whose indices are known, and how many points are needed."""

import numpy as np
import pytest

from quydat.balance.sobol import base_points, indices, is_constant, points_needed


@pytest.mark.parametrize("streams", [1, 2, 5])
def test_points_are_between_0_and_1_and_a_longer_set_begins_with_the_shorter(streams: int) -> None:
    for short, long in zip(
        base_points(streams, count=64, seed=3), base_points(streams, count=256, seed=3), strict=True
    ):
        assert short.shape == (64, streams)
        assert np.array_equal(long[:64], short)
        assert long.min() >= 0.0
        assert long.max() <= 1.0
        assert np.abs(long.mean(axis=0) - 0.5).max() < 0.01
    assert not np.array_equal(base_points(streams, count=64, seed=4)[0], base_points(streams, count=64, seed=3)[0])


def test_seed_0_is_a_seed() -> None:
    assert np.array_equal(base_points(2, count=8, seed=0)[1], base_points(2, count=8, seed=0)[1])


def test_a_product_has_an_interaction() -> None:
    """y = x₁ x₂, means ½ and variances 1/12: V₁ = V₂ = 1/48, V₁₂ = 1/144, so 3/7 alone and 4/7 in total."""
    a, b = base_points(2, count=4096, seed=1)
    found = indices(
        a.prod(axis=1), b.prod(axis=1), {"first": b[:, 0] * a[:, 1], "second": a[:, 0] * b[:, 1]}, seed=1
    )  # fmt: skip
    for one in found.values():
        assert one.first == pytest.approx(3 / 7, abs=0.01)
        assert one.total == pytest.approx(4 / 7, abs=0.01)
        assert 0.0 < one.error < 0.06
        assert 0.0 < one.total_error < 0.06


def test_of_what_never_changes_no_part_can_be_told() -> None:
    same = np.full(64, 7.0)
    assert is_constant(same)
    assert is_constant(same + 1e-12)
    assert not is_constant(np.arange(64.0))
    with pytest.raises(ValueError, match="the same"):
        indices(same, same, {"x": same}, seed=1)


@pytest.mark.parametrize(
    ("error", "said"),
    [(0.05, 1024), (0.051, 2048), (0.0707, 2048), (0.0708, 4096), (0.09, 4096), (0.5, 8192), (0.0, 1024)],
)
def test_points_needed(error: float, said: int) -> None:
    """Half the error takes four times the points; a power of two, never more than the most."""
    assert points_needed(error, tried=1024, wanted=0.05, most=8192) == said
