"""Which land of one layer lies in which polygon of another, in hectares: without making what nobody looks at.

Most polygons of a lower plan lie whole inside one polygon of the plan above, or take one up whole. Such a pair needs no
new geometry: its area is that of the inner polygon, and where the polygons of a layer do not overlap among themselves,
the inner polygon has no land elsewhere. Only pairs that cross are cut, in threads; shapes are kept only on request.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from quydat.core.area_field import AreaField

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]

_CHUNK = 4096
_SINGLY = 3
"""Pairs of a polygon that are cut one after the other; the rest are cut together."""
NOISE_HA = 1e-9
"""A tenth of a square centimetre: pieces below it come from rounding only."""


@dataclass(frozen=True)
class Overlay:
    """Pieces of land that two layers share, and what is left of each.

    Attributes
    ----------
    lower, upper
        Position of the polygons of each piece, in order of the first, then of the second.
    ha
        Hectares of each piece on the ellipsoid.
    lower_ha, upper_ha
        Hectares of each polygon.
    outside_ha, uncovered_ha
        Hectares of each polygon of the first layer outside the second, and the other way round.
    cut
        How many pairs had to be cut; the others were known without.
    shapes
        The pieces that were asked for, None for the others; where they only touch elsewhere, with those lines too.
    """

    lower: Ints
    upper: Ints
    ha: Floats
    lower_ha: Floats
    upper_ha: Floats
    outside_ha: Floats
    uncovered_ha: Floats
    cut: int
    shapes: Shapes

    @property
    def open_ha(self) -> Floats:
        """Land of each polygon of the second layer that the first leaves; never below 0 where the first overlaps."""
        return np.maximum(self.uncovered_ha, 0.0)


def overlay(
    lower: Shapes, upper: Shapes, *, field: AreaField, keep: Callable[[Ints, Ints], NDArray[np.bool_]] | None = None
) -> Overlay:
    """Lay one layer over another.

    Parameters
    ----------
    lower, upper
        Valid polygons and multipolygons in the plane of ``field``. No two of ``upper`` may share land (see
        ``overlaps``), or what lies outside would not be known. Where two of ``lower`` do, ``uncovered_ha`` is too small
        by what they share.
    field
        Measures areas; its box holds both layers.
    keep
        Given positions of the polygons of pairs that meet, says whose shapes are wanted; none if it is not given.

    >>> lower = np.array([shapely.box(600000, 1190000, 600100, 1190100), shapely.box(600100, 1190000, 600300, 1190100)])
    >>> upper = np.array([shapely.box(600000, 1190000, 600200, 1190100)])
    >>> laid = overlay(lower, upper, field=AreaField((600000, 1190000, 600300, 1190100), epsg=9210))
    >>> laid.lower.tolist(), laid.ha.round(3).tolist(), laid.outside_ha.round(3).tolist(), laid.cut
    ([0, 1], [1.0, 1.0], [0.0, 1.0], 1)
    """
    lower_ha, upper_ha = field.ha(lower), field.ha(upper)
    shapely.prepare(lower)
    shapely.prepare(upper)
    one, other = _meeting(lower, upper)
    inner, outer = _inside(lower, upper, one, other, lower_ha), _inside(upper, lower, other, one, upper_ha)
    ha = np.where(inner, lower_ha[one], upper_ha[other])
    known = inner | outer
    wanted = np.zeros(len(one), bool) if keep is None else keep(one, other)
    shapes: Shapes = np.full(len(one), None, dtype=object)
    shapes[outer & wanted] = upper[other[outer & wanted]]
    shapes[inner & wanted] = lower[one[inner & wanted]]
    left = lower_ha - np.bincount(one[known], weights=ha[known], minlength=len(lower))
    cut = 0
    for turn in _turns(lower, upper, one, other):
        turn = turn[~known[turn] & (left[one[turn]] > _noise(lower_ha)[one[turn]])]
        made = _in_threads(lambda at: _cut(lower, upper, one[at], other[at], wanted[at], field), turn)
        ha[turn] = made[0].astype(float)
        shapes[turn] = made[1]
        known[turn] = True
        left -= np.bincount(one[turn], weights=ha[turn], minlength=len(lower))
        cut += len(turn)
    kept = np.flatnonzero(known & (ha > NOISE_HA))
    kept = kept[np.lexsort((other[kept], one[kept]))]
    one, other, ha = one[kept], other[kept], ha[kept]
    outside = _rest(lower_ha, one, ha)
    return Overlay(one, other, ha, lower_ha, upper_ha, outside, _rest(upper_ha, other, ha), cut, shapes[kept])


def overlaps(shapes: Shapes, *, field: AreaField) -> tuple[Ints, Ints, Floats]:
    """Pairs of polygons of one layer that share land.

    Returns
    -------
    Positions of both, the smaller first, and the hectares; in order of position.

    Notes
    -----
    A layer whose polygons meet edge to edge is known to have none at once.

    >>> squares = np.array([shapely.box(x, 1190000, x + 100, 1190100) for x in (600000, 600090)])
    >>> one, other, ha = overlaps(squares, field=AreaField((600000, 1190000, 600200, 1190100), epsg=9210))
    >>> one.tolist(), other.tolist(), ha.round(3).tolist()
    ([0], [1], [0.1])
    """
    if edges_meet(shapes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return crossed(shapes, field=field)


def edges_meet(shapes: Shapes) -> bool:
    """Whether neighbours share whole edges, corner by corner, so that no two polygons share land."""
    return bool(shapely.coverage_is_valid(shapes))


def crossed(shapes: Shapes, *, field: AreaField) -> tuple[Ints, Ints, Floats]:
    """As ``overlaps``, by asking every pair that meets."""
    shapely.prepare(shapes)
    one, other = _meeting(shapes, shapes)
    once = one < other
    one, other = one[once], other[once]
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    pairs = np.arange(len(one))
    share = _in_threads(
        lambda at: shapely.relate_pattern(shapes[one[at]], shapes[other[at]], "T********"), pairs, whose=one
    )  # fmt: skip
    one, other = one[share.astype(bool)], other[share.astype(bool)]
    pairs = np.arange(len(one))
    ha = _in_threads(lambda at: field.ha(shapely.intersection(shapes[one[at]], shapes[other[at]])), pairs).astype(float)
    kept = np.flatnonzero(ha > NOISE_HA)
    kept = kept[np.lexsort((other[kept], one[kept]))]
    return one[kept], other[kept], ha[kept]


def pieces(one: Shapes, other: Shapes) -> Shapes:
    """Land that each pair shares, as polygons and multipolygons: lines and points at which they also meet left out."""
    return areal(np.asarray(shapely.intersection(one, other)))


def beyond(lower: Shapes, upper: Shapes, which: Ints) -> Shapes:
    """Land of chosen polygons of one layer outside all of another."""
    tree = shapely.STRtree(upper)
    at, over = tree.query(lower[which], predicate="intersects")
    order = np.argsort(at, kind="stable")
    covers = np.full(len(which), None, dtype=object)
    for group in np.split(order, np.flatnonzero(np.diff(at[order])) + 1) if len(order) else []:
        covers[at[group[0]]] = shapely.union_all(upper[over[group]])
    rest = lower[which].copy()
    cut = np.flatnonzero(~shapely.is_missing(covers))
    rest[cut] = _in_threads(lambda at: shapely.difference(rest[at], covers[at]), cut)
    return areal(rest)


def _meeting(lower: Shapes, upper: Shapes) -> tuple[Ints, Ints]:
    """Pairs that meet at all."""
    tree = shapely.STRtree(upper)
    starts = list(range(0, len(lower), _CHUNK))
    with ThreadPoolExecutor(cpu_count() or 1) as pool:
        made = list(pool.map(lambda at: tree.query(lower[at : at + _CHUNK], predicate="intersects"), starts))
    one = [found[0] + at for found, at in zip(made, starts, strict=True)]
    empty = np.zeros(0, np.int64)
    return np.concatenate([empty, *one]), np.concatenate([empty, *(found[1] for found in made)])


def _inside(inner: Shapes, outer: Shapes, one: Ints, other: Ints, ha: Floats) -> NDArray[np.bool_]:
    """Pairs of which the first lies in the second; boxes are compared before shapes."""
    a, b = shapely.bounds(inner)[one], shapely.bounds(outer)[other]
    fits: NDArray[np.bool_] = (a[:, :2] >= b[:, :2]).all(axis=1) & (a[:, 2:] <= b[:, 2:]).all(axis=1) & (ha[one] > 0)
    at = np.flatnonzero(fits)
    at = at[np.argsort(other[at], kind="stable")]
    found = _in_threads(lambda some: shapely.covers(outer[other[some]], inner[one[some]]), at, whose=other[at])
    fits[at] = found.astype(bool)
    return fits


def _cut(
    lower: Shapes, upper: Shapes, one: Ints, other: Ints, wanted: NDArray[np.bool_], field: AreaField
) -> Shapes:  # fmt: skip
    """Hectares of pairs, and those of their shapes that are wanted."""
    shapes = shapely.intersection(lower[one], upper[other])
    made: Shapes = np.full((2, len(one)), None, dtype=object)
    made[0], made[1][wanted] = field.ha(shapes), shapes[wanted]
    return made


def _turns(lower: Shapes, upper: Shapes, one: Ints, other: Ints) -> list[Ints]:
    """Pairs in the order in which they are worth cutting: for each polygon first where the boxes share most land.

    After its first pairs a polygon often has nothing left, and its other neighbours, which only touch it, are let be.
    """
    a, b = shapely.bounds(lower)[one], shapely.bounds(upper)[other]
    wide = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    high = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    order = np.lexsort((-wide * high, one))
    begins = np.flatnonzero(np.diff(one[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    return [np.sort(order[rank == turn]) for turn in range(_SINGLY)] + [np.sort(order[rank >= _SINGLY])]


def _noise(whole: Floats) -> Floats:
    """Hectares of a polygon that are rounding, not land."""
    return NOISE_HA + np.nan_to_num(whole) * 1e-9


def _rest(whole: Floats, at: Ints, ha: Floats) -> Floats:
    left = whole - np.bincount(at, weights=ha, minlength=len(whole))
    return np.where(np.abs(left) <= _noise(whole), 0.0, left)


def areal(shapes: Shapes) -> Shapes:
    """What has an area of each shape."""
    made = shapes.copy()
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for at in mixed.tolist():
        parts = shapely.get_parts(shapely.get_parts(shapes[at]))
        made[at] = shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return made


def _in_threads(function: Callable[[Ints], Any], at: Ints, *, whose: Ints | None = None) -> Any:
    """A function of positions, some thousands at a time: GEOS works outside Python's lock.

    ``whose`` tells for each position which prepared shape it asks; positions of one, which lie side by side, stay in
    one thread, because what GEOS prepares is made at the first question and is not safe to share before.
    """
    bounds = np.arange(_CHUNK, len(at), _CHUNK)
    if whose is not None and len(bounds):
        ends = np.flatnonzero(np.diff(whose)) + 1
        places = np.searchsorted(ends, bounds)
        bounds = np.unique(ends[places[places < len(ends)]])
    chunks = np.split(at, bounds)
    if len(chunks) == 1:
        return np.asarray(function(at))
    with ThreadPoolExecutor(max(1, min(len(chunks), cpu_count() or 1))) as pool:
        return np.concatenate(list(pool.map(function, chunks)), axis=-1)
