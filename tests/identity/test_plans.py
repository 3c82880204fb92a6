"""What must hold of every pair of plans."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.support.plans import USES, cells, random_plan

from quydat.core.area import area_ha
from quydat.spatial_plan.conform import Conformity, conform
from quydat.spatial_plan.illustrative.plans import make_plans
from quydat.spatial_plan.layer import layer_of


@pytest.fixture(scope="module", params=range(4))
def found(request: pytest.FixtureRequest) -> Conformity:
    seed = request.param
    lower = random_plan("l", cells(150, seed, width=4000 + 500 * seed), seed, upper=False)
    upper = random_plan("u", cells(60, seed + 100, width=5000), seed, upper=True)
    return conform(lower, upper, uses=USES)


def test_hectares_of_the_lower_plan_are_those_of_its_findings(found: Conformity) -> None:
    drawn = float(area_ha(list(found.lower.shapes), epsg=found.lower.epsg).sum())
    assert sum(found.hectares.values()) == pytest.approx(drawn, abs=1e-4)
    assert all(ha >= 0 for ha in found.hectares.values())


def test_each_area_is_the_sum_of_its_findings(found: Conformity) -> None:
    rows = found.areas
    parts = rows[["agrees_ha", "free_ha", "unknown_ha", "breaks_ha", "outside_ha", "sliver_ha"]].sum(axis=1)
    np.testing.assert_allclose(parts, rows["drawn_ha"], atol=1e-6)


def test_the_polygons_of_the_differences_have_the_hectares_that_are_told(found: Conformity) -> None:
    own = (found.differences["aspects"] != "line").to_numpy(bool)
    drawn = area_ha(list(found.shapes[own]), epsg=found.lower.epsg)
    np.testing.assert_allclose(drawn, found.differences["ha"][own], atol=1e-6)
    told = found.hectares["breaks"] + found.hectares["outside"]
    assert float(found.differences["ha"][own].sum()) == pytest.approx(told, abs=1e-4)


def test_covered_and_open_land_are_the_plan_above(found: Conformity) -> None:
    rows = found.freedom.areas
    np.testing.assert_allclose(rows["covered_ha"] + rows["open_ha"], rows["drawn_ha"], atol=1e-9)
    inside = float(found.laid.ha.sum())
    assert float(rows["covered_ha"].sum()) == pytest.approx(inside, abs=1e-6)


def test_a_plan_conforms_to_itself(found: Conformity) -> None:
    itself = conform(found.upper, found.upper, uses=USES)
    whole = float(itself.laid.lower_ha.sum())
    assert itself.hectares["breaks"] == itself.hectares["outside"] == 0.0
    assert itself.hectares["agrees"] == pytest.approx(whole, abs=1e-6)
    assert itself.freedom.open_ha == pytest.approx(0.0, abs=1e-6)
    assert itself.laid.cut == 0


def test_parks_of_the_made_up_plans_have_their_published_area(hcmc_record: dict[str, pd.DataFrame]) -> None:
    made = make_plans(seed=1, parks=hcmc_record["park"], as_of=date(2026, 6, 30))
    parks = hcmc_record["park"].set_index("park_id")["gross_area_ha"]
    layer = layer_of(made.tables, made.drafts[0])
    for area, ha in zip(layer.areas["area_id"], layer.drawn_ha, strict=True):
        if area.lower() in parks.index:
            assert ha == pytest.approx(parks[area.lower()], rel=2e-4)
