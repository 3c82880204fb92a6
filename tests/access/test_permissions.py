"""Who may do what: the grid by hand, and nothing in ``app`` that goes round it."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import quydat.app
from quydat.app import permission
from quydat.app.cases import Cases
from quydat.app.compare import compare_runs
from quydat.app.copy import copy_run
from quydat.app.demand import back_test_of, build_up, demand_by, scenarios_of, sensitivity_of, survey_to_make
from quydat.app.demo import run_demo
from quydat.app.form import write_form
from quydat.app.law import case_coverage, findings_of, findings_on, quantities_of, rule_in_full, rules_on
from quydat.app.optimise import Optimised, Wish, optimise
from quydat.app.permission import ALLOWED, ROLES, Actor, local_owner, require
from quydat.app.plan_results import write_conformity, write_flexibility
from quydat.app.programme import delivery_of, programme_of, worth_of
from quydat.app.programme_edits import accept_edited, read_edited
from quydat.app.programme_file import write_optimised, write_programme_file
from quydat.app.report import write_report
from quydat.app.run import Run
from quydat.app.spatial_plan import Checked, Plans, conform_files
from quydat.app.study import Study, init_study
from quydat.app.survey import Survey
from quydat.app.survey_files import Said
from quydat.app.template import write_template
from quydat.core.period import partial_date
from quydat.core.problem import Problems
from quydat.procedure.decide import Command
from quydat.spatial_plan.flexibility import Flexibility
from quydat.survey.mapping import Mapping

GRID = {
    #            reader planner owner
    "init": (False, False, True),
    "check": (True, True, True),
    "read": (True, True, True),
    "history": (True, True, True),
    "import": (False, False, True),
    "undo": (False, False, True),
    "match": (False, False, True),
    "review": (False, False, True),
    "plan": (False, True, True),
    "runs": (True, True, True),
    "explain": (True, True, True),
    "compare": (True, True, True),
    "report": (False, True, True),
    "copy": (True, True, True),
    "export": (False, True, True),
    "template": (True, True, True),
    "cases": (True, True, True),
    "record_case": (False, False, True),
    "conform": (True, True, True),
    "flexibility": (True, True, True),
    "rules": (True, True, True),
    "findings": (True, True, True),
    "demand": (True, True, True),
    "what_if": (True, True, True),
    "programme": (True, True, True),
    "optimise": (True, True, True),
}
COMMAND = Command("finish", "p01", partial_date("2025"), "2025")
READER, PLANNER, OWNER = (Actor(role, frozenset({role})) for role in ROLES)


def may(actor: Actor, action: str) -> bool:
    try:
        require(actor, action)
    except Problems as problems:
        (found,) = problems.found
        assert found.number == "QD701"
        return False
    return True


@pytest.mark.parametrize("action", GRID)
def test_the_grid(action: str) -> None:
    assert tuple(may(actor, action) for actor in (READER, PLANNER, OWNER)) == GRID[action]
    assert not may(Actor("nobody", frozenset()), action)
    assert not may(Actor("admin", frozenset({"administrator"})), action)
    assert may(Actor("both", frozenset({"reader", "owner"})), action)


def test_there_is_no_action_beside_the_grid() -> None:
    assert set(ALLOWED) == set(GRID)
    assert ROLES == ("reader", "planner", "owner")


@pytest.mark.parametrize("action", ["", "delete", "Import", "import "])
def test_what_is_not_known_is_refused(action: str) -> None:
    assert not any(may(actor, action) for actor in (READER, PLANNER, OWNER))


def test_the_user_of_this_computer_owns_its_files() -> None:
    assert local_owner().roles == {"owner"}


PURE = {
    "quydat.app.case": "lists the cases that are shipped with the program, which everyone has",
    "quydat.app.case_rows": "makes rows of what Cases has decided, which asked",
    "quydat.app.changes": "reads what a user types; Study.what_if asks",
    "quydat.app.desk": "reads tables of the record that Survey has read, which asked",
    "quydat.app.floor": "reads a record that Survey.floor has opened, which asked",
    "quydat.app.follow_on": "works on problems that are already found",
    "quydat.app.intake": "reads a file that the user brings; storing it asks",
    "quydat.app.labels": "reads a file of the user with labels; judging by it asks",
    "quydat.app.look": "reads a file that the user brings; nothing is stored",
    "quydat.app.mapping_file": "reads and writes a file of the user that says how columns are read",
    "quydat.app.originals": "copies into the study what Survey.take_in gives it, which asks",
    "quydat.app.permission": "decides",
    "quydat.app.plan_file": "reads a file that the user brings; an answer from it asks",
    "quydat.app.progress": "tells how far a work has come",
    "quydat.app.survey_files": "reads a file that the user brings; storing it asks",
    "quydat.app.survey_retake": "reads a row of the quarantine again; storing it asks",
    "quydat.app.what_if": "asks an account that Study.what_if has prepared, which asked",
    "quydat.app.write": "writes into the folder that Study.plan and write_report give it, and those ask",
}
"""Modules whose functions ask for no permission, each with its reason."""

PURE_FUNCTIONS = {
    "quydat.app.copy.is_copy": "looks whether a folder may be written to; copy_run asks",
    "quydat.app.copy.leftovers": "looks for what killed copies have left; copy_run asks",
    "quydat.app.illustrate.illustrate": "writes files where the user wants them; Survey takes them in and asks",
    "quydat.app.illustrate_plans.illustrate_plans": "writes files where the user wants them; Study asks",
    "quydat.app.illustrate_plans.plans_there": "asks the plans of the study, which ask",
    "quydat.app.illustrate_plans.without_made_up": "leaves rows out of a table that was read",
    "quydat.app.illustrate_plans.show_plans": "asks the plans of the study, which ask",
    "quydat.app.optimise.choice_of": "writes a table that was read in another way",
    "quydat.app.optimise.differences": "holds two tables that were read against each other",
    "quydat.app.optimise.read_wish": "reads what a user types; optimise asks",
    "quydat.app.programme.model_names": "names of a run that was opened, which asked",
    "quydat.app.programme.view_of": "sorts tables that were read; programme_of and optimise ask",
    "quydat.app.programme_file.decisions_of": "reads a table that was read, which asked",
    "quydat.app.programme_file.starts_of": "reads a table that was read, which asked",
    "quydat.app.plan_results.conformity_json": "of a check that was made, which asked",
    "quydat.app.plan_results.plan_names": "of a comparison that was made, which asked",
    "quydat.app.illustrate.settled": "reads what was understood of a file",
    "quydat.app.law.chosen": "filters rows that were read, which asked",
    "quydat.app.law.every_shipped": "packs that are shipped with the program, which everyone has",
    "quydat.app.law.kept_law": "tables of a pack that was read, which asked",
    "quydat.app.law.law_of_run": "of a run that was opened, which asked",
    "quydat.app.law.own_packs": "names of folders; Study.law reads them and asks",
    "quydat.app.law.said_of": "names of a pack that was read, which asked",
    "quydat.app.law.study_law": "reads packs for Study.law and Study.check, which ask",
    "quydat.app.study.now": "the clock",
    "quydat.app.study.open_study": "finds the folder; every method of the study asks",
}
PURE_METHODS = {
    "Run.complete": "of a run that was opened, which asked",
    "Run.figures": "of a run that was opened, which asked",
    "Run.fingerprint": "of a run that was opened, which asked",
    "Run.info": "of a run that was opened, which asked",
    "Run.inventory": "of a run that was opened, which asked",
    "Run.manifest": "of a run that was opened, which asked",
    "Run.snapshot": "of a run that was opened, which asked",
    "Run.table": "of a run that was opened, which asked",
    "Study.cases": "every method of the cases asks",
    "Study.plans": "every method of the plans asks",
    "Study.survey": "every method of the survey asks",
}


class Asked(Exception):
    """A permission was asked for: nothing further is done."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that asks from now on ends there, in whatever module."""
    actions: list[str] = []

    def note(actor: Actor, action: str) -> None:
        assert isinstance(actor, Actor)
        actions.append(action)
        raise Asked

    for module in modules():
        if hasattr(module, "require"):
            monkeypatch.setattr(module, "require", note)
    monkeypatch.setattr(permission, "require", note)
    return actions


def modules() -> Iterator[Any]:
    for info in pkgutil.iter_modules(quydat.app.__path__, "quydat.app."):
        yield importlib.import_module(info.name)


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions that app defines, without those that are pure."""
    for module in modules():
        if module.__name__ in PURE:
            continue
        for name, item in vars(module).items():
            full = f"{module.__name__}.{name}"
            own = inspect.isfunction(item) and item.__module__ == module.__name__ and not name.startswith("_")
            if own and full not in PURE_FUNCTIONS:
                yield full, item


def calls(tmp_path: Path) -> dict[str, Callable[[], Any]]:
    """Every public function and method that changes or reads something, called somehow."""
    study = Study(tmp_path, OWNER)
    run = object.__new__(Run)
    run.path, run.actor = tmp_path, OWNER
    file = tmp_path / "x.csv"
    pack: Any = None
    return {
        "Cases.board": lambda: study.cases.board(on=date(2025, 1, 1)),
        "Cases.carry": lambda: study.cases.carry("x", on=date(2025, 1, 1), to=date(2026, 1, 1)),
        "Cases.propose": lambda: study.cases.propose("x", COMMAND, now=date(2025, 1, 1)),
        "Cases.record": lambda: study.cases.record("x", COMMAND, at=datetime(2025, 1, 1, tzinfo=UTC)),
        "Cases.standing": lambda: study.cases.standing("x", on=date(2025, 1, 1)),
        "Run": lambda: Run(tmp_path),
        "Run.explain": lambda: run.explain("land.gross"),
        "Survey.changes": lambda: study.survey.changes(date(2025, 1, 1), date(2025, 6, 30)),
        "Survey.contradictions": study.survey.contradictions,
        "Survey.judged": lambda: study.survey.judged(pd.Series({"a": "1"})),
        "Survey.decide": lambda: study.survey.decide("a|b", "same"),
        "Survey.look": lambda: study.survey.look(file, Mapping("observation")),
        "Survey.made_up": study.survey.made_up,
        "Survey.names": study.survey.names,
        "Survey.matched": study.survey.matched,
        "Survey.match": study.survey.match,
        "Survey.mend": lambda: study.survey.mend({"x:1": {}}),
        "Survey.pairs": study.survey.pairs,
        "Survey.set_aside": lambda: study.survey.set_aside(["x:1"], why=""),
        "Survey.stock": study.survey.stock,
        "Survey.floor": study.survey.floor,
        "Survey.tables": study.survey.tables,
        "Survey.take_in": lambda: study.survey.take_in(file, "unit", said=Said()),
        "Survey.understand": lambda: study.survey.understand(file, "unit", said=Said()),
        "Survey.waiting": study.survey.waiting,
        "quydat.app.form.write_form": lambda: write_form(study, tmp_path / "f.xlsx", version="1"),
        "Plans.check": study.plans.check,
        "Plans.conform": lambda: study.plans.conform("a", "b"),
        "Plans.flexibility": lambda: study.plans.flexibility(["a"], ["b"]),
        "Plans.land_uses": study.plans.land_uses,
        "Plans.tables": study.plans.tables,
        "quydat.app.spatial_plan.conform_files": lambda: conform_files("a.gpkg", "b.gpkg"),
        "quydat.app.plan_results.write_conformity": lambda: write_conformity(object.__new__(Checked), tmp_path, "vi"),
        "quydat.app.plan_results.write_flexibility": lambda: write_flexibility(Flexibility({}), tmp_path, "vi"),
        "Study.change": lambda: study.change(1),
        "Study.check": study.check,
        "Study.check_file": lambda: study.check_file(file),
        "Study.export": lambda: study.export(tmp_path / "x.gpkg"),
        "Study.history": study.history,
        "Study.law": lambda: study.law,
        "Study.import_file": lambda: study.import_file(file, reason=""),
        "Study.import_files": lambda: study.import_files([file], reason=""),
        "Study.plan": study.plan,
        "Study.planned_on": lambda: study.planned_on(date(2025, 1, 1), None),
        "Study.preview": lambda: study.preview([file]),
        "Study.read": lambda: study.read("park"),
        "Study.run": study.run,
        "Study.runs": study.runs,
        "Study.settings": lambda: study.settings,
        "Study.tables": study.tables,
        "Study.undo": lambda: study.undo(1, reason=""),
        "Study.verify": study.verify,
        "Study.what_if": study.what_if,
        "quydat.app.compare.compare_runs": lambda: compare_runs(run, run, actor=OWNER),
        "quydat.app.copy.copy_run": lambda: copy_run(run, tmp_path / "out"),
        "quydat.app.demand.back_test_of": lambda: back_test_of(run),
        "quydat.app.demand.build_up": lambda: build_up(run),
        "quydat.app.demand.demand_by": lambda: demand_by(run, "place"),
        "quydat.app.demand.scenarios_of": lambda: scenarios_of(run),
        "quydat.app.demand.sensitivity_of": lambda: sensitivity_of(run),
        "quydat.app.demand.survey_to_make": lambda: survey_to_make(run),
        "quydat.app.demo.run_demo": lambda: run_demo(tmp_path / "demo", note=lambda part, seconds: None),
        "quydat.app.law.findings_of": lambda: findings_of(run),
        "quydat.app.law.findings_on": lambda: findings_on(run, date(2026, 9, 15)),
        "quydat.app.law.quantities_of": lambda: quantities_of(pack, actor=OWNER),
        "quydat.app.law.rule_in_full": lambda: rule_in_full(pack, "x", actor=OWNER),
        "quydat.app.law.rules_on": lambda: rules_on(pack, actor=OWNER),
        "quydat.app.law.case_coverage": lambda: case_coverage(pack, actor=OWNER),
        "quydat.app.optimise.optimise": lambda: optimise(study, Wish()),
        "quydat.app.programme.delivery_of": lambda: delivery_of(run),
        "quydat.app.programme.programme_of": lambda: programme_of(run),
        "quydat.app.programme.worth_of": lambda: worth_of(run),
        "quydat.app.programme_edits.accept_edited": lambda: accept_edited(study, file, reason=""),
        "quydat.app.programme_edits.read_edited": lambda: read_edited(study, file),
        "quydat.app.programme_file.write_programme_file": lambda: write_programme_file(run, file, lang="vi"),
        "quydat.app.programme_file.write_optimised": lambda: write_optimised(
            study, object.__new__(Optimised), file, against=None, lang="vi"
        ),
        "quydat.app.report.write_report": lambda: write_report(run, tmp_path / "x.html", kind="mid-term", lang="vi"),
        "quydat.app.study.init_study": lambda: init_study(tmp_path / "new"),
        "quydat.app.template.write_template": lambda: write_template(tmp_path / "x.xlsx", names=(), lang="vi"),
    }


def methods(kind: type) -> set[str]:
    own = {name for name in vars(kind) if not name.startswith("_")}
    fields = set(getattr(kind, "__dataclass_fields__", ()))
    return {f"{kind.__name__}.{name}" for name in own - fields}


def test_the_walk_leaves_nothing_out(tmp_path: Path) -> None:
    """A new function or method must be called below, or be named as pure with a reason."""
    found = {name for name, _ in functions()} | {"Run"}
    found |= methods(Study) | methods(Run) | methods(Survey) | methods(Cases) | methods(Plans)
    found -= set(PURE_METHODS)
    assert found == set(calls(tmp_path))


def test_pure_ones_are_there(tmp_path: Path) -> None:
    assert set(PURE) <= {module.__name__ for module in modules()}
    assert set(PURE_METHODS) <= methods(Run) | methods(Study)
    for name in PURE_FUNCTIONS:
        module, _, function = name.rpartition(".")
        assert inspect.isfunction(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("name", calls(Path()))
def test_everything_asks_before_it_does_anything(name: str, asked: list[str], tmp_path: Path) -> None:
    with pytest.raises(Asked):
        calls(tmp_path)[name]()
    assert set(asked) <= set(GRID)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return init_study(tmp_path / "study").folder


def test_a_reader_sees_and_changes_nothing(study: Path, tmp_path: Path) -> None:
    reader = Study(study, READER)
    assert len(reader.read("park")) == 57
    assert reader.check() == []
    assert reader.verify() == []
    assert reader.runs() == []
    file = tmp_path / "park.csv"
    file.write_text("park_id\n")
    for refused in (
        lambda: reader.import_file(file, reason="x"),
        lambda: reader.undo(1, reason="x"),
        lambda: reader.plan(),
        lambda: reader.export(tmp_path / "x.gpkg"),
        lambda: init_study(tmp_path / "new", actor=READER),
    ):
        with pytest.raises(Problems) as caught:
            refused()
        assert [one.number for one in caught.value.found] == ["QD701"]
    assert len(reader.history()) == 1
    assert list((study / "runs").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["park.csv", "study"]


def test_a_planner_plans_but_does_not_change_the_record(study: Path, tmp_path: Path) -> None:
    planner = Study(study, PLANNER)
    run = planner.plan(until="inventory")
    assert run.actor is planner.run().actor is PLANNER
    assert "ha" in run.explain("land.gross")
    with pytest.raises(Problems) as caught:
        planner.undo(1, reason="x")
    assert caught.value.found[0].number == "QD701"
    reader = Study(study, READER).run()
    with pytest.raises(Problems) as caught:
        write_report(reader, tmp_path / "x.html", kind="mid-term", lang="vi")
    assert caught.value.found[0].number == "QD701"
    copy_run(reader, tmp_path / "copy")
    assert Run(tmp_path / "copy").fingerprint == run.fingerprint
