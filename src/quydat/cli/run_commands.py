"""Commands that make runs and read them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json, table
from quydat.core.text import number, shown

if TYPE_CHECKING:
    from quydat.app.run import Run

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_HEADLINES = ("land.", "programme.", "demand.total.")
LATEST = "latest"
KINDS = ("mid-term",)


def add_run_commands(make: Maker) -> None:
    """Add plan, explain, report, runs and compare."""
    say = make.say

    @make.command("plan")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--scenario", text="scenario")
    @make.option("--as-of", text="as_of", type=_DAY)
    @make.option("--known-on", text="known_on", type=_DAY)
    @make.option("--only", text="only")
    @make.option("--cluster", text="cluster", metavar="ADDRESS")
    @make.option("--out", text="out", type=_FOLDER)
    def _plan(
        study: Path,
        scenario: str | None,
        as_of: datetime | None,
        known_on: datetime | None,
        only: str | None,
        cluster: str | None,
        out: Path | None,
        as_json: bool,
    ) -> None:
        from quydat.app.copy import copy_run
        from quydat.app.progress import Stop
        from quydat.app.study import open_study
        from quydat.cli.search_line import SearchLine
        from quydat.plan import STEPS

        opened = open_study(study)
        told, shown, stop = Told(make), SearchLine(make), Stop()
        with stop.breaking():
            run = opened.plan(
                scenario=scenario,
                as_of=as_of.date() if as_of else None,
                known_on=known_on.date() if known_on else None,
                until=only or STEPS[-1],
                cluster=cluster,
                note=stop.heeding(told),
                solving=stop.heeding(shown),
            )
        if out is not None:
            copy_run(run, out)
        print_run(make, run, told.any, as_json=as_json)

    @make.command("explain")
    @make.argument("run", text="run")
    @make.argument("figure", text="figure", required=False)
    @make.option("--study", text="study", type=_FOLDER, default=".")
    @make.option("--list", "listed", text="list", is_flag=False, flag_value="", default=None)
    @make.option("--depth", text="depth", type=int, default=3, show_default=True)
    def _explain(run: str, figure: str | None, study: Path, listed: str | None, depth: int, as_json: bool) -> None:
        from quydat.core.figure import as_json as figure_json

        found = find(run, study)
        if figure is None or listed is not None:
            wanted = [f for f in found.figures if (listed or "") in f.figure_id]
            if as_json:
                print_json({"figures": [figure_json(f) for f in wanted]})
            else:
                table(("",) * 3, [_listed(make, f) for f in wanted])
            return
        text = found.explain(figure, lang=make.lang, depth=depth)
        print_json(figure_json(found.figures[figure])) if as_json else line(text)

    @make.command("report")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--kind", text="kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True)
    @make.option("--run", text="run", default=LATEST, show_default=True)
    @make.option("--out", text="out_file", type=_FILE, required=True)
    def _report(study: Path, kind: str, run: str, out: Path, as_json: bool) -> None:
        from quydat.app.report import write_report

        path = write_report(find(run, study), out, kind=kind, lang=make.lang)
        print_json({"path": path}) if as_json else line(say("cli.written", path=path))

    @make.command("runs")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    def _runs(study: Path, as_json: bool) -> None:
        from quydat.app.study import open_study

        runs = open_study(study).runs()
        if as_json:
            print_json({"runs": [{k: v for k, v in one.manifest.items() if k != "files"} for one in runs]})
        elif runs:
            headings = [say(f"cli.column.{name}") for name in ("run", "made_at", "scenario", "as_of", "until")]
            table(headings, [_run_row(one) for one in runs])
        else:
            line(say("cli.no_runs"))

    @make.command("compare")
    @make.argument("before", text="run")
    @make.argument("after", text="run")
    @make.option("--study", text="study", type=_FOLDER, default=".")
    def _compare(before: str, after: str, study: Path, as_json: bool) -> None:
        from quydat.app.compare import compare_runs
        from quydat.app.permission import local_owner

        found = compare_runs(find(before, study), find(after, study), actor=local_owner())
        if as_json:
            print_json({"inputs": found.inputs, "figures": found.figures.to_dict("records")})
            return
        if found.figures.empty and not found.inputs:
            line(say("cli.same"))
            return
        line(say("cli.inputs_differ"))
        for name, (old, new) in found.inputs.items():
            line(f"  {name}: {_brief(old)} → {_brief(new)}")
        main = found.figures[[is_headline(one) for one in found.figures["figure_id"]]]
        line(say("cli.figures_moved", count=len(found.figures), shown=len(main)))
        headings = [say(f"cli.column.{name}") for name in ("figure", "before", "after")]
        table([*headings, ""], [_moved(make, row) for row in main.to_dict("records")])


class Told:
    """Prints each part of a run as it is done."""

    def __init__(self, make: Maker) -> None:
        self.make, self.any = make, False

    def __call__(self, part: str, seconds: float) -> None:
        self.any = True
        what = self.make.say(f"cli.part.{part}").ljust(28)
        note(self.make.say("cli.progress", what=what, seconds=number(seconds, self.make.lang).rjust(5)))


def find(run: str, study: Path) -> "Run":
    """A run by its path, the first characters of its fingerprint, or as the latest of a study."""
    from quydat.app.run import Run
    from quydat.app.study import open_study

    if (Path(run) / "manifest.json").is_file():
        return Run(Path(run))
    return open_study(study).run(None if run == LATEST else run)


def print_run(make: Maker, run: "Run", made: bool, *, as_json: bool) -> None:
    """Print the summary of a run, or its headline figures as JSON."""
    from quydat.report.summary import summary_lines

    if as_json:
        values = {f.figure_id: f.value for f in run.figures if is_headline(f.figure_id)}
        told: dict[str, Any] = {"run": run.fingerprint, "path": run.path, "made": made, "until": run.manifest["until"]}
        print_json({**told, "mended": _mended(run, make.lang), "figures": values})
        return
    line(make.say("cli.run_made" if made else "cli.run_there", run=run.fingerprint))
    for text in _mended(run, make.lang):
        line(make.say("cli.run_mended", text=text))
    if not run.complete:
        line(make.say("cli.run_stopped", step=run.manifest["until"], path=run.path))
        return
    line()
    for text in summary_lines(run.snapshot(), make.lang):
        line(text)


def _mended(run: "Run", lang: str) -> list[str]:
    """What was mended by a stated rule before the steps ran."""
    notes = run.manifest.get("notes", {})
    ending = "_vi" if lang == "vi" else ""
    return [notes[f"{key}{ending}"] for key in ("sector", "correlation") if f"{key}{ending}" in notes]


def _listed(make: Maker, figure: Any) -> list[str]:
    value = shown(figure.value, make.lang, unit=figure.unit)
    return [figure.figure_id, value, figure.label_vi if make.lang == "vi" else figure.label_en]


def _run_row(run: "Run") -> list[str]:
    made_at = str(run.manifest["made_at"])[:19].replace("T", " ")
    return [run.fingerprint, made_at, run.info.scenario, run.info.as_of.isoformat(), str(run.manifest["until"])]


def is_headline(figure_id: str) -> bool:
    """Whether a figure speaks of the city as a whole and is no cell of a table."""
    from quydat.dictionary.schema import tables

    cell = figure_id.startswith("programme.") and figure_id.rpartition(".")[2] in tables()["programme"]
    return figure_id.startswith(_HEADLINES) and not (cell and figure_id.count(".") == 2)


def _brief(value: Any) -> str:
    """One side of a difference in a few words: of a parameter its values, of a table its number of rows."""
    if isinstance(value, dict):
        value = " / ".join(str(one) for one in value.get("parts", value).values())
    text = "–" if value is None else str(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _moved(make: Maker, row: dict[Any, Any]) -> list[str]:
    before, after = (shown(row[name], make.lang, unit=row["unit"]) for name in ("before", "after"))
    return [row["figure_id"], before, after, row[f"label_{make.lang}"]]
