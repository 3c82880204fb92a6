"""Shall the city clear the land first, or leave it to developers? The answer, its range, and what it hangs on."""

from collections.abc import Mapping, Sequence
from typing import Any

from quydat.dictionary.schema import choice_label, tables, unit_shown
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.report.charts.hangs_on import hang_rows
from quydat.report.delivery_models import model_name, models, strategies, strategy_name, told_apart
from quydat.report.document import Block, ChartBlock, Column, Paragraph, Row, Run, Runs, Section, TableBlock
from quydat.report.programme_figures import city_first, city_first_rows
from quydat.report.ranges import dashed
from quydat.report.sections.summary import city_first_said
from quydat.report.writer import Writer, cell_id, joined

_RISKS = ("clearance_risk", "works_risk", "market_risk")
_COMPARED = ("ready_ha", "shortage_ha", "net_cost_bn_vnd")
_OF_YEAR = ("ready_ha", "shortage_ha")


def write(w: Writer) -> Section:
    """The answer first; then strategies side by side, park by park, what it hangs on, and who bears the risk."""
    title = w.say("delivery.title")
    rows = city_first_rows(w.snapshot.record, w.snapshot.tables)
    if not rows and not strategies(w.snapshot):
        return Section("delivery", title, ())
    blocks: list[Block] = [
        *(Paragraph(one, role="lead" if place == 0 else "plain") for place, one in enumerate(answer(w, rows))),
        w.caution("delivery.assumed"),
        *_strategies(w),
        *_parks(w, rows),
        *_hangs_on(w),
        *_risks(w),
    ]
    return Section("delivery", title, tuple(blocks))


def answer(w: Writer, rows: Sequence[Mapping[str, Any]]) -> list[Runs]:
    """In sentences: what city first gains or costs over all parks, time gained, for how many parks it pays."""
    said = [
        city_first_said(w, "delivery.answer"),
        _time(w),
        _even(w),
        _for_which(w, rows) if rows and w.has("delivery.parks_paying") else (),
        _turning(w),
    ]
    return [one for one in said if one]


def _time(w: Writer) -> Runs:
    """Years by which a hectare is there earlier, and hectares by the milestones against developers."""
    made: Runs = ()
    if all(w.has(f"delivery.years_gained{end}") for end in ("", ".p10", ".p90")):
        refs = [w.ref(f"delivery.years_gained{end}", decimals=0) for end in (".p10", "", ".p90")]
        made = w.runs("delivery.time", years=dashed(refs))
    parts: list[Runs] = []
    model = city_first(w.snapshot.record)
    for year in w.milestones("programme.gap"):
        cells = [f"delivery_compare.{one}.ready_ha.{year}" for one in (model, DEVELOPER_LED)]
        if all(w.has(f"{cell}.p50") for cell in cells):
            first, developer = (_range(w, cell) for cell in cells)
            parts.append(w.runs("delivery.land_by", year=str(year), first=first, developer=developer))
    if not parts:
        return made
    return (*made, *((" ",) if made else ()), *w.runs("delivery.land"), " ", *joined(parts, "; "), ".")


def _even(w: Writer) -> Runs:
    """Break-even cost of clearance and rent over all parks, beside those of today."""
    names = {"clearance": "delivery.break_even_clearance", "rent": "delivery.break_even_rent"}
    if not all(w.has(figure) for figure in names.values()):
        return ()
    known = {name: figure for name, figure in names.items() if w.value(figure) is not None}
    facts: dict[str, Any] = {name: w.ref(figure, decimals=_EVEN_DECIMALS[name]) for name, figure in known.items()}
    now = _prices(w)
    facts |= {key: now[key] for name, key in (("clearance", "price"), ("rent", "now")) if name in known}
    return w.runs(f"delivery.even_at_{'_'.join(known) or 'none'}", **facts)


_EVEN_DECIMALS = {"clearance": 1, "rent": 0}


def _prices(w: Writer) -> dict[str, Run]:
    return {
        "price": w.ref("programme.clearance_per_ha", decimals=1),
        "now": w.ref("parameters.programme.rent_usd_per_m2"),
    }


def _for_which(w: Writer, rows: Sequence[Mapping[str, Any]]) -> Runs:
    """Parks that are more likely than not to gain by it."""
    facts = {name: w.ref(f"delivery.parks_{name}") for name in ("paying", "compared")}
    paying = [row for row in rows if (row["pays_share"] or 0.0) > 0.5]
    if not paying:
        return w.runs("delivery.pays_nowhere", compared=facts["compared"])
    named = (
        (f"{w.name_of(row)} (", w.ref(cell_id("delivery_park", row, "pays_share"), decimals=0), ")")
        for row in paying[:_MOST_NAMED]
    )
    more = len(paying) - _MOST_NAMED
    rest = (w.say("delivery.and_more", count=more),) if more > 0 else ()
    return (*w.runs("delivery.pays_for", **facts), " ", *joined(named, ", "), *rest, ".")


_MOST_NAMED = 6


def _turning(w: Writer) -> Runs:
    """Inputs that turn the answer within their range, or that none does."""
    rows = hang_rows(w.snapshot)
    if not rows:
        return ()
    turning = [row for row in rows if row["turns"]]
    if not turning:
        return w.runs("delivery.turns_never", first=w.name_of(rows[0]))
    return w.runs("delivery.turns", inputs=joined(((w.name_of(row),) for row in turning), "; "))


def _range(w: Writer, cell: str) -> Runs:
    """P10–P50–P90 of a strategy; a dash where it has none."""
    found = [f"{cell}.{end}" for end in ("p10", "p50", "p90")]
    return dashed([w.ref(one, decimals=0) for one in found]) if all(w.has(one) for one in found) else ("–",)


def _strategies(w: Writer) -> list[Block]:
    """Strategies down; land at the milestones, shortage and cost across."""
    shown = told_apart(w.snapshot)
    if not shown:
        return []
    asked = [(quantity, year) for quantity in _COMPARED for year in _years(w, quantity)]
    columns = (
        Column(tables()["delivery_compare"]["strategy"].label(w.lang), wide=True),
        *(Column(_asked(w, quantity, year), True) for quantity, year in asked),
    )
    lines = [
        Row(
            (
                (strategy_name(w.snapshot, one, w.lang),),
                *(_range(w, f"delivery_compare.{one}.{quantity}.{year}") for quantity, year in asked),
            )
        )
        for one in shown
    ]
    same = [strategy_name(w.snapshot, one, w.lang) for one in strategies(w.snapshot) if one not in shown]
    note = w.say("delivery.compared_note")
    note += f" {w.say('delivery.compared_same', models='; '.join(same))}" if same else ""
    return [
        TableBlock("delivery_compare", w.say("delivery.compared"), columns, tuple(lines), note),
        ChartBlock("delivery", w.say("delivery.chart"), w.say("delivery.chart_alt")),
    ]


def _asked(w: Writer, quantity: str, year: int) -> str:
    """A quantity with its unit, and the year where there may be several."""
    unit = next((row["unit"] for row in w.rows("delivery_compare") if row["quantity"] == quantity), "")
    shown = unit_shown(unit, w.lang)
    name = choice_label("delivery_quantity", quantity, w.lang) + (f" ({shown})" if shown else "")
    return f"{name}, {year}" if quantity in _OF_YEAR else name


def _years(w: Writer, quantity: str) -> list[int]:
    """First, second and last milestone of land; of all else the end."""
    there = sorted({row["year"] for row in w.rows("delivery_compare") if row["quantity"] == quantity})
    if quantity != "ready_ha":
        return there[-1:]
    kept = [year for year in w.milestones("programme.gap") if year in there]
    return [*kept[:2], *kept[2:][-1:]]


def _parks(w: Writer, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Each park if the city is first, against a developer; and the model that does best there."""
    if not rows:
        return []
    table = tables()["delivery_park"]
    shown = ("advantage_bn_vnd", "pays_share", "break_even_clearance_bn_vnd_per_ha", "break_even_rent_usd_per_m2")
    columns = (
        Column(w.say("name"), wide=True),
        Column(w.say("delivery.years_gained"), True),
        Column(w.say("delivery.net_cost"), True),
        *(Column(table[name].label(w.lang), True) for name in shown),
        Column(w.say("delivery.best"), wide=True),
    )
    none = w.say("delivery.no_even")
    lines = [
        Row(
            (
                (w.name_of(row),),
                _ends(w, row, [f"years_gained_{end}" for end in ("p10", "p50", "p90")]),
                _ends(w, row, [f"net_cost_{end}_bn_vnd" for end in ("p10", "p50", "p90")]),
                *(_one(w, row, name, none) for name in shown),
                (_best(w, row["project_id"]),),
            ),
            row_id=str(row["project_id"]),
        )
        for row in rows
    ]
    return [
        w.paragraph("delivery.even", **_prices(w)),
        ChartBlock("delivery_parks", w.say("delivery.parks_chart"), w.say("delivery.parks_chart_alt")),
        TableBlock("delivery_park", w.say("delivery.parks"), columns, tuple(lines), w.say("delivery.parks_note")),
    ]


def _ends(w: Writer, row: Mapping[str, Any], names: Sequence[str]) -> Runs:
    cells = [cell_id("delivery_park", row, name) for name in names]
    return dashed([w.ref(cell, decimals=0) for cell in cells]) if all(w.has(cell) for cell in cells) else ("–",)


def _one(w: Writer, row: Mapping[str, Any], name: str, none: str) -> Runs:
    cell = cell_id("delivery_park", row, name)
    digits = 1 if "per_ha" in name else 0
    return (w.ref(cell, decimals=digits, missing=none),) if w.has(cell) else ("–",)


def _best(w: Writer, project: str) -> str:
    """The model with the most advantage; to leave it to a developer where none has any."""
    rows = [row for row in w.rows("delivery_park") if row["project_id"] == project]
    others = [row for row in rows if row["delivery_model"] != DEVELOPER_LED and row["advantage_bn_vnd"] is not None]
    best = max(others, key=lambda row: row["advantage_bn_vnd"], default=None)
    chosen = best["delivery_model"] if best is not None and best["advantage_bn_vnd"] > 0 else DEVELOPER_LED
    return w.say("delivery.as_until_now") if chosen == DEVELOPER_LED else model_name(w.snapshot, chosen, w.lang)


def _hangs_on(w: Writer) -> list[Block]:
    rows = hang_rows(w.snapshot)
    if not rows:
        return []
    table = tables()["delivery_hangs_on"]
    shown = ("advantage_low_bn_vnd", "advantage_high_bn_vnd")
    columns = (
        Column(table["input"].label(w.lang), wide=True),
        Column(w.say("delivery.values"), True),
        *(Column(table[name].label(w.lang), True) for name in shown),
        Column(table["turns"].label(w.lang)),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                _values(w, row),
                *((w.ref(cell_id("delivery_hangs_on", row, name), decimals=0),) for name in shown),
                (w.say("delivery.yes" if row["turns"] else "delivery.no"),),
            ),
            strong=bool(row["turns"]),
        )
        for row in rows
    ]
    return [
        ChartBlock("delivery_hangs_on", w.say("delivery.hangs_on_chart"), w.say("delivery.hangs_on_chart_alt")),
        TableBlock("delivery_hangs_on", w.say("delivery.hangs_on"), columns, tuple(lines)),
    ]


def _values(w: Writer, row: Mapping[str, Any]) -> Runs:
    cells = [cell_id("delivery_hangs_on", row, name) for name in ("low", "high")]
    if not all(w.has(cell) for cell in cells):
        return ("–",)
    unit = "" if row["unit"] == "share" else unit_shown(row["unit"], w.lang)
    return (*dashed([w.ref(cell) for cell in cells]), *((f" {unit}",) if unit else ()))


def _risks(w: Writer) -> list[Block]:
    """Who bears what by each model, as the record states it."""
    known = models(w.snapshot)
    if not known:
        return []
    table = tables()["delivery_model"]
    columns = (
        Column(tables()["programme"]["delivery_model"].label(w.lang), wide=True),
        *(Column(table[name].label(w.lang)) for name in _RISKS),
    )
    lines = [
        Row(((w.name_of(row),), *((choice_label("risk_bearer", row[name], w.lang),) for name in _RISKS)))
        for row in known.values()
    ]
    return [TableBlock("risks", w.say("delivery.risks"), columns, tuple(lines), w.say("delivery.risks_note"))]
