"""Programmes held against each other: the chosen one, two by rule, and those that other beliefs would choose."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quydat.core.problem import Problems
from quydat.dictionary.cells import Names
from quydat.programme.choose.chosen import Chosen, Start, choose
from quydat.programme.choose.question import Aims, Question, question
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.worth.choice import with_money_times
from quydat.programme.worth.scenarios import DELAYS_LONG, Scenario

CHOSEN, ALL_DEVELOPERS, ALL_CITY, TWICE_MONEY = "chosen", "all_developers", "all_city", "twice_the_money"
LOW_DEMAND, HIGH_DEMAND, AGAINST_DELAY = "best_if_demand_low", "best_if_demand_high", "best_if_delays_long"
NAMES: Mapping[str, Names] = {
    CHOSEN: ("Chương trình đã chọn", "The chosen programme"),
    ALL_DEVELOPERS: ("Mọi khu để nhà đầu tư tự làm", "Every park left to developers"),
    ALL_CITY: ("Thành phố giải phóng mọi khu, lần lượt theo tiền", "The city clears all parks, in turn as money comes"),
    LOW_DEMAND: ("Tốt nhất nếu nhu cầu thấp", "Best if demand is low"),
    HIGH_DEMAND: ("Tốt nhất nếu nhu cầu cao", "Best if demand is high"),
    TWICE_MONEY: ("Tốt nhất nếu có gấp đôi tiền", "Best with twice the money"),
    AGAINST_DELAY: ("Tốt nhất nếu chậm kéo dài", "Best if delays are long"),
}


@dataclass(frozen=True, eq=False)
class Candidates:
    """Programmes by id, what was solved for those that were optimised, and those for which there was no answer."""

    starts: Mapping[str, tuple[Start, ...]]
    solved: Mapping[str, Chosen]
    refused: Mapping[str, str]


def candidates(
    asked: Question, aims: Aims, starts: tuple[Start, ...], scenarios: Mapping[str, Scenario], *, count: int,
    gap: float, seconds: float, seed: int,
) -> Candidates:  # fmt: skip
    """All programmes to be judged.

    Parameters
    ----------
    asked, starts
        The question of the chosen programme, and its starts.
    count
        Scenarios of the optimisation.
    gap, seconds
        How near to the best the others are brought.
    """
    given = asked.given
    made = {CHOSEN: starts, ALL_DEVELOPERS: all_developers(given, starts), ALL_CITY: all_city(asked, starts)}
    solved, refused = dict[str, Chosen](), dict[str, str]()
    for name, belief in beliefs(given, scenarios).items():
        try:
            found = choose(
                question(belief, Worlds(belief, count=count), aims=aims), gap=gap, seconds=seconds, seed=seed
            )
        except Problems as why:
            refused[name] = "; ".join(one.message("en") for one in why.found)
            continue
        solved[name], made[name] = found, found.starts
    return Candidates(made, solved, refused)


def beliefs(given: Given, scenarios: Mapping[str, Scenario]) -> dict[str, Given]:
    """What one may believe instead: the least and the most demand of the scenarios, twice the money, long delays."""
    wanted = {name: float(one.given.land.demand_ha.sum(axis=1).mean()) for name, one in scenarios.items()}
    made = {}
    now = float(given.land.demand_ha.sum(axis=1).mean())
    for name, pick in ((LOW_DEMAND, min), (HIGH_DEMAND, max)):
        if wanted:
            scenario = pick(wanted, key=lambda one: (wanted[one], one))
            if wanted[scenario] != now:
                made[name] = scenarios[scenario].given
    made[TWICE_MONEY] = with_money_times(given, 2.0)
    if DELAYS_LONG in scenarios:
        made[AGAINST_DELAY] = scenarios[DELAYS_LONG].given
    return made


def _decided(given: Given) -> set[str]:
    return {lock.project_id for lock in given.locks}


def all_developers(given: Given, starts: tuple[Start, ...]) -> tuple[Start, ...]:
    """Every park goes on with its developer from today; what is decided, and works nobody else does, stay as chosen."""
    chosen = {one.project_id: one for one in starts}
    made = []
    for project in given.projects:
        one = chosen.get(project.project_id)
        if project.project_id not in _decided(given) and project.under_way and DEVELOPER_LED in project.models:
            one = Start(project.project_id, DEVELOPER_LED, 0)
        if one is not None:
            made.append(one)
    return tuple(made)


def all_city(asked: Question, starts: tuple[Start, ...]) -> tuple[Start, ...]:
    """Every park that the city may clear is cleared by it, those first that cost it least for a lettable hectare.

    Each starts in the first quarter in which the money of all years up to it, with the loan, covers it and all before
    it, at middle costs and without receipts, and the limits of doing leave room. What is decided stays as chosen; what
    finds no quarter goes on as until now.
    """
    given, problem = asked.given, asked.problem
    there = np.cumsum(problem.money.budget_bn_vnd) + problem.money.loan_bn_vnd
    used = np.zeros((len(problem.limits), problem.periods))
    paid, made = 0.0, {one.project_id: one for one in all_developers(given, starts)}
    for i, m in _cheapest_first(asked):
        name, cost = asked.project_ids[i], asked.ways[i, m].city_cost_bn_vnd
        quarters = np.flatnonzero((there >= paid + cost - 1e-9) & problem.allowed[i, m])
        start = next((int(t) for t in quarters if _room(asked, used, i, m, int(t))), None)
        if start is None:
            continue
        paid += cost
        for row, limit in zip(used, problem.limits, strict=True):
            row[start : start + limit.held[i, m]] += limit.use[i, m]
        made[name] = Start(name, asked.model_ids[m], start)
    return tuple(made[one] for one in asked.project_ids if one in made)


def _cheapest_first(asked: Question) -> list[tuple[int, int]]:
    """Project and model of parks that the city may clear, it builds as well if it may; cheapest land first."""
    decided, best = _decided(asked.given), dict[int, tuple[float, float, str, int]]()
    for (i, m), way in asked.ways.items():
        model = asked.given.models[way.model_id]
        clears = model.clearance_by == "city" and model.takes_city_money
        if clears and way.lettable_ha > 0 and way.project.project_id not in decided:
            found = -model.city_works_share, way.city_cost_bn_vnd / way.lettable_ha, way.model_id, m
            best[i] = min(best.get(i, found), found)
    return [(i, best[i][3]) for i in sorted(best, key=lambda i: (best[i][1], asked.project_ids[i]))]


def _room(asked: Question, used: np.ndarray, i: int, m: int, start: int) -> bool:
    """Whether all limits have room for a project by a model from a quarter on."""
    return all(
        bool(np.all((row + limit.use[i, m] <= limit.capacity + 1e-9)[start : start + limit.held[i, m]]))
        for row, limit in zip(used, asked.problem.limits, strict=True)
    )
