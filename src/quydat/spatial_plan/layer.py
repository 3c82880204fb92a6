"""One plan with all that it draws and states, in the plane in which it is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.area_field import AreaField
from quydat.core.crs import WGS84, reproject
from quydat.core.problem import problem, raise_if
from quydat.core.text import Lang

PLANE = 9210
"""VN-2000 / TM-3 105°45′, the plane in which the city's plans are drawn; areas are those of the ellipsoid anyway."""

LEVELS = ("general_plan", "zoning_plan", "detailed_plan")
"""From the top down."""

SCALES: Mapping[str, tuple[int, int]] = {
    "general_plan": (10_000, 25_000),
    "zoning_plan": (2_000, 5_000),
    "detailed_plan": (500, 500),
}
"""Denominators of the scales in which each level is drawn (Law 47/2024/QH15 and its circulars; confidence medium)."""

_ROOM_M = 1000.0
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class PlanLayer:
    """A plan: its row, its areas, its lines and its table of uses.

    Attributes
    ----------
    plan
        The row of the table ``spatial_plan``.
    areas, uses, lines
        Its rows of ``plan_area``, ``plan_use`` and ``plan_line``, in order of their ids.
    shapes, line_shapes
        Their geometries in the plane.
    epsg
        Number of the plane.
    """

    plan: Mapping[str, Any]
    areas: pd.DataFrame
    shapes: NDArray[np.object_]
    uses: pd.DataFrame
    lines: pd.DataFrame
    line_shapes: NDArray[np.object_]
    epsg: int = PLANE

    @property
    def plan_id(self) -> str:
        """Id of the plan."""
        return str(self.plan["plan_id"])

    @property
    def name(self) -> str:
        """Name that people read."""
        return self.name_in("vi")

    def name_in(self, lang: Lang) -> str:
        """Name in a language; the Vietnamese one where there is no other."""
        own = self.plan.get(f"name_{lang}")
        return str(own if isinstance(own, str) and own else self.plan["name_vi"])

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all that it draws."""
        box = shapely.total_bounds(np.concatenate([self.shapes, self.line_shapes]))
        return float(box[0]), float(box[1]), float(box[2]), float(box[3])

    @cached_property
    def drawn_ha(self) -> NDArray[np.float64]:
        """Hectares of each area as drawn."""
        return field_of([self]).ha(self.shapes)


def layer_of(tables: Tables, plan_id: str, *, epsg: int = PLANE) -> PlanLayer:
    """A plan out of the tables.

    Parameters
    ----------
    tables
        ``spatial_plan``, ``plan_area``, ``plan_use`` and ``plan_line``; geometries as WKB in WGS 84.

    Raises
    ------
    Problems
        QD830 if there is no such plan, QD831 if it draws no area.
    """
    plans = tables["spatial_plan"]
    found = plans[plans["plan_id"] == plan_id].to_dict("records")
    if not found:
        raise_if([problem("QD830", plan=plan_id, known=", ".join(sorted(plans["plan_id"])) or "–")])
    areas, uses, lines = (_own(tables, name, plan_id) for name in ("plan_area", "plan_use", "plan_line"))
    if not areas["outline"].notna().any():
        raise_if([problem("QD831", plan=plan_id)])
    areas = areas[areas["outline"].notna()].reset_index(drop=True)
    lines = lines[lines["line"].notna()].reset_index(drop=True)
    row = {str(name): value for name, value in found[0].items()}
    return PlanLayer(
        row, areas, in_plane(areas["outline"].tolist(), epsg=epsg), uses, lines,
        in_plane(lines["line"].tolist(), epsg=epsg), epsg,
    )  # fmt: skip


def _own(tables: Tables, name: str, plan_id: str) -> pd.DataFrame:
    rows = tables[name]
    own = rows[rows["plan_id"] == plan_id]
    key = {"plan_area": ["area_id"], "plan_use": ["area_id", "land_use"], "plan_line": ["line_id"]}[name]
    return own.sort_values(key, kind="stable").reset_index(drop=True)


def in_plane(wkb: Sequence[bytes], *, epsg: int = PLANE) -> NDArray[np.object_]:
    """Geometries of the record in the plane.

    Corners that several polygons share stay the same numbers in all of them, so what meets edge to edge still does.
    """
    given: NDArray[np.object_] = np.empty(len(wkb), dtype=object)
    given[:] = wkb
    shapes = shapely.force_2d(shapely.from_wkb(given))
    if not len(given):
        return given
    moved: NDArray[np.object_] = shapely.transform(
        shapes, lambda at: np.column_stack(reproject(at[:, 0], at[:, 1], source=WGS84, target=epsg))
    )
    return moved


def field_of(layers: Sequence[PlanLayer]) -> AreaField:
    """What measures the areas of all these layers."""
    boxes = np.array([layer.bounds for layer in layers])
    west, south = boxes[:, :2].min(axis=0) - _ROOM_M
    east, north = boxes[:, 2:].max(axis=0) + _ROOM_M
    return AreaField((west, south, east, north), epsg=layers[0].epsg)
