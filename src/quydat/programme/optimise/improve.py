"""Local search over starts: moves, swaps and changes of model, each valued over all scenarios at once.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) with its own random numbers, so that the same seed gives the
same programme on every machine.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from quydat.core.counting import kernel
from quydat.programme.optimise.construct import penalty_of
from quydat.programme.optimise.evaluate import hold, score, state_of
from quydat.programme.optimise.kernels import Packed, place
from quydat.programme.optimise.pack import Columns
from quydat.programme.optimise.problem import NEVER, Choice, Floats, Ints

CHUNK_CELLS = 4_000_000
"""Scenario-periods valued between two looks at the clock."""


@kernel
def _random(state: NDArray[np.uint64]) -> float:
    """The next number from 0 to 1 (xorshift64*, Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def _set(p: Packed, i: int, m: int, t: int, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats) -> None:
    """Give a project another start, or none."""
    if start[i] >= 0:
        place(p, i, model[i], start[i], -1.0, land, net)
        hold(p, i, model[i], start[i], -1.0, used)
    model[i], start[i] = m, t
    if t >= 0:
        place(p, i, m, t, 1.0, land, net)
        hold(p, i, m, t, 1.0, used)


@kernel
def _anneal(
    p: Packed, begin: Ints, column_model: Ints, column_period: Ints, penalty: float, hot: float, cold: float,
    rounds: int, random: NDArray[np.uint64], model: Ints, start: Ints, land: Floats, net: Floats, used: Floats,
    best_model: Ints, best_start: Ints, best: Floats,
) -> None:  # fmt: skip
    """Try ``rounds`` moves; columns of project i are ``begin[i]`` to ``begin[i + 1]``; ``best`` is what is known best."""
    projects = start.shape[0]
    work, out = np.empty((4, p.probability.shape[0])), np.empty(6)
    score(p, model, start, land, net, used, work, out)
    now = out[0] + penalty * out[5]
    for step in range(rounds):
        heat = hot * (cold / hot) ** (step / rounds)
        i = int(_random(random) * projects)
        kind = _random(random)
        j = -1
        old_mi, old_ti, old_mj, old_tj = model[i], start[i], NEVER, NEVER
        size = begin[i + 1] - begin[i]
        if size == 0:
            continue
        k = begin[i] + int(_random(random) * size)
        m, t = column_model[k], column_period[k]
        if kind < 0.1 and not p.must[i]:
            m, t = NEVER, NEVER
        elif kind < 0.5 and old_ti >= 0:  # a neighbour in the list: the same model, a little sooner or later
            at = begin[i]
            while at < begin[i + 1] and (column_model[at] != old_mi or column_period[at] < old_ti):
                at += 1
            by = 1 + int(_random(random) * 3)
            at += by if _random(random) < 0.5 else -by
            at = min(max(at, begin[i]), begin[i + 1] - 1)
            m, t = column_model[at], column_period[at]
        if m == old_mi and t == old_ti:
            continue
        if kind > 0.6:  # and another project at once
            j = int(_random(random) * projects)
            if j == i or begin[j + 1] == begin[j]:
                continue
            old_mj, old_tj = model[j], start[j]
            k = begin[j] + int(_random(random) * (begin[j + 1] - begin[j]))
            mj, tj = column_model[k], column_period[k]
            if kind > 0.8:  # the one takes about the time of the other
                for c in range(begin[j], begin[j + 1]):
                    if column_model[c] == old_mj and abs(column_period[c] - old_ti) < abs(tj - old_ti):
                        mj, tj = column_model[c], column_period[c]
                for c in range(begin[i], begin[i + 1]):
                    if column_model[c] == old_mi and abs(column_period[c] - old_tj) < abs(t - old_tj):
                        m, t = column_model[c], column_period[c]
            _set(p, j, mj, tj, model, start, land, net, used)
        _set(p, i, m, t, model, start, land, net, used)
        score(p, model, start, land, net, used, work, out)
        then = out[0] + penalty * out[5]
        if then <= now or _random(random) < np.exp((now - then) / heat):
            now = then
            if then < best[0] - 1e-9:
                best[0] = then
                best_model[:], best_start[:] = model, start
        else:
            _set(p, i, old_mi, old_ti, model, start, land, net, used)
            if j >= 0:
                _set(p, j, old_mj, old_tj, model, start, land, net, used)


def improve(
    columns: Columns,
    choice: Choice,
    *,
    keep: Ints,
    rounds: int,
    seed: int,
    heat: float = 0.1,
    stop: Callable[[], bool] = lambda: False,
) -> Choice:
    """A programme at least as good, found by ``rounds`` moves among the columns ``keep``.

    ``heat`` is the first temperature as a share of the objective of one project. ``stop`` is asked between parts of the search.
    """
    p = columns.packed
    kept = np.sort(keep)
    begin = np.searchsorted(columns.project[kept], np.arange(len(p.must) + 1)).astype(np.int64)
    model, start = choice.model.astype(np.int64), choice.start.astype(np.int64)
    best_model, best_start, best = model.copy(), start.copy(), np.array([np.inf])
    random = np.array([seed * 2 + 88172645463325252], dtype=np.uint64)
    penalty, out = penalty_of(p), np.empty(6)
    part = max(50, CHUNK_CELLS // (8 * p.need.size))
    for done in range(0, rounds, part):
        land, net, used = state_of(p, Choice(model, start))
        if done == 0:
            score(p, model, start, land, net, used, np.empty((4, len(p.probability))), out)
            best[0] = out[0] + penalty * out[5]
        scale = heat * max(abs(out[0]), 1.0) / len(p.must)
        hot, cold = (max(scale * 0.003 ** ((done + k) / rounds), scale * 1e-4) for k in (0, part))
        _anneal(
            p, begin, columns.model[kept], columns.period[kept], penalty, hot, cold, min(part, rounds - done), random,
            model, start, land, net, used, best_model, best_start, best,
        )  # fmt: skip
        if stop():
            break
    return Choice(best_model, best_start)
