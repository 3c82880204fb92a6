"""Back-test: what each way of forecasting would have said five and ten years ago, against what came."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.demand.forecasters import (
    LEAST_LEVELS,
    Refused,
    Said,
    as_before,
    chain,
    land_by_driver,
    lettings_before,
    stated_range,
    time_series,
)
from quydat.demand.score import LEAST_PERIODS, NOMINAL_SHARE, coverage_interval, crps, verdict
from quydat.demand.series import Series, said
from quydat.demand.shocks import SHOCK_YEARS
from quydat.dictionary.cells import Names
from quydat.dictionary.read import framed
from quydat.dictionary.schema import choice_label, tables

ORIGIN_YEARS = (10, 5)
"""Years before the last period from which, and up to which, an origin lies each year."""

LAND = "land_let"
DRIVERS = {"labour": "jobs", "output": "output"}
"""Methods of the forecast that rest on a driver, and the driver."""

_EVERY: dict[str, Callable[[Series, int], Said]] = {
    "as_before": as_before, "time_series": time_series, "stated_range": stated_range,
}  # fmt: skip


@dataclass(frozen=True)
class _Tried:
    """A way of forecasting on a series: its cells, or why there are none."""

    series_id: str
    indicator: str
    forecaster: str
    basis: Basis
    cells: tuple[dict[str, Any], ...]
    refused: Names | None = None
    notes: tuple[Names, ...] = ()


def back_test(series: Sequence[Series]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``back_test`` and ``back_test_summary`` of all series in the record.

    Origins lie at every year from ten to five years before the last period that has four yearly levels at or before it;
    a series too short for any of them is tried from the later years that have, and says so. Each origin forecasts the
    same season of every year after it. Nothing after an origin is known to a forecast but the neighbour that filled a
    gap.

    >>> growth = np.array([7.2, 7.3, 7.9, 8.0, 7.3, -4.4, -14.3, 13.0, 4.4, 7.3])
    >>> index = Series("index", "output", "hcmc", "all", "growth", "%", "A", 2015, growth)
    >>> cells, summary = back_test([index])
    >>> cells.loc[17, ["forecaster", "origin", "period"]].tolist()
    ['as_before', '2019', '2024']
    >>> [round(float(cells.loc[17, name]), 2) for name in ("p10", "p90", "actual")]
    [7.17, 7.91, 0.73]
    >>> summary["verdict"].iloc[0]
    'too_narrow'
    """
    tried = [_try(one, name, one.basis, way) for one in series for name, way in _EVERY.items()]
    lands = [one for one in series if one.indicator == LAND]
    for land in lands:
        tried.append(_try(land, "take_up", land.basis, lettings_before))
        tried += [_by_driver(land, method, series) for method in DRIVERS]
    places = {one.place for one in series if one.indicator in DRIVERS.values()} - {one.place for one in lands}
    for place in sorted(places):
        basis = weakest(one.basis for one in series if one.place == place)
        why = said("back_test.no_land_let", place=place)
        tried += [_Tried(f"{LAND}.{place}", LAND, name, basis, (), why) for name in ("take_up", *DRIVERS)]
    cells = [cell for one in tried for cell in one.cells]
    scores = {(c["series_id"], c["origin"], c["period"]): c["crps"] for c in cells if c["forecaster"] == "as_before"}
    return in_key_order("back_test", cells), in_key_order("back_test_summary", [_summary(one, scores) for one in tried])


def origins(series: Series) -> tuple[list[int], bool]:
    """Numbers of the periods that forecasts start from, in order; and whether they are five to ten years back."""
    first, last = ORIGIN_YEARS
    back = {ago: series.last - ago * series.per_year for ago in range(first, 0, -1)}
    possible = {
        ago: start for ago, start in back.items()
        if start >= series.first and len(chain(series.until(start))) >= LEAST_LEVELS
    }  # fmt: skip
    whole = [start for ago, start in possible.items() if ago >= last]
    return whole or list(possible.values()), bool(whole)


def _try(series: Series, forecaster: str, basis: Basis, way: Callable[[Series, int], Said]) -> _Tried:
    starts, whole = origins(series)
    own = (series.series_id, series.indicator, forecaster, basis)
    if not starts:
        return _Tried(*own, (), _short(series))
    cells: list[dict[str, Any]] = []
    refused = None
    for start in starts:
        ahead = (series.last - start) // series.per_year
        made = way(series.until(start), ahead)
        if isinstance(made, Refused):
            refused = said("back_test.at_origin", origin=series.name(start), why=made.reason)
            continue
        cells += [
            _cell(series, own, start, years, made[years - 1])
            for years in range(1, ahead + 1)
            if start + years * series.per_year not in series.mended
        ]
    if not cells:
        return _Tried(*own, (), refused or _short(series))
    notes = [] if whole else [said("back_test.late_origins", origin=series.name(starts[0]))]
    within = range(starts[0] + series.per_year, series.last + 1)
    if shocks := [str(year) for year in SHOCK_YEARS if any(one // series.per_year == year for one in within)]:
        notes.append(said("back_test.with_shock", years="; ".join(shocks)))
    return _Tried(*own, tuple(cells), None, tuple(notes))


def _short(series: Series) -> Names:
    periods = {"points": len(series.values), "first": series.name(series.first), "last": series.name(series.last)}
    return said("back_test.short", least=LEAST_LEVELS, **periods)


def _by_driver(land: Series, method: str, series: Iterable[Series]) -> _Tried:
    """A method that rests on a driver: the longest yearly series of the place, of the same sector if there is one."""
    indicator = DRIVERS[method]
    found = [
        one for one in series
        if one.indicator == indicator and one.place == land.place and one.sector in (land.sector, "all")
        and one.frequency == land.frequency == "A"
    ]  # fmt: skip
    if not found:
        names = choice_label("indicator", indicator, "vi"), choice_label("indicator", indicator, "en")
        why = said("back_test.no_driver", place=land.place, driver=names)
        return _Tried(land.series_id, LAND, method, land.basis, (), why)
    driver = min(found, key=lambda one: (one.sector != land.sector, -len(one.values), one.series_id))

    def way(known: Series, ahead: int) -> Said:
        if driver.last < known.last:
            return Refused(said("back_test.driver_ends", series=driver.series_id, period=driver.name(driver.last)))
        return land_by_driver(known, driver.until(known.last), ahead)

    return _try(land, method, weakest([land.basis, driver.basis]), way)


def _cell(
    series: Series, own: tuple[str, str, str, Basis], start: int, years: int, drawn: "np.ndarray[Any, Any]"
) -> dict[str, Any]:
    end = start + years * series.per_year
    if series.measure == "growth":
        levels = series.levels()
        actual = float(np.expm1((levels.at(end) - levels.at(start)) / years)) / series.scale
    else:
        actual = float(series.values[end - series.first])
    p10, p50, p90 = (float(value) for value in np.quantile(drawn, [0.1, 0.5, 0.9]))
    return {
        "series_id": own[0], "forecaster": own[2], "origin": series.name(start), "period": series.name(end),
        "years_ahead": float(years), "p10": p10, "p50": p50, "p90": p90, "actual": actual,
        "crps": crps(drawn, actual), "inside": p10 <= actual <= p90, "basis": own[3].value,
    }  # fmt: skip


def _summary(tried: _Tried, as_before_scores: dict[tuple[str, str, str], float]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "series_id": tried.series_id, "forecaster": tried.forecaster, "indicator": tried.indicator,
        "cells": len(tried.cells), "basis": tried.basis.value,
    }  # fmt: skip
    if tried.refused is not None:
        return row | {"verdict": "not_possible", "reason_vi": tried.refused[0], "reason_en": tried.refused[1]}
    score = float(np.mean([cell["crps"] for cell in tried.cells]))
    before = [as_before_scores.get((cell["series_id"], cell["origin"], cell["period"])) for cell in tried.cells]
    known = [value for value in before if value is not None]
    relative = score / float(np.mean(known)) if len(known) == len(before) and sum(known) > 0 else None
    inside = sum(bool(cell["inside"]) for cell in tried.cells)
    periods = sorted({cell["period"] for cell in tried.cells})
    share = inside / len(tried.cells)
    found = verdict(share, len(periods))
    low, high = (round(100 * end) for end in coverage_interval(share, len(periods)))
    facts = {
        "cells": len(tried.cells), "periods": len(periods), "inside": inside, "first": periods[0], "last": periods[-1],
        "low": low, "high": high, "least": LEAST_PERIODS,
    }  # fmt: skip
    sentence = "about_right.fewer" if found == "about_right" and share < NOMINAL_SHARE else found
    told = [said(f"back_test.{sentence}", **facts), *tried.notes]
    return row | {
        "crps_mean": score, "crps_relative": relative, "coverage_share": share, "verdict": found,
        "reason_vi": " ".join(vi for vi, _ in told), "reason_en": " ".join(en for _, en in told),
    }  # fmt: skip


def in_key_order(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a table of the dictionary, in the order of its key."""
    table = tables()[name]
    return framed(rows, table).sort_values(list(table.key), kind="stable", ignore_index=True)
