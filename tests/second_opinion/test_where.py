"""The choice of place against plain loops, SciPy's softmax, and tenants who each take the best hectare."""

from math import asin, cos, exp, log, radians, sin, sqrt
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.uniforms import GivenUniforms
from quydat.demand.where import ELASTICITIES, Where, where_model
from quydat.inventory.evidence import Parameters
from quydat.inventory.places import park_places
from quydat.plan import Results

REACH_KM = 10.0
EARTH_KM = 6371.0


def built(record: dict[str, Any], results: Results, values: tuple[float, ...]) -> Where:
    known = {key: Range(one, one, one) for key, one in zip(ELASTICITIES, values, strict=True)}
    parameters = Parameters({**known, "demand.labour_reach_km": Range(REACH_KM, REACH_KM, REACH_KM)})
    places, parks = record["place"], results.tables["parks"]
    of = park_places(parks, places, city="hcmc")
    return where_model(places, parks, of, parameters, city="hcmc", basis=Basis.ASSUMED)


def great_circle_km(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Haversine on a sphere: within 0.5 % of the ellipsoid."""
    lon1, lat1, lon2, lat2 = map(radians, (a["longitude"], a["latitude"], b["longitude"], b["latitude"]))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def test_the_case_by_plain_loops(hcmc_record: dict[str, Any], hcmc_results: Results) -> None:
    values = (0.9, -0.2, -0.2, 0.2, 0.1, -0.4)
    made = built(hcmc_record, hcmc_results, values)
    places = hcmc_record["place"].to_dict("records")
    land: dict[str, float] = {}
    let: dict[str, float] = {}
    for place in places:
        names = place["districts"].split("|")
        for park in hcmc_results.tables["parks"].to_dict("records"):
            industrial = park["kind"] in ("industrial_park", "export_processing_zone")
            if (
                park["district"] in names
                and industrial
                and park["state"] in ("operating", "planned", "under_construction")
            ):
                size = (
                    park["let_ha"] + park["vacant_ha"] if park["state"] == "operating" else park["future_lettable_ha"]
                )
                land[place["place_id"]] = land.get(place["place_id"], 0.0) + size
                let[place["place_id"]] = let.get(place["place_id"], 0.0) + (
                    park["let_ha"] if park["state"] == "operating" else 0.0
                )
    chosen = [place for place in places if land.get(place["place_id"], 0.0) > 0]
    rents = [log(place["rent_usd_per_m2"]) for place in chosen if place["rent_usd_per_m2"] == place["rent_usd_per_m2"]]
    odds = {}
    for place in chosen:
        name, rent = place["place_id"], place["rent_usd_per_m2"]
        people = sum(int(q["population"]) * exp(-great_circle_km(place, q) / REACH_KM) for q in places)
        odds[name] = (
            land[name] ** values[0]
            * (1 + place["port_km"]) ** values[1]
            * (1 + place["ring_road_km"]) ** values[2]
            * people ** values[3]
            * (1 + let[name]) ** values[4]
            * (exp(sum(rents) / len(rents)) if rent != rent else rent) ** values[5]
        )
    share = made.share(GivenUniforms({}, count=1))[0]
    for (name, _), one in zip(made.pools, share, strict=True):
        assert one == pytest.approx(odds[name] / sum(odds.values()), rel=1e-3)
    assert len(odds) == len(made.pools) == 10


def test_the_shares_are_scipys_softmax(hcmc_record: dict[str, Any], hcmc_results: Results) -> None:
    made = built(hcmc_record, hcmc_results, (0.9, -0.2, -0.2, 0.2, 0.1, -0.4))
    rng = np.random.default_rng(1)
    coefficients = rng.normal(size=(500, len(ELASTICITIES)))
    assert made.shares(coefficients) == pytest.approx(softmax(coefficients @ made.attributes.T, axis=1))


def test_tenants_who_take_the_best_hectare_choose_so(hcmc_record: dict[str, Any]) -> None:
    """Each hectare an alternative with its own Gumbel error: shares are capacity × exp(utility) (McFadden 1978)."""
    hectares, attraction = np.array([30, 10, 20]), np.array([0.0, 0.7, -0.4])
    owner = np.repeat(np.arange(3), hectares)
    rng = np.random.default_rng(20)
    tenants = 60_000
    best = (attraction[owner] + rng.gumbel(size=(tenants, len(owner)))).argmax(axis=1)
    seen = np.bincount(owner[best], minlength=3) / tenants
    made = Where(
        pools=(("a", "industrial"), ("b", "industrial"), ("c", "industrial")),
        attributes=np.column_stack([np.log(hectares), attraction]),
        elasticities=(),
        facts=hcmc_record["place"].iloc[:0],
    )
    assert made.shares(np.array([[1.0, 1.0]]))[0] == pytest.approx(seen, abs=4 * sqrt(0.25 / tenants))
