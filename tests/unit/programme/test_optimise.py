"""The programme optimiser: what it refuses, why nothing fits, and several goals."""

from dataclasses import replace

import numpy as np
import pytest

from quydat.core.problem import Problems
from quydat.programme.optimise.conflict import Demand, explain
from quydat.programme.optimise.contradiction import check
from quydat.programme.optimise.goals import in_order
from quydat.programme.optimise.problem import Flow, Goal, Limit, Money, Precedence, Problem, single
from quydat.programme.optimise.solve import find, solve


def two_parks() -> Problem:
    """Two parks of 100 ha at 50 and 80 bn VND, ready a year after their start; 60 ha wanted in each of three years."""
    shape = (2, 1, 1)
    cost = np.array([50.0, 80.0]).reshape(shape)
    return Problem(
        projects=("a", "b"), models=("city",), probability=np.ones(1),
        land=single(np.full(shape, 100.0), np.ones(shape, dtype=np.int64)),
        spending=single(cost, np.zeros(shape, dtype=np.int64)), receipts=nothing(shape),
        demand_ha=np.full((1, 3), 60.0), opening_ha=np.array([60.0]), shortage_weight=np.array([0.0, 0.0, 1.0]),
        discount=np.ones(3), money=Money(np.array([50.0, 50.0, 50.0]), np.zeros(3)),
        allowed=np.ones((2, 1, 3), dtype=bool), must=np.zeros(2, dtype=bool),
        ready=np.ones((2, 1), dtype=np.int64), goal=Goal(shortage_price=10.0),
    )  # fmt: skip


def nothing(shape: tuple[int, int, int]) -> Flow:
    return single(np.zeros(shape), np.zeros(shape, dtype=np.int64))


def test_the_money_of_two_years_pays_for_both_parks() -> None:
    """By hand: a at once (50), b when 100 are saved: in the second year 50 are there, so in the third; a's 100 ha and
    the opening 60 meet 160 of 180 ha. b comes too late to help, so 20 ha are lost: 50 + 20 · 10.
    """
    answer = solve(two_parks(), gap=1e-6)
    assert answer.status == "proven"
    assert answer.choice.start.tolist() == [0, -1]
    assert answer.value.objective == pytest.approx(250.0)
    assert answer.bound == pytest.approx(250.0, rel=1e-5)


def test_one_answer_for_one_seed() -> None:
    first, second = (solve(two_parks(), gap=1e-6, seed=3) for _ in range(2))
    assert [step.what for step in first.steps] == [step.what for step in second.steps]
    assert first.value.objective == second.value.objective


def test_it_stops_when_asked_and_says_what_is_proven() -> None:
    answer = solve(two_parks(), gap=0.0, stop=lambda: True)
    assert answer.status == "stopped"
    assert answer.bound <= 250.0


def test_conflict_is_smallest_and_says_what_is_lacking() -> None:
    """Without shortage both parks must bring land by the third year: b starts in the second at the latest, when 130 are
    due and 100 there.
    """
    problem = replace(two_parks(), goal=Goal(shortage_limit=0.0), limits=(LOOSE,))
    assert find(problem) is False
    conflict = explain(problem)
    assert conflict is not None
    assert conflict.smallest
    assert set(conflict.demands) == {Demand("shortage_limit"), Demand("money")}
    money = conflict.lacking[Demand("money")]
    assert money.unit == "bn_vnd"
    assert 30.0 <= money.amount <= 30.6
    shortage = conflict.lacking[Demand("shortage_limit")]
    assert shortage.unit == "ha"
    assert shortage.amount == pytest.approx(20.0, rel=0.02)
    said = conflict.problem()
    assert said.number == "QD792"
    assert "mức thiếu hụt cho phép: 20,0 ha" in said.message("vi")
    assert "the limit on the shortage: 20.0 ha" in said.message("en")
    assert "the limit" not in said.message("vi")


LOOSE = Limit("teams", np.ones((2, 1)), np.ones((2, 1), dtype=np.int64), np.full(3, 5.0))


def test_contradictions_are_refused_all_at_once() -> None:
    circle = (Precedence(0, 1), Precedence(1, 0))
    forbidden = np.ones((2, 1, 3), dtype=bool)
    forbidden[1] = False
    problem = replace(
        two_parks(), precedences=circle, allowed=forbidden, must=np.array([False, True]), goal=Goal(shortage_limit=-1.0)
    )
    with pytest.raises(Problems) as caught:
        check(problem)
    assert [one.number for one in caught.value.found] == ["QD790", "QD791", "QD794"]
    assert "a → b → a" in caught.value.found[0].message("en")


def test_a_number_that_cannot_be_is_named() -> None:
    with pytest.raises(Problems) as caught:
        check(replace(two_parks(), probability=np.array([0.5])))
    assert [one.number for one in caught.value.found] == ["QD793"]


def test_goals_in_order() -> None:
    """First the least shortage (20 ha), then the least money for it."""
    answers = in_order(two_parks(), ["shortage", "cost"], slack=0.0, gap=1e-6)
    assert answers[0].value.shortage == pytest.approx(20.0)
    assert answers[1].value.cost == pytest.approx(50.0)


# Petersen (1967), problem 1 of the file mknap1 of OR-Library: profits, use of each budget, budgets, optimum.
PETERSEN_1 = (
    [100, 600, 1200, 2400, 500, 2000],
    [
        [8, 12, 13, 64, 22, 41], [8, 12, 13, 75, 22, 41], [3, 6, 4, 18, 6, 4], [5, 10, 8, 32, 6, 12],
        [5, 13, 8, 42, 6, 20], [5, 13, 8, 48, 6, 20], [0, 0, 0, 0, 8, 0], [3, 0, 4, 0, 8, 0], [3, 2, 4, 0, 8, 4],
        [3, 2, 4, 8, 8, 4],
    ],
    [80, 96, 20, 36, 44, 48, 10, 18, 22, 24],
    3800,
)  # fmt: skip


def test_capital_budgeting_of_petersen() -> None:
    """Problem 1 of OR-Library's mknap1 as a programme of one period with ten budgets; its published optimum is 3800."""
    profit, use, capacity, optimum = PETERSEN_1
    n = len(profit)
    shape = (n, 1, 1)
    held = np.ones((n, 1), dtype=np.int64)
    problem = Problem(
        projects=tuple(f"{j}" for j in range(n)), models=("only",), probability=np.ones(1), land=nothing(shape),
        spending=nothing(shape), receipts=single(np.reshape(profit, shape), np.zeros(shape, dtype=np.int64)),
        demand_ha=np.zeros((1, 1)), opening_ha=np.zeros(1), shortage_weight=np.zeros(1), discount=np.ones(1),
        money=Money(np.zeros(1), np.zeros(1)), allowed=np.ones((n, 1, 1), dtype=bool), must=np.zeros(n, dtype=bool),
        ready=held, goal=Goal(),
        limits=tuple(
            Limit(f"budget {k}", np.array(row, dtype=float)[:, None], held, np.array([float(most)]))
            for k, (row, most) in enumerate(zip(use, capacity, strict=True))
        ),
    )  # fmt: skip
    answer = solve(problem, gap=1e-6)
    assert answer.status == "proven"
    assert -answer.value.objective == pytest.approx(optimum)
