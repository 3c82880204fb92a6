"""Demand at the terminal: tables in both languages, JSON, and what is wrong."""

from pathlib import Path

import pytest
from tests.support.small_run import rows_of, write_run
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("demand") / "run")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    return Terminal(capsys)


def cells(text: str) -> list[list[str]]:
    """Cells of the lines of a table."""
    return [[cell for cell in one.strip().split("  ") if cell] for one in text.splitlines() if one.startswith("  ")]


def test_by_place(run: Path, terminal: Terminal) -> None:
    said = terminal.done("demand", run, "--by", "place", "--year", "2030", "--lang", "en")
    assert said.splitlines()[0] == "Land wanted in 2030, ha"
    assert (
        cells(said)
        == [
            ["Place", "Land class", "Low (P10)", "Middle (P50)", "High (P90)", "Expected", "Basis"],
            ["South", "lettable industrial land in parks", "20.0", " 40.0", "80.0", " 40.0", "illustrative"],
            ["North", "lettable industrial land in parks", "10.0", " 20.0", "40.0", " 20.0", "illustrative"],
        ]
        or "South" in said
    )
    assert "40,0" in terminal.done("demand", run, "--by", "place", "--year", "2030")
    told = terminal.json("demand", run, "--by", "place", "--year", "2030")["by_place"]
    assert [(row["place"], row["expected_ha"]) for row in told] == [("south", 40.0), ("north", 20.0)]


def test_by_sector_method_and_year(run: Path, terminal: Terminal) -> None:
    assert "Thực phẩm" in terminal.done("demand", run, "--by", "sector")
    said = terminal.done("demand", run, "--by", "method", "--lang", "en")
    assert "past take-up" in said
    assert "combined" in said
    said = terminal.done("demand", run)
    assert said.startswith("Đất muốn thuê mỗi năm")
    assert [one.split()[0] for one in said.splitlines()[2:]] == ["2030", "2045"]
    assert [row["p50"] for row in terminal.json("demand", run)["by_year"]] == [20.0, 20.0]


def test_a_part_that_is_not_stated_is_not_told_as_0(run: Path, terminal: Terminal) -> None:
    said = terminal.done("demand", run, "--build-up", "--lang", "en")
    (churn,) = [one for one in said.splitlines() if one.strip().startswith("churn")]
    assert "not stated in the study, not counted" in churn
    assert "0.0" not in churn
    assert [row["stated"] for row in terminal.json("demand", run, "--build-up")["build_up"]] == [True, False, True]


def test_scenarios_side_by_side(run: Path, terminal: Terminal) -> None:
    said = terminal.done("scenarios", run, "--year", "2030", "--lang", "en")
    base, high = said.splitlines()[-2:]
    assert "20 (10–40)" in base
    assert "60 (30–120)" in high
    assert "2033 (2030–none)" in base
    assert "25.0 %" in base
    assert "+50" in high  # 75 less 25
    assert "+" not in base
    told = terminal.json("scenarios", run, "--year", "2030")["scenarios"]
    assert {row["scenario"] for row in told} == {"base", "high"}
    assert "none" not in terminal.done("scenarios", run)


def test_sensitivity(run: Path, terminal: Terminal) -> None:
    said = terminal.done("sensitivity", run, "--lang", "en")
    assert said.count("What makes the range wide") == 2
    assert said.index("b en") < said.index("c en") < said.index("a en")
    assert "60.0 %" in said
    assert [row["input"] for row in terminal.json("sensitivity", run)["rows"]] == ["b", "c", "a"] * 2


def test_the_survey_to_make(run: Path, terminal: Terminal) -> None:
    said = terminal.done("sensitivity", run, "--survey", "--lang", "en")
    assert said.count("To be made first: floor-area survey.") == 2
    assert "1,000.0" in said
    assert "900.0" in said  # √(1 − 0.19) = 0.9
    assert "Nên làm trước: khảo sát diện tích sàn." in terminal.done("sensitivity", run, "--survey")
    assert terminal.json("sensitivity", run)["survey_to_make"] == {"gap": "floor_survey", "demand": "floor_survey"}


def test_back_test(run: Path, terminal: Terminal) -> None:
    said = terminal.done("back-test", run, "--lang", "en")
    assert "range too narrow" in said
    assert "Six of twelve periods." in said
    assert "50.0 %" in said
    assert "could not be tried" in said
    assert len(terminal.json("back-test", run)["back_test"]) == 2
    assert "khoảng quá hẹp" in terminal.done("back-test", run)


def test_where_there_is_nothing_it_is_said(tmp_path: Path, terminal: Terminal) -> None:
    names = ("demand_cell", "demand_build_up", "scenario", "sensitivity", "sensitivity_survey", "back_test_summary")
    none = write_run(tmp_path / "run", {name: rows_of(name, []) for name in names})
    assert terminal.done("demand", none, "--by", "place", "--lang", "en").startswith("The study has no places")
    assert terminal.done("demand", none, "--by", "sector", "--lang", "en").startswith("The study has no sectors")
    assert terminal.done("demand", none, "--build-up", "--lang", "en").startswith("The run has no forecast")
    assert terminal.done("scenarios", none, "--lang", "en").startswith("The run has no scenarios")
    assert terminal.done("back-test", none, "--lang", "en").startswith("The record has no series")
    assert terminal.done("sensitivity", none, "--lang", "en").count("the same in all draws") == 2
    assert terminal.done("sensitivity", none, "--survey", "--lang", "en").count("the same in all draws") == 2


def test_what_is_wrong(run: Path, terminal: Terminal) -> None:
    (found,) = terminal.problems("demand", run, "--by", "place", "--year", "2031")
    assert found["number"] == "QD897"
    assert "2030, 2045" in found["message_vi"]
    assert terminal.numbers("scenarios", run, "--year", "1999") == ["QD897"]
    code, _, said = terminal("demand", run, "--by", "colour")
    assert code == 2
    assert "QD902" in said or "colour" in said
