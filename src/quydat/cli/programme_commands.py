"""Commands on the programme: what a run chose, how delivery compares, what money and time are worth."""

from pathlib import Path

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, print_json
from quydat.cli.run_commands import LATEST, find

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path)


def add_programme_commands(make: Maker) -> None:
    """Add programme, delivery and worth."""

    @make.command("programme")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--all", "everything", text="programme_all", is_flag=True)
    @make.option("--out", text="programme_out", type=_FILE)
    def _programme(run: str, study: Path, everything: bool, out: Path | None, as_json: bool) -> None:
        from quydat.app.programme import model_names, programme_of
        from quydat.cli.programme_show import show_programme
        from quydat.report.rows import records

        found = find(run, study)
        if out is not None:
            from quydat.app.programme_file import write_programme_file

            path = write_programme_file(found, out, lang=make.lang)
            print_json({"run": found.fingerprint, "path": path}) if as_json else line(
                make.say("cli.written", path=path)
            )
            return
        view = programme_of(found, everything=everything)
        if as_json:
            tables = {"projects": view.projects, "left_to_developers": view.left, "not_done": view.undone}
            told = {name: records(rows) for name, rows in tables.items()}
            simulated = records(view.milestones)
            print_json({
                "run": found.fingerprint, **told, "simulation": simulated, "run_out_by": view.short,
                "solve": view.solve, "basis": view.basis.value,
            })  # fmt: skip
        else:
            show_programme(make, view, model_names(found, make.lang))

    @make.command("delivery")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--all", "everything", text="delivery_all", is_flag=True)
    def _delivery(run: str, study: Path, everything: bool, as_json: bool) -> None:
        from quydat.app.programme import delivery_of, model_names
        from quydat.cli.delivery_show import show_delivery
        from quydat.report.rows import records

        found = find(run, study)
        view = delivery_of(found)
        if as_json:
            tables = {"parks": view.parks, "compared": view.compared, "hangs_on": view.hangs_on, "risks": view.bearers}
            print_json({"run": found.fingerprint, **{name: records(rows) for name, rows in tables.items()}})
        else:
            show_delivery(make, view, model_names(found, make.lang), everything=everything)

    @make.command("worth")
    @make.argument("run", text="run", default=LATEST)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    def _worth(run: str, study: Path, as_json: bool) -> None:
        from quydat.app.programme import worth_of
        from quydat.cli.delivery_show import show_worth
        from quydat.report.rows import records

        found = find(run, study)
        view = worth_of(found)
        if as_json:
            tables = {"marginal_money": view.money, "delay_cost": view.delay, "regret": view.regret}
            print_json({"run": found.fingerprint, **{name: records(rows) for name, rows in tables.items()}})
        else:
            show_worth(make, view)
