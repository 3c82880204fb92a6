"""Heat maps by district: land wanted over time and by sector, probability of being short; each cell has its number."""

from collections.abc import Sequence
from math import fsum
from textwrap import fill
from typing import Any

from quydat.core.text import Lang, number, say
from quydat.report.charts.style import FAINT, INK, literal, sheet, signed
from quydat.report.naming import ALL, given, place_names, pool_name, sector_names
from quydat.report.snapshot import Snapshot

_PERIOD = 5
_MAP = "Blues"
_LIGHT, _DEEP = 0.04, 0.9
_DARK = 0.6
"""Part of the scale from which on numbers are white."""

Grid = list[list[float | None]]


def cells(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Land wanted in all sectors by place, class of land and year; the city as a whole is left out."""
    return [row for row in given(snapshot, "demand_cell", sector="all") if row["place"] != snapshot.place]


def place_order(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Places and classes of land in which land is wanted, that which wants most first."""
    totals: dict[tuple[str, str], float] = {}
    for row in cells(snapshot):
        key = (row["place"], row["land_class"])
        totals[key] = totals.get(key, 0.0) + row["expected_ha"]
    return sorted((key for key, total in totals.items() if total > 0), key=lambda key: (-totals[key], key))


def periods(years: Sequence[int]) -> list[tuple[int, int]]:
    """Spans of five years that end with a round year; the first and last may be shorter.

    >>> periods([2025, 2026, 2029, 2030, 2031, 2033])
    [(2025, 2030), (2031, 2033)]
    """
    spans: dict[int, list[int]] = {}
    for year in sorted(years):
        spans.setdefault((year - 1) // _PERIOD, []).append(year)
    made = list(spans.values())
    if len(made) > 1 and len(made[0]) == 1:  # the rest of the year of the picture goes with the first five
        made = [[*made[0], *made[1]], *made[2:]]
    return [(span[0], span[-1]) for span in made]


def draw_where(snapshot: Snapshot, lang: Lang) -> Any:
    """Land wanted by place and period; places with coordinates on a sketch beside it, as circles true to it."""
    order = place_order(snapshot)
    rows = cells(snapshot)
    spans = periods(sorted({row["year"] for row in rows}))
    grid: Grid = [
        [
            fsum(
                row["expected_ha"]
                for row in rows
                if (row["place"], row["land_class"]) == key and start <= row["year"] <= end
            )
            for start, end in spans
        ]
        for key in order
    ]
    names = _names(snapshot, order, lang)
    numbered = [f"{place}. {name}" for place, name in enumerate(names, start=1)]
    spots = _spots(snapshot, order, [fsum(value or 0.0 for value in line) for line in grid])
    columns = {"columns": 2, "width_ratios": [1.35, 1.0]} if spots else {"columns": 1}
    height = max(1.6 + 0.27 * len(order), 3.4)
    figure, axes = sheet(height, names=numbered, top=0.42, between=0.25, **columns)
    axis = axes[0, 0]
    squares(axis, grid, numbered, [f"{start}–{end % 100:02d}" for start, end in spans], lang)
    axis.set_title(say("report.chart.wanted_by_period", lang), loc="left", fontsize=9)
    if spots:
        _sketch(axes[0, 1], spots, lang)
    return signed(figure, snapshot, lang, tables=("demand_cell",))


def draw_sectors(snapshot: Snapshot, lang: Lang) -> Any:
    """Land wanted by place and sector over all years of the plan."""
    order = place_order(snapshot)
    totals, years = by_sector(snapshot)
    of_sector: dict[str, float] = {}
    for (_, _, sector), value in totals.items():
        of_sector[sector] = of_sector.get(sector, 0.0) + value
    sectors = sorted(of_sector, key=lambda sector: (-of_sector[sector], sector))
    known = sector_names(snapshot, lang)
    heads = [
        fill(known.get(sector, sector).replace("$", r"\$"), 36, max_lines=2, placeholder="…") for sector in sectors
    ]
    names = _names(snapshot, order, lang)
    slanted = 0.036 * max((len(line) for head in heads for line in head.split("\n")), default=10) + 0.3
    figure, axes = sheet(1.15 + slanted + 0.27 * len(order), names=names, top=0.2 + slanted)
    axis = axes[0, 0]
    grid: Grid = [[totals.get((*key, sector), 0.0) for sector in sectors] for key in order]
    squares(axis, grid, names, heads, lang, size=7.0 if len(sectors) <= 12 else 5.8)
    axis.xaxis.tick_top()
    axis.set_xticks(range(len(heads)), heads, rotation=40, ha="left", rotation_mode="anchor", fontsize=7.5)
    figure.subplots_adjust(right=0.9)
    caption = say("report.chart.wanted_by_sector", lang, start=years[0], end=years[-1])
    axis.set_xlabel(caption, loc="left", fontsize=8.5)
    return signed(figure, snapshot, lang, tables=("demand_cell",))


def by_sector(snapshot: Snapshot) -> tuple[dict[tuple[str, str, str], float], list[int]]:
    """Land wanted over all years by place, class of land and sector; and the years."""
    frame = snapshot.tables.get("demand_cell")
    if frame is None:
        return {}, []
    rows = frame[((frame["sector"] != ALL) & (frame["place"] != snapshot.place)).to_numpy(bool)]
    sums = rows.groupby(["place", "land_class", "sector"], sort=True)["expected_ha"].sum()
    keys = sums.index.to_frame(index=False).astype(str)
    made = {(p, c, s): float(value) for p, c, s, value in zip(*(keys[name] for name in keys), sums, strict=True)}
    return made, sorted({int(year) for year in rows["year"]})


def draw_short(snapshot: Snapshot, lang: Lang) -> Any:
    """Probability that a place is short of land in a year, in per cent."""
    rows = short_rows(snapshot)
    order = list(dict.fromkeys((row["place"], row["land_class"]) for row in rows))
    years = sorted({row["year"] for row in rows})
    shares = {(row["place"], row["land_class"], row["year"]): row["short_share"] for row in rows}
    grid: Grid = [
        [None if (share := shares.get((*key, year))) is None else 100 * share for year in years] for key in order
    ]
    names = _names(snapshot, order, lang)
    figure, axes = sheet(1.5 + 0.27 * len(order), names=names, top=0.42)
    axis = axes[0, 0]
    heads = [str(year) if year % _PERIOD == 0 else f"’{year % 100:02d}" for year in years]
    squares(axis, grid, names, heads, lang, top=100.0, size=6.8 if len(years) <= 24 else 6.0)
    axis.set_title(say("report.chart.short_share", lang), loc="left", fontsize=9)
    return signed(figure, snapshot, lang, tables=("balance_place",))


def short_rows(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Rows of the account by place in which land is wanted at all; the place that wants most first."""
    rows = [row for row in given(snapshot, "balance_place") if row["place"] != snapshot.place]
    wanted: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (row["place"], row["land_class"])
        wanted[key] = wanted.get(key, 0.0) + row["demand_ha"]
    kept = [row for row in rows if wanted[row["place"], row["land_class"]] > 0]
    return sorted(kept, key=lambda r: (-wanted[r["place"], r["land_class"]], r["place"], r["land_class"], r["year"]))


def _names(snapshot: Snapshot, order: Sequence[tuple[str, str]], lang: Lang) -> list[str]:
    places = place_names(snapshot, lang)
    return [literal(pool_name({"place": p, "land_class": c}, places, lang)) for p, c in order]


def squares(
    axis: Any,
    grid: Grid,
    names: Sequence[str],
    heads: Sequence[str],
    lang: Lang,
    *,
    top: float = 0.0,
    size: float = 7.5,
) -> None:
    """Squares from light to dark by size, each with its number; what is not known stays white."""
    from numpy import array, ma, nan

    most = max([top, *(value for line in grid for value in line if value is not None)]) or 1.0
    parts = array(
        [[nan if value is None else _LIGHT + (_DEEP - _LIGHT) * value / most for value in line] for line in grid]
    )
    axis.pcolormesh(
        [x - 0.5 for x in range(len(heads) + 1)], [y - 0.5 for y in range(len(names) + 1)], ma.masked_invalid(parts),
        cmap=_MAP, vmin=0.0, vmax=1.0, edgecolors="white", linewidth=1.0,
    )  # fmt: skip
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            if value is None:
                continue
            text = number(value, lang, decimals=1 if top == 0.0 and 0.05 <= value < 9.95 and most < 100 else 0)
            colour = "white" if value / most > _DARK else INK
            axis.text(x, y, text, ha="center", va="center", fontsize=size, color=colour)
    axis.set_xlim(-0.5, len(heads) - 0.5)
    axis.set_ylim(len(names) - 0.5, -0.5)
    axis.set_xticks(range(len(heads)), heads, fontsize=size)
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.grid(visible=False)
    axis.spines[["left", "bottom"]].set_visible(False)


_SMALL = 0.12
Spot = tuple[int, float, float, float]
"""Rank of a place, its longitude and latitude, and its hectares."""


def _spots(snapshot: Snapshot, order: Sequence[tuple[str, str]], totals: Sequence[float]) -> list[Spot]:
    """Places with coordinates; one that stands in several rows has the rank of the first and the sum of all."""
    where = {
        row["place_id"]: (row["longitude"], row["latitude"])
        for row in given(snapshot, "place")
        if row["longitude"] is not None and row["latitude"] is not None
    }
    ranks: dict[str, int] = {}
    sums: dict[str, float] = {}
    for rank, ((place, _), total) in enumerate(zip(order, totals, strict=True), start=1):
        ranks.setdefault(place, rank)
        sums[place] = sums.get(place, 0.0) + total
    return [(ranks[place], *where[place], sums[place]) for place in ranks if place in where]


def _sketch(axis: Any, spots: Sequence[Spot], lang: Lang) -> None:
    """Circles at the middle of each place, with area as land wanted; the number is that of the row."""
    from math import cos, radians

    most = max(spot[3] for spot in spots) or 1.0
    for rank, longitude, latitude, total in sorted(spots, key=lambda spot: -spot[3]):
        axis.scatter([longitude], [latitude], s=900 * total / most, color="#2b5c8a", alpha=0.35, linewidth=0)
        axis.scatter(
            [longitude], [latitude], s=900 * total / most, facecolor="none", edgecolor="#2b5c8a", linewidth=0.8
        )
        aside = total < _SMALL * most  # the number of a small circle stands beside it
        axis.annotate(
            str(rank), (longitude, latitude), xytext=(7 if aside else 0, 0), textcoords="offset points",
            ha="left" if aside else "center", va="center", fontsize=7.5, color=INK,
        )  # fmt: skip
    wide = max(spot[1] for spot in spots) - min(spot[1] for spot in spots)
    tall = max(spot[2] for spot in spots) - min(spot[2] for spot in spots)
    axis.margins(x=0.22 if wide else 0.5, y=0.18 if tall else 0.5)
    axis.set_aspect(1 / cos(radians(spots[0][2])), adjustable="box", anchor="N")
    axis.set_xticks([])
    axis.set_yticks([])
    axis.grid(visible=False)
    for spine in axis.spines.values():
        spine.set_visible(True)
        spine.set_color(FAINT)
        spine.set_linewidth(0.5)
    axis.set_title(say("report.chart.sketch", lang), loc="left", fontsize=9)
