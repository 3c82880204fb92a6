"""The one door for area: hectares on the ellipsoid.

The edges of a parcel are straight in the plane in which it was surveyed. They are cut into pieces of at most
500 m, brought to longitude and latitude, and the area between the geodesics that join them is taken
(C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87, 2013). Multiplying a projected area by a scale
factor is not the same: in the city a TM-3 plane is off by up to 500 parts in a million.
"""

from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from quydat.core.crs import crs_of, to_geographic

_LONGEST_EDGE_M = 500.0
_WEB_MERCATOR = frozenset({3857, 900913, 3785})
_GEOD = pyproj.Geod(ellps="WGS84")  # VN-2000 has the ellipsoid of WGS 84


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
        For a geographic system (coordinates in degrees) and for Web Mercator: bring the geometry to a surveyed
        plane with ``crs.reproject`` first. Also for a polygon that crosses itself.

    >>> square = shapely.box(600000, 1190000, 601000, 1191000)
    >>> round(float(area_ha([square], epsg=9210)[0]), 4)   # 100 ha in the plane
    99.995
    """
    crs = crs_of(epsg)
    if crs.is_geographic:
        raise ValueError(f"EPSG:{epsg} is in degrees: area is taken in a surveyed plane only (reproject first)")
    if epsg in _WEB_MERCATOR or "Pseudo" in crs.name or "Pseudo" in str(crs.coordinate_operation):
        raise ValueError(f"EPSG:{epsg} is Web Mercator, which overstates land in the city by 4 %: reproject first")
    return np.array([_one(geometry, epsg) for geometry in geometries], dtype=float)


def _one(geometry: BaseGeometry | None, epsg: int) -> float:
    if geometry is None:
        return float("nan")
    if not geometry.is_valid:
        raise ValueError(f"geometry is not valid: {shapely.is_valid_reason(geometry)}")
    dense = shapely.segmentize(geometry, _LONGEST_EDGE_M)
    total = 0.0
    for polygon in shapely.get_parts(dense):
        if polygon.geom_type != "Polygon" or polygon.is_empty:
            continue
        total += _ring_m2(polygon.exterior, epsg) - sum(_ring_m2(hole, epsg) for hole in polygon.interiors)
    return total / 1e4


def _ring_m2(ring: BaseGeometry, epsg: int) -> float:
    x, y = shapely.get_coordinates(ring).T
    lon, lat = to_geographic(x, y, epsg=epsg)
    area, _ = _GEOD.polygon_area_perimeter(lon, lat)
    return abs(float(area))
