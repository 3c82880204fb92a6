"""Compiled kernels that count values in bins; imported late, since numba takes a second to load.

A bin is what the first bits of a float32 say: its exponent and seven bits of its mantissa. So bins are 1/128 of their
power of two wide, and finding one takes a shift. Counts of a cell are kept from its lowest bin to its highest.
All kernels of this kind are in one file: the cache of numba sees a change of the file that it compiled, no other.

>>> zeros, start, offset, counts = count_rows(np.array([[0.0, 1.0, 1.0, 1.01]]))   # 1.01 is 1.28 bins above 1
>>> zeros.tolist(), offset.tolist(), counts.tolist()
([1], [0, 2], [2, 1])
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quydat.core.distribution import BINS, FIRST
from quydat.core.draws import Draws

F = TypeVar("F", bound=Callable[..., Any])
Counts = NDArray[np.uint32]
Counted = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Counts]
"""Of each row: values in the bin of 0, first bin, place of its counts (rows + 1); and the counts, row after row."""

SHIFT = 16
_MINUS_ZERO = np.int32(-(2**31))


def kernel(function: F) -> F:
    """Compile when first called, keep what was compiled, let other threads run meanwhile.

    No fast mathematics: sums are added in the order in which they are written, so they are the same everywhere.
    """
    try:
        made = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder of this machine may be written to: it is compiled in each process
        made = njit(nogil=True)(function)
    return cast(F, made)


@kernel
def _count(bits: NDArray[np.int32], histogram: Counts) -> tuple[int, int, int]:
    """Count one row into an empty histogram: values of the bin of 0, lowest and highest bin; −2 if one has none.

    The loops are apart so that the processor can take several values at a time in the first.
    """
    least, most = bits[0], bits[0]
    for d in range(bits.shape[0]):
        least = min(least, bits[d])
        most = max(most, bits[d])
    if most >= (FIRST + BINS) << SHIFT:
        return 0, 0, -2
    if least >= FIRST << SHIFT:
        for d in range(bits.shape[0]):
            histogram[np.uint64((bits[d] >> SHIFT) - FIRST)] += np.uint32(1)
        return 0, (least >> SHIFT) - FIRST, (most >> SHIFT) - FIRST
    zeros, low = 0, BINS
    for d in range(bits.shape[0]):
        place = (bits[d] >> SHIFT) - FIRST
        if place >= 0:
            histogram[place] += np.uint32(1)
            low = min(low, place)
        elif bits[d] >= 0 or bits[d] == _MINUS_ZERO:
            zeros += 1
        else:
            return 0, 0, -2
    return zeros, low, -1 if low == BINS else (most >> SHIFT) - FIRST


@kernel
def _sums(values: Draws, weight: Draws) -> tuple[float, float]:
    """Sum of the values, plain and weighted, four at a time in a fixed order."""
    a, b, c, e, f, g, h, i = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    whole = values.shape[0] // 4 * 4
    for d in range(0, whole, 4):
        a += values[d]
        b += values[d + 1]
        c += values[d + 2]
        e += values[d + 3]
        f += values[d] * weight[d]
        g += values[d + 1] * weight[d + 1]
        h += values[d + 2] * weight[d + 2]
        i += values[d + 3] * weight[d + 3]
    for d in range(whole, values.shape[0]):
        a += values[d]
        f += values[d] * weight[d]
    return (a + b) + (c + e), (f + g) + (h + i)


@kernel
def _keep(histogram: Counts, low: int, high: int, flat: Counts, used: int) -> tuple[Counts, int]:
    """Move counts from the histogram behind the others, with more room if need be."""
    width = high - low + 1
    if used + width > flat.shape[0]:
        wider = np.empty(2 * (used + width), np.uint32)
        wider[:used] = flat[:used]
        flat = wider
    for place in range(width):
        flat[used + place] = histogram[low + place]
        histogram[low + place] = np.uint32(0)
    return flat, used + width


@kernel
def count_rows(rows: Draws) -> Counted:
    """Counts of rows × draws. No counts at all come back if a value is below 0, not a number or too large."""
    count, draws = rows.shape
    zeros, start, offset = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count + 1, np.int64)
    histogram, flat, used = np.zeros(BINS, np.uint32), np.empty(count * 64, np.uint32), 0
    small = np.empty(draws, np.float32)
    bits = small.view(np.int32)
    for row in range(count):
        for d in range(draws):
            small[d] = rows[row, d]
        nothing, low, high = _count(bits, histogram)
        if high == -2:
            return zeros[:0], start[:0], offset[:0], flat[:0]
        zeros[row] = nothing
        if high >= 0:
            start[row] = low
            flat, used = _keep(histogram, low, high, flat, used)
        offset[row + 1] = used
    return zeros, start, offset, flat[:used].copy()


@kernel
def count_products(
    left: Draws, right: Draws, weight: Draws, total: Draws, flat: Counts
) -> tuple[Draws, Draws, Counted, Counts]:
    """Products of two factors over the draws: counted, and added up in three ways.

    Parameters
    ----------
    left, right
        Sectors × years × draws, and sectors × pools × draws.
    weight
        Draws: what each product is multiplied by in the second sum.
    total
        Pools × years × draws, filled with the sum over the sectors.
    flat
        Room for counts. Fresh memory costs more than the counting, so it is handed from part to part.

    Returns
    -------
    Sums over the draws (sectors × pools × years), plain and weighted; counts of each sector, pool and year, as in
    ``count_rows``; and the room, wider if it was too small.
    """
    sectors, years, draws = left.shape
    pools = right.shape[1]
    total[:] = 0.0
    plain, weighted = np.zeros((sectors, pools, years)), np.zeros((sectors, pools, years))
    count = sectors * pools * years
    zeros, start, offset = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count + 1, np.int64)
    histogram, used = np.zeros(BINS, np.uint32), 0
    product, small = np.empty(draws), np.empty(draws, np.float32)
    bits = small.view(np.int32)
    row = 0
    for s in range(sectors):
        for p in range(pools):
            for t in range(years):
                for d in range(draws):
                    product[d] = left[s, t, d] * right[s, p, d]
                    total[p, t, d] += product[d]
                    small[d] = product[d]
                plain[s, p, t], weighted[s, p, t] = _sums(product, weight)
                nothing, low, high = _count(bits, histogram)
                if high == -2:
                    return plain, weighted, (zeros[:0], start[:0], offset[:0], flat[:0]), flat
                zeros[row] = nothing
                if high >= 0:
                    start[row] = low
                    flat, used = _keep(histogram, low, high, flat, used)
                row += 1
                offset[row] = used
    return plain, weighted, (zeros, start, offset, flat[:used].copy()), flat


@kernel
def sum_products(left: Draws, right: Draws, total: Draws) -> None:
    """Sum of the products over the sectors, as ``count_products`` gives it: pools × years × draws."""
    sectors, years, draws = left.shape
    total[:] = 0.0
    for p in range(right.shape[1]):  # one pool's sums stay in the cache
        for s in range(sectors):
            for t in range(years):
                for d in range(draws):
                    total[p, t, d] += left[s, t, d] * right[s, p, d]


@kernel
def add_counts(into: Counts, start: NDArray[np.int64], offset: NDArray[np.int64], flat: Counts) -> None:
    """Add the counts of each row to its full row of bins."""
    for row in range(start.shape[0]):
        shift = start[row] - offset[row]
        for place in range(offset[row], offset[row + 1]):
            into[row, place + shift] += flat[place]


@kernel
def windows(full: Counts) -> tuple[NDArray[np.int64], NDArray[np.int64], Counts]:
    """Full rows of bins cut to what is counted: first bins, places, counts."""
    rows = full.shape[0]
    start, offset = np.zeros(rows, np.int64), np.zeros(rows + 1, np.int64)
    for row in range(rows):
        low, high = BINS, -1
        for place in range(BINS):
            if full[row, place]:
                low = min(low, place)
                high = place
        start[row] = low if high >= 0 else 0
        offset[row + 1] = offset[row] + max(high + 1 - low, 0)
    flat = np.empty(offset[rows], np.uint32)
    for row in range(rows):
        for place in range(offset[row], offset[row + 1]):
            flat[place] = full[row, start[row] + place - offset[row]]
    return start, offset, flat
