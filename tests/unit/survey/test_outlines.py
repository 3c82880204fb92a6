"""Outlines: which are refused, and what is asked of those that stand."""

import numpy as np
import pytest
import shapely

from quydat.core.problem import Place, Problems
from quydat.survey.outlines import Outlines, middle_of, outline_faults


def wkb(*shapes: shapely.Geometry | None) -> list[bytes | None]:
    return [None if shape is None else shapely.to_wkb(shape) for shape in shapes]


BOW = shapely.Polygon([(106, 10), (106.2, 10.2), (106.2, 10), (106, 10.2)])
WEST, EAST = shapely.box(106, 10, 106.1, 10.1), shapely.box(106.1, 10, 106.2, 10.1)


def test_all_that_is_wrong_with_outlines_is_told_at_once() -> None:
    with np.errstate(invalid="ignore"):
        odd = shapely.Polygon([(106, 10), (106.1, np.nan), (106.1, 10.1)])
    shapes = [*wkb(WEST, BOW, shapely.Point(106, 10), shapely.box(600000, 1190000, 600100, 1190100), None), b"\x01\x02"]
    shapes += wkb(odd)
    faults = outline_faults(list("abcdefg"), shapes, place=Place("khu.gpkg"))
    assert [(fault.position, fault.problem.number) for fault in faults] == [
        (1, "QD241"), (2, "QD240"), (3, "QD242"), (5, "QD240"), (6, "QD241"),
    ]  # fmt: skip
    assert faults[0].problem.message("vi") == "Ranh «b» tự cắt tại 106.1 10.1: cạnh cắt nhau."
    assert faults[0].problem.place.file == "khu.gpkg"
    with pytest.raises(Problems) as refused:
        Outlines(list("abcdefg"), shapes)
    assert len(refused.value.found) == 5


def test_ids_and_outlines_go_in_pairs() -> None:
    with pytest.raises(ValueError, match="1 ids for 0 outlines"):
        Outlines(["a"], [])


def test_a_shared_edge_belongs_to_the_first_id_whatever_the_order_given() -> None:
    x, y = np.array([106.1, 106.05, np.nan, 106.05]), np.array([10.05, 10.0, 10.05, np.inf])
    assert Outlines(["2", "1"], wkb(WEST, EAST)).locate(x, y).tolist() == [1, 0, -1, -1]
    assert Outlines(["1", "2"], wkb(WEST, EAST)).locate(x, y).tolist() == [0, 0, -1, -1]


def test_no_outline_and_no_point() -> None:
    assert Outlines([], []).locate(np.array([106.0]), np.array([10.0])).tolist() == [-1]
    assert Outlines(["a"], [None]).locate(np.array([106.0]), np.array([10.0])).tolist() == [-1]
    assert Outlines(["a"], wkb(WEST)).locate(np.zeros(0), np.zeros(0)).tolist() == []


def test_distance_to_some_of_the_outlines() -> None:
    outlines = Outlines(["a", "b"], wkb(WEST, EAST))
    x, y = np.array([106.05, 106.15, np.nan]), np.array([10.05, 10.05, 10.05])
    metres = outlines.distance_m(x, y, [1])
    # 0.05° of longitude at 10.05° north: 0.05 × 109,623 m, by the nautical series in the test of distances
    assert metres[0] == pytest.approx(5481, rel=0.001)
    assert metres[1] == 0
    assert np.isnan(metres[2])
    assert np.isnan(outlines.distance_m(x, y, [])).all()


def test_the_middle_lies_inside_even_of_a_bent_outline() -> None:
    bent = shapely.Polygon([(106, 10), (106.3, 10), (106.3, 10.02), (106.02, 10.02), (106.02, 10.3), (106, 10.3)])
    x, y, reach = middle_of(bent)
    assert bent.contains(shapely.Point(x, y))
    outlines = Outlines(["bent"], wkb(bent))
    assert outlines.position_error_m(0) == reach > 15_000
    assert np.isnan(Outlines(["none"], [None]).position_error_m(0))


def test_overlaps_in_hectares() -> None:
    """A strip of 0.001° × 0.1° at 10.05° north: 109.62 m × 11,061.0 m = 121.25 ha."""
    wider = shapely.box(106.099, 10, 106.2, 10.1)
    found = Outlines(["w", "e", "far"], wkb(WEST, wider, shapely.box(107, 10, 108, 11))).overlaps()
    assert found[["first_id", "second_id"]].values.tolist() == [["e", "w"]]
    assert found["area_ha"][0] == pytest.approx(121.25, abs=0.02)
    assert Outlines(["w", "e"], wkb(WEST, EAST)).overlaps().empty
