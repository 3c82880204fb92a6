"""Back-test: the range that was said for each period against what came, one panel for each series and forecaster."""

from typing import Any

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, choices, unit_shown
from quydat.report.charts.style import COLOURS, FAINT, INK, above, numbers, sheet, signed
from quydat.report.naming import given, sector_names, series_name
from quydat.report.snapshot import Snapshot

_COLUMNS, _MOST = 2, 12
_GAP = 1.2
"""Room between the forecasts of one origin and those of the next, in slots."""


def tested(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Scores of the series that could be tried, by series and in the order of the forecasters."""
    order = list(choices("forecaster"))
    rows = [row for row in given(snapshot, "back_test_summary") if row["cells"]]
    return sorted(rows, key=lambda row: (row["indicator"], row["series_id"], order.index(row["forecaster"])))


def slots(cells: list[dict[str, Any]]) -> list[tuple[float, dict[str, Any]]]:
    """Where each forecast stands: origin after origin, within one by the period that was forecast.

    >>> cells = [{"origin": "2019", "period": "2020"}, {"origin": "2014", "period": "2015"}]
    >>> [(x, cell["period"]) for x, cell in slots(cells)]
    [(0.0, '2015'), (2.2, '2020')]
    """
    made: list[tuple[float, dict[str, Any]]] = []
    x, last = 0.0, ""
    for cell in sorted(cells, key=lambda cell: (cell["origin"], cell["period"])):
        if made:
            x += 1.0 + (_GAP if cell["origin"] != last else 0.0)
        last = cell["origin"]
        made.append((x, cell))
    return made


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Bars from P10 to P90 with P50; what came as a dot within the range, as a cross outside of it."""
    rows = tested(snapshot)[:_MOST]
    tall = -(-len(rows) // _COLUMNS)
    figure, axes = sheet(1.2 + 1.95 * tall, rows=tall, columns=min(len(rows), _COLUMNS), top=0.72, between=0.85)
    panels = list(axes.flat)
    sectors, checks = sector_names(snapshot, lang), {r["series_id"]: r for r in given(snapshot, "series_check")}
    units = {row["series_id"]: row["unit"] for row in given(snapshot, "series")}
    cells = given(snapshot, "back_test")
    for axis, row in zip(panels, rows, strict=False):
        mine = [c for c in cells if (c["series_id"], c["forecaster"]) == (row["series_id"], row["forecaster"])]
        _panel(axis, mine, lang)
        name = series_name(checks.get(row["series_id"], row), sectors, lang)
        score = f"{sum(bool(cell['inside']) for cell in mine)}/{len(mine)}"
        facts = {"forecaster": choice_label("forecaster", row["forecaster"], lang), "score": score}
        axis.set_title(f"{name}\n{say('report.chart.inside', lang, **facts)}", loc="left", fontsize=7.5)
        if unit := unit_shown(units.get(row["series_id"], ""), lang):
            axis.set_ylabel(unit, fontsize=7.5)
    for axis in panels[len(rows) :]:
        axis.set_visible(False)
    _legend(figure, lang)
    return signed(figure, snapshot, lang, tables=("back_test",))


def _panel(axis: Any, cells: list[dict[str, Any]], lang: Lang) -> None:
    stands = slots(cells)
    for x, cell in stands:
        if cell["p10"] is not None and cell["p90"] is not None:
            ends = [cell["p10"], cell["p90"]]
            axis.plot([x, x], ends, color=COLOURS["programme"], alpha=0.35, linewidth=5, solid_capstyle="butt")
            axis.plot([x, x], ends, color=COLOURS["programme"], linewidth=0, marker="_", markersize=6)
        if cell["p50"] is not None:
            axis.plot([x], [cell["p50"]], color=COLOURS["programme"], marker="_", markersize=6, markeredgewidth=1.8)
        marker, colour = ("o", INK) if cell["inside"] else ("x", COLOURS["gap"])
        axis.plot([x], [cell["actual"]], marker=marker, color=colour, markersize=4.5, markeredgewidth=1.4)
    many = len(stands) > 12
    names = [cell["period"][-2:] if many and cell["period"].isdigit() else cell["period"] for _, cell in stands]
    axis.set_xticks([x for x, _ in stands], [f"’{name}" if len(name) == 2 else name for name in names], fontsize=6)
    axis.tick_params(axis="y", labelsize=7)
    for origin in dict.fromkeys(cell["origin"] for _, cell in stands):
        mine = [x for x, cell in stands if cell["origin"] == origin]
        text = say("report.chart.asked_in", lang, origin=origin)
        axis.annotate(
            text, ((mine[0] + mine[-1]) / 2, 0), xycoords=("data", "axes fraction"), xytext=(0, -19),
            textcoords="offset points", ha="center", fontsize=6.5, color=FAINT,
        )  # fmt: skip
    axis.grid(visible=False, axis="x")
    axis.margins(y=0.12)
    numbers(axis.yaxis, lang)


def _legend(figure: Any, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=COLOURS["programme"], alpha=0.35, linewidth=5, solid_capstyle="butt"),
        Line2D([], [], marker="_", color=COLOURS["programme"], markersize=7, markeredgewidth=1.8, linestyle=""),
        Line2D([], [], marker="o", color=INK, markersize=4.5, linestyle=""),
        Line2D([], [], marker="x", color=COLOURS["gap"], markersize=4.5, markeredgewidth=1.4, linestyle=""),
    ]
    above(figure, handles, [say(f"report.chart.{key}", lang) for key in ("band", "middle", "hit", "miss")], columns=4)
