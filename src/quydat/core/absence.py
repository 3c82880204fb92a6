"""Absence is not zero: coverage goes with every total."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, order=True)
class Coverage:
    """How much of what should be known is known.

    Attributes
    ----------
    known, total
        Rows with a value, and rows to which the value applies.
    """

    known: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.known <= self.total:
            raise ValueError(f"coverage {self.known} of {self.total}: known must lie between 0 and total")

    @property
    def complete(self) -> bool:
        """Whether nothing is unknown."""
        return self.known == self.total

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(self.known + other.known, self.total + other.total)

    def __str__(self) -> str:
        return f"{self.known}/{self.total}"


def covered_sum(values: pd.Series) -> tuple[float | None, Coverage]:
    """Sum what is known and say how much that is.

    Parameters
    ----------
    values
        One value for each row to which it applies; missing means unknown. Rows to which the value does not
        apply must have been left out before: they are no gap.

    Returns
    -------
    The sum of the known values, or None when none is known (an empty set of rows sums to 0, which is known).

    >>> covered_sum(pd.Series([2.0, None, 3.0]))
    (5.0, Coverage(known=2, total=3))
    >>> covered_sum(pd.Series([None], dtype=float))
    (None, Coverage(known=0, total=1))
    """
    known = int(values.notna().sum())
    coverage = Coverage(known, len(values))
    if known == 0 and len(values) > 0:
        return None, coverage
    return float(values.sum()), coverage
