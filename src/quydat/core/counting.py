"""Compiled kernels that count values in bins; imported late, since numba takes a second to load.

A bin is what the first bits of a float32 say: its exponent and seven bits of its mantissa. So bins are 1/128 of their
power of two wide, and finding one takes a shift. Counts of a cell are kept from its lowest bin to its highest.
All kernels of this kind are in one file: the cache of numba sees a change of the file that it compiled, no other.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from quydat.core.draws import Draws

F = TypeVar("F", bound=Callable[..., Any])
Counted = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]
"""Of each row: values in the bin of 0, first bin, place of its counts (rows + 1); and the counts, row after row."""

SHIFT = 16
LEAST = 2.0**-20
"""Smallest value with a bin of its own: below it a value counts as 0."""
MOST = 2.0**24
"""Values from here on have no bin."""
FIRST = (127 - 20) << 7
BINS = 44 << 7
_MINUS_ZERO = np.int32(-(2**31))


def kernel(function: F) -> F:
    """Compile when first called, keep what was compiled, let other threads run meanwhile.

    No fast mathematics: sums are added in the order in which they are written, so they are the same everywhere.
    """
    return cast(F, njit(nogil=True, cache=True)(function))


@kernel
def _count(bits: NDArray[np.int32], histogram: NDArray[np.uint32]) -> tuple[int, int, int]:
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
            histogram[(bits[d] >> SHIFT) - FIRST] += np.uint32(1)
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
def _keep(
    histogram: NDArray[np.uint32], low: int, high: int, flat: NDArray[np.uint32], used: int
) -> tuple[NDArray[np.uint32], int]:
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
def count_products(left: Draws, right: Draws, weight: Draws) -> tuple[Draws, Draws, Draws, Counted]:
    """Products of two factors over the draws: counted, and added up in three ways.

    Parameters
    ----------
    left, right
        Sectors × years × draws, and sectors × pools × draws.
    weight
        Draws: what each product is multiplied by in the second sum.

    Returns
    -------
    Their sum over the sectors (pools × years × draws); over the draws (sectors × pools × years), plain and weighted;
    and counts of each sector, pool and year, as in ``count_rows``.
    """
    sectors, years, draws = left.shape
    pools = right.shape[1]
    total = np.zeros((pools, years, draws))
    plain, weighted = np.zeros((sectors, pools, years)), np.zeros((sectors, pools, years))
    count = sectors * pools * years
    zeros, start, offset = np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count + 1, np.int64)
    histogram, flat, used = np.zeros(BINS, np.uint32), np.empty(count * 64, np.uint32), 0
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
                    return total, plain, weighted, (zeros[:0], start[:0], offset[:0], flat[:0])
                zeros[row] = nothing
                if high >= 0:
                    start[row] = low
                    flat, used = _keep(histogram, low, high, flat, used)
                row += 1
                offset[row] = used
    return total, plain, weighted, (zeros, start, offset, flat[:used].copy())


@kernel
def sum_products(left: Draws, right: Draws) -> Draws:
    """Sum of the products over the sectors, as ``count_products`` gives it: pools × years × draws."""
    sectors, years, draws = left.shape
    pools = right.shape[1]
    total = np.zeros((pools, years, draws))
    for s in range(sectors):
        for p in range(pools):
            for t in range(years):
                for d in range(draws):
                    total[p, t, d] += left[s, t, d] * right[s, p, d]
    return total


@kernel
def merge(
    start: NDArray[np.int64], offset: NDArray[np.int64], flat: NDArray[np.uint32],
    start2: NDArray[np.int64], offset2: NDArray[np.int64], flat2: NDArray[np.uint32],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:  # fmt: skip
    """Counts of the same rows over other draws added: first bins, places, counts."""
    rows = start.shape[0]
    starts, offsets = np.zeros(rows, np.int64), np.zeros(rows + 1, np.int64)
    for row in range(rows):
        one, two = offset[row + 1] - offset[row], offset2[row + 1] - offset2[row]
        if one == 0:
            starts[row], width = start2[row], two
        elif two == 0:
            starts[row], width = start[row], one
        else:
            starts[row] = min(start[row], start2[row])
            width = max(start[row] + one, start2[row] + two) - starts[row]
        offsets[row + 1] = offsets[row] + width
    made = np.zeros(offsets[rows], np.uint32)
    for row in range(rows):
        shift = offsets[row] + start[row] - starts[row] - offset[row]
        for place in range(offset[row], offset[row + 1]):
            made[place + shift] += flat[place]
        shift = offsets[row] + start2[row] - starts[row] - offset2[row]
        for place in range(offset2[row], offset2[row + 1]):
            made[place + shift] += flat2[place]
    return starts, offsets, made
