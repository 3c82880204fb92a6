"""A planner's programme: taken out to Excel, edited, brought back, planned again; asked for under other aims."""

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from tests.support.studies import quick
from tests.support.terminal import PLAIN, Terminal, environment, shared

from quydat.app.study import Study, init_study

PARK = "pham-van-hai-1-part-1"
OTHER = "le-minh-xuan-4"
CITY = "Thành phố giải phóng và xây, rồi đấu giá"


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with one run up to the programme."""

    def make(folder: Path) -> None:
        quick(init_study(folder / "study"), draws=100).plan(until="programme")

    return shared(tmp_path_factory, "programme", make) / "study"


@pytest.fixture
def study(chosen: Path, tmp_path: Path) -> Study:
    return Study(shutil.copytree(chosen, tmp_path / "study"))


@pytest.mark.long
def test_out_to_excel_edited_brought_back_and_planned(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "programme.xlsx"
    terminal.done("programme", "--study", study.folder, "--out", path)
    assert terminal.numbers("import", path, "--as", "programme", "--study", study.folder) == ["QD954"]
    book = openpyxl.load_workbook(path)
    sheet = book["Chương trình"]
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(rows[OTHER], 3).value, sheet.cell(rows[OTHER], 4).value = CITY, "quý III/2028"
    sheet.cell(rows[PARK], 5).value = "không được làm"
    book.save(path)
    told = terminal.json("import", path, "--as", "programme", "--study", study.folder, "--yes")
    assert len(told["files"][0]["edits"]) == 2
    terminal.done("plan", study.folder, "--only", "programme")
    made = study.run().table("programme").set_index("project_id")
    assert made.loc[OTHER, "delivery_model"] == "city_first"
    assert made.loc[OTHER, "start"].isoformat() == "2028-07-01"
    assert made["delivery_model"].isna()[PARK]


@pytest.mark.long
def test_asked_for_under_other_aims_nothing_is_kept(study: Study, terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "cheap.xlsx"
    before = study.run().table("programme")
    told = terminal.json(
        "optimise", study.folder, "--minimise", "cost", "--models", "city_first", "--seconds", "60", "--out", path
    )
    assert told["value"]["cost"] <= 1e-6  # whatever the city leaves to developers costs it nothing
    paid = {row["project_id"] for row in told["programme"] if row["city_cost_bn_vnd"] > 0}
    assert paid == set()
    taken = set(before[before["city_cost_bn_vnd"] > 0]["project_id"])
    assert len(told["changes"]) >= len(taken) > 0
    assert len(study.runs()) == 1
    assert len(study.history()) == 1
    edits = terminal.json("import", path, "--as", "programme", "--study", study.folder)["files"][0]["edits"]
    assert {one["project_id"] for one in edits} >= taken


@pytest.mark.long
def test_a_programme_that_is_kept_is_changed_least(study: Study, terminal: Terminal) -> None:
    """At a price for change above all that may be gained, nothing changes."""
    told = terminal.json("optimise", study.folder, "--keep", "latest", "--change", "1000000", "--seconds", "60")
    assert told["changes"] == []
    said = terminal.done("optimise", study.folder, "--keep", "latest", "--change", "1000000", "--seconds", "60")
    assert "Giống hệt chương trình của lần chạy" in said
    assert "Không giữ lại gì" in said


@pytest.mark.long
def test_ctrl_c_while_it_plans_leaves_things_as_they_were(study: Study, tmp_path: Path) -> None:
    quick(study, draws=200)
    before = sorted(path.name for path in (study.folder / "runs").iterdir())
    code, out = _interrupted("plan", study.folder, "--only", "programme", when="cận dưới")
    assert (code, out) == (130, "")
    assert sorted(path.name for path in (study.folder / "runs").iterdir()) == before


@pytest.mark.long
def test_ctrl_c_while_it_optimises_keeps_the_best_so_far(study: Study) -> None:
    """No gap but 0 ends it, which takes long; the programme that is known when it is stopped is the answer."""
    code, out = _interrupted("optimise", study.folder, "--gap", "0", "--seconds", "500", when="cận dưới")
    assert code == 0
    assert "Đã dừng theo yêu cầu: đây là chương trình tốt nhất tìm được đến lúc ấy." in out
    assert "Dừng trước khi đủ chứng minh" in out
    assert len(study.runs()) == 1


def _interrupted(*argv: object, when: str) -> tuple[int, str]:
    """Exit code and output of a command that is sent Ctrl-C when it says something."""
    command = [sys.executable, "-u", "-c", PLAIN, *map(str, argv)]
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes, text=True, env=environment()) as process:  # type: ignore[call-overload]
        assert process.stderr is not None
        for line in process.stderr:
            if when in line:
                time.sleep(0.1)
                process.send_signal(signal.SIGINT)
                break
        out, _ = process.communicate()
        return process.returncode, out
