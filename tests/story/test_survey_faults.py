"""An office takes the illustrative survey in: what becomes of each planted fault, and of lines that are right."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.survey_office import (
    AS_OF,
    FILES,
    LAYERS,
    AnswerSheet,
    lines,
    take_surveys,
    take_units,
    truth_of,
    unlike,
)
from tests.support.terminal import shared

from quydat.app.study import Study, init_study
from quydat.app.survey_files import Said
from quydat.core.problem import Problems
from quydat.formats.sheets_parts import parts_of, sha256_of
from quydat.formats.survey_files import write_survey
from quydat.survey.illustrative.survey import IllustrativeSurvey, make_survey

SEED = 7
CAPITALS = "01-minh-hoa-quan-huyen.xlsx", "Khu vực 1"
"""Its names stand in a font of capitals: what they were in small letters nobody can tell."""


def made(study: Study, *, faults: bool) -> IllustrativeSurvey:
    return make_survey(seed=SEED, parks=study.read("park"), as_of=AS_OF, faults=faults)


def capitals_lost(place: tuple[str, str, int], truth: dict[str, Any]) -> bool:
    """Whether the bytes of a name do not say which of its letters are capitals; the intake tells of that."""
    return place[:2] == CAPITALS or "ambiguous_capitals" in str(truth["faults"])


def wrong_lines(survey: IllustrativeSurvey, study: Study) -> dict[str, str]:
    """Lines that must be taken and are not, or not rightly, by their place."""
    found = lines(study)
    wrong = {}
    for place, truth in truth_of(survey).items():
        line = found.get(place)
        if truth["taken"] != "yes":
            continue
        if line is None or line.values is None:
            wrong[str(place)] = "nowhere" if line is None else f"waits: {sorted(line.numbers)}"
        elif why := unlike(line.values, truth, loose=("name",) if capitals_lost(place, truth) else ()):
            wrong[str(place)] = "; ".join(why)
    return wrong


def an_office(folder: Path, *, faults: bool) -> None:
    """A study into which all files were taken, and the answer sheet held against it."""
    study = init_study(folder / "study")
    survey = made(study, faults=faults)
    write_survey(survey, folder / "files")
    take_units(study, folder / "files")
    asked = take_surveys(study, folder / "files")
    study.survey.match()
    sheet = AnswerSheet(survey, study, asked, folder / "files")
    answers = survey.answers.to_dict("records")
    missed = [[one, why] for one in answers if (why := sheet.missed({str(k): v for k, v in one.items()}))]
    named = {
        f"{one['fault_id']} {one['kind']} ({one['expected']}), {one['file']} {one['sheet']} {one['row']}": why
        for one, why in missed
    }
    notes = [note.as_dict() for one in asked for reading in one.readings for note in reading.notes]
    told = {
        "missed": named,
        "wrong": wrong_lines(survey, study),
        "doubts": {
            f"{one.file} {one.readings[0].sheet.name}".strip(): sorted(one.doubts) for one in asked if one.doubts
        },
        "notes": notes,
    }
    (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The survey with its faults, taken in; nobody may change it."""
    return shared(tmp_path_factory, "office", lambda folder: an_office(folder, faults=True))


@pytest.fixture(scope="session")
def told(office: Path) -> dict[str, dict[str, str]]:
    """What came of it."""
    return dict(json.loads((office / "told.json").read_text(encoding="utf-8")))


@pytest.fixture
def study(office: Path, tmp_path: Path) -> Study:
    """A copy to work on."""
    return Study(shutil.copytree(office / "study", tmp_path / "study"))


@pytest.fixture(scope="session")
def survey(office: Path) -> IllustrativeSurvey:
    return made(Study(office / "study"), faults=True)


def test_every_planted_fault_comes_to_what_it_must(survey: IllustrativeSurvey, told: dict[str, dict[str, str]]) -> None:
    assert len(survey.truth) == 1200
    assert len(survey.answers) >= 200
    assert survey.answers["kind"].nunique() >= 60
    assert told["missed"] == {}, "\n".join(f"{fault}: {why}" for fault, why in told["missed"].items())


def test_every_line_without_a_fault_is_taken_and_right(told: dict[str, dict[str, str]]) -> None:
    assert told["wrong"] == {}


def test_a_person_had_to_settle_only_what_the_files_leave_open(told: dict[str, dict[str, str]]) -> None:
    assert told["doubts"] == {
        # Three lines in TCVN3 among Unicode, seven columns of words; two codes that lost their zero.
        "01-minh-hoa-quan-huyen.xlsx Khu vực 1": ["QD130"] * 7 + ["QD220"],
        "04-minh-hoa-lop-diem.gpkg diem_utm": ["QD294"],
        "04-minh-hoa-lop-diem.gpkg diem_do": ["QD294"],
        "07-minh-hoa-ban-ve.dxf": ["QD294"],
    }


def test_nothing_is_stored_while_anything_is_open(fresh: Path, office: Path, tmp_path: Path) -> None:
    study = Study(shutil.copytree(fresh, tmp_path / "own"))
    take_units(study, office / "files")
    before = len(study.history())
    with pytest.raises(Problems) as refused:
        study.survey.take_in(office / "files" / "07-minh-hoa-ban-ve.dxf", "observation", said=Said(origin="banve"))
    assert {one.number for one in refused.value.found} == {"QD291", "QD294"}
    assert len(study.history()) == before


@pytest.mark.parametrize("name", ["02-minh-hoa-so-dang-ky.csv", "06-minh-hoa-kobo.json"])
def test_the_same_file_again_changes_nothing(study: Study, office: Path, tmp_path: Path, name: str) -> None:
    said = Said(origin=FILES[name], basis="illustrative", observed_on=AS_OF)
    again = study.survey.take_in(office / "files" / name, "observation", said=said)
    assert (again.change, len(again.known)) == (None, 1)
    other = tmp_path / f"khac-{name}"
    shutil.copyfile(office / "files" / name, other)
    assert study.survey.take_in(other, "observation", said=said).change is None


def test_the_files_are_kept_byte_for_byte(study: Study, office: Path) -> None:
    for name in FILES:
        path = office / "files" / name
        folder = study.folder / "originals" / sha256_of(path)
        parts = parts_of(path)
        assert sorted(one.name for one in folder.iterdir()) == sorted(one.name for one in parts)
        assert all((folder / one.name).read_bytes() == one.read_bytes() for one in parts)


@pytest.mark.parametrize(
    ("kind", "attributes"),
    [
        ("negative_storeys", ("storeys",)),
        ("huge_shed", ("footprint_m2",)),
        ("day_31_02", ("observed_on",)),
        ("words_for_number", ("workers",)),
        ("unknown_choice", ("operating_state",)),
        ("empty_name", ("name",)),
        ("wrong_city", ("longitude", "latitude")),
        ("wrong_zone", ("longitude", "latitude")),
        ("axes_swapped_row", ("longitude", "latitude")),
    ],
)
def test_a_row_that_waits_is_mended_and_right(
    study: Study, survey: IllustrativeSurvey, kind: str, attributes: tuple[str, ...]
) -> None:
    truth = survey.truth.set_index("establishment_id")
    answer = survey.answers[survey.answers["kind"] == kind].iloc[0]
    waiting = {
        (one.reasons[0].place.file, one.reasons[0].place.row, one.reasons[0].place.sheet): one
        for one in study.survey.waiting()
    }
    (one,) = [
        row
        for (file, number, sheet), row in waiting.items()
        if (file, number) == (answer["file"], answer["row"]) and sheet in ("", answer["sheet"])
    ]
    own = truth.loc[answer["establishment_id"]]
    cells = {name: str(own[name]) for name in attributes}
    change, problems = study.survey.mend({one.quarantine_id: cells}, reason="Đối chiếu hồ sơ gốc")
    assert (problems, change is not None) == ([], True)
    assert one.quarantine_id not in {row.quarantine_id for row in study.survey.waiting()}
    place = (one.reasons[0].place.file, one.reasons[0].place.sheet, int(one.reasons[0].place.row or 0))
    line, said = lines(study)[place], truth_of(survey)[place]
    assert line.values is not None
    assert unlike(line.values, {**said, **{name: own[name] for name in attributes}}) == []


def test_a_row_mended_wrongly_goes_on_waiting(study: Study) -> None:
    one = next(row for row in study.survey.waiting() if row.reasons[0].number == "QD208")
    column = "storeys" if "tầng" in json.dumps(one.original, ensure_ascii=False) else "footprint_m2"
    _, problems = study.survey.mend({one.quarantine_id: {column: "-5"}})
    assert {found.number for found in problems} == {"QD208"}
    assert one.quarantine_id in {row.quarantine_id for row in study.survey.waiting()}


def test_rows_are_set_aside_and_an_undone_intake_is_gone(study: Study, office: Path) -> None:
    rows = study.survey.waiting()
    study.survey.set_aside([rows[0].quarantine_id], why="Cơ sở ở thành phố khác")
    assert len(study.survey.waiting()) == len(rows) - 1
    kept = study.survey.tables()["quarantine"].set_index("quarantine_id").loc[rows[0].quarantine_id]
    assert (kept["state"], kept["why"]) == ("set_aside", "Cơ sở ở thành phố khác")
    before = study.survey.tables()
    said = Said(origin="khac", basis="illustrative", observed_on=AS_OF)
    brought = study.survey.take_in(office / "files" / "05-minh-hoa-diem-gps.kml", "observation", said=said)
    assert brought.change is not None
    study.undo(brought.change.number, reason="Nhầm nguồn")
    for name, table in study.survey.tables().items():
        pd.testing.assert_frame_equal(table, before[name])


@pytest.mark.long
def test_the_order_of_files_does_not_change_the_stock(fresh: Path, office: Path, study: Study, tmp_path: Path) -> None:
    other = Study(shutil.copytree(fresh, tmp_path / "other"))
    take_units(other, office / "files")
    take_surveys(other, office / "files", files=tuple(reversed(FILES)))
    other.survey.match()
    one, two = study.survey.stock(as_of=AS_OF), other.survey.stock(as_of=AS_OF)
    pd.testing.assert_frame_equal(_by_content(one.establishments), _by_content(two.establishments))
    pd.testing.assert_frame_equal(one.floor_space, two.floor_space)


def _by_content(establishments: pd.DataFrame) -> pd.DataFrame:
    """Establishments are called by the observation that came first: all else must be the same."""
    own = establishments["observation_ids"].map(lambda text: ";".join(sorted(text.split(";"))))
    told = establishments.drop(columns="establishment_id").assign(observation_ids=own.astype("str"))
    return told.sort_values("observation_ids", ignore_index=True)


def test_layers_are_files_of_their_own(study: Study) -> None:
    origins = set(study.survey.tables()["observation"]["origin"])
    assert origins == {*(one for one in FILES.values() if one), *LAYERS.values()}


@pytest.mark.long
def test_right_files_raise_no_alarm(tmp_path: Path) -> None:
    """The same establishments in the same files, each line right: false alarms are at most 2 %; here there is none."""
    an_office(tmp_path, faults=False)
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    study = Study(tmp_path / "study")
    count = len(study.survey.tables()["observation"])
    waiting = study.survey.waiting()
    graded = study.survey.stock(as_of=AS_OF).establishments
    doubted = int((~graded["correct"] | ~graded["clean"]).sum())
    assert (told["wrong"], told["notes"], told["doubts"], waiting) == (
        {},
        [],
        {"07-minh-hoa-ban-ve.dxf": ["QD294"]},
        [],
    )
    assert count == 1697
    assert doubted <= 0.02 * len(graded)


def test_a_declared_system_is_taken_as_said_by_the_user_not_by_the_file(study: Study, office: Path) -> None:
    said = Said(origin="x", basis="illustrative", observed_on=AS_OF, layer="diem_do")
    path = office / "files" / "04-minh-hoa-lop-diem.gpkg"
    (silent,) = study.survey.understand(path, "observation", said=said)
    assert [one.number for one in silent.doubts] == ["QD294"]
    (said_so,) = study.survey.understand(path, "observation", said=replace(said, epsg=4326))
    assert (said_so.doubts, said_so.mapping.epsg) == ((), 4326)
