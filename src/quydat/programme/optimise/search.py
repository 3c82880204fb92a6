"""What is known while searching: the best programme, the bound, and how both came."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quydat.programme.optimise.construct import construct
from quydat.programme.optimise.evaluate import Value, value
from quydat.programme.optimise.improve import improve
from quydat.programme.optimise.pack import Columns, pack
from quydat.programme.optimise.problem import Choice, Ints, Problem


@dataclass(frozen=True)
class Step:
    """Where the search stands: seconds since its start, objective of the best programme, and the bound."""

    seconds: float
    what: str
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """What may still be gained, as a share of the objective."""
        return gap_of(self.objective, self.bound)


def gap_of(objective: float, bound: float) -> float:
    """Share of the objective that may still be gained; infinite while one of them is not known.

    >>> gap_of(100.0, 99.0)
    0.01
    """
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)


class Search:
    """What is known while searching."""

    def __init__(self, problem: Problem, *, gap: float, seconds: float, seed: int, progress: Callable[[Step], None],
                 stop: Callable[[], bool]) -> None:  # fmt: skip
        self.began, self.problem, self.target, self.limit, self.seed = time.perf_counter(), problem, gap, seconds, seed
        self.progress, self.asked = progress, stop
        self.packed = pack(problem)
        self.columns = Columns.of(problem, self.packed)
        self.bound, self.steps = -np.inf, list[Step]()
        self.choice = construct(problem, self.packed)
        self.value = value(self.packed, self.choice)
        self.tell("first")

    @property
    def objective(self) -> float:
        """Of the best programme that keeps all."""
        return self.value.objective if self.value.feasible else np.inf

    def left(self) -> float:
        """Seconds left."""
        return self.limit - (time.perf_counter() - self.began)

    def ended(self) -> bool:
        """Whether to stop."""
        return self.left() <= 0 or self.asked() or gap_of(self.objective, self.bound) <= self.target

    def tell(self, what: str) -> None:
        """Keep and tell where the search stands."""
        step = Step(time.perf_counter() - self.began, what, self.objective, self.bound)
        self.steps.append(step)
        self.progress(step)

    def offer(self, choice: Choice, what: str) -> Value:
        """Take a programme if it is better."""
        worth = value(self.packed, choice)
        better = worth.objective < self.value.objective - 1e-9 if worth.feasible else worth.broken < self.value.broken
        if better if worth.feasible == self.value.feasible else worth.feasible:
            self.choice, self.value = choice, worth
            if worth.feasible:
                self.tell(what)
        return worth

    def raise_bound(self, bound: float, what: str) -> None:
        """Take a bound if it is better."""
        if bound > self.bound:
            self.bound = bound
            self.tell(what)

    def search(self, keep: Ints, rounds: int, heat: float, choice: Choice | None = None) -> Choice:
        """Local search from a programme; what it found."""
        self.seed += 1
        some = self.choice if choice is None else choice
        found = improve(self.columns, some, keep=keep, rounds=rounds, seed=self.seed, heat=heat, stop=self.ended)
        self.offer(found, "local search")
        return found
