"""The simulation of a programme: cases worked out by hand, draws that are what they should be, and bad input."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from quydat.core.problem import Problems
from quydat.procedure.hand_over import HandOver
from quydat.programme.simulate.kernel import LEVELS
from quydat.programme.simulate.layout import open_loan
from quydat.programme.simulate.programme import (
    Policy,
    SimDelivery,
    SimFunding,
    SimProgramme,
    SimProject,
    SimSource,
    SimSpread,
)
from quydat.programme.simulate.simulate import NEVER_DAY, prepare, simulate, simulate_days

YEARS = tuple(range(2026, 2034))
ONE_YEAR = SimSpread(365, 365, 365)
AS_PLANNED = SimSpread(1, 1, 1)


def project(name: str = "p", **changes: Any) -> SimProject:
    """A year of procedure beside a year of clearance, then a year of works; 100 + 60 billion; 90 ha."""
    plain = SimProject(
        name, "city", 0, 0, ONE_YEAR, ONE_YEAR, ONE_YEAR, AS_PLANNED, 100.0, 60.0, 2026, 90.0, 2.0
    )  # fmt: skip
    return replace(plain, **changes)


def programme(*projects: SimProject, budget: float = 0.0, opening: float = 1000.0, **changes: Any) -> SimProgramme:
    plain = SimProgramme(
        YEARS, projects, {"city": SimDelivery(1.0, 1.0, 1.0)},
        SimFunding({"city": SimSource(dict.fromkeys(YEARS, budget))}, opening), HandOver(3.0), 10.0,
        np.full((1, len(YEARS)), 20.0),
    )  # fmt: skip
    return replace(plain, **changes)


def rows(made: Any, quantity: str) -> list[float]:
    return [round(float(value), 1) for value in made.of(quantity)[:, 0]]


def test_a_project_by_hand() -> None:
    made = simulate(programme(project()), draws=3, threads=1)
    # Ready after 730 days, half a day before the end of 2027; 90 ha over 2027, 2028 and 2029
    assert rows(made, "delivered_ha") == [0, 30, 30, 30, 0, 0, 0, 0]
    # 365 of 365.25 days of clearance lie in 2026; the works end in 2027
    assert rows(made, "spent_bn_vnd") == [100, 60, 0, 0, 0, 0, 0, 0]
    # 10 − 20; then 30 − 20 each year, from 2030 on nothing comes
    assert rows(made, "closing_ha") == [0, 10, 20, 30, 10, 0, 0, 0]
    assert rows(made, "shortage_ha") == [10, 10, 10, 10, 10, 20, 40, 60]
    assert made.first_short.tolist() == [2026] * 3
    assert made.starts.tolist() == [[3, 0, 0, 0, 0, 0, 0, 0]]
    assert made.readies.tolist() == [[0, 3, 0, 0, 0, 0, 0, 0]]
    assert made.short_share().tolist() == [1.0] * 8


def test_a_dry_fund_makes_projects_wait_in_their_turn() -> None:
    dear, cheap = project("dear", priority=0), project("cheap", priority=1, clearance_bn_vnd=10.0, works_bn_vnd=0.0)
    asked = programme(dear, cheap, budget=50.0, opening=0.0)
    starts = {policy: simulate(replace(asked, policy=policy, stop_after_years=2), draws=1).starts for policy in Policy}
    # 160 are there in the fourth year (200); the 10 of the other come out of the rest
    assert np.argwhere(starts[Policy.NONE]).tolist() == [[0, 3], [1, 3]]
    # The cheap one goes first; 40, 90, 140, 190
    assert np.argwhere(starts[Policy.SKIP]).tolist() == [[0, 3], [1, 0]]
    # After two years of waiting the dear one is given up, and the cheap one goes when it has gone
    assert np.argwhere(starts[Policy.STOP_LATE]).tolist() == []
    late = replace(asked, projects=(dear, replace(cheap, start_quarter=8)), policy=Policy.STOP_LATE, stop_after_years=2)
    assert np.argwhere(simulate(late, draws=1).starts).tolist() == [[1, 3]]


def test_a_loan_pays_and_costs_interest_and_receipts_come_back() -> None:
    funding = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 20.0))}, 0.0, 200.0, 0.1, 0.5)
    made = simulate(programme(project(), funding=funding), draws=1)
    # 20 − 100; −80 − 8 + 20 − 60 + receipts of 30 ha × 2 × ½ = 30; …
    assert rows(made, "balance_bn_vnd")[:2] == [-80.0, -98.0]
    assert rows(made, "received_bn_vnd")[:5] == [0.0, 30.0, 30.0, 30.0, 0.0]
    assert made.debt_bn_vnd[0, 0] == pytest.approx(80.0, abs=0.1) and made.cash_bn_vnd[0, 0] == 0


def test_money_lapses_where_its_source_does_not_carry_over() -> None:
    sources = {"state": SimSource(dict.fromkeys(YEARS, 50.0), carries_over=False)}
    made = simulate(programme(project(), funding=SimFunding(sources, 0.0)), draws=1)
    assert made.starts.sum() == 0, "160 never come together"
    assert rows(made, "balance_bn_vnd") == [0.0] * 8


def test_an_open_loan_leaves_room_for_its_interest() -> None:
    budget = np.array([0.0, 1.0, 0.0, 5.0])
    room = open_loan(budget, 10.0, 0.1)
    for t in range(4):
        debt = room[t]
        for later in budget[t + 1 :]:
            debt = debt * 1.1 - later
            assert debt <= 10.0 + 1e-9


def test_a_project_is_ready_on_a_day_in_each_draw() -> None:
    late = project("late", start_quarter=29, works_days=SimSpread(300, 300, 300, (200.0, 300.5)))
    asked = programme(project("poor", clearance_bn_vnd=2000.0, start_quarter=30), late, project(), opening=400.0)
    made = simulate_days(asked, draws=500)
    assert made.project_ids == ("poor", "late", "p")
    assert (made.ready_day[2] == 730).all(), "365 of clearance and 365 of works"
    assert (made.ready_day[0] == NEVER_DAY).all() and (made.start_quarter[0] == -1).all()
    assert (made.start_quarter[1:] == [[29], [0]]).all()
    # 29 quarters of 91.3125 days, then 365 + 200 to 300: after the end of the last year
    works = set(made.ready_day[1] - 2649 - 365)
    assert {200, 300} < works <= set(range(200, 301))
    assert made.yearly.tobytes() == simulate(asked, draws=500).yearly.tobytes()


def test_budgets_to_come_may_be_promised_and_the_fund_runs_dry() -> None:
    # 160 wanted, 50 a year: without promises ahead in the fourth year, with those of three more at once
    starts = {}
    for ahead in range(4):
        funding = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 50.0))}, 0.0, 20.0, ahead_years=ahead)
        made = simulate(programme(project(), funding=funding), draws=2)
        starts[ahead] = int(np.argmax(made.starts[0]))
    assert starts == {0: 2, 1: 1, 2: 0, 3: 0}, "20 may be owed too"
    # 50 − 100; −50 + 50 − 60; −60 + 50: 30 and 40 beyond the 20 that may be owed
    assert rows(made, "balance_bn_vnd")[:4] == [-50, -60, -10, 40]
    assert made.overdrawn_bn_vnd[:, 0].round(1).tolist() == [30, 40, 0, 0, 0, 0, 0, 0]
    assert made.dry_share().tolist() == [1.0] * 8, "by the end of each year"


def test_a_budget_is_promised_once() -> None:
    # Two of 100: the first takes this year's 50 and the next; the second waits until that is made good
    two = [project(name, clearance_bn_vnd=100.0, works_bn_vnd=0.0) for name in "ab"]
    funding = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 50.0))}, ahead_years=1)
    made = simulate(programme(*two, funding=funding), draws=1)
    assert np.argwhere(made.starts).tolist() == [[0, 0], [1, 2]]
    # 50 − 100, + 50; again; no more than the budget of a year is owed
    assert rows(made, "balance_bn_vnd") == [-50, 0, -50, 0, 50, 100, 150, 200]
    lapsing = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 50.0), carries_over=False)}, ahead_years=1)
    assert rows(simulate(programme(*two, funding=lapsing), draws=1), "balance_bn_vnd")[:5] == [-50, 0, -50, 0, 0]


def test_receipts_are_a_curve_of_any_sum() -> None:
    models = {"city": SimDelivery(1.0, 1.0, 0.5, receipts_share=(0.6, 0.0, 1.5, 0.05))}
    funding = SimFunding({"city": SimSource(dict.fromkeys(YEARS, 0.0))}, 1000.0, revolving_share=1.0)
    made = simulate(programme(project(), deliveries=models, funding=funding), draws=1)
    # 30 ha in 2027, 2028 and 2029 at 2 × ½: 30 × 0.6; the same; the same and 30 × 1.5; 45 + 1.5; 46.5; 1.5
    assert rows(made, "received_bn_vnd") == [0, 18, 18, 63, 46.5, 46.5, 1.5, 0]


def test_a_project_waits_until_others_are_ready() -> None:
    # The road is ready after 730 days, at the end of the eighth quarter (730.5): the park starts in the ninth, 8
    road, park = project("road", priority=1), project("park", after=("road",))
    made = simulate_days(programme(park, road, opening=1000.0), draws=2)
    assert made.start_quarter[:, 0].tolist() == [8, 0]
    assert made.ready_day[:, 0].tolist() == [1461, 730], "two years of 365.25 days, and 730 days"
    # 730 and 100 more days lie in the tenth quarter (821.8 to 913.1), so it starts in the eleventh
    later = simulate_days(programme(replace(park, after_lag_days=100), road), draws=1)
    assert later.start_quarter[:, 0].tolist() == [10, 0]
    assert np.argwhere(later.starts).tolist() == [[0, 2], [1, 0]]
    # A lag of each: 0 after the road, 200 after what is ready with it, in the eleventh quarter (913.1 to 1004.4)
    two = replace(park, after=("road", "other"), after_lag_days=(0, 200))
    both = simulate_days(programme(two, road, replace(road, project_id="other")), draws=1)
    assert both.start_quarter[:, 0].tolist() == [11, 0, 0]
    # One that never starts is waited for in vain
    poor = simulate_days(programme(park, replace(road, works_bn_vnd=2000.0)), draws=1)
    assert (poor.ready_day == NEVER_DAY).all() and (poor.start_quarter == -1).all()


def test_who_waits_for_another_project_blocks_nobody() -> None:
    road, park, other = project("road", start_quarter=0), project("park", after=("road",)), project("z", priority=2)
    made = simulate_days(programme(park, road, other, opening=320.0), draws=1)
    assert made.start_quarter[:, 0].tolist() == [-1, 0, 0], "the road and the last take all the money"
    # A delay of the road is one of the park
    slow = replace(road, works_days=SimSpread(365, 365, 365, (365.0, 1095.0)))
    made = simulate_days(programme(park, slow), draws=400)
    late = made.ready_day[1] > 1000
    assert late.any() and not late.all()
    quarters = -(-made.ready_day[1] * 16 // 1461)
    assert (made.start_quarter[0] == quarters)[made.ready_day[1] < 8 * 365 - 100].all()


def test_money_kept_for_some_is_used_by_them_first() -> None:
    road, park = project("road", priority=1), project("park")
    sources = {
        "city": SimSource(dict.fromkeys(YEARS, 40.0)),
        "roads": SimSource(dict.fromkeys(YEARS, 80.0), True, ("road",)),
    }
    made = simulate_days(programme(park, road, funding=SimFunding(sources)), draws=1)
    # The road has 160 of its own in the second year, and waits for nobody; the park has 4 × 40 in the fourth
    assert made.start_quarter[:, 0].tolist() == [12, 4]
    assert rows(made, "balance_bn_vnd")[:4] == [120, 140, 200, 220], "120, less 100, less 60; then 120 a year less 100"
    # 110 are missing beside 50 of its own: in its turn it waits behind the park, and then for itself
    sources["roads"] = SimSource(dict.fromkeys(YEARS, 50.0), False, ("road",))
    made = simulate_days(programme(park, road, funding=SimFunding(sources)), draws=1)
    # The park takes 4 × 40 in 2029; 3 × 40 are there again in 2032
    assert made.start_quarter[:, 0].tolist() == [12, 24]
    assert rows(made, "balance_bn_vnd")[:3] == [40, 80, 120], "what only the road may use lapses"


def test_money_kept_for_a_project_that_is_not_there_is_not_used() -> None:
    sources = {"roads": SimSource(dict.fromkeys(YEARS, 80.0), True, ("elsewhere",))}
    made = simulate(programme(project(), funding=SimFunding(sources)), draws=1)
    assert made.starts.sum() == 0 and rows(made, "balance_bn_vnd")[:2] == [80, 160]


def test_what_takes_no_money_waits_for_nobody() -> None:
    models = {"city": SimDelivery(1.0, 1.0, 1.0), "developer": SimDelivery(0.0, 0.0, 0.1)}
    made = simulate(
        programme(project("a"), project("b", delivery="developer", priority=1), opening=0.0, deliveries=models), draws=1
    )
    assert made.starts.sum(axis=1).tolist() == [0, 1]


def test_a_programme_without_projects_is_the_account_alone() -> None:
    made = simulate(programme(budget=5.0, opening=1.0), draws=2)
    assert rows(made, "shortage_ha") == [10, 30, 50, 70, 90, 110, 130, 150]
    assert rows(made, "balance_bn_vnd")[:2] == [6.0, 11.0]


def drawn(seed: int, *spreads: SimSpread, draws: int) -> np.ndarray[Any, Any]:
    """Days of clearance of projects, seen through the kernel's own functions."""
    from quydat.programme.simulate import kernel

    made = prepare(
        programme(*(project(f"p{k}", clearance_days=one) for k, one in enumerate(spreads)), seed=seed)
    ).arguments
    streams, common_streams, loads, place, tables, normal = made[2:8]
    ahead, level = np.arange(kernel.LANES).astype(np.uint16), np.zeros(kernel.LANES, np.uint16)
    common, own = np.zeros((2, kernel.LANES), np.float32), np.zeros(kernel.LANES, np.float32)
    stage, days = np.zeros((4, kernel.LANES), np.float32), np.zeros((len(spreads), draws))
    for d in range(0, draws, kernel.LANES):
        for f in range(2):
            kernel.levels(common_streams[f], d, kernel.LANES, ahead, level)
            kernel.scores(level, normal, kernel.LANES, common[f])
        for p in range(len(spreads)):
            kernel.drawn(2, p, d, kernel.LANES, streams, loads, place, tables, normal, common, ahead, own, level, stage)
            days[p, d : d + kernel.LANES] = stage[1] / kernel.DAY
    return days


def test_durations_have_their_distribution_and_their_correlation() -> None:
    draws = 16 * LEVELS
    free, tied = SimSpread(100, 300, 2000), SimSpread(100, 300, 2000, clearance_loading=0.8)
    a, b, c = drawn(3, free, tied, tied, draws=draws)
    # Quantiles of the triangle of the logarithms by hand: width ln 20, peak at ln 3 ÷ ln 20 = 0.3667 of it
    low, width, peak = np.log(100), np.log(20), np.log(3) / np.log(20)
    expected = [
        np.exp(low + width * (np.sqrt(u * peak) if u < peak else 1 - np.sqrt((1 - u) * (1 - peak))))
        for u in (0.1, 0.5, 0.9)
    ]
    for one, tolerance in ((a, 0.003), (b, 0.02), (c, 0.02)):
        np.testing.assert_allclose(np.quantile(one, [0.1, 0.5, 0.9]), expected, rtol=tolerance)
    scores = [norm.ppf((one.argsort().argsort() + 0.5) / draws) for one in (a, b, c)]
    found = np.corrcoef(scores)
    assert found[1, 2] == pytest.approx(0.64, abs=0.01)
    assert abs(found[0, 1]) < 0.012 and abs(found[0, 2]) < 0.012


def test_every_stream_takes_every_level_once_and_streams_are_not_related() -> None:
    from quydat.programme.simulate import kernel

    ahead, level = np.arange(LEVELS).astype(np.uint16), np.zeros(LEVELS, np.uint16)
    runs = []
    for stream in range(200):
        kernel.levels(np.uint64(stream), LEVELS * (stream % 3), LEVELS, ahead, level)
        assert (np.sort(level) == np.arange(LEVELS)).all()
        runs.append(level.astype(float))
    found = np.corrcoef(runs)[np.triu_indices(200, 1)]
    # Of unrelated permutations the correlation has the standard deviation 1 ÷ √4095 = 0.0156
    assert found.std() == pytest.approx(0.0156, rel=0.1)
    assert np.abs(found).max() < 6 * 0.0156


def numbers(asked: SimProgramme) -> list[str]:
    with pytest.raises(Problems) as caught:
        simulate(asked, draws=10)
    for one in caught.value.found:
        assert one.message("vi") != one.message("en")
    return sorted(one.number for one in caught.value.found)


BAD: dict[str, SimProgramme] = {
    "QD780": programme(project(works_days=SimSpread(0, 10, 20))),
    "QD781": programme(project(works_days=SimSpread(30, 10, 20))),
    "QD782": programme(project(price_year=None)),
    "QD783": programme(project(), funding=SimFunding({"city": SimSource({2026: 1.0, 2028: 1.0})})),
    "QD784": programme(project(cost_ratio=SimSpread(1, 1, 1, (), 0.8, 0.7))),
    "QD785": programme(project(delivery="citty")),
    "QD786": programme(project(lettable_ha=-1.0)),
    "QD787": programme(project(), project()),
    "QD788": programme(project(start_quarter=32)),
    "QD789": programme(project(), demand_ha=np.zeros((3, 7))),
    "QD790": programme(project("a", after=("b",)), project("b", after=("a",))),
    "QD797": programme(project(after=("q",))),
    "QD798": programme(project("a"), project("b", after=("a",), after_lag_days=(1, 2))),
}


@pytest.mark.parametrize("number", BAD)
def test_bad_input_is_refused(number: str) -> None:
    assert numbers(BAD[number]) == [number]


def test_a_project_that_waits_for_itself_is_a_circle() -> None:
    assert numbers(programme(project(after=("p",)))) == ["QD790"]


@pytest.mark.parametrize("share", [-0.1, 10.5, np.nan])
def test_receipts_beyond_their_bounds_are_refused(share: float) -> None:
    models = {"city": SimDelivery(1.0, 1.0, 1.0, receipts_share=(1.0, share))}
    assert numbers(programme(project(), deliveries=models)) == ["QD786"]


def test_all_that_is_wrong_is_said_at_once() -> None:
    wrong = project(
        works_days=SimSpread(0, 10, 20), clearance_days=SimSpread(5, 4, 9), price_year=None, rent_bn_vnd_per_ha=np.nan
    )
    asked = programme(wrong, funding=SimFunding({"city": SimSource({})}), opening_ha=np.inf)
    assert numbers(asked) == ["QD780", "QD781", "QD782", "QD783", "QD786", "QD786"]
