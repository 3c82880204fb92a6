"""What a year's delay costs, worked by hand in a city where all is certain."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.worth_city import AIMS, CITY, city, park

from quydat.core.basis import Basis
from quydat.programme.choose.chosen import Start
from quydat.programme.given.decided import Link
from quydat.programme.given.given import Given
from quydat.programme.worth.delay import ALL, delay_cost

STARTS = (Start("a", CITY, 0), Start("b", CITY, 4))


def asked(given: Given, *, quarters: int = 4) -> dict[str, dict[str, Any]]:
    made = delay_cost(given, AIMS, STARTS, draws=64, quarters=quarters, basis=Basis.ASSUMED)
    rows = made.table.set_index("project_id")
    return {str(name): {str(k): v for k, v in row.items()} for name, row in rows.iterrows()}


def test_a_year_late_is_a_year_of_each_hectare() -> None:
    """40 ha in 2025 and 30 ha in 2026; 40 wanted in 2025."""
    rows = asked(city(park("a"), park("b", ha=30.0), yearly=1000.0))
    assert {name: row["hectare_years_lost"] for name, row in rows.items()} == pytest.approx(
        {ALL: 70.0, "a": 40.0, "b": 30.0}, abs=1e-3
    )
    assert {name: row["tax_lost_bn_vnd"] for name, row in rows.items()} == pytest.approx(
        {ALL: 700.0, "a": 400.0, "b": 300.0}, abs=1e-2
    )
    assert {name: row["shortage_more_ha"] for name, row in rows.items()} == pytest.approx(
        {ALL: 40.0, "a": 40.0, "b": 0.0}, abs=1e-3
    )
    assert {name: row["cost_more_bn_vnd"] for name, row in rows.items()} == pytest.approx(
        {ALL: 0.0, "a": 0.0, "b": 0.0}, abs=1e-3
    )
    assert rows["a"]["name_vi"] == "Khu a"


def test_prices_rise_by_a_year() -> None:
    """200 bn VND paid over the first 300 days: 200 × 1.04^(150 ÷ 365) = 203.25; 4 % of it a year later."""
    rows = asked(city(park("a"), park("b"), yearly=1000.0, escalation=0.04))
    assert rows["a"]["cost_more_bn_vnd"] == pytest.approx(0.04 * 200 * 1.04 ** (150 / 365.25), rel=2e-3)


def test_no_delay_costs_nothing() -> None:
    for row in asked(city(park("a"), park("b"), yearly=150.0), quarters=0).values():
        assert [row[name] for name in ("hectare_years_lost", "shortage_more_ha", "cost_more_bn_vnd")] == [0, 0, 0]


def test_what_waits_for_it_is_late_with_it() -> None:
    given = city(park("a"), park("b", ha=30.0), yearly=1000.0)
    rows = asked(replace(given, links=(Link("a", "b", 0.0),)))
    assert rows["a"]["hectare_years_lost"] == pytest.approx(70.0, abs=1e-3)


def test_money_left_by_one_that_is_late_serves_the_other() -> None:
    """200 a year serve one park a year: if a waits, b is no sooner, as it was not to start before its own year."""
    rows = asked(city(park("a"), park("b", ha=30.0), yearly=200.0))
    assert rows["a"]["hectare_years_lost"] == pytest.approx(40.0, abs=1e-3)
