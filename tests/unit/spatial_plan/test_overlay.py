"""Layers over each other: hectares by hand."""

import numpy as np
import pytest
import shapely
from tests.support.plans import FACTOR, cells, shapes_of, square

from quydat.core.area_field import AreaField
from quydat.spatial_plan.overlay import areal, beyond, overlaps, overlay

FIELD = AreaField((599_000, 1_189_000, 610_000, 1_200_000), epsg=9210)


def layer(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return shapes_of([{"shape": square(*box)} for box in boxes])


def test_a_lot_inside_an_area_needs_no_cut() -> None:
    laid = overlay(layer((0, 0, 100, 100)), layer((0, 0, 500, 500)), field=FIELD)
    assert laid.cut == 0
    assert laid.ha[0] == laid.lower_ha[0]
    assert laid.outside_ha.tolist() == [0.0]
    assert laid.uncovered_ha[0] == pytest.approx(24 * FACTOR, abs=1e-3)


def test_an_area_inside_a_lot_needs_no_cut_either() -> None:
    laid = overlay(layer((0, 0, 500, 500)), layer((0, 0, 100, 100), (100, 0, 200, 100)), field=FIELD)
    assert laid.cut == 0
    assert laid.ha.tolist() == laid.upper_ha.tolist()
    assert laid.outside_ha[0] == pytest.approx(23 * FACTOR, abs=1e-3)


def test_lots_that_cross_are_cut_and_neighbours_that_touch_are_no_pair() -> None:
    laid = overlay(
        layer((50, 0, 150, 100)), layer((0, 0, 100, 100), (100, 0, 200, 100), (150, 0, 300, 50)), field=FIELD
    )
    assert list(zip(laid.lower.tolist(), laid.upper.tolist(), strict=True)) == [(0, 0), (0, 1)]
    np.testing.assert_allclose(laid.ha, [0.5 * FACTOR, 0.5 * FACTOR], atol=1e-4)


def test_layers_apart_share_nothing() -> None:
    laid = overlay(layer((0, 0, 100, 100)), layer((1000, 0, 1100, 100)), field=FIELD)
    assert len(laid.ha) == 0
    assert laid.outside_ha.tolist() == laid.lower_ha.tolist()


def test_shapes_that_are_asked_for_are_those_of_the_pieces() -> None:
    lower, upper = cells(60, 1, width=900), cells(50, 2, width=900)
    laid = overlay(lower, upper, field=FIELD, keep=lambda one, other: one % 2 == 0)
    kept = laid.lower % 2 == 0
    assert shapely.is_missing(laid.shapes[~kept]).all()
    np.testing.assert_allclose(FIELD.ha(areal(laid.shapes[kept])), laid.ha[kept], atol=1e-9)


def test_overlaps_are_found_whether_or_not_edges_meet() -> None:
    one, other, ha = overlaps(layer((0, 0, 100, 100), (100, 0, 200, 100), (190, 0, 300, 100)), field=FIELD)
    assert (one.tolist(), other.tolist()) == ([1], [2])
    assert ha[0] == pytest.approx(0.1 * FACTOR, abs=1e-4)


def test_a_polygon_within_another_overlaps_it() -> None:
    one, other, ha = overlaps(layer((0, 0, 300, 300), (100, 100, 200, 200)), field=FIELD)
    assert (one.tolist(), other.tolist()) == ([0], [1])
    assert ha[0] == pytest.approx(1.0 * FACTOR, abs=1e-4)


def test_neighbours_with_other_corners_do_not_overlap() -> None:
    one, _, _ = overlaps(layer((0, 0, 100, 100), (100, 0, 200, 50), (100, 50, 200, 100)), field=FIELD)
    assert len(one) == 0


def test_what_lies_beyond_is_what_no_polygon_covers() -> None:
    lower = layer((0, 0, 300, 100), (500, 0, 600, 100))
    out = beyond(lower, layer((100, 0, 150, 100), (150, 0, 250, 100)), np.array([0, 1]))
    np.testing.assert_allclose(shapely.area(out), [15_000, 10_000])


def test_empty_layers_are_no_error() -> None:
    none = np.zeros(0, dtype=object)
    assert len(overlay(none, layer((0, 0, 1, 1)), field=FIELD).ha) == 0
    assert len(overlay(layer((0, 0, 1, 1)), none, field=FIELD).ha) == 0
    assert len(overlaps(none, field=FIELD)[0]) == 0
