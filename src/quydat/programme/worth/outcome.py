"""What a programme comes to in every draw: hectare-years of clean land, shortage, the city's money, and its burden.

The simulation is carried on for some years after the plan, without demand, so that bills and receipts of land that was
started in time are all counted, as the optimisation counts them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from math import ceil

import numpy as np

from quydat.core.draws import Draws
from quydat.core.parallel import Runner, Threads
from quydat.core.problem import raise_if
from quydat.programme.choose.question import Aims
from quydat.programme.choose.rehearse import LEAST_SHARE
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import YEAR_DAYS
from quydat.programme.simulate.checks import check_programme
from quydat.programme.simulate.programme import SimProgramme, SimSource
from quydat.programme.simulate.simulate import Simulated, prepare

AFTER_YEARS = 25
"""Years after the plan in which bills and receipts are still counted."""
INTEREST = "interest after the plan"
"""Name of the source that pays it."""


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
    revolving_share
        Part of the receipts that the simulation tells of, since it comes back to the fund.
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
    revolving_share: float = 1.0

    @classmethod
    def of(cls, given: Given, aims: Aims) -> "Terms":
        """As the programme's own optimisation has them."""
        funding, price = given.funding, given.tax_bn_vnd_per_ha_year.mid
        first = given.as_of.replace(year=given.years[0], month=1, day=1)
        return cls(
            len(given.years), (given.as_of - first).days / YEAR_DAYS, funding.discount_share, funding.escalation_share,
            max((1.0 + funding.loan_interest_share) / (1.0 + funding.escalation_share) - 1.0, 0.0),
            given.years[0] - given.price_year, price, price * aims.tail_ratio, aims.tail_share,
            max(funding.revolving_share, LEAST_SHARE),
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
        made: Draws = (1.0 + self.escalation_share) ** (np.arange(years, dtype=float) + self.since_price_year)
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
        """Net cost + price of the shortage and of its bad tail: the mean is what the optimisation makes small."""
        tail = tail_parts(self.short_years, terms.tail_share)
        made: Draws = self.net_cost_bn_vnd + terms.shortage_price * self.short_years + terms.tail_price * tail
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
    left, discount = terms.left(years), terms.discount(years)
    worth = discount / terms.prices(years)
    delivered, short = made.of("delivered_ha")[:plan], made.of("shortage_ha")[:plan]
    spent, received = made.of("spent_bn_vnd"), made.of("received_bn_vnd") / terms.revolving_share
    # What is handed over in a year is there for half of it and for all that come
    after = left[:plan][::-1].cumsum()[::-1] - left[:plan] / 2.0
    # What is missing at the end of a year counts half in it and half in the next
    weight = (left * discount)[:plan]
    both = (weight + np.append(weight[1:], 0.0)) / 2.0
    interest = terms.interest_share * np.append(worth[1:], 0.0) @ made.debt_bn_vnd
    return Outcome(
        hectare_years=after @ delivered, hectares=np.ones(plan) @ delivered, shortage_ha=short[-1].astype(float),
        short_years=both @ short, spent_bn_vnd=np.ones(years) @ spent,
        net_cost_bn_vnd=worth @ spent - worth @ received + interest,
    )  # fmt: skip


def tail_parts(values: Draws, share: float) -> Draws:
    """One number for each draw, the mean of which is the mean of the worst ``1 - share`` of the values.

    They are q + max(value − q, 0) ÷ (1 − share) with the quantile q (Rockafellar and Uryasev 2000), so their spread
    says how sure that mean is.

    >>> float(tail_parts(np.array([1.0, 10.0, 3.0, 2.0]), 0.5).mean())
    6.5
    """
    part = max(1.0 - share, 1.0 / len(values))
    least = np.sort(values)[::-1][ceil(part * len(values) - 1e-9) - 1]
    made: Draws = least + np.maximum(values - least, 0.0) / part
    return made


def carried_on(programme: SimProgramme, demand_ha: Draws) -> SimProgramme:
    """The same programme with more years, in which nothing is wanted and only the interest of its loans is budgeted.

    Without that interest less could be borrowed in the last years of the plan: debt would grow beyond its ceiling.

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
    interest = programme.funding.interest_share * programme.funding.loan_ceiling_bn_vnd
    sources[INTEREST] = SimSource({**dict.fromkeys(programme.years, 0.0), **dict.fromkeys(more, interest)})
    elsewhere = (*programme.elsewhere_ha, *([0.0] * AFTER_YEARS)) if programme.elsewhere_ha else ()
    return replace(
        programme, years=(*programme.years, *more), funding=replace(programme.funding, sources=sources),
        demand_ha=demand_ha, elsewhere_ha=elsewhere,
    )  # fmt: skip


def difference(a: Outcome, b: Outcome, name: str) -> tuple[float, float]:
    """Mean of ``a − b`` over common draws, and its standard error."""
    less = getattr(a, name) - getattr(b, name)
    return float(less.mean()), float(less.std() / np.sqrt(len(less)))
