"""From rows to series: contradictions are refused at their row, all at once; single gaps are filled, long ones cut."""

import pandas as pd
import pytest
from tests.support.series import PLAIN, series_rows, several

from quydat.core.basis import Basis
from quydat.core.problem import Place, Problems
from quydat.demand.checks import check_demand
from quydat.demand.series import Series, read_period
from quydat.demand.series_check import check_series
from quydat.demand.series_read import read_series


def one(rows: pd.DataFrame) -> Series:
    made, found = read_series(rows)
    assert found == []
    (series,) = made
    return series


def numbers(rows: pd.DataFrame) -> list[tuple[str, int | None, str]]:
    made, found = read_series(rows, place=Place("f.csv"))
    assert made == []
    assert all(p.place.file == "f.csv" for p in found)
    return [(p.number, p.place.row, p.place.column) for p in found]


def changed(rows: pd.DataFrame, row: int, column: str, value: object) -> pd.DataFrame:
    made = rows.copy()
    made.loc[row, column] = value
    return made


YEARS = range(2015, 2020)
LEVELS = series_rows(YEARS, [100, 110, 121, 130, 140])
GROWTH = series_rows(YEARS, [5, 6, -7, 8, 9], measure="growth", unit="%")
INDEX = series_rows(YEARS, [100, 110, 121, 130, 140], measure="index", base_year=2015)


def test_rows_in_any_order_are_one_series_in_order() -> None:
    series = one(LEVELS.iloc[::-1].reset_index(drop=True))
    assert series.periods == ("2015", "2016", "2017", "2018", "2019")
    assert series.values.tolist() == [100, 110, 121, 130, 140]
    assert (series.frequency, series.basis, series.source_ids, series.repairs) == ("A", Basis.PUBLISHED, ("a",), ())


@pytest.mark.parametrize("text", ["2015-Q5", "2015-13", "2015-1", "Q1/2015", "15", "2015-Q1 ", "2015-q1", "٢٠١٥"])
def test_text_that_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not 2015"):
        read_period(text)
    assert numbers(changed(LEVELS, 2, "period", text)) == [("QD710", 4, "period")]


@pytest.mark.parametrize(
    ("rows", "row", "column", "value", "number"),
    [
        (LEVELS, 3, "period", "2018-Q1", "QD711"),
        (LEVELS, 3, "indicator", "jobs", "QD712"),
        (LEVELS, 3, "place", "d", "QD712"),
        (LEVELS, 3, "sector", "food", "QD712"),
        (LEVELS, 0, "measure", "growth", "QD712"),
        (LEVELS, 3, "unit", "m USD", "QD713"),
        (LEVELS, 3, "base_year", 2010, "QD714"),
        (INDEX, 4, "base_year", 2019, "QD714"),
        (LEVELS, 1, "value", -3.0, "QD715"),
        (LEVELS, 1, "value", 0.0, "QD715"),
        (GROWTH, 1, "value", -100.0, "QD716"),
        (GROWTH, 1, "value", 300.1, "QD717"),
        (LEVELS, 4, "period", "2015", "QD720"),
    ],
)
def test_a_row_that_contradicts_the_others_is_named(
    rows: pd.DataFrame, row: int, column: str, value: object, number: str
) -> None:
    found = numbers(changed(rows, row, column, value))
    assert (number, row + 2, column) in found
    # Growth among levels has the unit of a level too
    assert {p for p, _, _ in found} <= {number, "QD718"}


def test_growth_in_another_unit_and_an_index_without_base_are_refused() -> None:
    assert numbers(GROWTH.assign(unit="points")) == [("QD718", 2, "unit")]
    assert numbers(INDEX.assign(base_year=pd.NA)) == [("QD719", 2, "base_year")]


def test_a_percentage_that_is_called_a_share_is_caught() -> None:
    found = numbers(series_rows(YEARS, [7.3, 0.5, 8, -14.3, 7], measure="growth", unit="share"))
    assert found == [(n, r, "value") for n, r in (("QD717", 2), ("QD717", 4), ("QD716", 5), ("QD717", 6))]


def test_all_problems_of_all_series_come_at_once() -> None:
    rows = several(
        changed(changed(LEVELS, 1, "value", 0.0), 2, "unit", "x"), GROWTH.assign(series_id="g", unit="x"),
        LEVELS.assign(series_id="h"),
    )  # fmt: skip
    with pytest.raises(Problems) as error:
        check_series(rows)
    assert sorted(p.number for p in error.value.found) == ["QD713", "QD715", "QD718"]
    record = {"series": rows}
    assert check_demand(record, place=lambda name: Place(name)) == read_series(rows, place=Place("series"))[1]
    assert check_demand({}, place=lambda name: Place(name)) == []


@pytest.mark.parametrize("indicator", ["land_let", "floor_built", "investment"])
def test_a_year_without_lettings_is_a_value(indicator: str) -> None:
    assert one(series_rows(YEARS, [3, 0, 4, 5, 6], indicator=indicator)).values[1] == 0


def test_growth_on_several_bases_is_used_and_said() -> None:
    series = one(changed(changed(GROWTH, 0, "base_year", 2010), 4, "base_year", 2019))
    assert "2010; 2019" in series.repairs[0][0]
    assert series.base_year is None


# Gaps


def test_a_missing_level_is_the_geometric_mean_and_a_missing_growth_the_mean() -> None:
    level = one(changed(LEVELS, 1, "value", None))
    assert level.values[1] == pytest.approx(110)  # √(100 × 121)
    assert (level.basis, level.mended) == (Basis.ESTIMATED, frozenset({2016}))
    assert "2016" in level.repairs[0][0] and "geometric" in level.repairs[0][1]
    growth = one(GROWTH.drop(index=[3]).reset_index(drop=True))
    assert growth.values[3] == pytest.approx(1.0)  # (−7 + 9) ÷ 2
    flow = one(series_rows(YEARS, [3, None, 0, 5, 6], indicator="land_let"))
    assert flow.values[1] == pytest.approx(1.5)


def test_a_missing_month_takes_its_own_season() -> None:
    periods = [f"{year}-Q{quarter}" for year in (2015, 2016, 2017) for quarter in (1, 2, 3, 4)]
    values: list[object] = [10, 100, 100, 100, 20, 200, 200, 200, 40, 400, 400, 400]
    values[4] = None
    assert one(series_rows(periods, values)).values[4] == pytest.approx(20)  # √(10 × 40), not √(100 × 200)
    values = [10, 100, None, 100, 20, 200, 200, 200, 40, 400, 400, 400]
    assert one(series_rows(periods, values)).values[2] == pytest.approx(100)  # no year before: the neighbours


def test_a_longer_gap_cuts_the_series_to_what_follows_the_last_one() -> None:
    series = one(series_rows([2001, 2004, 2005, 2006, 2009, 2010], [1, 2, 3, 4, 5, 6]))
    assert series.periods == ("2009", "2010")
    assert [part in series.repairs[0][1] for part in ("2007", "2008", "2009")] == [True] * 3


def test_unknown_values_at_the_ends_are_no_gap_and_a_series_without_any_is_left_out() -> None:
    assert one(series_rows(range(2014, 2019), [None, 1, 2, 3, None])).periods == ("2015", "2016", "2017")
    assert read_series(series_rows([2015, 2016], [None, None])) == ([], [])
    assert read_series(series_rows([], [])) == ([], [])


def test_an_isolated_year_is_kept_as_it_is() -> None:
    jobs = one(series_rows([2022, 2025], [281000, 257700], indicator="jobs"))
    assert (jobs.periods, jobs.values.tolist()) == (("2025",), [257700])


def test_every_row_that_tests_use_is_one_the_dictionary_takes() -> None:
    assert set(PLAIN) <= set(LEVELS.columns)
