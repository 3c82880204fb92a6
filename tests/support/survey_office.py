"""An office that takes the illustrative survey in by the action's own door, and the answer sheet held against it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from quydat.app.study import Study
from quydat.app.survey_files import Reading, Said
from quydat.core.distance import distance_m
from quydat.core.problem import Problem, Problems
from quydat.dictionary.schema import tables
from quydat.formats.survey_files import CHANGES, UNITS
from quydat.survey.cells import CellForm
from quydat.survey.illustrative.survey import IllustrativeSurvey
from quydat.survey.mapping import MIXED

AS_OF = date(2025, 6, 30)
FILES: Mapping[str, str] = {
    "01-minh-hoa-quan-huyen.xlsx": "vd1",
    "02-minh-hoa-so-dang-ky.csv": "vd2",
    "03-minh-hoa-thua-dat.shp": "vd2dc",
    "04-minh-hoa-lop-diem.gpkg": "",  # each layer is an origin of its own
    "05-minh-hoa-ban-quan-ly.geojson": "authority",
    "05-minh-hoa-diem-gps.kml": "track",
    "06-minh-hoa-kobo.json": "kobo",
    "06-minh-hoa-odk.csv": "odk",
    "07-minh-hoa-ban-ve.dxf": "banve",
    "08-minh-hoa-tinh-ba.xlsx": "vd3",
}
LAYERS: Mapping[str, str] = {"diem_107_45": "vd3a", "diem_utm": "vd3b", "diem_do": "vd3c"}
SYSTEMS: Mapping[tuple[str, str], int] = {
    ("04-minh-hoa-lop-diem.gpkg", "diem_utm"): 3405,
    ("04-minh-hoa-lop-diem.gpkg", "diem_do"): 4756,
    ("07-minh-hoa-ban-ve.dxf", ""): 9210,
    ("08-minh-hoa-tinh-ba.xlsx", ""): 5899,
}
"""What a person knows who is asked in which system a file is: said only where the proposal was not sure."""

Place = tuple[str, str, int]
"""File, sheet and row, as the answer sheet names them."""

_FULL = 4
_ONE_METRE = 1.0
_SAME_AREA = 0.001
_NOT_SAID = ("basis", "outline", "longitude", "latitude", "position_source", "position_error_m")


@dataclass(frozen=True)
class Asked:
    """A file as it was taken, and the numbers of the doubts that a person had to settle before."""

    file: str
    readings: Sequence[Reading]
    doubts: Sequence[str]


@dataclass(frozen=True)
class Line:
    """What became of one line of a file: taken with these values, or waiting for these reasons."""

    values: Mapping[str, Any] | None
    reasons: Sequence[Problem]

    @property
    def numbers(self) -> set[str]:
        """Numbers of the reasons for which it waits."""
        return {one.number for one in self.reasons}


def take_units(study: Study, folder: Path) -> None:
    """Units, outlines of parks, and the crosswalk: the first thing that a city brings."""
    said = Said(origin="minh-hoa", basis="illustrative")
    for layer in ("unit", "park_outline"):
        study.survey.take_in(folder / UNITS, layer, said=replace(said, layer=layer))
    study.survey.take_in(folder / CHANGES, "unit_change", said=said)


def settled(study: Study, path: Path, said: Said) -> tuple[Said, list[str]]:
    """Look at a file and settle what it leaves open, as a person would: the system where the proposal is not sure,
    several encodings in the columns that are told to hold them, codes of activity of four digits."""
    readings = study.survey.understand(path, "observation", said=said)
    doubts = [one.number for reading in readings for one in reading.doubts]
    if "QD294" in doubts:
        said = replace(said, epsg=SYSTEMS[path.name, said.layer or ""])
        readings = study.survey.understand(path, "observation", said=said)
    if {"QD130", "QD220"} & set(doubts):
        mappings = {}
        for reading in readings:
            mixed = {one.place.column: MIXED for one in reading.doubts if one.number == "QD130"}
            full = {one.place.column: CellForm(digits=_FULL) for one in reading.doubts if one.number == "QD220"}
            mappings[reading.sheet.name] = replace(
                reading.mapping, text={**reading.mapping.text, **mixed}, forms={**reading.mapping.forms, **full}
            )
        said = replace(said, mappings=mappings)
    return said, doubts


def take_surveys(study: Study, folder: Path, *, files: Sequence[str] = tuple(FILES)) -> list[Asked]:
    """Take in all files of the survey; nothing is stored of a file that leaves anything open."""
    made = []
    for name in files:
        for layer, origin in LAYERS.items() if name.endswith(".gpkg") else [(None, FILES[name])]:
            said = Said(origin=origin, basis="illustrative", observed_on=AS_OF, layer=layer)
            told, doubts = settled(study, folder / name, said)
            brought = study.survey.take_in(folder / name, "observation", said=told)
            made.append(Asked(name, brought.readings, doubts))
    return made


def lines(study: Study) -> dict[Place, Line]:
    """What became of every line of every file, by its place."""
    held = study.survey.tables()
    intake = held["intake"].set_index("intake_id")
    sheet = intake["sheet"].fillna("").to_dict()
    found: dict[Place, Line] = {}
    for row in held["observation"].to_dict("records"):
        own = str(row["intake_id"])
        place = (str(intake.loc[own, "file"]), str(sheet[own]), int(row["row"]))
        assert place not in found, place
        found[place] = Line({str(k): v for k, v in row.items()}, ())
    for waiting in study.survey.waiting():
        one = waiting.reasons[0].place
        place = (one.file, one.sheet, int(one.row or 0))
        assert place not in found, place
        found[place] = Line(None, tuple(waiting.reasons))
    return found


def unlike(line: Mapping[str, Any], truth: Mapping[str, Any], *, loose: Sequence[str] = ()) -> list[str]:
    """Attributes of a line that are not what they must be, with both values.

    Parameters
    ----------
    loose
        Attributes of text of which capitals do not count.
    """
    wrong = []
    for attribute in tables()["observation"]:
        name = attribute.name
        if name not in truth or name in _NOT_SAID:
            continue
        own, true = line[name], truth[name]
        if pd.isna(true) or pd.isna(own):
            same = bool(pd.isna(true) and pd.isna(own))
        elif attribute.type in ("number", "integer", "year"):
            same = abs(float(own) - float(true)) <= 1e-6 * max(1.0, abs(float(true)))
        elif attribute.type == "date":
            same = pd.Timestamp(own) == pd.Timestamp(true)
        else:
            a, b = str(own), str(true)
            same = a.casefold() == b.casefold() if name in loose else a == b
        if not same:
            wrong.append(f"{name} {own!r} ≠ {true!r}")
    return wrong + _elsewhere(line, truth)


def _elsewhere(line: Mapping[str, Any], truth: Mapping[str, Any]) -> list[str]:
    drawn = isinstance(truth.get("outline"), bytes)
    if drawn:
        if not isinstance(line["outline"], bytes):
            return ["outline missing"]
        own, true = shapely.from_wkb(line["outline"]), shapely.from_wkb(truth["outline"])
        if own.symmetric_difference(true).area > _SAME_AREA * true.area:
            return ["outline elsewhere"]
        inside = own.buffer(1e-9).contains(shapely.Point(line["longitude"], line["latitude"]))
        return [] if inside else ["point outside its outline"]
    if pd.isna(truth["longitude"]) != pd.isna(line["longitude"]):
        return [f"longitude {line['longitude']} ≠ {truth['longitude']}"]
    if pd.isna(truth["longitude"]):
        return []
    axes = [np.array([float(of[name])]) for of in (line, truth) for name in ("longitude", "latitude")]
    metres = float(distance_m(*axes)[0])
    return [] if metres <= _ONE_METRE else [f"{metres:.0f} m away"]


class AnswerSheet:
    """What must come of each planted fault, held against what came of it."""

    def __init__(self, survey: IllustrativeSurvey, study: Study, asked: Sequence[Asked], folder: Path) -> None:
        self._study, self._folder = study, folder
        self._truth = truth_of(survey)
        self._lines = lines(study)
        self._readings = {(one.file, own.sheet.name): own for one in asked for own in one.readings}
        self._several = several(survey)
        self._true = survey.truth.set_index("establishment_id")
        self._stock = study.survey.stock(as_of=AS_OF)
        stock = self._stock
        ids = zip(stock.observations["observation_id"], stock.establishment_ids, strict=True)
        self._establishment = {str(one): str(own) for one, own in ids}
        self._by_id = {str(row["establishment_id"]): row for row in stock.establishments.to_dict("records")}
        self._size = stock.establishment_ids.value_counts()
        self._pairs = {frozenset(one.pair_id.split("|")) for one in study.survey.pairs()}

    def missed(self, answer: Mapping[str, Any]) -> str:
        """Why a fault does not count as found; empty if it does."""
        expected, _, rest = str(answer["expected"]).partition(":")
        return _OUTCOMES[expected](self, answer, rest)

    def _place(self, answer: Mapping[str, Any], *, other: bool = False) -> Place:
        names = ("other_file", "other_sheet", "other_row") if other else ("file", "sheet", "row")
        file, sheet, row = (answer[name] for name in names)
        return str(file), str(sheet) if file in self._several else "", int(row)

    def _sheet(self, answer: Mapping[str, Any]) -> tuple[str, str]:
        return self._place({**answer, "row": 0})[:2]

    def _line(self, answer: Mapping[str, Any], *, other: bool = False) -> Line | None:
        return self._lines.get(self._place(answer, other=other))

    def _waits(self, answer: Mapping[str, Any], number: str) -> str:
        line = self._line(answer)
        if line is None or line.values is not None:
            return "not in quarantine"
        return "" if number in line.numbers else f"waits for {sorted(line.numbers)}"

    def _unlike(self, place: Place, only: str = "", kind: str = "") -> str:
        line, truth = self._lines.get(place), self._truth[place]
        if line is None or line.values is None:
            return "not taken: " + ("absent" if line is None else str(sorted(line.numbers)))
        wrong = unlike(line.values, truth, loose=("name",) if kind in _CAPITALS or self._capitals(place) else ())
        return "; ".join(one for one in wrong if not only or one.startswith(f"{only} "))

    def _capitals(self, place: Place) -> bool:
        """Whether the sheet has its names in a font of capitals: what they were in small letters nobody can tell."""
        return "tcvn3_capitals" in self._readings[place[:2]].mapping.text.values()

    def _right(self, answer: Mapping[str, Any], _: str) -> str:
        attribute, kind = str(answer["attribute"]), str(answer["kind"])
        if not pd.isna(answer["row"]):
            return self._unlike(self._place(answer), kind=kind)
        file = self._sheet(answer)
        whole = [place for place, row in self._truth.items() if place[:2] == file and row["taken"] == "yes"]
        wrong = [(place, self._unlike(place, attribute, kind)) for place in whole]
        bad = [f"row {place[2]}: {why}" for place, why in wrong if why]
        return f"{len(bad)} of {len(whole)} rows, such as {bad[0]}" if bad else ""

    def _either(self, answer: Mapping[str, Any], _: str) -> str:
        line = self._line(answer)
        return "" if line is not None and line.values is None else self._right(answer, "")

    def _reported(self, answer: Mapping[str, Any], number: str) -> str:
        notes = [one for one in self._readings[self._sheet(answer)].notes if one.number == number]
        rows = {one.place.row for one in notes} | {int(one.facts["first"]) for one in notes if "first" in one.facts}
        column = any(one.place.row is None for one in notes)
        return "" if column or int(answer["row"]) in rows else f"no {number} among {[one.place.row for one in notes]}"

    def _left_out(self, answer: Mapping[str, Any], what: str) -> str:
        rows = {one.row: one.what for one in self._readings[self._sheet(answer)].sheet.left_out}
        found = rows.get(int(answer["row"]))
        return "" if found == what else f"is {found}, not {what}"

    def _once(self, answer: Mapping[str, Any], _: str) -> str:
        here, there = self._line(answer), self._line(answer, other=True)
        if here is None or there is None:
            return "one of the two lines is nowhere"
        taken = [one.values is not None for one in (here, there)]
        numbers = here.numbers | there.numbers
        return "" if sum(taken) == 1 and numbers == {"QD280"} else f"{sum(taken)} taken, {sorted(numbers)}"

    def _two(self, answer: Mapping[str, Any]) -> tuple[str, str] | None:
        ids = []
        for other in (False, True):
            line = self._line(answer, other=other)
            if line is None or line.values is None:
                return None
            ids.append(str(line.values["observation_id"]))
        return ids[0], ids[1]

    def _matched(self, answer: Mapping[str, Any], _: str) -> str:
        """One establishment already, or asked of a person."""
        two = self._two(answer)
        if two is None:
            return "one of the two lines is not taken"
        joined = self._establishment[two[0]] == self._establishment[two[1]]
        return "" if joined or frozenset(two) in self._pairs else "neither joined nor asked"

    def _joined(self, answer: Mapping[str, Any], _: str) -> str:
        two = self._two(answer)
        if two is None:
            return "one of the two lines is not taken"
        return "" if self._establishment[two[0]] == self._establishment[two[1]] else "not joined"

    def _apart(self, answer: Mapping[str, Any], _: str) -> str:
        two = self._two(answer)
        if two is None:
            return "one of the two lines is not taken"
        return "" if self._establishment[two[0]] != self._establishment[two[1]] else "joined"

    def _stands(self, answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The establishment that a taken line speaks of."""
        line = self._line(answer)
        if line is None or line.values is None:
            return None
        return self._by_id[self._establishment[str(line.values["observation_id"])]]

    def _graded(self, answer: Mapping[str, Any], what: str) -> str:
        own = self._stands(answer)
        if own is None:
            return "not taken"
        name = what.partition("=")[0]
        return "" if not bool(own[name]) else f"{name} is true"

    def _no_section(self, answer: Mapping[str, Any], _: str) -> str:
        own = self._stands(answer)
        return "not taken" if own is None else "" if pd.isna(own["section"]) else f"section {own['section']}"

    def _unknown(self, answer: Mapping[str, Any], _: str) -> str:
        line = self._line(answer)
        if line is None or line.values is None:
            return "not taken"
        own = line.values[str(answer["attribute"])]
        return "" if pd.isna(own) else f"is {own!r}"

    def _as_text(self, answer: Mapping[str, Any], _: str) -> str:
        line = self._line(answer)
        if line is None or line.values is None:
            return "not taken"
        own = line.values[str(answer["attribute"])]
        return "" if own == answer["written"] else f"is {own!r}"

    def _by_address(self, answer: Mapping[str, Any], _: str) -> str:
        own = self._stands(answer)
        if own is None:
            return "not taken"
        true = self._true.loc[str(answer["establishment_id"])]
        if pd.isna(own["longitude"]) or pd.isna(own["position_error_m"]):
            return "has no place"
        away = _metres(own, true)
        return "" if away <= float(own["position_error_m"]) + _ONE_METRE else f"{away:.0f} m away"

    def _by_park(self, answer: Mapping[str, Any], _: str) -> str:
        own = self._stands(answer)
        if own is None:
            return "not taken"
        true = self._true.loc[str(answer["establishment_id"])]
        return "" if own["park_id"] == true["park_id"] else f"in {own['park_id']}, not {true['park_id']}"

    def _nowhere(self, answer: Mapping[str, Any], _: str) -> str:
        """No place is made up; another line of the establishment may know it."""
        own = self._stands(answer)
        if own is None:
            return "not taken"
        if pd.isna(own["longitude"]):
            return ""
        away = _metres(own, self._true.loc[str(answer["establishment_id"])])
        others = self._size[str(own["establishment_id"])] > 1
        return "" if others and away <= float(own["position_error_m"]) + _ONE_METRE else f"placed, {away:.0f} m away"

    def _refused(self, answer: Mapping[str, Any], number: str) -> str:
        found = refused(self._study, self._folder / str(answer["file"]))
        return "" if number in found else f"{sorted(found)}"


_CAPITALS = ("ambiguous_capitals",)
_OUTCOMES: Mapping[str, Callable[[AnswerSheet, Mapping[str, Any], str], str]] = {
    "taken_right": AnswerSheet._right, "either": AnswerSheet._either, "reported": AnswerSheet._reported,
    "left_out": AnswerSheet._left_out, "kept_once": AnswerSheet._once, "matched_rule": AnswerSheet._joined,
    "matched_review": AnswerSheet._matched, "kept_apart": AnswerSheet._apart, "graded": AnswerSheet._graded,
    "section_unknown": AnswerSheet._no_section, "quarantined": AnswerSheet._waits, "unknown": AnswerSheet._unknown,
    "taken_as_text": AnswerSheet._as_text, "placed_by_address": AnswerSheet._by_address,
    "placed_by_park": AnswerSheet._by_park, "place_unknown": AnswerSheet._nowhere, "file_refused": AnswerSheet._refused,
}  # fmt: skip


def refused(study: Study, path: Path) -> set[str]:
    """Numbers for which a file is refused; none if it is taken."""
    said = Said(origin="x", basis="illustrative", observed_on=AS_OF)
    try:
        study.survey.take_in(path, "observation", said=said)
    except Problems as problems:
        return {one.number for one in problems.found}
    return set()


def several(survey: IllustrativeSurvey) -> set[str]:
    """Files with more than one sheet or layer: of the others the program does not name the sheet."""
    files = [page.file for page in survey.pages]
    return {file for file in files if files.count(file) > 1}


def truth_of(survey: IllustrativeSurvey) -> dict[Place, dict[str, Any]]:
    """What each line of each file says when rightly understood; days that a file leaves out are the day of the file."""
    named = several(survey)
    found: dict[Place, dict[str, Any]] = {}
    for row in survey.rows.to_dict("records"):
        own = {str(key): value for key, value in row.items()}
        own["observed_on"] = AS_OF if pd.isna(own["observed_on"]) else own["observed_on"]
        sheet = str(own["sheet"]) if own["file"] in named else ""
        found[str(own["file"]), sheet, int(own["row"])] = own
    return found


def _metres(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    axes = [np.array([float(of[name])]) for of in (one, other) for name in ("longitude", "latitude")]
    return float(distance_m(*axes)[0])
