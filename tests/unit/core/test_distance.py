"""Distances on the ellipsoid."""

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from quydat.core.distance import distance_m, metres_per_degree


def test_against_geographiclib() -> None:
    rng = np.random.default_rng(1)
    lon, other_lon = rng.uniform(102, 110, (2, 50))
    lat, other_lat = rng.uniform(8, 24, (2, 50))
    expected = [
        Geodesic.WGS84.Inverse(*ends)["s12"] for ends in zip(lat, lon, other_lat, other_lon, strict=True)
    ]  # fmt: skip
    np.testing.assert_allclose(distance_m(lon, lat, other_lon, other_lat), expected, atol=1e-6)


def test_unknown_stays_unknown_and_one_place_goes_with_many() -> None:
    found = distance_m(
        np.array(106.0), np.array(10.0), np.array([106.0, np.nan, 106.0]), np.array([10.0, 10.0, np.inf])
    )
    assert found[0] == 0
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("lat", "east", "north"),
    [(0, 111_319.491, 110_574.276), (15, 107_550.31, 110_649.06), (30, 96_486.28, 110_852.42), (90, 0, 111_693.98)],
)
def test_degrees_by_the_series_of_the_maritime_table(lat: float, east: float, north: float) -> None:
    """Lengths by the series that nautical tables use (Bowditch, table 6): 111412.84 cos φ − 93.5 cos 3φ, and so on."""
    f = np.radians(lat)
    assert 111412.84 * np.cos(f) - 93.5 * np.cos(3 * f) + 0.118 * np.cos(5 * f) == pytest.approx(east, abs=0.5)
    assert 111132.92 - 559.82 * np.cos(2 * f) + 1.175 * np.cos(4 * f) - 0.0023 * np.cos(6 * f) == pytest.approx(
        north, abs=0.5
    )
    assert np.array(metres_per_degree(np.array(float(lat)))) == pytest.approx([east, north], abs=0.5)
