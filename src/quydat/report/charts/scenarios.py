"""Scenarios side by side: low, middle and high of each result at the end of the plan."""

from typing import Any

from quydat.core.text import Lang, number, say
from quydat.report.charts.style import COLOURS, FAINT, INK, literal, numbers, sheet, signed, years
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

SHOWN = ("demand_total", "gap_total", "run_out_year")


def scenario_rows(snapshot: Snapshot) -> dict[str, dict[str, dict[str, Any]]]:
    """Results of each scenario at the end of the plan, by scenario and quantity; the report's own scenario first."""
    rows = given(snapshot, "scenario")
    last = max((row["year"] for row in rows), default=0)
    made: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        if row["year"] == last:
            made.setdefault(row["scenario"], {})[row["quantity"]] = row
    own = snapshot.study.scenario
    return {name: made[name] for name in sorted(made, key=lambda name: name != own)}


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Three panels on the scenarios' lines: demand and gap added up, first year short."""
    rows = scenario_rows(snapshot)
    names = [literal(next(iter(mine.values()))[f"name_{lang}"]) for mine in rows.values()]
    figure, axes = sheet(1.75 + 0.42 * len(rows), columns=3, names=names, top=0.5, between=0.42, sharey=True)
    last = max(row["year"] for mine in rows.values() for row in mine.values())
    for axis, quantity in zip(axes[0], SHOWN, strict=True):
        for place, mine in enumerate(rows.values()):
            if quantity in mine:
                _range(axis, mine[quantity], place, never=last + 1.5 if quantity == "run_out_year" else None)
        axis.set_title(say(f"report.chart.scenario_{quantity}", lang, year=last), loc="left", fontsize=8.5)
        axis.grid(visible=False, axis="y")
        if quantity == "run_out_year":
            _never(axis, rows, snapshot, last, lang)
        else:
            axis.set_xlim(left=0)
            axis.margins(x=0.08)
            numbers(axis.xaxis, lang)
            axis.xaxis.get_major_locator().set_params(nbins=3)
    axes[0, 0].set_yticks(range(len(rows)), names)
    axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    axes[0, 0].set_xlabel(say("report.chart.ha", lang))
    axes[0, 1].set_xlabel(say("report.chart.ha", lang))
    axes[0, 2].set_xlabel(say("report.chart.year", lang))
    return signed(figure, snapshot, lang, tables=("scenario",))


def _range(axis: Any, row: dict[str, Any], place: int, *, never: float | None) -> None:
    """P10 to P90 as a line, P50 as a dot; where the year never comes, an arrow at the edge."""
    low, middle, high = (never if row[name] is None else row[name] for name in ("p10", "p50", "p90"))
    if low is None or middle is None or high is None:
        return
    colour = COLOURS["programme"]
    axis.plot([low, high], [place] * 2, color=colour, linewidth=2.4, solid_capstyle="butt", marker="|", markersize=9)
    if row["p50"] is not None:
        axis.plot([middle], [place], marker="o", color=colour, markeredgecolor=INK, markersize=7.5, linestyle="")
    if row["p90"] is None:
        axis.plot([high], [place], marker=">", color=colour, markersize=8, linestyle="", clip_on=False)


def _never(axis: Any, rows: dict[str, dict[str, dict[str, Any]]], snapshot: Snapshot, last: int, lang: Lang) -> None:
    """The axis of years, its end, and the probability of being short at all beside each line."""
    for place, mine in enumerate(rows.values()):
        row = mine.get("run_out_year") or mine.get("gap_total")
        if row is not None and row["share_short"] is not None:
            share = number(100 * row["share_short"], lang, decimals=0)
            axis.text(
                1.09,
                place,
                f"{share} %",
                transform=axis.get_yaxis_transform(),
                fontsize=7.5,
                va="center",
                clip_on=False,
            )
    axis.text(
        1.06, -0.62, say("report.chart.short_at_all", lang), transform=axis.get_yaxis_transform(), fontsize=6.5,
        color=FAINT, va="bottom", clip_on=False,
    )  # fmt: skip
    axis.axvline(last + 0.5, color=FAINT, linewidth=0.8, linestyle="--")
    axis.set_xlim(min(snapshot.study.as_of.year, last - 5) - 1.0, last + 2.0)
    years(axis.xaxis)
    axis.xaxis.get_major_locator().set_params(nbins=4)
    axis.figure.subplots_adjust(right=0.9)
