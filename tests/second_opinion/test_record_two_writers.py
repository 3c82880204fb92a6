"""Two writers at once: each waits for the other, and no row of either is lost."""

import os
import subprocess
import sys
from pathlib import Path

from quydat.store.record import create_record, open_record

WRITER = """
import sys
from pathlib import Path
from quydat.store.record import open_record
from tests.support.rows import WHO, moment, sources
name = sys.argv[2]
with open_record(Path(sys.argv[1])) as record:
    for n in range(25):
        rows = sources(f"{name}{n}", "shared", publisher=f"{name}{n}")
        record.append({"source": rows}, at=moment(1), **WHO)
"""


def test_nothing_of_either_is_lost(tmp_path: Path):
    path = tmp_path / "record.sqlite"
    create_record(path, study_id="x")
    search = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, sys.path)])
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, str(path), name],
            env=os.environ | {"PYTHONPATH": search}, stderr=subprocess.PIPE, text=True,
        )
        for name in ("a", "b")
    ]  # fmt: skip
    for writer in writers:
        assert writer.communicate()[1] == ""
        assert writer.returncode == 0
    with open_record(path) as record:
        rows = record.read("source")
        assert len(record.history()) == 50
        assert set(rows["source_id"]) == {f"{w}{n}" for w in "ab" for n in range(25)} | {"shared"}
        assert record.verify() == []
