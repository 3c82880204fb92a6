"""Pooled means of cells: what they come to by hand, and at the edges."""

import numpy as np
import pytest

from quydat.demand.pooling import (
    PRIOR_ROW_SPREAD,
    PRIOR_ROWS,
    CellSums,
    Spreads,
    pooled,
    pooled_given,
    sums_of_cells,
)


def test_rows_add_up_by_cell() -> None:
    made = sums_of_cells(np.array([2.0, 4.0, 1.0]), np.array([3, 3, 0]), (2, 2))
    assert made.rows.tolist() == [[1, 0], [0, 2]]
    assert np.isnan(made.mean[0, 1]) and made.mean[1, 1] == 3.0
    assert made.within == 2.0
    assert made.freedom == PRIOR_ROWS + 3 - 2
    assert made.row_variance == pytest.approx((PRIOR_ROWS * PRIOR_ROW_SPREAD**2 + 2.0) / 3.0)


def test_sector_and_size_effects_add_up_in_an_empty_cell() -> None:
    """With very many rows and no cell effects, θ of the fourth cell is row + column − corner: 5 + 2 − 3 = 4."""
    sums = CellSums(np.array([[1e6, 1e6], [1e6, 0.0]]), np.array([[3.0, 5.0], [2.0, np.nan]]), 0.0)
    made = pooled_given(sums, Spreads(10.0, 10.0, 0.0), row_variance=0.25)
    assert made.mean[:3] == pytest.approx([3.0, 5.0, 2.0], abs=1e-4)
    assert made.mean[3] == pytest.approx(4.0, abs=1e-3)
    assert made.weight[3, 3] == 0.0


def test_without_spread_between_cells_all_have_the_mean_of_all_rows() -> None:
    sums = CellSums(np.array([[1.0, 2.0, 0.0]]), np.array([[6.0, 3.0, np.nan]]), 0.0)
    made = pooled_given(sums, Spreads(0.0, 0.0, 0.0), row_variance=0.9)
    assert made.mean == pytest.approx([4.0, 4.0, 4.0])
    assert np.diag(made.covariance) == pytest.approx([0.3, 0.3, 0.3])


def test_with_great_spread_a_cell_is_the_mean_of_its_own_rows() -> None:
    sums = CellSums(np.array([[4.0, 2.0]]), np.array([[6.0, 3.0]]), 0.0)
    made = pooled_given(sums, Spreads(0.0, 0.0, 1000.0), row_variance=1.0)
    assert made.mean == pytest.approx([6.0, 3.0], abs=1e-5)
    assert np.diag(made.covariance) == pytest.approx([0.25, 0.5], rel=1e-4)
    assert np.diag(made.weight) == pytest.approx([1.0, 1.0], rel=1e-4)


def test_one_row_is_enough_and_says_little_of_other_cells() -> None:
    made = pooled(CellSums(np.array([[1.0, 0.0]]), np.array([[4.0, np.nan]]), 0.0))
    assert made.mean == pytest.approx([4.0, 4.0])
    own, other = np.sqrt(np.diag(made.covariance))
    assert own == pytest.approx(PRIOR_ROW_SPREAD, rel=1e-6)
    assert other > own


def test_nothing_cannot_be_pooled() -> None:
    with pytest.raises(ValueError, match="no cell holds a row"):
        pooled(CellSums(np.zeros((2, 2)), np.full((2, 2), np.nan), 0.0))
