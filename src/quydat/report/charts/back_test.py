"""Back-test: where what came lies in the range that was said before, for each series and way of forecasting."""

from textwrap import fill
from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, FAINT, above, sheet, signed
from quydat.report.naming import given, sector_names, series_name
from quydat.report.snapshot import Snapshot

_EDGE = 3.0
"""Widths of half a range that are drawn; what lies further stands at the edge as a triangle."""


def position(row: dict[str, Any]) -> float | None:
    """Where the actual value lies: 0 at the middle that was said, ±1 at P10 and P90; unknown without a range.

    >>> position({"p10": 90.0, "p50": 100.0, "p90": 120.0, "actual": 110.0})
    0.5
    """
    if row["p10"] is None or row["p50"] is None or row["p90"] is None:
        return None
    above_middle = row["actual"] >= row["p50"]
    half = row["p90"] - row["p50"] if above_middle else row["p50"] - row["p10"]
    if half > 0:
        return float((row["actual"] - row["p50"]) / half)
    return 0.0 if row["actual"] == row["p50"] else _EDGE if above_middle else -_EDGE


def tested(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Scores of the series that could be tried, by series and in the order of the forecasters."""
    order = list(choices("forecaster"))
    rows = [row for row in given(snapshot, "back_test_summary") if row["cells"]]
    return sorted(rows, key=lambda row: (row["indicator"], row["series_id"], order.index(row["forecaster"])))


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """A strip for each series and forecaster: the band is the range that was said, a mark is a period that came."""
    rows = tested(snapshot)
    sectors, of = sector_names(snapshot, lang), {r["series_id"]: r for r in given(snapshot, "series_check")}
    groups = {row["series_id"]: series_name(of.get(row["series_id"], row), sectors, lang) for row in rows}
    names = [choice_label("forecaster", row["forecaster"], lang) for row in rows]
    wide = max((len(name) for name in names), default=10)
    heads = {series: fill(name, max(wide, 34)) for series, name in groups.items()}
    longest = max((line for head in heads.values() for line in head.split("\n")), key=len, default="")
    spots, labels, y = _layout(rows, heads, lang)
    figure, axes = sheet(1.5 + 0.27 * y, names=[*names, longest], top=0.55)
    figure.subplots_adjust(right=0.9)
    axis = axes[0, 0]
    axis.axvspan(-1, 1, color=COLOURS["programme"], alpha=0.14, linewidth=0)
    for edge in (-1, 1):
        axis.axvline(edge, color=COLOURS["programme"], linewidth=0.9, linestyle=(0, (4, 2)))
    axis.axvline(0, color=COLOURS["programme"], linewidth=0.9)
    cells = given(snapshot, "back_test")
    for row, at in zip(rows, spots, strict=True):
        mine = [c for c in cells if (c["series_id"], c["forecaster"]) == (row["series_id"], row["forecaster"])]
        _strip(axis, mine, at)
        text = f"{sum(bool(c['inside']) for c in mine)}/{len(mine)}"
        axis.text(1.02, at, text, transform=axis.get_yaxis_transform(), fontsize=8, va="center", clip_on=False)
    axis.text(
        1.02, -0.1, say("report.chart.inside", lang), transform=axis.get_yaxis_transform(), fontsize=7, color=FAINT,
        va="bottom", clip_on=False,
    )  # fmt: skip
    axis.set_yticks([at for at, _, _ in labels], [text for _, text, _ in labels], fontsize=8)
    for tick, (_, _, head) in zip(axis.get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if head else "normal")
    axis.set_ylim(y, -0.2)
    axis.set_xlim(-_EDGE - 0.25, _EDGE + 0.25)
    axis.set_xticks([-1, 0, 1], ["P10", "P50", "P90"])
    axis.grid(visible=False)
    axis.set_xlabel(say("report.chart.position", lang), fontsize=8)
    _legend(figure, lang)
    return signed(figure, snapshot, lang, tables=("back_test",))


def _layout(
    rows: list[dict[str, Any]], heads: dict[str, str], lang: Lang
) -> tuple[list[float], list[tuple[float, str, bool]], float]:
    """Where each strip stands, with the name of its series above the first."""
    spots: list[float] = []
    labels: list[tuple[float, str, bool]] = []
    y, last = 0.0, ""
    for row in rows:
        if row["series_id"] != last:
            last = row["series_id"]
            lines = heads[last].count("\n") + 1
            y += 0.35 + 0.55 * lines
            labels.append((y - 0.35, heads[last], True))
        y += 1.0
        spots.append(y - 0.4)
        labels.append((y - 0.4, choice_label("forecaster", row["forecaster"], lang), False))
    return spots, labels, y + 0.3


def _strip(axis: Any, cells: list[dict[str, Any]], at: float) -> None:
    """Marks of one strip; those forecast further ahead stand lower, so that they do not hide each other."""
    ahead = sorted({cell["years_ahead"] for cell in cells})
    for cell in cells:
        x = position(cell)
        if x is None:
            continue
        rank = ahead.index(cell["years_ahead"])
        shift = 0.0 if len(ahead) == 1 else 0.5 * (rank / (len(ahead) - 1) - 0.5)
        marker = "o" if cell["inside"] else "x"
        if abs(x) > _EDGE:
            x, marker = (_EDGE, ">") if x > 0 else (-_EDGE, "<")
        colour = COLOURS["programme"] if cell["inside"] else COLOURS["gap"]
        axis.plot([x], [at + shift], marker=marker, color=colour, markersize=4.5, linestyle="", markeredgewidth=1.3)


def _legend(figure: Any, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", color=COLOURS["programme"], markersize=4.5, linestyle=""),
        Line2D([], [], marker="x", color=COLOURS["gap"], markersize=4.5, markeredgewidth=1.3, linestyle=""),
        Line2D([], [], marker=">", color=COLOURS["gap"], markersize=4.5, linestyle=""),
    ]
    above(figure, handles, [say(f"report.chart.{key}", lang) for key in ("hit", "miss", "far_off")], columns=3)
