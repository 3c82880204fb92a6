"""The programme: when each park is cleared and ready, and what clearance costs each year."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import INK, above, literal, moment, numbers, sheet, signed, years
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot

_TONES = ("#2b5c8a", "#8fb3d1", "#1b9e77", "#9ed3c1", "#8a6d3b", "#d8c49a", "#6b7680", "#bfc7cd")


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: schedule above, yearly money below; a park keeps its colour. Parks without money are left out."""
    funded = [row for row in records(snapshot.tables["programme"]) if row["start"] is not None]
    rows = sorted(funded, key=lambda row: row["order"])
    tone = {row["project_id"]: _TONES[place % len(_TONES)] for place, row in enumerate(rows)}
    names = [literal(row[f"name_{lang}"]) for row in rows]
    bars = 0.3 * max(len(rows), 2)
    figure, axes = sheet(bars + 3.2, rows=2, names=names, top=0.4, between=0.2, sharex=True, height_ratios=[bars, 1.7])
    _schedule(axes[0, 0], snapshot, rows, tone, lang)
    _money(axes[1, 0], snapshot, rows, tone, lang)
    return signed(figure, snapshot, lang, tables=("programme", "spending"))


def _schedule(axis: Any, snapshot: Snapshot, rows: list[dict[str, Any]], tone: dict[str, str], lang: Lang) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    end = snapshot.study.end_year + 1.0
    for place, row in enumerate(rows):
        start = moment(row["start"])
        funded = end if row["funded"] is None else moment(row["funded"])
        axis.barh(place, funded - start, left=start, height=0.55, color=tone[row["project_id"]])
        if row["ready"] is not None:
            ready = moment(row["ready"])
            axis.barh(
                place,
                max(ready - funded, 0.0),
                left=funded,
                height=0.24,
                color=tone[row["project_id"]],
                alpha=0.45,
            )
            axis.plot([ready], [place], marker="o", color=INK, markersize=5)
        if row["ready_p10"] is not None and row["ready_p90"] is not None:
            axis.plot([moment(row["ready_p10"]), moment(row["ready_p90"])], [place, place], color=INK, linewidth=1)
    axis.set_yticks(range(len(rows)), [literal(row[f"name_{lang}"]) for row in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    handles = [
        Patch(color=_TONES[0], label=say("report.chart.clearing", lang)),
        Patch(color=_TONES[0], alpha=0.45, label=say("report.chart.building", lang)),
        Line2D([], [], marker="o", linestyle="", color=INK, markersize=5, label=say("report.chart.ready", lang)),
        Line2D([], [], color=INK, linewidth=1, label=say("report.chart.band", lang)),
    ]
    above(axis.figure, handles, [str(handle.get_label()) for handle in handles], columns=4)


def _money(axis: Any, snapshot: Snapshot, rows: list[dict[str, Any]], tone: dict[str, str], lang: Lang) -> None:
    spending = records(snapshot.tables["spending"])
    base: dict[int, float] = {}
    for row in rows:
        mine = [item for item in spending if item["project_id"] == row["project_id"] and item["clearance_bn_vnd"]]
        x = [item["year"] for item in mine]
        axis.bar(
            [year + 0.5 for year in x],
            [item["clearance_bn_vnd"] for item in mine],
            bottom=[base.get(year, 0.0) for year in x],
            color=tone[row["project_id"]],
            width=0.78,
            edgecolor="white",
            linewidth=0.6,
        )
        for item in mine:
            base[item["year"]] = base.get(item["year"], 0.0) + item["clearance_bn_vnd"]
    axis.set_ylabel(say("report.chart.spending", lang), fontsize=8)
    axis.set_xlabel(say("report.chart.year", lang))
    numbers(axis.yaxis, lang)
    years(axis.xaxis)
