"""What must hold of every run: parts sum to wholes, opening plus flows is closing, every number has its trace.

On the shipped case and on made-up cities.
"""

from collections.abc import Callable
from math import isclose
from typing import Any

import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.core.figure import Figure, recomputed
from quydat.core.ledger import agrees
from quydat.core.problem import Place
from quydat.dictionary.cells import figure_id, plain
from quydat.dictionary.read import unknown_references
from quydat.dictionary.schema import Attribute, choices, tables
from quydat.inventory.checks import check_inventory
from quydat.inventory.park import INDUSTRIAL_KINDS, PIPELINE_STATES
from quydat.plan import Results
from quydat.procedure.checks import check_procedure

ACCOUNTS = {"balance": "pipeline", "balance_programme": "programme"}
BULK = {
    "series_check", "back_test", "back_test_summary", "driver", "density", "demand_cell", "demand_build_up",
    "place_choice", "balance_place", "run_out", "promised_delivered", "sensitivity", "sensitivity_survey", "scenario",
    "spending", "simulation", "programme_ready",
    "delivery_park", "delivery_compare", "delivery_hangs_on", "marginal_money", "delay_cost", "regret",
}  # fmt: skip
"""Tables with a row for each place, sector or year: each row names its basis; what a report prints has its figures."""
OF_EVENTS = {f"QD{number}" for number in range(860, 876)}
"""Made-up events may contradict each other, as they do in old records: the steps must give an answer all the same."""
FEW, MANY = range(18), range(18, 518)


def near(a: Any, b: Any) -> bool:
    return isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)


def test_the_shipped_case(hcmc: Any, hcmc_results: Results) -> None:
    check_all(hcmc, hcmc_results)


def test_the_city_gains_time_where_it_pays(hcmc_results: Results) -> None:
    """Against the same park left to its developer, in the middle of the draws of each."""
    programme = hcmc_results.tables["programme"].query("delivery_model == 'city_first'")
    otherwise = hcmc_results.tables["procedure"].set_index("park_id")
    assert len(programme)
    for row in programme.to_dict("records"):
        assert (otherwise.loc[row["park_id"], "ready_p50"] - row["ready"]).days > 300


@pytest.mark.parametrize("seed", FEW)
def test_made_up_cities(seed: int, planned_city: Callable[[int], tuple[Any, Results]]) -> None:
    check_all(*planned_city(seed))


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_five_hundred_made_up_cities(block: int, generated_city: Callable[[int], Any]) -> None:
    for seed in MANY[block::10]:
        city = generated_city(seed)
        check_all(city, city.plan())


def check_all(city: Any, results: Results) -> None:
    the_record_is_sound(city)
    every_account_closes(results)
    deliveries_sum_to_the_account(results)
    demand_is_the_demand_of_the_account(results)
    money_is_within_its_limits(city, results)
    every_hectare_is_in_one_state(results)
    states_sum_over_parks(results)
    lists_sum_over_parks(city, results)
    headlines_sum_over_parks(results)
    every_trace_gives_its_value(results)
    every_number_has_its_figure(results)
    no_basis_is_stronger_than_what_it_rests_on(results)
    dates_are_in_order(results)
    land_is_ready_once_and_never_taken_back(results)
    one_way_is_the_longest(results)


def the_record_is_sound(city: Any) -> None:
    found = check_inventory(city.record, place=Place, extent=city.settings.extent)
    found += [one for one in check_procedure(city.record, place=Place) if one.number not in OF_EVENTS]
    assert found + unknown_references(city.record, tables(), place=Place) == []


def every_account_closes(results: Results) -> None:
    for table in ACCOUNTS:
        account = results.tables[table]
        closing = results.ledger["land.vacant_ready"].value
        for row in account.query("quantile == 'expected'").sort_values("year").to_dict("records"):
            assert row["opening_ha"] == closing
            closing = row["closing_ha"]
            flows = row["delivered_ha"] + row["freed_ha"] - row["taken_up_ha"] - row["released_ha"]
            assert near(row["opening_ha"] + flows, closing)
            assert near(row["gap_ha"], row["demand_ha"] - row["taken_up_ha"])
        quantities = [name for name in account.columns if name.endswith("_ha")]
        assert (account[quantities] >= 0).all(axis=None)
        low, middle, high = (account[account["quantile"] == one].set_index("year") for one in ("p10", "p50", "p90"))
        assert (low[quantities] <= middle[quantities]).all(axis=None)
        assert (middle[quantities] <= high[quantities]).all(axis=None)


def deliveries_sum_to_the_account(results: Results) -> None:
    deliveries = results.tables["deliveries"]
    for table, account in ACCOUNTS.items():
        by_year = deliveries[deliveries["account"] == account].groupby("year")["delivered_ha"].sum()
        for row in results.tables[table].query("quantile == 'expected'").to_dict("records"):
            assert near(row["delivered_ha"], by_year[row["year"]])
    whole = results.tables["parks"].set_index("park_id")["future_lettable_ha"].to_dict()
    whole |= results.tables["programme"].set_index("project_id")["lettable_ha"].to_dict()
    whole["blocked"] = results.ledger["land.vacant_blocked"].value
    for (_, source), area in deliveries.groupby(["account", "source_id"])["delivered_ha"].sum().items():
        assert area <= whole[source] + 1e-6


def demand_is_the_demand_of_the_account(results: Results) -> None:
    demand = results.tables["demand"].query("quantity == 'land_ha' and method == 'combined'").set_index("year")
    for row in results.tables["balance"].query("quantile != 'expected'").to_dict("records"):
        assert row["demand_ha"] == demand.loc[row["year"], row["quantile"]]
    everything = results.tables["demand"]
    assert (everything["p10"] <= everything["p50"]).all()
    assert (everything["p50"] <= everything["p90"]).all()


def money_is_within_its_limits(city: Any, results: Results) -> None:
    """The city pays by its models and nothing else, and owes no more than it may unless it is said to be overdrawn."""
    programme, models = results.tables["programme"], city.record["delivery_model"].set_index("delivery_model")
    pays = models.index[(models["city_clearance_share"] > 0) | (models["city_works_share"] > 0)]
    paid = results.tables["spending"].groupby("project_id")[["clearance_bn_vnd", "works_bn_vnd"]].sum().sum(axis=1)
    for row in programme.to_dict("records"):
        assert near(row["cost_bn_vnd"], row["clearance_bn_vnd"] + row["works_bn_vnd"])
        assert near(row["net_bn_vnd"], row["receipts_bn_vnd"] - row["city_cost_bn_vnd"])
        if plain(row["delivery_model"]) not in pays:
            assert row["city_cost_bn_vnd"] == 0 and near(paid.get(row["project_id"], 0.0), 0.0)
        else:
            model = models.loc[row["delivery_model"]]
            clearance = row["clearance_bn_vnd"] * model["clearance_cost_ratio_mid"] * model["city_clearance_share"]
            assert near(row["city_cost_bn_vnd"], clearance + row["works_bn_vnd"] * model["city_works_share"])
    chosen = programme[programme["delivery_model"].isin(pays)]
    for name in ("city_cost_bn_vnd", "receipts_bn_vnd", "net_bn_vnd", "lettable_ha"):
        assert near(results.ledger[f"programme.{name}"].value, chosen[name].sum())
    assert results.ledger["programme.projects"].value == len(chosen)
    drawn = {name: rows.set_index("year") for name, rows in results.tables["simulation"].groupby("quantity")}
    most = results.ledger["parameters.programme.loan_ceiling_bn_vnd"].value
    for quantile in ("p10", "p50", "p90"):
        over = drawn["overdrawn_bn_vnd"][quantile]
        rounding = 1e-4 * drawn["spent_bn_vnd"]["p90"].cumsum() + 0.01
        assert (drawn["debt_bn_vnd"][quantile] <= most + over + rounding).all()
    if results.ledger["parameters.programme.ahead_years"].value == 0:
        assert (drawn["overdrawn_bn_vnd"]["expected"] == 0).all()


def every_hectare_is_in_one_state(results: Results) -> None:
    for park in results.tables["parks"].to_dict("records"):
        parts = [plain(park[name]) for name in ("let_ha", "vacant_ha", "not_lettable_ha")]
        gross = plain(park["gross_area_ha"])
        if park["state"] == "operating":
            assert plain(park["not_cleared_ha"]) is None
            if gross is not None and None not in parts:
                assert near(gross, sum(parts))
                assert min(parts) >= -1e-9
        else:
            assert parts == [None, None, None]
            assert plain(park["not_cleared_ha"]) == (None if park["state"] == "removed" else gross)


def states_sum_over_parks(results: Results) -> None:
    parks, by_state = results.tables["parks"], results.tables["land_by_state"]
    assert by_state["parks"].sum() == len(parks)
    for row in by_state.to_dict("records"):
        own = parks[parks["state"] == row["state"]]
        assert row["gross_area_known"] == own["gross_area_ha"].notna().sum()
        for name in ("gross_area_ha", "lettable_area_ha", "let_ha", "vacant_ha", "not_lettable_ha", "not_cleared_ha"):
            known = own[name].dropna()
            if known.empty:
                assert plain(row[name]) is None
            else:
                assert near(row[name], known.sum())
                coverage = results.ledger[figure_id("land_by_state", [row["state"]], name)].coverage
                assert coverage is not None
                assert (coverage.known, coverage.total) == (len(known), len(own))


def lists_sum_over_parks(city: Any, results: Results) -> None:
    members, parks = city.record["plan_list_member"], results.tables["parks"].set_index("park_id")
    for row in results.tables["list_totals"].to_dict("records"):
        own = parks.loc[members.loc[members["list_id"] == row["list_id"], "park_id"], "gross_area_ha"]
        assert row["rows"] == len(own)
        assert row["area_known"] == own.notna().sum()
        if own.notna().any():
            assert near(row["gross_area_ha"], own.sum())
        else:
            assert plain(row["gross_area_ha"]) is None
        if own.isna().any():
            assert plain(row["difference_ha"]) is None


def headlines_sum_over_parks(results: Results) -> None:
    value = {figure.figure_id: figure.value for figure in results.ledger}
    parks = results.tables["parks"]
    counted = parks[parks["kind"].isin(INDUSTRIAL_KINDS)]
    operating, to_come = counted[counted["state"] == "operating"], counted[counted["state"].isin(PIPELINE_STATES)]
    for name, rows, attribute in (
        ("gross", operating, "gross_area_ha"),
        ("lettable", operating, "lettable_area_ha"),
        ("let", operating, "let_ha"),
        ("vacant", operating, "vacant_ha"),
        ("not_cleared", to_come, "not_cleared_ha"),
        ("future_lettable", to_come, "future_lettable_ha"),
    ):
        if rows.empty or rows[attribute].notna().any():
            assert near(value[f"land.{name}"], rows[attribute].sum())
        else:
            assert value[f"land.{name}"] is None
    assert near(value["land.vacant"], value["land.vacant_ready"] + value["land.vacant_blocked"])
    assert near(value["land.vacant"], value["land.lettable"] - value["land.let"])
    assert near(value["land.occupancy_share"] * value["land.lettable"], value["land.let"])
    last = results.tables["balance"]["year"].max()
    for prefix, table in (("land", "balance"), ("programme", "balance_programme")):
        expected = results.tables[table].query("quantile == 'expected'")
        assert near(value[f"{prefix}.gap.{last}.expected"], expected["gap_ha"].sum())
        low, middle, high = (value[f"{prefix}.gap.{last}{ending}"] for ending in (".p10", "", ".p90"))
        assert low <= middle <= high
        years = [value[f"{prefix}.run_out_year{ending}"] or last + 1 for ending in (".p10", "", ".p90")]
        assert years == sorted(years)
        by_last = value[f"{prefix}.run_out_share.{last}"]
        assert [year <= last for year in years] == [by_last >= share for share in (0.1, 0.5, 0.9)]


def every_trace_gives_its_value(results: Results) -> None:
    for figure in results.ledger:
        if figure.trace.operation not in ("rule", "simulated"):
            recomputed(figure.trace)
            assert agrees(figure), figure.figure_id
        for item in figure.trace.inputs:
            if item.kind == "figure":
                assert results.ledger[item.ref].value == item.value
        if figure.coverage is not None:
            assert 0 <= figure.coverage.known <= figure.coverage.total


def every_number_has_its_figure(results: Results) -> None:
    """Every number that is no part of a key can be explained; of bulk tables, each row names its basis."""
    for name, rows in results.tables.items():
        definition = tables()[name]
        for row in rows.to_dict("records"):
            key = [row[part] for part in definition.key]
            for attribute in definition:
                cell = plain(row[attribute.name])
                if is_number(attribute) and attribute.name not in definition.key and name not in BULK:
                    one = figure_id(name, key, attribute.name)
                    if cell is None:
                        assert one not in results.ledger or results.ledger[one].value is None, one
                    else:
                        assert results.ledger[one].value == cell, one
                is_allowed(attribute, cell)


def is_number(attribute: Attribute) -> bool:
    return attribute.type in ("number", "integer", "year", "date")


def is_allowed(attribute: Attribute, cell: Any) -> None:
    """Results keep to the dictionary as the record does."""
    if cell is None:
        assert not attribute.required, attribute.name
    elif attribute.type == "choice":
        assert cell in choices(attribute.choices)
    elif attribute.minimum is not None:
        assert cell >= attribute.minimum - 1e-9, attribute.name


def no_basis_is_stronger_than_what_it_rests_on(results: Results) -> None:
    def rank(figure: Figure) -> int:
        """A count rests on how many rows there are, not on what they say."""
        if figure.trace.operation == "count":
            return Basis.DERIVED.rank
        return max(item.basis.rank for item in figure.trace.inputs)

    assert all(figure.basis.rank >= rank(figure) for figure in results.ledger)
    for figure in results.ledger:
        for item in figure.trace.inputs:
            if item.kind == "figure":
                assert item.basis is results.ledger[item.ref].basis
    demand = results.tables["demand"]
    assert set(demand["basis"]) <= {basis.value for basis in Basis}


def land_is_ready_once_and_never_taken_back(results: Results) -> None:
    """Hectares ready never fall, stay within the park, and add up to the totals; a promise is a probability."""
    areas = results.tables["procedure"].set_index("park_id")["future_lettable_ha"]
    columns = ["p10_ha", "p50_ha", "p90_ha", "expected_ha"]
    for park, rows in results.tables["land_ready"].groupby("park_id"):
        rows = rows.sort_values("year")
        assert (rows[columns].diff().dropna() >= -1e-9).all(axis=None)
        assert (rows[columns] >= -1e-9).all(axis=None)
        assert (rows[columns] <= areas[park] + 1e-6).all(axis=None)
        assert (rows["p10_ha"] <= rows["p50_ha"] + 1e-9).all()
        assert (rows["p50_ha"] <= rows["p90_ha"] + 1e-9).all()
    totals = results.tables["land_ready_total"].set_index("year")
    expected = results.tables["land_ready"].groupby("year")["expected_ha"].sum()  # means add up, quantiles do not
    for year, total in totals["expected_ha"].dropna().items():
        assert near(total, expected.get(year, 0.0))
    assert (totals["promised_ha"].diff().dropna() >= -1e-9).all()
    for row in results.tables["promised_expected"].to_dict("records"):
        assert 0 <= row["kept_share"] <= 1
        late = plain(row["ready_p90"])
        if late is not None and late.year <= row["promised_year"]:
            assert row["kept_share"] >= 0.9 - 1e-9
        if plain(row["expected_ha"]) is not None:
            assert row["expected_ha"] <= row["promised_ha"] * row["kept_share"] + 1e-6


def one_way_is_the_longest(results: Results) -> None:
    """Each draw ends in exactly one step and begins in exactly one: along these cuts the probabilities sum to 1."""
    remaining = results.tables["procedure_remaining"].groupby("park_id")["step_id"].agg(set)
    likely = results.tables["procedure"].set_index("park_id")
    for park, rows in results.tables["critical_path"].groupby("park_id"):
        share = rows.set_index("step_id")["critical_share"]
        assert set(share.index) == remaining[park]
        assert share.between(0, 1).all()
        assert share.max() == 1 or len(share) > 1
        on_likely = set(rows.loc[rows["on_likely_path"], "step_id"])
        assert on_likely == set(str(likely.loc[park, "likely_path"]).split(";"))
        assert share[list(on_likely)].min() >= likely.loc[park, "likely_path_share"] - 1e-9


def dates_are_in_order(results: Results) -> None:
    for table, names in (
        ("procedure", ("ready_p10", "ready_p50", "ready_p90")),
        ("programme", ("ready_p10", "ready", "ready_p90")),
    ):
        for row in results.tables[table].to_dict("records"):
            days = [plain(row[name]) for name in names]
            if None not in days:
                assert results.ledger.as_of <= days[0] <= days[1] <= days[2]


def test_every_result_table_has_the_columns_of_the_dictionary(hcmc_results: Results) -> None:
    for name, rows in hcmc_results.tables.items():
        assert list(rows.columns) == tables()[name].columns
        key = list(tables()[name].key)
        if rows.empty:
            continue  # the case has no survey
        assert not pd.Series(rows[key].astype(str).agg("|".join, axis=1)).duplicated().any()
