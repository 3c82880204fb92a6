"""Section 3: how much land production will want, by each method beside the others."""

from quydat.core.text import day
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.demand import partial_year
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.writer import Writer

_EVERY = 5


def write(w: Writer) -> Section:
    """Table of milestone years by method, and the fans."""
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
    blocks: list[Block] = [
        w.paragraph("demand.text"),
        _table(w, years, methods),
        ChartBlock("demand", w.say("demand.chart"), w.say("demand.chart_alt")),
        w.caution("demand.methods"),
    ]
    return Section("demand", w.say("demand.title"), tuple(blocks))


def _table(w: Writer, years: list[int], methods: list[str]) -> TableBlock:
    def cell(year: int, method: str) -> Runs:
        figure = f"demand.{year}.{w.snapshot.place}.all.land_ha.{method}"
        if not w.has(f"{figure}.p50"):
            return ("–",)
        p10, p50, p90 = (w.ref(f"{figure}.{quantile}", decimals=0) for quantile in ("p10", "p50", "p90"))
        return (p50, " (", p10, "–", p90, ")")

    notes = [w.say("demand.note")]
    if partial_year(w.snapshot) in years:
        notes.append(w.say("demand.first_year", year=years[0], day=day(w.snapshot.study.as_of, w.lang)))
    columns = (
        Column(w.say("year")),
        *(Column(choice_label("demand_method", m, w.lang), True) for m in methods),
    )
    rows = tuple(Row(((str(year),), *(cell(year, method) for method in methods))) for year in years)
    return TableBlock("demand", w.say("demand.table"), columns, rows, " ".join(notes))
