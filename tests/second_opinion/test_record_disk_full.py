"""The disk fills up at any byte: QD406, the record as it was, and the next write works once there is room."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.rows import WHO, moment, sources

from quydat.store.record import create_record, open_record

WRITER = """
import json, resource, shutil, signal, sys
from pathlib import Path
from quydat.core.problem import Problems
from quydat.store.record import open_record
from tests.support.rows import WHO, moment, parks, sources
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
start, path = Path(sys.argv[1]), Path(sys.argv[2])
rows = parks(*({"park_id": f"p{i}", "note": "x" * 300} for i in range(150)))
size = start.stat().st_size
outcomes = []
for limit in range(0, size + 150_000, 6_143):
    shutil.copyfile(start, path)
    with open_record(path) as record:
        head = record.head()
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            record.append({"park": rows}, at=moment(1), **WHO)
            number = "written"
        except Problems as problems:
            number = problems.found[0].number
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        unharmed = record.head() == head and len(record.read("park")) == 0
        whole = record.verify() == []
        if number != "written":
            record.append({"park": rows}, at=moment(1), **WHO)
            whole = whole and record.verify() == [] and len(record.read("park")) == 150
        outcomes.append([limit, number, unharmed, whole])
print(json.dumps(outcomes))
"""


def test_full_at_any_size(tmp_path: Path):
    start = tmp_path / "start.sqlite"
    create_record(start, study_id="x")
    with open_record(start) as record:
        record.append({"source": sources("a")}, at=moment(0), **WHO)
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WRITER, str(start), str(tmp_path / "record.sqlite")],
        capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)
    kinds = [number for _, number, _, _ in outcomes]
    assert set(kinds) == {"QD406", "written"}
    assert kinds == sorted(kinds)  # too small, too small, …, enough: no size between at which it is written by half
    for limit, number, unharmed, whole in outcomes:
        assert whole, limit
        assert unharmed == (number == "QD406"), limit
