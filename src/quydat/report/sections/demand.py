"""Section 3: how much land production will want, by which methods, of what, where, and how it was tested."""

from typing import Any

from quydat.core.text import day
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.demand import method_rows, partial_year
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.ranges import cell_range
from quydat.report.sections import demand_inputs, demand_parts, demand_tested, demand_where
from quydat.report.writer import Writer

_EVERY = 5


def write(w: Writer) -> Section:
    """Table of milestone years by method with the spread between them, and all that leads to it and follows from it."""
    rows = [
        row
        for row in w.rows("demand")
        if row["place"] == w.snapshot.place and row["sector"] == "all" and row["quantity"] == "land_ha"
    ]
    methods = [method for method in choices("demand_method") if any(row["method"] == method for row in rows)]
    if not methods:
        return Section("demand", w.say("demand.title"), ())
    last = max(row["year"] for row in rows)
    years = sorted({row["year"] for row in rows if row["year"] % _EVERY == 0 or row["year"] == last})
    counted = "text_counted" if demand_parts.counts_movers(w) else "text"
    blocks: list[Block] = [
        w.paragraph(f"demand.{counted}"),
        *demand_tested.verdict(w),
        _table(w, years, methods),
        *_spread(w),
        ChartBlock("demand", w.say("demand.chart"), w.say("demand.chart_alt")),
        w.caution("demand.methods"),
        *demand_parts.write(w),
        *demand_where.write(w),
        *demand_inputs.write(w),
        *demand_tested.write(w),
    ]
    return Section("demand", w.say("demand.title"), tuple(blocks))


def _table(w: Writer, years: list[int], methods: list[str]) -> TableBlock:
    def cell(year: int, method: str) -> Runs:
        return cell_range(w, f"demand.{year}.{w.snapshot.place}.all.land_ha.{method}", decimals=0)

    notes = [w.say("demand.note")]
    if partial_year(w.snapshot) in years:
        notes.append(w.say("demand.first_year", year=years[0], day=day(w.snapshot.study.as_of, w.lang)))
    columns = (
        Column(w.say("year")),
        *(Column(choice_label("demand_method", m, w.lang), True) for m in methods),
    )
    rows = tuple(Row(((str(year),), *(cell(year, method) for method in methods))) for year in years)
    return TableBlock("demand", w.say("demand.table"), columns, rows, " ".join(notes))


def _spread(w: Writer) -> list[Block]:
    """The lowest and the highest middle of the methods in the last year, beside the combined one."""
    last = {method: rows[-1] for method, rows in method_rows(w.snapshot).items()}
    alone = sorted((row for method, row in last.items() if method != "combined"), key=lambda row: row["p50"])
    if len(alone) < 2 or "combined" not in last:
        return []
    facts: dict[str, Any] = {
        "year": str(alone[0]["year"]),
        "combined": cell_range(w, _cell(w, last["combined"]), decimals=0),
    }
    for place, row in (("low", alone[0]), ("high", alone[-1])):
        facts[place] = w.ha(f"{_cell(w, row)}.p50")
        facts[f"{place}_method"] = choice_label("demand_method", row["method"], w.lang)
    return [w.paragraph("demand.spread", **facts)]


def _cell(w: Writer, row: dict[str, Any]) -> str:
    return f"demand.{row['year']}.{w.snapshot.place}.all.land_ha.{row['method']}"
