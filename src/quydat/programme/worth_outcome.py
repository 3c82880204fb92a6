"""What a programme comes to in every draw: hectare-years of clean land, shortage, the city's money, and its burden.

The simulation is carried on for some years after the plan, without budgets and demand, so that bills and receipts of
land that was started in time are all counted, as the optimisation counts them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from quydat.core.draws import Draws
from quydat.core.parallel import Runner, Threads
from quydat.core.problem import raise_if
from quydat.programme.given import Given
from quydat.programme.question import Aims
from quydat.programme.sim_checks import check_programme
from quydat.programme.sim_programme import SimProgramme, SimSource
from quydat.programme.simulate import Simulated, prepare

AFTER_YEARS = 25
"""Years after the plan in which bills and receipts are still counted."""


@dataclass(frozen=True)
class Terms:
    """At what an outcome is valued; the same words as in ``Given``.

    Attributes
    ----------
    years
        Years of the plan.
    opened
        Years from the beginning of the first to the day of the picture.
    interest_share
        Real interest of what is owed.
    tail_price
        Price of the shortage in the bad tail.
    """

    years: int
    opened: float
    discount_share: float
    escalation_share: float
    interest_share: float
    since_price_year: int
    shortage_price: float
    tail_price: float
    tail_share: float

    @classmethod
    def of(cls, given: Given, aims: Aims) -> "Terms":
        """As the programme's own optimisation has them."""
        funding, price = given.funding, given.tax_bn_vnd_per_ha_year.mid
        first = given.as_of.replace(year=given.years[0], month=1, day=1)
        return cls(
            len(given.years), (given.as_of - first).days / 365.25, funding.discount_share, funding.escalation_share,
            max((1.0 + funding.loan_interest_share) / (1.0 + funding.escalation_share) - 1.0, 0.0),
            given.years[0] - given.price_year, price, price * aims.tail_ratio, aims.tail_share,
        )  # fmt: skip

    def left(self, years: int) -> Draws:
        """Part of each year that lies after the day of the picture."""
        made: Draws = np.clip(np.arange(1, years + 1) - self.opened, 0.0, 1.0)
        return made

    def discount(self, years: int) -> Draws:
        """Worth today of a bn VND in the middle of what is left of each year."""
        middle = np.arange(1, years + 1) - self.left(years) / 2.0 - self.opened
        made: Draws = (1.0 + self.discount_share) ** -np.maximum(middle, 0.0)
        return made

    def prices(self, years: int) -> Draws:
        """Prices of each year against those of the study's year."""
        made: Draws = (1.0 + self.escalation_share) ** (np.arange(years) + self.since_price_year)
        return made


@dataclass(frozen=True, eq=False)
class Outcome:
    """One number for each draw.

    Attributes
    ----------
    hectare_years
        Land of the programme's projects × years to the end of the plan in which it was there.
    hectares
        Land handed over by the end of the plan.
    shortage_ha
        Land that was wanted and missing, added up to the end of the plan.
    short_years
        Hectare-years without land, discounted.
    spent_bn_vnd
        What the city pays, at prices of the year paid.
    net_cost_bn_vnd
        What the city pays with interest, less what it receives: present value at prices of the study's year.
    """

    hectare_years: Draws
    hectares: Draws
    shortage_ha: Draws
    short_years: Draws
    spent_bn_vnd: Draws
    net_cost_bn_vnd: Draws

    def burdens_bn_vnd(self, terms: Terms) -> Draws:
        """Net cost + price of the shortage and of its bad tail in each draw; its mean is made small by the optimisation.

        The price of the tail lies on the draws that are in it.
        """
        tail = tail_weights(self.short_years, terms.tail_share)
        made: Draws = self.net_cost_bn_vnd + (terms.shortage_price + terms.tail_price * tail) * self.short_years
        return made


def outcomes(
    programmes: Iterable[tuple[SimProgramme, Terms]], *, draws: int, runner: Runner | None = None
) -> Iterator[Outcome]:
    """Play programmes through, each with the same draws, and keep what they come to; in their order.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: what is wrong with any of them, all at once.
    """
    longer = _Demand(draws)
    parts = [(carried_on(one, longer.of(one)), terms) for one, terms in programmes]
    found = [one for programme, _ in parts for one in check_programme(programme)]
    raise_if(list({(one.number, one.message("en")): one for one in found}.values()))
    return (runner or Threads()).map(partial(_played, draws), parts)


class _Demand:
    """Demand carried on without any, of the draws that are used, made once for all programmes that share it."""

    def __init__(self, draws: int) -> None:
        self.draws, self.made = draws, dict[int, tuple[Draws, Draws]]()

    def of(self, programme: SimProgramme) -> Draws:
        """Paths × years."""
        paths = programme.demand_ha
        if id(paths) not in self.made:
            used = np.asarray(paths)[: self.draws]
            self.made[id(paths)] = paths, np.hstack([used, np.zeros((len(used), AFTER_YEARS))])
        return self.made[id(paths)][1]


def _played(draws: int, part: tuple[SimProgramme, Terms]) -> Outcome:
    programme, terms = part
    return outcome_of(prepare(programme).run(draws, threads=1), terms)


def outcome_of(made: Simulated, terms: Terms) -> Outcome:
    """What the draws come to; years after the plan count for money only."""
    plan, years = terms.years, len(made.years)
    left, discount, prices = terms.left(years), terms.discount(years), terms.prices(years)
    there = _middle(np.cumsum(made.of("delivered_ha")[:plan], axis=0, dtype=float))
    short = made.of("shortage_ha")[:plan].astype(float)
    spent, received = (made.of(name).astype(float) for name in ("spent_bn_vnd", "received_bn_vnd"))
    worth = (discount / prices)[:, None]
    owed = np.vstack([np.zeros((1, made.draws)), made.debt_bn_vnd[:-1]])
    interest = terms.interest_share * owed
    return Outcome(
        hectare_years=left[:plan] @ there,
        hectares=made.of("delivered_ha")[:plan].sum(axis=0, dtype=float),
        shortage_ha=short[-1],
        short_years=(left * discount)[:plan] @ _middle(short),
        spent_bn_vnd=spent.sum(axis=0),
        net_cost_bn_vnd=((spent - received + interest) * worth).sum(axis=0),
    )


def _middle(stock: Draws) -> Draws:
    """Mean of a stock over each year from its ends, 0 at the opening: years × draws."""
    made: Draws = (np.vstack([np.zeros((1, stock.shape[1])), stock[:-1]]) + stock) / 2.0
    return made


def tail_weights(values: Draws, share: float) -> Draws:
    """Weights whose mean product with the values is the mean of their worst ``1 - share`` (Rockafellar and Uryasev 2000).

    >>> tail_weights(np.array([1.0, 10.0, 3.0, 2.0]), 0.5).tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    part = max(1.0 - share, 1.0 / len(values)) * len(values)
    made = np.empty(len(values))
    made[np.argsort(-values, kind="stable")] = np.clip(part - np.arange(len(values)), 0.0, 1.0)
    return made * len(values) / part


def carried_on(programme: SimProgramme, demand_ha: Draws) -> SimProgramme:
    """The same programme with more years, in which no budget comes and nothing is wanted.

    Parameters
    ----------
    demand_ha
        Its demand over all these years.
    """
    last = programme.years[-1]
    more = range(last + 1, last + 1 + AFTER_YEARS)
    sources = {
        name: SimSource({**one.by_year, **dict.fromkeys(more, 0.0)}, one.carries_over, one.for_projects)
        for name, one in programme.funding.sources.items()
    }
    elsewhere = (*programme.elsewhere_ha, *([0.0] * AFTER_YEARS)) if programme.elsewhere_ha else ()
    return replace(
        programme, years=(*programme.years, *more), funding=replace(programme.funding, sources=sources),
        demand_ha=demand_ha, elsewhere_ha=elsewhere,
    )  # fmt: skip


def difference(a: Outcome, b: Outcome, name: str) -> tuple[float, float]:
    """Mean of ``a − b`` over common draws, and its standard error."""
    less = getattr(a, name) - getattr(b, name)
    return float(less.mean()), float(less.std() / np.sqrt(len(less)))
