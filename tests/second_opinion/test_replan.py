"""A re-plan after one change moves as few starts as any programme that still fits, by trying them all."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from quydat.programme.optimise.problem import NEVER, Choice, Goal, Money, Problem, Replan, single
from quydat.programme.optimise.solve import solve

PERIODS, PROJECTS = 4, 4
CHANGE, SHIFT = 1000.0, 100.0
"""So dear that no saving pays for a change: the best programme is the one that changes least."""


def city(seed: int) -> Problem:
    """Four parks paid at once out of a yearly budget, in one scenario, all of which must start."""
    rng = np.random.default_rng(seed)
    shape = (PROJECTS, 1, 1)
    return Problem(
        projects=("a", "b", "c", "d"), models=("city",), probability=np.ones(1),
        land=single(rng.integers(50, 150, shape).astype(float), np.ones(shape, dtype=np.int64)),
        spending=single(rng.integers(20, 60, shape).astype(float), np.zeros(shape, dtype=np.int64)),
        receipts=single(np.zeros(shape), np.zeros(shape, dtype=np.int64)),
        demand_ha=np.full((1, PERIODS), 60.0), opening_ha=np.array([60.0]), shortage_weight=np.ones(PERIODS),
        discount=np.ones(PERIODS), money=Money(np.full(PERIODS, 55.0), np.zeros(PERIODS)),
        allowed=np.ones((PROJECTS, 1, PERIODS), dtype=bool), must=np.ones(PROJECTS, dtype=bool),
        ready=np.ones((PROJECTS, 1), dtype=np.int64), goal=Goal(shortage_price=1.0),
    )  # fmt: skip


def fewest(problem: Problem, given: list[int]) -> float | None:
    """Least price of departing from the given starts, over all programmes that are paid for; None if there is none."""
    cost = problem.spending.scale[:, 0, 0]
    best = None
    for starts in product([NEVER, *range(PERIODS)], repeat=PROJECTS):
        if any(must and start == NEVER for must, start in zip(problem.must, starts, strict=True)):
            continue
        if any(start != NEVER and not problem.allowed[i, 0, start] for i, start in enumerate(starts)):
            continue
        paid = [sum(cost[i] for i in range(PROJECTS) if starts[i] == u) for u in range(PERIODS)]
        if (np.cumsum(problem.money.budget_bn_vnd - np.array(paid)) < -1e-9).any():
            continue
        price = sum(
            CHANGE if (a == NEVER) != (b == NEVER) else SHIFT * abs(a - b) if a != NEVER else 0.0
            for a, b in zip(starts, given, strict=True)
        )
        best = price if best is None else min(best, price)
    return best


def departure(given: list[int], starts: list[int]) -> float:
    """What a programme pays for departing."""
    return sum(
        CHANGE if (a == NEVER) != (b == NEVER) else SHIFT * abs(a - b) if a != NEVER else 0.0
        for a, b in zip(starts, given, strict=True)
    )


@pytest.mark.parametrize("seed", range(12))
def test_it_changes_as_little_as_any_programme(seed: int) -> None:
    """The budget of one year is cut, or the first start of one park is forbidden."""
    before = city(seed)
    plan = solve(before, gap=1e-6)
    if plan.status == "infeasible":
        assert fewest(before, [0] * PROJECTS) is None
        return
    given = plan.choice.start.tolist()
    budget = before.money.budget_bn_vnd.copy()
    budget[seed % 2] -= 15.0
    later = before.allowed.copy()
    if seed % 3 == 0:
        later[0, 0, given[0]] = False
    after = replace(
        before, money=replace(before.money, budget_bn_vnd=budget), allowed=later, must=before.must & False,
        replan=Replan(Choice(plan.choice.model, plan.choice.start), CHANGE, SHIFT),
        goal=Goal(shortage_price=0.01),
    )  # fmt: skip
    least = fewest(after, given)
    answer = solve(after, gap=1e-6)
    assert answer.status == "proven"
    assert departure(given, answer.choice.start.tolist()) == pytest.approx(least)
