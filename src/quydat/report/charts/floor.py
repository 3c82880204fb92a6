"""Floor space by kind of place: what is known, by how it is known, and the estimated total beside it."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import FAINT, INK, above, literal, numbers, sheet, signed
from quydat.report.snapshot import Snapshot

_PARTS = {"measured_m2": "#2b5c8a", "declared_m2": "#6ea3cf", "estimated_m2": "#b9c1c8"}
_THOUSAND = 1000.0


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart; illustrative floor is marked as such across the whole sheet."""
    rows = [row for row in snapshot.rows("floor_space") if row["dimension"] == "place_kind"]
    rows.sort(key=lambda row: -(row["gross_floor_area_m2"] or 0.0))
    names = [literal(str(row[f"name_{lang}"])) for row in rows]
    figure, axes = sheet(1.5 + 0.46 * len(rows), names=names)
    axis = axes[0, 0]
    lefts = [0.0] * len(rows)
    for part, colour in _PARTS.items():
        widths = [(row[part] or 0.0) / _THOUSAND for row in rows]
        look = {"height": 0.6, "color": colour, "edgecolor": "white", "linewidth": 0.8}
        axis.barh(range(len(rows)), widths, left=lefts, label=say(f"report.chart.{part}", lang), **look)
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    guessed = [(place, row) for place, row in enumerate(rows) if row["estimated_total_m2"] is not None]
    if guessed:
        middle = [row["estimated_total_m2"] / _THOUSAND for _, row in guessed]
        error = [
            [m - row["low_m2"] / _THOUSAND for m, (_, row) in zip(middle, guessed, strict=True)],
            [row["high_m2"] / _THOUSAND - m for m, (_, row) in zip(middle, guessed, strict=True)],
        ]
        axis.errorbar(
            middle,
            [place for place, _ in guessed],
            xerr=error,
            fmt="D",
            markersize=4,
            color=INK,
            capsize=3,
            linewidth=1,
            label=say("report.chart.estimated_total", lang),
        )
    axis.set_yticks(range(len(rows)), names)
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say("report.chart.thousand_m2", lang))
    numbers(axis.xaxis, lang)
    if snapshot.made_up:
        mark = say("report.chart.illustrative", lang)
        axis.text(
            0.98, 0.06, mark, transform=axis.transAxes, ha="right", va="bottom", fontsize=20, color=FAINT, alpha=0.45
        )  # fmt: skip
    above(figure, *axis.get_legend_handles_labels(), columns=4)
    return signed(figure, snapshot, lang, tables=("floor_space",))
