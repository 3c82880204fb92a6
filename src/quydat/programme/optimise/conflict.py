"""Why no programme keeps all: contradictions seen at once, else the smallest conflict and what is lacking.

The smallest conflict is found by leaving out one named group of demands after another (deletion filter, Chinneck 2008):
what may be left out without the rest becoming possible is no part of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from quydat.core.problem import Problem as Wrong
from quydat.core.problem import problem as wrong
from quydat.core.problem import raise_if
from quydat.programme.optimise.kernels import place, shortages, tail_weights
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import Problem

AMOUNTS = {"money": "bn VND", "cost_limit": "bn VND", "shortage_limit": "ha", "tail_limit": "ha"}
"""Demands that can be loosened by an amount, with its unit (hectare-years if the shortage is weighted so)."""
_EXACT = 0.01


@dataclass(frozen=True)
class Conflict:
    """Demands that cannot be kept together, though any one fewer could; how much each has to give if it alone does.

    ``lacking`` holds amount and unit; demands that have no amount are not in it, nor those that alone do not suffice.
    """

    demands: tuple[str, ...]
    lacking: dict[str, tuple[float, str]]

    def problem(self) -> Wrong:
        """The conflict as a problem of the catalogue."""
        amounts = [f"{name} {amount:,.1f} {unit}" for name, (amount, unit) in self.lacking.items()]
        return wrong("QD792", demands=", ".join(self.demands), lacking="; ".join(amounts) or "–")


def contradictions(problem: Problem) -> list[Wrong]:
    """What cannot be, seen without solving: circles, projects that must start and may not, numbers without sense."""
    found = [wrong("QD793", what=what) for what in _senseless(problem)]
    if found:
        return found
    circle = _circle(problem)
    if circle:
        found.append(wrong("QD790", projects=" → ".join(problem.projects[i] for i in circle)))
    for i in np.flatnonzero(problem.must & ~problem.allowed.any(axis=(1, 2))):
        found.append(wrong("QD791", project=problem.projects[i]))
    for limit in problem.limits:
        for i in np.flatnonzero(problem.must):
            use = np.where(problem.allowed[i].any(axis=1) & (limit.held[i] > 0), limit.use[i], np.inf).min()
            if np.isfinite(use) and use > limit.capacity.max():
                found.append(
                    wrong("QD795", project=problem.projects[i], limit=limit.name, use=use, most=limit.capacity.max())
                )
    found += _beyond_all_land(problem)
    shares = sum(one.share for one in problem.equities if not _shared(problem, one.members))
    if shares > 1 + 1e-9:
        found.append(wrong("QD796", share=f"{shares:.3f}"))
    return found


def _beyond_all_land(problem: Problem) -> list[Wrong]:
    """Limits on the shortage that even all projects at once, each at its best in each period, do not reach."""
    p = pack(problem)
    most = np.zeros_like(p.need)
    for i in range(len(p.must)):
        best = np.zeros_like(p.need)
        for m in np.flatnonzero(problem.allowed[i].any(axis=1)):
            land = np.zeros_like(p.need)
            place(p, i, int(m), int(np.argmax(problem.allowed[i, m])), 1.0, land, np.zeros_like(land))
            best = np.maximum(best, land)
        most += best
    short, share = np.empty(len(most)), np.empty(len(most))
    shortages(p, most, short)
    reached = {
        "shortage_limit": float(short @ p.probability),
        "tail_limit": float(tail_weights(short, p.probability, p.tail_share, share)),
    }
    limits = {name: float(getattr(problem.goal, name)) for name in reached}
    return [
        wrong("QD794", least=f"{reached[name]:,.1f}", limit=f"{limit:,.1f}", lacking=f"{reached[name] - limit:,.1f}")
        for name, limit in limits.items()
        if reached[name] > limit + 1e-6
    ]


def check(problem: Problem) -> None:
    """Raise all contradictions at once.

    Raises
    ------
    Problems
        QD790, QD791, QD793, QD794, QD795 or QD796.
    """
    raise_if(contradictions(problem))


def _shared(problem: Problem, members: np.ndarray) -> bool:
    """Whether projects of a district are in another one too."""
    times = np.sum([one.members for one in problem.equities], axis=0)
    return bool((times[members] > 1).any())


def _senseless(problem: Problem) -> list[str]:
    """Names of what has a value that cannot be."""
    money, flows = problem.money, (problem.land, problem.spending, problem.receipts)
    tests = {
        "probability": (problem.probability >= 0).all() and abs(problem.probability.sum() - 1) < 1e-6,
        "demand_ha": np.isfinite(problem.demand_ha).all() and (problem.demand_ha >= 0).all(),
        "opening_ha": np.isfinite(problem.opening_ha).all(),
        "budget_bn_vnd": np.isfinite(money.budget_bn_vnd).all(),
        "loan_bn_vnd": np.isfinite(money.loan_bn_vnd).all() and (money.loan_bn_vnd >= 0).all(),
        "interest": money.interest >= 0,
        "safe_share": 0 <= money.safe_share <= 1,
        "tail_share": 0 <= problem.goal.tail_share <= 1,
        "shortage_weight": (problem.shortage_weight >= 0).all(),
        "ready": (problem.ready >= 0).all(),
    }
    for name, flow in zip(("land", "spending", "receipts"), flows, strict=True):
        known = np.isfinite(flow.profile).all() and np.isfinite(flow.scale).all()
        tests[name] = known and (flow.lag >= 0).all() and (flow.row < len(flow.profile)).all() and (flow.row >= 0).all()
    return [name for name, right in tests.items() if not right]


def _circle(problem: Problem) -> list[int]:
    """Projects that wait for each other in a circle, or none."""
    later: dict[int, list[int]] = {}
    for q in problem.precedences:
        later.setdefault(q.before, []).append(q.after)
    done: set[int] = set()

    def walk(i: int, path: list[int]) -> list[int]:
        if i in path:
            return [*path[path.index(i) :], i]
        if i not in done:
            for j in later.get(i, []):
                if found := walk(j, [*path, i]):
                    return found
            done.add(i)
        return []

    for i in sorted(later):
        if found := walk(i, []):
            return found
    return []


def demands(problem: Problem) -> list[str]:
    """Names of all that can be left out."""
    goal = problem.goal
    names = [f"must start: {problem.projects[i]}" for i in np.flatnonzero(problem.must)]
    names += [f"{problem.projects[q.before]} before {problem.projects[q.after]}" for q in problem.precedences]
    names += [f"limit: {one.name}" for one in problem.limits] + [f"share: {one.name}" for one in problem.equities]
    names += [name for name in ("cost_limit", "shortage_limit", "tail_limit") if getattr(goal, name) < np.inf]
    return [*names, "money"]


def only(problem: Problem, kept: set[str]) -> Problem:
    """The problem with only some of its demands."""
    names = problem.projects
    goal = {name: np.inf for name in ("cost_limit", "shortage_limit", "tail_limit") if name not in kept}
    made = replace(
        problem,
        must=np.array([problem.must[i] and f"must start: {names[i]}" in kept for i in range(len(names))], dtype=bool),
        precedences=tuple(q for q in problem.precedences if f"{names[q.before]} before {names[q.after]}" in kept),
        limits=tuple(one for one in problem.limits if f"limit: {one.name}" in kept),
        equities=tuple(one for one in problem.equities if f"share: {one.name}" in kept),
        goal=replace(problem.goal, **goal),
    )
    return made if "money" in kept else loosened(made, "money", _all_money(problem))


def loosened(problem: Problem, demand: str, amount: float) -> Problem:
    """The problem with more room in one demand: money at the beginning, or a higher limit."""
    if demand == "money":
        budget = problem.money.budget_bn_vnd.copy()
        budget[0] += amount
        return replace(problem, money=replace(problem.money, budget_bn_vnd=budget))
    return replace(problem, goal=replace(problem.goal, **{demand: getattr(problem.goal, demand) + amount}))


def _all_money(problem: Problem) -> float:
    """More than can be spent."""
    flow = problem.spending
    return float(np.abs(flow.scale).max(axis=(1, 2)).sum() * np.abs(flow.profile).max() + 1.0)


def explain(problem: Problem, possible: Callable[[Problem], bool]) -> Conflict:
    """The smallest conflict of a problem that has no programme, and what is lacking.

    Parameters
    ----------
    possible
        Whether a problem has any programme, see ``solve.possible``.
    """
    kept = demands(problem)
    for name in list(kept):
        fewer = [one for one in kept if one != name]
        if not possible(only(problem, set(fewer))):
            kept = fewer
    core, lacking = only(problem, set(kept)), {}
    for name in kept:
        if name in AMOUNTS:
            all_land = float(problem.demand_ha.sum(axis=1).max() * problem.periods)
            most = _all_money(problem) if AMOUNTS[name] == "bn VND" else all_land
            amount = _least(partial(_enough, core, name, possible), most)
            if amount is not None:
                lacking[name] = (amount, AMOUNTS[name])
    return Conflict(tuple(kept), lacking)


def _enough(core: Problem, name: str, possible: Callable[[Problem], bool], amount: float) -> bool:
    return possible(loosened(core, name, amount))


def _least(enough: Callable[[float], bool], most: float) -> float | None:
    """The least amount that is enough, to a hundredth; None if the most is not."""
    if not enough(most):
        return None
    low, high = 0.0, most
    while high - low > _EXACT * max(high, 1e-3 * most):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
