"""All that the programme is made from, read once and checked together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pandas as pd

from quydat.core.draws import Draws, Range
from quydat.core.ledger import Ledger
from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.cells import plain
from quydat.inventory.evidence import Evidence, Parameters
from quydat.procedure.hand_over import HandOver
from quydat.programme.given.cost import unit_costs
from quydat.programme.given.decided import DoingLimit, Link, Lock
from quydat.programme.given.delivery_model import DeliveryModel, read_models
from quydat.programme.given.funding import Funding
from quydat.programme.given.project import Project
from quydat.programme.given.read_decided import read_limits, read_links, read_locks
from quydat.programme.given.read_money import read_funding
from quydat.programme.given.read_projects import ProjectReader, UnitCosts
from quydat.programme.given.stages import Fold


@dataclass(frozen=True, eq=False)
class Land:
    """Land of the whole city that the programme's land is added to.

    Attributes
    ----------
    opening_ha
        Land ready at the opening.
    elsewhere_ha
        Years: land that becomes ready without the programme (blocked land that is cleared), mean of the draws.
    demand_ha
        Draws × years: land wanted.
    """

    opening_ha: float
    elsewhere_ha: Draws
    demand_ha: Draws


@dataclass(frozen=True, eq=False)
class Given:
    """The programme's question before anything is chosen.

    Attributes
    ----------
    shares
        Years of the account with the share of each that lies after the opening.
    rent_ratio, tax_bn_vnd_per_ha_year
        Rent reached against the stated one; taxes of a hectare that is let.
    shared_clearance, shared_cost
        Correlation of the projects' times, and costs, with what they have in common.
    """

    projects: tuple[Project, ...]
    models: Mapping[str, DeliveryModel]
    funding: Funding
    limits: tuple[DoingLimit, ...]
    links: tuple[Link, ...]
    locks: tuple[Lock, ...]
    shares: Mapping[int, float]
    as_of: date
    price_year: int
    hand_over: HandOver
    take_up_years: float
    rent_ratio: Range
    tax_bn_vnd_per_ha_year: Range
    shared_clearance: float
    shared_cost: float
    land: Land
    seed: int
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def years(self) -> range:
        """Years of the programme."""
        return range(min(self.shares), max(self.shares) + 1)

    @property
    def first_quarter(self) -> int:
        """Quarters from the beginning of the first year to the first in which something may start."""
        if self.as_of.year < self.years[0]:
            return 0
        over = self.as_of.month in (3, 6, 9) and self.as_of.day >= 30  # of the last days a quarter of the year is left
        return (self.as_of.month - 1) // 3 + int(over)

    @property
    def quarters(self) -> int:
        """Quarters in which something may start."""
        return 4 * len(self.years) - self.first_quarter

    def quarter_day(self, quarter: int) -> date:
        """First day of a quarter, counted from the first in which something may start."""
        whole = self.first_quarter + quarter
        return date(self.years[0] + whole // 4, 3 * (whole % 4) + 1, 1)

    def project(self, project_id: str) -> Project:
        """A project by its id."""
        return self._by_id[project_id]

    def pool(self, project_id: str) -> tuple[str, str]:
        """Place and class of its land."""
        project = self.project(project_id)
        return project.place, project.land_class

    @cached_property
    def _by_id(self) -> dict[str, Project]:
        return {one.project_id: one for one in self.projects}


def read_given(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    places: Mapping[str, str],
    fold: Fold,
    parameters: Parameters,
    ledger: Ledger,
    shares: Mapping[int, float],
    land: Land,
    city: str,
    price_year: int,
    as_of: date,
    seed: int,
) -> Given:
    """Read all tables of the programme.

    Parameters
    ----------
    places
        Place of each park.
    fold
        Stages of the parks, as procedure expects them.
    city
        Id of the whole city.

    Raises
    ------
    Problems
        QD502, QD790, QD910–QD925: all that is wrong with the tables, at once.
    """
    unit_costs(evidence, ledger=ledger, price_year=price_year, as_of=as_of)
    models, found = read_models(evidence)
    found += [
        problem("QD926", Place("delivery_model", column="skips_steps"), model=name, step=step)
        for name, model in models.items() for step in sorted(model.skips_steps - fold.expectation.track.steps.keys())
    ]  # fmt: skip
    reader = ProjectReader(
        evidence, parks=parks, places=places, fold=fold, models=models, parameters=parameters,
        costs=_costs(evidence, parameters, ledger, price_year), price_year=price_year, ledger=ledger,
    )  # fmt: skip
    projects, more = reader.all()
    found += more
    by_id = {one.project_id: one for one in projects}
    known = {*by_id, *(one.park_id for one in projects if one.park_id)}
    funding, more = read_funding(evidence, parameters=parameters, ledger=ledger, shares=shares, known=known)
    found += more
    locks, more = read_locks(evidence, by_id)
    found += more
    links, more = read_links(evidence, by_id)
    found += more
    named = _places(evidence, city)
    limits, more = read_limits(evidence, by_id, years=range(min(shares), max(shares) + 1), places=set(named))
    found += more + _unknown_days(projects, models)
    raise_if(found)
    return Given(
        tuple(projects), models, funding, tuple(limits), tuple(links), tuple(locks), shares, as_of, price_year,
        HandOver.of(parameters), parameters.value("programme.take_up_years"),
        parameters.range("programme.rent_ratio"), parameters.range("programme.tax_bn_vnd_per_ha_year"),
        parameters.value("programme.shared_clearance"), parameters.value("programme.shared_cost"), land, seed, named,
    )  # fmt: skip


def _costs(evidence: Evidence, parameters: Parameters, ledger: Ledger, price_year: int) -> UnitCosts:
    since = price_year - round(parameters.value("programme.clearance_price_year"))
    rise = (1.0 + parameters.value("programme.escalation_share")) ** since
    clearance = parameters.range("programme.clearance_bn_vnd_per_ha")
    rent, per_m2 = ledger.number("programme.rent_per_ha"), parameters.value("programme.rent_usd_per_m2")
    rows = evidence.record["place"]
    return UnitCosts(
        clearance=Range(clearance.low * rise, clearance.mid * rise, clearance.high * rise),
        works=parameters.range("programme.works_bn_vnd_per_ha"),
        state_land_share=parameters.range("programme.state_land_cost_share"), rent_bn_vnd=rent,
        rent_of_place={
            str(place): rent * float(usd) / per_m2
            for place, usd in zip(rows["place_id"], rows["rent_usd_per_m2"], strict=True) if plain(usd) is not None
        } if per_m2 > 0 else {},
    )  # fmt: skip


def _places(evidence: Evidence, city: str) -> dict[str, tuple[str, str]]:
    rows = evidence.record["place"]
    names = zip(rows["place_id"], rows["name_vi"], rows["name_en"], strict=True)
    return {city: ("Toàn thành phố", "Whole city"), **{str(p): (str(vi), str(en)) for p, vi, en in names}}


def _unknown_days(projects: list[Project], models: Mapping[str, DeliveryModel]) -> list[Problem]:
    """QD925 for projects that must be cleared by somebody of whom no days are known, by a model that states none."""
    return [
        problem("QD925", Place("delivery_model"), project=one.project_id, model=name)
        for one in projects
        for name in one.models
        if name in models and not one.cleared and models[name].clearance_days is None
        and models[name].clearance_by not in one.clearance_days
    ]  # fmt: skip
