"""The one place that knows the order: tables flow from step to step through it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from quydat.balance.account import Supply, write_account
from quydat.balance.ensemble import Outcome, run_ensemble
from quydat.balance.figures import write_printed
from quydat.balance.outlook import Outlook, bases_of
from quydat.balance.scenarios import ScenarioOutcome, of_scenario, scenario_table
from quydat.balance.sensitivity import Effort, sensitivity, widths
from quydat.balance.supply import BLOCKED_SHARE, Pool, SupplyModel, supply_model
from quydat.balance.tables import balance_place, demand_cell, promised_delivered, promises, run_out
from quydat.balance.what_if import DRAWS, FirstUniforms, WhatIf
from quydat.compliance.findings import Question, find
from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, Range
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner, Threads
from quydat.core.period import year_shares
from quydat.core.problem import problem, raise_if
from quydat.core.uniforms import SeededUniforms
from quydat.demand.chunk import DemandModel
from quydat.demand.forecast import milestones
from quydat.demand.known import growth_key
from quydat.demand.step import DRIVERS, Made, demand_step
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.cells import figure_id
from quydat.dictionary.read import empty
from quydat.dictionary.schema import survey_tables, tables
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence, Parameters, Record, resolve_parameters
from quydat.inventory.floor_figures import FLOOR_TABLES, weakest_basis, write_floor_space, write_quality
from quydat.inventory.lists import list_totals
from quydat.inventory.park import park_table
from quydat.inventory.places import LAND_CLASSES, park_places
from quydat.inventory.stock import StockSettings, names_of, take_stock, with_days
from quydat.inventory.tabulate import headlines, land_by_state
from quydat.law import Pack, load_pack
from quydat.procedure.expect import Expectation, expect
from quydat.procedure.hand_over import HandOver, year_of
from quydat.procedure.land import write_land
from quydat.procedure.working_days import read_working_days
from quydat.programme.given import Given, Land, read_given
from quydat.programme.optimise.search import Step
from quydat.programme.step import Programme, programme
from quydat.programme.worth_scenarios import Scenario, with_demand
from quydat.programme.worth_step import DRAWS as WORTH_DRAWS
from quydat.programme.worth_step import worth

STEPS = (
    "inventory", "floor_space", "procedure", "demand", "balance", "sensitivity", "scenarios", "programme", "delivery",
    "compliance",
)  # fmt: skip
"""Steps in the order in which they run; each needs those before it."""

_OF_ACCOUNT = ("procedure", "demand", "balance")
"""Steps whose parameters change the account; a scenario that changes none of them has the account of the run."""

Progress = Callable[[str, float], None]
"""Told the name of a step and the seconds that it took, when it is done."""


@dataclass
class Results:
    """What a run has made: tables by name, the ledger of figures, seconds for each step, notes on how and on optima."""

    tables: dict[str, pd.DataFrame]
    ledger: Ledger
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    solves: dict[str, dict[str, Any]] = field(default_factory=dict)


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
    solving: Callable[[Step], None] = lambda step: None,
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
        Who works out the draws; the threads of this machine if it is not given. It changes no result.
    solving
        Told every better programme and bound while it is chosen.

    Raises
    ------
    Problems
        What keeps a step from an answer: missing facts, contradictions; QD312 if the day of the picture lies after
        the plan; what is wrong with the law pack.
    """
    check_step(until)
    run = _prepared(record, settings, scenario=scenario, as_of=as_of, survey=survey, law=law, runner=runner)
    run.solving = solving
    for step in STEPS[: STEPS.index(until) + 1]:
        begun = time.perf_counter()
        getattr(run, step)()
        run.results.seconds[step] = time.perf_counter() - begun
        progress(step, run.results.seconds[step])
    return run.results


def what_if(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None = None,
    survey: Record | None = None,
    law: Pack | None = None,
) -> tuple[WhatIf, Parameters, Basis]:
    """The plan ready for questions: each answers within a tenth of a second, over ``what_if.DRAWS`` draws of its own.

    Returns
    -------
    What answers; the parameters of the scenario; the weakest basis that the answers rest on.

    Raises
    ------
    Problems
        As ``plan``.
    """
    fewer = replace(settings, draws=min(settings.draws, DRAWS))
    run = _prepared(record, fewer, scenario=scenario, as_of=as_of, survey=survey, law=law, runner=None)
    for step in STEPS[: STEPS.index("balance") + 1]:
        getattr(run, step)()
    quick = FirstUniforms(run.uniforms)
    outlook, ranges = run.outlook, {key: run.parameters.range(key) for key in run.parameters}

    def build(changed: Mapping[str, Range]) -> DemandModel:
        return outlook.model(Parameters(changed), quick)

    return WhatIf(build, outlook.supply, parameters=ranges, uniforms=run.uniforms), run.parameters, run._basis()


def _prepared(
    record: Record,
    settings: Settings,
    *,
    scenario: str,
    as_of: date | None,
    survey: Record | None,
    law: Pack | None,
    runner: Runner | None,
) -> "_Run":
    day = as_of or settings.as_of
    if day >= date(settings.end_year, 12, 31):
        raise_if([problem("QD312", as_of=day, end=settings.end_year)])
    evidence, ledger = Evidence(record), Ledger(as_of=day)
    parameters = resolve_parameters(settings.parameters_of(scenario), evidence=evidence, ledger=ledger)
    brought = {**{t.name: empty_bulk(t) for t in survey_tables()}, **(survey or {}), "park": record["park"]}
    pack = load_pack(settings.law) if law is None else law
    return _Run(evidence, settings, scenario, parameters, ledger, day, brought, pack, runner or Threads())


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
        scenario: str,
        parameters: Parameters,
        ledger: Ledger,
        as_of: date,
        survey: Record,
        law: Pack,
        runner: Runner,
    ) -> None:
        self.survey, self.law, self.runner = survey, law, runner
        self.evidence, self.settings, self.parameters, self.ledger = evidence, settings, parameters, ledger
        self.scenario, self.as_of = scenario, as_of
        self.results = Results({}, ledger)
        self.tables = self.results.tables
        self.drawn = {"draws": settings.draws, "seed": settings.seed}
        self.uniforms = SeededUniforms(
            count=settings.draws, seed=settings.seed, correlations=settings.correlations.matrix
        )
        # The account opens on the day of the picture, so no year between that day and the plan's first may be left out
        self.years = range(min(settings.start_year, as_of.year), settings.end_year + 1)
        self.shares = year_shares(self.years, opening=as_of)
        self.outcomes: dict[str, Outcome] = {}
        self.solving: Callable[[Step], None] = lambda step: None

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
        self.expectation = self._expect(self.parameters, self.ledger)
        self.tables |= self.expectation.tables
        self.tables |= write_land(
            self.expectation, years=self.years, parameters=self.parameters, ledger=self.ledger, as_of=self.as_of
        )

    def demand(self) -> None:
        self.wanted: Made = demand_step(
            self.evidence,
            parks=self.tables["parks"],
            establishments=self.tables["establishment"],
            parameters=self.parameters,
            base=self._base_growth(),
            uniforms=self.uniforms,
            ledger=self.ledger,
            place=self.settings.place,
            shares=self.shares,
            as_of=self.as_of,
        )
        self.tables |= self.wanted.tables
        self.results.notes |= {**self.settings.correlations.notes(), **self.wanted.notes}

    def balance(self) -> None:
        rows = self.tables["procedure"]
        ready = {
            park: (figure_id("procedure", [park], "ready_p50"), year_of(day))
            for park, day in zip(rows["park_id"], rows["ready_p50"], strict=True)
        }
        model = self._supply(self.expectation.ready_days)
        self.outlook = Outlook.of(self.wanted.demand.today, model)
        self._account(Supply("pipeline", "balance", "land", ready, model), cells=True)
        outcome, basis = self.outcomes["pipeline"], self._basis()
        self.tables["balance_place"] = balance_place(outcome, basis=basis)
        self.tables["demand_cell"] = demand_cell(outcome, city=self.settings.place, basis=basis)
        self.tables["promised_delivered"] = promised_delivered(
            self.tables["parks"], promises(self.evidence.record["park"]), model, as_of_year=self.as_of.year, basis=basis
        )

    def sensitivity(self) -> None:
        rests_on = self.wanted.demand.inputs["combined"]
        bases = bases_of(self.ledger, self.parameters, rests_on, self.wanted.bases)
        made = sensitivity(
            self.outlook.evaluate(self.parameters),
            inputs=self.outlook.uncertain(self.parameters, bases),
            correlations=self.settings.correlations.matrix,
            seed=self.settings.seed,
            widths=widths(self.outcomes["pipeline"].city),
            effort=Effort().within(self.settings.draws),
        )
        self.tables["sensitivity"], self.tables["sensitivity_survey"] = made.inputs, made.surveys
        self.results.notes["sensitivity"] = made.note()

    def scenarios(self) -> None:
        outcomes = {name: of_scenario(name, self._under) for name in self.settings.scenarios}
        self.wanted_under = {name: (one.demand_ha[:WORTH_DRAWS].copy(), one.basis) for name, one in outcomes.items()}
        self.tables["scenario"] = scenario_table(outcomes, self.settings)

    def programme(self) -> None:
        given = self._given(self.parameters, self.ledger, self.outcomes["pipeline"].city["demand_ha"])
        made: Programme = programme(
            given, evidence=self.evidence, parameters=self.parameters, ledger=self.ledger,
            draws=self.settings.draws, basis=self._basis(), progress=self.solving,
        )  # fmt: skip
        self.chosen = made
        self.tables |= made.tables
        self.results.solves |= made.solves()
        areas = made.areas_ha()
        parts = {name: (given.pool(name), areas[name]) for name in made.ready_days}
        model = self._supply({name: days for name, days in made.ready_days.items() if given.pool(name)[1]}, parts)
        figures = {name: figure_id("programme", [name], "lettable_ha") for name in model.sources}
        account = Supply("programme", "balance_programme", "programme", made.written.ready, model, figures)
        self._account(account, cells=False)
        city = self.settings.place
        self.tables["run_out"] = run_out(self.outcomes, city=city, basis=self._basis())
        write_printed(
            self.tables, self.ledger, record=self.evidence.record, settings=self.settings, years=milestones(self.shares)
        )

    def delivery(self) -> None:
        made = worth(
            self.chosen, scenarios=self._scenarios_of_programme(), parameters=self.parameters, ledger=self.ledger,
            draws=self.settings.draws, runner=self.runner, basis=self._basis(),
        )  # fmt: skip
        self.tables |= made.tables
        self.results.notes |= made.notes
        self.results.solves |= made.solves

    def compliance(self) -> None:
        names = (self.settings.name_vi, self.settings.name_en)
        listed = self.settings.conversion_list or ""
        question = Question(self.law, self.as_of, listed, (self.settings.place, names))
        self.tables |= find(self.evidence, question=question, tables=self.tables, ledger=self.ledger)

    def _given(
        self, parameters: Parameters, ledger: Ledger, demand_ha: Draws, expectation: Expectation | None = None
    ) -> Given:
        supply = self.outlook.supply
        return read_given(
            self.evidence, parks=self.tables["parks"], places=self._places,
            expectation=expectation or self.expectation, parameters=parameters, ledger=ledger, shares=self.shares,
            land=Land(float(supply.opening_ha.sum()), supply.expected_blocked(), demand_ha), city=self.settings.place,
            price_year=self.settings.price_year, as_of=self.as_of, seed=self.settings.seed,
        )  # fmt: skip

    def _scenarios_of_programme(self) -> dict[str, Scenario]:
        """The run's own scenario, and those of the study that change what the programme is made from."""
        made = {}
        own = self.chosen.given
        for name in sorted(self.settings.scenarios, key=lambda one: one != self.scenario):
            scenario, (demand, basis) = self.settings.scenarios[name], self.wanted_under[name]
            scratch = Ledger(as_of=self.as_of)
            parameters = resolve_parameters(self.settings.parameters_of(name), evidence=self.evidence, ledger=scratch)
            changed = {key for key in parameters if parameters.range(key) != self.parameters.range(key)}
            given = own if name == self.scenario else with_demand(own, demand)
            if any(key.partition(".")[0] in ("programme", "procedure", "inventory") for key in changed):
                before = [one for one in self.ledger if one.figure_id.partition(".")[0] in ("parks", "land")]
                ledger = Ledger(as_of=self.as_of, figures=[*scratch, *before])
                slower = any(key.startswith("procedure.") for key in changed)
                given = self._given(parameters, ledger, demand, self._expect(parameters, ledger) if slower else None)
            same = [one.project_id for one in given.projects] == [one.project_id for one in own.projects]
            if same and (name == self.scenario or changed):
                made[name] = Scenario((scenario.label_vi, scenario.label_en), given, basis)
        return made

    def _expect(self, parameters: Parameters, ledger: Ledger) -> Expectation:
        return expect(
            self.evidence,
            parks=self.tables["parks"],
            parameters=parameters,
            ledger=ledger,
            as_of=self.as_of,
            calendar=read_working_days(self.law.tables.tables["working_day_change"]),
            **self.drawn,
        )

    @property
    def _places(self) -> dict[str, str]:
        return park_places(self.tables["parks"], self.evidence.record["place"], city=self.settings.place)

    def _supply(
        self, ready_days: Mapping[str, Draws], parts: Mapping[str, tuple[Pool, float]] | None = None
    ) -> SupplyModel:
        """Land to come. Land of a class that no sector may use is in no pool and does not come to the account."""
        pools, places = self.wanted.demand.model.pools, self._places
        kinds = zip(self.tables["parks"]["park_id"], self.tables["parks"]["kind"], strict=True)
        own = {park: (places[park], LAND_CLASSES[kind]) for park, kind in kinds}
        own |= {source: pool for source, (pool, _) in (parts or {}).items()}
        return supply_model(
            self.tables["parks"],
            places=places,
            pools=pools,
            ready_days={park: days for park, days in ready_days.items() if own[park] in pools},
            parts=parts,
            opening_ha=self._known("land.vacant_ready"),
            blocked_ha=self._known("land.vacant_blocked"),
            blocked_share=self.parameters.range(BLOCKED_SHARE),
            hand_over=HandOver.of(self.parameters),
            shares=self.shares,
            as_of=self.as_of,
            uniforms=self.uniforms,
        )

    def _account(self, supply: Supply, *, cells: bool) -> None:
        outcome = run_ensemble(self.wanted.demand.model, supply.model, runner=self.runner, cells=cells)
        self.outcomes[supply.account] = outcome
        table, deliveries = write_account(
            supply, outcome, place=self.settings.place, demand=self.wanted.demand.inputs["combined"], ledger=self.ledger
        )
        self.tables[supply.table] = table
        before = [self.tables["deliveries"]] if "deliveries" in self.tables else []
        self.tables["deliveries"] = pd.concat([*before, deliveries], ignore_index=True)

    def _under(self, scenario: str) -> ScenarioOutcome:
        """The account of another scenario over the same streams."""
        if scenario == self.scenario:
            return ScenarioOutcome.of(self.outcomes["pipeline"], self._basis())
        scratch = Ledger(as_of=self.as_of)
        parameters = resolve_parameters(self.settings.parameters_of(scenario), evidence=self.evidence, ledger=scratch)
        changed = {key for key in parameters if parameters.range(key) != self.parameters.range(key)}
        if not any(key.partition(".")[0] in _OF_ACCOUNT for key in changed):
            return ScenarioOutcome.of(self.outcomes["pipeline"], self._basis())
        outlook = self.outlook
        if any(key.startswith("procedure.") for key in changed):
            before = [one for one in self.ledger if one.figure_id.partition(".")[0] in ("parks", "land")]
            ledger = Ledger(as_of=self.as_of, figures=[*scratch, *before])
            outlook = Outlook.of(outlook.today, self._supply(self._expect(parameters, ledger).ready_days))
        basis = weakest([self._basis(), *(one.basis for one in scratch)])
        return ScenarioOutcome.of(outlook.run(parameters, self.uniforms, runner=self.runner), basis)

    def _base_growth(self) -> dict[str, Range]:
        """Growth of the drivers as the study states it outside its scenarios."""
        keys = [growth_key(driver) for driver in DRIVERS]
        specs = {key: self.settings.parameters[key] for key in keys if key in self.settings.parameters}
        stated = resolve_parameters(specs, evidence=self.evidence, ledger=Ledger(as_of=self.as_of))
        return {key: stated.range(key) for key in specs}

    def _known(self, figure: str) -> float:
        value = self.ledger[figure].value
        assert isinstance(value, int | float)
        return float(value)

    def _basis(self) -> Basis:
        """Weakest basis of what the account rests on."""
        return self.ledger["land.draws"].basis
