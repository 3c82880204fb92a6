"""Three stages of a park to come, from what procedure expects: procedure, clearance, and works until land is ready."""

from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws, Range, triangular_quantile
from quydat.procedure.expect import Expectation
from quydat.procedure.path import finish
from quydat.programme.simulate.programme import SimSpread

LEVELS = 400
"""Quantiles that stand for the draws of a stage."""
GOLDEN = (5.0**0.5 - 1.0) / 2.0
LEAST_DAYS = 1.0
"""A stage that is done still takes a day: shares of a stage of no length have no meaning."""
MOST_DAYS = 65_535.0
"""A tail beyond 179 years is beyond any plan, and beyond the bits in which a simulation keeps days."""


@dataclass(frozen=True)
class Stages:
    """Days of the stages of a park as procedure expects them, and which share of procedure comes before clearance.

    ``clearance_days`` is None if the park is cleared.
    """

    procedure_days: SimSpread
    lead_share: float
    clearance_days: SimSpread | None
    works_days: SimSpread


class Fold:
    """The stages of parks by one expectation, each folded once: parts and models that skip the same share it."""

    def __init__(self, expectation: Expectation) -> None:
        self.expectation = expectation
        self._known: dict[tuple[str, frozenset[str], Range | None], Stages] = {}

    def of(self, park: str, *, skipped: frozenset[str], own_days: Range | None) -> Stages:
        """See ``stages_of``."""
        key = (park, skipped, own_days)
        if key not in self._known:
            self._known[key] = stages_of(self.expectation, park, skipped=skipped, own_days=own_days)
        return self._known[key]


def stages_of(
    expectation: Expectation, park: str, *, skipped: frozenset[str] = frozenset(), own_days: Range | None = None
) -> Stages:
    """Fold the remaining steps of a park into three stages.

    Steps that are skipped take no time; ``own_days`` is a procedure in their stead that comes before all that clearance
    waits for.

    Steps on which clearance rests come before it, steps that rest on it belong to works, all others go on beside it.
    Works of a cleared park are those steps that rest on what was clearance; where the procedure has no step of
    clearance, all of it is procedure.
    """
    track = expectation.track
    days = {one: drawn for one, drawn in expectation.days[park].items() if one not in skipped}
    clearing = {one for one, step in track.steps.items() if step.clearance}
    behind = {one for one in days if track.ancestors(one) & clearing and one not in clearing}
    before = {one for one in days for c in clearing if one in track.ancestors(c) and one not in clearing}
    beside = [one for one in days if one not in behind and one not in clearing]
    count = next((len(draws) for draws in expectation.days[park].values()), 1)

    def lasting(steps: list[str]) -> Draws:
        done = finish(track, steps, {one: days[one] for one in steps})
        made: Draws = np.maximum.reduce(list(done.values())) if done else np.zeros(count)
        return made

    lead = lasting([one for one in days if one in before])
    if own_days is not None and clearing & days.keys():
        lead = lead + stratified(own_days, count)
    procedure = np.maximum(lasting(beside), lead)
    clearance = [one for one in days if one in clearing]
    return Stages(
        procedure_days=spread_of(procedure),
        lead_share=float(np.clip(lead.mean() / procedure.mean(), 0.0, 1.0)) if procedure.mean() > 0 else 0.0,
        clearance_days=spread_of(lasting(clearance)) if clearance else None,
        works_days=spread_of(lasting([one for one in days if one in behind])),
    )


def spread_of(draws: Draws) -> SimSpread:
    """Draws as what a simulation draws from: their quantiles at the middles of equal cells, at most ``MOST_DAYS``."""
    values = np.quantile(np.clip(draws, LEAST_DAYS, MOST_DAYS), (np.arange(LEVELS) + 0.5) / LEVELS)
    return SimSpread(float(values[0]), float(np.median(values)), float(values[-1]), tuple(values.tolist()))


def spread_in(range_: Range) -> SimSpread:
    """A stated range of days as what a simulation draws from."""
    low, mid, high = (max(LEAST_DAYS, end) for end in range_.ends)
    return SimSpread(low, mid, high)


def joined(spread: SimSpread, more: Range | None) -> SimSpread:
    """One stage after the other, their quantiles added: they are late together, which leans to the long side."""
    if more is None:
        return spread
    if not spread.observed:
        return SimSpread(spread.low + more.low, spread.mid + more.mid, spread.high + more.high)
    values = np.minimum(np.array(spread.observed) + np.sort(stratified(more, len(spread.observed))), MOST_DAYS)
    return SimSpread(float(values[0]), float(np.median(values)), float(values[-1]), tuple(values.tolist()))


def stratified(range_: Range, count: int) -> Draws:
    """As many days of a range as there are draws, each equally likely, in an order that has nothing to do with others.

    The order is that of the fractional parts of multiples of the golden ratio (Weyl 1916), the same for any run.
    """
    order = np.argsort((np.arange(count) * GOLDEN) % 1.0, kind="stable")
    share = np.empty(count)
    share[order] = (np.arange(count) + 0.5) / count
    made: Draws = np.exp(triangular_quantile(share, Range(*np.log(range_.ends))))
    return made
