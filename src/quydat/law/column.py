"""Columns with gaps, and the comparison and logic of values that may be unknown (Kleene 1952, § 64).

A value is never read where it is not known: there it is 0, so that the same facts give the same bytes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TOLERANCE = 1e-9
"""Numbers count as equal that differ by less than this share of the larger: 28.7 ÷ 41 is 0.7, whatever its last bit."""
_SMALLEST = 1e-12

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Column:
    """Values of one expression for all subjects, and where they are known.

    Numbers are float64, yes/no bool, dates int64 ordinals, texts int64 codes of one vocabulary.
    """

    values: NDArray[Any]
    known: Mask

    def cell(self, row: int) -> "Column":
        """One subject alone."""
        return Column(self.values[row : row + 1], self.known[row : row + 1])


def constant(value: float | bool | int, size: int) -> Column:
    """One known value for all subjects."""
    return Column(np.full(size, value), np.ones(size, dtype=bool))


def negation(part: Column) -> Column:
    """``not``."""
    return Column(~part.values & part.known, part.known)


def conjunction(left: Column, right: Column) -> Column:
    """``and``: one known no decides."""
    no = (left.known & ~left.values) | (right.known & ~right.values)
    both = left.known & right.known
    return Column(left.values & right.values & both, both | no)


def disjunction(left: Column, right: Column) -> Column:
    """``or``: one known yes decides."""
    yes = (left.known & left.values) | (right.known & right.values)
    return Column(yes, (left.known & right.known) | yes)


def equal(left: Column, right: Column) -> Column:
    """``=`` of two columns of one kind."""
    known = left.known & right.known
    if left.values.dtype.kind == "f":
        return Column(_close(left.values, right.values) & known, known)
    return Column((left.values == right.values) & known, known)


def less(left: Column, right: Column, *, or_equal: bool) -> Column:
    """``<`` or ``<=`` of numbers or dates."""
    known = left.known & right.known
    if left.values.dtype.kind != "f":
        return Column(((left.values <= right.values) if or_equal else (left.values < right.values)) & known, known)
    close = _close(left.values, right.values)
    below = left.values < right.values
    return Column(((below | close) if or_equal else (below & ~close)) & known, known)


def _close(left: NDArray[Any], right: NDArray[Any]) -> Mask:
    larger = np.maximum(np.abs(left), np.abs(right))
    close: Mask = np.abs(left - right) <= np.maximum(TOLERANCE * larger, _SMALLEST)
    return close


def arithmetic(operator: str, left: Column, right: Column) -> Column:
    """``+ - * /`` of numbers; what has no finite value, such as a ratio to nothing, is unknown."""
    known = left.known & right.known
    with np.errstate(all="ignore"):
        match operator:
            case "+":
                values = left.values + right.values
            case "-":
                values = left.values - right.values
            case "*":
                values = left.values * right.values
            case _:
                values = left.values / right.values
    known = known & np.isfinite(values)
    return Column(np.where(known, values, 0.0), known)


def extreme(parts: list[Column], *, largest: bool) -> Column:
    """``max`` or ``min``: known where all parts are."""
    values = np.stack([part.values for part in parts])
    known = np.logical_and.reduce([part.known for part in parts])
    best = values.max(axis=0) if largest else values.min(axis=0)
    return Column(np.where(known, best, 0.0), known)


_EPOCH = 719_163
"""Ordinal of 1 January 1970."""


def years_between(start: Column, end: Column) -> Column:
    """Years from one day to another: full anniversaries, and the share of the year that has begun.

    The anniversary of 29 February is the last day of February in other years.
    """
    known = start.known & end.known
    first = np.where(known, start.values, _EPOCH) - _EPOCH
    last = np.where(known, end.values, _EPOCH) - _EPOCH
    sign = np.where(first <= last, 1.0, -1.0)
    low, high = np.minimum(first, last), np.maximum(first, last)
    years = _year(high) - _year(low)
    years = years - (_anniversary(low, years) > high)
    reached, following = _anniversary(low, years), _anniversary(low, years + 1)
    whole = years + (high - reached) / (following - reached)
    return Column(np.where(known, sign * whole, 0.0), known)


def _year(days: NDArray[Any]) -> NDArray[np.int64]:
    years: NDArray[np.int64] = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return years


def _anniversary(days: NDArray[Any], years: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same day so many years later, held inside its month."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    later = month + 12 * years
    length = (later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")
    into = np.minimum(day - month.astype("datetime64[D]"), length - np.timedelta64(1, "D"))
    reached: NDArray[np.int64] = (later.astype("datetime64[D]") + into).astype(np.int64)
    return reached
