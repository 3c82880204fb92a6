"""Scenarios of the study side by side: the same results under each, at the end of the plan."""

from typing import Any

from quydat.dictionary.schema import choice_label
from quydat.report.charts.scenarios import scenario_rows
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.ranges import cell_range
from quydat.report.writer import Writer, cell_id

_SHOWN = ("demand_total", "delivered_total", "gap_total", "run_out_year")


def write(w: Writer) -> Section:
    """Nothing where the run compared no scenarios."""
    rows = scenario_rows(w.snapshot)
    title = w.say("scenarios.title")
    if len(rows) < 2:
        return Section("scenarios", title, ())
    last = next(iter(next(iter(rows.values())).values()))["year"]
    columns = (
        Column(w.say("scenarios.scenario"), wide=True),
        *(Column(choice_label("scenario_quantity", quantity, w.lang), True) for quantity in _SHOWN),
        Column(w.say("scenarios.short_by", year=last), True),
    )
    lines = []
    for mine in rows.values():
        cells: list[Runs] = [(_name(w, mine),)]
        cells += [_range(w, mine[quantity], last) if quantity in mine else ("–",) for quantity in _SHOWN]
        cells.append(_short(w, mine))
        lines.append(Row(tuple(cells)))
    caption = w.say("scenarios.table", year=last)
    blocks: list[Block] = [
        w.paragraph("scenarios.text"),
        TableBlock("scenario", caption, columns, tuple(lines), w.say("demand.note")),
        ChartBlock("scenarios", w.say("scenarios.chart"), w.say("scenarios.chart_alt")),
    ]
    return Section("scenarios", title, tuple(blocks))


def _name(w: Writer, mine: dict[str, dict[str, Any]]) -> str:
    row = next(iter(mine.values()))
    name = w.name_of(row)
    return w.say("scenarios.own", name=name) if row["scenario"] == w.snapshot.study.scenario else name


def _range(w: Writer, row: dict[str, Any], last: int) -> Runs:
    cell = cell_id("scenario", row, "p50").removesuffix(".p50")
    if row["quantity"] == "run_out_year":
        return cell_range(w, cell, missing=w.say("after", year=last))
    return cell_range(w, cell, decimals=0)


def _short(w: Writer, mine: dict[str, dict[str, Any]]) -> Runs:
    row = mine.get("gap_total") or mine.get("run_out_year")
    figure = "" if row is None else cell_id("scenario", row, "share_short")
    return (w.ref(figure, decimals=0),) if w.has(figure) else ("–",)
