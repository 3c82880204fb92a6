"""The steps against other ways to the same answer: brute force, plain loops, closed forms, hand calculation."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import exp, log, sqrt
from random import Random
from typing import Any

import numpy as np
import pytest

from quydat.core.draws import Range, log_triangular, triangular
from quydat.dictionary.correlation import NONE_STATED
from quydat.plan import Results
from quydat.procedure.hand_over import HandOver, ready_years, spread_draws
from quydat.procedure.path import finish, longest
from quydat.procedure.template import Step, Track


def step(name: str, *after: str, days: float | None = None) -> Step:
    return Step(name, name, name, "A", "A", after, days, False, None, None, False, False)


# Critical path


def paths(track: Track, last: str) -> Iterator[list[str]]:
    """Every way from a step without predecessors to a step."""
    if not track.before[last]:
        yield [last]
    for before in track.before[last]:
        for path in paths(track, before):
            yield [*path, last]


def random_track(random: Random) -> Track:
    names = [f"t{i}" for i in range(random.randint(1, 9))]
    return Track(step(one, *(b for b in names[:i] if random.random() < 0.4)) for i, one in enumerate(names))


@pytest.mark.parametrize("seed", range(60))
def test_the_critical_path_is_the_longest_of_all_ways(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    track = random_track(random)
    days = {one: random.choice([None, float(random.randint(0, 500))]) for one in track.steps}
    by_hand = max(sum(days[one] or 0.0 for one in path) for last in track.steps for path in paths(track, last))
    length, path = longest(track, list(track.steps), days)
    assert length == by_hand
    assert sum(days[one] or 0.0 for one in path) == length
    assert all(days[one] is not None for one in path)
    draws = {one: np.array([days[one] or 0.0]) for one in track.steps}
    assert max(done[0] for done in finish(track, list(track.steps), draws).values()) == by_hand


def test_a_step_waits_for_its_money_and_does_not_end_before_it() -> None:
    track = Track([step("a"), step("b", "a"), step("c", "b")])
    days = {one: np.array([10.0]) for one in "abc"}
    done = finish(track, ["a", "b", "c"], days, not_before={"b": 50.0}, not_done_before={"b": 100.0})
    assert [done[one][0] for one in "abc"] == [10.0, 100.0, 110.0]
    done = finish(track, ["a", "b", "c"], days, not_before={"b": 50.0}, not_done_before={"b": 55.0})
    assert [done[one][0] for one in "abc"] == [10.0, 60.0, 70.0]


# Deliveries


def test_a_hundred_hectares_in_three_years() -> None:
    assert HandOver(3).central(2030, 99.0, years=list(range(2025, 2046))) == {2030: 33.0, 2031: 33.0, 2032: 33.0}
    assert HandOver(3).central(2044, 99.0, years=list(range(2025, 2046))) == {2044: 33.0, 2045: 33.0}
    assert HandOver(3).central(2025, 99.0, years=[2026, 2027, 2028]) == {2026: 33.0, 2027: 33.0, 2028: 33.0}
    assert HandOver(2.5).central(2030, 100.0, years=list(range(2025, 2046))) == {2030: 40.0, 2031: 40.0, 2032: 20.0}
    assert HandOver(3).central(2046, 99.0, years=list(range(2025, 2046))) == {}
    assert HandOver(3).central(None, 99.0, years=[2025]) == {}
    # a tenth is the tail: 30 a year over three years, then 10 over the two after
    with_tail = HandOver(3, tail=0.1, tail_over=2).central(2030, 100.0, years=list(range(2025, 2046)))
    assert with_tail == pytest.approx({2030: 30.0, 2031: 30.0, 2032: 30.0, 2033: 5.0, 2034: 5.0})
    assert sum(HandOver(2.5, tail=0.2, tail_over=1.5).central(2030, 70.0, years=list(range(2030, 2040))).values()) == 70
    draws = spread_draws(np.array([2030.0, 2046.0]), 99.0, years=[2029, 2030, 2031], over=3)
    assert draws.tolist() == [[0.0, 33.0, 33.0], [0.0, 0.0, 0.0]]


def test_the_year_of_days_is_that_of_the_calendar() -> None:
    as_of = date(2025, 6, 30)
    days = np.array([0.0, 184.0, 185.0, 549.0, 550.0, 4000.0])
    expected = [(as_of + timedelta(days=int(d))).year for d in days]
    assert expected[:5] == [2025, 2025, 2026, 2026, 2027]
    assert ready_years(days, as_of=as_of).tolist() == expected


# Money


@pytest.mark.parametrize("part", [1, 2])
def test_half_of_pham_van_hai_1_by_hand(hcmc_results: Results, part: int) -> None:
    """189.5 ha; 62.8 bn a hectare at prices of 2022, three years at 4 %, a quarter of it on state land; 9 bn for works.

    Of 100 ha 64 are let, at 150 USD a square metre in Bình Chánh and 25,000 đồng a dollar, at most 1.3 of that. The
    city pays all or nothing.
    """
    clearance = 189.5 * 62.8 * 1.04**3 * 0.25
    works = 189.5 * 9.0
    row = hcmc_results.tables["programme"].set_index("project_id").loc[f"pham-van-hai-1-part-{part}"]
    assert row["clearance_bn_vnd"] == pytest.approx(clearance)
    assert row["works_bn_vnd"] == pytest.approx(works)
    assert row["cost_bn_vnd"] == pytest.approx(clearance + works)
    by_city = {"city_first": 1.0, "developer_led": 0.0}[row["delivery_model"]]
    assert row["city_cost_bn_vnd"] == pytest.approx(by_city * (clearance + works))
    assert row["lettable_ha"] == pytest.approx(189.5 * 0.64)
    rent = 189.5 * 0.64 * 10_000 * 150 * 25_000 / 1e9
    assert 0 < row["receipts_bn_vnd"] <= 1.3 * rent  # within the plan: what is received after 2045 is not in it
    assert row["net_bn_vnd"] == pytest.approx(row["receipts_bn_vnd"] - row["city_cost_bn_vnd"])


# Distributions


def triangular_cdf(x: float, low: float, mid: float, high: float) -> float:
    if x <= mid:
        return (x - low) ** 2 / ((high - low) * (mid - low)) if mid > low else 0.0
    return 1.0 - (high - x) ** 2 / ((high - low) * (high - mid))


@pytest.mark.parametrize("range_", [Range(10, 20, 60), Range(10, 10, 60), Range(10, 60, 60), Range(-3, 0, 1)])
def test_draws_follow_the_triangle(range_: Range) -> None:
    count = 1000
    draws = np.sort(triangular("x", range_, count=count, seed=3))
    expected = [triangular_cdf(x, range_.low, range_.mid, range_.high) for x in draws]
    strata = (np.arange(count) + 0.5) / count
    assert np.abs(np.array(expected) - strata).max() <= 0.5 / count + 1e-9  # one draw in each of 1,000 strata


def test_draws_of_durations_follow_the_triangle_of_their_logarithm() -> None:
    count = 1000
    draws = np.sort(log_triangular("x", Range(30, 90, 365), count=count, seed=3))
    expected = [triangular_cdf(log(x), log(30), log(90), log(365)) for x in draws]
    assert np.abs(np.array(expected) - (np.arange(count) + 0.5) / count).max() <= 0.5 / count + 1e-9
    low, high = log(30), log(365)
    median = exp(high - sqrt(0.5 * (high - low) * (high - log(90))))
    assert np.median(draws) == pytest.approx(median, rel=0.01)


# Demand


OF_TWO_METHODS = frozenset(
    f"demand.{name}"
    for name in (
        "last_take_up_ha", "investment_m_usd", "investment_years", "investment_m_usd_per_ha", "take_up_growth_share",
        "jobs", "output_growth_share", "productivity_growth_share", "plot_ratio", "plot_ratio_new", "vacancy_share",
        "labour_reach_km",
    )
)  # fmt: skip
"""Parameters of past take-up and of labour, with vacancy as the only addition."""


def of_two_methods(city: Any) -> Any:
    """The city with one sector, without the cycle, and with nothing stated that another method or addition needs."""
    kept = {
        key: spec
        for key, spec in city.settings.parameters.items()
        if not key.startswith("demand.") or key in OF_TWO_METHODS or key.startswith("demand.where_")
    }
    settings = replace(city.settings, parameters=kept, correlations=NONE_STATED)
    return type(city)({**city.record, "sector": city.record["sector"].iloc[:0]}, settings)


def test_the_forecast_by_hand(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    """All ranges at one value: then each method says one thing, and it can be written out."""

    def three(value: float) -> dict[str, float]:
        return {"low": value, "mid": value, "high": value}

    hcmc = of_two_methods(hcmc)
    let = hcmc.plan(until="inventory").ledger["land.let"].value
    yearly = let / (2025 - 1991)  # Tan Thuan, the first park, is of 1991
    settings = with_parameters(
        hcmc.settings,
        {
            "demand.last_take_up_ha": {"value": yearly},
            "demand.investment_m_usd": {"value": yearly * 5 * 10},
            "demand.investment_years": {"value": 5.0},
            "demand.investment_m_usd_per_ha": {"value": 10.0},
            "demand.take_up_growth_share": three(0.02),
            "demand.jobs": {"value": 250_000.0},
            "demand.output_growth_share": three(0.06),
            "demand.productivity_growth_share": three(0.04),
            "demand.plot_ratio": {"value": 0.6},
            "demand.plot_ratio_new": three(0.8),
            "demand.vacancy_share": three(0.1),
        },
    )
    results = type(hcmc)(hcmc.record, settings).plan(until="demand")
    for reading in ("latest", "long_run", "investment"):
        assert results.ledger[f"demand.take_up.{reading}"].value == pytest.approx(yearly)
    per_job = let * 10_000 * 0.6 / 250_000
    rows = results.tables["demand"].set_index(["quantity", "method", "year"])
    parts = {2025: 184 / 365, 2026: 1.0, 2030: 1.0, 2045: 1.0}  # 1 July to 31 December are 184 days
    for year, part in parts.items():
        ahead = year - 2025
        ratio = 1.06 / 1.04
        added = 250_000 * (ratio**ahead - ratio ** (ahead - 1)) * part
        land = added * per_job / 10_000 / 0.8 / (1 - 0.1)
        floor = land * 10_000 * 0.8  # on all the land that is wanted, that which stays vacant too
        for quantile in ("p10", "p50", "p90"):
            let_land = yearly * 1.02**ahead * part / (1 - 0.1)
            assert rows.loc[("floor_m2", "labour", year), quantile] == pytest.approx(floor)
            assert rows.loc[("land_ha", "labour", year), quantile] == pytest.approx(land)
            assert rows.loc[("land_ha", "take_up", year), quantile] == pytest.approx(let_land)
        # In half of the draws the one method speaks, in half the other: the pool has no value between them
        ends = sorted((land, let_land))
        assert rows.loc[("land_ha", "combined", year), ["p10", "p90"]].tolist() == pytest.approx(ends)


def test_jobs_that_shrink_want_no_land(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    def three(value: float) -> dict[str, float]:
        return {"low": value, "mid": value, "high": value}

    growth = {"demand.output_growth_share": three(0.02), "demand.productivity_growth_share": three(0.05)}
    hcmc = of_two_methods(hcmc)
    results = type(hcmc)(hcmc.record, with_parameters(hcmc.settings, growth)).plan(until="demand")
    labour = results.tables["demand"].query("method == 'labour'")
    assert (labour[["p10", "p50", "p90"]] == 0).all(axis=None)
