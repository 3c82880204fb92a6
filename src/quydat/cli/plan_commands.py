"""Commands on spatial plans: a lower plan against the one above it, drafts against proposals."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json, table
from quydat.core.text import number

if TYPE_CHECKING:
    from quydat.app.spatial_plan import Checked, Compared
    from quydat.core.problem import Problem
    from quydat.spatial_plan.conform import Conformity

_FOLDER = click.Path(path_type=Path)
_SHOWN = 12


def add_plan_commands(make: Maker) -> None:
    """Add conform and flexibility."""

    @make.command("conform")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--lower", text="plan_lower", required=True, metavar="PLAN")
    @make.option("--upper", text="plan_upper", metavar="PLAN")
    @make.option("--out", text="out", type=_FOLDER)
    def _conform(study: Path, lower: str, upper: str | None, out: Path | None, as_json: bool) -> None:
        from quydat.app.plan_file import split_reference
        from quydat.app.plan_results import conformity_json, write_conformity
        from quydat.app.spatial_plan import conform_files
        from quydat.app.study import open_study

        if upper is not None and None not in (split_reference(lower)[0], split_reference(upper)[0]):
            checked = conform_files(lower, upper)
        else:
            checked = open_study(study).plans.conform(lower, upper)
        written = write_conformity(checked, out, make.lang) if out is not None else []
        if as_json:
            print_json({**conformity_json(checked), "paths": written})
            return
        show_conformity(make, checked)
        _written(make, written)

    @make.command("flexibility")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--drafts", text="plan_drafts", required=True, metavar="PLAN,PLAN")
    @make.option("--proposals", text="plan_proposals", default="", metavar="PLAN,PLAN")
    @make.option("--out", text="out", type=_FOLDER)
    def _flexibility(study: Path, drafts: str, proposals: str, out: Path | None, as_json: bool) -> None:
        from quydat.app.plan_results import write_flexibility
        from quydat.app.study import open_study

        if not _names(drafts):
            ctx = click.get_current_context()
            raise click.MissingParameter(ctx=ctx, param=next(one for one in ctx.command.params if one.name == "drafts"))
        compared = open_study(study).plans.flexibility(_names(drafts), _names(proposals))
        written = write_flexibility(compared.found, out, make.lang) if out is not None else []
        if as_json:
            rows = compared.found.table(make.lang).to_dict("records")
            summary = compared.found.summary().to_dict("records")
            remarks = [one.as_dict() for one in compared.remarks]
            print_json({"summary": summary, "checks": rows, "remarks": remarks, "paths": written})
            return
        show_flexibility(make, compared)
        _written(make, written)


def _names(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _written(make: Maker, paths: Sequence[Path]) -> None:
    for path in paths:
        line(make.say("cli.written", path=path))


def _told(make: Maker, remarks: "Sequence[Problem]") -> None:
    """What is wrong with the drawings although an answer could be given."""
    for one in remarks[:_SHOWN]:
        note(f"{one.number}  {one.message(make.lang)}")
    if len(remarks) > _SHOWN:
        note(make.say("cli.plans.more", count=len(remarks) - _SHOWN))


def show_conformity(make: Maker, checked: "Checked") -> None:
    """A check for people: verdict, hectares, what breaks, official and drawn area, freedom left."""
    from quydat.spatial_plan.words import summary

    found, lang, say = checked.found, make.lang, make.say
    _told(make, checked.remarks)
    _made_up(make, {str(plan.plan["basis"]) for plan in (found.lower, found.upper)})
    line(summary(found, lang))
    line()
    _by_finding(make, found)
    line()
    heads = [say(f"cli.plans.{name}") for name in ("plan", "official", "drawn")]
    table(heads, [_areas(make, found, "lower"), _areas(make, found, "upper")])
    line()
    left = found.freedom
    whole = _ha(make, float(left.areas["drawn_ha"].sum()))
    floor = number(left.floor_left_m2, lang, decimals=0)
    facts = {"open": _ha(make, left.open_ha), "floor": floor, "known": _ha(make, left.floor_known_ha), "whole": whole}
    line(say("cli.plans.freedom", **facts))
    rows = [
        (
            found.uses.label(row["land_use"], lang),
            *(_ha(make, row[f"{name}_ha"]) for name in ("allowed", "settled", "open")),
        )
        for row in left.uses.to_dict("records")
    ]
    table([say("cli.plans.use"), *(say(f"cli.plans.{name}") for name in ("allowed", "settled", "open"))], rows)


def show_conformity_brief(make: Maker, checked: "Checked") -> None:
    """A check in a few lines: verdict, hectares by finding, what breaks."""
    from quydat.spatial_plan.words import summary

    line(summary(checked.found, make.lang))
    _by_finding(make, checked.found)


def _by_finding(make: Maker, found: "Conformity") -> None:
    """Hectares by finding, and what breaks."""
    from quydat.dictionary.schema import choice_label
    from quydat.spatial_plan.words import breaches

    hectares = [(choice_label("plan_finding", name, make.lang), _ha(make, ha)) for name, ha in found.hectares.items()]
    table([make.say("cli.plans.finding"), "ha"], hectares)
    _sentences(make, breaches(found, make.lang))


def _areas(make: Maker, found: "Conformity", which: str) -> list[str]:
    plan, ha = (found.lower, found.laid.lower_ha) if which == "lower" else (found.upper, found.laid.upper_ha)
    return [plan.plan_id, number(plan.plan["official_area_ha"], make.lang, decimals=2), _ha(make, float(ha.sum()))]


def _sentences(make: Maker, sentences: Sequence[str]) -> None:
    if sentences:
        line()
    for one in sentences[:_SHOWN]:
        line(f"  · {one}")
    if len(sentences) > _SHOWN:
        line(f"  · {make.say('cli.plans.more', count=len(sentences) - _SHOWN)}")


def show_flexibility(make: Maker, compared: "Compared") -> None:
    """Drafts against proposals for people, with what each proposal breaks."""
    show_drafts(make, compared)
    for row in compared.found.table(make.lang).to_dict("records"):
        if row["verdict"] != "conforms":
            line()
            line(f"{row['draft']} · {row['proposal']}:")
            _sentences(make, row["why"].split("\n"))


def show_drafts(make: Maker, compared: "Compared") -> None:
    """How many proposals each draft lets pass, and which."""
    found, lang, say = compared.found, make.lang, make.say
    _told(make, compared.remarks)
    every = [plan for own in found.checks.values() for check in own.values() for plan in (check.upper, check.lower)]
    _made_up(make, {str(plan.plan["basis"]) for plan in every})
    for row in found.summary().to_dict("records"):
        facts = {name: row[name] for name in ("draft", "proposals", "conforms", "unknown", "breaks")}
        line(say("cli.plans.draft", **facts, ha=_ha(make, row["conforms_ha"])))
    rows = found.table(lang)
    drafts = list(found.checks)
    line()
    cells = {(row["draft"], row["proposal"]): row for row in rows.to_dict("records")}
    listed = [
        [name, *(say(f"plan.chart.{cells[draft, proposal]['verdict']}") for draft in drafts)]
        for proposal, name in dict(zip(rows["proposal"], rows["name"], strict=True)).items()
    ]
    table([say("cli.plans.proposal"), *drafts], listed)


def _made_up(make: Maker, bases: set[str]) -> None:
    if "illustrative" in bases:
        line(make.say("plan.chart.illustrative"))


def _ha(make: Maker, value: float) -> str:
    return number(value, make.lang, decimals=2)
