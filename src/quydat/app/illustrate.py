"""The illustrative survey of the demonstration: made up, written as offices send files, and taken in like any other."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from quydat.app.survey_files import Reading, Said
from quydat.formats.survey_files import CHANGES, UNITS, write_survey
from quydat.survey.illustrative.survey import make_survey
from quydat.survey.illustrative.units import Extent
from quydat.survey.mapping import MIXED
from quydat.survey.mapping import Mapping as SheetMapping

if TYPE_CHECKING:
    from quydat.app.study import Study

BASIS = "illustrative"
_OBSERVED = (".xlsx", ".csv", ".shp", ".gpkg", ".geojson", ".kml", ".json", ".dxf")
_REPEATS = "building"
_SEVERAL_ENCODINGS, _SYSTEM_UNSURE = "QD130", "QD294"


def illustrate(study: "Study", folder: Path, *, note: Callable[[str], None]) -> None:
    """Make the survey, write its files and their answer sheet into a folder, take them in, match them.

    What is not sure about a file is settled as a person would who accepts what is proposed: the best coordinate system,
    and each row by its own letters where a column holds several encodings.

    Raises
    ------
    Problems
        If a file cannot be read, which none of them is made for.
    """
    settings = study.settings
    note("survey_files")
    survey = make_survey(
        seed=settings.seed, parks=study.read("park"), extent=Extent(*settings.extent), as_of=settings.as_of
    )
    shutil.rmtree(folder, ignore_errors=True)
    write_survey(survey, folder)
    note("survey_intake")
    said = Said(origin="minh-hoa", basis=BASIS)
    for layer in ("unit", "park_outline"):
        study.survey.take_in(folder / UNITS, layer, said=replace(said, layer=layer), reason=BASIS)
    study.survey.take_in(folder / CHANGES, "unit_change", said=said, reason=BASIS)
    for path in sorted(folder.iterdir()):
        if path.suffix not in _OBSERVED or path.name in (UNITS, CHANGES) or path.stem.endswith(_REPEATS):
            continue
        own = Said(origin=path.stem[:2], basis=BASIS, observed_on=settings.as_of)
        mappings = {one.sheet.name: settled(one) for one in study.survey.understand(path, "observation", said=own)}
        study.survey.take_in(path, "observation", said=replace(own, mappings=mappings), reason=BASIS)
    note("survey_match")
    study.survey.match()


def settled(reading: Reading) -> SheetMapping:
    """The mapping of a sheet with the proposals accepted: the best system, mixed letters row by row."""
    mapping = reading.mapping
    mixed = {one.facts["column"] for one in reading.doubts if one.number == _SEVERAL_ENCODINGS}
    if mixed:
        mapping = replace(mapping, text={**mapping.text, **dict.fromkeys(sorted(mixed), MIXED)})
    if any(one.number == _SYSTEM_UNSURE for one in reading.doubts):
        best = reading.candidates[0]
        mapping = replace(mapping, epsg=best.epsg, swapped=best.swapped, missing_datum=best.missing_datum)
    return mapping
