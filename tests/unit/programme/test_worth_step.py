"""The step as a whole, in a small city: tables, figures and words agree."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from tests.support.worth_city import AIMS, CITY, city, park

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.parallel import Threads
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Parameters
from quydat.programme.choose.chosen import choose
from quydat.programme.choose.question import question
from quydat.programme.choose.rehearse import rehearse
from quydat.programme.choose.step import Programme, Told
from quydat.programme.choose.tables import DRAWS, GAP
from quydat.programme.given.decided import Lock
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.worth.binding import half_clearance, half_cost, half_procedure, loosened
from quydat.programme.worth.candidates import NAMES, candidates
from quydat.programme.worth.scenarios import COSTS_HIGH, DELAYS_LONG, Scenario, costs_high, delays_long, stated
from quydat.programme.worth.step import worth

PARAMETERS = Parameters({
    "programme.gap_share": Range(0.01, 0.01, 0.01), "programme.seconds": Range(30.0, 30.0, 30.0),
})  # fmt: skip


def ledger() -> Ledger:
    made = Ledger(as_of=date(2025, 1, 1))
    row = Input("row", "a row", 1.0, "", Basis.PUBLISHED)
    for name in (GAP, DRAWS):
        made.add(
            name, 1.0, unit="count", label=("", ""), definition=("", ""), operation="given", formula=("", ""),
            inputs=[row],
        )  # fmt: skip
    return made


def programme_of(given: Given) -> Programme:
    worlds = Worlds(given, count=2)
    chosen = choose(question(given, worlds, aims=AIMS), gap=0.001, seconds=30.0, seed=1)
    return Programme(given, worlds, AIMS, chosen, rehearse(given, chosen.starts, draws=64), cast(Any, None), {})


def two_parks() -> Given:
    return city(park("a", slow=600.0), park("b", ha=30.0, slow=600.0), yearly=1000.0, wanted={2026: 40.0})


def asked(programme: Programme, book: Ledger, threads: int = 2) -> Told:
    now = {"base": Scenario(("Cơ sở", "Base"), programme.given, Basis.ASSUMED)}
    return worth(
        programme, scenarios=now, parameters=PARAMETERS, ledger=book, draws=64, runner=Threads(threads),
        basis=Basis.PUBLISHED,
    )  # fmt: skip


def test_tables_figures_and_words_agree() -> None:
    programme, book = programme_of(two_parks()), ledger()
    made = asked(programme, book)
    for name, table in made.tables.items():
        assert list(table.columns) == tables()[name].columns
        assert set(table["basis"]) == {"assumed"}, "the weakest that it rests on"
    late = made.tables["delay_cost"].set_index("project_id").loc["all"]
    assert book["worth.delay_hectare_years"].value == late["hectare_years_lost"]
    assert book["worth.delay_tax_bn_vnd"].value == pytest.approx(10.0 * late["hectare_years_lost"])
    assert book["worth.more_money_year"].value is None, "money is plentiful"
    assert made.notes["worth_money"].startswith("More money buys nothing.")
    assert made.notes["worth_money_vi"].startswith("Thêm tiền không mua được gì.")
    regret = made.tables["regret"]
    assert set(regret["scenario"]) == {"base", COSTS_HIGH, DELAYS_LONG}
    best = regret.groupby("programme")["regret_bn_vnd"].max().min()
    assert book["worth.least_regret_bn_vnd"].value == best
    assert made.solves.keys() == {"worth.twice_the_money", "worth.best_if_delays_long"}


def test_threads_change_nothing() -> None:
    programme = programme_of(two_parks())
    one, three = (asked(programme, ledger(), threads) for threads in (1, 3))
    for name, table in one.tables.items():
        assert table.equals(three.tables[name])
    assert one.notes == three.notes


def test_a_belief_that_no_programme_can_keep_is_told() -> None:
    """A park that must start at once costs 200 bn VND; who believes in 1 bn VND a year has no programme."""
    given = city(park("a"), yearly=1000.0, wanted={2026: 40.0})
    given = replace(given, locks=(Lock("a", must=True, start_to=date(2025, 1, 1)),))
    poor = replace(given, funding=city(park("a"), yearly=1.0).funding)
    asked_ = question(given, Worlds(given, count=2), aims=AIMS)
    starts = choose(asked_, gap=0.01, seconds=30.0, seed=1).starts
    cases = {DELAYS_LONG: Scenario(("Nghèo", "Poor"), poor, Basis.ASSUMED)}
    made = candidates(asked_, AIMS, starts, cases, count=2, gap=0.02, seconds=30.0, seed=1)
    assert made.refused.keys() == {"best_if_delays_long"}
    assert made.starts["all_city"] == starts, "what is decided stays"
    assert made.starts.keys() <= NAMES.keys()


def test_ranges_are_taken_in_their_upper_half() -> None:
    given = two_parks()
    wide = replace(given.projects[0], clearance_bn_vnd=Range(100.0, 200.0, 400.0))
    dear = costs_high(replace(given, projects=(wide, given.projects[1])))
    assert dear.projects[0].clearance_bn_vnd == Range(200.0, 200.0, 400.0)
    slow = delays_long(given)
    assert slow.projects[0].clearance_days["city"].low == 300.0
    assert stated(given, Basis.ASSUMED).keys() == {COSTS_HIGH, DELAYS_LONG}


def test_halves_are_halves() -> None:
    given = two_parks()
    assert half_procedure(given).projects[0].stages[CITY].procedure_days.mid == 1.0, "no stage is shorter than a day"
    assert half_clearance(given).projects[0].clearance_days["city"].mid == 150.0
    assert half_cost(given).projects[0].clearance_bn_vnd.mid == 100.0


def test_half_the_cost_saves_half_of_what_is_paid() -> None:
    """Only the first park is wanted: 200 bn VND, nothing discounted; money and limits bind nothing."""
    given = two_parks()
    programme = programme_of(given)
    objective = programme.chosen.answer.value.objective
    assert objective == pytest.approx(200.0)
    eased = loosened(given, AIMS, programme.chosen.starts, count=2, objective_bn_vnd=objective)
    assert eased["cost"].gain_bn_vnd == pytest.approx(100.0)
    assert eased["money"].gain_bn_vnd == eased["limits"].gain_bn_vnd == 0.0
    assert eased["money"].paid == 1
