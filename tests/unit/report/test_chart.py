"""Charts and map: there for every city, the same bytes, true to scale."""

import re
from collections.abc import Callable
from math import hypot, pi, sqrt
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic

from quydat.report.chart import CHARTS, available, chart_bytes, save_charts
from quydat.report.labels import overlap, place, text_box
from quydat.report.map import map_svg
from quydat.report.snapshot import Snapshot


def circles(svg: str) -> dict[str, tuple[float, float, float]]:
    """Centre and radius of each park's circle."""
    pattern = r'data-park="([^"]+)"><title>[^<]*</title><circle cx="([-\d.]+)" cy="([-\d.]+)" r="([-\d.]+)"'
    return {m[1]: (float(m[2]), float(m[3]), float(m[4])) for m in re.finditer(pattern, svg)}


def test_all_charts_are_written_twice_with_the_same_bytes(forecast: Snapshot, tmp_path: Path) -> None:
    first = save_charts(forecast, tmp_path / "a", "vi")
    second = save_charts(forecast, tmp_path / "b", "vi")
    # The snapshot has no survey; the story of the demonstration draws it. Delivery has tests of its own.
    drawn = {name for name in CHARTS if not name.startswith("delivery")} - {"floor", "marginal_money", "regret"}
    assert [p.name for p in first] == sorted([f"{n}.{f}" for n in drawn for f in ("svg", "png")] + ["map.svg"])
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
        assert b"<dc:date>" not in one.read_bytes()


def test_charts_without_matter_are_left_out(make_snapshot: Callable[..., Snapshot]) -> None:
    assert available(make_snapshot(focus=())) == ["land_today", "demand", "account"]


def test_names_with_signs_of_formulas_are_drawn_as_they_are(renamed: Callable[[str, str], Snapshot]) -> None:
    assert chart_bytes("pipeline", renamed("pham-van-hai-1", r"KCN $\frac{a}$ $x"), "vi")["svg"]


def test_circles_have_the_area_of_their_parks_at_the_scale_of_the_map(snapshot: Snapshot) -> None:
    found = circles(map_svg(snapshot, "vi"))
    one, other = found["tan-thuan"], found["tan-phu-trung"]
    metres = Geodesic.WGS84.Inverse(10.758, 106.738, 10.945, 106.555)["s12"]
    per_m = hypot(one[0] - other[0], one[1] - other[1]) / metres
    assert one[2] == pytest.approx(sqrt(300e4 / pi) * per_m, abs=0.1)
    assert other[2] == pytest.approx(sqrt(590e4 / pi) * per_m, abs=0.1)
    assert other[1] < one[1]  # it lies to the north


def test_a_park_of_unknown_area_is_no_circle_and_says_so(snapshot: Snapshot) -> None:
    svg = map_svg(snapshot, "vi")
    assert "ccn-chua-ro" not in circles(svg)
    assert "CCN chưa rõ diện tích – đề xuất; diện tích chưa rõ; lấp đầy chưa rõ" in svg


def test_the_tooltip_has_name_state_area_and_occupancy(snapshot: Snapshot) -> None:
    assert "KCX Tân Thuận – đang hoạt động; diện tích 300 ha†; lấp đầy 90,0 %†" in map_svg(snapshot, "vi")


def test_parks_without_coordinates_are_named(make_snapshot: Callable[..., Snapshot], snapshot: Snapshot) -> None:
    parks = snapshot.tables["parks"].copy()
    parks.loc[parks["park_id"] == "tan-thuan", ["longitude", "latitude"]] = None
    tables = {**snapshot.tables, "parks": parks}
    moved = Snapshot(snapshot.study, snapshot.record, tables, snapshot.ledger, "0", "0", snapshot.focus)
    assert "Không có tọa độ: KCX Tân Thuận" in map_svg(moved, "vi")
    parks[["longitude", "latitude"]] = None
    assert "KCN Tân Phú Trung" in map_svg(moved, "vi")


def test_labels_take_the_first_free_place() -> None:
    frame = (0.0, 0.0, 200.0, 200.0)
    first = place("Tên", 100, 100, 5, size=10, taken=[], frame=frame, must=False)
    assert first is not None and first.anchor == "start"  # to the right
    blocked = [text_box(first.text, first.x, first.y, first.anchor, 10)]
    second = place("Tên", 100, 100, 5, size=10, taken=blocked, frame=frame, must=False)
    assert second is not None and second.anchor == "end"  # to the left
    assert place("Tên", 100, 100, 5, size=10, taken=[frame], frame=frame, must=False) is None
    assert place("Tên", 100, 100, 5, size=10, taken=[frame], frame=frame, must=True) is not None
    assert overlap((0, 0, 2, 2), (1, 1, 3, 3)) == 1
