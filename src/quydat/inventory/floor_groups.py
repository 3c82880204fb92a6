"""Floor by groups of several keys at once: how many, how many with known floor, their sum and their median."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.inventory.floor_space import UNKNOWN

Codes = tuple[NDArray[np.int64], Sequence[str]]
"""Number of each row's label, −1 where it is unknown, and the labels."""

_MOST_CELLS = 1 << 24


def floor_by_groups(floor_m2: NDArray[np.float64], groups: Mapping[str, Codes]) -> pd.DataFrame:
    """Add up floor by every combination of groups that occurs.

    Parameters
    ----------
    floor_m2
        Gross floor area, shape (n,); NaN where it is unknown.
    groups
        By name of a key the group of each row. The combinations are as many as the product of the labels, below 2²⁴.

    Returns
    -------
    A column for each key (``unknown`` where it is), then ``establishments``, ``floor_known``, ``gross_floor_area_m2``
    and ``median_floor_m2`` (both NaN where no floor of the group is known), in the order of the labels, unknown last.

    >>> unit = np.array([1, 0, 1, 1, -1]), ["u0", "u1"]
    >>> made = floor_by_groups(np.array([10.0, np.nan, 30.0, 40.0, 5.0]), {"unit_id": unit})
    >>> made.values.tolist()[1:]
    [['u1', 3, 3, 80.0, 30.0], ['unknown', 1, 1, 5.0, 5.0]]
    """
    if np.prod([float(len(labels) + 1) for _, labels in groups.values()]) > _MOST_CELLS:
        raise ValueError("too many combinations of groups")
    key = np.zeros(len(floor_m2), np.int64)
    for number, labels in groups.values():
        key *= len(labels) + 1
        key += np.where(number < 0, len(labels), number)
    # Rows are sorted by group and floor as one number, so that sums are the same in whatever order they came.
    by_floor = np.argsort(floor_m2)
    rank = np.empty(len(key), np.int64)
    rank[by_floor] = np.arange(len(key))
    width = max(len(key), 1)
    group, place = np.divmod(np.sort(key * width + rank), width)
    floor = floor_m2[by_floor[place]]
    begins = np.flatnonzero(np.diff(group, prepend=-1))
    count = np.diff(begins, append=len(group))
    known = np.add.reduceat(~np.isnan(floor), begins, dtype=np.int64) if len(begins) else count
    with np.errstate(invalid="ignore"):
        summed = np.add.reduceat(np.nan_to_num(floor), begins) if len(begins) else np.zeros(0)
    return pd.DataFrame(
        {
            **_named(group[begins], groups),
            "establishments": count,
            "floor_known": known,
            "gross_floor_area_m2": np.where(known > 0, summed, np.nan),
            "median_floor_m2": (
                floor[begins + np.maximum(known - 1, 0) // 2] + floor[begins + np.minimum(known // 2, count - 1)]
            ) / 2,
        }
    )  # fmt: skip


def _named(group: NDArray[np.int64], groups: Mapping[str, Codes]) -> dict[str, Any]:
    """Labels of combinations by key."""
    named: dict[str, Any] = {}
    for name, (_, labels) in reversed(list(groups.items())):
        own = pd.Series([*labels, UNKNOWN], dtype="str")
        named[name] = own.take(group % len(own)).array
        group = group // len(own)
    return {name: named[name] for name in groups}
