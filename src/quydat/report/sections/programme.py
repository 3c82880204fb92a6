"""The programme: what is built when and with whose money, what each project is for, and how far the promise holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from quydat.dictionary.schema import choice_label, tables
from quydat.programme.given.delivery_model import DEVELOPER_LED
from quydat.report.charts.money import has_money, quantity
from quydat.report.charts.ready_map import shown_years, spots
from quydat.report.delivery_models import divided, model_name
from quydat.report.document import Block, ChartBlock, Column, Notice, Paragraph, Row, Runs, Section, TableBlock
from quydat.report.naming import place_names
from quydat.report.ranges import dashed, drawn, drawn_year
from quydat.report.sections.summary import effect
from quydat.report.writer import Writer, cell_id

PROVEN = "programme.gap_proven"
"""A run without it was made before programmes were chosen over scenarios."""
_READY = ("ready_p10", "ready", "ready_p90")
_SAID = ("closing_ha", "shortage_ha", "delivered_ha", "spent_bn_vnd", "received_bn_vnd")
_ASSUMED = ("budget_bn_vnd", "loan_ceiling_bn_vnd", "take_up_years")


def write(w: Writer) -> Section:
    """Order, dates and money of each project; promise and simulation; the account with and without."""
    title = w.say("programme.title")
    if not w.rows("programme"):
        return Section("programme", title, ())
    if not w.has(PROVEN):
        return Section("programme", title, (w.caution("programme.older"), *_changed(w)))
    paid, left, undone = divided(w.snapshot)
    blocks: list[Block] = [
        *_chosen(w, paid),
        *_paid(w, paid),
        *(_purpose(w, row) for row in paid),
        ChartBlock("programme", w.say("programme.chart"), w.say("programme.chart_alt")),
        *_money(w),
        *_promised(w),
        *_changed(w),
        *_map(w),
        *_left(w, left),
        *_undone(w, undone),
    ]
    return Section("programme", title, tuple(blocks))


def _chosen(w: Writer, paid: Sequence[Mapping[str, Any]]) -> list[Block]:
    """What was chosen, how close to the best, in how many draws it was tried; what is only assumed."""
    facts = {"considered": w.ref("programme.considered"), "gap": w.ref(PROVEN, decimals=2)}
    facts |= {"draws": w.ref("programme.simulated_draws")}
    if paid:
        said = w.paragraph(
            "programme.text",
            projects=w.ref("programme.projects"),
            land=w.ha("programme.lettable_ha"),
            cost=w.ref("programme.city_cost_bn_vnd", decimals=0),
            receipts=w.ref("programme.receipts_bn_vnd", decimals=0),
            net=w.ref("programme.net_bn_vnd", decimals=0),
            price_year=str(w.snapshot.study.price_year),
            end=str(w.snapshot.study.end_year),
            considered=facts["considered"],
        )
    else:
        said = w.paragraph("programme.none", considered=facts["considered"])
    proven = w.paragraph("programme.proven", gap=facts["gap"], draws=facts["draws"])
    return [said, proven, *assumed(w)]


def assumed(w: Writer) -> list[Notice]:
    """Inputs of the programme that are only assumed, named beside what rests on them."""
    if not all(w.has(f"parameters.programme.{name}") for name in _ASSUMED):
        return []
    given = {name: w.ref(f"parameters.programme.{name}") for name in _ASSUMED}
    key = "programme.assumed_sources" if w.rows("fund_source") else "programme.assumed"
    facts = {"budget": given["budget_bn_vnd"]} if not w.rows("fund_source") else {}
    return [w.caution(key, **facts, ceiling=given["loan_ceiling_bn_vnd"], take_up=given["take_up_years"])]


def _paid(w: Writer, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    if not rows:
        return []
    table = tables()["programme"]
    shown = ("lettable_ha", "city_cost_bn_vnd", "receipts_bn_vnd", "net_bn_vnd")
    columns = (
        Column(w.say("name"), wide=True),
        Column(table["delivery_model"].label(w.lang), wide=True),
        Column(table["start"].label(w.lang)),
        Column(w.say("programme.ready_range"), True),
        Column(table["in_time_share"].label(w.lang), True),
        *(Column(table[name].label(w.lang), True) for name in shown),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                (model_name(w.snapshot, row["delivery_model"], w.lang),),
                (w.ref(cell_id("programme", row, "start"), show="quarter"),),
                ready_range(w, row),
                (w.ref(cell_id("programme", row, "in_time_share"), decimals=0),),
                *((w.ref(cell_id("programme", row, name), decimals=0),) for name in shown),
            ),
            row_id=str(row["park_id"] or row["project_id"]),
        )
        for row in rows
    ]
    caption, note = w.say("programme.table"), w.say("programme.note", end=w.snapshot.study.end_year)
    return [TableBlock("programme", caption, columns, tuple(lines), note)]


def ready_range(w: Writer, row: Mapping[str, Any]) -> Runs:
    """Years of ready land as P10–P50–P90; those after the plan are said to be so, since that far no date is a plan."""
    end = w.snapshot.study.end_year
    after = w.say("after", year=end)
    texts: list[Runs] = []
    for name in _READY:
        if row[name] is None or row[name].year > end:
            texts.append((after,))
        else:
            texts.append((w.ref(cell_id("programme", row, name), show="year"),))
    kept = [run for run in texts if run != (after,)]
    if not kept:
        return (after,)
    refs = [run for part in kept for run in part if not isinstance(run, str)]
    head = dashed(refs)  # type: ignore[arg-type]
    return head if len(kept) == len(texts) else (*head, "–", after)


def _purpose(w: Writer, row: Mapping[str, Any]) -> Paragraph:
    """What a project is for: land, where, how much sooner than if a developer did it."""
    places = place_names(w.snapshot, w.lang)
    facts: dict[str, Any] = {
        "name": w.name_of(row),
        "land": w.ha(cell_id("programme", row, "lettable_ha")),
        "place": places.get(row["place"] or "", str(row["place"] or "")),
    }
    gained = f"delivery_park.{row['project_id']}.{row['delivery_model']}.years_gained"
    if all(w.has(f"{gained}_{end}") for end in ("p10", "p50", "p90")):
        refs = [w.ref(f"{gained}_{end}", decimals=0) for end in ("p10", "p50", "p90")]
        return w.point("programme.purpose_sooner", **facts, years=dashed(refs))
    return w.point("programme.purpose", **facts, share=w.ref(cell_id("programme", row, "in_time_share"), decimals=0))


def _money(w: Writer) -> list[Block]:
    if not has_money(w.snapshot):
        return []
    last = w.milestones("programme.gap")[-1]
    made: list[Block] = []
    if w.has(f"simulation.{last}.cash_bn_vnd.p50"):
        spare = w.value(f"simulation.{last}.cash_bn_vnd.p10") > w.value("programme.city_cost_bn_vnd")
        facts = {"cash": _simulated(w, last, "cash_bn_vnd"), "peak": _peak(w)}
        made.append(w.paragraph("programme.money_idle" if spare else "programme.money", year=str(last), **facts))
    made.append(ChartBlock("programme_money", w.say("programme.money_chart"), w.say("programme.money_chart_alt")))
    return made


def _peak(w: Writer) -> Runs:
    """The year in which the city is expected to spend most."""
    rows = quantity(w.snapshot, "spent_bn_vnd")
    return (str(max(rows, key=lambda row: row["expected"])["year"]),) if rows else ("–",)


def _simulated(w: Writer, year: int, name: str) -> Runs:
    return dashed([w.ref(f"simulation.{year}.{name}.{end}", decimals=0) for end in ("p10", "p50", "p90")])


def _promised(w: Writer) -> list[Block]:
    """Promise and simulation at the milestones: the difference is printed, whichever way it goes."""
    years = [year for year in w.milestones("programme.gap") if w.has(f"simulation.{year}.closing_ha.expected")]
    if not years:
        return []
    columns = (
        Column(w.say("programme.quantity"), wide=True),
        Column(tables()["simulation"]["year"].label(w.lang)),
        *(Column(tables()["simulation"][name].label(w.lang), True) for name in ("promised", "expected", "difference")),
        Column(w.say("programme.simulated"), True),
    )
    lines = []
    for name in _SAID:
        for year in years:
            cell = f"simulation.{year}.{name}"
            if w.has(f"{cell}.promised"):
                cells: list[Runs] = [
                    (choice_label("programme_quantity", name, w.lang),),
                    (str(year),),
                    *((w.ref(f"{cell}.{one}", decimals=0),) for one in ("promised", "expected", "difference")),
                    _simulated(w, year, name),
                ]
                lines.append(Row(tuple(cells)))
    last = years[-1]
    facts = {one: w.ref(f"simulation.{last}.shortage_ha.{one}", decimals=0) for one in ("promised", "expected")}
    return [
        w.paragraph("programme.promise", year=str(last), **facts),
        ChartBlock("programme_land", w.say("programme.land_chart"), w.say("programme.land_chart_alt")),
        TableBlock(
            "simulation", w.say("programme.promise_table"), columns, tuple(lines), w.say("programme.promise_note")
        ),
    ]


def _changed(w: Writer) -> list[Block]:
    """The account with and without the programme."""
    return [
        Paragraph(effect(w)),
        _comparison(w),
        ChartBlock("compare", w.say("programme.compare_chart"), w.say("programme.compare_chart_alt")),
    ]


def _map(w: Writer) -> list[Block]:
    if not shown_years(w.snapshot) or not spots(w.snapshot):
        return []
    return [ChartBlock("programme_map", w.say("programme.map"), w.say("programme.map_alt"))]


def _left(w: Writer, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Parks that go on as until now: when their land may be expected."""
    if not rows:
        return []
    table = tables()["programme"]
    columns = (
        Column(w.say("name"), wide=True),
        Column(table["lettable_ha"].label(w.lang), True),
        Column(w.say("programme.ready_range"), True),
        Column(table["in_time_share"].label(w.lang), True),
    )
    lines = [
        Row(
            (
                (w.name_of(row),),
                (w.ref(cell_id("programme", row, "lettable_ha"), decimals=0),),
                ready_range(w, row),
                (w.ref(cell_id("programme", row, "in_time_share"), decimals=0),),
            ),
            row_id=str(row["park_id"] or row["project_id"]),
        )
        for row in rows
    ]
    models = sorted({row["delivery_model"] for row in rows} - {DEVELOPER_LED})
    others = ", ".join(model_name(w.snapshot, model, w.lang) for model in models)
    note = w.say("programme.left_note") + (f" {w.say('programme.left_others', models=others)}" if others else "")
    return [TableBlock("left", w.say("programme.left", count=len(rows)), columns, tuple(lines), note)]


def _undone(w: Writer, rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Projects that nobody does within the plan."""
    if not rows:
        return []
    return [w.paragraph("programme.undone", names=", ".join(w.name_of(row) for row in rows))]


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
