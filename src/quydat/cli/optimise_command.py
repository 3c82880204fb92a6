"""The command that chooses the programme anew: live progress, Ctrl-C keeps the best so far, nothing is kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json, table
from quydat.core.text import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quydat.app.optimise import Change, Optimised
    from quydat.app.run import Run
    from quydat.app.study import Study

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path)


def add_optimise_command(make: Maker) -> None:
    """Add optimise."""

    @make.command("optimise")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--scenario", text="scenario")
    @make.option("--minimise", text="optimise_minimise", default="", metavar="PART,PART")
    @make.option("--limit", "limits", text="optimise_limit", multiple=True, metavar="PART=NUMBER")
    @make.option("--gap", text="optimise_gap", type=float)
    @make.option("--seconds", text="optimise_seconds", type=float)
    @make.option("--models", text="optimise_models", default="", metavar="MODEL,MODEL")
    @make.option("--keep", text="optimise_keep", metavar="RUN")
    @make.option("--change", text="optimise_change", type=float, metavar="BN")
    @make.option("--draws", text="optimise_draws", type=int)
    @make.option("--out", text="programme_out", type=_FILE)
    def _optimise(
        study: Path, scenario: str | None, minimise: str, limits: tuple[str, ...], gap: float | None,
        seconds: float | None, models: str, keep: str | None, change: float | None, draws: int | None,
        out: Path | None, as_json: bool,
    ) -> None:  # fmt: skip
        from quydat.app.optimise import optimise, read_wish
        from quydat.app.progress import Stop
        from quydat.app.study import open_study
        from quydat.cli.run_commands import find
        from quydat.cli.search_line import SearchLine

        opened = open_study(study)
        kept = None if keep is None else find(keep, study)
        wish = read_wish(
            minimise, limits, models, gap=gap, seconds=seconds, change_bn_vnd=change, keep=kept, draws=draws,
            scenario=scenario,
        )  # fmt: skip
        against = kept or latest_programme(opened)
        note(make.say("cli.optimise.begin"))
        shown = SearchLine(make)
        try:
            made = optimise(opened, wish, against=against, progress=shown, stop=Stop())
        finally:
            shown.end()
        if out is not None:
            from quydat.app.programme_file import write_optimised

            write_optimised(opened, made, out, against=against, lang=make.lang)
        if as_json:
            print_json(_as_dict(made, against, out))
        else:
            _show(make, opened, made, against)
            line(make.say("cli.optimise.not_kept") if out is None else make.say("cli.written", path=out))


def latest_programme(study: "Study") -> "Run | None":
    """The latest run of a study that has a programme."""
    runs = [run for run in study.runs() if "tables/programme.parquet" in run.manifest["files"]]
    return runs[-1] if runs else None


def _as_dict(made: "Optimised", against: "Run | None", out: Path | None) -> dict[str, Any]:
    from quydat.report.rows import records

    changes = None if made.changes is None else [vars(one) for one in made.changes]
    return {
        "solve": made.chosen.solve_note(), "stopped": made.stopped,
        "goals": [{"status": one.status, "objective": one.value.objective, "gap": one.gap} for one in made.answers],
        "value": {
            name: getattr(made.worth, name) for name in ("cost", "shortage", "tail", "overdraft")
        },
        "against": None if against is None else against.fingerprint, "changes": changes,
        "programme": records(made.tables["programme"]), "basis": made.basis.value, "path": out,
    }  # fmt: skip


def _show(make: Maker, study: "Study", made: "Optimised", against: "Run | None") -> None:
    from quydat.app.programme import view_of
    from quydat.cli.programme_show import show_programme

    if made.stopped:
        line(make.say("cli.optimise.stopped"))
    rows = study.read("delivery_model")
    models = dict(zip(rows["delivery_model"], rows[f"name_{make.lang}"], strict=True))
    show_programme(make, view_of(made.tables, solve={**made.chosen.solve_note(), "unit": made.unit}), models)
    amounts = {name: number(getattr(made.worth, name), make.lang, decimals=0) for name in ("cost", "shortage", "tail")}
    line(make.say("cli.optimise.value", **amounts))
    line()
    if made.changes is None or against is None:
        line(make.say("cli.optimise.no_run"))
    elif not made.changes:
        line(make.say("cli.optimise.same", run=against.fingerprint[:8]))
    else:
        line(make.say("cli.optimise.differs", run=against.fingerprint[:8], count=len(made.changes)))
        headings = [make.say(f"cli.column.{name}") for name in ("project", "before", "after")]
        table(headings, [_change_row(make, one, models) for one in made.changes])


def _change_row(make: Maker, one: "Change", models: "Mapping[str, str]") -> list[str]:
    from quydat.cli.programme_show import quarter

    sides = []
    for side in (one.before, one.after):
        if side is None:
            sides.append(make.say("cli.programme.undone"))
        else:
            sides.append(f"{models.get(side[0], side[0])}, {quarter(make, side[1])}")
    return [one.names[0] if make.lang == "vi" else one.names[1], *sides]
