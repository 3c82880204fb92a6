"""The choice of place. Expected values by hand; the same example stands in docs/method/where.md."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range
from quydat.core.problem import Problems
from quydat.core.uniforms import GivenUniforms, SeededUniforms
from quydat.demand.where import ELASTICITIES, Where, where_model
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Parameters

MIDDLE = dict(zip(ELASTICITIES, (0.9, -0.2, -0.2, 0.2, 0.1, -0.4), strict=True))
PLACES = pd.DataFrame(
    {
        "place_id": ["a", "b"],
        "name_vi": ["A", "B"],
        "name_en": ["A", "B"],
        "longitude": 106.7,
        "latitude": [10.8, 10.9],
        "population": [300_000, 100_000],
        "port_km": [19.0, 4.0],
        "ring_road_km": [4.0, 4.0],
        "rent_usd_per_m2": [100.0, 200.0],
        "basis": "published",
    }
)
PARKS = pd.DataFrame(
    {
        "park_id": ["p", "q", "r"],
        "kind": "industrial_park",
        "state": ["operating", "planned", "operating"],
        "lettable_area_ha": [250.0, None, 100.0],
        "lettable_basis": ["surveyed", None, "published"],
        "occupancy_basis": ["derived", None, "published"],
        "let_ha": [199.0, None, 99.0],
        "future_lettable_ha": [None, 150.0, None],
    }
)
PLACE_OF = {"p": "a", "q": "a", "r": "b"}
MIDDLES = GivenUniforms({}, count=1)


def parameters(**wider: Range) -> Parameters:
    known = {key: Range(value, value, value) for key, value in MIDDLE.items()}
    named = {f"demand.where_{name}_elasticity": range_ for name, range_ in wider.items()}
    return Parameters({**known, "demand.labour_reach_km": Range(10.0, 10.0, 10.0), **named})


def model(places: pd.DataFrame = PLACES, parks: pd.DataFrame = PARKS, **more: Any) -> Where:
    how = {"parameters": parameters(), "basis": Basis.ASSUMED, **more}
    return where_model(places, parks, {**PLACE_OF, "s": "b"}, how.pop("parameters"), city="c", **how)


def odds(share: Draws) -> float:
    return float(share[0, 0] / share[0, 1])


def test_the_worked_example() -> None:
    made = model()
    assert made.pools == (("a", "industrial"), ("b", "industrial"))
    share = made.share(MIDDLES)
    # 4^0.9 × 4^−0.2 × 1^−0.2 × (333,088 ÷ 199,264)^0.2 × 2^0.1 × 0.5^−0.4
    assert odds(share) == pytest.approx(4.136, abs=0.002)
    assert share[0].tolist() == pytest.approx([0.8053, 0.1947], abs=1e-4)


def test_double_capacity_multiplies_the_odds_by_two_to_the_elasticity() -> None:
    twice = PARKS.assign(lettable_area_ha=[650.0, None, 100.0])  # 400 ha of place a become 800
    assert odds(model(parks=twice).share(MIDDLES)) == pytest.approx(odds(model().share(MIDDLES)) * 2**0.9)


def test_an_unknown_rent_is_the_mean_of_the_known_and_counted() -> None:
    unknown = model(places=PLACES.assign(rent_usd_per_m2=[100.0, None]))
    assert odds(unknown.share(MIDDLES)) == pytest.approx(odds(model().share(MIDDLES)) * 0.5**0.4)
    assert unknown.coverage["rent_usd_per_m2"] == Coverage(1, 2)
    assert unknown.coverage["port_km"] == Coverage(2, 2)
    none = model(places=PLACES.assign(port_km=[None, None]))
    assert odds(none.share(MIDDLES)) == pytest.approx(odds(model().share(MIDDLES)) * 4**0.2)


def test_each_draw_has_its_own_elasticities() -> None:
    made = model(parameters=parameters(rent=Range(-1.0, -0.5, 0.0), port=Range(-0.4, -0.2, 0.0)))
    streams = GivenUniforms({"demand.where_rent_elasticity": np.array([0.0, 0.5, 1.0])}, count=3)
    share = made.share(streams)
    ratios = share[:, 0] / share[:, 1]
    assert ratios[0] / ratios[2] == pytest.approx(2.0)  # rents 1 : 2, elasticity −1 against 0
    assert ratios[1] / ratios[2] == pytest.approx(2**0.5)


def test_a_part_of_the_draws_has_the_digits_of_the_whole() -> None:
    wide = {"parameters": parameters(rent=Range(-1.0, -0.5, 0.0), capacity=Range(0.7, 0.9, 1.0))}
    made = pickle.loads(pickle.dumps(model(**wide)))  # noqa: S301 - our own bytes
    streams = SeededUniforms(count=997, seed=3)
    whole = made.share(streams)
    parts = [made.share(streams, slice(start, start + 100)) for start in range(0, 997, 100)]
    assert np.concatenate(parts).tobytes() == whole.tobytes()
    assert whole.sum(axis=1) == pytest.approx(np.ones(997))


def test_a_city_without_places_is_one_pool() -> None:
    made = model(places=PLACES.iloc[:0], parameters=Parameters({}))
    assert made.pools == (("c", "industrial"),)
    assert made.share(SeededUniforms(count=5, seed=1)).tolist() == [[1.0]] * 5
    table = made.table(SeededUniforms(count=5, seed=1))
    assert table.empty
    assert list(table.columns) == tables()["place_choice"].columns


def test_a_park_of_unknown_size_cannot_be_chosen_and_is_said() -> None:
    parks = PARKS.assign(lettable_area_ha=[250.0, None, None])
    made = model(parks=parks)
    assert made.pools == (("a", "industrial"),)
    assert made.left_out == (("b", "industrial"),)
    assert made.coverage["capacity_ha"] == Coverage(2, 3)
    row = made.table(MIDDLES).set_index("place_id").loc["b"]
    assert np.isnan(row["capacity_ha"])
    assert np.isnan(row["utility"])
    assert row["expected_share"] == 0.0


def test_the_table_tells_the_draws_and_the_weakest_basis() -> None:
    table = model(parameters=parameters(rent=Range(-1.0, -0.4, 0.0)), basis=Basis.PUBLISHED).table(
        SeededUniforms(count=4000, seed=5)
    )
    assert table["let_ha"].tolist() == [199.0, 99.0]
    assert table["capacity_ha"].tolist() == [400.0, 100.0]
    assert table["expected_share"].sum() == pytest.approx(1.0)
    assert (table["p10"] < table["p50"]).all()
    assert (table["p50"] < table["p90"]).all()
    assert table["basis"].tolist() == ["estimated", "published"]  # a has land to come
    difference = table.loc[0, "utility"] - table.loc[1, "utility"]
    assert np.exp(difference) == pytest.approx(4.136, abs=0.002)
    assert set(model().table(MIDDLES)["basis"]) == {"assumed"}


def test_sectors_choose_among_the_land_they_may_use() -> None:
    cluster = pd.DataFrame(
        [{"park_id": "s", "kind": "industrial_cluster", "state": "planned", "future_lettable_ha": 50.0}]
    )
    parks = pd.concat([PARKS, cluster], ignore_index=True)
    plain = model(parks=parks)
    assert plain.pools == (("a", "industrial"), ("b", "industrial"))
    made = model(parks=parks, eligible={"small": ("cluster",), "any": ("industrial", "cluster")})
    assert made.pools == (("a", "industrial"), ("b", "cluster"), ("b", "industrial"))
    draws = made.coefficients(GivenUniforms({}, count=2))
    share = made.by_sector(draws, ["small", "any", "other"])
    assert share.shape == (2, 3, 3)
    assert share.sum(axis=2) == pytest.approx(np.ones((2, 3)))
    assert share[0, 0].tolist() == [0.0, 1.0, 0.0]
    assert share[0, 2, [0, 2]].tolist() == pytest.approx(plain.share(MIDDLES)[0].tolist())
    # 50 against 100 ha at the same place: the odds differ by the size alone
    assert share[0, 1, 1] / share[0, 1, 2] == pytest.approx(0.5**0.9)


def test_sectors_that_use_the_same_land_share_one_array() -> None:
    made = model(eligible={"electronics": ("industrial", "high_tech")})  # no high-tech land is known
    draws = made.coefficients(GivenUniforms({}, count=2))
    share = made.by_sector(draws, ["electronics", "food"])
    assert np.shares_memory(share[:, 0], share[:, 1])
    assert share[:, 1].tolist() == made.shares(draws).tolist()


def test_elasticities_that_are_missing_are_all_named() -> None:
    known = parameters()
    some = Parameters({key: known.range(key) for key in known if "port" not in key and "reach" not in key})
    with pytest.raises(Problems) as refused:
        model(parameters=some)
    assert {one.number for one in refused.value.found} == {"QD304"}
    assert [one.facts["key"] for one in refused.value.found] == [
        "parameters.demand.where_port_elasticity",
        "parameters.demand.labour_reach_km",
    ]


def test_no_land_of_a_class_is_refused() -> None:
    with pytest.raises(Problems) as refused:
        model(eligible={"small": ("cluster",)})
    assert [(one.number, one.facts["sector"]) for one in refused.value.found] == [("QD762", "small")]
    with pytest.raises(Problems, match="QD762"):
        model(parks=PARKS.assign(state="removed"))


def test_half_a_position_is_refused() -> None:
    with pytest.raises(Problems, match="QD763"):
        model(places=PLACES.assign(latitude=[10.8, None]))
