"""What a programme is worth: its shortage, tail, cost and money in every scenario, and what it breaks."""

from dataclasses import dataclass

import numpy as np

from quydat.core.counting import kernel
from quydat.programme.optimise.kernels import Packed, overdrafts, place, shortages, tail_weights
from quydat.programme.optimise.problem import Choice, Floats, Ints


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


@kernel
def hold(p: Packed, i: int, m: int, t: int, amount: float, used: Floats) -> None:
    """Add what a start holds of each limit."""
    for r in range(used.shape[0]):
        for u in range(t, min(used.shape[1], t + p.held[r, i, m])):
            used[r, u] += amount * p.use[r, i, m]


@kernel
def measure(p: Packed, land: Floats, net: Floats, work: Floats, out: Floats) -> None:
    """Expected shortage, tail, expected interest, overdraft into ``out``; ``work`` is 4 × scenarios."""
    shortages(p, land, work[0])
    overdrafts(p, net, work[1], work[2])
    out[0] = np.sum(work[0] * p.probability)
    out[1] = tail_weights(work[0], p.probability, p.tail_share, work[3]) if p.tail else 0.0
    out[2] = np.sum(work[2] * p.probability)
    out[3] = tail_weights(work[1], p.probability, p.safe_share, work[3])


@kernel
def broken(p: Packed, model: Ints, start: Ints, used: Floats) -> float:
    """What a choice breaks of limits, precedence, equity and projects that must start, land and money left out."""
    total = 0.0
    for r in range(used.shape[0]):
        for u in range(used.shape[1]):
            total += max(0.0, used[r, u] - p.capacity[r, u] - 1e-9)
    for k in range(p.pairs.shape[0]):
        before, after = p.pairs[k, 0], p.pairs[k, 1]
        if start[after] >= 0:
            if start[before] < 0:
                total += used.shape[1]
            else:
                done = start[before] + p.ready[before, model[before]] + p.pairs[k, 2]
                total += max(0, done - start[after])
    for i in range(p.must.shape[0]):
        if p.must[i] and start[i] < 0:
            total += 1.0
    for d in range(p.share.shape[0]):
        lacking = 0.0
        for i in range(start.shape[0]):
            if start[i] >= 0:
                lacking += (p.share[d] - p.member[d, i]) * p.expected_land[i, model[i], start[i]]
        total += max(0.0, lacking - 1e-9)
    return total


@kernel
def score(
    p: Packed, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats, work: Floats, out: Floats
) -> None:
    """Objective, cost, shortage, tail, overdraft and all that is broken, into ``out``."""
    cost = 0.0
    for i in range(start.shape[0]):
        cost += p.cost[i, model[i], start[i]] if start[i] >= 0 else p.never[i]
    parts = np.empty(4)
    measure(p, land, net, work, parts)
    cost += parts[2]
    wrong = broken(p, model, start, used) + max(0.0, parts[3] - 1e-9)
    wrong += max(0.0, cost - p.goal[2] - 1e-9) + max(0.0, parts[0] - p.goal[3] - 1e-9)
    if p.tail:
        wrong += max(0.0, parts[1] - p.goal[4] - 1e-9)
    out[0] = p.goal[5] * cost + p.goal[0] * parts[0] + p.goal[1] * parts[1]
    out[1], out[2], out[3], out[4], out[5] = cost, parts[0], parts[1], parts[3], wrong


def state_of(p: Packed, choice: Choice) -> tuple[Floats, Floats, Floats]:
    """Land, net money and units held of a choice."""
    land, net, used = empty_state(p)
    for i in np.flatnonzero(choice.start >= 0):
        m, t = int(choice.model[i]), int(choice.start[i])
        place(p, i, m, t, 1.0, land, net)
        hold(p, i, m, t, 1.0, used)
    return land, net, used


def value(p: Packed, choice: Choice) -> Value:
    """Value a choice, all from the beginning."""
    land, net, used = state_of(p, choice)
    work, out = np.empty((4, len(p.probability))), np.empty(6)
    score(p, choice.model, choice.start, land, net, used, work, out)
    return Value(*(float(one) for one in out), by_scenario=work[0].copy())
