"""Local search over starts: moves, swaps and changes of model, each valued over all scenarios at once.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) with its own random numbers, so that the same seed gives the
same programme on every machine.
"""

from collections.abc import Callable

import numpy as np

from quydat.programme.optimise.construct import penalty_of
from quydat.programme.optimise.evaluate import moving_state
from quydat.programme.optimise.kernels import anneal, weigh
from quydat.programme.optimise.pack import Columns
from quydat.programme.optimise.problem import Choice, Ints

CHUNK_CELLS = 4_000_000
"""Scenario-periods valued between two looks at the clock."""


def improve(
    columns: Columns,
    choice: Choice,
    *,
    keep: Ints,
    rounds: int,
    seed: int,
    heat: float = 0.1,
    firm: float = 1.0,
    stop: Callable[[], bool] = lambda: False,
) -> Choice:
    """A programme at least as good, found by ``rounds`` moves among the columns ``keep``.

    ``heat`` is the first temperature as a share of the objective of one project. What is broken counts ``firm`` times:
    1 lets the search go through programmes that break something. ``stop`` is asked between parts of the search.
    """
    p = columns.packed
    kept = np.sort(keep)
    begin = np.searchsorted(columns.project[kept], np.arange(len(p.must) + 1)).astype(np.int64)
    model, start = choice.model.astype(np.int64), choice.start.astype(np.int64)
    best_model, best_start, best = model.copy(), start.copy(), np.array([np.inf])
    random = np.array([seed * 2 + 88172645463325252], dtype=np.uint64)
    penalty, out = firm * penalty_of(p), np.empty(6)
    part = max(50, CHUNK_CELLS // (8 * p.need.size))
    for done in range(0, rounds, part):
        land, net, used = moving_state(p, Choice(model, start))
        if done == 0:
            weigh(p, model, start, land, net, used, np.empty((10, len(p.probability))), out)
            best[0] = out[0] + penalty * out[5]
        scale = heat * max(abs(out[0]), 1.0) / len(p.must)
        hot, cold = (max(scale * 0.003 ** ((done + k) / rounds), scale * 1e-4) for k in (0, part))
        anneal(
            p, begin, columns.model[kept], columns.period[kept], penalty, hot, cold, min(part, rounds - done), random,
            model, start, land, net, used, best_model, best_start, best,
        )  # fmt: skip
        if stop():
            break
    return Choice(best_model, best_start)
