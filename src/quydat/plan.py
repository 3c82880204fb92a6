"""The one place that knows the order: tables flow from step to step through it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from quydat.balance.deliver import unblocked_draws
from quydat.balance.tables import Supply, write_account
from quydat.compliance.findings import Question, find
from quydat.core.draws import Draws
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner, Threads
from quydat.core.problem import problem, raise_if
from quydat.demand.forecast import Demand, forecast
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.cells import figure_id
from quydat.dictionary.read import empty
from quydat.dictionary.schema import survey_tables, tables
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence, Parameters, Record, resolve_parameters
from quydat.inventory.floor_figures import FLOOR_TABLES, weakest_basis, write_floor_space, write_quality
from quydat.inventory.lists import list_totals
from quydat.inventory.park import park_table
from quydat.inventory.stock import StockSettings, names_of, take_stock, with_days
from quydat.inventory.tabulate import headlines, land_by_state
from quydat.law import Pack, load_pack
from quydat.procedure.expect import expect
from quydat.procedure.hand_over import HandOver, ready_years, year_of
from quydat.procedure.land import write_land
from quydat.procedure.working_days import read_working_days
from quydat.programme.schedule import schedule

STEPS = ("inventory", "floor_space", "procedure", "demand", "balance", "programme", "compliance")
"""Steps in the order in which they run; each needs those before it."""

Progress = Callable[[str, float], None]
"""Told the name of a step and the seconds that it took, when it is done."""


@dataclass
class Results:
    """What a run has made: result tables by name, the ledger of figures, seconds for each step."""

    tables: dict[str, pd.DataFrame]
    ledger: Ledger
    seconds: dict[str, float] = field(default_factory=dict)


def plan(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None = None,
    until: str = STEPS[-1],
    survey: Record | None = None,
    law: Pack | None = None,
    runner: Runner | None = None,
    progress: Progress = lambda step, seconds: None,
) -> Results:
    """Run the steps over the tables of a record.

    Parameters
    ----------
    record
        Typed and checked tables of the record.
    settings, scenario
        A checked ``study.toml``, and the name of one of its scenarios.
    as_of
        Day of the picture, if another than the study's.
    until
        Last step to run; those before it run too.
    survey
        Survey tables of the record; those that are not given are empty.
    law
        The law pack; that of the shipped packs which the settings name, if it is not given.
    runner
        Who works on the draws; the threads of this machine, if it is not given. The results are the same.

    Raises
    ------
    Problems
        What keeps a step from an answer: missing facts, contradictions; QD312 if the day of the picture lies after
        the plan; what is wrong with the law pack.
    """
    check_step(until)
    day = as_of or settings.as_of
    if day >= date(settings.end_year, 12, 31):
        raise_if([problem("QD312", as_of=day, end=settings.end_year)])
    evidence, ledger = Evidence(record), Ledger(as_of=day)
    results = Results({}, ledger)
    parameters = resolve_parameters(settings.parameters_of(scenario), evidence=evidence, ledger=ledger)
    brought = {**{t.name: empty_bulk(t) for t in survey_tables()}, **(survey or {}), "park": record["park"]}
    pack = load_pack(settings.law) if law is None else law
    run = _Run(evidence, settings, parameters, ledger, day, results.tables, brought, pack, runner or Threads())
    for step in STEPS[: STEPS.index(until) + 1]:
        begun = time.perf_counter()
        getattr(run, step)()
        results.seconds[step] = time.perf_counter() - begun
        progress(step, results.seconds[step])
    return results


def check_step(name: str) -> None:
    """Refuse what is no step (QD505)."""
    if name not in STEPS:
        raise_if([problem("QD505", step=name, known=", ".join(STEPS))])


class _Run:
    """The steps with what they hand to each other."""

    def __init__(
        self,
        evidence: Evidence,
        settings: Settings,
        parameters: Parameters,
        ledger: Ledger,
        as_of: date,
        tables: dict[str, pd.DataFrame],
        survey: Record,
        law: Pack,
        runner: Runner,
    ) -> None:
        self.survey, self.law, self.runner = survey, law, runner
        self.evidence, self.settings, self.parameters, self.ledger = evidence, settings, parameters, ledger
        self.as_of, self.tables = as_of, tables
        self.drawn = {"draws": settings.draws, "seed": settings.seed}
        # The account opens on the day of the picture, so no year between that day and the plan's first may be left out
        self.years = range(min(settings.start_year, as_of.year), settings.end_year + 1)

    def inventory(self) -> None:
        parks = park_table(self.evidence, parameters=self.parameters, ledger=self.ledger)
        headlines(parks, ledger=self.ledger)
        self.tables["parks"] = parks
        self.tables["land_by_state"] = land_by_state(parks, ledger=self.ledger)
        self.tables["list_totals"] = list_totals(self.evidence, ledger=self.ledger)

    def floor_space(self) -> None:
        if self.survey["observation"].empty:
            # Without a survey nothing is known: no total of 0 establishments is told.
            self.tables |= {name: empty(tables()[name]) for name in FLOOR_TABLES}
            return
        stock = take_stock(self.survey, as_of=self.as_of, settings=StockSettings.of(self.parameters))
        made, names = with_days(stock.establishments), names_of(self.survey)
        self.tables["establishment"] = made
        self.tables["floor_cell"] = stock.floor_cell.assign(basis=weakest_basis(made).value)
        self.tables["floor_space"] = write_floor_space(stock.floor_space, made, names=names, ledger=self.ledger)
        self.tables["survey_quality"] = write_quality(stock.quality, made, names=names["unit"], ledger=self.ledger)

    def procedure(self) -> None:
        self.expectation = expect(
            self.evidence,
            parks=self.tables["parks"],
            parameters=self.parameters,
            ledger=self.ledger,
            as_of=self.as_of,
            calendar=read_working_days(self.law.tables.tables["working_day_change"]),
            **self.drawn,
        )
        self.tables |= self.expectation.tables
        self.tables |= write_land(
            self.expectation, years=self.years, parameters=self.parameters, ledger=self.ledger, as_of=self.as_of
        )

    def demand(self) -> None:
        self.wanted: Demand = forecast(
            self.evidence,
            parameters=self.parameters,
            ledger=self.ledger,
            place=self.settings.place,
            years=self.years,
            as_of=self.as_of,
            **self.drawn,
        )
        self.tables["demand"] = self.wanted.table

    def balance(self) -> None:
        rows = self.tables["procedure"]
        ready = {
            park: (figure_id("procedure", [park], "ready_p50"), year_of(day))
            for park, day in zip(rows["park_id"], rows["ready_p50"], strict=True)
        }
        supply = Supply("pipeline", "balance", "land", ready, self._delivered(self.expectation.ready_days))
        self._account(supply)

    def programme(self) -> None:
        made = schedule(
            self.evidence,
            parks=self.tables["parks"],
            expectation=self.expectation,
            parameters=self.parameters,
            ledger=self.ledger,
            years=self.years,
            price_year=self.settings.price_year,
            as_of=self.as_of,
            **self.drawn,
        )
        self.tables["programme"], self.tables["spending"] = made.programme, made.spending
        supply = Supply("programme", "balance_programme", "programme", made.ready, self._delivered(made.ready_days))
        self._account(supply)

    def compliance(self) -> None:
        names = (self.settings.name_vi, self.settings.name_en)
        listed = self.settings.conversion_list or ""
        question = Question(self.law, self.as_of, listed, (self.settings.place, names))
        self.tables |= find(self.evidence, question=question, tables=self.tables, ledger=self.ledger)

    def _account(self, supply: Supply) -> None:
        table, deliveries = write_account(
            supply,
            place=self.settings.place,
            demand=self.wanted,
            parameters=self.parameters,
            ledger=self.ledger,
        )
        self.tables[supply.table] = table
        before = [self.tables["deliveries"]] if "deliveries" in self.tables else []
        self.tables["deliveries"] = pd.concat([*before, deliveries], ignore_index=True)

    def _delivered(self, ready_days: Mapping[str, Draws]) -> Draws:
        """Land delivered in each draw and year: parks from the year they are ready, and blocked land."""
        years = list(self.wanted.shares)
        hand_over = HandOver.of(self.parameters)
        areas = self.tables["parks"].set_index("park_id")["future_lettable_ha"]
        blocked = self.ledger["land.vacant_blocked"].value
        assert isinstance(blocked, float)
        total = unblocked_draws(blocked, self.parameters, shares=self.wanted.shares, **self.drawn)
        for park, days in sorted(ready_days.items()):  # the order of the parks must not change the last digits
            if not np.isnan(areas[park]):
                first = ready_years(days, as_of=self.as_of)
                total = total + hand_over.draws(first, float(areas[park]), years=years)
        return total
