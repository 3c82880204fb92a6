"""The compiler of kernels, and where it cannot keep what it compiled."""

from typing import Any

import numpy as np
import pytest

from quydat.core import counting


def test_without_a_folder_to_write_to_kernels_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    def refuse(**how: Any) -> Any:
        asked.append(how)
        if how.get("cache"):
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(counting, "njit", refuse)
    assert counting.kernel(abs)(-3) == 3
    assert asked == [{"nogil": True, "cache": True}, {"nogil": True}]


def test_room_that_is_too_small_is_widened() -> None:
    """Products 1·1 and 2·3 in two years, one pool: 12 ha in all, weighted by 2 and 10."""
    left, right = np.array([[[1.0, 2.0], [1.0, 2.0]]]), np.array([[[1.0, 3.0]]])
    total, room = np.full((1, 2, 2), 9.0), np.empty(1, np.uint32)
    plain, weighted, (zeros, _, offset, counts), wider = counting.count_products(
        left, right, np.array([2.0, 10.0]), total, room
    )
    assert total.tolist() == [[[1.0, 6.0], [1.0, 6.0]]]
    assert (plain.ravel().tolist(), weighted.ravel().tolist()) == ([7.0, 7.0], [62.0, 62.0])
    assert zeros.tolist() == [0, 0]
    assert counts.sum() == 4
    assert len(wider) >= offset[-1] > 1


def test_a_product_without_a_bin_gives_no_counts() -> None:
    one = np.array([[[-1.0]]])
    made = counting.count_products(one, np.ones((1, 1, 1)), np.ones(1), np.empty((1, 1, 1)), np.empty(9, np.uint32))
    assert len(made[2][2]) == 0
