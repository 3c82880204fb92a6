"""Absence is not zero."""

import pandas as pd
import pytest

from quydat.core.absence import Coverage, covered_sum


def test_a_sum_leaves_out_what_is_unknown_and_says_so() -> None:
    total, coverage = covered_sum(pd.Series([300.0, None, 120.5]))
    assert total == 420.5
    assert coverage == Coverage(known=2, total=3)
    assert not coverage.complete


def test_a_zero_is_known() -> None:
    assert covered_sum(pd.Series([0.0, 0.0])) == (0.0, Coverage(2, 2))


def test_nothing_known_is_unknown_not_zero() -> None:
    assert covered_sum(pd.Series([None, None], dtype=float)) == (None, Coverage(0, 2))


def test_no_rows_sum_to_a_known_zero() -> None:
    assert covered_sum(pd.Series([], dtype=float)) == (0.0, Coverage(0, 0))


def test_whole_numbers_with_gaps() -> None:
    assert covered_sum(pd.Series([2, None, 3], dtype="Int64")) == (5.0, Coverage(2, 3))


def test_coverage_adds_and_reads() -> None:
    assert Coverage(2, 3) + Coverage(5, 5) == Coverage(7, 8)
    assert str(Coverage(7, 8)) == "7/8"
    assert Coverage(5, 5).complete


@pytest.mark.parametrize(("known", "total"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_coverage_is_refused(known: int, total: int) -> None:
    with pytest.raises(ValueError, match=f"coverage {known} of {total}"):
        Coverage(known, total)
