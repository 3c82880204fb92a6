"""Checks of the template and the cases that join several rows or tables."""

from collections.abc import Callable, Iterator

from quydat.core.problem import Place, Problem, Problems, problem
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.evidence import Record
from quydat.inventory.park import is_industrial
from quydat.procedure.case_checks import check_cases
from quydat.procedure.duration_checks import check_durations
from quydat.procedure.template import ordered

PlaceOf = Callable[[str], Place]


def check_procedure(record: Record, *, place: PlaceOf) -> list[Problem]:
    """All that is wrong with steps and events beyond what the dictionary alone can tell."""
    return [
        *_cycles(record, place),
        *_observed(record, place),
        *_tracks(record, place),
        *check_durations(record, place),
        *check_cases(record, place=place),
    ]


def _cycles(record: Record, place: PlaceOf) -> list[Problem]:
    steps = record["procedure_step"]
    known = set(steps["step_id"])
    depends = {
        str(row["step_id"]): [d for d in str(plain(row["depends_on"]) or "").split(";") if d in known]
        for row in steps.to_dict("records")
    }
    try:
        ordered(depends)
    except Problems as problems:
        at = place("procedure_step")
        rows = dict(zip(depends, range(FIRST_ROW, FIRST_ROW + len(depends)), strict=True))
        return [
            Problem(
                p.number, p.facts, Place(at.file, at.sheet, rows[p.facts["cycle"].partition(" → ")[0]], "depends_on")
            )
            for p in problems.found
        ]
    return []


def _observed(record: Record, place: PlaceOf) -> Iterator[Problem]:
    at = place("procedure_step")
    for number, row in enumerate(record["procedure_step"].to_dict("records"), start=FIRST_ROW):
        low, high = plain(row["observed_days_min"]), plain(row["observed_days_max"])
        if isinstance(low, float) and isinstance(high, float) and low > high:
            where = Place(at.file, at.sheet, number, "observed_days_min")
            yield problem("QD232", where, step=row["step_id"], low=low, high=high)


def _tracks(record: Record, place: PlaceOf) -> Iterator[Problem]:
    """Industrial parks follow the track park, clusters the track cluster."""
    tracks = dict(zip(record["procedure_step"]["step_id"], record["procedure_step"]["track"], strict=True))
    kinds = dict(zip(record["park"]["park_id"], record["park"]["kind"], strict=True))
    for table, key in (("procedure_event", "event_id"), ("opinion", "opinion_id")):
        at = place(table)
        rows = record[table].to_dict("records") if table in record else []
        for number, row in enumerate(rows, start=FIRST_ROW):
            kind, track = kinds.get(row["park_id"]), tracks.get(row["step_id"])
            own = "park" if is_industrial(kind) else "cluster" if kind == "industrial_cluster" else track
            if track is not None and kind is not None and track not in (own, "conversion", "tenant"):
                where = Place(at.file, at.sheet, number, "step_id")
                yield problem("QD233", where, event=row[key], park=row["park_id"], step=row["step_id"], track=own)
