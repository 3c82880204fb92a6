"""The same programme written out whole, every scenario and period with its balance, for HiGHS and for CP-SAT.

Balances instead of running totals keep the rows short, which is what makes solvers fastest here (docs/decisions).
"""

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack, vstack

from quydat.programme.optimise.cuts import Variables
from quydat.programme.optimise.master import Master, Rows, highs, pass_model, status_of
from quydat.programme.optimise.pack import Columns, pack
from quydat.programme.optimise.problem import Choice, Floats, Flow, Problem


def _arrivals(flow: Flow, columns: Columns, periods: int) -> csr_array:
    """Amount by scenario and period (rows) of each start (columns)."""
    steps = np.diff(flow.profile, axis=1, prepend=0.0)
    scenarios, row, column, value = flow.row.shape[2], [], [], []
    i, m, t = columns.project, columns.model, columns.period
    for s in range(scenarios):
        for k in range(steps.shape[1]):
            amount = flow.scale[i, m, s] * steps[flow.row[i, m, s], k]
            at = t + flow.lag[i, m, s] + k
            some = np.flatnonzero((at < periods) & (amount != 0))
            row.append(s * periods + at[some])
            column.append(some)
            value.append(amount[some])
    where = (np.concatenate(row), np.concatenate(column))
    return csr_array(coo_array((np.concatenate(value), where), (scenarios * periods, columns.count)))


class Extensive:
    """Variables: starts; then by scenario and period lost, stock, cash, debt; then shortage, tail part, excess, excess
    part by scenario; the two levels. ``equal`` writes balances as equalities, else land and money may also be wasted,
    which no best programme does: CP-SAT rounds coefficients, after which an equality may have no answer.
    """

    def __init__(self, problem: Problem, *, equal: bool = True) -> None:
        self.packed = p = pack(problem)
        self.columns = c = Columns.of(problem, p)
        s, t, n = problem.scenarios, problem.periods, c.count
        st, goal, money = s * t, problem.goal, problem.money
        base = Master(c, Variables(1, 1))
        before = csr_array(coo_array(_before(s, t), (st, st)))
        one = csr_array((np.ones(st), (np.arange(st), np.arange(st))))
        names = {
            "lost": st,
            "stock": st,
            "cash": st,
            "debt": st,
            "short": s,
            "above": s,
            "excess": s,
            "over": s,
            "levels": 2,
        }
        parts: list[csr_array] = []
        low: list[Floats] = []
        high: list[Floats] = []

        def row(blocks: dict[str, Any], lower: Floats, upper: Floats) -> None:
            count = len(lower)
            parts.append(csr_array(hstack(
                [blocks.get("x", csr_array((count, n))),
                 *(blocks.get(k, csr_array((count, w))) for k, w in names.items())])))  # fmt: skip
            low.append(lower)
            high.append(upper)

        static = base.static
        known = static.matrix[:, :n]
        count = len(p.must) + len(c.limits[1]) + len(p.share)
        row({"x": known[:count]}, static.lower[:count], static.upper[:count])
        order = c.precedences
        row({"x": order}, np.zeros(order.shape[0]), np.full(order.shape[0], np.inf))
        come = _arrivals(problem.land, c, t)
        first = np.zeros((s, t))
        first[:, 0] = problem.opening_ha
        wanted = (problem.demand_ha - first).ravel()
        row({"x": come, "lost": one, "stock": before - one}, wanted, wanted if equal else np.full(st, np.inf))
        net = _arrivals(problem.receipts, c, t) * money.revolving_share - _arrivals(problem.spending, c, t)
        own = -np.tile(p.own, s)
        row(
            {"x": net, "cash": before - one, "debt": one - (1 + money.interest) * before},
            own,
            own if equal else np.full(st, np.inf),
        )
        later = np.cumsum(p.weight[::-1])[::-1]
        of_scenario = np.repeat(np.arange(s), t)
        total = csr_array((np.tile(later, s), (of_scenario, np.arange(st))))
        each = csr_array((np.ones(s), (np.arange(s), np.arange(s))))
        zero, free = np.zeros(s), np.full(s, np.inf)
        row({"lost": total, "short": -each}, zero if equal else -free, zero)
        level = [csr_array(np.eye(2)[[k] * s]) for k in (0, 1)]
        row({"short": -each, "above": each, "levels": level[0]}, zero, free)
        wide = csr_array((np.ones(st), (np.arange(st), of_scenario)))
        row({"cash": one, "debt": -one, "excess": wide}, -np.tile(p.loan, s), np.full(st, np.inf))
        row({"excess": -each, "over": each, "levels": level[1]}, zero, free)
        part = [
            csr_array((p.probability / max(1 - share, 1e-9))[None]) for share in (goal.tail_share, money.safe_share)
        ]
        if goal.tail_limit < np.inf:
            row({"above": part[0], "levels": csr_array([[1.0, 0.0]])}, np.array([-np.inf]), np.array([goal.tail_limit]))
        row({"over": part[1], "levels": csr_array([[0.0, 1.0]])}, np.array([-np.inf]), np.array([0.0]))
        self.rows = Rows(csr_array(vstack(parts, format="csr")), np.concatenate(low), np.concatenate(high))
        self.rows.matrix.sum_duplicates()
        self.rows.matrix.eliminate_zeros()
        paid = np.zeros((s, t))
        paid[:, :-1] = p.probability[:, None] * p.discount[None, 1:] * money.interest
        self.cost = np.concatenate([
            goal.cost_weight * c.cost, np.zeros(3 * st), goal.cost_weight * paid.ravel(),
            goal.shortage_price * p.probability,
            goal.tail_price * part[0].toarray()[0], np.zeros(2 * s), [goal.tail_price, 0.0]])  # fmt: skip
        # CP-SAT takes no variable without limits: more land and money than there can be
        land = float(
            problem.demand_ha.sum(axis=1).max() + problem.land.scale.max(axis=(1, 2)).sum() + problem.opening_ha.max()
        )
        cash = float(
            sum(flow.scale.max(axis=(1, 2)).sum() for flow in (problem.spending, problem.receipts)) + p.own.sum()
        )
        cash += float(p.loan.max())
        years = land * max(1.0, float(p.weight.sum()))
        self.bottom = np.concatenate([np.zeros(n + 4 * st + 2 * s), np.full(s, -cash), zero, [0.0, -cash]])
        widths = [
            (1.0, n),
            (land, 2 * st),
            (cash, 2 * st),
            (years, 2 * s),
            (cash, s),
            (2 * cash, s),
            (years, 1),
            (cash, 1),
        ]
        self.top = np.concatenate([np.full(width, most) for most, width in widths])
        self.offset = float(goal.cost_weight * p.never.sum())

    def loaded(self, seconds: float, gap: float, threads: int) -> Any:
        """HiGHS with the programme."""
        import highspy

        highspy.Highs.resetGlobalScheduler(True)  # ours runs on one thread, and a process keeps its number
        solver = highs(seconds, seed=0)
        solver.setOptionValue("threads", threads)
        solver.setOptionValue("mip_rel_gap", gap)
        pass_model(solver, self.cost, self.bottom, self.top, self.rows, offset=self.offset, whole=self.columns.count)
        return solver

    def by_highs(self, seconds: float, gap: float) -> tuple[Choice | None, float, str]:
        """Choice, bound and status."""
        solver = self.loaded(seconds, gap, 2)
        solver.run()
        x = np.array(solver.getSolution().col_value)
        found = len(x) and np.isfinite(solver.getInfo().objective_function_value) and np.abs(x).sum() > 0
        return (
            self.columns.choice(x[: self.columns.count]) if found else None,
            float(solver.getInfo().mip_dual_bound),
            status_of(solver),
        )

    def by_cp_sat(self, seconds: float, gap: float) -> tuple[Choice | None, float, str]:
        """Choice, bound and status; OR-Tools turns the same file into whole numbers by its own scaling."""
        from ortools.linear_solver.python import model_builder

        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "programme.mps"
            self.loaded(1.0, gap, 2).writeModel(str(path))
            model = model_builder.Model()
            model.import_from_mps_file(str(path))
        solver = model_builder.Solver("sat")
        solver.set_time_limit_in_seconds(max(1.0, seconds - (time.perf_counter() - began)))
        solver.set_solver_specific_parameters(f"num_workers:2 relative_gap_limit:{gap}")
        status = solver.solve(model)
        if status not in (model_builder.SolveStatus.OPTIMAL, model_builder.SolveStatus.FEASIBLE):
            return None, -np.inf, str(status)
        variables = [model.var_from_index(k) for k in range(self.columns.count)]
        x = np.array([solver.value(one) for one in variables])
        return self.columns.choice(x), float(solver.best_objective_bound), str(status)


def _before(scenarios: int, periods: int) -> tuple[Floats, tuple[Any, Any]]:
    """Entries of the matrix that takes the value of the period before, none in the first."""
    at = np.arange(scenarios * periods)
    later = at[at % periods > 0]
    return np.ones(len(later)), (later, later - 1)
