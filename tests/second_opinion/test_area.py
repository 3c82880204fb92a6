"""Area against two computations that share nothing with ours, to one part in a million.

GeographicLib (C. F. F. Karney) takes the polygon of geodesics. The zone integral takes the area between each
edge, straight in the plane of the survey, and a parallel, by the trapezoidal rule on fine pieces.
"""

import numpy as np
import pyproj
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from quydat.core.area import area_ha
from quydat.core.crs import crs_of, reproject

PLACES = {
    "Tân Thuận": (106.7361, 10.7553),
    "Mỹ Phước": (106.60, 11.13),
    "Phú Mỹ": (107.03, 10.59),
    "Đất Đỏ": (107.28, 10.50),
}
PLANES = [9210, 5899, 5897, 3405, 32648]
HECTARES = [0.01, 0.1, 1.0, 35.0, 668.0, 20_000.0]
PPM = 1e-6

AXIS_M, FLATTENING = 6_378_137.0, 1 / 298.257223563
E2 = FLATTENING * (2 - FLATTENING)


def plane_to_degrees(points: NDArray[np.float64], epsg: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    crs = crs_of(epsg)
    return pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(*points.T)


def zone_m2(phi: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area between the equator and a parallel, for one radian: ∫ M N cos φ dφ, in closed form."""
    e, s = np.sqrt(E2), np.sin(phi)
    zone: NDArray[np.float64] = AXIS_M**2 * (1 - E2) / 2 * (s / (1 - E2 * s**2) + np.arctanh(e * s) / e)
    return zone


def zone_ha(polygon: shapely.Polygon, epsg: int) -> float:
    """∮ (zone(φ) − zone(φ₀)) dλ by the trapezoidal rule on 256 pieces of each edge."""
    total = 0.0
    for number, ring in enumerate(shapely.get_rings(polygon)):
        corners = shapely.get_coordinates(ring)
        share = np.arange(256)[None, :, None] / 256
        on_edges = corners[:-1, None, :] + np.diff(corners, axis=0)[:, None, :] * share
        points = np.vstack([on_edges.reshape(-1, 2), corners[:1]])
        lon, lat = plane_to_degrees(points, epsg)
        zone = zone_m2(np.radians(lat)) - zone_m2(np.radians(lat[:1]))
        area = abs(float(np.sum((zone[1:] + zone[:-1]) / 2 * np.diff(np.radians(lon - lon[0])))))
        total += area if number == 0 else -area  # the first ring is the outer one
    return total / 1e4


def geographiclib_ha(polygon: shapely.Polygon, epsg: int) -> float:
    """The area between geodesics through points at most 250 m apart."""
    total = 0.0
    for number, ring in enumerate(shapely.get_rings(polygon)):
        lon, lat = plane_to_degrees(shapely.get_coordinates(shapely.segmentize(ring, 250.0))[:-1], epsg)
        geodesics = Geodesic.WGS84.Polygon()
        for point in zip(lat, lon, strict=True):
            geodesics.AddPoint(*point)
        area = abs(geodesics.Compute()[2])
        total += area if number == 0 else -area  # the first ring is the outer one
    return total / 1e4


def centre(place: str, epsg: int) -> tuple[float, float]:
    lon, lat = PLACES[place]
    x, y = reproject(np.array([lon]), np.array([lat]), source=4326, target=epsg)
    return float(x[0]), float(y[0])


def parcel(place: str, epsg: int, hectares: float, *, corners: int = 7) -> shapely.Polygon:
    """An uneven parcel of about that size: corners at 0.8 and 1.2 of its radius, turned off the axes."""
    x, y = centre(place, epsg)
    turn = np.radians(17.0) + np.arange(corners) * 2 * np.pi / corners
    radius = np.sqrt(hectares * 1e4 / np.pi) * np.where(np.arange(corners) % 2, 1.2, 0.8)
    return shapely.Polygon(np.column_stack([x + radius * np.cos(turn), y + radius * np.sin(turn)]))


def brought(shape: shapely.Geometry, epsg: int) -> shapely.Geometry:
    """The same corners in another plane than 9210."""
    return shapely.transform(shape, lambda xy: np.column_stack(reproject(*xy.T, source=9210, target=epsg)))


def ours(shape: shapely.Geometry, epsg: int) -> float:
    return float(area_ha([shape], epsg=epsg)[0])


@pytest.mark.parametrize("hectares", HECTARES)
@pytest.mark.parametrize("epsg", PLANES)
@pytest.mark.parametrize("place", PLACES)
def test_parcels_of_all_sizes(place: str, epsg: int, hectares: float) -> None:
    polygon = parcel(place, epsg, hectares)
    assert ours(polygon, epsg) == pytest.approx(zone_ha(polygon, epsg), rel=0.001 * PPM)
    assert ours(polygon, epsg) == pytest.approx(geographiclib_ha(polygon, epsg), rel=PPM)


@pytest.mark.parametrize("epsg", PLANES)
def test_a_small_plot_with_many_corners(epsg: int) -> None:
    """100 m² drawn with 400 corners: here the rounding of geodesic areas reaches 6 parts in a million."""
    polygon = parcel("Phú Mỹ", epsg, 0.01, corners=400)
    assert ours(polygon, epsg) == pytest.approx(zone_ha(polygon, epsg), rel=0.001 * PPM)


def test_the_area_of_a_plane_is_not_the_area_of_the_land() -> None:
    """At Đất Đỏ the plane of zone 482, 250 km from its meridian, overstates land by 0.13 %."""
    polygon = parcel("Đất Đỏ", 5897, 100.0)
    factors = pyproj.Proj(crs_of(5897)).get_factors(*PLACES["Đất Đỏ"])
    assert factors.areal_scale == pytest.approx(1.0013, abs=0.0001)
    assert polygon.area / 1e4 / ours(polygon, 5897) == pytest.approx(factors.areal_scale, abs=1e-5)


@pytest.mark.parametrize("hectares", [1.0, 668.0, 20_000.0])
@pytest.mark.parametrize("place", PLACES)
def test_the_same_land_has_the_same_area_in_every_plane(place: str, hectares: float) -> None:
    """Corners every 100 m, as edges straight in one plane are not straight in another."""
    home = shapely.segmentize(parcel(place, 9210, hectares), 100.0)
    in_9210 = ours(home, 9210)
    for epsg in (5899, 5897, 3405):
        assert ours(brought(home, epsg), epsg) == pytest.approx(in_9210, rel=0.01 * PPM)
    # the step to the other datum stretches land by 0.25 ppm and lowers it by some metres: 2 ppm at most
    assert ours(brought(home, 32648), 32648) == pytest.approx(in_9210, rel=2 * PPM)


@pytest.mark.parametrize("epsg", PLANES)
def test_holes_and_parts(epsg: int) -> None:
    x, y = centre("Mỹ Phước", epsg)
    block = shapely.box(x, y, x + 3000, y + 2000)
    lake = shapely.Point(x + 1500, y + 1000).buffer(400)
    island = shapely.Point(x + 1500, y + 1000).buffer(50)
    holed = block.difference(lake)
    assert ours(holed, epsg) == pytest.approx(zone_ha(holed, epsg), rel=0.001 * PPM)
    assert ours(holed, epsg) == pytest.approx(geographiclib_ha(holed, epsg), rel=PPM)
    parts = shapely.MultiPolygon([holed, island])
    assert ours(parts, epsg) == pytest.approx(zone_ha(holed, epsg) + zone_ha(island, epsg), rel=0.001 * PPM)


@pytest.mark.parametrize("epsg", [4326, 4756, 3857, 900913, 102100, 3785])
def test_degrees_and_web_mercator_raise(epsg: int) -> None:
    with pytest.raises(ValueError, match=r"in degrees|Web Mercator"):
        area_ha([shapely.box(106.7, 10.7, 106.8, 10.8)], epsg=epsg)


def test_what_is_invalid_raises_and_what_is_unknown_is_nan() -> None:
    x, y = centre("Tân Thuận", 9210)
    crossed = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    with pytest.raises(ValueError, match="not valid"):
        ours(crossed, 9210)
    assert np.isnan(area_ha([None], epsg=9210)).all()  # type: ignore[list-item]
