"""Why no programme keeps all: the smallest conflict of demands, and what is lacking.

The smallest conflict is found by halving (QuickXplain, Junker 2004): if k of n demands conflict, about k log n
sets are tried. ``contradiction`` sees at once what needs no solving.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from quydat.core.problem import NOWHERE
from quydat.core.problem import Problem as Wrong
from quydat.core.problem import problem as wrong
from quydat.core.text import Lang, number
from quydat.programme.optimise.evaluate import value
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import NEVER, Choice, Problem
from quydat.programme.optimise.solve import find, solve

Kind = Literal["must", "precedence", "limit", "share", "cost_limit", "shortage_limit", "tail_limit", "money"]
PHRASES: dict[Kind, dict[Lang, str]] = {
    "must": {"vi": "buộc khởi công «{name}»", "en": 'the start of "{name}"'},
    "precedence": {"vi": "«{name}» trước «{then}»", "en": '"{name}" before "{then}"'},
    "limit": {"vi": "năng lực «{name}»", "en": 'the limit "{name}"'},
    "share": {"vi": "phần tối thiểu của «{name}»", "en": 'the least share of "{name}"'},
    "cost_limit": {"vi": "mức trần chi phí", "en": "the limit on the cost"},
    "shortage_limit": {"vi": "mức thiếu hụt cho phép", "en": "the limit on the shortage"},
    "tail_limit": {
        "vi": "mức thiếu hụt cho phép ở các kịch bản xấu nhất",
        "en": "the limit on the shortage of the worst scenarios",
    },
    "money": {"vi": "vốn (ngân sách và hạn mức vay)", "en": "the money (budget and loans)"},
}
Unit = Literal["bn_vnd", "ha", "ha_years"]
UNITS: dict[Unit, dict[Lang, str]] = {
    "bn_vnd": {"vi": "tỷ đồng", "en": "bn VND"},
    "ha": {"vi": "ha", "en": "ha"},
    "ha_years": {"vi": "ha·năm", "en": "ha·years"},
}
PARTS = {"cost_limit": "cost_weight", "shortage_limit": "shortage_price", "tail_limit": "tail_price"}
"""Limits, and the field of the goal that weighs what they limit."""
SMALLEST = "Bỏ bất kỳ điều nào thì các điều còn lại giữ được.", "Without any one of them the others can be kept."
PERHAPS_NOT = (
    "Hết thời gian trước khi biết có điều nào thừa trong số đó không.",
    "Time ended before it was known whether one of them does not matter.",
)
EXACT = 0.01
"""Amounts that are lacking are found to this share."""


@dataclass(frozen=True)
class Demand:
    """Something that can be left out; ``then`` is the later project of a precedence, ``index`` its place in its list.

    >>> Demand("precedence", 0, "Đường nối", "KCN A").words("vi")
    '«Đường nối» trước «KCN A»'
    """

    kind: Kind
    index: int = 0
    name: str = ""
    then: str = ""

    def words(self, lang: Lang) -> str:
        """The demand in a language; names stay as they are."""
        return PHRASES[self.kind][lang].format(name=self.name, then=self.then)


@dataclass(frozen=True)
class Lack:
    """What one demand has to give if it alone gives way: enough by ``amount``, which may be too much by a hundredth."""

    amount: float
    unit: Unit

    def words(self, lang: Lang) -> str:
        """Amount and unit in a language."""
        return f"{number(self.amount, lang)} {UNITS[self.unit][lang]}"


@dataclass(frozen=True)
class Conflict:
    """Demands that cannot be kept together, proven so; how much each has to give if it alone does.

    Demands that have no amount are not in ``lacking``, nor those that alone do not suffice or were not found in time.
    ``smallest`` says that a programme was found without each of them; else some may not matter.
    """

    demands: tuple[Demand, ...]
    lacking: dict[Demand, Lack]
    smallest: bool

    def problem(self) -> Wrong:
        """The conflict as a problem of the catalogue."""
        facts = {}
        languages: tuple[tuple[Lang, str], ...] = (("vi", "không lượng nào tính được"), ("en", "no amount is known"))
        facts["least_vi"], facts["least_en"] = SMALLEST if self.smallest else PERHAPS_NOT
        for lang, none in languages:
            facts[f"demands_{lang}"] = "; ".join(one.words(lang) for one in self.demands)
            amounts = [f"{one.words(lang)}: {lack.words(lang)}" for one, lack in self.lacking.items()]
            facts[f"lacking_{lang}"] = "; ".join(amounts) or none
        return wrong("QD792", NOWHERE, **facts)


def demands(problem: Problem) -> list[Demand]:
    """All that can be left out."""
    names = problem.projects
    found = [Demand("must", int(i), names[i]) for i in np.flatnonzero(problem.must)]
    found += [Demand("precedence", k, names[q.before], names[q.after]) for k, q in enumerate(problem.precedences)]
    found += [Demand("share", k, one.name) for k, one in enumerate(problem.equities)]
    found += [Demand("limit", k, one.name) for k, one in enumerate(problem.limits)]
    limits: tuple[Kind, ...] = ("cost_limit", "tail_limit", "shortage_limit")
    found += [Demand(kind) for kind in limits if getattr(problem.goal, kind) < np.inf]
    return [*found, Demand("money")]


def only(problem: Problem, kept: Sequence[Demand]) -> Problem:
    """The problem with only some of its demands."""
    have = {(one.kind, one.index) for one in kept}
    goal = {name: np.inf for name in PARTS if (name, 0) not in have}
    made = replace(
        problem,
        must=np.array([one and ("must", i) in have for i, one in enumerate(problem.must.tolist())], dtype=bool),
        precedences=tuple(q for k, q in enumerate(problem.precedences) if ("precedence", k) in have),
        limits=tuple(one for k, one in enumerate(problem.limits) if ("limit", k) in have),
        equities=tuple(one for k, one in enumerate(problem.equities) if ("share", k) in have),
        goal=replace(problem.goal, **goal),
    )
    return made if ("money", 0) in have else more_money(made, _all_money(problem))


def more_money(problem: Problem, amount: float) -> Problem:
    """The problem with more money at the beginning."""
    budget = problem.money.budget_bn_vnd.copy()
    budget[0] += amount
    return replace(problem, money=replace(problem.money, budget_bn_vnd=budget))


def _all_money(problem: Problem) -> float:
    """More than can be spent."""
    flow = problem.spending
    return float(np.abs(flow.scale).max(axis=(1, 2)).sum() * np.abs(flow.profile).max() + 1.0)


def explain(
    problem: Problem, *, seconds: float = 30.0, seed: int = 0, stop: Callable[[], bool] = lambda: False
) -> Conflict | None:
    """The smallest conflict of a problem, and what is lacking; None if it has a programme, or none is known not to.

    Parameters
    ----------
    seconds
        In all. What is not known by then is taken as possible, so that a conflict is a conflict, but not the smallest.
    """
    until = time.perf_counter() + seconds
    sure = True

    def left() -> float:
        return until - time.perf_counter()

    def cannot(kept: Sequence[Demand]) -> bool:
        nonlocal sure
        # one hard set is not to take the time of all the others
        known = find(only(problem, kept), seconds=max(0.0, min(left(), seconds / 4)), seed=seed, stop=stop)
        if known is None:
            sure = False
        return known is False

    every = demands(problem)
    if not cannot(every):
        return None
    sure = True
    core = _smallest([], every, every, cannot, known=True)
    lacking = {}
    for one in core:
        lack = _lacking(problem, core, one, left, seed, stop)
        if lack is not None:
            lacking[one] = lack
    return Conflict(tuple(core), lacking, sure)


def _smallest(
    given: list[Demand],
    among: list[Demand],
    added: list[Demand],
    cannot: Callable[[Sequence[Demand]], bool],
    *,
    known: bool = False,
) -> list[Demand]:
    """Which of ``among`` conflict with those given; ``added`` are the last that were given."""
    if not known and added and cannot(given):
        return []
    if len(among) == 1:
        return among
    cut = len(among) // 2
    first, second = among[:cut], among[cut:]
    later = _smallest(given + first, second, first, cannot)
    sooner = _smallest(given + later, first, later, cannot)
    return sooner + later


def _lacking(
    problem: Problem, core: list[Demand], one: Demand, left: Callable[[], float], seed: int, stop: Callable[[], bool]
) -> Lack | None:
    """What a demand has to give if it alone does."""
    others = [other for other in core if other != one]
    if one.kind == "money":
        amount = _money_lacking(only(problem, core), only(problem, others), left, seed, stop)
        return None if amount is None else Lack(amount, "bn_vnd")
    if one.kind not in PARTS or left() <= 0:
        return None
    weights = {field: float(kind == one.kind) for kind, field in PARTS.items()}
    alone = only(problem, others)
    answer = solve(
        replace(alone, goal=replace(alone.goal, **weights)), gap=EXACT, seconds=left() / 2, seed=seed, stop=stop
    )
    if not answer.value.feasible:
        return None
    last = problem.shortage_weight[:-1].any() or problem.shortage_weight[-1] != 1
    unit: Unit = "bn_vnd" if one.kind == "cost_limit" else "ha_years" if last else "ha"
    return Lack(max(0.0, answer.value.objective - float(getattr(problem.goal, one.kind))), unit)


def _money_lacking(
    core: Problem, free: Problem, left: Callable[[], float], seed: int, stop: Callable[[], bool]
) -> float | None:
    """The least money at the beginning that is enough, to a hundredth or as the time allows."""

    def overdrawn(problem: Problem) -> float | None:
        """By how much a programme of a problem with more money overdraws the money that there is."""
        found = find(problem, seconds=max(0.0, left() / 4), seed=seed, stop=stop)
        return value(pack(core), found).overdraft if isinstance(found, Choice) else None

    none = Choice(np.full(len(core.projects), NEVER), np.full(len(core.projects), NEVER))
    high = overdrawn(free)
    if high is None:
        return None
    low = min(high, max(0.0, value(pack(core), none).overdraft))
    while high - low > EXACT * high and left() > 0:
        middle = 0.5 * (low + high)
        reached = overdrawn(more_money(core, middle))
        # what was not found in time is taken as not enough: the amount that is told is always enough
        low, high = (middle, high) if reached is None else (low, min(middle, max(reached, low)))
    return high
