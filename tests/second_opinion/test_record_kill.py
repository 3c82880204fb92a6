"""A writer is killed at any moment: all that it acknowledged is there, and the chain is whole."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from quydat.store.record import create_record, open_record

WRITER = """
import sys
from pathlib import Path
from quydat.store.record import open_record
from tests.support.rows import WHO, moment, parks
with open_record(Path(sys.argv[1])) as record:
    start = len(record.history())
    print("ready", flush=True)
    for n in range(start + 1, 100000):
        rows = [{"park_id": f"p{i}", "gross_area_ha": n} for i in range(n % 40 + 1)]
        print(record.append({"park": parks(*rows)}, at=moment(n), **WHO).number, flush=True)
"""
ROUNDS = 6


def test_what_was_acknowledged_is_there(tmp_path: Path):
    path = tmp_path / "record.sqlite"
    create_record(path, study_id="x")
    random = Random(7)  # noqa: S311
    acknowledged = 0
    for _ in range(ROUNDS):
        child = start(WRITER, path)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        # So many are waited for, not so long: a machine that is busy must not kill a writer that wrote nothing yet.
        lines = [child.stdout.readline() for _ in range(random.randint(1, 12))]
        time.sleep(random.uniform(0.0, 0.05))
        child.send_signal(signal.SIGKILL)
        lines += child.communicate()[0].splitlines()
        assert child.returncode == -signal.SIGKILL
        acknowledged = int(lines[-1])
        with open_record(path) as record:
            assert record.verify() == []
            number = len(record.history())
            # One more may have reached the disk before the word of it reached us.
            assert acknowledged <= number <= acknowledged + 1
            if number:
                written = record.read("park", change_set=number)
                assert list(written["gross_area_ha"][: number % 40 + 1]) == [float(number)] * (number % 40 + 1)
        acknowledged = number
    assert acknowledged > ROUNDS


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """A child process that finds the packages that this one finds."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path},
    )  # fmt: skip
