"""The bound: the linear programme with rows generated until none is broken."""

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array, vstack

from quydat.programme.optimise.cuts import Cuts, Separator, joined
from quydat.programme.optimise.master import Linear, Master, Rows, Solved
from quydat.programme.optimise.problem import Floats

TOLERANCE = 1e-7
"""A row is broken if by more than this share of its own size."""
PATIENCE = 6
"""A row that has not bound for as many rounds is taken away."""


class Relaxation:
    """Linear programme, the rows it has, and the best bound known."""

    def __init__(self, master: Master, separator: Separator, centre: Floats) -> None:
        self.master, self.separator, self.centre = master, separator, centre
        self.linear: Linear = master.linear(master.static)
        self.rows = _no_rows(master)
        self.idle = np.zeros(0, dtype=np.int64)
        self.bound, self.generated, self.rounds = -np.inf, 0, 0
        self.add(separator.at(centre))

    def add(self, cuts: Cuts) -> None:
        """Take rows in."""
        if len(cuts):
            rows = Rows.of_cuts(cuts)
            self.linear.add(rows)
            self.rows = _below(self.rows, rows)
            self.idle = np.concatenate([self.idle, np.zeros(len(cuts), dtype=np.int64)])
            self.generated += len(cuts)

    def run(self, *, seconds: Callable[[], float], stop: Callable[[], bool], told: Callable[[Solved], None]) -> Solved:
        """Add rows until none is broken or the bound stands still; ``told`` hears of each round."""
        history: list[float] = []
        while True:
            solved = self.linear.solve(seconds())
            self.rounds += 1
            if solved.status != "optimal":
                return solved
            self.bound = max(self.bound, solved.bound)
            history.append(solved.bound)
            told(solved)
            still = len(history) > 4 and history[-1] - history[-4] < 1e-5 * max(1.0, abs(history[-1]))
            if stop() or seconds() <= 0 or still:
                return solved
            cuts = self.broken(solved)
            if not len(cuts):
                return solved
            self._forget()
            self.add(cuts)

    def broken(self, solved: Solved) -> Cuts:
        """Rows that the answer breaks: those that touch at it, and half the way to a point well inside (Ben-Ameur and
        Neto 2007).
        """
        middle = 0.5 * (solved.x + self.centre)
        self.centre = middle
        parts = []
        for point, variables in ((solved.x, solved.variables), (middle, None)):
            cuts = self.separator.at(point, variables)
            parts.append(_where(cuts, _lacking(cuts, solved) > TOLERANCE * (1 + np.abs(cuts.least))))
        order = self.separator.columns.precedences
        late = np.flatnonzero(order @ solved.x < -1e-7)
        if len(late):
            parts.append(Cuts(order[late].toarray(), np.zeros((len(late), len(solved.variables))), np.zeros(len(late))))
        return joined(parts)

    def _forget(self) -> None:
        """Take away rows that have long not bound."""
        self.idle = np.where(self.linear.slack() > 1e-9, self.idle + 1, 0)
        gone = self.idle > PATIENCE
        if gone.any():
            self.linear.drop(np.flatnonzero(gone))
            self.rows = Rows(self.rows.matrix[~gone], self.rows.lower[~gone], self.rows.upper[~gone])
            self.idle = self.idle[~gone]

    def all_rows(self) -> Rows:
        """Rows that always hold, all of precedence, and those generated."""
        order = self.separator.columns.precedences
        wide = csr_array((order.data, order.indices, order.indptr), (order.shape[0], self.rows.matrix.shape[1]))
        precedence = Rows(wide, np.zeros(order.shape[0]), np.full(order.shape[0], np.inf))
        return _below(_below(self.master.static, precedence), self.rows)


def _lacking(cuts: Cuts, solved: Solved) -> Floats:
    """By how much each row is broken."""
    return np.asarray(cuts.least - cuts.coefficient @ solved.x - cuts.extra @ solved.variables)


def _where(cuts: Cuts, some: np.ndarray) -> Cuts:
    return Cuts(cuts.coefficient[some], cuts.extra[some], cuts.least[some])


def _no_rows(master: Master) -> Rows:
    return Rows(csr_array((0, len(master.cost))), np.zeros(0), np.zeros(0))


def _below(above: Rows, below: Rows) -> Rows:
    return Rows(
        csr_array(vstack([above.matrix, below.matrix], format="csr")),
        np.concatenate([above.lower, below.lower]),
        np.concatenate([above.upper, below.upper]),
    )
