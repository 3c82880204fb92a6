"""The worked examples of docs/method/density.md and stated_needs.md say what the model and the expansion give."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.survey import stock

from quydat.core.draws import Range
from quydat.demand.density_slope import over_frame
from quydat.demand.pooling import CellSums, Pooled, Spreads, pooled_given
from quydat.demand.stated import StatedNeeds, stated_needs

METHOD = Path(__file__).parents[2] / "docs" / "method"
DENSITY, STATED = (" ".join((METHOD / f"{one}.md").read_text("utf-8").split()) for one in ("density", "stated_needs"))


@pytest.fixture(scope="module")
def pool() -> Pooled:
    sums = CellSums(np.array([[16.0], [4.0], [0.0]]), np.log([[40.0], [60.0], [np.nan]]), 0.0)
    return pooled_given(sums, Spreads(0.3, 0.0, 0.0), row_variance=0.36)


def test_the_three_sectors(pool: Pooled) -> None:
    middle, share = np.exp(pool.mean), np.diag(pool.weight)
    mean = middle * np.exp(0.18)
    for place, start in enumerate(("| A | 16 | 40 | 0.0225 | 0.8", "| B | 4 | 60 | 0.09 | 0.5", "| C | 0 | – | – | 0")):
        own = f"{share[place]:.3f}" if share[place] else "0"
        assert f"{start} | {middle[place]:.1f} | {own} | {mean[place]:.1f} |" in DENSITY
    assert f"= {pool.mean[2]:.4f}, so {middle[2]:.1f} m²" in DENSITY
    assert f"= {pool.mean[0]:.4f}, so {middle[0]:.1f} m²" in DENSITY
    a, b, c = np.sqrt(np.diag(pool.covariance))
    assert f"= {a:.3f}; B" in DENSITY and f"= {b:.3f}; C" in DENSITY and f"= {c:.3f}." in DENSITY
    both = (300 * mean[0] + 100 * mean[1]) / 400
    assert f"× 63.4) ÷ 400 = {both:.1f} m²" in DENSITY


def test_the_slope() -> None:
    factor, _ = over_frame(np.log([10.0, 90.0]), np.zeros(2, np.int64), np.log([30.0]), -0.3, (1, 1))
    made = float(np.exp(factor[0, 0]))
    assert f"÷ 100 = {made:.4f}." in DENSITY and f"take {1 - made:.0%}".replace("%", " %") in DENSITY


@pytest.fixture(scope="module")
def needs() -> StatedNeeds:
    first, second = {"division": "10", "workers": 20}, {"division": "13", "workers": 20}
    small = {"size_class": "small"}
    nothing = {"wanted_land_m2": 0}
    rows = [first | {"wanted_land_m2": 10_000, "wanted_by_year": 2028}, first | nothing, *[first] * 8]
    rows += [second | {"wanted_land_m2": 20_000, "wanted_by_year": 2030}, *[second | nothing] * 3, *[second] * 16]
    sectors = pd.DataFrame({"sector_id": ["a", "b"], "divisions": ["10", "13"]})
    made = stated_needs(
        stock(*(row | small for row in rows)), sectors, as_of=date(2025, 6, 30), plot_ratio=0.7,
        realised=Range(0.3, 0.3, 0.3),
    )  # fmt: skip
    assert made is not None
    return made


def test_the_two_strata(needs: StatedNeeds) -> None:
    first, second = needs.yearly_ha.sum(axis=0)
    assert f"= {first:.0f} ha; 20 ÷ 4 × 2 = {second:.0f} ha; together {first + second:.0f} ha" in STATED
    year = {one: needs.yearly([one]).sum() for one in (2026, 2027, 2028, 2029, 2030, 2031)}
    assert year[2026] == year[2027] == year[2028]
    assert f"= {year[2026]:.2f} ha in 2026, 2027 and 2028; {year[2029]:.2f} ha in 2029 and 2030" in STATED
    assert f"beyond it 15 ÷ 5 = {year[2031]:.2f} ha a year" in STATED
    error = needs.relative_error * (first + second)
    assert f"= {error**2:.0f}; standard error {error:.0f} ha, relative {needs.relative_error:.3f}" in STATED
    assert f"in the middle: {needs.realised.mid * (first + second):.1f} ha by 2030" in STATED
