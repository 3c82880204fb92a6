"""Pictures of plans: the plan above, the plan below by finding with what it breaks, and drafts against proposals."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.style import DPI, FAINT, GRID, HATCHES, INK, RC
from quydat.spatial_plan.compare import FINDINGS
from quydat.spatial_plan.conform import STATES, Conformity
from quydat.spatial_plan.flexibility import Flexibility
from quydat.spatial_plan.layer import PlanLayer

FINDING_COLOURS: Mapping[str, str] = {
    "agrees": "#1b9e77",
    "free": "#a9d5ec",
    "unknown": "#e6a532",
    "breaks": "#c8432b",
    "outside": "#5e3c99",
    "sliver": "#b9c1c8",
}
"""By meaning, after Okabe and Ito's advice; what breaks is hatched too."""
VERDICT_COLOURS = {"conforms": "#1b9e77", "unknown": "#e6a532", "breaks": "#c8432b"}

_WIDTH, _MAP, _HEAD, _FOOT = 9.6, 4.65, 0.32, 1.75
"""Inches: of the picture, of each map, above and below the maps."""
_FONT = {**RC, "hatch.linewidth": 0.4}


def conformity_bytes(found: Conformity, lang: Lang) -> dict[str, bytes]:
    """The check of a plan as a picture, as ``svg`` and ``png``; the same check gives the same bytes."""
    return _saved(lambda: _conformity(found, lang))


def flexibility_bytes(found: Flexibility, lang: Lang, *, names: Mapping[str, str]) -> dict[str, bytes]:
    """Drafts against proposals as a picture, as ``svg`` and ``png``.

    Parameters
    ----------
    names
        Names of drafts and proposals by their ids.
    """
    return _saved(lambda: _flexibility(found, lang, names))


def _saved(draw: Any) -> dict[str, bytes]:
    import matplotlib as mpl

    made = {}
    with mpl.rc_context(_FONT):
        figure = draw()
        for form, metadata in (("svg", {"Date": None, "Creator": None}), ("png", {"Software": None})):
            buffer = io.BytesIO()
            figure.savefig(buffer, format=form, dpi=DPI, metadata=metadata)
            made[form] = buffer.getvalue()
    return made


def _conformity(found: Conformity, lang: Lang) -> Any:
    from matplotlib.figure import Figure

    box = _window(found.lower)
    tall = _MAP * (box[3] - box[1]) / (box[2] - box[0])
    height = tall + _HEAD + _FOOT
    figure: Any = Figure(figsize=(_WIDTH, height))
    above, below = (
        figure.add_axes((left / _WIDTH, _FOOT / height, _MAP / _WIDTH, tall / height))
        for left in (0.1, _WIDTH - _MAP - 0.1)
    )
    _uses(figure, above, found, box, lang)
    _findings(below, found, box)
    for axis, plan, title in ((above, found.upper, "upper"), (below, found.lower, "lower")):
        text = _plain(f"{say(f'plan.chart.{title}', lang)}: {_short(plan.name, 72)}")
        axis.set_title(text, loc="left", fontsize=8)
    _bar(figure.add_axes((0.02, 0.75 / height, 0.96, 0.3 / height)), found, lang)
    _signed(figure, [found.lower, found.upper], lang)
    return figure


def _window(plan: PlanLayer) -> tuple[float, float, float, float]:
    west, south, east, north = (float(one) for one in shapely.total_bounds(plan.shapes))
    room = 0.06 * max(east - west, north - south)
    return west - room, south - room, east + room, north + room


def _frame(axis: Any, box: Sequence[float]) -> None:
    axis.set_xlim(box[0], box[2])
    axis.set_ylim(box[1], box[3])
    axis.set_aspect("equal", adjustable="box")
    axis.set_xticks([])
    axis.set_yticks([])
    for side in axis.spines.values():
        side.set_color(GRID)


def _uses(figure: Any, axis: Any, found: Conformity, box: Sequence[float], lang: Lang) -> None:
    from matplotlib.patches import Patch

    here = shapely.STRtree(found.upper.shapes).query(shapely.box(*box), predicate="intersects")
    codes = found.upper.areas["land_use"].astype(str)
    shown: dict[str, Any] = {}
    for at in sorted(here.tolist()):
        colour = found.uses.colour(codes.iloc[at])
        _fill(axis, [found.upper.shapes[at]], facecolor=colour, edgecolor="white", linewidth=1.0)
        shown[codes.iloc[at]] = Patch(facecolor=colour, label=found.uses.label(codes.iloc[at], lang))
    for line in found.upper.line_shapes:
        _line(axis, line, color=INK, linewidth=1.4, linestyle=(0, (4, 2)))
    _line(axis, _border(found.lower), color="#c8432b", linewidth=1.0)
    _frame(axis, box)
    figure.legend(
        handles=list(shown.values()), loc="upper left", bbox_to_anchor=(0.005, (_FOOT - 0.02) / figure.get_figheight()),
        fontsize=7, frameon=False, ncols=min(len(shown), 5), handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip


def _border(plan: PlanLayer) -> Any:
    """Edge of all that a plan draws; cracks between its areas are closed."""
    return shapely.union_all(shapely.buffer(plan.shapes, 0.05, join_style="mitre")).boundary


def _findings(axis: Any, found: Conformity, box: Sequence[float]) -> None:
    from matplotlib.patheffects import withStroke

    worst = np.full(len(found.lower.areas), -1)
    np.maximum.at(worst, found.pairs["lower"].to_numpy(), _paler(found.pairs["finding"].cat.codes.to_numpy()))
    for code, name in enumerate(FINDINGS[:3]):
        _fill(
            axis, found.lower.shapes[worst == code], facecolor=FINDING_COLOURS[name], edgecolor="white", linewidth=0.5
        )
    for name in ("breaks", "outside"):
        own = (found.differences["finding"] == name).to_numpy(bool)
        look = {"facecolor": FINDING_COLOURS[name], "edgecolor": "white", "hatch": HATCHES["gap"], "linewidth": 0.4}
        _fill(axis, found.shapes[own], **look)
    findings = dict(zip(found.lines.rows["line_id"], found.lines.rows["finding"], strict=True))
    for line_id, line in zip(found.upper.lines["line_id"], found.upper.line_shapes, strict=True):
        if line_id in findings:
            broken = findings[line_id] == "breaks"
            colour = FINDING_COLOURS["breaks"] if broken else INK
            _line(axis, line, color=colour, linewidth=2.2 if broken else 1.2, linestyle=(0, (4, 2)))
    for line in found.lower.line_shapes:
        _line(axis, line, color=INK, linewidth=0.9)
    for shape, name in zip(found.lower.shapes, found.lower.areas["area_id"], strict=True):
        if len(found.lower.areas) <= 60:
            point = shape.representative_point()
            halo = [withStroke(linewidth=1.2, foreground="white")]
            look = {"fontsize": 5, "ha": "center", "va": "center", "color": INK, "clip_on": True, "path_effects": halo}
            axis.text(point.x, point.y, _plain(str(name)), **look)
    _frame(axis, box)


def _paler(codes: Any) -> Any:
    """Broken pieces are drawn on top: their lots keep the colour of what else is found of them."""
    return np.where(codes == FINDINGS.index("breaks"), -1, codes)


def _bar(axis: Any, found: Conformity, lang: Lang) -> None:
    """Hectares by finding in one bar, with their numbers under it."""
    whole = sum(found.hectares.values()) or 1.0
    left = 0.0
    for name in STATES:
        ha = found.hectares[name]
        hatch = HATCHES["gap"] if name in ("breaks", "outside") else None
        look = {"color": FINDING_COLOURS[name], "height": 0.8, "hatch": hatch, "edgecolor": "white", "linewidth": 0.3}
        axis.barh(0, ha / whole, left=left, **look)
        left += ha / whole
    axis.set_xlim(0, 1)
    axis.axis("off")
    for place, name in enumerate(STATES):
        at = place / len(STATES)
        axis.add_patch(_square(axis, at, FINDING_COLOURS[name]))
        text = f"{choice_label('plan_finding', name, lang)}\n{number(found.hectares[name], lang, decimals=2)} ha"
        axis.text(at + 0.02, -0.35, text, transform=axis.transAxes, fontsize=7, va="top", color=INK)


def _square(axis: Any, at: float, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((at, -0.8), 0.014, 0.4, transform=axis.transAxes, facecolor=colour, clip_on=False)


def _flexibility(found: Flexibility, lang: Lang, names: Mapping[str, str]) -> Any:
    from matplotlib.figure import Figure

    table, drafts = found.table(lang), list(found.checks)
    proposals = list(dict.fromkeys(table["proposal"]))
    height = 1.2 + 0.32 * len(proposals)
    figure: Any = Figure(figsize=(_WIDTH, height))
    labels = [_plain(_short(names.get(one, one), 52)) for one in proposals]
    left = 0.02 + min(0.36, max(0.2, 0.0064 * max(map(len, labels))))
    axis = figure.add_axes((left, 0.55 / height, 0.98 - left, (height - 1.05) / height))
    cells = {(row["draft"], row["proposal"]): {str(k): v for k, v in row.items()} for row in table.to_dict("records")}
    for column, draft in enumerate(drafts):
        for row, proposal in enumerate(proposals):
            cell = cells[draft, proposal]
            axis.add_patch(_cell(column, row, VERDICT_COLOURS[cell["verdict"]]))
            axis.text(column + 0.03, row + 0.5, _plain(_told(cell, lang)), fontsize=6.8, va="center",
                      color=INK if cell["verdict"] == "unknown" else "white")  # fmt: skip
    axis.set_xlim(0, len(drafts))
    axis.set_ylim(len(proposals), 0)
    axis.set_yticks(np.arange(len(proposals)) + 0.5, labels, fontsize=7.5)
    heads = [
        say("plan.chart.passes", lang, draft=_short(names.get(row["draft"], row["draft"]), 64), count=row["conforms"],
            of=len(proposals), ha=number(row["conforms_ha"], lang, decimals=0))
        for row in found.summary().to_dict("records")
    ]  # fmt: skip
    axis.xaxis.tick_top()
    axis.set_xticks(np.arange(len(drafts)) + 0.5, [_plain(head) for head in heads], fontsize=7.5)
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    plans = [check.upper for own in found.checks.values() for check in own.values()]
    _signed(figure, plans, lang)
    return figure


def _cell(column: int, row: int, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column + 0.01, row + 0.06), 0.98, 0.88, facecolor=colour, edgecolor="none")


def _told(cell: Mapping[str, Any], lang: Lang) -> str:
    verdict = say(f"plan.chart.{cell['verdict']}", lang)
    if cell["verdict"] == "conforms":
        return verdict
    if cell["verdict"] == "unknown":
        return f"{verdict}: {number(cell['unknown_ha'], lang, decimals=1)} ha"
    aspects = ", ".join(choice_label("plan_aspect", one, lang) for one in cell["broken"].split(";"))
    ha = f" ({number(cell['broken_ha'], lang, decimals=1)} ha)" if cell["broken_ha"] > 0.05 else ""
    return f"{verdict}: {aspects}{ha}"


def _plain(text: str) -> str:
    """A name as it is: matplotlib would read a dollar sign as the start of a formula."""
    return text.replace("$", r"\$")


def _short(text: str, longest: int = 42) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _signed(figure: Any, plans: Sequence[PlanLayer], lang: Lang) -> None:
    """What the picture rests on; nothing illustrative goes without saying so."""
    basis = {str(plan.plan["basis"]) for plan in plans}
    words = ", ".join(choice_label("basis", one, lang) for one in sorted(basis))
    text = say("plan.chart.foot", lang, basis=words)
    if "illustrative" in basis:
        text = f"{say('plan.chart.illustrative', lang)} {text}"
    figure.text(0.01, 0.08 / figure.get_figheight(), text, fontsize=7, color=FAINT, ha="left", va="bottom")


def _fill(axis: Any, shapes: Any, **look: Any) -> None:
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    paths = []
    for polygon in shapely.get_parts(np.asarray(shapes, dtype=object)):
        rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.normalize(polygon))]
        if rings:
            paths.append(Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)))
    if paths:
        axis.add_collection(PathCollection(paths, **look), autolim=False)


def _line(axis: Any, line: Any, **look: Any) -> None:
    for part in shapely.get_parts(line):
        axis.plot(*shapely.get_coordinates(part).T, **look)
