"""How long a step takes: its statutory limit, what was observed, and the range that a plan should use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range, log_triangular
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Evidence, Parameters, parameter_id
from quydat.procedure.template import CALENDAR_PER_WORKING_DAY, Step, Track

UNKNOWN = "procedure.unknown_duration_days"
UNFINISHED = "procedure.unfinished_factor"


@dataclass(frozen=True)
class Duration:
    """Days that a step takes from its start to its end, and where they come from.

    ``elapsed`` days of it have passed. ``low_from`` and ``high_from`` are the inputs whose product the ends are,
    before what has passed is set against them; ``mid_from`` is the stated middle, if there is one.
    """

    range: Range
    taken_from: str
    elapsed: float
    low_from: tuple[Input, ...]
    high_from: tuple[Input, ...]
    mid_from: tuple[Input, ...] = ()


def duration(
    step: Step, *, evidence: Evidence, parameters: Parameters, ledger: Ledger, elapsed: float = 0.0
) -> Duration:
    """Range of a step's duration, in days.

    Observed cases come first; where only the slowest is known, the statutory limit is the shortest, unless it is
    longer than the slowest case. A slowest case that is itself unfinished is stretched by
    ``procedure.unfinished_factor``. Where no slowest case is known the statutory limit is the duration; where there is
    none either, ``procedure.unknown_duration_days``. A step under way takes at least the days it has already taken,
    and if these exceed all that was observed, longer by the same factor. The middle is the geometric mean, as
    durations have a long tail on one side; only an assumed range has a middle of its own.
    """

    def cell(attribute: str, factor: float = 1.0) -> Input:
        return evidence.cell("procedure_step", step.step_id, attribute, factor=factor)

    stretch = ledger.input(parameter_id(UNFINISHED))
    mid_from: tuple[Input, ...] = ()
    if step.observed_max is not None:
        high_from = (cell("observed_days_max"), *((stretch,) if step.max_unfinished else ()))
        low_from: tuple[Input, ...] = high_from
        if step.observed_min is not None:
            low_from = (cell("observed_days_min"),)
        elif step.statutory_days is not None and step.statutory_days < _product(high_from):
            low_from = _limit(step, cell("statutory_days"))
        taken = "observed"
    elif step.statutory_days is not None:
        low_from = high_from = _limit(step, cell("statutory_days"))
        taken = "statutory"
    else:
        low_from, mid_from, high_from = ((ledger.input(parameter_id(UNKNOWN, end)),) for end in ("low", "mid", "high"))
        taken = "assumed"
    low, high = _product(low_from), _product(high_from)
    mid = parameters.range(UNKNOWN).mid if mid_from else None
    if elapsed > 0:
        if elapsed > low or elapsed * parameters.value(UNFINISHED) > high:
            mid_from, mid = (), None
        low = max(low, elapsed)
        high = max(high, elapsed * parameters.value(UNFINISHED))
    low = max(1.0, low)
    high = max(low, high)
    middle = float(np.sqrt(low * high)) if mid is None else mid
    return Duration(Range(low, middle, high), taken, elapsed, low_from, high_from, mid_from)


def _limit(step: Step, cell: Input) -> tuple[Input, ...]:
    """A statutory limit in calendar days, as a product."""
    if not step.working:
        return (cell,)
    week = Input("parameter", "7 / 5", CALENDAR_PER_WORKING_DAY, "calendar days for a working day", Basis.PUBLISHED)
    return cell, week


def _product(inputs: tuple[Input, ...]) -> float:
    return float(np.prod([float(item.value) for item in inputs]))  # type: ignore[arg-type]


def elapsed_days(start: date | None, *, as_of: date) -> float:
    """Days that a step has been under way; 0 where its start is unknown."""
    return 0.0 if start is None else float(max(0, (as_of - start).days))


def draw(name: str, lasting: Duration, *, count: int, seed: int) -> Draws:
    """Draws of the days that a step still takes."""
    whole = log_triangular(f"duration/{name}", lasting.range, count=count, seed=seed)
    left: Draws = np.maximum(whole - lasting.elapsed, 0.0)  # the logarithm and back may lose a last digit
    return left


def finish(
    track: Track,
    remaining: list[str],
    days: Mapping[str, Draws],
    *,
    not_before: Mapping[str, float] | None = None,
    not_done_before: Mapping[str, float] | None = None,
) -> dict[str, Draws]:
    """Days from now to the end of each remaining step: each starts when all before it are done (critical path).

    ``not_before`` and ``not_done_before`` hold back the start and the end of a step, as its money does.
    """
    done: dict[str, Draws] = {}
    for one in remaining:
        begin = np.full_like(days[one], (not_before or {}).get(one, 0.0))
        for before in track.before[one]:
            if before in done:
                begin = np.maximum(begin, done[before])
        done[one] = np.maximum(begin + days[one], (not_done_before or {}).get(one, 0.0))
    return done


def longest(
    track: Track, remaining: list[str], days: Mapping[str, float | None] | Mapping[str, float]
) -> tuple[float, list[str]]:
    """Length of the longest way through the remaining steps, and its steps; steps without days count nothing.

    This is the critical path of Kelley and Walker (1959), found forwards in the order of the track.
    """
    best: dict[str, tuple[float, list[str]]] = {}
    for one in remaining:
        before = [best[b] for b in track.before[one] if b in best]
        length, path = max(before, key=lambda item: item[0], default=(0.0, []))
        own = days[one]
        best[one] = (length, path) if own is None else (length + own, [*path, one])
    return max(best.values(), key=lambda item: item[0], default=(0.0, []))
