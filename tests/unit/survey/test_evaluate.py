"""Precision and recall, pair by pair."""

import math

import pandas as pd

from quydat.survey.evaluate import evaluate_clusters, evaluate_pairs

LABELS = pd.Series(["p", "p", "p", "q", "q"], index=list("abcde"))


def test_by_hand() -> None:
    # True pairs: ab, ac, bc, de. Clusters {a, b, d}, {c}, {e}: ab, ad, bd, of which ab is right.
    made = evaluate_clusters(pd.Series(list("aacae"), index=list("abcde")), LABELS)
    assert (made.found, made.right, made.true) == (3, 1, 4)
    assert (made.precision_share, made.recall_share, made.f1_share) == (1 / 3, 1 / 4, 2 / 7)


def test_nothing_found() -> None:
    made = evaluate_pairs(pd.DataFrame({"left_id": [], "right_id": []}, dtype="str"), LABELS)
    assert math.isnan(made.precision_share) and made.recall_share == 0 and made.f1_share == 0
