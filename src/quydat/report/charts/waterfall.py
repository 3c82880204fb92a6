"""Waterfalls: the account over a period, and what demand is made of."""

from collections.abc import Sequence
from math import fsum
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.account import account_rows
from quydat.report.charts.style import COLOURS, FAINT, INK, numbers, sheet, signed
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

Step = tuple[str, float, bool]
"""Label, hectares (with sign), and whether it is a level that stands on the ground."""

_FLOWS = (("delivered_ha", 1.0), ("freed_ha", 1.0), ("taken_up_ha", -1.0), ("released_ha", -1.0))


def account_steps(rows: Sequence[dict[str, Any]], lang: Lang) -> list[Step]:
    """From the stock at the start of the first year to that at the end of the last, flows added up.

    Land freed and released is left out where there is none in any of the years.
    """
    start, end = (say(f"report.chart.{key}", lang) for key in ("at_start", "at_end"))
    steps: list[Step] = [(f"{start} {rows[0]['year']}", rows[0]["opening_ha"], True)]
    for name, sign in _FLOWS:
        total = fsum(row[name] for row in rows)
        if total or name in ("delivered_ha", "taken_up_ha"):
            steps.append((say(f"report.chart.{name}", lang), sign * total, False))
    return [*steps, (f"{end} {rows[-1]['year']}", rows[-1]["closing_ha"], True)]


def build_up_rows(snapshot: Snapshot, year: int | None = None) -> list[dict[str, Any]]:
    """Components of demand to the end of a year (the last one if none is named), in the order of the list."""
    rows = given(snapshot, "demand_build_up")
    last = max((row["year"] for row in rows), default=0) if year is None else year
    order = list(choices("demand_component"))
    return sorted((row for row in rows if row["year"] == last), key=lambda row: order.index(row["component"]))


def draw_account(snapshot: Snapshot, lang: Lang) -> Any:
    """Opening, flows and closing to the first milestone and to the last, in means of the draws."""
    account = account_rows(snapshot, "balance", "expected")
    marks = [year for year in _milestones(snapshot) if year <= account[-1]["year"]] or [account[-1]["year"]]
    ends = list(dict.fromkeys((marks[0], marks[-1])))
    figure, axes = sheet(3.5, columns=len(ends), top=0.42, between=0.55)
    for axis, end in zip(axes[0], ends, strict=True):
        rows = [row for row in account if row["year"] <= end]
        _falls(axis, account_steps(rows, lang), lang)
        title = say("report.chart.account_over", lang, start=rows[0]["year"], end=end)
        axis.set_title(title, loc="left", fontsize=9)
    axes[0, 0].set_ylabel(say("report.chart.ha", lang))
    figure.subplots_adjust(bottom=0.22)
    return signed(figure, snapshot, lang, tables=("balance",))


def draw_build_up(snapshot: Snapshot, lang: Lang) -> Any:
    """From net growth to demand, with the range of the total; what the study does not state is left out."""
    rows = [row for row in build_up_rows(snapshot) if row["stated"]]
    total = next(row for row in rows if row["component"] == "total")
    parts = [row for row in rows if row["component"] != "total"]
    steps: list[Step] = [
        (choice_label("demand_component", row["component"], lang), row["expected_ha"], place == 0)
        for place, row in enumerate(parts)
    ]
    steps.append((choice_label("demand_component", "total", lang), total["expected_ha"], True))
    figure, axes = sheet(3.8, top=0.42)
    axis = axes[0, 0]
    _falls(axis, steps, lang)
    if total["p10"] is not None and total["p90"] is not None:
        at = len(steps) - 1
        axis.plot([at + 0.45] * 2, [total["p10"], total["p90"]], color=INK, linewidth=1.3, marker="_", markersize=9)
        for value, name in ((total["p10"], "P10"), (total["p90"], "P90")):
            axis.annotate(
                name, (at + 0.45, value), xytext=(6, 0), textcoords="offset points", fontsize=7.5, va="center"
            )
        axis.set_xlim(-0.6, at + 1.0)
        axis.set_ylim(top=1.1 * max(total["p90"], *_levels(steps)))
    axis.set_ylabel(say("report.chart.ha_sum", lang))
    title = say("report.chart.wanted_to", lang, year=total["year"])
    axis.set_title(title, loc="left", fontsize=9)
    figure.subplots_adjust(bottom=0.24)
    return signed(figure, snapshot, lang, tables=("demand_build_up",))


def _milestones(snapshot: Snapshot) -> list[int]:
    prefix = "land.demand."
    found = (f.figure_id.removeprefix(prefix) for f in snapshot.ledger if f.figure_id.startswith(prefix))
    return sorted(int(year) for year in found if year.isdigit())


def _levels(steps: Sequence[Step]) -> list[float]:
    """Where each bar ends."""
    level, made = 0.0, []
    for _, value, stands in steps:
        level = value if stands else level + value
        made.append(level)
    return made


def _falls(axis: Any, steps: Sequence[Step], lang: Lang) -> None:
    """Bars that float from level to level; each says its hectares, losses are hatched."""
    ends = _levels(steps)
    top = max(*ends, *(end - value for end, (_, value, stands) in zip(ends, steps, strict=True) if not stands), 1.0)
    for place, ((_, value, stands), end) in enumerate(zip(steps, ends, strict=True)):
        start = 0.0 if stands else end - value
        colour = COLOURS["programme"] if stands else COLOURS["delivered"] if value >= 0 else COLOURS["gap"]
        look: dict[str, Any] = {"color": colour}
        if not stands and value < 0:
            look = {"color": "white", "edgecolor": colour, "hatch": "////", "linewidth": 0.9}
        axis.bar(place, end - start, bottom=start, width=0.62, **look)
        if place + 1 < len(steps):
            axis.plot([place + 0.31, place + 0.69], [end, end], color=FAINT, linewidth=0.8)
        sign = "" if stands else "+" if value > 0 else "−" if value < 0 else ""
        text = sign + number(abs(value), lang, decimals=0)
        axis.text(place, max(start, end) + 0.015 * top, text, ha="center", va="bottom", fontsize=8)
    axis.set_ylim(min(0.0, 1.1 * min(ends)), 1.14 * top)
    axis.axhline(0, color=INK, linewidth=0.8)
    axis.set_xticks(range(len(steps)), [wrapped(label) for label, _, _ in steps], fontsize=7.5)
    axis.set_xlim(-0.6, len(steps) - 0.4)
    axis.grid(visible=False, axis="x")
    numbers(axis.yaxis, lang)


def wrapped(text: str, width: int = 11) -> str:
    """A label broken between words so that neighbours on an axis do not touch."""
    from textwrap import fill

    return fill(text, width, break_long_words=False)
