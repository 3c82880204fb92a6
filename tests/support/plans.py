"""Small plans drawn by hand in the plane, and cities of plans at random."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.dictionary.schema import tables
from quydat.law.packs import read_packs
from quydat.spatial_plan.land_use import LandUses
from quydat.spatial_plan.layer import PlanLayer
from quydat.survey.illustrative.units import typed_table

EAST, NORTH = 600_000.0, 1_190_000.0
FACTOR = 0.99995
"""True hectares of a hectare of the plane there, to five decimals: the square of 100 ha in ``area_ha`` has 99.995."""
USES = LandUses(read_packs(["vn"]).tables["land_use"])


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """A rectangle in metres from the corner of the drawing."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def track(*points: tuple[float, float]) -> shapely.LineString:
    """A line in metres from the corner of the drawing."""
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in points])


def plan(
    plan_id: str, areas: Sequence[Mapping[str, Any]], *, level: str = "zoning_plan", scale: int = 2000,
    uses: Sequence[Mapping[str, Any]] = (), lines: Sequence[Mapping[str, Any]] = (), **more: Any,
) -> PlanLayer:  # fmt: skip
    """A plan; areas and lines bring their ``shape``, ids are A1, A2, … and L1, L2, … unless they say so."""

    def table(name: str, rows: Sequence[Mapping[str, Any]], key: str, letter: str) -> pd.DataFrame:
        own = [
            {"plan_id": plan_id, "basis": "illustrative", key: f"{letter}{n}", **row} for n, row in enumerate(rows, 1)
        ]
        return typed_table([{str(k): v for k, v in row.items() if k != "shape"} for row in own], tables()[name])

    row = {"plan_id": plan_id, "name_vi": plan_id, "level": level, "scale": scale, "basis": "illustrative",
           "official_area_ha": None, "upper_plan_id": None, **more}  # fmt: skip
    return PlanLayer(
        row, table("plan_area", areas, "area_id", "A"), shapes_of(areas), table("plan_use", uses, "area_id", "A"),
        table("plan_line", lines, "line_id", "L"), shapes_of(lines),
    )  # fmt: skip


def shapes_of(rows: Sequence[Mapping[str, Any]]) -> NDArray[np.object_]:
    """Shapes of rows."""
    made: NDArray[np.object_] = np.empty(len(rows), dtype=object)
    made[:] = [row["shape"] for row in rows]
    return made


def cells(count: int, seed: int, *, width: float = 6000.0) -> NDArray[np.object_]:
    """Polygons that fill a square without gap or overlap (a Voronoi diagram cut at the edge)."""
    box = square(0, 0, width, width)
    points = np.random.default_rng(seed).uniform([EAST, NORTH], [EAST + width, NORTH + width], (count, 2))
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), extend_to=box))
    inside = shapely.intersection(parts, box)
    return np.asarray(inside[shapely.area(inside) > 0], dtype=object)


def random_plan(plan_id: str, shapes: NDArray[np.object_], seed: int, *, upper: bool) -> PlanLayer:
    """A plan with uses and densities at random on these polygons; some cells are unknown."""
    rng = np.random.default_rng(seed)
    uses = (
        ["industrial_park", "mixed", "green", "transport"] if upper else ["factory", "warehouse", "green", "transport"]
    )
    rows = []
    for shape in shapes:
        row: dict[str, Any] = {"shape": shape, "land_use": str(rng.choice(uses))}
        if upper and rng.random() < 0.5:
            row["allowed_uses"] = str(rng.choice(["green;transport", "factory", "commercial_service"]))
        if rng.random() < 0.8:
            row["plot_ratio_max"] = float(rng.uniform(0.5, 2.0))
        if rng.random() < 0.5:
            row["storeys_max"] = float(rng.integers(1, 9))
        rows.append(row)
    return plan(plan_id, rows, level="general_plan" if upper else "zoning_plan", scale=10_000 if upper else 2000)
