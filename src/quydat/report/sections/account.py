"""Section 4: the land account, year by year, with its identity in sight."""

from typing import Any

from quydat.dictionary.schema import choice_label, tables
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Run, Runs, Section, TableBlock
from quydat.report.sections.summary import run_out
from quydat.report.writer import Writer, cell_id, joined

_FLOWS = (
    "year",
    "opening_ha",
    "delivered_ha",
    "freed_ha",
    "taken_up_ha",
    "released_ha",
    "closing_ha",
    "demand_ha",
    "gap_ha",
)


def central(w: Writer, table: str) -> list[dict[str, Any]]:
    """Rows of the central account of the whole city."""
    return [
        row
        for row in w.rows(table)
        if row["place"] == w.snapshot.place and row["land_class"] == "industrial" and row["quantile"] == "p50"
    ]


def write(w: Writer) -> Section:
    """The account until now, when it runs out, and where the land comes from."""
    rows = central(w, "balance")
    blocks: list[Block] = [
        w.paragraph("account.identity"),
        Paragraph(run_out(w)),
        ChartBlock("account", w.say("account.chart"), w.say("account.chart_alt")),
        w.table("balance", _FLOWS, rows=rows, caption=w.say("account.table"), note=w.say("account.note")),
    ]
    if not any(row["freed_ha"] or row["released_ha"] for row in rows):
        blocks.append(w.caution("account.no_conversion"))
    blocks += _deliveries(w)
    return Section("account", w.say("account.title"), tuple(blocks))


def _deliveries(w: Writer) -> list[Block]:
    """Which source delivers when, until now and by the programme, side by side."""
    rows = [row for row in w.rows("deliveries") if row["delivered_ha"]]
    if not rows:
        return []
    names = {row["park_id"]: w.name_of(row) for row in w.rows("parks")}
    accounts = [a for a in ("pipeline", "programme") if any(row["account"] == a for row in rows)]
    columns = (
        Column(tables()["deliveries"]["source_id"].label(w.lang), wide=True),
        *(Column(choice_label("account", account, w.lang), wide=True) for account in accounts),
    )
    lines = []
    for source in sorted(
        dict.fromkeys(row["source_id"] for row in rows),
        key=lambda s: min(r["year"] for r in rows if r["source_id"] == s),
    ):
        cells: list[Runs] = [(names.get(source, w.say("account.blocked") if source == "blocked" else source),)]
        for account in accounts:
            mine = [row for row in rows if row["source_id"] == source and row["account"] == account]
            cells.append(joined((_delivery(w, row) for row in mine), "; ") or ("–",))
        lines.append(Row(tuple(cells), row_id=source if source in names else ""))
    return [
        TableBlock("deliveries", w.say("account.deliveries"), columns, tuple(lines), w.say("account.deliveries_note"))
    ]


def _delivery(w: Writer, row: dict[str, Any]) -> tuple[Run, ...]:
    return (f"{row['year']}: ", w.ref(cell_id("deliveries", row, "delivered_ha"), decimals=0))
