"""What is known while searching: the best programme, the bound, and how both came."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from quydat.core.parallel import Threads
from quydat.core.text import Lang
from quydat.programme.optimise.construct import construct
from quydat.programme.optimise.evaluate import Value, value
from quydat.programme.optimise.improve import improve
from quydat.programme.optimise.pack import Columns, pack
from quydat.programme.optimise.problem import Choice, Ints, Problem

What = Literal["first", "local search", "linear", "whole", "mended", "proven", "stopped", "infeasible"]
WORDS: dict[What, dict[Lang, str]] = {
    "first": {"vi": "chương trình đầu tiên", "en": "first programme"},
    "local search": {"vi": "tìm kiếm cục bộ", "en": "local search"},
    "linear": {"vi": "quy hoạch tuyến tính", "en": "linear programme"},
    "whole": {"vi": "quy hoạch số nguyên", "en": "whole-number programme"},
    "mended": {"vi": "sửa nghiệm làm tròn", "en": "rounded and mended"},
    "proven": {"vi": "đã chứng minh", "en": "proven"},
    "stopped": {"vi": "đã dừng", "en": "stopped"},
    "infeasible": {"vi": "không có chương trình nào thỏa", "en": "no programme keeps all"},
}
"""What a step was, for people."""
TICK = 0.01
"""Seconds by which the clock of the solver may differ from ours."""


@dataclass(frozen=True)
class Step:
    """Where the search stands: seconds since its start, what it did, objective of the best programme, and the bound.

    >>> Step(2.0, "linear", 100.0, 98.0).word("vi"), Step(2.0, "linear", 100.0, 98.0).gap
    ('quy hoạch tuyến tính', 0.02)
    """

    seconds: float
    what: What
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """What may still be gained, as a share of the objective."""
        return gap_of(self.objective, self.bound)

    def word(self, lang: Lang) -> str:
        """What was done, in a language."""
        return WORDS[self.what][lang]


def gap_of(objective: float, bound: float) -> float:
    """Share of the objective that may still be gained; infinite while one of them is not known.

    >>> gap_of(100.0, 99.0)
    0.01
    """
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    return max(0.0, objective - bound) / max(abs(objective), 1e-9)


@dataclass(frozen=True, eq=False)
class Attempt:
    """One local search: see ``improve``. It begins at ``choice``, or at the best known."""

    keep: Ints
    rounds: int
    heat: float
    choice: Choice | None = None
    firm: float = 1.0


class Search:
    """What is known while searching.

    Parts of the search end by counts of what they did, so that the same seed gives the same answer on every machine;
    only the whole ends by the clock, and ``cut`` says that it did.
    """

    def __init__(self, problem: Problem, *, gap: float, seconds: float, work: float, seed: int,
                 progress: Callable[[Step], None], stop: Callable[[], bool]) -> None:  # fmt: skip
        self.began, self.problem, self.target, self.limit, self.seed = time.perf_counter(), problem, gap, seconds, seed
        self.progress, self.asked, self.work = progress, stop, work
        self.cut, self.called_off, self.looks = False, False, 0
        self.first_seconds: float | None = None
        self.packed = pack(problem)
        self.columns = Columns.of(problem, self.packed)
        self.bound, self.steps = -np.inf, list[Step]()
        self.choice = construct(problem, self.packed, stop=self.out)
        self.value = value(self.packed, self.choice)
        self.tell("first")

    @property
    def objective(self) -> float:
        """Of the best programme that keeps all."""
        return self.value.objective if self.value.feasible else np.inf

    def left(self) -> float:
        """Seconds left."""
        return self.limit - (time.perf_counter() - self.began)

    def out(self) -> bool:
        """Whether the clock or the user ends it."""
        self.called_off = self.called_off or self.asked()
        self.cut = self.cut or (not self.called_off and self.left() <= TICK)
        return self.cut or self.called_off

    def ended(self) -> bool:
        """Whether to stop: proven, out of time or of work, or called off."""
        return gap_of(self.objective, self.bound) <= self.target or self.work <= 0 or self.out()

    def tell(self, what: What) -> None:
        """Keep and tell where the search stands."""
        step = Step(time.perf_counter() - self.began, what, self.objective, self.bound)
        if self.first_seconds is None and np.isfinite(step.objective):
            self.first_seconds = step.seconds
        self.steps.append(step)
        self.progress(step)

    def offer(self, choice: Choice, what: What) -> Value:
        """Take a programme if it is better."""
        worth = value(self.packed, choice)
        better = worth.objective < self.value.objective - 1e-9 if worth.feasible else worth.broken < self.value.broken
        if better if worth.feasible == self.value.feasible else worth.feasible:
            self.choice, self.value = choice, worth
            if worth.feasible:
                self.tell(what)
        return worth

    def raise_bound(self, bound: float, what: What) -> None:
        """Take a bound if it is better."""
        if bound > self.bound:
            self.bound = bound
            self.tell(what)

    def search(self, *attempts: "Attempt") -> list[Choice]:
        """Local searches, two at a time; what each found. The best is kept."""

        def one(place: int) -> Choice:
            how = attempts[place]
            return improve(
                self.columns, self.choice if how.choice is None else how.choice, keep=how.keep, rounds=how.rounds,
                seed=self.seed + 1 + place, heat=how.heat, firm=how.firm, stop=self.ended,
            )  # fmt: skip

        found = list(Threads(2).map(one, range(len(attempts)))) if len(attempts) > 1 else [one(0)]
        self.seed += len(attempts)
        for choice in found:
            self.offer(choice, "local search")
        return found
