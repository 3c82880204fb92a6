"""A small city whose durations and costs are certain, so that what its programme comes to can be worked by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.procedure.hand_over import HandOver
from quydat.programme.choose.question import Aims
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel, example
from quydat.programme.given.funding import Fund, Funding
from quydat.programme.given.given import Given, Land
from quydat.programme.given.project import Project
from quydat.programme.given.stages import Stages
from quydat.programme.simulate.programme import SimSpread

YEARS = range(2025, 2035)
CITY = "city_first"
AT_ONCE: Mapping[int, float] = MappingProxyType({2025: 40.0})
AIMS = Aims(tail_ratio=0.0, tail_share=0.9, safe_share=1.0)


def days(count: float) -> SimSpread:
    return SimSpread(count, count, count)


def surely(value: float) -> Range:
    return Range(value, value, value)


def park(name: str, *, ha: float = 40.0, cost: float = 200.0, slow: float = 0.0) -> Project:
    """Cleared by the city in 300 days and built in 60; by a developer in ``slow`` days more, if that is not 0."""
    stages = {CITY: Stages(days(1), 0.0, None, days(60))}
    clearance = {"city": days(300)}
    if slow:
        stages[DEVELOPER_LED] = Stages(days(1), 0.0, None, days(60))
        clearance["developer"] = days(300 + slow)
    return Project(
        project_id=name, names=(f"Khu {name}", f"Park {name}"), kind="park", park_id=name, place="", land_class="ip",
        gross_ha=ha, lettable_ha=ha, clearance_bn_vnd=surely(cost), works_bn_vnd=surely(0.0), stages=stages,
        clearance_days=clearance, rent_bn_vnd_per_ha=0.0, under_way=bool(slow), basis=Basis.ASSUMED,
    )  # fmt: skip


def city(
    *parks: Project, yearly: float = 100.0, wanted: Mapping[int, float] = AT_ONCE, escalation: float = 0.0
) -> Given:
    """``wanted`` hectares by year; taxes of 10 bn VND for a hectare-year; nothing is discounted."""
    demand = np.array([[wanted.get(year, 0.0) for year in YEARS]])
    funding = Funding(
        (Fund("budget", ("Ngân sách", "Budget"), "budget", dict.fromkeys(YEARS, yearly), True, (), Basis.ASSUMED),),
        0.0, 0.0, 0.0, 0, escalation, 0.0, 0.0,
    )  # fmt: skip
    models: dict[str, DeliveryModel] = {CITY: replace(example(), tender_receipts_share=0.0)}
    if any(DEVELOPER_LED in one.models for one in parks):
        models[DEVELOPER_LED] = replace(
            example(), model_id=DEVELOPER_LED, city_clearance_share=0.0, city_works_share=0.0,
            tender_receipts_share=0.0, clearance_by="developer",
        )  # fmt: skip
    return Given(
        parks, models, funding, (), (), (), dict.fromkeys(YEARS, 1.0), date(2025, 1, 1), 2025, HandOver(1.0), 1.0,
        surely(1.0), surely(10.0), 0.0, 0.0, Land(0.0, np.zeros(len(YEARS)), demand), 7,
    )  # fmt: skip
