"""The one door for area: what it takes and what it refuses."""

import numpy as np
import pytest
import shapely

from quydat.core.area import area_ha

PARK = shapely.box(600_000, 1_190_000, 601_000, 1_191_000)


def one(shape: shapely.Geometry, epsg: int = 9210) -> float:
    return float(area_ha([shape], epsg=epsg)[0])


def test_unknown_is_nan_and_empty_is_zero() -> None:
    areas = area_ha([None, shapely.Polygon(), PARK, shapely.Point(6e5, 1.19e6)], epsg=9210)  # type: ignore[list-item]
    assert np.isnan(areas[0])
    assert areas[1] == 0.0
    assert areas[2] > 99.0
    assert areas[3] == 0.0
    assert area_ha([], epsg=9210).tolist() == []
    assert np.isnan(area_ha([None], epsg=9210)).all()  # type: ignore[list-item]


def test_a_line_and_an_empty_collection_have_no_area() -> None:
    assert one(shapely.LineString([(6e5, 1.19e6), (6.01e5, 1.19e6)])) == 0.0
    assert one(shapely.GeometryCollection()) == 0.0


def test_the_direction_of_rings_changes_nothing() -> None:
    assert one(shapely.reverse(PARK)) == pytest.approx(one(PARK), rel=1e-12)
    holed = shapely.Polygon(PARK.exterior, [shapely.box(600_200, 1_190_200, 600_400, 1_190_400).exterior])
    same_way = shapely.Polygon(PARK.exterior, [shapely.reverse(holed.interiors[0])])
    assert one(same_way) == pytest.approx(one(holed), rel=1e-12)


def test_holes_are_taken_out_and_parts_added() -> None:
    pond = shapely.box(600_200, 1_190_200, 600_400, 1_190_400)
    holed = PARK.difference(pond)
    assert one(holed) == pytest.approx(one(PARK) - one(pond), rel=1e-12)
    island = shapely.box(600_250, 1_190_250, 600_300, 1_190_300)
    both = shapely.MultiPolygon([holed, island])
    assert one(both) == pytest.approx(one(PARK) - one(pond) + one(island), rel=1e-12)


def test_a_polygon_cut_in_two_keeps_its_area() -> None:
    left, right = (
        shapely.box(600_000, 1_190_000, 600_333, 1_191_000),
        shapely.box(600_333, 1_190_000, 601_000, 1_191_000),
    )
    assert one(left) + one(right) == pytest.approx(one(PARK), rel=1e-12)


def test_heights_are_left_aside() -> None:
    assert one(shapely.force_3d(PARK, 35.0)) == one(PARK)


def test_each_geometry_has_its_own_value_in_its_place() -> None:
    pond = shapely.box(600_200, 1_190_200, 600_400, 1_190_400)
    together = area_ha([pond, None, PARK, PARK.difference(pond)], epsg=9210)  # type: ignore[list-item]
    assert together[[0, 2, 3]].tolist() == [one(pond), one(PARK), one(PARK.difference(pond))]


@pytest.mark.parametrize("epsg", [4326, 4756])
def test_degrees_are_refused(epsg: int) -> None:
    with pytest.raises(ValueError, match="is in degrees"):
        area_ha([shapely.box(106.7, 10.7, 106.8, 10.8)], epsg=epsg)


@pytest.mark.parametrize("epsg", [3857, 900913, 3785, 102100])
def test_web_mercator_is_refused_by_all_its_names(epsg: int) -> None:
    with pytest.raises(ValueError, match="Web Mercator"):
        area_ha([shapely.box(11_870_000, 1_200_000, 11_880_000, 1_210_000)], epsg=epsg)


@pytest.mark.parametrize("epsg", [3148, 4978, 5773])
def test_what_is_no_plane_on_the_ellipsoid_is_refused(epsg: int) -> None:
    with pytest.raises(ValueError, match="is no plane on VN-2000 or WGS 84"):
        area_ha([PARK], epsg=epsg)


def test_a_polygon_that_crosses_itself_is_refused_with_the_place() -> None:
    bow_tie = shapely.Polygon([(600_000, 1_190_000), (601_000, 1_191_000), (601_000, 1_190_000), (600_000, 1_191_000)])
    with pytest.raises(ValueError, match=r"not valid: Self-intersection\[600500 1190500\]"):
        area_ha([PARK, bow_tie], epsg=9210)


def test_a_mixed_collection_is_refused() -> None:
    with pytest.raises(ValueError, match="collection of mixed geometries"):
        area_ha([shapely.GeometryCollection([shapely.MultiPolygon([PARK])])], epsg=9210)


def test_coordinates_outside_the_system_are_refused() -> None:
    with pytest.raises(ValueError, match="outside EPSG:9210"):
        area_ha([shapely.box(1e12, 1e12, 2e12, 2e12)], epsg=9210)
