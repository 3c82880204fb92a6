"""Choosing anew from a given programme: what becomes better because something else became possible.

Each project in turn is moved to its best model and start while the others stay, until no move gains. If the programme
cannot be bettered so beforehand, whatever is gained afterwards comes from what has changed, and none of it from a
search that had not come to its end. The gain is what these moves find: at least that much may be gained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from quydat.programme.choose.chosen import Start
from quydat.programme.choose.question import Aims, Question, question
from quydat.programme.given.funding import Fund
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.optimise.problem import NEVER, Choice, Problem

ROUNDS = 20
"""Rounds over all projects, at most."""
SOME = 12
"""Starts of each project that an exchange looks at, evenly over time; moves that follow look at all."""
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


def rechosen(question: Question, starts: Sequence[Start], *, exchange: bool = False) -> Rechosen:
    """Move one project at a time to where it is best, until no move gains.

    Parameters
    ----------
    exchange
        Also take each project that the city pays for out, place the others anew, and then it: what has no room beside
        it may be worth more.
    """
    search = _Search(question, starts)
    search.move()
    while exchange and search.exchange():
        search.move()
    choice = search.choice
    made = tuple(
        Start(name, question.model_ids[int(model)], int(start))
        for name, model, start in zip(question.project_ids, choice.model, choice.start, strict=True)
        if start != NEVER
    )
    return Rechosen(made, search.first.objective, search.best.objective, search.best.feasible, search.moved)


class _Search:
    """The best programme so far."""

    def __init__(self, question: Question, starts: Sequence[Start]) -> None:
        from quydat.programme.optimise.evaluate import value
        from quydat.programme.optimise.pack import pack

        self.question, self.packed = question, pack(question.problem)
        self.choice, self.moved = choice_of(question, starts), False
        self.first = self.best = value(self.packed, self.choice)

    def move(self) -> None:
        """Single moves over all starts, until none gains."""
        for _ in range(ROUNDS if self.question.project_ids else 0):
            if not self._take(self._placed(self.choice, tried=self.question.problem.periods)):
                break

    def exchange(self) -> bool:
        """Whether taking a project out, and placing the others before it, gains."""
        problem = self.question.problem
        for i in np.flatnonzero(self.choice.start != NEVER).tolist():
            if self.question.ways[i, int(self.choice.model[i])].city_cost_bn_vnd <= 0:
                continue
            without, allowed = Choice(self.choice.model.copy(), self.choice.start.copy()), problem.allowed.copy()
            without.model[i] = without.start[i] = NEVER
            allowed[i] = False
            if self._take(self._placed(self._placed(without, replace(problem, allowed=allowed)))):
                return True
        return False

    def _placed(self, choice: Choice, problem: Problem | None = None, *, tried: int = SOME) -> Choice:
        from quydat.programme.optimise.construct import construct

        return construct(problem or self.question.problem, self.packed, choice=choice, tried=tried)

    def _take(self, found: Choice) -> bool:
        from quydat.programme.optimise.evaluate import value

        worth = value(self.packed, found)
        gains = worth.objective < self.best.objective - LEAST_SHARE * max(1.0, abs(self.best.objective))
        if not worth.feasible or (self.best.feasible and not gains):
            return False
        self.choice, self.best, self.moved = found, worth, True
        return True


def rechosen_under(
    given: Given, worlds: Worlds, aims: Aims, starts: Sequence[Start], *, exchange: bool = False
) -> Rechosen:
    """The same, for a question that is still to be laid out.

    ``worlds`` may be those of another question, if only money and limits differ.
    """
    return rechosen(question(given, worlds, aims=aims), starts, exchange=exchange)


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
