"""A made-up survey as a whole: what is true, what the offices sent of it, and what must come of every fault."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO

import numpy as np
import pandas as pd

from quydat.dictionary.schema import tables
from quydat.survey.illustrative.draw import stream
from quydat.survey.illustrative.establishments import make_establishments
from quydat.survey.illustrative.offices import make_pages
from quydat.survey.illustrative.page import Cell, Line, Page
from quydat.survey.illustrative.parks import make_parks
from quydat.survey.illustrative.plant import GEOMETRY, Planted, Planter
from quydat.survey.illustrative.plant_lines import REFUSED, plant_doubles, plant_pages, plant_relations
from quydat.survey.illustrative.plant_places import plant_addresses, plant_outlines, plant_points
from quydat.survey.illustrative.plant_values import (
    plant_codes,
    plant_contradictions,
    plant_days,
    plant_numbers,
    plant_words,
)
from quydat.survey.illustrative.units import Extent, make_units
from quydat.survey.illustrative.written import grid, shape_shown, shown

CITY_BOX = Extent(106.35, 10.35, 107.03, 11.17)
LATEST = date(2026, 6, 30)
_ESTABLISHMENTS_PER_UNIT = 15
_FEWEST_UNITS, _MOST_UNITS = 40, 165
_OPERATING = "operating"


@dataclass(frozen=True)
class IllustrativeSurvey:
    """A made-up survey; nothing in it is real but the position and the area of parks.

    Attributes
    ----------
    seed, as_of
        Where the draws start; no observation is younger than the day.
    unit, unit_change, park_outline
        Bulk tables of the dictionary.
    parks_left_out
        Parks that got no outline: position or area unknown, not operating, outside the box, in the way of another.
    truth
        Every establishment with all its values: as ``make_establishments``.
    totals
        ``dimension`` (total, section, unit, park), ``group``, ``vsic_version`` (for sections), ``establishments``,
        ``gross_floor_area_m2``, ``site_area_m2``, ``workers``, over all of ``truth``.
    rows
        One row for each line of data in the files: ``file``, ``sheet``, ``row``, ``origin``, ``establishment_id``,
        ``taken`` (``yes``, ``no``: it must wait, ``either``, ``once``: it stands there twice), ``faults`` (kinds,
        separated by semicolons), and the attributes of an observation as they must be when rightly understood; what a
        file does not say is missing.
    answers
        One row for each fault: ``fault_id``, ``kind``, ``file``, ``sheet``, ``row``, ``column``, ``attribute``,
        ``written`` (what stands in the cell), ``true_value``, ``establishment_id``, ``other_file``, ``other_sheet``,
        ``other_row`` (the line it is doubled with), ``expected``, ``what_vi``, ``what_en``.
    pages
        The files, ready to be written.
    """

    seed: int
    as_of: date
    unit: pd.DataFrame
    unit_change: pd.DataFrame
    park_outline: pd.DataFrame
    parks_left_out: tuple[str, ...]
    truth: pd.DataFrame
    totals: pd.DataFrame
    rows: pd.DataFrame
    answers: pd.DataFrame
    pages: tuple[Page, ...]


def make_survey(
    *,
    seed: int,
    parks: pd.DataFrame,
    establishments: int = 1200,
    extent: Extent = CITY_BOX,
    as_of: date = LATEST,
    faults: bool = True,
) -> IllustrativeSurvey:
    """Make up a survey: units, outlines, establishments, the files of eight offices, and the faults in them.

    Parameters
    ----------
    parks
        Columns ``park_id``, ``name_vi``, ``longitude``, ``latitude``, ``gross_area_ha``, ``state``; the parks that
        operate get an outline.
    establishments
        How many there truly are; the planting needs some 1,000.
    extent
        Box that the units fill.
    faults
        Plant faults. Without, the same establishments in the same files, each line right: whatever is then refused or
        doubted is a false alarm.

    Raises
    ------
    ValueError
        If the survey is too small for the faults, or the box for the establishments.

    >>> park = pd.DataFrame({"park_id": ["a"], "name_vi": ["Khu A"], "longitude": [106.7], "latitude": [10.8],
    ...                      "gross_area_ha": [300.0], "state": ["operating"]})
    >>> survey = make_survey(seed=1, establishments=60, parks=park, faults=False)
    >>> len(survey.truth), len(survey.answers), sorted(set(survey.rows["taken"]))
    (60, 0, ['yes'])
    """
    units = make_units(seed=seed, extent=extent, count=_units_wanted(establishments))
    operating = parks[parks["state"] == _OPERATING]
    made = make_parks(operating, extent=extent)
    names = operating.set_index("park_id")["name_vi"]
    outlines = made.park_outline.assign(name=made.park_outline["park_id"].map(names))
    truth = make_establishments(
        seed=seed, count=establishments, units=units, parks=outlines, outlines=made.outlines, as_of=as_of
    )
    pages = make_pages(seed=seed, truth=truth, messy=faults)
    planted = _plant(pages, truth, units.unit, seed=seed) if faults else []
    return IllustrativeSurvey(
        seed=seed,
        as_of=as_of,
        unit=units.unit,
        unit_change=units.unit_change,
        park_outline=made.park_outline,
        parks_left_out=tuple(sorted(set(parks["park_id"]) - set(made.park_outline["park_id"]))),
        truth=truth,
        totals=true_totals(truth),
        rows=_rows(pages),
        answers=_answers(pages, planted),
        pages=tuple(pages),
    )


def _units_wanted(establishments: int) -> int:
    return int(np.clip(establishments // _ESTABLISHMENTS_PER_UNIT, _FEWEST_UNITS, _MOST_UNITS))


def by_office(pages: list[Page]) -> dict[str, list[Page]]:
    """Pages by the office that wrote them.

    >>> sorted(by_office([]))
    ['authority', 'district', 'drawing', 'layers', 'odk', 'parcels', 'province', 'register', 'track']
    """
    of = {
        "district": ("vd1",), "register": ("vd2",), "parcels": ("vd2dc",), "layers": ("vd3a", "vd3b", "vd3c"),
        "authority": ("authority",), "track": ("track",), "odk": ("odk", "kobo"), "drawing": ("banve",),
        "province": ("vd3",),
    }  # fmt: skip
    return {office: [page for page in pages if page.origin in origins] for office, origins in of.items()}


def _plant(pages: list[Page], truth: pd.DataFrame, units: pd.DataFrame, *, seed: int) -> list[Planted]:
    planter = Planter(pages, truth, stream(seed, "faults"))
    offices = by_office(pages)
    plant_relations(planter, offices)
    plant_addresses(planter, offices, units)
    plant_codes(planter, offices)
    plant_numbers(planter, offices)
    plant_words(planter, offices)
    plant_days(planter, offices)
    plant_contradictions(planter, offices)
    plant_points(planter, offices)
    plant_outlines(planter, offices)
    plant_doubles(planter, offices)
    plant_pages(planter, offices)
    return planter.planted


@cache
def kinds() -> Mapping[str, Mapping[str, str]]:
    """Kinds of faults: what must come of each, and the words for it.

    >>> kinds()["negative_storeys"]["expected"], kinds()["negative_storeys"]["number"]
    ('quarantined', 'QD208')
    """
    text = files("quydat.survey.illustrative").joinpath("faults.csv").read_text(encoding="utf-8")
    return {row["kind"]: row for row in csv.DictReader(StringIO(text))}


def true_totals(truth: pd.DataFrame) -> pd.DataFrame:
    """Sums over the truth: all, by section (with its version), by unit, by park.

    >>> truth = pd.DataFrame({"section": ["C"], "vsic_version": ["2018"], "unit_id": ["u"], "park_id": [None],
    ...                       "gross_floor_area_m2": [5.0], "site_area_m2": [9.0], "workers": [1]})
    >>> true_totals(truth)[["dimension", "group", "gross_floor_area_m2"]].values.tolist()
    [['total', 'total', 5.0], ['section', 'C', 5.0], ['unit', 'u', 5.0], ['park', 'standalone', 5.0]]
    """
    known = truth.assign(park_id=truth["park_id"].fillna("standalone"), total="total")
    parts = []
    for dimension, keys in (
        ("total", ["total"]), ("section", ["section", "vsic_version"]), ("unit", ["unit_id"]), ("park", ["park_id"]),
    ):  # fmt: skip
        sums = known.groupby(keys)[["gross_floor_area_m2", "site_area_m2", "workers"]].sum()
        sums.insert(0, "establishments", known.groupby(keys).size())
        part = sums.reset_index().rename(columns={keys[0]: "group"})
        part.insert(0, "dimension", dimension)
        parts.append(part)
    found = pd.concat(parts, ignore_index=True)
    order = ["dimension", "group", "vsic_version", "establishments", "gross_floor_area_m2", "site_area_m2", "workers"]
    return found.reindex(columns=order)


def _rows(pages: list[Page]) -> pd.DataFrame:
    own = [a.name for a in tables()["observation"] if a.name not in ("observation_id", "origin", "intake_id", "row")]
    rows = [
        {
            "file": page.file, "sheet": page.sheet, "row": number, "origin": page.origin,
            "establishment_id": line.establishment_id, "taken": line.taken, "faults": ";".join(line.faults),
            **{name: line.said.get(name) for name in own},
        }
        for page in pages for number, line in page.numbered() if line.what == "data"
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _answers(pages: list[Page], planted: list[Planted]) -> pd.DataFrame:
    places: dict[int, tuple[int, int]] = {}
    cells: dict[int, list[Cell]] = {}
    for k, page in enumerate(pages):
        places |= {id(line): (k, number) for number, line in page.numbered()}
        cells |= {id(line): row for line, row in zip(page.lines, grid(page), strict=True)}
    rows = []
    for fault in planted:
        page, line = fault.page, fault.line
        number = places[id(line)][1] if line is not None else None
        kind = kinds()[fault.kind]
        other = places[id(fault.other[1])] if fault.other else None
        named = fault.key and fault.key != GEOMETRY
        rows.append(
            {
                "kind": fault.kind,
                "file": page.file,
                "sheet": page.sheet,
                "row": number,
                "column": page.column(fault.key).heading if named else fault.key,
                "attribute": fault.key if named and fault.key in tables()["observation"] else "",
                "written": "" if line is None else _written(page, line, fault.key, cells[id(line)]),
                "true_value": "" if fault.true_value is None else shown(fault.true_value),  # type: ignore[arg-type]
                "establishment_id": line.establishment_id if line is not None else "",
                "other_file": pages[other[0]].file if other else "",
                "other_sheet": pages[other[0]].sheet if other else "",
                "other_row": other[1] if other else None,
                **_expected(kind),
            }
        )
    if planted:
        rows += [{"kind": kind, "file": f"refused/{name}", **_expected(kinds()[kind])} for kind, name in REFUSED]
    columns = ["kind", "file", "sheet", "row", "column", "attribute", "written", "true_value", "establishment_id",
               "other_file", "other_sheet", "other_row", "expected", "what_vi", "what_en"]  # fmt: skip
    answers = pd.DataFrame(rows, columns=columns).sort_values(
        ["file", "sheet", "row", "kind", "column"], kind="stable", ignore_index=True
    )
    for name in ("row", "other_row"):
        answers[name] = answers[name].astype("Int64")
    text = [name for name in columns if name not in ("row", "other_row")]
    answers[text] = answers[text].fillna("")
    answers.insert(0, "fault_id", [f"F{k + 1:03}" for k in range(len(answers))])
    return answers


def _expected(kind: Mapping[str, str]) -> dict[str, str]:
    number = f":{kind['number']}" if kind["number"] else ""
    return {"expected": kind["expected"] + number, "what_vi": kind["what_vi"], "what_en": kind["what_en"]}


def _written(page: Page, line: Line, key: str, cells: list[Cell]) -> str:
    if not key:
        return ""
    if key == GEOMETRY:
        return shape_shown(line.shape)
    return shown(cells[[column.key for column in page.columns].index(key)])
