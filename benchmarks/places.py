"""Where a million points lie among 400 units with 480 corners each."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.measure import Result, ratio
from quydat.survey.outlines import Outlines

_POINTS = 1_000_000
_SIDE = 20
_CORNERS = 120


def units() -> NDArray[np.object_]:
    """Units of some 5 km side by side over the city, with wiggly borders that neighbours share."""
    rng = np.random.default_rng(20250701)
    waves = rng.uniform(4, 60, (12, 2)) * rng.choice([-1, 1], (12, 2))
    phase, push = rng.uniform(0, 6.3, 12), rng.normal(0, 1, (12, 2)) * 0.02 / np.hypot(*waves.T)[:, None]
    step, zero = np.arange(_CORNERS), np.zeros(_CORNERS, np.int64)
    there, back = np.c_[step, zero], np.c_[_CORNERS - step, zero + _CORNERS]
    ring = np.vstack([there, np.c_[zero + _CORNERS, step], back, np.c_[zero, _CORNERS - step]])
    made = []
    for unit in np.ndindex(_SIDE, _SIDE):
        plane = (ring + _CORNERS * np.array(unit)) / (_SIDE * _CORNERS)
        made.append(shapely.Polygon([106.3, 10.3] + plane + np.sin(plane @ waves.T * 6.3 + phase) @ push))
    return np.array(made)


def measured() -> Iterator[Result]:
    """Against a spatial join in geopandas, once with the outlines ready and once with all that is to be made."""
    import geopandas

    polygons = units()
    wkb = list(shapely.to_wkb(polygons))
    ids = [f"u{n:03}" for n in range(len(polygons))]
    lon, lat = np.random.default_rng(1).uniform([106.25, 10.25], [107.35, 11.35], (_POINTS, 2)).T
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4326)
    frame = geopandas.GeoDataFrame({"id": ids}, geometry=polygons, crs=4326)
    outlines = Outlines(ids, wkb)

    def ours() -> np.ndarray:
        return outlines.locate(lon, lat)

    def with_build() -> np.ndarray:
        return Outlines(ids, wkb).locate(lon, lat)

    def joined() -> np.ndarray:
        found = points.sjoin(frame, how="left", predicate="intersects")["index_right"]
        return found[~found.index.duplicated()].fillna(-1).to_numpy().astype(int)

    def joined_from_numbers() -> np.ndarray:
        made = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat), crs=4326)
        found = made.sjoin(frame, how="left", predicate="intersects")["index_right"]
        return found[~found.index.duplicated()].fillna(-1).to_numpy().astype(int)

    np.testing.assert_array_equal(ours(), joined())
    lacks = "crossed outlines are not refused; a point on a border is given twice, in no fixed order"
    yield ratio(
        "locate 1,000,000 points in 400 outlines, ready", ours, peer="geopandas sjoin, points made already",
        theirs=joined, rounds=5, lacks=lacks,
    )  # fmt: skip
    yield ratio(
        "locate 1,000,000 points, outlines read too", with_build, peer="geopandas sjoin with points_from_xy",
        theirs=joined_from_numbers, rounds=3, lacks=lacks,
    )  # fmt: skip
