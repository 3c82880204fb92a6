"""The programme as a calendar: start, ready land with its range, and by which model; what is left to others below."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import FAINT, INK, above, literal, moment, sheet, signed
from quydat.report.delivery_models import divided, model_colour, model_name
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_ROW, _THIN = 0.34, 0.085
_COLUMNS = 2


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """The chart: a bar from start to ready land for each project, grey strokes for parks left to developers."""
    paid, left, _ = divided(snapshot)
    left = sorted(left, key=_middle)
    heads = [_head(row, lang) for row in paid]
    rest = say("report.chart.left_parks", lang, count=len(left)) if left else ""
    models = list(dict.fromkeys(row["delivery_model"] for row in [*paid, *left]))
    keys = len(models) + 2 + bool(_promises(snapshot, paid, left))
    top = 0.24 + 0.19 * -(-keys // _COLUMNS)
    room = _ROW * len(paid) + _THIN * len(left) + 0.35
    names = [*heads, *rest.split("\n")]
    figure, axes = sheet(room + top + 0.8, names=names, top=top)
    axis = axes[0, 0]
    end = snapshot.study.end_year + 1.0
    start = min([moment(row["start"]) for row in [*paid, *left] if row["start"]], default=moment(snapshot.study.as_of))
    for place, row in enumerate(paid):
        _bar(axis, row, place * _ROW, end, model_colour(snapshot, row["delivery_model"]))
    first = _ROW * len(paid) + 0.1
    _strokes(axis, left, first, end, model_colour(snapshot, None))
    promises = _promises(snapshot, paid, left)
    spots = {row["project_id"]: place * _ROW for place, row in enumerate(paid)}
    spots |= {row["project_id"]: first + place * _THIN for place, row in enumerate(left)}
    for project, year in promises.items():
        size = 5.5 if spots[project] < first else 3.2
        axis.plot([year + 1.0], [spots[project]], marker="D", color="white", markeredgecolor=INK, markersize=size)
    middle = first + _THIN * (len(left) - 1) / 2
    axis.set_yticks(
        [*(_ROW * n for n in range(len(paid))), *([middle] if left else [])], [*heads, *([rest] if left else [])]
    )
    axis.set_ylim(room - 0.2, -0.25)
    axis.axvline(end, color=INK, linewidth=0.8, linestyle="--")
    axis.set_xlim(int(start), end + 0.7)
    _quarters(axis, int(start), int(end), room - 0.2)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(say("report.chart.year", lang))
    _legend(figure, snapshot, models, bool(promises), lang)
    return signed(figure, snapshot, lang, tables=("programme",))


def _head(row: dict[str, Any], lang: Lang) -> str:
    return literal(row[f"name_{lang}"], longest=44)


def _middle(row: dict[str, Any]) -> tuple[date, str]:
    return row["ready"] or date.max, row["project_id"]


def _bar(axis: Any, row: dict[str, Any], at: float, end: float, colour: str) -> None:
    start = moment(row["start"])
    ready = end if row["ready"] is None else min(moment(row["ready"]), end)
    axis.barh(at, ready - start, left=start, height=0.2, color=colour, alpha=0.75, linewidth=0)
    _range(axis, row, at, end, colour=INK, width=1.2, size=5.0)


def _strokes(axis: Any, rows: Sequence[dict[str, Any]], first: float, end: float, colour: str) -> None:
    """Each row a thin line from P10 to P90, or to the end of the plan, all drawn at once."""
    at = {row["project_id"]: first + place * _THIN for place, row in enumerate(rows)}
    lines = [(at[row["project_id"]], *_ends(row, end)) for row in rows]
    seen = [(y, low, high) for y, low, _, high in lines if low is not None and low < end]
    axis.hlines(
        [y for y, *_ in seen], [low for _, low, _ in seen], [min(high, end) for *_, high in seen], color=colour,
        linewidth=1.4,
    )  # fmt: skip
    late = [y for y, _, _, high in lines if high > end]
    axis.plot([end + 0.22] * len(late), late, marker=">", color=colour, markersize=2.6, linestyle="", clip_on=False)
    middles = [(middle, y) for y, _, middle, _ in lines if middle is not None and middle < end]
    axis.plot([x for x, _ in middles], [y for _, y in middles], marker="o", color=colour, markersize=2.6, linestyle="")


def _ends(row: dict[str, Any], end: float) -> tuple[float | None, float | None, float]:
    """Early, middle and late end of a project; what is never seen lies after the plan."""
    low, middle, high = (
        None if row[name] is None else moment(row[name]) for name in ("ready_p10", "ready", "ready_p90")
    )
    return low, middle, end + 1.0 if high is None else high


def _range(axis: Any, row: dict[str, Any], at: float, end: float, *, colour: str, width: float, size: float) -> None:
    """P10 to P90 as a line with a dot at P50; an arrow where the late end lies after the plan."""
    low, middle, high = _ends(row, end)
    late = high > end
    if low is not None and low < end:
        axis.plot([low, min(high, end)], [at, at], color=colour, linewidth=width, solid_capstyle="butt")
    if late:
        axis.plot([end + 0.22], [at], marker=">", color=colour, markersize=size, clip_on=False)
    if middle is not None and middle < end:
        axis.plot([middle], [at], marker="o", color=colour, markersize=size)


def _promises(snapshot: Snapshot, *groups: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Year that was announced for the park of each project."""
    stated = {row["park_id"]: row["promised_year"] for row in given(snapshot, "procedure")}
    parks = {row["project_id"]: row["park_id"] for group in groups for row in group}
    return {project: stated[park] for project, park in parks.items() if stated.get(park)}


def _quarters(axis: Any, first: int, last: int, bottom: float) -> None:
    """Names of years, every fifth for a long plan, and a stroke for each quarter."""
    step = 1 if last - first <= 12 else 5
    named = [year for year in range(first, last + 1) if year % step == 0]
    axis.set_xticks(named, [str(year) for year in named])
    quarters = [first + n / 4 for n in range(4 * (last - first) + 1)]
    axis.plot(quarters, [bottom] * len(quarters), marker="|", linestyle="", color=FAINT, markersize=2.5, clip_on=False)


def _legend(figure: Any, snapshot: Snapshot, models: Sequence[str], promised: bool, lang: Lang) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = [Patch(color=model_colour(snapshot, model), alpha=0.75) for model in models]
    labels = [literal(model_name(snapshot, model, lang), longest=60) for model in models]
    handles.append(Line2D([], [], marker="o", color=INK, markersize=5, linewidth=1.2))
    labels.append(say("report.chart.ready_range", lang))
    handles.append(Line2D([], [], marker=">", linestyle="", color=INK, markersize=5))
    labels.append(say("report.chart.ready_later", lang, year=snapshot.study.end_year))
    if promised:
        handles.append(Line2D([], [], marker="D", linestyle="", color="white", markeredgecolor=INK, markersize=5.5))
        labels.append(say("report.chart.ready_promised", lang))
    above(figure, handles, labels, columns=_COLUMNS)
