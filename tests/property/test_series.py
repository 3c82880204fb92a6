"""Series of all kinds: scores are never below 0, filled values lie between their neighbours, order changes nothing."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from tests.support.series import series_rows

from quydat.demand.back_test import back_test
from quydat.demand.score import coverage_interval, crps, verdict
from quydat.demand.series import period_name, read_period
from quydat.demand.series_read import read_series

VALUES = st.floats(-1e6, 1e6)
LEVELS = st.lists(st.one_of(st.none(), st.floats(0.01, 1e6)), min_size=1, max_size=30)


@given(st.lists(VALUES, min_size=1, max_size=40), VALUES)
def test_a_score_is_never_below_zero_nor_above_the_mean_distance(draws: list[float], actual: float) -> None:
    score = crps(np.array(draws), actual)
    assert 0.0 <= score <= float(np.mean(np.abs(np.array(draws) - actual))) + 1e-6


@given(st.lists(VALUES, min_size=1, max_size=40), VALUES, st.floats(-1e3, 1e3), st.floats(0.01, 100.0))
def test_a_score_moves_and_grows_with_its_unit(draws: list[float], actual: float, by: float, times: float) -> None:
    plain = crps(np.array(draws), actual)
    moved = crps(times * (np.array(draws) + by), times * (actual + by))
    assert abs(moved - times * plain) <= 1e-6 * (1.0 + times * (max(map(abs, draws)) + abs(actual) + abs(by)))


@given(st.integers(0, 100), st.integers(1, 100), st.integers(1, 60))
def test_the_interval_holds_what_was_seen(inside: int, tried: int, periods: int) -> None:
    share = min(inside, tried) / tried
    low, high = coverage_interval(share, periods)
    assert 0.0 <= low <= share <= high <= 1.0
    assert (verdict(share, periods) == "too_few") == (periods < 5)


@given(st.sampled_from("AQM"), st.integers(1990 * 12, 2050 * 12))
def test_periods_are_read_as_they_are_written(frequency: str, number: int) -> None:
    number = {"A": number // 12, "Q": number // 3, "M": number}[frequency]
    assert read_period(period_name(frequency, number)) == (frequency, number)  # type: ignore[arg-type]


@given(LEVELS, st.randoms(use_true_random=False))
def test_nothing_is_left_unknown_and_what_is_filled_lies_between_its_neighbours(
    values: list[float | None], random: object
) -> None:
    rows = series_rows(range(1990, 1990 + len(values)), values)
    made, found = read_series(rows)
    assert found == []
    assert len(made) == any(value is not None for value in values)
    for one in made:
        assert np.isfinite(one.values).all()
        for number in range(one.first, one.last + 1):
            place = number - one.first
            if number in one.mended:
                ends = sorted(one.values[[place - 1, place + 1]])
                assert ends[0] * (1 - 1e-12) <= one.values[place] <= ends[1] * (1 + 1e-12)
            else:
                assert one.values[place] == values[number - 1990]
    order = list(range(len(rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    (again, _) = read_series(rows.iloc[order].reset_index(drop=True))
    assert [one.values.tolist() for one in again] == [one.values.tolist() for one in made]


@given(st.lists(st.floats(-0.3, 0.5), min_size=5, max_size=16))
def test_every_series_has_a_row_for_every_way_and_scores_agree_with_cells(growth: list[float]) -> None:
    rows = series_rows(range(2005, 2005 + len(growth)), growth, measure="growth", unit="share")
    made, _ = read_series(rows)
    cells, summary = back_test(made)
    own = summary[summary["series_id"] == "s"]
    assert set(own["forecaster"]) == {"as_before", "time_series", "stated_range"}
    for row in own.to_dict("records"):
        tried = cells[cells["forecaster"] == row["forecaster"]]
        assert len(tried) == row["cells"]
        if row["cells"]:
            assert abs(tried["inside"].mean() - row["coverage_share"]) < 1e-12
            assert row["verdict"] != "not_possible"
        else:
            assert row["verdict"] == "not_possible" and pd.isna(row["crps_mean"])
