"""Strategies with the same money: a park on paper, the programme's own simulation, the same model in every park."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.one_park import CITY, city, days, funding, park

from quydat.core.basis import Basis
from quydat.core.parallel import Threads
from quydat.programme.choose.chosen import Start, choose
from quydat.programme.choose.question import Aims, question
from quydat.programme.choose.rehearse import rehearse, sim_programme
from quydat.programme.delivery.compare import (
    CHOSEN,
    EVERYWHERE,
    Told,
    as_until_now,
    compare_strategies,
    delivery_compare,
    everywhere,
    present_factors,
    strategies,
    tell,
)
from quydat.programme.given.decided import Lock
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.programme.given.worlds import Worlds
from quydat.programme.simulate.simulate import simulate

AIMS = Aims(0.0, 0.9, 0.0)
DRAWS = 100


def told_of(rows: list[Told], quantity: str, year: int = 2045) -> Told:
    return next(one for one in rows if (one.quantity, one.year) == (quantity, year))


def test_what_is_told_of_one_park_on_paper() -> None:
    programme = sim_programme(city(), [Start("park", CITY, 0)])
    told = tell(city(), simulate(programme, draws=DRAWS), programme, [2030, 2045])
    assert told_of(told, "ready_ha", 2030).expected == pytest.approx(60, rel=1e-5)
    assert told_of(told, "spent_bn_vnd", 2030).spread == pytest.approx((1500, 1500, 1500), rel=1e-4)
    assert told_of(told, "received_bn_vnd").expected == pytest.approx(1200, rel=1e-4)
    assert told_of(told, "net_cost_bn_vnd").expected == pytest.approx(300, rel=1e-3)
    # 3 ha a year are wanted from 2026, the land is there in the third year
    assert told_of(told, "first_short_year").spread == (2026, 2026, 2026)
    assert told_of(told, "first_short_year").expected is None


def test_all_receipts_are_told_though_only_a_part_comes_back_to_the_fund() -> None:
    for share in (1.0, 0.25, 0.0):
        given = city(funding=funding(revolving_share=share))
        programme = sim_programme(given, [Start("park", CITY, 0)])
        told = tell(given, simulate(programme, draws=DRAWS), programme, [2045])
        assert told_of(told, "received_bn_vnd").expected == pytest.approx(1200, rel=1e-3)


def test_nominal_money_at_prices_of_the_study_and_discounted() -> None:
    made = present_factors(city(funding=funding(escalation_share=0.03, discount_share=0.04)))
    assert made[:2] == pytest.approx([1.04**-0.5, 1.04**-1.5 / 1.03], rel=1e-3)
    assert present_factors(city()).tolist() == [1.0] * 20


def test_the_chosen_strategy_is_the_programmes_own_simulation() -> None:
    given = city(
        park(), park(project_id="other", park_id="other", clearance_days={"city": days(1), "developer": days(9)})
    )
    worlds = Worlds(given, count=4)
    chosen = choose(question(given, worlds, aims=AIMS), gap=0.01, seconds=20, seed=1)
    made = strategies(given, chosen, worlds=worlds, aims=AIMS, gap=0.01, seconds=20, order={CITY: ["other", "park"]})
    assert [one.name for one in made] == [DEVELOPER_LED, CITY, CITY + EVERYWHERE, CHOSEN]
    told = compare_strategies(given, made, draws=DRAWS, years=[2035, 2045], runner=Threads(2))
    assert told == compare_strategies(given, made, draws=DRAWS, years=[2035, 2045], runner=Threads(1))
    own = rehearse(given, chosen.starts, draws=DRAWS)
    delivered = np.cumsum(own.of("delivered_ha"), axis=0, dtype=float)
    for year in (2035, 2045):
        assert told_of(told[CHOSEN], "ready_ha", year).expected == delivered[own.years.index(year)].mean()
        assert told_of(told[CHOSEN], "shortage_ha", year).expected == own.of("shortage_ha")[year - 2026].mean(
            dtype=float
        )
    # Only the city's model is there beside a developer, so the programme is that of the city's model
    assert [one.spread for one in told[CHOSEN]] == [one.spread for one in told[CITY]]
    frame = delivery_compare(told, basis=Basis.ASSUMED)
    assert set(frame["strategy"]) == {DEVELOPER_LED, CITY, CITY + EVERYWHERE, CHOSEN}
    assert not frame.duplicated(["strategy", "quantity", "year"]).any()
    assert frame.loc[frame["quantity"] == "first_short_year", "unit"].tolist() == ["year"] * 4


def test_left_to_developers_the_city_spends_nothing() -> None:
    given = city()
    programme = sim_programme(given, as_until_now(given))
    told = tell(given, simulate(programme, draws=DRAWS), programme, [2045])
    assert told_of(told, "spent_bn_vnd").expected == 0
    # Ready in the seventh year: a hundredth of 1,200 in each of the 13 or 14 years that are left
    assert told_of(told, "received_bn_vnd").expected in (
        pytest.approx(12 * 13, rel=1e-4),
        pytest.approx(12 * 14, rel=1e-4),
    )


def test_everywhere_the_first_in_order_gets_the_money_and_locks_are_kept() -> None:
    """1,500 a park, 1,500 of budgets in the years that count: one starts at once, the other waits."""
    parks = [park(project_id=name, park_id=name) for name in ("a", "b", "c")]
    given = city(*parks, funding=funding(ahead_years=0), locks=(Lock("c", model=DEVELOPER_LED),))
    made = everywhere(given, CITY, ["b", "c", "a"])
    assert {one.project_id: one.delivery for one in made.projects} == {
        "a": f"a/{CITY}", "b": f"b/{CITY}", "c": f"c/{DEVELOPER_LED}",
    }  # fmt: skip
    from quydat.programme.simulate.simulate import simulate_days

    ready = simulate_days(made, draws=DRAWS).ready_day.mean(axis=1)
    place = [one.project_id for one in made.projects]
    assert ready[place.index("b")] + 360 < ready[place.index("a")]
    barred = replace(given, locks=(Lock("c", forbidden=True),))
    assert {one.project_id for one in everywhere(barred, CITY, ["b", "c", "a"]).projects} == {"a", "b"}
