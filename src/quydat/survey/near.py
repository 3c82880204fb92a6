"""How far points lie from the nearest edge of some polygons."""

import numpy as np
import shapely
from numpy.typing import NDArray

from quydat.core.distance import metres_per_degree

Floats = NDArray[np.float64]

Ints = NDArray[np.int64]

_BAND_DEG = 1.0
_POINTS_PER_TILE = 12
_FEW_EDGES = 200
_FAR_TILES = 10
_PAIRS_AT_ONCE = 1 << 17  # what a processor's cache holds


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
        points = np.column_stack([lon[part], lat[part]])
        nearest = _nearest(points * plane, starts * plane, ends * plane)
        found[part] = _to_edge_m(points, starts[nearest], ends[nearest])
    return found


def edges_within_m(polygons: NDArray[np.object_], lon: Floats, lat: Floats, metres: Floats) -> NDArray[np.bool_]:
    """Whether an edge lies no farther from each point than some metres, to half a percent; false of unknown points.

    >>> square = np.array([shapely.box(106.0, 10.0, 106.1, 10.1)])
    >>> edges_within_m(square, np.array([106.11, 106.11]), np.full(2, 10.05), np.array([1000.0, 1200.0])).tolist()
    [False, True]
    """
    within = np.zeros(len(lon), bool)
    starts, ends = _edges(polygons)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (metres >= 0))
    if not len(starts) or not len(known):
        return within
    bands = np.floor(lat[known] / _BAND_DEG)
    for band in np.unique(bands):
        part = known[bands == band]
        plane = np.array(metres_per_degree(np.array((band + 0.5) * _BAND_DEG)))
        tree = shapely.STRtree(shapely.linestrings(np.stack([starts * plane, ends * plane], axis=1)))
        points = shapely.points(np.column_stack([lon[part], lat[part]]) * plane)
        within[part[tree.query(points, predicate="dwithin", distance=metres[part])[0]]] = True
    return within


def _edges(polygons: NDArray[np.object_]) -> tuple[Floats, Floats]:
    rings = shapely.get_rings(shapely.get_parts(polygons))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    one = ring[:-1] == ring[1:]
    return corners[:-1][one], corners[1:][one]


def _nearest(points: Floats, starts: Floats, ends: Floats) -> Ints:
    """Index of the edge nearest to each point of a plane.

    Points are taken by tiles. The edge nearest to the middle of a tile lies at most half a diagonal farther from any of
    its points, so only edges within the distance of that edge and a whole diagonal can be nearest to one of them.
    """
    tree = shapely.STRtree(shapely.linestrings(np.stack([starts, ends], axis=1)))
    tile, middles, diagonal = _tiles(points)
    (near, _), metres = tree.query_nearest(shapely.points(middles), return_distance=True, all_matches=False)
    close = near[metres <= _FAR_TILES * diagonal]  # from afar a long stretch of edges is almost equally near
    reach = metres[metres <= _FAR_TILES * diagonal] + diagonal * (1 + 1e-9)
    at, edges = tree.query(shapely.points(middles[close]), predicate="dwithin", distance=reach)
    edges = edges[np.argsort(close[at], kind="stable")]
    count = np.bincount(close[at], minlength=len(middles))
    first = np.cumsum(count) - count
    found = np.zeros(len(points), np.int64)
    crowded = np.flatnonzero((count[tile] > _FEW_EDGES) | (count[tile] == 0))
    if len(crowded):
        found[crowded] = tree.nearest(shapely.points(points[crowded]))
    rest = np.argsort(tile, kind="stable")  # neighbours one after the other: they ask the same edges
    rest = rest[(count[tile[rest]] <= _FEW_EDGES) & (count[tile[rest]] > 0)]
    lines = np.ascontiguousarray(np.hstack([starts, ends - starts]).T)
    load = np.cumsum(count[tile[rest]]) // _PAIRS_AT_ONCE
    for part in np.split(rest, np.flatnonzero(np.diff(load)) + 1) if len(rest) else []:
        found[part] = _best(points[part], first[tile[part]], count[tile[part]], edges, lines)
    return found


def _tiles(points: Floats) -> tuple[Ints, Floats, float]:
    """The tile of each point, the middles of the tiles that hold any, and the length of a tile's diagonal."""
    low = points.min(axis=0)
    size = np.maximum(points.max(axis=0) - low, 1e-6)
    step = np.sqrt(size.prod() * _POINTS_PER_TILE / len(points))
    step = max(step, size.max() / 4096)
    cell = ((points - low) / step).astype(np.int64)
    wide = int(size[0] / step) + 1
    held, tile = np.unique(cell[:, 1] * wide + cell[:, 0], return_inverse=True)
    middles = low + (np.column_stack([held % wide, held // wide]) + 0.5) * step
    return tile, middles, float(step * np.sqrt(2))


def _best(points: Floats, first: Ints, count: Ints, edges: Ints, lines: Floats) -> Ints:
    """The nearest of the edges ``edges[first:first + count]`` to each point."""
    point = np.repeat(np.arange(len(points)), count)
    begins = np.cumsum(count) - count
    edge = edges[np.arange(len(point)) + (first - begins)[point]]
    from_x, from_y, run_x, run_y = (line[edge] for line in lines)
    x, y = points[:, 0][point] - from_x, points[:, 1][point] - from_y
    length = run_x**2 + run_y**2
    share = np.clip((x * run_x + y * run_y) / np.where(length > 0, length, 1.0), 0, 1)
    far = (x - share * run_x) ** 2 + (y - share * run_y) ** 2
    least = np.flatnonzero(far == np.minimum.reduceat(far, begins)[point])
    chosen = least[np.searchsorted(least, begins)]
    best: Ints = edge[chosen]
    return best


def _to_edge_m(points: Floats, starts: Floats, ends: Floats) -> Floats:
    between = (points[:, 1] + np.clip(points[:, 1], *np.sort([starts[:, 1], ends[:, 1]], axis=0))) / 2
    plane = np.column_stack(metres_per_degree(between))
    a, b = (starts - points) * plane, (ends - points) * plane
    run = b - a
    length = (run**2).sum(axis=1)
    share = np.clip(-(a * run).sum(axis=1) / np.where(length > 0, length, 1.0), 0, 1)
    metres: Floats = np.hypot(*(a + share[:, None] * run).T)
    return metres
