"""The ensemble: the land account over all draws at once. What a whole plan takes is told by ``demo``, step by step."""

from collections.abc import Iterator

import numpy as np

from benchmarks.measure import Result, ratio
from quydat.balance.account import Account, first_gap, run_account
from quydat.core.draws import Draws, Range, triangular

_DRAWS, _YEARS = 4000, list(range(2025, 2046))


def loops(opening_ha: float, *, delivered: Draws, demand: Draws) -> tuple[list[list[float]], list[int]]:
    """The same account as plain Python: closing stock of each draw and year, first year with a gap of each draw."""
    closings, firsts = [], []
    for flows, wants in zip(delivered.tolist(), demand.tolist(), strict=True):
        stock, first, closing = opening_ha, 9999, []
        for year, flow, want in zip(_YEARS, flows, wants, strict=True):
            available = stock + flow
            taken = min(want, available)
            stock = available - taken
            if want - taken > 1e-9 and first == 9999:
                first = year
            closing.append(stock)
        closings.append(closing)
        firsts.append(first)
    return closings, firsts


def measured() -> Iterator[Result]:
    """The account and its first year with a gap, against the same model as plain loops over draws."""
    ranges = {"delivered": Range(0.0, 30.0, 300.0), "demand": Range(20.0, 40.0, 80.0)}
    drawn = {
        name: np.stack([triangular(f"{name}.{y}", r, count=_DRAWS, seed=1) for y in _YEARS], axis=1)
        for name, r in ranges.items()
    }

    def ours() -> tuple[Account, Draws]:
        account = run_account(74.0, delivered=drawn["delivered"], demand=drawn["demand"])
        return account, first_gap(account.gap, years=_YEARS, never=9999)

    def theirs() -> tuple[list[list[float]], list[int]]:
        return loops(74.0, delivered=drawn["delivered"], demand=drawn["demand"])

    (account, first), (closings, firsts) = ours(), theirs()
    np.testing.assert_allclose(account.closing, closings, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(first, firsts)
    yield ratio(
        "land account, 4,000 draws × 21 years", ours, peer="the same as plain Python loops", theirs=theirs, rounds=7
    )
