"""Ready land and shortage under the programme: ranges of the simulation, and what the optimisation promised."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.money import quantity
from quydat.report.charts.style import COLOURS, INK, above, band, band_key, numbers, sheet, signed, years
from quydat.report.snapshot import Snapshot

_PANELS = (("closing_ha", COLOURS["programme"]), ("shortage_ha", COLOURS["gap"]))


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Clean land at the end of each year on the left, shortage added up on the right, each with the promise dashed."""
    figure, axes = sheet(3.7, columns=2, top=0.66, between=0.75)
    handles: list[Any] = []
    labels: list[str] = []
    for axis, (name, colour) in zip(axes[0], _PANELS, strict=True):
        rows = quantity(snapshot, name)
        x = [row["year"] for row in rows]
        band(axis, x, rows, low="p10", high="p90", colour=colour)
        middle = axis.plot(x, [row["p50"] for row in rows], color=colour, linewidth=2)
        mean = axis.plot(x, [row["expected"] for row in rows], color=colour, linewidth=1.3, linestyle=":")
        said = [(row["year"], row["promised"]) for row in rows if row["promised"] is not None]
        promise = axis.plot([y for y, _ in said], [v for _, v in said], color=INK, linewidth=1.4, linestyle="--")
        axis.set_title(say(f"report.chart.sim_{name}", lang), loc="left", fontsize=9)
        axis.set_ylim(bottom=0)
        axis.set_xlabel(say("report.chart.year", lang))
        years(axis.xaxis)
        axis.xaxis.get_major_locator().set_params(nbins=6)
        numbers(axis.yaxis, lang)
        if not handles:
            key, label = band_key(colour, say("report.chart.sim_band", lang))
            handles = [*middle, key, *mean, *promise]
            labels = [say("report.chart.sim_middle", lang), label, say("report.chart.mean", lang)]
            labels.append(say("report.chart.sim_promised", lang))
    above(figure, handles, labels, columns=4)
    return signed(figure, snapshot, lang, tables=("simulation",))
