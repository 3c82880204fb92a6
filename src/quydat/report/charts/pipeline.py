"""Promised against expected: one line for each park in procedure."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import COLOURS, FAINT, INK, above, literal, moment, sheet, signed, years
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: earliest by statute, range of what is expected, promised year."""
    rows = {row["park_id"]: row for row in records(snapshot.tables["procedure"])}
    shown = [rows[park] for park in snapshot.focus_here]
    names = [literal(row[f"name_{lang}"]) for row in shown]
    figure, axes = sheet(1.3 + 0.36 * len(shown), names=names)
    axis = axes[0, 0]
    for place, row in enumerate(shown):
        if row["ready_p10"] and row["ready_p90"]:
            axis.plot(
                [moment(row["ready_p10"]), moment(row["ready_p90"])],
                [place, place],
                color=COLOURS["taken_up"],
                linewidth=6,
                alpha=0.45,
                solid_capstyle="butt",
                label="expected",
            )
        _mark(axis, row["ready_p50"], place, "o", COLOURS["taken_up"], "middle", size=7)
        _mark(axis, row["statutory_ready"], place, "|", INK, "statute", size=11)
        if row["promised_year"]:
            axis.plot(
                [row["promised_year"] + 1.0],
                [place],
                marker="D",
                linestyle="",
                markersize=6,
                color="white",
                markeredgecolor=COLOURS["gap"],
                markeredgewidth=1.6,
                label="promised",
            )
    axis.axvline(moment(snapshot.study.as_of), color=FAINT, linewidth=0.8, linestyle=":")
    axis.set_yticks(range(len(shown)), names)
    axis.set_ylim(len(shown) - 0.4, -0.6)
    axis.set_xlabel(say("report.chart.year", lang))
    years(axis.xaxis)
    handles, keys = axis.get_legend_handles_labels()
    unique = dict(zip(keys, handles, strict=True))
    labels = [say(f"report.chart.{key}", lang) for key in unique]
    above(figure, list(unique.values()), labels, columns=4)
    return signed(figure, snapshot, lang, tables=("procedure",))


def _mark(axis: Any, value: Any, place: int, marker: str, colour: str, label: str, *, size: float) -> None:
    if value is not None:
        axis.plot(
            [moment(value)],
            [place],
            marker=marker,
            linestyle="",
            markersize=size,
            color=colour,
            markeredgewidth=2 if marker == "|" else 0,
            label=label,
        )
