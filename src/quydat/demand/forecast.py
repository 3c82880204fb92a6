"""The forecast: two methods over the same draws, and their mean, by year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from quydat.core.basis import weakest
from quydat.core.draws import Draws, quantiles, triangular
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.period import year_shares
from quydat.demand.labour import M2_PER_HA, floor_per_job, labour_floor
from quydat.demand.take_up import READINGS, take_up_land, take_up_readings
from quydat.dictionary.cells import Names, TableWriter
from quydat.dictionary.schema import choice_label
from quydat.inventory.evidence import Evidence, Parameters, parameter_inputs

_SHARED = ("demand.plot_ratio_new", "demand.vacancy_share")
_RESTS_ON = {
    "take_up": ("demand.take_up_growth_share", *_SHARED),
    "labour": ("demand.output_growth_share", "demand.productivity_growth_share", *_SHARED),
}
_ROUND_YEARS = (2030, 2035, 2040, 2045, 2050)


def milestones(years: Iterable[int]) -> list[int]:
    """Years for which totals are published: 2030, 2035 … where they lie in the plan, and its last year."""
    years = list(years)
    return [year for year in years if year in _ROUND_YEARS or year == years[-1]]


@dataclass(frozen=True)
class Demand:
    """What demand says to the later steps.

    Attributes
    ----------
    table
        Table ``demand``.
    shares
        Share of each year of the account that lies after its opening.
    land_ha
        Land wanted in each year: method → draws × years.
    """

    table: pd.DataFrame
    shares: Mapping[int, float]
    land_ha: Mapping[str, Draws]


def forecast(
    evidence: Evidence,
    *,
    parameters: Parameters,
    ledger: Ledger,
    place: str,
    years: range,
    as_of: date,
    draws: int,
    seed: int,
) -> Demand:
    """Land and floor wanted each year: by past take-up, by labour, and the mean of the two over each draw."""
    shares = year_shares(years, opening=as_of)
    ahead = np.array([year - as_of.year for year in shares], dtype=float)
    part = np.array(list(shares.values()))[None, :]
    yearly = take_up_readings(evidence, ledger=ledger, as_of=as_of)
    per_job = floor_per_job(ledger)
    ratio, free = (triangular(key, parameters.range(key), count=draws, seed=seed)[:, None] for key in _SHARED)
    let = take_up_land(yearly, parameters=parameters, years_ahead=ahead, draws=draws, seed=seed) * part
    floor = labour_floor(per_job, parameters=parameters, years_ahead=ahead, draws=draws, seed=seed) * part
    floors = {"take_up": let * M2_PER_HA * ratio, "labour": floor}
    lands = {"take_up": let / (1.0 - free), "labour": floor / M2_PER_HA / ratio / (1.0 - free)}
    for made in (floors, lands):
        made["combined"] = (made["take_up"] + made["labour"]) / 2.0
    inputs = _inputs(ledger)
    table = _table(place, shares, {"land_ha": lands, "floor_m2": floors}, inputs, ledger)
    _totals(lands["combined"], shares, inputs["combined"], ledger)
    return Demand(table, shares, lands)


def _inputs(ledger: Ledger) -> dict[str, list[Input]]:
    own = {
        "take_up": [ledger.input(f"demand.take_up.{name}") for name in READINGS],
        "labour": [ledger.input("demand.floor_m2_per_job"), ledger.input("parameters.demand.jobs")],
    }
    rests = {method: own[method] + parameter_inputs(ledger, *keys) for method, keys in _RESTS_ON.items()}
    joined = {item.ref: item for method in rests.values() for item in method}
    return {**rests, "combined": list(joined.values())}


_FORMULAS: dict[str, Names] = {
    "take_up": (
        "cho thuê một năm × (1 + tăng)^số năm ÷ (1 − trống cần thiết)",
        "yearly take-up × (1 + growth)^years ÷ (1 − frictional vacancy)",
    ),
    "labour": (
        "lao động thêm × sàn cho một lao động ÷ hệ số sử dụng đất lô mới ÷ (1 − trống cần thiết)",
        "jobs added × floor for a job ÷ plot ratio of new plots ÷ (1 − frictional vacancy)",
    ),
    "combined": ("trung bình của hai phương pháp, trên từng lần rút", "mean of the two methods, over each draw"),
}


def _table(
    place: str,
    shares: Mapping[int, float],
    made: Mapping[str, Mapping[str, Draws]],
    inputs: Mapping[str, list[Input]],
    ledger: Ledger,
) -> pd.DataFrame:
    writer = TableWriter("demand", ledger=ledger)
    for quantity, by_method in made.items():
        for method, ensemble in by_method.items():
            basis = weakest(item.basis for item in inputs[method])
            for column, year in enumerate(shares):
                name = (
                    f"{choice_label('demand_method', method, 'vi')}, {year}",
                    f"{choice_label('demand_method', method, 'en')}, {year}",
                )
                row = writer.open(
                    name, year=year, place=place, sector="all", quantity=quantity, method=method, basis=basis.value
                )
                for quantile, value in zip(("p10", "p50", "p90"), quantiles(ensemble[:, column]), strict=True):
                    unit = "ha" if quantity == "land_ha" else "m2"
                    row.put(quantile, value, "simulated", inputs[method], formula=_FORMULAS[method], unit=unit)
    return writer.frame()


def _totals(land: Draws, shares: Mapping[int, float], inputs: list[Input], ledger: Ledger) -> None:
    """Land wanted from the opening to each milestone, as a distribution."""
    years = list(shares)
    for year in milestones(shares):
        total = land[:, : years.index(year) + 1].sum(axis=1)
        for quantile, value in zip(("p10", "p50", "p90"), quantiles(total), strict=True):
            label = (
                f"Đất cần thêm đến hết {year} ({quantile.upper()})",
                f"Land wanted to the end of {year} ({quantile.upper()})",
            )
            ledger.add(
                f"demand.total.{year}.{quantile}", value, unit="ha", label=label, definition=label,
                operation="simulated", formula=_FORMULAS["combined"], inputs=inputs,
            )  # fmt: skip
