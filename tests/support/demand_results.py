"""Made-up results of demand and account for the report's tests: a small ensemble of its own, every row illustrative."""

# ruff: noqa: E501

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import tables

CITY = "hcmc"
TABLES = (
    "driver", "series_check", "back_test", "back_test_summary", "density", "demand_cell", "demand_build_up",
    "place_choice", "balance_place", "run_out", "promised_delivered", "sensitivity", "sensitivity_survey", "scenario",
)  # fmt: skip
PLACES = (
    # id, name, longitude, latitude, weight, ready land at the start
    ("cu-chi", "Củ Chi", 106.51, 11.00, 0.30, 90.0),
    ("binh-chanh", "Bình Chánh", 106.52, 10.76, 0.25, 80.0),
    ("nha-be", "Nhà Bè", 106.73, 10.66, 0.15, 60.0),
    ("thu-duc", "Thành phố Thủ Đức", 106.77, 10.84, 0.20, 40.0),
    ("quan-7", "Quận 7", 106.73, 10.74, 0.10, 20.0),
)
SECTORS = (
    ("food", "Thực phẩm, đồ uống", "Food and drink", 0.25),
    ("electronics", "Điện tử, máy tính", "Electronics and computers", 0.35),
    ("chemicals", "Hóa chất, cao su, nhựa", "Chemicals, rubber, plastics", 0.15),
    ("logistics", "Kho bãi, hậu cần", "Storage and logistics", 0.25),
)
ILL = {"basis": "illustrative"}
META = {**ILL, "source_ids": "s1", "confidence": "low", "as_of": "2025"}


def frame(name: str, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a typed table of the dictionary."""
    if not rows:
        return empty(tables()[name])
    made, problems = typed(pd.DataFrame(list(rows)), tables()[name])
    assert not problems, [p.message("en") for p in problems]
    return made


def no_results() -> dict[str, pd.DataFrame]:
    """All of the tables without a row: a study without sectors, places and series, or a run of an older release."""
    return {name: empty(tables()[name]) for name in TABLES}


@dataclass(frozen=True)
class Ensemble:
    """A small account in draws: arrays are draws × years × places unless said otherwise."""

    years: list[int]
    demand: Any
    delivered: Any
    opening: Any
    taken: Any
    moved: Any
    gap: Any
    closing: Any

    @staticmethod
    def of(start: int, end: int, *, growth: float = 0.03, draws: int = 400, seed: int = 5) -> "Ensemble":
        """Draw it and run the account: what finds no land moves, by half, to where there is some."""
        rng = np.random.default_rng(seed)
        years = list(range(start, end + 1))
        level = 34.0 * np.exp(rng.normal(0.0, 0.45, draws))
        rate = rng.normal(growth, 0.03, draws)
        city = level[:, None] * (1 + rate[:, None]) ** np.arange(len(years))[None, :]
        weights = np.array([p[4] for p in PLACES])
        share = rng.dirichlet(60 * weights, draws)
        demand = city[:, :, None] * share[:, None, :]
        delivered = np.zeros_like(demand)
        for place in range(len(PLACES)):
            first = rng.integers(3 + 2 * place, 14 + 2 * place, draws)
            for ahead in range(5):
                at = first + ahead
                inside = at < len(years)
                delivered[np.flatnonzero(inside), at[inside], place] = 40.0 * weights[place] * 5
        opening, taken, moved, gap, closing = (np.zeros_like(demand) for _ in range(5))
        stock = np.tile(np.array([p[5] for p in PLACES]), (draws, 1))
        for t in range(len(years)):
            opening[:, t] = stock
            available = stock + delivered[:, t]
            first_taken = np.minimum(demand[:, t], available)
            unmet, room = demand[:, t] - first_taken, available - first_taken
            amount = np.minimum(0.5 * unmet.sum(1), room.sum(1))
            into = room * (amount / np.maximum(room.sum(1), 1e-12))[:, None]
            out = unmet * (amount / np.maximum(unmet.sum(1), 1e-12))[:, None]
            taken[:, t] = first_taken + into
            moved[:, t] = into - out
            gap[:, t] = unmet - out
            stock = np.maximum(available - taken[:, t], 0.0)
            closing[:, t] = stock
        return Ensemble(years, demand, delivered, opening, taken, moved, gap, closing)


def quantiles(values: Any, *, names: Sequence[str] = ("p10", "p50", "p90")) -> dict[str, float]:
    """P10, P50 and P90 over the draws."""
    return {name: float(q) for name, q in zip(names, np.quantile(values, [0.1, 0.5, 0.9]), strict=True)}


def balance_rows(made: Ensemble) -> list[dict[str, Any]]:
    """The account of the city: means of the draws, then quantiles of each quantity."""
    parts = {
        "opening_ha": made.opening, "delivered_ha": made.delivered, "freed_ha": 0 * made.gap, "taken_up_ha": made.taken,
        "released_ha": 0 * made.gap, "closing_ha": made.closing, "demand_ha": made.demand, "gap_ha": made.gap,
    }  # fmt: skip
    city = {name: values.sum(2) for name, values in parts.items()}
    rows = []
    for quantile, at in (("expected", None), ("p10", 0.1), ("p50", 0.5), ("p90", 0.9)):
        for t, year in enumerate(made.years):
            key = {"place": CITY, "land_class": "industrial", "year": year, "quantile": quantile}
            rows.append(
                key | {n: float(v[:, t].mean() if at is None else np.quantile(v[:, t], at)) for n, v in city.items()}
            )
    return rows


def run_out_years(made: Ensemble) -> Any:
    """First year short of land in each draw; the year after the last where there is none."""
    short = made.gap.sum(2) > 1e-9
    return np.where(short.any(1), np.array(made.years)[short.argmax(1)], made.years[-1] + 1)


def demand_rows(made: Ensemble) -> list[dict[str, Any]]:
    """Land wanted by four methods and their mean."""
    city = made.demand.sum(2)
    methods = {"take_up": 0.6, "labour": 1.3, "output": 1.6, "stated": 0.8, "combined": 1.0}
    return [
        {"year": year, "place": CITY, "sector": "all", "quantity": "land_ha", "method": method,
         **quantiles(factor * city[:, t]), **ILL}
        for t, year in enumerate(made.years) for method, factor in methods.items()
    ]  # fmt: skip


def results(start: int = 2025, end: int = 2045) -> tuple[Ensemble, dict[str, pd.DataFrame]]:
    """The ensemble and all tables of demand and account that are made from it, or beside it."""
    made = Ensemble.of(start, end)
    rows: dict[str, list[dict[str, Any]]] = {
        "driver": _drivers(made), "series_check": _series(), "back_test": _tested()[0],
        "back_test_summary": _tested()[1], "density": _densities(), "demand_cell": _cells(made),
        "demand_build_up": _build_up(made), "place_choice": _choice(made), "balance_place": _by_place(made),
        "run_out": _run_out(made), "promised_delivered": _promised(made), **_sensitivity(), "scenario": _scenarios(made),
    }  # fmt: skip
    return made, {name: frame(name, rows[name]) for name in TABLES}


def place_record() -> pd.DataFrame:
    """The record's table of places."""
    return frame(
        "place",
        [
            {"place_id": p[0], "name_vi": p[1], "name_en": f"{p[1]} (en)", "districts": p[1], "longitude": p[2],
             "latitude": p[3], **META} for p in PLACES
        ],
    )  # fmt: skip


def sector_record() -> pd.DataFrame:
    """The record's table of sectors."""
    flat = {f"{name}_{end}": 0.0 for name in ("output", "productivity") for end in ("low", "mid", "high")}
    ratio = {f"floor_{end}": 1.0 for end in ("low", "mid", "high")}
    return frame(
        "sector",
        [
            {"sector_id": s[0], "name_vi": s[1], "name_en": s[2], "jobs_share": s[3], **flat, **ratio, **META}
            for s in SECTORS
        ],
    )


def _drivers(made: Ensemble) -> list[dict[str, Any]]:
    ranges = {"output": (0.05, 0.08, 0.11), "productivity": (0.03, 0.05, 0.07), "jobs": (0.0, 0.03, 0.06)}
    origin = {"output": "series", "productivity": "stated", "jobs": "stated"}
    return [
        {"year": year, "sector": sector, "indicator": indicator, "driver_from": origin[indicator],
         "p10": low, "p50": mid, "p90": high, **ILL}
        for year in made.years for sector in ("all", *(s[0] for s in SECTORS))
        for indicator, (low, mid, high) in ranges.items()
    ]  # fmt: skip


_SERIES = (
    ("output-city", "output", "all", "fitted", "ETS(A,N,N)", "2020;2021"),
    ("jobs-city", "jobs", "all", "tested_only", None, "2021"),
    ("let-city", "land_let", "all", "not_used", None, None),
)


def _series() -> list[dict[str, Any]]:
    return [
        {"series_id": i, "indicator": indicator, "place": CITY, "sector": sector, "points": 14 - 3 * place,
         "first_period": "2010", "last_period": "2024", "series_use": use, "model": model, "shocks": shocks,
         "reason_vi": "Chuỗi đủ dài.", "reason_en": "The series is long enough.", **ILL}
        for place, (i, indicator, sector, use, model, shocks) in enumerate(_SERIES)
    ]  # fmt: skip


def _tested() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rng = np.random.default_rng(11)
    cells, scores = [], []
    for series, wide in (("output-city", 10.0), ("jobs-city", 3.0)):
        indicator = next(one[1] for one in _SERIES if one[0] == series)
        for forecaster, factor in (("as_before", 1.0), ("time_series", 1.3), ("stated_range", 0.8)):
            mine = []
            for origin in (2014, 2019):
                for ahead in range(1, 6):
                    middle, half = 100.0 + 4 * ahead, wide * factor * ahead**0.5
                    actual = middle + rng.normal(0.0, 7.0)
                    mine.append(
                        {"series_id": series, "forecaster": forecaster, "origin": str(origin),
                         "period": str(origin + ahead), "years_ahead": ahead, "p10": middle - half, "p50": middle,
                         "p90": middle + half, "actual": actual, "crps": abs(actual - middle) / 2,
                         "inside": "yes" if abs(actual - middle) <= half else "no", **ILL}
                    )  # fmt: skip
            cells += mine
            inside = sum(one["inside"] == "yes" for one in mine) / len(mine)
            verdict = "too_narrow" if inside < 0.6 else "about_right" if inside <= 0.9 else "too_wide"
            scores.append(
                {"series_id": series, "forecaster": forecaster, "indicator": indicator, "cells": len(mine),
                 "crps_mean": 3.0, "crps_relative": 0.9 * factor, "coverage_share": inside, "verdict": verdict,
                 "reason_vi": f"Thực tế nằm trong khoảng {inside:.0%} số kỳ.".replace("%", " %"),
                 "reason_en": f"The actual value lay within the range in {inside:.0%} of the periods.", **ILL}
            )  # fmt: skip
    scores.append(
        {"series_id": "let-city", "forecaster": "take_up", "indicator": "land_let", "cells": 0, "crps_mean": None,
         "crps_relative": None, "coverage_share": None, "verdict": "not_possible",
         "reason_vi": "Chuỗi chỉ có ba kỳ.", "reason_en": "The series has three periods only.", **ILL}
    )  # fmt: skip
    return cells, scores


def _densities() -> list[dict[str, Any]]:
    made = [
        {"density_from": "survey", "quantity": quantity, "sector": sector, "size_class": size, "rows": rows, "raw": 1.1 * mid,
         "p10": 0.8 * mid, "p50": mid, "p90": 1.3 * mid, "own_share": own, "used": "yes", **ILL}
        for quantity, mid in (("floor_per_worker_m2", 32.0), ("plot_ratio", 0.62))
        for sector, size, rows, own in (("all", "all", 240, 1.0), ("food", "all", 60, 0.7), ("food", "large", 4, 0.1))
    ]  # fmt: skip
    made.append(
        {"density_from": "comparable_city", "quantity": "plot_ratio", "sector": "seoul", "size_class": "all",
         "rows": None, "raw": None, "p10": None, "p50": 4.4, "p90": None, "own_share": None, "used": "no", **ILL}
    )  # fmt: skip
    return made


def _cells(made: Ensemble) -> list[dict[str, Any]]:
    rows = []
    for place, (place_id, *_) in enumerate(PLACES):
        for t, year in enumerate(made.years):
            values = made.demand[:, t, place]
            for sector, share in (("all", 1.0), *((s[0], s[3]) for s in SECTORS)):
                rows.append(
                    {"year": year, "place": place_id, "land_class": "industrial", "sector": sector,
                     **quantiles(share * values), "expected_ha": float(share * values.mean()),
                     "floor_expected_m2": float(share * values.mean() * 7000), **ILL}
                )  # fmt: skip
    return rows


def _build_up(made: Ensemble) -> list[dict[str, Any]]:
    total = made.demand.sum(2).cumsum(1)
    parts = {
        "net_growth": (0.80, "yes"), "densification": (-0.12, "yes"), "neighbours": (-0.10, "yes"), "churn": (0.06, "yes"),
        "vacancy": (0.08, "yes"), "replacement": (0.18, "yes"), "movers": (0.10, "yes"), "total": (1.0, "yes"),
    }  # fmt: skip
    rows = []
    for t, year in enumerate(made.years):
        for component, (share, stated) in parts.items():
            values = share * total[:, t]
            row = {"year": year, "component": component, "stated": stated, **quantiles(values)}
            rows.append(row | {"expected_ha": float(values.mean()), **ILL})
    return rows


def _choice(made: Ensemble) -> list[dict[str, Any]]:
    city = made.demand.sum((1, 2))
    return [
        {"place_id": p[0], "name_vi": p[1], "name_en": f"{p[1]} (en)", "let_ha": 100.0 * p[4], "capacity_ha": 260.0 * p[4],
         "port_km": 10.0 + 5 * place, "ring_road_km": 2.5, "labour": 300000.0, "rent_usd_per_m2": 150.0 + 20 * place,
         "utility": 0.1 * place, **quantiles(made.demand[:, :, place].sum(1) / city),
         "expected_share": float((made.demand[:, :, place].sum(1) / city).mean()), **ILL}
        for place, p in enumerate(PLACES)
    ]  # fmt: skip


def _by_place(made: Ensemble) -> list[dict[str, Any]]:
    rows = []
    for place, (place_id, *_) in enumerate(PLACES):
        for t, year in enumerate(made.years):
            at = (slice(None), t, place)
            rows.append(
                {"place": place_id, "land_class": "industrial", "year": year, "opening_ha": made.opening[at].mean(),
                 "delivered_ha": made.delivered[at].mean(), "freed_ha": 0.0, "taken_up_ha": made.taken[at].mean(),
                 "released_ha": 0.0, "closing_ha": made.closing[at].mean(), "demand_ha": made.demand[at].mean(),
                 "moved_ha": made.moved[at].mean(), "gap_ha": made.gap[at].mean(),
                 **quantiles(made.closing[at], names=("closing_p10_ha", "closing_p50_ha", "closing_p90_ha")),
                 **quantiles(made.gap[at], names=("gap_p10_ha", "gap_p50_ha", "gap_p90_ha")),
                 "short_share": float((made.gap[at] > 1e-9).mean()), **ILL}
            )  # fmt: skip
    return rows


def _run_out(made: Ensemble) -> list[dict[str, Any]]:
    first = run_out_years(made)
    return [
        {"place": CITY, "account": account, "year": year, "first_share": float((first + later == year).mean()),
         "by_share": float((first + later <= year).mean()), **ILL}
        for account, later in (("pipeline", 0), ("programme", 2)) for year in made.years
    ]  # fmt: skip


def _promised(made: Ensemble) -> list[dict[str, Any]]:
    ready = made.delivered.sum(2).cumsum(1)
    rows = []
    for t, year in enumerate(made.years):
        promised = 243.0 if year >= 2027 else 0.0
        mean = float(ready[:, t].mean())
        rows.append(
            {"year": year, "promised_ha": promised, "delivered_ha": 0.0 if year <= 2025 else None,
             **quantiles(ready[:, t]), "expected_ha": mean, "kept_share": mean / promised if promised else None, **ILL}
        )  # fmt: skip
    return rows


def _sensitivity() -> dict[str, list[dict[str, Any]]]:
    inputs = (
        ("output_growth", "Tăng sản lượng hằng năm", "Yearly growth of output", "sector_statistics", 0.31, 320, 1180),
        ("productivity_growth", "Tăng năng suất hằng năm", "Yearly growth of productivity", "sector_statistics", 0.19, 980, 400),
        ("method", "Trọng số của các phương pháp", "Weights of the methods", "method", 0.14, 430, 940),
        ("plot_ratio_new", "Hệ số sử dụng đất của lô mới", "Plot ratio of new plots", "floor_survey", 0.12, 900, 470),
        ("durations", "Thời gian thủ tục", "Durations of procedure", "case_register", 0.07, 520, 820),
        ("replacement", "Phần thay đất mất do chuyển đổi", "Part of converted land that is replaced", "policy", 0.04, 560, 790),
        ("rent", "Giá thuê so với lân cận", "Rent against neighbours", "rent_survey", 0.02, 640, 720),
    )  # fmt: skip
    rows, surveys = [], []
    for output in ("gap", "demand"):
        totals: dict[str, float] = {}
        for name, vi, en, by, share, low, high in inputs:
            rows.append(
                {"output": output, "input": name, "name_vi": vi, "name_en": en, "informed_by": by,
                 "first_order_share": share, "total_order_share": share + 0.03, "error_share": 0.02, "low": low,
                 "high": high, **ILL}
            )  # fmt: skip
            totals[by] = totals.get(by, 0.0) + share
        for rank, (by, share) in enumerate(sorted(totals.items(), key=lambda item: -item[1]), start=1):
            surveys.append(
                {"output": output, "informed_by": by, "first_order_share": share, "error_share": 0.03,
                 "width_now": 1450.0, "width_then": 1450.0 * (1 - share) ** 0.5, "rank": rank, **ILL}
            )  # fmt: skip
    return {"sensitivity": rows, "sensitivity_survey": surveys}


def _scenarios(made: Ensemble) -> list[dict[str, Any]]:
    rows = []
    for scenario, vi, en, growth in (
        ("as_now", "Như trước nay", "As until now", 0.03),
        ("low_growth", "Tăng trưởng thấp", "Low growth", -0.04),
        ("high_density", "Xây cao tầng hơn", "Higher density", 0.0),
    ):
        own = Ensemble.of(made.years[0], made.years[-1], growth=growth)
        gap = own.gap.sum(2).cumsum(1)
        years = run_out_years(own)
        names = {"scenario": scenario, "name_vi": vi, "name_en": en}
        for t, year in enumerate(own.years):
            if year % 5 and year != own.years[-1]:
                continue
            short = float((gap[:, t] > 1e-9).mean())
            for quantity, values in (
                ("demand_total", own.demand.sum(2).cumsum(1)[:, t]), ("delivered_total", own.delivered.sum(2).cumsum(1)[:, t]),
                ("closing", own.closing.sum(2)[:, t]), ("gap_total", gap[:, t]),
            ):  # fmt: skip
                row = {**names, "quantity": quantity, "year": year, **quantiles(values)}
                rows.append(row | {"expected": float(values.mean()), "share_short": short, **ILL})
            if year == own.years[-1]:
                found = np.quantile(years, [0.1, 0.5, 0.9], method="inverted_cdf")
                ends = {n: None if y > year else int(y) for n, y in zip(("p10", "p50", "p90"), found, strict=True)}
                rows.append({**names, "quantity": "run_out_year", "year": year, **ends, "share_short": short, **ILL})
    return rows
