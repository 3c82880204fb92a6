"""The land account: what is ready at the end of each year, when it runs out, and the flows that make it."""

from typing import Any

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.style import (
    COLOURS,
    HATCHES,
    INK,
    band,
    band_key,
    numbers,
    percents,
    sheet,
    signed,
    years,
)
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_ACCOUNTS = ("pipeline", "programme")


def account_rows(snapshot: Snapshot, table: str, quantile: str) -> list[dict[str, Any]]:
    """Rows of an account of the whole city at one level, by year."""
    rows = [
        row
        for row in snapshot.rows(table)
        if row["place"] == snapshot.place and row["land_class"] == "industrial" and row["quantile"] == quantile
    ]
    return sorted(rows, key=lambda row: row["year"])


def central_level(snapshot: Snapshot, table: str) -> str:
    """Level of the account whose flows add up: the means of the draws; the middle account in runs before them."""
    return "expected" if (snapshot.tables[table]["quantile"] == "expected").any() else "p50"


def run_out_rows(snapshot: Snapshot, account: str) -> list[dict[str, Any]]:
    """Probability of each year to be the first short of land in the whole city."""
    rows = [r for r in given(snapshot, "run_out") if r["place"] == snapshot.place and r["account"] == account]
    return sorted(rows, key=lambda row: row["year"])


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: stock above, probability of running out under it, flows below."""
    running = bool(run_out_rows(snapshot, "pipeline"))
    ratios, height = ([1.15, 0.9, 1.25], 7.0) if running else ([1.0, 1.3], 5.0)
    figure, axes = sheet(height, rows=len(ratios), top=0.4, between=0.5, sharex=True, height_ratios=ratios)
    panels = list(axes[:, 0])
    _stock(panels[0], snapshot, lang)
    if running:
        _run_out(panels[1], snapshot, lang)
    _flows(panels[-1], snapshot, lang)
    panels[-1].set_xlabel(say("report.chart.year", lang))
    years(panels[-1].xaxis)
    tables = ("balance", "run_out") if running else ("balance",)
    return signed(figure, snapshot, lang, tables=tables)


def _key(axis: Any, handles: list[Any], labels: list[str]) -> None:
    axis.legend(
        handles, labels, loc="lower left", bbox_to_anchor=(-0.01, 0.97), ncols=4, frameon=False, fontsize=8,
        handlelength=1.6, columnspacing=1.4,
    )  # fmt: skip


def _stock(axis: Any, snapshot: Snapshot, lang: Lang) -> None:
    low, middle, high = (account_rows(snapshot, "balance", quantile) for quantile in ("p10", "p50", "p90"))
    level = central_level(snapshot, "balance")
    x = [row["year"] for row in middle]
    handles, labels = [], []
    if len(low) == len(high) == len(middle):
        ends = [{"low": a["closing_ha"], "high": b["closing_ha"]} for a, b in zip(low, high, strict=True)]
        band(axis, x, ends, low="low", high="high", colour=COLOURS["programme"])
        key = "closing_fan" if level == "expected" else "closing_band"
        handle, label = band_key(COLOURS["programme"], say(f"report.chart.{key}", lang))
        handles, labels = [handle], [label]
    made = axis.plot(
        x, [r["closing_ha"] for r in middle], color=COLOURS["programme"], linewidth=2, marker="o", markersize=3
    )
    handles, labels = [*made, *handles], [say("report.chart.closing", lang), *labels]
    if level == "expected":
        mean = [row["closing_ha"] for row in account_rows(snapshot, "balance", level)]
        handles += axis.plot(x, mean, color=INK, linewidth=1.2, linestyle=":")
        labels.append(say("report.chart.mean", lang))
    axis.set_ylim(bottom=0)
    axis.set_ylabel(say("report.chart.ha", lang))
    numbers(axis.yaxis, lang)
    _key(axis, handles, labels)


def _run_out(axis: Any, snapshot: Snapshot, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    looks: tuple[dict[str, Any], ...] = (
        {"color": COLOURS["gap"]},
        {"color": "white", "edgecolor": COLOURS["programme"], "hatch": "////", "linewidth": 0.8},
    )
    found = [(account, run_out_rows(snapshot, account)) for account in _ACCOUNTS]
    shown = [(account, rows, look) for (account, rows), look in zip(found, looks, strict=True) if rows]
    width = 0.76 / len(shown)
    handles: list[Any] = [Line2D([], [], linestyle="")]
    labels = [say("report.chart.first_short", lang)]
    for place, (account, rows, look) in enumerate(shown):
        shift = (place - (len(shown) - 1) / 2) * width
        name = choice_label("account", account, lang)
        x, heights = [row["year"] + shift for row in rows], [row["first_share"] for row in rows]
        handles.append(axis.bar(x, heights, width=width, **look))
        never = f"{number(100 * max(1 - rows[-1]['by_share'], 0.0), lang, decimals=0)} %"
        labels.append(say("report.chart.never_short", lang, account=name, share=never))
    top = max((row["first_share"] for _, rows, _ in shown for row in rows), default=0.1)
    axis.set_ylim(0, 1.25 * max(top, 0.01))
    axis.set_ylabel(say("report.chart.probability", lang), fontsize=8)
    percents(axis.yaxis, lang)
    _key(axis, handles, labels)


def _flows(axis: Any, snapshot: Snapshot, lang: Lang) -> None:
    """Land that comes upwards; land wanted downwards, divided into what is met and what is not."""
    level = central_level(snapshot, "balance")
    central = account_rows(snapshot, "balance", level)
    x = [row["year"] for row in central]
    come = [row["delivered_ha"] for row in central]
    axis.bar(x, come, color=COLOURS["delivered"], width=0.72, label=say("report.chart.delivered", lang))
    freed = [row["freed_ha"] for row in central]
    if any(freed):
        look = {"color": "white", "edgecolor": COLOURS["delivered"], "hatch": "....", "linewidth": 0.8}
        axis.bar(x, freed, bottom=come, width=0.72, label=say("report.chart.freed", lang), **look)
    taken = [-row["taken_up_ha"] for row in central]
    axis.bar(x, taken, color=COLOURS["taken_up"], width=0.72, label=say("report.chart.taken_up", lang))
    axis.bar(
        x,
        [-row["gap_ha"] for row in central],
        bottom=taken,
        color="white",
        edgecolor=COLOURS["gap"],
        hatch=HATCHES["gap"],
        linewidth=0.8,
        width=0.72,
        label=say("report.chart.gap", lang),
    )
    axis.set_ylim(bottom=-1.12 * max((row["demand_ha"] for row in central), default=1.0))
    axis.axhline(0, color=INK, linewidth=0.8)
    unit = "ha_year_mean" if level == "expected" else "ha_year"
    axis.set_ylabel(say(f"report.chart.{unit}", lang), fontsize=8 if level == "expected" else 9)
    numbers(axis.yaxis, lang)
    _key(axis, *axis.get_legend_handles_labels())
