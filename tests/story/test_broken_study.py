"""A study whose own files are wrong: settings that contradict themselves, a record that someone damaged."""

from pathlib import Path

import pytest
from tests.support.studies import QUICK_DRAWS
from tests.support.terminal import Terminal

from quydat.app.study import Study


def edit(study: Study, *pairs: tuple[str, str]) -> None:
    path = study.folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


WRONG = (
    ("end_year = 2045", "end_year = 2020"),
    (f"draws = {QUICK_DRAWS}", 'draws = "many"'),
    ("[extent]", "[limits]\nx = 1\n\n[extent]"),
    ("budget_bn_vnd = { value = 5000, basis", "budget_bn_vnd = { value = -5, bases"),
    ("low = 30, mid = 90, high = 365", "low = 300, mid = 90, high = 365"),
)
FOUND = {
    ("QD303", "limits.x"),
    ("QD303", "parameters.programme.budget_bn_vnd"),  # the part «bases»
    ("QD305", "study.draws"),
    ("QD306", "parameters.programme.budget_bn_vnd"),
    ("QD307", "study.end_year"),
    ("QD310", "parameters.procedure.unknown_duration_days"),
    ("QD311", "parameters.programme.budget_bn_vnd"),
}


@pytest.mark.parametrize("command", ["check", "plan"])
def test_all_that_is_wrong_with_the_settings_at_once(command: str, study: Study, terminal: Terminal) -> None:
    edit(study, *WRONG)
    found = terminal.problems(command, study.folder)
    assert {(p["number"], p["where"]["column"]) for p in found} == FOUND
    assert all(p["where"]["file"] == "study.toml" for p in found)
    assert list((study.folder / "runs").iterdir()) == []
    assert study.verify() == []
    assert len(study.read("park")) == 57


def test_settings_and_record_are_told_in_one_list(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    """A record that was right becomes wrong with a smaller extent; told beside the wrong key."""
    edit(study, ("[extent]", "[limits]\nx = 1\n\n[extent]"))
    assert terminal.numbers("check", study.folder) == ["QD303"]
    edit(study, ("[limits]\nx = 1\n\n", ""), ("east = 107.03", "east = 106.40"))
    assert set(terminal.numbers("check", study.folder)) == {"QD228"}


@pytest.mark.parametrize("harm", ["cut", "text", "empty", "gone", "tampered"])
def test_a_damaged_record_is_told_and_left_alone(harm: str, study: Study, terminal: Terminal, tmp_path: Path) -> None:
    record = study.folder / "record.sqlite"
    data = record.read_bytes()
    number = {"gone": "QD401", "tampered": "QD403"}.get(harm, "QD402")
    if harm == "cut":
        record.write_bytes(data[: len(data) // 2])
    elif harm == "text":
        record.write_bytes(b"this was a record once " * 100)
    elif harm == "empty":
        record.write_bytes(b"")
    elif harm == "gone":
        record.unlink()
    else:
        assert data.count(b"Nhi Xuan Industrial Park") == 1
        record.write_bytes(data.replace(b"Nhi Xuan Industrial", b"Nhi Xuan Industrious"[:19]))
    before = record.read_bytes() if record.exists() else None
    new = tmp_path / "exchange_rate.csv"
    new.write_text(
        "currency,on,vnd_per_unit,source_ids,confidence,basis\nUSD,2025-01-01,26000,sggp-111529,low,assumed\n"
    )
    assert number in terminal.numbers("check", study.folder)
    assert number in terminal.numbers("history", study.folder, "--verify")
    if harm != "tampered":
        assert terminal.numbers("plan", study.folder) == [number]
        assert terminal.numbers("import", new, "--study", study.folder, "--yes") == [number]
        assert terminal.numbers("export", study.folder, "--out", tmp_path / "x.gpkg") == [number]
        assert not (tmp_path / "x.gpkg").exists()
        assert list((study.folder / "runs").iterdir()) == []
    assert (record.read_bytes() if record.exists() else None) == before
