"""A chosen programme played through out of sample: many draws that the optimisation has not seen, with its rules."""

from collections.abc import Mapping, Sequence

import numpy as np

from quydat.core.draws import Draws
from quydat.programme.choose.chosen import Start
from quydat.programme.given.decided import Link
from quydat.programme.given.given import Given
from quydat.programme.given.way import Way, receipts_curve, way_of
from quydat.programme.simulate.checks import MOST_RATIO
from quydat.programme.simulate.programme import (
    Policy,
    SimDelivery,
    SimFunding,
    SimProgramme,
    SimProject,
    SimSource,
    SimSpread,
)
from quydat.programme.simulate.simulate import SimulatedDays, prepare

ROUNDING = 1.0 + 1e-9
"""A quotient that is to stay below a limit is kept from it by more than its rounding."""
LEAST_SHARE = 1e-6
"""Part of the receipts that comes back to the fund, at least: what is not simulated could not be told."""


def rehearse(
    given: Given, starts: Sequence[Start], *, draws: int, policy: Policy = Policy.SKIP, threads: int | None = None
) -> SimulatedDays:
    """Play a programme through: draw ``d`` has the demand of draw ``d`` of the account."""
    programme = sim_programme(given, starts, policy=policy)
    return prepare(programme).run_days(draws, threads=threads)


def sim_programme(
    given: Given, starts: Sequence[Start], *, policy: Policy = Policy.SKIP, demand_ha: Draws | None = None,
    more_bn_vnd: Mapping[int, float] | None = None,
) -> SimProgramme:  # fmt: skip
    """A programme as the simulation wants it.

    Parameters
    ----------
    policy
        What is done when the fund is dry.
    demand_ha
        Draws × years, if another demand than the account's.
    more_bn_vnd
        Year → money on top of the sources, nominal.
    """
    there = {one.project_id for one in starts}
    after: dict[str, list[Link]] = {}
    for link in given.links:
        if link.before in there:
            after.setdefault(link.after, []).append(link)
    projects = []
    deliveries: dict[str, SimDelivery] = {}
    for turn, one in enumerate(sorted(starts, key=lambda s: (s.quarter, s.project_id))):
        way = way_of(given, given.project(one.project_id), one.model_id)
        name = f"{one.project_id}/{one.model_id}"
        base = max(1.0, way.cost_ratio.high / MOST_RATIO * ROUNDING)
        deliveries[name] = _delivery(given, way)
        projects.append(
            SimProject(
                project_id=one.project_id, delivery=name, priority=turn,
                start_quarter=given.first_quarter + one.quarter,
                procedure_days=_shared(way.procedure_days, clearance=given.shared_clearance),
                clearance_days=_shared(way.clearance_days, clearance=given.shared_clearance),
                works_days=_shared(way.works_days, clearance=given.shared_clearance),
                cost_ratio=_shared(_over(way.cost_ratio, base), cost=given.shared_cost),
                clearance_bn_vnd=way.city_clearance_bn_vnd * base, works_bn_vnd=way.city_works_bn_vnd * base,
                price_year=given.price_year, lettable_ha=way.lettable_ha,
                rent_bn_vnd_per_ha=_rent(given, way),
                after=tuple(link.before for link in after.get(one.project_id, ())),
                after_lag_days=tuple(round(link.lag_days) for link in after.get(one.project_id, ())) or 0,
            )
        )  # fmt: skip
    return SimProgramme(
        years=tuple(given.years), projects=tuple(projects), deliveries=deliveries,
        funding=funding_of(given, more_bn_vnd or {}), hand_over=given.hand_over, opening_ha=given.land.opening_ha,
        demand_ha=given.land.demand_ha if demand_ha is None else demand_ha,
        elsewhere_ha=tuple(float(one) for one in given.land.elsewhere_ha), policy=policy, seed=given.seed,
    )  # fmt: skip


def _rent(given: Given, way: Way) -> float:
    """Rent at the prices of the programme's first year."""
    rise = (1.0 + given.funding.rent_growth_share) ** (given.years[0] - given.price_year)
    return way.project.rent_bn_vnd_per_ha * given.rent_ratio.mid * rise


def _delivery(given: Given, way: Way) -> SimDelivery:
    """The model with the project's own share of procedure before clearance; costs and land are the city's already."""
    model, curve = given.models[way.model_id], receipts_curve(given, way.model_id)
    return SimDelivery(
        city_clearance_share=1.0, city_works_share=1.0, city_receipts_share=1.0, lead_share=way.lead_share,
        clearance_front_share=model.clearance_front_share, works_front_share=model.works_front_share,
        receipts_share=tuple(float(share) for share in curve),
    )  # fmt: skip


def _over(ratio: SimSpread, base: float) -> SimSpread:
    """A ratio to another base: the simulation keeps ratios in few bits, so that none may be above ``MOST_RATIO``."""
    return SimSpread(ratio.low / base, ratio.mid / base, ratio.high / base)


def _shared(spread: SimSpread, *, clearance: float = 0.0, cost: float = 0.0) -> SimSpread:
    """A spread with what it has in common with others."""
    return SimSpread(
        spread.low, spread.mid, spread.high, spread.observed, float(np.sqrt(clearance)), float(np.sqrt(cost))
    )


def funding_of(given: Given, more: Mapping[int, float]) -> SimFunding:
    """The money, as the simulation wants it: what carries over and what lapses."""
    funding = given.funding
    free = [one for one in funding.funds if not one.for_projects]
    kinds = {"carrying": True, "lapsing": False}
    sources = {
        name: SimSource(
            {
                year: sum(one.by_year[year] for one in free if one.carries_over is carries)
                + (more.get(year, 0.0) if carries else 0.0)
                for year in given.years
            },
            carries_over=carries,
        )
        for name, carries in kinds.items()
    }
    for fund in funding.funds:
        if fund.for_projects:
            named = {*fund.for_projects}
            may = tuple(one.project_id for one in given.projects if named & {one.project_id, one.park_id})
            sources[fund.fund_id] = SimSource(dict(fund.by_year), carries_over=fund.carries_over, for_projects=may)
    return SimFunding(
        sources, loan_ceiling_bn_vnd=funding.loan_ceiling_bn_vnd, interest_share=funding.loan_interest_share,
        revolving_share=max(funding.revolving_share, LEAST_SHARE), clearance_escalation_share=funding.escalation_share,
        works_escalation_share=funding.escalation_share, rent_escalation_share=funding.rent_growth_share,
        ahead_years=funding.ahead_years,
    )  # fmt: skip
