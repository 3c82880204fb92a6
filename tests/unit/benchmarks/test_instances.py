"""Files of OR-Library and PSPLIB read, and small instances made up here solved by hand."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from quydat.programme.optimise.solve import solve


@pytest.fixture(scope="module")
def instances() -> ModuleType:
    """The benchmark, which is no part of the package."""
    path = Path(__file__).parents[3] / "benchmarks" / "instances.py"
    spec = importlib.util.spec_from_file_location("instances", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["instances"] = module
    spec.loader.exec_module(module)
    return module


KNAPSACKS = """2
3 2 11
 5 6 4
 2 3 1
 4 1 2
 4 5
1 1 0
 7
 9
 8
"""

PROJECT = """************************************************************************
projects                      :  1
jobs (incl. supersource/sink ):  5
horizon                       :  9
RESOURCES
  - renewable                 :  1   R
  - nonrenewable              :  0   N
  - doubly constrained        :  0   D
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          3           2   3   4
   2        1          1           5
   3        1          1           5
   4        1          1           5
   5        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     3       2
  3      1     2       1
  4      1     4       1
  5      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    2
************************************************************************
"""


def test_knapsacks_are_read(instances: ModuleType) -> None:
    first, second = instances.knapsacks(KNAPSACKS)
    assert first.profit.tolist() == [5, 6, 4]
    assert first.use.tolist() == [[2, 3, 1], [4, 1, 2]]
    assert first.capacity.tolist() == [4, 5]
    assert (first.best, second.best) == (11, 0)
    assert second.use.tolist() == [[9]]


def test_what_is_left_over_in_a_file_is_refused(instances: ModuleType) -> None:
    with pytest.raises(ValueError, match="1 numbers more"):
        instances.knapsacks(KNAPSACKS + "5")


def test_a_knapsack_by_hand(instances: ModuleType) -> None:
    """Items 1 and 2 use 5 of 4; 1 and 3 use 3 of 4 but 6 of 5; 2 and 3 use 4 of 4 and 3 of 5: 10 is the most."""
    first, second = (solve(instances.of_knapsack(one), gap=1e-6) for one in instances.knapsacks(KNAPSACKS))
    assert first.value.objective == pytest.approx(-10)
    assert first.choice.start.tolist() == [-1, 0, 0]
    assert second.value.objective == 0


def test_a_project_is_read(instances: ModuleType) -> None:
    project = instances.activities(PROJECT)
    assert project.duration.tolist() == [0, 3, 2, 4, 0]
    assert project.use.tolist() == [[0, 2, 1, 1, 0]]
    assert project.capacity.tolist() == [2]
    assert project.pairs == ((0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4))
    assert project.horizon == 9


def test_what_is_no_project_of_one_mode_is_refused(instances: ModuleType) -> None:
    with pytest.raises(ValueError, match="renewable"):
        instances.activities(PROJECT.replace("nonrenewable              :  0", "nonrenewable              :  1"))
    with pytest.raises(ValueError, match="one mode"):
        instances.activities(
            PROJECT.replace("   2        1          1           5", "   2        2          1           5")
        )


def test_a_project_by_hand(instances: ModuleType) -> None:
    """Activity 2 takes all of the resource for 3; 3 and 4 run beside each other for 4: 7 in all."""
    project = instances.activities(PROJECT)
    start = instances.first_schedule(project)
    assert start[-1] >= 7
    answer = solve(instances.of_activities(project, 10), gap=1e-6)
    assert answer.status == "proven"
    assert answer.value.objective == pytest.approx(7)
    assert answer.choice.start[-1] == 7


def test_a_first_schedule_keeps_all(instances: ModuleType) -> None:
    project = instances.activities(PROJECT)
    start = instances.first_schedule(project)
    for a, b in project.pairs:
        assert start[a] + project.duration[a] <= start[b]
    for t in range(int(start[-1])):
        running = (start <= t) & (t < start + project.duration)
        assert (project.use[:, running].sum(axis=1) <= project.capacity).all()
    assert np.all(start >= 0)


def test_best_makespans_are_read(instances: ModuleType) -> None:
    table = "Paramter Instance Makespan CPU-Time[sec.]\n-----\n1     1      43       0.30\n48    10     54       0.1\n"
    assert instances.best_of(table) == {"1_1": 43.0, "48_10": 54.0}
