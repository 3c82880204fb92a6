"""Promised against expected: one line for each park in procedure, with the probability that the promise is kept."""

from datetime import date
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.report.charts.style import COLOURS, FAINT, INK, above, literal, moment, sheet, signed, years
from quydat.report.snapshot import Snapshot

_LAST_AFTER = 15
"""Years shown beyond the plan's last: what lies further is an arrow, so that the near years keep their room."""


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: earliest by statute, range of what is expected, promised year, probability beside it."""
    rows = {row["park_id"]: row for row in snapshot.rows("procedure")}
    shown = [rows[park] for park in snapshot.focus_here]
    names = [literal(row[f"name_{lang}"]) for row in shown]
    figure, axes = sheet(1.5 + 0.36 * len(shown), names=names, top=0.62)
    axis = axes[0, 0]
    start, last = moment(snapshot.study.as_of), float(snapshot.study.end_year + _LAST_AFTER)
    kept = {row["park_id"]: row["kept_share"] for row in snapshot.rows("promised_expected")}
    for place, row in enumerate(shown):
        _expected(axis, row, place, last)
        _mark(axis, row["statutory_ready"], place, "|", INK, "statute", size=11, last=last)
        if row["promised_year"]:
            axis.plot(
                [row["promised_year"] + 1.0], [place], marker="D", linestyle="", markersize=6, color="white",
                markeredgecolor=COLOURS["gap"], markeredgewidth=1.6, label="promised",
            )  # fmt: skip
        if row["park_id"] in kept:
            share = f"{number(100 * kept[row['park_id']], lang, decimals=0)} %"
            axis.text(last + 0.6, place, share, fontsize=8, va="center", ha="left", color=INK, clip_on=False)
    axis.text(last + 0.6, -0.95, say("report.chart.kept", lang), fontsize=7, va="center", ha="left", color=FAINT)
    axis.axvline(start, color=FAINT, linewidth=0.8, linestyle=":")
    end = snapshot.study.end_year
    axis.axvline(end + 1.0, color=FAINT, linewidth=0.8, linestyle="--")
    axis.text(
        end + 1.0, -0.95, say("report.chart.end", lang, year=end), fontsize=7, va="center", ha="center", color=FAINT,
        clip_on=False,
    )  # fmt: skip
    axis.set_yticks(range(len(shown)), names)
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.set_xlim(start - 1.0, last + 0.3)
    axis.set_xlabel(say("report.chart.year", lang))
    years(axis.xaxis)
    figure.subplots_adjust(right=0.92)
    handles, keys = axis.get_legend_handles_labels()
    unique = dict(zip(keys, handles, strict=True))
    labels = [say(f"report.chart.{key}", lang) for key in unique]
    above(figure, list(unique.values()), labels, columns=4)
    return signed(figure, snapshot, lang, tables=("procedure",))


def _expected(axis: Any, row: dict[str, Any], place: int, last: float) -> None:
    """The range from P10 to P90 with its middle; an arrow where it goes on beyond the axis."""
    if row["ready_p10"] and row["ready_p90"]:
        first, end = moment(row["ready_p10"]), moment(row["ready_p90"])
        axis.plot(
            [min(first, last), min(end, last)], [place, place], color=COLOURS["taken_up"], linewidth=6, alpha=0.45,
            solid_capstyle="butt", label="expected",
        )  # fmt: skip
        if end > last:
            axis.plot([last], [place], marker=">", color=COLOURS["taken_up"], markersize=7, clip_on=False, linestyle="")
    _mark(axis, row["ready_p50"], place, "o", COLOURS["taken_up"], "middle", size=7, last=last)


def _mark(
    axis: Any, value: date | None, place: int, marker: str, colour: str, label: str, *, size: float, last: float
) -> None:
    if value is not None and moment(value) <= last:
        axis.plot(
            [moment(value)], [place], marker=marker, linestyle="", markersize=size, color=colour,
            markeredgewidth=2 if marker == "|" else 0, label=label,
        )  # fmt: skip
