"""The worked example of docs/method/series.md says what the back-test of the shipped case gives."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.demand.back_test import back_test
from quydat.demand.score import coverage_interval
from quydat.demand.series_check import SeriesOfRecord, check_series

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "method" / "series.md").read_text(encoding="utf-8").split())
INDEX = "hcmc-iip-growth"


@pytest.fixture(scope="module")
def made(hcmc_record: dict[str, Any]) -> SeriesOfRecord:
    return check_series(hcmc_record["series"])


@pytest.fixture(scope="module")
def tried(made: SeriesOfRecord) -> tuple[pd.DataFrame, pd.DataFrame]:
    return back_test(made.series)


def cell(cells: pd.DataFrame, forecaster: str) -> dict[str, Any]:
    found = cells.query("series_id == @INDEX and forecaster == @forecaster and origin == '2019' and period == '2024'")
    return found.iloc[0].to_dict()


def test_the_page_has_all_its_parts() -> None:
    for heading in (
        "**Question.**",
        "## Formula",
        "## Inputs",
        "## Method source",
        "## Worked example",
        "## What it leaves",
    ):
        assert heading in PAGE


def test_growth_as_before_by_hand(tried: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    logs = np.log1p(np.array([7.2, 7.3, 7.9, 8.0, 7.3]) / 100)
    assert ", ".join(f"{one:.5f}" for one in logs) in PAGE
    reach = 1.533 * logs.std(ddof=1) * np.sqrt(5 + 25 / 5)
    assert f"mean {logs.mean():.5f}, standard deviation {logs.std(ddof=1):.6f}" in PAGE and f"= {reach:.5f}" in PAGE
    by_hand = [100 * np.expm1(logs.mean() + sign * reach / 5) for sign in (-1, 0, 1)]
    row = cell(tried[0], "as_before")
    assert [row[name] for name in ("p10", "p50", "p90")] == pytest.approx(by_hand, abs=0.01)
    assert "= 7.54 %" in PAGE and "= 7.17 %, P90 7.91 %" in PAGE
    assert [round(one, 2) for one in by_hand] == [7.17, 7.54, 7.91]


def test_the_stated_range_by_hand(tried: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    low, high = 7.2 + np.sqrt(0.1 * 0.8 * 0.34), 8.0 - np.sqrt(0.1 * 0.8 * 0.46)
    row = cell(tried[0], "stated_range")
    assert (row["p10"], row["p90"]) == pytest.approx((low, high), abs=0.005)
    assert f"= {low:.2f} %" in PAGE and f"= {high:.2f} %" in PAGE
    came = 0.956 * 0.857 * 1.130 * 1.044 * 1.073
    assert f"= {came:.4f}, a yearly mean of {100 * (came**0.2 - 1):.2f} %" in PAGE
    assert row["actual"] == pytest.approx(100 * (came**0.2 - 1))
    assert f"= 6.85: {row['crps']:.2f}" in PAGE and row["crps"] < (7.2 + 7.54 + 8.0) / 3 - row["actual"]


def test_the_tries_and_the_verdict(tried: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    rows = tried[1].set_index(["series_id", "forecaster"])
    assert "18 tries on 7 periods" in PAGE and "1 of 18, `as_before` in 3" in PAGE
    for forecaster, inside in (("stated_range", 1), ("as_before", 3)):
        row = rows.loc[(INDEX, forecaster)]
        assert (row["cells"], row["verdict"]) == (18, "too_narrow")
        assert row["coverage_share"] * 18 == pytest.approx(inside)
    assert f"at most {100 * coverage_interval(1 / 18, 7)[1]:.0f} %" in PAGE
    for method in ("take_up", "labour", "output"):
        assert rows.loc[("hcmc-land-let", method), "verdict"] == "not_possible"


def test_what_the_city_publishes_is_too_short_to_fit(made: SeriesOfRecord) -> None:
    uses = made.table.set_index("series_id")["series_use"]
    assert uses[INDEX] == uses["hcmc-grdp-growth"] == "tested_only"
    assert set(uses.drop([INDEX, "hcmc-grdp-growth"])) == {"not_used"}
    assert not made.models
