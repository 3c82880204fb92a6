"""Sobol indices: which part of the variance of a result comes from which group of inputs.

SALib (Herman and Usher 2017) gives the points and the estimates; the points are mixed here, block by block, so that one
model run serves several questions and no more points are made once the estimates are sure enough.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Index:
    """Parts of the variance that a group of inputs answers for.

    Attributes
    ----------
    first
        Part that goes, on average, if the group becomes known: Var(E[y | group]) ÷ Var(y).
    total
        Part that is left, on average, if all else becomes known: E[Var(y | all else)] ÷ Var(y).
    error, total_error
        Half width of their 95 % ranges, by bootstrap.
    """

    first: float
    total: float
    error: float
    total_error: float


def base_points(streams: int, *, count: int, seed: int) -> tuple[Draws, Draws]:
    """Two sets of points of a scrambled Sobol sequence (Sobol 2001), each ``count`` × ``streams``, between 0 and 1.

    ``count`` is a power of two. The first points of a longer set are those of a shorter one with the same seed.

    >>> a, b = base_points(3, count=8, seed=1)
    >>> a.shape, bool(np.all(base_points(3, count=16, seed=1)[0][:8] == a))
    ((8, 3), True)
    """
    from SALib.sample.sobol import sample

    # Two groups at most keep SALib from crossing all inputs with all points: only the first and last set are used.
    groups = ["first", *["rest"] * (streams - 1)]
    made = sample({**_problem(streams), "groups": groups}, count, calc_second_order=False, seed=_own(seed))
    step = len(made) // count
    return made[::step].copy(), made[step - 1 :: step].copy()


def indices(a: Draws, b: Draws, mixed: Mapping[str, Draws], *, seed: int) -> dict[str, Index]:
    """Indices of groups (Saltelli et al. 2010 for the first order, Jansen 1999 for the total).

    Parameters
    ----------
    a, b
        Results at the points of the two sets.
    mixed
        For each group, the results at the points of the first set with the inputs of the group from the second.

    Raises
    ------
    ValueError
        If the result is the same at all points: then no part of its variance can be told.

    >>> x, y = base_points(2, count=1024, seed=1)
    >>> found = indices(2 * x[:, 0] + x[:, 1], 2 * y[:, 0] + y[:, 1], {"first": 2 * y[:, 0] + x[:, 1]}, seed=1)
    >>> round(found["first"].first, 1)   # 4 ÷ (4 + 1)
    0.8
    """
    if is_constant(np.concatenate([a, b])):
        raise ValueError("the result is the same at all points")
    from SALib.analyze.sobol import analyze

    results = np.column_stack([a, *mixed.values(), b]).ravel()
    found = analyze(
        _problem(len(mixed)), results, calc_second_order=False, conf_level=CONFIDENCE, seed=_own(seed)
    )  # fmt: skip
    return {
        name: Index(*(float(found[part][place]) for part in ("S1", "ST", "S1_conf", "ST_conf")))
        for place, name in enumerate(mixed)
    }


def is_constant(values: Draws) -> bool:
    """Whether a result never differs by more than what the last digits of a float do."""
    return bool(np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())))


def points_needed(error: float, *, tried: int, wanted: float, most: int) -> int:
    """Points at which an error found at ``tried`` points falls to ``wanted``: it falls with the root of their number.

    >>> points_needed(0.09, tried=1024, wanted=0.05, most=8192)   # 1024 × 3.24, the next power of two
    4096
    """
    if error <= wanted:
        return tried
    return int(min(most, tried * 2 ** np.ceil(2.0 * np.log2(error / wanted))))


def _problem(count: int) -> dict[str, object]:
    return {"num_vars": count, "names": [f"x{place}" for place in range(count)], "bounds": [[0.0, 1.0]] * count}


def _own(seed: int) -> int:
    """SALib takes 0 for no seed at all."""
    return seed + 1
