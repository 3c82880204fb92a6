"""A small programme in which nothing is left to chance, so that all of it can be worked out by hand."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.procedure.hand_over import HandOver
from quydat.programme.given.delivery_model import DeliveryModel, example
from quydat.programme.given.funding import Fund, Funding
from quydat.programme.given.given import Given, Land
from quydat.programme.given.project import Project
from quydat.programme.given.stages import Stages
from quydat.programme.simulate.programme import SimSpread

YEAR = 365.25


def days(years: float) -> SimSpread:
    """So many years for sure."""
    return SimSpread(years * YEAR, years * YEAR, years * YEAR)


def sure(value: float) -> Range:
    """One value for sure."""
    return Range(value, value, value)


CITY = example(tender_receipts_share=1.0)
DEVELOPER = replace(
    example(), model_id="developer_led", names=("Chủ đầu tư", "Developer"), city_clearance_share=0.0,
    city_works_share=0.0, clearance_by="developer", tender_receipts_share=0.0, land_rent_share=0.01,
    rent_free_years=2.0,
)  # fmt: skip


def project(name: str = "a", *, procedure: float = 1.0, city: float = 1.0, developer: float = 6.0, works: float = 2.0,
            **changed: Any) -> Project:  # fmt: skip
    """100 ha to clear, 60 to let; 10 bn VND/ha to clear and 5 to build; procedure before clearance, then works."""
    stages = Stages(days(procedure), 1.0, days(developer), days(works))
    stated: dict[str, Any] = {
        "project_id": name, "names": (f"Dự án {name}", f"Project {name}"), "kind": "park", "park_id": name,
        "place": "north", "land_class": "industrial", "gross_ha": 100.0, "lettable_ha": 60.0,
        "clearance_bn_vnd": sure(1000.0), "works_bn_vnd": sure(500.0),
        "stages": {"city_first": stages, "developer_led": stages},
        "clearance_days": {"city": days(city), "developer": days(developer)}, "rent_bn_vnd_per_ha": 30.0,
        "under_way": True, "basis": Basis.ASSUMED,
    }  # fmt: skip
    return Project(**{**stated, **changed})


def given(*projects: Project, budget: float = 400.0, demand_ha: float = 20.0, draws: int = 8, **changed: Any) -> Given:
    """Sixteen years from 2026, a yearly budget, demand the same each year, no rise of prices, no discount."""
    years = range(2026, 2042)
    models: dict[str, DeliveryModel] = {"city_first": CITY, "developer_led": DEVELOPER}
    fund = Fund("budget", ("Ngân sách", "Budget"), "budget", dict.fromkeys(years, budget), True, (), Basis.ASSUMED)
    stated: dict[str, Any] = {
        "projects": projects or (project(),), "models": models,
        "funding": Funding((fund,), 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0),
        "limits": (), "links": (), "locks": (), "shares": dict.fromkeys(years, 1.0), "as_of": date(2026, 1, 1),
        "price_year": 2026, "hand_over": HandOver(1.0), "take_up_years": 1.0, "rent_ratio": sure(1.0),
        "tax_bn_vnd_per_ha_year": sure(10.0), "shared_clearance": 0.0, "shared_cost": 0.0,
        "land": Land(0.0, np.zeros(len(years)), np.full((draws, len(years)), demand_ha)), "seed": 1,
    }  # fmt: skip
    return Given(**{**stated, **changed})
