"""The land today: one bar for each state of parks, divided by what may be done with the land."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, HATCHES, above, numbers, sheet, signed
from quydat.report.snapshot import Snapshot

_PARTS = ("let", "vacant_ready", "vacant_blocked", "not_lettable", "not_cleared")


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart. Where vacant land is not divided into ready and blocked, it is one part."""
    rows = [row for row in snapshot.rows("land_by_state") if row["gross_area_ha"]]
    rows.sort(key=lambda row: list(choices("park_state")).index(row["state"]))
    names = [choice_label("park_state", row["state"], lang) for row in rows]
    figure, axes = sheet(1.3 + 0.42 * len(rows), names=names)
    axis = axes[0, 0]
    lefts = [0.0] * len(rows)
    for part in (*_PARTS[:3], "vacant", *_PARTS[3:]):
        widths = [_width(row, part) for row in rows]
        if any(widths):
            axis.barh(
                range(len(rows)),
                widths,
                left=lefts,
                height=0.62,
                color=COLOURS[part],
                hatch=HATCHES.get(part),
                edgecolor="white",
                linewidth=0.8,
                label=say(f"report.chart.{part}", lang),
            )
        lefts = [left + width for left, width in zip(lefts, widths, strict=True)]
    axis.set_yticks(range(len(rows)), names)
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say("report.chart.ha", lang))
    numbers(axis.xaxis, lang)
    above(figure, *axis.get_legend_handles_labels(), columns=5)
    return signed(figure, snapshot, lang, tables=("land_by_state",))


def _width(row: dict[str, Any], part: str) -> float:
    divided = row["vacant_ready_ha"] is not None and row["vacant_blocked_ha"] is not None
    if (part == "vacant" and divided) or (part in ("vacant_ready", "vacant_blocked") and not divided):
        return 0.0
    return float(row[f"{part}_ha"] or 0.0)
