"""What makes the result uncertain, and which survey would narrow it: a tornado, and widths now and then."""

from collections.abc import Sequence
from textwrap import fill
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.style import COLOURS, FAINT, INK, above, numbers, sheet, signed
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_MOST = 10
_OUTPUTS = ("gap", "demand")


def shown_output(snapshot: Snapshot) -> str:
    """The result that the report looks at: the gap, or demand where only that was examined."""
    found = {row["output"] for row in given(snapshot, "sensitivity")}
    return next((output for output in _OUTPUTS if output in found), _OUTPUTS[0])


def input_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Inputs by the part of the variance that each explains by itself, the largest first."""
    output = shown_output(snapshot)
    rows = [row for row in given(snapshot, "sensitivity") if row["output"] == output]
    return sorted(rows, key=lambda row: (-row["first_order_share"], row["input"]))


def survey_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """What could be collected, that which narrows the range most first."""
    output = shown_output(snapshot)
    rows = [row for row in given(snapshot, "sensitivity_survey") if row["output"] == output]
    return sorted(rows, key=lambda row: row["rank"])


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Mean result over the lowest and the highest tenth of each input; on the right who could tell it."""
    rows = [row for row in input_rows(snapshot) if row["low"] is not None and row["high"] is not None][:_MOST]
    names = _wrapped([row[f"name_{lang}"] for row in rows])
    figure, axes = sheet(1.75 + 0.38 * len(rows), names=[max(n.split("\n"), key=len) for n in names], top=0.62)
    figure.subplots_adjust(right=0.72)
    axis = axes[0, 0]
    middle = _middle(snapshot)
    if middle is not None:
        axis.axvline(middle, color=FAINT, linewidth=0.9, linestyle="--")
    for place, row in enumerate(rows):
        axis.plot([row["low"], row["high"]], [place] * 2, color="#9db7cf", linewidth=9, solid_capstyle="butt", zorder=1)
        axis.plot([row["low"]], [place], marker="o", color="white", markeredgecolor=INK, markersize=6, linestyle="")
        axis.plot([row["high"]], [place], marker="o", color=INK, markersize=6, linestyle="")
        share = f"{number(100 * row['first_order_share'], lang, decimals=0)} %"
        who = fill(choice_label("informed_by", row["informed_by"], lang), 26)
        axis.text(1.02, place, share, transform=axis.get_yaxis_transform(), fontsize=8, va="center", clip_on=False)
        axis.text(1.19, place, who, transform=axis.get_yaxis_transform(), fontsize=7, va="center", clip_on=False)
    _heads(axis, lang)
    axis.set_yticks(range(len(rows)), names, fontsize=7.5)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.margins(x=0.06)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say(f"report.chart.tornado_{shown_output(snapshot)}", lang, year=snapshot.study.end_year))
    numbers(axis.xaxis, lang)
    _legend(figure, middle is not None, lang)
    return signed(figure, snapshot, lang, tables=("sensitivity",))


def _heads(axis: Any, lang: Lang) -> None:
    at = axis.get_yaxis_transform()
    for x, key in ((1.02, "explains"), (1.19, "informed_by")):
        axis.text(
            x, -0.75, say(f"report.chart.{key}", lang), transform=at, fontsize=7, color=FAINT, va="bottom",
            clip_on=False,
        )  # fmt: skip


def _legend(figure: Any, mean: bool, lang: Lang) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", color="white", markeredgecolor=INK, markersize=6, linestyle=""),
        Line2D([], [], marker="o", color=INK, markersize=6, linestyle=""),
    ]
    labels = [say("report.chart.input_low", lang), say("report.chart.input_high", lang)]
    if mean:
        handles.append(Line2D([], [], color=FAINT, linewidth=0.9, linestyle="--"))
        labels.append(say("report.chart.mean", lang))
    above(figure, handles, labels, columns=3)


def _middle(snapshot: Snapshot) -> float | None:
    """Mean of the result over all draws, where the ledger has it."""
    found = snapshot.ledger.get(f"land.{shown_output(snapshot)}.{snapshot.study.end_year}.expected")
    return float(found.value) if found is not None and isinstance(found.value, int | float) else None


def draw_surveys(snapshot: Snapshot, lang: Lang) -> Any:
    """Width of the range now (outline) and once each thing is known (bar)."""
    rows = survey_rows(snapshot)
    names = _wrapped([choice_label("informed_by", row["informed_by"], lang) for row in rows])
    figure, axes = sheet(1.55 + 0.36 * len(rows), names=[max(n.split("\n"), key=len) for n in names], top=0.5)
    axis = axes[0, 0]
    look = {"height": 0.62, "facecolor": "white", "edgecolor": FAINT, "linewidth": 1.0, "linestyle": "--"}
    axis.barh(range(len(rows)), [r["width_now"] for r in rows], label=say("report.chart.width_now", lang), **look)
    then = say("report.chart.width_then", lang)
    axis.barh(range(len(rows)), [r["width_then"] for r in rows], height=0.4, color=COLOURS["programme"], label=then)
    most = max((row["width_now"] for row in rows), default=1.0)
    for place, row in enumerate(rows):
        lost = 0.0 if not row["width_now"] else 1 - row["width_then"] / row["width_now"]
        share = number(100 * lost, lang, decimals=0)
        text = f"{'' if share == '0' else '−'}{share} %"
        axis.text(row["width_now"] + 0.01 * most, place, text, fontsize=8, va="center")
    axis.set_xlim(0, 1.1 * most)
    axis.set_yticks(range(len(rows)), names, fontsize=8)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say(f"report.chart.width_{shown_output(snapshot)}", lang, year=snapshot.study.end_year))
    numbers(axis.xaxis, lang)
    above(figure, *axis.get_legend_handles_labels(), columns=2)
    return signed(figure, snapshot, lang, tables=("sensitivity_survey",))


def _wrapped(names: Sequence[str]) -> list[str]:
    """Names on up to three lines, inputs that vary together one after the other; longer ones are cut."""
    return [fill(name.replace("$", r"\$"), 36, max_lines=3, placeholder="…") for name in names]
