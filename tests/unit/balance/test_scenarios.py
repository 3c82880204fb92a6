"""Scenarios side by side: quantiles, order, years of running out, differences draw by draw."""

from dataclasses import replace

import numpy as np
import pytest

from quydat.balance.scenarios import (
    RUN_OUT,
    ScenarioOutcome,
    differences,
    of_scenario,
    run_out_quantiles,
    scenario_table,
)  # fmt: skip
from quydat.core.basis import Basis
from quydat.core.problem import Place, Problems, problem
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import choices, tables
from quydat.dictionary.settings import Scenario, Settings

YEARS = (2029, 2030, 2031)


def outcome(demand: list[float], *, out: list[float], basis: Basis = Basis.ASSUMED) -> ScenarioOutcome:
    """A city that wants so much each year in a draw, gets 1 ha, has 5 ha left and lacks a tenth of what it wants."""
    yearly = np.repeat(np.array(demand)[:, None], len(YEARS), axis=1)
    one = np.ones_like(yearly)
    return ScenarioOutcome(YEARS, yearly, one, 5.0 * one, yearly / 10.0, np.array(out), basis)


@pytest.fixture
def settings(hcmc_settings: Settings) -> Settings:
    named = {name: Scenario(name, f"{name} vi", f"{name} en", "", {}) for name in ("base", "low", "high")}
    return replace(hcmc_settings, scenarios=named)


BASE = outcome([10.0, 20.0, 30.0, 40.0, 50.0], out=[2030.0, 2030.0, 2031.0, 2032.0, 2032.0])
HIGH = outcome([20.0, 30.0, 40.0, 50.0, 60.0], out=[2029.0] * 5, basis=Basis.ILLUSTRATIVE)


def test_the_table(settings: Settings) -> None:
    made = scenario_table({"high": HIGH, "base": BASE}, settings)
    assert list(made.columns) == tables()["scenario"].columns
    for attribute in tables()["scenario"]:
        assert made[attribute.name].dtype == dtype_of(attribute), attribute.name
    assert list(dict.fromkeys(made["scenario"])) == ["base", "high"]
    assert set(made["quantity"]) == set(choices("scenario_quantity"))
    assert not made.duplicated(["scenario", "quantity", "year"]).any()
    rows = made.set_index(["scenario", "quantity", "year"])
    # the years of publication are 2030 and the last, 2031; two years of 10 … 50
    assert rows.loc[("base", "demand_total", 2030), ["p10", "p50", "p90", "expected"]].tolist() == pytest.approx(
        [28.0, 60.0, 92.0, 60.0]
    )
    assert rows.loc[("base", "demand_total", 2031), "p50"] == pytest.approx(90.0)
    assert rows.loc[("base", "gap_total", 2031), "expected"] == pytest.approx(9.0)
    assert rows.loc[("base", "delivered_total", 2031), "p90"] == 3.0
    assert rows.loc[("base", "closing", 2030), "p10"] == 5.0
    assert rows.loc[("base", "gap_total", 2030), "share_short"] == pytest.approx(0.4)
    assert rows.loc[("base", "gap_total", 2031), "share_short"] == pytest.approx(0.6)
    assert np.isnan(rows.loc[("base", "demand_total", 2030), "share_short"])
    assert rows.loc[("high", "closing", 2030), ["name_vi", "name_en", "basis"]].tolist() == [
        "high vi", "high en", "illustrative",
    ]  # fmt: skip


def test_the_year_of_running_out_is_a_year_or_none(settings: Settings) -> None:
    row = scenario_table({"base": BASE}, settings).set_index("quantity").loc[RUN_OUT]
    assert row["year"] == 2031
    assert row["p10"] == 2030
    assert row["p50"] == 2031
    assert np.isnan(row["p90"])
    assert np.isnan(row["expected"])
    assert row["share_short"] == pytest.approx(0.6)


def test_quantiles_of_years_are_years_that_were_drawn() -> None:
    assert run_out_quantiles(np.array([2030.0, 2040.0]), last=2045) == (2030, 2030, 2040)
    assert run_out_quantiles(np.full(9, 2046.0), last=2045) == (None, None, None)


def test_a_difference_is_taken_draw_by_draw() -> None:
    """20 ha more in two years, in every draw: no spread, although each scenario has one."""
    made = differences({"base": BASE, "high": HIGH}, against="base").set_index(["scenario", "quantity", "year"])
    row = made.loc[("high", "demand_total", 2030)]
    assert row.tolist() == pytest.approx([20.0, 20.0, 20.0, 20.0])
    assert set(made.index.get_level_values("scenario")) == {"high"}
    assert RUN_OUT not in made.index.get_level_values("quantity")
    assert differences({"base": BASE}, against="base").empty


def test_scenarios_over_other_draws_cannot_be_held_against_each_other() -> None:
    with pytest.raises(ValueError, match="draws"):
        differences({"base": BASE, "few": outcome([1.0], out=[2032.0])}, against="base")
    with pytest.raises(KeyError):
        differences({"base": BASE}, against="none")


def test_what_a_scenario_is_refused_for_is_said_of_that_scenario() -> None:
    def under(name: str) -> ScenarioOutcome:
        raise Problems(
            [
                problem("QD746", methods="take_up"),
                problem("QD746", Place("study.toml", column="parameters.demand"), methods="labour"),
                problem("QD746", Place("park", row=3, column="kind"), methods="output"),
            ]
        )

    with pytest.raises(Problems) as refused:
        of_scenario("high", under)
    assert [one.place for one in refused.value.found] == [
        Place("study.toml", column="scenarios.high"),
        Place("study.toml", column="scenarios.high.parameters.demand"),
        Place("park", row=3, column="kind"),  # a row of the record is the same in every scenario
    ]
    assert [one.facts["methods"] for one in refused.value.found] == ["take_up", "labour", "output"]
