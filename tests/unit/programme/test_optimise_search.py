"""How the optimiser goes about it: what ends it, what it says on the way, and that a seed gives one answer."""

from dataclasses import replace

import numpy as np
import pytest

from quydat.programme.optimise.goals import against, in_order
from quydat.programme.optimise.problem import NEVER, Choice, Goal, Limit, Money, Problem, Replan, single
from quydat.programme.optimise.search import Step
from quydat.programme.optimise.solve import Answer, solve


def several(projects: int = 6, periods: int = 8, scenarios: int = 3, seed: int = 1) -> Problem:
    """Parks with two models, dear and soon or cheap and late, delays and prices that differ by scenario."""
    rng = np.random.default_rng(seed)
    shape = (projects, 2, scenarios)
    area = rng.uniform(50, 150, projects)
    lag = np.array([2, 5])[None, :, None] + rng.integers(0, 3, shape)
    price = rng.uniform(0.8, 1.4, shape) * area[:, None, None] * np.array([6.0, 2.0])[None, :, None]
    yearly = 0.8 * area.sum() / periods
    return Problem(
        projects=tuple(f"park {i}" for i in range(projects)), models=("city", "developer"),
        probability=np.full(scenarios, 1 / scenarios),
        land=single(np.broadcast_to(area[:, None, None], shape), lag),
        spending=single(price, np.zeros(shape, dtype=np.int64)), receipts=single(price * 0.7, lag),
        demand_ha=rng.uniform(0.7, 1.3, (scenarios, periods)) * yearly, opening_ha=np.full(scenarios, 2 * yearly),
        shortage_weight=np.ones(periods), discount=1.03 ** -np.arange(periods),
        money=Money(np.full(periods, 250.0), np.full(periods, 300.0), 0.02, 0.8, 0.75),
        allowed=np.ones((projects, 2, periods), dtype=bool), must=np.zeros(projects, dtype=bool),
        ready=np.array([[3, 6]] * projects), goal=Goal(shortage_price=5.0),
        limits=(Limit("teams", np.array([[1.0, 0.0]] * projects), np.full((projects, 2), 2), np.full(periods, 2.0)),),
    )  # fmt: skip


def told(answer: Answer) -> list[tuple[str, float, float]]:
    return [(step.what, step.objective, step.bound) for step in answer.steps]


def test_one_seed_one_answer_whatever_the_time() -> None:
    """All that it did on the way is the same, since only counts of work end its parts."""
    first, second = solve(several(), gap=1e-3, seed=7), solve(several(), gap=1e-3, seed=7, seconds=300)
    assert not first.cut_by_clock
    assert told(first) == told(second)
    assert first.choice.start.tolist() == second.choice.start.tolist()
    assert first.looks == second.looks


def test_the_clock_cuts_in_and_it_says_so() -> None:
    answer = solve(several(), gap=0.0, seconds=0.0)
    assert answer.status == "stopped"
    assert answer.cut_by_clock


def test_an_end_by_work_is_no_end_by_the_clock() -> None:
    ends = [solve(several(), gap=0.0, looks=1) for _ in range(2)]
    assert not any(end.cut_by_clock for end in ends)
    assert told(ends[0]) == told(ends[1])


def test_steps_say_when_and_what() -> None:
    steps: list[Step] = []
    answer = solve(several(), gap=0.01, progress=steps.append)
    assert tuple(steps) == answer.steps
    assert [step.seconds for step in steps] == sorted(step.seconds for step in steps)
    assert steps[-1].what == answer.status == "proven"
    assert steps[-1].word("vi") == "đã chứng minh"
    with_programme = next(step for step in steps if np.isfinite(step.objective))
    assert answer.first_seconds == with_programme.seconds
    best = [step.objective for step in steps]
    assert best == sorted(best, reverse=True)


def test_it_stops_at_once_with_the_best_so_far() -> None:
    """Asked to stop as soon as there is a programme and a bound, it goes no further."""
    heard: list[Step] = []

    def stop() -> bool:
        return bool(heard) and np.isfinite(heard[-1].gap)

    answer = solve(several(), gap=0.0, progress=heard.append, stop=stop)
    assert answer.status == "stopped"
    assert not answer.cut_by_clock
    assert answer.value.feasible
    after = [step for step in answer.steps if np.isfinite(step.gap)]
    assert [step.what for step in after[1:]] == ["stopped"]


def test_it_begins_with_what_is_known() -> None:
    """A programme that was found is never lost: with no work to do, it is the answer."""
    best = solve(several(), gap=1e-3)
    again = solve(several(), gap=1e-3, known=best.choice, stop=lambda: True)
    assert again.value.objective == pytest.approx(best.value.objective)


def test_a_given_programme_that_still_fits_is_kept() -> None:
    best = solve(several(), gap=1e-3)
    kept = solve(replace(several(), replan=Replan(best.choice, 1e4, 1e3)), gap=1e-3)
    assert kept.choice.start.tolist() == best.choice.start.tolist()
    assert kept.choice.model.tolist() == best.choice.model.tolist()


def test_goals_in_order_keep_those_before() -> None:
    answers = in_order(several(), ["shortage", "cost"], slack=0.05, gap=0.01, seconds=60)
    assert [answer.status for answer in answers] == ["proven", "proven"]
    assert answers[1].value.shortage <= 1.05 * answers[0].value.shortage + 1e-5
    assert answers[1].value.cost <= answers[0].value.cost + 1e-6


def test_one_goal_against_a_limit_on_another() -> None:
    """A tighter limit costs more; beyond the least shortage there is nothing."""
    least = solve(replace(several(), goal=Goal(cost_weight=0.0, shortage_price=1.0)), gap=1e-3).value.shortage
    cheap = replace(several(), goal=Goal(cost_weight=1.0))
    front = list(against(cheap, "shortage", limits=[0.5 * least, 3 * least, 1.2 * least], gap=1e-3, seconds=90))
    assert [limit for limit, _ in front] == pytest.approx([3 * least, 1.2 * least, 0.5 * least])
    assert front[0][1].value.cost <= front[1][1].value.cost * (1 + 1e-3) + 1e-6
    assert all(answer.value.shortage <= limit + 1e-5 for limit, answer in front[:2])
    assert front[2][1].status == "infeasible"


def test_no_programme_at_all_has_no_first_answer() -> None:
    none = replace(several(), goal=Goal(shortage_limit=0.0), money=Money(np.zeros(8), np.zeros(8)))
    answer = solve(none, gap=0.01)
    assert answer.status == "infeasible"
    assert answer.first_seconds is None
    assert (solve(none, gap=0.01, known=Choice(np.full(6, NEVER), np.full(6, NEVER))).status) == "infeasible"


def test_a_limit_on_nothing_does_not_bind() -> None:
    """Taking it away changes nothing."""
    free = replace(several(), limits=())
    idle = Limit("idle", np.zeros((6, 2)), np.ones((6, 2), dtype=np.int64), np.zeros(8))
    with_idle = replace(several(), limits=(idle,))
    assert solve(free, gap=1e-3).value.objective == pytest.approx(solve(with_idle, gap=1e-3).value.objective, rel=2e-3)
