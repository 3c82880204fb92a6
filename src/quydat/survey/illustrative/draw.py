"""Draws that do not depend on one another: each part of a made-up survey has a stream of its own."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np


def stream(seed: int, part: str) -> np.random.Generator:
    """Random numbers of one part of the survey: the same seed and part, the same numbers, whatever else is drawn.

    >>> stream(7, "names").integers(100) == stream(7, "names").integers(100)
    np.True_
    >>> stream(7, "names").integers(10**9) == stream(7, "parks").integers(10**9)
    np.False_
    """
    return np.random.default_rng([seed, crc32(part.encode())])


def pick(random: np.random.Generator, values: Sequence[str], weights: Sequence[float] | None = None) -> str:
    """One of the values, by their weights.

    >>> pick(stream(1, "x"), ["a", "b"], [0, 1])
    'b'
    """
    if weights is None:
        return values[int(random.integers(len(values)))]
    share = np.cumsum(np.asarray(weights, float))
    return values[int(np.searchsorted(share, random.random() * share[-1], side="right"))]
