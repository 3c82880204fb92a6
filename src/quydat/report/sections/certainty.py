"""Section 7: how sure the report is: coverage, assumptions, sources that disagree, what does not exist."""

from typing import Any

from quydat.core.basis import Basis
from quydat.dictionary.schema import choice_label, tables
from quydat.report.charts.tornado import input_rows, shown_output, survey_rows
from quydat.report.document import Block, ChartBlock, Column, Link, Paragraph, Row, Run, Runs, Section, TableBlock
from quydat.report.record_figures import claimed_attribute, disagreements, parameter_id, parameter_name, parameters
from quydat.report.sections.demand_parts import counts_movers
from quydat.report.sources import of
from quydat.report.surveys import narrows_most
from quydat.report.writer import Writer, joined

_MOST = 8
_INPUT = ("first_order_share", "total_order_share", "low", "high")
_SURVEY = ("first_order_share", "width_now", "width_then")
_COVERAGE = ("state", "parks", "gross_area_known", "lettable_area_known", "occupancy_known")


def write(w: Writer) -> Section:
    """Coverage, parameters without a published basis, disagreements with the choice made, gaps."""
    blocks: list[Block] = [
        w.paragraph("certainty.text"),
        *_sensitivity(w),
        w.table("land_by_state", _COVERAGE, caption=w.say("certainty.coverage")),
        *_parameters(w),
        *_claims(w),
        Paragraph((w.say("certainty.missing"),), role="lead"),
        *_missing(w),
    ]
    return Section("certainty", w.say("certainty.title"), tuple(blocks))


def _sensitivity(w: Writer) -> list[Block]:
    """What makes the range wide, and which survey would narrow it most."""
    rows, surveys = input_rows(w.snapshot)[:_MOST], survey_rows(w.snapshot)
    if not rows or not surveys:
        return []
    definition = tables()["sensitivity_survey"]
    columns = (
        Column(definition["informed_by"].label(w.lang), wide=True),
        *(Column(definition[name].label(w.lang), True) for name in _SURVEY),
    )
    lines = [
        Row(
            (
                (choice_label("informed_by", row["informed_by"], w.lang),),
                *(w.cell("sensitivity_survey", row, definition[name], decimals=0) for name in _SURVEY),
            )
        )
        for row in surveys
    ]
    most = narrows_most(w)
    return [
        Paragraph((w.say("certainty.wide"),), role="lead"),
        *([Paragraph(most)] if most else []),
        ChartBlock("tornado", w.say("certainty.tornado"), w.say("certainty.tornado_alt")),
        _inputs(w, rows),
        ChartBlock("surveys", w.say("certainty.surveys"), w.say("certainty.surveys_alt")),
        TableBlock(
            "sensitivity_survey",
            w.say("certainty.surveys_table"),
            columns,
            tuple(lines),
            w.say("certainty.surveys_note"),
        ),
        Paragraph((w.say("certainty.known"),), role="lead"),
    ]


def _inputs(w: Writer, rows: list[dict[str, Any]]) -> TableBlock:
    definition = tables()["sensitivity"]
    columns = (
        Column(definition["input"].label(w.lang), wide=True),
        *(Column(definition[name].label(w.lang), True) for name in _INPUT),
        Column(definition["informed_by"].label(w.lang), wide=True),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                *(w.cell("sensitivity", row, definition[name], decimals=0) for name in _INPUT),
                (choice_label("informed_by", row["informed_by"], w.lang),),
            )
        )
        for row in rows
    ]
    caption = w.say(f"certainty.inputs_{shown_output(w.snapshot)}", year=w.snapshot.study.end_year)
    return TableBlock("sensitivity", caption, columns, tuple(lines), w.say("certainty.inputs_note"))


def source_runs(w: Writer, text: str) -> Runs:
    """Sources of a value, each a link where there is a public address."""
    return joined(((Link(s.name, s.url) if s.url else s.name,) for s in of(text, w.snapshot.sources)), "; ") or ("–",)


def _parameters(w: Writer) -> list[Block]:
    lines = []
    for name, values in parameters(w.snapshot.ledger).items():
        weak = [i for i in values if i.basis not in (Basis.PUBLISHED, Basis.SURVEYED, Basis.DERIVED)]
        if weak:
            refs = joined((((w.ref(parameter_id(name, place, len(values))),) for place in range(len(values)))), " · ")
            unit = "" if values[0].unit == "share" else w.unit(values[0].unit)
            basis = choice_label("basis", weak[0].basis.value, w.lang)
            lines.append(
                Row(
                    (
                        (parameter_name(name, w.lang),),
                        (*refs, f" {unit}" if unit else ""),
                        (basis,),
                        source_runs(w, weak[0].source),
                    )
                )
            )
    columns = (
        Column(w.say("certainty.parameter"), wide=True),
        Column(w.say("certainty.value"), True),
        Column(w.say("basis")),
        Column(w.say("source"), wide=True),
    )
    if not lines:
        return [w.paragraph("certainty.no_parameters")]
    return [
        TableBlock(
            "parameters",
            w.say("certainty.parameters"),
            columns,
            tuple(lines),
            w.say("certainty.parameters_note"),
        )
    ]


def _claims(w: Writer) -> list[Block]:
    differing = disagreements(w.snapshot.record)
    if not differing:
        return [w.paragraph("certainty.no_claims")]
    columns = (
        Column(w.say("certainty.cell"), wide=True),
        Column(w.say("certainty.chosen"), True),
        Column(w.say("certainty.kept"), True),
        Column(w.say("certainty.reason"), wide=True),
        Column(w.say("source"), wide=True),
    )
    lines = []
    for claims in differing:
        chosen = [c for c in claims if c["use"] == "chosen"]
        kept = [c for c in claims if c["use"] != "chosen"]
        reasons = "; ".join(dict.fromkeys(c["reason"] for c in (*chosen, *kept)))
        sources = ";".join(dict.fromkeys(part for c in claims for part in (c["source_ids"] or "").split(";")))
        lines.append(
            Row(
                (
                    (_cell_name(w, claims[0]),),
                    joined(((w.ref(f"claim.{c['claim_id']}.value"),) for c in chosen), " · ") or ("–",),
                    joined(((w.ref(f"claim.{c['claim_id']}.value"),) for c in kept), " · "),
                    (reasons,),
                    source_runs(w, sources),
                )
            )
        )
    return [TableBlock("claim", w.say("certainty.claims"), columns, tuple(lines), w.say("certainty.claims_note"))]


def _cell_name(w: Writer, claim: dict[str, Any]) -> str:
    attribute = claimed_attribute(claim)
    label = claim["attribute"] if attribute is None else attribute.label(w.lang)
    table = tables().get(claim["table"])
    row = claim["row_id"]
    if table is not None and f"name_{w.lang}" in table and claim["table"] in w.snapshot.record:
        row = next((w.name_of(r) for r in w.rows(claim["table"]) if str(r[table.key[0]]) == row), row)
    return f"{row}: {label}"


def _missing(w: Writer) -> list[Paragraph]:
    """What is known not to be there, from the record itself; each is a sentence of its own."""
    parks = w.rows("park")
    steps = w.rows("procedure_step")
    lacking: list[tuple[str, Run]] = []
    without_area = [w.name_of(row) for row in parks if row["gross_area_ha"] is None]
    if without_area:
        lacking.append(("missing_area", ", ".join(without_area)))
    held = w.snapshot.record
    seen = {row["step_id"] for row in w.rows("duration_observation")} if "duration_observation" in held else set()
    unlimited = [w.name_of(row) for row in steps if row["statutory_days"] is None and row["step_id"] not in seen]
    if unlimited:
        lacking.append(("missing_duration", "; ".join(dict.fromkeys(unlimited))))
    points = [w.point(f"certainty.{key}", what=what) for key, what in lacking]
    return [
        *points,
        *(w.point(f"certainty.{key}") for key in ("no_outlines", "no_standalone", "no_later_steps") if _lacks(w, key)),
    ]


def _lacks(w: Writer, key: str) -> bool:
    """Stand-alone establishments are told to be left out only where demand leaves them out."""
    return key != "no_standalone" or not counts_movers(w)
