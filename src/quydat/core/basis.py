"""What a value rests on: its basis, from strongest to weakest, and the confidence of its reader."""

from collections.abc import Iterable
from enum import Enum


class Basis(Enum):
    """How a value is known. Members stand in the order of strength, strongest first.

    >>> weakest([Basis.PUBLISHED, Basis.ASSUMED, Basis.DERIVED])
    <Basis.ASSUMED: 'assumed'>
    """

    PUBLISHED = "published"
    SURVEYED = "surveyed"
    DERIVED = "derived"
    ESTIMATED = "estimated"
    ASSUMED = "assumed"
    ILLUSTRATIVE = "illustrative"

    @property
    def rank(self) -> int:
        """Place in the order of strength: 0 is the strongest."""
        return _ORDER[self]


_ORDER = {basis: rank for rank, basis in enumerate(Basis)}


def weakest(bases: Iterable[Basis]) -> Basis:
    """Return the weakest of the bases that a result rests on.

    Raises
    ------
    ValueError
        If there is none: a result that rests on nothing has no basis.
    """
    return max(bases, key=lambda basis: basis.rank)
