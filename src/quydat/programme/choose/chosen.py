"""What was chosen: model and start of each project, what the optimisation promises of it, how far it is proven."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from quydat.core.draws import Draws
from quydat.core.problem import problem, raise_if
from quydat.programme.choose.question import Question
from quydat.programme.optimise.conflict import explain
from quydat.programme.optimise.contradiction import check
from quydat.programme.optimise.evaluate import Value
from quydat.programme.optimise.master import version
from quydat.programme.optimise.problem import NEVER, Choice, Flow, Problem
from quydat.programme.optimise.search import Step
from quydat.programme.optimise.solve import Answer, solve


@dataclass(frozen=True)
class Start:
    """A project that is started: by which model, in which quarter from the first in which something may start."""

    project_id: str
    model_id: str
    quarter: int


@dataclass(frozen=True, eq=False)
class Promise:
    """What the optimisation says of its programme, mean of its scenarios: years; money at prices of the study's year.

    Attributes
    ----------
    delivered_ha, shortage_ha, closing_ha
        Land handed over, demand lost since the opening, clean land at the end of each year.
    spent_bn_vnd, received_bn_vnd
        Project → years.
    clearance_share
        Project → part of what is spent on it that is clearance.
    """

    delivered_ha: Draws
    shortage_ha: Draws
    closing_ha: Draws
    spent_bn_vnd: Mapping[str, Draws]
    received_bn_vnd: Mapping[str, Draws]
    clearance_share: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Chosen:
    """A programme."""

    question: Question
    answer: Answer
    starts: tuple[Start, ...]
    promise: Promise

    def solve_note(self) -> dict[str, Any]:
        """Objective, bound, gap, limits and solver: what the manifest keeps of the optimisation."""
        answer = self.answer
        return {
            "status": answer.status, "objective": float(answer.value.objective), "bound": float(answer.bound),
            "gap": float(answer.gap), "seconds": float(answer.seconds), "first_seconds": answer.first_seconds,
            "cut_by_clock": answer.cut_by_clock, "rows": int(answer.rows), "looks": int(answer.looks),
            "solver": answer.solver, "seed": int(answer.seed), "scenarios": self.question.problem.scenarios,
            "columns": int(self.question.problem.allowed.sum()),
        }  # fmt: skip


def choose(
    question: Question,
    *,
    gap: float,
    seconds: float,
    seed: int,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Callable[[], bool] = lambda: False,
    known: Choice | None = None,
) -> Chosen:
    """Solve, and say what it promises; ``known`` is a programme to begin with.

    Raises
    ------
    Problems
        QD790–QD796: contradictions, or the smallest conflict where no programme keeps all; QD927 if none was found in
        time.
    """
    if not question.given.projects:
        return chosen_of(question, _nothing(question, seed))
    check(question.problem)
    answer = solve(
        question.problem, gap=gap, seconds=seconds, seed=seed, known=known, progress=progress, stop=stop
    )  # fmt: skip
    refuse(question.problem, answer, seed=seed, stop=stop)
    return chosen_of(question, answer)


def refuse(asked: Problem, answer: Answer, *, seed: int, stop: Callable[[], bool] = lambda: False) -> None:
    """Refuse an answer that is no programme.

    Raises
    ------
    Problems
        QD792 with the smallest conflict where there is none; QD927 if none was found in time.
    """
    if answer.value.feasible:
        return
    conflict = explain(asked, seed=seed, stop=stop) if answer.status == "infeasible" else None
    raise_if([conflict.problem() if conflict else problem("QD927", seconds=round(answer.seconds))])


def _nothing(question: Question, seed: int) -> Answer:
    """The answer where there is no project: the demand that is lost in any case."""
    asked, none = question.problem, np.zeros(0, np.int64)
    wanted = np.cumsum(asked.demand_ha, axis=1) - asked.opening_ha[:, None]
    lost = np.maximum.accumulate(np.maximum(wanted, 0.0), axis=1) @ asked.shortage_weight
    shortage = float(lost @ asked.probability)
    cut = np.sort(lost)[int(np.floor(asked.goal.tail_share * len(lost))) :]
    tail = float(cut.mean()) if len(cut) else shortage
    objective = asked.goal.shortage_price * shortage + asked.goal.tail_price * tail
    value = Value(objective, 0.0, shortage, tail, 0.0, 0.0, lost)
    return Answer("proven", Choice(none, none), value, objective, 0.0, 0.0, 0.0, False, 0, 0, version(), seed, ())


def chosen_of(question: Question, answer: Answer) -> Chosen:
    """An answer in the words of the programme."""
    starts = tuple(
        Start(name, question.model_ids[int(model)], int(start))
        for name, model, start in zip(question.project_ids, answer.choice.model, answer.choice.start, strict=True)
        if start != NEVER
    )
    return Chosen(question, answer, starts, promise_of(question, starts))


def promise_of(question: Question, starts: tuple[Start, ...]) -> Promise:
    """What the scenarios say of starts."""
    asked, given = question.problem, question.given
    place = {name: i for i, name in enumerate(question.project_ids)}
    model = {name: m for m, name in enumerate(question.model_ids)}
    land = np.zeros(asked.demand_ha.shape)
    spent, received, clearance = {}, {}, {}
    for one in starts:
        i, m = place[one.project_id], model[one.model_id]
        land += running(asked.land, i, m, one.quarter, asked.periods)
        spent[one.project_id] = _yearly(question, running(asked.spending, i, m, one.quarter, asked.periods))
        received[one.project_id] = _yearly(question, running(asked.receipts, i, m, one.quarter, asked.periods))
        way = question.ways[i, m]
        total = way.city_cost_bn_vnd
        clearance[one.project_id] = way.city_clearance_bn_vnd / total if total > 0 else 0.0
    wanted = np.cumsum(asked.demand_ha, axis=1)
    there = asked.opening_ha[:, None] + land
    lost = np.maximum.accumulate(np.maximum(wanted - there, 0.0), axis=1)
    closing = there + lost - wanted
    ends = _year_ends(given.quarters, given.first_quarter)
    delivered = np.diff(land.mean(axis=0)[ends], prepend=0.0)
    return Promise(delivered, lost.mean(axis=0)[ends], closing.mean(axis=0)[ends], spent, received, clearance)


def running(flow: Flow, i: int, m: int, start: int, periods: int) -> Draws:
    """Running total of a flow after a start: scenarios × periods."""
    since = np.arange(periods)[None, :] - start - flow.lag[i, m][:, None]
    column = np.clip(since, 0, flow.profile.shape[1] - 1)
    made: Draws = np.where(since >= 0, flow.profile[flow.row[i, m][:, None], column], 0.0) * flow.scale[i, m][:, None]
    return made


def _year_ends(quarters: int, first_quarter: int) -> np.ndarray:
    """Last quarter of each year, the first of which may have begun."""
    return np.arange(3 - first_quarter % 4, quarters, 4)


def _yearly(question: Question, total: Draws) -> Draws:
    ends = _year_ends(question.given.quarters, question.given.first_quarter)
    made: Draws = np.diff(total.mean(axis=0)[ends], prepend=0.0)
    return made
