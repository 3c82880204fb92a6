"""Several goals: one after the other, or one against a limit on another."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Literal

from quydat.programme.optimise.problem import Goal, Problem
from quydat.programme.optimise.search import Step
from quydat.programme.optimise.solve import Answer, solve

Name = Literal["cost", "shortage", "tail"]
PRICES: dict[Name, str] = {"cost": "cost_weight", "shortage": "shortage_price", "tail": "tail_price"}


def alone(goal: Goal, name: Name) -> Goal:
    """The goal with one part only, its limits kept."""
    return replace(goal, **{field: 1.0 if part == name else 0.0 for part, field in PRICES.items()})


def in_order(
    problem: Problem,
    names: Sequence[Name],
    *,
    slack: float = 0.01,
    gap: float = 0.01,
    seconds: float = 600.0,
    looks: float = float("inf"),
    seed: int = 0,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Answer]:
    """Minimise the first part, then the next among programmes that are within ``slack`` of the best of those before.

    The last answer is the programme. A limit is never tighter than the programme that was found, and the search for
    the next begins with it, so there always is one. ``seconds`` are in all; each part may take an equal share of those
    left. ``looks`` are for each part.
    """
    until, answers, known = time.perf_counter() + seconds, list[Answer](), None
    for k, name in enumerate(names):
        left = max(0.0, until - time.perf_counter()) / (len(names) - k)
        answer = solve(
            replace(problem, goal=alone(problem.goal, name)), gap=gap, seconds=left, looks=looks, seed=seed,
            known=known, progress=progress, stop=stop,
        )  # fmt: skip
        answers.append(answer)
        if not answer.value.feasible:
            break
        known = answer.choice
        reached = answer.value.objective
        limit = min(getattr(problem.goal, f"{name}_limit"), reached + slack * abs(reached) + 1e-6)
        problem = replace(problem, goal=replace(problem.goal, **{f"{name}_limit": limit}))
    return answers


def against(
    problem: Problem,
    name: Name,
    *,
    limits: Sequence[float],
    gap: float = 0.01,
    seconds: float = 600.0,
    looks: float = float("inf"),
    seed: int = 0,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[tuple[float, Answer]]:
    """The best programme for each limit on one part, from the loosest on (ε-constraint, Haimes and others 1971).

    It ends with the first limit for which there is none. ``seconds`` and ``looks`` as in ``in_order``.
    """
    until, known = time.perf_counter() + seconds, None
    ordered = sorted(limits, reverse=True)
    for k, limit in enumerate(ordered):
        left = max(0.0, until - time.perf_counter()) / (len(ordered) - k)
        answer = solve(
            replace(problem, goal=replace(problem.goal, **{f"{name}_limit": limit})), gap=gap, seconds=left,
            looks=looks, seed=seed, known=known, progress=progress, stop=stop,
        )  # fmt: skip
        yield limit, answer
        if not answer.value.feasible:
            return
        known = answer.choice
