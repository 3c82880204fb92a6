"""The demand model: from ranges and streams to land wanted, for any part of the draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from quydat.core.draws import Draws, normal_score
from quydat.core.problem import problem, raise_if
from quydat.core.uniforms import Uniforms, drawn
from quydat.demand.chunk import COMPONENTS, Wanted
from quydat.demand.growth import check_growth, mid_growth
from quydat.demand.known import Needs, Today, growth_key
from quydat.demand.labour import M2_PER_HA
from quydat.demand.take_up import take_up_range
from quydat.demand.where import Where
from quydat.dictionary.schema import choices
from quydat.inventory.evidence import Parameters

METHODS = ("take_up", "labour", "output", "stated")
METHOD_STREAM = "demand.method"
CYCLE_STREAM = "demand.cycle."
SERIES_STREAM = "demand.series."
DENSITY_STREAM = "demand.density."


@dataclass(frozen=True)
class Model:
    """A demand model with its draws made: see ``chunk.DemandModel``."""

    draws: int
    years: tuple[int, ...]
    sectors: tuple[str, ...]
    methods: tuple[str, ...]
    stated: frozenset[str]
    weights: Mapping[str, float]
    mid_growth: Mapping[str, Mapping[str, float]]
    from_series: frozenset[str]
    where: Where
    _arrays: Mapping[str, Any]

    @property
    def pools(self) -> tuple[tuple[str, str], ...]:
        """Place and class of land of each pool."""
        return self.where.pools

    def growth(self, indicator: str, sector: str) -> Draws:
        """Draws × years: yearly growth of ``output``, ``productivity`` or ``jobs`` of a sector, or of all as one."""
        out, prod = self._arrays["out"], self._arrays["prod"]
        if sector in self.sectors and len(self.sectors) > 1:
            place = self.sectors.index(sector)
            out = out + self._arrays["sector_out"][:, place, None]
            prod = prod + self._arrays["sector_prod"][:, place, None]
        made: Draws = {"output": out, "productivity": prod}.get(indicator, (1.0 + out) / (1.0 + prod) - 1.0)
        return made

    def wanted(self, part: slice) -> Wanted:
        """Land wanted in the draws of a part; the same whatever the parts."""
        from quydat.demand.kernel import wanted

        arrays = {
            name: value if name in _WHOLE else value[part]
            for name, value in self._arrays.items()
            if name not in ("mobile", "where")
        }
        count = len(arrays["method"])
        land = np.zeros((count, len(self.years), len(self.sectors)))
        by_method = np.empty((count, len(self.years), len(METHODS)))
        components = np.empty((count, len(self.years), len(COMPONENTS)))
        wanted(**arrays, land=land, by_method=by_method, components=components)
        at_hand = [place for place, name in enumerate(METHODS) if name in self.methods]
        return Wanted(
            land,
            arrays["plot_ratio"] * M2_PER_HA,
            self.where.by_sector(self._arrays["where"][part], self.sectors),
            self._arrays["mobile"][part],
            np.ascontiguousarray(by_method[:, :, at_hand]),
            components,
        )


_WHOLE = frozenset({"at_hand", "ahead", "part", "jobs", "land_let", "land_share", "stated_share"})
"""What is the same in every draw."""

STATED_BY: Mapping[str, tuple[str, ...]] = {
    "net_growth": (),
    "densification": ("demand.densification_share",),
    "neighbours": ("demand.neighbour_rent_gap_growth_share", "demand.neighbour_rent_elasticity"),
    "churn": ("demand.churn_share", "demand.void_years"),
    "vacancy": ("demand.vacancy_share",),
    "replacement": ("demand.replacement_share",),
    "movers": ("demand.movers_count", "demand.movers_share", "demand.movers_land_m2"),
    "total": (),
}
"""Parameters without which a component is not counted."""


def build_model(today: Today, parameters: Parameters, uniforms: Uniforms) -> Model:
    """The model of one scenario over one set of streams.

    Parameters
    ----------
    today
        What is known of today.
    parameters
        Ranges of the scenario; what it does not state is not counted (see ``STATED_BY``).
    uniforms
        Streams by name.

    Raises
    ------
    Problems
        QD746 if no method has a weight; QD747 if growth explodes.
    """
    years = tuple(today.shares)
    part = np.array(list(today.shares.values()))
    count = uniforms.count

    def one(key: str, default: float) -> Draws:
        if key not in parameters:
            return np.full(count, default)
        return drawn(uniforms, key, parameters.range(key))

    needs = today.needs(parameters)
    methods = _methods(needs, parameters)
    weights = _weights(methods, parameters)
    check_growth(today, parameters)
    sectors, where = today.sectors, today.where(parameters)

    paths = today.paths_under(parameters)

    def growth(driver: str) -> Draws:
        if driver in paths:
            return paths[driver].simulate(years=years, uniforms=uniforms, name=f"{SERIES_STREAM}{driver}")
        return np.repeat(one(growth_key(driver), 0.0)[:, None], len(years), axis=1)

    out = growth("output")
    if "output" not in paths:
        out = out + _cycle(one("demand.cycle_sd_share", 0.0), uniforms, years)
    stated = np.zeros((count, len(years))) if needs is None else needs.land(years, uniforms) * part
    arrays = {
        "at_hand": np.array([name in methods for name in METHODS]),
        "method": _speaks(weights, uniforms),
        "ahead": float(today.ahead),
        "part": part,
        "out": out,
        "prod": growth("productivity"),
        "land_prod": growth("land_productivity"),
        "sector_out": _centred(sectors.drawn("output", uniforms), sectors.jobs_share),
        "sector_prod": _centred(sectors.drawn("productivity", uniforms), sectors.jobs_share),
        "jobs": parameters.value("demand.jobs") * sectors.jobs_share,
        "land_let": today.let_ha * sectors.land_share,
        "per_job": _per_job(today, parameters, uniforms),
        "plot_ratio": one("demand.plot_ratio_new", 1.0),
        "take_up": drawn(uniforms, "demand.take_up", take_up_range(parameters, today.let_ha, today.letting_years)),
        "take_up_growth": one("demand.take_up_growth_share", 0.0),
        "land_share": sectors.land_share,
        "stated": stated,
        "stated_share": _split(needs, today),
        "reuse": one("demand.reuse_share", 0.0),
        "densified": one("demand.densification_share", 0.0),
        "pull": _pull(one),
        "churn": one("demand.churn_share", 0.0) * one("demand.void_years", 0.0),
        "vacancy": one("demand.vacancy_share", 0.0),
        "replacement": np.outer(one("demand.replacement_share", 0.0) * today.let_ha, part),
        "movers": np.outer(_movers(parameters, one) / part.sum(), part),
        "mobile": one("balance.mobile_share", 1.0),
        "where": where.coefficients(uniforms),
    }
    told = frozenset(name for name, keys in STATED_BY.items() if all(key in parameters for key in keys))
    return Model(
        count,
        years,
        sectors.ids,
        methods,
        told,
        weights,
        mid_growth(today, parameters),
        frozenset(paths),
        where,
        arrays,
    )


def _methods(needs: Needs | None, parameters: Parameters) -> tuple[str, ...]:
    """Methods that can be worked out: take-up and labour always, output and stated where they have their inputs."""
    at_hand = {
        "take_up": True,
        "labour": True,
        "output": "demand.land_productivity_growth_share" in parameters,
        "stated": needs is not None,
    }
    return tuple(name for name in choices("demand_method") if at_hand.get(name, False))


def _weights(methods: tuple[str, ...], parameters: Parameters) -> dict[str, float]:
    stated = {
        name: parameters.value(key) if (key := f"demand.weight_{name}") in parameters else 1.0 for name in methods
    }
    total = sum(stated.values())
    if total <= 0.0:
        raise_if([problem("QD746", methods=", ".join(methods))])
    return {name: weight / total for name, weight in stated.items()}


def _speaks(weights: Mapping[str, float], uniforms: Uniforms) -> Any:
    """Method that speaks in each draw: the linear pool of the methods' distributions, by weight (Stone 1961)."""
    bounds = np.cumsum([weights.get(name, 0.0) for name in METHODS])
    return np.searchsorted(bounds[:-1], uniforms.of(METHOD_STREAM), side="right").astype(np.int64)


def _split(needs: Needs | None, today: Today) -> Draws:
    """Parts of the sectors in stated needs, over all years that somebody named."""
    if needs is None:
        return today.sectors.land_share
    said = dict(zip(needs.sectors, needs.yearly(list(today.shares)).sum(axis=0).tolist(), strict=True))
    made = np.array([said.get(one, 0.0) for one in today.sectors.ids])
    return made / made.sum() if made.sum() > 0 else today.sectors.land_share


def _cycle(sd: Draws, uniforms: Uniforms, years: tuple[int, ...]) -> Draws:
    """Growth of single years about the trend: normal, each year on its own."""
    if not sd.any():
        return np.zeros((len(sd), len(years)))
    made = [normal_score(uniforms.of(f"{CYCLE_STREAM}{year}")) for year in years]
    return np.column_stack(made) * sd[:, None]


def _centred(drawn_: Draws, weight: Draws) -> Draws:
    """Differences between sectors, their weighted mean taken out: they must not move the whole."""
    centred: Draws = drawn_ - (drawn_ @ weight)[:, None]
    return centred


def _per_job(today: Today, parameters: Parameters, uniforms: Uniforms) -> Draws:
    """Floor for a job, draws × sectors: of the inventory where it may be used, else the mean of today × the ratio."""
    mean = today.let_ha * M2_PER_HA * parameters.value("demand.plot_ratio") / parameters.value("demand.jobs")
    ratio = today.sectors.drawn("floor", uniforms)
    made: Draws = mean * ratio / (ratio @ today.sectors.jobs_share)[:, None]
    for column, sector in enumerate(today.sectors.ids):
        known = None if today.floor is None else today.floor.floor_per_job(sector)
        if known is not None and today.floor is not None:
            made[:, column] = known.of(_density_stream(sector, today.floor.common_share, uniforms))
    return made


def density_streams(sectors: Sequence[str]) -> tuple[str, ...]:
    """Streams of the floor for a job where the inventory tells it: what the sectors share, then each on its own."""
    return (f"{DENSITY_STREAM}common", *(f"{DENSITY_STREAM}{one}" for one in sectors))


def _density_stream(sector: str, common: float, uniforms: Uniforms) -> Draws:
    """Stream of a sector that shares a part of its variance with all others."""
    from scipy.special import ndtr

    def score(name: str) -> Draws:
        return normal_score(uniforms.of(f"{DENSITY_STREAM}{name}"))

    mixed: Draws = ndtr(np.sqrt(common) * score("common") + np.sqrt(1.0 - common) * score(sector))
    return mixed


def _pull(one: Any) -> Draws:
    """Yearly factor of demand that stays in the city, as rents and ready land change against the neighbours'."""
    rent, supply = (
        one("demand.neighbour_rent_gap_growth_share", 0.0),
        one("demand.neighbour_supply_growth_share", 0.0),
    )
    by_rent: Draws = (1.0 + rent) ** -one("demand.neighbour_rent_elasticity", 0.0)
    by_supply: Draws = (1.0 + supply) ** -one("demand.neighbour_supply_elasticity", 0.0)
    return by_rent * by_supply


def _movers(parameters: Parameters, one: Any) -> Draws:
    """Hectares of all establishments that move into parks by the end of the plan."""
    if not all(key in parameters for key in STATED_BY["movers"]):
        none: Draws = one("", 0.0)
        return none
    count = parameters.value("demand.movers_count")
    made: Draws = count * one("demand.movers_share", 0.0) * one("demand.movers_land_m2", 0.0) / M2_PER_HA
    return made
