"""One look for all charts: palette, fonts, axes, the line with source and basis."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from quydat.core.basis import Basis, weakest
from quydat.core.text import Lang, day, number, say
from quydat.dictionary.schema import choice_label
from quydat.report.snapshot import Snapshot

INK, FAINT, GRID = "#22303c", "#5f6b76", "#dde2e6"
COLOURS = {
    "let": "#2b5c8a",
    "vacant_ready": "#1b9e77",
    "vacant_blocked": "#e6a532",
    "vacant": "#e6a532",
    "not_lettable": "#b9c1c8",
    "not_cleared": "#e9e2d3",
    "delivered": "#1b9e77",
    "taken_up": "#2b5c8a",
    "gap": "#c8432b",
    "pipeline": "#6b7680",
    "programme": "#2b5c8a",
    "wanted": "#8a3b2b",
}
"""By meaning; told apart by lightness too, after Okabe and Ito's advice for colour-blind readers (2008)."""

HATCHES = {"vacant_blocked": "////", "not_cleared": "....", "gap": "xxxx"}
RC: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "svg.hashsalt": "quydat",
    "svg.fonttype": "path",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "hatch.linewidth": 0.5,
}
WIDTH = 8.2
_LONGEST_NAME = 36
_FOOT = 0.72
_LETTER = 0.072
DPI = 150


def sheet(
    height: float,
    *,
    rows: int = 1,
    columns: int = 1,
    names: Sequence[str] = (),
    top: float = 0.45,
    between: float = 0.3,
    **grid: Any,
) -> tuple[Any, Any]:
    """A figure of the common width with its axes as an array.

    Room for labels is reckoned from the number of their letters: matplotlib's own layout engine gives
    positions that differ in the last digits from one run to the next.

    Parameters
    ----------
    height, top, between
        Inches: of the whole, above the axes (for a legend or titles), and between axes.
    names
        Labels that stand to the left of the axes.
    """
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(WIDTH, height))
    left = 0.2 + _LETTER * max((len(name) for name in names), default=7)
    axes = figure.subplots(rows, columns, squeeze=False, **grid)
    wide, tall = (WIDTH - left - 0.25) / columns, (height - top - _FOOT) / rows
    figure.subplots_adjust(
        left=left / WIDTH,
        right=1 - 0.25 / WIDTH,
        bottom=_FOOT / height,
        top=1 - top / height,
        wspace=between / (wide - between * (columns - 1) / columns),
        hspace=between / (tall - between * (rows - 1) / rows),
    )
    for axis in axes.flat:
        plain(axis)
    return figure, axes


def above(figure: Any, handles: Sequence[Any], labels: Sequence[str], *, columns: int) -> None:
    """The legend of all axes, in the room above them."""
    figure.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=columns,
        frameon=False,
        fontsize=8,
        handlelength=1.6,
        columnspacing=1.4,
    )


def plain(axis: Any) -> None:
    """Only the lines that help to read a value."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(visible=True, color=GRID, linewidth=0.7)
    axis.set_axisbelow(True)
    axis.tick_params(length=0)


def numbers(axis: Any, lang: Lang, *, decimals: int = 1) -> None:
    """Numbers of an axis in the manner of the language; ``decimals`` of those that are not whole."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value, lang, decimals=0 if value % 1 == 0 else decimals))
    )


def percents(axis: Any, lang: Lang) -> None:
    """Shares of an axis as per cent."""
    from matplotlib.ticker import FuncFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(100 * value, lang, decimals=0)} %"))


def band(axis: Any, x: Sequence[float], rows: Sequence[dict[str, Any]], *, low: str, high: str, colour: str) -> None:
    """The range between two quantiles as a light band whose edges can be told apart in print."""
    edges = [[row[name] for row in rows] for name in (low, high)]
    axis.fill_between(x, *edges, color=colour, alpha=0.2, linewidth=0)
    for edge in edges:
        axis.plot(x, edge, color=colour, linewidth=0.7, linestyle=(0, (4, 2)))


def band_key(colour: str, label: str) -> tuple[Any, str]:
    """How a band looks in the legend."""
    from matplotlib.patches import Patch

    return Patch(facecolor=(*_rgb(colour), 0.2), edgecolor=colour, linewidth=0.7, linestyle=(0, (4, 2))), label


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def years(axis: Any) -> None:
    """Years as whole numbers."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=11, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))


def signed(figure: Any, snapshot: Snapshot, lang: Lang, *, tables: tuple[str, ...]) -> Any:
    """Write the line with source, weakest basis and run under a chart that shows these tables."""
    starts = tuple(f"{table}." for table in tables)
    bases = [f.basis for f in snapshot.ledger if f.figure_id.startswith(starts)]
    for table in tables:  # bulk tables have few figures or none; their rows say what they rest on
        rows = snapshot.tables.get(table)
        if rows is not None and "basis" in rows:
            bases += [Basis(one) for one in rows["basis"].dropna().unique()]
    basis = weakest(bases or [Basis.PUBLISHED])
    text = say(
        "report.chart.source",
        lang,
        day=day(snapshot.study.as_of, lang),
        version=snapshot.version,
        basis=choice_label("basis", basis.value, lang),
        run=snapshot.fingerprint[:12],
    )
    figure.text(0.01, 0.06 / figure.get_figheight(), text, fontsize=7, color=FAINT, ha="left", va="bottom")
    return figure


def moment(value: date) -> float:
    """A day as a year with its fraction."""
    start = date(value.year, 1, 1)
    return value.year + (value - start).days / (date(value.year + 1, 1, 1) - start).days


def literal(text: str, *, longest: int = _LONGEST_NAME) -> str:
    """A name as it is: matplotlib would read a dollar sign as the start of a formula. Long ones are cut."""
    short = text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
    return short.replace("$", r"\$")
