"""The answer: a first programme at once, then better ones, with a bound on what is still to be gained."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from quydat.programme.optimise.construct import FIRM, construct
from quydat.programme.optimise.cuts import Separator
from quydat.programme.optimise.evaluate import Value, value
from quydat.programme.optimise.master import Master, Solved, version
from quydat.programme.optimise.problem import Choice, Floats, Ints, Problem
from quydat.programme.optimise.relax import Relaxation
from quydat.programme.optimise.search import Attempt, Search, Step, What, gap_of
from quydat.programme.optimise.whole import solve_whole

FEWEST, FEW = 3, 8
"""Starts for each project, in the mean, among which a good programme is looked for, from the likeliest on, before all
others are proven worse."""
LEAST, ALL = 600, 1800
"""And at least so many in all; where no more are open still, all are looked at at once."""
WIDER = 1.6
"""As many times more starts are looked at once fewer bring little more."""

MEND = (3, 5)
"""Likeliest starts for each project among which an answer by the rows is mended."""
MARGIN = 5e-4
"""Share by which limits are drawn in while a programme is looked for; doubled as long as none keeps all."""
WIDEST = 0.05
"""Beyond this margin, all starts are looked at, to find one or to prove that there is none."""
ROUND_CELLS = 2e8
"""Scenario-periods that a local search values, about."""
SEARCHES = ((3, 0.03), (4, 0.3), (4, 0.03), (5, 0.1), (8, 0.3))
"""Likeliest starts for each project and first temperature of local searches: which is best differs from problem to
problem."""
AGAIN = ((5, 0.1), (3, 0.03))
"""And of those that go on from the best."""
LOOKS = 400
"""HiGHS looks up so many times, at most, while it goes through few starts: a count of work that no clock changes."""


@dataclass(frozen=True, eq=False)
class Answer:
    """A programme with what is proven of it.

    Attributes
    ----------
    status
        ``proven`` if the gap asked for is reached, ``infeasible`` if it is proven that no programme keeps all, else
        ``stopped``.
    choice, value
        The programme and what it is worth.
    bound, gap
        No programme has an objective below the bound; what may still be gained, as a share of the objective.
    seconds, first_seconds
        Until the end, and until the first programme that keeps all; None if there was none.
    cut_by_clock
        Whether ``seconds`` ended the search. If not, and the user did not stop it, the same seed gives the same answer
        on every machine.
    rows, looks
        Rows generated, and times that the whole-number solver looked up: how much work it was.
    solver, seed, steps
        Name and version, the seed that was given, and how the search went.
    """

    status: str
    choice: Choice
    value: Value
    bound: float
    gap: float
    seconds: float
    first_seconds: float | None
    cut_by_clock: bool
    rows: int
    looks: int
    solver: str
    seed: int
    steps: tuple[Step, ...] = field(repr=False)


def solve(
    problem: Problem,
    *,
    gap: float = 0.01,
    seconds: float = 600.0,
    looks: float = np.inf,
    seed: int = 0,
    known: Choice | None = None,
    progress: Callable[[Step], None] = lambda step: None,
    stop: Callable[[], bool] = lambda: False,
) -> Answer:
    """Solve to a proven gap, or as far as time allows.

    Parameters
    ----------
    gap
        Share of the objective that may still be gained when it stops.
    seconds
        Limit by the clock. An answer that it cut off may differ from machine to machine, and says so.
    looks
        Limit by work, the same on every machine: how often the whole-number solver may look up in all, some ten to a
        hundred times a second.
    known
        A programme to begin with, if it is better than the first one that is made; a given programme of ``replan`` is
        tried in any case.
    progress
        Hears of every better programme and bound.
    stop
        Asked all the time; the best so far is the answer.
    """
    search = Search(problem, gap=gap, seconds=seconds, work=looks, seed=seed, progress=progress, stop=stop)
    for one in (known, problem.replan.given if problem.replan else None):
        if one is not None and _allowed(problem, one):
            search.offer(one, "first")
    everything = np.arange(search.columns.count)
    rounds = int(np.clip(ROUND_CELLS / search.packed.need.size, 2_000, min(40_000, 2_000 + 50 * search.columns.count)))
    search.search(Attempt(everything, rounds // 4, 0.2, firm=FIRM))
    if search.ended():
        return _answer(search, None, "stopped", seed)
    separator = Separator(search.columns, search.columns.vector(search.choice))
    master = Master(search.columns, separator.variables, stop=search.out)
    relaxation = Relaxation(master, separator, search.columns.vector(search.choice))

    def told(solved: Solved) -> None:
        search.raise_bound(solved.bound, "linear")

    solved = relaxation.run(seconds=search.left, stop=search.ended, told=told)
    if solved.status == "infeasible":
        search.bound = np.inf
        return _answer(search, relaxation, "infeasible", seed)
    if solved.status == "optimal" and not search.ended():
        status = _prove(search, relaxation, solved, rounds)
        if status == "infeasible":
            return _answer(search, relaxation, status, seed)
    proven = gap_of(search.objective, search.bound) <= gap
    return _answer(search, relaxation, "proven" if proven else "stopped", seed)


def _allowed(problem: Problem, choice: Choice) -> bool:
    """Whether each start of a programme may be chosen."""
    some = np.flatnonzero(choice.start >= 0)
    return bool(problem.allowed[some, choice.model[some], choice.start[some]].all())


def _rounded(search: Search, solved: Solved) -> Choice:
    """Each project at its likeliest start of the linear programme."""
    c, x = search.columns, np.zeros(search.columns.count)
    whole = np.bincount(c.project, solved.x, minlength=len(search.packed.must))
    order = np.lexsort((-solved.x, c.project))
    first = order[np.unique(c.project[order], return_index=True)[1]]
    x[first[whole[c.project[first]] > 0.5]] = 1.0
    return c.choice(x)


def _nearby(search: Search, solved: Solved, rounds: int) -> list[Choice]:
    """What local searches find near the linear programme, until it is good enough."""
    projects = len(search.packed.must)
    rounded = _rounded(search, solved)
    mended = construct(search.problem, search.packed, choice=rounded)
    search.offer(mended, "mended")
    likeliest = np.argsort(solved.reduced, kind="stable")
    starts = [*((*how, rounded) for how in SEARCHES), (*SEARCHES[-1], mended), *((*how, None) for how in AGAIN)]
    attempts = [Attempt(likeliest[: each * projects], rounds, heat, start, 10.0) for each, heat, start in starts]
    found: list[Choice] = []
    for two in zip(attempts[::2], attempts[1::2], strict=True):
        if not search.ended():
            found += search.search(*two)
    return found


def _prove(search: Search, relaxation: Relaxation, solved: Solved, rounds: int) -> What:
    """Local search and whole-number programmes among the likeliest starts, then over all a better answer can have."""
    projects = len(search.packed.must)
    found = _nearby(search, solved, rounds)
    if search.ended():
        return "stopped"
    likeliest = np.argsort(solved.reduced, kind="stable")
    most, width = (max(each * projects, LEAST) for each in (FEW, FEWEST))
    open_still = np.count_nonzero(solved.bound + solved.reduced < _cutoff(search, 0.9))
    few, tighter = bool(open_still > max(2 * width, ALL)), MARGIN
    for one in [search.choice] if few else found:  # each row makes the many looks over few starts slower
        relaxation.add(relaxation.separator.at(search.columns.vector(one)))

    def wider(width: int) -> int:
        return min(most, int(WIDER * width))

    while not search.ended():
        before, known = search.objective, relaxation.generated
        if few:
            keep = np.sort(np.argsort(solved.reduced, kind="stable")[:width])
            cutoff = _cutoff(search, 0.1)
        else:
            cutoff = _cutoff(search, 0.9)
            keep = np.arange(search.columns.count)
            if np.isfinite(cutoff):
                keep = np.flatnonzero(solved.bound + solved.reduced < cutoff)
        whole, points = _whole(search, relaxation, keep, cutoff, tighter if few else None)
        search.tell("whole")
        if whole.status == "infeasible":
            if few:
                few, width = width < most, wider(width)
                tighter = MARGIN if np.isfinite(search.objective) else tighter
                continue
            if not np.isfinite(cutoff):
                search.bound = np.inf
                return "infeasible"
            search.raise_bound(cutoff, "whole")
            continue
        if not few:
            search.raise_bound(min(whole.bound, cutoff), "whole")
        broke = bool(points) and not any(value(search.packed, search.columns.choice(x)).feasible for x in points)
        for x in points[-3:]:
            relaxation.add(relaxation.separator.at(x))
            if not np.isfinite(search.objective):
                search.offer(construct(search.problem, search.packed, choice=search.columns.choice(x)), "mended")
            start = search.columns.choice(x)
            search.search(*(Attempt(likeliest[: each * projects], rounds // 2, 0.02, start) for each in MEND))
            relaxation.add(relaxation.separator.at(search.columns.vector(search.choice)))
        if relaxation.generated == known and search.objective == before and not few:
            break
        again = relaxation.run(seconds=search.left, stop=search.ended, told=lambda _: None)
        solved = again if again.status == "optimal" else solved
        search.raise_bound(relaxation.bound, "linear")
        if not np.isfinite(search.objective):
            tighter, few = 2 * tighter, few and tighter < WIDEST
        elif few and broke and tighter < WIDEST:
            tighter *= 2
        elif not np.isfinite(before) or search.objective < before - 0.1 * search.target * abs(before):
            few = True
        else:
            few, width, tighter = few and width < most, wider(width), MARGIN
    return "stopped"


def _whole(
    search: Search, relaxation: Relaxation, keep: Ints, cutoff: float, tighter: float | None
) -> tuple[Solved, list[Floats]]:
    """Solve over some starts; also all answers found that seem better than the cutoff.

    Over few starts limits are drawn in by ``tighter``, and it ends after so many looks; in any case once some answers
    were worse in truth than the rows said.
    """
    few = tighter is not None
    most, patience = (LOOKS, 2) if few else (np.inf, 8)
    points: list[Floats] = []
    wrong, looks = [0], [0]

    def found(x: Floats, claimed: float) -> None:
        worth = search.offer(search.columns.choice(x), "whole")
        if claimed < cutoff:
            points.append(x)
            wrong[0] += not worth.feasible or worth.objective > cutoff

    def enough() -> bool:
        looks[0] += 1
        search.work -= 1
        search.looks += 1
        return wrong[0] >= patience or looks[0] >= most or search.ended()

    whole = solve_whole(
        relaxation.master, relaxation.all_rows(), keep, cutoff=cutoff, gap=search.target / 4,
        seconds=search.left(), seed=search.seed, stop=enough, found=found,
        tighter=tighter or 0.0, through_worse=few,
    )  # fmt: skip
    if len(whole.x) and not any(np.array_equal(whole.x, x) for x in points):
        points.append(whole.x)
        search.offer(search.columns.choice(whole.x), "whole")
    return whole, points


def _cutoff(search: Search, share: float) -> float:
    """Only programmes better than this, by a share of the gap asked for, are still looked for."""
    best = search.objective
    return best - share * search.target * abs(best) if np.isfinite(best) else np.inf


def _answer(search: Search, relaxation: Relaxation | None, status: What, seed: int) -> Answer:
    if status == "stopped":
        search.out()  # the solver may have ended by its own clock
    search.tell(status)
    return Answer(
        status, search.choice, search.value, search.bound, gap_of(search.objective, search.bound),
        time.perf_counter() - search.began, search.first_seconds, search.cut, relaxation.generated if relaxation else 0,
        search.looks, version(), seed, tuple(search.steps),
    )  # fmt: skip


def find(
    problem: Problem,
    *,
    seconds: float = 30.0,
    looks: float = np.inf,
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
) -> Choice | Literal[False] | None:
    """Any programme that keeps all; False if it is proven that there is none; None if neither is known in time.

    What has a limit is made small, each part beside its limit, since that leads to where the limits are kept.
    """
    goal, met = problem.goal, [False]
    limits = {"cost_weight": goal.cost_limit, "shortage_price": goal.shortage_limit, "tail_price": goal.tail_limit}
    if any(limit < np.inf for limit in limits.values()):
        weights = {part: 1e3 / max(1.0, abs(limit)) if limit < np.inf else 0.0 for part, limit in limits.items()}
        problem = replace(problem, goal=replace(goal, **weights))

    def progress(step: Step) -> None:
        met[0] = met[0] or bool(np.isfinite(step.objective))

    answer = solve(
        problem, gap=1e9, seconds=seconds, looks=looks, seed=seed, progress=progress, stop=lambda: met[0] or stop()
    )
    if answer.value.feasible:
        return answer.choice
    return False if answer.status == "infeasible" else None


def possible(problem: Problem, *, seconds: float = 30.0, seed: int = 0) -> bool:
    """Whether any programme keeps all; if neither is found in time, yes."""
    return find(problem, seconds=seconds, seed=seed) is not False
