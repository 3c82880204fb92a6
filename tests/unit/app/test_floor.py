"""Floor tables of a day are those of the stock, with and without what lies in the cache, and never old ones."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from quydat.app.floor import FOLDER
from quydat.app.study import Study, init_study
from quydat.app.survey_files import Said

DAYS = (date(2024, 12, 31), date(2025, 6, 30))


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = init_study(tmp_path / "study")
    _take(made, tmp_path / "first.csv", "A1,Cơ sở Một,2024-05-01,900\nA2,Cơ sở Hai,2025-01-15,500\n")
    return made


def _take(study: Study, path: Path, rows: str) -> None:
    path.write_text("Mã của nguồn,Tên cơ sở,Ngày ghi nhận,Tổng diện tích sàn (m2)\n" + rows, encoding="utf-8")
    study.survey.take_in(path, "observation", said=Said(origin="x", basis="illustrative"))


def _same_as_stock(study: Study) -> list[float]:
    totals = []
    for day in DAYS:
        floor, stock = study.survey.floor(as_of=day), study.survey.stock(as_of=day)
        pd.testing.assert_frame_equal(floor.floor_space, stock.floor_space)
        pd.testing.assert_frame_equal(floor.floor_cell, stock.floor_cell)
        totals.append(float(floor.floor_space["gross_floor_area_m2"].iloc[0]))
    return totals


def test_as_the_stock_and_kept_once(study: Study) -> None:
    assert _same_as_stock(study) == [900.0, 1400.0]
    (kept,) = (study.folder / FOLDER).iterdir()
    before = kept.stat().st_mtime_ns
    assert _same_as_stock(study) == [900.0, 1400.0]
    assert [one.stat().st_mtime_ns for one in (study.folder / FOLDER).iterdir()] == [before]


def test_new_rows_count_at_once(study: Study, tmp_path: Path) -> None:
    _same_as_stock(study)
    _take(study, tmp_path / "second.csv", "A1,Cơ sở Một,2025-02-01,1000\n")
    assert _same_as_stock(study) == [900.0, 1500.0]


@pytest.mark.parametrize("content", [b"", b"x" * 5000])
def test_a_damaged_file_is_not_used(study: Study, content: bytes) -> None:
    _same_as_stock(study)
    (kept,) = (study.folder / FOLDER).iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)
    assert _same_as_stock(study) == [900.0, 1400.0]
    assert kept.read_bytes() == whole  # made anew


def test_no_more_than_six_are_kept(study: Study, tmp_path: Path) -> None:
    for number in range(8):
        _take(study, tmp_path / f"{number}.csv", f"B{number},Cơ sở B,2025-02-01,10\n")
        study.survey.floor()
    assert len(list((study.folder / FOLDER).iterdir())) == 6


def test_a_folder_that_cannot_be_written_to_changes_no_answer(study: Study) -> None:
    (study.folder / FOLDER).write_text("a file in the way")
    assert _same_as_stock(study) == [900.0, 1400.0]
