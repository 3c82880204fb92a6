"""What must hold of any survey: sums close, order and silence change nothing, days account for each other."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.survey import seen, stock

from quydat.inventory.changes import compare_days
from quydat.inventory.establish import establish
from quydat.inventory.estimate import estimate_floor
from quydat.inventory.floor_space import tabulate_floor

DAY = date(2025, 6, 30)
DEAR = settings(max_examples=40)
"""An example takes up to a tenth of a second."""
AREA = st.none() | st.sampled_from([0.0, 0.1, 33.3, 1e6])
OBSERVATION = st.fixed_dictionaries(
    {
        "of": st.sampled_from("abcd"),
        "observed_on": st.dates(date(2025, 6, 1), date(2025, 7, 10)),
        "workers": st.none() | st.integers(0, 300),
        "site_area_m2": AREA,
        "footprint_m2": AREA,
        "storeys": st.sampled_from([None, 0, 1, 2.5]),
        "height_m": st.sampled_from([None, 0, 2.9, 40]),
        "gross_floor_area_m2": AREA,
        "floor_basis": st.sampled_from([None, "measured", "declared", "estimated"]),
        "operating_state": st.sampled_from([None, "operating", "closed"]),
        "basis": st.sampled_from(["surveyed", "assumed"]),
    }
)
ESTABLISHMENT = st.fixed_dictionaries(
    {
        "section": st.sampled_from([None, "C", "H"]),
        "unit_id": st.sampled_from([None, "u"]),
        "place_kind": st.sampled_from(["standalone", "unknown"]),
        "operating_state": st.sampled_from([None, "operating", "closed", "moved"]),
        "workers": st.none() | st.integers(0, 300),
        "gross_floor_area_m2": AREA,
    }
)


def table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    how = ("measured", "declared", "estimated")
    return stock(
        *(
            row | {"floor_basis": None if row["gross_floor_area_m2"] is None else how[i % 3]}
            for i, row in enumerate(rows)
        )
    )


@given(st.lists(OBSERVATION, min_size=1, max_size=12), st.randoms(use_true_random=False))
@DEAR
def test_rows_in_any_order_give_the_same_establishments(rows: list[dict[str, Any]], random: Any) -> None:
    observations, own = seen(*rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    first = establish(observations, own, as_of=DAY, storey_height_m=4.0)
    pd.testing.assert_frame_equal(
        first, establish(observations.iloc[order], own.iloc[order], as_of=DAY, storey_height_m=4.0)
    )
    known = first["gross_floor_area_m2"].notna()
    assert (first["floor_basis"].notna() == known).all()
    assert (first.loc[first["floor_basis"] == "estimated", "gross_floor_area_m2"] >= 0).all()


@given(st.lists(OBSERVATION, min_size=1, max_size=8))
@DEAR
def test_a_silent_observation_erases_nothing(rows: list[dict[str, Any]]) -> None:
    silent = [{"of": one, "observed_on": "2025-06-30", "observation_id": f"t/{one}", "name": "Cơ sở"} for one in "abcd"]
    spoken = establish(*seen(*rows), as_of=DAY, storey_height_m=4.0).set_index("establishment_id")
    later = establish(*seen(*rows, *silent), as_of=DAY, storey_height_m=4.0).set_index("establishment_id")
    names = ["workers", "site_area_m2", "gross_floor_area_m2", "floor_basis", "operating_state"]
    pd.testing.assert_frame_equal(spoken[names], later.loc[spoken.index, names])


@given(st.lists(ESTABLISHMENT, max_size=30))
@DEAR
def test_the_parts_of_every_dimension_sum_to_the_whole(rows: list[dict[str, Any]]) -> None:
    space, cell = tabulate_floor(table(rows))
    gone = space["dimension"].eq("state") & space["group"].isin(["closed", "moved"])
    whole = space.iloc[0]
    for name in ("establishments", "floor_known", "gross_floor_area_m2", "workers", "site_known"):
        sums = space[~gone].groupby("dimension", sort=False)[name].sum()
        total = 0 if pd.isna(whole[name]) else whole[name]
        if rows and len(sums) > 1:
            np.testing.assert_allclose(sums.to_numpy(dtype=float), total, rtol=1e-12)
    assert cell["establishments"].sum() == len(rows)
    assert (space["floor_known"] <= space["establishments"]).all()
    parts = space[["measured_m2", "declared_m2", "estimated_m2"]].sum(axis=1, min_count=3)
    np.testing.assert_allclose(parts, space["gross_floor_area_m2"], rtol=1e-12)


@given(st.lists(ESTABLISHMENT, max_size=15), st.lists(ESTABLISHMENT, max_size=15))
@DEAR
def test_before_and_all_changes_are_after(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    before, after = table(one), table(other)
    found = compare_days(before, after)
    first, last = (tabulate_floor(rows)[0].iloc[0] for rows in (before, after))
    assert first["establishments"] + found["standing"].sum() == last["establishments"]
    totals = [0.0 if pd.isna(row["gross_floor_area_m2"]) else row["gross_floor_area_m2"] for row in (first, last)]
    np.testing.assert_allclose(totals[0] + found["gross_floor_area_m2"].sum(), totals[1], rtol=1e-9, atol=1e-6)
    assert len(compare_days(before, before)) == 0


@given(st.lists(ESTABLISHMENT, min_size=35, max_size=80))
def test_an_estimate_is_never_below_what_was_seen(rows: list[dict[str, Any]]) -> None:
    frame = table(rows)
    space = estimate_floor(frame, tabulate_floor(frame)[0])
    given_ = space[space["estimated_total_m2"].notna()]
    seen_ = given_["measured_m2"].fillna(0) + given_["declared_m2"].fillna(0)
    assert (given_["standard_error_m2"] >= 0).all()
    assert (given_["low_m2"] <= given_["estimated_total_m2"]).all()
    assert (given_["low_m2"] >= np.minimum(seen_, given_["estimated_total_m2"]) - 1e-6).all()
