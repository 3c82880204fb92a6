"""Hand-made rows of the programme's bulk tables: small numbers that can be followed on paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any

Rows = list[dict[str, Any]]
BASIS = {"basis": "illustrative"}
MODELS = (
    # id, names, city pays clearance, city pays works, who clears, who bears the risks
    ("city_first", "Thành phố làm trước", "City first", 1, 1, "city", "city"),
    ("land_readjustment", "Góp đất", "Land readjustment", 1, 1, "owners", "owners"),
    ("developer_led", "Chủ đầu tư làm", "Developer-led", 0, 0, "developer", "developer"),
)


def model_rows() -> Rows:
    """The record table ``delivery_model``."""
    return [
        {
            "delivery_model": name, "name_vi": vi, "name_en": en, "city_clearance_share": clears,
            "city_works_share": builds, "clearance_cost_ratio_low": 1, "clearance_cost_ratio_mid": 1,
            "clearance_cost_ratio_high": 1, "clearance_front_share": 0.5, "works_front_share": 0.5, "clearance_by": by,
            "land_return_share": 0, "tender_receipts_share": 1, "land_rent_share": 0, "rent_free_years": 0,
            "clearance_risk": risk, "works_risk": risk, "market_risk": risk, "source_ids": "s1", "as_of": "2025",
            "confidence": "low", **BASIS,
        }
        for name, vi, en, clears, builds, by, risk in MODELS
    ]  # fmt: skip


def simulation_rows(years: Sequence[int], *, spent: float = 100.0) -> Rows:
    """Every quantity grows by its number of years; the promise is ten below the mean."""
    made = []
    for quantity, step in (
        ("closing_ha", 8.0), ("shortage_ha", 5.0), ("delivered_ha", 3.0), ("demand_ha", 4.0), ("spent_bn_vnd", spent),
        ("received_bn_vnd", spent / 2), ("cash_bn_vnd", 1000.0), ("debt_bn_vnd", spent / 10),
    ):  # fmt: skip
        for place, year in enumerate(years):
            mean = step * place
            made.append({
                "year": year, "quantity": quantity, "p10": 0.5 * mean, "p50": mean, "p90": 2 * mean, "expected": mean,
                "promised": mean - 10, "difference": 10.0, "unit": "ha" if quantity.endswith("_ha") else "bn_vnd",
                **BASIS,
            })  # fmt: skip
    return made


def ready_rows(projects: Sequence[str], years: Sequence[int]) -> Rows:
    """Readiness that comes evenly over the years."""
    return [
        {"project_id": project, "year": year, "ready_share": (place + 1) / len(years), "delivered_ha": 2.0, **BASIS}
        for project in projects for place, year in enumerate(years)
    ]  # fmt: skip


def park_rows(projects: Sequence[tuple[str, str]]) -> Rows:
    """Table ``delivery_park``: the first project pays, the others do not and have no cost at which they would."""
    made = []
    for place, (project, name) in enumerate(projects):
        for model, gain in (("city_first", 40.0 if place == 0 else -900.0), ("developer_led", 0.0)):
            first = model == "city_first"
            made.append({
                "project_id": project, "delivery_model": model, "name_vi": name, "name_en": f"{name} (en)",
                "ready_p10": date(2031, 1, 1), "ready_p50": date(2034, 1, 1), "ready_p90": date(2042, 1, 1),
                "years_gained_p10": 4.0 * first, "years_gained_p50": 11.0 * first, "years_gained_p90": 20.0 * first,
                "lettable_ha": 100.0, "net_cost_p10_bn_vnd": 800.0, "net_cost_p50_bn_vnd": 1000.0,
                "net_cost_p90_bn_vnd": 1300.0, "net_cost_bn_vnd": 1030.0, "time_value_bn_vnd": 50.0,
                "advantage_bn_vnd": gain, "pays_share": 0.62 if place == 0 and first else 0.03,
                "break_even_clearance_bn_vnd_per_ha": 65.0 if place == 0 and first else None,
                "break_even_rent_usd_per_m2": 190.0 if place == 0 and first else 410.0, **BASIS,
            })  # fmt: skip
    return made


def compare_rows(years: Sequence[int]) -> Rows:
    """Table ``delivery_compare``: four strategies; none of them has a mean first year short."""
    made = []
    for place, strategy in enumerate(("developer_led", "city_first", "city_first_everywhere", "chosen")):
        for year in years:
            land = 10.0 * (place + 1) * (year - years[0])
            spread = {"p10": land / 2, "p50": land, "p90": 2 * land, "expected": land}
            made.append({"strategy": strategy, "quantity": "ready_ha", "year": year, **spread, "unit": "ha", **BASIS})
        cost = 700.0 * place
        spread = {"p10": cost - 300, "p50": cost, "p90": cost + 500, "expected": cost + 20}
        last = {"strategy": strategy, "year": years[-1], **BASIS}
        made.append({**last, "quantity": "net_cost_bn_vnd", **spread, "unit": "bn_vnd"})
        made.append({**last, "quantity": "first_short_year", "p10": 2027, "p50": 2029, "unit": "year"})
    return made


def hangs_on_rows() -> Rows:
    """Table ``delivery_hangs_on``: rent turns the answer, the discount rate does not."""
    return [
        {"input": "rent", "name_vi": "Giá thuê", "name_en": "Rent", "low": 120, "high": 260, "unit": "usd_per_m2_term",
         "advantage_low_bn_vnd": -2000, "advantage_high_bn_vnd": 300, "advantage_mid_bn_vnd": -860,
         "turns": "yes", **BASIS},
        {"input": "discount", "name_vi": "Lãi chiết khấu", "name_en": "Discount rate", "low": 0.03, "high": 0.1,
         "unit": "share", "advantage_low_bn_vnd": -700, "advantage_high_bn_vnd": -1100, "advantage_mid_bn_vnd": -860,
         "turns": "no", **BASIS},
    ]  # fmt: skip


def worth_tables(projects: Sequence[tuple[str, str]], years: Sequence[int]) -> dict[str, Rows]:
    """Tables ``marginal_money``, ``delay_cost`` and ``regret``."""
    names = {"all": "Mọi dự án", **dict(projects)}
    return {
        "marginal_money": [
            {"year": year, "fund_source": "budget", "more_bn_vnd": 500, "hectare_years_per_bn_vnd": 0.08 / (place + 1),
             "sooner_hectare_years_per_bn_vnd": 0.01, "hectares_per_bn_vnd": 0.004, "shortage_less_per_bn_vnd": 0.002,
             **BASIS} for place, year in enumerate(years)
        ],
        "delay_cost": [
            {"project_id": one, "name_vi": name, "name_en": f"{name} (en)", "hectare_years_lost": 90,
             "shortage_more_ha": 4, "cost_more_bn_vnd": 70, "tax_lost_bn_vnd": 55, **BASIS}
            for one, name in names.items()
        ],
        "regret": [
            {"programme": programme, "scenario": scenario, "programme_vi": vi, "programme_en": f"{vi} (en)",
             "scenario_vi": said, "scenario_en": f"{said} (en)", "shortage_ha": 20, "net_cost_bn_vnd": 500,
             "burden_bn_vnd": 900 + regret, "regret_bn_vnd": regret, "least_of_worst": least, **BASIS}
            for programme, vi, least, regrets in (
                ("chosen", "Chương trình đã chọn", "yes", (0, 150)), ("all_city", "Làm mọi khu", "no", (700, 0)),
            )
            for (scenario, said), regret in zip(
                (("base", "Cơ sở"), ("costs_high", "Chi phí cao")), regrets, strict=True
            )
        ],
    }  # fmt: skip
