"""Present values: what they must be at the edges, whatever the rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quydat.programme.delivery.present import LetLand, discount_over, discount_stage

rates = st.floats(0.0, 0.2)
times = st.floats(0.0, 60.0)


def test_without_a_rate_nothing_is_discounted() -> None:
    assert discount_over(np.array([3.0]), np.array([9.0]), 0.0).tolist() == [1.0]
    assert discount_stage(np.array([3.0]), np.array([3.0]), 0.7, 0.0).tolist() == [1.0]


@given(rate=rates, begin=times, lasts=times)
def test_the_mean_lies_between_its_ends(rate: float, begin: float, lasts: float) -> None:
    made = float(discount_over(np.array([begin]), np.array([begin + lasts]), rate)[0])
    assert (1 + rate) ** -(begin + lasts) - 1e-12 <= made <= (1 + rate) ** -begin + 1e-12


@given(rate=rates, begin=times, lasts=st.floats(0.01, 60.0), share=st.floats(0.0, 1.0))
def test_two_parts_make_the_whole(rate: float, begin: float, lasts: float, share: float) -> None:
    a, b, c = (np.array([begin + lasts * x]) for x in (0.0, share, 1.0))
    parts = share * discount_over(a, b, rate) + (1 - share) * discount_over(b, c, rate)
    assert parts == pytest.approx(discount_over(a, c, rate), rel=1e-9)


@given(rate=rates, ready=times, end=times)
def test_land_that_is_let_at_once_pays_from_readiness_to_the_end(rate: float, ready: float, end: float) -> None:
    """Let evenly over a year: as much as a hectare let at once, less what it lacks in that year."""
    made = float(LetLand(np.array([1.0]), rate).worth(np.array([ready]), end)[0])
    left = max(end - ready, 0.0)
    at_once = left * float(discount_over(np.array([ready]), np.array([max(ready, end)]), rate)[0])
    assert at_once - min(left, 1.0) <= made <= at_once + 1e-12
    if rate == 0:
        assert made == pytest.approx(left**2 / 2 if left < 1 else left - 0.5)


@given(rate=st.floats(1e-9, 1e-4), ready=st.floats(0.0, 10.0))
def test_a_small_rate_is_close_to_none(rate: float, ready: float) -> None:
    land = np.array([0.3, 0.3, 0.4])
    none, small = (LetLand(land, one).worth(np.array([ready]), 20.0)[0] for one in (0.0, rate))
    assert small == pytest.approx(none, rel=25 * rate)
