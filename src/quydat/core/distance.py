"""Distances on the ellipsoid, in metres, between places given in degrees."""

import numpy as np
import pyproj
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_GEOD = pyproj.Geod(ellps="WGS84")  # VN-2000 has the ellipsoid of WGS 84
_AXIS_M = 6_378_137.0
_ECCENTRICITY_2 = 0.006_694_379_990_141


def distance_m(lon: Floats, lat: Floats, other_lon: Floats, other_lat: Floats) -> Floats:
    """Length of the geodesic between two places, in metres; NaN where a coordinate is unknown.

    Parameters
    ----------
    lon, lat, other_lon, other_lat
        Degrees; any shapes that go together.

    Notes
    -----
    C. F. F. Karney, Algorithms for geodesics, Journal of Geodesy 87, 2013, as PROJ has it.

    >>> ben_thanh, tan_son_nhat = (106.698, 10.7725), (106.652, 10.8188)
    >>> round(float(distance_m(*map(np.array, ben_thanh + tan_son_nhat))))
    7179
    """
    ends: Floats = np.array(np.broadcast_arrays(lon, lat, other_lon, other_lat), dtype=np.float64)
    metres: Floats = _GEOD.inv(ends[0], ends[1], ends[2], ends[3])[2]
    return np.where(np.isfinite(ends).all(axis=0), metres, np.nan)


def metres_per_degree(lat: Floats) -> tuple[Floats, Floats]:
    """Length of a degree of longitude and of a degree of latitude at some latitudes, in metres.

    A plane with these lengths at the middle of two places gives their distance to 0.1 % over 100 km in Vietnam.

    Notes
    -----
    Radii of curvature in the prime vertical and in the meridian: J. P. Snyder, Map projections: a working manual,
    USGS 1395, 1987, equations 4-18 to 4-21.

    >>> east, north = metres_per_degree(np.array([0.0, 10.8]))
    >>> np.round(east).tolist(), np.round(north).tolist()
    ([111319.0, 109361.0], [110574.0, 110613.0])
    """
    sine = np.sin(np.radians(lat))
    bent = 1 - _ECCENTRICITY_2 * sine**2
    across = _AXIS_M / np.sqrt(bent) * np.cos(np.radians(lat))
    along = _AXIS_M * (1 - _ECCENTRICITY_2) / bent**1.5
    return np.radians(across), np.radians(along)
