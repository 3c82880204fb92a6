"""What the answer on delivery hangs on: the advantage of city first when one thing is low or high."""

from textwrap import fill
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import unit_shown
from quydat.report.charts.style import COLOURS, FAINT, INK, above, numbers, sheet, signed
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot
from quydat.report.wording import trimmed

_MOST = 12
_LINE = 40


def hang_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Inputs that move the advantage, the one that moves it most first."""
    rows = [
        row
        for row in given(snapshot, "delivery_hangs_on")
        if row["advantage_low_bn_vnd"] is not None and row["advantage_high_bn_vnd"] is not None
    ]
    return sorted(
        rows, key=lambda row: (-abs(row["advantage_high_bn_vnd"] - row["advantage_low_bn_vnd"]), row["input"])
    )


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """A bar for each input between its low and its high value; those that turn the answer cross the line of zero."""
    rows = hang_rows(snapshot)[:_MOST]
    names = [fill(row[f"name_{lang}"].replace("$", r"\$"), _LINE, max_lines=2, placeholder="…") for row in rows]
    figure, axes = sheet(1.7 + 0.36 * len(rows), names=[max(n.split("\n"), key=len) for n in names], top=0.62)
    figure.subplots_adjust(right=0.8)
    axis = axes[0, 0]
    middle = next((row["advantage_mid_bn_vnd"] for row in rows if row["advantage_mid_bn_vnd"] is not None), None)
    if middle is not None:
        axis.axvline(middle, color=FAINT, linewidth=0.9, linestyle="--")
    axis.axvline(0, color=INK, linewidth=1.2)
    for place, row in enumerate(rows):
        low, high = row["advantage_low_bn_vnd"], row["advantage_high_bn_vnd"]
        colour = COLOURS["vacant_blocked"] if row["turns"] else "#9db7cf"
        axis.plot([low, high], [place] * 2, color=colour, linewidth=9, solid_capstyle="butt", zorder=1)
        axis.plot([low], [place], marker="o", color="white", markeredgecolor=INK, markersize=6, linestyle="")
        axis.plot([high], [place], marker="o", color=INK, markersize=6, linestyle="")
        axis.text(
            1.02, place, _values(row, lang), transform=axis.get_yaxis_transform(), fontsize=7, va="center",
            clip_on=False,
        )  # fmt: skip
    axis.set_yticks(range(len(rows)), names, fontsize=7.5)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.margins(x=0.06)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say("report.chart.advantage_all", lang))
    axis.xaxis.get_major_locator().set_params(nbins=6)
    numbers(axis.xaxis, lang)
    _legend(figure, any(row["turns"] for row in rows), middle is not None, lang)
    return signed(figure, snapshot, lang, tables=("delivery_hangs_on",))


def _values(row: dict[str, Any], lang: Lang) -> str:
    """Low and high value of an input with their unit; nothing where it has no numbers."""
    if row["low"] is None or row["high"] is None:
        return ""
    share = row["unit"] == "share"
    ends = [100 * row[name] if share else row[name] for name in ("low", "high")]
    digits = 0 if share or max(abs(end) for end in ends) >= 20 else 2
    low, high = (
        trimmed(number(end, lang, decimals=digits), lang) if digits else number(end, lang, decimals=0) for end in ends
    )
    return f"{low}–{high} {unit_shown(row['unit'], lang)}".strip()


def _legend(figure: Any, turns: bool, mean: bool, lang: Lang) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [
        Line2D([], [], marker="o", color="white", markeredgecolor=INK, markersize=6, linestyle=""),
        Line2D([], [], marker="o", color=INK, markersize=6, linestyle=""),
    ]
    labels = [say("report.chart.at_low", lang), say("report.chart.at_high", lang)]
    if turns:
        handles.append(Patch(color=COLOURS["vacant_blocked"]))
        labels.append(say("report.chart.turns", lang))
    if mean:
        handles.append(Line2D([], [], color=FAINT, linewidth=0.9, linestyle="--"))
        labels.append(say("report.chart.all_middle", lang))
    above(figure, handles, labels, columns=4)
