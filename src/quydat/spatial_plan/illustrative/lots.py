"""Lots inside a park: roads, green, utilities, then what each proposal is about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from quydat.spatial_plan.illustrative.ground import SPINE_M, Box


@dataclass(frozen=True)
class Recipe:
    """What a lower plan of a park looks like.

    Attributes
    ----------
    green, transport, utility
        Shares of the park's land.
    extra
        Shares of other uses.
    coverage, ratio, storeys
        Ranges of the lots for production; None where the plan states none.
    shift_m
        How far its spine road lies from where the plan above has it.
    beyond_m
        How far its last strip sticks out over the park's edge.
    met
        Conditions that it shows to be met.
    """

    green: float = 0.11
    transport: float = 0.10
    utility: float = 0.02
    extra: Mapping[str, float] = field(default_factory=dict)
    coverage: tuple[float, float] | None = (0.45, 0.5)
    ratio: tuple[float, float] | None = (0.7, 1.0)
    storeys: tuple[float, float] | None = (1, 2)
    shift_m: float = 0.0
    beyond_m: float = 0.0
    met: str = "infrastructure_first"


@dataclass(frozen=True)
class Lot:
    """One lot: sign, use, rectangle and densities."""

    sign: str
    use: str
    box: Box
    densities: Mapping[str, Any]


_BANDS, _PER_BLOCK = 3, 3
_DENSITIES: Mapping[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "park_utility": ((0.2, 0.4), (0.2, 0.5), (1, 1)),
    "park_service": ((0.3, 0.4), (0.8, 1.0), (2, 3)),
    "workers_housing": ((0.35, 0.4), (1.5, 2.0), (5, 6)),
    "commercial_service": ((0.4, 0.5), (1.0, 1.5), (2, 4)),
    "research_training": ((0.3, 0.4), (0.8, 1.2), (2, 4)),
}


def lots(park: Box, recipe: Recipe) -> list[Lot]:
    """Cut a park into lots that fill it, whatever the recipe."""
    made = list(_lots(park, recipe))
    if recipe.beyond_m:  # the lots at the east edge are drawn too long
        made = [
            replace(lot, box=replace(lot.box, east=lot.box.east + recipe.beyond_m))
            if lot.box.east >= park.east - 1e-6
            else lot
            for lot in made
        ]
    return made


def spine_of(park: Box, shift_m: float = 0.0) -> float:
    """Where the axis of the park's main road lies, in metres from the west of the ground."""
    return (park.west + park.east) / 2 + shift_m


def _lots(park: Box, recipe: Recipe) -> Iterator[Lot]:
    met = {"conditions_met": recipe.met or None}
    belt, rest = park.across(recipe.green, 1 - recipe.green)
    yield Lot("CX1", "park_green", belt, met)
    axis = spine_of(park, recipe.shift_m)
    west = Box(rest.west, rest.south, axis - SPINE_M / 2, rest.north)
    spine = Box(axis - SPINE_M / 2, rest.south, axis + SPINE_M / 2, rest.north)
    east = Box(axis + SPINE_M / 2, rest.south, rest.east, rest.north)
    yield Lot("GT1", "park_transport", spine, met)
    roads = max(recipe.transport * park.ha - spine.ha, 0.0) * 1e4 / (west.width + east.width) / (_BANDS - 1)
    band = (park.height - roads * (_BANDS - 1)) / _BANDS
    blocks: list[Box] = []
    number = 1
    for side in (west, east):
        for place, strip in enumerate(side.up(*([band, roads] * (_BANDS - 1)), band)):
            if place % 2:
                number += 1
                yield Lot(f"GT{number}", "park_transport", strip, met)
            else:
                blocks.append(strip)
    yield from _filled(park, blocks[::-1], recipe)


def _filled(park: Box, blocks: list[Box], recipe: Recipe) -> Iterator[Lot]:
    """Special uses first, sliced off block after block; factories and warehouses take what is left."""
    wanted = [("park_utility", recipe.utility), *recipe.extra.items()]
    counts: dict[str, int] = {}

    def lot(use: str, box: Box) -> Lot:
        prefix = {"factory": "NM", "multi_storey_factory": "NM", "warehouse": "KT"}.get(use, use[:2].upper() + "-")
        counts[prefix] = counts.get(prefix, 0) + 1
        return Lot(f"{prefix}{counts[prefix]}", use, box, _densities(use, recipe))

    left = list(blocks)
    for use, share in wanted:
        need = share * park.ha
        while need > 1e-6:
            block = left.pop(0)
            if block.ha > need + 1e-6:
                part, other = block.across(need / block.ha, 1 - need / block.ha)
                yield lot(use, part)
                left.insert(0, other)
                need = 0.0
            else:
                yield lot(use, block)
                need -= block.ha
    main = "multi_storey_factory" if recipe.storeys is not None and recipe.storeys[1] > 4 else "factory"
    for place, block in enumerate(left):
        for number, part in enumerate(block.across(*([1 / _PER_BLOCK] * _PER_BLOCK))):
            yield lot("warehouse" if place == 1 and number == 0 else main, part)


def _densities(use: str, recipe: Recipe) -> dict[str, Any]:
    coverage, ratio, storeys = _DENSITIES.get(use, (recipe.coverage, recipe.ratio, recipe.storeys))
    made: dict[str, Any] = {"conditions_met": recipe.met or None}
    for stem, suffix, span in (
        ("site_coverage", "_share", coverage),
        ("plot_ratio", "", ratio),
        ("storeys", "", storeys),
    ):
        if span is not None:
            made |= {f"{stem}_min{suffix}": span[0], f"{stem}_max{suffix}": span[1]}
    return made
