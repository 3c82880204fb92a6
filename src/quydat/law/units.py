"""Units: as the law writes them (``%``, ``day``, ``working day``) and as this program keeps them (``share``, ``days``).

A conversion is a ratio of whole numbers, applied in one division or one multiplication: 57 % becomes the very
number that ``0.57`` is, so that a value on the edge stays on the edge.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Number = TypeVar("_Number", float, NDArray[np.float64])

UNITS: dict[str, tuple[str, int, int]] = {
    "share": ("share", 1, 1),
    "%": ("share", 1, 100),
    "‰": ("share", 1, 1000),
    "m2": ("area", 1, 1),
    "m²": ("area", 1, 1),
    "ha": ("area", 10_000, 1),
    "km2": ("area", 1_000_000, 1),
    "km²": ("area", 1_000_000, 1),
    "m": ("length", 1, 1),
    "mm": ("length", 1, 1000),
    "cm": ("length", 1, 100),
    "km": ("length", 1000, 1),
    "day": ("days", 1, 1),
    "days": ("days", 1, 1),
    "working day": ("working days", 1, 1),
    "working days": ("working days", 1, 1),
    "working_days": ("working days", 1, 1),
    "month": ("months", 1, 1),
    "months": ("months", 1, 1),
    "year": ("months", 12, 1),
    "years": ("months", 12, 1),
    "t": ("mass", 1, 1),
    "kg": ("mass", 1, 1000),
    "VND": ("money", 1, 1),
    "m_vnd": ("money", 1_000_000, 1),
    "bn_vnd": ("money", 1_000_000_000, 1),
    "kW": ("power", 1, 1),
    "MW": ("power", 1000, 1),
    "kW/ha": ("power density", 1, 1),
    "MW/ha": ("power density", 1000, 1),
    "m3/day": ("flow", 1, 1),
    "m3/h": ("flow", 24, 1),
    "count": ("", 1, 1),
    "": ("", 1, 1),
    "ratio": ("", 1, 1),
    "bool": ("", 1, 1),
    "text": ("", 1, 1),
    "code": ("", 1, 1),
    "date": ("", 1, 1),
    "group": ("", 1, 1),
}
"""Unit → what it measures, and how many base units it is, as a ratio of whole numbers.

Floor area over land area (``ratio``) and a count are plain numbers. Calendar days and working days do not convert
into each other, nor days into months: how long a month is depends on the month.
"""


@dataclass(frozen=True)
class Conversion:
    """From the law's unit to ours: × ``times`` ÷ ``over``."""

    times: int
    over: int

    def ours(self, value: _Number) -> _Number:
        """A value of the law in our unit."""
        return value * self.times / self.over

    def laws(self, value: _Number) -> _Number:
        """A value of ours in the law's unit."""
        return value * self.over / self.times


SAME = Conversion(1, 1)


def measures(unit: str) -> str:
    """What a unit measures; a unit outside the table measures only itself.

    >>> measures("%"), measures("share"), measures("t/ha")
    ('share', 'share', 't/ha')
    """
    return UNITS[unit][0] if unit in UNITS else unit


def conversion(law: str, ours: str) -> Conversion | None:
    """How to come from the law's unit to ours, or None if they measure different things.

    An empty unit of the law is ours: the pack did not say it twice.

    >>> conversion("%", "share").ours(57), conversion("year", "months").ours(5), conversion("ha", "days")
    (0.57, 60, None)
    """
    if law in ("", ours):
        return SAME
    if measures(law) != measures(ours):
        return None
    if law not in UNITS or ours not in UNITS:
        return None
    _, times, over = UNITS[law]
    _, ours_times, ours_over = UNITS[ours]
    up, down = times * ours_over, over * ours_times
    if up % down == 0:
        return Conversion(up // down, 1)
    return Conversion(1, down // up) if down % up == 0 else Conversion(up, down)


def same_scale(one: str, other: str) -> bool:
    """Whether numbers of two units compare as they stand: ``year`` and ``years`` do, ``%`` and ``share`` do not."""
    return one == other or (conversion(one, other) == SAME and conversion(other, one) == SAME)
