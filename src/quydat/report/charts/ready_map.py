"""Maps of the city at the milestones: which parks have ready land, by its probability in the simulation."""

from collections.abc import Sequence
from typing import Any

from quydat.core.text import Lang, say
from quydat.report.charts.style import FAINT, INK, literal, percents, sheet, signed
from quydat.report.naming import given
from quydat.report.snapshot import Snapshot

_YEARS = 4
_SCALE = 260.0
_HEIGHT = 3.9
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
    """Where the projects of the programme lie, parts of a park as one: at the park, else at the middle of the place."""
    parks = _points(snapshot.rows("parks"), "park_id")
    places = _points(given(snapshot, "place"), "place_id")
    key: dict[str, str] = {}
    where: dict[str, tuple[float, float]] = {}
    land: dict[str, float] = {}
    for row in snapshot.rows("programme"):
        found = parks.get(row["park_id"]) or places.get(row["place"])
        if found is not None and row["lettable_ha"] > 0:
            one = row["park_id"] if row["park_id"] in parks else row["project_id"]
            key[row["project_id"]], where[one] = one, found
            land[row["project_id"]] = row["lettable_ha"]
    shares: dict[str, dict[int, float]] = {}
    total: dict[str, float] = {}
    for row in given(snapshot, "programme_ready"):
        if row["project_id"] in key:
            of_year = shares.setdefault(key[row["project_id"]], {})
            of_year[row["year"]] = of_year.get(row["year"], 0.0) + land[row["project_id"]] * row["ready_share"]
    for project, hectares in land.items():
        total[key[project]] = total.get(key[project], 0.0) + hectares
    return [
        (*where[one], total[one], {year: share / total[one] for year, share in of_year.items()})
        for one, of_year in shares.items()
    ]


def _points(rows: Sequence[dict[str, Any]], key: str) -> dict[str, tuple[float, float]]:
    known = (row for row in rows if row["longitude"] is not None and row["latitude"] is not None)
    return {row[key]: (row["longitude"], row["latitude"]) for row in known}


def draw(snapshot: Snapshot, lang: Lang) -> Any:
    """Small maps side by side; circles by hectares, coloured by probability; parks of today as grey rings."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    shown = shown_years(snapshot)
    found = spots(snapshot)
    operating = [row for row in snapshot.rows("parks") if row["state"] == "operating"]
    others = list(_points(operating, "park_id").values())
    figure, axes = sheet(_HEIGHT, columns=len(shown), top=0.3, between=0.12)
    figure.subplots_adjust(left=0.012, right=0.988)
    most = max((spot[2] for spot in found), default=1.0)
    scale = Normalize(0.0, 1.0)
    for axis, year in zip(axes[0], shown, strict=True):
        _frame(axis, [*((x, y) for x, y, *_ in found), *others])
        axis.scatter(
            [x for x, _ in others], [y for _, y in others], s=9, facecolor="none", edgecolor=_RING, linewidth=0.9
        )
        axis.scatter(
            [x for x, *_ in found], [y for _, y, *_ in found], s=[_SCALE * land / most for _, _, land, _ in found],
            c=[shares.get(year, 0.0) for *_, shares in found], cmap=_MAP, norm=scale, alpha=0.88, edgecolor=INK,
            linewidth=0.5,
        )  # fmt: skip
        axis.set_title(say("report.chart.map_year", lang, year=year), loc="left", fontsize=9)
    _name_places(axes[0, 0], snapshot, lang)
    bar = figure.add_axes([0.30, 0.40 / _HEIGHT, 0.40, 0.09 / _HEIGHT])
    key = figure.colorbar(ScalarMappable(scale, _MAP), cax=bar, orientation="horizontal")
    key.outline.set_visible(False)
    percents(bar.xaxis, lang)
    bar.tick_params(labelsize=7, length=0)
    figure.text(0.29, 0.43 / _HEIGHT, say("report.chart.map_key", lang), fontsize=7.5, ha="right", va="center")
    figure.text(
        0.72, 0.43 / _HEIGHT, say("report.chart.map_today", lang), fontsize=7.5, ha="left", va="center", color=FAINT
    )
    return signed(figure, snapshot, lang, tables=("programme_ready",))


def _name_places(axis: Any, snapshot: Snapshot, lang: Lang) -> None:
    """Places of the projects, on the first map alone: they orient, they mark no boundary."""
    from matplotlib.patheffects import withStroke

    there = {row["place"] for row in snapshot.rows("programme")}
    rows = [row for row in given(snapshot, "place") if row["place_id"] in there]
    where = _points(rows, "place_id")
    before = 90.0
    for row in sorted((row for row in rows if row["place_id"] in where), key=lambda row: -row["latitude"]):
        x, y = where[row["place_id"]]
        crowded, before = before - y < _CROWDED, y
        axis.annotate(
            literal(row[f"name_{lang}"]), (x, y), xytext=(0, -7 if crowded else 7), textcoords="offset points",
            fontsize=6, color=INK, ha="center", va="center", zorder=5,
            path_effects=[withStroke(linewidth=2.0, foreground="white")],
        )  # fmt: skip


_CROWDED = 0.06
"""Degrees of latitude within which the name of the lower place goes below its point."""


def _frame(axis: Any, points: Sequence[tuple[float, float]]) -> None:
    from math import cos, radians

    axis.grid(visible=False)
    axis.set_xticks([])
    axis.set_yticks([])
    for spine in axis.spines.values():
        spine.set_visible(True)
        spine.set_color(FAINT)
        spine.set_linewidth(0.5)
    middle = radians(sum(y for _, y in points) / len(points)) if points else 0.0
    axis.set_aspect(1 / cos(middle), adjustable="datalim")
    axis.margins(0.12)
