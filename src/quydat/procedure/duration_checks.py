"""Checks of observed durations that join several cells or tables."""

from collections.abc import Callable, Iterator, Mapping

from quydat.core.period import partial_date
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.evidence import Record


def check_durations(record: Record, place: Callable[[str], Place]) -> Iterator[Problem]:
    """Cases without days, cases that end before they begin, terms without days, clearances by nobody."""
    at = place("duration_observation")
    steps = record["procedure_step"]
    clearance = set(steps.loc[steps["clearance"].fillna(False).astype(bool), "step_id"])
    for number, row in enumerate(record["duration_observation"].to_dict("records"), start=FIRST_ROW):
        facts = {"case": row["observation_id"]}
        if row["kind"] == "planned_term":
            if plain(row["term_days"]) is None:
                yield problem("QD887", Place(at.file, at.sheet, number, "term_days"), **facts)
            continue
        start, ends = plain(row["started_on"]), _ends(row)
        if start is None or not ends:
            yield problem("QD885", Place(at.file, at.sheet, number, "finished_on" if start else "started_on"), **facts)
        elif early := [name for name, text in ends.items() if partial_date(text).end < partial_date(str(start)).start]:
            where = Place(at.file, at.sheet, number, early[0])
            yield problem("QD886", where, **facts, start=start, end=ends[early[0]])
        if row["step_id"] in clearance and plain(row["clears"]) is None:
            yield problem("QD888", Place(at.file, at.sheet, number, "clears"), **facts)


def _ends(row: Mapping[object, object]) -> dict[str, str]:
    return {name: str(plain(row[name])) for name in ("finished_on", "last_seen_on") if plain(row[name]) is not None}
