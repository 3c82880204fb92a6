"""What must hold of the account over pools, whatever demand and supply are."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quydat.balance.ensemble import Outcome, run_ensemble
from quydat.core.distribution import LEAST, RELATIVE_ERROR, Distribution
from quydat.core.parallel import Threads

seeds = st.integers(0, 2**32 - 1)
mobiles = st.one_of(st.none(), st.sampled_from([0.0, 1.0]))
Some = Callable[..., Any]


def run(demand: Any, supply: Any) -> Outcome:
    return run_ensemble(demand, supply, runner=Threads(1), cells=True)


@given(seeds, mobiles, st.integers(1, 7))
@settings(max_examples=60)
def test_the_identities_hold(some_account: Some, seed: int, mobile: float | None, pools: int) -> None:
    outcome = run(*some_account(seed, mobile=mobile, pools=pools))
    assert outcome.worst_residual_ha < 1e-9
    for of in (outcome.city, outcome.means):
        made = of["opening_ha"] + of["delivered_ha"] + of["freed_ha"] - of["taken_up_ha"] - of["released_ha"]
        np.testing.assert_allclose(made, of["closing_ha"], rtol=0, atol=1e-9)
        for name, values in of.items():
            assert name == "moved_ha" or (values >= 0).all()
    city, means = outcome.city, outcome.means
    assert (city["opening_ha"][:, 1:] == city["closing_ha"][:, :-1]).all()
    np.testing.assert_allclose(city["demand_ha"] - city["taken_up_ha"], city["gap_ha"], rtol=0, atol=1e-9)
    gap = means["demand_ha"] + means["moved_ha"] - means["taken_up_ha"]
    np.testing.assert_allclose(gap, means["gap_ha"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(means["moved_ha"].sum(axis=1), 0.0, rtol=0, atol=1e-9)
    for name, values in city.items():
        np.testing.assert_allclose(values.mean(axis=0), means[name].sum(axis=1), rtol=1e-12, atol=1e-9)
    assert outcome.cells is not None
    np.testing.assert_allclose(outcome.cells.land_ha.sum(axis=2), means["demand_ha"], rtol=1e-12, atol=1e-9)
    assert (outcome.first_short.sum(axis=1) == outcome.draws).all()


@given(seeds)
@settings(max_examples=40)
def test_where_everyone_accepts_any_place_the_city_is_one_pool(some_account: Some, seed: int) -> None:
    demand, supply = some_account(seed, mobile=1.0)
    supply = replace(supply, released_ha=np.zeros_like(supply.released_ha))
    city = run(demand, supply).city
    stock = np.full(demand.draws, supply.opening_ha.sum())
    for t in range(len(demand.years)):
        there = stock + city["delivered_ha"][:, t] + city["freed_ha"][:, t]
        taken = np.minimum(city["demand_ha"][:, t], there)
        stock = there - taken
        np.testing.assert_allclose(city["taken_up_ha"][:, t], taken, rtol=0, atol=1e-8)
        np.testing.assert_allclose(city["closing_ha"][:, t], stock, rtol=0, atol=1e-8)


@given(seeds)
@settings(max_examples=40)
def test_where_nobody_moves_each_pool_is_alone(some_account: Some, seed: int) -> None:
    demand, supply = some_account(seed, mobile=0.0)
    together = run(demand, supply)
    assert (together.means["moved_ha"] == 0).all()
    for p, pool in enumerate(demand.pools):
        land = (demand.land_ha * demand.share[:, None, :, p]).sum(axis=2, keepdims=True)
        alone_demand = type(demand)(
            demand.years, ("all",), (pool,), land, np.ones((demand.draws, 1, 1)), demand.mobile_share,
            demand.floor_per_ha,
        )  # fmt: skip
        own = np.flatnonzero(supply.source_pool == p)
        alone = replace(
            supply, pools=(pool,), opening_ha=supply.opening_ha[[p]], blocked_ha=supply.blocked_ha[[p]],
            sources=tuple(supply.sources[row] for row in own), source_pool=np.zeros(len(own), np.int64),
            source_ha=supply.source_ha[own], first_year=supply.first_year[own], freed_ha=supply.freed_ha[[p]],
            released_ha=supply.released_ha[[p]],
        )  # fmt: skip
        for name, values in run(alone_demand, alone).means.items():
            np.testing.assert_allclose(values[:, 0], together.means[name][:, p], rtol=1e-9, atol=1e-9)


@given(seeds, mobiles, st.floats(1.0, 3.0))
@settings(max_examples=40)
def test_more_demand_never_lowers_the_gap_of_the_city(
    some_account: Some, seed: int, mobile: float | None, factor: float
) -> None:
    demand, supply = some_account(seed, mobile=mobile)
    supply = replace(supply, released_ha=np.zeros_like(supply.released_ha))
    before, after = run(demand, supply), run(replace(demand, land_ha=demand.land_ha * factor), supply)
    less = np.cumsum(before.city["gap_ha"], axis=1)
    more = np.cumsum(after.city["gap_ha"], axis=1)
    assert (more >= less - 1e-9).all()
    assert (after.city["closing_ha"] <= before.city["closing_ha"] + 1e-9).all()


@given(seeds, mobiles, st.data())
@settings(max_examples=40)
def test_the_order_of_pools_changes_nothing(
    some_account: Some, seed: int, mobile: float | None, data: st.DataObject
) -> None:
    demand, supply = some_account(seed, mobile=mobile)
    order = np.array(data.draw(st.permutations(range(len(demand.pools)))))
    place_of = np.argsort(order)
    named = tuple((f"x{demand.pools[p][0]}", demand.pools[p][1]) for p in order)
    mixed_demand = replace(demand, pools=named, share=demand.share[:, :, order])
    mixed = replace(
        supply, pools=named, opening_ha=supply.opening_ha[order], blocked_ha=supply.blocked_ha[order],
        source_pool=place_of[supply.source_pool], freed_ha=supply.freed_ha[order],
        released_ha=supply.released_ha[order],
    )  # fmt: skip
    before, after = run(demand, supply), run(mixed_demand, mixed)
    for name, values in before.city.items():
        np.testing.assert_allclose(after.city[name], values, rtol=1e-9, atol=1e-9)
    for name, values in before.means.items():
        np.testing.assert_allclose(after.means[name], values[:, order], rtol=1e-9, atol=1e-9)
    assert dict(zip(after.places, after.first_short.tolist(), strict=True)) == {
        f"x{place}": counts for place, counts in zip(before.places, before.first_short.tolist(), strict=True)
    }


@given(seeds, st.floats(0.0, 1.0))
@settings(max_examples=40)
def test_a_pool_cut_in_two_keeps_the_sums_of_a_city_where_everyone_moves(
    some_account: Some, seed: int, part: float
) -> None:
    demand, supply = some_account(seed, mobile=1.0)
    supply = replace(supply, released_ha=np.zeros_like(supply.released_ha))

    def cut(values: Any, axis: int) -> Any:
        first = np.take(values, [0], axis=axis)
        return np.concatenate([first * part, first * (1 - part), np.delete(values, 0, axis=axis)], axis=axis)

    pools = (("new", "industrial"), *demand.pools)
    finer = replace(
        supply, pools=pools, opening_ha=cut(supply.opening_ha, 0), blocked_ha=cut(supply.blocked_ha, 0),
        freed_ha=cut(supply.freed_ha, 0), released_ha=cut(supply.released_ha, 0), source_pool=supply.source_pool + 1,
    )  # fmt: skip
    before = run(demand, supply)
    after = run(replace(demand, pools=pools, share=cut(demand.share, 2)), finer)
    for name, values in before.city.items():
        np.testing.assert_allclose(after.city[name], values, rtol=1e-9, atol=1e-7)


@given(st.lists(st.one_of(st.just(0.0), st.floats(LEAST, 1e6)), min_size=1, max_size=60), st.floats(0, 1))
def test_a_quantile_is_within_the_stated_error(values: list[float], share: float) -> None:
    made = float(Distribution.of(np.array([values])).quantiles([share])[0, 0])
    exact = float(np.quantile(values, share))
    assert abs(made - exact) <= RELATIVE_ERROR * exact + 1e-12
    assert made == pytest.approx(0.0) if exact == 0 else True
