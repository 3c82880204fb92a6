"""Correlations of a study: what is refused, with what it says, and what is mended."""

from typing import Any

import numpy as np
import pytest

from quydat.core.problem import Problem
from quydat.dictionary.correlation import read_correlations, smallest_contradiction, weakened

KNOWN = ["demand.a_share", "demand.b_share", "demand.c_share", "demand.d_share"]


def pair(a: str, b: str, rho: Any = 0.5, **changed: Any) -> dict[str, Any]:
    between = [f"demand.{a}_share", f"demand.{b}_share"]
    return {"between": between, "rho": rho, "basis": "assumed", "source": "made up", **changed}


def read(block: Any) -> tuple[Any, list[Problem]]:
    found: list[Problem] = []
    return read_correlations(block, known=KNOWN, file="study.toml", found=found), found


def test_none_stated() -> None:
    made, found = read(None)
    assert (found, made.pairs, made.matrix.names) == ([], (), ())


def test_two_pairs_make_one_matrix() -> None:
    made, found = read({"pairs": [pair("a", "b", 0.5), pair("b", "c", -0.25)]})
    assert found == []
    assert made.matrix.names == tuple(KNOWN[:3])
    assert made.matrix.matrix.tolist() == [[1.0, 0.5, 0.0], [0.5, 1.0, -0.25], [0.0, -0.25, 1.0]]
    assert not made.mended


@pytest.mark.parametrize(
    ("block", "numbers"),
    [
        ({"pairs": [pair("a", "x")]}, ["QD740"]),
        ({"pairs": [pair("a", "b", 1.0)]}, ["QD741"]),
        ({"pairs": [pair("a", "b", -1.5)]}, ["QD741"]),
        ({"pairs": [pair("a", "b"), pair("b", "a", 0.4)]}, ["QD742"]),
        ({"pairs": [pair("a", "a")]}, ["QD744"]),
        ({"pairs": [pair("a", "b", "much")]}, ["QD744"]),
        ({"pairs": [pair("a", "b", float("nan"))]}, ["QD744"]),
        ({"pairs": [pair("a", "b", source="")]}, ["QD744"]),
        ({"pairs": [pair("a", "b", basis="guess")]}, ["QD744"]),
        ({"pairs": ["a b 0.5"]}, ["QD744"] * 4),
        ({"pairs": {"a": 1}}, ["QD305"]),
        ("strong", ["QD305"]),
        ({"pair": []}, ["QD303"]),
        ({"mend": "guess"}, ["QD305"]),
        ({"pairs": [pair("a", "x"), pair("a", "b", 2.0)]}, ["QD740", "QD741"]),
    ],
)
def test_bad_blocks(block: Any, numbers: list[str]) -> None:
    _, found = read(block)
    assert [one.number for one in found] == numbers
    for one in found:
        assert one.message("vi") != one.message("en")


IMPOSSIBLE = [pair("a", "d", 0.1), pair("a", "b", 0.9), pair("b", "c", 0.9), pair("a", "c", -0.9)]


def test_a_contradiction_is_named_by_its_smallest_group() -> None:
    """Eigenvalues of the three alone: 1.9, 1.9 and −0.8."""
    _, (found,) = read({"pairs": IMPOSSIBLE})
    assert found.number == "QD743"
    assert set(found.facts["names"].split(", ")) == set(KNOWN[:3])
    assert "0.9 → 0.49" in found.facts["nearest"] or "0.9 → 0.5" in found.facts["nearest"]


def test_a_contradiction_is_mended_where_the_study_says_so() -> None:
    made, found = read({"mend": "weaken", "pairs": IMPOSSIBLE})
    assert found == []
    assert made.mended
    stated = np.array([[1, 0.1, 0.9, -0.9], [0.1, 1, 0, 0], [0.9, 0, 1, 0.9], [-0.9, 0, 0.9, 1]])
    off = ~np.eye(4, dtype=bool) & (stated != 0)
    factors = made.matrix.matrix[off] / stated[off]
    assert np.ptp(factors) < 1e-12
    assert np.linalg.eigvalsh(made.matrix.matrix)[0] == pytest.approx(1e-6, rel=1e-3)
    told = made.notes()["correlation"]
    for (a, b), stated_rho in {("a", "d"): 0.1, ("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): -0.9}.items():
        assert f"demand.{a}_share – demand.{b}_share: {stated_rho} → {stated_rho * factors[0]:.3g}" in told
    assert read({"mend": "weaken", "pairs": [pair("a", "b")]})[0].notes() == {}  # possible as it is


def test_a_pair_can_contradict_nothing_alone() -> None:
    assert smallest_contradiction(np.array([[1.0, 0.99], [0.99, 1.0]])) == (0, 1)  # no smaller group: it is the whole
    assert np.linalg.eigvalsh(weakened(np.array([[1.0, 1.0], [1.0, 1.0]])))[0] > 0
