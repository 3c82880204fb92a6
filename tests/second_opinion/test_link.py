"""Record linkage again, by hand: probabilities from weights, levels in plain Python, all pairs instead of blocks."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from quydat.survey.illustrative.registrations import registrations
from quydat.survey.link import Engine, link
from quydat.survey.link_keys import candidate_pairs, records
from quydat.survey.link_model import LEVELS, Patterns, default_model, fitted


def test_probability_is_that_of_the_summed_weights() -> None:
    """1 / (1 + 2^−(prior + weights)) of Fellegi and Sunter, from the model's own m and u, equals splink's."""
    found = link(registrations(3000, seed=4).observations, review=0.0, seed=1)
    model = json.loads(found.model)
    assert len(found.pairs) > 500
    prior = 2 * model["doubles_per_row"] / (5000 - 1)  # fewer than 5,000 rows count as 5,000
    for share, evidence in zip(found.pairs["probability_share"], found.pairs["evidence"], strict=True):
        told = json.loads(evidence)
        odds = prior / (1 - prior)
        for comparison, levels in LEVELS.items():
            names = [name for name, _ in levels]
            if (level := told[comparison]["level"]) != "unknown":
                odds *= model["m"][comparison][names.index(level)] / model["u"][comparison][names.index(level)]
        assert share == pytest.approx(odds / (1 + odds), abs=1e-9)


def _jaro(a: str, b: str) -> float:
    """Jaro similarity, after its definition (Jaro, 1989)."""
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    free, pairs = [True] * len(b), []
    for i, letter in enumerate(a):
        for j in range(max(0, i - reach), min(len(b), i + reach + 1)):
            if free[j] and b[j] == letter:
                free[j] = False
                pairs.append((i, j))
                break
    if not pairs:
        return 0.0
    swapped = sum(a[i] != b[j] for (i, _), j in zip(pairs, sorted(j for _, j in pairs), strict=True)) / 2
    m = len(pairs)
    return (m / len(a) + m / len(b) + (m - swapped) / m) / 3


def test_blocking_loses_few_of_the_pairs_that_all_against_all_accepts() -> None:
    table = records(registrations(700, seed=6).observations)
    n = table.num_rows
    left, right = np.triu_indices(n, 1)
    with Engine(2) as engine:
        share = engine.probability(table, left, right, default_model())
    sure = {(int(a), int(b)) for a, b in zip(left[share >= 0.99], right[share >= 0.99], strict=True)}
    one, other, _ = candidate_pairs(table)
    kept = sure & set(zip(one.tolist(), other.tolist(), strict=True))
    assert len(sure) > 100
    assert len(kept) >= 0.97 * len(sure)


def test_levels_of_form_branch_and_names_in_plain_python() -> None:
    table = records(registrations(1500, seed=8).observations)
    left, right, _ = candidate_pairs(table)
    with Engine(2) as engine:
        levels = engine.compared(table, left, right)
    rows = table.to_pylist()
    firm = [name for name, _ in LEVELS["firm"]]
    for a, b, got in zip(left.tolist(), right.tolist(), levels.tolist(), strict=True):
        x, y = rows[a], rows[b]
        same_tax = x["tax"] is not None and x["tax"] == y["tax"]
        if x["form"] is None or y["form"] is None or "company" in (x["form"], y["form"]) or same_tax:
            assert got[4] == -1
        else:
            assert got[4] == int(x["form"] != y["form"])
        branches = (x["branch"], y["branch"])
        expected = 0 if branches == (0, 0) else 1 if branches[0] == branches[1] else 2 if min(branches) <= 1 else 3
        assert got[3] == expected
        level = firm[got[0]]
        assert level.startswith(("tax_same", "tax_firm")) == same_tax
        if level.startswith("tax_unknown"):
            assert x["tax"] is None or y["tax"] is None
        if level.endswith(("_name_same", "_name_same_rare", "_name_same_common")):
            assert sorted(x["name_set"].split()) == sorted(y["name_set"].split())
        if level == "tax_unknown_name_other":
            assert _jaro(x["name"], y["name"]) < 0.75


def test_fitting_finds_the_shares_that_made_the_pairs() -> None:
    """Pairs drawn from known shares: u and the share of doubles come back."""
    rng = np.random.default_rng(11)
    true = default_model()
    rows, doubles, others = 1000, 400, 499_100
    parts = []
    for count, shares in ((doubles, true.m), (others, true.u)):
        parts.append(
            np.stack([rng.choice(len(s), count, p=np.array(s) / sum(s)) for s in (shares[c] for c in LEVELS)], axis=1)
        )
    levels, count = np.unique(np.concatenate(parts), axis=0, return_counts=True)
    start = default_model()
    none = Patterns(np.zeros((0, len(LEVELS)), np.int64), np.zeros(0))
    wide = {c: tuple((np.array(u) + 1e-3) / (1 + 1e-3 * len(u))) for c, u in start.u.items()}
    begun = type(start)(start.m, wide, 0.5, "")
    made = fitted(begun, Patterns(levels, count.astype(float)), others=none, rows=rows, told="")
    assert made.doubles_per_row * rows == pytest.approx(doubles, rel=0.05)
    assert made.u["place"][8:] == pytest.approx(true.u["place"][8:], rel=0.02)
    assert made.m == true.m


@pytest.mark.long
def test_the_shipped_model_is_the_one_that_its_script_makes() -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "train_link_model.py"
    assert runpy.run_path(str(script))["trained"]().to_json() == default_model().to_json()
