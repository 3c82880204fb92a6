"""Map of the parks as SVG: circles true to area and scale, dashed circles for what is not known of their places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, pi, sqrt
from typing import Any

import numpy as np

from quydat.core.crs import reproject
from quydat.core.text import UNKNOWN, Lang, number, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, FAINT, GRID, INK
from quydat.report.labels import Box, place, text_box
from quydat.report.rows import records
from quydat.report.snapshot import Snapshot
from quydat.report.wording import mark_of, printed

PLANE = 9210
"""VN-2000 / TM-3 105°45′: its scale error over the city is below three in ten thousand."""

STATE_COLOURS = {
    "operating": COLOURS["let"],
    "under_construction": COLOURS["vacant_ready"],
    "planned": COLOURS["vacant_blocked"],
    "proposed": "#c9ced3",
    "removed": "#ffffff",
}
_WIDTH, _MARGIN_M, _LEGEND = 900.0, 4500.0, 92.0
_FONT = "'Be Vietnam Pro','Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
_NAMED_ABOVE_HA = 150.0


@dataclass(frozen=True)
class _Spot:
    row: dict[str, Any]
    x: float
    y: float
    radius: float
    error: float


@dataclass(frozen=True)
class _View:
    """From metres in the plane to units of the drawing; north is up."""

    west: float
    north: float
    per_m: float
    height: float

    def at(self, east: float, north: float) -> tuple[float, float]:
        return (east - self.west) * self.per_m, (self.north - north) * self.per_m


def map_svg(snapshot: Snapshot, lang: Lang) -> str:
    """The map. Parks without coordinates are named under it; a park of unknown area is a small diamond."""
    rows = records(snapshot.tables["parks"])
    here = [row for row in rows if row["longitude"] is not None and row["latitude"] is not None]
    away = [row for row in rows if row["longitude"] is None or row["latitude"] is None]
    if not here:
        return _svg(60.0, lang, [_text(10, 30, _unplaced(away, lang), size=12)])
    lon = np.array([row["longitude"] for row in here], dtype=float)
    lat = np.array([row["latitude"] for row in here], dtype=float)
    east, north = reproject(lon, lat, source=4326, target=PLANE)
    view = _view(east, north)
    spots = [_spot(row, *view.at(e, n), view.per_m) for row, e, n in zip(here, east.tolist(), north.tolist(), strict=True)]
    spots.sort(key=lambda spot: -spot.radius)
    parts = [
        f'<rect width="{_WIDTH:.0f}" height="{view.height:.1f}" fill="#f7f9fa"/>',
        *_graticule(view, lon, lat, lang),
        *(_error(spot) for spot in spots if spot.error > spot.radius),
        *(_circle(spot, snapshot, lang) for spot in spots),
        *_names(spots, snapshot, lang, view),
        *_scale_and_north(view, lang),
        *_legend(view, lang, {row["state"] for row in here}, any(s.row["gross_area_ha"] is None for s in spots)),
    ]
    if away:
        parts.append(_text(12, view.height + _LEGEND + 14, _unplaced(away, lang), size=10, fill=FAINT))
    return _svg(view.height + _LEGEND + (22 if away else 0), lang, parts)


def _svg(height: float, lang: Lang, parts: Iterable[str]) -> str:
    label = escape(say("report.today.map", lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:.0f} {height:.1f}" role="img" '
        f'aria-label="{label}" font-family="{escape(_FONT)}">' + "\n".join(parts) + "</svg>\n"
    )


def _unplaced(rows: Sequence[dict[str, Any]], lang: Lang) -> str:
    return say("report.map.unplaced", lang, parks=", ".join(row[f"name_{lang}"] for row in rows))


def _view(east: Any, north: Any) -> _View:
    west, top = float(east.min()) - _MARGIN_M, float(north.max()) + _MARGIN_M
    width, depth = float(np.ptp(east)) + 2 * _MARGIN_M, float(np.ptp(north)) + 2 * _MARGIN_M
    if width < depth:  # never a tower: a city that is long to the north gets room at its sides
        west, width = west - (depth - width) / 2, depth
    per_m = _WIDTH / width
    return _View(west, top, per_m, depth * per_m)


def _spot(row: dict[str, Any], x: float, y: float, per_m: float) -> _Spot:
    area = row["gross_area_ha"]
    radius = 0.0 if area is None else sqrt(area * 1e4 / pi) * per_m
    return _Spot(row, x, y, radius, (row["position_error_km"] or 0.0) * 1000 * per_m)


def _text(x: float, y: float, text: str, *, size: float = 11, fill: str = INK, anchor: str = "start", extra: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{extra}>{escape(text)}</text>'
    )


def _error(spot: _Spot) -> str:
    return (
        f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{spot.error:.1f}" fill="none" stroke="{FAINT}" '
        'stroke-width="0.6" stroke-dasharray="3 3" opacity="0.55"/>'
    )


def _circle(spot: _Spot, snapshot: Snapshot, lang: Lang) -> str:
    park = spot.row["park_id"]
    stroke = COLOURS["gap"] if park in snapshot.focus else INK
    look = (
        f'fill="{STATE_COLOURS[spot.row["state"]]}" fill-opacity="0.88" stroke="{stroke}" '
        f'stroke-width="{1.8 if park in snapshot.focus else 0.6}"'
    )
    if spot.row["gross_area_ha"] is None:
        shape = f'<path d="M{spot.x:.1f} {spot.y - 4:.1f}l4 4l-4 4l-4 -4z" {look}/>'
    else:
        shape = f'<circle cx="{spot.x:.1f}" cy="{spot.y:.1f}" r="{max(spot.radius, 1.5):.1f}" {look}/>'
    return f'<g class="park" data-park="{escape(park)}"><title>{escape(_tooltip(spot.row, snapshot, lang))}</title>{shape}</g>'


def _tooltip(row: dict[str, Any], snapshot: Snapshot, lang: Lang) -> str:
    def value(attribute: str, unit: str) -> str:
        figure_id = f"parks.{row['park_id']}.{attribute}"
        if row[attribute] is None or figure_id not in snapshot.ledger:
            return UNKNOWN[lang]
        figure = snapshot.ledger[figure_id]
        return f"{printed(figure, lang)}{unit}{mark_of(figure.basis)}"

    return say(
        "report.map.tooltip", lang, name=row[f"name_{lang}"], state=choice_label("park_state", row["state"], lang),
        area=value("gross_area_ha", " ha"), occupancy=value("occupancy_share", ""),
    )  # fmt: skip


def _names(spots: Sequence[_Spot], snapshot: Snapshot, lang: Lang, view: _View) -> list[str]:
    frame: Box = (4, 4, _WIDTH - 4, view.height - 26)
    taken: list[Box] = [(s.x - s.radius * 0.8, s.y - s.radius * 0.8, s.x + s.radius * 0.8, s.y + s.radius * 0.8) for s in spots]
    taken.append((_WIDTH - 40, 0, _WIDTH, 60))  # the north arrow
    made = []
    wanted = [s for s in spots if s.row["park_id"] in snapshot.focus]
    wanted += [s for s in spots if s not in wanted and (s.row["gross_area_ha"] or 0.0) >= _NAMED_ABOVE_HA]
    for spot in wanted:
        focus = spot.row["park_id"] in snapshot.focus
        size = 11.0 if focus else 10.0
        name = place(spot.row[f"name_{lang}"], spot.x, spot.y, spot.radius, size=size, taken=taken, frame=frame, must=focus)
        if name is None:
            continue
        taken.append(text_box(name.text, name.x, name.y, name.anchor, size))
        if name.led:
            made.append(f'<path d="M{spot.x:.1f} {spot.y:.1f}L{name.x:.1f} {name.y - 0.35 * size:.1f}" stroke="{FAINT}" stroke-width="0.6"/>')
        weight = ' font-weight="600"' if focus else ""
        halo = ' paint-order="stroke" stroke="#f7f9fa" stroke-width="2.5" stroke-linejoin="round"'
        made.append(_text(name.x, name.y, name.text, size=size, anchor=name.anchor, extra=weight + halo + ' pointer-events="none"'))
    return [*_districts(spots, taken, frame), *made]


def _districts(spots: Sequence[_Spot], taken: list[Box], frame: Box) -> list[str]:
    """Names of districts amid their parks, where there is room: they orient, they mark no boundary."""
    members: dict[str, list[_Spot]] = {}
    for spot in spots:
        members.setdefault(spot.row["district"].split(";")[0].strip(), []).append(spot)
    made = []
    for district, mine in members.items():
        x, y = sum(s.x for s in mine) / len(mine), sum(s.y for s in mine) / len(mine)
        name = place(district.upper(), x, y, 8.0, size=11.5, taken=taken, frame=frame, must=False)
        if name is not None:
            taken.append(text_box(name.text, name.x, name.y, name.anchor, 11.5))
            made.append(_text(name.x, name.y, name.text, size=11, fill="#8a959e", anchor=name.anchor, extra=' letter-spacing="0.5" pointer-events="none"'))
    return made


def _graticule(view: _View, lon: Any, lat: Any, lang: Lang) -> list[str]:
    parts = []
    steps = np.linspace(0.0, 1.0, 20)
    east_words, north_words = {"vi": ("Đ", "B"), "en": ("E", "N")}[lang]
    west, east = floor(float(lon.min()) * 10) - 2, ceil(float(lon.max()) * 10) + 2
    south, north = floor(float(lat.min()) * 10) - 2, ceil(float(lat.max()) * 10) + 2
    for tenth in range(west, east + 1):
        ys = (south + steps * (north - south)) / 10
        points = _line(view, np.full(20, tenth / 10), ys)
        parts.append(_path(points))
        x = min(points, key=lambda p: abs(p[1] - view.height))[0]
        if 30 < x < _WIDTH - 60:
            parts.append(_text(x + 3, view.height - 5, f"{number(tenth / 10, lang)}° {east_words}", size=9, fill=FAINT))
    for tenth in range(south, north + 1):
        points = _line(view, (west + steps * (east - west)) / 10, np.full(20, tenth / 10))
        parts.append(_path(points))
        y = min(points, key=lambda p: abs(p[0]))[1]
        if 20 < y < view.height - 30:
            parts.append(_text(4, y - 3, f"{number(tenth / 10, lang)}° {north_words}", size=9, fill=FAINT))
    return [f'<svg x="0" y="0" width="{_WIDTH:.0f}" height="{view.height:.1f}">', *parts, "</svg>"]


def _line(view: _View, lon: Any, lat: Any) -> list[tuple[float, float]]:
    east, north = reproject(lon, lat, source=4326, target=PLANE)
    return [view.at(e, n) for e, n in zip(east.tolist(), north.tolist(), strict=True)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in points)}" fill="none" stroke="{GRID}" stroke-width="0.8"/>'


def _scale_and_north(view: _View, lang: Lang) -> list[str]:
    km = max(k for k in (1, 2, 5, 10, 20) if k * 1000 * view.per_m <= _WIDTH / 4 or k == 1)
    length = km * 1000 * view.per_m
    x, y = _WIDTH - length - 20, view.height - 20
    arrow = f"M{_WIDTH - 22} 14l7 20l-7 -5l-7 5z"
    return [
        f'<path d="M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5" fill="none" stroke="{INK}" stroke-width="1.4"/>',
        _text(x + length / 2, y - 6, f"{km} {say('report.map.scale', lang)}", size=10, anchor="middle"),
        f'<path d="{arrow}" fill="{INK}"/>',
        _text(_WIDTH - 22, 48, say("report.map.north", lang), size=11, anchor="middle"),
    ]


def _legend(view: _View, lang: Lang, states: set[str], unknown_area: bool) -> list[str]:
    y = view.height + 22
    parts = []
    x = 12.0
    for state in choices("park_state"):
        if state in states:
            label = choice_label("park_state", state, lang)
            parts.append(f'<circle cx="{x + 7:.1f}" cy="{y - 4:.1f}" r="6" fill="{STATE_COLOURS[state]}" stroke="{INK}" stroke-width="0.6"/>')
            parts.append(_text(x + 18, y, label))
            x += 34 + 6.4 * len(label)
    y, x = y + 22, 12.0
    items = [
        (f'<circle cx="{{x}}" cy="{{y}}" r="6" fill="none" stroke="{COLOURS["gap"]}" stroke-width="1.8"/>', "report.focus.title"),
        (f'<circle cx="{{x}}" cy="{{y}}" r="6" fill="none" stroke="{FAINT}" stroke-width="0.8" stroke-dasharray="3 2"/>', "report.map.error"),
        (f'<circle cx="{{x}}" cy="{{y}}" r="6" fill="none" stroke="{INK}" stroke-width="0.8"/>', "report.map.circle"),
    ]
    if unknown_area:
        items.append((f'<path d="M{{x}} {{y}}m0 -5l5 5l-5 5l-5 -5z" fill="none" stroke="{INK}" stroke-width="0.8"/>', "report.map.no_area"))
    for shape, key in items:
        label = say(key, lang)
        parts += [shape.format(x=f"{x + 7:.1f}", y=f"{y - 4:.1f}"), _text(x + 18, y, label)]
        x += 34 + 6.4 * len(label)
    return [*parts, _text(12, y + 24, say("report.map.note", lang), size=10, fill=FAINT)]
