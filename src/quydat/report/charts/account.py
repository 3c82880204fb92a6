"""The land account: what is ready at the end of each year, and the flows that make it."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import COLOURS, HATCHES, INK, numbers, sheet, signed, years
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot


def account_rows(snapshot: Snapshot, table: str, quantile: str) -> list[dict[str, Any]]:
    """Rows of an account of the whole city at one level of demand, by year."""
    rows = [
        row
        for row in records(snapshot.tables[table])
        if row["place"] == snapshot.place and row["land_class"] == "industrial" and row["quantile"] == quantile
    ]
    return sorted(rows, key=lambda row: row["year"])


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: stock above, flows below."""
    central = account_rows(snapshot, "balance", "p50")
    low, high = (account_rows(snapshot, "balance", quantile) for quantile in ("p10", "p90"))
    figure, axes = sheet(5.0, rows=2, top=0.4, between=0.42, sharex=True, height_ratios=[1, 1.3])
    stock, flows = axes[:, 0]
    x = [row["year"] for row in central]
    if len(low) == len(high) == len(central):
        stock.fill_between(
            x,
            [r["closing_ha"] for r in high],
            [r["closing_ha"] for r in low],
            color=COLOURS["programme"],
            alpha=0.18,
            linewidth=0,
            label=say("report.chart.closing_band", lang),
        )
    stock.plot(
        x,
        [r["closing_ha"] for r in central],
        color=COLOURS["programme"],
        linewidth=2,
        marker="o",
        markersize=3,
        label=say("report.chart.closing", lang),
    )
    stock.set_ylim(bottom=0)
    stock.set_ylabel(say("report.chart.ha", lang))
    taken = [-row["taken_up_ha"] for row in central]
    flows.bar(
        x,
        [r["delivered_ha"] for r in central],
        color=COLOURS["delivered"],
        width=0.72,
        label=say("report.chart.delivered", lang),
    )
    flows.bar(x, taken, color=COLOURS["taken_up"], width=0.72, label=say("report.chart.taken_up", lang))
    flows.bar(
        x,
        [-r["gap_ha"] for r in central],
        bottom=taken,
        color="white",
        edgecolor=COLOURS["gap"],
        hatch=HATCHES["gap"],
        linewidth=0.8,
        width=0.72,
        label=say("report.chart.gap", lang),
    )
    flows.set_ylim(bottom=-1.12 * max((row["demand_ha"] for row in central), default=1.0))
    flows.axhline(0, color=INK, linewidth=0.8)
    flows.set_ylabel(say("report.chart.ha_year", lang))
    flows.set_xlabel(say("report.chart.year", lang))
    years(flows.xaxis)
    for axis in (stock, flows):
        numbers(axis.yaxis, lang)
        axis.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=3, frameon=False, fontsize=8)
    return signed(figure, snapshot, lang, tables=("balance",))
