"""What each step of a run takes and gives; in which order they run says ``plan``."""

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
from quydat.compliance.findings import Question, find
from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, Range
from quydat.core.ledger import Ledger
from quydat.core.parallel import Runner
from quydat.core.period import year_shares
from quydat.core.uniforms import SeededUniforms
from quydat.demand.forecast import milestones
from quydat.demand.known import growth_key
from quydat.demand.step import DRIVERS, Made, demand_step
from quydat.dictionary.cells import figure_id
from quydat.dictionary.read import empty
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import Settings
from quydat.inventory.evidence import Evidence, Parameters, Record, resolve_parameters
from quydat.inventory.floor_figures import FLOOR_TABLES, weakest_basis, write_floor_space, write_quality
from quydat.inventory.lists import list_totals
from quydat.inventory.park import park_table
from quydat.inventory.places import LAND_CLASSES, park_places
from quydat.inventory.stock import StockSettings, names_of, take_stock, with_days
from quydat.inventory.tabulate import headlines, land_by_state
from quydat.law import Pack
from quydat.procedure.expect import Expectation, expect
from quydat.procedure.hand_over import HandOver, year_of
from quydat.procedure.land import write_land
from quydat.procedure.working_days import read_working_days
from quydat.programme.choose.step import Programme, Told, programme
from quydat.programme.delivery.step import compare
from quydat.programme.given.given import Given, Land, read_given
from quydat.programme.given.stages import Fold
from quydat.programme.optimise.search import Step
from quydat.programme.worth.scenarios import Scenario as ProgrammeScenario
from quydat.programme.worth.scenarios import with_demand
from quydat.programme.worth.step import DRAWS as WORTH_DRAWS
from quydat.programme.worth.step import worth

_OF_ACCOUNT = ("procedure", "demand", "balance")
"""Steps whose parameters change the account; a scenario that changes none of them has the account of the run."""


@dataclass
class Results:
    """What a run has made: tables by name, the ledger of figures, seconds for each step, notes on how and on optima."""

    tables: dict[str, pd.DataFrame]
    ledger: Ledger
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    solves: dict[str, dict[str, Any]] = field(default_factory=dict)


class Steps:
    """The steps of a run, each a method by its name, with what they hand to each other."""

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
        self.decided: Programme
        self.solving: Callable[[Step], None] = lambda step: None

    def inventory(self) -> None:
        """What there is: parks, land by state, lists."""
        parks = park_table(self.evidence, parameters=self.parameters, ledger=self.ledger)
        headlines(parks, ledger=self.ledger)
        self.tables["parks"] = parks
        self.tables["land_by_state"] = land_by_state(parks, ledger=self.ledger)
        self.tables["list_totals"] = list_totals(self.evidence, ledger=self.ledger)

    def floor_space(self) -> None:
        """Establishments and floor space of the survey."""
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
        """When the land of each park to come is ready."""
        self.expectation = self._expect(self.parameters, self.ledger)
        self.fold = Fold(self.expectation)
        self.tables |= self.expectation.tables
        self.tables |= write_land(
            self.expectation, years=self.years, parameters=self.parameters, ledger=self.ledger, as_of=self.as_of
        )

    def demand(self) -> None:
        """How much land is wanted."""
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
        """The land account, with the parks as they come."""
        model = self._supply(self.expectation.ready_days)
        self.outlook = Outlook.of(self.wanted.demand.today, model)
        self._account(Supply("pipeline", "balance", "land", self._ready(), model), cells=True)
        outcome, basis = self.outcomes["pipeline"], self.basis()
        self.tables["balance_place"] = balance_place(outcome, basis=basis)
        self.tables["demand_cell"] = demand_cell(outcome, city=self.settings.place, basis=basis)
        self.tables["promised_delivered"] = promised_delivered(
            self.tables["parks"], promises(self.evidence.record["park"]), model, as_of_year=self.as_of.year, basis=basis
        )

    def sensitivity(self) -> None:
        """What the account hangs on."""
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
        """The account under each scenario."""
        outcomes = {name: of_scenario(name, self._under) for name in self.settings.scenarios}
        self.wanted_under = {name: (one.demand_ha[:WORTH_DRAWS].copy(), one.basis) for name, one in outcomes.items()}
        self.tables["scenario"] = scenario_table(outcomes, self.settings)

    def given(self) -> Given:
        """What the programme is made from, once the account is there."""
        return self._given(self.parameters, self.ledger, self.outcomes["pipeline"].city["demand_ha"], self.fold)

    def _given(self, parameters: Parameters, ledger: Ledger, demand_ha: Draws, fold: Fold) -> Given:
        supply = self.outlook.supply
        made = read_given(
            self.evidence,
            parks=self.tables["parks"],
            places=self._places,
            fold=fold,
            parameters=parameters,
            ledger=ledger,
            shares=self.shares,
            land=Land(float(supply.opening_ha.sum()), supply.expected_blocked(), demand_ha),
            city=self.settings.place,
            price_year=self.settings.price_year,
            as_of=self.as_of,
            seed=self.settings.seed,
        )
        expected = supply.expected_by_source()
        elsewhere = sum((expected[park] for park in self._beside(made)), start=made.land.elsewhere_ha)
        return replace(made, land=replace(made.land, elsewhere_ha=elsewhere))

    def _beside(self, given: Given) -> list[str]:
        """Parks to come of known land that are no projects, since their cost cannot be said: they go on as they do."""
        taken = {one.park_id for one in given.projects}
        return [park for park in self.outlook.supply.sources if park not in taken]

    def programme(self) -> None:
        """What is built when, by whom, and the account under it."""
        given = self.given()
        made = self.decided = programme(
            given, evidence=self.evidence, parameters=self.parameters, ledger=self.ledger,
            draws=self.settings.draws, basis=self.basis(), progress=self.solving,
        )  # fmt: skip
        self.tables |= made.tables
        self.results.solves |= made.solves()
        areas = made.areas_ha()
        parts = {name: (given.pool(name), areas[name]) for name in made.ready_days}
        days = {name: drawn for name, drawn in made.ready_days.items() if given.pool(name)[1]}
        beside = {park: self.expectation.ready_days[park] for park in self._beside(given)}
        model = self._supply(days | beside, parts)
        figures = {name: figure_id("programme", [name], "lettable_ha") for name in model.sources if name in parts}
        ready = {**self._ready(), **made.written.ready}
        account = Supply("programme", "balance_programme", "programme", ready, model, figures)
        self._account(account, cells=False)
        city = self.settings.place
        self.tables["run_out"] = run_out(self.outcomes, city=city, basis=self.basis())
        write_printed(
            self.tables, self.ledger, record=self.evidence.record, settings=self.settings, years=milestones(self.shares)
        )

    def delivery(self) -> None:
        """City-first against developer-led, on the same parks and money."""
        made = compare(
            self.decided, parameters=self.parameters, ledger=self.ledger, draws=self.settings.draws,
            runner=self.runner, basis=self.basis(),
        )  # fmt: skip
        self._take(made)

    def worth(self) -> None:
        """What more money buys, what a year's delay costs, regret over scenarios."""
        made = worth(
            self.decided, scenarios=self._scenarios_of_programme(), parameters=self.parameters, ledger=self.ledger,
            draws=self.settings.draws, runner=self.runner, basis=self.basis(),
        )  # fmt: skip
        self._take(made)

    def _take(self, made: Told) -> None:
        self.tables |= made.tables
        self.results.notes |= made.notes
        self.results.solves |= made.solves

    def _scenarios_of_programme(self) -> dict[str, ProgrammeScenario]:
        """The run's own scenario, and those of the study that change what the programme is made from."""
        made, own = {}, self.decided.given
        for name in sorted(self.settings.scenarios, key=lambda one: one != self.scenario):
            scenario, (demand, basis) = self.settings.scenarios[name], self.wanted_under[name]
            parameters, changed, scratch = self._changed(name)
            given = own if name == self.scenario else with_demand(own, demand)
            if any(key.partition(".")[0] in ("programme", "procedure", "inventory") for key in changed):
                ledger = self._beginning(scratch)
                slower = any(key.startswith("procedure.") for key in changed)
                fold = Fold(self._expect(parameters, ledger)) if slower else self.fold
                given = self._given(parameters, ledger, demand, fold)
            same = [one.project_id for one in given.projects] == [one.project_id for one in own.projects]
            if same and (name == self.scenario or changed):
                made[name] = ProgrammeScenario((scenario.label_vi, scenario.label_en), given, basis)
        return made

    def compliance(self) -> None:
        """What the law says of all of it."""
        names = (self.settings.name_vi, self.settings.name_en)
        listed = self.settings.conversion_list or ""
        question = Question(self.law, self.as_of, listed, (self.settings.place, names))
        self.tables |= find(self.evidence, question=question, tables=self.tables, ledger=self.ledger)

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

    def _ready(self) -> dict[str, tuple[str, int | None]]:
        """Park → figure of the day on which it is ready in half of the draws, and the year of that day."""
        rows = self.tables["procedure"]
        return {
            park: (figure_id("procedure", [park], "ready_p50"), year_of(day))
            for park, day in zip(rows["park_id"], rows["ready_p50"], strict=True)
        }

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
            opening_ha=self.ledger.number("land.vacant_ready"),
            blocked_ha=self.ledger.number("land.vacant_blocked"),
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
            return ScenarioOutcome.of(self.outcomes["pipeline"], self.basis())
        parameters, changed, scratch = self._changed(scenario)
        if not any(key.partition(".")[0] in _OF_ACCOUNT for key in changed):
            return ScenarioOutcome.of(self.outcomes["pipeline"], self.basis())
        outlook = self.outlook
        if any(key.startswith("procedure.") for key in changed):
            expected = self._expect(parameters, self._beginning(scratch))
            outlook = Outlook.of(outlook.today, self._supply(expected.ready_days))
        basis = weakest([self.basis(), *(one.basis for one in scratch)])
        return ScenarioOutcome.of(outlook.run(parameters, self.uniforms, runner=self.runner), basis)

    def _changed(self, scenario: str) -> tuple[Parameters, set[str], Ledger]:
        """Parameters of another scenario, those that are other than the run's, and a ledger that holds them alone."""
        scratch = Ledger(as_of=self.as_of)
        parameters = resolve_parameters(self.settings.parameters_of(scenario), evidence=self.evidence, ledger=scratch)
        return parameters, {key for key in parameters if parameters.range(key) != self.parameters.range(key)}, scratch

    def _beginning(self, scratch: Ledger) -> Ledger:
        """A ledger of other parameters with what a run knows before its procedure."""
        before = [one for one in self.ledger if one.figure_id.partition(".")[0] in ("parks", "land")]
        return Ledger(as_of=self.as_of, figures=[*scratch, *before])

    def _base_growth(self) -> dict[str, Range]:
        """Growth of the drivers as the study states it outside its scenarios."""
        keys = [growth_key(driver) for driver in DRIVERS]
        specs = {key: self.settings.parameters[key] for key in keys if key in self.settings.parameters}
        stated = resolve_parameters(specs, evidence=self.evidence, ledger=Ledger(as_of=self.as_of))
        return {key: stated.range(key) for key in specs}

    def basis(self) -> Basis:
        """Weakest basis of what the account rests on."""
        return self.ledger["land.draws"].basis
