"""Made-up outlines of units: pieces of a plane, with straight or wiggly borders that neighbours share exactly."""

import numpy as np
import shapely
from numpy.typing import NDArray


def warped(
    count: int, *, corners: int, seed: int = 0, west: float = 106.3, south: float = 10.3, size: float = 1.0
) -> NDArray[np.object_]:
    """``count`` × ``count`` units of 4 × ``corners`` corners each; every border is that of both neighbours."""
    rng = np.random.default_rng(seed)
    waves = rng.uniform(4, 60, (12, 2)) * rng.choice([-1, 1], (12, 2))
    phase, push = rng.uniform(0, 6.3, 12), rng.normal(0, 1, (12, 2)) * 0.02 / np.hypot(*waves.T)[:, None]

    def moved(at: NDArray[np.int64]) -> NDArray[np.float64]:
        plane = at / (count * corners)
        return np.array([west, south]) + size * (plane + np.sin(plane @ waves.T * 6.3 + phase) @ push)

    step = np.arange(corners)
    zero = np.zeros(corners, np.int64)
    there, back = np.c_[step, zero], np.c_[corners - step, zero + corners]
    ring = np.vstack([there, np.c_[zero + corners, step], back, np.c_[zero, corners - step]])
    return np.array(
        [shapely.Polygon(moved(ring + corners * np.array([i, j]))) for j in range(count) for i in range(count)]
    )


def brute(
    polygons: NDArray[np.object_], ids: list[str], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Every point against every polygon, by GEOS without any index; the first id in sorted order counts."""
    found = np.full(len(lon), -1)
    for index in sorted(range(len(ids)), key=lambda at: (ids[at], at), reverse=True):
        if polygons[index] is not None:
            found[shapely.intersects(polygons[index], shapely.points(lon, lat))] = index
    return found
