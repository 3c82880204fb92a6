"""The template: steps of a track and the order in which they must be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence

CALENDAR_PER_WORKING_DAY = 7 / 5
"""Statutory limits in working days are brought to calendar days at seven to five; public holidays are not counted."""


@dataclass(frozen=True)
class Step:
    """One step of a track. Days are calendar days; None is unknown (or no limit)."""

    step_id: str
    name_vi: str
    name_en: str
    authority_vi: str
    authority_en: str
    depends_on: tuple[str, ...]
    statutory_days: float | None
    working: bool
    observed_min: float | None
    observed_max: float | None
    max_unfinished: bool
    clearance: bool


class Track:
    """Steps of one procedure, each after those that it depends on."""

    def __init__(self, steps: Iterable[Step]) -> None:
        by_id = {step.step_id: step for step in steps}
        inside = {one: [d for d in step.depends_on if d in by_id] for one, step in by_id.items()}
        order = ordered(inside)
        self.steps: dict[str, Step] = {one: by_id[one] for one in order}
        self.before: Mapping[str, list[str]] = inside

    def ancestors(self, step_id: str) -> set[str]:
        """All steps that must be done before a step."""
        found: set[str] = set()
        stack = list(self.before[step_id])
        while stack:
            one = stack.pop()
            if one not in found:
                found.add(one)
                stack.extend(self.before[one])
        return found

    def depth(self, step_id: str) -> int:
        """How many steps lie before a step on the longest way to it."""
        return max((self.depth(before) + 1 for before in self.before[step_id]), default=0)


def ordered(depends_on: Mapping[str, Iterable[str]]) -> list[str]:
    """Steps in an order in which each comes after those it depends on; ties as given.

    Raises
    ------
    Problems
        QD231 with the steps of the circle, if some wait for each other.
    """
    try:
        return list(TopologicalSorter({one: list(before) for one, before in depends_on.items()}).static_order())
    except CycleError as error:
        raise_if([problem("QD231", cycle=" → ".join(error.args[1]))])
        raise


def read_track(evidence: Evidence, track: str) -> Track:
    """Steps of a track of the record; where the procedure leaves their order open, in the order of their ids."""
    rows = evidence.record["procedure_step"].sort_values("step_id", kind="stable")
    return Track(_step(row) for row in rows[rows["track"] == track].to_dict("records"))


def _step(row: dict[object, object]) -> Step:
    def number(name: str) -> float | None:
        value = plain(row[name])
        return None if value is None else float(value)  # type: ignore[arg-type]

    statutory, working = number("statutory_days"), row["day_kind"] == "working"
    if statutory is not None and working:
        statutory *= CALENDAR_PER_WORKING_DAY
    return Step(
        step_id=str(row["step_id"]),
        name_vi=str(row["name_vi"]),
        name_en=str(row["name_en"]),
        authority_vi=str(row["authority_vi"]),
        authority_en=str(row["authority_en"]),
        depends_on=tuple(part for part in str(plain(row["depends_on"]) or "").split(";") if part),
        statutory_days=statutory,
        working=working,
        observed_min=number("observed_days_min"),
        observed_max=number("observed_days_max"),
        max_unfinished=plain(row["observed_max_unfinished"]) is True,
        clearance=plain(row["clearance"]) is True,
    )
