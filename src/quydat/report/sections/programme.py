"""Section 5: the first programme under the yearly budget, and what it changes."""

from typing import Any

from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Runs, Section, TableBlock
from quydat.report.sections.summary import effect
from quydat.report.writer import Writer

_COLUMNS = (
    "name",
    "order",
    "delivery_model",
    "start",
    "funded",
    "ready",
    "lettable_ha",
    "clearance_bn_vnd",
    "works_bn_vnd",
    "cost_bn_vnd",
    "receipts_bn_vnd",
    "net_bn_vnd",
)


def write(w: Writer) -> Section:
    """Order, dates and money of each project; the account with and without."""
    rows = sorted(w.rows("programme"), key=lambda row: row["order"])
    if not rows:
        return Section("programme", w.say("programme.title"), ())
    blocks: list[Block] = [
        w.paragraph(
            "programme.text",
            cost=w.ref("programme.cost_bn_vnd"),
            receipts=w.ref("programme.receipts_bn_vnd"),
            land=w.ha("programme.lettable_ha"),
            price_year=str(w.snapshot.study.price_year),
            end=str(w.snapshot.study.end_year),
        ),
        _projects(w, rows),
        w.caution("programme.receipts"),
        ChartBlock("programme", w.say("programme.chart"), w.say("programme.chart_alt")),
        _comparison(w),
        Paragraph(effect(w)),
        ChartBlock("compare", w.say("programme.compare_chart"), w.say("programme.compare_chart_alt")),
    ]
    return Section("programme", w.say("programme.title"), tuple(blocks))


def _columns(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """The delivery model is a column only where it is not the one that the text speaks of."""
    usual = {row["delivery_model"] for row in rows} == {"city_first"}
    return tuple(name for name in _COLUMNS if not (usual and name == "delivery_model"))


def _projects(w: Writer, rows: list[dict[str, Any]]) -> TableBlock:
    """The table of projects; dates by month, since their days are not known."""
    columns = _columns(rows)
    block = w.table(
        "programme",
        columns,
        rows=rows,
        caption=w.say("programme.table"),
        row_id=lambda row: str(row["project_id"]),
    )
    dates = {place: name for place, name in enumerate(columns) if name in ("start", "funded", "ready")}
    made = []
    for row, line in zip(rows, block.rows, strict=True):
        cells: list[Runs] = list(line.cells)
        for place, name in dates.items():
            if row[name] is not None:
                cells[place] = (w.ref(f"programme.{row['project_id']}.{name}", show="month"),)
            elif row["funded"] is None:  # not unknown: the yearly money does not reach it
                cells[place] = (w.say("after", year=w.snapshot.study.end_year),)
        made.append(Row(tuple(cells), row_id=line.row_id))
    return TableBlock(block.table_id, block.caption, block.columns, tuple(made), w.say("programme.note"))


def _comparison(w: Writer) -> TableBlock:
    none = w.say("none_until", year=w.snapshot.study.end_year)
    lines = [
        Row(
            (
                (w.say("programme.run_out"),),
                *((w.ref(f"{prefix}.run_out_year", missing=none),) for prefix in ("land", "programme")),
            )
        )
    ]
    for year in w.milestones("programme.gap"):
        lines.append(
            Row(
                (
                    (w.say("programme.gap_until", year=year),),
                    (w.ref(f"land.gap.{year}", decimals=0),),
                    (w.ref(f"programme.gap.{year}", decimals=0),),
                )
            )
        )
    columns = (
        Column("", wide=True),
        Column(w.say("programme.without"), True),
        Column(w.say("programme.with"), True),
    )
    return TableBlock("comparison", w.say("programme.comparison"), columns, tuple(lines))
