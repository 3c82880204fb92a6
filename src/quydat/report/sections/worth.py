"""What one more billion buys, what a year's delay costs, and which programme is regretted least."""

from collections.abc import Iterable
from math import floor, log10
from typing import Any

from quydat.dictionary.schema import tables
from quydat.report.charts.marginal import marginal_rows, source_names
from quydat.report.charts.regret import regret_rows, scenario_names
from quydat.report.document import Block, ChartBlock, Column, Row, Runs, Section, TableBlock
from quydat.report.writer import Writer, cell_id

_ALL = "all"
_BOUGHT = (
    "hectare_years_per_bn_vnd",
    "sooner_hectare_years_per_bn_vnd",
    "hectares_per_bn_vnd",
    "shortage_less_per_bn_vnd",
)
_LOST = ("hectare_years_lost", "shortage_more_ha", "cost_more_bn_vnd", "tax_lost_bn_vnd")
_MOST = 11
_NOTHING = 0.001
"""Hectare-years for a billion below which more money is said to bring nothing."""


def write(w: Writer) -> Section:
    """Nothing where the run worked none of it out."""
    return Section("worth", w.say("worth.title"), (*_billion(w), *_delay(w), *_regret(w)))


def _billion(w: Writer) -> list[Block]:
    rows = marginal_rows(w.snapshot)
    if not rows:
        return []
    known = source_names(w.snapshot, w.lang)
    table = tables()["marginal_money"]
    columns = (
        Column(table["year"].label(w.lang)),
        Column(table["fund_source"].label(w.lang), wide=True),
        *(Column(table[name].label(w.lang), True) for name in ("more_bn_vnd", *_BOUGHT)),
    )
    digits = {name: _digits(row[name] for mine in rows.values() for row in mine) for name in _BOUGHT}
    lines = [
        Row(
            (
                (str(row["year"]),),
                (known.get(source, source),),
                _cell(w, cell_id("marginal_money", row, "more_bn_vnd"), 0),
                *(_cell(w, cell_id("marginal_money", row, name), digits[name]) for name in _BOUGHT),
            )
        )
        for source, mine in rows.items()
        for row in _telling(mine)
    ]
    best = max((row for mine in rows.values() for row in mine), key=lambda row: row["hectare_years_per_bn_vnd"])
    bought = w.ref(cell_id("marginal_money", best, "hectare_years_per_bn_vnd"), decimals=digits[_BOUGHT[0]])
    source = known.get(best["fund_source"], best["fund_source"])
    if best["hectare_years_per_bn_vnd"] < _NOTHING:
        said = w.paragraph("worth.billion_nothing", bought=bought)
    else:
        said = w.paragraph("worth.billion", year=str(best["year"]), source=source, bought=bought)
    return [
        said,
        ChartBlock("marginal_money", w.say("worth.billion_chart"), w.say("worth.billion_chart_alt")),
        TableBlock("marginal_money", w.say("worth.billion_table"), columns, tuple(lines), w.say("worth.billion_note")),
    ]


def _digits(values: Iterable[float | None]) -> int:
    """Decimals by which the largest of small numbers still has two digits that say something.

    >>> _digits([0.00571, None, 0.0]), _digits([12.0])
    (4, 0)
    """
    most = max((abs(value) for value in values if value is not None), default=0.0)
    return max(0, 1 - floor(log10(most))) if most > 0 else 0


def _telling(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first year, and those in which more money brings anything."""
    return [row for row in rows if row is rows[0] or row["hectare_years_per_bn_vnd"] >= _NOTHING]


def _delay(w: Writer) -> list[Block]:
    rows = w.rows("delay_cost")
    if not rows:
        return []
    rows = sorted(rows, key=lambda r: (r["project_id"] != _ALL, -(r["hectare_years_lost"] or 0.0), r["project_id"]))
    rows = rows[:_MOST]
    table = tables()["delay_cost"]
    columns = (Column(w.say("name"), wide=True), *(Column(table[name].label(w.lang), True) for name in _LOST))
    lines = [
        Row(
            ((w.name_of(row),), *(_cell(w, cell_id("delay_cost", row, name), 0) for name in _LOST)),
            strong=row["project_id"] == _ALL,
            row_id=row["project_id"],
        )
        for row in rows
    ]
    made: list[Block] = []
    cells = {
        name: f"delay_cost.{_ALL}.{column}"
        for name, column in zip(("lost", "short", "cost", "tax"), _LOST, strict=True)
    }
    if all(w.has(cell) for cell in cells.values()):
        made.append(w.paragraph("worth.delay", **{name: w.ref(cell, decimals=0) for name, cell in cells.items()}))
    return [
        *made,
        TableBlock("delay_cost", w.say("worth.delay_table"), columns, tuple(lines), w.say("worth.delay_note")),
    ]


def _regret(w: Writer) -> list[Block]:
    rows, scenarios = regret_rows(w.snapshot)
    if not rows:
        return []
    known = scenario_names(w.snapshot, w.lang)
    names = {name: str(next(iter(mine.values()))[f"programme_{w.lang}"]) for name, mine in rows.items()}
    columns = (
        Column(tables()["regret"]["programme"].label(w.lang), wide=True),
        *(Column(known.get(one, one), True) for one in scenarios),
    )
    lines = []
    for name, mine in rows.items():
        cells: list[Runs] = [
            _cell(w, cell_id("regret", mine[one], "regret_bn_vnd"), 0) if one in mine else ("–",) for one in scenarios
        ]
        lines.append(Row(((names[name],), *cells), strong=any(row["least_of_worst"] for row in mine.values())))
    made: list[Block] = []
    least = _least(rows)
    if least:
        worst = max(rows[least].values(), key=lambda row: row["regret_bn_vnd"])
        made.append(
            w.paragraph(
                "worth.regret",
                programme=names[least],
                worst=w.ref(cell_id("regret", worst, "regret_bn_vnd"), decimals=0),
                scenario=known.get(worst["scenario"], worst["scenario"]),
            )
        )
    return [
        *made,
        ChartBlock("regret", w.say("worth.regret_chart"), w.say("worth.regret_chart_alt")),
        TableBlock("regret", w.say("worth.regret_table"), columns, tuple(lines), w.say("worth.regret_note")),
    ]


def _least(rows: dict[str, dict[str, dict[str, object]]]) -> str:
    return next((name for name, mine in rows.items() if any(row["least_of_worst"] for row in mine.values())), "")


def _cell(w: Writer, cell: str, decimals: int) -> Runs:
    return (w.ref(cell, decimals=decimals),) if w.has(cell) else ("–",)
