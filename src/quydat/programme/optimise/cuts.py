"""Rows that bind: shortage, tail, interest and money are convex in the starts, so each is bounded from below by planes.

With lost demand, what is lost up to u is the greatest of 0 and demand less land over all periods up to u: a maximum of
linear functions of the starts. Net worth with interest on debt is ``W_u = min(W_{u-1}, (1 + r) W_{u-1}) + f_u``: a
minimum of linear functions. So each scenario's part, at a point, is touched by a plane that holds everywhere (Kelley
1960; Van Slyke and Wets 1969; several scenarios a row after Birge and Louveaux 1988; the tail after Rockafellar and
Uryasev 2000). Rows are asked for where a point breaks them; of the many few bind.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.programme.optimise.evaluate import empty_state
from quydat.programme.optimise.kernels import overdrafts, place, shortages, tail_weights
from quydat.programme.optimise.pack import Columns
from quydat.programme.optimise.planes import binding, debt_weights, interest_weights, land_rows, money_rows
from quydat.programme.optimise.problem import Floats, Ints

GROUPS = 50
"""Groups of scenarios with a row of their own, at most."""
WORST = 8
"""Scenarios whose money rows are added at once, if the money must hold in every one."""


@dataclass(frozen=True, eq=False)
class Variables:
    """Places of the variables beside the starts: expected shortage of each group of scenarios, interest, tail of the
    shortage; then of both tails, shortage and debt, the level above which it begins and what is above it by groups.
    """

    groups: int
    parts: int

    @property
    def interest(self) -> int:
        """Discounted interest, in the mean."""
        return self.groups

    @property
    def tail(self) -> int:
        """Mean shortage of the worst scenarios."""
        return self.groups + 1

    def level(self, which: int) -> int:
        """Level of the tail of shortage (0) or debt (1)."""
        return self.groups + 2 + which * (self.parts + 1)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.groups + 2 + 2 * (self.parts + 1)


@dataclass(frozen=True, eq=False)
class Cuts:
    """Rows ``coefficient · x + extra · variables >= least``."""

    coefficient: Floats
    extra: Floats
    least: Floats

    def __len__(self) -> int:
        return len(self.least)


class Separator:
    """Makes rows at a point; scenarios are in groups by how they fare under a programme that is at hand."""

    def __init__(self, columns: Columns, x: Floats) -> None:
        self.columns, self.packed = columns, columns.packed
        land, net = self.state(x)
        short, excess = np.empty(len(land)), np.empty(len(land))
        shortages(self.packed, land, short)
        overdrafts(self.packed, net, excess, np.empty(len(land)))
        self.group, self.parts = _alike(short), (_worst_apart(short), _worst_apart(excess))
        self.variables = Variables(int(self.group.max()) + 1, int(self.parts[0].max()) + 1)
        self.every = self.packed.safe_share >= 1 - 1e-12

    def state(self, x: Floats) -> tuple[Floats, Floats]:
        """Land and net money of parts of starts."""
        land, net, _ = empty_state(self.packed)
        for k in np.flatnonzero(np.abs(x) > 1e-12):
            c = self.columns
            place(self.packed, int(c.project[k]), int(c.model[k]), int(c.period[k]), float(x[k]), land, net)
        return land, net

    def at(self, x: Floats, variables: Floats | None = None) -> Cuts:
        """All rows that touch at a point, whether it breaks them or not, save money rows that it keeps well.

        Tails begin at the levels of ``variables``, or where those of the point do.
        """
        land, net = self.state(x)
        levels = [None if variables is None else float(variables[self.variables.level(k)]) for k in (0, 1)]
        money = self._every(net) if self.every else self._debt(net, levels[1])
        return joined([self._shortage(land), self._tail(land, levels[0]), self._interest(net), money])

    def _shortage(self, land: Floats) -> Cuts:
        """Expected shortage of each group."""
        p, weight = self.packed, np.zeros_like(land)
        binding(p, land, weight)
        weight *= p.probability[:, None]
        least: Floats = np.bincount(self.group, (weight * p.need).sum(axis=1), self.variables.groups).astype(float)
        rows = self._land(weight, self.group, self.variables.groups)
        return self._named(rows, least, at=np.arange(self.variables.groups))

    def _tail(self, land: Floats, level: float | None) -> Cuts:
        """What is above the level of the tail of the shortage, by parts."""
        p = self.packed
        if not p.tail:
            return self.none()
        short, share, weight = np.empty(len(land)), np.empty(len(land)), np.zeros_like(land)
        shortages(p, land, short)
        tail_weights(short, p.probability, p.tail_share, share)
        above = short >= (short[share > 0].min() if level is None else level)
        binding(p, land, weight)
        weight *= np.where(above, p.probability / max(1 - p.tail_share, p.probability.min()), 0.0)[:, None]
        return self._parts(
            0, above, (weight * p.need).sum(axis=1), self._land(weight, self.parts[0], self.variables.parts)
        )

    def _debt(self, net: Floats, level: float | None) -> Cuts:
        """What is above the level of the tail of the debt beyond the loan, by parts."""
        p = self.packed
        excess, share, weight = np.empty(len(net)), np.empty(len(net)), np.zeros_like(net)
        overdrafts(p, net, excess, np.empty(len(net)))
        if tail_weights(excess, p.probability, p.safe_share, share) < -0.01 * (1 + p.loan.max() + p.own.max()):
            return self.none()
        above = excess >= (excess[share > 0].min() if level is None else level)
        least = np.zeros(len(net))
        for s in np.flatnonzero(above).tolist():
            at = debt_weights(p, net, s, weight[s])
            least[s] = -p.loan[at] - weight[s] @ p.own
        amount = np.where(above, p.probability / max(1 - p.safe_share, p.probability.min()), 0.0)
        rows = self._money(weight * amount[:, None], np.where(above, self.parts[1], -1), self.variables.parts)
        return self._parts(1, above, least * amount, rows)

    def _parts(self, which: int, above: NDArray[np.bool_], least: Floats, rows: Floats) -> Cuts:
        """Rows ``part + amount · level + rows · x >= least``: what the scenarios above the level are above it."""
        p, at, share = self.packed, self.parts[which], (self.packed.tail_share, self.packed.safe_share)[which]
        amount = np.bincount(
            at[above], (p.probability / max(1 - share, p.probability.min()))[above], self.variables.parts
        )
        level = self.variables.level(which)
        cuts = self._named(
            rows,
            np.bincount(at, least, self.variables.parts).astype(float),
            at=level + 1 + np.arange(self.variables.parts),
        )
        cuts.extra[:, level] = amount
        some = amount > 0
        return Cuts(cuts.coefficient[some], cuts.extra[some], cuts.least[some])

    def _interest(self, net: Floats) -> Cuts:
        """Expected interest."""
        p = self.packed
        weight = np.zeros_like(net)
        if p.interest > 0:
            interest_weights(p, net, weight)
        if not weight.any():
            return self.none()
        weight *= p.probability[:, None]
        rows = self._money(weight, np.zeros(len(net), dtype=np.int64), 1)
        return self._named(-rows, np.array([(weight @ p.own).sum()]), at=np.array([self.variables.interest]))

    def _every(self, net: Floats) -> Cuts:
        """Debt within the loan, in each of the worst scenarios."""
        p = self.packed
        excess, weight, group = np.empty(len(net)), np.zeros_like(net), np.full(len(net), -1)
        overdrafts(p, net, excess, np.empty(len(net)))
        worst = np.argsort(-excess, kind="stable")[:WORST]
        worst = worst[excess[worst] > -0.01 * (1 + p.loan.max() + p.own.max())]
        least = np.zeros(len(worst))
        for k, s in enumerate(worst):
            at = debt_weights(p, net, s, weight[s])
            least[k], group[s] = -p.loan[at] - weight[s] @ p.own, k
        rows = self._money(weight, group, len(worst))
        return Cuts(rows, np.zeros((len(worst), self.variables.count)), least)

    def _land(self, weight: Floats, group: Ints, groups: int) -> Floats:
        out = np.zeros((groups, *self.packed.cost.shape))
        land_rows(self.packed, weight, np.where(weight.any(axis=1), group, -1), out)
        return self.columns.pick(out)

    def _money(self, weight: Floats, group: Ints, groups: int) -> Floats:
        out = np.zeros((groups, *self.packed.cost.shape))
        money_rows(self.packed, weight, group, out)
        return self.columns.pick(out)

    def _named(self, rows: Floats, least: Floats, *, at: Ints) -> Cuts:
        """Rows each with a variable of its own."""
        extra = np.zeros((len(least), self.variables.count))
        extra[np.arange(len(least)), at] = 1.0
        return Cuts(rows, extra, least)

    def none(self) -> Cuts:
        """No rows."""
        return Cuts(np.zeros((0, self.columns.count)), np.zeros((0, self.variables.count)), np.zeros(0))


def joined(parts: list[Cuts]) -> Cuts:
    """Rows of several one below the other."""
    return Cuts(
        np.concatenate([part.coefficient for part in parts]),
        np.concatenate([part.extra for part in parts]),
        np.concatenate([part.least for part in parts]),
    )


def _alike(values: Floats) -> Ints:
    """Scenarios of like value together, in at most ``GROUPS`` groups of equal size."""
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (order * min(GROUPS, len(values)) // len(values)).astype(np.int64)


def _worst_apart(values: Floats) -> Ints:
    """The worst scenarios each alone, the others in groups of equal size; as many groups as ``_alike`` has."""
    order = np.argsort(np.argsort(-values, kind="stable"), kind="stable")
    groups = min(GROUPS, len(values))
    alone = groups // 2
    others = (order - alone) * (groups - alone) // max(1, len(values) - alone)
    return np.where(order < alone, order, alone + others).astype(np.int64)
