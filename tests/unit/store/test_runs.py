"""Runs are whole or not there, never overwritten, and found by a few letters."""

import hashlib
import json
import os
import socket
from pathlib import Path

import pytest

from quydat.core.problem import Problems
from quydat.store.runs import check_run, find_run, list_runs, write_run


def writer(text: str = "1\n", calls: list[Path] | None = None):
    def write(folder: Path) -> None:
        if calls is not None:
            calls.append(folder)
        (folder / "tables").mkdir()
        (folder / "tables" / "a.csv").write_text(text)
        digest = hashlib.sha256(text.encode()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps({"files": {"tables/a.csv": digest}}))

    return write


def test_written_once(tmp_path: Path):
    calls: list[Path] = []
    first = write_run(tmp_path, "abc", writer(calls=calls))
    again = write_run(tmp_path, "abc", writer("2\n", calls))
    assert first == again == tmp_path / "runs" / "abc"
    assert len(calls) == 1
    assert (first / "tables" / "a.csv").read_text() == "1\n"
    assert check_run(first) == []


def test_a_failed_writer_leaves_nothing(tmp_path: Path):
    def fail(folder: Path) -> None:
        writer()(folder)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        write_run(tmp_path, "abc", fail)
    assert list((tmp_path / "runs").iterdir()) == []


def test_what_dead_writers_left_is_removed_what_live_ones_write_is_not(tmp_path: Path):
    runs = tmp_path / "runs"
    host = socket.gethostname()
    dead = runs / f".tmp-{host}-{2**22 + 1}-0"  # above the largest process number of Linux
    live = runs / f".tmp-{host}-{os.getppid()}-0"
    elsewhere = runs / ".tmp-another-1-0"
    for folder in (dead, live, elsewhere):
        folder.mkdir(parents=True)
    write_run(tmp_path, "abc", writer())
    assert sorted(p.name for p in runs.iterdir()) == sorted([live.name, elsewhere.name, "abc"])
    assert [p.name for p in list_runs(tmp_path)] == ["abc"]


def test_found_by_prefix(tmp_path: Path):
    assert list_runs(tmp_path) == []
    for name in ("abc1", "abc2", "abd", "ab"):
        write_run(tmp_path, name, writer())
    assert find_run(tmp_path, "abd").name == "abd"
    assert find_run(tmp_path, "ab").name == "ab"
    for prefix, number in (("abc", "QD602"), ("x", "QD601"), ("../runs/abd", "QD601")):
        with pytest.raises(Problems) as error:
            find_run(tmp_path, prefix)
        assert [p.number for p in error.value.found] == [number]


@pytest.mark.parametrize(
    "damage",
    [
        lambda run: (run / "tables" / "a.csv").write_text("2\n"),
        lambda run: (run / "tables" / "a.csv").unlink(),
        lambda run: (run / "manifest.json").unlink(),
        lambda run: (run / "manifest.json").write_text("{"),
        lambda run: (run / "manifest.json").write_text('{"files": ["a"]}'),
        lambda run: (run / "manifest.json").write_text('{"files": {"../abd/tables/a.csv": "0"}}'),
    ],
)
def test_damage_is_seen_and_running_again_mends_it(tmp_path: Path, damage):
    run = write_run(tmp_path, "abc", writer())
    damage(run)
    assert [p.number for p in check_run(run)] == ["QD604"]
    assert check_run(write_run(tmp_path, "abc", writer())) == []
    assert (tmp_path / "runs" / ".damaged-abc-1").is_dir()  # set aside for study, not thrown away
    assert [p.name for p in list_runs(tmp_path)] == ["abc"]
