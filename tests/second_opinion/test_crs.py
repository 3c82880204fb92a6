"""The pinned datum operation against PROJ's own EPSG:6960, and against what it must not be."""

import numpy as np
import pyproj
import pytest
from numpy.typing import NDArray
from pyproj.transformer import TransformerGroup

from quydat.core.crs import reproject

GEOD = pyproj.Geod(ellps="WGS84")
LON = np.array([106.7361, 106.60, 107.03, 107.28, 106.40, 107.55])  # Tân Thuận, Mỹ Phước, Phú Mỹ, Đất Đỏ and
LAT = np.array([10.7553, 11.13, 10.59, 10.50, 10.35, 11.50])  # two corners of the merged city


def proj(name: str) -> pyproj.Transformer:
    """PROJ's operation between geographic VN-2000 and WGS 84 with that name, longitude first."""
    group = TransformerGroup(4756, 4326, always_xy=True).transformers
    (found,) = [operation for operation in group if f" {name} " in f" {operation.description} "]
    return found


def apart(operation: pyproj.Transformer) -> NDArray[np.float64]:
    """Metres between what the operation gives and what we give."""
    ours = reproject(LON, LAT, source=4756, target=4326)
    return np.abs(GEOD.inv(*ours, *operation.transform(LON, LAT))[2])


def test_the_pinned_operation_is_epsg_6960_to_a_millimetre() -> None:
    assert apart(proj("VN-2000 to WGS 84 (2)")).max() < 0.001


def test_the_way_back_is_too() -> None:
    ours = reproject(LON, LAT, source=4326, target=4756)
    theirs = proj("VN-2000 to WGS 84 (2)").transform(LON, LAT, direction="INVERSE")
    assert np.abs(GEOD.inv(*ours, *theirs)[2]).max() < 0.001


def test_epsg_5194_lies_0_8_m_away() -> None:
    assert apart(proj("VN-2000 to WGS 84 (1)")) == pytest.approx(0.8, abs=0.1)


def test_without_the_datum_step_land_moves_225_m() -> None:
    ours = reproject(LON, LAT, source=4756, target=4326)
    assert np.abs(GEOD.inv(*ours, LON, LAT)[2]) == pytest.approx(225, abs=10)


@pytest.mark.parametrize(
    ("epsg", "easting", "northing"),
    [(9210, 603796.46, 1191942.26), (5899, 385070.76, 1191978.60), (3405, 685779.98, 1191939.15)],
)
def test_projections_against_the_published_check_points(epsg: int, easting: float, northing: float) -> None:
    """The check point of the city in each plane, by EPSG:5194, which lies 0.8 m from the pinned one."""
    x, y = reproject(np.array([106.7009]), np.array([10.7769]), source=4326, target=epsg)
    assert np.hypot(x[0] - easting, y[0] - northing) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("epsg", [4756, 9210, 5899, 5897, 3405, 32648])
def test_there_and_back(epsg: int) -> None:
    x, y = reproject(LON, LAT, source=4326, target=epsg)
    lon, lat = reproject(x, y, source=epsg, target=4326)
    assert np.abs(lon - LON).max() < 1e-9
    assert np.abs(lat - LAT).max() < 1e-9


@pytest.mark.parametrize("epsg", [3148, 4131, 23948])
def test_another_datum_raises(epsg: int) -> None:
    """Indian 1960, and its planes: 400 m from VN-2000 and not ours to guess."""
    with pytest.raises(ValueError, match="no datum operation is pinned"):
        reproject(LON, LAT, source=epsg, target=9210)
