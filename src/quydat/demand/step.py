"""The step ``demand``: from series, survey and parameters to land wanted, in the order of the method page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Range
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.selection import Selection
from quydat.core.uniforms import Uniforms
from quydat.demand.back_test import back_test
from quydat.demand.density_table import density_table
from quydat.demand.forecast import Demand, forecast
from quydat.demand.known import GrowthPath, Needs
from quydat.demand.series_check import SeriesOfRecord, check_series
from quydat.demand.stated import REALISED, StatedNeeds, stated_needs
from quydat.demand.today import read_today
from quydat.demand.where_figures import write_where
from quydat.inventory.evidence import Evidence, Parameters

DRIVERS = ("output", "productivity")
"""Drivers whose growth a series may give."""


@dataclass(frozen=True)
class Made:
    """What the step hands on.

    Attributes
    ----------
    demand
        The forecast with its model.
    tables
        All tables of the step by name.
    bases
        Weakest basis of ``sector`` and ``series``.
    notes
        What was mended, for the manifest of a run.
    """

    demand: Demand
    tables: Mapping[str, pd.DataFrame]
    bases: Mapping[str, Basis]
    notes: Mapping[str, str]


def demand_step(
    evidence: Evidence,
    *,
    parks: pd.DataFrame,
    establishments: pd.DataFrame,
    parameters: Parameters,
    base: Mapping[str, Range] | None = None,
    uniforms: Uniforms,
    ledger: Ledger,
    place: str,
    shares: Mapping[int, float],
    as_of: date,
) -> Made:
    """Drivers, density, methods, additions, where: one after the other.

    Parameters
    ----------
    parks, establishments
        Tables of the inventory; establishments may be empty.
    base
        Growth that the study states outside its scenarios, by parameter.
    uniforms
        Streams of the study.
    shares
        Share of each year of the account that lies after its opening.

    Raises
    ------
    Problems
        What is wrong with series, sectors, places or parameters; growth that explodes.
    """
    record = evidence.record
    series = check_series(record["series"])
    tried, scores = back_test(series.series)
    densities, density = density_table(establishments, evidence=evidence, parameters=parameters, ledger=ledger)
    today = read_today(
        evidence,
        parks=parks,
        ledger=ledger,
        place=place,
        shares=shares,
        as_of=as_of,
        paths=_paths(series, place),
        needs=_needs(establishments, record["sector"], as_of),
        floor=density if density.usable else None,
        base=base,
    )
    demand = forecast(
        today,
        evidence=evidence,
        parameters=parameters,
        uniforms=uniforms,
        ledger=ledger,
        place=place,
        surveyed=_surveyed(densities, today.needs(parameters), establishments),
    )
    chosen = demand.model.where.table(uniforms)
    write_where(demand.model.where, chosen, evidence=evidence, ledger=ledger)
    tables = {
        **demand.tables,
        "series_check": series.table,
        "back_test": tried,
        "back_test_summary": scores,
        "density": densities,
        "place_choice": chosen,
    }
    bases = {
        "sector": today.sectors.basis,
        "series": weakest(Basis(one) for one in record["series"]["basis"])
        if len(record["series"])
        else Basis.PUBLISHED,
    }
    return Made(demand, tables, bases, today.sectors.notes())


def _paths(series: SeriesOfRecord, place: str) -> dict[str, GrowthPath]:
    found = {driver: series.driver_of(driver, place=place, sector="all") for driver in DRIVERS}
    return {driver: model for driver, model in found.items() if model is not None}


def _needs(establishments: pd.DataFrame, sectors: pd.DataFrame, as_of: date) -> Callable[[Parameters], Needs | None]:
    """Stated needs that the city's forecast may use; none where the study does not say how much of them comes true."""

    @cache
    def under(plot_ratio: float, realised: Range) -> StatedNeeds | None:
        found = stated_needs(establishments, sectors, as_of=as_of, plot_ratio=plot_ratio, realised=realised)
        return found if found is not None and found.usable else None

    def needs(parameters: Parameters) -> Needs | None:
        if REALISED not in parameters or establishments.empty:
            return None
        return under(parameters.value("demand.plot_ratio_new"), parameters.range(REALISED))

    return needs


def _surveyed(densities: pd.DataFrame, needs: Needs | None, establishments: pd.DataFrame) -> dict[str, list[Input]]:
    """Rows of the survey that the methods rest on: densities that are used, and what establishments answered."""
    used = densities[densities["used"] & (densities["density_from"] == "survey")]
    made: dict[str, list[Input]] = {}
    for row in used.to_dict("records"):
        where = {name: str(row[name]) for name in ("density_from", "quantity", "sector", "size_class")}
        ref = Selection("density", where, "p50").ref
        made.setdefault("labour", []).append(Input("rows", ref, float(row["p50"]), "m2_per_job", Basis(row["basis"])))
    if needs is not None:
        for column in ("wanted_land_m2", "wanted_floor_m2"):
            known = establishments[establishments[column].notna()]
            if len(known):
                basis = weakest(Basis(one) for one in known["basis"])
                ref, total = Selection("establishment", {}, column).ref, float(known[column].sum())
                made.setdefault("stated", []).append(Input("rows", ref, total, "m2", basis))
    return made
