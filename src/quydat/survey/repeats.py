"""Texts that stand more than once among a million: each becomes a number, and only those of equal ones are compared."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.letters import utf8

Ints = NDArray[np.int64]

_LONGEST = 64


def repeated(text: pa.Array) -> NDArray[np.bool_]:
    """Whether the text of each row stands in another row too; missing ones do not.

    Parameters
    ----------
    text
        Arrow text with 64-bit offsets, n rows (see ``letters.arrow_text``).

    >>> repeated(pa.array(["a", "b", "a", None, None], pa.large_string())).tolist()
    [True, False, True, False, False]
    """
    numbers = _numbers(text)
    if numbers is None:
        rows = np.flatnonzero(pc.is_valid(text).to_numpy(zero_copy_only=False))
    else:
        ordered = np.sort(numbers)
        twice = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
        rows = np.flatnonzero(_among(numbers, twice) & pc.is_valid(text).to_numpy(zero_copy_only=False))
    found = np.zeros(len(text), bool)
    if len(rows):
        same = pd.factorize(pd.Series(pd.array(text.take(pa.array(rows)), dtype="str")))[0]
        found[rows] = np.bincount(same)[same] > 1
    return found


def _among(numbers: NDArray[np.uint64], few: NDArray[np.uint64]) -> NDArray[np.bool_]:
    if not len(few):
        return np.zeros(len(numbers), bool)
    at = np.minimum(np.searchsorted(few, numbers), len(few) - 1)
    among: NDArray[np.bool_] = few[at] == numbers
    return among


def _numbers(text: pa.Array) -> NDArray[np.uint64] | None:
    """A number for each text: equal for equal texts, nearly always different for others; None if some are long."""
    cells = utf8(text)
    lengths = cells.lengths
    longest = int(lengths.max(initial=0))
    if longest > _LONGEST or not len(text):
        return None
    factors = np.random.default_rng(1).integers(1, 2**63, longest + 1, dtype=np.uint64) | np.uint64(1)
    made: NDArray[np.uint64] = lengths.astype(np.uint64) * factors[longest]
    for place in range(longest):
        if lengths.min() > place:
            made += cells.data[cells.bounds[:-1] + place] * factors[place]
        else:
            rows = np.flatnonzero(lengths > place)
            made[rows] += cells.data[cells.bounds[:-1][rows] + place] * factors[place]
    return made
