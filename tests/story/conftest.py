"""One study for all stories; each story works on a copy."""

import shutil
from pathlib import Path

import pytest
from tests.support.studies import quick
from tests.support.terminal import Terminal, run_demo, shared

from quydat.app.study import Study, init_study


@pytest.fixture(autouse=True)
def _vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study of the shipped case that nobody has touched."""
    return shared(tmp_path_factory, "fresh", lambda folder: init_study(folder / "study") and None) / "study"


@pytest.fixture
def study(fresh: Path, tmp_path: Path) -> Study:
    """A study of the shipped case to work on."""
    return quick(Study(shutil.copytree(fresh, tmp_path / "study")))


@pytest.fixture(scope="session")
def demo_again(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second demonstration, told in English by a process in which sets and dicts of text are in another order."""
    return shared(tmp_path_factory, "demo_again", lambda folder: run_demo(folder, seed=2, lang="en")) / "seed-2"


@pytest.fixture
def no_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs come without their map, charts, pages and workbooks, which take most of the time of a run with few draws.

    For stories that read none of them: what they are is told of by the demonstration.
    """
    monkeypatch.setattr("quydat.app.write._reports", lambda folder, snapshot, note: None)


@pytest.fixture
def planned(ran: Path, tmp_path: Path) -> Study:
    """A study with one whole run, to work on."""
    return Study(shutil.copytree(ran, tmp_path / "study"))
