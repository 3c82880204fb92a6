"""Section 5: the first programme under the yearly budget, and what it changes."""

from collections.abc import Sequence
from typing import Any

from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Runs, Section, TableBlock
from quydat.report.ranges import drawn, drawn_year
from quydat.report.sections.summary import effect
from quydat.report.writer import Writer

_MONEY = ("clearance_bn_vnd", "works_bn_vnd", "cost_bn_vnd", "receipts_bn_vnd", "net_bn_vnd")
_PAID = ("name", "order", "start", "funded", "ready", "lettable_ha", *_MONEY)
_LEFT = ("name", "ready", "lettable_ha", *_MONEY)
_DATES = ("start", "funded", "ready")


def write(w: Writer) -> Section:
    """Order, dates and money of each project; the account with and without."""
    rows = sorted(w.rows("programme"), key=lambda row: row["order"])
    if not rows:
        return Section("programme", w.say("programme.title"), ())
    end = w.snapshot.study.end_year
    paid = [row for row in rows if row["delivery_model"] == "city_first"]
    left = [row for row in rows if row["delivery_model"] != "city_first"]
    blocks: list[Block] = [
        w.paragraph(
            "programme.text",
            cost=w.ref("programme.cost_bn_vnd"),
            receipts=w.ref("programme.receipts_bn_vnd"),
            land=w.ha("programme.lettable_ha"),
            price_year=str(w.snapshot.study.price_year),
            end=str(end),
        ),
        *_projects(w, paid, _PAID, "table", "note"),
        w.caution("programme.receipts"),
        ChartBlock("programme", w.say("programme.chart"), w.say("programme.chart_alt")),
        *_projects(w, left, _LEFT, "left", "left_note"),
        _comparison(w),
        Paragraph(effect(w)),
        ChartBlock("compare", w.say("programme.compare_chart"), w.say("programme.compare_chart_alt")),
    ]
    return Section("programme", w.say("programme.title"), tuple(blocks))


def _projects(w: Writer, rows: list[dict[str, Any]], columns: Sequence[str], title: str, note: str) -> list[Block]:
    """A table of projects; dates by month, since their days are not known."""
    if not rows:
        return []
    caption, below = w.say(f"programme.{title}"), w.say(f"programme.{note}")
    block = w.table("programme", columns, rows=rows, caption=caption, row_id=lambda row: str(row["project_id"]))
    dates = {place: name for place, name in enumerate(columns) if name in _DATES}
    made = []
    for row, line in zip(rows, block.rows, strict=True):
        cells: list[Runs] = list(line.cells)
        for place, name in dates.items():
            if row[name] is not None:
                cells[place] = (w.ref(f"programme.{row['project_id']}.{name}", show="month"),)
            elif row["funded"] is None:  # not unknown: the yearly money does not pay for it in time
                cells[place] = (w.say("after", year=w.snapshot.study.end_year),)
        made.append(Row(tuple(cells), row_id=line.row_id))
    return [TableBlock(block.table_id, block.caption, block.columns, tuple(made), below)]


def _comparison(w: Writer) -> TableBlock:
    none = w.say("none_until", year=w.snapshot.study.end_year)
    accounts = ("land", "programme")
    first = (drawn_year(w, f"{prefix}.run_out_year", missing=none) for prefix in accounts)
    lines = [Row(((w.say("programme.run_out"),), *first))]
    for year in w.milestones("programme.gap"):
        gaps = (drawn(w, f"{prefix}.gap.{year}") for prefix in accounts)
        lines.append(Row(((w.say("programme.gap_until", year=year),), *gaps)))
    columns = (Column("", wide=True), Column(w.say("programme.without"), True), Column(w.say("programme.with"), True))
    return TableBlock("comparison", w.say("programme.comparison"), columns, tuple(lines))
