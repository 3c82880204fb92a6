"""What each series is used for, and the reasons that stand in the table."""

import numpy as np
import pandas as pd
from tests.support.series import series_rows, several

from quydat.demand.series_check import check_series
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables


def walk(count: int, seed: int = 1) -> list[float]:
    steps = np.random.default_rng(seed).normal(0.06, 0.02, count - 1)
    return (100 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))).tolist()


LONG = series_rows(range(2000, 2025), walk(25), series_id="long")
SHORT = series_rows(range(2015, 2025), walk(10), series_id="short", basis="assumed")
TWO = series_rows([2023, 2024], [1, 2], series_id="two", indicator="jobs")
HOLED = series_rows(range(2001, 2024, 2), walk(12), series_id="holed", indicator="rent")


def test_a_long_series_is_fitted_a_shorter_one_tested_and_a_very_short_one_not_used() -> None:
    made = check_series(several(LONG, SHORT, TWO, HOLED))
    table = made.table.set_index("series_id")
    assert table["series_use"].to_dict() == {
        "holed": "not_used", "long": "fitted", "short": "tested_only", "two": "not_used",
    }  # fmt: skip
    assert list(made.models) == ["long"]
    assert [one.series_id for one in made.series] == ["long", "short", "two"]
    assert table.loc["long", "model"] in ("rwdrift", "lldtrend", "strend")
    assert table["model"].isna().tolist() == [True, False, True, True]
    assert table.loc["long", "shocks"] == "2020; 2021"
    assert "AICc" in table.loc["long", "reason_vi"] and "năm sốc" in table.loc["long", "reason_vi"]
    assert "ít nhất 15" in table.loc["short", "reason_vi"] and "mức tăng đã nêu" in table.loc["short", "reason_vi"]
    assert table.loc["short", "basis"] == "assumed"
    assert table.loc["two", ["points", "first_period", "last_period"]].tolist() == [2, "2023", "2024"]
    assert "11" in table.loc["holed", "reason_en"], "every second year would be filled in"


def test_the_table_is_as_the_dictionary_says_also_when_it_is_empty() -> None:
    for rows in (several(LONG, SHORT), series_rows([], [])):
        made = check_series(rows).table
        assert list(made.columns) == tables()["series_check"].columns
        expected = [pd.Series([], dtype=dtype_of(a)).dtype for a in tables()["series_check"]]
        assert made.dtypes.tolist() == expected


def test_a_driver_takes_the_fitted_series_of_its_place_and_sector_that_covers_most_years() -> None:
    months = [f"{year}-{month:02}" for year in range(2015, 2022) for month in range(1, 13)]
    monthly = series_rows(months, (100 * 1.004 ** np.arange(84)).tolist(), series_id="a-monthly")
    made = check_series(several(monthly, LONG, SHORT))
    chosen = made.driver_of("output", place="c", sector="all")
    assert chosen is not None and chosen.series.series_id == "long"
    for place, sector, indicator in (("d", "all", "output"), ("c", "food", "output"), ("c", "all", "jobs")):
        assert made.driver_of(indicator, place=place, sector=sector) is None


def test_a_break_and_an_outlier_are_said_with_their_periods() -> None:
    growth = [5.0, 5.5, 4.5, 5.0, 5.2, 4.8, 60.0, 5.5, 4.9, 5.1, 5.0, 40.0, -25.0, 5.2, 4.8, 5.0]
    made = check_series(series_rows(range(2000, 2016), growth, measure="growth", unit="%")).table.iloc[0]
    assert made["shocks"] == "2006; 2011"
    assert "2006, which is no shock year" in made["reason_en"] and "Unusual value in 2011" in made["reason_en"]
    assert "gãy chuỗi" in made["reason_vi"]
