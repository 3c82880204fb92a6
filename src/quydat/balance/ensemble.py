"""The land account in every draw: demand spread over the pools, land let where it is wanted, the rest moved.

In each draw and year, for each pool: demand is Σ over the sectors of land × share; available = opening + delivered +
freed − released; what is wanted is let as long as there is land. Of what is left without land in all pools, the mobile
share goes to the pools that have land left, in proportion to it, and leaves the pools that have none in proportion to
what is missing there. What then finds no land is the gap of the year, and is not carried over. Land to be released that
was let before its time stays let.
"""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quydat.balance.supply import Pool, SupplyModel
from quydat.core.distribution import Distribution, Gathered
from quydat.core.draws import LEVELS, Draws
from quydat.core.parallel import Runner
from quydat.demand.chunk import DemandModel

PART = 5_000
"""Draws of a part. It must not depend on the machine: parts are added up one after the other."""
RESIDUAL_HA = 1e-6


@dataclass(frozen=True)
class Cells:
    """Land wanted by sector and pool.

    Attributes
    ----------
    land
        Distribution over sectors × pools × years.
    by_sector
        Distribution over sectors × years: all pools together.
    land_ha, floor_m2
        Means, years × pools × sectors, of land and of the floor on it.
    """

    land: Distribution
    by_sector: Distribution
    land_ha: Draws
    floor_m2: Draws


@dataclass(frozen=True)
class Outcome:
    """What the account comes to in all draws.

    Attributes
    ----------
    years, sectors, pools, methods
        What the axes are.
    places
        Places of the pools, each once, in order.
    city
        Quantity of ``kernels.QUANTITIES`` → draws × years: the whole city, exact.
    by_method, components
        Draws × years × methods, and × ``chunk.COMPONENTS``: as demand gives them.
    means
        Quantity, and ``moved_ha`` → years × pools: means over the draws.
    closing, gap, demand
        Distributions over pools × years.
    short_share
        Years × pools: share of the draws in which more is wanted in a pool than can be let there.
    first_gap
        Draws: first year in which some demand finds no land and no pool has any left; the year after the last where
        that never happens.
    first_short
        Places × (years + never): number of draws in which this is the first year in which a pool of the place is short.
    cells
        Land by sector and pool, if it was asked for.
    worst_residual_ha
        Largest error of the identities in any draw.
    """

    years: tuple[int, ...]
    sectors: tuple[str, ...]
    pools: tuple[Pool, ...]
    methods: tuple[str, ...]
    places: tuple[str, ...]
    city: Mapping[str, Draws]
    by_method: Draws
    components: Draws
    means: Mapping[str, Draws]
    closing: Distribution
    gap: Distribution
    demand: Distribution
    short_share: Draws
    first_gap: NDArray[np.int64]
    first_short: NDArray[np.int64]
    cells: Cells | None
    worst_residual_ha: float

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.first_gap)


@dataclass(frozen=True)
class CityOutcome:
    """What the account of the whole city comes to in all draws: see ``Outcome``."""

    years: tuple[int, ...]
    city: Mapping[str, Draws]
    first_gap: NDArray[np.int64]


@dataclass(frozen=True)
class _Part:
    """What one part hands back."""

    begin: int
    city: Draws
    by_method: Draws
    components: Draws
    sums: Draws
    short: NDArray[np.int64]
    first: NDArray[np.int64]
    firsts: NDArray[np.int64]
    counted: Mapping[str, Distribution]
    products: Mapping[str, Draws]
    worst: float


def run_ensemble(demand: DemandModel, supply: SupplyModel, *, runner: Runner, cells: bool) -> Outcome:
    """Run the account over all draws, part by part.

    Parameters
    ----------
    cells
        Whether land by sector and pool is kept too.

    Raises
    ------
    ValueError
        If demand and supply differ in their years, pools or draws.
    AssertionError
        If an identity of the account fails by more than 10⁻⁶ ha.
    """
    return _joined(demand, runner.map(partial(account_part, demand, supply, cells), _parts(demand, supply)))


def run_city(demand: DemandModel, supply: SupplyModel, *, runner: Runner) -> CityOutcome:
    """As ``run_ensemble``, of the whole city alone: for scenarios and analyses that ask many times.

    Raises
    ------
    ValueError, AssertionError
        As ``run_ensemble``.
    """
    from quydat.balance.kernels import QUANTITIES

    parts = _parts(demand, supply)
    city = {name: np.empty((demand.draws, len(demand.years))) for name in QUANTITIES}
    first_gap = np.empty(demand.draws, np.int64)
    worst = 0.0
    for part, (made, first, residual) in zip(parts, runner.map(partial(city_part, demand, supply), parts), strict=True):
        for name, values in zip(QUANTITIES, made, strict=True):
            city[name][part] = values.T
        first_gap[part] = demand.years[0] + first
        worst = max(worst, residual)
    _check_residual(worst)
    return CityOutcome(demand.years, city, first_gap)


def city_part(demand: DemandModel, supply: SupplyModel, part: slice) -> tuple[Draws, NDArray[np.int64], float]:
    """Quantities × years × draws of the city, index of the first year short of land, and the largest residual."""
    from quydat.core.counting import sum_products

    wanted = demand.wanted(part)
    land = ROOM.filled("land", wanted.land_ha.transpose(2, 1, 0))
    share = ROOM.filled("share", wanted.share.transpose(1, 2, 0))
    by_pool = ROOM.of("by_pool", (len(supply.pools), *land.shape[1:]))
    sum_products(land, share, by_pool)
    _, _, city, _, _, first, _, worst = settled(by_pool, supply, np.array(wanted.mobile_share), part)
    return city, first, worst


def _parts(demand: DemandModel, supply: SupplyModel) -> list[slice]:
    """Parts of the draws; refused if demand and supply are not of one account."""
    for name in ("years", "pools", "draws"):
        if getattr(demand, name) != getattr(supply, name):
            raise ValueError(f"{name} of demand and supply differ: {getattr(demand, name)}, {getattr(supply, name)}")
    return [slice(begin, min(begin + PART, demand.draws)) for begin in range(0, demand.draws, PART)]


def _check_residual(worst: float) -> None:
    if not worst < RESIDUAL_HA:
        raise AssertionError(f"the land account does not close: {worst} ha are lost or made in a draw")


def run_out_quantiles(years: Draws | NDArray[np.int64], *, last: int) -> tuple[int | None, int | None, int | None]:
    """P10, P50 and P90 of the first year short of land: years that were drawn, none between two; None after the last.

    >>> run_out_quantiles(np.array([2030.0, 2031.0, 2031.0, 2033.0, 2046.0]), last=2045)
    (2030, 2031, None)
    """
    found = np.quantile(years, LEVELS, method="inverted_cdf")
    p10, p50, p90 = (None if year > last else int(year) for year in found)
    return p10, p50, p90


def places_of(pools: tuple[Pool, ...]) -> tuple[str, ...]:
    """Places of the pools, each once, in order of the pools."""
    return tuple(dict.fromkeys(place for place, _ in pools))


class Room(threading.local):
    """Arrays that a thread uses again for each part: fresh memory would cost more than what is worked out in it."""

    def __init__(self) -> None:
        self._arrays: dict[str, Any] = {}

    def of(self, name: str, shape: tuple[int, ...]) -> Draws:
        """An array with whatever was left in it."""
        if name not in self._arrays or self._arrays[name].shape != shape:
            self._arrays[name] = np.empty(shape)
        made: Draws = self._arrays[name]
        return made

    def filled(self, name: str, values: Draws) -> Draws:
        """A copy in one piece."""
        made = self.of(name, values.shape)
        made[...] = values
        return made

    def counts(self, wider: NDArray[np.uint32] | None = None) -> NDArray[np.uint32]:
        """Room for counts; a wider one is kept if it is given."""
        if wider is not None:
            self._arrays["counts"] = wider
        if "counts" not in self._arrays:
            self._arrays["counts"] = np.empty(1, np.uint32)
        made: NDArray[np.uint32] = self._arrays["counts"]
        return made


ROOM = Room()


def settled(demand: Draws, supply: SupplyModel, mobile: Draws, part: slice) -> tuple[Any, ...]:
    """The account of some draws from demand by pools × years × draws: closing, gap, and what ``settle`` hands back."""
    from quydat.balance.kernels import settle

    places = places_of(supply.pools)
    place = np.array([places.index(one) for one, _ in supply.pools], np.int64)
    closing, gap = ROOM.of("closing", demand.shape), ROOM.of("gap", demand.shape)
    delivered = supply.delivered_by_pool(part, ROOM.of("delivered", demand.shape))
    made = settle(
        np.array(supply.opening_ha), delivered, np.array(supply.freed_ha), np.array(supply.released_ha),
        demand, mobile, place, len(places), closing, gap,
    )  # fmt: skip
    return closing, gap, *made


def account_part(demand: DemandModel, supply: SupplyModel, cells: bool, part: slice) -> _Part:
    """All of the account in some draws."""
    from quydat.core.counting import count_products, sum_products

    wanted = demand.wanted(part)
    land = ROOM.filled("land", wanted.land_ha.transpose(2, 1, 0))
    share = ROOM.filled("share", wanted.share.transpose(1, 2, 0))
    sectors, years, count = land.shape
    pools = len(supply.pools)
    by_pool = ROOM.of("by_pool", (pools, years, count))
    counted, products = {}, {}
    if cells:
        floor = np.array(wanted.floor_per_ha)
        plain, floors, windows, room = count_products(land, share, floor, by_pool, ROOM.counts())
        ROOM.counts(room)
        counted["land"] = Distribution.counted((sectors, pools, years), count, windows)
        counted["by_sector"] = Distribution.of(land)
        products = {"land_ha": plain, "floor_m2": floors}
    else:
        sum_products(land, share, by_pool)
    closing, gap, city, sums, short, first, firsts, worst = settled(
        by_pool, supply, np.array(wanted.mobile_share), part
    )
    for name, values in (("closing", closing), ("gap", gap), ("demand", by_pool)):
        counted[name] = Distribution.of(values)
    return _Part(
        part.start, city, wanted.by_method, wanted.components, sums, short, first, firsts, counted, products, worst
    )


def _joined(demand: DemandModel, parts: Iterator[_Part]) -> Outcome:
    """Parts put together, one after the other."""
    from quydat.balance.kernels import QUANTITIES

    draws, years = demand.draws, len(demand.years)
    city = {name: np.empty((draws, years)) for name in QUANTITIES}
    by_method = np.empty((draws, years, len(demand.methods)))
    components: Draws | None = None
    first_gap = np.empty(draws, np.int64)
    added: dict[str, Any] = {}
    gathered: dict[str, Gathered] = {}
    worst = 0.0
    for part in parts:
        rows = slice(part.begin, part.begin + len(part.first))
        for name, values in zip(QUANTITIES, part.city, strict=True):
            city[name][rows] = values.T
        by_method[rows] = part.by_method
        if components is None:
            components = np.empty((draws, *part.components.shape[1:]))
        components[rows] = part.components
        first_gap[rows] = demand.years[0] + part.first
        for name, sums in {"sums": part.sums, "short": part.short, "firsts": part.firsts, **part.products}.items():
            added[name] = added[name] + sums if name in added else sums
        for name, one in part.counted.items():
            gathered.setdefault(name, Gathered()).add(one)
        worst = max(worst, part.worst)
    _check_residual(worst)
    assert components is not None, "there are no draws"
    counted = {name: one.distribution() for name, one in gathered.items()}
    cells = None
    if "land" in counted:
        means = {name: added[name].transpose(2, 1, 0) / draws for name in ("land_ha", "floor_m2")}
        cells = Cells(counted["land"], counted["by_sector"], **means)
    return Outcome(
        years=demand.years,
        sectors=demand.sectors,
        pools=demand.pools,
        methods=demand.methods,
        places=places_of(demand.pools),
        city=city,
        by_method=by_method,
        components=components,
        means=dict(zip((*QUANTITIES, "moved_ha"), added["sums"] / draws, strict=True)),
        closing=counted["closing"],
        gap=counted["gap"],
        demand=counted["demand"],
        short_share=added["short"] / draws,
        first_gap=first_gap,
        first_short=added["firsts"],
        cells=cells,
        worst_residual_ha=worst,
    )
