"""What a programme is worth: its shortage, tail, cost and money in every scenario, and what it breaks."""

from dataclasses import dataclass

import numpy as np

from quydat.programme.optimise.kernels import hold, place, put_all, score
from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.problem import Choice, Floats


@dataclass(frozen=True, eq=False)
class Value:
    """A programme valued.

    Attributes
    ----------
    objective
        Weighted sum that the goal asks for.
    cost
        Net present cost with interest, and what departing from a given programme costs.
    shortage, tail
        Its mean, and the mean of its worst scenarios.
    overdraft
        Largest debt beyond the loan, as ``Money.safe_share`` counts it; at most 0 if the money holds.
    broken
        What the programme breaks, each in its own unit, summed; 0 if it is feasible.
    by_scenario
        Shortage of each scenario.
    """

    objective: float
    cost: float
    shortage: float
    tail: float
    overdraft: float
    broken: float
    by_scenario: Floats

    @property
    def feasible(self) -> bool:
        """Whether all is kept, to a millionth."""
        return self.broken <= 1e-6


def empty_state(p: Packed) -> tuple[Floats, Floats, Floats]:
    """Land and net money by scenario and period, units held by limit and period, of no starts."""
    return np.zeros_like(p.need), np.zeros_like(p.need), np.zeros_like(p.capacity)


def state_of(p: Packed, choice: Choice) -> tuple[Floats, Floats, Floats]:
    """Land, net money and units held of a choice."""
    land, net, used = empty_state(p)
    for i in np.flatnonzero(choice.start >= 0).tolist():
        m, t = int(choice.model[i]), int(choice.start[i])
        place(p, i, m, t, 1.0, land, net)
        hold(p, i, m, t, 1.0, used)
    return land, net, used


def moving_state(p: Packed, choice: Choice) -> tuple[Floats, Floats, Floats]:
    """New land and net money by period and scenario, units held by limit and period, of a choice."""
    land, net, used = np.zeros_like(p.need_by_period), np.zeros_like(p.need_by_period), np.zeros_like(p.capacity)
    put_all(p, choice.model.astype(np.int64), choice.start.astype(np.int64), land, net, used)
    return land, net, used


def value(p: Packed, choice: Choice) -> Value:
    """Value a choice, all from the beginning."""
    land, net, used = state_of(p, choice)
    work, out = np.empty((4, len(p.probability))), np.empty(6)
    score(p, choice.model, choice.start, land, net, used, work, out)
    objective, cost, shortage, tail, overdraft, wrong = out.tolist()
    return Value(objective, cost, shortage, tail, overdraft, wrong, work[0].copy())
