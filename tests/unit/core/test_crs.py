"""Coordinate systems; the numbers are in tests/second_opinion/test_crs.py."""

import numpy as np
import pyproj
import pytest

from quydat.core.crs import DATUM_OPERATION, crs_of, is_vn2000, reproject, to_geographic


def test_the_operation_is_named() -> None:
    assert DATUM_OPERATION == "EPSG:6960"


@pytest.mark.parametrize(
    ("epsg", "expected"),
    [(9210, True), (5899, True), (3405, True), (4756, True), (32648, False), (4326, False)],
)
def test_which_systems_stand_on_vn2000(epsg: int, expected: bool) -> None:
    assert is_vn2000(epsg) is expected


def test_an_unknown_number_raises() -> None:
    with pytest.raises(pyproj.exceptions.CRSError):
        crs_of(1)


def test_degrees_stay_as_they_are() -> None:
    x, y = np.array([106.7]), np.array([10.8])
    lon, lat = to_geographic(x, y, epsg=4756)
    assert lon.tolist() == [106.7]
    assert lat.tolist() == [10.8]


def test_on_the_central_meridian_the_easting_is_the_false_easting() -> None:
    x, y = reproject(np.array([105.75]), np.array([0.0]), source=4756, target=9210)
    assert x[0] == pytest.approx(500_000.0, abs=1e-6)
    assert y[0] == pytest.approx(0.0, abs=1e-6)


def test_what_is_unknown_stays_unknown() -> None:
    x, y = reproject(np.array([np.nan, 106.7]), np.array([np.nan, 10.8]), source=4326, target=9210)
    assert np.isnan([x[0], y[0]]).all()
    assert np.isfinite([x[1], y[1]]).all()


@pytest.mark.parametrize(("source", "target"), [(3148, 9210), (9210, 4131), (3148, 3148), (4326, 5773)])
def test_another_datum_is_refused(source: int, target: int) -> None:
    with pytest.raises(ValueError, match="stands neither on VN-2000 nor on WGS 84"):
        reproject(np.array([106.7]), np.array([10.8]), source=source, target=target)
