"""Delivery models of a park compared: numbers on paper, break-evens that are 0 when evaluated again, pairing."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.support.one_park import CITY, city, days, funding, models, park, stages, sure

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.programme.delivery.park import Parks, city_first, delivery_park
from quydat.programme.given.delivery_model import DEVELOPER_LED, example
from quydat.programme.given.given import Given
from quydat.programme.simulate.programme import SimSpread


def compared(given: Given, draws: int = 200) -> Parks:
    """80 USD/m² are 20 bn VND a hectare."""
    return delivery_park(given, draws=draws, usd_per_m2=80.0, rent_bn_vnd_per_ha=20.0, basis=Basis.DERIVED)


def row(parks: Parks, model: str, project: str = "park") -> pd.Series:
    frame = parks.frame
    return frame[(frame["delivery_model"] == model) & (frame["project_id"] == project)].iloc[0]


def test_a_park_on_paper() -> None:
    made = row(compared(city()), CITY)
    # Procedure, clearance, works: three years; a developer clears for five, so seven
    assert [made[f"ready_{name}"] for name in ("p10", "p50", "p90")] == [date(2029, 1, 1)] * 3
    assert made["years_gained_p10"] == made["years_gained_p90"] == pytest.approx(4.0)
    assert made["net_cost_bn_vnd"] == pytest.approx(1000 + 500 - 1200)
    # Four years earlier: 60 ha × 2 × 4
    assert made["time_value_bn_vnd"] == pytest.approx(480)
    # A developer pays a hundredth of 1,200 in each of 20 years: 240. −240 − 300 + 480
    assert row(compared(city()), DEVELOPER_LED)["net_cost_bn_vnd"] == pytest.approx(-240)
    assert made["advantage_bn_vnd"] == pytest.approx(-60) and made["pays_share"] == 0
    # 1,000 may be 940, on 100 ha; the difference of receipts, 960, must be 1,020: 80 × 1.0625
    assert made["break_even_clearance_bn_vnd_per_ha"] == pytest.approx(9.4)
    assert made["break_even_rent_usd_per_m2"] == pytest.approx(85)
    assert made["basis"] == "assumed"


def test_left_to_a_developer_nothing_is_gained_and_nothing_breaks_even() -> None:
    made = row(compared(unsure()), DEVELOPER_LED)
    columns = [f"years_gained_{name}" for name in ("p10", "p50", "p90")]
    assert made[[*columns, "time_value_bn_vnd", "advantage_bn_vnd", "pays_share"]].tolist() == [0] * 6
    assert made[["break_even_clearance_bn_vnd_per_ha", "break_even_rent_usd_per_m2"]].isna().all()


def test_discounted_on_paper() -> None:
    made = row(compared(city(funding=funding(discount_share=0.04))), CITY)
    # 1,000 evenly between years 1 and 2, 500 between 2 and 3, 1,200 received between 3 and 4
    delta = np.log(1.04)
    over = [(1.04**-a - 1.04 ** -(a + 1)) / delta for a in (1, 2, 3)]
    assert made["net_cost_bn_vnd"] == pytest.approx(1000 * over[0] + 500 * over[1] - 1200 * over[2])


def test_rents_that_rise_faster_than_costs_are_worth_more() -> None:
    """As much faster as the discount rate: then later rents are worth what those of today are."""
    made = row(compared(city(funding=funding(discount_share=0.04, rent_growth_share=0.04))), CITY)
    costs = row(compared(city(funding=funding(discount_share=0.04), models=without_receipts())), CITY)
    assert made["net_cost_bn_vnd"] == pytest.approx(costs["net_cost_bn_vnd"] - 1200)


def without_receipts() -> dict[str, object]:
    return {**models(), CITY: example(model_id=CITY, tender_receipts_share=0.0)}


def unsure(**changed: object) -> Given:
    """Everything drawn: days seen, costs, rents, taxes. Costs of both kinds have the same spread."""
    cost = Range(600.0, 1000.0, 1700.0)
    spread = SimSpread(300.0, 500.0, 900.0, (300.0, 400.0, 500.0, 700.0, 900.0))
    one = park(
        clearance_bn_vnd=cost, works_bn_vnd=Range(300.0, 500.0, 850.0),
        clearance_days={"city": SimSpread(200.0, 400.0, 900.0), "developer": SimSpread(900.0, 2000.0, 9000.0)},
        stages={CITY: replace(stages(lead=0.4), procedure_days=spread), DEVELOPER_LED: stages(lead=0.4)},
    )  # fmt: skip
    stated = {
        "rent_ratio": Range(0.7, 1.0, 1.4), "tax_bn_vnd_per_ha_year": Range(1.0, 2.0, 4.0), "take_up_years": 3.5,
        "funding": funding(discount_share=0.04, rent_growth_share=0.02, escalation_share=0.03),
    }  # fmt: skip
    return city(replace(one, **changed), **stated)


def test_evaluated_again_where_it_breaks_even_the_advantage_is_0() -> None:
    # A spread of all costs goes with the middle, so works are left out where clearance alone is scaled
    bare = row(compared(unsure(works_bn_vnd=sure(0.0))), CITY)
    assert 0 < bare["pays_share"] < 1
    scale = bare["break_even_clearance_bn_vnd_per_ha"] * 100 / 1000
    scaled = Range(600 * scale, 1000 * scale, 1700 * scale)
    again = row(compared(unsure(works_bn_vnd=sure(0.0), clearance_bn_vnd=scaled)), CITY)
    assert again["advantage_bn_vnd"] == pytest.approx(0, abs=1e-6)
    rent = row(compared(unsure()), CITY)["break_even_rent_usd_per_m2"] / 80 * 20
    assert row(compared(unsure(rent_bn_vnd_per_ha=rent)), CITY)["advantage_bn_vnd"] == pytest.approx(0, abs=1e-6)


def test_no_break_even_where_even_free_clearance_is_no_help() -> None:
    made = row(compared(city(park(works_bn_vnd=sure(5000.0)))), CITY)
    assert pd.isna(made["break_even_clearance_bn_vnd_per_ha"]) and made["advantage_bn_vnd"] < -1000


def test_models_that_do_the_same_have_the_same_draws() -> None:
    twins = {**models(), "twin": example(model_id="twin", clearance_by="developer")}
    given = replace(unsure(stages=dict.fromkeys([CITY, "twin", DEVELOPER_LED], stages(lead=0.4))), models=twins)
    made = compared(given)
    assert row(made, "twin")["years_gained_p10"] == row(made, "twin")["years_gained_p90"] == 0, "as slow as developers"
    assert row(made, "twin")["net_cost_bn_vnd"] > 0


def test_a_site_that_no_developer_may_have_is_told_without_a_comparison() -> None:
    made = compared(city(park(stages={CITY: stages()})))
    assert row(made, CITY)["net_cost_bn_vnd"] == pytest.approx(300)
    assert pd.isna(row(made, CITY)["years_gained_p50"]) and pd.isna(row(made, CITY)["pays_share"])
    assert made.pools == {}


def test_the_pool_weighs_by_hectares_and_breaks_even_together() -> None:
    slow = park(project_id="slow", park_id="slow", lettable_ha=20.0, clearance_bn_vnd=sure(100.0),
                clearance_days={"city": days(1.0), "developer": days(11.0)})  # fmt: skip
    made = compared(city(park(), slow))
    pool = made.pools[CITY]
    # A quarter of the hectares gain ten years, the others four
    assert pool.gained() == pytest.approx((4, 4, 10))
    # slow: 600 paid, 400 received; 80 forgone; 20 ha × 2 × 10 years: −80 − 200 + 400 = 120
    assert row(made, CITY, "slow")["advantage_bn_vnd"] == pytest.approx(120)
    assert pool.advantage.mean() == pytest.approx(60) and (pool.paying, pool.projects) == (1, 2)
    # 1,100 of clearance may be 1,160
    assert pool.break_even.clearance_ratio == pytest.approx(1160 / 1100)
    # 1,600 − 320 of receipts may be 60 less
    assert pool.break_even.rent_ratio == pytest.approx(1 - 60 / 1280)


def test_city_first_is_what_the_models_say() -> None:
    raw = example(model_id="a_raw", city_works_share=0.0)
    assert city_first({**models(), "a_raw": raw}) == CITY
    assert city_first({"a_raw": raw}) == "a_raw" and city_first({DEVELOPER_LED: models()[DEVELOPER_LED]}) is None
