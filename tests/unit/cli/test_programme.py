"""The programme, the comparison of delivery and the worth of money at the terminal, on numbers made by hand."""

from pathlib import Path

import pytest
from tests.support.programme_run import write_programme_run
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_programme_run(tmp_path_factory.mktemp("programme") / "run")


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    return Terminal(capsys)


def line_of(said: str, word: str) -> list[str]:
    """Cells of the first line that holds a word."""
    line = next(one for one in said.splitlines() if word in one)
    return [cell.strip() for cell in line.strip().split("  ") if cell.strip()]


def test_projects_stand_in_the_order_of_their_starts(run: Path, terminal: Terminal) -> None:
    said = terminal.done("programme", run, "--lang", "en")
    assert said.index("Park B") < said.index("Park A")
    assert line_of(said, "Park B") == [
        "1", "Park B", "City first", "2025 Q3", "2029 (2028–2033)", "60", "50", "80", "+30"
    ]  # fmt: skip
    assert line_of(said, "Park A")[4] == "2031 (2030–after the plan)"
    assert "quý 3/2025" in terminal.done("programme", run)


def test_parks_left_to_developers_are_one_line_unless_all_are_asked_for(run: Path, terminal: Terminal) -> None:
    said = terminal.done("programme", run, "--lang", "en")
    assert "Park C" not in said
    assert "Left to developers as until now: 1 projects, 60 ha to let, land ready (middle) 2044–2044" in said
    assert "Not done: 1 projects, 60 ha" in said
    said = terminal.done("programme", run, "--all", "--lang", "en")
    assert line_of(said, "Park C")[2] == "Developers"
    assert line_of(said, "Park D")[2] == "not done"
    assert "Left to developers" not in said


def test_promise_stands_beside_the_simulation_with_their_difference(run: Path, terminal: Terminal) -> None:
    said = terminal.done("programme", run, "--lang", "en")
    assert line_of(said, "clean land at the end") == [
        "2030",
        "clean land at the end, ha",
        "40",
        "45",
        "+5",
        "45 (22–90)",
    ]
    assert "no programme is better by more than 0.50 %" in said
    assert line_of(said, "cash, ") == ["2030", "cash, bn VND", "130", "130 (65–260)"]
    assert "2030: 25.0 %; 2045: 40.0 %" in said
    assert "CAUTION" in said


def test_the_programme_as_json(run: Path, terminal: Terminal) -> None:
    told = terminal.json("programme", run)
    assert [row["project_id"] for row in told["projects"]] == ["b", "a"]
    assert [row["project_id"] for row in told["left_to_developers"]] == ["c"]
    assert [row["project_id"] for row in told["not_done"]] == ["d"]
    assert told["run_out_by"] == {"2030": 0.25, "2045": 0.4}
    assert told["solve"]["gap"] == 0.005
    assert told["basis"] == "assumed"


def test_delivery_says_the_answer_first(run: Path, terminal: Terminal) -> None:
    said = terminal.done("delivery", run, "--lang", "en")
    first = said.splitlines()[0]
    assert first.startswith("“City first” is better than developers for 1 of 2 parks (60 ha): 3.5–9.5 years earlier")
    assert "+25 bn VND" in first
    assert first.endswith("The answer turns within the range of: rent en.")
    heading = line_of(said, "Quantity")
    assert heading[2:] == ["Developers", "City first, in every park", "chosen for each park"]
    assert line_of(said, "land ready, added up")[2:] == ["20 (10–30)", "200 (100–300)", "100 (50–150)"]
    assert line_of(said, "first year short")[-1] == "none (2031–none)"
    assert said.index("rent en", len(first)) < said.index("cost en")
    assert line_of(said, "Park a")[-2:] == ["12.5", "none"]


def test_worth_of_money_time_and_regret(run: Path, terminal: Terminal) -> None:
    said = terminal.done("worth", run, "--lang", "en")
    assert line_of(said, "2026") == ["2026", "budget", "100", "0.2500", "0.0125", "0.0050"]
    assert said.index("all projects") < said.index("Park A")
    assert line_of(said, "Worst") == ["Programme", "base en", "high en", "Worst"]
    assert line_of(said, "bold en") == ["bold en", "0", "700", "700", "least worst regret"]
    assert line_of(said, "shy en") == ["shy en", "900", "0", "900"]
    assert len(terminal.json("worth", run)["regret"]) == 4


STEPS = {"programme": "programme", "delivery": "delivery_compare", "worth": "marginal_money"}


@pytest.mark.parametrize(("command", "table"), STEPS.items())
def test_a_run_that_stopped_before_says_so(command: str, table: str, tmp_path: Path, terminal: Terminal) -> None:
    run = write_programme_run(tmp_path / "run", without=(table,))
    assert terminal.numbers(command, run) == ["QD607"]
