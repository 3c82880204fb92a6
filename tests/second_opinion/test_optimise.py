"""The programme optimiser against every programme there is, valued draw by draw in plain Python."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from quydat.programme.optimise.evaluate import value
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import (
    NEVER,
    Choice,
    Equity,
    Flow,
    Goal,
    Limit,
    Money,
    Precedence,
    Problem,
    Replan,
)
from quydat.programme.optimise.solve import solve

QUICK, ALL = 200, 1000
KEPT = 1e-6


def made_up(seed: int) -> Problem:
    """A small programme with all that a large one has."""
    rng = np.random.default_rng(seed)
    projects, models, periods, scenarios = 3, int(rng.integers(1, 3)), int(rng.integers(2, 5)), int(rng.integers(1, 5))
    if models == 2:
        periods = min(periods, 3)
    shape = (projects, models, scenarios)

    def flow(length: int, low: float, high: float, latest: int) -> Flow:
        profile = np.cumsum(rng.random((2, length)), axis=1)
        profile /= profile[:, -1:]
        return Flow(
            profile, rng.integers(0, 2, shape), rng.integers(0, latest + 1, shape), rng.uniform(low, high, shape)
        )

    weight = rng.random(periods) * rng.integers(0, 2, periods)
    weight[-1] += 0.1
    probability = rng.random(scenarios) + 0.1
    some = bool(rng.integers(0, 2))
    given = Choice(np.array([0, NEVER, 0]), np.array([0, NEVER, periods - 1]))
    capacity = rng.uniform(1.0, 3.0, periods)
    return Problem(
        projects=("a", "b", "c"), models=("city", "developer")[:models], probability=probability / probability.sum(),
        land=flow(2, 20, 100, 2), spending=flow(2, 50, 300, 1), receipts=flow(2, 20, 400, 2),
        demand_ha=rng.uniform(5, 40, (scenarios, periods)), opening_ha=rng.uniform(0, 20, scenarios),
        shortage_weight=weight, discount=1.1 ** -np.arange(periods),
        money=Money(rng.uniform(20, 200, periods), rng.uniform(0, 150, periods), float(rng.choice([0.0, 0.1])),
                    float(rng.choice([0.0, 0.8, 1.0])), float(rng.choice([0.0, 0.6, 1.0]))),
        allowed=rng.random((projects, models, periods)) < 0.85, must=rng.random(projects) < 0.1,
        ready=rng.integers(1, 3, (projects, models)),
        goal=Goal(cost_weight=float(rng.choice([0.0, 1.0, 1.0, 2.0])),
                  shortage_price=float(rng.uniform(0, 20)), tail_price=float(rng.choice([0, 3])),
                  tail_share=float(rng.choice([0.0, 0.5, 0.9])),
                  tail_limit=float(rng.choice([np.inf, 100.0, 20.0])),
                  shortage_limit=float(rng.choice([np.inf, 40.0])), cost_limit=float(rng.choice([np.inf, 100.0]))),
        precedences=(Precedence(0, 1, int(rng.integers(0, 2))),) if some else (),
        limits=(Limit("teams", rng.uniform(0.5, 2, shape[:2]), rng.integers(1, 3, shape[:2]), capacity),),
        equities=(Equity("district", np.array([True, False, False]), 0.2),) if rng.random() < 0.3 else (),
        replan=Replan(given, 30.0, 5.0) if rng.random() < 0.3 else None,
    )  # fmt: skip


def worst_mean(values: list[float], probability: list[float], share: float) -> float:
    """Mean of the worst part: the least over all levels of level + mean excess ÷ part (Rockafellar and Uryasev)."""
    if share >= 1:
        return max(values)
    return min(
        level + sum(p * max(0.0, v - level) for v, p in zip(values, probability, strict=True)) / (1 - share)
        for level in values
    )


def come(flow: Flow, i: int, m: int, s: int, after: int) -> float:
    """Running total of a flow ``after`` periods after the start."""
    k = after - int(flow.lag[i, m, s])
    if k < 0:
        return 0.0
    profile = flow.profile[int(flow.row[i, m, s])]
    return float(flow.scale[i, m, s] * profile[min(k, len(profile) - 1)])


def by_hand(problem: Problem, model: tuple[int, ...], start: tuple[int, ...]) -> tuple[float, bool]:
    """Objective, and whether all is kept, as the question says it."""
    goal, money, probability = problem.goal, problem.money, problem.probability.tolist()
    taken = [(i, m, t) for i, (m, t) in enumerate(zip(model, start, strict=True)) if t != NEVER]
    rate = problem.discount[1] / problem.discount[0]
    short, over, interest, cost = [], [], [], 0.0
    for s in range(len(probability)):
        wanted, total, most = 0.0, 0.0, 0.0
        worth, paid, worst, before = 0.0, 0.0, -np.inf, 0.0
        for u in range(problem.periods):
            wanted += problem.demand_ha[s, u]
            land = sum(come(problem.land, i, m, s, u - t) for i, m, t in taken)
            most = max(most, wanted - problem.opening_ha[s] - land)
            total += problem.shortage_weight[u] * most
            if worth < 0:
                paid += problem.discount[u] * money.interest * -worth
                worth *= 1 + money.interest
            running = sum(
                money.revolving_share * come(problem.receipts, i, m, s, u - t) - come(problem.spending, i, m, s, u - t)
                for i, m, t in taken
            )
            worth += money.budget_bn_vnd[u] + running - before
            before = running
            worst = max(worst, -worth - money.loan_bn_vnd[u])
        short.append(total)
        over.append(worst)
        interest.append(paid)
        for i, m, t in taken:
            for k in range(12):
                for flow, sign in ((problem.spending, 1.0), (problem.receipts, -1.0)):
                    part = come(flow, i, m, s, k) - come(flow, i, m, s, k - 1)
                    cost += probability[s] * sign * part * rate ** (t + k)
    cost += sum(p * one for p, one in zip(probability, interest, strict=True))
    if problem.replan is not None:
        for i in range(len(model)):
            m0, t0 = int(problem.replan.given.model[i]), int(problem.replan.given.start[i])
            if (t0 == NEVER) != (start[i] == NEVER):
                cost += problem.replan.change
            elif t0 != NEVER:
                cost += problem.replan.change * (model[i] != m0) + problem.replan.shift * abs(start[i] - t0)
    mean = sum(p * one for p, one in zip(probability, short, strict=True))
    tail = worst_mean(short, probability, goal.tail_share) if goal.tail else 0.0
    kept = [
        worst_mean(over, probability, money.safe_share) <= KEPT,
        cost <= goal.cost_limit + KEPT, mean <= goal.shortage_limit + KEPT, tail <= goal.tail_limit + KEPT,
        all(problem.allowed[one] for one in taken),
        all(start[i] != NEVER for i in range(len(start)) if problem.must[i]),
    ]  # fmt: skip
    for q in problem.precedences:
        if start[q.after] != NEVER:
            done = start[q.before] + int(problem.ready[q.before, model[q.before]]) + q.lag
            kept.append(start[q.before] != NEVER and done <= start[q.after])
    for limit in problem.limits:
        for u in range(problem.periods):
            held = sum(limit.use[i, m] for i, m, t in taken if t <= u < t + limit.held[i, m])
            kept.append(held <= limit.capacity[u] + KEPT)
    for equity in problem.equities:
        brought = [
            sum(p * come(problem.land, i, m, s, problem.periods - 1 - t) for s, p in enumerate(probability))
            for i, m, t in taken
        ]
        own = sum(b for b, (i, _, _) in zip(brought, taken, strict=True) if equity.members[i])
        kept.append(own >= equity.share * sum(brought) - KEPT)
    return goal.cost_weight * cost + goal.shortage_price * mean + goal.tail_price * tail, all(kept)


def every_choice(problem: Problem) -> Any:
    """All programmes."""
    _, models, periods = problem.allowed.shape
    one = [(NEVER, NEVER), *product(range(models), range(periods))]
    for choice in product(one, repeat=len(problem.projects)):
        yield tuple(m for m, _ in choice), tuple(t for _, t in choice)


def check(seed: int) -> str:
    problem = made_up(seed)
    best = np.inf
    packed = pack(problem)
    for n, (model, start) in enumerate(every_choice(problem)):
        objective, kept = by_hand(problem, model, start)
        if kept:
            best = min(best, objective)
        if n % 37 == seed % 37:
            ours = value(packed, Choice(np.array(model), np.array(start)))
            assert ours.objective == pytest.approx(objective, rel=1e-9, abs=1e-7)
            if all(problem.allowed[i, m, t] for i, (m, t) in enumerate(zip(model, start, strict=True)) if t != NEVER):
                assert (ours.broken <= 2 * KEPT) == kept
    answer = solve(problem, gap=1e-6, seconds=60, seed=seed)
    if not np.isfinite(best):
        assert answer.status == "infeasible"
        return "infeasible"
    assert answer.status == "proven"
    objective, kept = by_hand(problem, tuple(answer.choice.model.tolist()), tuple(answer.choice.start.tolist()))
    assert kept
    assert answer.value.objective == pytest.approx(objective, rel=1e-9, abs=1e-7)
    assert objective == pytest.approx(best, rel=2e-6, abs=1e-5)
    assert answer.bound <= best + 1e-6 * abs(best) + 1e-5
    return "proven"


@pytest.mark.parametrize("tens", range(QUICK // 20))
def test_equal_to_every_programme(tens: int) -> None:
    found = [check(seed) for seed in range(20 * tens, 20 * tens + 20)]
    assert "proven" in found


@pytest.mark.long
@pytest.mark.parametrize("tens", range(QUICK // 20, ALL // 20))
def test_equal_to_every_programme_of_many(tens: int) -> None:
    found = [check(seed) for seed in range(20 * tens, 20 * tens + 20)]
    assert "proven" in found
