"""Programmes made up from a seed: parks, ways to deliver them, a revolving fund, scenarios of delay, cost and demand.

Their numbers mean nothing, but they are of the size of a city's: parks of 20 to 400 ha, 4 to 20 bn VND to clear a
hectare, land ready after two to fifteen years.
"""

import numpy as np

from quydat.programme.optimise.problem import (
    Equity,
    Floats,
    Flow,
    Goal,
    Limit,
    Money,
    Precedence,
    Problem,
    released,
    spread,
)  # fmt: skip

DISTRICTS = 5


def made_up(
    *,
    projects: int,
    models: int,
    years: int,
    periods_per_year: int,
    scenarios: int,
    seed: int,
    safe_share: float = 0.95,
) -> Problem:
    """A programme; its first model is the city clearing and building, the last the developer doing all."""
    rng = np.random.default_rng(seed)
    q, periods, shape = periods_per_year, years * periods_per_year, (projects, models, scenarios)
    area = np.clip(rng.lognormal(4.6, 0.7, projects), 20, 400).round(1)
    unit_cost = rng.uniform(4, 20, projects)
    city = np.linspace(1.0, 0.0, models) if models > 1 else np.ones(1)
    middle = (3 + 1.5 * rng.random(projects))[:, None] + 7 * (1 - city)[None, :] * rng.uniform(0.7, 1.3, (projects, 1))

    weather = rng.standard_normal(scenarios)
    own = rng.standard_normal((projects, 1, scenarios))
    delay = np.exp(0.12 * weather + 0.25 * own)
    lag = np.maximum(1, np.rint(middle[:, :, None] * delay * q)).astype(np.int64)
    price = np.exp(0.10 * (0.6 * weather + 0.8 * rng.standard_normal(scenarios)) + 0.15 * own - 0.02)

    spending = (area * unit_cost)[:, None] * (0.05 + 0.95 * city)[None, :]
    receipts = (area * rng.uniform(8, 16, projects))[:, None] * (0.25 + 0.75 * city)[None, :]
    land = Flow(_ramps(3 * q), np.zeros(shape, dtype=np.int64), lag, np.broadcast_to(area[:, None, None], shape).copy())
    paid = Flow(
        _ramps(3 * q), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64), spending[:, :, None] * price
    )
    taken = Flow(_ramps(6 * q), np.zeros(shape, dtype=np.int64), lag, receipts[:, :, None] / np.sqrt(price))

    total = area.sum()
    growth = 0.02 + 0.015 * rng.standard_normal(scenarios)
    yearly = 0.75 * total / years * np.exp(0.15 * rng.standard_normal(scenarios))
    demand = yearly[:, None] * (1 + growth[:, None]) ** np.arange(years)
    budget = np.full(years, 0.6 * spending[:, 0].sum() / years)
    district = np.arange(projects) % DISTRICTS
    limits = []
    for d in range(min(DISTRICTS, projects)):
        use = (district == d)[:, None] * (area[:, None] / 100 * city[None, :])
        held = np.full((projects, models), 2 * q, dtype=np.int64)
        limits.append(Limit(f"teams {d}", use, held, np.full(periods, max(4.5, 0.12 * total / DISTRICTS / 100 * 4))))
    pairs = [Precedence(int(a), int(b), q) for a, b in rng.permutation(projects)[: projects // 10 * 2].reshape(-1, 2)]
    weight = np.zeros(periods)
    weight[:] = 1 / q
    return Problem(
        projects=tuple(f"park {i}" for i in range(projects)),
        models=tuple(f"model {m}" for m in range(models)),
        probability=np.full(scenarios, 1 / scenarios),
        land=land, spending=paid, receipts=taken,
        demand_ha=spread(demand, periods_per_year=q), opening_ha=np.full(scenarios, 1.5 * yearly.mean()),
        shortage_weight=weight, discount=1.08 ** -(np.arange(periods) / q),
        money=Money(released(budget, periods_per_year=q), np.full(periods, 2 * budget[0]), 0.09 / q, 0.8, safe_share),
        allowed=np.ones((projects, models, periods), dtype=bool), must=np.zeros(projects, dtype=bool),
        ready=np.maximum(1, np.rint(middle * q)).astype(np.int64),
        goal=Goal(shortage_price=5.0, tail_share=0.9),
        precedences=tuple(pairs), limits=tuple(limits),
        equities=(Equity("district 0", district == 0, 0.1),) if projects >= 2 * DISTRICTS else (),
    )  # fmt: skip


def _ramps(length: int) -> Floats:
    """One profile: equal parts over its length."""
    return (np.arange(1, length + 1) / length)[None, :]
