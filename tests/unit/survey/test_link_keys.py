"""Blocks: who is compared with whom, and what is left out."""

import numpy as np
import pandas as pd
import pytest

from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables
from quydat.survey import link_keys
from quydat.survey.link_keys import candidate_pairs, records, within_blocks


def observations(**columns: list[object]) -> pd.DataFrame:
    empty = empty_bulk(tables()["observation"])
    n = len(next(iter(columns.values())))
    made = pd.DataFrame({"observation_id": [f"x/{k}" for k in range(n)], **columns})
    return made.reindex(columns=empty.columns).astype(empty.dtypes.to_dict())


def test_within_blocks_against_all_pairs() -> None:
    key = np.array([3, -1, 3, 5, 3, 5, 9])
    (left, right), over = within_blocks(key, np.arange(7), largest=3)
    brute = {(a, b) for a in range(7) for b in range(a + 1, 7) if key[a] == key[b] >= 0}
    assert set(zip(left.tolist(), right.tolist(), strict=True)) == brute
    assert len(over) == 0


def test_over_full_blocks_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = observations(name=[f"Cơ sở Minh Phát {k}" for k in range(6)], tax_code=["0300588569"] * 6)
    monkeypatch.setattr(link_keys, "LARGEST_BLOCK", 5)
    left, _, left_out = candidate_pairs(records(rows))
    assert len(left) == 0
    assert [(b.key, b.blocks, b.observations) for b in left_out if b.key == "tax"] == [("tax", 1, 6)]


def test_rows_come_in_the_order_of_ids_and_ids_must_be_unique() -> None:
    rows = observations(name=["b", "a"])
    rows["observation_id"] = ["x/9", "x/1"]
    assert records(rows)["name"].to_pylist() == ["a", "b"]
    rows["observation_id"] = ["x/1", "x/1"]
    with pytest.raises(ValueError, match="unique"):
        records(rows)


def test_words_in_another_order_make_the_same_set() -> None:
    assert records(observations(name=["Phát Minh", "Minh Phát Minh"]))["name_set"].to_pylist() == ["minh phat"] * 2


def test_positions_become_metres() -> None:
    made = records(observations(name=["a"], longitude=[106.7], latitude=[10.8])).to_pandas()
    # A degree of latitude there is 110.6 km, of longitude 111.32 km × cos 10.8°.
    assert made["y_m"][0] == pytest.approx(10.8 * 110_574)
    assert made["x_m"][0] == pytest.approx(106.7 * 111_320 * np.cos(np.radians(10.8)))
