"""What must hold of any pooled means: between own and borrowed, narrower with more rows, the same in any order."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.support.survey import stock

from quydat.core.draws import Range
from quydat.demand.density import fitted
from quydat.demand.pooling import CellSums, Spreads, pooled_given
from quydat.demand.stated import stated_needs

SPREAD = st.sampled_from([0.0, 0.05, 0.3, 1.0])
CELL = st.tuples(st.integers(0, 50), st.floats(-1.0, 6.0))
GROUPS = pd.DataFrame({"sector_id": ["food", "other"], "divisions": ["10", None]})
PLANT = st.fixed_dictionaries(
    {
        "division": st.sampled_from(["10", "22", None]),
        "size_class": st.sampled_from(["micro", "small", "large", None]),
        "workers": st.none() | st.integers(0, 400),
        "site_area_m2": st.none() | st.sampled_from([0.0, 333.3, 5000.0]),
        "gross_floor_area_m2": st.none() | st.sampled_from([0.1, 777.7, 4000.0, 1e6]),
        "floor_basis": st.sampled_from([None, "measured", "declared", "estimated"]),
        "operating_state": st.sampled_from([None, "operating", "closed"]),
        "basis": st.sampled_from(["surveyed", "published", "illustrative"]),
        "wanted_land_m2": st.none() | st.sampled_from([0.0, 333.3, 20_000.0]),
        "wanted_floor_m2": st.none() | st.sampled_from([0.0, 100.1]),
        "wanted_by_year": st.none() | st.integers(2024, 2035),
    }
)


def cells(rows: list[tuple[int, float]]) -> CellSums:
    count = np.array([one for one, _ in rows], dtype=float).reshape(2, 3)
    mean = np.array([middle for _, middle in rows]).reshape(2, 3)
    return CellSums(count, np.where(count > 0, mean, np.nan), 0.0)


@given(st.lists(CELL, min_size=6, max_size=6), st.tuples(SPREAD, SPREAD, SPREAD), st.integers(0, 5))
def test_a_cell_lies_between_its_rows_and_what_the_others_say(
    rows: list[tuple[int, float]], spreads: tuple[float, float, float], place: int
) -> None:
    others = [(0, 0.0) if number == place else row for number, row in enumerate(rows)]
    assume(rows[place][0] > 0 and sum(count for count, _ in others) > 0)
    made = pooled_given(cells(rows), Spreads(*spreads), row_variance=0.4)
    without = pooled_given(cells(others), Spreads(*spreads), row_variance=0.4)
    own, borrowed, share = rows[place][1], without.mean[place], made.weight[place, place]
    assert min(own, borrowed) - 1e-9 <= made.mean[place] <= max(own, borrowed) + 1e-9
    assert -1e-12 <= share <= 1.0 + 1e-12
    assert abs(made.mean[place] - (share * own + (1 - share) * borrowed)) < 1e-8
    assert made.covariance[place, place] <= without.covariance[place, place] + 1e-12


@given(st.lists(CELL, min_size=6, max_size=6), st.tuples(SPREAD, SPREAD, SPREAD), st.integers(0, 5))
def test_more_rows_narrow_every_cell(
    rows: list[tuple[int, float]], spreads: tuple[float, float, float], place: int
) -> None:
    assume(sum(count for count, _ in rows) > 0)
    more = [(count + 7, middle) if number == place else (count, middle) for number, (count, middle) in enumerate(rows)]
    before, after = (pooled_given(cells(one), Spreads(*spreads), row_variance=0.4) for one in (rows, more))
    assert (np.diag(after.covariance) <= np.diag(before.covariance) + 1e-12).all()
    assert np.linalg.eigvalsh(after.covariance).min() > -1e-9


def told(rows: list[dict[str, Any]]) -> list[Any]:
    """Everything that rows lead to, to the last digit."""
    table = stock(*rows)
    density = fitted(table, GROUPS)
    found: list[Any] = [density.usable, density.beyond, density.drawn_in, sorted(density.unnamed.items())]
    for name, fit in density.fits.items():
        found += [(name, sector, fit.of(sector)) for sector in (*density.sectors, "all")]
    realised = Range(0.2, 0.3, 0.5)
    needs = stated_needs(table, GROUPS, as_of=date(2025, 6, 30), plot_ratio=0.7, realised=realised)
    found += [] if needs is None else [needs.yearly_ha.tobytes(), needs.relative_error, needs.basis, needs.horizon]
    return found


@settings(max_examples=20)
@given(st.lists(PLANT, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[dict[str, Any]], random: Any) -> None:
    numbered = [row | {"establishment_id": f"e{number:02}"} for number, row in enumerate(rows)]
    shuffled = random.sample(numbered, len(numbered))
    assert told(numbered) == told(shuffled)
