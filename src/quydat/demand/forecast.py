"""The forecast of the whole city: each method beside the others, what is added and taken, and their pool."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.uniforms import Uniforms
from quydat.demand.chunk import COMPONENTS
from quydat.demand.known import Today
from quydat.demand.labour import floor_per_job
from quydat.demand.model import Model, build_model
from quydat.demand.take_up import READINGS
from quydat.dictionary.cells import Names, TableWriter
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import choice_label, tables
from quydat.inventory.evidence import Evidence, Parameters, parameter_inputs

QUANTILES = ("p10", "p50", "p90")
COMBINED = "combined"
PART = 5_000
"""Draws worked out at once: small enough for the cache, large enough for the machine."""
_OF_SECTORS = ("jobs_share", "output_mid", "productivity_mid", "floor_mid")
_ROUND_YEARS = (2030, 2035, 2040, 2045, 2050)
_SHARED = ("demand.vacancy_share", "demand.neighbour_rent_gap_growth_share", "demand.neighbour_rent_elasticity",
           "demand.neighbour_supply_growth_share", "demand.neighbour_supply_elasticity", "demand.replacement_share",
           "demand.movers_count", "demand.movers_share", "demand.movers_land_m2")  # fmt: skip
_GROWN = ("demand.output_growth_share", "demand.cycle_sd_share", "demand.reuse_share", "demand.densification_share",
          "demand.churn_share", "demand.void_years")  # fmt: skip
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "take_up": ("demand.take_up_growth_share",),
    "labour": ("demand.productivity_growth_share", "demand.plot_ratio_new", *_GROWN),
    "output": ("demand.land_productivity_growth_share", *_GROWN),
    "stated": ("demand.stated_realised_share", "demand.densification_share"),
}


def milestones(years: Iterable[int]) -> list[int]:
    """Years for which totals are published: 2030, 2035 … where they lie in the plan, and its last year."""
    years = list(years)
    return [year for year in years if year in _ROUND_YEARS or year == years[-1]]


@dataclass(frozen=True)
class City:
    """Demand of the whole city in every draw.

    Attributes
    ----------
    by_method
        Method (or ``combined``) → draws × years of land wanted, in hectares.
    floor_per_ha
        Draws: square metres of floor on a hectare of new plots.
    components
        Draws × years × components.
    """

    by_method: Mapping[str, Draws]
    floor_per_ha: Draws
    components: Draws


@dataclass(frozen=True)
class Demand:
    """What demand says to the later steps.

    Attributes
    ----------
    tables
        ``demand``, ``demand_build_up`` and ``driver``.
    shares
        Share of each year of the account that lies after its opening.
    model
        The model of the scenario over the study's streams.
    today
        What it was made from, for other scenarios.
    city
        The whole city, each method.
    inputs
        What the figures of each method rest on.
    """

    tables: Mapping[str, pd.DataFrame]
    shares: Mapping[int, float]
    model: Model
    today: Today
    city: City
    inputs: Mapping[str, list[Input]]


def forecast(
    today: Today,
    *,
    evidence: Evidence,
    parameters: Parameters,
    uniforms: Uniforms,
    ledger: Ledger,
    place: str,
    surveyed: Mapping[str, Sequence[Input]] | None = None,
) -> Demand:
    """Land and floor wanted each year by each method and by their pool.

    Parameters
    ----------
    surveyed
        What a method takes from the survey: rows by method.

    Raises
    ------
    Problems
        As ``build_model``.
    """
    floor_per_job(ledger)
    model = build_model(today, parameters, uniforms)
    city = city_demand(model)
    inputs = _drawn(model, _inputs(model, evidence, ledger, surveyed or {}), ledger)
    made = {
        "demand": _table(place, today.shares, city, inputs, ledger),
        "demand_build_up": _build_up(city, model, today.shares, _basis(inputs[COMBINED])),
        "driver": _drivers(model, _basis(inputs["labour"])),
    }
    _totals(city, today.shares, inputs, ledger)
    return Demand(made, today.shares, model, today, city, inputs)


def city_demand(model: Model) -> City:
    """Demand of the whole city in all draws, worked out part by part."""
    made = [model.wanted(slice(low, min(low + PART, model.draws))) for low in range(0, model.draws, PART)]
    by_method = np.concatenate([one.by_method for one in made])
    components = np.concatenate([one.components for one in made])
    named = {name: by_method[:, :, place] for place, name in enumerate(model.methods)}
    named[COMBINED] = components[:, :, COMPONENTS.index("total")]
    return City(named, np.concatenate([one.floor_per_ha for one in made]), components)


def _basis(inputs: Iterable[Input]) -> Basis:
    return weakest(item.basis for item in inputs)


def _inputs(
    model: Model, evidence: Evidence, ledger: Ledger, surveyed: Mapping[str, Sequence[Input]]
) -> dict[str, list[Input]]:
    listed = evidence.record["sector"]["sector_id"]
    table = [evidence.cell("sector", str(one), part) for one in listed for part in _OF_SECTORS]
    own = {
        "take_up": [ledger.input(f"demand.take_up.{name}") for name in READINGS],
        "labour": [ledger.input("demand.floor_m2_per_job"), ledger.input("parameters.demand.jobs"), *table],
        "output": [ledger.input("land.let"), *table],
        "stated": [],
    }
    made = {
        method: [*own[method], *surveyed.get(method, ()), *parameter_inputs(ledger, *_RESTS_ON[method], *_SHARED)]
        for method in model.methods
    }
    weights = parameter_inputs(ledger, *(f"demand.weight_{method}" for method in model.methods))
    joined = {item.ref: item for rests in [*made.values(), weights] for item in rests}
    return {**made, COMBINED: list(joined.values())}


def _drawn(model: Model, rests: Mapping[str, list[Input]], ledger: Ledger) -> dict[str, list[Input]]:
    """One figure for each method names all that it rests on, once: its cells name that figure."""
    made: dict[str, list[Input]] = {}
    for method, inputs in rests.items():
        said = tuple(choice_label("demand_method", method, lang) for lang in ("vi", "en"))
        label = (f"Số lần rút của nhu cầu, {said[0]}", f"Draws of demand, {said[1]}")
        figure = f"demand.draws.{method}"
        ledger.add(
            figure, model.draws, unit="count", label=label, definition=_FORMULAS[method], operation="rule",
            formula=_FORMULAS[method], inputs=inputs,
        )  # fmt: skip
        made[method] = [ledger.input(figure)]
    return made


_FORMULAS: Mapping[str, Names] = {
    "take_up": (
        "cho thuê một năm × (1 + tăng)^số năm, rồi thêm bớt",
        "yearly take-up × (1 + growth)^years, then additions",
    ),
    "labour": (
        "lao động thêm từng ngành × sàn cho một lao động ÷ hệ số sử dụng đất lô mới, rồi thêm bớt",
        "jobs added by sector × floor for a job ÷ plot ratio of new plots, then additions",
    ),
    "output": (
        "đất đã cho thuê từng ngành × (tăng sản lượng ÷ tăng sản lượng trên héc-ta − 1), rồi thêm bớt",
        "land let by sector × (growth of output ÷ growth of output for a hectare − 1), then additions",
    ),
    "stated": ("đất mà cơ sở nói sẽ cần, rồi thêm bớt", "land that establishments say they will want, then additions"),
    COMBINED: (
        "mỗi lần rút nghe một phương pháp, theo trọng số",
        "in each draw one method speaks, as often as its weight says",
    ),
}  # fmt: skip


def _table(
    place: str, shares: Mapping[int, float], city: City, inputs: Mapping[str, list[Input]], ledger: Ledger
) -> pd.DataFrame:
    writer = TableWriter("demand", ledger=ledger)
    for quantity, unit in (("land_ha", "ha"), ("floor_m2", "m2")):
        for method, land in city.by_method.items():
            basis = _basis(inputs[method])
            made = land if quantity == "land_ha" else land * city.floor_per_ha[:, None]
            levels = np.quantile(made, [0.1, 0.5, 0.9], axis=0)
            for column, year in enumerate(shares):
                name = tuple(f"{choice_label('demand_method', method, lang)}, {year}" for lang in ("vi", "en"))
                row = writer.open(
                    (name[0], name[1]), year=year, place=place, sector="all", quantity=quantity, method=method,
                    basis=basis.value,
                )  # fmt: skip
                for quantile, value in zip(QUANTILES, levels[:, column], strict=True):
                    row.put(quantile, float(value), "simulated", inputs[method], formula=_FORMULAS[method], unit=unit)
    return writer.frame()


def _totals(city: City, shares: Mapping[int, float], inputs: Mapping[str, list[Input]], ledger: Ledger) -> None:
    """Land wanted to the end of each milestone: the pool as ``demand.total``, each method as ``demand.method``."""
    years = list(shares)
    for method, land in city.by_method.items():
        for year in milestones(shares):
            total = land[:, : years.index(year) + 1].sum(axis=1)
            known = [*zip(QUANTILES, quantiles(total), strict=True), ("expected", float(total.mean()))]
            for quantile, value in known:
                tail = ("kỳ vọng", "expected") if quantile == "expected" else (quantile.upper(), quantile.upper())
                vi, en = f"Đất cần thêm đến hết {year}", f"Land wanted to the end of {year}"
                stem = f"demand.total.{year}"
                if method != COMBINED:
                    stem = f"demand.method.{method}.{year}"
                    vi += f", {choice_label('demand_method', method, 'vi')}"
                    en += f", {choice_label('demand_method', method, 'en')}"
                label = (f"{vi} ({tail[0]})", f"{en} ({tail[1]})")
                ledger.add(
                    f"{stem}.{quantile}", value, unit="ha", label=label, definition=label, operation="simulated",
                    formula=_FORMULAS[method], inputs=inputs[method],
                )  # fmt: skip


def _build_up(city: City, model: Model, shares: Mapping[int, float], basis: Basis) -> pd.DataFrame:
    """What the pool is made of, added up to each milestone."""
    years = list(shares)
    rows = []
    for year in milestones(shares):
        summed = city.components[:, : years.index(year) + 1, :].sum(axis=1)
        for place, component in enumerate(COMPONENTS):
            p10, p50, p90 = quantiles(summed[:, place])
            rows.append(
                (year, component, p10, p50, p90, float(summed[:, place].mean()), component in model.stated, basis.value)
            )
    return _frame("demand_build_up", rows)


def _drivers(model: Model, basis: Basis) -> pd.DataFrame:
    """Growth of output, productivity and jobs that the model used: of all sectors each year, of each at milestones."""
    rows = []
    told = set(milestones(model.years))
    for sector in ("all", *(one for one in model.sectors if one != "all")):
        columns = [place for place, year in enumerate(model.years) if sector == "all" or year in told]
        for indicator in ("output", "productivity", "jobs"):
            from_series = bool(model.from_series) if indicator == "jobs" else indicator in model.from_series
            levels = np.quantile(model.growth(indicator, sector)[:, columns], [0.1, 0.5, 0.9], axis=0)
            rows += [
                (model.years[column], sector, indicator, "series" if from_series else "stated", *level, basis.value)
                for column, level in zip(columns, levels.T.tolist(), strict=True)
            ]
    return _frame("driver", rows)


def _frame(name: str, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    definition = tables()[name]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(definition.columns)
    return pd.DataFrame(
        {a.name: pd.Series(list(values), dtype=dtype_of(a)) for a, values in zip(definition, columns, strict=True)},
        columns=definition.columns,
    )
