"""How long steps took elsewhere: finished and unfinished cases, as they stood on the day of the picture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from quydat.core.figure import Input
from quydat.core.period import partial_date
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence

TABLE = "duration_observation"
STATE = "state"
AT_LATEST = "at_latest"


@dataclass(frozen=True)
class Observed:
    """One case of a step: it lasted ``days`` and was then finished, or only last seen unfinished (censored).

    ``at_latest`` says that it was finished by then, perhaps earlier (left-censored). ``later`` says that a source tells
    its end, but after the day of the picture: on that day it was unfinished.
    """

    observation_id: str
    name_vi: str
    name_en: str
    step_id: str
    days: float
    finished: bool
    state_led: bool
    at_latest: bool = False
    later: bool = False


@dataclass(frozen=True)
class Term:
    """What an approval allows for a step: a plan, never an observation."""

    observation_id: str
    step_id: str
    days: float


def observed(evidence: Evidence, *, as_of: date) -> list[Observed]:
    """Cases of the record as they stood on a day, by id; those that began on that day or later are left out.

    A month or a year means its first day. A case that was finished after the day of the picture had lasted until that
    day and was unfinished: a picture of the past never knows what came after it.
    """
    found = []
    for row in _rows(evidence, "observed"):
        start = _day(row["started_on"])
        finish, seen = _day(row["finished_on"]), _day(row["last_seen_on"])
        end = finish or seen
        if start is None or end is None or start >= as_of:
            continue
        done = finish is not None and finish <= as_of
        found.append(
            Observed(
                str(row["observation_id"]),
                str(row["name_vi"]),
                str(row["name_en"]),
                str(row["step_id"]),
                float(max(1, (min(end, as_of) - start).days)),
                done,
                row["clears"] == STATE,
                at_latest=done and row["finish_kind"] == AT_LATEST,
                later=finish is not None and not done,
            )
        )
    return found


def terms(evidence: Evidence) -> list[Term]:
    """Terms of approvals, by id."""
    return [
        Term(str(row["observation_id"]), str(row["step_id"]), float(str(plain(row["term_days"]))))
        for row in _rows(evidence, "planned_term")
        if plain(row["term_days"]) is not None
    ]


def abandoned(evidence: Evidence) -> dict[str, list[str]]:
    """Cases that were given up, by step: they say how often nothing comes of it, not how long a step takes."""
    found: dict[str, list[str]] = {}
    for row in _rows(evidence, "abandoned"):
        found.setdefault(str(row["step_id"]), []).append(str(row["observation_id"]))
    return found


def cells(evidence: Evidence, cases: Iterable[Observed]) -> list[Input]:
    """What the days of some cases rest on: the cells of their first and last day."""
    found = []
    for case in cases:
        row = evidence.row(TABLE, case.observation_id)
        end = "finished_on" if plain(row["finished_on"]) is not None else "last_seen_on"
        found += [evidence.cell(TABLE, case.observation_id, attribute) for attribute in ("started_on", end)]
    return found


def term_cells(evidence: Evidence, of: Iterable[Term]) -> list[Input]:
    """The cells of terms."""
    return [evidence.cell(TABLE, term.observation_id, "term_days") for term in of]


def by_step(cases: Iterable[Observed]) -> dict[str, list[Observed]]:
    """Cases of each step, steps in order of their ids."""
    found: dict[str, list[Observed]] = {}
    for case in cases:
        found.setdefault(case.step_id, []).append(case)
    return dict(sorted(found.items()))


def _rows(evidence: Evidence, kind: str) -> list[Mapping[str, object]]:
    rows = evidence.record[TABLE]
    return [
        {str(name): cell for name, cell in row.items()}
        for row in rows[rows["kind"] == kind].sort_values("observation_id", kind="stable").to_dict("records")
    ]


def _day(text: object) -> date | None:
    written = plain(text)
    return None if written is None else partial_date(str(written)).start
