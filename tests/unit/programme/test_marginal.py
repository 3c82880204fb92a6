"""What more money buys, worked by hand in a city where all is certain."""

import pytest
from tests.support.worth_city import AIMS, CITY, YEARS, city, park

from quydat.core.basis import Basis
from quydat.core.parallel import Threads
from quydat.programme.choose.chosen import Start
from quydat.programme.given.given import Given
from quydat.programme.given.worlds import Worlds
from quydat.programme.worth.choice import with_loan, with_money_times, with_more
from quydat.programme.worth.marginal import Marginal, increment_bn_vnd, marginal_money


def asked(given: Given, *starts: Start) -> Marginal:
    return marginal_money(given, Worlds(given, count=2), AIMS, starts, draws=64, basis=Basis.ASSUMED)


def test_money_for_which_a_park_waits_brings_it_a_year_earlier() -> None:
    """200 bn VND are there in the second year; with 100 more in the first, 40 ha come a year earlier: 40 ÷ 100."""
    made = asked(city(park("a"), yearly=100.0, wanted={2026: 40.0}), Start("a", CITY, 0))
    rows = made.table.set_index(["fund_source", "year"])
    assert rows.loc[("budget", 2025), "hectare_years_per_bn_vnd"] == pytest.approx(0.4, abs=1e-6)
    assert rows.loc[("budget", 2025), "hectares_per_bn_vnd"] == pytest.approx(0.0, abs=1e-6)
    assert rows.loc[("loan", 2025), "hectare_years_per_bn_vnd"] == pytest.approx(0.4, abs=1e-6)
    later = rows.loc["budget"].loc[2026:]
    assert len(later) == len(YEARS) - 1
    assert (later["hectare_years_per_bn_vnd"].abs() < 1e-6).all()
    assert (made.table["more_bn_vnd"] == 100.0).all()
    assert made.rechosen > 0, "the park is planned for the first quarter only when the money is there"


def test_more_money_starts_what_there_was_no_money_for() -> None:
    """200 ha more are wanted in 2034 and cost 795 bn VND; with the first park's 200 that is 995, of 900 up to 2033.

    Ready for only half of 2034 they would save 375 bn VND of taxes: not worth it. In time they save 1,250. So 100 bn
    VND more in any year up to 2033 buy 200 ha, there for half of 2033 and for 2034; in 2025 a gains a year besides.
    """
    given = city(park("a"), park("b", ha=200.0, cost=795.0), yearly=100.0, wanted={2026: 40.0, 2034: 200.0})
    made = asked(given, Start("a", CITY, 3))
    assert made.starts == (Start("a", CITY, 3),)
    rows = made.table.set_index(["fund_source", "year"]).loc["budget"]
    assert rows["hectare_years_per_bn_vnd"].tolist() == pytest.approx([3.4] + [3.0] * 8 + [0.0], abs=1e-5)
    assert rows["hectares_per_bn_vnd"].tolist() == pytest.approx([2.0] * 9 + [0.0], abs=1e-5)
    assert rows["shortage_less_per_bn_vnd"].tolist() == pytest.approx([2.0] * 9 + [0.0], abs=1e-5)
    assert rows["sooner_hectare_years_per_bn_vnd"].tolist() == pytest.approx([0.0] * 10, abs=1e-5)


def test_money_that_is_plentiful_buys_nothing() -> None:
    made = asked(city(park("a"), yearly=1000.0, wanted={2026: 40.0}), Start("a", CITY, 0))
    assert (made.table["hectare_years_per_bn_vnd"].abs() < 1e-9).all()
    assert (made.rechosen, made.error) == (0, 0.0)
    assert made.starts == (Start("a", CITY, 0),)


def test_the_increment_is_a_years_budget_but_not_less_than_what_starts_something() -> None:
    assert increment_bn_vnd(city(park("a"), yearly=250.0)) == 250.0
    assert increment_bn_vnd(city(park("a"), yearly=3.0)) == 100.0


def test_money_is_added_where_it_is_said() -> None:
    given = city(park("a"), yearly=100.0)
    assert with_more(given, {("budget", 2027): 5.0}).funding.by_year(YEARS)[2027] == 105.0
    assert with_more(given, {("budget", 2027): 5.0}).funding.by_year(YEARS)[2028] == 100.0
    assert set(with_money_times(given, 2.0).funding.by_year(YEARS).values()) == {200.0}
    assert with_loan(given, 7.0).funding.loan_ceiling_bn_vnd == 7.0


def test_threads_change_nothing() -> None:
    given = city(park("a"), yearly=100.0, wanted={2026: 40.0})
    made = [
        marginal_money(
            given, Worlds(given, count=2), AIMS, (Start("a", CITY, 0),), draws=64, runner=Threads(count),
            basis=Basis.ASSUMED,
        ).table
        for count in (1, 3)
    ]  # fmt: skip
    assert made[0].equals(made[1])
