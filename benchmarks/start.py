"""Start-up: what someone waits for before the first word appears."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.measure import Result, Work, ratio

_PEER = "import pandas"
_ROUNDS = 5


def measured() -> Iterator[Result]:
    """``import quydat`` and ``quydat --help``, each against a bare ``import pandas``."""
    cases = {
        "import quydat": "import quydat",
        "quydat --help": "from quydat.cli.main import main; main(['--help'])",
    }
    with tempfile.TemporaryDirectory() as compiled:
        for what, script in cases.items():
            ours, theirs = _process(script, compiled), _process(_PEER, compiled)
            yield ratio(what, ours, peer=f'python -c "{_PEER}"', theirs=theirs, rounds=_ROUNDS)


def _process(script: str, compiled: str) -> Work:
    """A process that finds its modules compiled, as on any machine from the second start on."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def work() -> None:
        subprocess.run(
            [sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL,
            env=own | {"PYTHONPYCACHEPREFIX": compiled},
        )  # fmt: skip

    return work
