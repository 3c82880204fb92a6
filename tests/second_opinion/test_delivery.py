"""The comparison of delivery models once more, draw by draw in plain Python, with small steps instead of formulas."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.one_park import CITY, city, funding, models, park, stages

from quydat.core.draws import Range
from quydat.procedure.hand_over import HandOver
from quydat.programme.delivery.value import Lots, Valuer, plan_years
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel, example
from quydat.programme.given.given import Given
from quydat.programme.given.way import way_of
from quydat.programme.given.worlds import World
from quydat.programme.simulate.programme import SimSpread

STEP = 1 / 400
DRAWS = 6


def made_up(seed: int) -> Given:
    """A park of which nothing is sure, by two models that differ in everything."""
    rng = np.random.default_rng(seed)

    def some(low: float, high: float) -> Range:
        return Range(*sorted(rng.uniform(low, high, 3)))

    def spread(low: float, high: float) -> SimSpread:
        return SimSpread(*sorted(rng.uniform(low, high, 3)))

    shares = {name: float(rng.uniform(0.2, 0.8)) for name in ("clearance_front_share", "works_front_share")}
    by_city = example(
        model_id=CITY, city_works_share=0.5, land_return_share=0.2, tender_receipts_share=0.6, land_rent_share=0.01,
        rent_free_years=2.0, **shares,
    )  # fmt: skip
    how = {
        CITY: replace(
            stages(lead=float(rng.uniform(0, 1))), procedure_days=spread(100, 1000), works_days=spread(200, 900)
        ),
        DEVELOPER_LED: replace(stages(lead=0.3), procedure_days=spread(100, 2000), works_days=spread(200, 900)),
    }
    one = park(
        stages=how, clearance_days={"city": spread(100, 900), "developer": spread(500, 9000)},
        clearance_bn_vnd=some(500, 1500), works_bn_vnd=some(200, 900),
    )  # fmt: skip
    return city(
        one, models={**models(), CITY: by_city}, hand_over=HandOver(2.5, 0.2, 1.5), take_up_years=3.0,
        rent_ratio=some(0.7, 1.4), tax_bn_vnd_per_ha_year=some(1, 4), seed=seed,
        funding=funding(discount_share=0.05, rent_growth_share=0.02, escalation_share=0.04),
    )  # fmt: skip


def paid(cost: float, begin: float, end: float, front: float, rate: float) -> float:
    """In small steps, each at its middle."""
    steps = max(1, round((end - begin) / STEP))
    total = 0.0
    for n in range(steps):
        share = (front if 2 * n + 1 < steps else 1 - front if 2 * n + 1 > steps else 0.5) * 2 / steps
        total += cost * share / (1 + rate) ** (begin + (n + 0.5) * (end - begin) / steps)
    return total


def handed_over(given: Given) -> list[float]:
    """All but the tail over the first years, the last of them in part; the tail from the year after them on."""
    how = given.hand_over
    made = [0.0] * 10
    for k in range(10):
        made[k] += (1 - how.tail) / how.over * min(1.0, max(0.0, how.over - k))
        since = k - 3  # two and a half years are three
        if since >= 0:
            made[k] += how.tail / how.tail_over * min(1.0, max(0.0, how.tail_over - since))
    return made


def received(given: Given, model: DeliveryModel, worth: float, ready: float, rate: float) -> float:
    """Year after year of each year's hand-over: what is newly let pays at once, what is let pays its yearly rent."""
    total, years = 0.0, len(given.years)
    for h, share in enumerate(handed_over(given)):
        for k in range(years):
            newly = min(1.0, (k + 1) / given.take_up_years) - min(1.0, k / given.take_up_years)
            free = k - model.rent_free_years
            let = min(1.0, (free + 1) / given.take_up_years) if free >= 0 else 0.0
            amount = share * (model.tender_receipts_share * newly + model.land_rent_share * let)
            total += sum(worth * amount / 100 / (1 + rate) ** (ready + h + k + (n + 0.5) / 100) for n in range(100))
    return total


def taxed(given: Given, hectares: float, ready: float, tax: float, rate: float) -> float:
    """What is let grows within each year in a straight line."""
    newly = [0.0] * 30
    for h, share in enumerate(handed_over(given)):
        for k in range(4):
            newly[h + k] += share * (min(1.0, (k + 1) / given.take_up_years) - min(1.0, k / given.take_up_years))
    total, time = 0.0, ready + STEP / 2
    while time < plan_years(given):
        since = time - ready
        year = int(since)
        let = sum(newly[:year]) + (newly[year] * (since - year) if year < len(newly) else 0.0)
        total += hectares * tax * let * STEP / (1 + rate) ** time
        time += STEP
    return total


@pytest.mark.parametrize("seed", range(4))
def test_each_draw_once_more(seed: int) -> None:
    given = made_up(seed)
    lots = Lots(given, count=DRAWS)
    rents, taxes = lots.rent_ratio(), lots.tax()
    valuer = Valuer(given, rents, taxes, plan_years(given))
    rate = given.funding.discount_share
    rent_rate = (1 + rate) * (1 + given.funding.escalation_share) / (1 + given.funding.rent_growth_share) - 1
    for name in (CITY, DEVELOPER_LED):
        model, project = given.models[name], given.projects[0]
        way = way_of(given, project, name)
        world: World = lots.of(way)
        made = valuer.of(way, world)
        hectares = project.lettable_ha * (1 - model.land_return_share)
        for d in range(DRAWS):
            cleared, built = world.clearance[d] / 4, world.works[d] / 4
            clearance = project.clearance_bn_vnd.mid * model.city_clearance_share * world.cost_ratio[d]
            works = project.works_bn_vnd.mid * model.city_works_share * world.cost_ratio[d]
            assert made.ready_days[d] == pytest.approx(built[1] * 365.25)
            assert made.clearance[d] == pytest.approx(
                paid(clearance, cleared[0], cleared[1], model.clearance_front_share, rate), rel=1e-4)  # fmt: skip
            assert made.works[d] == pytest.approx(
                paid(works, built[0], built[1], model.works_front_share, rate), rel=1e-4)  # fmt: skip
            worth = hectares * project.rent_bn_vnd_per_ha * rents[d]
            assert made.received[d] == pytest.approx(received(given, model, worth, built[1], rent_rate), rel=1e-4)
            assert made.taxes[d] == pytest.approx(taxed(given, hectares, built[1], taxes[d], rate), rel=1e-3, abs=0.01)
