"""Streams: each keeps its distribution, related ones have the rank correlation that was asked for."""

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from quydat.core.draws import Range, triangular, uniform
from quydat.core.uniforms import Correlations, GivenUniforms, SeededUniforms, drawn, ordered

MATRIX = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.0], [-0.3, 0.0, 1.0]])
RELATED = SeededUniforms(count=20_000, seed=7, correlations=Correlations(("a", "b", "c"), MATRIX))


def test_normal_scores_have_the_correlation_and_ranks_that_of_a_gaussian_copula() -> None:
    """Spearman's rho of a Gaussian copula is 6 ÷ π × asin(r ÷ 2) (Kruskal 1958)."""
    made = np.column_stack([RELATED.of(name) for name in "abc"])
    ranks = spearmanr(made).statistic
    assert ranks == pytest.approx(6 / np.pi * np.arcsin(MATRIX / 2), abs=0.01)


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_each_stream_is_the_unrelated_one_in_another_order(name: str) -> None:
    assert np.array_equal(np.sort(RELATED.of(name)), np.sort(uniform(name, count=20_000, seed=7)))
    assert kstest(RELATED.of(name), "uniform").pvalue > 0.99


def test_streams_that_are_not_related_are_left_as_they_were() -> None:
    assert np.array_equal(RELATED.of("other"), uniform("other", count=20_000, seed=7))
    assert abs(spearmanr(RELATED.of("other"), RELATED.of("a")).statistic) < 0.03


def test_a_matrix_that_is_not_positive_definite_is_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        ordered(np.random.default_rng(1).random((100, 2)), np.array([[1.0, 1.0], [1.0, 1.0]]))


def test_given_streams_and_the_middle() -> None:
    given = GivenUniforms({"a": np.array([0.1, 0.9])}, count=2)
    assert given.of("a").tolist() == [0.1, 0.9]
    assert given.of("b").tolist() == [0.5, 0.5]


def test_drawn_is_the_triangle_of_the_stream() -> None:
    range_ = Range(1.0, 2.0, 5.0)
    seeded = SeededUniforms(count=100, seed=3)
    assert np.array_equal(drawn(seeded, "x", range_), triangular("x", range_, count=100, seed=3))
    assert drawn(seeded, "x", Range(2.0, 2.0, 2.0)).tolist() == [2.0] * 100
