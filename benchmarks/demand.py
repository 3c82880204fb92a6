"""The whole model of demand and land account: 20 sectors, 24 places, 26 years, 100,000 draws."""

import hashlib
import resource
import time
from dataclasses import dataclass

import numpy as np

from quydat.balance.ensemble import Outcome, run_ensemble
from quydat.balance.supply import Pool, SupplyModel
from quydat.core.draws import Draws
from quydat.core.parallel import Threads
from quydat.demand.chunk import COMPONENTS, Wanted
from quydat.procedure.hand_over import HandOver

_YEARS = tuple(range(2025, 2051))
_SECTORS = tuple(f"s{number:02}" for number in range(20))
_POOLS: tuple[Pool, ...] = tuple((f"p{number:02}", "industrial") for number in range(24))
_DRAWS = 100_000


@dataclass(frozen=True)
class MadeUp:
    """A model of demand that is quick to ask, so that the rest is measured: land that grows, shares that vary."""

    start_ha: Draws
    growth: Draws
    pull: Draws
    scale: Draws
    mobile: Draws
    floor: Draws
    draws: int
    years: tuple[int, ...] = _YEARS
    sectors: tuple[str, ...] = _SECTORS
    pools: tuple[Pool, ...] = _POOLS
    methods: tuple[str, ...] = ("labour", "output", "take_up", "stated")

    def wanted(self, part: slice) -> Wanted:
        """See ``quydat.demand.chunk.DemandModel``."""
        ahead = np.arange(len(self.years), dtype=float)
        land = self.start_ha[:, None, part] * np.exp(self.growth[:, None, part] * ahead[None, :, None])
        odds = np.exp(self.pull[:, :, None] * self.scale[:, None, part])
        share = odds / odds.sum(axis=1, keepdims=True)
        total = land.sum(axis=0).T
        parts = np.zeros((*total.shape, len(COMPONENTS)))
        parts[:, :, 0], parts[:, :, -1] = total, total
        return Wanted(
            land_ha=land.transpose(2, 1, 0),
            floor_per_ha=self.floor[part],
            share=share.transpose(2, 0, 1),
            mobile_share=self.mobile[part],
            by_method=np.repeat(total[:, :, None], len(self.methods), axis=2),
            components=parts,
        )


def made_up(draws: int) -> tuple[MadeUp, SupplyModel]:
    """Demand and supply of a made-up city."""
    rng = np.random.default_rng(1)
    sectors, pools = len(_SECTORS), len(_POOLS)
    demand = MadeUp(
        start_ha=rng.lognormal(np.log(6.0), 0.4, (sectors, draws)),
        growth=rng.normal(0.02, 0.03, (sectors, draws)),
        pull=rng.normal(0.0, 0.5, (sectors, pools)),
        scale=rng.triangular(0.5, 1.0, 1.5, (sectors, draws)),
        mobile=rng.uniform(0.3, 1.0, draws),
        floor=rng.triangular(6000.0, 8000.0, 12000.0, draws),
        draws=draws,
    )
    parks = 40
    supply = SupplyModel(
        years=_YEARS,
        shares=(0.5, *(1.0 for _ in _YEARS[1:])),
        pools=_POOLS,
        opening_ha=rng.uniform(0.0, 60.0, pools),
        blocked_ha=rng.uniform(0.0, 40.0, pools),
        blocked_share=rng.triangular(0.01, 0.02, 0.05, draws),
        sources=tuple(f"k{number:02}" for number in range(parks)),
        source_pool=rng.integers(0, pools, parks),
        source_ha=rng.uniform(30.0, 300.0, parks),
        first_year=rng.integers(2026, 2060, (parks, draws)).astype(np.int16),
        hand_over=HandOver(over=3.0, tail=0.05, tail_over=5.0),
        freed_ha=np.zeros((pools, len(_YEARS))),
        released_ha=np.zeros((pools, len(_YEARS))),
    )
    return demand, supply


def digest(outcome: Outcome) -> str:
    """Fingerprint of all that came out."""
    made = hashlib.sha256()
    for array in (
        *outcome.city.values(), *outcome.means.values(), outcome.by_method, outcome.components,
        outcome.closing.counts, outcome.gap.counts, outcome.demand.counts, outcome.short_share, outcome.first_gap,
        outcome.first_short,
    ):  # fmt: skip
        made.update(np.ascontiguousarray(array).tobytes())
    if outcome.cells is not None:
        for array in (
            outcome.cells.land.counts,
            outcome.cells.by_sector.counts,
            outcome.cells.land_ha,
            outcome.cells.floor_m2,
        ):
            made.update(np.ascontiguousarray(array).tobytes())
    return made.hexdigest()


if __name__ == "__main__":
    for draws in (2500, _DRAWS):
        demand, supply = made_up(draws)
        for threads in (2, 1):
            begun = time.perf_counter()
            outcome = run_ensemble(demand, supply, runner=Threads(threads), cells=True)
            print(
                draws,
                threads,
                time.perf_counter() - begun,
                digest(outcome)[:12],
                outcome.worst_residual_ha,
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
            )
