"""A planner holds plans against each other: made-up plans taken in, checked, compared; files without a study."""

import json
from pathlib import Path

import pyogrio
import pytest
import shapely
from tests.support.plan_faults import planted
from tests.support.terminal import Terminal

from quydat.app.illustrate_plans import illustrate_plans, plans_there, show_plans, without_made_up
from quydat.app.study import Study
from quydat.formats.plan_layers import write_plan_file
from quydat.spatial_plan.illustrative.plans import DRAFT_A, DRAFT_B, MadePlans


@pytest.fixture
def made(study: Study, tmp_path: Path) -> MadePlans:
    return illustrate_plans(study, tmp_path / "plans")


def test_plans_come_in_through_the_common_intake_and_nothing_waits(study: Study, made: MadePlans) -> None:
    held = study.plans.tables()
    for name in ("spatial_plan", "plan_area", "plan_use", "plan_line"):
        assert len(held[name]) == len(made.tables[name])
    assert study.survey.waiting() == []
    assert study.check() == []
    assert study.verify() == []


def test_the_zoning_plan_under_the_draft_that_it_names(study: Study, made: MadePlans, terminal: Terminal) -> None:
    told = terminal.json("conform", study.folder, "--lower", made.zoning)
    assert (told["upper"], told["verdict"], told["basis"]) == (DRAFT_B, "conforms", ["illustrative"])
    assert sum(told["hectares"].values()) == pytest.approx(told["drawn_area_ha"]["lower"], abs=1e-4)
    said = terminal.done("conform", study.folder, "--lower", made.zoning)
    assert "QUY HOẠCH MINH HỌA" in said
    assert "phù hợp" in said


def test_drafts_compared_and_written(study: Study, made: MadePlans, terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = terminal.json("flexibility", study.folder, "--drafts", f"{DRAFT_A},{DRAFT_B}", "--out", out, "--lang", "en")
    assert [(row["draft"], row["conforms"], row["unknown"], row["breaks"]) for row in told["summary"]] == [
        (DRAFT_A, 2, 1, 9),
        (DRAFT_B, 6, 2, 4),
    ]
    assert {path.name for path in out.iterdir()} == {
        "flexibility.csv", "flexibility_summary.csv", "flexibility.svg", "flexibility.png",
    }  # fmt: skip
    assert "ILLUSTRATIVE" in terminal.done("flexibility", study.folder, "--drafts", DRAFT_A, "--lang", "en")


def test_two_files_and_no_study(made: MadePlans, terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plans" / "quy-hoach.gpkg"
    out = tmp_path / "check"
    told = terminal.json("conform", "--lower", f"{file}:mh-dx-06", "--upper", f"{file}:{DRAFT_A}", "--out", out)
    assert told["broken"] == ["use", "plot_ratio", "storeys"]
    layer = pyogrio.read_dataframe(out / "differences.gpkg", layer="differences")
    assert layer.crs.to_epsg() == 9210
    assert layer["ha"].sum() == pytest.approx(told["hectares"]["breaks"], abs=1e-6)
    assert shapely.area(layer.geometry).sum() / 1e4 == pytest.approx(told["hectares"]["breaks"], rel=1e-3)
    assert terminal.numbers("conform", "--lower", file, "--upper", f"{file}:{DRAFT_A}") == ["QD851"]
    assert terminal.numbers("conform", "--lower", tmp_path / "x.gpkg", "--upper", f"{file}:{DRAFT_A}") == ["QD101"]


def test_what_is_not_known_is_told(study: Study, made: MadePlans, terminal: Terminal) -> None:
    asked = ("conform", study.folder, "--lower", "mh-dx-01")
    assert terminal.numbers(*asked) == ["QD853"]
    assert terminal.numbers(*asked, "--upper", "qhc-2040") == ["QD830"]
    assert terminal.numbers("flexibility", study.folder, "--drafts", "qhc-2040") == ["QD830"]


def test_a_study_without_proposals_says_so(study: Study, terminal: Terminal) -> None:
    assert terminal.numbers("flexibility", study.folder, "--drafts", "a") == ["QD852"]


def test_a_file_with_faults_is_told_at_once(study: Study, made: MadePlans, terminal: Terminal, tmp_path: Path) -> None:
    faults = planted(made)
    file = write_plan_file(tmp_path / "faults.gpkg", {**faults.tables, "source": made.tables["source"]}, epsg=9210)
    layers = {name: ("import", file, "--as", name, "--layer", name, "--study", study.folder) for name in faults.tables}
    told = terminal.numbers(*layers["spatial_plan"], "--yes")
    assert set(told) == {"QD833", "QD834", "QD835", "QD837", "QD838", "QD839"}
    sheets = terminal.json(*layers["plan_area"], "--source", "minh-hoa")["sheets"]
    waiting = [one["number"] for sheet in sheets for one in sheet["problems"]]
    assert waiting == ["QD241"]  # the edges that cross; the row waits with its original
    terminal.done(*layers["plan_area"], "--source", "minh-hoa", "--yes")
    assert [one.number for row in study.survey.waiting() for one in row.reasons] == ["QD241"]
    numbers = set(terminal.numbers("check", study.folder))
    assert {"QD832", "QD840", "QD844", "QD847", "QD848"} <= numbers
    assert numbers <= {"QD832", "QD840", "QD844", "QD847", "QD848", "QD849", "QD850"}


def test_json_says_the_breaches_in_both_languages(study: Study, made: MadePlans, terminal: Terminal) -> None:
    told = terminal.json("conform", study.folder, "--lower", "mh-dx-08", "--upper", DRAFT_B)
    assert told["breaches_vi"] == [
        "tim đường T-PHAM-VAN-HAI-3 (Trục chính của khu): 1.167 trong 1.167 m lệch quá mức cho phép, xa nhất 120,0 m."
    ]
    assert len(told["breaches_en"]) == 1
    json.dumps(told, allow_nan=False)


def test_the_demonstration_makes_its_plans_once(study: Study, tmp_path: Path) -> None:
    parts: list[str] = []
    assert not plans_there(study)
    illustrate_plans(study, tmp_path / "plans", note=parts.append)
    assert plans_there(study)
    assert parts == ["plan_files", "plan_intake"]
    sets = len(study.history())
    illustrate_plans(study, tmp_path / "again")
    assert len(study.history()) == sets
    shown = show_plans(study, tmp_path)
    assert shown.conformity.found.verdict == "conforms"
    assert shown.flexibility.found.summary()["conforms"].tolist() == [2, 6]
    assert {path.parent.relative_to(tmp_path).as_posix() for path in shown.files} == {
        "conformity", "flexibility", "en/conformity", "en/flexibility",
    }  # fmt: skip
    before = {path: path.read_bytes() for path in shown.files if path.suffix != ".gpkg"}
    show_plans(study, tmp_path)
    assert len(study.history()) == sets
    assert {path: path.read_bytes() for path in before} == before
    assert without_made_up("spatial_plan", study.read("spatial_plan")).empty
