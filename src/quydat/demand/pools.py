"""Pools of land and what draws tenants to their places: capacity, distances, people around, land let, rent.

A pool is a place and a class of land: what tenants choose among.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np
import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis, weakest
from quydat.core.distance import distance_m
from quydat.core.draws import Draws
from quydat.inventory.park import PIPELINE_STATES
from quydat.inventory.places import LAND_CLASSES

Pool = tuple[str, str]
"""Place and class of land."""

INDUSTRIAL = "industrial"
_M_PER_KM = 1000.0
_COUNTED_STATES = ("operating", *PIPELINE_STATES)


@dataclass(frozen=True)
class Capacity:
    """Lettable land of the pools, now and to come.

    Attributes
    ----------
    hectares
        Land of each pool, by place and class in the order of their ids; only pools of which some is known.
    unknown
        Pools with parks of which none has a known lettable area: they cannot be chosen, since nobody knows their size.
    coverage
        Parks with a known lettable area, of all that count.
    """

    hectares: Mapping[Pool, float]
    unknown: tuple[Pool, ...]
    coverage: Coverage

    def of(self, pool: Pool) -> float:
        """Hectares of a pool; 0 where there is no park, NaN where nobody knows."""
        return np.nan if pool in self.unknown else self.hectares.get(pool, 0.0)


def counted(parks: pd.DataFrame, classes: Collection[str]) -> pd.DataFrame:
    """Parks in operation or in the pipeline whose land is of one of the classes; removed and proposed ones are none."""
    return parks[parks["state"].isin(_COUNTED_STATES) & parks["kind"].map(LAND_CLASSES).isin(classes)]


def listed(cell: object) -> list[str]:
    """Items of a cell, separated by semicolons; none where the cell is empty."""
    return [part.strip() for part in cell.split(";") if part.strip()] if isinstance(cell, str) else []


def eligible_classes(sectors: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Classes of land that each group of the table ``sector`` may use, where it says so.

    >>> eligible_classes(pd.DataFrame({"sector_id": ["a", "b"], "land_classes": ["industrial;high_tech", None]}))
    {'a': ('industrial', 'high_tech')}
    """
    if sectors.empty:
        return {}
    stated = zip(sectors["sector_id"], sectors["land_classes"], strict=True)
    return {sector: tuple(listed(cell)) for sector, cell in stated if listed(cell)}


def capacity(parks: pd.DataFrame, park_place: Mapping[str, str]) -> Capacity:
    """Lettable land of each pool: let and vacant in operating parks, to come in the others.

    Parameters
    ----------
    parks
        Rows of the table ``parks`` that count.
    park_place
        Place of each park.

    >>> rows = pd.DataFrame({"park_id": ["a", "b"], "kind": "industrial_park", "state": ["operating", "planned"],
    ...                      "lettable_area_ha": [60.0, None], "future_lettable_ha": [None, 40.0]})
    >>> capacity(rows, {"a": "north", "b": "north"}).hectares
    {('north', 'industrial'): 100.0}
    """
    operating = (parks["state"] == "operating").to_numpy()
    land = np.where(operating, parks["lettable_area_ha"], parks["future_lettable_ha"]).astype(float)
    by_pool: dict[Pool, list[float]] = {}
    for park, kind, hectares in zip(parks["park_id"], parks["kind"], land, strict=True):
        by_pool.setdefault((park_place[park], LAND_CLASSES[kind]), []).append(hectares)
    known = {pool: [one for one in by_pool[pool] if not np.isnan(one)] for pool in sorted(by_pool)}
    return Capacity(
        # fsum: the order of the parks must not change the last digits
        hectares={pool: fsum(areas) for pool, areas in known.items() if fsum(areas) > 0.0},
        unknown=tuple(pool for pool, areas in known.items() if not areas),
        coverage=Coverage(int(np.count_nonzero(~np.isnan(land))), len(land)),
    )


def land_let(parks: pd.DataFrame, park_place: Mapping[str, str], places: Collection[str]) -> dict[str, float]:
    """Hectares let in each place; 0 where no park is in operation, NaN where parks are and none of them is known."""
    operating = parks[parks["state"] == "operating"]
    by_place: dict[str, list[float]] = {one: [] for one in places}
    for park, hectares in zip(operating["park_id"], operating["let_ha"].astype(float), strict=True):
        by_place[park_place[park]].append(hectares)
    made = {}
    for one, areas in by_place.items():
        known = [area for area in areas if not np.isnan(area)]
        made[one] = fsum(known) if known or not areas else np.nan
    return made


def labour_nearby(places: pd.DataFrame, *, reach_km: float) -> Draws:
    """People of all places around each, each discounted by exp(−distance ÷ reach) (Hansen 1959; Wilson 1971).

    Parameters
    ----------
    places
        Table ``place``. Places whose people or position are unknown add nothing to the others.
    reach_km
        Distance over which the weight of people falls to 1/e.

    Returns
    -------
    People for each row; NaN where the row's own people or position are unknown.

    >>> rows = pd.DataFrame({"longitude": [106.7, 106.7], "latitude": [10.8, 10.8], "population": [1000, 500]})
    >>> labour_nearby(rows, reach_km=10.0).tolist()
    [1500.0, 1500.0]
    """
    longitude, latitude, people = (
        places[name].to_numpy(dtype=float, na_value=np.nan) for name in ("longitude", "latitude", "population")
    )
    km = distance_m(longitude[:, None], latitude[:, None], longitude[None, :], latitude[None, :]) / _M_PER_KM
    near = people[None, :] * np.exp(-km / reach_km)
    own = ~np.isnan(np.diagonal(near))
    return np.array([fsum(row[~np.isnan(row)]) if known else np.nan for row, known in zip(near, own, strict=True)])


def place_facts(
    places: pd.DataFrame,
    land: pd.DataFrame,
    park_place: Mapping[str, str],
    made: Capacity,
    reach_km: float,
    basis: Basis,
) -> pd.DataFrame:
    """Places in the order of their ids with what tenants look at, unknown where it is unknown.

    Parameters
    ----------
    places, land, park_place
        Table ``place``, the parks that count, and the place of each.
    made
        Capacity of the pools; a place has that of its industrial land.
    reach_km
        As for ``labour_nearby``.
    basis
        Weakest basis of what else the choice rests on.
    """
    ordered = places.sort_values("place_id", ignore_index=True)
    let = land_let(land, park_place, list(ordered["place_id"]))
    return pd.DataFrame(
        {
            **{name: ordered[name] for name in ("place_id", "name_vi", "name_en")},
            "let_ha": [let[one] for one in ordered["place_id"]],
            "capacity_ha": [made.of((one, INDUSTRIAL)) for one in ordered["place_id"]],
            **{n: ordered[n].to_numpy(dtype=float, na_value=np.nan) for n in ("port_km", "ring_road_km")},
            "labour": labour_nearby(ordered, reach_km=reach_km),
            "rent_usd_per_m2": ordered["rent_usd_per_m2"].to_numpy(dtype=float, na_value=np.nan),
            "basis": _bases(ordered, land, park_place, basis),
        }
    )


def _bases(places: pd.DataFrame, land: pd.DataFrame, park_place: Mapping[str, str], basis: Basis) -> list[str]:
    """Weakest basis of each place: its row, the land of its parks, the elasticities."""
    of_parks: dict[str, list[Basis]] = {}
    for park in land.to_dict("records"):
        stated = [Basis(park[name]) for name in ("lettable_basis", "occupancy_basis") if isinstance(park[name], str)]
        # land to come is an estimate, whatever the source of its area
        of_parks.setdefault(park_place[park["park_id"]], []).extend(stated or [Basis.ESTIMATED])
    return [
        weakest([Basis(stated), basis, *of_parks.get(one, [])]).value
        for one, stated in zip(places["place_id"], places["basis"], strict=True)
    ]
