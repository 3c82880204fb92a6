"""Demand by method: small panels side by side on one scale."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, FAINT, numbers, sheet, signed, years
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot


def partial_year(snapshot: Snapshot) -> int | None:
    """The year of which only the days after the picture count; None if the picture ends a year."""
    day = snapshot.study.as_of
    return None if (day.month, day.day) == (12, 31) else day.year


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: middle line and P10–P90 band of land wanted in each whole year."""
    rows = [
        row
        for row in records(snapshot.tables["demand"])
        if row["place"] == snapshot.place
        and row["sector"] == "all"
        and row["quantity"] == "land_ha"
        and row["year"] != partial_year(snapshot)
    ]
    methods = [method for method in choices("demand_method") if any(row["method"] == method for row in rows)]
    figure, axes = sheet(3.1, columns=max(len(methods), 1), between=0.25, top=0.35, sharey=True)
    for axis, method in zip(axes[0], methods, strict=False):
        mine = sorted((row for row in rows if row["method"] == method), key=lambda row: row["year"])
        x = [row["year"] for row in mine]
        colour = COLOURS["programme"] if method == "combined" else FAINT
        axis.fill_between(
            x,
            [r["p10"] for r in mine],
            [r["p90"] for r in mine],
            color=colour,
            alpha=0.22,
            linewidth=0,
            label=say("report.chart.band", lang),
        )
        axis.plot(x, [r["p50"] for r in mine], color=colour, linewidth=2, label=say("report.chart.middle", lang))
        axis.set_title(choice_label("demand_method", method, lang), loc="left", fontsize=9)
        axis.set_xlabel(say("report.chart.year", lang))
        years(axis.xaxis)
        axis.xaxis.get_major_locator().set_params(nbins=4)
        numbers(axis.yaxis, lang)
        axis.legend(loc="upper left", frameon=False, fontsize=7.5)
    axes[0, 0].set_ylim(
        0, 1.3 * max((row["p90"] for row in rows), default=1.0)
    )  # after all are drawn: the panels share their scale
    axes[0, 0].set_ylabel(say("report.chart.ha_year", lang))
    return signed(figure, snapshot, lang, tables=("demand",))
