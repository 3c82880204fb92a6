"""An office that takes the illustrative survey in by the action's own door, and the answer sheet held against it."""

import json
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
from quydat.inventory.stock import Stock
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

_ONE_METRE = 1.0
_SAME_AREA = 0.001
_NOT_SAID = ("basis", "outline", "longitude", "latitude", "position_source", "position_error_m")


@dataclass(frozen=True)
class Asked:
    """A file as it was first understood, and what a person had to say of it before it was taken."""

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


def settled(study: Study, path: Path, said: Said) -> tuple[Said, Asked]:
    """Look at a file and settle what it leaves open, as a person would: the system where the proposal is not sure,
    several encodings in the columns that are told to hold them."""
    readings = study.survey.understand(path, "observation", said=said)
    doubts = [one.number for reading in readings for one in reading.doubts]
    asked = Asked(path.name, readings, doubts)
    if "QD294" in doubts:
        said = replace(said, epsg=SYSTEMS[path.name, said.layer or ""])
        readings = study.survey.understand(path, "observation", said=said)
    if "QD130" in doubts:
        mappings = {}
        for reading in readings:
            mixed = {one.place.column: MIXED for one in reading.doubts if one.number == "QD130"}
            mappings[reading.sheet.name] = replace(reading.mapping, text={**reading.mapping.text, **mixed})
        said = replace(said, mappings=mappings)
    return said, asked


def take_surveys(study: Study, folder: Path, *, files: Sequence[str] = tuple(FILES)) -> list[Asked]:
    """Take in all files of the survey; nothing is stored of a file that leaves anything open."""
    made = []
    for name in files:
        for layer, origin in LAYERS.items() if name.endswith(".gpkg") else [(None, FILES[name])]:
            said = Said(origin=origin, basis="illustrative", observed_on=AS_OF, layer=layer)
            told, asked = settled(study, folder / name, said)
            study.survey.take_in(folder / name, "observation", said=told)
            made.append(asked)
    return made


def lines(study: Study) -> dict[Place, Line]:
    """What became of every line of every file, by its place."""
    held = study.survey.tables()
    intake = held["intake"].set_index("intake_id")
    sheet = intake["sheet"].fillna("").to_dict()
    found: dict[Place, Line] = {}
    for row in held["observation"].to_dict("records"):
        own = str(row["intake_id"])
        place = (str(intake.at[own, "file"]), str(sheet[own]), int(row["row"]))
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
