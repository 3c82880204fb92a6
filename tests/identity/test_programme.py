"""What must hold of the programme's tables, on the shipped case and on cities made up from a seed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.plan import Results

SEEDS = (1, 2, 3, 4)


@pytest.fixture(params=["hcmc", *SEEDS])
def results(request: pytest.FixtureRequest, hcmc_results: Results, planned_city: Callable[[int], Any]) -> Results:
    return hcmc_results if request.param == "hcmc" else planned_city(request.param)[1]


def started(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["delivery_model"].notna()]


def test_parts_sum_to_their_parks(results: Results) -> None:
    parks = results.tables["parks"].set_index("park_id")
    rows = results.tables["programme"]
    for park, parts in rows[rows["kind"] == "park"].groupby("park_id"):
        assert parts["gross_area_ha"].sum() == pytest.approx(float(parks.loc[park, "gross_area_ha"]))
    unknown = parks.index[parks["gross_area_ha"].isna()]
    assert not set(unknown) & set(rows["park_id"])


def test_money_of_a_project_adds_up(results: Results) -> None:
    rows = results.tables["programme"]
    assert np.allclose(rows["cost_bn_vnd"], rows["clearance_bn_vnd"] + rows["works_bn_vnd"])
    assert np.allclose(rows["net_bn_vnd"], rows["receipts_bn_vnd"] - rows["city_cost_bn_vnd"])
    spent = results.tables["spending"].groupby("project_id")["receipts_bn_vnd"].sum()
    for project, received in zip(rows["project_id"], rows["receipts_bn_vnd"], strict=True):
        assert float(spent.get(project, 0.0)) == pytest.approx(received, abs=1e-6)


def test_who_does_not_start_has_no_dates(results: Results) -> None:
    rows = results.tables["programme"]
    idle = rows[rows["delivery_model"].isna()]
    assert idle[["start", "ready", "order"]].isna().all(axis=None)
    made = started(rows)
    assert sorted(made["order"]) == list(range(1, len(made) + 1))
    known = made[made["ready_p10"].notna() & made["ready_p90"].notna()]
    assert (known["ready_p10"] <= known["ready_p90"]).all()


def test_the_simulation_says_by_how_much_it_differs(results: Results) -> None:
    rows = results.tables["simulation"]
    assert (rows["p10"] <= rows["p50"]).all() and (rows["p50"] <= rows["p90"]).all()
    said = rows[rows["promised"].notna()]
    assert np.allclose(said["difference"], said["expected"] - said["promised"])
    for quantity in ("closing_ha", "shortage_ha", "cash_bn_vnd", "debt_bn_vnd", "overdrawn_bn_vnd"):
        assert (rows.loc[rows["quantity"] == quantity, "p10"] >= 0.0).all()


def test_land_of_the_projects_is_that_of_simulation_and_account(results: Results) -> None:
    """The same hectares in three places: by project, in the simulation, and in the account under the programme."""
    ready, simulated = results.tables["programme_ready"], results.tables["simulation"]
    by_year = ready.groupby("year")["delivered_ha"].sum()
    drawn = simulated[simulated["quantity"] == "delivered_ha"].set_index("year")["expected"]
    for year, hectares in by_year.items():
        assert hectares == pytest.approx(float(drawn[year]), abs=2e-3)
    account = results.tables["deliveries"]
    account = account[account["account"] == "programme"]
    for (source, year), hectares in account.set_index(["source_id", "year"])["delivered_ha"].items():
        rows = ready[(ready["project_id"] == source) & (ready["year"] == year)]
        if len(rows):  # the rest is blocked land that is cleared
            assert hectares == pytest.approx(float(rows["delivered_ha"].iloc[0]), abs=1e-6)


def test_chances_of_ready_land_only_grow(results: Results) -> None:
    rows = results.tables["programme_ready"]
    for project, own in rows.groupby("project_id"):
        shares = own.sort_values("year")["ready_share"].to_numpy()
        assert (np.diff(shares) >= 0).all()
        programme = results.tables["programme"].set_index("project_id")
        assert shares[-1] == pytest.approx(float(programme.loc[project, "in_time_share"]))


def test_the_gap_is_that_of_bound_and_objective(results: Results) -> None:
    note = results.solves["programme"]
    if note["objective"] > 0:
        assert note["gap"] == pytest.approx((note["objective"] - note["bound"]) / note["objective"], abs=1e-9)
    assert results.ledger["programme.gap_proven"].value == pytest.approx(note["gap"])
