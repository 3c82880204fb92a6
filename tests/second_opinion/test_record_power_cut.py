"""Power cut at every single write: the record is as before or as after, never between."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.support.power import Disk, Step, driver, logging_vfs
from tests.support.rows import WHO, moment, parks, sources

from quydat.store.record import Record, create_record, open_record

FILE = "record.sqlite"


def first(record: Record) -> None:
    many = [{"park_id": f"p{n}", "gross_area_ha": n / 7, "note": "x" * 200} for n in range(60)]
    record.append({"source": sources("a", "b"), "park": parks(*many)}, at=moment(0), **WHO)


def add_one(record: Record) -> None:
    record.append({"source": sources("c")}, at=moment(1), **WHO)


def change_many(record: Record) -> None:
    many = [{"park_id": f"p{n}", "gross_area_ha": n / 3, "note": "y" * 300} for n in range(0, 80, 2)]
    given = {"source": sources("a", publisher="z"), "park": parks(*many)}
    record.append(given, at=moment(1), withdraw_missing=True, **WHO)


def undo(record: Record) -> None:
    record.undo(1, actor="an", reason="wrong", at=moment(1))


@pytest.mark.parametrize("cache_pages", [5, 500])
@pytest.mark.parametrize("act", [add_one, change_many, undo])
def test_whole_at_every_moment(tmp_path: Path, act: Callable[[Record], None], cache_pages: int):
    path = tmp_path / FILE
    create_record(path, study_id="hcmc")
    with open_record(path) as record:
        first(record)
        before = record.head()
    disk = Disk({FILE: path.read_bytes()})
    log: list[Step] = []
    with logging_vfs(), open_record(path, _driver=driver(log, cache_pages=cache_pages)) as record:
        act(record)
        after = record.head()
    kinds = {step.what for step in log}
    assert {"write", "sync", "delete"} <= kinds
    assert before != after

    random = Random(20250630)  # noqa: S311
    seen = []
    for step in [None, *log]:
        if step is not None:
            disk.take(step)
        states = [disk.all_written(), disk.flushed_only(), *(disk.some_written(random) for _ in range(2))]
        distinct = {tuple(sorted(state.items())): state for state in states}
        seen.append({found(tmp_path / "again", state) for state in distinct.values()})
        assert seen[-1] <= {before, after}, step
    assert seen[0] == {before}
    assert seen[-1] == {after}  # it was acknowledged: no loss is allowed any more
    assert all(later == {after} for later in seen[seen.index({after}) :])


def found(folder: Path, state: dict[str, bytes]) -> str:
    """Head of the record that the store finds in these files, after checking all of it."""
    folder.mkdir(exist_ok=True)
    for name in (FILE, f"{FILE}-journal"):
        (folder / name).unlink(missing_ok=True)
    for name, content in state.items():
        (folder / name).write_bytes(content)
    with open_record(folder / FILE) as record:
        assert record.verify() == []
        return record.head()


def test_the_simulation_sees_a_store_that_does_not_flush(tmp_path: Path):
    """With flushing off, the same simulation must find a record that is not whole: else it proves nothing."""
    path = tmp_path / FILE
    create_record(path, study_id="hcmc")
    with open_record(path) as record:
        first(record)
        before = record.head()
    disk = Disk({FILE: path.read_bytes()})
    log: list[Step] = []
    with logging_vfs(), open_record(path, _driver=driver(log, cache_pages=5)) as record:
        change_many(record)
        after = record.head()
    broken = 0
    random = Random(1)  # noqa: S311
    for step in log:
        if step.what != "sync":
            disk.take(step)
        try:
            broken += found(tmp_path / "again", disk.some_written(random)) not in (before, after)
        except Exception:
            broken += 1
    assert broken > 0
