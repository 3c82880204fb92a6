"""Published instances through the same door as a programme: OR-Library's knapsacks and PSPLIB's projects.

    python -m benchmarks.instances knapsack mknap1.txt --seconds 60
    python -m benchmarks.instances projects j301_1.sm j305_1.sm --best j30opt.sm --seconds 60

The files are not shipped. Multidimensional knapsacks are capital budgets of one period (Petersen 1967, Chu and Beasley
1998, collected by Beasley 1990); projects with renewable resources are Kolisch and Sprecher's (1997). A project of
PSPLIB is a programme without money in which every activity must start, resources are limits held for its duration, and
starting the sink in period t costs t.
"""

import argparse
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from quydat.programme.optimise.problem import (
    NEVER,
    Choice,
    Floats,
    Goal,
    Ints,
    Limit,
    Money,
    Precedence,
    Problem,
    single,
)
from quydat.programme.optimise.solve import Answer, gap_of, solve


@dataclass(frozen=True, eq=False)
class Knapsack:
    """Profit of each item, its use of each budget (budgets × items), the budgets, best known profit (0 if none)."""

    profit: Floats
    use: Floats
    capacity: Floats
    best: float


@dataclass(frozen=True, eq=False)
class Activities:
    """Duration of each activity, what it uses of each resource (resources × activities), capacity, pairs, horizon."""

    duration: Ints
    use: Floats
    capacity: Floats
    pairs: tuple[tuple[int, int], ...]
    horizon: int


def knapsacks(text: str) -> list[Knapsack]:
    """Read a file of OR-Library: count; then items, budgets and best of each, profits, uses row by row, budgets.

    >>> one, = knapsacks("1  2 1 7.0  3 7  4 5  6")
    >>> one.profit.tolist(), one.use.tolist(), one.capacity.tolist(), one.best
    ([3.0, 7.0], [[4.0, 5.0]], [6.0], 7.0)
    """
    numbers = np.array(text.split(), dtype=float)
    at, found = 1, []
    for _ in range(int(numbers[0])):
        items, budgets, best = int(numbers[at]), int(numbers[at + 1]), float(numbers[at + 2])
        at += 3
        profit, use = numbers[at : at + items], numbers[at + items : at + items * (budgets + 1)]
        at += items * (budgets + 1)
        found.append(Knapsack(profit, use.reshape(budgets, items), numbers[at : at + budgets], best))
        at += budgets
    if at != len(numbers):
        raise ValueError(f"{len(numbers) - at} numbers more than the file says")
    return found


def activities(text: str) -> Activities:
    """Read a file ``.sm`` of PSPLIB, one mode, renewable resources.

    Raises
    ------
    ValueError
        If an activity has several modes or a resource is not renewable.
    """
    parts = {
        name: _rows(text, name) for name in ("PRECEDENCE RELATIONS", "REQUESTS/DURATIONS", "RESOURCEAVAILABILITIES")
    }
    if any(int(count) for count in re.findall(r"(?:nonrenewable|doubly constrained)\s*:\s*(\d+)", text)):
        raise ValueError("only renewable resources are read")
    followers, requests = parts["PRECEDENCE RELATIONS"], parts["REQUESTS/DURATIONS"]
    if any(row[1] != 1 for row in followers):
        raise ValueError("only activities of one mode are read")
    pairs = tuple((row[0] - 1, after - 1) for row in followers for after in row[3 : 3 + row[2]])
    horizon = re.search(r"horizon\s*:\s*(\d+)", text)
    if horizon is None:
        raise ValueError("the horizon is missing")
    return Activities(
        np.array([row[2] for row in requests]), np.array([row[3:] for row in requests], dtype=float).T,
        np.array(parts["RESOURCEAVAILABILITIES"][0], dtype=float), pairs, int(horizon[1]),
    )  # fmt: skip


def _rows(text: str, heading: str) -> list[list[int]]:
    """Rows of whole numbers under a heading, up to the next line of stars."""
    below = text.split(heading + ":", 1)[1].split("***", 1)[0]
    lines = [line.split() for line in below.splitlines()]
    return [[int(word) for word in line] for line in lines if line and all(word.isdigit() for word in line)]


def of_knapsack(knapsack: Knapsack) -> Problem:
    """A programme of one period: each item a project with its profit as receipts, each budget a limit."""
    n = len(knapsack.profit)
    held, profit = np.ones((n, 1), dtype=np.int64), knapsack.profit.reshape(n, 1, 1)
    limits = tuple(
        Limit(f"budget {k}", use[:, None], held, np.array([most]))
        for k, (use, most) in enumerate(zip(knapsack.use, knapsack.capacity, strict=True))
    )
    made = _bare(tuple(f"item {j}" for j in range(n)), 1, limits)
    return replace(made, receipts=single(profit, np.zeros(profit.shape, dtype=np.int64)))


def of_activities(project: Activities, periods: int) -> Problem:
    """A programme that costs the period in which the sink starts.

    Starts are cut to those between the longest paths before and after an activity, so that all ends within
    ``periods``.
    """
    n = len(project.duration)
    earliest, after = _longest(project)
    allowed = np.zeros((n, 1, periods), dtype=bool)
    for i in range(n):
        allowed[i, 0, earliest[i] : periods - after[i]] = True
    held = project.duration[:, None].astype(np.int64)
    limits = tuple(
        Limit(f"resource {k}", use[:, None], held, np.full(periods, most))
        for k, (use, most) in enumerate(zip(project.use, project.capacity, strict=True))
    )
    spending = np.zeros((n, 1, 1))
    spending[-1] = 1.0
    nothing = np.zeros((n, 1, 1), dtype=np.int64)
    made = _bare(tuple(f"activity {i + 1}" for i in range(n)), periods, limits)
    return replace(
        made, allowed=allowed, must=np.ones(n, dtype=bool), ready=held, spending=single(spending, nothing),
        money=Money(np.eye(1, periods)[0], np.zeros(periods)), discount=np.arange(periods, dtype=float),
        precedences=tuple(Precedence(a, b) for a, b in project.pairs),
    )  # fmt: skip


def _bare(names: tuple[str, ...], periods: int, limits: tuple[Limit, ...]) -> Problem:
    """A programme of one model and one scenario without land, money or demand."""
    n = len(names)
    none = single(np.zeros((n, 1, 1)), np.zeros((n, 1, 1), dtype=np.int64))
    return Problem(
        projects=names, models=("only",), probability=np.ones(1), land=none, spending=none, receipts=none,
        demand_ha=np.zeros((1, periods)), opening_ha=np.zeros(1), shortage_weight=np.zeros(periods),
        discount=np.ones(periods), money=Money(np.zeros(periods), np.zeros(periods)),
        allowed=np.ones((n, 1, periods), dtype=bool), must=np.zeros(n, dtype=bool),
        ready=np.zeros((n, 1), dtype=np.int64), goal=Goal(), limits=limits,
    )  # fmt: skip


def _longest(project: Activities) -> tuple[Ints, Ints]:
    """Longest paths: until each activity may start, and from its start to the start of the sink."""
    n = len(project.duration)
    before, after = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for _ in range(n):
        for a, b in project.pairs:
            before[b] = max(before[b], before[a] + project.duration[a])
            after[a] = max(after[a], after[b] + project.duration[a])
    return before, after


def first_schedule(project: Activities) -> Ints:
    """Starts by the serial scheme (Kelley 1963): of those whose forerunners are placed, the one with the longest path
    to the sink, as soon as it fits.
    """
    n = len(project.duration)
    _, after = _longest(project)
    start, used = np.full(n, NEVER), np.zeros((len(project.capacity), int(project.duration.sum()) + 1))
    while (start == NEVER).any():
        ready = [
            i for i in range(n) if start[i] == NEVER and all(start[a] != NEVER for a, b in project.pairs if b == i)
        ]
        i = max(ready, key=lambda one: (after[one], -one))
        t = max([0, *(int(start[a] + project.duration[a]) for a, b in project.pairs if b == i)])
        while (used[:, t : t + project.duration[i]] + project.use[:, i : i + 1] > project.capacity[:, None]).any():
            t += 1
        used[:, t : t + project.duration[i]] += project.use[:, i : i + 1]
        start[i] = t
    return start


def told(name: str, answer: Answer, best: float, whole: bool, cpu: float, *, sign: float) -> str:
    """One line: ours beside the best known, and what is proven; objectives in whole numbers have bounds in such."""
    ours = sign * answer.value.objective
    bound = float(np.ceil(answer.bound - 1e-6)) if whole and np.isfinite(answer.bound) else answer.bound
    known = f"best known {best:g}" if best else "best known not given"
    gap = gap_of(answer.value.objective, bound)
    return (
        f"{name}: {known}, ours {ours:g}, proven bound {sign * bound:g}, gap {gap:.3%},"
        f" {answer.seconds:.1f} s (cpu {cpu:.1f}), first after {answer.first_seconds or 0:.2f} s,"
        f" {'cut by the clock' if answer.cut_by_clock else 'ended by itself'}"
    )


def best_of(text: str) -> dict[str, float]:
    """Best makespans of a table of PSPLIB (``j30opt.sm``, ``j60hrs.sm``) by parameter and instance, as ``5_1``.

    >>> best_of("Paramter Instance Makespan CPU-Time[sec.]\\n1       1         43       0.30")
    {'1_1': 43.0}
    """
    rows = re.findall(r"^\s*(\d+)\s+(\d+)\s+(\d+)\b", text, re.MULTILINE)
    return {f"{parameter}_{instance}": float(makespan) for parameter, instance, makespan in rows}


def main() -> None:
    """Print ours beside the best known for each instance."""
    asked = argparse.ArgumentParser()
    asked.add_argument("kind", choices=["knapsack", "projects"])
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--best", help="best known value, or for projects the table of best makespans")
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--first", type=int, default=10, help="instances of each file")
    options = asked.parse_args()
    for path in options.files:
        text = path.read_text(encoding="latin-1")
        if options.kind == "knapsack":
            for k, knapsack in enumerate(knapsacks(text)[: options.first]):
                whole = bool((knapsack.profit == np.round(knapsack.profit)).all())
                gap = (1 - 1e-6) / knapsack.profit.sum() if whole else 1e-7
                cpu = time.process_time()
                answer = solve(of_knapsack(knapsack), gap=gap, seconds=options.seconds)
                best = float(options.best or knapsack.best)
                cpu = time.process_time() - cpu
                print(told(f"{path.stem} {k + 1}", answer, best, whole, cpu, sign=-1.0), flush=True)
            continue
        project, start = activities(text), None
        start = first_schedule(project)
        known = Choice(np.zeros_like(start), start)
        makespan = int(start[-1])
        cpu = time.process_time()
        answer = solve(
            of_activities(project, makespan + 1), gap=(1 - 1e-6) / makespan, seconds=options.seconds, known=known
        )
        cpu = time.process_time() - cpu
        best = _best(options.best, path)
        print(f"first schedule {makespan}; " + told(path.stem, answer, best, True, cpu, sign=1.0), flush=True)


def _best(given: str | None, path: Path) -> float:
    """Best known makespan, of the number or the table that was given; 0 if none."""
    if given is None:
        return 0.0
    if not Path(given).exists():
        return float(given)
    table, name = best_of(Path(given).read_text(encoding="latin-1")), re.sub(r"^j(30|60|90|120)", "", path.stem)
    return table.get(name, 0.0)


if __name__ == "__main__":
    main()
