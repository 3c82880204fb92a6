"""Area on the ellipsoid of 10,000 plots with 12 corners."""

from collections.abc import Iterator

import numpy as np
import pyproj
import shapely

from benchmarks.measure import Result, ratio
from quydat.core.area import area_ha

_EPSG = 9210
_COUNT = 10_000


def plots() -> list[shapely.Polygon]:
    """Star-shaped plots of about 1 ha over the city, in the city's own plane."""
    rng = np.random.default_rng(20250630)
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    middle = rng.uniform([580_000, 1_160_000], [640_000, 1_230_000], size=(_COUNT, 2))
    radius = rng.uniform(40, 80, size=(_COUNT, 12))
    x = middle[:, :1] + radius * np.cos(angles)
    y = middle[:, 1:] + radius * np.sin(angles)
    return list(shapely.polygons(np.stack([x, y], axis=-1)))


def measured() -> Iterator[Result]:
    """Against geopandas with an equal-area system, and against a loop over ``pyproj.Geod``."""
    import geopandas

    shapes = plots()
    frame = geopandas.GeoSeries(shapes, crs=f"EPSG:{_EPSG}")
    geographic = frame.to_crs(4756).tolist()
    geod = pyproj.Geod(ellps="WGS84")

    def ours() -> np.ndarray:
        return area_ha(shapes, epsg=_EPSG)

    def equal_area() -> np.ndarray:
        return np.asarray(frame.to_crs(6933).area) / 10_000

    def loop() -> np.ndarray:
        return np.array([abs(geod.geometry_area_perimeter(shape)[0]) for shape in geographic]) / 10_000

    np.testing.assert_allclose(ours(), loop(), rtol=1e-6)
    yield ratio(
        "area_ha of 10,000 plots", ours, peer="geopandas to_crs(EPSG:6933).area", theirs=equal_area, rounds=5,
        lacks="long edges are not followed; degrees, Web Mercator and crossed polygons are not refused",
    )  # fmt: skip
    yield ratio(
        "area_ha of 10,000 plots", ours, peer="loop over pyproj.Geod, already in degrees", theirs=loop, rounds=3,
        lacks="the step from the surveyed plane to degrees; the same refusals",
    )  # fmt: skip
