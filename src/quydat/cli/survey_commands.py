"""Commands on the survey: taking files in, matching, the desk, the stock of a day, the field form."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.face import Maker
from quydat.cli.output import line, note, print_json
from quydat.cli.survey_show import (
    change_told,
    count,
    list_pairs,
    list_waiting,
    sheet_json,
    show_changes,
    show_contradictions,
    show_floor,
    show_judged,
    show_pair,
    show_quality,
    show_sheet,
)

if TYPE_CHECKING:
    from quydat.app.desk import Pair
    from quydat.app.study import Study
    from quydat.app.survey_files import Said

_FOLDER = click.Path(path_type=Path)
_FILE = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


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
        told += [sheet_json(one, change) for one in readings]
        if as_json:
            continue
        for one in readings:
            show_sheet(make, one, brief=yes)
        if not yes:
            continue
        line(make.say("cli.survey.nothing_new") if change is None else change_told(make, change))
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
    @make.option("--labels", text="match_labels", type=_FILE)
    def _match(study: Path, labels: Path | None, as_json: bool) -> None:
        from quydat.app.study import open_study

        opened = open_study(study)
        if labels is not None:
            show_judged(make, opened, labels, as_json)
            return
        matched = opened.survey.match()
        if as_json:
            notes = matched.linked.notes(make.lang)
            print_json({"accepted": matched.accepted, "unsure": matched.unsure, "notes": notes})
            return
        line(say("cli.matched", accepted=count(make, matched.accepted), unsure=count(make, matched.unsure)))
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
            list_waiting(make, opened.survey.waiting(), as_json)
        else:
            pairs = opened.survey.pairs()
            if as_json or listed or not sys.stdin.isatty():
                list_pairs(make, pairs, as_json)
            else:
                _ask(make, opened, pairs, reason)

    @make.command("survey")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--as-of", text="as_of", type=_DAY)
    @make.option("--known-on", text="known_on", type=_DAY)
    @make.option("--by", "by", text="survey_by", default="place_kind", show_default=True)
    @make.option("--changes-since", "since", text="survey_since", type=_DAY)
    @make.option("--quality", "quality", text="survey_quality", is_flag=True)
    @make.option("--contradictions", "contradictions", text="survey_contradictions", is_flag=True)
    def _survey(
        study: Path, as_of: datetime | None, known_on: datetime | None, by: str, since: datetime | None,
        contradictions: bool, quality: bool, as_json: bool,
    ) -> None:  # fmt: skip
        from quydat.app.study import open_study

        opened = open_study(study)
        day, known = (one.date() if one else None for one in (as_of, known_on))
        if quality:
            show_quality(make, opened, day, known, as_json)
        elif contradictions:
            show_contradictions(make, opened, day, as_json)
        elif since is not None:
            show_changes(make, opened, since.date(), day or opened.settings.as_of, as_json)
        else:
            show_floor(make, opened, day, known, by, as_json)

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
        line(make.say("cli.survey.nothing_new") if change is None else change_told(make, change))


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
        line(make.say("cli.survey.nothing_new") if change is None else change_told(make, change))


def _ask(make: Maker, study: "Study", pairs: "Sequence[Pair]", reason: str) -> None:
    """Pairs one by one: same, different, skip, stop."""
    from quydat.app.desk import DIFFERENT, SAME

    keys = make.say("cli.survey.keys")
    same, different, skip, stop = tuple(keys)
    for place, pair in enumerate(pairs, start=1):
        show_pair(make, pair)
        keys_told = {"same": same, "different": different, "skip": skip, "stop": stop}
        asked = make.say("cli.survey.ask", place=place, count=len(pairs), **keys_told)
        choice = click.prompt(asked, type=click.Choice(list(keys)), show_choices=False)
        if choice == stop:
            break
        if choice != skip:
            study.survey.decide(pair.pair_id, SAME if choice == same else DIFFERENT, reason=reason)
    left = study.survey.pairs()
    line(make.say("cli.survey.pairs", count=len(left)))
