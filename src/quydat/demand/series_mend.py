"""Gaps in a series: one missing period is filled by a stated rule; a longer gap cuts the series."""

from dataclasses import replace

import numpy as np

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws
from quydat.demand.series import Series, said

LONGEST_GAP = 1
"""Periods missing in a row that are filled: over two or more a straight line hides what happened in between."""


def mend(series: Series) -> Series:
    """The part of a series after its last long gap, with single missing periods filled; what was done stands in it.

    A missing level lies on the line between the logarithms of its neighbours (between the values themselves where one
    is 0), a missing growth at their mean. Neighbours are the same season of the years before and after where both are
    known, else the periods before and after.

    >>> holed = Series("s", "output", "c", "all", "level", "bn", "A", 2015, np.array([100.0, np.nan, 121.0, 130.0]))
    >>> [round(value, 6) for value in mend(holed).values.tolist()]   # √(100 × 121)
    [100.0, 110.0, 121.0, 130.0]
    """
    cut = _cut(series)
    missing = np.flatnonzero(np.isnan(cut.values))
    if not len(missing):
        return cut
    values = cut.values.copy()
    for place in missing.tolist():
        values[place] = _between(cut, place)
    numbers = [cut.first + place for place in missing.tolist()]
    rule = "growth" if cut.measure == "growth" else "level"
    repair = said(f"series.mended.{rule}", periods="; ".join(cut.name(number) for number in numbers))
    return replace(
        cut, values=values, mended=frozenset(numbers), repairs=(*cut.repairs, repair),
        basis=weakest([cut.basis, Basis.ESTIMATED]),
    )  # fmt: skip


def _cut(series: Series) -> Series:
    """The part after the last gap that is too long to be filled."""
    start = 0
    length = 0
    for place, unknown in enumerate(np.isnan(series.values).tolist()):
        length = length + 1 if unknown else 0
        if length > LONGEST_GAP:
            start = place + 1
    if not start:
        return series
    gap = start - 1
    while np.isnan(series.values[gap - 1]):
        gap -= 1
    names = {
        "first": series.name(series.first + gap), "last": series.name(series.first + start - 1),
        "kept": series.name(series.first + start),
    }  # fmt: skip
    repair = said("series.cut", **names)
    kept: Draws = series.values[start:]
    return replace(series, first=series.first + start, values=kept, repairs=(*series.repairs, repair))


def _between(series: Series, place: int) -> float:
    """What stands in for a missing value."""
    values, season = series.values, series.per_year
    near = (place - season, place + season)
    if season == 1 or near[0] < 0 or near[1] >= len(values) or np.isnan([values[near[0]], values[near[1]]]).any():
        near = (place - 1, place + 1)
    before, after = float(values[near[0]]), float(values[near[1]])
    if series.measure == "growth" or before == 0 or after == 0:
        return (before + after) / 2.0
    return float(np.sqrt(before * after))
