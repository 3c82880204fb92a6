"""Establishments from any links: the same as by merging sets one by one; persons' decisions hold."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from quydat.survey.clusters import clusters, components
from quydat.survey.decide import by_person, no_decisions

NODES = 8
link = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1))


def merged(n: int, links: list[tuple[int, int]]) -> list[int]:
    """Union-find by sets."""
    group = [{k} for k in range(n)]
    for a, b in links:
        if group[a] is not group[b]:
            union = group[a] | group[b]
            for k in union:
                group[k] = union
    return [min(group[k]) for k in range(n)]


@given(st.lists(link, max_size=30))
def test_components_against_merging_sets(links: list[tuple[int, int]]) -> None:
    ends = np.array(links, dtype=np.int64).reshape(-1, 2)
    assert components(NODES, ends[:, 0], ends[:, 1]).tolist() == merged(NODES, links)


decision = st.tuples(
    link.filter(lambda p: p[0] != p[1]), st.sampled_from(["rule", "same", "different"]), st.floats(0.9, 1.0, allow_nan=False)
)


@given(st.lists(decision, max_size=16))
def test_what_a_person_parted_is_never_joined_and_what_is_joined_without_need_is_told(
    made: list[tuple[tuple[int, int], str, float]],
) -> None:
    rows = []
    for (a, b), what, share in made:
        row = by_person(f"n{a}", f"n{b}", "different" if what == "different" else "same")
        rows.append(row if what != "rule" else row.assign(by="rule", rule="r", probability_share=share))
    table = pd.concat(rows, ignore_index=True) if rows else no_decisions()
    ids = pd.Series([f"n{k}" for k in range(NODES)])
    found = clusters(ids, table)
    last = {}
    for (a, b), what, _ in made:
        pair = (min(a, b), max(a, b))
        if what != "rule" or pair not in last:
            last[pair] = what
    group = found.establishment_id
    for (a, b), what in last.items():
        if what == "different":
            assert group[f"n{a}"] != group[f"n{b}"]
    plain = merged(NODES, [pair for pair, what in last.items() if what != "different"])
    if not found.contradictions:
        assert group.tolist() == [f"n{k}" for k in plain]
    elif not any(what == "different" and plain[a] == plain[b] for (a, b), what in last.items()):
        raise AssertionError("a contradiction was told where there is none")
