"""What must hold of the comparison of delivery models, on the shipped case."""

import numpy as np
import pytest

from quydat.plan import Results


def test_a_developer_gains_nothing_on_himself(hcmc_results: Results) -> None:
    rows = hcmc_results.tables["delivery_park"].query("delivery_model == 'developer_led'")
    assert len(rows) == rows["project_id"].nunique() > 20
    for name in ("years_gained_p10", "years_gained_p90", "time_value_bn_vnd", "advantage_bn_vnd", "pays_share"):
        assert (rows[name] == 0).all()


def test_each_project_is_told_by_each_of_its_models_in_order_of_quantiles(hcmc_results: Results) -> None:
    rows = hcmc_results.tables["delivery_park"]
    assert not rows.duplicated(["project_id", "delivery_model"]).any()
    assert set(rows["project_id"]) == set(hcmc_results.tables["programme"]["project_id"])
    for name in ("years_gained_{}", "net_cost_{}_bn_vnd"):
        low, mid, high = (rows[name.format(q)].astype(float) for q in ("p10", "p50", "p90"))
        assert ((low <= mid) & (mid <= high)).all()


def test_advantage_is_cost_avoided_and_worth_of_the_time(hcmc_results: Results) -> None:
    rows = hcmc_results.tables["delivery_park"].astype({"net_cost_bn_vnd": float, "time_value_bn_vnd": float})
    led = rows.query("delivery_model == 'developer_led'").set_index("project_id")["net_cost_bn_vnd"]
    expected = led[rows["project_id"]].to_numpy() - rows["net_cost_bn_vnd"] + rows["time_value_bn_vnd"]
    assert np.allclose(rows["advantage_bn_vnd"].astype(float), expected)


def test_the_chosen_strategy_is_the_simulated_programme(hcmc_results: Results) -> None:
    compared = hcmc_results.tables["delivery_compare"].query("strategy == 'chosen'").set_index(["quantity", "year"])
    simulated = hcmc_results.tables["simulation"].set_index(["quantity", "year"])
    for year in (2030, 2035, 2045):
        for name in ("p10", "p50", "p90", "expected"):
            shown = compared.loc[("shortage_ha", year), name]
            assert shown == pytest.approx(simulated.loc[("shortage_ha", year), name], rel=1e-6, abs=1e-6)
    spent = simulated.loc["spent_bn_vnd"]["expected"].astype(float)
    assert compared.loc[("spent_bn_vnd", 2045), "expected"] == pytest.approx(spent.sum(), rel=1e-5)


def test_figures_are_those_of_the_tables(hcmc_results: Results) -> None:
    ledger, compared = hcmc_results.ledger, hcmc_results.tables["delivery_compare"]
    for row in compared.query("quantity == 'ready_ha'").to_dict("records"):
        assert ledger[f"delivery.ready.{row['strategy']}.{row['year']}"].value == row["expected"]
    parks = hcmc_results.tables["delivery_park"].query("delivery_model == 'city_first'")
    assert ledger["delivery.parks_paying"].value == (parks["pays_share"] > 0.5).sum()
    advantage = parks["advantage_bn_vnd"].astype(float).sum()
    assert ledger["delivery.advantage.expected"].value == pytest.approx(advantage)


def test_what_the_answer_hangs_on_is_in_order_and_has_one_middle(hcmc_results: Results) -> None:
    rows = hcmc_results.tables["delivery_hangs_on"]
    assert rows["advantage_mid_bn_vnd"].nunique() == 1 and (rows["low"] < rows["high"]).all()
    swing = (rows["advantage_high_bn_vnd"] - rows["advantage_low_bn_vnd"]).abs()
    assert swing.is_monotonic_decreasing
    ends = rows[["advantage_low_bn_vnd", "advantage_mid_bn_vnd", "advantage_high_bn_vnd"]] > 0
    assert (rows["turns"] == (ends.nunique(axis=1) > 1)).all()
