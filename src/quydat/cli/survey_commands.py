"""Commands on the survey: taking files in, matching, the desk, the stock of a day, the field form."""

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json, table
from quydat.core.text import number

if TYPE_CHECKING:
    from quydat.app.desk import Pair, Waiting
    from quydat.app.study import Study
    from quydat.app.survey_files import Reading, Said
    from quydat.core.problem import Problem

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_SHOWN = 5
_WIDE = 28


def import_survey(
    make: Maker, study: "Study", files: Sequence[Path], name: str, said: "Said", *, save: Path | None, yes: bool,
    reason: str, as_json: bool,
) -> None:  # fmt: skip
    """Take survey files in, or show how they are understood."""
    told: list[dict[str, Any]] = []
    for path in files:
        if yes:
            brought = study.survey.take_in(path, name, said=said, reason=reason)
            readings, change = brought.readings, brought.change
        else:
            readings, change = tuple(study.survey.understand(path, name, said=said)), None
        if save is not None:
            from quydat.app.mapping_file import write_mappings

            write_mappings(save, {one.sheet.name: one.mapping for one in readings})
        told += [_as_json(one, change) for one in readings]
        if as_json:
            continue
        for one in readings:
            _show(make, one, brief=yes)
        if not yes:
            continue
        line(make.say("cli.survey.nothing_new") if change is None else _taken(make, change))
    if as_json:
        print_json({"sheets": told})
        return
    if save is not None:
        line(make.say("cli.written", path=save))
    if not yes:
        line()
        line(make.say("cli.survey.not_stored"))


def add_survey_commands(make: Maker) -> None:
    """Add match, review, survey and form."""
    say = make.say

    @make.command("match")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    def _match(study: Path, as_json: bool) -> None:
        from quydat.app.study import open_study

        matched = open_study(study).survey.match()
        if as_json:
            notes = matched.linked.notes(make.lang)
            print_json({"accepted": matched.accepted, "unsure": matched.unsure, "notes": notes})
            return
        line(say("cli.matched", accepted=_count(make, matched.accepted), unsure=_count(make, matched.unsure)))
        for one in matched.linked.notes(make.lang):
            note(one)
        if matched.unsure:
            line(say("cli.next", command=f"quydat review {study}"))

    @make.command("review")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--list", "listed", text="review_list", is_flag=True)
    @make.option("--quarantine", text="review_quarantine", is_flag=True)
    @make.option("--decide", "decide", text="review_decide", nargs=2, type=str, metavar="PAIR same|different")
    @make.option("--mend", "mend", text="review_mend", type=str)
    @make.option("--set", "cells", text="review_set", multiple=True, metavar="ATTRIBUTE=VALUE")
    @make.option("--set-aside", "aside", text="review_aside", multiple=True)
    @make.option("--reason", text="reason", default="")
    def _review(
        study: Path, listed: bool, quarantine: bool, decide: tuple[str, str] | None, mend: str | None,
        cells: tuple[str, ...], aside: tuple[str, ...], reason: str, as_json: bool,
    ) -> None:  # fmt: skip
        from quydat.app.study import open_study

        opened = open_study(study)
        if decide:
            _decide(make, opened, decide, reason, as_json)
        elif mend:
            _mend(make, opened, mend, cells, reason, as_json)
        elif aside:
            opened.survey.set_aside(aside, why=reason)
            print_json({"set_aside": aside}) if as_json else line(say("cli.survey.set_aside", count=len(aside)))
        elif quarantine:
            _list_waiting(make, opened.survey.waiting(), as_json)
        else:
            pairs = opened.survey.pairs()
            if as_json or listed or not sys.stdin.isatty():
                _list_pairs(make, pairs, as_json)
            else:
                _ask(make, opened, pairs, reason)

    @make.command("survey")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--as-of", text="as_of", type=_DAY)
    @make.option("--known-on", text="known_on", type=_DAY)
    @make.option("--by", "by", text="survey_by", default="place_kind", show_default=True)
    @make.option("--changes-since", "since", text="survey_since", type=_DAY)
    def _survey(
        study: Path, as_of: datetime | None, known_on: datetime | None, by: str, since: datetime | None, as_json: bool
    ) -> None:
        from quydat.app.study import open_study

        opened = open_study(study)
        day, known = (one.date() if one else None for one in (as_of, known_on))
        if since is not None:
            _changes(make, opened, since.date(), day or opened.settings.as_of, as_json)
        else:
            _stock(make, opened, day, known, by, as_json)

    @make.command("form")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--out", text="out_file", type=_FILE, required=True)
    @make.option("--entities", text="form_entities", type=_FILE)
    @make.option("--form-version", "version", text="form_version", default="1")
    def _form(study: Path, out: Path, entities: Path | None, version: str, as_json: bool) -> None:
        from quydat.app.form import write_form
        from quydat.app.study import open_study

        written = write_form(open_study(study), out, version=version, entities=entities)
        if as_json:
            print_json({"paths": written})
            return
        for path in written:
            line(say("cli.written", path=path))


def _count(make: Maker, value: float) -> str:
    return number(value, make.lang, decimals=0)


def _as_json(reading: "Reading", change: Any) -> dict[str, Any]:
    return {
        "file": reading.sheet.file,
        "sheet": reading.sheet.name,
        "intake_id": reading.intake_id,
        "mapping": reading.mapping.to_toml(),
        "rows_read": len(reading.sheet.cells),
        "rows_taken": len(reading.taken.rows),
        "rows_waiting": len(reading.taken.waiting),
        "left_out": [{"row": one.row, "what": one.what} for one in reading.sheet.left_out],
        "epsg": reading.mapping.epsg,
        "datum_operation": reading.operation,
        "doubts": [one.as_dict() for one in reading.doubts],
        "problems": [one.as_dict() for one in reading.taken.problems],
        "change_set": None if change is None else change.number,
    }


def _show(make: Maker, reading: "Reading", *, brief: bool) -> None:
    say, sheet = make.say, reading.sheet
    place = f"{sheet.file} · {sheet.name}" if sheet.name else sheet.file
    line()
    line(say("cli.survey.sheet", place=place, rows=_count(make, len(sheet.cells))))
    kinds = Counter(one.what for one in sheet.left_out)
    if kinds:
        words = ", ".join(f"{count} {say(f'cli.survey.left.{what}')}" for what, count in sorted(kinds.items()))
        line(say("cli.survey.left_out", words=words))
    if not brief and reading.proposal is not None:
        _columns(make, reading)
    for candidate in reading.candidates[:1]:
        line(say("cli.survey.position", system=candidate.shown(make.lang), why=" ".join(candidate.reasons(make.lang))))
    if reading.operation and reading.operation != "none":
        line(say("cli.survey.operation", operation=reading.operation))
    for one in reading.notes[:_SHOWN]:
        line("  " + one.message(make.lang))
    taken, waiting = len(reading.taken.rows), len(reading.taken.waiting)
    line(say("cli.survey.would_take", taken=_count(make, taken), waiting=_count(make, waiting)))
    _some(make, reading.taken.problems)
    if reading.doubts:
        line(say("cli.survey.doubts"))
        for doubt in reading.doubts:
            line(f"  {doubt.number}  {doubt.message(make.lang)}")
            line(f"         {doubt.repair(make.lang)}")


def _columns(make: Maker, reading: "Reading") -> None:
    assert reading.proposal is not None
    rows = []
    for one in reading.proposal.notes:
        target = one.target or make.say("cli.survey.not_read")
        sample = "; ".join(f"{a} → {b}" if a != b else a for a, b in one.samples[:2])
        rows.append([_cut(one.shown), target, make.say(f"cli.survey.confidence.{one.confidence}"), _cut(sample, 48)])
    headings = [make.say(f"cli.survey.column.{name}") for name in ("heading", "attribute", "confidence", "sample")]
    table(headings, rows)


def _cut(text: str, width: int = _WIDE) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= width else flat[: width - 1] + "…"


def _some(make: Maker, found: "Sequence[Problem]") -> None:
    """Problems by number: how many, and the first of each."""
    counts = Counter(one.number for one in found)
    first: dict[str, Problem] = {}
    for one in found:
        first.setdefault(one.number, one)
    for number_, count in sorted(counts.items()):
        example = first[number_]
        line(f"  {number_} × {count}: {example.place.shown(make.lang)}: {example.message(make.lang)}")


def _taken(make: Maker, change: Any) -> str:
    return make.say(
        "cli.changed", number=change.number, added=change.rows_added, changed=change.rows_changed,
        withdrawn=change.rows_withdrawn,
    )  # fmt: skip


def _decide(make: Maker, study: "Study", decide: tuple[str, str], reason: str, as_json: bool) -> None:
    from quydat.app.desk import DIFFERENT, SAME
    from quydat.core.problem import Problems, problem

    pair, decision = decide
    if decision not in (SAME, DIFFERENT):
        raise Problems([problem("QD902", why=f"--decide {pair} {decision}", repair=f"{SAME} | {DIFFERENT}")])
    change = study.survey.decide(pair, decision, reason=reason)
    if as_json:
        print_json({"pair": pair, "decision": decision, "change_set": None if change is None else change.number})
    else:
        line(make.say("cli.survey.nothing_new") if change is None else _taken(make, change))


def _mend(make: Maker, study: "Study", row: str, cells: tuple[str, ...], reason: str, as_json: bool) -> None:
    from quydat.core.problem import raise_if

    changes: dict[str, str | None] = {}
    for cell in cells:
        name, _, value = cell.partition("=")
        changes[name.strip()] = value or None
    change, found = study.survey.mend({row: changes}, reason=reason)
    raise_if(found)
    if as_json:
        print_json({"row": row, "change_set": None if change is None else change.number})
    else:
        line(make.say("cli.survey.nothing_new") if change is None else _taken(make, change))


def _list_waiting(make: Maker, rows: "Sequence[Waiting]", as_json: bool) -> None:
    if as_json:
        told = [
            {"id": one.quarantine_id, "reasons": [p.as_dict() for p in one.reasons], "original": one.original}
            for one in rows
        ]
        print_json({"waiting": told})
        return
    line(make.say("cli.survey.waiting", count=len(rows)))
    for one in rows:
        line(f"  {one.quarantine_id}")
        for reason in one.reasons:
            line(f"      {reason.number}  {reason.place.shown(make.lang)}: {reason.message(make.lang)}")
            line(f"             {reason.repair(make.lang)}")


def _list_pairs(make: Maker, pairs: "Sequence[Pair]", as_json: bool) -> None:
    if as_json:
        print_json({"pairs": [vars(one) for one in pairs]})
        return
    line(make.say("cli.survey.pairs", count=len(pairs)))
    for one in pairs:
        _show_pair(make, one)


_COMPARED = (
    "name", "tax_code", "address", "unit_name", "district_name", "park_name", "sector_text", "sector_code", "workers",
    "site_area_m2", "gross_floor_area_m2", "operating_state", "observed_on",
)  # fmt: skip


def _show_pair(make: Maker, pair: "Pair") -> None:
    from quydat.dictionary.schema import tables
    from quydat.survey.decide import explained

    definition = tables()["observation"]
    line()
    line(
        make.say(
            "cli.survey.pair", pair=pair.pair_id, probability=number(pair.probability * 100, make.lang, decimals=1)
        )
    )
    rows = [
        [
            definition[name].label(make.lang),
            _cut(str(pair.left.get(name, "–")), 40),
            _cut(str(pair.right.get(name, "–")), 40),
        ]
        for name in _COMPARED
        if name in pair.left or name in pair.right
    ]
    table(("", str(pair.left.get("origin", "")), str(pair.right.get("origin", ""))), rows)
    for words in explained(pair.evidence, make.lang, contradiction=pair.contradiction) if pair.evidence else ():
        line(f"    {words}")


def _ask(make: Maker, study: "Study", pairs: "Sequence[Pair]", reason: str) -> None:
    """Pairs one by one: same, different, skip, stop."""
    from quydat.app.desk import DIFFERENT, SAME

    keys = make.say("cli.survey.keys")
    same, different, skip, stop = tuple(keys)
    for place, pair in enumerate(pairs, start=1):
        _show_pair(make, pair)
        keys_told = {"same": same, "different": different, "skip": skip, "stop": stop}
        asked = make.say("cli.survey.ask", place=place, count=len(pairs), **keys_told)
        choice = click.prompt(asked, type=click.Choice(list(keys)), show_choices=False)
        if choice == stop:
            break
        if choice != skip:
            study.survey.decide(pair.pair_id, SAME if choice == same else DIFFERENT, reason=reason)
    left = study.survey.pairs()
    line(make.say("cli.survey.pairs", count=len(left)))


_STOCK = (
    "establishments", "floor_known", "gross_floor_area_m2", "estimated_total_m2", "standard_error_m2", "plot_ratio",
)  # fmt: skip


def _stock(make: Maker, study: "Study", day: date | None, known: date | None, by: str, as_json: bool) -> None:
    from quydat.core.basis import Basis
    from quydat.core.problem import Problems, problem
    from quydat.dictionary.schema import choices, tables
    from quydat.inventory.floor_figures import group_name
    from quydat.inventory.stock import names_of

    if by not in choices("floor_dimension"):
        raise Problems([problem("QD902", why=f"--by {by}", repair=", ".join(choices("floor_dimension")))])
    stock = study.survey.stock(as_of=day, known_on=known)
    rows = stock.floor_space[stock.floor_space["dimension"] == by].to_dict("records")
    if as_json:
        print_json({"as_of": day or study.settings.as_of, "floor_space": [_known(row) for row in rows]})
        return
    names = names_of({**study.survey.tables(known_on=known), "park": study.read("park")})
    definition = tables()["floor_space"]
    columns = (
        "establishments",
        "floor_known",
        "gross_floor_area_m2",
        "estimated_total_m2",
        "standard_error_m2",
        "plot_ratio",
    )
    if Basis.ILLUSTRATIVE.value in set(stock.establishments["basis"]):
        line(make.say("cli.survey.illustrative"))
    shown = []
    for row in rows:
        name = group_name(by, str(row["group"]), names)[make.lang != "vi"]
        cells = [_cell(make, row[one], 2 if one == "plot_ratio" else 0) for one in columns]
        shown.append([_cut(name, 40), *cells])
    table(
        [choices("floor_dimension")[by][make.lang != "vi"], *(definition[one].label(make.lang) for one in columns)],
        shown,
    )
    total = stock.quality[stock.quality["unit_id"] == "total"].to_dict("records")[0]
    facts = {name: _count(make, total[name]) for name in ("establishments", "correct", "complete", "clean", "live")}
    line(make.say("cli.survey.quality", **facts))


def _changes(make: Maker, study: "Study", before: date, after: date, as_json: bool) -> None:
    rows = study.survey.changes(before, after).to_dict("records")
    if as_json:
        print_json({"from": before, "to": after, "changes": [_known(row) for row in rows]})
        return
    line(make.say("cli.survey.changes", before=before, after=after))
    headings = [make.say(f"cli.survey.change.{name}") for name in ("cause", "establishments", "floor")]
    shown = [
        [
            make.say(f"cli.survey.cause.{row['cause']}"),
            _cell(make, row["establishments"], 0),
            _cell(make, row["gross_floor_area_m2"], 0),
        ]
        for row in rows
    ]
    table(headings, shown)


def _cell(make: Maker, value: Any, decimals: int) -> str:
    import pandas as pd

    return "–" if pd.isna(value) else number(float(value), make.lang, decimals=decimals)


def _known(row: dict[Any, Any]) -> dict[str, Any]:
    import pandas as pd

    return {str(name): None if not isinstance(value, list) and pd.isna(value) else value for name, value in row.items()}
