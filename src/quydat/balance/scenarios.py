"""Scenarios side by side: the same draws under each, so that what differs is the scenario and not chance."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from quydat.balance.ensemble import CityOutcome, Outcome, run_out_quantiles
from quydat.core.basis import Basis
from quydat.core.draws import Draws, quantiles
from quydat.core.problem import Place, Problems
from quydat.demand.forecast import QUANTILES, milestones
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import FILE, Settings

RUN_OUT = "run_out_year"


@dataclass(frozen=True)
class ScenarioOutcome:
    """The account of the whole city under one scenario.

    Attributes
    ----------
    years
        Years of the account.
    demand_ha, delivered_ha, closing_ha, gap_ha
        Draws × years. The draws of all scenarios use the same streams.
    run_out_year
        Draws: first year short of land; a year after the last for a draw that is never short.
    basis
        Weakest basis that it rests on.
    """

    years: tuple[int, ...]
    demand_ha: Draws
    delivered_ha: Draws
    closing_ha: Draws
    gap_ha: Draws
    run_out_year: Draws
    basis: Basis

    @classmethod
    def of(cls, outcome: Outcome | CityOutcome, basis: Basis) -> "ScenarioOutcome":
        """From the account in all draws."""
        city = outcome.city
        return cls(
            years=outcome.years,
            demand_ha=city["demand_ha"],
            delivered_ha=city["delivered_ha"],
            closing_ha=city["closing_ha"],
            gap_ha=city["gap_ha"],
            run_out_year=outcome.first_gap.astype(float),
            basis=basis,
        )

    def quantities(self) -> Iterator[tuple[str, int, Draws]]:
        """Each quantity of the dictionary's list ``scenario_quantity`` but the run-out year, at each milestone."""
        added = {"demand_total": self.demand_ha, "delivered_total": self.delivered_ha, "gap_total": self.gap_ha}
        for year in milestones(self.years):
            place = self.years.index(year)
            for name, yearly in added.items():
                yield name, year, yearly[:, : place + 1].sum(axis=1)
            yield "closing", year, self.closing_ha[:, place]

    def short_by(self, year: int) -> float:
        """Share of the draws that were short of land by the end of a year."""
        return float(np.mean(self.run_out_year <= year))


def of_scenario(name: str, under: Callable[[str], ScenarioOutcome]) -> ScenarioOutcome:
    """The account under a scenario; what it is refused for is said of that scenario, not of the study.

    Raises
    ------
    Problems
        As ``under``.
    """
    try:
        return under(name)
    except Problems as refused:
        found = []
        for one in refused.found:
            if one.place.file in ("", FILE):
                column = ".".join(filter(None, (f"scenarios.{name}", one.place.column)))
                one = replace(one, place=Place(FILE, column=column))
            found.append(one)
        raise Problems(found) from refused


def scenario_table(outcomes: Mapping[str, ScenarioOutcome], settings: Settings) -> pd.DataFrame:
    """Table ``scenario``: the scenarios in the order of ``study.toml``, each quantity at each milestone.

    Parameters
    ----------
    outcomes
        Accounts by the name of their scenario.
    settings
        The study, for order and names.
    """
    rows: list[dict[str, object]] = []
    for name in [one for one in settings.scenarios if one in outcomes]:
        scenario, own = settings.scenarios[name], outcomes[name]
        head = {"scenario": name, "name_vi": scenario.label_vi, "name_en": scenario.label_en, "basis": own.basis.value}
        for quantity, year, draws in own.quantities():
            short = own.short_by(year) if quantity == "gap_total" else None
            spread = dict(zip(QUANTILES, quantiles(draws), strict=True))
            rows.append(
                {**head, "quantity": quantity, "year": year, **spread, "expected": float(draws.mean()),
                 "share_short": short}
            )  # fmt: skip
        last = own.years[-1]
        years = dict(zip(QUANTILES, run_out_quantiles(own.run_out_year, last=last), strict=True))
        rows.append({**head, "quantity": RUN_OUT, "year": last, **years, "share_short": own.short_by(last)})
    return framed(rows, tables()["scenario"])


def differences(outcomes: Mapping[str, ScenarioOutcome], *, against: str) -> pd.DataFrame:
    """Each scenario less another, draw by draw: its spread is that of the difference, not that of two results.

    Parameters
    ----------
    outcomes
        Accounts by the name of their scenario, all over the same draws.
    against
        The scenario that the others are held against.

    Returns
    -------
    Columns ``scenario``, ``quantity``, ``year``, ``p10``, ``p50``, ``p90``, ``expected``; the run-out year has none,
    since a draw that is never short has no year.

    Raises
    ------
    KeyError
        If there is no such scenario.
    ValueError
        If the scenarios have not the same number of draws.
    """
    base = {(quantity, year): draws for quantity, year, draws in outcomes[against].quantities()}
    rows = []
    for name, own in outcomes.items():
        for quantity, year, draws in own.quantities() if name != against else ():
            less = base[quantity, year]
            if len(less) != len(draws):
                raise ValueError(f"{name} has {len(draws)} draws, {against} has {len(less)}")
            spread = dict(zip(QUANTILES, quantiles(draws - less), strict=True))
            expected = float((draws - less).mean())
            rows.append({"scenario": name, "quantity": quantity, "year": year, **spread, "expected": expected})
    return pd.DataFrame(rows, columns=["scenario", "quantity", "year", *QUANTILES, "expected"])
