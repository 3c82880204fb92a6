"""Related points: the copula, what stands first, and what hangs together."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import kstest

from quydat.balance.related import components, related_points
from quydat.core.uniforms import NONE_RELATED, Correlations

TRIPLE = Correlations(("a", "c", "d"), np.array([[1.0, 0.6, 0.3], [0.6, 1.0, -0.2], [0.3, -0.2, 1.0]]))
STREAMS = ["a", "b", "c", "d"]
PLAIN = np.random.default_rng(7).random((20_000, 4))


@pytest.mark.parametrize("first", [(), ("d",), ("c", "a"), ("b",)])
def test_whatever_stands_first_the_distribution_is_the_same(first: tuple[str, ...]) -> None:
    made = related_points(PLAIN, STREAMS, TRIPLE, first=first)
    for column in range(4):
        assert kstest(made[:, column], "uniform").pvalue > 0.001
    found = np.corrcoef(ndtri(made), rowvar=False)
    wanted = np.eye(4)
    wanted[np.ix_([0, 2, 3], [0, 2, 3])] = TRIPLE.matrix
    assert np.abs(found - wanted).max() < 0.03  # 4 ÷ √20,000


@pytest.mark.parametrize("first", [("d",), ("c", "a")])
def test_what_stands_first_depends_on_its_own_columns_alone(first: tuple[str, ...]) -> None:
    columns = [STREAMS.index(name) for name in first]
    other = PLAIN.copy()
    others = [place for place in range(4) if place not in columns]
    other[:, others] = 1.0 - other[:, others]
    one, two = (related_points(points, STREAMS, TRIPLE, first=first) for points in (PLAIN, other))
    assert np.array_equal(one[:, columns], two[:, columns])


def test_what_is_not_related_is_left_as_it_is() -> None:
    assert np.array_equal(related_points(PLAIN, STREAMS, TRIPLE)[:, 1], PLAIN[:, 1])
    assert related_points(PLAIN, STREAMS, NONE_RELATED) is PLAIN
    assert related_points(PLAIN, STREAMS, Correlations(("a", "x"), np.array([[1.0, 0.5], [0.5, 1.0]]))) is PLAIN
    assert related_points(PLAIN, STREAMS, Correlations(("a", "b"), np.eye(2))) is PLAIN


def test_a_matrix_that_is_not_positive_definite_raises() -> None:
    wrong = Correlations(("a", "b", "c"), np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]]))
    with pytest.raises(np.linalg.LinAlgError):
        related_points(PLAIN, STREAMS, wrong)


def test_an_owner_of_several_streams_hangs_on_each_of_them() -> None:
    owners = [["a", "x"], ["b"], ["c"], ["y", "d"]]
    assert components(owners, TRIPLE) == [[0, 2, 3], [1]]
    assert components(owners, NONE_RELATED) == [[0], [1], [2], [3]]
