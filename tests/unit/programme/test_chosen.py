"""The programme's question, its answer and its rehearsal, on cities that can be worked out by hand."""

import itertools
import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from tests.support.programmes import given, project, sure

from quydat.core.draws import Range
from quydat.core.problem import Problems
from quydat.programme.choose.chosen import Chosen, Start, choose, promise_of
from quydat.programme.choose.question import Aims, question
from quydat.programme.choose.rehearse import rehearse, sim_programme
from quydat.programme.given.decided import DoingLimit, Link, Lock
from quydat.programme.given.given import Given
from quydat.programme.given.way import receipts_curve, way_of
from quydat.programme.given.worlds import Worlds

AIMS = Aims(0.0, 0.9, 1.0)


def chosen(city: Given, *, models: set[str] | None = None) -> Chosen:
    return choose(question(city, Worlds(city, count=2), aims=AIMS, models=models), gap=1e-6, seconds=30.0, seed=1)


def started(made: Chosen) -> list[tuple[str, str, int]]:
    return [(one.project_id, one.model_id, one.quarter) for one in made.starts]


def test_a_project_by_each_model() -> None:
    """One year of procedure, one of clearance by the city or six by a developer, two of works."""
    city = given()
    by_city, by_developer = (way_of(city, city.projects[0], name) for name in ("city_first", "developer_led"))
    assert by_city.middle_days == pytest.approx(4 * 365.25)
    assert by_developer.middle_days == pytest.approx(9 * 365.25)
    assert (by_city.city_cost_bn_vnd, by_developer.city_cost_bn_vnd) == (1500.0, 0.0)
    assert by_city.worth_bn_vnd == 1800.0


def test_what_the_city_receives_from_a_developer() -> None:
    """1 % of the rent a year after two free years."""
    assert receipts_curve(given(), "developer_led")[:4].tolist() == [0.0, 0.0, 0.01, 0.01]


def test_scenarios_of_what_is_sure() -> None:
    """Clearance from quarter 4 to 8, works from 8 to 16, land from 16 on."""
    city = given()
    world = Worlds(city, count=3).of(way_of(city, city.projects[0], "city_first"))
    assert world.clearance == pytest.approx(np.tile([4.0, 8.0], (3, 1)))
    assert world.works == pytest.approx(np.tile([8.0, 16.0], (3, 1)))
    assert world.ready.tolist() == [16, 16, 16]


def test_what_a_start_promises() -> None:
    """Started at once: 1,000 paid in 2027, 500 over 2028 and 2029, 60 ha in 2030, 1,800 bn VND for them; 20 ha are
    wanted in each of 16 years: 80 lost before 2030, then the land lasts for three years.
    """
    city = given()
    asked = question(city, Worlds(city, count=2), aims=AIMS)
    made = promise_of(asked, (Start("a", "city_first", 0),))
    assert made.spent_bn_vnd["a"][:5] == pytest.approx([0.0, 1000.0, 250.0, 250.0, 0.0])
    assert made.delivered_ha[3:6] == pytest.approx([0.0, 60.0, 0.0])
    assert made.received_bn_vnd["a"][4:6] == pytest.approx([1800.0, 0.0], abs=1e-9)
    assert made.shortage_ha[[3, 4, 6, 7, 15]] == pytest.approx([80.0, 80.0, 80.0, 100.0, 260.0])
    assert made.closing_ha[3:8] == pytest.approx([0.0, 40.0, 20.0, 0.0, 0.0])


def test_the_city_takes_up_what_pays() -> None:
    """With the money there it starts at once, since each quarter of delay costs land; if nobody wants land it does not,
    since the city pays 1,500 and only receives 1,800 some years later, at no discount: it gains 300 and does.
    Dearer clearance of 2,000 is not worth it then.
    """
    assert started(chosen(given(budget=2000.0))) == [("a", "city_first", 0)]
    dear = given(project(clearance_bn_vnd=sure(2000.0)), budget=3000.0, demand_ha=0.0)
    assert started(chosen(dear)) == [("a", "developer_led", 0)]


def test_it_waits_for_its_money() -> None:
    """400 a year from 2026: 1,000 are due in the second year after the start and 1,500 by the fourth. Evenly over the
    year of clearance, 250 a quarter: starts are late enough for money to be there.
    """
    made = chosen(given(budget=400.0))
    ((_, model, start),) = started(made)
    assert model == "city_first"
    spent = promise_of(made.question, made.starts).spent_bn_vnd["a"]
    assert np.all(np.cumsum(spent) <= 400.0 * np.arange(1, 17) + 1e-6)
    sooner = promise_of(made.question, (Start("a", "city_first", start - 1),)).spent_bn_vnd["a"]
    by_quarter = question(given(budget=400.0), Worlds(given(), count=2), aims=AIMS).problem
    assert start > 0 and sooner.sum() == pytest.approx(1500.0)
    assert by_quarter.money.budget_bn_vnd[::4].tolist() == [400.0] * 16


def test_a_forbidden_project_is_not_done_and_a_locked_one_is() -> None:
    city = given(project("a"), project("b"), budget=5000.0)
    made = chosen(replace(city, locks=(Lock("a", forbidden=True), Lock("b", must=True, start_from=date(2030, 2, 1)))))
    assert started(made) == [("b", "city_first", 17)]  # developers go on from today or not at all


def test_a_project_waits_for_another() -> None:
    """The road is ready after one year; a park that waits for it starts no sooner."""
    road = project("road", kind="shared_works", land_class="", lettable_ha=0.0, procedure=0.25, city=0.25, works=0.5,
                   gross_ha=1.0, clearance_bn_vnd=sure(10.0), works_bn_vnd=sure(10.0), under_way=False)  # fmt: skip
    city = given(project("a", under_way=False), road, budget=5000.0)
    linked = replace(city, links=(Link("road", "a", 0.0),))
    assert started(chosen(linked, models={"city_first"})) == [("a", "city_first", 4), ("road", "city_first", 0)]
    played = rehearse(linked, chosen(linked, models={"city_first"}).starts, draws=100)
    assert played.starts[played.project_ids.index("a")].tolist()[:2] == [0, 100]


def test_clearance_teams_are_shared() -> None:
    """Teams for 100 ha at a time, held for the two years until clearance is done: the second park starts after them."""
    city = given(project("a", under_way=False), project("b", under_way=False), budget=9000.0, demand_ha=60.0)
    teams = DoingLimit(
        "teams", ("Đội", "Teams"), "clearance_teams", "", "gross_ha", 1.0, dict.fromkeys(city.years, 100.0)
    )
    starts = sorted(start for _, model, start in started(chosen(replace(city, limits=(teams,)), models={"city_first"})))
    assert starts == [0, 8]


def test_equity_asks_for_land_in_each_place() -> None:
    """Half of all land must lie in the south, though it is dear there and nobody wants it."""
    south = project("b", place="south", clearance_bn_vnd=sure(9000.0), under_way=False)
    city = given(project("a", under_way=False), south, budget=50_000.0)
    half = DoingLimit("half", ("Nửa", "Half"), "equity", "south", "land_share", 1.0, dict.fromkeys(city.years, 0.5))
    assert started(chosen(city, models={"city_first"})) == [("a", "city_first", 0)]
    assert len(started(chosen(replace(city, limits=(half,)), models={"city_first"}))) == 2


def test_what_no_programme_can_keep() -> None:
    """A park must be done by the city and there is no money: the conflict names both, and what is lacking."""
    city = given(project("a", under_way=False), budget=0.0)
    with pytest.raises(Problems) as caught:
        chosen(replace(city, locks=(Lock("a", must=True, model="city_first", start_to=date(2030, 12, 31)),)))
    (found,) = caught.value.found
    assert found.number == "QD792"
    assert "1,5" in found.message("en")  # 1,500 bn VND


def test_simulation_and_promise_agree_where_nothing_is_left_to_chance() -> None:
    """Money but for days that the simulation rounds; land too, but the simulation hands it over in the year of
    readiness, the question from its quarter on: never more than a year apart.
    """
    city = given(project(works=1.95), budget=2000.0)
    made = chosen(city)
    played = rehearse(city, made.starts, draws=50)
    assert played.of("spent_bn_vnd").mean(axis=1) == pytest.approx(made.promise.spent_bn_vnd["a"], abs=1.0)
    simulated = np.cumsum(played.of("delivered_ha").mean(axis=1))
    promised = np.cumsum(made.promise.delivered_ha)
    assert simulated[-1] == pytest.approx(promised[-1], abs=1e-3)
    assert np.all(simulated[1:] >= promised[:-1] - 1e-3)
    assert np.all(simulated <= np.append(promised[1:], promised[-1]) + 1e-3)


def test_a_cost_that_may_be_forty_times_the_middle() -> None:
    """Between 0 and 4,000 with a peak at 100: the mean of the triangle is 1,366.7; works are free."""
    wide = project(clearance_bn_vnd=Range(0.0, 100.0, 4000.0), works_bn_vnd=sure(0.0))
    city = given(wide, budget=9000.0, draws=2000)
    played = rehearse(city, (Start("a", "city_first", 0),), draws=2000)
    assert played.of("spent_bn_vnd").mean(axis=1).sum() == pytest.approx(4100 / 3, rel=0.02)


def test_the_simulated_programme_is_the_chosen_one() -> None:
    city = given(project("a"), project("b"), budget=2000.0)
    made = sim_programme(city, (Start("b", "city_first", 3), Start("a", "developer_led", 0)))
    assert [(one.project_id, one.start_quarter, one.priority) for one in made.projects] == [("a", 0, 0), ("b", 3, 1)]
    assert [one.clearance_bn_vnd for one in made.projects] == [0.0, 1000.0]
    assert sum(source.by_year[2030] for source in made.funding.sources.values()) == 2000.0


@pytest.mark.parametrize(
    ("day", "first", "left"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), 64), (date(2026, 3, 30), date(2026, 4, 1), 63),
        (date(2026, 8, 20), date(2026, 7, 1), 62), (date(2026, 12, 30), date(2026, 10, 1), 61),
        (date(2025, 12, 31), date(2026, 1, 1), 64),
    ],
)  # fmt: skip
def test_quarters_that_are_left(day: date, first: date, left: int) -> None:
    """The quarter that has begun counts, but for its last day or two; money and demand have one place for each."""
    city = given(as_of=day, budget=2000.0)
    assert (city.quarter_day(0), city.quarters) == (first, left)
    asked = question(city, Worlds(city, count=2), aims=AIMS).problem
    assert asked.demand_ha.shape == (2, left)
    assert asked.demand_ha.sum(axis=1) == pytest.approx(16 * 20.0)
    assert asked.money.budget_bn_vnd.sum() == pytest.approx(16 * 2000.0)
    assert started(chosen(city)) == [("a", "city_first", 0)]


def test_more_money_never_makes_a_programme_worse() -> None:
    """What keeps within less money keeps within more."""
    projects = [project("a"), project("b", works=1.0), project("c", clearance_bn_vnd=sure(1500.0))]
    found = [chosen(given(*projects, budget=budget)).answer.value.objective for budget in (0.0, 100.0, 300.0, 3000.0)]
    assert all(more <= less * (1 + 1e-5) for less, more in itertools.pairwise(found))
    assert found[0] > found[-1]


def test_land_that_costs_nothing_to_clear_waits_for_nothing() -> None:
    """Neither clearance nor works cost anything: without money it starts at once."""
    free = project(clearance_bn_vnd=sure(0.0), works_bn_vnd=sure(0.0))
    made = chosen(given(free, budget=0.0))
    assert started(made) == [("a", "city_first", 0)]
    assert made.promise.spent_bn_vnd["a"].sum() == 0.0


def test_the_solver_says_nothing() -> None:
    """Results as JSON are on the standard output: not even a greeting may be there."""
    code = "from quydat.programme.optimise.master import version; version()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == ""
