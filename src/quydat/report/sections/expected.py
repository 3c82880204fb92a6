"""What the expected dates rest on: cases, critical path, land promised against expected, back-check."""

from typing import Any

from quydat.dictionary.schema import choice_label, tables
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.wording import NOT_APPLICABLE
from quydat.report.writer import Writer

_ENDS = ("p10", "p50", "p90")


def write(w: Writer) -> Section:
    """Nothing where no park is in the focus, or the run is of a release that had no such tables."""
    title = w.say("expected.title")
    if not w.snapshot.focus_here or "duration_step" not in w.snapshot.tables:
        return Section("expected", title, ())
    blocks: list[Block] = [w.paragraph("expected.text")]
    if any(row["promised_ha"] for row in w.rows("land_ready_total")):
        blocks += [_by_year(w), ChartBlock("promised", w.say("expected.chart"), w.say("expected.chart_alt"))]
    blocks += [_critical(w), _steps(w)]
    if w.rows("duration_check"):
        counts = {name: w.ref(f"durations.{name}") for name in ("checked", "inside")}
        blocks += [w.paragraph("expected.check_text", **counts), _check(w)]
    blocks.append(w.caution("expected.caution"))
    return Section("expected", title, tuple(blocks))


def _by_year(w: Writer) -> TableBlock:
    """Years in which a promise falls due, and the last year of the account."""
    rows = w.rows("land_ready_total")
    due = {row["promised_year"] for row in w.rows("promised_expected")}
    kept = [row for row in rows if row["year"] in due or row is rows[-1]]
    return w.table(
        "land_ready_total",
        ("year", "promised_ha", "expected_ha", "p10_ha", "p50_ha", "p90_ha"),
        caption=w.say("expected.by_year"),
        rows=kept,
        decimals=0,
        note=w.say("expected.by_year_note"),
    )


def _critical(w: Writer) -> TableBlock:
    """Steps down, parks across: the probability that the step is on the longest way."""
    rows = {row["park_id"]: row for row in w.rows("procedure")}
    parks = [rows[park] for park in w.snapshot.focus_here]
    shares = {(row["park_id"], row["step_id"]) for row in w.rows("critical_path")}
    tracks = {row["track"] for row in parks}
    columns = (Column(w.say("focus.step"), wide=True), *(Column(w.name_of(row), True) for row in parks))

    def cell(park: str, step: str) -> Runs:
        return (w.ref(f"critical_path.{park}.{step}.critical_share", decimals=0),) if (park, step) in shares else ("",)

    lines = [
        Row(((w.name_of(step),), *(cell(row["park_id"], step["step_id"]) for row in parks)))
        for step in w.rows("procedure_step")
        if step["track"] in tracks and any((row["park_id"], step["step_id"]) in shares for row in parks)
    ]
    likely = Row(
        (
            (w.say("expected.likely"),),
            *(
                (w.ref(f"procedure.{row['park_id']}.likely_path_share", decimals=0),)
                if row["likely_path"]
                else (NOT_APPLICABLE,)
                for row in parks
            ),
        )
    )
    return TableBlock(
        "critical", w.say("expected.critical"), columns, (*lines, likely), w.say("expected.critical_note")
    )


def _steps(w: Writer) -> TableBlock:
    """How many cases each duration rests on, and the range that comes of it."""
    attributes = tables()["duration_step"]
    shown = ("n_finished", "n_at_latest", "n_censored", "n_abandoned", "n_terms")
    columns = (
        Column(w.say("focus.step"), wide=True),
        *(Column(attributes[name].label(w.lang), True) for name in shown),
        Column(attributes["model"].label(w.lang), wide=True),
        Column(w.say("expected.years"), True),
    )
    tracks = {row["track"] for row in w.rows("procedure")}
    lines = [
        Row(
            (
                (_step_name(w, row),),
                *(w.cell("duration_step", row, attributes[name]) for name in shown),
                w.cell("duration_step", row, attributes["model"]),
                _years(w, f"duration_step.{row['step_id']}.{row['clears']}"),
            )
        )
        for row in sorted(w.rows("duration_step"), key=lambda row: (row["step_id"], row["clears"]))
        if row["track"] in tracks
    ]
    return TableBlock("durations", w.say("expected.steps"), columns, tuple(lines), w.say("expected.steps_note"))


def _step_name(w: Writer, row: dict[str, Any]) -> str:
    name = w.name_of(row)
    return name if row["clears"] == "any" else f"{name} ({choice_label('clears_group', row['clears'], w.lang)})"


def _years(w: Writer, cell: str) -> Runs:
    first, middle, last = (w.ref(f"{cell}.{end}_days", show="years") for end in _ENDS)
    return (first, "–", middle, "–", last)


def _check(w: Writer) -> TableBlock:
    attributes = tables()["duration_check"]
    columns = (
        Column(w.say("expected.case"), wide=True),
        Column(w.say("expected.actual"), True),
        Column(w.say("expected.said"), True),
        Column(attributes["position_share"].label(w.lang), True),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                (w.ref(f"duration_check.{row['observation_id']}.days", show="years"),),
                _years(w, f"duration_check.{row['observation_id']}"),
                (w.ref(f"duration_check.{row['observation_id']}.position_share", decimals=0),),
            )
        )
        for row in w.rows("duration_check")
    ]
    return TableBlock("check", w.say("expected.check"), columns, tuple(lines), w.say("expected.check_note"))
