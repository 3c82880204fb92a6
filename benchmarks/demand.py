"""The whole model of demand and land account: 20 sectors, 24 places, 26 years, 100,000 draws."""

import hashlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.demand_twin import run_twin
from benchmarks.measure import Result
from quydat.balance.ensemble import PART, Outcome, run_ensemble
from quydat.balance.supply import Pool, SupplyModel
from quydat.balance.what_if import DRAWS, Change, FirstUniforms, WhatIf
from quydat.core.distribution import RELATIVE_ERROR
from quydat.core.draws import Draws, Range
from quydat.core.parallel import Threads
from quydat.core.uniforms import SeededUniforms, drawn
from quydat.demand.chunk import COMPONENTS, Wanted
from quydat.procedure.hand_over import HandOver

_GROWTH = "demand.growth_share"
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
        made.update(np.ascontiguousarray(array))
    if outcome.cells is not None:
        for array in (
            outcome.cells.land.counts,
            outcome.cells.by_sector.counts,
            outcome.cells.land_ha,
            outcome.cells.floor_m2,
        ):
            made.update(np.ascontiguousarray(array))
    return made.hexdigest()


def quick_builder(model: MadeUp, uniforms: FirstUniforms) -> Callable[[Mapping[str, Range]], MadeUp]:
    """Demand of the first draws, with the growth of all sectors from a range."""
    some = slice(0, uniforms.count)

    def build(parameters: Mapping[str, Range]) -> MadeUp:
        growth = drawn(uniforms, _GROWTH, parameters[_GROWTH])
        return replace(
            model,
            draws=uniforms.count,
            start_ha=model.start_ha[:, some],
            growth=model.growth[:, some] + growth[None, :],
            scale=model.scale[:, some],
            mobile=model.mobile[some],
            floor=model.floor[some],
        )

    return build


def what_if_ms() -> dict[str, float]:
    """Milliseconds of an answer, kernels warm, medians: one with other demand, one with other supply."""
    demand, supply = made_up(DRAWS)
    uniforms = SeededUniforms(count=DRAWS, seed=1)
    plain = Range(0.0, 0.0, 0.0)
    asked = WhatIf(
        quick_builder(demand, FirstUniforms(uniforms)), supply, parameters={_GROWTH: plain}, uniforms=uniforms
    )
    changes = {
        "another growth": [Change({_GROWTH: Range(0.001 * n, 0.002 * n, 0.003 * n)}) for n in range(11)],
        "all parks later": [Change(delayed_years=n) for n in range(1, 12)],
    }
    made = {}
    for what, each in changes.items():
        times = []
        for change in each:
            begun = time.perf_counter()
            asked.ask(change)
            times.append(1000.0 * (time.perf_counter() - begun))
        made[f"what if: {what}, ms"] = median(times)
    return made


def whole() -> dict[str, float]:
    """The ensemble of 100,000 draws with all its cells: seconds, and peak memory of the process."""
    begun = time.perf_counter()
    demand, supply = made_up(PART)
    run_ensemble(demand, supply, runner=Threads(1), cells=True)
    made = {"first part, kernels compiled or read from their cache, s": time.perf_counter() - begun}
    demand, supply = made_up(_DRAWS)
    prints = set()
    for threads in (1, 2):
        begun = time.perf_counter()
        outcome = run_ensemble(demand, supply, runner=Threads(threads), cells=True)
        made[f"100,000 draws, {threads} thread{'s' * (threads > 1)}, s"] = time.perf_counter() - begun
        prints.add(digest(outcome))
        del outcome
    assert len(prints) == 1, "the number of threads changed the result"
    made["peak memory, GiB"] = peak_gib()
    return made | what_if_ms()


def peak_gib() -> float:
    """Peak memory of this process; ``ru_maxrss`` also holds that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        kib = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(kib) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def whole_seconds() -> dict[str, float]:
    """``whole`` in a process of its own, whose memory is its alone."""
    code = "import json; from benchmarks.demand import whole; print(json.dumps(whole()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {str(part): float(value) for part, value in json.loads(done.stdout).items()}


def measured() -> Iterator[Result]:
    """The whole against the same model in NumPy: the peer runs once, ours before and after it."""
    demand, supply = made_up(_DRAWS)
    run_ensemble(demand, supply, runner=Threads(), cells=True)
    times = []

    def ours() -> Outcome:
        begun = time.perf_counter()
        outcome = run_ensemble(demand, supply, runner=Threads(), cells=True)
        times.append(time.perf_counter() - begun)
        return outcome

    ours()
    begun = time.perf_counter()
    twin = run_twin(demand, supply)
    theirs = time.perf_counter() - begun
    outcome = ours()
    np.testing.assert_allclose(outcome.city["closing_ha"], twin.city["closing_ha"], rtol=0, atol=1e-6)
    assert outcome.cells is not None
    found = outcome.cells.land.quantiles((0.1, 0.5, 0.9)).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(found, twin.cells, rtol=RELATIVE_ERROR, atol=0)
    yield Result(
        "demand and land account, 100,000 draws × 26 years × 20 sectors × 24 places",
        "the same in plain NumPy over draws",
        median(times),
        theirs,
    )


if __name__ == "__main__":
    for one in measured():
        print(f"{one.what:52} {one.peer:52} {one.ours_s:6.2f} s {one.peer_s:6.2f} s {one.ratio:8.2g}", flush=True)
    for part, value in whole_seconds().items():
        print(f"{part:60} {value:8.2f}")
