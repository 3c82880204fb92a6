"""Small programmes made up from a seed, to be simulated."""

from dataclasses import replace
from random import Random

import numpy as np

from quydat.procedure.hand_over import HandOver
from quydat.programme.simulate.programme import (
    Policy,
    SimDelivery,
    SimFunding,
    SimProgramme,
    SimProject,
    SimSource,
    SimSpread,
)


def some_spread(random: Random, low: float, high: float, *, observed: bool = False) -> SimSpread:
    three = sorted(random.uniform(low, high) for _ in range(3))
    seen = tuple(random.uniform(low, high) for _ in range(random.randint(1, 9))) if observed else ()
    return SimSpread(*three, seen, random.uniform(-0.7, 0.7), random.uniform(-0.7, 0.7))


def some_programme(seed: int, *, policy: Policy, years: int = 12) -> SimProgramme:
    random = Random(seed)  # noqa: S311
    first = 2026
    deliveries = {
        name: SimDelivery(
            *shares, random.choice([0.0, 1.0, random.random()]), random.random(), random.choice([0.5, random.random()]),
            tuple(random.random() / 4 for _ in range(random.randint(1, 4))),
        )
        for name, shares in {"a": (1.0, 1.0, 1.0), "b": (1.0, 0.0, 0.4), "c": (0.0, 0.0, 0.1)}.items()
    }  # fmt: skip
    projects = tuple(
        SimProject(
            f"p{number}", random.choice("abc"), random.randint(0, 2 * years), random.randint(0, 2),
            some_spread(random, 1, 900), some_spread(random, 20, 1500, observed=random.random() < 0.3),
            some_spread(random, 100, 900), some_spread(random, 0.7, 2.5), random.uniform(10, 300),
            random.uniform(5, 200), random.choice([2022, 2026]), random.uniform(5, 200), random.uniform(0, 3),
        )
        for number in range(random.randint(1, 12))
    )  # fmt: skip
    sources = {
        "city": SimSource({first + t: random.uniform(0, 150) for t in range(years)}, True),
        "state": SimSource({first + t: random.uniform(0, 80) for t in range(years)}, random.random() < 0.5),
    }
    funding = SimFunding(
        sources, random.uniform(0, 100), random.choice([0.0, 200.0]), random.choice([0.0, 0.1]),
        random.choice([0.0, 0.6]), 0.06, 0.03, 0.02,
    )  # fmt: skip
    demand = np.array([[random.uniform(0, 60) for _ in range(years)] for _ in range(random.choice([1, 7, 300]))])
    return SimProgramme(
        tuple(range(first, first + years)), projects, deliveries, funding,
        HandOver(random.choice([1.0, 2.5]), 0.1, 2.0), random.uniform(0, 50), demand,
        tuple(random.uniform(0, 5) for _ in range(years)), policy, 2, seed,
    )  # fmt: skip


def tied(programme: SimProgramme, seed: int) -> SimProgramme:
    """The same, where some projects wait for others, that come before or after them in turn."""
    random = Random(seed)  # noqa: S311
    order = [one.project_id for one in programme.projects]
    random.shuffle(order)
    rank = {project: k for k, project in enumerate(order)}
    projects = []
    for one in programme.projects:
        before = order[: rank[one.project_id]]
        after = tuple(random.sample(before, min(len(before), random.choice([0, 1, 1, 2]))))
        start = min(one.start_quarter, random.randint(0, 20))
        each = tuple(random.choice([0, 50, 700]) for _ in after)
        lag = random.choice([0, 100, 400, each])
        projects.append(replace(one, after=after, after_lag_days=lag, start_quarter=start))
    return replace(programme, projects=tuple(projects))


def earmarked(programme: SimProgramme, seed: int) -> SimProgramme:
    """The same with money that only some projects may use."""
    random = Random(seed)  # noqa: S311
    ids = [one.project_id for one in programme.projects]
    sources = dict(programme.funding.sources)
    for name in ("bonds", "roads", "works")[: random.randint(1, 3)]:
        amounts = {year: random.choice([0.0, random.uniform(0, 120)]) for year in programme.years}
        some = tuple(random.sample(ids, random.randint(1, len(ids))))
        sources[name] = SimSource(amounts, random.random() < 0.6, some)
    funding = replace(programme.funding, sources=sources, ahead_years=random.choice([0, 0, 2]))
    return replace(programme, funding=funding)
