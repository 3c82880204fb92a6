"""The folder of a study is made whole or not at all."""

from pathlib import Path

import pytest

from quydat.core.problem import Problems
from quydat.store.folder import create_study, find_study, record_path, runs_path
from quydat.store.record import create_record, open_record


def fill(folder: Path) -> None:
    (folder / "study.toml").write_text("[study]\n")
    create_record(record_path(folder), study_id="x")


def test_made_and_found(tmp_path: Path):
    folder = create_study(tmp_path / "deep" / "study", fill)
    assert find_study(folder) == folder
    assert find_study(folder / "study.toml") == folder
    assert runs_path(folder).is_dir()
    with open_record(record_path(folder)) as record:
        assert record.study_id == "x"
    assert [p.name for p in folder.parent.iterdir()] == ["study"]


def test_an_empty_folder_is_taken_a_full_one_refused(tmp_path: Path):
    (tmp_path / "a").mkdir()
    create_study(tmp_path / "a", fill)
    for taken in (tmp_path / "a", tmp_path / "a" / "study.toml"):
        with pytest.raises(Problems) as error:
            create_study(taken, fill)
        assert [p.number for p in error.value.found] == ["QD409"]


def test_a_failure_leaves_nothing(tmp_path: Path):
    def fail(folder: Path) -> None:
        fill(folder)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        create_study(tmp_path / "a", fail)
    assert list(tmp_path.iterdir()) == []


def test_no_study(tmp_path: Path):
    with pytest.raises(Problems) as error:
        find_study(tmp_path)
    assert [p.number for p in error.value.found] == ["QD301"]


def test_what_a_killed_maker_left_is_removed_and_nothing_else(tmp_path: Path):
    gone = tmp_path / ".999999999-study"  # no process has so high a number
    gone.mkdir()
    others = [tmp_path / name for name in (".1-study", ".999999999-studies", ".x-study")]
    for other in others:
        other.mkdir()
    create_study(tmp_path / "study", fill)
    assert not gone.exists()
    assert all(other.is_dir() for other in others)
