"""Rows that bind: shortage, tail, interest and money are convex in the starts, so each is bounded from below by planes.

With lost demand, what is lost up to u is the greatest of 0 and demand less land over all periods up to u: a maximum of
linear functions of the starts. Net worth with interest on debt is ``W_u = min(W_{u-1}, (1 + r) W_{u-1}) + f_u``: a
minimum of linear functions. So each scenario's part, at a point, is touched by a plane that holds everywhere (Kelley
1960; Van Slyke and Wets 1969; several scenarios a row after Birge and Louveaux 1988; the tail after Rockafellar and
Uryasev 2000). Rows are asked for where a point breaks them; of the many few bind.
"""

from dataclasses import dataclass

import numpy as np

from quydat.core.counting import kernel
from quydat.programme.optimise.evaluate import empty_state
from quydat.programme.optimise.kernels import (
    Packed,
    land_rows,
    money_rows,
    overdrafts,
    place,
    shortages,
    tail_weights,
)
from quydat.programme.optimise.pack import Columns
from quydat.programme.optimise.problem import Floats, Ints

WORST = 8
"""Scenarios whose money rows are added at once, if the money must hold in every one."""


@dataclass(frozen=True, eq=False)
class Cuts:
    """Rows ``coefficient · x + variable >= least``; ``extra`` is the place of the variable, −1 if there is none."""

    coefficient: Floats
    extra: Ints
    least: Floats

    def __len__(self) -> int:
        return len(self.least)


@kernel
def _binding(p: Packed, land: Floats, weight: Floats) -> None:
    """Weight of each period's gap in the weighted shortage of a scenario."""
    for s in range(land.shape[0]):
        most, at = 0.0, -1
        for u in range(land.shape[1]):
            gap = p.need[s, u] - land[s, u]
            if gap > most:
                most, at = gap, u
            if at >= 0:
                weight[s, at] += p.weight[u]


@kernel
def _debt_weights(p: Packed, net: Floats, s: int, weight: Floats) -> int:
    """Weight of each period's money in the net worth that is furthest below the loan; returns that period."""
    worth, worst, at = 0.0, -np.inf, 0
    for u in range(net.shape[1]):
        worth = (worth * (1 + p.interest) if worth < 0 else worth) + p.own[u] + net[s, u]
        if -worth - p.loan[u] > worst:
            worst, at = -worth - p.loan[u], u
    worth = 0.0
    for u in range(at + 1):
        if worth < 0:
            worth *= 1 + p.interest
            weight[:u] *= 1 + p.interest
        worth += p.own[u] + net[s, u]
        weight[u] = 1.0
    return at


@kernel
def _interest_weights(p: Packed, net: Floats, weight: Floats) -> None:
    """Weight of each period's money in the discounted interest of each scenario; at most 0."""
    periods = net.shape[1]
    worth = np.empty(periods)
    for s in range(net.shape[0]):
        before = 0.0
        for u in range(periods):
            before = (before * (1 + p.interest) if before < 0 else before) + p.own[u] + net[s, u]
            worth[u] = before
        later = 0.0
        for u in range(periods - 2, -1, -1):
            if worth[u] < 0:
                later = later * (1 + p.interest) - p.discount[u + 1] * p.interest
            weight[s, u] = later


class Separator:
    """Makes rows at a point.

    The variables beside the starts are the expected shortage of each group of scenarios, the discounted interest, and
    the tail, in this order.
    """

    def __init__(self, columns: Columns, group: Ints) -> None:
        self.columns, self.packed, self.group = columns, columns.packed, group
        self.groups = int(group.max()) + 1
        self.interest_at, self.tail_at = self.groups, self.groups + 1

    def state(self, x: Floats) -> tuple[Floats, Floats]:
        """Land and net money of parts of starts."""
        land, net, _ = empty_state(self.packed)
        for k in np.flatnonzero(np.abs(x) > 1e-12):
            c = self.columns
            place(self.packed, int(c.project[k]), int(c.model[k]), int(c.period[k]), float(x[k]), land, net)
        return land, net

    def at(self, x: Floats) -> Cuts:
        """All rows that touch at a point, whether it breaks them or not, save money rows that it keeps well."""
        land, net = self.state(x)
        return joined([self._shortage(land), self._tail(land), self._interest(net), self._money(net)])

    def _shortage(self, land: Floats) -> Cuts:
        """Expected shortage of each group."""
        p, weight = self.packed, np.zeros_like(land)
        _binding(p, land, weight)
        weight *= p.probability[:, None]
        least = np.bincount(self.group, (weight * p.need).sum(axis=1), minlength=self.groups)
        some = np.bincount(self.group, weight.sum(axis=1), minlength=self.groups) > 0
        rows = self._land(weight, self.group, self.groups)
        return Cuts(rows[some], np.flatnonzero(some), least[some])

    def _tail(self, land: Floats) -> Cuts:
        """Mean of the worst scenarios."""
        p = self.packed
        if not p.tail:
            return _none(self.columns)
        short, share, weight = np.empty(len(land)), np.empty(len(land)), np.zeros_like(land)
        shortages(p, land, short)
        tail_weights(short, p.probability, p.tail_share, share)
        _binding(p, land, weight)
        weight *= share[:, None]
        return Cuts(
            self._land(weight, np.zeros(len(land), dtype=np.int64), 1),
            np.array([self.tail_at]),
            np.array([(weight * p.need).sum()]),
        )

    def _land(self, weight: Floats, group: Ints, groups: int) -> Floats:
        out = np.zeros((groups, *self.packed.cost.shape))
        land_rows(self.packed, weight, np.where(weight.any(axis=1), group, -1), out)
        return self.columns.pick(out)

    def _interest(self, net: Floats) -> Cuts:
        """Expected interest."""
        p = self.packed
        if p.interest == 0 or p.goal[5] == 0:
            return _none(self.columns)
        weight = np.zeros_like(net)
        _interest_weights(p, net, weight)
        weight *= p.probability[:, None] * p.goal[5]
        if not weight.any():
            return _none(self.columns)
        rows = self._money_rows(weight, np.zeros(len(net), dtype=np.int64), 1)
        return Cuts(-rows, np.array([self.interest_at]), np.array([(weight @ p.own).sum()]))

    def _money(self, net: Floats) -> Cuts:
        """Debt within the loan: of the worst scenarios together, or of each."""
        p = self.packed
        excess, interest, share = np.empty(len(net)), np.empty(len(net)), np.empty(len(net))
        overdrafts(p, net, excess, interest)
        if tail_weights(excess, p.probability, p.safe_share, share) < -1e-6 * (1 + p.loan.max() + p.own.max()):
            return _none(self.columns)
        every = p.safe_share >= 1 - 1e-12
        worst = np.argsort(-excess, kind="stable")[:WORST] if every else np.flatnonzero(share)
        group, weight, room = np.full(len(net), -1), np.zeros_like(net), np.zeros(len(net))
        for place_of, s in enumerate(worst):
            if every and excess[s] <= 0 and place_of > 0:
                break
            at = _debt_weights(p, net, s, weight[s])
            amount = 1.0 if every else share[s]
            weight[s] *= amount
            room[s] = amount * p.loan[at] + weight[s] @ p.own
            group[s] = place_of if every else 0
        groups = int(group.max()) + 1
        there = group >= 0
        least = -np.bincount(group[there], room[there], minlength=groups)
        return Cuts(self._money_rows(weight, group, groups), np.full(groups, -1), least)

    def _money_rows(self, weight: Floats, group: Ints, groups: int) -> Floats:
        out = np.zeros((groups, *self.packed.cost.shape))
        money_rows(self.packed, weight, group, out)
        return self.columns.pick(out)


def _none(columns: Columns) -> Cuts:
    return Cuts(np.zeros((0, columns.count)), np.zeros(0, dtype=np.int64), np.zeros(0))


def joined(parts: list[Cuts]) -> Cuts:
    """Rows of several one below the other."""
    return Cuts(
        np.concatenate([part.coefficient for part in parts]),
        np.concatenate([part.extra for part in parts]).astype(np.int64),
        np.concatenate([part.least for part in parts]),
    )


def groups_of(short: Floats, count: int) -> Ints:
    """Scenarios of like shortage together, in at most ``count`` groups of equal size."""
    order = np.argsort(np.argsort(short, kind="stable"), kind="stable")
    count = min(count, len(short))
    return (order * count // len(short)).astype(np.int64)
