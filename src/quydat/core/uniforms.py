"""Where draws come from: one stream of numbers between 0 and 1 for each thing that is not sure, some of them related.

A model asks for the stream of an input by name. Seeded streams are Latin hypercubes (see ``core.draws``); streams that
the study relates to each other are put in an order that gives their rank correlation (Iman and Conover 1982), so each
keeps its own distribution to the last digit. Given streams serve analyses that choose the points themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from quydat.core.draws import Draws, Range, normal_score, triangular_quantile, uniform


class Uniforms(Protocol):
    """Streams by name, each of ``count`` numbers between 0 and 1."""

    @property
    def count(self) -> int:
        """Number of draws."""
        ...

    def of(self, name: str) -> Draws:
        """The stream of an input."""
        ...


@dataclass(frozen=True, eq=False)
class Correlations:
    """Rank correlations between named inputs.

    Attributes
    ----------
    names
        Inputs that are related to one or more others.
    matrix
        Their correlations: symmetric, ones on the diagonal, positive definite.
    """

    names: tuple[str, ...] = ()
    matrix: Draws | None = None

    def __eq__(self, other: object) -> bool:
        """Whether the same inputs are related in the same way."""
        if not isinstance(other, Correlations) or self.names != other.names:
            return False
        if self.matrix is None or other.matrix is None:
            return self.matrix is other.matrix
        return np.array_equal(self.matrix, other.matrix)

    def __hash__(self) -> int:
        """By the names alone: equal correlations have equal names."""
        return hash(self.names)


NONE_RELATED = Correlations()


class SeededUniforms:
    """Streams from a study's seed; the related ones among them ordered as ``correlations`` says.

    >>> related = Correlations(("a", "b"), np.array([[1.0, 0.8], [0.8, 1.0]]))
    >>> streams = SeededUniforms(count=2000, seed=1, correlations=related)
    >>> round(float(np.corrcoef(streams.of("a"), streams.of("b"))[0, 1]), 2)   # 6 ÷ π × asin(0.8 ÷ 2) = 0.79
    0.79
    >>> bool(np.all(np.sort(streams.of("b")) == np.sort(uniform("b", count=2000, seed=1))))
    True
    """

    def __init__(self, *, count: int, seed: int, correlations: Correlations | None = None) -> None:
        self._count, self._seed = count, seed
        self._known: dict[str, Draws] = {}
        if correlations is not None and correlations.matrix is not None:
            plain = np.column_stack([uniform(name, count=count, seed=seed) for name in correlations.names])
            made = ordered(plain, correlations.matrix)
            self._known = {name: made[:, column].copy() for column, name in enumerate(correlations.names)}

    @property
    def count(self) -> int:
        """Number of draws."""
        return self._count

    def of(self, name: str) -> Draws:
        """The stream of an input; the same for the same seed and name. It is made once and must not be changed."""
        if name not in self._known:
            made = uniform(name, count=self._count, seed=self._seed)
            made.flags.writeable = False  # scenarios share it
            self._known[name] = made
        return self._known[name]


class GivenUniforms:
    """Streams that were chosen; 0.5, the middle, for whatever is not among them."""

    def __init__(self, streams: Mapping[str, Draws], *, count: int) -> None:
        self._streams, self._count = streams, count

    @property
    def count(self) -> int:
        """Number of draws."""
        return self._count

    def of(self, name: str) -> Draws:
        """The stream of an input."""
        return self._streams[name] if name in self._streams else np.full(self._count, 0.5)


def ordered(plain: Draws, matrix: Draws) -> Draws:
    """Columns in another order, so that their normal scores are correlated as ``matrix`` says (Iman and Conover 1982).

    Parameters
    ----------
    plain
        Draws × inputs, between 0 and 1, each column on its own.
    matrix
        Inputs × inputs, positive definite.

    Raises
    ------
    numpy.linalg.LinAlgError
        If the matrix is not positive definite.
    """
    scores = normal_score(plain)
    own = np.linalg.cholesky(np.corrcoef(scores, rowvar=False))
    wanted = np.linalg.cholesky(matrix)
    target = scores @ np.linalg.inv(own).T @ wanted.T
    made = np.empty_like(plain)
    for column in range(plain.shape[1]):
        ranks = np.argsort(np.argsort(target[:, column], kind="stable"), kind="stable")
        made[:, column] = np.sort(plain[:, column])[ranks]
    return made


def drawn(uniforms: Uniforms, name: str, range_: Range) -> Draws:
    """Triangular draws of a range, by the stream of its name; a known value needs no stream."""
    if range_.low == range_.high:
        return np.full(uniforms.count, range_.low)
    return triangular_quantile(uniforms.of(name), range_)
