"""The one door for area: hectares on the ellipsoid.

The edges of a parcel are straight in the plane in which it was surveyed. They are cut into pieces of at most
500 m and brought, with the middle of each piece, to Lambert's cylindrical equal-area plane of the ellipsoid,
where area is true (J. P. Snyder, Map projections: a working manual, USGS 1395, 1987, p. 81); each piece is
there a parabola through its three points. The area between geodesics (C. F. F. Karney, Journal of Geodesy 87,
2013) is the same to 0.02 parts in a million, but its rounding, some square centimetres, is 6 parts in a
million of a 100 m² plot with 400 corners. Multiplying a projected area by a scale factor is not the same: in
the city a TM-3 plane is off by up to 500 parts in a million.
"""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from quydat.core.crs import VN2000_GEOGRAPHIC, WGS84, crs_of, to_geographic

_LONGEST_EDGE_M = 500.0
_WEB_MERCATOR = frozenset({3857, 900913, 3785, 102100})
_EQUAL_AREA = pyproj.Proj(proj="cea", ellps="WGS84")  # VN-2000 has the ellipsoid of WGS 84


def area_ha(geometries: Sequence[BaseGeometry], *, epsg: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Area of each geometry on the ellipsoid, in hectares.

    Parameters
    ----------
    geometries
        Polygons or multipolygons in the plane of a projected system on VN-2000 or WGS 84, in metres.
    epsg
        Number of that system.

    Returns
    -------
    One value for each geometry; NaN (unknown) for None, 0 for an empty one, points and lines.

    Raises
    ------
    ValueError
        For a geographic system (coordinates in degrees) and for Web Mercator: bring the geometry to a
        surveyed plane with ``crs.reproject`` first. Also for a system on another datum, for a polygon that
        crosses itself, for a collection of mixed geometries, and for coordinates outside the system.

    >>> square = shapely.box(600000, 1190000, 601000, 1191000)
    >>> round(float(area_ha([square], epsg=9210)[0]), 4)   # 100 ha in the plane
    99.995
    """
    _refuse_other_planes(epsg)
    shapes = np.array(geometries, dtype=object)
    _refuse_bad_shapes(shapes, epsg)
    total = np.where(shapely.is_missing(shapes), np.nan, 0.0)
    parts, whole = shapely.get_parts(shapely.segmentize(shapes, _LONGEST_EDGE_M), return_index=True)
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part = shapely.get_rings(parts[areal], return_index=True)
    outer = np.diff(part, prepend=-1) > 0  # the first ring of a polygon; the others are holes
    m2 = np.abs(_signed_m2(rings, epsg))
    np.add.at(total, whole[areal][part], np.where(outer, m2, -m2))
    return total / 1e4


def _refuse_other_planes(epsg: int) -> None:
    crs = crs_of(epsg)
    if crs.is_geographic:
        raise ValueError(f"EPSG:{epsg} is in degrees: area is taken in a surveyed plane only (reproject first)")
    if epsg in _WEB_MERCATOR or "Pseudo" in str(getattr(crs.coordinate_operation, "method_name", "")):
        raise ValueError(f"EPSG:{epsg} is Web Mercator, which overstates land in the city by 4 %: reproject first")
    geodetic = crs.geodetic_crs
    if not crs.is_projected or geodetic is None or geodetic.to_epsg() not in (WGS84, VN2000_GEOGRAPHIC):
        raise ValueError(f"EPSG:{epsg} is no plane on VN-2000 or WGS 84: its ellipsoid may be another")


def _refuse_bad_shapes(shapes: NDArray[np.object_], epsg: int) -> None:
    for shape in shapes[~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)]:
        raise ValueError(f"geometry is not valid: {shapely.is_valid_reason(shape)}")
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    if (mixed & ~shapely.is_empty(shapes)).any():
        raise ValueError("a collection of mixed geometries has no one area: take its polygons apart first")
    if not np.isfinite(_degrees(shapely.get_coordinates(shapes), epsg)).all():
        raise ValueError(f"the geometry has coordinates that lie outside EPSG:{epsg}")


def _signed_m2(rings: NDArray[np.object_], epsg: int) -> NDArray[np.float64]:
    """Area of each ring in the equal-area plane, above 0 where it runs against the clock."""
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    edge = ring[:-1] == ring[1:]
    starts, ends = corners[:-1][edge], corners[1:][edge]
    first = np.searchsorted(ring, ring[:-1][edge])
    origin = _degrees(corners, epsg)[:, first]
    a, middle, b = (_equal_area(_degrees(p, epsg), origin) for p in (starts, (starts + ends) / 2, ends))
    chord, bulge = b - a, middle - (a + b) / 2
    pieces = _cross(a, b) / 2 + _cross(bulge, chord) * 2 / 3  # a parabola holds 2/3 of its box
    total = np.zeros(len(rings))
    np.add.at(total, ring[:-1][edge], pieces)
    return total


def _degrees(points: NDArray[np.float64], epsg: int) -> NDArray[np.float64]:
    return np.array(to_geographic(points[:, 0], points[:, 1], epsg=epsg))


def _equal_area(lon_lat: NDArray[np.float64], origin: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres from the first corner of the ring: small numbers keep small plots exact."""
    lon = lon_lat[0] - origin[0]
    x, y = _EQUAL_AREA(lon - 360.0 * np.round(lon / 360.0), lon_lat[1])
    return np.array([x, y - _EQUAL_AREA(np.zeros_like(lon), origin[1])[1]])


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    product: NDArray[np.float64] = a[0] * b[1] - a[1] * b[0]
    return product
