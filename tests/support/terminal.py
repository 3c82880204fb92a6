"""The real terminal for tests: in this process, or in one of its own that can be starved or killed."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quydat.cli.main import run

ROOT = Path(__file__).parents[2]

STARVED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
from quydat.cli.main import run
sys.exit(run(sys.argv[2:]))
"""
"""Every file may grow to so many bytes: what a full disk looks like to a program."""

KILLED = """
import importlib, os, signal, sys
module, name = sys.argv[1].split(":")
held = importlib.import_module(module)
real, left = getattr(held, name), [int(sys.argv[2])]
def deadly(*given, **named):
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return real(*given, **named)
setattr(held, name, deadly)
from quydat.cli.main import run
sys.exit(run(sys.argv[3:]))
"""
"""Killed as a function is called for the n-th time (counted from 0)."""

PLAIN = "import sys; from quydat.cli.main import run; sys.exit(run(sys.argv[1:]))"


def environment(**more: str) -> dict[str, str]:
    """Environment of a process that finds the package as this one does, and says each warning as an error."""
    path = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    own = {k: v for k, v in os.environ.items() if not k.startswith(("QUYDAT_", "_QUYDAT"))}
    return own | {"PYTHONPATH": path, "MPLBACKEND": "agg"} | more


def spawn(script: str, *argv: object, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, to its end."""
    command = [sys.executable, "-W", "error", "-c", script, *map(str, argv)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(**more), check=False)


def run_demo(folder: Path, *, seed: int, lang: str) -> None:
    """The demonstration in ``seed-N``, in a process that hashes text with that seed, and what it said in a file."""
    words = ("demo", "--out", folder / f"seed-{seed}", "--lang", lang)
    done = spawn(PLAIN, *words, PYTHONHASHSEED=str(seed))
    assert done.returncode == 0, done.stderr
    (folder / f"said-{lang}.txt").write_text(done.stdout, encoding="utf-8")


class Terminal:
    """Types commands and reads what comes back."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *argv: object) -> tuple[int, str, str]:
        """Exit code, output, and what was said beside it."""
        self._capsys.readouterr()
        code = run([str(word) for word in argv])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def done(self, *argv: object) -> str:
        """Output of a command that must succeed."""
        code, out, err = self(*argv)
        assert code == 0, err
        return out

    def json(self, *argv: object, code: int = 0) -> Any:
        """The JSON of a command with that exit code; nothing may stand beside it on the output."""
        ended, out, err = self(*argv, "--json")
        assert ended == code, out + err
        return json.loads(out)

    def problems(self, *argv: object) -> list[dict[str, Any]]:
        """The problems that a command ends with."""
        found = self.json(*argv, code=1)
        assert list(found) == ["problems"]
        return list(found["problems"])

    def numbers(self, *argv: object) -> list[str]:
        """The numbers of these problems."""
        return [one["number"] for one in self.problems(*argv)]


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once for all workers of a test run; nobody may change it."""
    base = factory.getbasetemp()
    root = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, lock = root / name, root / f"{name}.lock"
    try:
        lock.mkdir()
    except FileExistsError:
        while not (folder / "made").exists():
            assert not (folder / "failed").exists(), f"{name} could not be made"
            time.sleep(0.2)
        return folder
    folder.mkdir()
    try:
        make(folder)
    except BaseException:
        (folder / "failed").touch()
        raise
    (folder / "made").touch()
    return folder
