"""Where land is wanted: each tenant chooses a pool of land, by a logit with a size term (McFadden 1974, 1978).

The odds of a pool are capacity^λ × the product of what draws tenants there, each to the power of its elasticity. An
elasticity that is not sure is drawn once for each draw, so all shares of a draw go together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range
from quydat.core.problem import problem, raise_if
from quydat.core.uniforms import Uniforms, drawn
from quydat.demand.place_checks import place_problems
from quydat.demand.pools import INDUSTRIAL, Pool, capacity, counted, place_facts
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import settings
from quydat.inventory.evidence import Parameters

DRAWN_TO = ("capacity", "port", "ring_road", "labour", "cluster", "rent")
"""What tenants look at, in the order of the columns of ``Where.attributes``."""
ELASTICITIES = tuple(f"demand.where_{name}_elasticity" for name in DRAWN_TO)
"""Parameters, and names of their streams."""
WHERE_KEYS = (*ELASTICITIES, "demand.labour_reach_km")
"""All parameters that the choice of place needs."""
_FACTS = ("capacity_ha", "port_km", "ring_road_km", "labour", "let_ha", "rent_usd_per_m2")
_PLUS_ONE = ("port_km", "ring_road_km", "labour", "let_ha")
"""Facts that can be 0: their logarithm is that of the value + 1."""


@dataclass(frozen=True, eq=False)
class Where:
    """The choice of place.

    Attributes
    ----------
    pools
        Place and class of land of each pool, in the order of their ids.
    attributes
        Pools × ``DRAWN_TO``: logarithm of what is known less its mean over the pools; 0, the mean, where it is unknown.
    elasticities
        Range of the elasticity to each.
    facts
        Places in the order of their ids: what ``attributes`` was made from, unknown where it is unknown.
    eligible
        Classes of land that a sector may use; ``industrial`` alone for sectors that are not named.
    coverage
        For each fact, the pools (``capacity_ha``: parks) of which it is known.
    left_out
        Pools with parks of which no lettable area is known.
    """

    pools: tuple[Pool, ...]
    attributes: Draws
    elasticities: tuple[Range, ...]
    facts: pd.DataFrame
    eligible: Mapping[str, Sequence[str]] = field(default_factory=dict)
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    left_out: tuple[Pool, ...] = ()

    def coefficients(self, uniforms: Uniforms) -> Draws:
        """Draws × ``DRAWN_TO``: the elasticities of each draw."""
        columns = [drawn(uniforms, name, one) for name, one in zip(ELASTICITIES, self.elasticities, strict=False)]
        return np.column_stack(columns) if columns else np.zeros((uniforms.count, 0))

    def shares(self, coefficients: Draws, *, classes: Sequence[str] = (INDUSTRIAL,)) -> Draws:
        """Draws × pools: part of the tenants that chooses each pool, 0 where its class is none of ``classes``.

        Parameters
        ----------
        coefficients
            Draws × ``DRAWN_TO``, or some rows of them: each draw is worked out alone, so parts give the same digits.
        """
        may = np.array([land_class in classes for _, land_class in self.pools])
        utility = self.utility(coefficients)[:, may]
        odds = np.exp(utility - utility.max(axis=1, keepdims=True))
        made = np.zeros((len(coefficients), len(self.pools)))
        made[:, may] = odds / odds.sum(axis=1, keepdims=True)
        return made

    def utility(self, coefficients: Draws) -> Draws:
        """Draws × pools: known part of the attractiveness; only differences between pools mean something."""
        made = np.zeros((len(coefficients), len(self.pools)))
        for column in range(coefficients.shape[1]):  # no matrix product: its digits hang on the number of rows
            made += coefficients[:, column, None] * self.attributes[None, :, column]
        return made

    def share(self, uniforms: Uniforms, part: slice = slice(None)) -> Draws:
        """Draws × pools of a part of the draws, for sectors that use industrial land alone."""
        return self.shares(self.coefficients(uniforms)[part])

    def by_sector(self, coefficients: Draws, sectors: Sequence[str]) -> Draws:
        """Draws × sectors × pools; without copies where all sectors may use the same classes."""
        there = {land_class for _, land_class in self.pools}
        classes = [tuple(sorted(there.intersection(self.eligible.get(one, (INDUSTRIAL,))))) for one in sectors]
        made = {one: self.shares(coefficients, classes=one) for one in sorted(set(classes))}
        if len(made) == 1:
            (same,) = made.values()
            return np.broadcast_to(same[:, None, :], (len(same), len(sectors), len(self.pools)))
        return np.stack([made[one] for one in classes], axis=1)

    def table(self, uniforms: Uniforms) -> pd.DataFrame:
        """The table ``place_choice``: places with their facts and the share of industrial demand that chooses them.

        Empty where the record states no places. A place without a pool gets a share of 0: nobody can choose what is
        not there, nor be counted where the size is unknown (its capacity is then unknown too).
        """
        definition = tables()["place_choice"]
        if self.facts.empty:
            return pd.DataFrame({a.name: pd.Series([], dtype=dtype_of(a)) for a in definition})
        share = self.share(uniforms)
        middle = self.utility(np.array([[one.mid for one in self.elasticities]]))[0]
        rows: list[dict[str, Any]] = []
        for place in self.facts.to_dict("records"):
            mine = [at for at, (one, c) in enumerate(self.pools) if one == place["place_id"] and c == INDUSTRIAL]
            chosen = share[:, mine].sum(axis=1)
            p10, p50, p90 = np.quantile(chosen, [0.1, 0.5, 0.9])
            drawn_here = {"p10": p10, "p50": p50, "p90": p90, "expected_share": chosen.mean()}
            utility = middle[mine[0]] if mine else np.nan
            rows.append({**{str(name): value for name, value in place.items()}, "utility": utility, **drawn_here})
        frame = pd.DataFrame(rows)
        return pd.DataFrame({a.name: frame[a.name].astype(dtype_of(a)) for a in definition}, columns=definition.columns)


def where_model(
    places: pd.DataFrame,
    parks: pd.DataFrame,
    park_place: Mapping[str, str],
    parameters: Parameters,
    *,
    city: str,
    basis: Basis,
    eligible: Mapping[str, Sequence[str]] | None = None,
) -> Where:
    """The choice of place of a record.

    Parameters
    ----------
    places
        Table ``place``; empty where the city is one place.
    parks
        Table ``parks``.
    park_place
        Place of each park (see ``inventory.places.park_places``).
    parameters
        Those of ``WHERE_KEYS``.
    city
        Place of the study.
    basis
        Weakest basis of those parameters.
    eligible
        Classes of land that a sector may use, where these are others than ``industrial`` alone (see
        ``pools.eligible_classes``). Demand is measured on industrial land: other land has none unless it is said here.

    Raises
    ------
    Problems
        QD304 for each parameter that is not stated though places are; QD762 if no place has lettable land of a class
        that a sector must have; QD763, QD764 for what is wrong with the table.
    """
    if places.empty:
        one = np.zeros((1, 0))
        return Where(((city, INDUSTRIAL),), one, (), pd.DataFrame({"place_id": []}))
    _stated(parameters)
    raise_if(place_problems(places))
    eligible = eligible or {}
    classes = {INDUSTRIAL}.union(*eligible.values())
    land = counted(parks, classes)
    made = capacity(land, park_place)
    pools = tuple(made.hectares)
    _usable(pools, eligible)
    facts = place_facts(places, land, park_place, made, parameters.value("demand.labour_reach_km"), basis)
    at = facts.set_index("place_id")
    columns = {name: at.loc[[place for place, _ in pools], name].to_numpy(dtype=float) for name in _FACTS[1:]}
    columns = {"capacity_ha": np.array(list(made.hectares.values())), **columns}
    known = {name: Coverage(int(np.count_nonzero(~np.isnan(v))), len(v)) for name, v in columns.items()}
    return Where(
        pools=pools,
        attributes=np.column_stack([_centred(columns[name], plus_one=name in _PLUS_ONE) for name in _FACTS]),
        elasticities=tuple(parameters.range(key) for key in ELASTICITIES),
        facts=facts,
        eligible=eligible,
        coverage={**known, "capacity_ha": made.coverage},
        left_out=made.unknown,
    )


def _centred(values: Draws, *, plus_one: bool) -> Draws:
    """Logarithms less their mean; what is unknown stands at the mean."""
    logs = np.log1p(values) if plus_one else np.log(values)
    known = ~np.isnan(logs)
    if not known.any():
        return np.zeros(len(values))
    made: Draws = np.where(known, logs - logs[known].mean(), 0.0)
    return made


def _stated(parameters: Parameters) -> None:
    """QD304 for each parameter of the choice that the study does not state."""
    stated = set(parameters)
    labels = {key: settings()[f"parameters.{key}"] for key in WHERE_KEYS}
    raise_if(
        problem("QD304", key=f"parameters.{key}", label_vi=labels[key].label_vi, label_en=labels[key].label_en)
        for key in WHERE_KEYS
        if key not in stated
    )


def _usable(pools: Sequence[Pool], eligible: Mapping[str, Sequence[str]]) -> None:
    """QD762 for each set of classes of which no pool has land."""
    there = {land_class for _, land_class in pools}
    wanted = {"all": (INDUSTRIAL,), **eligible}
    raise_if(
        problem("QD762", sector=sector, classes=", ".join(sorted(classes)))
        for sector, classes in wanted.items()
        if not there.intersection(classes)
    )
