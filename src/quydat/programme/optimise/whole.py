"""The whole-number programme over a few columns, each project's starts counted up: "started by then" instead of "then".

Running totals over starts become windows over counts, so rows have few entries, and branching on "started by" splits
the time in two. ``x = D y`` with ``y`` not falling in time.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_array, hstack, vstack

from quydat.programme.optimise.master import DUST, Master, Rows, Solved, highs, pass_model, status_of
from quydat.programme.optimise.problem import Floats, Ints


def counted(
    master: Master, rows: Rows, keep: Ints, *, tighter: float = 0.0
) -> tuple[Floats, Floats, Floats, Rows, csr_array]:
    """Cost, upper limits, rows and ``D`` of the programme over the columns ``keep``."""
    c, n = master.columns, len(keep)
    rows, top = master.tightened(rows, tighter)
    follows = np.zeros(n, dtype=bool)
    follows[1:] = (c.project[keep][1:] == c.project[keep][:-1]) & (c.model[keep][1:] == c.model[keep][:-1])
    later = np.flatnonzero(follows)
    data = np.concatenate([np.ones(n), -np.ones(len(later))])
    d = csr_array((data, (np.concatenate([np.arange(n), later]), np.concatenate([np.arange(n), later - 1]))), (n, n))
    at = np.concatenate([keep, c.count + np.arange(master.variables.count)])
    matrix = csc_array(rows.matrix)[:, at]
    of_starts, loosened = _clean(csr_array(csr_array(matrix[:, :n]) @ d))
    wide = csr_array(hstack([of_starts, matrix[:, n:]]))
    chain = csr_array(hstack([d[later], csr_array((len(later), master.variables.count))]))
    together = Rows(
        csr_array(vstack([wide, chain], format="csr")),
        np.concatenate([rows.lower - loosened, np.zeros(len(later))]),
        np.concatenate([rows.upper + loosened, np.full(len(later), np.inf)]),
    )
    cost = np.concatenate([d.T @ master.cost[keep], master.cost[c.count :]])
    return cost, master.bottom[at], top[at], together, d


def _clean(matrix: csr_array) -> tuple[csr_array, Floats]:
    """Without what is only rounding, and by how much each row may have changed by it."""
    matrix.sum_duplicates()
    size = np.abs(matrix.data)
    of_row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    most = np.zeros(matrix.shape[0])
    np.maximum.at(most, of_row, size)
    dust = size <= DUST * most[of_row]
    loosened: Floats = np.bincount(of_row[dust], size[dust], matrix.shape[0]).astype(float)
    matrix.data[dust] = 0.0
    matrix.eliminate_zeros()
    return matrix, loosened


def solve_whole(
    master: Master,
    rows: Rows,
    keep: Ints,
    *,
    cutoff: float,
    gap: float,
    seconds: float,
    seed: int,
    stop: Callable[[], bool],
    found: Callable[[Floats, float], None] = lambda x, claimed: None,
    tighter: float = 0.0,
    through_worse: bool = False,
) -> Solved:
    """Solve over the columns ``keep``; only answers below ``cutoff`` count.

    ``tighter`` draws in limits as ``Master.tightened`` does; then the bound is none. ``found`` is told each
    better answer as columns of 0 and 1, and its objective by the rows, while the solver goes on. ``through_worse``
    takes answers above the cutoff too, since better ones are found from them, until none below it is possible.
    """
    cost, bottom, top, together, d = counted(master, rows, keep, tighter=tighter)
    n, all_columns = len(keep), master.columns.count
    solver = highs(seconds, seed=seed, stop=stop)
    solver.setOptionValue("mip_rel_gap", gap)
    pass_model(solver, cost, bottom, top, together, offset=master.offset, whole=n)
    if through_worse:
        solver.cbMipInterrupt.subscribe(lambda event: event.data_out.mip_dual_bound >= cutoff and event.interrupt())
    elif np.isfinite(cutoff):
        solver.setOptionValue("objective_bound", cutoff)

    def full(y: Floats) -> Floats:
        x = np.zeros(all_columns)
        x[keep] = np.round(d @ np.round(y[:n]))
        return x

    def better(event: Any) -> None:
        said = event.data_out
        found(full(np.array(said.mip_solution)), float(said.objective_function_value))

    solver.cbMipImprovingSolution.subscribe(better)
    solver.run()
    status, info = status_of(solver), solver.getInfo()
    bound, objective = float(info.mip_dual_bound), float(info.objective_function_value)
    values = np.array(solver.getSolution().col_value)
    if len(values) == 0 or not np.isfinite(objective):
        return Solved(status, bound, np.inf, np.zeros(0), np.zeros(0), np.zeros(0))
    return Solved(status, bound, objective, full(values), values[n:], np.zeros(0))
