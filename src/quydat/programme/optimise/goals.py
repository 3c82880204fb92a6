"""Several goals: one after the other, or one against a limit on another."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from quydat.programme.optimise.problem import Goal, Problem
from quydat.programme.optimise.solve import Answer, solve

Name = Literal["cost", "shortage", "tail"]


def alone(goal: Goal, name: Name) -> Goal:
    """The goal with one part only, its limits kept."""
    prices = {"cost": "cost_weight", "shortage": "shortage_price", "tail": "tail_price"}
    return replace(goal, **{field: 1.0 if part == name else 0.0 for part, field in prices.items()})


def in_order(problem: Problem, names: Sequence[Name], *, slack: float = 0.01, **how: Any) -> list[Answer]:
    """Minimise the first part, then the next among programmes that are within ``slack`` of the best of those before.

    ``how`` goes to ``solve``. The last answer is the programme. A limit is never tighter than the programme that was
    found, so there always is one.
    """
    answers: list[Answer] = []
    for name in names:
        answers.append(solve(replace(problem, goal=alone(problem.goal, name)), **how))
        reached = answers[-1].value.objective
        limit = min(getattr(problem.goal, f"{name}_limit"), reached + slack * abs(reached) + 1e-6)
        problem = replace(problem, goal=replace(problem.goal, **{f"{name}_limit": limit}))
    return answers


def against(problem: Problem, name: Name, *, limits: Sequence[float], **how: Any) -> Iterator[tuple[float, Answer]]:
    """The best programme for each limit on one part, from the loosest on (ε-constraint, Haimes and others 1971)."""
    for limit in sorted(limits, reverse=True):
        goal = replace(problem.goal, **{f"{name}_limit": limit})
        answer = solve(replace(problem, goal=goal), **how)
        yield limit, answer
        if answer.status == "infeasible" or not np.isfinite(answer.value.objective):
            return
