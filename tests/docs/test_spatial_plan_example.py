"""The worked example of docs/method/spatial_plan.md says what the check gives."""

from pathlib import Path

import pytest
from tests.support.plans import USES, plan, square

from quydat.spatial_plan.conform import conform

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "method" / "spatial_plan.md").read_text(encoding="utf-8").split())


def test_the_example() -> None:
    upper = plan(
        "qhc",
        [{"shape": square(0, 0, 1000, 1000), "area_id": "CN", "land_use": "industrial_park", "plot_ratio_min": 0.2,
          "plot_ratio_max": 1.5, "allowed_uses": "workers_housing"},
         {"shape": square(1000, 0, 2000, 1000), "area_id": "O", "land_use": "housing"}],
        level="general_plan", scale=10_000,
        uses=[{"area_id": "CN", "land_use": "park_green", "min_area_share": 0.1},
              {"area_id": "CN", "land_use": "workers_housing", "max_area_share": 0.15}],
    )  # fmt: skip
    lower = plan("qhpk", [
        {"shape": square(0, 0, 600, 1000), "land_use": "factory", "plot_ratio_min": 0.5, "plot_ratio_max": 1.0},
        {"shape": square(600, 0, 1000, 500), "land_use": "workers_housing", "plot_ratio_min": 1.0,
         "plot_ratio_max": 2.0},
        {"shape": square(600, 500, 1000, 1050), "land_use": "park_green"},
    ])  # fmt: skip
    found = conform(lower, upper, uses=USES)
    ha = found.hectares
    drawn = float(found.laid.lower_ha.sum())
    assert (
        f"{ha['free']:.2f} free + {ha['breaks']:.2f} breaks + {ha['outside']:.2f} outside = {drawn:.2f} ha drawn"
        in PAGE
    )
    shares = found.shares.set_index("land_use")
    green, housing = shares.loc["park_green"], shares.loc["workers_housing"]
    assert f"green {green['drawn']:.2f} ha of at least {green['least']:.2f}" in PAGE
    assert f"workers' housing {housing['drawn']:.2f} ha of at most {housing['most']:.2f}: {housing['finding']}" in PAGE
    areas = found.freedom.areas.set_index("area_id")
    assert f"O has no lower plan, {found.freedom.open_ha:.2f} ha" in PAGE
    assert found.accuracy_m == pytest.approx(2.0)
    assert "2 m at 1/10,000" in PAGE
    left = float(areas.loc["CN", "floor_left_m2"])
    assert left == pytest.approx(499_975, abs=5)
    assert f"{left:,.0f} m²" in PAGE
