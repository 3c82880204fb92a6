"""A first programme within seconds: parks in order of land for their money, each where it serves best."""

from collections.abc import Callable

import numpy as np

from quydat.programme.optimise.evaluate import moving_state, value
from quydat.programme.optimise.kernels import best_place
from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.problem import NEVER, Choice, Ints, Problem

FIRM = 1e4
"""What is broken counts so many times more while projects are placed than in the search after it."""


def penalty_of(p: Packed) -> float:
    """Price of a unit of what is broken: above what any unit of money or land can be worth."""
    return float(10 * (1 + p.goal[0] + p.goal[1]) * (1 + np.abs(p.cost).mean() / 100))


def construct(
    problem: Problem,
    p: Packed,
    *,
    choice: Choice | None = None,
    tried: int = 24,
    stop: Callable[[], bool] = lambda: False,
) -> Choice:
    """Take projects in order of precedence, then of land for their money, each to its best start; or mend a choice so.

    At most about ``tried`` starts of each project and model are looked at, evenly over time. A first programme is
    made without regard to limits on cost, shortage and tail and to shares of districts, which no part of a programme
    keeps: else it would rather overdraw the money. ``stop`` is asked between projects; those left stay as they are.
    """
    none = np.full(len(p.must), NEVER, dtype=np.int64)
    if choice is None:
        made = _placed(problem, _without_totals(p), Choice(none, none), tried, stop)
        return _placed(problem, p, made, tried, stop) if len(p.share) and value(p, made).broken > 0 else made
    return _placed(problem, p, choice, tried, stop)


def _without_totals(p: Packed) -> Packed:
    """The problem without what only a whole programme can keep."""
    free = p.goal.copy()
    free[2:5] = np.inf
    return p._replace(goal=free, share=p.share[:0], member=p.member[:0])


def _placed(problem: Problem, p: Packed, made: Choice, tried: int, stop: Callable[[], bool]) -> Choice:
    """Each project in turn at its best start while the others stay."""
    model, start = made.model.copy(), made.start.copy()
    land, net, used = moving_state(p, made)
    work = np.empty((10, len(p.probability)))
    steps = np.full(problem.allowed.shape[1], max(1, problem.periods // tried), dtype=np.int64)
    penalty = FIRM * penalty_of(p)
    for i in _order(p):
        if stop():
            break
        few = problem.allowed[i].sum(axis=1) <= tried
        counts = np.where(few, 1, steps)
        best_place(p, i, problem.allowed, penalty, model, start, land, net, used, work, counts)
    return Choice(model, start)


def _order(p: Packed) -> Ints:
    """Those that must start first; then those of a district with a share; then most land for a bn VND, at the model
    where it is most; precedence kept.
    """
    land = (p.land_scale @ p.probability) * p.land_table[:, -1].max()
    spent = (p.pay_scale @ p.probability) * p.pay_table.sum(axis=1).max()
    rank = np.lexsort((-(land / (spent + 1e-9)).max(axis=1), -p.member.sum(axis=0), -p.must))
    placed: list[int] = []
    before: dict[int, list[int]] = {}
    for a, b, _ in p.pairs.tolist():
        before.setdefault(b, []).append(a)

    def put(i: int, above: tuple[int, ...]) -> None:
        if i in placed or i in above:
            return
        for one in before.get(i, []):
            put(one, (*above, i))
        placed.append(i)

    for i in rank:
        put(int(i), ())
    return np.array(placed)
