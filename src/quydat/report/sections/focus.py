"""Section 2: the parks that matter now, one line each: step, who must act, by when, when the land comes."""

from typing import Any

from quydat.core.text import UNKNOWN
from quydat.dictionary.schema import tables
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.wording import NOT_APPLICABLE, Show
from quydat.report.writer import Writer


def write(w: Writer) -> Section:
    """The line of each park, what it waits for, and the promised year against the expected one."""
    rows = [row for park in w.snapshot.focus_here for row in w.rows("procedure") if row["park_id"] == park]
    if not rows:
        return Section("focus", w.say("focus.title"), ())
    blocks: list[Block] = [
        w.paragraph(
            "focus.text", count=w.ref("focus.parks"), promised=w.ref("focus.promised"), late=w.ref("focus.late")
        ),
        _lines(w, rows),
        ChartBlock("pipeline", w.say("focus.chart"), w.say("focus.chart_alt")),
        w.caution("focus.statute"),
        _actors(w, rows),
        *_matrix(w, rows),
    ]
    return Section("focus", w.say("focus.title"), tuple(blocks))


def step_names(w: Writer, refs: str | None) -> str:
    """Names of steps, from their ids."""
    names = {row["step_id"]: w.name_of(row) for row in w.rows("procedure_step")}
    return "; ".join(names.get(step, step) for step in (refs or "").split(";") if step) or UNKNOWN[w.lang]


def _lines(w: Writer, rows: list[dict[str, Any]]) -> TableBlock:
    attributes = tables()["procedure"]
    columns = (
        Column(w.say("name"), wide=True),
        Column(attributes["promised_year"].label(w.lang), True),
        Column(tables()["promised_expected"]["kept_share"].label(w.lang), True),
        Column(attributes["statutory_ready"].label(w.lang), True),
        Column(w.say("focus.middle"), True),
        Column(w.say("focus.expected"), True),
        Column(attributes["assumed_share"].label(w.lang), True),
        Column(attributes["future_lettable_ha"].label(w.lang), True),
    )
    return TableBlock("procedure", w.say("focus.lines"), columns, tuple(_line(w, row) for row in rows), beyond(w, rows))


def beyond(w: Writer, rows: list[dict[str, Any]]) -> str:
    """How to read years after the last of the study, where there are any; else nothing."""
    end = w.snapshot.study.end_year
    late = any(row["ready_p90"] is not None and row["ready_p90"].year > end for row in rows)
    return w.say("focus.beyond", end=end) if late else ""


def _line(w: Writer, row: dict[str, Any]) -> Row:
    cell = f"procedure.{row['park_id']}"
    attributes = tables()["procedure"]

    def span(low: str, high: str, show: Show) -> Runs:
        if row[low] is None and row[high] is None:
            return (UNKNOWN[w.lang],)
        return (w.ref(f"{cell}.{low}", show=show), "–", w.ref(f"{cell}.{high}", show=show))

    promised = w.cell("procedure", row, attributes["promised_year"])
    kept = (w.ref(f"promised_expected.{row['park_id']}.kept_share", decimals=0),) if row["promised_year"] else ()
    return Row(
        (
            (w.name_of(row),),
            promised if row["promised_year"] else (w.say("not_promised"),),
            kept or (NOT_APPLICABLE,),
            _month(w, row, "statutory_ready"),
            _month(w, row, "ready_p50"),
            span("ready_p10", "ready_p90", "year"),
            (UNKNOWN[w.lang],) if row["assumed_share"] is None else (w.ref(f"{cell}.assumed_share", decimals=0),),
            w.cell("procedure", row, attributes["future_lettable_ha"]),
        ),
        row_id=row["park_id"],
    )


def _actors(w: Writer, rows: list[dict[str, Any]]) -> TableBlock:
    columns = (
        Column(w.say("name"), wide=True),
        Column(w.say("focus.steps"), True),
        Column(tables()["procedure"]["next_steps"].label(w.lang), wide=True),
        Column(w.say("focus.who"), wide=True),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                (
                    w.ref(f"procedure.{row['park_id']}.steps_finished"),
                    "/",
                    w.ref(f"procedure.{row['park_id']}.steps_total"),
                ),
                (step_names(w, row["next_steps"]),),
                (row[f"next_authority_{w.lang}"] or UNKNOWN[w.lang],),
            ),
            row_id=row["park_id"],
        )
        for row in rows
    ]
    return TableBlock("actors", w.say("focus.actors"), columns, tuple(lines))


def _month(w: Writer, row: dict[str, Any], attribute: str) -> Runs:
    return (
        (UNKNOWN[w.lang],)
        if row[attribute] is None
        else (w.ref(f"procedure.{row['park_id']}.{attribute}", show="month"),)
    )


def _matrix(w: Writer, rows: list[dict[str, Any]]) -> list[Block]:
    """Steps down, parks across; every cell says in words where the step stands."""
    state = {(row["park_id"], row["step_id"]): row["state"] for row in w.rows("procedure_remaining")}
    tracks = {row["track"] for row in rows}
    steps = [step for step in w.rows("procedure_step") if step["track"] in tracks]
    columns = (Column(w.say("focus.step"), wide=True), *(Column(w.name_of(row)) for row in rows))
    lines = [
        Row(
            (
                (w.name_of(step),),
                *(
                    ("",)
                    if step["track"] != row["track"]
                    else (w.say(f"focus.is_{state.get((row['park_id'], step['step_id']), 'done')}"),)
                    for row in rows
                ),
            )
        )
        for step in steps
    ]
    return [TableBlock("steps", w.say("focus.matrix"), columns, tuple(lines), w.say("focus.matrix_note"))]
