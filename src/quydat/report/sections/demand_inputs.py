"""What the forecast rests on: drivers with where they come from, series and their use, density beside other cities."""

from typing import Any

from quydat.dictionary.schema import choice_label, choices, tables
from quydat.report.document import Block, Column, Paragraph, Row, Runs, TableBlock
from quydat.report.naming import ALL, city_model_names, sector_names, series_name
from quydat.report.ranges import cell_range
from quydat.report.writer import Writer, cell_id

_SECTORS = 8
"""Densities of sectors that are printed where the forecast uses none for all of them together."""

_DECIMALS = {"ratio": 2, "jobs/ha": 0}


def write(w: Writer) -> list[Block]:
    """The tables that the run has; nothing where it has none."""
    made = [*_drivers(w), *_series(w), *_density(w)]
    return [Paragraph((w.say("demand.inputs"),), role="lead"), *made] if made else []


def _drivers(w: Writer) -> list[Block]:
    years = [y for y in w.milestones("land.demand") if any(row["year"] == y for row in w.rows("driver"))]
    if not years:
        return []
    ends = list(dict.fromkeys((years[0], years[-1])))
    lines = []
    for indicator in choices("indicator"):
        rows = {r["year"]: r for r in w.rows("driver") if r["indicator"] == indicator and r["sector"] == ALL}
        if not all(year in rows for year in ends):
            continue
        origin = choice_label("driver_from", rows[ends[-1]]["driver_from"], w.lang)
        ranges = (cell_range(w, f"driver.{year}.{ALL}.{indicator}", decimals=1) for year in ends)
        lines.append(Row(((choice_label("indicator", indicator, w.lang),), (origin,), *ranges)))
    columns = (
        Column(w.say("demand.driver"), wide=True),
        Column(tables()["driver"]["driver_from"].label(w.lang)),
        *(Column(w.say("demand.growth_in", year=year), True) for year in ends),
    )
    table = TableBlock("driver", w.say("demand.drivers"), columns, tuple(lines), w.say("demand.drivers_note"))
    return [table] if lines else []


def _series(w: Writer) -> list[Block]:
    rows = w.rows("series_check")
    if not rows:
        return []
    sectors = sector_names(w.snapshot, w.lang)
    definition = tables()["series_check"]
    columns = (
        Column(w.say("demand.series"), wide=True),
        Column(w.say("demand.periods")),
        Column(definition["points"].label(w.lang), True),
        Column(definition["series_use"].label(w.lang)),
        Column(definition["shocks"].label(w.lang)),
        Column(definition[f"reason_{w.lang}"].label_vi if w.lang == "vi" else w.say("certainty.reason"), wide=True),
    )
    lines = [
        Row(
            (
                (series_name(row, sectors, w.lang),),
                (f"{row['first_period']}–{row['last_period']}",),
                w.cell("series_check", row, definition["points"]),
                (_use(w, row),),
                (", ".join(one.strip() for one in (row["shocks"] or "–").split(";")),),
                (row[f"reason_{w.lang}"],),
            )
        )
        for row in rows
    ]
    return [TableBlock("series_check", w.say("demand.series_table"), columns, tuple(lines))]


def _use(w: Writer, row: dict[str, Any]) -> str:
    use = choice_label("series_use", row["series_use"], w.lang)
    return f"{use}: {row['model']}" if row["model"] else use


def _density(w: Writer) -> list[Block]:
    """Densities that the forecast uses beside those of comparable cities, one quantity after the other."""
    rows = [row for row in w.rows("density") if w.has(cell_id("density", row, "p50"))]
    own = [row for row in rows if row["used"] and row["sector"] == ALL]
    if not own:
        sectors = [row for row in rows if row["used"]]
        sectors.sort(key=lambda row: (-(row["rows"] or 0), row["sector"]))
        kept = list(dict.fromkeys(row["sector"] for row in sectors))[:_SECTORS]
        own = [row for row in sectors if row["sector"] in kept]
    others = [row for row in rows if row["density_from"] == "comparable_city" and row not in own]
    if not own and not others:
        return []
    order = list(choices("density_quantity"))
    shown = sorted([*own, *others], key=lambda row: (order.index(row["quantity"]), row in others))
    definition = tables()["density"]
    columns = (
        Column(definition["quantity"].label(w.lang), wide=True),
        Column(w.say("demand.density_of"), wide=True),
        Column(definition["density_from"].label(w.lang)),
        Column(w.say("demand.range"), True),
        Column(definition["rows"].label(w.lang), True),
        Column(definition["own_share"].label(w.lang), True),
    )
    names = {**sector_names(w.snapshot, w.lang), **city_model_names(w.snapshot, w.lang)}
    lines = []
    for row in shown:
        cells: list[Runs] = [
            (choice_label("density_quantity", row["quantity"], w.lang),),
            (names.get(row["sector"], row["sector"]),),
            (choice_label("density_from", row["density_from"], w.lang),),
            cell_range(w, cell_id("density", row, "p50").removesuffix(".p50"), decimals=_decimals(w, row)),
        ]
        cells += [w.cell("density", row, definition[name], decimals=0) for name in ("rows", "own_share")]
        lines.append(Row(tuple(cells)))
    return [TableBlock("density", w.say("demand.density"), columns, tuple(lines), w.say("demand.density_note"))]


def _decimals(w: Writer, row: dict[str, Any]) -> int:
    return _DECIMALS.get(w.snapshot.ledger[cell_id("density", row, "p50")].unit, 1)
