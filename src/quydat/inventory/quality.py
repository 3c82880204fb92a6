"""Quality in the owner's words: đúng (correct), đủ (complete), sạch (clean), sống (live), by establishment and unit."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.distance import distance_m
from quydat.core.problem import NOWHERE, Place, Problem, problem
from quydat.inventory.floor import Floats, floats, standing
from quydat.inventory.floor_space import TOTAL, UNKNOWN, typed_result
from quydat.survey.letters import arrow_text
from quydat.survey.tax_code import valid

Mask = NDArray[np.bool_]

MOST_PLOT_RATIO = 15.0
"""Above the 13 that QCVN 01:2021/BXD sec. 2.6.3 allows the tallest buildings: no factory has it."""

FLOOR_PER_WORKER_M2 = (1.0, 5000.0)
MOST_LEASE_YEARS = 70
"""Longest term of leased land: Land Law 31/2024/QH15 art. 172."""

ROUNDING = 1.05
"""Floor may exceed footprint × storeys by so much: both are rounded."""

ONE_PLACE_M = 200.0
"""Two positions of one establishment may lie so far apart: a large plot has a gate and a middle."""

NEEDED = ("section", "unit_id", "workers", "site_area_m2", "gross_floor_area_m2", "operating_state")
"""Cells that the statistics need, beside a known kind of place."""


@dataclass(frozen=True)
class Check:
    """One way in which the cells of an establishment contradict each other.

    Attributes
    ----------
    number
        Number in the catalogue of problems.
    column
        Cell that is named as the place of the problem.
    found
        Which rows it finds, on a day.
    facts
        Columns whose values are told; ``limits`` are facts that are the same for all.
    """

    number: str
    column: str
    found: Callable[[pd.DataFrame, date], Mask]
    facts: tuple[str, ...] = ()
    limits: Mapping[str, float] = field(default_factory=dict)


def _of(rows: pd.DataFrame, *names: str) -> list[Floats]:
    return [floats(rows[name]) for name in names]


def _operating(rows: pd.DataFrame) -> Mask:
    operating: Mask = (rows["operating_state"] == "operating").to_numpy(dtype=bool)
    return operating


def footprint_above_site(rows: pd.DataFrame, _: date) -> Mask:
    """Buildings cover more than the land."""
    footprint, site = _of(rows, "footprint_m2", "site_area_m2")
    return footprint > site


def floor_below_footprint(rows: pd.DataFrame, _: date) -> Mask:
    """Less floor than land covered, with at least one storey."""
    floor, footprint, storeys = _of(rows, "gross_floor_area_m2", "footprint_m2", "storeys")
    return (floor < footprint) & (storeys >= 1)


def floor_above_storeys(rows: pd.DataFrame, _: date) -> Mask:
    """More floor than footprint and storeys can hold."""
    floor, footprint, storeys = _of(rows, "gross_floor_area_m2", "footprint_m2", "storeys")
    return (floor > footprint * storeys * ROUNDING) & (storeys >= 1)


def plot_ratio_beyond(rows: pd.DataFrame, _: date) -> Mask:
    """More floor on the land than any factory has."""
    (plot_ratio,) = _of(rows, "plot_ratio")
    return plot_ratio > MOST_PLOT_RATIO


def floor_per_worker_beyond(rows: pd.DataFrame, _: date) -> Mask:
    """Too little floor for a worker to stand on, or too much."""
    (floor,) = _of(rows, "floor_per_worker_m2")
    return (floor < FLOOR_PER_WORKER_M2[0]) | (floor > FLOOR_PER_WORKER_M2[1])


def operating_without_workers(rows: pd.DataFrame, _: date) -> Mask:
    """Operating, with nobody at work."""
    (workers,) = _of(rows, "workers")
    nobody: Mask = workers == 0
    return nobody & _operating(rows)


def tenure_ended(rows: pd.DataFrame, as_of: date) -> Mask:
    """Operating on land whose term ended in a year before that of the day."""
    (expiry,) = _of(rows, "tenure_expiry_year")
    return (expiry < as_of.year) & _operating(rows)


def tenure_too_long(rows: pd.DataFrame, as_of: date) -> Mask:
    """A lease that the law does not know."""
    (expiry,) = _of(rows, "tenure_expiry_year")
    leased: Mask = rows["tenure"].isin(("leased_from_state", "subleased_in_park")).to_numpy(dtype=bool)
    return leased & (expiry > as_of.year + MOST_LEASE_YEARS)


_FLOOR = ("gross_floor_area_m2", "footprint_m2", "storeys")
CHECKS: tuple[Check, ...] = (
    Check("QD260", "footprint_m2", footprint_above_site, ("footprint_m2", "site_area_m2")),
    Check("QD261", "gross_floor_area_m2", floor_below_footprint, _FLOOR),
    Check("QD262", "gross_floor_area_m2", floor_above_storeys, _FLOOR),
    Check(
        "QD263", "gross_floor_area_m2", plot_ratio_beyond, ("plot_ratio", "gross_floor_area_m2", "site_area_m2"),
        {"limit": MOST_PLOT_RATIO},
    ),
    Check(
        "QD264", "workers", floor_per_worker_beyond, ("floor_per_worker_m2", "gross_floor_area_m2", "workers"),
        dict(zip(("low", "high"), FLOOR_PER_WORKER_M2, strict=True)),
    ),
    Check("QD265", "workers", operating_without_workers),
    Check("QD266", "tenure_expiry_year", tenure_ended, ("tenure_expiry_year",)),
    Check("QD267", "tenure_expiry_year", tenure_too_long, ("tenure_expiry_year",), {"limit": MOST_LEASE_YEARS}),
)  # fmt: skip
"""All checks, in the order of their numbers."""


def contradictions(establishments: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Every contradiction within a row of the table ``establishment``.

    Returns
    -------
    Columns ``number``, ``position`` (row of the table, from 0) and ``establishment_id``, by number and row.

    >>> from quydat.dictionary.bulk import empty_bulk
    >>> from quydat.dictionary.schema import tables
    >>> rows = empty_bulk(tables()["establishment"]).reindex([0]).assign(
    ...     establishment_id="e", footprint_m2=900.0, site_area_m2=800.0)
    >>> contradictions(rows, as_of=date(2025, 6, 30))["number"].tolist()
    ['QD260']
    """
    parts = [(check.number, np.flatnonzero(check.found(establishments, as_of))) for check in CHECKS]
    position = np.concatenate([rows for _, rows in parts])
    return pd.DataFrame(
        {
            "number": pd.Series(np.repeat([name for name, _ in parts], [len(rows) for _, rows in parts]), dtype="str"),
            "position": position,
            "establishment_id": establishments["establishment_id"].take(position).array,
        }
    )


def as_problems(found: pd.DataFrame, establishments: pd.DataFrame, *, place: Place = NOWHERE) -> list[Problem]:
    """Contradictions as numbered problems with their facts.

    Parameters
    ----------
    found
        Rows of ``contradictions``: all, or those to be shown.
    place
        File and sheet to be named; the column is that of the check.

    >>> from quydat.dictionary.bulk import empty_bulk
    >>> from quydat.dictionary.schema import tables
    >>> rows = empty_bulk(tables()["establishment"]).reindex([0]).assign(
    ...     establishment_id="e", footprint_m2=900.0, site_area_m2=800.0)
    >>> as_problems(contradictions(rows, as_of=date(2025, 6, 30)), rows)[0].message("en")
    'Establishment e: its buildings cover 900 m², more than its land of 800 m².'
    """
    by_number = {check.number: check for check in CHECKS}
    made = []
    for one in found.to_dict("records"):
        check = by_number[str(one["number"])]
        facts: dict[str, Any] = {name: establishments[name].iloc[one["position"]] for name in check.facts}
        told = {name: f"{float(value):.10g}" for name, value in {**facts, **check.limits}.items()}
        at = Place(place.file, place.sheet, None, check.column)
        made.append(problem(check.number, at, establishment=one["establishment_id"], **told))
    return made


def grade(
    establishments: pd.DataFrame,
    observations: pd.DataFrame,
    establishment_ids: "pd.Series[str]",
    pending_review_ids: Collection[str],
    *,
    as_of: date,
    live_years: float,
) -> pd.DataFrame:
    """Grade each establishment.

    Parameters
    ----------
    establishments
        The table ``establishment`` after ``classify``, n rows.
    observations, establishment_ids
        The table ``observation`` and the establishment of each of its rows.
    pending_review_ids
        Establishments of which a pair of observations waits for a person's decision.
    as_of, live_years
        Day of the picture, and for how many years (of 365.25 days) an observation keeps an establishment live.

    Returns
    -------
    Columns ``correct`` (no row in ``contradictions``), ``complete`` (``NEEDED`` and the kind of place are all known),
    ``clean`` (no review of it is pending; its tax code, if it has one, is valid; its observations name one
    position: none lies farther from the chosen one than both may be wrong and than ``ONE_PLACE_M``), ``live`` (observed
    within the time); n rows in the same order, dtype ``boolean``.

    >>> from quydat.dictionary.bulk import empty_bulk
    >>> from quydat.dictionary.schema import tables
    >>> rows = empty_bulk(tables()["establishment"]).reindex([0]).assign(establishment_id="e")
    >>> rows["observed_on"] = np.array(["2020-01-01"], "datetime64[s]")
    >>> seen = empty_bulk(tables()["observation"])
    >>> grade(rows, seen, seen["observation_id"], [], as_of=date(2025, 6, 30), live_years=2).iloc[0].tolist()
    [True, False, True, False]
    """
    correct = np.ones(len(establishments), bool)
    correct[contradictions(establishments, as_of=as_of)["position"]] = False
    complete = (establishments["place_kind"] != UNKNOWN).to_numpy(dtype=bool)
    for name in NEEDED:
        complete = complete & establishments[name].notna().to_numpy(dtype=bool)
    seen = (observations["observed_on"] <= np.datetime64(as_of, "s")).to_numpy(dtype=bool)
    own = _places(establishments["establishment_id"], establishment_ids)
    clean = establishments["tax_code"].isna().to_numpy(dtype=bool) | valid(establishments["tax_code"])
    clean &= ~establishments["establishment_id"].isin(list(pending_review_ids)).to_numpy(dtype=bool)
    clean[_apart(establishments, observations, np.where(seen, own, -1))] = False
    since = np.datetime64(as_of, "s") - np.timedelta64(round(live_years * 365.25 * 86400), "s")
    live = (establishments["observed_on"] >= since).to_numpy(dtype=bool)
    made = {"correct": correct, "complete": complete, "clean": clean, "live": live}
    return pd.DataFrame({name: pd.array(values, dtype="boolean") for name, values in made.items()})


def _places(ids: "pd.Series[str]", of: "pd.Series[str]") -> NDArray[np.int64]:
    found = pc.index_in(arrow_text(of), value_set=arrow_text(ids))
    places: NDArray[np.int64] = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def _apart(establishments: pd.DataFrame, observations: pd.DataFrame, own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Establishments with an observation that lies elsewhere."""
    lon, lat, error = _of(observations, "longitude", "latitude", "position_error_m")
    chosen_lon, chosen_lat, chosen_error = _of(establishments, "longitude", "latitude", "position_error_m")
    rows = np.flatnonzero((own >= 0) & ~np.isnan(lon) & ~np.isnan(lat))
    place = own[rows]
    other = (lon[rows] != chosen_lon[place]) | (lat[rows] != chosen_lat[place])
    rows, place = rows[other], place[other]
    distance = distance_m(lon[rows], lat[rows], chosen_lon[place], chosen_lat[place])
    allowed = np.maximum(ONE_PLACE_M, np.nan_to_num(error[rows]) + np.nan_to_num(chosen_error[place]))
    far: NDArray[np.int64] = place[distance > allowed]
    return far


def quality_by_unit(establishments: pd.DataFrame, *, waiting: int) -> pd.DataFrame:
    """The table ``survey_quality``: how many establishments of each unit meet each grade.

    Parameters
    ----------
    establishments
        The table ``establishment`` with its grades. Those that stand are counted, as in ``floor_space``.
    waiting
        Rows in quarantine. Their unit is not known before they are taken, so only the total has their number.

    Returns
    -------
    All together (``total``) first, then the units in order, then ``unknown``; the units add up to the total. Names
    are still unknown.

    >>> rows = pd.DataFrame({
    ...     "unit_id": ["u1", "u1", None], "operating_state": None, "correct": [True, True, False],
    ...     "complete": [True, False, False], "clean": True, "live": True})
    >>> quality_by_unit(rows, waiting=3)[["unit_id", "establishments", "all_four"]].values.tolist()
    [['total', 3, 1], ['u1', 2, 1], ['unknown', 1, 0]]
    """
    names = ["correct", "complete", "clean", "live"]
    rows = establishments.loc[standing(establishments), ["unit_id", *names]]
    grades = rows[names].astype("boolean").fillna(False).astype("int64")
    grades = grades.assign(all_four=grades.to_numpy().min(axis=1, initial=1), establishments=1).reset_index(drop=True)
    unit = rows["unit_id"].astype("str").fillna(UNKNOWN).reset_index(drop=True)
    found = grades.groupby(unit).sum()
    units = sorted(found.index, key=lambda one: (one == UNKNOWN, one))
    found = pd.concat([found.sum().to_frame(TOTAL).T, found.reindex(units)]).assign(waiting=np.nan)
    made = found.reset_index(names="unit_id")
    made.loc[0, "waiting"] = waiting
    return typed_result(made, "survey_quality")
