"""A planner brings series of the statistical office: contradictions are named at their row, the rest is stored."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.terminal import Terminal

from quydat.app.study import Study

HEAD = "series_id,period,indicator,place,sector,measure,unit,base_year,value,source_ids,confidence,basis\n"
ROW = "{id},{period},output,hcmc,all,{measure},{unit},{base},{value},general-knowledge,low,assumed\n"
INDEX = {"id": "x", "measure": "index", "unit": "index", "base": 2015}


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text(HEAD + "".join(ROW.format(**INDEX | row) for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return written(
        tmp_path / "series.csv",
        {"period": "2015", "value": 100},
        {"period": "2016", "value": 104, "base": 2010},  # row 3: another base
        {"period": "2017-Q1", "value": -6},  # row 4: a quarter among years, below zero
        {"period": "2018", "value": 110, "unit": "%"},  # row 5: another unit
        {"id": "hcmc-iip-growth", "period": "2025", "value": 8.1, "measure": "growth", "unit": "share", "base": ""},
        {"id": "y", "period": "Q1/2015", "value": 100},  # row 7: no period
    )  # fmt: skip


def spots(problems: list[dict[str, Any]]) -> list[tuple[str, int, str]]:
    return sorted((one["number"], one["where"]["row"], one["where"]["column"]) for one in problems)


EXPECTED = [
    ("QD710", 7, "period"), ("QD711", 4, "period"), ("QD713", 5, "unit"), ("QD713", 6, "unit"),
    ("QD714", 3, "base_year"), ("QD715", 4, "value"), ("QD717", 6, "value"),
]  # fmt: skip
"""The sixth row is also of another unit than the ten of its series in the record."""


def test_all_contradictions_come_at_once_and_nothing_is_stored(study: Study, terminal: Terminal, bad: Path) -> None:
    before = study.read("series")
    assert spots(terminal.problems("import", bad, "--as", "series", "--study", study.folder, "--yes")) == EXPECTED
    assert spots(terminal.problems("check", study.folder, "--file", bad)) == EXPECTED
    assert study.read("series").equals(before)


def test_good_rows_with_vietnamese_headings_are_shown_and_then_stored(
    study: Study, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "chi-so.csv"
    head = "Mã chuỗi,Kỳ,Chỉ tiêu,Nơi,Ngành,Dạng số,Đơn vị,Năm gốc,Giá trị,Nguồn,Độ tin cậy,Cơ sở\n"
    rows = [
        f"bd,2015-Q{q},sản lượng,binh-duong,all,chỉ số,index,2015,{99 + q},general-knowledge,thấp,giả định\n"
        for q in (1, 2)
    ]
    file.write_text(head + "".join(rows), encoding="utf-8")
    held = len(study.read("series"))
    shown = terminal.json("import", file, "--as", "series", "--study", study.folder)
    assert shown == {"change_sets": [], "would_bring": {"series": 2}}
    assert len(study.read("series")) == held
    terminal.done("import", file, "--as", "series", "--study", study.folder, "--yes")
    assert len(study.read("series")) == held + 2
    assert study.check() == []
