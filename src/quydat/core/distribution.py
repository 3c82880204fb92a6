"""Distributions of many cells at once, kept as counts in bins, so that draws need not be kept.

A bin is 1/128 of its power of two wide, so a quantile is within 2⁻⁷ of that of the draws themselves (0.8 % of its
value); values below 2⁻²⁰ count as 0. Counts are whole numbers: added in any order they give the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws

LEAST = 2.0**-20
"""Smallest value with a bin of its own."""
MOST = 2.0**24
"""Values from here on have no bin."""
FIRST = (127 - 20) << 7
"""First bits of ``LEAST``: exponent and seven bits of the mantissa."""
BINS = 44 << 7
RELATIVE_ERROR = 2.0**-7 + 2.0**-23
"""Bound of the error of a quantile, as a share of its value: width of a bin, and rounding to float32."""


@dataclass(frozen=True)
class Distribution:
    """Counts of the values of each cell over many draws.

    Attributes
    ----------
    shape
        Shape of the cells.
    count
        Number of draws.
    zeros
        Cells: draws in which the value is 0 (or below 2⁻²⁰).
    start, offset
        Cells: lowest bin with a value; and, one more, where in ``counts`` the counts of a cell begin.
    counts
        Counts from the lowest to the highest bin of each cell, cell after cell.

    >>> values = np.array([[0.0, 0.0, 4.0, 8.0], [1.0, 1.0, 1.0, 1.0]])
    >>> made = Distribution.of(values).quantiles([0.0, 1 / 3, 1.0])
    >>> np.round(made, 1).tolist()                                  # for each quantile, the two cells
    [[0.0, 1.0], [0.0, 1.0], [8.0, 1.0]]
    """

    shape: tuple[int, ...]
    count: int
    zeros: NDArray[np.int64]
    start: NDArray[np.int64]
    offset: NDArray[np.int64]
    counts: NDArray[np.uint32]

    @classmethod
    def of(cls, values: Draws) -> "Distribution":
        """Distribution of cells (any shape) × draws.

        Raises
        ------
        ValueError
            If a value is below 0, not a number or 2²⁴ and above.
        """
        from quydat.core.counting import count_rows

        shape, draws = values.shape[:-1], values.shape[-1]
        return cls.counted(shape, draws, count_rows(np.ascontiguousarray(values).reshape(-1, draws)))

    @classmethod
    def counted(
        cls,
        shape: tuple[int, ...],
        count: int,
        counted: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]],
    ) -> "Distribution":
        """From what a kernel counted; as ``of``."""
        if not len(counted[2]):
            raise ValueError("a value is below 0, not a number or too large to be counted")
        return cls(shape, count, *counted)

    def quantiles(self, shares: Sequence[float]) -> Draws:
        """Values that the given shares of the draws stay below: shares × cells.

        Between two draws as ``numpy.quantile`` does it; within a bin as if its draws were evenly spread.
        """
        below = np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])
        made = np.empty((len(shares), len(self.zeros)))
        for row, share in enumerate(shares):
            rank = share * (self.count - 1)
            lower = min(int(np.floor(rank)), self.count - 1)
            part = rank - lower
            made[row] = self._ranked(lower, below)
            if part > 0:
                made[row] += part * (self._ranked(lower + 1, below) - made[row])
        return made.reshape(len(shares), *self.shape)

    def _ranked(self, rank: int, below: NDArray[np.int64]) -> Draws:
        """Value of a rank (from 0) in every cell."""
        within = np.flatnonzero(self.zeros <= rank)
        begin = self.offset[within]
        target = below[begin] + rank - self.zeros[within]
        place = np.searchsorted(below, target, side="right") - 1
        low, high = _edges(self.start[within] + place - begin)
        made = np.zeros(len(self.zeros))
        made[within] = low + (high - low) * (target - below[place] + 0.5) / self.counts[place]
        return made


def _edges(bins: NDArray[np.int64]) -> tuple[Draws, Draws]:
    """Lower and upper edge of bins."""
    edges = [((bins + FIRST + step) << 16).astype(np.int32).view(np.float32).astype(float) for step in (0, 1)]
    return edges[0], edges[1]


class Gathered:
    """Counts of the same cells over draws that come in parts.

    >>> whole = Gathered()
    >>> for part in (np.array([[1.0, 2.0]]), np.array([[3.0]])):
    ...     whole.add(Distribution.of(part))
    >>> made = whole.distribution()
    >>> made.count, made.quantiles([0.5]).round(1).tolist()
    (3, [[2.0]])
    """

    def __init__(self) -> None:
        self._first: Distribution | None = None
        self._full: NDArray[np.uint32] | None = None
        self._count, self._zeros = 0, np.zeros(0, np.int64)

    def add(self, part: Distribution) -> None:
        """Add the draws of a part.

        Raises
        ------
        ValueError
            If its cells are of another shape.
        """
        if self._first is None:
            self._first, self._count, self._zeros = part, part.count, part.zeros.copy()
            return
        if part.shape != self._first.shape:
            raise ValueError(f"cells of shape {part.shape} and {self._first.shape} are not the same")
        if self._full is None:
            self._full = np.zeros((len(self._zeros), BINS), np.uint32)
            _put(self._first, self._full)
        _put(part, self._full)
        self._count += part.count
        self._zeros += part.zeros

    def distribution(self) -> Distribution:
        """Distribution over all draws so far."""
        if self._first is None:
            raise ValueError("no draws were added")
        if self._full is None:
            return self._first
        from quydat.core.counting import windows

        return Distribution(self._first.shape, self._count, self._zeros, *windows(self._full))


def _put(part: Distribution, full: NDArray[np.uint32]) -> None:
    from quydat.core.counting import add_counts

    add_counts(full, part.start, part.offset, part.counts)
