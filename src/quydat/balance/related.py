"""Points of related inputs: from independent numbers to numbers with the study's rank correlations.

Streams of a study are related by their normal scores (``core.uniforms.ordered``). An analysis that swaps inputs one by
one needs the same relation as a function of independent numbers: a Gaussian copula by the root of the matrix,
u → z → L z → u.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from quydat.core.draws import Draws, normal_score
from quydat.core.uniforms import Correlations


def related_points(
    plain: Draws, streams: Sequence[str], correlations: Correlations, *, first: Collection[str] = ()
) -> Draws:
    """Independent points made related.

    Parameters
    ----------
    plain
        Draws × streams, between 0 and 1, independent of each other.
    streams
        Names of the columns.
    correlations
        What is related; names that are no column are left out.
    first
        Streams that stand first in the root of the matrix: they depend on their own columns of ``plain`` alone, and the
        others on theirs and on those (Rosenblatt 1952). Whatever stands first, the joint distribution is the same.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the matrix is not positive definite.

    >>> pair = Correlations(("a", "b"), np.array([[1.0, 0.6], [0.6, 1.0]]))
    >>> related_points(np.array([[0.9, 0.5]]), ["a", "b"], pair).round(3).tolist()   # Φ(0.6 × 1.2816) = 0.779
    [[0.9, 0.779]]
    >>> related_points(np.array([[0.9, 0.5]]), ["a", "b"], pair, first=["b"]).round(3).tolist()   # Φ(0.8 × 1.2816)
    [[0.847, 0.5]]
    """
    names, matrix = _kept(streams, correlations)
    if matrix is None:
        return plain
    from scipy.special import ndtr

    order = sorted(range(len(names)), key=lambda place: names[place] not in first)
    columns = [streams.index(names[place]) for place in order]
    scores = normal_score(plain[:, columns])
    made = plain.copy()
    made[:, columns] = ndtr(scores @ np.linalg.cholesky(matrix[np.ix_(order, order)]).T)
    return made


def components(streams: Iterable[Sequence[str]], correlations: Correlations) -> list[list[int]]:
    """Which owners of streams hang together, directly or through others; the order is that of the first of each.

    >>> chain = Correlations(("a", "b", "c"), np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.5], [0.0, 0.5, 1.0]]))
    >>> components([["a"], ["x", "y"], ["c"], ["b"]], chain)
    [[0, 2, 3], [1]]
    """
    owners = [list(own) for own in streams]
    every = [name for own in owners for name in own]
    names, matrix = _kept(every, correlations)
    if matrix is None:
        return [[place] for place in range(len(owners))]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    of = {name: place for place, own in enumerate(owners) for name in own}
    rows, columns = np.nonzero(matrix)
    owner = np.array([of[name] for name in names])
    links = coo_array((np.ones(len(rows)), (owner[rows], owner[columns])), shape=(len(owners), len(owners)))
    _, found = connected_components(links, directed=False)
    made: dict[int, list[int]] = {}
    for place, label in enumerate(found.tolist()):
        made.setdefault(label, []).append(place)
    return list(made.values())


def _kept(streams: Sequence[str], correlations: Correlations) -> tuple[list[str], Draws | None]:
    """Names and matrix of those among the streams that are related to others."""
    if correlations.matrix is None:
        return [], None
    places = [place for place, name in enumerate(correlations.names) if name in streams]
    matrix = np.asarray(correlations.matrix, dtype=float)[np.ix_(places, places)]
    alone = np.count_nonzero(matrix, axis=1) <= 1
    kept = [place for place, one in enumerate(alone) if not one]
    if not kept:
        return [], None
    return [correlations.names[places[place]] for place in kept], matrix[np.ix_(kept, kept)]
