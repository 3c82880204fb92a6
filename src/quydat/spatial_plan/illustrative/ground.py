"""The ground of the made-up plans: blocks that fill a rectangle of Bình Chánh, parks with their published areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from quydat.core.crs import WGS84, reproject
from quydat.spatial_plan.layer import PLANE

WIDTH_M, ROAD_M, CANAL_M, SPINE_M = 7000.0, 50.0, 60.0, 30.0
PARK_ROWS: tuple[tuple[str, ...], ...] = (
    ("pham-van-hai-3", "pham-van-hai-1", "vinh-loc-3"),
    ("pham-van-hai-2", "existing_residential", "le-minh-xuan-2", "commercial_service"),
    ("agriculture", "le-minh-xuan-mo-rong", "mixed", "reserve"),
)
"""Parks of the shipped case and other uses, row by row from the north; their order is that of the published positions,
their shapes are made up."""
_OTHER_HA = {"existing_residential": 150.0, "commercial_service": 58.0, "agriculture": 300.0, "mixed": 150.0}
_DEPTHS_HA = 817.0
"""Hectares of a row where no published area decides it."""
_TURN = 12 * pi / 180
_MIDDLE = (106.515, 10.785)


@dataclass(frozen=True)
class Box:
    """A rectangle of the ground, in metres from its south-west corner before it is turned."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        """Metres from west to east."""
        return self.east - self.west

    @property
    def height(self) -> float:
        """Metres from south to north."""
        return self.north - self.south

    @property
    def ha(self) -> float:
        """Hectares in the plane."""
        return self.width * self.height / 1e4

    def across(self, *shares: float) -> "list[Box]":
        """Cut from west to east by these shares of the width."""
        at = self.west + self.width * np.cumsum([0.0, *shares])
        return [Box(a, self.south, b, self.north) for a, b in pairwise(at.tolist())]

    def up(self, *heights: float) -> "list[Box]":
        """Cut from north to south by these heights."""
        at = self.north - np.cumsum([0.0, *heights])
        return [Box(self.west, b, self.east, a) for a, b in pairwise(at.tolist())]


@dataclass(frozen=True)
class Ground:
    """Blocks by name: parks by their id, other land by its use; ``canal`` and roads between the rows.

    Attributes
    ----------
    blocks
        Rectangles before turning.
    parks
        Ids of the parks among them.
    height
        Metres from south to north of the whole.
    """

    blocks: Mapping[str, Box]
    parks: tuple[str, ...]
    height: float

    def shape(self, box: Box) -> BaseGeometry:
        """A rectangle where it lies in the plane."""
        return self.placed(shapely.box(box.west, box.south, box.east, box.north))

    def line(self, *points: tuple[float, float]) -> BaseGeometry:
        """A line where it lies in the plane."""
        return self.placed(shapely.LineString(points))

    def placed(self, shape: BaseGeometry) -> BaseGeometry:
        """Turned about the middle and brought to its place."""
        x, y = reproject(np.array([_MIDDLE[0]]), np.array([_MIDDLE[1]]), source=WGS84, target=PLANE)
        turn = np.array([[cos(_TURN), sin(_TURN)], [-sin(_TURN), cos(_TURN)]])
        half = np.array([WIDTH_M / 2, self.height / 2])
        return shapely.transform(shape, lambda at: np.round((at - half) @ turn + [x[0], y[0]], 6))


def make_ground(parks: pd.DataFrame) -> Ground:
    """Lay the rows out; a park's block has its published gross area.

    Parameters
    ----------
    parks
        Columns ``park_id``, ``gross_area_ha``; a park that is missing gets 100 ha.

    >>> ground = make_ground(pd.DataFrame({"park_id": ["pham-van-hai-1"], "gross_area_ha": [379.0]}))
    >>> round(ground.blocks["pham-van-hai-1"].ha, 2), len(ground.parks)
    (379.0, 6)
    """
    gross = dict(zip(parks["park_id"].astype(str), parks["gross_area_ha"].to_numpy(float), strict=True))
    named = {name for row in PARK_ROWS for name in row} - set(_OTHER_HA) - {"reserve"}
    sizes = {**_OTHER_HA, **{name: gross.get(name, np.nan) for name in named}}
    sizes = {name: 100.0 if np.isnan(ha) else ha for name, ha in sizes.items()}
    heights: list[float] = []
    for row in PARK_ROWS:
        known = sum(sizes.get(name, 0.0) for name in row)
        heights.append((max(known, _DEPTHS_HA) if "reserve" in row else known) * 1e4 / WIDTH_M)
    whole = sum(heights) + CANAL_M + ROAD_M * len(PARK_ROWS)
    blocks: dict[str, Box] = {}
    strips = Box(0.0, 0.0, WIDTH_M, whole).up(CANAL_M, *(part for height in heights for part in (height, ROAD_M)))
    blocks["canal"] = strips[0]
    for number, (row, height) in enumerate(zip(PARK_ROWS, heights, strict=True), start=1):
        strip = strips[2 * number - 1]
        left = height * WIDTH_M / 1e4 - sum(sizes.get(name, 0.0) for name in row)
        shares = [sizes.get(name, left) / strip.ha for name in row]
        blocks |= dict(zip(row, strip.across(*shares), strict=True))
        blocks[f"road-{number}"] = strips[2 * number]
    return Ground(blocks, tuple(name for row in PARK_ROWS for name in row if name in named), whole)


def as_wkb(shapes: NDArray[np.object_]) -> list[bytes]:
    """Geometries of the plane as the record holds them: WKB in WGS 84."""
    moved = shapely.transform(
        shapes, lambda at: np.column_stack(reproject(at[:, 0], at[:, 1], source=PLANE, target=WGS84))
    )
    return [bytes(one) for one in shapely.to_wkb(moved)]
