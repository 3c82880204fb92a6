"""The programme's question for the optimiser: starts by quarter, over scenarios, at prices of the study's year.

Money in constant prices: budgets are brought to them by the rise of costs, so is the interest. Rents that rise
otherwise than costs are brought over from the day of the start on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from quydat.core.draws import Draws
from quydat.inventory.evidence import Parameters
from quydat.programme.given.decided import DoingLimit
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.programme.given.given import Given
from quydat.programme.given.project import left_to_developers
from quydat.programme.given.way import Way, receipts_curve, way_of
from quydat.programme.given.worlds import QUARTER_DAYS, World, Worlds
from quydat.programme.optimise.problem import Equity, Flow, Goal, Limit, Money, Precedence, Problem, spread

LATEST = 240
"""Quarters after a start in which something may still be paid or received: sixty years."""


@dataclass(frozen=True, eq=False)
class Question:
    """A problem for the optimiser, with what its projects and models are.

    Attributes
    ----------
    ways
        Project, model → the project by that model, for all that may be chosen.
    """

    given: Given
    problem: Problem
    ways: Mapping[tuple[int, int], Way]
    model_ids: tuple[str, ...]

    @cached_property
    def project_ids(self) -> tuple[str, ...]:
        """Ids of the projects."""
        return self.problem.projects


@dataclass(frozen=True)
class Aims:
    """What the programme is to reach.

    Attributes
    ----------
    tail_ratio, tail_share
        Price of the shortage in the bad tail against that of its mean; share of scenarios that is no tail.
    safe_share
        How surely it keeps within its money.
    """

    tail_ratio: float
    tail_share: float
    safe_share: float

    @classmethod
    def of(cls, parameters: Parameters) -> "Aims":
        """As the study states them."""
        return cls(*(parameters.value(f"programme.{name}") for name in ("tail_ratio", "tail_share", "safe_share")))


def question(given: Given, worlds: Worlds, *, aims: Aims, models: Collection[str] | None = None) -> Question:
    """Lay the programme out for the optimiser.

    Parameters
    ----------
    models
        Delivery models that may be used; all if not given. Parks go on as until now in any case.
    """
    ids = tuple(given.models)
    ways = {
        (i, m): way_of(given, project, model)
        for i, project in enumerate(given.projects)
        for m, model in enumerate(ids)
        if model in project.models
        and (models is None or model in models or (model == DEVELOPER_LED and project.under_way))
    }
    drawn = {key: worlds.of(way) for key, way in ways.items()}
    layout = _Layout(given, worlds, ids, ways, drawn)
    shape = (len(given.projects), len(ids))
    price = given.tax_bn_vnd_per_ha_year.mid
    discount = (1.0 + given.funding.discount_share) ** -(np.arange(given.quarters) / 4.0)
    problem = Problem(
        projects=tuple(one.project_id for one in given.projects), models=ids,
        probability=np.full(worlds.count, 1.0 / worlds.count),
        land=layout.land(), spending=layout.spending(), receipts=layout.receipts(),
        demand_ha=layout.demand(), opening_ha=np.full(worlds.count, given.land.opening_ha),
        shortage_weight=discount / 4.0, discount=discount, money=layout.money(aims.safe_share),
        allowed=layout.allowed(), must=layout.must(), ready=layout.ready(shape),
        goal=Goal(shortage_price=price, tail_price=price * aims.tail_ratio, tail_share=aims.tail_share),
        precedences=layout.precedences(), limits=layout.limits(), equities=layout.equities(),
    )  # fmt: skip
    return Question(given, problem, ways, ids)


@dataclass(frozen=True, eq=False)
class _Layout:
    given: Given
    worlds: Worlds
    model_ids: tuple[str, ...]
    ways: Mapping[tuple[int, int], Way]
    drawn: Mapping[tuple[int, int], World]

    @property
    def _shape(self) -> tuple[int, int, int]:
        return len(self.given.projects), len(self.model_ids), self.worlds.count

    @cached_property
    def _ready(self) -> np.ndarray:
        made = np.ones(self._shape, np.int64)
        for key, world in self.drawn.items():
            made[key] = np.minimum(world.ready, LATEST)
        return made

    def land(self) -> Flow:
        """Land handed over from the quarter in which it is ready."""
        scale = np.zeros(self._shape)
        for key, way in self.ways.items():
            scale[key] = way.lettable_ha
        profile = quarterly(np.cumsum(self._handed(len(self.given.years))))
        return Flow(profile[None, :], np.zeros(self._shape, np.int64), self._ready, scale)

    def _handed(self, years: int) -> Draws:
        """Share of the land handed over in each year from that in which it is ready on."""
        made: Draws = self.given.hand_over.draws(np.zeros(1), 1.0, years=list(range(years)))[0]
        return made

    def spending(self) -> Flow:
        """What the city pays, clearance and works each over its time."""
        rows, row, scale = [np.zeros(LATEST)], np.zeros(self._shape, np.int64), np.zeros(self._shape)
        ends = np.arange(1, LATEST + 1, dtype=float)
        for key, way in self.ways.items():
            if way.city_cost_bn_vnd <= 0:
                continue
            model, world = self.given.models[way.model_id], self.drawn[key]
            cleared = paid_by(ends, world.clearance, model.clearance_front_share)
            built = paid_by(ends, world.works, model.works_front_share)
            both = way.city_clearance_bn_vnd * cleared + way.city_works_bn_vnd * built
            row[key] = len(rows) + np.arange(self.worlds.count)
            rows.extend(both / way.city_cost_bn_vnd)
            scale[key] = way.city_cost_bn_vnd * world.cost_ratio
        return Flow(np.array(rows), row, np.zeros(self._shape, np.int64), scale)

    def receipts(self) -> Flow:
        """What the city receives for land that was handed over."""
        funding, years = self.given.funding, LATEST // 4
        rise = ((1.0 + funding.rent_growth_share) / (1.0 + funding.escalation_share)) ** np.arange(years)
        handed = self._handed(years)
        profiles, row, scale = [], np.zeros(self._shape, np.int64), np.zeros(self._shape)
        for model in self.model_ids:
            curve = receipts_curve(self.given, model)
            yearly = np.convolve(handed, curve)[:years] * rise
            profiles.append(quarterly(np.cumsum(yearly)))
        rent = self.worlds.rent_ratio()
        for (i, m), way in self.ways.items():
            row[i, m] = m
            scale[i, m] = way.worth_bn_vnd * rent
        return Flow(np.array(profiles), row, self._ready, scale)

    def demand(self) -> Draws:
        """Land wanted by quarter beyond what becomes ready elsewhere; what that has over serves later quarters."""
        over = np.zeros(self.worlds.count)
        left = self.worlds.demand_ha() - self.given.land.elsewhere_ha[None, :]
        for t in range(left.shape[1]):
            left[:, t] -= over
            over = np.maximum(-left[:, t], 0.0)
            left[:, t] = np.maximum(left[:, t], 0.0)
        return self._from_now(left)

    def _from_now(self, by_year: Draws) -> Draws:
        """Yearly amounts by quarter: those of the first year, of which part is over, in what is left of it."""
        first = 4 - self.given.first_quarter % 4
        rest = spread(by_year[..., 1:], periods_per_year=4)
        begun = np.repeat(by_year[..., :1], first, axis=-1) / first
        made: Draws = np.concatenate([begun, rest], axis=-1)
        return made

    def money(self, safe_share: float) -> Money:
        """Budgets, each in the first quarter of its year, and the loan, at prices of the study's year."""
        funding, years = self.given.funding, self.given.years
        by_year = funding.by_year(years)
        budget = np.zeros(self.given.quarters)
        prices = [(1.0 + funding.escalation_share) ** (year - self.given.price_year) for year in years]
        for t, year in enumerate(years):
            budget[max(4 * t - self.given.first_quarter, 0)] += by_year[year] / prices[t]
        loan = self._from_now(np.array([4.0 * funding.loan_ceiling_bn_vnd / price for price in prices]))
        loan[: 4 - self.given.first_quarter % 4] = funding.loan_ceiling_bn_vnd / prices[0]
        interest = (1.0 + funding.loan_interest_share) / (1.0 + funding.escalation_share) - 1.0
        return Money(budget, loan, max(interest, 0.0) / 4.0, funding.revolving_share, safe_share)

    def allowed(self) -> np.ndarray:
        """Starts that may be chosen. What is left to a developer goes on from today."""
        made = np.zeros((*self._shape[:2], self.given.quarters), bool)
        for i, m in self.ways:
            as_now = self.model_ids[m] == DEVELOPER_LED and self.given.projects[i].under_way
            made[i, m, : 1 if as_now else None] = True
        place = {one.project_id: i for i, one in enumerate(self.given.projects)}
        for lock in self.given.locks:
            i = place[lock.project_id]
            if lock.forbidden:
                made[i] = False
            if lock.model:
                made[i, [m for m, name in enumerate(self.model_ids) if name != lock.model]] = False
            for quarter in range(self.given.quarters):
                if not _within(self.given.quarter_day(quarter), lock.start_from, lock.start_to):
                    made[i, :, quarter] = False
        return made

    def must(self) -> np.ndarray:
        """Projects that are started in any case: by decision, or because they go on as until now if nothing is done."""
        decided = {lock.project_id for lock in self.given.locks}
        named = {lock.project_id for lock in self.given.locks if lock.must}
        as_now = {one.project_id for one in left_to_developers(self.given.projects)} - decided
        return np.array([one.project_id in named | as_now for one in self.given.projects], bool)

    def ready(self, shape: tuple[int, int]) -> np.ndarray:
        """Quarters from start to ready land in the middle."""
        made = np.ones(shape, np.int64)
        for key, way in self.ways.items():
            made[key] = max(1, round(way.middle_days / QUARTER_DAYS))
        return made

    def precedences(self) -> tuple[Precedence, ...]:
        """Which project waits for which."""
        place = {one.project_id: i for i, one in enumerate(self.given.projects)}
        return tuple(
            Precedence(place[link.before], place[link.after], round(link.lag_days / QUARTER_DAYS))
            for link in self.given.links
        )

    def limits(self) -> tuple[Limit, ...]:
        """Limits of doing; equity is another thing."""
        made = []
        for limit in self.given.limits:
            if limit.kind == "equity":
                continue
            use, held = np.zeros(self._shape[:2]), np.zeros(self._shape[:2], np.int64)
            for (i, m), way in self.ways.items():
                if limit.place in ("", way.project.place) and counts(self.given, limit, way):
                    use[i, m] = limit.use_ratio * measure(limit, way)
                    held[i, m] = held_quarters(limit.kind, way, self.given.quarters)
            capacity = np.array([
                limit.amount.get(self.given.quarter_day(quarter).year, np.inf) for quarter in range(self.given.quarters)
            ])  # fmt: skip
            most = float(use.sum()) + 1.0
            made.append(Limit(limit.limit_id, use, held, np.minimum(capacity, most)))
        return (*made, *self._earmarks())

    def _earmarks(self) -> Iterator[Limit]:
        """Money that only some projects may use is not there for the others: their costs, in the middle, stay below
        all money but that, up to each quarter.
        """
        years, funding = self.given.years, self.given.funding
        for fund in funding.funds:
            if not fund.for_projects:
                continue
            rest = {year: amount - fund.by_year[year] for year, amount in funding.by_year(years).items()}
            there = funding.loan_ceiling_bn_vnd
            capacity = np.zeros(self.given.quarters)
            for t, year in enumerate(years):
                there += rest[year] / (1.0 + funding.escalation_share) ** (year - self.given.price_year)
                capacity[max(4 * t - self.given.first_quarter, 0) :] = there
            use, held = np.zeros(self._shape[:2]), np.full(self._shape[:2], self.given.quarters)
            for (i, m), way in self.ways.items():
                if not {way.project.project_id, way.project.park_id} & {*fund.for_projects}:
                    use[i, m] = way.city_cost_bn_vnd
            yield Limit(fund.fund_id, use, held, capacity)

    def equities(self) -> tuple[Equity, ...]:
        """Least shares of land by place."""
        return tuple(
            Equity(limit.limit_id, np.array([one.place == limit.place for one in self.given.projects], bool),
                   max(limit.amount.values(), default=0.0))
            for limit in self.given.limits if limit.kind == "equity"
        )  # fmt: skip


def counts(given: Given, limit: DoingLimit, way: Way) -> bool:
    """Whether a project by a model uses what is limited: the city's offices work where the city clears or plans."""
    model = given.models[way.model_id]
    if limit.kind in ("clearance_teams", "resettlement_homes"):
        return not way.project.cleared and model.clearance_by == "city"
    if limit.kind == "planning_staff":
        return model.takes_city_money
    if limit.kind == "works_capacity":
        return model.city_works_share > 0
    return True


def measure(limit: DoingLimit, way: Way) -> float:
    """What the use is a ratio of."""
    project = way.project
    return {
        "each": 1.0, "gross_ha": project.gross_ha, "lettable_ha": way.lettable_ha, "homes": project.homes or 0.0,
        "emissions": project.emissions_t or 0.0, "land_share": 0.0,
    }[limit.measured_by]  # fmt: skip


def held_quarters(kind: str, way: Way, quarters: int) -> int:
    """Quarters from the start for which it is in use, in the middle: each limit up to the end of its stage."""
    procedure, clearance = way.procedure_days.mid, way.clearance_days.mid
    cleared = way.lead_share * procedure + clearance
    days = {
        "planning_staff": procedure, "clearance_teams": cleared, "works_capacity": way.middle_days,
    }.get(kind)  # fmt: skip
    return quarters if days is None else max(1, round(days / QUARTER_DAYS))


def paid_by(ends: Draws, stage: Draws, front_share: float) -> Draws:
    """Share of a stage that is paid by the end of each quarter: scenarios × quarters; the two halves each evenly.

    >>> paid_by(np.array([1.0, 2.0, 3.0, 4.0]), np.array([[1.0, 3.0]]), 0.7).round(2).tolist()
    [[0.0, 0.7, 1.0, 1.0]]
    """
    begin, end = stage[:, :1], stage[:, 1:]
    done = np.clip((ends[None, :] - begin) / np.maximum(end - begin, 1e-9), 0.0, 1.0)
    made: Draws = 2.0 * front_share * np.minimum(done, 0.5) + 2.0 * (1.0 - front_share) * np.maximum(done - 0.5, 0.0)
    return made


def quarterly(by_year: Draws) -> Draws:
    """Running totals at the ends of years, at the ends of quarters: evenly within each year.

    >>> quarterly(np.array([4.0, 6.0])).tolist()
    [1.0, 2.0, 3.0, 4.0, 4.5, 5.0, 5.5, 6.0]
    """
    before = np.concatenate([[0.0], by_year[:-1]])
    made: Draws = (before[:, None] + (by_year - before)[:, None] * np.array([0.25, 0.5, 0.75, 1.0])).ravel()
    return made


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)
