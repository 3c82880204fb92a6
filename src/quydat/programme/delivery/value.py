"""What a project is worth by one delivery model, draw by draw, if it starts now and waits for no money."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from quydat.core.draws import Draws, triangular_quantile, uniform
from quydat.programme.delivery.present import LetLand, discount_curve, discount_stage
from quydat.programme.given.given import Given
from quydat.programme.given.way import Way, receipts_curve
from quydat.programme.given.worlds import QUARTER_DAYS, World, Worlds

YEAR_DAYS = 4.0 * QUARTER_DAYS


def plan_years(given: Given) -> float:
    """Years from the day of the picture to the end of the plan."""
    return (date(given.years[-1] + 1, 1, 1) - given.as_of).days / YEAR_DAYS


class Lots(Worlds):
    """Draws of the comparison, apart from those of the optimisation and of the simulation.

    All models of a project have the same draw of each of its stages, so what they differ in is the model alone.
    """

    def __init__(self, given: Given, *, count: int) -> None:
        self._kept: dict[str, Draws] = {}
        super().__init__(given, count=count)

    def tax(self) -> Draws:
        """Taxes of a hectare that is let, in a year."""
        return triangular_quantile(self._uniform("tax"), self.given.tax_bn_vnd_per_ha_year)

    def next_project(self) -> None:
        """Forget the draws of the project before: they would fill the memory."""
        self._kept.clear()

    def _uniform(self, name: str) -> Draws:
        return uniform(f"programme/delivery/{name}", count=self.count, seed=self.given.seed)

    def _related(self, name: str, factor: Draws, shared: float) -> Draws:
        if name not in self._kept:
            self._kept[name] = super()._related(name, factor, shared)
        return self._kept[name]


@dataclass(frozen=True, eq=False)
class Valued:
    """One project by one model: draws, present values at prices of the study's year, in billions of đồng.

    Attributes
    ----------
    ready_days
        Days from the day of the picture to ready land.
    clearance, works
        What the city pays for each.
    received
        What the city receives from the land.
    taxes
        Taxes of its land while it is let, to the end of the plan, to all budgets.
    """

    ready_days: Draws
    clearance: Draws
    works: Draws
    received: Draws
    taxes: Draws

    @property
    def net_cost(self) -> Draws:
        """What the city pays less what it receives."""
        return self.clearance + self.works - self.received

    def years_before(self, other: "Valued") -> Draws:
        """Years by which its land is ready before that of the other."""
        made: Draws = (other.ready_days - self.ready_days) / YEAR_DAYS
        return made

    def advantage_over(self, other: "Valued") -> Draws:
        """Net cost of the other − its own + taxes of land that is let earlier."""
        return other.net_cost - self.net_cost + self.taxes - other.taxes


@dataclass(frozen=True, eq=False)
class Valuer:
    """Present values of projects of one city.

    Attributes
    ----------
    rent_ratio, tax_bn_vnd_per_ha_year
        Draws that all projects share.
    tax_years
        Years from the day of the picture in which taxes count: see ``plan_years``.
    """

    given: Given
    rent_ratio: Draws
    tax_bn_vnd_per_ha_year: Draws
    tax_years: float

    @cached_property
    def rate(self) -> float:
        """Real discount rate: that of costs, which keep their price."""
        return self.given.funding.discount_share

    @cached_property
    def rent_rate(self) -> float:
        """Rate for rents, which rise otherwise than costs."""
        funding = self.given.funding
        rise = (1.0 + funding.rent_growth_share) / (1.0 + funding.escalation_share)
        return (1.0 + self.rate) / rise - 1.0

    @cached_property
    def _handed(self) -> Draws:
        """Share of the land handed over in each year from readiness on."""
        years = int(np.ceil(self.given.hand_over.over)) + int(np.ceil(self.given.hand_over.tail_over)) + 1
        made: Draws = self.given.hand_over.draws(np.zeros(1), 1.0, years=list(range(years)))[0]
        return made

    @cached_property
    def _let(self) -> LetLand:
        years = int(np.ceil(self.given.take_up_years)) + 1
        taken = np.diff(np.clip(np.arange(years + 1) / self.given.take_up_years, 0.0, 1.0))
        return LetLand(np.convolve(self._handed, taken), self.rate)

    def receipts_factor(self, model_id: str) -> float:
        """Worth, on the day of ready land and at the rents of that day, of all receipts, against the whole rent."""
        by_year = np.convolve(self._handed, receipts_curve(self.given, model_id))
        return discount_curve(by_year, self.rent_rate)

    def of(self, way: Way, world: World) -> Valued:
        """A project by a model."""
        model = self.given.models[way.model_id]
        cleared, built = world.clearance / 4.0, world.works / 4.0
        ready = built[:, 1]
        clearance = discount_stage(cleared[:, 0], cleared[:, 1], model.clearance_front_share, self.rate)
        works = discount_stage(built[:, 0], built[:, 1], model.works_front_share, self.rate)
        rent = way.worth_bn_vnd * self.receipts_factor(way.model_id) * self.rent_ratio
        taxes = way.lettable_ha * self.tax_bn_vnd_per_ha_year
        return Valued(
            ready * YEAR_DAYS, way.city_clearance_bn_vnd * world.cost_ratio * clearance,
            way.city_works_bn_vnd * world.cost_ratio * works, rent * np.exp(-np.log1p(self.rent_rate) * ready),
            taxes * self._let.worth(ready, self.tax_years),
        )  # fmt: skip
