"""What must hold of demand and the land account by place, sector, component and scenario: parts add up to wholes.

On the shipped case, and on made-up cities with places and sectors of their own. Means of the draws add up; quantiles
need not.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.dictionary.cells import plain
from quydat.plan import Results

QUANTITIES = (
    "opening_ha", "delivered_ha", "freed_ha", "taken_up_ha", "released_ha", "closing_ha", "demand_ha", "gap_ha",
)  # fmt: skip
POOL = ["place", "land_class"]
CITIES = (2, 5, 7, 10, 12, 14, 17)
"""Seeds with two to four places that have land, one or two classes of it, much and little movement between places."""


@pytest.fixture(scope="module", params=["hcmc", *CITIES])
def results(request: pytest.FixtureRequest, settled_city: Callable[[int], Any]) -> Results:
    if request.param == "hcmc":
        shipped: Results = request.getfixturevalue("hcmc_results")
        return shipped
    made: Results = settled_city(request.param).plan(until="programme")
    return made


def same(a: Any, b: Any) -> None:
    np.testing.assert_allclose(np.asarray(a, float), np.asarray(b, float), rtol=1e-9, atol=1e-6)


def city_rows(results: Results) -> pd.DataFrame:
    """The account of the whole city, the mean of the draws."""
    return results.tables["balance"].query("quantile == 'expected'").set_index("year").sort_index()


def value(results: Results, figure: str) -> Any:
    return results.ledger[figure].value


def test_components_add_up_to_the_demand_of_the_account(results: Results) -> None:
    parts = results.tables["demand_build_up"].pivot_table(index="year", columns="component", values="expected_ha")
    same(parts.drop(columns="total").sum(axis=1), parts["total"])
    so_far = city_rows(results)["demand_ha"].cumsum()
    same(parts["total"], so_far[parts.index])
    assert parts.index[-1] == so_far.index[-1]
    for year, total in parts["total"].items():
        same(total, value(results, f"demand.total.{year}.expected"))
    rows = results.tables["demand_build_up"]
    assert (rows["p10"] <= rows["p50"] + 1e-9).all() and (rows["p50"] <= rows["p90"] + 1e-9).all()
    assert not rows.loc[~rows["stated"].astype(bool), ["p10", "p50", "p90", "expected_ha"]].any(axis=None)


@pytest.mark.parametrize("what", ["expected_ha", "floor_expected_m2"])
def test_sectors_and_places_add_up_to_the_city(results: Results, what: str) -> None:
    cells = results.tables["demand_cell"]
    city = results.tables["balance"]["place"].iloc[0]
    of_city, of_pools = cells[cells["place"] == city], cells[cells["place"] != city]
    whole = of_city.query("sector == 'all'").set_index("year")[what]
    by_sector = of_city.query("sector != 'all'")
    if len(by_sector):
        same(by_sector.groupby("year")[what].sum(), whole)
    if len(of_pools):
        same(of_pools.query("sector == 'all'").groupby("year")[what].sum(), whole)
    if len(by_sector) and len(of_pools):
        single = of_pools.query("sector != 'all'")
        same(
            single.groupby(["sector", "year"])[what].sum(),
            by_sector.set_index(["sector", "year"])[what].sort_index(),
        )
        alone = of_pools.query("sector == 'all'").set_index([*POOL, "year"])[what].sort_index()
        same(single.groupby([*POOL, "year"])[what].sum(), alone)
    if what == "expected_ha":
        same(whole, city_rows(results)["demand_ha"])


def test_places_add_up_to_the_account_of_the_city(results: Results) -> None:
    places, city = results.tables["balance_place"], city_rows(results)
    summed = places.groupby("year")[[*QUANTITIES, "moved_ha"]].sum()
    for name in QUANTITIES:
        same(summed[name], city[name])
    same(summed["moved_ha"], np.zeros(len(city)))
    same(summed["opening_ha"].iloc[0], value(results, "land.vacant_ready"))


def test_the_account_of_each_place_closes(results: Results) -> None:
    places = results.tables["balance_place"].sort_values([*POOL, "year"])
    there = places["opening_ha"] + places["delivered_ha"] + places["freed_ha"]
    same(there - places["taken_up_ha"] - places["released_ha"], places["closing_ha"])
    same(places["demand_ha"] + places["moved_ha"] - places["taken_up_ha"], places["gap_ha"])
    for _, own in places.groupby(POOL):
        same(own["opening_ha"].iloc[1:], own["closing_ha"].iloc[:-1])
    assert (places[list(QUANTITIES)] >= -1e-9).all(axis=None)
    assert places["short_share"].between(0, 1).all()


def test_what_a_place_wants_is_what_its_sectors_want(results: Results) -> None:
    cells = results.tables["demand_cell"].query("sector == 'all'").set_index([*POOL, "year"])["expected_ha"]
    for key, row in results.tables["balance_place"].set_index([*POOL, "year"]).iterrows():
        same(cells[key], row["demand_ha"])


def test_running_out_is_counted_once_in_a_draw(results: Results) -> None:
    rows = results.tables["run_out"].sort_values(["account", "place", "year"])
    city = results.tables["balance"]["place"].iloc[0]
    for (account, place), own in rows.groupby(["account", "place"]):
        same(own["first_share"].cumsum(), own["by_share"])
        assert own["first_share"].between(0, 1).all()
        assert own["by_share"].iloc[-1] <= 1 + 1e-12
        if place == city:
            prefix = "land" if account == "pipeline" else "programme"
            last = own["year"].iloc[-1]
            same(own["by_share"].iloc[-1], value(results, f"{prefix}.run_out_share.{last}"))
    assert set(rows["account"]) == {"pipeline", "programme"}


def test_a_place_is_short_in_the_year_in_which_it_is_first_short(results: Results) -> None:
    """Of the draws short in a year those short for the first time are a part; and each was short first some time."""
    first = results.tables["run_out"].query("account == 'pipeline'").set_index(["place", "year"])
    short = results.tables["balance_place"].groupby(["place", "year"])["short_share"]
    city = results.tables["balance"]["place"].iloc[0]
    for key, share in short.sum().items():  # a place may have several classes of land
        if key[0] != city:
            assert first.loc[key, "first_share"] <= share + 1e-12
    for key, share in short.max().items():
        if key[0] != city:
            assert first.loc[key, "by_share"] >= share - 1e-12


def test_every_share_of_the_choice_goes_to_some_place(results: Results) -> None:
    shares = results.tables["place_choice"]["expected_share"]
    if len(shares):
        same(shares.sum(), 1.0)
        assert shares.between(0, 1).all()


def test_the_chosen_scenario_is_the_run(results: Results) -> None:
    rows = results.tables["scenario"].query("scenario == 'base'").set_index(["quantity", "year"])
    figures = {
        "demand_total": "land.demand.{}", "delivered_total": "land.delivered.{}", "gap_total": "land.gap.{}",
        "closing": "land.ready.{}", "run_out_year": "land.run_out_year",
    }  # fmt: skip
    assert set(figures) == {str(quantity) for quantity, _ in rows.index}
    for (quantity, year), row in rows.iterrows():
        figure = figures[str(quantity)].format(year)
        for column, ending in (("p10", ".p10"), ("p50", ""), ("p90", ".p90")):
            known = value(results, figure + ending)
            assert (plain(row[column]) is None) == (known is None)
            if known is not None:
                same(row[column], known)
        if quantity != "run_out_year":
            same(row["expected"], value(results, f"{figure}.expected"))
        if quantity in ("gap_total", "run_out_year"):
            same(row["share_short"], value(results, f"land.run_out_share.{year}"))


def test_what_is_delivered_is_the_land_that_becomes_ready(results: Results) -> None:
    """The account and the procedure add up the same draws, each in its own way."""
    ready = results.tables["land_ready"].set_index(["park_id", "year"])["expected_ha"]
    rows = results.tables["deliveries"].query("account == 'pipeline' and source_id != 'blocked'")
    last = city_rows(results).index[-1]
    for park, own in rows.groupby("source_id"):
        so_far = own.set_index("year")["delivered_ha"].sort_index().cumsum()
        same(so_far, ready.loc[park].reindex(so_far.index))
        same(so_far.iloc[-1], ready[park, last])


def test_a_scenario_that_only_has_more_money_has_the_same_land_account(hcmc_results: Results) -> None:
    """The pipeline's account knows no budget; over the same draws no digit may differ."""
    rows = hcmc_results.tables["scenario"].set_index("scenario").drop(columns=["name_vi", "name_en"])
    pd.testing.assert_frame_equal(
        rows.loc["double_budget"].reset_index(drop=True), rows.loc["base"].reset_index(drop=True)
    )
    assert list(dict.fromkeys(hcmc_results.tables["scenario"]["scenario"])) == [
        "base", "low", "high", "double_budget", "singapore_plot_ratio", "movers_return", "neighbours_pull",
    ]  # fmt: skip


def test_promises_and_expected_land_of_the_same_parks(hcmc: Any, hcmc_results: Results) -> None:
    """What is expected of the promised parks is what the procedure expects of each."""
    promised = hcmc.record["park"].dropna(subset=["programme_to_year"])["park_id"]
    parks = hcmc_results.tables["parks"].set_index("park_id")
    operating = [park for park in promised if parks.loc[park, "state"] == "operating"]
    ready = hcmc_results.tables["land_ready"]
    expected = ready[ready["park_id"].isin(promised)].groupby("year")["expected_ha"].sum()
    told = hcmc_results.tables["promised_delivered"].set_index("year").dropna(subset=["expected_ha"])
    same(told["expected_ha"], expected[told.index] + parks.loc[operating, "lettable_area_ha"].fillna(0).sum())
    assert (told["promised_ha"].diff().dropna() >= 0).all()
    same(told["kept_share"].dropna(), (told["expected_ha"] / told["promised_ha"])[told["kept_share"].notna()])
