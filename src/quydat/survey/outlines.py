"""In which outline a point lies: exact, for a million points at a time.

A grid answers for all points of a cell that no edge crosses; only the others are tested one by one, by GEOS. A point
that several outlines cover, or that lies on a shared edge, belongs to the one whose id comes first in sorted order;
edges belong to the outline. The answer is the same as that of a test of every point against every outline.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from quydat.core.area import area_ha
from quydat.core.crs import WGS84, reproject
from quydat.core.distance import distance_m
from quydat.core.problem import NOWHERE, Place, Problem, problem, raise_if
from quydat.dictionary.bulk import Fault
from quydat.survey.grid import Grid, made_grid
from quydat.survey.margin import Margins, margins_of
from quydat.survey.near import edges_within_m, to_edges_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_PLANE = 32648
"""Overlaps are brought to this plane, which has the datum of WGS 84; ``area_ha`` undoes what it stretches."""


class Outlines:
    """Polygons with ids, ready to be asked.

    Attributes
    ----------
    ids
        Id of each outline, in the order given; all indices count in it.
    polygons
        The geometries, WGS 84; None where there is none.

    Parameters
    ----------
    ids
        Text of each outline; several outlines may share one.
    wkb
        WKB of polygons and multipolygons in WGS 84 degrees; a missing one covers nothing.
    place
        Where they come from, for the problems.

    Raises
    ------
    Problems
        QD240 to QD242 for all outlines that cannot be used (see ``outline_faults``). None is repaired.

    >>> squares = [shapely.to_wkb(shapely.box(106 + i / 10, 10, 106.1 + i / 10, 10.1)) for i in range(2)]
    >>> units = Outlines(["west", "east"], squares)
    >>> at = units.locate(np.array([106.05, 106.15, 106.1, 106.3]), np.full(4, 10.05))
    >>> [units.ids[i] if i >= 0 else None for i in at]
    ['west', 'east', 'east', None]
    """

    def __init__(self, ids: Sequence[str], wkb: Sequence[bytes | None], *, place: Place = NOWHERE) -> None:
        raise_if(fault.problem for fault in outline_faults(ids, wkb, place=place))
        self.ids: NDArray[np.object_] = np.array([str(one) for one in ids], dtype=object)
        self.polygons: NDArray[np.object_] = _read(wkb)[0]
        self._order: Ints = np.argsort(self.ids.astype(str), kind="stable") if len(self.ids) else np.zeros(0, np.int64)
        self._ranked = self.polygons[self._order]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def _grid(self) -> Grid:
        shapely.prepare(self._ranked)
        return made_grid(self._ranked)

    def locate(self, lon: Floats, lat: Floats) -> Ints:
        """Index of the outline that covers each point, −1 where none does or a coordinate is unknown.

        Parameters
        ----------
        lon, lat
            WGS 84 degrees, shape (n,).

        Returns
        -------
        Shape (n,).
        """
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        found = self._grid.cell(lon, lat)
        asked = np.flatnonzero(found < -1)
        found[asked] = self._tested(lon[asked], lat[asked], -2 - found[asked].astype(np.int64))
        return np.append(self._order, -1)[found]

    def _tested(self, lon: Floats, lat: Floats, cell: Ints) -> NDArray[np.int32]:
        """The first polygon of the edge cell that covers the point, else the one that covers the cell."""
        grid, last = self._grid, np.int32(len(self))
        count = grid.start[cell + 1] - grid.start[cell]
        point = np.repeat(np.arange(len(cell)), count)
        begins = np.cumsum(count) - count
        asked = grid.asked[np.arange(len(point)) + (grid.start[cell] - begins)[point]]
        order = np.argsort(asked.astype(np.int16) if len(self) < 2**15 else asked, kind="stable")
        of_polygon, x, y = asked[order], lon[point][order], lat[point][order]
        covers = np.zeros(len(order), bool)
        bounds = np.append(np.flatnonzero(np.diff(of_polygon, prepend=-1)), len(order))
        for begin, end in pairwise(bounds):
            polygon = self._ranked[of_polygon[begin]]
            covers[begin:end] = shapely.intersects_xy(polygon, x[begin:end], y[begin:end])
        best = np.full(len(cell), last, np.int32)
        hits = order[covers][::-1]  # of the last polygon first, so that the first one stays
        best[point[hits]] = asked[hits]
        return np.where(best < last, best, grid.otherwise[cell])

    def subset(self, among: Ints | Sequence[int]) -> "Outlines":
        """Some of the outlines, in the order named."""
        chosen = np.asarray(among, np.int64)
        made = Outlines([], [])
        made.ids, made.polygons = self.ids[chosen], self.polygons[chosen]
        made._order = np.argsort(made.ids.astype(str), kind="stable") if len(chosen) else np.zeros(0, np.int64)
        made._ranked = made.polygons[made._order]
        return made

    def distance_m(self, lon: Floats, lat: Floats, among: Ints | Sequence[int]) -> Floats:
        """Metres from each point to the nearest of the chosen outlines, 0 inside, to half a percent.

        Parameters
        ----------
        lon, lat
            WGS 84 degrees, shape (n,).
        among
            Indices of outlines.

        Returns
        -------
        Shape (n,); NaN where a coordinate is unknown, and throughout if no outline is chosen.

        >>> unit = Outlines(["u"], [shapely.to_wkb(shapely.box(106, 10, 106.1, 10.1))])
        >>> np.round(unit.distance_m(np.array([106.05, 106.2]), np.array([10.05, 10.05]), [0])).tolist()
        [0.0, 10962.0]
        """
        lon, lat = np.asarray(lon, float), np.asarray(lat, float)
        chosen = self.subset(among)
        metres = np.where(chosen.locate(lon, lat) >= 0, 0.0, np.nan)
        out = np.flatnonzero(np.isnan(metres))
        metres[out] = to_edges_m(chosen.polygons, lon[out], lat[out])
        return metres

    @cached_property
    def _margins(self) -> Margins:
        return margins_of(self._grid)

    def within_m(self, lon: Floats, lat: Floats, metres: Floats) -> NDArray[np.bool_]:
        """Whether each point lies in an outline or no farther from the nearest one than some metres, to half a percent.

        Parameters
        ----------
        lon, lat
            WGS 84 degrees, shape (n,).
        metres
            Shape (n,).

        Returns
        -------
        Shape (n,); false where something is unknown.

        >>> unit = Outlines(["u"], [shapely.to_wkb(shapely.box(106, 10, 106.1, 10.1))])
        >>> unit.within_m(np.array([106.05, 106.1004, 106.2]), np.full(3, 10.05), np.full(3, 50.0)).tolist()
        [True, True, False]
        """
        lon, lat, metres = (np.asarray(one, float) for one in (lon, lat, metres))
        within = (self.locate(lon, lat) >= 0) & (metres >= 0)
        near = np.flatnonzero((self._margins.at_least_m(lon, lat) <= metres) & ~within)
        within[near] = edges_within_m(self.polygons, lon[near], lat[near], metres[near])
        return within

    def middle(self, index: int) -> tuple[float, float, float]:
        """A point that stands for an outline, and how far the outline reaches from it.

        Returns
        -------
        Longitude and latitude of the centroid, or of a point inside where the centroid lies outside; metres to the
        farthest corner. All NaN for an outline without a polygon.
        """
        return middle_of(self.polygons[index])

    def position_error_m(self, index: int) -> float:
        """Metres by which a place that is only known to lie in the outline may differ from its middle."""
        return self.middle(index)[2]

    def overlaps(self) -> pd.DataFrame:
        """Pairs of outlines that cover the same land.

        Returns
        -------
        Columns ``first_id``, ``second_id`` (in sorted order), ``area_ha``; the largest first.
        """
        tree = shapely.STRtree(self._ranked)
        one, other = tree.query(self._ranked, predicate="intersects")
        one, other = one[one < other], other[one < other]
        shared = [_areal_part(shape) for shape in shapely.intersection(self._ranked[one], self._ranked[other])]
        ids = self.ids[self._order]
        pairs = pd.DataFrame({"first_id": ids[one], "second_id": ids[other], "area_ha": hectares(shared)})
        pairs = pairs[pairs["area_ha"] > 0].astype({"first_id": "str", "second_id": "str"})
        order = ["area_ha", "first_id", "second_id"]
        return pairs.sort_values(order, ascending=[False, True, True], ignore_index=True)


def outline_faults(ids: Sequence[str], wkb: Sequence[bytes | None], *, place: Place = NOWHERE) -> list[Fault]:
    """Outlines that cannot be used, with the reason.

    Returns
    -------
    In order of position: QD240 no polygon; QD241 an edge crosses another, with the place of the crossing; QD242
    coordinates that are no degrees.

    >>> bow = shapely.to_wkb(shapely.Polygon([(106, 10), (106.2, 10.2), (106.2, 10), (106, 10.2)]))
    >>> [fault.problem.facts["at"] for fault in outline_faults(["bow"], [bow])]
    ['106.1 10.1']
    """
    if len(ids) != len(wkb):
        raise ValueError(f"{len(ids)} ids for {len(wkb)} outlines")
    shapes, read = _read(wkb)
    faults, names = [], list(ids)
    for at in np.flatnonzero(~read | ~_usable(shapes)).tolist():
        faults.append(Fault(at, _problem(str(names[at]), shapes[at], bool(read[at]), place)))
    return faults


def middle_of(polygon: BaseGeometry | None) -> tuple[float, float, float]:
    """A point that stands for a polygon in degrees, and the metres to its farthest corner; NaN for none.

    >>> [round(value, 2) for value in middle_of(shapely.box(106.0, 10.0, 106.02, 10.02))]
    [106.01, 10.01, 1557.39]
    """
    if polygon is None or polygon.is_empty:
        return np.nan, np.nan, np.nan
    point = polygon.centroid
    if not shapely.intersects(polygon, point):
        point = shapely.point_on_surface(polygon)
    corners = shapely.get_coordinates(polygon)
    reach = distance_m(np.array(point.x), np.array(point.y), corners[:, 0], corners[:, 1]).max()
    return float(point.x), float(point.y), float(reach)


def _read(wkb: Sequence[bytes | None]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """The shapes, and which could be read; a missing one is read as none."""
    given: NDArray[np.object_] = np.empty(len(wkb), dtype=object)
    given[:] = [None if one is None or one != one else one for one in wkb]
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is told of by ``is_valid_reason``
        shapes: NDArray[np.object_] = np.asarray(shapely.from_wkb(given, on_invalid="ignore"), dtype=object)
        shapes = np.asarray(shapely.force_2d(shapes), dtype=object)
    read = ~(shapely.is_missing(shapes) & np.array([one is not None for one in given], bool))
    return shapes, read


def _usable(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    none = shapely.is_missing(shapes)
    areal = np.isin(shapely.get_type_id(shapes), _AREAL)
    with np.errstate(invalid="ignore"):
        usable: NDArray[np.bool_] = none | (areal & _in_degrees(shapes) & shapely.is_valid(shapes))
    return usable


def _in_degrees(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(shapes).T
    inside: NDArray[np.bool_] = (west >= -180) & (south >= -90) & (east <= 180) & (north <= 90)
    anywhere: NDArray[np.bool_] = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    inside |= anywhere
    return inside


def _problem(name: str, shape: Any, read: bool, place: Place) -> Problem:
    if not read or shape is None or shapely.get_type_id(shape) not in _AREAL:
        return problem("QD240", place, outline=name)
    if not _in_degrees(np.array([shape]))[0]:
        return problem("QD242", place, outline=name)
    why, _, at = shapely.is_valid_reason(shape).partition("[")
    return problem("QD241", place, outline=name, why=why, at=at.rstrip("]"))


def _areal_part(shape: BaseGeometry) -> BaseGeometry:
    """What has an area of an intersection, which may also hold lines and points."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def hectares(shapes: list[BaseGeometry]) -> Floats:
    """Areas of polygons in WGS 84 degrees.

    >>> round(float(hectares([shapely.box(106.0, 10.0, 106.01, 10.01)])[0]), 2)
    121.27
    """
    given: NDArray[np.object_] = np.empty(len(shapes), dtype=object)
    given[:] = shapes
    plane = shapely.transform(
        given,
        lambda at: np.column_stack(reproject(at[:, 0], at[:, 1], source=WGS84, target=_PLANE)),
    )
    # A sliver as thin as a rounding may cross itself once it is moved.
    return np.asarray(area_ha(list(shapely.make_valid(plane, method="structure")), epsg=_PLANE))
