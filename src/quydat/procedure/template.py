"""The template: steps of a track and the order in which they must be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence

CALENDAR_PER_WORKING_DAY = 7 / 5
"""Statutory limits in working days are brought to calendar days at seven to five where only their length is asked."""


@dataclass(frozen=True)
class Step:
    """One step of a track. Days are calendar days; None is unknown (or no limit).

    Attributes
    ----------
    limit_days
        The limit as the law writes it: working days if ``working``, else calendar days.
    at_least
        Whether the limit is to be waited out (a notice), and not one to act within.
    document_vi, document_en
        The document that the step ends with; empty if it ends with none.
    """

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
    limit_days: float | None = None
    at_least: bool = False
    document_vi: str = ""
    document_en: str = ""
    legal_basis: str = ""


class Track:
    """Steps of one procedure, each after those that it depends on."""

    def __init__(self, steps: Iterable[Step]) -> None:
        by_id = {step.step_id: step for step in steps}
        inside = {one: [d for d in step.depends_on if d in by_id] for one, step in by_id.items()}
        order = ordered(inside)
        self.steps: dict[str, Step] = {one: by_id[one] for one in order}
        self.before: Mapping[str, list[str]] = inside
        self._ancestors: dict[str, frozenset[str]] = {}
        self._depth: dict[str, int] = {}
        for one in order:
            before = inside[one]
            self._ancestors[one] = frozenset(before).union(*(self._ancestors[b] for b in before))
            self._depth[one] = max((self._depth[b] + 1 for b in before), default=0)

    def ancestors(self, step_id: str) -> frozenset[str]:
        """All steps that must be done before a step."""
        return self._ancestors[step_id]

    def depth(self, step_id: str) -> int:
        """How many steps lie before a step on the longest way to it."""
        return self._depth[step_id]


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
    return track_of(rows[rows["track"] == track].to_dict("records"))


def track_of(rows: Iterable[Mapping[Any, Any]]) -> Track:
    """The track that rows of ``procedure_step`` make."""
    return Track(step_of(row) for row in rows)


def step_of(row: Mapping[Any, Any]) -> Step:
    """One row of ``procedure_step`` as a step."""

    def number(name: str) -> float | None:
        value = plain(row[name])
        return None if value is None else float(value)  # type: ignore[arg-type]

    def text(name: str) -> str:
        return str(plain(row.get(name)) or "")

    limit, working = number("statutory_days"), row["day_kind"] == "working"
    return Step(
        step_id=str(row["step_id"]),
        name_vi=str(row["name_vi"]),
        name_en=str(row["name_en"]),
        authority_vi=str(row["authority_vi"]),
        authority_en=str(row["authority_en"]),
        depends_on=tuple(part for part in text("depends_on").split(";") if part),
        statutory_days=limit * CALENDAR_PER_WORKING_DAY if limit is not None and working else limit,
        working=working,
        observed_min=number("observed_days_min"),
        observed_max=number("observed_days_max"),
        max_unfinished=plain(row["observed_max_unfinished"]) is True,
        clearance=plain(row["clearance"]) is True,
        limit_days=limit,
        at_least=text("limit_kind") == "at_least",
        document_vi=text("document_vi"),
        document_en=text("document_en"),
        legal_basis=text("legal_basis"),
    )
