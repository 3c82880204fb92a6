"""A run of a made-up city with the tables of demand, written as a run is, without the steps that would make them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import tables
from quydat.formats.parquet import write_parquet

CITY = "town"
_RANGE = {"p10": 10.0, "p50": 20.0, "p90": 40.0}


def rows_of(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A typed table; what a row does not say is unknown."""
    if not rows:
        return empty(tables()[name])
    made, problems = typed(pd.DataFrame(rows), tables()[name])
    assert problems == [], problems
    return made


def demand_tables() -> dict[str, pd.DataFrame]:
    """Two places, two sectors, two years, two scenarios, three inputs, two series."""
    cells = [
        {"year": year, "place": place, "land_class": "industrial", "sector": sector, "expected_ha": expected,
         "p10": expected / 2, "p50": expected, "p90": expected * 2, "basis": "illustrative"}
        for year, more in ((2030, 0.0), (2045, 100.0))
        for place, sector, expected in (
            (CITY, "all", 60.0 + more), ("north", "all", 20.0 + more), ("south", "all", 40.0 + more),
            (CITY, "food", 50.0 + more), (CITY, "cars", 10.0 + more),
            ("north", "food", 15.0 + more), ("north", "cars", 5.0 + more),
        )
    ]  # fmt: skip
    demand = [
        {"year": year, "place": CITY, "sector": "all", "quantity": quantity, "method": method, "basis": "assumed",
         **{level: value * factor for level, value in _RANGE.items()}}
        for year in (2030, 2045)
        for quantity, factor in (("land_ha", 1.0), ("floor_m2", 7000.0))
        for method in ("take_up", "labour", "combined")
    ]  # fmt: skip
    parts = [
        {"year": year, "component": component, "expected_ha": value, "p10": value, "p50": value, "p90": value,
         "stated": stated, "basis": "assumed"}
        for year in (2030, 2045)
        for component, value, stated in (("net_growth", 90.0, True), ("churn", 0.0, False), ("total", 90.0, True))
    ]  # fmt: skip
    scenarios = [
        {"scenario": name, "name_vi": vi, "name_en": en, "quantity": quantity, "year": year, "basis": "assumed",
         **{level: value * times for level, value in _RANGE.items()}, "expected": 25.0 * times,
         "share_short": 0.25 if quantity == "gap_total" else None}
        for name, vi, en, times in (("base", "Cơ sở", "Base", 1.0), ("high", "Cao", "High", 3.0))
        for quantity in ("demand_total", "delivered_total", "closing", "gap_total")
        for year in (2030, 2045)
    ] + [
        {"scenario": name, "name_vi": vi, "name_en": en, "quantity": "run_out_year", "year": 2045, "basis": "assumed",
         "p10": 2030, "p50": 2033, "share_short": 0.6}
        for name, vi, en in (("base", "Cơ sở", "Base"), ("high", "Cao", "High"))
    ]  # fmt: skip
    inputs = [
        {"output": output, "input": name, "name_vi": f"{name} vi", "name_en": f"{name} en", "informed_by": informed_by,
         "first_order_share": share, "total_order_share": share, "error_share": 0.03, "low": 100.0, "high": 200.0,
         "basis": "assumed"}
        for output in ("gap", "demand")
        for name, informed_by, share in (("a", "rent_survey", 0.1), ("b", "future", 0.6), ("c", "floor_survey", 0.3))
    ]  # fmt: skip
    surveys = [
        {"output": output, "informed_by": name, "first_order_share": share, "error_share": 0.03, "width_now": 1000.0,
         "width_then": 1000.0 * (1.0 - share) ** 0.5, "rank": rank, "basis": "assumed"}
        for output in ("gap", "demand")
        for name, share, rank in (("future", 0.64, 1), ("floor_survey", 0.19, 2), ("rent_survey", 0.02, 3))
    ]  # fmt: skip
    scores = [
        {"series_id": "iip", "forecaster": "time_series", "indicator": "output", "cells": 12, "crps_mean": 1.5,
         "crps_relative": 0.8, "coverage_share": 0.5, "verdict": "too_narrow", "reason_vi": "Sáu trong mười hai kỳ.",
         "reason_en": "Six of twelve periods.", "basis": "published"},
        {"series_id": "rents", "forecaster": "as_before", "indicator": "rent", "verdict": "not_possible",
         "reason_vi": "Chuỗi quá ngắn.", "reason_en": "The series is too short.", "basis": "published"},
    ]  # fmt: skip
    return {
        "demand_cell": rows_of("demand_cell", cells),
        "demand": rows_of("demand", demand),
        "demand_build_up": rows_of("demand_build_up", parts),
        "scenario": rows_of("scenario", scenarios),
        "sensitivity": rows_of("sensitivity", inputs),
        "sensitivity_survey": rows_of("sensitivity_survey", surveys),
        "back_test_summary": rows_of("back_test_summary", scores),
    }


def names_tables() -> dict[str, pd.DataFrame]:
    """The tables ``place`` and ``sector``, names only."""
    made = {}
    for name, key, labels in (
        ("place", "place_id", {"north": ("Bắc", "North"), "south": ("Nam", "South")}),
        ("sector", "sector_id", {"food": ("Thực phẩm", "Food"), "cars": ("Ô tô", "Cars")}),
    ):
        blank = empty(tables()[name]).reindex(range(len(labels)))
        values = {
            key: list(labels),
            "name_vi": [vi for vi, _ in labels.values()],
            "name_en": [en for _, en in labels.values()],
        }
        made[name] = blank.assign(**{column: pd.Series(own, dtype="str") for column, own in values.items()})
    return made


def write_run(
    folder: Path,
    results: Mapping[str, pd.DataFrame] | None = None,
    *,
    inputs: Mapping[str, pd.DataFrame] | None = None,
    solves: Mapping[str, Any] | None = None,
) -> Path:
    """Write the run into a new folder; ``results`` stand in place of those of ``demand_tables``."""
    made = {**demand_tables(), **(results or {})}
    for kind, own in (("tables", made), ("inputs", {**names_tables(), **(inputs or {})})):
        (folder / kind).mkdir(parents=True)
        for name, rows in own.items():
            write_parquet(folder / kind / f"{name}.parquet", rows, table=tables()[name])
    (folder / "figures.json").write_text('{"figures": []}', encoding="utf-8")
    study = {
        "study_id": CITY, "name_vi": "Phố", "name_en": "Town", "as_of": "2025-06-30", "start_year": 2025,
        "end_year": 2045, "price_year": 2025, "scenario": "base",
    }  # fmt: skip
    manifest = {
        "fingerprint": folder.name, "made_at": "2025-07-01T00:00:00+00:00", "study": study, "until": "balance",
        "complete": False, "place": CITY, "focus": [], "solves": dict(solves or {}),
    }  # fmt: skip
    manifest["files"] = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
