"""The question: projects, delivery models and starts against scenarios of land, money and demand."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEVER = -1
"""Start, or model, of a project that is never started."""


@dataclass(frozen=True, eq=False)
class Flow:
    """What comes over the periods after a start, in each scenario: a table of profiles, and which row, when, how much.

    Of project i by model m in scenario s, the running total k periods after the start is
    ``scale[i, m, s] * profile[row[i, m, s], k - lag[i, m, s]]``: nothing before the lag, the last column for
    ever after.

    Attributes
    ----------
    profile
        Profiles × periods: running totals.
    row, lag, scale
        Projects × models × scenarios.
    """

    profile: Floats
    row: Ints
    lag: Ints
    scale: Floats


@dataclass(frozen=True)
class Precedence:
    """``after`` may start no sooner than ``lag`` periods after ``before`` is ready at its middle duration."""

    before: int
    after: int
    lag: int = 0


@dataclass(frozen=True, eq=False)
class Limit:
    """What a started project holds for some periods, and how much there is: teams of a district, staff, emissions.

    Attributes
    ----------
    use, held
        Projects × models: units held, and periods for which they are held, from the start on.
    capacity
        Units by period.
    """

    name: str
    use: Floats
    held: Ints
    capacity: Floats


@dataclass(frozen=True, eq=False)
class Equity:
    """Projects of a district bring at least this share of all land expected by the end."""

    name: str
    members: Flags
    share: float


@dataclass(frozen=True, eq=False)
class Money:
    """Where money comes from and how far it may be overdrawn.

    Attributes
    ----------
    budget_bn_vnd
        By period; what is not used is carried over.
    loan_bn_vnd
        Highest debt by period.
    interest
        Of debt, for a period.
    revolving_share
        Of the city's receipts, paid back into the fund.
    safe_share
        The mean of the worst ``1 - safe_share`` of the scenarios' largest overdrafts beyond the loan is at most 0:
        1 is every scenario, 0 is the mean; between them at least this share of scenarios keeps within its money.
    """

    budget_bn_vnd: Floats
    loan_bn_vnd: Floats
    interest: float = 0.0
    revolving_share: float = 1.0
    safe_share: float = 1.0


@dataclass(frozen=True)
class Goal:
    """What is minimised, ``cost + shortage_price · shortage + tail_price · tail``, and what may not be exceeded.

    Attributes
    ----------
    cost_weight, shortage_price, tail_price
        For a bn VND of net present cost with interest, for a unit of expected shortage, for a unit of its bad tail.
    tail_share
        The tail is the mean shortage of the worst ``1 - tail_share`` of scenarios.
    cost_limit, shortage_limit, tail_limit
        Upper limits.
    """

    cost_weight: float = 1.0
    shortage_price: float = 0.0
    tail_price: float = 0.0
    tail_share: float = 0.9
    cost_limit: float = np.inf
    shortage_limit: float = np.inf
    tail_limit: float = np.inf

    @property
    def tail(self) -> bool:
        """Whether the tail is asked for."""
        return self.tail_price > 0 or self.tail_limit < np.inf


class Choice(NamedTuple):
    """Model and start of each project, both ``NEVER`` if it is not started."""

    model: Ints
    start: Ints


@dataclass(frozen=True, eq=False)
class Replan:
    """A programme that is already known to people, and what it costs to depart from it.

    ``change`` for another model, for not starting, or for starting what was not to be started; ``shift`` for each
    period by which a start moves.
    """

    given: Choice
    change: float
    shift: float


@dataclass(frozen=True, eq=False)
class Problem:
    """A programme to be decided.

    Attributes
    ----------
    projects, models
        Their names.
    probability
        Of each scenario.
    land, spending, receipts
        Clean land in ha; the city's money in bn VND, at the prices at which it is paid.
    demand_ha
        Scenarios × periods: land wanted in each.
    opening_ha
        Scenarios: clean land at the beginning.
    shortage_weight
        By period: weight of the demand lost up to its end. One at the last and 0 before is hectares lost; the
        length of a period in years at each is hectare-years without land.
    discount
        By period: what a bn VND of it is worth today; later periods go on at the rate of the last two.
    allowed
        Projects × models × periods: starts that may be chosen.
    must
        Projects that are started in any case.
    ready
        Projects × models: periods from start to ready land at middle durations.
    """

    projects: tuple[str, ...]
    models: tuple[str, ...]
    probability: Floats
    land: Flow
    spending: Flow
    receipts: Flow
    demand_ha: Floats
    opening_ha: Floats
    shortage_weight: Floats
    discount: Floats
    money: Money
    allowed: Flags
    must: Flags
    ready: Ints
    goal: Goal
    precedences: tuple[Precedence, ...] = ()
    limits: tuple[Limit, ...] = ()
    equities: tuple[Equity, ...] = ()
    replan: Replan | None = field(default=None)

    @property
    def periods(self) -> int:
        """Number of periods."""
        return int(self.demand_ha.shape[1])

    @property
    def scenarios(self) -> int:
        """Number of scenarios."""
        return int(self.probability.shape[0])


def spread(by_year: Floats, *, periods_per_year: int) -> Floats:
    """Yearly amounts over the periods of each year, in equal parts; the last axis is years.

    >>> spread(np.array([4.0, 8.0]), periods_per_year=2).tolist()
    [2.0, 2.0, 4.0, 4.0]
    """
    return np.repeat(np.asarray(by_year, dtype=float), periods_per_year, axis=-1) / periods_per_year


def released(by_year: Floats, *, periods_per_year: int) -> Floats:
    """Yearly amounts in the first period of their year, from which on they may be spent.

    >>> released(np.array([4.0, 8.0]), periods_per_year=2).tolist()
    [4.0, 0.0, 8.0, 0.0]
    """
    amounts = np.zeros(len(by_year) * periods_per_year)
    amounts[::periods_per_year] = by_year
    return amounts


def single(amount: Floats, lag: Ints) -> Flow:
    """All at once, ``lag`` periods after the start; both are projects × models × scenarios."""
    return Flow(np.ones((1, 1)), np.zeros(amount.shape, dtype=np.int64), lag.astype(np.int64), amount.astype(float))
