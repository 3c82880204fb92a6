"""How right a matching is, pair by pair, against labelled observations."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Evaluation:
    """Pairs counted against the truth.

    Attributes
    ----------
    found, right, true
        Pairs said to be one establishment, those of them that are, and all pairs that are.
    """

    found: int
    right: int
    true: int

    @property
    def precision_share(self) -> float:
        """Right ones among those found; NaN if none was found."""
        return self.right / self.found if self.found else float("nan")

    @property
    def recall_share(self) -> float:
        """Right ones among all true pairs; NaN if there is none."""
        return self.right / self.true if self.true else float("nan")

    @property
    def f1_share(self) -> float:
        """Harmonic mean of both; NaN if nothing was found and nothing is true."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else float("nan")


def evaluate_pairs(pairs: pd.DataFrame, labels: "pd.Series[Any]") -> Evaluation:
    """Pairs against labels.

    Parameters
    ----------
    pairs
        ``left_id`` and ``right_id``, each pair once.
    labels
        True establishment of each observation, indexed by its id.

    Raises
    ------
    KeyError
        If an observation has no label.

    >>> labels = pd.Series([1, 1, 1, 2], index=["a", "b", "c", "d"])
    >>> made = evaluate_pairs(pd.DataFrame({"left_id": ["a", "c"], "right_id": ["b", "d"]}), labels)
    >>> made, made.precision_share, round(made.recall_share, 3), made.f1_share
    (Evaluation(found=2, right=1, true=3), 0.5, 0.333, 0.4)
    """
    left, right = (labels.loc[pairs[side]].to_numpy() for side in ("left_id", "right_id"))
    return Evaluation(len(pairs), int((left == right).sum()), _pairs_within(labels))


def evaluate_clusters(establishment_id: "pd.Series[str]", labels: "pd.Series[Any]") -> Evaluation:
    """All pairs of observations of one establishment, against labels; both indexed by observation ids.

    Raises
    ------
    KeyError
        If an observation has no label.

    >>> labels = pd.Series([1, 1, 1, 2], index=["a", "b", "c", "d"])
    >>> evaluate_clusters(pd.Series(["a", "a", "c", "c"], index=["a", "b", "c", "d"]), labels)
    Evaluation(found=2, right=1, true=3)
    """
    label = labels.loc[establishment_id.index]
    found, true = pd.factorize(establishment_id)[0], pd.factorize(label)[0]
    both = pd.Series(found.astype(np.int64) * len(true) + true)
    return Evaluation(_pairs_within(establishment_id), _pairs_within(both), _pairs_within(label))


def _pairs_within(groups: "pd.Series[Any]") -> int:
    code, _ = pd.factorize(groups)
    size = np.bincount(code, minlength=1)
    return int((size * (size - 1) // 2).sum())
