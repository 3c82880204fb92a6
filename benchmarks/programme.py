"""A programme of 40 projects over 25 years in 100,000 draws, against a plain compiled loop and NumPy over draws."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

import numpy as np

from benchmarks.measure import Result
from benchmarks.programme_twin import laid_out, loop, over_draws
from quydat.procedure.hand_over import HandOver
from quydat.programme.simulate.programme import SimDelivery, SimFunding, SimProgramme, SimProject, SimSource, SimSpread
from quydat.programme.simulate.simulate import prepare

_DRAWS = 100_000
_YEARS = tuple(range(2026, 2051))
_PROJECTS = 40
_ROUNDS = 5


def made_up() -> SimProgramme:
    """A made-up city's programme: a third of its projects is cleared and built by the city, a third cleared."""
    rng = np.random.default_rng(1)
    deliveries = {
        "city_builds": SimDelivery(1.0, 1.0, 1.0, 0.3, 0.4, 0.5, (0.2, 0.3, 0.3, 0.2)),
        "city_clears": SimDelivery(1.0, 0.0, 0.5, 0.3, 0.4, 0.5, (0.5, 0.5)),
        "developer": SimDelivery(0.0, 0.0, 0.1, 1.0, 0.5, 0.5, (0.1,) * 10),
    }
    projects = tuple(
        SimProject(
            project_id=f"k{k:02}",
            delivery=list(deliveries)[k % 3],
            start_quarter=int(rng.integers(0, 60)),
            priority=k,
            procedure_days=SimSpread(200, 400, 900, clearance_loading=0.2),
            clearance_days=SimSpread(300 + k, 700 + 2 * k, 3000 + k, clearance_loading=0.6),
            works_days=SimSpread(360, 540 + k, 900, clearance_loading=0.1, cost_loading=0.2),
            cost_ratio=SimSpread(0.8, 1.0, 1.9 + k / 100, clearance_loading=0.2, cost_loading=0.6),
            clearance_bn_vnd=float(rng.uniform(1000, 6000)),
            works_bn_vnd=float(rng.uniform(500, 3000)),
            price_year=2024,
            lettable_ha=float(rng.uniform(50, 400)),
            rent_bn_vnd_per_ha=12.0,
        )
        for k in range(_PROJECTS)
    )
    funding = SimFunding(
        sources={
            "city": SimSource(dict.fromkeys(_YEARS, 12_000.0)),
            "state": SimSource(dict.fromkeys(_YEARS, 1000.0), carries_over=False),
        },
        opening_bn_vnd=2000.0,
        loan_ceiling_bn_vnd=5000.0,
        interest_share=0.08,
        revolving_share=0.5,
        clearance_escalation_share=0.06,
        works_escalation_share=0.04,
        rent_escalation_share=0.03,
    )
    level, growth = rng.triangular(150, 250, 400, (4096, 1)), rng.uniform(-0.01, 0.03, (4096, 1))
    demand = level * (1.0 + growth) ** np.arange(len(_YEARS))
    return SimProgramme(_YEARS, projects, deliveries, funding, HandOver(3.0, 0.05, 5.0), 900.0, demand)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the clock and of the processor."""
    wall, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - busy


def _agree(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Same means by quantity and year: within five standard errors, and 0.1 % of the largest."""
    a, b = ours.mean(axis=2, dtype=float), theirs.mean(axis=2, dtype=float)
    error = theirs.std(axis=2, dtype=float) * np.sqrt(2.0 / _DRAWS)
    allowed = 5.0 * error + 1e-3 * b.max(axis=1, keepdims=True)
    assert (np.abs(a - b) <= allowed).all(), (np.abs(a - b) / allowed).max(axis=1)


def measured() -> Iterator[Result]:
    """Ours in turns with the compiled loop, and with NumPy, by time of the processor, so that others do no harm."""
    programme = made_up()
    prepared, laid = prepare(programme), laid_out(programme)
    prepared.run(5_000)
    loop(10, 1, *laid)
    peers: dict[str, Callable[[], object]] = {
        "a plain compiled loop (numba), inverse normal for each duration": lambda: loop(_DRAWS, 1, *laid),
        "NumPy over all draws": lambda: over_draws(_DRAWS, 1, *laid),
    }
    prints = {prepared.run(_DRAWS, threads=n, part=p).yearly.tobytes() for n, p in ((1, 100_000), (2, 4096), (3, 999))}
    assert len(prints) == 1, "threads or parts changed the result"
    made = prepared.run(_DRAWS).yearly
    for one in (loop(_DRAWS, 1, *laid), over_draws(_DRAWS, 1, *laid)):
        _agree(made, one[0])
    for peer, theirs in peers.items():
        times: tuple[list[float], list[float]] = ([], [])
        for _ in range(_ROUNDS):
            times[0].append(timed(lambda: prepared.run(_DRAWS, threads=1))[1])
            times[1].append(timed(theirs)[1])
        yield Result("a programme of 40 projects × 25 years × 100,000 draws", peer, median(times[0]), median(times[1]))


def tied(programme: SimProgramme) -> SimProgramme:
    """The same where every second project waits for another, and a tenth of the money is kept for every third."""
    projects = programme.projects
    waiting = tuple(
        replace(one, after=(projects[k - 1].project_id,)) if k % 2 else one for k, one in enumerate(projects)
    )
    kept = SimSource(dict.fromkeys(programme.years, 1200.0), for_projects=tuple(p.project_id for p in projects[::3]))
    funding = replace(programme.funding, sources={**programme.funding.sources, "kept": kept})
    return replace(programme, projects=waiting, funding=funding)


def seconds() -> dict[str, float]:
    """Ours alone, for one and two threads: least and median milliseconds of the clock and of the processor."""
    prepared, other = prepare(made_up()), prepare(tied(made_up()))
    prepared.run(5_000)
    prepared.run_days(5_000)
    made = {"load average": os.getloadavg()[0]}
    for what, work in {
        "with the days of each project": lambda: prepared.run_days(_DRAWS, threads=1),
        "with precedence and kept money": lambda: other.run(_DRAWS, threads=1),
    }.items():
        made[f"{what}, processor, median, ms"] = 1000.0 * median(timed(work)[1] for _ in range(7))
    for threads in (1, 2):
        times = np.array([timed(lambda: prepared.run(_DRAWS, threads=threads)) for _ in range(15)]) * 1000.0  # noqa: B023
        for column, clock in enumerate(("clock", "processor")):
            made[f"{threads} thread{'s' * (threads > 1)}, {clock}, least, ms"] = float(times[:, column].min())
            made[f"{threads} thread{'s' * (threads > 1)}, {clock}, median, ms"] = float(np.median(times[:, column]))
    return made


if __name__ == "__main__":
    for part, value in seconds().items():
        print(f"{part:60} {value:8.1f}", flush=True)
    for one in measured():
        print(f"{one.what:52} {one.peer:64} {one.ours_s:6.3f} s {one.peer_s:6.2f} s {one.ratio:8.3g}", flush=True)
