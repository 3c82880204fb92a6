"""A city with one park of which everything is sure: each number of the comparison can be worked out on paper.

100 ha to clear, 60 ha to let. Clearance costs 1,000, works 500, the rent of all its land is 1,200 bn VND. Procedure and
works take a year each, clearance takes the city a year and a developer five. Land is handed over within a year and let
within a year. No discount and no rise of prices. Taxes are 2 bn VND a year for a hectare. The plan has 20 years.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.procedure.hand_over import HandOver
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel, example
from quydat.programme.given.funding import Fund, Funding
from quydat.programme.given.given import Given, Land
from quydat.programme.given.project import Project
from quydat.programme.given.stages import Stages
from quydat.programme.simulate.programme import SimSpread

YEAR = 365.25
CITY = "city_first"


def sure(value: float) -> Range:
    return Range(value, value, value)


def days(years: float) -> SimSpread:
    return SimSpread(years * YEAR, years * YEAR, years * YEAR)


def stages(procedure: float = 1.0, works: float = 1.0, lead: float = 1.0) -> Stages:
    return Stages(days(procedure), lead, None, days(works))


def park(**changed: Any) -> Project:
    made = Project(
        project_id="park", names=("Khu A", "Park A"), kind="park", park_id="park", place="huyen",
        land_class="industrial",
        gross_ha=100.0, lettable_ha=60.0, clearance_bn_vnd=sure(1000.0), works_bn_vnd=sure(500.0),
        stages={CITY: stages(), DEVELOPER_LED: stages()}, clearance_days={"city": days(1.0), "developer": days(5.0)},
        rent_bn_vnd_per_ha=20.0, under_way=True, basis=Basis.ASSUMED,
    )  # fmt: skip
    return replace(made, **changed)


def models() -> dict[str, DeliveryModel]:
    """The city receives the whole rent when land is let; of a developer it receives a hundredth every year."""
    led = {"clearance_by": "developer", "city_clearance_share": 0.0, "city_works_share": 0.0,
           "tender_receipts_share": 0.0, "land_rent_share": 0.01}  # fmt: skip
    return {CITY: example(model_id=CITY), DEVELOPER_LED: example(model_id=DEVELOPER_LED, **led)}


def funding(**changed: Any) -> Funding:
    years = range(2026, 2046)
    fund = Fund("budget", ("Ngân sách", "Budget"), "budget", dict.fromkeys(years, 1000.0), True, (), Basis.ASSUMED)
    made = Funding((fund,), 0.0, 0.0, 1.0, 2, 0.0, 0.0, 0.0)
    return replace(made, **changed)


def city(*projects: Project, **changed: Any) -> Given:
    years = range(2026, 2046)
    land = Land(0.0, np.zeros(len(years)), np.full((1, len(years)), 3.0))
    made = Given(
        projects=projects or (park(),), models=models(), funding=funding(), limits=(), links=(), locks=(),
        shares=dict.fromkeys(years, 1.0), as_of=date(2026, 1, 1), price_year=2026, hand_over=HandOver(1.0),
        take_up_years=1.0, rent_ratio=sure(1.0), tax_bn_vnd_per_ha_year=sure(2.0), shared_clearance=0.3,
        shared_cost=0.5, land=land, seed=7,
    )  # fmt: skip
    return replace(made, **changed)
