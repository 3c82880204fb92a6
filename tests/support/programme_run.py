"""Tables of a made-up programme whose numbers can be added up by hand, and a run that has them."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from tests.support.small_run import CITY, rows_of, write_run

YEARS = (2025, 2030, 2045)
BASIS = {"basis": "assumed"}


def programme_tables() -> dict[str, pd.DataFrame]:
    """Two parks that the city takes up, one that is left to a developer, one that is not done; three years."""
    common = {
        "kind": "park", "place": "north", "gross_area_ha": 100.0, "clearance_bn_vnd": 60.0, "works_bn_vnd": 40.0,
        "cost_bn_vnd": 100.0, "lettable_ha": 60.0,
    }  # fmt: skip
    projects = [
        {**common, "project_id": "a", "name_vi": "Khu A", "name_en": "Park A", "order": 2,
         "delivery_model": "city_first", "start": "2027-04-01", "ready": "2031-01-01", "ready_p10": "2030-01-01",
         "city_cost_bn_vnd": 100.0, "receipts_bn_vnd": 70.0, "net_bn_vnd": -30.0},
        {**common, "project_id": "b", "name_vi": "Khu B", "name_en": "Park B", "order": 1,
         "delivery_model": "city_first", "start": "2025-07-01", "ready": "2029-01-01", "ready_p10": "2028-01-01",
         "ready_p90": "2033-01-01", "city_cost_bn_vnd": 50.0, "receipts_bn_vnd": 80.0, "net_bn_vnd": 30.0},
        {**common, "project_id": "c", "name_vi": "Khu C", "name_en": "Park C", "order": 3,
         "delivery_model": "developer_led", "start": "2025-07-01", "ready": "2044-01-01", "city_cost_bn_vnd": 0.0,
         "receipts_bn_vnd": 0.0, "net_bn_vnd": 0.0},
        {**common, "project_id": "d", "name_vi": "Khu D", "name_en": "Park D", "city_cost_bn_vnd": 0.0,
         "receipts_bn_vnd": 0.0, "net_bn_vnd": 0.0},
    ]  # fmt: skip
    spending = [
        {"project_id": name, "year": year, "clearance_bn_vnd": clearance, "works_bn_vnd": works,
         "receipts_bn_vnd": receipts, **BASIS}
        for name, year, clearance, works, receipts in (
            ("a", 2030, 60.0, 40.0, 0.0), ("a", 2045, 0.0, 0.0, 70.0), ("b", 2025, 30.0, 20.0, 0.0),
            ("b", 2030, 0.0, 0.0, 80.0),
        )
    ]  # fmt: skip
    ready = [
        {"project_id": name, "year": year, "ready_share": share, "delivered_ha": hectares, **BASIS}
        for name, year, share, hectares in (("a", 2030, 0.1, 0.0), ("a", 2045, 1.0, 60.0), ("b", 2030, 0.9, 50.0))
    ]
    means = {
        "closing_ha": (10.0, 45.0, 80.0), "shortage_ha": (5.0, 5.0, 10.0), "delivered_ha": (0.0, 50.0, 60.0),
        "demand_ha": (20.0, 25.0, 40.0), "cash_bn_vnd": (50.0, 130.0, 300.0), "debt_bn_vnd": (0.0, 0.0, 0.0),
    }  # fmt: skip
    promised = {"closing_ha": (12.0, 40.0, 80.0), "shortage_ha": (4.0, 5.0, 9.0)}
    simulation = [
        {"year": year, "quantity": name, "p10": mean / 2, "p50": mean, "p90": mean * 2, "expected": mean,
         "promised": promised[name][t] if name in promised else None,
         "difference": mean - promised[name][t] if name in promised else None,
         "unit": "ha" if name.endswith("_ha") else "bn_vnd", **BASIS}
        for name, values in means.items() for t, (year, mean) in enumerate(zip(YEARS, values, strict=True))
    ]  # fmt: skip
    run_out = [
        {"place": CITY, "account": account, "year": year, "first_share": 0.25, "by_share": share, **BASIS}
        for account, factor in (("pipeline", 2.0), ("programme", 1.0))
        for year, share in ((2030, 0.25 * factor), (2045, 0.4 * factor))
    ]
    return {
        "programme": rows_of("programme", projects), "spending": rows_of("spending", spending),
        "programme_ready": rows_of("programme_ready", ready), "simulation": rows_of("simulation", simulation),
        "run_out": rows_of("run_out", run_out),
    }  # fmt: skip


def delivery_tables() -> dict[str, pd.DataFrame]:
    """Two parks by two models: city first pays for one of them; it hangs on the rent."""
    parks = [
        {"project_id": name, "delivery_model": model, "name_vi": f"Khu {name}", "name_en": f"Park {name}",
         "ready_p10": "2030-01-01", "ready_p50": "2033-01-01", "ready_p90": "2040-01-01", "lettable_ha": 60.0,
         "years_gained_p10": gained - 1, "years_gained_p50": gained, "years_gained_p90": gained + 1,
         "net_cost_p10_bn_vnd": 10.0, "net_cost_p50_bn_vnd": 20.0, "net_cost_p90_bn_vnd": 30.0,
         "net_cost_bn_vnd": 20.0, "time_value_bn_vnd": 25.0, "advantage_bn_vnd": advantage, "pays_share": 0.5,
         "break_even_clearance_bn_vnd_per_ha": 12.5, **BASIS}
        for name, model, gained, advantage in (("a", "city_first", 9.5, 40.0), ("b", "city_first", 3.5, -15.0))
    ]  # fmt: skip
    compared = [
        {"strategy": strategy, "quantity": quantity, "year": year, "p10": 1.0 * factor, "p50": 2.0 * factor,
         "p90": 3.0 * factor, "expected": 2.0 * factor, "unit": "ha", **BASIS}
        for strategy, factor in (("developer_led", 10.0), ("city_first_everywhere", 100.0), ("chosen", 50.0))
        for quantity in ("ready_ha", "shortage_ha") for year in (2030, 2045)
    ] + [
        {"strategy": "chosen", "quantity": "first_short_year", "year": 2045, "p10": 2031, "unit": "year", **BASIS}
    ]  # fmt: skip
    hangs_on = [
        {"input": name, "name_vi": f"{name} vi", "name_en": f"{name} en", "low": 10.0, "high": 40.0, "unit": "ha",
         "advantage_low_bn_vnd": low, "advantage_high_bn_vnd": high, "advantage_mid_bn_vnd": 25.0, "turns": turns,
         **BASIS}
        for name, low, high, turns in (("cost", 30.0, 20.0, False), ("rent", -50.0, 90.0, True))
    ]  # fmt: skip
    return {
        "delivery_park": rows_of("delivery_park", parks), "delivery_compare": rows_of("delivery_compare", compared),
        "delivery_hangs_on": rows_of("delivery_hangs_on", hangs_on),
    }  # fmt: skip


def worth_tables() -> dict[str, pd.DataFrame]:
    """One source in two years, one project and all, two programmes in two scenarios."""
    money = [
        {"year": year, "fund_source": "budget", "more_bn_vnd": 100.0, "hectare_years_per_bn_vnd": 0.25,
         "hectares_per_bn_vnd": 0.0125, "shortage_less_per_bn_vnd": 0.005, **BASIS}
        for year in (2026, 2030)
    ]  # fmt: skip
    delay = [
        {"project_id": name, "name_vi": vi, "name_en": en, "hectare_years_lost": lost, "shortage_more_ha": 3.0,
         "cost_more_bn_vnd": 4.0, "tax_lost_bn_vnd": 5.0, **BASIS}
        for name, vi, en, lost in (("a", "Khu A", "Park A", 60.0), ("all", "mọi dự án", "all projects", 200.0))
    ]  # fmt: skip
    regret = [
        {"programme": name, "scenario": scenario, "scenario_vi": f"{scenario} vi",
         "scenario_en": f"{scenario} en", "programme_vi": f"{name} vi", "programme_en": f"{name} en",
         "shortage_ha": 1.0, "net_cost_bn_vnd": 1.0, "burden_bn_vnd": 1.0, "regret_bn_vnd": value,
         "least_of_worst": name == "bold", **BASIS}
        for name, values in (("bold", (0.0, 700.0)), ("shy", (900.0, 0.0)))
        for scenario, value in zip(("base", "high"), values, strict=True)
    ]  # fmt: skip
    return {
        "marginal_money": rows_of("marginal_money", money), "delay_cost": rows_of("delay_cost", delay),
        "regret": rows_of("regret", regret),
    }  # fmt: skip


def model_rows() -> pd.DataFrame:
    """Two delivery models."""
    from quydat.dictionary.schema import tables

    definition = tables()["delivery_model"]
    rows = []
    for name, vi, en, bearer, share in (
        ("city_first", "Thành phố làm trước", "City first", "city", 1.0),
        ("developer_led", "Chủ đầu tư làm", "Developers", "developer", 0.0),
    ):
        row = dict.fromkeys((a.name for a in definition if a.required and a.type == "number"), 0.0)
        row |= {
            "delivery_model": name, "name_vi": vi, "name_en": en, "clearance_by": bearer, "clearance_risk": bearer,
            "city_clearance_share": share, "city_works_share": share,
            "works_risk": bearer, "market_risk": bearer, "source_ids": "s", "confidence": "low", **BASIS,
        }  # fmt: skip
        rows.append(row)
    return rows_of("delivery_model", rows)


def write_programme_run(folder: Path, without: Mapping[str, object] | tuple[str, ...] = ()) -> Path:
    """A run with all of it; tables named in ``without`` are not there, as if it had stopped before."""
    made = {**programme_tables(), **delivery_tables(), **worth_tables()}
    results = {name: rows for name, rows in made.items() if name not in without}
    solve = {
        "status": "proven", "objective": 1000.0, "bound": 995.0, "gap": 0.005, "seconds": 1.5, "rows": 7,
        "solver": "HiGHS 1", "seed": 1,
    }  # fmt: skip
    return write_run(folder, results, inputs={"delivery_model": model_rows()}, solves={"programme": solve})
