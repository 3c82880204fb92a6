"""The disk is full, or the program is killed: nothing is half-written, and the same command works afterwards."""

import json
import shutil
from pathlib import Path

import pytest
from tests.support.planted import CASE
from tests.support.terminal import KILLED, STARVED, Terminal, spawn

from quydat.app.run import Run
from quydat.app.study import Study
from quydat.store.runs import check_run

KILLED_CODE = -9
NEW = "currency,on,vnd_per_unit,source_ids,confidence,basis\nUSD,2025-01-01,26000,sggp-111529,low,assumed\n"


def starved(limit: int, *argv: object) -> list[str]:
    """Numbers of the problems with which a command ends when no file may grow beyond a size."""
    done = spawn(STARVED, limit, *argv, "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return [one["number"] for one in json.loads(done.stdout)["problems"]]


def killed(where: str, turn: int, *argv: object) -> None:
    """Kill a command as a function is called."""
    done = spawn(KILLED, where, turn, *argv)
    assert done.returncode == KILLED_CODE, done.stdout + done.stderr


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(study: Study, *, change_sets: int = 1) -> bool:
    return study.verify() == [] and len(study.history()) == change_sets and len(study.read("park")) == 57


def test_full_disk_init(tmp_path: Path) -> None:
    assert starved(100_000, "init", tmp_path / "new") == ["QD406"]
    assert names(tmp_path) == []


def test_full_disk_plan(study: Study) -> None:
    assert starved(200_000, "plan", study.folder) == ["QD406"]
    assert names(study.folder / "runs") == []
    assert whole(study)


def test_full_disk_import(study: Study, tmp_path: Path) -> None:
    (tmp_path / "exchange_rate.csv").write_text(NEW)
    size = (study.folder / "record.sqlite").stat().st_size
    rows = (CASE / "tables" / "source.csv").read_text(encoding="utf-8").splitlines()
    more = [rows[0], *(f"new-{n},https://example.vn/{n},press,{'x' * 400},2025," for n in range(400))]
    (tmp_path / "source.csv").write_text("\n".join(more) + "\n", encoding="utf-8")
    assert starved(size, "import", tmp_path / "source.csv", "--study", study.folder, "--yes") == ["QD406"]
    assert whole(study)
    assert len(study.read("source")) == len(rows) - 1


@pytest.mark.parametrize(
    ("command", "name", "there"),
    [
        pytest.param("report", "r.html", True, marks=pytest.mark.long),
        ("report", "r.xlsx", False),
        ("template", "t.xlsx", True),
        ("template", "t.xlsx", False),
        ("export", "e.gpkg", True),
        ("export", "e.gpkg", False),
    ],
)
def test_full_disk_leaves_what_stands_there(
    command: str, name: str, there: bool, planned: Study, tmp_path: Path
) -> None:
    target = tmp_path / "out" / name
    target.parent.mkdir()
    if there:
        target.write_bytes(b"what stood here before")
    study = [] if command == "template" else [planned.folder]
    assert starved(6_000, command, *study, "--out", target) == ["QD406"]
    assert names(target.parent) == ([name] if there else [])
    assert not there or target.read_bytes() == b"what stood here before"


def test_full_disk_copy_of_a_run(planned: Study, tmp_path: Path) -> None:
    """The run is there, the copy is not; an earlier copy stays as it was."""
    out = tmp_path / "out"
    assert starved(300_000, "plan", planned.folder, "--out", out) == ["QD406"]
    assert names(out) == []
    assert spawn(STARVED, 10**9, "plan", planned.folder, "--out", out).returncode == 0
    before = Run(out).fingerprint
    assert starved(300_000, "plan", planned.folder, "--out", out) == ["QD406"]
    assert Run(out).fingerprint == before


def test_no_right_to_write(planned: Study, terminal: Terminal, tmp_path: Path) -> None:
    """A file where the folder should be: the same for every user, root too."""
    (tmp_path / "file").write_text("x")
    for command in ("report", "export"):
        for name in ("x.html",) if command == "report" else ("x.gpkg",):
            assert terminal.numbers(command, planned.folder, "--out", tmp_path / "file" / name) == ["QD108"]
    assert terminal.numbers("template", "--out", tmp_path / "file" / "x.xlsx") == ["QD108"]
    assert terminal.numbers("init", tmp_path / "file" / "new") == ["QD108"]
    assert terminal.numbers("plan", planned.folder, "--out", tmp_path / "file") == ["QD409"]


def test_killed_init(tmp_path: Path, terminal: Terminal) -> None:
    killed("quydat.store.folder:sync_tree", 0, "init", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    terminal.done("init", tmp_path / "new")
    assert whole(Study(tmp_path / "new"))


def test_killed_import(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "exchange_rate.csv"
    file.write_text(NEW)
    command = ["import", file, "--study", study.folder, "--yes"]
    killed("quydat.store.write:change_set_of", 0, *command)  # all rows written, the commit not
    assert whole(study)
    assert len(study.read("exchange_rate")) == 1
    terminal.done(*command)
    assert whole(study, change_sets=2)
    assert len(study.read("exchange_rate")) == 2


@pytest.mark.long
def test_killed_plan(study: Study, terminal: Terminal) -> None:
    killed("quydat.app.write:write_map", 0, "plan", study.folder)
    assert terminal.json("runs", study.folder) == {"runs": []}
    assert whole(study)
    terminal.done("plan", study.folder, "--only", "inventory")
    (run,) = names(study.folder / "runs")  # what the killed one left is gone
    assert run == study.run().fingerprint


@pytest.mark.parametrize(
    ("command", "name"),
    [pytest.param("report", "r.xlsx", marks=pytest.mark.long), ("template", "t.xlsx"), ("export", "e.gpkg")],
)
def test_killed_before_the_file_is_put_in_place(
    command: str, name: str, planned: Study, terminal: Terminal, tmp_path: Path
) -> None:
    target = tmp_path / name
    target.write_bytes(b"what stood here before")
    study = [] if command == "template" else [planned.folder]
    killed("quydat.core.files:sync", 0, command, *study, "--out", target)
    assert target.read_bytes() == b"what stood here before"
    terminal.done(command, *study, "--out", target)
    assert target.read_bytes() != b"what stood here before"


@pytest.mark.long
def test_killed_demo(tmp_path: Path, demo: Path, terminal: Terminal) -> None:
    """While the study is made, while the run is copied, between its parts: the next call mends it."""
    out = tmp_path / "out"
    killed("quydat.store.record:write", 0, "demo", "--out", out)
    assert not (out / "study").exists()
    for made in ("study", "khao-sat-minh-hoa", "quy-hoach-minh-hoa"):
        shutil.copytree(demo / made, out / made)
    for where, turn in (("quydat.app.copy:sync_tree", 0), ("os:rename", 2)):
        killed(where, turn, "demo", "--out", out)
        assert whole(Study(out / "study"), change_sets=len(Study(demo / "study").history()))
    assert check_run(out) != []
    terminal.done("demo", "--out", out)
    assert Run(out).fingerprint == Study(out / "study").run().fingerprint
    assert names(out) == names(demo)


def test_copies_go_nowhere_else(planned: Study, terminal: Terminal, tmp_path: Path) -> None:
    """A folder of someone else is not written to, whatever its manifest says."""
    out = tmp_path / "site"
    (out / "src").mkdir(parents=True)
    (out / "src" / "main.py").write_text("x")
    for manifest in ({"files": ["src"]}, {"files": {"src/main.py": "", "../x": "", "/etc": ""}}, [], {"name": "site"}):
        (out / "manifest.json").write_text(json.dumps(manifest))
        assert terminal.numbers("plan", planned.folder, "--out", out) == ["QD409"]
        assert terminal.numbers("demo", "--out", out) == ["QD409"]
        assert names(out) == ["manifest.json", "src"]
    (run,) = planned.runs()
    for inside in (run.path, run.path / "copy", planned.folder / "runs", planned.folder):
        assert terminal.numbers("plan", planned.folder, "--out", inside) == ["QD409"]
    assert planned.run().fingerprint == run.fingerprint
    assert names(planned.folder / "runs") == [run.fingerprint]


def test_a_copy_keeps_what_the_user_put_beside_it(planned: Study, terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    terminal.done("plan", planned.folder, "--out", out)
    (out / "notes.txt").write_text("mine")
    terminal.done("plan", planned.folder, "--only", "inventory", "--out", out)
    assert (out / "notes.txt").read_text() == "mine"
    assert names(out) == ["figures.json", "inputs", "manifest.json", "notes.txt", "tables"]
    assert Run(out).manifest["until"] == "inventory"
