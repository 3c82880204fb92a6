"""Around the map: graticule, scale bar, north arrow, legend, and the text element that all of it uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor
from typing import Any

import numpy as np

from quydat.core.crs import reproject
from quydat.core.text import Lang, number, say
from quydat.dictionary.schema import choice_label, choices
from quydat.report.charts.style import COLOURS, FAINT, GRID, INK

PLANE = 9210
"""VN-2000 / TM-3 105°45′: its scale error over the city is below three in ten thousand."""

WIDTH = 900.0
STATE_COLOURS = {
    "operating": COLOURS["let"],
    "under_construction": COLOURS["vacant_ready"],
    "planned": COLOURS["vacant_blocked"],
    "proposed": "#c9ced3",
    "removed": "#ffffff",
}


@dataclass(frozen=True)
class View:
    """From metres in the plane to units of the drawing; north is up."""

    west: float
    north: float
    per_m: float
    height: float

    def at(self, east: float, north: float) -> tuple[float, float]:
        """Where a point of the plane lies in the drawing; y runs downwards."""
        return (east - self.west) * self.per_m, (self.north - north) * self.per_m


def text_element(
    x: float,
    y: float,
    text: str,
    *,
    size: float = 11,
    fill: str = INK,
    anchor: str = "start",
    extra: str = "",
) -> str:
    """An SVG text whose content is escaped, with its anchor at x, y."""
    look = f'font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{extra}'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def graticule(view: View, lon: Any, lat: Any, lang: Lang) -> list[str]:
    """Meridians and parallels of every tenth of a degree around the points, with their names at the edges."""
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
        if 30 < x < WIDTH - 60:
            parts.append(
                text_element(x + 3, view.height - 5, f"{number(tenth / 10, lang)}° {east_words}", size=9, fill=FAINT)
            )
    for tenth in range(south, north + 1):
        points = _line(view, (west + steps * (east - west)) / 10, np.full(20, tenth / 10))
        parts.append(_path(points))
        y = min(points, key=lambda p: abs(p[0]))[1]
        if 20 < y < view.height - 30:
            parts.append(text_element(4, y - 3, f"{number(tenth / 10, lang)}° {north_words}", size=9, fill=FAINT))
    return [f'<svg x="0" y="0" width="{WIDTH:.0f}" height="{view.height:.1f}">', *parts, "</svg>"]


def _line(view: View, lon: Any, lat: Any) -> list[tuple[float, float]]:
    east, north = reproject(lon, lat, source=4326, target=PLANE)
    return [view.at(e, n) for e, n in zip(east.tolist(), north.tolist(), strict=True)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{way}" fill="none" stroke="{GRID}" stroke-width="0.8"/>'


def scale_and_north(view: View, lang: Lang) -> list[str]:
    """A scale bar of at most a quarter of the width, and the arrow to the north."""
    km = max(k for k in (1, 2, 5, 10, 20) if k * 1000 * view.per_m <= WIDTH / 4 or k == 1)
    length = km * 1000 * view.per_m
    x, y = WIDTH - length - 20, view.height - 20
    arrow = f"M{WIDTH - 22} 14l7 20l-7 -5l-7 5z"
    return [
        f'<path d="M{x:.1f} {y - 5:.1f}v5h{length:.1f}v-5" fill="none" stroke="{INK}" stroke-width="1.4"/>',
        text_element(x + length / 2, y - 6, f"{km} {say('report.map.scale', lang)}", size=10, anchor="middle"),
        f'<path d="{arrow}" fill="{INK}"/>',
        text_element(WIDTH - 22, 48, say("report.map.north", lang), size=11, anchor="middle"),
    ]


def legend(view: View, lang: Lang, states: set[str], unknown_area: bool) -> list[str]:
    """What colours, rings and diamonds mean, under the map, and the note on what the map is not."""
    y = view.height + 22
    thin = f'stroke="{INK}" stroke-width="0.7"'
    first = [
        (_dot(f'fill="{STATE_COLOURS[state]}" {thin}'), choice_label("park_state", state, lang))
        for state in choices("park_state")
        if state in states
    ]
    second = [
        (_dot(f'fill="none" stroke="{COLOURS["gap"]}" stroke-width="1.8"'), say("report.focus.title", lang)),
        (_dot(f'fill="none" stroke="{FAINT}" stroke-dasharray="3 2"'), say("report.map.error", lang)),
        (_dot(f'fill="none" {thin}'), say("report.map.circle", lang)),
    ]
    if unknown_area:
        second.append((f'<path d="M0 -5l5 5l-5 5l-5 -5z" fill="none" {thin}/>', say("report.map.no_area", lang)))
    note = text_element(12, y + 46, say("report.map.note", lang), size=10, fill=FAINT)
    return [*_legend_row(first, y), *_legend_row(second, y + 22), note]


def _dot(look: str) -> str:
    return f'<circle cx="0" cy="0" r="6" {look}/>'


def _legend_row(items: Sequence[tuple[str, str]], y: float) -> list[str]:
    parts, x = [], 12.0
    for shape, label in items:
        parts.append(f'<g transform="translate({x + 7:.1f} {y - 4:.1f})">{shape}</g>')
        parts.append(text_element(x + 18, y, label))
        x += 34 + 6.4 * len(label)
    return parts
