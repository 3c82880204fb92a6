"""A first programme within seconds: parks in order of land for their money, each where it serves best."""

import numpy as np

from quydat.programme.optimise.evaluate import moving_state
from quydat.programme.optimise.kernels import best_place
from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.problem import NEVER, Choice, Ints, Problem


def penalty_of(p: Packed) -> float:
    """Price of a unit of what is broken: above what any unit of money or land can be worth."""
    return float(10 * (1 + p.goal[0] + p.goal[1]) * (1 + np.abs(p.cost).mean() / 100))


def construct(problem: Problem, p: Packed, *, choice: Choice | None = None, tried: int = 24) -> Choice:
    """Take projects in order of precedence, then of land for their money, each to its best start; or mend a choice so.

    At most about ``tried`` starts of each project and model are looked at, evenly over time.
    """
    none = np.full(len(p.must), NEVER, dtype=np.int64)
    made = Choice(none, none) if choice is None else choice
    model, start = made.model.copy(), made.start.copy()
    land, net, used = moving_state(p, made)
    work = np.empty((10, len(p.probability)))
    steps = np.full(problem.allowed.shape[1], max(1, problem.periods // tried), dtype=np.int64)
    penalty = penalty_of(p)
    for i in _order(p):
        few = problem.allowed[i].sum(axis=1) <= tried
        counts = np.where(few, 1, steps)
        best_place(p, i, problem.allowed, penalty, model, start, land, net, used, work, counts)
    return Choice(model, start)


def _order(p: Packed) -> Ints:
    """Those that must start first; then most land for a bn VND, at the model where it is most; precedence kept."""
    land = (p.land_scale @ p.probability) * p.land_table[:, -1].max()
    spent = (p.pay_scale @ p.probability) * p.pay_table.sum(axis=1).max()
    rank = np.lexsort((-(land / (spent + 1e-9)).max(axis=1), -p.must))
    placed: list[int] = []
    before = {i: [int(a) for a, b, _ in p.pairs if b == i] for i in range(len(p.must))}

    def put(i: int, above: tuple[int, ...]) -> None:
        if i in placed or i in above:
            return
        for one in before[i]:
            put(one, (*above, i))
        placed.append(i)

    for i in rank:
        put(int(i), ())
    return np.array(placed)
