"""The same area as ``core.area``, for a million pieces of one neighbourhood at a time.

The true area of a small piece of a plane differs from its drawn one by a factor that changes slowly from place to
place. The factor is measured by ``area_ha`` itself on small squares over the neighbourhood, joined by a
polynomial, and integrated over a polygon along its edges (Green's theorem), so that long and odd shapes are right too.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from quydat.core.area import area_ha

Floats = NDArray[np.float64]

_NODES = 7
_ORDER = 4
_SQUARE_M = 200.0
_SMALL_M = 250.0
"""Up to this width the factor at the centroid of a piece holds for all of it, to 3 parts in ten thousand million."""
_LARGEST_M = 400_000.0
_GAUSS = np.polynomial.legendre.leggauss(3)


class AreaField:
    """Areas of polygons that lie in one box of a surveyed plane.

    Parameters
    ----------
    bounds
        West, south, east, north of the box, in metres of the plane.
    epsg
        Number of the plane, as for ``area_ha``.

    Raises
    ------
    ValueError
        As ``area_ha``; and for a box wider than 400 km, over which the polynomial is not good enough.

    >>> squares = [shapely.box(600000 + i, 1190000, 601000, 1191000) for i in (0, 500)]
    >>> AreaField((590000, 1180000, 610000, 1200000), epsg=9210).ha(squares).round(4).tolist()
    [99.995, 49.9974]
    """

    def __init__(self, bounds: Sequence[float], *, epsg: int) -> None:
        west, south, east, north = (float(one) for one in bounds)
        if not (east - west <= _LARGEST_M and north - south <= _LARGEST_M):
            raise ValueError(
                f"a box of {east - west:.0f} m by {north - south:.0f} m is too large for one field of areas"
            )
        self.epsg = epsg
        self._middle = np.array([(west + east) / 2, (south + north) / 2])
        self._half = np.maximum(np.array([east - west, north - south]) / 2, _SQUARE_M)
        self._factor = self._measured()
        self._integral = self._factor / np.arange(1, _ORDER + 2)[:, None] * self._half.prod() / 1e4
        """Of the factor to the east, divided by u: its value in the middle is 0."""

    def _measured(self) -> Floats:
        """Coefficients of the factor by powers of u (rows) and v (columns), which run from −1 to 1 over the box."""
        node = np.cos((np.arange(_NODES) + 0.5) * np.pi / _NODES)
        u, v = (one.ravel() for one in np.meshgrid(node, node, indexing="ij"))
        x, y = self._middle[0] + u * self._half[0], self._middle[1] + v * self._half[1]
        side = _SQUARE_M / 2
        squares = shapely.box(x - side, y - side, x + side, y + side)
        factor = area_ha(list(squares), epsg=self.epsg) / (_SQUARE_M**2 / 1e4)
        basis = chebyshev.chebvander2d(u, v, [_ORDER, _ORDER])
        found = np.linalg.lstsq(basis, factor, rcond=None)[0].reshape(_ORDER + 1, _ORDER + 1)
        return np.apply_along_axis(_as_powers, 0, np.apply_along_axis(_as_powers, 1, found))

    def ha(self, geometries: Sequence[BaseGeometry] | NDArray[np.object_]) -> Floats:
        """Area of each geometry on the ellipsoid, in hectares.

        Parameters
        ----------
        geometries
            Polygons and multipolygons inside the box; parts of a collection that have no area count for nothing.

        Returns
        -------
        One value for each; NaN for None, 0 for an empty one, points and lines.
        """
        shapes = np.asarray(geometries, dtype=object)
        total = np.where(shapely.is_missing(shapes), np.nan, shapely.area(shapes) / 1e4)
        box = shapely.bounds(shapes)
        small = (box[:, 2:] - box[:, :2]).max(axis=1, initial=0.0) <= _SMALL_M
        centre = shapely.centroid(shapes[small])
        at = (np.column_stack([shapely.get_x(centre), shapely.get_y(centre)]) - self._middle) / self._half
        total[small] *= np.where(total[small] > 0, _polynomial(self._factor, at[:, 0], at[:, 1]), 1.0)
        large = np.flatnonzero(~small & (total > 0))
        total[large] = self._along_edges(shapes[large])
        return total

    def _along_edges(self, shapes: NDArray[np.object_]) -> Floats:
        total = np.zeros(len(shapes))
        parts, whole = shapely.get_parts(shapes, return_index=True)
        nested = shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT
        if nested.any():  # a collection may hold a multipolygon
            inner, of = shapely.get_parts(parts[nested], return_index=True)
            parts, whole = np.concatenate([parts[~nested], inner]), np.concatenate([whole[~nested], whole[nested][of]])
        areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        rings, part = shapely.get_rings(parts[areal], return_index=True)
        outer = np.diff(part, prepend=-1) > 0  # the first ring of a polygon; the others are holes
        size = np.abs(self._signed(rings))
        np.add.at(total, whole[areal][part], np.where(outer, size, -size))
        return total

    def _signed(self, rings: NDArray[np.object_]) -> Floats:
        corners, ring = shapely.get_coordinates(rings, return_index=True)
        at = (corners - self._middle) / self._half
        edge = np.flatnonzero(ring[:-1] == ring[1:])
        start, step = at[edge], at[edge + 1] - at[edge]
        pieces = np.zeros(len(edge))
        for where, weight in zip(*_GAUSS, strict=True):
            half = (where + 1) / 2
            u, v = start[:, 0] + half * step[:, 0], start[:, 1] + half * step[:, 1]
            pieces += weight / 2 * u * _polynomial(self._integral, u, v)
        pieces *= step[:, 1]
        summed: Floats = np.bincount(ring[edge], weights=pieces, minlength=len(rings)).astype(float)
        return summed


def _polynomial(coefficients: Floats, u: Floats, v: Floats) -> Floats:
    value = np.zeros(len(u))
    for row in coefficients[::-1]:
        by_v = np.full(len(v), row[-1])
        for one in row[-2::-1]:
            by_v = by_v * v + one
        value = value * u + by_v
    return value


def _as_powers(coefficients: Floats) -> Floats:
    """A Chebyshev series by powers, with the zeros at the end that numpy leaves out."""
    powers: Floats = np.zeros(len(coefficients))
    made = chebyshev.cheb2poly(coefficients)
    powers[: len(made)] = made
    return powers
