"""Laws of the choice of place, on places and parks of any kind."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.uniforms import SeededUniforms
from quydat.demand.where import ELASTICITIES, Where, where_model
from quydat.inventory.evidence import Parameters

STREAMS = SeededUniforms(count=7, seed=11)
AREAS = st.floats(0.5, 2000.0)
MAYBE_KM = st.one_of(st.none(), st.floats(0.0, 60.0))


@st.composite
def places(draw: st.DrawFn, *, whole: bool = False) -> list[dict[str, Any]]:
    known = st.floats(0.0, 60.0) if whole else MAYBE_KM
    rents = st.floats(50.0, 400.0) if whole else st.one_of(st.none(), st.floats(50.0, 400.0))
    return [
        {
            "place_id": f"p{number}",
            "name_vi": "",
            "name_en": "",
            "basis": "published",
            "longitude": draw(st.floats(106.4, 107.0)),
            "latitude": draw(st.floats(10.4, 11.1)),
            "population": draw(st.integers(0, 2_000_000)),
            "port_km": draw(known),
            "ring_road_km": draw(known),
            "rent_usd_per_m2": draw(rents),
            "area": draw(st.lists(AREAS, min_size=1, max_size=3)),
        }
        for number in range(draw(st.integers(2, 6)))
    ]


@st.composite
def ranges(draw: st.DrawFn) -> Mapping[str, Range]:
    made = {key: Range(*sorted(draw(st.tuples(*[st.floats(-1.5, 1.5)] * 3)))) for key in ELASTICITIES}
    return {**made, "demand.labour_reach_km": Range(10.0, 10.0, 10.0)}


def model(rows: list[dict[str, Any]], elasticities: Mapping[str, Range], *, turned: bool = False) -> Where:
    parks = [
        {"park_id": f"{row['place_id']}-{at}", "kind": "industrial_park", "state": "operating", "let_ha": area / 2.0,
         "lettable_area_ha": area, "future_lettable_ha": None, "lettable_basis": None, "occupancy_basis": None,
         "place": row["place_id"]}
        for row in rows for at, area in enumerate(row["area"])
    ]  # fmt: skip
    if turned:
        rows, parks = rows[::-1], parks[::-1]
    table = pd.DataFrame(rows).drop(columns="area").astype({"port_km": float, "ring_road_km": float})
    table = table.astype({"rent_usd_per_m2": float})
    of = {park["park_id"]: park["place"] for park in parks}
    return where_model(table, pd.DataFrame(parks), of, Parameters(elasticities), city="c", basis=Basis.ASSUMED)


@given(places(), ranges())
def test_shares_sum_to_one_and_order_changes_nothing(rows: list[dict[str, Any]], known: Mapping[str, Range]) -> None:
    share = model(rows, known).share(STREAMS)
    assert share.min() >= 0.0
    assert share.sum(axis=1) == pytest.approx(np.ones(7))
    assert model(rows, known, turned=True).share(STREAMS).tobytes() == share.tobytes()


@given(places(), ranges())
def test_the_table_sums_to_one(rows: list[dict[str, Any]], known: Mapping[str, Range]) -> None:
    table = model(rows, known).table(STREAMS)
    assert table["expected_share"].sum() == pytest.approx(1.0)
    assert table["capacity_ha"].tolist() == pytest.approx([sum(row["area"]) for row in rows])
    assert (table["p10"] <= table["p90"]).all()


@given(places(whole=True), ranges(), st.floats(1.1, 5.0))
def test_capacity_moves_the_odds_by_its_elasticity(
    rows: list[dict[str, Any]], known: Mapping[str, Range], times: float
) -> None:
    """Land let grows with the land here, so the cluster's elasticity is set to 0."""
    known = {**known, "demand.where_cluster_elasticity": Range(0.0, 0.0, 0.0)}
    larger = [{**rows[0], "area": [area * times for area in rows[0]["area"]]}, *rows[1:]]
    before, after = model(rows, known), model(larger, known)
    elasticity = before.coefficients(STREAMS)[:, 0]
    odds = [made.share(STREAMS)[:, 0] / made.share(STREAMS)[:, 1] for made in (before, after)]
    assert odds[1] / odds[0] == pytest.approx(times**elasticity)


@given(places(whole=True), ranges(), st.floats(0.5, 500.0))
def test_one_more_place_leaves_the_odds_of_the_others(
    rows: list[dict[str, Any]], known: Mapping[str, Range], area: float
) -> None:
    """Independence of irrelevant alternatives, which a logit has (Luce 1959); the place lies too far to give labour."""
    far = {**rows[0], "place_id": "q", "longitude": 120.0, "latitude": 30.0, "area": [area]}
    before, after = model(rows, known).share(STREAMS), model([*rows, far], known).share(STREAMS)
    assert after.shape == (7, len(rows) + 1)
    rest = after[:, :-1] / after[:, :-1].sum(axis=1, keepdims=True)
    assert rest == pytest.approx(before, rel=1e-6, abs=1e-12)


@given(places(), ranges())
def test_parts_of_the_draws_have_the_digits_of_the_whole(
    rows: list[dict[str, Any]], known: Mapping[str, Range]
) -> None:
    made = model(rows, known)
    parts = [made.share(STREAMS, part) for part in (slice(0, 1), slice(1, 4), slice(4, 7))]
    assert np.concatenate(parts).tobytes() == made.share(STREAMS).tobytes()
