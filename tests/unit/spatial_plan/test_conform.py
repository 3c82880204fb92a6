"""A lower plan against the one above, by hand."""

import pytest
from tests.support.plans import FACTOR, USES, plan, square, track

from quydat.core.problem import Problems
from quydat.spatial_plan.conform import conform
from quydat.spatial_plan.words import breaches, summary

UPPER = plan(
    "qhc",
    [{"shape": square(0, 0, 1000, 1000), "area_id": "CN", "land_use": "industrial_park", "plot_ratio_max": 1.5,
      "plot_ratio_min": 0.2, "allowed_uses": "workers_housing"},
     {"shape": square(1000, 0, 2000, 1000), "area_id": "O", "land_use": "housing"}],
    level="general_plan", scale=10_000,
    uses=[{"area_id": "CN", "land_use": "park_green", "min_area_share": 0.1},
          {"area_id": "CN", "land_use": "workers_housing", "max_area_share": 0.15}],
)  # fmt: skip
LOWER = plan(
    "qhpk",
    [{"shape": square(0, 0, 600, 1000), "area_id": "NM", "land_use": "factory", "plot_ratio_min": 0.5,
      "plot_ratio_max": 1.0},
     {"shape": square(600, 0, 1000, 500), "area_id": "LT", "land_use": "workers_housing", "plot_ratio_min": 1.0,
      "plot_ratio_max": 2.0, "official_area_ha": 20.0},
     {"shape": square(600, 500, 1000, 1050), "area_id": "CX", "land_use": "park_green"}],
)  # fmt: skip


def test_each_hectare_has_one_finding() -> None:
    found = conform(LOWER, UPPER, uses=USES)
    expected = {
        "agrees": 0,
        "free": 80 * FACTOR,
        "breaks": 20 * FACTOR,
        "unknown": 0,
        "outside": 2 * FACTOR,
        "sliver": 0,
    }
    assert found.hectares == pytest.approx(expected, abs=2e-3)
    assert found.verdict == "breaks"
    assert found.broken == ("plot_ratio", "area", "share")


def test_the_areas_show_official_and_drawn_side_by_side() -> None:
    row = conform(LOWER, UPPER, uses=USES).areas.set_index("area_id").loc["LT"]
    assert row["official_ha"] == 20.0
    assert row["drawn_ha"] == pytest.approx(19.999, abs=1e-3)
    assert row["difference_ha"] == pytest.approx(-0.001, abs=1e-3)
    assert row["breaks_ha"] == row["drawn_ha"]


def test_differences_have_polygons_and_reasons() -> None:
    found = conform(LOWER, UPPER, uses=USES)
    rows = found.differences[["finding", "aspects", "lower_area", "ha"]].round(1).to_numpy().tolist()
    assert rows == [["breaks", "plot_ratio", "LT", 20.0], ["outside", "area", "CX", 2.0]]
    assert [shape.area for shape in found.shapes] == pytest.approx([200_000, 20_000])
    assert breaches(found, "en") == [
        "Area LT in area CN of the plan above, 20.00 ha: plot ratio 1.00–2.00; the plan above: 0.20–1.50.",
        "Area CX: 2.00 ha lie outside the plan above.",
        "Area CN of the plan above: workers' housing and lodging 20.00 ha; the plan above: at most 15.00 ha.",
    ]
    assert summary(found, "vi").startswith("«qhpk» trái với «qhc»: 20,00 ha trái, 2,00 ha ngoài ranh, trong 101,99 ha")


def test_the_freedom_that_is_left() -> None:
    left = conform(LOWER, UPPER, uses=USES).freedom
    assert left.open_ha == pytest.approx(100 * FACTOR, abs=1e-2)  # the housing
    row = left.areas.set_index("area_id").loc["CN"]
    assert row["floor_max_m2"] == pytest.approx(1_500_000 * FACTOR, rel=1e-5)
    assert row["floor_taken_m2"] == pytest.approx((600_000 + 400_000) * FACTOR, rel=1e-5)
    assert row["floor_left_m2"] == pytest.approx(500_000 * FACTOR, rel=1e-5)
    assert left.areas["floor_left_m2"].isna().tolist() == [False, True]  # no plot ratio is stated for the housing
    assert left.floor_known_ha == pytest.approx(100 * FACTOR, abs=1e-2)
    uses = left.uses.set_index("land_use")
    assert uses.loc["workers_housing", "settled_ha"] == pytest.approx(20 * FACTOR, abs=1e-2)


def test_a_strip_within_the_drawings_accuracy_is_no_breach() -> None:
    lower = plan("l", [{"shape": square(-1.5, 0, 600, 1000), "land_use": "factory", "plot_ratio_min": 0.5,
                        "plot_ratio_max": 1.0}])  # fmt: skip
    found = conform(lower, UPPER, uses=USES)
    assert found.accuracy_m == pytest.approx(2.0)
    assert found.hectares["outside"] == 0.0
    assert found.hectares["sliver"] == pytest.approx(0.15, abs=1e-3)
    assert conform(lower, UPPER, uses=USES, accuracy_mm=0.1).hectares["outside"] == pytest.approx(0.15, abs=1e-3)


def test_overlapping_areas_above_are_refused_with_their_hectares() -> None:
    upper = plan("u", [{"shape": square(0, 0, 100, 100), "land_use": "green"},
                       {"shape": square(50, 0, 200, 100), "land_use": "factory"}])  # fmt: skip
    with pytest.raises(Problems) as raised:
        conform(LOWER, upper, uses=USES)
    (one,) = raised.value.found
    assert (one.number, one.facts["ha"]) == ("QD832", "0.5")


def test_a_least_share_that_can_still_be_met_is_free() -> None:
    lower = plan(
        "l", [{"shape": square(0, 0, 500, 1000), "land_use": "factory", "plot_ratio_min": 1, "plot_ratio_max": 1}]
    )
    shares = conform(lower, UPPER, uses=USES).shares.set_index("land_use")
    assert shares.loc["park_green", "finding"] == "free"
    assert shares.loc["park_green", "open"] == pytest.approx(50 * FACTOR, abs=1e-2)
    full = plan(
        "l", [{"shape": square(0, 0, 950, 1000), "land_use": "factory", "plot_ratio_min": 1, "plot_ratio_max": 1}]
    )
    assert conform(full, UPPER, uses=USES).shares.set_index("land_use").loc["park_green", "finding"] == "breaks"


@pytest.mark.parametrize(("ratio", "finding"), [(1.6, "free"), (2.6, "breaks"), (None, "unknown")])
def test_a_gross_plot_ratio_holds_for_the_area_as_a_whole(ratio: float | None, finding: str) -> None:
    """60 of 100 ha built at the ratio of the lots: 0.96 and 1.56 against 1.0 gross."""
    upper = plan("u", [{"shape": square(0, 0, 1000, 1000), "land_use": "industrial_park", "plot_ratio_max": 1.0,
                        "density_basis": "gross"}], scale=10_000)  # fmt: skip
    lower = plan("l", [{"shape": square(0, 0, 600, 1000), "land_use": "factory", "plot_ratio_max": ratio},
                       {"shape": square(600, 0, 1000, 1000), "land_use": "park_green"}])  # fmt: skip
    (row,) = conform(lower, upper, uses=USES).shares.to_dict("records")
    assert (row["aspect"], row["finding"]) == ("plot_ratio", finding)


ROAD = {"line_kind": "road_axis", "width_m": 30.0}


@pytest.mark.parametrize(
    ("away", "tolerance", "width", "finding", "why"),
    [
        (0.0, None, 30.0, "agrees", ""),
        (1.0, None, 30.0, "agrees", ""),
        (20.0, None, 30.0, "breaks", "moved"),
        (20.0, 25.0, 30.0, "free", ""),
        (30.0, 25.0, 30.0, "breaks", "moved"),
        (0.0, None, 24.0, "breaks", "narrow"),
        (0.0, None, None, "unknown", "width_unknown"),
        (None, 25.0, 30.0, "breaks", "missing"),
    ],
)
def test_lines(away: float | None, tolerance: float | None, width: float | None, finding: str, why: str) -> None:
    upper = plan("u", [{"shape": square(0, 0, 1000, 1000), "land_use": "factory"}], scale=10_000,
                 lines=[{**ROAD, "shape": track((500, -200), (500, 1200)), "tolerance_m": tolerance}])  # fmt: skip
    own = [] if away is None else [{**ROAD, "width_m": width, "shape": track((500 + away, 0), (500 + away, 1000))}]
    lower = plan("l", [{"shape": square(0, 0, 1000, 1000), "land_use": "factory"}], lines=own)
    found = conform(lower, upper, uses=USES)
    (row,) = found.lines.rows.to_dict("records")
    assert (row["finding"], row["why"]) == (finding, why)
    assert row["length_m"] == pytest.approx(1000)
    assert found.verdict == {"agrees": "conforms", "free": "conforms"}.get(finding, finding)
    assert len(breaches(found, "vi")) == len(breaches(found, "en")) == bool(why)


def test_land_in_a_corridor_that_is_not_allowed_there_breaks_it() -> None:
    upper = plan("u", [{"shape": square(0, 0, 1000, 1000), "land_use": "mixed", "allowed_uses": "factory;green"}],
                 lines=[{"line_kind": "green_corridor", "shape": track((0, 500), (1000, 500)), "width_m": 40.0,
                         "allowed_uses": "green"}])  # fmt: skip
    lower = plan("l", [{"shape": square(0, 0, 300, 1000), "land_use": "factory"},
                       {"shape": square(300, 0, 1000, 1000), "land_use": "buffer_green"}],
                 lines=[{"line_kind": "green_corridor", "width_m": 40.0,
                         "shape": track((0, 500), (1000, 500))}])  # fmt: skip
    found = conform(lower, upper, uses=USES)
    (row,) = found.lines.rows.to_dict("records")
    assert (row["finding"], row["why"]) == ("breaks", "blocked")
    assert row["blocked_ha"] == pytest.approx(300 * 40 / 1e4, abs=1e-3)
    assert found.differences["line_id"].tolist() == ["L1"]


def test_a_line_elsewhere_is_no_matter() -> None:
    upper = plan("u", [{"shape": square(0, 0, 1000, 1000), "land_use": "factory"}],
                 lines=[{**ROAD, "shape": track((800, 0), (800, 1000))}])  # fmt: skip
    lower = plan("l", [{"shape": square(0, 0, 300, 1000), "land_use": "factory"}])
    assert conform(lower, upper, uses=USES).verdict == "conforms"
