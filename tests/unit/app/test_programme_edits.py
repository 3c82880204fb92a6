"""A programme edited in Excel: each wrong cell is named, each right one becomes a decision of the record."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.support.programme_run import YEARS, programme_tables
from tests.support.small_run import rows_of
from tests.support.terminal import Terminal, shared

from quydat.app.programme_edits import SOURCE, accept_edited, read_edited
from quydat.app.study import Study, init_study
from quydat.core.problem import Problems
from quydat.formats.programme_book import Decided, ProgrammeBook, write_programme_book

PARKS = ("pham-van-hai-1-part-1", "pham-van-hai-1-part-2", "an-phu-part-1")
CITY, DEVELOPER = "Thành phố giải phóng và xây, rồi đấu giá", "Chủ đầu tư giải phóng và xây (như trước nay)"
Sheet = Callable[..., Path]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shared(tmp_path_factory, "edits", lambda folder: init_study(folder / "study") and None) / "study"


@pytest.fixture
def study(kept: Path, tmp_path: Path) -> Study:
    return Study(shutil.copytree(kept, tmp_path / "study"))


@pytest.fixture
def edited(study: Study, tmp_path: Path) -> Sheet:
    """Writes the workbook of three parks and edits cells: ``edited(D2="2027-Q3")``."""
    made = programme_tables()
    rows = made["programme"].iloc[:3].assign(project_id=list(PARKS))
    models = {
        str(row["delivery_model"]): (str(row["name_vi"]), str(row["name_en"]))
        for row in study.read("delivery_model").to_dict("records")
    }
    starts = (("city_first", date(2027, 4, 1)), ("city_first", date(2025, 7, 1)), ("developer_led", date(2025, 7, 1)))
    book = ProgrammeBook(
        programme=rows, spending=made["spending"], ready=made["programme_ready"], simulation=made["simulation"],
        models=models, before={name: Decided(*own, None) for name, own in zip(PARKS, starts, strict=True)},
        decisions={}, budget_bn_vnd=dict.fromkeys(YEARS, 1.0), opening_ha=0.0, price_year=2025, escalation_share=0.0,
        revolving_share=0.5, first_start=date(2025, 7, 1), last_start=date(2045, 10, 1), run="r", basis="assumed",
    )  # fmt: skip

    def write(**cells: Any) -> Path:
        path = tmp_path / "programme.xlsx"
        write_programme_book(path, replace(book), lang="vi")
        opened = openpyxl.load_workbook(path)
        for cell, value in cells.items():
            opened["Chương trình"][cell] = value
        opened.save(path)
        return path

    return write


def lock(study: Study, decision: str) -> None:
    """A decision that the record has already."""
    row = {
        "project_id": PARKS[0],
        "decision": decision,
        "source_ids": "derived",
        "confidence": "low",
        "basis": "assumed",
    }
    file = study.folder.parent / "lock.csv"
    rows_of("project_lock", [row]).to_csv(file, index=False)
    study.import_file(file, table="project_lock", reason="before")


@pytest.mark.parametrize(
    ("cells", "number", "row", "column"),
    [
        ({"A2": "nowhere"}, "QD946", 2, "Mã dự án"),
        ({"C3": "Ai cũng làm"}, "QD947", 3, "Phương thức thực hiện"),
        ({"D3": "sớm"}, "QD948", 3, "Quý khởi đầu"),
        ({"D2": "2046-Q1"}, "QD949", 2, "Quý khởi đầu"),
        ({"D2": "2025-Q2"}, "QD949", 2, "Quý khởi đầu"),
        ({"E2": "có lẽ"}, "QD950", 2, "Quyết định"),
        ({"A3": PARKS[0]}, "QD952", 3, "Mã dự án"),
        ({"E2": "không được làm", "D2": "2028-Q1"}, "QD953", 2, "Quyết định"),
        ({}, "QD954", None, ""),
        ({"D4": "2027-Q1"}, "QD955", 4, "Quý khởi đầu"),
    ],
)
def test_each_wrong_cell_is_named_and_nothing_is_stored(
    cells: dict[str, Any], number: str, row: int | None, column: str, study: Study, edited: Sheet
) -> None:
    with pytest.raises(Problems) as caught:
        accept_edited(study, edited(**cells), reason="")
    assert [one.number for one in caught.value.found] == [number]
    place = caught.value.found[0].place
    assert (place.file, place.sheet, place.row, place.column) == ("programme.xlsx", "Chương trình", row, column)
    assert len(study.history()) == 1


def test_all_wrong_cells_are_told_at_once(study: Study, edited: Sheet) -> None:
    with pytest.raises(Problems) as caught:
        read_edited(study, edited(C2="?", D2="?", E3="?"))
    assert [one.number for one in caught.value.found] == ["QD947", "QD948", "QD950"]


def test_locked_in_and_forbidden_is_refused(study: Study, edited: Sheet) -> None:
    lock(study, "must")
    with pytest.raises(Problems) as caught:
        read_edited(study, edited(E2="không được làm"))
    assert [one.number for one in caught.value.found] == ["QD951"]
    assert "buộc phải làm" in caught.value.found[0].message("vi")


def test_a_model_that_the_project_may_not_use_is_refused(study: Study, edited: Sheet, tmp_path: Path) -> None:
    row = {
        "project_id": PARKS[0], "name_vi": "P", "name_en": "P", "kind": "park", "park_id": "pham-van-hai-1",
        "delivery_models": "city_first", "source_ids": "derived", "confidence": "low", "basis": "assumed",
    }  # fmt: skip
    rows_of("project", [row]).to_csv(tmp_path / "project.csv", index=False)
    study.import_file(tmp_path / "project.csv", table="project", reason="")
    with pytest.raises(Problems) as caught:
        read_edited(study, edited(C2=DEVELOPER))
    assert [one.number for one in caught.value.found] == ["QD947"]


def test_edits_become_decisions(study: Study, edited: Sheet) -> None:
    """A new model and quarter, a project that is left out, and one that must be done as it stands."""
    path = edited(C4=CITY, D4="quý III/2028", C3=None, D3=None, E2="buộc phải làm")
    told, change = accept_edited(study, path, reason="họp ngày 5")
    assert [(one.project_id, one.after.decision) for one in told.edits] == [
        (PARKS[0], "must"), (PARKS[1], None), (PARKS[2], None)
    ]  # fmt: skip
    rows = study.read("project_lock").set_index("project_id")
    assert list(rows.loc[list(PARKS), "decision"]) == ["must", "forbidden", "must"]
    assert rows.loc[PARKS[2], "delivery_model"] == "city_first"
    assert (rows.loc[PARKS[2], "start_from"], rows.loc[PARKS[2], "start_to"]) == (date(2028, 7, 1), date(2028, 9, 30))
    assert rows.loc[PARKS[0], "delivery_model"] is None or rows["delivery_model"].isna()[PARKS[0]]
    assert set(rows["source_ids"]) == {SOURCE}
    assert change.rows_added == 4
    assert study.check() == []


@pytest.mark.parametrize("typed", ["2028-Q3", "Q3/2028", "quý 3/2028", "2028 III", datetime(2028, 8, 15)])
def test_quarters_as_people_type_them(typed: object, study: Study, edited: Sheet) -> None:
    (one,) = read_edited(study, edited(D2=typed)).edits
    assert one.after.start == date(2028, 7, 1)


def test_at_the_terminal_changes_are_shown_and_stored_only_if_asked(
    study: Study, edited: Sheet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUYDAT_LANG", raising=False)
    terminal, path = Terminal(capsys), edited(D2="2028-Q3")
    said = terminal.done("import", path, "--as", "programme", "--study", study.folder)
    assert "quý 2/2027" in said
    assert "quý 3/2028" in said
    assert "Chưa ghi gì" in said
    assert len(study.history()) == 1
    told = terminal.json("import", path, "--as", "programme", "--study", study.folder)["files"][0]
    assert (told["edits"][0]["before"]["start"], told["change_set"]) == ("2027-04-01", None)
    said = terminal.done("import", path, "--as", "programme", "--study", study.folder, "--yes", "--lang", "en")
    assert "Change set 2" in said
    assert len(study.history()) == 2
    assert terminal.numbers("import", path, "--as", "programme", "--study", study.folder, "--crs", "4326") == ["QD296"]
