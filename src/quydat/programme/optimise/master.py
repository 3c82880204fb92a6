"""The linear and the whole-number programme over the rows known so far, solved by HiGHS (Huangfu and Hall 2018)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from quydat.programme.optimise.cuts import Cuts, Variables
from quydat.programme.optimise.pack import Columns
from quydat.programme.optimise.problem import Floats, Ints

DUST = 1e-11
"""Coefficients below this share of the largest of their row are rounding; the row is loosened by what is left out."""


@dataclass(frozen=True, eq=False)
class Rows:
    """``lower <= matrix · (x, variables) <= upper``."""

    matrix: csr_array
    lower: Floats
    upper: Floats

    @classmethod
    def of_cuts(cls, cuts: Cuts) -> "Rows":
        """Cuts as rows, the variables beside the starts as columns at the end."""
        wide = hstack([csr_array(cuts.coefficient), csr_array(cuts.extra)])
        return cls(csr_array(wide), cuts.least.copy(), np.full(len(cuts), np.inf))


@dataclass(frozen=True, eq=False)
class Solved:
    """Answer of the solver: bound, value, starts and variables; ``reduced`` only of the linear programme.

    ``status`` is ``optimal``, ``infeasible``, ``stopped`` or what else HiGHS says.
    """

    status: str
    bound: float
    objective: float
    x: Floats
    variables: Floats
    reduced: Floats


class Master:
    """Rows that always hold, and the objective."""

    def __init__(self, columns: Columns, variables: Variables, *, stop: Callable[[], bool] = lambda: False) -> None:
        p, v = columns.packed, variables
        self.stop = stop
        self.columns, self.variables = columns, v
        price, tail_price, cost_limit, shortage_limit, tail_limit, cost_weight = p.goal
        self.cost = np.concatenate([cost_weight * columns.cost, np.zeros(v.count)])
        beside = self.cost[columns.count :]
        beside[: v.groups], beside[v.interest], beside[v.tail] = price, cost_weight, tail_price
        self.offset = cost_weight * float(p.never.sum())
        self.top = np.concatenate([np.ones(columns.count), np.full(v.count, np.inf)])
        self.top[columns.count + v.tail] = tail_limit
        self.bottom = np.zeros(len(self.top))
        self.bottom[columns.count + np.array([v.level(0), v.level(1)])] = -np.inf
        ones = np.zeros((5, v.count))
        ones[0, v.interest] = ones[1, : v.groups] = ones[2, v.tail] = ones[3, v.tail] = 1.0
        ones[2, : v.groups] = ones[3, v.level(0) : v.level(0) + v.parts + 1] = -1.0
        ones[4, v.level(1) : v.level(1) + v.parts + 1] = 1.0
        sums = np.zeros((5, columns.count))
        sums[0] = columns.cost
        need = [cost_limit < np.inf, shortage_limit < np.inf, p.tail, p.tail, p.safe_share < 1 - 1e-12]
        most = np.array([cost_limit - float(p.never.sum()), shortage_limit, np.inf, np.inf, 0.0])
        least = np.array([-np.inf, -np.inf, 0.0, 0.0, -np.inf])
        limits, capacity = columns.limits
        assignment, equities = columns.assignment, columns.equities
        parts = [
            (assignment, np.where(p.must > 0, 1.0, 0.0), np.ones(assignment.shape[0])),
            (limits, np.full(len(capacity), -np.inf), capacity),
            (equities, np.zeros(equities.shape[0]), np.full(equities.shape[0], np.inf)),
        ]
        wide = [hstack([matrix, csr_array((matrix.shape[0], v.count))]) for matrix, _, _ in parts]
        wide.append(csr_array(np.hstack([sums, ones])[need]))
        self.static = Rows(
            csr_array(vstack(wide, format="csr")),
            np.concatenate([*(lower for _, lower, _ in parts), least[need]]),
            np.concatenate([*(upper for _, _, upper in parts), most[need]]),
        )

        scale = np.array([abs(cost_limit), abs(shortage_limit), 0.0, 0.0, p.loan.max() + p.own.max()])
        self.scale = np.concatenate([np.zeros(len(self.static.upper) - sum(need)), scale[need]])

    def tightened(self, rows: Rows, share: float) -> tuple[Rows, Floats]:
        """Rows, of which the first are those that always hold, and upper limits of the variables, with limits on
        money, shortage and tail drawn in by a share: what keeps these keeps the true ones though rows are lacking.
        """
        upper, top = rows.upper.copy(), self.top.copy()
        upper[: len(self.scale)] -= share * self.scale
        top[self.columns.count + self.variables.tail] *= 1 - share
        return Rows(rows.matrix, rows.lower, upper), top

    def linear(self, rows: Rows) -> "Linear":
        """The linear programme over starts, to which rows are added."""
        return Linear(self, rows)


def highs(seconds: float, *, seed: int, stop: Callable[[], bool] | None = None) -> Any:
    """A quiet solver on one thread; HiGHS is imported late, since it takes half a second to load."""
    import highspy

    class Quiet(highspy.Highs):
        """Told to be silent before it greets: its words on the standard output would spoil results as JSON."""

        def enableCallbacks(self) -> None:  # noqa: N802
            self.silent()
            super().enableCallbacks()  # type: ignore[no-untyped-call]

    solver = Quiet()  # type: ignore[no-untyped-call]
    for name, value in (("threads", 1), ("random_seed", seed), ("time_limit", max(0.01, seconds))):
        solver.setOptionValue(name, value)
    if stop is not None:
        asked = stop

        def interrupt(event: Any) -> None:
            if asked():
                event.interrupt()

        solver.cbMipInterrupt.subscribe(interrupt)
        solver.cbSimplexInterrupt.subscribe(interrupt)
    return solver


def version() -> str:
    """Version of the solver."""
    return f"HiGHS {highs(1.0, seed=0).version()}"


def pass_model(
    solver: Any, cost: Floats, bottom: Floats, top: Floats, rows: Rows, *, offset: float, whole: int = 0
) -> None:
    """Hand over a programme, all at once and by rows; the first ``whole`` columns are whole numbers."""
    import highspy

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(cost), len(rows.lower)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, bottom, top
    model.row_lower_, model.row_upper_, model.offset_ = rows.lower, rows.upper, offset
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.matrix.indptr, rows.matrix.indices
    model.a_matrix_.value_ = rows.matrix.data
    if whole:
        kinds = [highspy.HighsVarType.kInteger] * whole
        model.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (len(cost) - whole)
    solver.passModel(model)


def status_of(solver: Any) -> str:
    """How the solver ended."""
    import highspy

    status = solver.getModelStatus()
    kind = highspy.HighsModelStatus
    if status == kind.kOptimal:
        return "optimal"
    if status in (kind.kInfeasible, kind.kUnboundedOrInfeasible):
        return "infeasible"
    return "stopped" if status in (kind.kTimeLimit, kind.kInterrupt) else str(status)


class Linear:
    """A linear programme that is solved again, from where it stood, after rows are added."""

    def __init__(self, master: Master, rows: Rows) -> None:
        self.master = master
        self.solver = highs(1e9, seed=0, stop=master.stop)
        self.fixed = len(rows.lower)
        pass_model(self.solver, master.cost, master.bottom, master.top, rows, offset=master.offset)

    def add(self, rows: Rows) -> None:
        """Add rows."""
        m = rows.matrix
        self.solver.addRows(len(rows.lower), rows.lower, rows.upper, m.nnz, m.indptr[:-1], m.indices, m.data)

    def drop(self, places: Ints) -> None:
        """Take rows away; places count from the first row that was added."""
        self.solver.deleteRows(len(places), (places + self.fixed).astype(np.int32))

    def slack(self) -> Floats:
        """How far each added row is from binding; rows with a price have 0."""
        solution = self.solver.getSolution()
        value, dual = np.array(solution.row_value)[self.fixed :], np.array(solution.row_dual)[self.fixed :]
        lower = np.array(self.solver.getLp().row_lower_)[self.fixed :]
        return np.where(np.abs(dual) > 1e-9, 0.0, value - lower)

    def solve(self, seconds: float) -> Solved:
        """Solve within some seconds."""
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(0.01, seconds))
        self.solver.run()
        status = status_of(self.solver)
        solution, n = self.solver.getSolution(), self.master.columns.count
        x, reduced = np.array(solution.col_value), np.array(solution.col_dual)
        objective = float(self.solver.getInfo().objective_function_value)
        bound = objective if status == "optimal" else -np.inf
        return Solved(status, bound, objective, x[:n], x[n:], reduced[:n])
