"""What a run says of demand: which rows, in which order, and what there is not."""

from pathlib import Path

import pytest
from tests.support.small_run import CITY, rows_of, write_run

from quydat.app.demand import back_test_of, build_up, demand_by, scenarios_of, sensitivity_of, survey_to_make
from quydat.app.run import Run
from quydat.core.problem import Problems


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(write_run(tmp_path_factory.mktemp("demand") / "run"))


def test_by_place_the_largest_first_without_the_city(run: Run) -> None:
    rows = demand_by(run, "place")
    assert rows["place"].tolist() == ["south", "north"]
    assert set(rows["sector"]) == {"all"}
    assert set(rows["year"]) == {2045}
    assert demand_by(run, "place", year=2030)["expected_ha"].tolist() == [40.0, 20.0]


def test_by_sector_of_the_city_without_the_sum(run: Run) -> None:
    rows = demand_by(run, "sector", year=2030)
    assert rows["sector"].tolist() == ["food", "cars"]
    assert set(rows["place"]) == {CITY}


def test_by_method_and_by_year_it_is_land(run: Run) -> None:
    assert demand_by(run, "method")["method"].tolist() == ["take_up", "labour", "combined"]
    rows = demand_by(run, "year")
    assert rows["year"].tolist() == [2030, 2045]
    assert set(rows["method"]) == {"combined"}
    assert set(rows["quantity"]) == {"land_ha"}
    assert demand_by(run, "year", year=2030)["year"].tolist() == [2030]


def test_what_it_is_made_of(run: Run) -> None:
    assert build_up(run)["component"].tolist() == ["net_growth", "churn", "total"]
    assert set(build_up(run, year=2030)["year"]) == {2030}


def test_scenarios_at_a_milestone_with_the_year_of_running_out(run: Run) -> None:
    rows = scenarios_of(run, year=2030)
    assert set(rows.loc[rows["quantity"] != "run_out_year", "year"]) == {2030}
    assert (rows["quantity"] == "run_out_year").sum() == 2
    assert len(scenarios_of(run)) == 10


def test_a_year_that_there_is_not(run: Run) -> None:
    for ask in (
        lambda: demand_by(run, "place", year=2031),
        lambda: build_up(run, year=2031),
        lambda: scenarios_of(run, year=2031),
    ):
        with pytest.raises(Problems) as caught:
            ask()
        (found,) = caught.value.found
        assert found.number == "QD897"
        assert "2030, 2045" in found.message("en")


def test_the_strongest_first(run: Run) -> None:
    rows = sensitivity_of(run)
    assert rows["input"].tolist() == ["b", "c", "a"] * 2
    assert rows["output"].tolist() == ["gap"] * 3 + ["demand"] * 3
    assert sensitivity_of(run, survey=True)["rank"].tolist() == [1, 2, 3] * 2


def test_the_survey_to_make_is_one_that_can_be_made_and_narrows_for_sure(run: Run, tmp_path: Path) -> None:
    assert survey_to_make(run) == {"gap": "floor_survey", "demand": "floor_survey"}
    weak = run.table("sensitivity_survey").assign(error_share=0.9)
    assert survey_to_make(Run(write_run(tmp_path / "run", {"sensitivity_survey": weak}))) == {
        "gap": None, "demand": None,
    }  # fmt: skip


def test_back_test(run: Run) -> None:
    assert back_test_of(run)["verdict"].tolist() == ["too_narrow", "not_possible"]


def test_a_run_that_stopped_before(tmp_path: Path) -> None:
    made = Run(write_run(tmp_path / "run"))
    made.manifest["files"] = {name: one for name, one in made.manifest["files"].items() if "scenario" not in name}
    with pytest.raises(Problems) as caught:
        scenarios_of(made)
    assert [one.number for one in caught.value.found] == ["QD607"]


def test_without_rows_there_is_nothing_and_no_error(tmp_path: Path) -> None:
    none = {name: rows_of(name, []) for name in ("demand_cell", "demand_build_up", "scenario", "sensitivity")}
    made = Run(write_run(tmp_path / "run", none))
    assert demand_by(made, "place", year=2030).empty
    assert build_up(made).empty
    assert scenarios_of(made).empty
    assert sensitivity_of(made).empty
