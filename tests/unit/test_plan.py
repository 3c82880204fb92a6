"""Runs at the edges: short plans, other days, cities with few parks or little known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.plan import Results


def with_parks(city: Any, keep: pd.Series, **tables: pd.DataFrame) -> Any:
    """The city with some of its parks, and with nothing that speaks of the others."""
    parks = city.record["park"][keep]
    own = {
        name: rows[rows["park_id"].isin(parks["park_id"])]
        for name, rows in city.record.items()
        if name in ("procedure_event", "plan_list_member")
    }
    return type(city)({**city.record, "park": parks, **own, **tables}, city.settings)


def event(make_table: Callable[..., Any], park: str, step: str, what: str, on: str | None) -> pd.DataFrame:
    row = {"event_id": f"{park}-{step}-new", "park_id": park, "step_id": step, "event": what, "on": on}
    provenance = {"source_ids": "derived", "confidence": "high", "basis": "published"}
    return make_table("procedure_event", [{**row, **provenance}])


def added(city: Any, *events: pd.DataFrame) -> Any:
    rows = pd.concat([city.record["procedure_event"], *events], ignore_index=True)
    return type(city)({**city.record, "procedure_event": rows}, city.settings)


def plan_with(city: Any, *, until: str = "programme", **changed: Any) -> Results:
    return type(city)(city.record, replace(city.settings, **changed)).plan(until=until)


def test_a_plan_that_ends_before_2030(hcmc: Any) -> None:
    results = plan_with(hcmc, end_year=2027, until="balance")
    assert sorted(set(results.tables["balance"]["year"])) == [2025, 2026, 2027]
    assert "land.gap.2027" in results.ledger
    assert "land.gap.2030" not in results.ledger


def test_a_later_day_of_the_picture_opens_the_account_later(hcmc: Any) -> None:
    balance = hcmc.plan(as_of=date(2027, 12, 31), until="balance").tables["balance"]
    assert balance["year"].min() == 2028


def test_an_earlier_day_leaves_no_year_out(hcmc: Any) -> None:
    """The study starts in 2025; a picture of 2023 opens in 2023, or the demand of 2023 and 2024 would be lost."""
    balance = hcmc.plan(as_of=date(2023, 6, 30), until="balance").tables["balance"]
    assert balance["year"].min() == 2023
    assert hcmc.plan(as_of=date(2024, 12, 31), until="balance").tables["balance"]["year"].min() == 2025


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2027, 12, 30)])
def test_the_programme_of_another_day(hcmc: Any, day: date) -> None:
    """Nothing starts before the day of the picture, and years that are over are not in it."""
    two = hcmc.record["park"]["park_id"].isin(["tan-thuan", "vinh-loc-3"])
    city = with_parks(hcmc, two, claim=hcmc.record["claim"].iloc[:0])
    city = type(city)(city.record, replace(replace_ready(city.settings, 10.0), end_year=2040))
    results = city.plan(as_of=day, until="programme")
    assert (results.tables["programme"]["start"] >= day).all()
    assert sorted(set(results.tables["simulation"]["year"])) == list(range(day.year, 2041))


def test_a_day_after_the_plan_is_refused(hcmc: Any) -> None:
    for day in (date(2045, 12, 31), date(2050, 1, 1)):
        with pytest.raises(Problems, match="QD312"):
            hcmc.plan(as_of=day)


def test_no_park_to_come(hcmc: Any) -> None:
    city = with_parks(hcmc, hcmc.record["park"]["state"] == "operating")
    results = city.plan()
    assert all(results.tables[name].empty for name in ("procedure", "procedure_remaining", "programme", "spending"))
    assert results.ledger["land.future_lettable"].value == 0
    assert results.ledger["programme.city_cost_bn_vnd"].value == 0
    assert results.ledger["programme.projects"].value == 0
    assert (results.solves["programme"]["status"], results.solves["programme"]["gap"]) == ("proven", 0.0)
    assert set(results.tables["deliveries"]["source_id"]) == {"blocked"}


def test_only_one_park_and_no_claim(hcmc: Any) -> None:
    parks = hcmc.record["park"]
    city = with_parks(hcmc, parks["park_id"] == "tan-thuan", claim=hcmc.record["claim"].iloc[:0])
    city = type(city)(city.record, replace_ready(city.settings, 10.0))
    results = city.plan()
    assert results.ledger["land.let"].value == pytest.approx(195 * 0.9)
    assert results.ledger["land.vacant_blocked"].value == pytest.approx(195 * 0.1 - 10)


def replace_ready(settings: Any, value: float) -> Any:
    from quydat.core.basis import Basis

    spec = settings.parameters["inventory.vacant_ready_ha"]
    new = replace(spec, parts={"value": value}, basis=Basis.ASSUMED, source="test")
    return replace(settings, parameters={**settings.parameters, "inventory.vacant_ready_ha": new})


def test_no_operating_park_is_refused(hcmc: Any) -> None:
    with pytest.raises(Problems, match="QD504"):
        with_parks(hcmc, hcmc.record["park"]["state"] == "planned").plan()


def test_no_year_of_establishment_is_refused(hcmc: Any) -> None:
    parks = hcmc.record["park"]
    dark = {**hcmc.record, "park": parks.assign(year_established=pd.Series(pd.NA, index=parks.index, dtype="Int64"))}
    with pytest.raises(Problems, match="QD501"):
        type(hcmc)(dark, hcmc.settings).plan(until="programme")


def test_no_procedure_is_refused_where_a_park_needs_it(hcmc: Any) -> None:
    record = {**hcmc.record, "procedure_step": hcmc.record["procedure_step"].iloc[:0]}
    record["procedure_event"] = hcmc.record["procedure_event"].iloc[:0]
    with pytest.raises(Problems, match="QD509"):
        type(hcmc)(record, hcmc.settings).plan(until="programme")


def test_a_park_without_area_has_a_day_but_delivers_nothing(hcmc: Any) -> None:
    parks = hcmc.record["park"]
    dark = parks["gross_area_ha"].where(parks["park_id"] != "nhi-xuan")
    results = type(hcmc)({**hcmc.record, "park": parks.assign(gross_area_ha=dark)}, hcmc.settings).plan(
        until="programme"
    )
    row = results.tables["procedure"].set_index("park_id").loc["nhi-xuan"]
    assert pd.isna(row["future_lettable_ha"])
    assert row["ready_p50"] > date(2026, 1, 1)
    assert "nhi-xuan" not in set(results.tables["deliveries"]["source_id"])
    assert "nhi-xuan" not in set(results.tables["programme"]["project_id"])
    coverage = results.ledger["land.future_lettable"].coverage
    assert coverage is not None
    assert (coverage.known, coverage.total) == (18, 19)


def test_a_park_of_known_lettable_and_unknown_gross_area_is_in_both_accounts(hcmc: Any) -> None:
    parks = hcmc.record["park"]
    one = parks["park_id"] == "phong-phu"
    changed = parks.assign(
        gross_area_ha=parks["gross_area_ha"].where(~one), lettable_area_ha=parks["lettable_area_ha"].mask(one, 40.0)
    )
    results = plan_with(type(hcmc)({**hcmc.record, "park": changed}, hcmc.settings), end_year=2090)
    assert "phong-phu" not in set(results.tables["programme"]["project_id"])  # its cost cannot be said
    own = results.tables["deliveries"].query("source_id == 'phong-phu'").groupby("account")["delivered_ha"].sum()
    ready = results.tables["land_ready"].query("park_id == 'phong-phu'").set_index("year")["expected_ha"]
    assert 30.0 < ready[2090] < 40.0  # in some draws it is not handed over by then
    assert own.to_dict() == pytest.approx(dict.fromkeys(("pipeline", "programme"), ready[2090]))


def test_a_park_with_all_steps_done_is_ready_today(hcmc: Any, make_table: Callable[..., Any]) -> None:
    results = added(hcmc, event(make_table, "nhi-xuan", "p17", "finished", "2025-06-01")).plan(until="programme")
    row = results.tables["procedure"].set_index("park_id").loc["nhi-xuan"]
    assert (row["ready_p10"], row["ready_p90"]) == (date(2025, 6, 30), date(2025, 6, 30))
    assert (row["statutory_days"], row["statutory_ready"]) == (0, date(2025, 6, 30))
    assert (row["steps_finished"], row["statutory_steps_known"], row["observed_steps_known"]) == (17, 0, 0)
    assert pd.isna(row["next_steps"]) or row["next_steps"] == ""
    delivered = results.tables["deliveries"].query("account == 'pipeline' and source_id == 'nhi-xuan'")
    assert delivered["year"].tolist() == list(range(2025, 2033))  # 95 % over three years, the tail over five more
    assert delivered["delivered_ha"].iloc[0] == pytest.approx(199 * 0.64 * 0.95 / 3)
    assert delivered["delivered_ha"].sum() == pytest.approx(199 * 0.64)
    project = results.tables["programme"].set_index("project_id").loc["nhi-xuan"]
    assert project["clearance_bn_vnd"] == 0  # its land is cleared: nobody pays for that again
    assert project["delivery_model"] == "developer_led"  # nor can the city tender it
    assert date(2025, 7, 1) <= project["ready_p90"] <= date(2025, 7, 5)  # each stage that is done takes a day


def test_limits_that_are_not_known_give_no_day(hcmc: Any) -> None:
    steps = hcmc.record["procedure_step"].assign(statutory_days=float("nan"))
    results = type(hcmc)({**hcmc.record, "procedure_step": steps}, hcmc.settings).plan(until="programme")
    procedure = results.tables["procedure"]
    assert procedure["statutory_days"].isna().all()
    assert procedure["statutory_ready"].isna().all()
    assert (procedure["statutory_steps_known"] == 0).all()


def test_no_money_funds_no_park(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    nothing = {f"programme.{name}": {"value": 0.0} for name in ("budget_bn_vnd", "loan_ceiling_bn_vnd")}
    settings = with_parameters(hcmc.settings, nothing)
    results = type(hcmc)(hcmc.record, settings).plan(until="programme")
    assert set(results.tables["programme"]["delivery_model"]) == {"developer_led"}
    assert (results.tables["spending"][["clearance_bn_vnd", "works_bn_vnd"]] == 0).all(axis=None)
    for name in ("projects", "city_cost_bn_vnd", "lettable_ha"):
        assert results.ledger[f"programme.{name}"].value == 0


def test_land_that_costs_nothing_to_clear_is_not_held_up(hcmc: Any, with_parameters: Callable[..., Any]) -> None:
    free = {"low": 0.0, "mid": 0.0, "high": 0.0}
    settings = with_parameters(hcmc.settings, {"programme.state_land_cost_share": free})
    programme = type(hcmc)(hcmc.record, settings).plan(until="programme").tables["programme"].set_index("project_id")
    for park in ("pham-van-hai-1", "pham-van-hai-2"):
        for part in (f"{park}-part-1", f"{park}-part-2"):
            row = programme.loc[part]
            assert (row["clearance_bn_vnd"], row["start"]) == (0, date(2025, 7, 1))
            assert row["delivery_model"] != "developer_led"
            assert row["city_cost_bn_vnd"] == pytest.approx(row["works_bn_vnd"])


def test_half_years_of_delivery_deliver_the_whole_park(
    hcmc: Any, with_parameters: Callable[..., Any], make_table: Callable[..., Any]
) -> None:
    """All its steps are done, so in every draw it is handed over from the day of the picture on."""
    settings = with_parameters(
        hcmc.settings, {"balance.delivery_years": {"value": 2.5}, "balance.tail_share": {"value": 0.0}}
    )
    city = added(type(hcmc)(hcmc.record, settings), event(make_table, "phong-phu", "p17", "finished", "2025-06-01"))
    deliveries = city.plan(until="balance").tables["deliveries"]
    own = deliveries.query("account == 'pipeline' and source_id == 'phong-phu'").set_index("year")["delivered_ha"]
    assert own.to_dict() == pytest.approx({2025: 67 * 0.64 / 2.5, 2026: 67 * 0.64 / 2.5, 2027: 67 * 0.64 / 5})


def test_the_rate_is_that_of_the_dollar(hcmc: Any) -> None:
    rates = hcmc.record["exchange_rate"]
    other = rates.assign(currency="EUR", vnd_per_unit=99_999.0)
    results = type(hcmc)({**hcmc.record, "exchange_rate": pd.concat([rates, other])}, hcmc.settings).plan(
        until="programme"
    )
    assert results.ledger["programme.rent_per_ha"].value == pytest.approx(204 * 10_000 * 25_000 / 1e9)
    with pytest.raises(Problems, match="QD502"):
        type(hcmc)({**hcmc.record, "exchange_rate": other}, hcmc.settings).plan(until="programme")


def test_a_step_that_is_not_there_is_refused(hcmc: Any) -> None:
    with pytest.raises(Problems, match="QD505"):
        hcmc.plan(until="siting")
