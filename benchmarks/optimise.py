"""The programme optimiser against HiGHS and CP-SAT on the programme written out, on the same instances in one run.

    python -m benchmarks.optimise --size 40x2x25x1x100 --seconds 60 --gap 0.005 --peers highs,cp_sat

A size is projects × models × years × periods a year × scenarios. Every programme is valued by the same evaluator, and
its gap is to the bound of the one that found it.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from benchmarks.optimise_peers import Extensive
from benchmarks.programme_cases import made_up
from quydat.programme.optimise.evaluate import value
from quydat.programme.optimise.pack import pack
from quydat.programme.optimise.problem import NEVER, Choice, Problem
from quydat.programme.optimise.solve import Step, gap_of, solve

WARM = "6x2x5x1x5"


def problem_of(size: str, seed: int, tail: float) -> Problem:
    """The made-up programme of a size; the tail of its shortage may be at most a share of that without any project."""
    projects, models, years, q, scenarios = (int(part) for part in size.split("x"))
    shape = {"projects": projects, "models": models, "years": years, "periods_per_year": q, "scenarios": scenarios}
    made = made_up(**shape, seed=seed)
    if tail <= 0:
        return made
    none = np.full(projects, NEVER)
    asked = replace(made, goal=replace(made.goal, tail_limit=0.0))
    return replace(made, goal=replace(made.goal, tail_limit=tail * value(pack(asked), Choice(none, none)).tail))


def ours(problem: Problem, seconds: float, gap: float) -> Iterator[str]:
    """First answer, then the time at which each gap was reached, then the end."""
    marks, reached = [0.1, 0.05, 0.02, 0.01, 0.005, 0.002], dict[float, float]()

    def progress(step: Step) -> None:
        for mark in marks:
            if step.gap <= mark:
                reached.setdefault(mark, step.seconds)

    cpu = time.process_time()
    answer = solve(problem, gap=gap, seconds=seconds, progress=progress)
    if answer.first_seconds is not None:
        first = next(step.objective for step in answer.steps if np.isfinite(step.objective))
        yield f"first {answer.first_seconds:.2f} s at {first:.1f}"
    yield "gap " + ", ".join(f"{mark:.1%} at {at:.1f} s" for mark, at in sorted(reached.items(), reverse=True))
    yield (
        f"{answer.status}: {answer.value.objective:.2f}, bound {answer.bound:.2f}, gap {answer.gap:.3%}, "
        f"{answer.seconds:.1f} s (cpu {time.process_time() - cpu:.1f}), {answer.rows} rows, {answer.looks} looks, "
        f"{'cut by the clock' if answer.cut_by_clock else 'ended by itself'}, {answer.solver}"
    )


def peer(problem: Problem, name: str, seconds: float, gap: float) -> str:
    """What a peer reaches in the same time, the making of the model left out."""
    began = time.perf_counter()
    whole = Extensive(problem, equal=name == "highs")
    built = time.perf_counter() - began
    run: Callable[[float, float], tuple[object, float, str]] = {"highs": whole.by_highs, "cp_sat": whole.by_cp_sat}[
        name
    ]
    began, cpu = time.perf_counter(), time.process_time()
    choice, bound, status = run(seconds, gap)
    took = f"{time.perf_counter() - began:.1f} s (cpu {time.process_time() - cpu:.1f}), built in {built:.1f} s"
    size = f"{whole.rows.matrix.shape[0]} × {whole.rows.matrix.shape[1]}, {whole.rows.matrix.nnz} entries"
    if choice is None:
        return f"{status}: no programme, bound {bound:.2f}, {took}, {size}"
    worth = value(pack(problem), choice)  # type: ignore[arg-type]
    return (
        f"{status}: {worth.objective:.2f}, broken {worth.broken:.3g}, bound {bound:.2f}, "
        f"gap {gap_of(worth.objective, bound):.3%}, {took}, {size}"
    )


def main() -> None:
    """Print what each reaches on each size."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--size", action="append")
    asked.add_argument("--seconds", type=float, default=20.0)
    asked.add_argument("--gap", type=float, default=0.005)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--tail", type=float, default=0.0)
    asked.add_argument("--peers", default="highs,cp_sat")
    told = asked.parse_args()
    solve(problem_of(WARM, 0, 0.0), seconds=10)  # kernels compiled, libraries loaded
    for size in told.size or ["20x2x25x1x20"]:
        problem = problem_of(size, told.seed, told.tail)
        load = os.getloadavg()[0]
        print(f"{size}, seed {told.seed}, {told.seconds:.0f} s, load {load:.1f} on {os.cpu_count()} processors")
        for line in ours(problem, told.seconds, told.gap):
            print(f"  ours    {line}", flush=True)
        for name in filter(None, told.peers.split(",")):
            print(f"  {name:7} {peer(problem, name, told.seconds, told.gap)}", flush=True)


if __name__ == "__main__":
    main()
