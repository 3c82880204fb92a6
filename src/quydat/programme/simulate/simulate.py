"""A programme in many draws: when each project is ready, what money there is, and in which year land runs out.

The rules, in the order in which a year goes:

1. The year's budget comes in; the interest on what was owed at the end of last year is paid out of it.
2. Projects whose planned start has come ask for money in turn: by planned start, then priority, then id. A project
   starts only when its whole cost in this draw, at the prices of this start, is covered by money that is not yet
   promised, by the loan that is still open, and by the budgets of the next ``ahead_years``. Money kept for it is used
   first. What is promised stays for it, and is promised once. If the fund is dry, the project waits,
   and all behind it in turn wait with it (``Policy.NONE``); or the next one that can be paid starts (``SKIP``); or as
   ``NONE``, and a project that could not start for some years is given up (``STOP_LATE``). A project that takes none of
   the city's money, beyond what is kept for it, starts when it was planned and waits for nobody.
   A project that waits for others starts in the first quarter in which all have been ready for its lag; until then it
   asks for no money and nobody waits behind it. What starts in the same year but later in turn is looked at next year.
3. Clearance begins when a share of the procedure is done, works when procedure and clearance are both done. Each
   stage is paid evenly over its length, or more of it in its first half. Its price is that of its middle, so it rises
   with every delay before.
4. What no project has asked for lapses at the end of the year, if its source does not carry over and nothing is owed.
5. Land is handed over from the year in which the works end, and brings receipts by the curve of its delivery model.
   Receipts come at the end of a year and pay from the next on.
6. Land: opening + delivered − taken = closing. What is wanted is taken as long as there is land; what finds none is
   missing, and adds up: max over τ of cumulative demand − cumulative supply − opening, if above 0.

Durations and costs are related by a Gaussian copula with two common factors, one of clearance and one of cost.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws
from quydat.core.parallel import Threads
from quydat.core.problem import raise_if
from quydat.programme.simulate.checks import check_programme
from quydat.programme.simulate.layout import laid_out
from quydat.programme.simulate.programme import SimProgramme, SimProject

PART = 4_096
"""Draws of a part; it changes nothing but the time."""
NEVER_DAY = 2**31 - 1
"""Day on which a project is ready that never starts."""
ROUNDING_SHARE = 1e-5
"""Of what was paid so far: debt beyond the ceiling by less than this is rounding to 32 bits."""


@dataclass(frozen=True, eq=False)
class Simulated:
    """What comes out.

    Attributes
    ----------
    years, project_ids
        What the axes are; projects in the order in which they were given.
    yearly
        Quantities × years × draws, rounded to 32 bits, in the order of ``QUANTITIES``.
    first_short
        Draws: year in which land is missing for the first time; the year after the last if it never is.
    starts, readies
        Projects × years: number of draws in which a project starts, and is ready, in a year.
    loan_ceiling_bn_vnd
        Most that may be owed.
    """

    years: tuple[int, ...]
    project_ids: tuple[str, ...]
    yearly: NDArray[np.float32]
    first_short: NDArray[np.int64]
    starts: NDArray[np.int64]
    readies: NDArray[np.int64]
    loan_ceiling_bn_vnd: float

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.first_short)

    def of(self, quantity: str) -> NDArray[np.float32]:
        """One of ``QUANTITIES``: years × draws. Stocks are those of the end of the year."""
        made: NDArray[np.float32] = self.yearly[QUANTITIES.index(quantity)]
        return made

    @property
    def cash_bn_vnd(self) -> NDArray[np.float32]:
        """Money there, promised or not: years × draws."""
        return np.maximum(self.of("balance_bn_vnd"), np.float32(0.0))

    @property
    def debt_bn_vnd(self) -> NDArray[np.float32]:
        """Money owed: years × draws."""
        return np.maximum(-self.of("balance_bn_vnd"), np.float32(0.0))

    @property
    def overdrawn_bn_vnd(self) -> NDArray[np.float32]:
        """Money owed beyond the ceiling of the loans, since more was promised than came: years × draws.

        It is 0 unless promises are made ahead of budgets (``SimFunding.ahead_years``).
        """
        over = self.debt_bn_vnd - np.float32(self.loan_ceiling_bn_vnd)
        rounding = np.cumsum(self.of("spent_bn_vnd"), axis=0) * np.float32(ROUNDING_SHARE)
        return np.where(over > rounding, over, np.float32(0.0))

    def dry_share(self) -> Draws:
        """Share of the draws in which the fund has been dry, with bills beyond the ceiling, by the end of each year."""
        dry = np.logical_or.accumulate(self.overdrawn_bn_vnd > 0, axis=0)
        made: Draws = dry.mean(axis=1)
        return made

    def quantiles(self, levels: tuple[float, ...] = (0.1, 0.5, 0.9)) -> Draws:
        """P10, P50 and P90, exact as ``numpy.quantile`` gives them: levels × quantities × years."""
        made: Draws = np.quantile(self.yearly, levels, axis=2)
        return made

    def short_share(self) -> Draws:
        """Share of the draws in which land has been missing by the end of each year."""
        return np.array([np.mean(self.first_short <= year) for year in self.years])


QUANTITIES = (
    "closing_ha",
    "shortage_ha",
    "delivered_ha",
    "balance_bn_vnd",
    "spent_bn_vnd",
    "received_bn_vnd",
)
"""Clean land; land missing so far; land handed over by the projects; cash, or debt if below 0; paid; received."""


@dataclass(frozen=True, eq=False)
class SimulatedDays(Simulated):
    """The same, with when each project starts and is ready in each draw.

    Attributes
    ----------
    ready_day
        Projects × draws: days from the beginning of the first year to readiness, after the last year too; years have
        365.25 days, a day is rounded up but not out of its year. ``NEVER_DAY`` if the project never starts, or was
        given up.
    start_quarter
        Projects × draws: quarters from the beginning of the first year to the start; −1 if it never starts.
    """

    ready_day: NDArray[np.int32]
    start_quarter: NDArray[np.int16]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A programme as the kernel wants it: made once, run as often as wanted."""

    years: tuple[int, ...]
    project_ids: tuple[str, ...]
    turn: NDArray[np.int64]
    loan_ceiling_bn_vnd: float
    arguments: tuple[Any, ...] = field(repr=False)

    def run(self, draws: int, *, threads: int | None = None, part: int = PART) -> Simulated:
        """Simulate; threads and parts change nothing but the time."""
        ready_day, start_quarter = np.empty((0, draws), np.int32), np.empty((0, draws), np.int16)
        return self._run(draws, threads, part, ready_day, start_quarter)

    def run_days(self, draws: int, *, threads: int | None = None, part: int = PART) -> SimulatedDays:
        """The same with the days of each project, which takes a tenth more time."""
        ready_day = np.empty((len(self.project_ids), draws), np.int32)
        start_quarter = np.full((len(self.project_ids), draws), -1, np.int16)
        made = self._run(draws, threads, part, ready_day, start_quarter)
        return SimulatedDays(**vars(made), ready_day=ready_day, start_quarter=start_quarter)

    def _run(
        self, draws: int, threads: int | None, part: int, ready_day: NDArray[np.int32], start_quarter: NDArray[np.int16]
    ) -> Simulated:
        """Days are filled if there is room for them."""
        from quydat.programme.simulate import kernel

        yearly = np.empty((len(QUANTITIES), len(self.years), draws), np.float32)
        first = np.empty(draws, np.int16)
        run: Any = kernel.simulate_draws
        part = -(-part // kernel.LANES) * kernel.LANES

        def some(begin: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            made: tuple[NDArray[np.int64], NDArray[np.int64]] = run(
                begin, min(begin + part, draws), *self.arguments, yearly, first, self.turn, ready_day, start_quarter
            )
            return made

        counts = np.zeros((2, len(self.project_ids), len(self.years)), np.int64)
        for made in Threads(threads).map(some, range(0, draws, part)):
            counts[:, self.turn] += made
        first_short = first.astype(np.int64) + self.years[0]
        starts, readies = counts
        return Simulated(self.years, self.project_ids, yearly, first_short, starts, readies, self.loan_ceiling_bn_vnd)


def simulate(programme: SimProgramme, *, draws: int, threads: int | None = None, part: int = PART) -> Simulated:
    """Simulate a programme.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: whatever is wrong with the programme, all at once.
    """
    return prepare(programme).run(draws, threads=threads, part=part)


def simulate_days(
    programme: SimProgramme, *, draws: int, threads: int | None = None, part: int = PART
) -> SimulatedDays:
    """Simulate a programme, with the days of each project.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: whatever is wrong with the programme, all at once.

    Examples
    --------
    A park of 160 bn VND with 100 a year: it starts in 2027, and its works end two years of 365 days later.

    >>> from quydat.procedure.hand_over import HandOver
    >>> from quydat.programme.simulate.programme import SimDelivery, SimFunding, SimSource, SimSpread
    >>> year, sure = SimSpread(365, 365, 365), SimSpread(1, 1, 1)
    >>> park = SimProject("park", "city", 0, 0, year, year, year, sure, 100.0, 60.0, 2026, 90.0, 2.0)
    >>> funding = SimFunding({"city": SimSource({2026: 100.0, 2027: 100.0, 2028: 100.0})})
    >>> made = simulate_days(
    ...     SimProgramme(
    ...         (2026, 2027, 2028), (park,), {"city": SimDelivery(1.0, 1.0, 1.0)}, funding, HandOver(3.0), 10.0,
    ...         demand_ha=np.array([[5.0, 15.0, 15.0]]),
    ...     ),
    ...     draws=2,
    ... )
    >>> made.start_quarter.tolist(), made.ready_day.tolist(), made.first_short.tolist()
    ([[4, 4]], [[1096, 1096]], [2027, 2027])
    """
    return prepare(programme).run_days(draws, threads=threads, part=part)


def prepare(programme: SimProgramme) -> Prepared:
    """Check a programme and lay it out for the kernel.

    Raises
    ------
    Problems
        QD780–QD790, QD797, QD798: whatever is wrong with the programme, all at once.
    """
    raise_if(check_programme(programme))
    projects = programme.projects
    turn = sorted(range(len(projects)), key=lambda i: _turn(projects[i]))
    arguments = laid_out(programme, [projects[i] for i in turn])
    ids = tuple(one.project_id for one in projects)
    ceiling = programme.funding.loan_ceiling_bn_vnd
    return Prepared(programme.years, ids, np.array(turn, np.int64), ceiling, arguments)


def _turn(project: SimProject) -> tuple[int, int, str]:
    return project.start_quarter, project.priority, project.project_id
