"""Hectares of conformity against GeoPandas' overlay of the same layers."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from numpy.typing import NDArray
from tests.support.plans import EAST, NORTH, cells

from quydat.core.area import area_ha
from quydat.core.area_field import AreaField
from quydat.spatial_plan.overlay import overlaps, overlay

FIELD = AreaField((EAST - 2000, NORTH - 2000, EAST + 9000, NORTH + 9000), epsg=9210)
HECTARE = 1e-6


def halves(shapes: NDArray[np.object_], seed: int) -> NDArray[np.object_]:
    """Each polygon cut in two: their edges meet those of the whole at corners that it does not have."""
    west, south, east, north = shapely.bounds(shapes).T
    at = west + (east - west) * np.random.default_rng(seed).uniform(0.3, 0.7, len(shapes))
    sides = [shapely.box(west - 1, south - 1, at, north + 1), shapely.box(at, south - 1, east + 1, north + 1)]
    made = np.concatenate([shapely.intersection(shapes, side) for side in sides])
    return np.asarray(made[shapely.area(made) > 0], dtype=object)


BLOCKS = cells(400, 8)
CASES = {
    "unrelated": (cells(900, 1), cells(700, 2)),
    "one larger than the other": (cells(500, 3, width=7000), cells(300, 4)),
    "lots in blocks": (halves(BLOCKS, 5), BLOCKS),
    "blocks over lots": (BLOCKS, halves(BLOCKS, 6)),
    "the same": (BLOCKS, BLOCKS.copy()),
    "moved by a millimetre": (np.asarray(shapely.transform(BLOCKS, lambda at: at + 0.001), dtype=object), BLOCKS),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.filterwarnings("ignore:.*keep_geom_type.*:UserWarning")
def test_areas_are_those_of_geopandas(name: str) -> None:
    lower, upper = CASES[name]
    laid = overlay(lower, upper, field=FIELD)
    one = gpd.GeoDataFrame({"one": np.arange(len(lower))}, geometry=lower, crs=9210)
    other = gpd.GeoDataFrame({"other": np.arange(len(upper))}, geometry=upper, crs=9210)
    peer = gpd.overlay(one, other, how="union", keep_geom_type=True)
    peer["ha"] = area_ha(peer.geometry.tolist(), epsg=9210)
    both = peer[peer["one"].notna() & peer["other"].notna()]
    theirs = both.set_index([both["one"].astype(int), both["other"].astype(int)])["ha"]
    ours = pd.Series(laid.ha, index=pd.MultiIndex.from_arrays([laid.lower, laid.upper]))
    ours, theirs = ours.align(theirs, fill_value=0.0)
    np.testing.assert_allclose(ours, theirs, atol=HECTARE, rtol=0)
    for left, side, count in ((laid.outside_ha, "one", len(lower)), (laid.uncovered_ha, "other", len(upper))):
        alone = peer[peer[side].notna() & peer["other" if side == "one" else "one"].isna()]
        expected = np.bincount(alone[side].astype(int), weights=alone["ha"], minlength=count)
        np.testing.assert_allclose(left, expected, atol=HECTARE, rtol=0)


@pytest.mark.parametrize("seed", range(3))
def test_overlaps_are_those_of_every_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = cells(60, seed, width=1200)
    grown = rng.random(len(shapes)) < 0.2
    shapes = np.where(grown, shapely.buffer(shapes, 3.0), shapes)
    found = dict(
        zip(
            zip(*(at.tolist() for at in overlaps(shapes, field=FIELD)[:2]), strict=True),
            overlaps(shapes, field=FIELD)[2],
            strict=True,
        )
    )
    for i in range(len(shapes)):
        for j in range(i + 1, len(shapes)):
            ha = shapely.intersection(shapes[i], shapes[j]).area / 1e4
            assert found.get((i, j), 0.0) == pytest.approx(ha, abs=1e-5)
