"""Coordinate systems: the one place that knows VN-2000 and the datum operation that joins it to WGS 84.

PROJ knows two operations between VN-2000 and WGS 84, each good to one metre by its own word, which lie 0.8 m
apart in the city and between which PROJ chooses by itself. Here the operation is EPSG:6960, the ministry's
seven parameters (Decision 05/2007/QĐ-BTNMT), built from its numbers, so that no data base, grid or version of
PROJ changes it. Its name goes with the data.
"""

from functools import cache

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.enums import TransformDirection

DATUM_OPERATION = "EPSG:6960"
"""Name of the operation VN-2000 → WGS 84 that all conversions use; stored with every data set."""

WGS84 = 4326
VN2000_GEOGRAPHIC = 4756

_HELMERT = (
    "+proj=helmert +convention=coordinate_frame "
    "+x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
    "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278"
)


@cache
def _vn2000_to_wgs84() -> pyproj.Transformer:
    """Geographic VN-2000 (degrees, longitude first) to WGS 84; both stand on the same ellipsoid."""
    return pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
        f"+step {_HELMERT} +step +inv +proj=cart +ellps=WGS84 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
    )


@cache
def crs_of(epsg: int) -> pyproj.CRS:
    """The coordinate system with that EPSG number.

    Raises
    ------
    pyproj.exceptions.CRSError
        If there is no such system.
    """
    return pyproj.CRS.from_epsg(epsg)


def is_vn2000(epsg: int) -> bool:
    """Whether the system stands on the VN-2000 datum."""
    geodetic = crs_of(epsg).geodetic_crs
    return geodetic is not None and geodetic.to_epsg() == VN2000_GEOGRAPHIC


@cache
def _projection(epsg: int) -> pyproj.Transformer:
    """Between the plane of a projected system and its own geographic system: no datum step is taken."""
    crs = crs_of(epsg)
    assert crs.geodetic_crs is not None
    return pyproj.Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True)


def to_geographic(
    x: NDArray[np.float64], y: NDArray[np.float64], *, epsg: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude, in degrees, on the datum of the projected system itself."""
    if crs_of(epsg).is_geographic:
        return x, y
    return _projection(epsg).transform(x, y, direction=TransformDirection.INVERSE)


def reproject(
    x: NDArray[np.float64], y: NDArray[np.float64], *, source: int, target: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring coordinates (easting or longitude first) from one system to another through the pinned operation.

    Parameters
    ----------
    x, y
        Metres, or degrees where the system is geographic; any equal shapes.
    source, target
        EPSG numbers of systems on VN-2000 or WGS 84.

    Raises
    ------
    ValueError
        If a system stands on another datum: no operation is pinned for it.

    >>> x, y = reproject(np.array([106.7009]), np.array([10.7769]), source=4326, target=9210)
    >>> round(float(x[0]), 2), round(float(y[0]), 2)
    (603797.26, 1191942.3)
    """
    for epsg in (source, target):
        geodetic = crs_of(epsg).geodetic_crs
        if geodetic is None or geodetic.to_epsg() not in (WGS84, VN2000_GEOGRAPHIC):
            raise ValueError(
                f"EPSG:{epsg} stands neither on VN-2000 nor on WGS 84: no datum operation is pinned for it"
            )
    lon, lat = to_geographic(np.asarray(x, float), np.asarray(y, float), epsg=source)
    if is_vn2000(source) != is_vn2000(target):
        direction = TransformDirection.FORWARD if is_vn2000(source) else TransformDirection.INVERSE
        lon, lat = _vn2000_to_wgs84().transform(lon, lat, direction=direction)
    if crs_of(target).is_geographic:
        return lon, lat
    return _projection(target).transform(lon, lat)
