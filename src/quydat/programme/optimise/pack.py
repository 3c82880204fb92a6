"""The question as plain arrays for compiled kernels, and as rows over its possible starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.planes import land_rows
from quydat.programme.optimise.problem import NEVER, Choice, Floats, Flow, Ints, Problem


def _steps(flow: Flow) -> Floats:
    """Amounts by period from running totals."""
    return np.ascontiguousarray(np.diff(flow.profile, axis=1, prepend=0.0))


def _worth(problem: Problem, flow: Flow) -> Floats:
    """Expected worth today of a flow whose project starts in the first period, its whole profile: projects × models.

    That of a later start is this, discounted to it.
    """
    steps, discount = _steps(flow), _factors(problem)
    powers = discount ** np.arange(steps.shape[1])
    of_row = steps @ powers
    worth: Floats = np.einsum("ims,s->im", flow.scale * of_row[flow.row] * discount**flow.lag, problem.probability)
    return worth


def _factors(problem: Problem) -> float:
    """Worth of a bn VND a period later."""
    return float(problem.discount[-1] / problem.discount[-2]) if problem.periods > 1 else 1.0


def pack(problem: Problem) -> Packed:
    """Arrays of a problem; a start costs its expected net present cost, and what departing from a plan costs."""
    money, goal = problem.money, problem.goal
    shape = problem.allowed.shape
    spent = _worth(problem, problem.spending) - _worth(problem, problem.receipts)
    cost = spent[:, :, None] * problem.discount[None, None, :]
    never = np.zeros(shape[0])
    if problem.replan is not None:
        changed, never = _departure(problem)
        cost = cost + changed
    limits, projects = problem.limits, shape[0]
    take = problem.receipts
    need = np.ascontiguousarray(np.cumsum(problem.demand_ha, axis=1) - problem.opening_ha[:, None])
    packed = Packed(
        probability=problem.probability.astype(float),
        land_table=np.ascontiguousarray(problem.land.profile, dtype=float),
        land_steps=_steps(problem.land),
        land_row=_whole(problem.land.row), land_lag=_whole(problem.land.lag), land_scale=_real(problem.land.scale),
        pay_table=_steps(problem.spending), pay_row=_whole(problem.spending.row),
        pay_lag=_whole(problem.spending.lag), pay_scale=_real(problem.spending.scale),
        take_table=_steps(take), take_row=_whole(take.row), take_lag=_whole(take.lag),
        take_scale=_real(take.scale * money.revolving_share),
        need=need, need_by_period=np.ascontiguousarray(need.T),
        weight=_real(problem.shortage_weight), own=_real(money.budget_bn_vnd), loan=_real(money.loan_bn_vnd),
        discount=_real(problem.discount), interest=float(money.interest), safe_share=float(money.safe_share),
        tail_share=float(goal.tail_share), cost=np.ascontiguousarray(cost), never=never,
        expected_land=np.zeros(shape),
        use=_stack([one.use for one in limits], shape[:2]),
        held=_stack([one.held for one in limits], shape[:2]).astype(np.int64),
        capacity=_stack([one.capacity for one in limits], (problem.periods,)),
        pairs=np.array([(q.before, q.after, q.lag) for q in problem.precedences], dtype=np.int64).reshape(-1, 3),
        ready=_whole(problem.ready), must=problem.must.astype(np.int64),
        member=_stack([one.members for one in problem.equities], (projects,)),
        share=np.array([one.share for one in problem.equities], dtype=float),
        goal=np.array([goal.shortage_price, goal.tail_price, goal.cost_limit, goal.shortage_limit, goal.tail_limit,
                       goal.cost_weight]),
        tail=goal.tail,
    )  # fmt: skip
    ends = np.zeros_like(packed.need)
    ends[:, -1] = packed.probability
    land_rows(packed, ends, np.zeros(problem.scenarios, dtype=np.int64), packed.expected_land[None])
    return packed


def _whole(values: Ints) -> Ints:
    return np.ascontiguousarray(values, dtype=np.int64)


def _real(values: Floats) -> Floats:
    return np.ascontiguousarray(values, dtype=float)


def _stack(parts: Sequence[NDArray[Any]], shape: tuple[int, ...]) -> Floats:
    return np.array(parts, dtype=float).reshape(len(parts), *shape)


def _departure(problem: Problem) -> tuple[Floats, Floats]:
    """What each start, and none, costs as a change of the given programme."""
    replan = problem.replan
    assert replan is not None
    _, models, periods = problem.allowed.shape
    model, start = replan.given
    moved = replan.shift * np.abs(np.arange(periods)[None, :] - start[:, None])
    other = replan.change * (np.arange(models)[None, :] != model[:, None])
    there = (model != NEVER)[:, None, None]
    return np.where(there, other[:, :, None] + moved[:, None, :], replan.change), np.where(
        model != NEVER, replan.change, 0.0
    )


@dataclass(frozen=True, eq=False)
class Columns:
    """Possible starts, one a column, those of a project and model beside each other by time."""

    packed: Packed
    project: Ints
    model: Ints
    period: Ints

    @classmethod
    def of(cls, problem: Problem, packed: Packed) -> "Columns":
        """All allowed starts."""
        return cls(packed, *(part.astype(np.int64) for part in np.nonzero(problem.allowed)))

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.project)

    def pick(self, table: Floats) -> Floats:
        """Values of columns out of a table whose last axes are projects × models × periods."""
        return np.ascontiguousarray(table[..., self.project, self.model, self.period])

    @cached_property
    def cost(self) -> Floats:
        """Cost of each column beside not starting its project."""
        cost: Floats = self.pick(self.packed.cost) - self.packed.never[self.project]
        return cost

    @cached_property
    def expected_land(self) -> Floats:
        """Land that each brings by the end, in the mean."""
        return self.pick(self.packed.expected_land)

    def vector(self, choice: Choice) -> Floats:
        """The columns of a choice as 0 and 1."""
        same: Floats = (
            (choice.start[self.project] == self.period) & (choice.model[self.project] == self.model)
        ).astype(float)
        return same

    def choice(self, x: Floats) -> Choice:
        """The choice that columns of 0 and 1 say."""
        projects = len(self.packed.must)
        model, start = np.full(projects, NEVER), np.full(projects, NEVER)
        taken = np.flatnonzero(x > 0.5)
        model[self.project[taken]], start[self.project[taken]] = self.model[taken], self.period[taken]
        return Choice(model, start)

    @cached_property
    def assignment(self) -> csr_array:
        """Projects × columns: each project has one start at most."""
        return csr_array(
            (np.ones(self.count), (self.project, np.arange(self.count))), (len(self.packed.must), self.count)
        )

    @cached_property
    def limits(self) -> tuple[csr_array, Floats]:
        """Limits and periods × columns, and the capacity: only rows that can bind."""
        p, rows, most = self.packed, [], []
        for r in range(len(p.capacity)):
            use, until = p.use[r, self.project, self.model], self.period + p.held[r, self.project, self.model]
            for u in range(p.capacity.shape[1]):
                holds = np.where((self.period <= u) & (u < until), use, 0.0)
                top = np.zeros(len(p.must))
                np.maximum.at(top, self.project, holds)
                if top.sum() > p.capacity[r, u]:
                    rows.append(csr_array(holds[None]))
                    most.append(p.capacity[r, u])
        return (vstack(rows, format="csr") if rows else csr_array((0, self.count))), np.array(most)

    @cached_property
    def equities(self) -> csr_array:
        """Rows of at least 0: land of a district less its share of all."""
        p = self.packed
        rows = (p.member[:, self.project] - p.share[:, None]) * self.expected_land
        return csr_array(rows.reshape(len(p.share), self.count))

    @cached_property
    def precedences(self) -> csr_array:
        """Rows of at least 0: the earlier project ready in time, less the later one started by then."""
        p, rows = self.packed, []
        for before, after, lag in p.pairs:
            later, sooner = self.project == after, self.project == before
            done = self.period + p.ready[self.project, self.model] + lag
            for u in np.unique(self.period[later]):
                rows.append(csr_array(((sooner & (done <= u)) * 1.0 - (later & (self.period <= u)) * 1.0)[None]))
        return vstack(rows, format="csr") if rows else csr_array((0, self.count))
