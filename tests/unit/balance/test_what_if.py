"""What-if answers: the same account over the first draws, and each slider by hand."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from quydat.balance.ensemble import run_ensemble
from quydat.balance.supply import BLOCKED_SHARE
from quydat.balance.what_if import Change, FirstUniforms, WhatIf
from quydat.core.draws import Range
from quydat.core.parallel import Threads
from quydat.core.uniforms import SeededUniforms
from quydat.demand.given import GivenDemand
from quydat.procedure.hand_over import OVER, TAIL

DRAWS = 60
FACTOR = "demand.output_growth_share"


def known(value: float) -> Range:
    return Range(value, value, value)


@pytest.fixture
def plan(some_account: Callable[..., Any]) -> tuple[Any, Any, WhatIf]:
    """A made-up plan whose demand has one parameter: what it is multiplied by."""
    demand, supply = some_account(11, draws=DRAWS)
    assert supply.sources

    def build(ranges: Mapping[str, Range]) -> GivenDemand:
        made: GivenDemand = replace(demand, land_ha=demand.land_ha * ranges[FACTOR].mid)
        return made

    parameters = {FACTOR: known(1.0), BLOCKED_SHARE: known(0.1), OVER: known(2.5), TAIL: known(0.1)}
    asked = WhatIf(build, supply, parameters=parameters, uniforms=SeededUniforms(count=DRAWS, seed=1), draws=40)
    return demand, supply, asked


def same(answer: Any, demand: Any, supply: Any) -> None:
    """The answer is that of the engine over the first draws."""
    rows = np.arange(40)
    some = GivenDemand(
        demand.years, demand.sectors, demand.pools, demand.land_ha[rows], demand.share[rows],
        demand.mobile_share[rows], demand.floor_per_ha[rows],
    )  # fmt: skip
    whole = run_ensemble(some, supply.taken(rows), runner=Threads(1), cells=False)
    for name, values in whole.city.items():
        np.testing.assert_allclose(answer.levels[name][:3], np.quantile(values, [0.1, 0.5, 0.9], axis=0), atol=1e-9)
        np.testing.assert_allclose(answer.levels[name][3], values.mean(axis=0), atol=1e-9)
    shares = [(whole.first_gap <= year).mean() for year in demand.years]
    np.testing.assert_allclose(answer.run_out_share, shares)


def test_without_a_change_it_is_the_plan(plan: tuple[Any, Any, WhatIf]) -> None:
    demand, supply, asked = plan
    same(asked.ask(), demand, supply)
    assert (asked.draws, asked.parks) == (40, supply.sources)


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_another_demand(plan: tuple[Any, Any, WhatIf], factor: float) -> None:
    demand, supply, asked = plan
    answer = asked.ask(Change({FACTOR: known(factor)}))
    same(answer, replace(demand, land_ha=demand.land_ha * factor), supply)
    if factor == 0:
        assert answer.run_out_year == (None, None, None)
        assert answer.levels["gap_ha"].max() == 0
    same(asked.ask(), demand, supply)


def test_another_supply(plan: tuple[Any, Any, WhatIf]) -> None:
    demand, supply, asked = plan
    first = supply.sources[0]
    same(asked.ask(Change(delayed_years=2)), demand, supply.delayed(2))
    same(asked.ask(Change(delayed_years={first: -1})), demand, supply.delayed({first: -1}))
    same(asked.ask(Change(without=[first])), demand, supply.without([first]))
    faster = replace(supply, hand_over=replace(supply.hand_over, over=1.0, tail=0.0))
    same(asked.ask(Change({OVER: known(1.0), TAIL: known(0.0)})), demand, faster)
    cleared = replace(supply, blocked_share=np.full(DRAWS, 0.3))
    same(asked.ask(Change({BLOCKED_SHARE: known(0.3)})), demand, cleared)


def test_more_ready_land(plan: tuple[Any, Any, WhatIf]) -> None:
    demand, supply, asked = plan
    now = supply.opening_ha.sum()
    answer = asked.ask(Change(opening_ha=30.0))
    assert answer.levels["opening_ha"][:, 0] == pytest.approx(now + 30.0)
    same(answer, demand, replace(supply, opening_ha=supply.opening_ha * (1 + 30.0 / now)))
    with pytest.raises(ValueError, match="cannot be ready"):
        asked.ask(Change(opening_ha=-now - 1))


def test_what_the_plan_does_not_have_is_refused(plan: tuple[Any, Any, WhatIf]) -> None:
    _, _, asked = plan
    with pytest.raises(KeyError, match="no parameter"):
        asked.ask(Change({"demand.moon": known(1.0)}))
    with pytest.raises(KeyError, match="no land comes from moon"):
        asked.ask(Change(without=["moon"]))


def test_first_uniforms_are_the_first_of_each_stream() -> None:
    whole = SeededUniforms(count=100, seed=1)
    some = FirstUniforms(whole, count=7)
    assert (some.count, FirstUniforms(whole, count=1000).count) == (7, 100)
    assert (some.of("a") == whole.of("a")[:7]).all()
    assert some.of("a") is some.of("a")
