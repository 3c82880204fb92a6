"""Choosing anew from a given programme: what becomes better because something else became possible.

Each project in turn is moved to its best model and start while the others stay, until no move gains. If the programme
cannot be bettered so beforehand, whatever is gained afterwards comes from what has changed, and none of it from a
search that had not come to its end. The gain is what these moves find: at least that much may be gained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quydat.programme.chosen import Start
from quydat.programme.funding import Fund
from quydat.programme.given import Given
from quydat.programme.optimise.problem import NEVER, Choice
from quydat.programme.question import Aims, Question, question
from quydat.programme.worlds import Worlds

ROUNDS = 20
"""Rounds over all projects, at most."""
LEAST_SHARE = 1e-7
"""Share of the objective below which a gain is rounding."""


@dataclass(frozen=True, eq=False)
class Rechosen:
    """Starts after the moves, and the objective before and after; it was and is kept within all limits if feasible."""

    starts: tuple[Start, ...]
    before: float
    after: float
    feasible: bool
    moved: bool


def choice_of(question: Question, starts: Sequence[Start]) -> Choice:
    """Starts as the optimiser wants them."""
    place = {name: i for i, name in enumerate(question.project_ids)}
    models = {name: m for m, name in enumerate(question.model_ids)}
    made = Choice(np.full(len(place), NEVER, np.int64), np.full(len(place), NEVER, np.int64))
    for one in starts:
        made.model[place[one.project_id]] = models[one.model_id]
        made.start[place[one.project_id]] = one.quarter
    return made


def rechosen(question: Question, starts: Sequence[Start]) -> Rechosen:
    """Move one project at a time to where it is best, until no move gains."""
    from quydat.programme.optimise.construct import construct
    from quydat.programme.optimise.evaluate import value
    from quydat.programme.optimise.pack import pack

    packed = pack(question.problem)
    choice = choice_of(question, starts)
    first = best = value(packed, choice)
    moved = False
    for _ in range(ROUNDS if question.project_ids else 0):
        found = construct(question.problem, packed, choice=choice, tried=question.problem.periods)
        worth = value(packed, found)
        gains = worth.objective < best.objective - LEAST_SHARE * max(1.0, abs(best.objective))
        if not worth.feasible or (best.feasible and not gains):
            break
        choice, best, moved = found, worth, True
    made = tuple(
        Start(name, question.model_ids[int(model)], int(start))
        for name, model, start in zip(question.project_ids, choice.model, choice.start, strict=True)
        if start != NEVER
    )
    return Rechosen(made, first.objective, best.objective, best.feasible, moved)


def rechosen_under(given: Given, worlds: Worlds, aims: Aims, starts: Sequence[Start]) -> Rechosen:
    """The same, for a question that is still to be laid out.

    ``worlds`` may be those of another question, if only money and limits differ.
    """
    return rechosen(question(given, worlds, aims=aims), starts)


def with_more(given: Given, more: Mapping[tuple[str, int], float]) -> Given:
    """The same question with more money: (source, year) → nominal billions of đồng."""
    funding = given.funding

    def grown(fund: Fund) -> Fund:
        by_year = {year: amount + more.get((fund.fund_id, year), 0.0) for year, amount in fund.by_year.items()}
        return replace(fund, by_year=by_year)

    return replace(given, funding=replace(funding, funds=tuple(grown(one) for one in funding.funds)))


def with_loan(given: Given, more_bn_vnd: float) -> Given:
    """The same question with a higher ceiling of loans in all years."""
    ceiling = given.funding.loan_ceiling_bn_vnd + more_bn_vnd
    return replace(given, funding=replace(given.funding, loan_ceiling_bn_vnd=ceiling))


def with_money_times(given: Given, ratio: float) -> Given:
    """The same question with every source a multiple of what it is; the ceiling of loans stays."""
    more = {
        (fund.fund_id, year): (ratio - 1.0) * amount
        for fund in given.funding.funds
        for year, amount in fund.by_year.items()
    }
    return with_more(given, more)
