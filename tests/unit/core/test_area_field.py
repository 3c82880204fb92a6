"""Areas of many pieces at once are those of ``area_ha``."""

import numpy as np
import pytest
import shapely

from quydat.core.area import area_ha
from quydat.core.area_field import AreaField

CITY = (560_000.0, 1_140_000.0, 680_000.0, 1_260_000.0)


@pytest.mark.parametrize("epsg", [9210, 5899, 32648, 3405])
@pytest.mark.parametrize("size", [5.0, 240.0, 800.0, 9_000.0, 60_000.0])
def test_a_square_anywhere_has_the_area_of_the_one_door(epsg: int, size: float) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(560_000, 620_000, 40), rng.uniform(1_140_000, 1_200_000, 40)
    squares = shapely.box(x, y, x + size, y + size)
    np.testing.assert_allclose(
        AreaField(CITY, epsg=epsg).ha(squares), area_ha(list(squares), epsg=epsg), rtol=3e-10, atol=1e-11
    )


def test_holes_and_parts_count_as_in_the_one_door() -> None:
    ring = shapely.Polygon(
        [(600_000, 1_190_000), (604_000, 1_190_500), (603_000, 1_194_000), (599_000, 1_193_000)],
        [[(601_000, 1_191_000), (602_000, 1_191_500), (601_500, 1_192_500)]],
    )
    many = shapely.multipolygons([ring, shapely.box(610_000, 1_190_000, 611_000, 1_193_000)])
    np.testing.assert_allclose(
        AreaField(CITY, epsg=9210).ha([ring, many]), area_ha([ring, many], epsg=9210), rtol=3e-10, atol=1e-11
    )


def test_absence_is_not_zero_and_lines_have_no_area() -> None:
    line = shapely.LineString([(600_000, 1_190_000), (601_000, 1_190_000)])
    box = shapely.box(600_000, 1_190_000, 601_000, 1_191_000)
    mixed = shapely.geometrycollections([line, shapely.multipolygons([box])])
    found = AreaField(CITY, epsg=9210).ha([None, shapely.Polygon(), line, mixed])
    assert np.isnan(found[0])
    assert found[1:3].tolist() == [0.0, 0.0]
    assert found[3] == pytest.approx(99.995, abs=1e-4)


def test_planes_and_boxes_that_will_not_do_are_refused() -> None:
    with pytest.raises(ValueError, match="Web Mercator"):
        AreaField((11_800_000, 1_190_000, 11_810_000, 1_200_000), epsg=3857)
    with pytest.raises(ValueError, match="degrees"):
        AreaField((106, 10, 107, 11), epsg=4756)
    with pytest.raises(ValueError, match="too large"):
        AreaField((100_000, 1_000_000, 900_000, 1_100_000), epsg=9210)
