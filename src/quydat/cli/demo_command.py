"""The command demo: the shipped case, whole, on one screen after another."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note
from quydat.cli.run_commands import Told, print_run

if TYPE_CHECKING:
    from quydat.app.demo import Demo

DEMO_OUT = Path("quydat-demo")
_RESULTS = (
    ("report", "report/{title}.html"),
    ("workbook", "report/{title}.xlsx"),
    ("map", "map.gpkg"),
    ("tables", "tables"),
    ("charts", "charts"),
    ("survey", "khao-sat-minh-hoa"),
    ("plans", "quy-hoach-minh-hoa"),
    ("study", "study"),
)


def add_demo_command(make: Maker) -> None:
    """Add demo."""

    @make.command("demo")
    @make.option("--out", text="out", type=click.Path(path_type=Path), default=DEMO_OUT, show_default=True)
    def _demo(out: Path, as_json: bool) -> None:
        from quydat.app.demo import run_demo

        told = Told(make)
        made = run_demo(out, note=told)
        if made.stale:
            note(make.say("cli.study_stale", path=made.study.folder))
        print_run(make, made.run, told.any, as_json=as_json)
        if as_json:
            return
        _board(make, made)
        _plans(make, made)
        line()
        line(f"{make.say('cli.results_in')} {made.folder}/")
        title = {"vi": "bao-cao", "en": "report"}[make.lang]
        for name, path in _RESULTS:
            line(f"  {path.format(title=title):22} {make.say(f'cli.file.{name}')}")
        line(make.say("cli.next", command=f"quydat explain {out} land.run_out_year"))


def _board(make: Maker, made: "Demo") -> None:
    """The board of the parks that matter: what is missing, who must act by when."""
    from quydat.cli.case_show import show_board

    settings = made.study.settings
    rows = [row for row in made.study.cases.board(on=settings.as_of) if row.park["park_id"] in settings.focus]
    rows.sort(key=lambda row: settings.focus.index(row.park["park_id"]))
    line()
    line(make.say("cli.demo.board"))
    show_board(make, rows, settings.as_of)


def _plans(make: Maker, made: "Demo") -> None:
    """The illustrative plans: the zoning plan against the general plan, and the two drafts of that."""
    from quydat.cli.plan_commands import show_conformity_brief, show_drafts

    line()
    line(make.say("cli.demo.plans"))
    show_conformity_brief(make, made.plans.conformity)
    line()
    show_drafts(make, made.plans.flexibility)
    drafts = ",".join(made.plans.flexibility.found.checks)
    line(make.say("cli.demo.plans_more", command=f"quydat flexibility {made.study.folder} --drafts {drafts}"))
