"""Any two layers: identities of the overlay and the check, whatever is drawn."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.plans import USES, cells, random_plan, square

from quydat.core.area_field import AreaField
from quydat.spatial_plan.conform import conform
from quydat.spatial_plan.overlay import overlay

FIELD = AreaField((599_000, 1_189_000, 610_000, 1_200_000), epsg=9210)
BOXES = st.tuples(
    st.integers(-50, 400), st.integers(-50, 400), st.integers(1, 300), st.integers(1, 300)
).map(lambda b: square(b[0], b[1], b[0] + b[2], b[1] + b[3]))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(BOXES, min_size=1, max_size=12), st.integers(0, 10**6), st.integers(1, 40))
def test_what_lies_in_the_plan_above_and_outside_is_the_lot(lots: list[shapely.Polygon], seed: int, count: int) -> None:
    lower = np.array(lots, dtype=object)  # lots may lie over one another; each is judged by itself
    upper = cells(count, seed, width=350)
    laid = overlay(lower, upper, field=FIELD)
    inside = np.bincount(laid.lower, weights=laid.ha, minlength=len(lower))
    np.testing.assert_allclose(inside + laid.outside_ha, laid.lower_ha, atol=1e-9)
    whole = shapely.union_all(upper)
    np.testing.assert_allclose(inside, FIELD.ha(shapely.intersection(lower, whole)), atol=1e-6)
    assert (laid.outside_ha >= -1e-9).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(2, 40))
def test_each_hectare_has_exactly_one_finding(seed: int, below: int, above: int) -> None:
    lower = random_plan("l", cells(below, seed, width=2500), seed, upper=False)
    upper = random_plan("u", cells(above, seed + 1, width=2000), seed, upper=True)
    found = conform(lower, upper, uses=USES)
    assert abs(sum(found.hectares.values()) - float(found.laid.lower_ha.sum())) < 1e-6
    assert (found.verdict == "breaks") == (found.hectares["breaks"] + found.hectares["outside"] > 1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 30))
def test_a_wider_plan_above_never_breaks_more(seed: int, count: int) -> None:
    """Allowing every use and asking for no density lets pass whatever was inside."""
    lower = random_plan("l", cells(count, seed, width=2000), seed, upper=False)
    tight = random_plan("u", cells(9, seed + 1, width=2000), seed, upper=True)
    areas = tight.areas.assign(
        allowed_uses="factory;warehouse;green;transport", plot_ratio_max=np.nan, storeys_max=np.nan
    )
    wide = type(tight)(tight.plan, areas, tight.shapes, tight.uses, tight.lines, tight.line_shapes, tight.epsg)
    before, after = (conform(lower, upper, uses=USES).hectares for upper in (tight, wide))
    assert after["breaks"] == after["unknown"] == 0.0
    assert after["outside"] == before["outside"]
