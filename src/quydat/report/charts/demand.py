"""Demand by method: all middles in one picture with the combined range, and every range in one year beside it."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, INK, above, band, band_key, numbers, sheet, signed, years
from quydat.report.snapshot import Snapshot

_LOOKS: dict[str, tuple[str, Any, str]] = {
    "take_up": ("#6b7680", "--", "s"),
    "labour": ("#1b9e77", "-.", "^"),
    "output": ("#b8860b", ":", "D"),
    "stated": ("#8a3b2b", (0, (5, 1, 1, 1, 1, 1)), "v"),
    "combined": (COLOURS["programme"], "-", "o"),
}


def partial_year(snapshot: Snapshot) -> int | None:
    """The year of which only the days after the picture count; None if the picture ends a year."""
    day = snapshot.study.as_of
    return None if (day.month, day.day) == (12, 31) else day.year


def method_rows(snapshot: Snapshot) -> dict[str, list[dict[str, Any]]]:
    """Land wanted in each whole year by each method, in the order of the dictionary's list."""
    rows = [
        row
        for row in snapshot.rows("demand")
        if row["place"] == snapshot.place
        and row["sector"] == "all"
        and row["quantity"] == "land_ha"
        and row["year"] != partial_year(snapshot)
    ]
    made = {m: sorted((r for r in rows if r["method"] == m), key=lambda r: r["year"]) for m in choices("demand_method")}
    return {method: mine for method, mine in made.items() if mine}


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: middle lines of all methods; on the right the ranges of the last year, on the same scale."""
    by_method = method_rows(snapshot)
    figure, axes = sheet(3.7, columns=2, top=0.55, between=0.3, sharey=True, width_ratios=[1.7, 1])
    lines, ranges = axes[0]
    handles, labels = _lines(lines, by_method, lang)
    _ranges(ranges, by_method, lang)
    top = max((row["p90"] for rows in by_method.values() for row in rows), default=1.0)
    lines.set_ylim(0, 1.06 * top)  # after all are drawn: the panels share their scale
    lines.set_ylabel(say("report.chart.ha_year", lang))
    numbers(lines.yaxis, lang)
    above(figure, handles, labels, columns=6)
    return signed(figure, snapshot, lang, tables=("demand",))


def _lines(axis: Any, by_method: dict[str, list[dict[str, Any]]], lang: Lang) -> tuple[list[Any], list[str]]:
    handles: list[Any] = []
    labels: list[str] = []
    combined = by_method.get("combined")
    if combined:
        band(axis, [r["year"] for r in combined], combined, low="p10", high="p90", colour=COLOURS["programme"])
    for method, rows in by_method.items():
        colour, line, marker = _LOOKS[method]
        made = axis.plot(
            [r["year"] for r in rows], [r["p50"] for r in rows], color=colour, linestyle=line, marker=marker,
            markersize=4, markevery=_every(rows), linewidth=2.4 if method == "combined" else 1.4,
        )  # fmt: skip
        handles += made
        labels.append(choice_label("demand_method", method, lang))
    if combined:
        handle, label = band_key(COLOURS["programme"], say("report.chart.combined_band", lang))
        handles, labels = [*handles, handle], [*labels, label]
    axis.set_title(say("report.chart.middles", lang), loc="left", fontsize=9)
    axis.set_xlabel(say("report.chart.year", lang))
    years(axis.xaxis)
    axis.xaxis.get_major_locator().set_params(nbins=6)
    return handles, labels


def _every(rows: Sequence[dict[str, Any]]) -> list[int]:
    return [place for place, row in enumerate(rows) if row["year"] % 5 == 0]


def _ranges(axis: Any, by_method: dict[str, list[dict[str, Any]]], lang: Lang) -> None:
    last = max((rows[-1]["year"] for rows in by_method.values()), default=None)
    for place, (method, rows) in enumerate(by_method.items()):
        row, (colour, _, marker) = rows[-1], _LOOKS[method]
        axis.plot([place] * 2, [row["p10"], row["p90"]], color=colour, linewidth=2.2, marker="_", markersize=9)
        axis.plot([place], [row["p50"]], color=colour, marker=marker, markersize=7, markeredgecolor=INK, linestyle="")
    names = [choice_label("demand_method", method, lang) for method in by_method]
    axis.set_xticks(range(len(names)), [fill(name, 8, break_long_words=False) for name in names], fontsize=7)
    axis.set_xlim(-0.6, len(names) - 0.4)
    axis.grid(visible=False, axis="x")
    axis.set_title(say("report.chart.ranges_in", lang, year=last), loc="left", fontsize=9)
