"""One study and one demonstration for all stories; each story works on a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.studies import quick
from tests.support.terminal import PLAIN, Terminal, environment, shared

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


def _two_demos(folder: Path) -> None:
    """In two processes at once, in which sets and dicts of text are in another order."""
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PLAIN, "demo", "--out", str(folder / f"seed-{seed}"), "--lang", lang],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
            env=environment(PYTHONHASHSEED=str(seed)),
        )
        for seed, lang in ((1, "vi"), (2, "en"))
    ]  # fmt: skip
    for process in running:
        out, err = process.communicate()
        assert process.returncode == 0, err
        (folder / f"said-{process.args[-1]}.txt").write_text(out, encoding="utf-8")


@pytest.fixture(scope="session")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the demonstrations seed-1 (told in Vietnamese) and seed-2 (in English)."""
    return shared(tmp_path_factory, "demos", _two_demos)


@pytest.fixture(scope="session")
def demo(demos: Path) -> Path:
    """A demonstration that nobody may change."""
    return demos / "seed-1"


@pytest.fixture
def planned(ran: Path, tmp_path: Path) -> Study:
    """A study with one whole run, to work on."""
    return Study(shutil.copytree(ran, tmp_path / "study"))
