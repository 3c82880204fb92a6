"""The compiled account against itself written twice more: draw by draw in plain Python, and over all draws in NumPy."""

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quydat.balance.ensemble import run_ensemble
from quydat.core.distribution import LEAST, RELATIVE_ERROR
from quydat.core.parallel import Threads

TWIN = Path(__file__).parents[2] / "benchmarks" / "demand_twin.py"
LEVELS = (0.1, 0.5, 0.9)


@pytest.fixture(scope="module")
def run_twin() -> Any:
    import sys

    spec = spec_from_file_location("demand_twin", TWIN)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["demand_twin"] = module
    spec.loader.exec_module(module)
    return module.run_twin


def by_loop(demand: Any, supply: Any, d: int) -> list[dict[str, list[float]]]:
    """One draw, as the rule says it."""
    pools = range(len(demand.pools))
    stock, blocked = list(supply.opening_ha), 1.0
    years = []
    for t, year in enumerate(demand.years):
        cleared = min(blocked, supply.blocked_share[d] * supply.shares[t])
        blocked -= cleared
        delivered = [cleared * supply.blocked_ha[p] for p in pools]
        for k, p in enumerate(supply.source_pool):
            own = supply.hand_over.central(
                max(int(supply.first_year[k, d]), demand.years[0]), supply.source_ha[k], years=list(demand.years)
            )
            delivered[p] += own.get(year, 0.0)
        wanted = [
            sum(demand.land_ha[d, t, s] * demand.share[d, s, p] for s in range(len(demand.sectors))) for p in pools
        ]
        freed = [supply.freed_ha[p, t] for p in pools]
        there = [stock[p] + delivered[p] + freed[p] for p in pools]
        released = [min(supply.released_ha[p, t], there[p]) for p in pools]
        free = [there[p] - released[p] for p in pools]
        let = [min(wanted[p], free[p]) for p in pools]
        lacking = sum(wanted[p] - let[p] for p in pools)
        room = sum(free[p] - let[p] for p in pools)
        moving = min(demand.mobile_share[d] * lacking, room)
        came = [moving * (free[p] - let[p]) / room if room else 0.0 for p in pools]
        went = [moving * (wanted[p] - let[p]) / lacking if lacking else 0.0 for p in pools]
        before, stock = stock, [free[p] - let[p] - came[p] for p in pools]
        years.append(
            {
                "opening_ha": before, "delivered_ha": delivered, "freed_ha": freed,
                "taken_up_ha": [let[p] + came[p] for p in pools], "released_ha": released, "closing_ha": stock,
                "demand_ha": wanted, "gap_ha": [wanted[p] - let[p] - went[p] for p in pools],
                "moved_ha": [came[p] - went[p] for p in pools],
            }
        )  # fmt: skip
    return years


@pytest.mark.parametrize("seed", range(12))
def test_the_account_draw_by_draw(seed: int, some_account: Callable[..., Any]) -> None:
    demand, supply = some_account(seed, draws=6, pools=1 + seed % 6, mobile=(None, 0.0, 1.0)[seed % 3])
    outcome = run_ensemble(demand, supply, runner=Threads(1), cells=False)
    loops = [by_loop(demand, supply, d) for d in range(6)]
    for name, values in outcome.city.items():
        plain = [[sum(year[name]) for year in loop] for loop in loops]
        np.testing.assert_allclose(values, plain, rtol=1e-9, atol=1e-9)
    for name, values in outcome.means.items():
        plain = np.mean([[year[name] for year in loop] for loop in loops], axis=0)
        np.testing.assert_allclose(values, plain, rtol=1e-9, atol=1e-9)
    for d, loop in enumerate(loops):
        empty = [year for year, of in zip(demand.years, loop, strict=True)
                 if sum(of["gap_ha"]) > 1e-9 and sum(of["closing_ha"]) <= 1e-9]  # fmt: skip
        assert outcome.first_gap[d] == (empty[0] if empty else demand.years[-1] + 1)
    delivered = supply.delivered(slice(0, 6))
    np.testing.assert_allclose(delivered, [[y["delivered_ha"] for y in loop] for loop in loops], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_the_whole_in_plain_numpy(seed: int, some_account: Callable[..., Any], run_twin: Any) -> None:
    demand, supply = some_account(100 + seed, draws=700, pools=4, mobile=(None, 0.0, 1.0)[seed % 3])
    outcome, twin = run_ensemble(demand, supply, runner=Threads(2), cells=True), run_twin(demand, supply)
    for ours, plain in ((outcome.city, twin.city), (outcome.means, twin.means)):
        for name, values in ours.items():
            np.testing.assert_allclose(values, plain[name], rtol=1e-9, atol=1e-9)
    cells = outcome.cells
    assert cells is not None
    np.testing.assert_allclose(cells.land_ha.transpose(0, 2, 1), twin.cell_means, rtol=1e-9)
    np.testing.assert_allclose(cells.floor_m2.transpose(0, 2, 1), twin.floor_means, rtol=1e-9)
    for made, exact in (
        (cells.land.quantiles(LEVELS).transpose(0, 3, 1, 2), twin.cells),
        (cells.by_sector.quantiles(LEVELS).transpose(0, 2, 1), twin.by_sector),
        (outcome.closing.quantiles(LEVELS).transpose(0, 2, 1), twin.closing),
        (outcome.gap.quantiles(LEVELS).transpose(0, 2, 1), twin.gap),
        (outcome.demand.quantiles(LEVELS).transpose(0, 2, 1), twin.demand),
    ):
        np.testing.assert_allclose(made, exact, rtol=RELATIVE_ERROR, atol=LEAST)
    np.testing.assert_array_equal(outcome.short_share, twin.short)
    np.testing.assert_array_equal(outcome.first_gap, twin.first_gap)
