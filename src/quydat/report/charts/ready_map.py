"""Maps of the city at the milestones: which parks have ready land, by its probability in the simulation."""

from collections.abc import Sequence
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import FAINT, INK, literal, percents, sheet, signed
from quydat.report.naming import given
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot

_YEARS = 4
_SCALE = 260.0
_MAP = "viridis_r"
_RING = "#c9d0d6"
Spot = tuple[float, float, float, dict[int, float]]
"""Longitude and latitude of a park, hectares of its projects, and probability of ready land by year."""


def shown_years(snapshot: Snapshot) -> list[int]:
    """The years of the maps: round fives from the first of the plan on, and its last year."""
    there = sorted({row["year"] for row in given(snapshot, "programme_ready")})
    round_ones = [year for year in there if year % 5 == 0 and year > snapshot.study.as_of.year]
    chosen = round_ones if round_ones and round_ones[-1] == there[-1] else [*round_ones, *there[-1:]]
    return chosen[-_YEARS:]


def spots(snapshot: Snapshot) -> list[Spot]:
    """Parks with coordinates that have a project in the programme; parts of a park by their hectares."""
    projects = {row["project_id"]: row for row in records(snapshot.tables["programme"])}
    where = {
        row["park_id"]: (row["longitude"], row["latitude"])
        for row in records(snapshot.tables["parks"])
        if row["longitude"] is not None and row["latitude"] is not None
    }
    where |= {
        row["project_id"]: _place(snapshot, row["place"])
        for row in projects.values()
        if row["park_id"] not in where and _place(snapshot, row["place"])
    }
    made: dict[str, Spot] = {}
    for row in given(snapshot, "programme_ready"):
        project = projects.get(row["project_id"])
        if project is None:
            continue
        key = project["park_id"] if project["park_id"] in where else row["project_id"]
        if key not in where:
            continue
        land = project["lettable_ha"]
        longitude, latitude, _, shares = made.setdefault(key, (*where[key], 0.0, {}))
        shares[row["year"]] = shares.get(row["year"], 0.0) + land * row["ready_share"]
        made[key] = (longitude, latitude, 0.0, shares)
    total: dict[str, float] = {}
    for project in projects.values():
        key = project["park_id"] if project["park_id"] in where else project["project_id"]
        if key in made:
            total[key] = total.get(key, 0.0) + project["lettable_ha"]
    return [
        (x, y, total[key], {year: share / total[key] for year, share in shares.items()})
        for key, (x, y, _, shares) in made.items()
        if total[key] > 0
    ]


def _place(snapshot: Snapshot, place: str | None) -> Any:
    for row in given(snapshot, "place"):
        if row["place_id"] == place and row["longitude"] is not None and row["latitude"] is not None:
            return row["longitude"], row["latitude"]
    return None


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Small maps side by side; circles by hectares, coloured by probability; parks of today as grey rings."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = shown_years(snapshot)
    found = spots(snapshot)
    others = [
        (row["longitude"], row["latitude"])
        for row in records(snapshot.tables["parks"])
        if row["longitude"] is not None and row["latitude"] is not None and row["state"] == "operating"
    ]
    figure, axes = sheet(3.6, columns=len(shown), top=0.42, between=0.12)
    most = max((spot[2] for spot in found), default=1.0)
    scale = Normalize(0.0, 1.0)
    for axis, year in zip(axes[0], shown, strict=True):
        _frame(axis, [*((x, y) for x, y, *_ in found), *others])
        axis.scatter([x for x, _ in others], [y for _, y in others], s=9, facecolor="none", edgecolor=_RING, linewidth=0.9)
        axis.scatter(
            [x for x, *_ in found], [y for _, y, *_ in found], s=[_SCALE * land / most for _, _, land, _ in found],
            c=[shares.get(year, 0.0) for *_, shares in found], cmap=_MAP, norm=scale, alpha=0.88, edgecolor=INK,
            linewidth=0.5,
        )  # fmt: skip
        axis.set_title(say("report.chart.map_year", lang, year=year), loc="left", fontsize=9)
    _name_places(axes[0, 0], snapshot, lang)
    bar = figure.add_axes([0.30, 0.40 / 3.6, 0.40, 0.09 / 3.6])
    key = figure.colorbar(ScalarMappable(scale, _MAP), cax=bar, orientation="horizontal")
    key.outline.set_visible(False)
    percents(bar.xaxis, lang)
    bar.tick_params(labelsize=7, length=0)
    figure.text(0.29, 0.43 / 3.6, say("report.chart.map_key", lang), fontsize=7.5, ha="right", va="center")
    figure.text(0.72, 0.43 / 3.6, say("report.chart.map_today", lang), fontsize=7.5, ha="left", va="center", color=FAINT)
    return signed(figure, snapshot, lang, tables=("programme_ready",))


def _name_places(axis: Any, snapshot: Snapshot, lang: Lang) -> None:
    """Places of the projects, on the first map alone: they orient, they mark no boundary."""
    there = {row["place"] for row in records(snapshot.tables["programme"])}
    for row in given(snapshot, "place"):
        if row["place_id"] in there and row["longitude"] is not None and row["latitude"] is not None:
            axis.annotate(
                literal(row[f"name_{lang}"]), (row["longitude"], row["latitude"]), fontsize=5.5, color=FAINT,
                ha="left", va="center", xytext=(9, 0), textcoords="offset points",
            )  # fmt: skip


def _frame(axis: Any, points: Sequence[tuple[float, float]]) -> None:
    from math import cos, radians

    axis.grid(visible=False)
    axis.set_xticks([])
    axis.set_yticks([])
    for spine in axis.spines.values():
        spine.set_visible(True)
        spine.set_color(FAINT)
        spine.set_linewidth(0.5)
    x, y = [p[0] for p in points], [p[1] for p in points]
    middle = radians(sum(y) / len(y)) if y else 0.0
    axis.set_aspect(1 / cos(middle), adjustable="datalim")
    axis.margins(0.12)
