"""Points in outlines against a test of every point with every outline; distances against the geodesic."""

import os
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.outlines import brute, warped

from quydat.core.distance import metres_per_degree
from quydat.survey.near import to_edges_m
from quydat.survey.outlines import Outlines

GEOD = pyproj.Geod(ellps="WGS84")
REAL = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named"))
UNITS = REAL / "hcmc_units_2025.gpkg"


def checked(polygons: np.ndarray, ids: list[str], lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    outlines = Outlines(ids, [None if one is None else shapely.to_wkb(one) for one in polygons])
    found = outlines.locate(lon, lat)
    np.testing.assert_array_equal(found, brute(polygons, ids, lon, lat))
    return found


def around(polygons: np.ndarray, seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points in and about the polygons: anywhere, on corners, on edges and next to them by one rounding."""
    rng = np.random.default_rng(seed)
    west, south, east, north = shapely.total_bounds(polygons)
    pad = (east - west) / 10
    free = rng.uniform([west - pad, south - pad], [east + pad, north + pad], (count, 2))
    corners = shapely.get_coordinates(polygons)
    corners = corners[rng.integers(0, len(corners) - 1, (count,))[:, None] + [[0, 1]]]
    share = rng.choice([0, 0.25, 0.5, 1], (count, 1))
    on = corners[:, 0] * (1 - share) + corners[:, 1] * share
    beside = np.nextafter(on, rng.choice([-1e9, 1e9], on.shape))
    both = np.vstack([free, on, beside])
    return both[:, 0], both[:, 1]


def test_neighbours_that_share_wiggly_borders() -> None:
    polygons = warped(7, corners=40)
    assert shapely.is_valid(polygons).all()
    ids = [f"u{n}" for n in np.random.default_rng(3).permutation(len(polygons))]
    found = checked(polygons, ids, *around(polygons, 1, 5000))
    assert len(np.unique(found)) == 50


def test_overlapping_units_with_holes_and_several_parts() -> None:
    rng = np.random.default_rng(5)
    polygons = []
    for _ in range(40):
        x, y = rng.uniform(106, 106.5), rng.uniform(10, 10.5)
        disc = shapely.Point(x, y).buffer(rng.uniform(0.01, 0.2))
        ring = disc.difference(shapely.Point(x, y).buffer(rng.uniform(0.001, 0.1)))
        polygons.append(shapely.union_all([ring, shapely.box(x + 0.3, y, x + 0.32, y + 0.001)]))
    polygons[7] = None
    polygons[8] = shapely.Polygon()
    chosen = np.array(polygons, dtype=object)
    ids = [f"{n % 17}" for n in range(40)]  # some ids stand twice: the first of them counts
    checked(chosen, ids, *around(chosen[9:], 2, 4000))


def test_slivers_and_very_long_outlines() -> None:
    slivers = [shapely.Polygon([(106, 10 + n / 1e5), (108, 10.3), (106, 10 + (n + 1) / 1e5)]) for n in range(50)]
    level = [shapely.box(105, 9 + n / 1e7, 109, 9 + (n + 1) / 1e7) for n in range(30)]
    polygons = np.array(slivers + level)
    checked(polygons, [f"{n:02}" for n in range(80)], *around(polygons, 4, 3000))


@pytest.mark.parametrize("size", [1e-12, 1e-9, 1e-3, 30])
def test_one_outline_of_any_size(size: float) -> None:
    polygons = np.array([shapely.Polygon([(106, 10), (106 + size, 10 + size / 3), (106 + size / 2, 10 + size)])])
    checked(polygons, ["u"], *around(polygons, 6, 2000))


COORDINATE = st.integers(0, 12)
RING = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=3, max_size=7, unique=True)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(RING, min_size=1, max_size=6), st.data())
def test_any_small_city_on_a_lattice(rings: list[list[tuple[int, int]]], data: st.DataObject) -> None:
    """On a lattice everything touches: corners on edges, edges on edges, points on both."""
    polygons = np.array([p for p in (shapely.Polygon(ring) for ring in rings) if p.is_valid and p.area], dtype=object)
    ids = data.draw(st.permutations([f"u{n}" for n in range(len(polygons))]))
    x, y = (axis.ravel() / 2 for axis in np.meshgrid(np.arange(-2, 27.0), np.arange(-2, 27.0)))
    checked(polygons, ids, x, y)


@pytest.mark.parametrize("lat", [8.6, 10.9, 16.0, 23.3])
def test_distances_against_the_geodesic_up_to_50_km(lat: float) -> None:
    """From known places, so many metres in many directions away from a small outline that looks like a point."""
    speck = shapely.Point(106.9, lat).buffer(1e-6)
    bearing = np.tile(np.arange(0, 360, 7.0), 5)
    metres = np.repeat([50.0, 700, 9000, 30_000, 50_000], len(bearing) // 5)
    x, y, _ = GEOD.fwd(np.full(len(bearing), 106.9), np.full(len(bearing), lat), bearing, metres)
    found = Outlines(["speck"], [shapely.to_wkb(speck)]).distance_m(np.array(x), np.array(y), [0])
    np.testing.assert_allclose(found, metres, rtol=0.005)


def test_distances_against_all_corners_of_close_set_outlines() -> None:
    """Corners every few metres: the nearest corner, by the geodesic, is nearly the nearest edge."""
    polygons = shapely.segmentize(warped(3, corners=30, size=0.3)[[0, 4, 8]], 1e-4)
    outlines = Outlines(["a", "b", "c"], list(shapely.to_wkb(polygons)))
    lon, lat = (a[:300] for a in around(polygons, 9, 300))
    corners = shapely.get_coordinates(polygons[[0, 2]])
    x, y = (np.repeat(a, len(corners)) for a in (lon, lat))
    all_ = GEOD.inv(x, y, np.tile(corners[:, 0], 300), np.tile(corners[:, 1], 300))[2].reshape(300, -1).min(axis=1)
    inside = shapely.intersects_xy(shapely.union_all(polygons[[0, 2]]), lon, lat)
    found = outlines.distance_m(lon, lat, [0, 2])
    assert (found[inside] == 0).all()
    np.testing.assert_allclose(found[~inside], all_[~inside], rtol=0.005, atol=7)
    assert inside.any()
    assert found.max() > 5000


@pytest.mark.real_data
@pytest.mark.skipif(not UNITS.is_file(), reason="outlines of the units (QUYDAT_REAL_DATA) are not on this machine")
def test_the_real_wards() -> None:
    import pyogrio

    wards = pyogrio.read_dataframe(UNITS, layer="wards_168")
    polygons = wards.geometry.to_numpy()
    checked(polygons, wards["ward_code"].astype(str).tolist(), *around(polygons, 8, 8000))
    overlaps = Outlines(wards["ward_code"].astype(str), list(shapely.to_wkb(polygons))).overlaps()
    assert overlaps["area_ha"].sum() * 1e4 == pytest.approx(70, abs=1)  # m², as its README says


@pytest.mark.parametrize("spread", [1e-6, 0.01, 1.0, 8.0])
def test_the_nearest_edge_is_that_of_a_search_of_all_edges(spread: float) -> None:
    """Points in a heap, among the outlines and far from them, in one call, against GEOS's distance to each outline."""
    polygons = warped(3, corners=60, size=0.3)[[0, 2, 7]]
    rng = np.random.default_rng(11)
    points = np.vstack(
        [rng.normal([106.45, 10.45], spread, (3000, 2)), rng.uniform([106.2, 10.2], [106.8, 10.8], (500, 2))]
    )
    points = points[np.abs(points[:, 1] - 10.5) < 0.5]  # one degree of latitude: one plane
    plane = np.array(metres_per_degree(np.array(10.5)))
    flat = shapely.transform(polygons, lambda at: at * plane)
    lines = shapely.boundary(flat)
    expected = np.array([shapely.distance(lines, point).min() for point in shapely.points(points * plane)])
    found = to_edges_m(polygons, points[:, 0], points[:, 1])
    np.testing.assert_allclose(found, expected, rtol=0.005, atol=1e-3)
