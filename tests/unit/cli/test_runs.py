"""Runs at the terminal: found by path, by their first characters, or as the latest."""

import json
import shutil
from pathlib import Path

import pytest
from tests.support.studies import quick
from tests.support.terminal import Terminal

from quydat.app.copy import copy_run
from quydat.app.study import Study, init_study


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study with three runs that stop early; nobody changes it."""
    study = quick(init_study(tmp_path_factory.mktemp("runs") / "study"), draws=100)
    for scenario in ("base", "low", "high"):
        study.plan(scenario=scenario, until="demand")
    return study


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    return Terminal(capsys)


def test_runs_are_listed_oldest_first(made: Study, terminal: Terminal) -> None:
    listed = terminal.json("runs", made.folder)["runs"]
    assert [one["study"]["scenario"] for one in listed] == ["base", "low", "high"]
    assert "files" not in listed[0]
    lines = terminal.done("runs", made.folder, "--lang", "en").splitlines()
    assert lines[0].split() == ["Run", "Made", "at", "(UTC)", "Scenario", "As", "of", "Up", "to"]
    assert [line.split()[0] for line in lines[1:]] == [one["fingerprint"] for one in listed]


def test_by_path_by_prefix_and_latest(made: Study, terminal: Terminal, tmp_path: Path) -> None:
    run = made.runs()[0]
    copy_run(run, tmp_path / "copy")
    asked = ("land.gross", "--study", made.folder)
    told = {terminal.done("explain", name, *asked) for name in (run.path, tmp_path / "copy", run.fingerprint[:8])}
    assert len(told) == 1
    assert "3.791,98" in told.pop()
    assert terminal.json("explain", "latest", *asked)["value"] == pytest.approx(3791.98)
    assert terminal.done("explain", tmp_path / "copy", "land.gross", "--lang", "en").startswith(
        "Gross area of operating parks [land.gross] = 3,791.98 ha"
    )


def test_names_that_fit_no_run_or_several(made: Study, terminal: Terminal, tmp_path: Path) -> None:
    prints = [run.fingerprint for run in made.runs()]
    (found,) = terminal.problems("explain", "zz", "land.gross", "--study", made.folder)
    assert found["number"] == "QD601"
    assert all(one in found["message_en"] for one in prints)
    (found,) = terminal.problems("explain", "", "land.gross", "--study", made.folder)
    assert found["number"] == "QD602"
    assert terminal.numbers("compare", prints[0], "zz", "--study", made.folder) == ["QD601"]
    empty = init_study(tmp_path / "empty")
    assert terminal.numbers("explain", "latest", "land.gross", "--study", empty.folder) == ["QD606"]
    assert terminal.numbers("report", empty.folder, "--out", tmp_path / "x.html") == ["QD606"]
    assert terminal.done("runs", empty.folder) == "Chưa có lần chạy nào.\n"


def test_an_unknown_figure_names_the_nearest_and_a_command_that_works(made: Study, terminal: Terminal) -> None:
    (found,) = terminal.problems("explain", "latest", "land.grosss", "--study", made.folder)
    assert found["number"] == "QD603"
    assert "land.gross," in found["repair_en"] or "land.gross." in found["repair_en"]
    run = made.run().fingerprint[:8]
    assert f"quydat explain {run} --list" in found["repair_vi"]
    listed = terminal.json("explain", run, "--list", "--study", made.folder)["figures"]
    assert len(listed) == len(made.run().figures)
    some = terminal.json("explain", run, "--list", "tan-thuan", "--study", made.folder)["figures"]
    assert some
    assert all("tan-thuan" in one["figure_id"] for one in some)


def test_a_damaged_run_is_not_read(made: Study, terminal: Terminal, tmp_path: Path) -> None:
    study = Study(shutil.copytree(made.folder, tmp_path / "study"))
    first, _, last = study.runs()
    table = last.path / "tables" / "parks.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("300.0", "301.0"), encoding="utf-8")
    (found,) = terminal.problems("explain", last.fingerprint, "land.gross", "--study", study.folder)
    assert found["number"] == "QD604"
    assert "tables/parks.csv: changed" in found["message_en"]
    assert len(terminal.json("runs", study.folder)["runs"]) == 2
    again = terminal.json("plan", study.folder, "--scenario", "high", "--only", "demand")
    assert (again["run"], again["made"]) == (last.fingerprint, True)
    assert study.run(first.fingerprint).complete is False


def test_plan_as_of_and_known_on(made: Study, terminal: Terminal, tmp_path: Path) -> None:
    study = Study(shutil.copytree(made.folder, tmp_path / "study"))
    other = terminal.json("plan", study.folder, "--as-of", "2024-12-31", "--only", "inventory")
    assert study.run(other["run"]).info.as_of.isoformat() == "2024-12-31"
    assert terminal.numbers("plan", study.folder, "--known-on", "2020-01-01", "--only", "inventory") != []


def test_json_of_a_run(made: Study, terminal: Terminal) -> None:
    told = terminal.json("plan", made.folder, "--only", "demand")
    assert told["made"] is False
    assert told["until"] == "demand"
    assert told["run"] == made.runs()[0].fingerprint
    assert told["figures"]["land.gross"] == pytest.approx(3791.98)
    manifest = json.loads((Path(told["path"]) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["fingerprint"] == told["run"]


def test_an_import_that_is_only_shown(made: Study, terminal: Terminal, tmp_path: Path) -> None:
    from quydat.app.case import case_folder

    file = case_folder("hcmc") / "tables" / "park.csv"
    said = terminal.done("import", file, "--study", made.folder, "--lang", "en")
    assert said.startswith("57 rows of table park would be taken from park.csv. Nothing is stored yet")
    told = terminal.json("import", file, "--study", made.folder)
    assert told == {"change_sets": [], "would_bring": {"park": 57}}
    assert len(made.history()) == 1
