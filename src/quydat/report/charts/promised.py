"""Land promised and land expected, added up by year: the staircase of promises against the band of the draws."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import COLOURS, above, numbers, sheet, signed, years
from quydat.report.snapshot import Snapshot


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: hectares promised by the end of each year, and those expected to be ready."""
    rows = sorted(snapshot.rows("land_ready_total"), key=lambda row: row["year"])
    x = [row["year"] for row in rows]
    figure, axes = sheet(3.1, top=0.5)
    axis = axes[0, 0]
    axis.step(
        x, [row["promised_ha"] for row in rows], where="post", color=COLOURS["gap"], linewidth=2,
        label=say("report.chart.promised_ha", lang),
    )  # fmt: skip
    axis.fill_between(
        x,
        [row["p10_ha"] or 0.0 for row in rows],
        [row["p90_ha"] or 0.0 for row in rows],
        color=COLOURS["taken_up"],
        alpha=0.25,
        linewidth=0,
        label=say("report.chart.expected", lang),
    )
    axis.plot(
        x, [row["p50_ha"] or 0.0 for row in rows], color=COLOURS["taken_up"], linewidth=2,
        label=say("report.chart.middle", lang),
    )  # fmt: skip
    axis.set_ylim(bottom=0)
    axis.set_xlabel(say("report.chart.year", lang))
    axis.set_ylabel(say("report.chart.ha", lang))
    years(axis.xaxis)
    numbers(axis.yaxis, lang)
    above(figure, *axis.get_legend_handles_labels(), columns=3)
    return signed(figure, snapshot, lang, tables=("land_ready_total",))
