"""A lower plan against the one above it, fifty thousand areas each."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from benchmarks.measure import Result, ratio
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.law.packs import read_packs
from quydat.spatial_plan.conform import Conformity, conform
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer

_COUNT = 50_000
_CORNER = (590_000.0, 1_170_000.0)
_SIDE = 30_000.0
_OFF_M = 5.0
_LACKS = (
    "uses, densities, storeys, conditions, shares; the freedom left; slivers; hectares on the ellipsoid; areas above "
    "that overlap are not refused"
)


def blocks(seed: int) -> NDArray[np.object_]:
    """Areas that fill a square of 30 km without gap or overlap."""
    west, south = _CORNER
    box = shapely.box(west, south, west + _SIDE, south + _SIDE)
    points = np.random.default_rng(seed).uniform(_CORNER, np.add(_CORNER, _SIDE), (_COUNT, 2))
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box))
    inside = shapely.intersection(parts, box)
    return np.asarray(inside[shapely.area(inside) > 0], dtype=object)


def lots(upper: NDArray[np.object_], seed: int) -> NDArray[np.object_]:
    """As lower plans are drawn: areas taken over whole or cut in two, one in twenty of them five metres off."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(upper))
    whole, halved = upper[chosen[: _COUNT * 2 // 5]], upper[chosen[_COUNT * 2 // 5 : _COUNT * 7 // 10]]
    west, south, east, north = shapely.bounds(halved).T
    at = west + (east - west) * rng.uniform(0.3, 0.7, len(halved))
    sides = [shapely.box(west - 1, south - 1, at, north + 1), shapely.box(at, south - 1, east + 1, north + 1)]
    made = np.concatenate([whole, *(shapely.intersection(halved, side) for side in sides)])
    made = np.asarray(made[shapely.area(made) > 0], dtype=object)
    off = rng.random(len(made)) < 0.05
    made[off] = shapely.transform(made[off], lambda corners: corners + _OFF_M)
    return made


def plan(name: str, shapes: NDArray[np.object_], seed: int, *, upper: bool) -> PlanLayer:
    """A plan with uses and plot ratios; about one lot in ten breaks what stands above it."""
    rng = np.random.default_rng(seed)
    count = len(shapes)
    areas = empty_bulk(tables()["plan_area"]).reindex(range(count))
    areas["plan_id"], areas["area_id"] = name, [f"{name}{n}" for n in range(count)]
    areas["land_use"] = (
        "industrial_park" if upper else rng.choice(["factory", "warehouse", "housing"], count, p=[0.7, 0.25, 0.05])
    )
    areas["plot_ratio_max"] = rng.uniform(1.0, 2.0, count) if upper else rng.uniform(0.5, 1.15, count)
    rest: dict[str, pd.DataFrame] = {other: empty_bulk(tables()[other]) for other in ("plan_use", "plan_line")}
    row: dict[str, Any] = {
        "plan_id": name,
        "name_vi": name,
        "scale": 10_000 if upper else 2000,
        "basis": "illustrative",
    }
    return PlanLayer(row, areas, shapes, rest["plan_use"], rest["plan_line"], np.zeros(0, dtype=object))


def measured() -> Iterator[Result]:
    """The whole check against the plain overlay of the shapes alone: on shared edges, and on unrelated ones."""
    import warnings

    import geopandas

    uses = LandUses(read_packs(["vn"]).tables["land_use"])
    above = blocks(1)
    cases = {"lots drawn on the edges of the areas": lots(above, 2), "unrelated edges": blocks(3)}
    for name, below in cases.items():
        lower, upper = plan("l", below, 4, upper=False), plan("u", above, 5, upper=True)
        one = geopandas.GeoDataFrame({"one": np.arange(len(below))}, geometry=below, crs=9210)
        other = geopandas.GeoDataFrame({"other": np.arange(len(above))}, geometry=above, crs=9210)

        def ours(lower: PlanLayer = lower, upper: PlanLayer = upper) -> Conformity:
            return conform(lower, upper, uses=uses)

        for how in ("union", "identity", "intersection"):

            def theirs(how: str = how, one: Any = one, other: Any = other) -> Any:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    return geopandas.overlay(one, other, how=how)

            what, lacks = (
                f"{len(below):,} lots under {len(above):,} areas, {name}",
                _LACKS if how == "union" else "same",
            )
            yield ratio(what, ours, peer=f'geopandas overlay, "{how}"', theirs=theirs, rounds=2, lacks=lacks)
