"""How long a step takes: its statutory limit, what was observed, and the range that a plan should use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

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

    ``elapsed`` days of it have passed. ``low_from`` and ``high_from`` are the inputs whose product the ends are.
    """

    range: Range
    taken_from: str
    elapsed: float
    low_from: tuple[Input, ...]
    high_from: tuple[Input, ...]


def duration(
    step: Step, *, evidence: Evidence, parameters: Parameters, ledger: Ledger, elapsed: float = 0.0
) -> Duration:
    """Range of a step's duration, in days.

    Observed cases come first; where only the slowest is known, the statutory limit is the shortest. A slowest case
    that is itself unfinished is stretched by ``procedure.unfinished_factor``. Where nothing was observed the statutory
    limit is the duration; where there is none either, ``procedure.unknown_duration_days``. A step under way takes at
    least the days it has already taken, and if these exceed all that was observed, longer by the same factor. The
    middle is the geometric mean, as durations have a long tail on one side.
    """

    def cell(attribute: str, factor: float = 1.0) -> Input:
        return evidence.cell("procedure_step", step.step_id, attribute, factor=factor)

    stretch = ledger.input(parameter_id(UNFINISHED))
    if step.observed_max is not None:
        high_from = (cell("observed_days_max"), *((stretch,) if step.max_unfinished else ()))
        if step.observed_min is not None:
            low_from: tuple[Input, ...] = (cell("observed_days_min"),)
        else:
            low_from = (cell("statutory_days"),) if step.statutory_days is not None else high_from
        taken = "observed"
    elif step.statutory_days is not None:
        low_from = high_from = (cell("statutory_days"),)
        taken = "statutory"
    else:
        low_from = (ledger.input(parameter_id(UNKNOWN, "low")),)
        high_from = (ledger.input(parameter_id(UNKNOWN, "high")),)
        taken = "assumed"
    factor = CALENDAR_PER_WORKING_DAY if step.working and taken == "statutory" else 1.0
    low, high = _product(low_from) * factor, _product(high_from) * factor
    if elapsed > 0:
        low = max(low, elapsed)
        high = max(high, elapsed * parameters.value(UNFINISHED))
    low = max(1.0, low)
    return Duration(
        Range(low, float(np.sqrt(low * max(low, high))), max(low, high)), taken, elapsed, low_from, high_from
    )


def _product(inputs: tuple[Input, ...]) -> float:
    return float(np.prod([float(item.value) for item in inputs]))  # type: ignore[arg-type]


def elapsed_days(start: date | None, *, as_of: date) -> float:
    """Days that a step has been under way; 0 where its start is unknown."""
    return 0.0 if start is None else float(max(0, (as_of - start).days))


def draw(name: str, lasting: Duration, *, count: int, seed: int) -> Draws:
    """Draws of the days that a step still takes."""
    return log_triangular(f"duration/{name}", lasting.range, count=count, seed=seed) - lasting.elapsed


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
    """Length of the longest way through the remaining steps, and its steps; steps without days count nothing."""
    best: dict[str, tuple[float, list[str]]] = {}
    for one in remaining:
        before = [best[b] for b in track.before[one] if b in best]
        length, path = max(before, key=lambda item: item[0], default=(0.0, []))
        own = days[one]
        best[one] = (length, path) if own is None else (length + own, [*path, one])
    return max(best.values(), key=lambda item: item[0], default=(0.0, []))
