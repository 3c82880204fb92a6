"""Real national series as the statistical office published them: faults are named, shocks found, ranges tried back."""

import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.rows import table
from tests.support.series import PLAIN

from quydat.core.uniforms import SeededUniforms
from quydat.demand.back_test import back_test
from quydat.demand.series_check import SeriesOfRecord, check_series
from quydat.demand.series_read import read_series

FILE = Path(os.environ.get("QUYDAT_REAL_DATA", "real-data-folder-not-named")) / "vn_macro_series_gso_2024q3.csv"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not FILE.is_file(), reason="the national series (QUYDAT_REAL_DATA) are not on this machine"),
]
MONTHS = ("AIP_ISIC4_C_IX", "M", {"measure": "index", "unit": "index", "base_year": 2015})
LEVEL = {"measure": "level", "unit": "bn VND", "base_year": 2010}
QUARTERS = ("NGDPVA_R_ISIC4_C_XDC", "Q", LEVEL)
YEARS = ("NGDPVA_R_ISIC4_C_XDC", "A", LEVEL)
MINING = ("NGDPVA_R_ISIC4_B_XDC", "A", LEVEL)


def rows_of(indicator: str, frequency: str, same: dict[str, object]) -> pd.DataFrame:
    every = pd.read_csv(FILE, dtype="str")
    own = every[(every["indicator"] == indicator) & (every["freq"] == frequency)]
    plain = {**PLAIN, "place": "vn", "series_id": f"{indicator}-{frequency}", **same}
    pairs = zip(own["period"].tolist(), own["value"].tolist(), strict=True)
    return table("series", [{**plain, "period": period, "value": value} for period, value in pairs])


@pytest.fixture(scope="module")
def made() -> SeriesOfRecord:
    return check_series(pd.concat([rows_of(*one) for one in (MONTHS, QUARTERS, YEARS, MINING)], ignore_index=True))


def test_a_gross_domestic_product_below_zero_is_refused_at_its_row() -> None:
    rows = rows_of("NGDP_R_XDC", "A", LEVEL)
    _, found = read_series(rows)
    assert [p.number for p in found] == ["QD715"]
    assert rows["period"].tolist()[found[0].place.row - 2] == "2023"  # type: ignore[operator]
    assert float(found[0].facts["value"]) < 0


def test_periods_come_in_order_whatever_the_order_of_the_file() -> None:
    (series,), found = read_series(rows_of("NGDPVA_R_ISIC4_C_XDC", "A", LEVEL).iloc[::-1].reset_index(drop=True))
    assert found == []
    assert series.periods == tuple(map(str, range(2004, 2024)))


def test_long_series_are_fitted_with_the_pandemic_kept_apart(made: SeriesOfRecord) -> None:
    table_ = made.table.set_index("series_id")
    assert set(table_["series_use"]) == {"fitted"}
    for shocks in table_["shocks"]:
        assert shocks.startswith("2020; 2021")
    months = made.models["AIP_ISIC4_C_IX-M"]
    assert len([one for one in months.shocks.pulses if one // 12 in (2020, 2021)]) == 24
    # Tết of 2023 fell in January and not, as mostly, in February
    assert "2023-01" in table_.loc["AIP_ISIC4_C_IX-M", "shocks"]


def test_growth_drawn_for_the_plan_is_growth_that_a_country_has(
    made: SeriesOfRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ["yearly growth 2025-2045, P10 P50 P90"]
    for model in made.models.values():
        drawn = model.simulate(years=range(2025, 2046), uniforms=SeededUniforms(count=5000, seed=1), name="g")
        mean = np.prod(1 + drawn, axis=1) ** (1 / 21) - 1
        low, mid, high = np.quantile(mean, [0.1, 0.5, 0.9])
        told.append(f"{model.series.series_id} {model.name}: {low:.3f} {mid:.3f} {high:.3f}")
        assert -0.08 < low < mid < high < 0.20
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *told, ""]))


def test_the_ranges_are_tried_back(made: SeriesOfRecord, capsys: pytest.CaptureFixture[str]) -> None:
    cells, summary = back_test(made.series)
    own = summary[summary["series_id"].isin(made.models)]
    shown = ["series_id", "forecaster", "cells", "crps_relative", "coverage_share", "verdict"]
    with capsys.disabled():
        sys.stdout.write(f"\n{own[shown].to_string()}\n")
    assert len(own) == 4 * 3
    assert (own["verdict"] != "not_possible").all()
    # A range of the five years before knows of no pandemic: it never holds eight in ten of what came
    stated = own[own["forecaster"] == "stated_range"]
    assert (stated["coverage_share"] < 0.8).all()
    assert own["crps_relative"].between(0.3, 3.0).all()
    assert (cells["crps"] >= 0).all() and np.isfinite(cells["crps"]).all()
