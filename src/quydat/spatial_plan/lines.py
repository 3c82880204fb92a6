"""Roads, corridors and protection lines of the plan above: does the lower plan keep them, and the land along them?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from quydat.core.area_field import AreaField
from quydat.spatial_plan.land_use import LandUses, listed
from quydat.spatial_plan.layer import PlanLayer
from quydat.spatial_plan.overlay import pieces

_STEP_M = 2.0
_SHORTEST_M = 1.0
"""Less of a line inside the lower plan is no line there."""
_ROUNDING_HA = 0.005
_COLUMNS = (
    "line_id", "line_kind", "length_m", "moved_m", "off_m", "width_m", "drawn_width_m", "blocked_ha", "finding", "why",
)  # fmt: skip


@dataclass(frozen=True)
class LineFindings:
    """Lines of the plan above that lie in the lower plan.

    Attributes
    ----------
    rows
        ``length_m`` inside the lower plan; ``moved_m``, how far the lower plan's line of that kind lies away at most;
        ``off_m``, metres of the line that lie farther away than the plan above allows; widths of both;
        ``blocked_ha`` of uses in the corridor that are not allowed there; ``finding``; ``why`` (missing, moved, narrow,
        width_unknown, blocked; several by ``;``).
    blocked
        Land of the lower plan in corridors whose use is not allowed there: position of the area, of the line in
        ``rows``, hectares.
    shapes
        That land.
    """

    rows: pd.DataFrame
    blocked: pd.DataFrame
    shapes: NDArray[np.object_]


def compare_lines(
    lower: PlanLayer, upper: PlanLayer, *, uses: LandUses, accuracy_m: float, field: AreaField
) -> LineFindings:
    """Follow each line of the plan above through the lower plan.

    Parameters
    ----------
    accuracy_m
        Metres that a drawing can be off without meaning anything.
    """
    rows: list[dict[str, Any]] = []
    blocked: list[dict[str, Any]] = []
    shapes: list[BaseGeometry] = []
    tree = shapely.STRtree(lower.shapes)
    for cells, line in zip(upper.lines.to_dict("records"), upper.line_shapes, strict=True):
        row = {str(name): value for name, value in cells.items()}
        near = tree.query(line, predicate="intersects")
        inside = shapely.intersection(line, shapely.union_all(lower.shapes[near])) if len(near) else None
        if inside is None or inside.length < _SHORTEST_M:
            continue
        found = _followed(inside, row, lower, accuracy_m)
        if (width := float(row["width_m"])) > 0 and listed(row["allowed_uses"]):
            allowed = listed(row["allowed_uses"])
            for at, shape in _blocked(inside.buffer(width / 2, cap_style="flat"), lower, tree, allowed, uses):
                ha = float(field.ha([shape])[0])
                if ha > _ROUNDING_HA:
                    blocked.append({"area": at, "line": len(rows), "ha": ha})
                    shapes.append(shape)
                    found["blocked_ha"] += ha
        rows.append(_judged(found, row, accuracy_m))
    made: NDArray[np.object_] = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return LineFindings(table, pd.DataFrame(blocked, columns=["area", "line", "ha"]), made)


def _followed(inside: BaseGeometry, row: dict[str, Any], lower: PlanLayer, accuracy_m: float) -> dict[str, Any]:
    same = np.flatnonzero((lower.lines["line_kind"] == row["line_kind"]).to_numpy(bool))
    room = float(np.fmax(accuracy_m, np.float64(row["tolerance_m"])))
    made = {"length_m": float(inside.length), "moved_m": np.nan, "off_m": float(inside.length), "blocked_ha": 0.0}
    close = [at for at in same.tolist() if shapely.dwithin(lower.line_shapes[at], inside, room)]
    if len(same):
        along = shapely.get_coordinates(shapely.segmentize(inside, _STEP_M))
        points = shapely.points(along)
        away = shapely.distance(points, shapely.union_all(lower.line_shapes[same]))
        made["moved_m"], made["off_m"] = float(away.max()), float(inside.length * np.mean(away > room))
    widths = lower.lines["width_m"].to_numpy(float)[close]
    made["drawn_width_m"] = float(widths.min()) if len(widths) else np.nan  # one unknown width makes it unknown
    made["missing"] = not len(same)
    return made


def _blocked(
    strip: BaseGeometry, lower: PlanLayer, tree: shapely.STRtree, allowed: tuple[str, ...], uses: LandUses
) -> Iterator[tuple[int, BaseGeometry]]:
    codes = lower.areas["land_use"].astype(str)
    at = np.array([i for i in sorted(tree.query(strip, predicate="intersects").tolist())
                   if not any(uses.is_within(codes.iloc[i], wider) for wider in allowed)], np.int64)  # fmt: skip
    yield from zip(at.tolist(), pieces(lower.shapes[at], np.full(len(at), strip, dtype=object)), strict=True)


def _judged(found: dict[str, Any], row: dict[str, Any], accuracy_m: float) -> dict[str, Any]:
    wanted = float(row["width_m"])
    why = []
    if found["missing"]:
        why.append("missing")
    elif found["off_m"] > 0:
        why.append("moved")
    if not found["missing"] and found["drawn_width_m"] < wanted:
        why.append("narrow")
    if found["blocked_ha"] > 0:
        why.append("blocked")
    finding = "breaks" if why else "agrees" if found["moved_m"] <= accuracy_m else "free"
    if not why and not np.isnan(wanted) and np.isnan(found["drawn_width_m"]):
        finding, why = "unknown", ["width_unknown"]
    values = {**found, "line_id": row["line_id"], "line_kind": row["line_kind"], "width_m": wanted}
    return {name: values.get(name) for name in _COLUMNS} | {"finding": finding, "why": ";".join(why)}
