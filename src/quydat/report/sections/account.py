"""Section 4: the land account, year by year, with its identity in sight; how long the land lasts, and where."""

from typing import Any

from quydat.dictionary.schema import choice_label, tables
from quydat.report.charts.account import central_level
from quydat.report.charts.heat_map import short_rows
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Run, Runs, Section, TableBlock
from quydat.report.naming import place_names, pool_name
from quydat.report.ranges import drawn
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
_ACCOUNTS = ("pipeline", "programme")


def central(w: Writer, table: str) -> list[dict[str, Any]]:
    """Rows of the account of the whole city whose flows add up: means of the draws, or the older middle account."""
    level = central_level(w.snapshot, table)
    return [
        row
        for row in w.rows(table)
        if row["place"] == w.snapshot.place and row["land_class"] == "industrial" and row["quantile"] == level
    ]


def write(w: Writer) -> Section:
    """How long the land lasts, the account until now, by place, what was promised, and where the land comes from."""
    rows = central(w, "balance")
    in_draws = central_level(w.snapshot, "balance") == "expected"
    caption, note = ("table_expected", "note_expected") if in_draws else ("table", "note")
    blocks: list[Block] = [
        w.paragraph("account.identity"),
        Paragraph(run_out(w)),
        *(_milestones(w) if in_draws else []),
        *_chart(w, "demand_fan", bool(w.rows("demand_build_up"))),
        ChartBlock("account", w.say("account.chart"), w.say(f"account.chart_alt{'_drawn' if in_draws else ''}")),
        w.table("balance", _FLOWS, rows=rows, caption=w.say(f"account.{caption}"), note=w.say(f"account.{note}")),
        *_chart(w, "account_waterfall", in_draws),
    ]
    if not any(row["freed_ha"] or row["released_ha"] for row in rows):
        blocks.append(w.caution("account.no_conversion"))
    blocks += [*_places(w), *_promised(w), *_deliveries(w)]
    return Section("account", w.say("account.title"), tuple(blocks))


def _chart(w: Writer, name: str, there: bool) -> list[Block]:
    return [ChartBlock(name, w.say(f"account.{name}"), w.say(f"account.{name}_alt"))] if there else []


def _milestones(w: Writer) -> list[Block]:
    """Demand, land to come and gap added up, and the probability that land has run out, to each milestone."""
    shown = [a for a in _ACCOUNTS if any(row["account"] == a for row in w.rows("run_out"))]
    names = ("demand", "delivered", "gap")
    columns = (
        Column(tables()["run_out"]["year"].label(w.lang)),
        *(Column(w.say(f"account.{name}_sum"), True) for name in names),
        *(
            Column(w.say("account.by_share", account=choice_label("account", account, w.lang)), True)
            for account in shown
        ),
    )
    lines = []
    for year in w.milestones("land.demand"):
        cells: list[Runs] = [(str(year),)]
        cells += [drawn(w, f"land.{name}.{year}") if w.has(f"land.{name}.{year}") else ("–",) for name in names]
        for account in shown:
            figure = f"run_out.{w.snapshot.place}.{account}.{year}.by_share"
            cells.append((w.ref(figure, decimals=0),) if w.has(figure) else ("–",))
        lines.append(Row(tuple(cells)))
    note = w.say("account.milestones_note")
    return [TableBlock("milestones", w.say("account.milestones"), columns, tuple(lines), note)]


def _places(w: Writer) -> list[Block]:
    """Each place at the end of the plan, and the probability of shortage at the milestones."""
    rows = short_rows(w.snapshot)
    years = w.milestones("land.demand")
    if not rows or not years:
        return []
    known = place_names(w.snapshot, w.lang)
    last = years[-1]
    columns = (
        Column(tables()["balance_place"]["place"].label(w.lang), wide=True),
        *(Column(w.say("account.short_in", year=year), True) for year in years),
        *(Column(tables()["balance_place"][name].label(w.lang), True) for name in ("demand_ha", "moved_ha")),
        Column(w.say("account.gap_range"), True),
    )
    lines = []
    for row in (row for row in rows if row["year"] == last):
        start = f"balance_place.{row['place']}.{row['land_class']}"
        cells: list[Runs] = [(pool_name(row, known, w.lang),)]
        cells += [_share(w, f"{start}.{year}.short_share") for year in years]
        cells += [(w.ref(f"{start}.{last}.{name}", decimals=1),) for name in ("demand_ha", "moved_ha")]
        gap = [f"{start}.{last}.gap_{quantile}_ha" for quantile in ("p10", "p50", "p90")]
        cells.append(joined(((w.ref(one, decimals=1),) for one in gap if w.has(one)), "–") or ("–",))
        lines.append(Row(tuple(cells)))
    caption, note = w.say("account.places", year=last), w.say("account.places_note")
    return [
        TableBlock("balance_place", caption, columns, tuple(lines), note),
        ChartBlock("short_by_place", w.say("account.short_by_place"), w.say("account.short_by_place_alt")),
    ]


def _share(w: Writer, figure: str) -> Runs:
    return (w.ref(figure, decimals=0),) if w.has(figure) else ("–",)


def _promised(w: Writer) -> list[Block]:
    """Promised against delivered, added up: the years in which a promise falls due, and the last one."""
    rows = sorted(w.rows("promised_delivered"), key=lambda row: row["year"])
    if not any(row["promised_ha"] for row in rows):
        return []
    due = [row for before, row in zip([None, *rows], rows, strict=False) if _falls_due(before, row)]
    kept = due if rows[-1] in due else [*due, rows[-1]]
    attributes = ("year", "promised_ha", "delivered_ha", "p10", "p50", "p90", "expected_ha", "kept_share")
    caption, note = w.say("account.promised"), w.say("account.promised_note")
    return [w.table("promised_delivered", attributes, rows=kept, caption=caption, note=note, decimals=0)]


def _falls_due(before: dict[str, Any] | None, row: dict[str, Any]) -> bool:
    return bool(row["promised_ha"] != (before["promised_ha"] if before else 0.0))


def _deliveries(w: Writer) -> list[Block]:
    """Which source delivers when, until now and by the programme, side by side."""
    rows = [row for row in w.rows("deliveries") if row["delivered_ha"]]
    if not rows:
        return []
    names = {row["park_id"]: w.name_of(row) for row in w.rows("parks")}
    accounts = [a for a in _ACCOUNTS if any(row["account"] == a for row in rows)]
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
    note = "deliveries_note_drawn" if central_level(w.snapshot, "balance") == "expected" else "deliveries_note"
    return [TableBlock("deliveries", w.say("account.deliveries"), columns, tuple(lines), w.say(f"account.{note}"))]


def _delivery(w: Writer, row: dict[str, Any]) -> tuple[Run, ...]:
    return (f"{row['year']}: ", w.ref(cell_id("deliveries", row, "delivered_ha"), decimals=0))
