"""What is decided or limited beforehand: locks, precedence, and limits of doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from quydat.dictionary.cells import Names


@dataclass(frozen=True)
class Lock:
    """What is decided of a project: it must be done or may not be, its model, its earliest and latest start."""

    project_id: str
    must: bool = False
    forbidden: bool = False
    model: str = ""
    start_from: date | None = None
    start_to: date | None = None


@dataclass(frozen=True)
class Link:
    """``after`` may start no sooner than ``lag_days`` after ``before`` is ready."""

    before: str
    after: str
    lag_days: float


@dataclass(frozen=True)
class DoingLimit:
    """How much of something can be in use at the same time, in a place or in the whole city (``place`` empty).

    Attributes
    ----------
    kind
        ``clearance_teams``, ``planning_staff``, ``resettlement_homes``, ``works_capacity``, ``emissions``: held until
        clearance, procedure, for ever, until ready land, and for ever; ``equity``: least share of land.
    measured_by, use_ratio
        What a project uses: a ratio of its gross or lettable hectares, homes, emissions, or of one.
    amount
        Year → how much there is; years without a limit are not in it.
    """

    limit_id: str
    names: Names
    kind: str
    place: str
    measured_by: str
    use_ratio: float
    amount: Mapping[int, float]
