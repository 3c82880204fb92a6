"""Commands on cases: the board of all, one in full, and recording what happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quydat.cli.case_show import carried_json, case_json, event_json, show_board, show_carried, show_case, standing_json
from quydat.cli.face import Maker
from quydat.cli.output import line, print_json

if TYPE_CHECKING:
    from quydat.app.study import Study
    from quydat.core.period import Period
    from quydat.procedure.decide import Command

_FOLDER = click.Path(path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_KINDS = (
    "start", "finish", "stop", "skip", "file", "return", "supplement", "document", "ask", "give", "answer", "carry",
    "report",
)  # fmt: skip
_POSITIONS = ("agree", "conditions", "disagree", "none")
_CELLS = {
    "document": "document", "document_on": "document_on", "issuer": "issuer_vi", "agency": "agency_vi",
    "subject": "subject_vi", "position": "position", "content": "content_vi", "answer": "answer_vi",
    "remark": "note_vi", "source": "source_ids",
}  # fmt: skip
"""The cell that each option fills."""
_TRACKS = ("park", "cluster", "conversion", "tenant")


def add_case_commands(make: Maker) -> None:
    """Add pipeline and case."""

    @make.command("pipeline")
    @make.argument("study", text="study", type=_FOLDER, default=".")
    @make.option("--on", "on", text="case_on", type=_DAY)
    @make.option("--all", "everything", text="case_all", is_flag=True)
    def _pipeline(study: Path, on: datetime | None, everything: bool, as_json: bool) -> None:
        from quydat.app.study import now, open_study

        day = (on or now()).date()
        opened = open_study(study)
        rows = opened.cases.board(on=day)
        focus = set(opened.settings.focus)
        if focus and not everything:
            rows = [row for row in rows if row.park["park_id"] in focus]
        if as_json:
            print_json({"on": day, "cases": [standing_json(row) for row in rows]})
            return
        show_board(make, rows, day)

    @make.command("case")
    @make.argument("study", text="study_folder", type=_FOLDER)
    @make.argument("park", text="park")
    @make.option("--on", "on", text="case_on", type=str)
    @make.option("--track", text="case_track", type=click.Choice(_TRACKS))
    @make.option("--carry", "to", text="case_carry", type=_DAY)
    @make.option("--do", "do", text="case_do", nargs=2, type=(click.Choice(_KINDS), str), metavar="WHAT STEP")
    @make.option("--document", text="case_document")
    @make.option("--document-on", text="case_document_on")
    @make.option("--issuer", text="case_issuer")
    @make.option("--due", text="case_due", type=_DAY)
    @make.option("--agency", text="case_agency")
    @make.option("--subject", text="case_subject")
    @make.option("--opinion", text="case_opinion", default="")
    @make.option("--position", text="case_position", type=click.Choice(_POSITIONS))
    @make.option("--content", text="case_content")
    @make.option("--answer", text="case_answer")
    @make.option("--law", text="case_law", type=_DAY)
    @make.option("--note", "remark", text="case_note")
    @make.option("--source", "source", text="case_source")
    @make.option("--reason", text="reason", default="")
    @make.option("--yes", text="yes", is_flag=True)
    def _case(
        study: Path, park: str, on: str | None, track: str | None, to: datetime | None, do: tuple[str, str] | None,
        opinion: str, reason: str, yes: bool, as_json: bool, **said: Any,
    ) -> None:  # fmt: skip
        from quydat.app.study import now, open_study

        opened = open_study(study)
        if do is not None:
            _do(make, opened, park, _command(do, on, opinion, said), track, reason, yes, as_json)
            return
        _refuse_details(opinion=opinion, reason=reason, yes=yes, **said)
        day = _period(on).end if on else now().date()
        if to is not None:
            carried = opened.cases.carry(park, on=day, to=to.date(), track=track)
            if as_json:
                print_json(carried_json(carried))
            else:
                show_carried(make, carried, opened.cases.standing(park, on=day, track=track), to.date())
            return
        standing = opened.cases.standing(park, on=day, track=track)
        print_json(case_json(standing)) if as_json else show_case(make, standing)


def _command(do: tuple[str, str], on: str | None, opinion: str, said: dict[str, Any]) -> "Command":
    from quydat.core.problem import Place, problem, raise_if
    from quydat.procedure.decide import Command

    if on is None:
        raise_if([problem("QD876", Place(column="on"), command=do[0], needed="--on")])
        raise AssertionError
    period = _period(on)
    details: dict[str, Any] = {new: said[old] for old, new in _CELLS.items() if said.get(old)}
    if do[0] in ("ask", "give") and "document" in details:
        details["asked_document" if do[0] == "ask" else "given_document"] = details.pop("document")
    if "agency_vi" in details:
        details["agency_en"] = details["agency_vi"]
    if said.get("due"):
        details["due_on"] = said["due"].date()
    if said.get("law"):
        details["template_on"] = said["law"].date()
    return Command(do[0], do[1], period, on, opinion, details)  # type: ignore[arg-type]


def _do(
    make: Maker, study: "Study", park: str, command: "Command", track: str | None, reason: str, yes: bool, as_json: bool
) -> None:
    from quydat.app.study import now

    at = now()
    if not yes:
        with _said_as_options():
            made = study.cases.propose(park, command, now=at.date(), track=track)
        if as_json:
            print_json({"change_sets": [], "would_record": [event_json(one) for one in made.events]})
            return
        for event in made.events:
            line(make.say("cli.case.would_record", event=event.event_id, on=event.on_text))
        return
    with _said_as_options():
        change = study.cases.record(park, command, at=at, reason=reason, track=track)
    if as_json:
        print_json({"change_sets": [vars(change)]})
        return
    facts = {"added": change.rows_added, "changed": change.rows_changed, "withdrawn": change.rows_withdrawn}
    line(make.say("cli.changed", number=change.number, **facts))
    day = max(command.on.end, at.date()) if command.on.end <= at.date() else at.date()
    show_case(make, study.cases.standing(park, on=day, track=track))


@contextmanager
def _said_as_options() -> Iterator[None]:
    """What a command lacks is told by the option that says it, not by the column that it would fill."""
    from quydat.core.problem import Problems

    try:
        yield
    except Problems as problems:
        options = {cell: _option(name) for name, cell in {**_CELLS, "law": "template_on"}.items()}
        raise Problems(
            replace(one, facts={**one.facts, "needed": options.get(str(one.facts["needed"]), one.facts["needed"])})
            if one.number == "QD876"
            else one
            for one in problems.found
        ) from None


def _option(name: str) -> str:
    return "--" + {"remark": "note"}.get(name, name).replace("_", "-")


def _period(text: str) -> "Period":
    """The days that ``--on`` may mean: a day, a month or a year."""
    from quydat.core.period import partial_date
    from quydat.core.problem import Place, Problem, raise_if
    from quydat.dictionary.read import read_cell
    from quydat.dictionary.schema import tables

    value, found = read_cell(text, tables()["procedure_event"]["on"])
    raise_if(Problem(one.number, one.facts, Place(column="--on")) for one in found)
    return partial_date(str(value))


def _refuse_details(**given: Any) -> None:
    """What only a command records must not be taken in silence."""
    from quydat.core.problem import problem, raise_if

    said = [_option(name) for name, value in given.items() if value]
    if said:
        raise_if([problem("QD880", options=", ".join(said))])
