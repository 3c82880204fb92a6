"""Map of the parks as SVG: circles true to area and scale, dashed ones for what is not known of places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import pi, sqrt
from typing import Any

import numpy as np

from quydat.core.crs import reproject
from quydat.core.text import UNKNOWN, Lang, say
from quydat.dictionary.schema import choice_label
from quydat.report.charts.style import COLOURS, FAINT, INK
from quydat.report.labels import Box, place, text_box
from quydat.report.map_frame import (
    PLANE,
    STATE_COLOURS,
    WIDTH,
    View,
    graticule,
    legend,
    scale_and_north,
    text_element,
)
from quydat.report.snapshot import Snapshot
from quydat.report.wording import mark_of, printed

_MARGIN_M, _LEGEND = 4500.0, 92.0
_FONT = "'Be Vietnam Pro','Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
_NAMED_ABOVE_HA = 150.0


@dataclass(frozen=True)
class _Spot:
    row: dict[str, Any]
    x: float
    y: float
    radius: float
    error: float


def map_svg(snapshot: Snapshot, lang: Lang) -> str:
    """The map. Parks without coordinates are named under it; a park of unknown area is a small diamond."""
    rows = snapshot.rows("parks")
    here = [row for row in rows if row["longitude"] is not None and row["latitude"] is not None]
    away = [row for row in rows if row["longitude"] is None or row["latitude"] is None]
    if not here:
        return _svg(60.0, lang, [text_element(10, 30, _unplaced(away, lang), size=12)])
    lon = np.array([row["longitude"] for row in here], dtype=float)
    lat = np.array([row["latitude"] for row in here], dtype=float)
    east, north = reproject(lon, lat, source=4326, target=PLANE)
    view = _view(east, north)
    spots = [
        _spot(row, *view.at(e, n), view.per_m) for row, e, n in zip(here, east.tolist(), north.tolist(), strict=True)
    ]
    spots.sort(key=lambda spot: -spot.radius)
    parts = [
        f'<rect width="{WIDTH:.0f}" height="{view.height:.1f}" fill="#f7f9fa"/>',
        *graticule(view, lon, lat, lang),
        *(_error(spot) for spot in spots if spot.error > spot.radius),
        *(_circle(spot, snapshot, lang) for spot in spots),
        *_names(spots, snapshot, lang, view),
        *scale_and_north(view, lang),
        *legend(view, lang, {row["state"] for row in here}, any(s.row["gross_area_ha"] is None for s in spots)),
    ]
    if away:
        parts.append(text_element(12, view.height + _LEGEND + 14, _unplaced(away, lang), size=10, fill=FAINT))
    return _svg(view.height + _LEGEND + (22 if away else 0), lang, parts)


def _svg(height: float, lang: Lang, parts: Iterable[str]) -> str:
    label = escape(say("report.today.map", lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.1f}" role="img" '
        f'aria-label="{label}" font-family="{escape(_FONT)}">' + "\n".join(parts) + "</svg>\n"
    )


def _unplaced(rows: Sequence[dict[str, Any]], lang: Lang) -> str:
    return say("report.map.unplaced", lang, parks=", ".join(row[f"name_{lang}"] for row in rows))


def _view(east: Any, north: Any) -> View:
    west, top = float(east.min()) - _MARGIN_M, float(north.max()) + _MARGIN_M
    width, depth = float(np.ptp(east)) + 2 * _MARGIN_M, float(np.ptp(north)) + 2 * _MARGIN_M
    if width < depth:  # never a tower: a city that is long to the north gets room at its sides
        west, width = west - (depth - width) / 2, depth
    per_m = WIDTH / width
    return View(west, top, per_m, depth * per_m)


def _spot(row: dict[str, Any], x: float, y: float, per_m: float) -> _Spot:
    area = row["gross_area_ha"]
    radius = 0.0 if area is None else sqrt(area * 1e4 / pi) * per_m
    return _Spot(row, x, y, radius, (row["position_error_km"] or 0.0) * 1000 * per_m)


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
    title = f"<title>{escape(_tooltip(spot.row, snapshot, lang))}</title>"
    return f'<g class="park" data-park="{escape(park)}">{title}{shape}</g>'


def _tooltip(row: dict[str, Any], snapshot: Snapshot, lang: Lang) -> str:
    def value(attribute: str, unit: str) -> str:
        figure_id = f"parks.{row['park_id']}.{attribute}"
        if row[attribute] is None or figure_id not in snapshot.ledger:
            return UNKNOWN[lang]
        figure = snapshot.ledger[figure_id]
        return f"{printed(figure, lang)}{unit}{mark_of(figure.basis)}"

    return say(
        "report.map.tooltip",
        lang,
        name=row[f"name_{lang}"],
        state=choice_label("park_state", row["state"], lang),
        area=value("gross_area_ha", " ha"),
        occupancy=value("occupancy_share", ""),
    )


def _names(spots: Sequence[_Spot], snapshot: Snapshot, lang: Lang, view: View) -> list[str]:
    frame: Box = (4, 4, WIDTH - 4, view.height - 26)
    taken: list[Box] = [
        (s.x - s.radius * 0.8, s.y - s.radius * 0.8, s.x + s.radius * 0.8, s.y + s.radius * 0.8) for s in spots
    ]
    taken.append((WIDTH - 40, 0, WIDTH, 60))  # the north arrow
    made = []
    wanted = [s for s in spots if s.row["park_id"] in snapshot.focus]
    wanted += [s for s in spots if s not in wanted and (s.row["gross_area_ha"] or 0.0) >= _NAMED_ABOVE_HA]
    for spot in wanted:
        focus = spot.row["park_id"] in snapshot.focus
        size = 11.0 if focus else 10.0
        name = place(
            spot.row[f"name_{lang}"],
            spot.x,
            spot.y,
            spot.radius,
            size=size,
            taken=taken,
            frame=frame,
            must=focus,
        )
        if name is None:
            continue
        taken.append(text_box(name.text, name.x, name.y, name.anchor, size))
        if name.led:
            made.append(
                f'<path d="M{spot.x:.1f} {spot.y:.1f}L{name.x:.1f} {name.y - 0.35 * size:.1f}" '
                f'stroke="{FAINT}" stroke-width="0.6"/>'
            )
        weight = ' font-weight="600"' if focus else ""
        halo = ' paint-order="stroke" stroke="#f7f9fa" stroke-width="2.5" stroke-linejoin="round"'
        made.append(
            text_element(
                name.x,
                name.y,
                name.text,
                size=size,
                anchor=name.anchor,
                extra=weight + halo + ' pointer-events="none"',
            )
        )
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
            made.append(
                text_element(
                    name.x,
                    name.y,
                    name.text,
                    size=11,
                    fill="#8a959e",
                    anchor=name.anchor,
                    extra=' letter-spacing="0.5" pointer-events="none"',
                )
            )
    return made
