"""Plans out of a GeoPackage that somebody sent: read as an import would read them, nothing stored."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from quydat.app.intake import WORLD, read_brought
from quydat.app.survey_files import Said, Surroundings, refuse_doubts, understand
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.formats.geopackage import layer_names
from quydat.survey.units import Units

SUFFIX = ".gpkg"
LAYERS = ("plan_area", "plan_use", "plan_line")
"""Layers of a file of plans beside ``spatial_plan``; the last two may be missing."""


def read_plan_file(path: Path) -> dict[str, pd.DataFrame]:
    """The tables ``spatial_plan``, ``plan_area``, ``plan_use`` and ``plan_line`` of a GeoPackage.

    Raises
    ------
    Problems
        QD104 for another kind of file; all that keeps a layer from being read; every row that cannot be taken.
    """
    if path.suffix.casefold() != SUFFIX:
        raise_if([problem("QD104", Place(path.name), suffix=path.suffix, known=SUFFIX)])
    present = layer_names(path)
    brought, found = read_brought(path, table="spatial_plan", layer="spatial_plan")
    raise_if(found)
    made = {"spatial_plan": brought["spatial_plan"].rows}
    nothing = Units(empty_bulk(tables()["unit"]), empty_bulk(tables()["unit_change"]))
    around, said = Surroundings(WORLD, nothing), Said(origin=path.stem, basis="assumed")
    wrong: list[Problem] = []
    for name in LAYERS:
        if name not in present and name != "plan_area":
            made[name] = empty_bulk(tables()[name])
            continue
        readings = understand(path, name, said=replace(said, layer=name), around=around)
        refuse_doubts(readings)
        wrong += [one for reading in readings for one in reading.taken.problems]
        made[name] = pd.concat([reading.taken.rows for reading in readings], ignore_index=True)
    raise_if(wrong)
    return made


def split_reference(reference: str) -> tuple[Path | None, str | None]:
    """A plan as a user names it: an id of the study, a file, or ``file.gpkg:id``.

    >>> split_reference("qhc-2040"), split_reference("a/b.gpkg:qhc")[1], split_reference("b.gpkg")[1]
    ((None, 'qhc-2040'), 'qhc', None)
    """
    if reference.casefold().endswith(SUFFIX):
        return Path(reference), None
    head, colon, tail = reference.rpartition(":")
    if colon and head.casefold().endswith(SUFFIX):
        return Path(head), tail
    return None, reference


def place_in(file: str) -> Callable[[str], Place]:
    """Where each table of a file comes from."""

    def place(table: str) -> Place:
        return Place(file, table)

    return place
