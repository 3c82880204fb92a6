"""The back-test: origins, what each way said, what came, and the sentence that a member of the council reads."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.demand.back_test import back_test, origins
from quydat.demand.forecasters import LEAST_LEVELS, Refused, land_by_driver, lettings_before
from quydat.demand.series import Frequency, Series
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables


def series(
    values: list[float] | np.ndarray, *, name: str = "s", indicator: str = "output", measure: str = "level",
    frequency: Frequency = "A", first: int = 2000, **more: Any,
) -> Series:  # fmt: skip
    unit = "%" if measure == "growth" else "u"
    return Series(name, indicator, "c", "all", measure, unit, frequency, first, np.array(values, float), **more)


def rising(count: int, share: float = 0.05, wobble: float = 0.01) -> np.ndarray:
    return 100 * np.cumprod(1 + share + wobble * np.where(np.arange(count) % 3 == 0, 1, -0.5))


def summary_of(made: pd.DataFrame, series_id: str, forecaster: str) -> dict[str, Any]:
    found = made[(made["series_id"] == series_id) & (made["forecaster"] == forecaster)]
    assert len(found) == 1
    return found.iloc[0].to_dict()


# Origins


@pytest.mark.parametrize(
    ("made", "years", "whole"),
    [
        (series(rising(25)), range(2014, 2020), True),  # ten to five years before 2024
        (series(rising(10)), range(2003, 2005), True),  # four levels from 2003 on
        (series(rising(7)), range(2003, 2006), False),  # too short to go back five years
        (series(rising(4)), [], False),
        (series([5.0] * 10, measure="growth", first=2015), range(2017, 2020), True),  # the year before is a level too
    ],
)
def test_origins_lie_ten_to_five_years_back_where_four_levels_are_known(made: Series, years: Any, whole: bool) -> None:
    assert origins(made) == (list(years), whole)


def test_of_months_origins_are_years_apart_in_the_season_of_the_last() -> None:
    made = series(rising(94), frequency="M", first=2017 * 12)
    starts, whole = origins(made)
    assert ([made.name(start) for start in starts], whole) == (["2020-10", "2021-10", "2022-10", "2023-10"], False)
    assert LEAST_LEVELS == 4


# Cells


def test_cells_hold_what_was_said_and_what_came() -> None:
    made = series(rising(10), basis=Basis.ASSUMED)
    cells, _ = back_test([made])
    assert list(cells.columns) == tables()["back_test"].columns
    assert [cells[a.name].dtype for a in tables()["back_test"]] == [
        pd.Series([], dtype=dtype_of(a)).dtype for a in tables()["back_test"]
    ]
    own = cells[cells["forecaster"] == "as_before"]
    assert own[["origin", "period"]].to_numpy().tolist() == [
        [str(start), str(end)] for start in (2003, 2004) for end in range(start + 1, 2010)
    ]
    assert own["actual"].tolist() == [made.values[int(p) - 2000] for p in own["period"]]
    assert (own["inside"] == ((own["p10"] <= own["actual"]) & (own["actual"] <= own["p90"]))).all()
    assert set(own["basis"]) == {"assumed"}
    assert not cells.duplicated(["series_id", "forecaster", "origin", "period"]).any()


def test_nothing_after_the_origin_changes_what_was_said() -> None:
    known = rising(10)
    later = known.copy()
    later[5:] *= 3.0
    said = ["p10", "p50", "p90"]
    before, after = back_test([series(known)])[0], back_test([series(later)])[0]
    assert before[said].equals(after[said])
    assert not before["crps"].equals(after["crps"])


def test_of_growth_the_mean_since_the_origin_is_scored() -> None:
    made = series([5.0, 5.0, 6.0, 4.0, 5.0, -4.0, 10.0, 3.0, 5.0, 6.0], measure="growth", first=2015)
    cells, _ = back_test([made])
    row = cells.query("forecaster == 'stated_range' and origin == '2019' and period == '2021'").iloc[0]
    assert row["actual"] == pytest.approx(100 * ((0.96 * 1.10) ** 0.5 - 1))
    # Growth of 2015 to 2019: lowest 4, mean 5, highest 6 %: the triangle's P10 lies √(0.1 × 2 × 1) above its low end
    assert row["p10"] == pytest.approx(4 + np.sqrt(0.2), abs=0.01)
    assert row["p50"] == pytest.approx(5.0, abs=0.01)


def test_a_filled_period_is_not_scored() -> None:
    cells, _ = back_test([series(rising(10), mended=frozenset({2006}))])
    assert "2006" not in set(cells["period"])
    assert "2007" in set(cells["period"])


# Summary


def test_a_steady_series_lies_within_the_range_and_a_surprise_does_not() -> None:
    steady = series(rising(25), first=1990)
    values = rising(25, wobble=0.002)
    broken = series(np.concatenate([values[:20], 0.6 * values[20:]]), name="b", first=1990)
    _, made = back_test([steady, broken])
    assert summary_of(made, "s", "as_before")["coverage_share"] > 0.9
    assert summary_of(made, "s", "as_before")["verdict"] == "about_right"
    row = summary_of(made, "b", "as_before")
    assert (row["verdict"], row["crps_relative"]) == ("too_narrow", 1.0)
    assert "quá hẹp" in row["reason_vi"] and "too narrow" in row["reason_en"]
    assert row["cells"] == 45  # 10 + 9 + 8 + 7 + 6 + 5


def test_few_periods_are_said_to_be_few_and_late_origins_too() -> None:
    row = summary_of(back_test([series(rising(7))])[1], "s", "as_before")
    assert row["verdict"] == "too_few"
    assert "2003" in row["reason_vi"]


def test_shock_years_among_the_periods_tried_are_said() -> None:
    _, made = back_test([series(rising(10), first=2015)])
    assert "2020; 2021" in summary_of(made, "s", "as_before")["reason_vi"]
    _, made = back_test([series(rising(10))])
    assert "2020" not in summary_of(made, "s", "as_before")["reason_vi"]


def test_a_way_that_is_not_possible_has_a_row_that_says_why() -> None:
    _, made = back_test([series(rising(10)), series([3.0, 0.0, *rising(10)], name="z", indicator="investment")])
    assert summary_of(made, "s", "time_series")["verdict"] == "not_possible"
    assert "15" in summary_of(made, "s", "time_series")["reason_en"]
    assert "logarithm" in summary_of(made, "z", "stated_range")["reason_en"]
    assert np.isnan(summary_of(made, "z", "as_before")["crps_mean"])
    assert made.columns.tolist() == tables()["back_test_summary"].columns
    assert made[["verdict", "reason_vi", "reason_en", "basis"]].notna().all(axis=None)


def test_the_order_of_the_series_changes_nothing() -> None:
    every = [series(rising(10)), series(rising(12), name="t", indicator="jobs"), series(rising(9), name="u")]
    one, other = back_test(every), back_test(every[::-1])
    assert one[0].equals(other[0]) and one[1].equals(other[1])


# Methods of the forecast on land that was let


def test_a_place_without_lettings_says_so_for_each_method() -> None:
    _, made = back_test([series(rising(10))])
    rows = made[made["series_id"] == "land_let.c"]
    assert set(rows["forecaster"]) == {"take_up", "labour", "output"}
    assert set(rows["verdict"]) == {"not_possible"}
    assert rows["reason_vi"].str.contains("đất cho thuê").all()


def test_lettings_without_jobs_say_that_jobs_are_missing() -> None:
    land = series([20, 30, 25, 40, 35, 30, 28, 33, 31, 29, 27, 36], name="l", indicator="land_let")
    _, made = back_test([land, series(rising(12))])
    assert "jobs" in summary_of(made, "l", "labour")["reason_en"]
    assert "lao động" in summary_of(made, "l", "labour")["reason_vi"]
    assert summary_of(made, "l", "take_up")["cells"] > 0
    assert summary_of(made, "l", "output")["cells"] > 0
    assert "land_let.c" not in set(made["series_id"])


def test_past_take_up_is_a_triangle_over_five_years() -> None:
    made = lettings_before(series([999, 20, 30, 25, 40, 35], indicator="land_let"), 3)
    assert isinstance(made, np.ndarray)
    assert made.shape == (3, 1000)
    assert (made == made[0]).all()
    assert [made.min(), made.max()] == pytest.approx([20, 40], abs=0.6)
    assert np.mean(made[0]) == pytest.approx((20 + 30 + 40) / 3, abs=0.01)


def test_land_by_a_driver_is_what_it_adds_times_land_for_what_it_added() -> None:
    """Jobs grew by 2 % a year: 5 years added 1 − 1.02^−5 of today's; growth goes on at 2 %, sure."""
    land = series([30.0, 20, 40, 25, 35, 30], indicator="land_let", first=2010)
    jobs = series(1000 * 1.02 ** np.arange(8), indicator="jobs", first=2008)
    made = land_by_driver(land, jobs, 3)
    assert isinstance(made, np.ndarray)
    per_added = (20 + 40 + 25 + 35 + 30) / (1 - 1.02**-5)
    assert made[:, 0] == pytest.approx([per_added * (1.02**h - 1.02 ** (h - 1)) for h in (1, 2, 3)])
    assert made[:, 0] == pytest.approx(made[:, -1])


@pytest.mark.parametrize(
    ("jobs", "word"),
    [(1000 * 0.98 ** np.arange(8), "did not grow"), (np.array([900.0, 1000.0, 1010.0]), "5 years back")],
)
def test_a_driver_that_shrank_or_is_short_gives_no_land(jobs: np.ndarray, word: str) -> None:
    land = series([30.0, 20, 40, 25, 35, 30], indicator="land_let", first=2010)
    made = land_by_driver(land, series(jobs, indicator="jobs", first=2016 - len(jobs)), 3)
    assert isinstance(made, Refused)
    assert word in made.reason[1]


def test_a_driver_that_ends_early_is_said() -> None:
    land = series([20, 30, 25, 40, 35, 30, 28, 33, 31, 29, 27, 36], name="l", indicator="land_let")
    _, made = back_test([land, series(rising(3), name="j", indicator="jobs")])
    assert "ends in 2002" in summary_of(made, "l", "labour")["reason_en"]
