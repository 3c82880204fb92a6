"""Commands on demand: what a run says of it, scenarios side by side, sensitivity, back-test, and what if."""

from pathlib import Path

import click

from quydat.cli.face import Maker
from quydat.cli.output import print_json
from quydat.cli.run_commands import LATEST, find

_FOLDER = click.Path(path_type=Path)
VIEWS = ("place", "sector", "method", "year")


def add_demand_commands(make: Maker) -> None:
    """Add demand, scenarios, sensitivity, back-test and what-if."""

    @make.command("demand")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--by", text="demand_by", type=click.Choice(VIEWS), default="year", show_default=True)
    @make.option("--year", text="demand_year", type=int)
    @make.option("--build-up", text="build_up", is_flag=True)
    def _demand(run: str, study: Path, by: str, year: int | None, build_up: bool, as_json: bool) -> None:
        from quydat.app import demand
        from quydat.cli.demand_show import show_build_up, show_demand
        from quydat.report.rows import records

        found = find(run, study)
        rows = demand.build_up(found, year=year) if build_up else demand.demand_by(found, by, year=year)
        if as_json:
            print_json({"run": found.fingerprint, "build_up" if build_up else f"by_{by}": records(rows)})
        elif build_up:
            show_build_up(make, rows)
        else:
            show_demand(make, found, rows, by)

    @make.command("scenarios")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--year", text="demand_year", type=int)
    def _scenarios(run: str, study: Path, year: int | None, as_json: bool) -> None:
        from quydat.app.demand import scenarios_of
        from quydat.cli.demand_show import show_scenarios
        from quydat.report.rows import records

        found = find(run, study)
        rows = scenarios_of(found, year=year)
        if as_json:
            print_json({"run": found.fingerprint, "scenarios": records(rows)})
        else:
            show_scenarios(make, rows, chosen=found.info.scenario)

    @make.command("sensitivity")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--survey", text="sensitivity_survey", is_flag=True)
    def _sensitivity(run: str, study: Path, survey: bool, as_json: bool) -> None:
        from quydat.app.demand import sensitivity_of, survey_to_make
        from quydat.cli.demand_show import show_sensitivity, show_surveys
        from quydat.report.rows import records

        found = find(run, study)
        rows, best = sensitivity_of(found, survey=survey), survey_to_make(found)
        if as_json:
            print_json({"run": found.fingerprint, "rows": records(rows), "survey_to_make": best})
        elif survey:
            show_surveys(make, rows, best)
        else:
            show_sensitivity(make, rows)

    @make.command("back-test")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    def _back_test(run: str, study: Path, as_json: bool) -> None:
        from quydat.app.demand import back_test_of
        from quydat.cli.demand_show import show_back_test
        from quydat.report.rows import records

        found = find(run, study)
        rows = back_test_of(found)
        if as_json:
            print_json({"run": found.fingerprint, "back_test": records(rows)})
        else:
            show_back_test(make, rows)

    @make.command("what-if")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--scenario", text="scenario")
    @make.option("--set", "changes", text="what_set", multiple=True, metavar="KEY=VALUE")
    @make.option("--later", text="what_later", type=int, default=0, metavar="YEARS")
    @make.option("--without", text="what_without", multiple=True, metavar="PARK")
    def _what_if(
        study: Path,
        scenario: str | None,
        changes: tuple[str, ...],
        later: int,
        without: tuple[str, ...],
        as_json: bool,
    ) -> None:
        from quydat.app.study import open_study
        from quydat.cli.demand_show import show_what_if

        answer = open_study(study).what_if(changes, scenario=scenario, later_years=later, without=without)
        if as_json:
            print_json(answer.as_dict())
        else:
            show_what_if(make, answer)
