"""How far points lie from the nearest edge of some polygons."""

import numpy as np
import shapely
from numpy.typing import NDArray

from quydat.core.distance import metres_per_degree

Floats = NDArray[np.float64]

_BAND_DEG = 1.0


def to_edges_m(polygons: NDArray[np.object_], lon: Floats, lat: Floats) -> Floats:
    """Metres to the nearest edge, inside as outside, to half a percent; NaN where nothing is near or known.

    The nearest edge is sought in a plane that is true in the middle of each degree of latitude; the distance to it
    is then taken in the plane that is true between the point and the edge.

    Parameters
    ----------
    polygons
        In degrees; None and empty ones have no edge.
    lon, lat
        Degrees, shape (n,).

    >>> square = np.array([shapely.box(106.0, 10.0, 106.1, 10.1)])
    >>> np.round(to_edges_m(square, np.array([106.11, 106.05]), np.array([10.05, 10.05]))).tolist()
    [1096.0, 5481.0]
    """
    found = np.full(len(lon), np.nan)
    starts, ends = _edges(polygons)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(starts) or not len(known):
        return found
    bands = np.floor(lat[known] / _BAND_DEG)
    for band in np.unique(bands):
        part = known[bands == band]
        plane = np.array(metres_per_degree(np.array((band + 0.5) * _BAND_DEG)))
        tree = shapely.STRtree(shapely.linestrings(np.stack([starts * plane, ends * plane], axis=1)))
        points = np.column_stack([lon[part], lat[part]])
        nearest = tree.nearest(shapely.points(points * plane))
        found[part] = _to_edge_m(points, starts[nearest], ends[nearest])
    return found


def _edges(polygons: NDArray[np.object_]) -> tuple[Floats, Floats]:
    rings = shapely.get_rings(shapely.get_parts(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    one = ring[:-1] == ring[1:]
    return corners[:-1][one], corners[1:][one]


def _to_edge_m(points: Floats, starts: Floats, ends: Floats) -> Floats:
    between = (points[:, 1] + np.clip(points[:, 1], *np.sort([starts[:, 1], ends[:, 1]], axis=0))) / 2
    plane = np.column_stack(metres_per_degree(between))
    a, b = (starts - points) * plane, (ends - points) * plane
    run = b - a
    length = (run**2).sum(axis=1)
    share = np.clip(-(a * run).sum(axis=1) / np.where(length > 0, length, 1.0), 0, 1)
    metres: Floats = np.hypot(*(a + share[:, None] * run).T)
    return metres
