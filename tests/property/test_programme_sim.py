"""What must hold of the simulation of any programme."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.sim_programmes import earmarked, some_programme, tied

from quydat.programme.simulate.programme import Policy, SimProgramme, SimSource
from quydat.programme.simulate.simulate import NEVER_DAY, QUANTITIES, Simulated, simulate, simulate_days

seeds = st.integers(0, 2**32 - 1)
policies = st.sampled_from(list(Policy))
DRAWS = 300


def same(a: Simulated, b: Simulated) -> bool:
    return all(
        getattr(a, name).tobytes() == getattr(b, name).tobytes()
        for name in ("yearly", "first_short", "starts", "readies")
    )


def demand(programme: SimProgramme) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    paths = programme.demand_ha
    return paths[np.arange(DRAWS) % len(paths)].T


@given(seeds, policies)
@settings(max_examples=80)
def test_the_land_account_closes(seed: int, policy: Policy) -> None:
    programme = some_programme(seed, policy=policy)
    made = simulate(programme, draws=DRAWS, threads=1)
    given_ha = np.array(programme.elsewhere_ha)[:, None]
    delivered, closing = made.of("delivered_ha").astype(float), made.of("closing_ha").astype(float)
    missing = made.of("shortage_ha").astype(float)
    opening = np.vstack([np.full(DRAWS, programme.opening_ha), closing[:-1]])
    taken = demand(programme) - np.diff(missing, axis=0, prepend=0.0)
    np.testing.assert_allclose(opening + delivered + given_ha - taken, closing, rtol=0, atol=2e-3)
    assert (taken >= -1e-3).all() and (closing >= 0).all() and (np.diff(missing, axis=0) >= 0).all()
    # The rule of the design: shortage is the largest lead of demand over supply and opening so far
    lead = (demand(programme) - delivered - given_ha).cumsum(axis=0) - programme.opening_ha
    np.testing.assert_allclose(missing, np.maximum(np.maximum.accumulate(lead, axis=0), 0.0), rtol=1e-6, atol=5e-3)
    first = np.where((missing > 1e-9).any(axis=0), np.argmax(missing > 1e-9, axis=0), len(programme.years))
    assert (made.first_short == programme.years[0] + first).all()


@given(seeds, policies)
@settings(max_examples=80)
def test_the_fund_keeps_below_its_ceiling_and_its_money_adds_up(seed: int, policy: Policy) -> None:
    programme = some_programme(seed, policy=policy)
    made = simulate(programme, draws=DRAWS, threads=1)
    funding, balance = programme.funding, made.of("balance_bn_vnd").astype(float)
    assert (balance >= -funding.loan_ceiling_bn_vnd - 0.01).all()
    assert not made.overdrawn_bn_vnd.any() and not made.dry_share().any()
    assert ((made.cash_bn_vnd == 0) | (made.debt_bn_vnd == 0)).all()
    assert (made.of("spent_bn_vnd") >= -0.01).all() and (made.of("received_bn_vnd") >= 0).all()
    before = np.vstack([np.full(DRAWS, funding.opening_bn_vnd), balance[:-1]])
    budget = np.array([sum(one.by_year[year] for one in funding.sources.values()) for year in programme.years])
    lapsing = np.array([
        sum(one.by_year[year] for one in funding.sources.values() if not one.carries_over) for year in programme.years
    ])  # fmt: skip
    interest = funding.interest_share * np.maximum(-before, 0.0)
    flows = budget[:, None] - interest + made.of("received_bn_vnd") - made.of("spent_bn_vnd")
    lapsed = before + flows - balance
    assert (lapsed >= -0.01).all() and (lapsed <= lapsing[:, None] + 0.01).all()


@given(seeds, policies, st.integers(1, 5))
@settings(max_examples=40)
def test_promises_ahead_are_kept_within_the_budgets_to_come(seed: int, policy: Policy, ahead: int) -> None:
    """Where nothing is borrowed at interest: the debt is never more than the ceiling and the budgets promised."""
    programme = some_programme(seed, policy=policy)
    funding = replace(programme.funding, ahead_years=ahead, interest_share=0.0)
    made = simulate(replace(programme, funding=funding), draws=DRAWS, threads=1)
    budget = [sum(one.by_year[year] for one in funding.sources.values()) for year in programme.years]
    coming = np.array([sum(budget[t + 1 : t + 1 + ahead]) for t in range(len(budget))])
    assert (made.overdrawn_bn_vnd <= coming[:, None] + 0.01).all()
    assert made.dry_share().tolist() == sorted(made.dry_share())


@given(seeds, st.floats(1.0, 3.0), st.booleans())
@settings(max_examples=80)
def test_more_budget_never_means_less_land(seed: int, more: float, revolving: bool) -> None:
    """Where nothing is borrowed and rents do not rise: with either, a sooner start may cost the fund more."""
    programme = some_programme(seed, policy=Policy.NONE)
    sources = {name: SimSource(one.by_year) for name, one in programme.funding.sources.items()}
    funding = replace(
        programme.funding, sources=sources, loan_ceiling_bn_vnd=0.0, rent_escalation_share=0.0,
        revolving_share=0.6 if revolving else 0.0,
    )  # fmt: skip
    richer = {name: SimSource({year: more * x for year, x in one.by_year.items()}) for name, one in sources.items()}
    poor = simulate(replace(programme, funding=funding), draws=DRAWS, threads=1)
    rich = simulate(replace(programme, funding=replace(funding, sources=richer)), draws=DRAWS, threads=1)
    by = [made.of("delivered_ha").astype(float).cumsum(axis=0) for made in (poor, rich)]
    assert (by[1] >= by[0] - 1e-2).all()
    assert (rich.of("shortage_ha") <= poor.of("shortage_ha") + 1e-2).all()


@given(seeds, policies)
@settings(max_examples=40)
def test_nothing_starts_before_what_it_waits_for_is_ready(seed: int, policy: Policy) -> None:
    programme = tied(some_programme(seed, policy=policy), seed)
    made = simulate_days(programme, draws=DRAWS, threads=1)
    for row, one in enumerate(programme.projects):
        begun = made.start_quarter[row] >= 0
        assert ((made.ready_day[row] != NEVER_DAY) == begun).all()
        assert (made.start_quarter[row][begun] >= one.start_quarter).all()
        for other, lag in zip(one.after, one.lags_days, strict=True):
            ready = made.ready_day[made.project_ids.index(other)][begun]
            assert (made.start_quarter[row][begun] * 91.3125 > ready - 1 + lag).all()
    assert made.starts.sum(axis=1).tolist() == (made.start_quarter >= 0).sum(axis=1).tolist()


@given(seeds, policies)
@settings(max_examples=40)
def test_money_kept_for_some_keeps_the_fund_below_its_ceiling(seed: int, policy: Policy) -> None:
    programme = earmarked(some_programme(seed, policy=policy), seed)
    funding = replace(programme.funding, ahead_years=0)
    made = simulate(replace(programme, funding=funding), draws=DRAWS, threads=1)
    assert not made.overdrawn_bn_vnd.any()
    carried = {name: replace(one, carries_over=True) for name, one in funding.sources.items()}
    free = replace(funding, sources=carried, interest_share=0.0)
    made = simulate(replace(programme, funding=free), draws=DRAWS, threads=1)
    came = np.cumsum([sum(one.by_year[year] for one in carried.values()) for year in programme.years])[:, None]
    flows = (made.of("received_bn_vnd").astype(float) - made.of("spent_bn_vnd")).cumsum(axis=0)
    np.testing.assert_allclose(made.of("balance_bn_vnd"), free.opening_bn_vnd + came + flows, rtol=1e-5, atol=0.02)


@given(seeds, policies, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_the_projects_changes_nothing(seed: int, policy: Policy, random: object) -> None:
    programme = tied(earmarked(some_programme(seed, policy=policy), seed), seed)
    projects = list(programme.projects)
    random.shuffle(projects)  # type: ignore[attr-defined]
    made = simulate(programme, draws=DRAWS, threads=1)
    other = simulate(replace(programme, projects=tuple(projects)), draws=DRAWS, threads=1)
    assert made.yearly.tobytes() == other.yearly.tobytes()
    rows = [other.project_ids.index(one) for one in made.project_ids]
    assert (other.starts[rows] == made.starts).all() and (other.readies[rows] == made.readies).all()


@pytest.mark.parametrize("seed", range(3))
def test_threads_and_parts_change_nothing(seed: int) -> None:
    programme = tied(earmarked(some_programme(seed, policy=Policy.NONE), seed), seed)
    whole = simulate(programme, draws=10_000, threads=1, part=10_000)
    days = simulate_days(programme, draws=10_000, threads=1, part=10_000)
    again = simulate_days(programme, draws=10_000, threads=3, part=77)
    assert same(days, whole) and same(again, whole)
    assert again.ready_day.tobytes() == days.ready_day.tobytes()
    assert again.start_quarter.tobytes() == days.start_quarter.tobytes()
    for threads in (1, 2, 3):
        for part in (4096, 1000, 77):
            assert same(simulate(programme, draws=10_000, threads=threads, part=part), whole)
    few = simulate(programme, draws=5_001, threads=2, part=333)
    assert few.yearly.tobytes() == whole.yearly[:, :, :5_001].tobytes(), "a draw hangs on how many there are"


@given(seeds, policies)
@settings(max_examples=20)
def test_each_project_starts_and_is_ready_once_at_most(seed: int, policy: Policy) -> None:
    made = simulate(some_programme(seed, policy=policy), draws=DRAWS, threads=1)
    assert made.yearly.shape == (len(QUANTITIES), len(made.years), DRAWS)
    assert (made.readies.cumsum(axis=1) <= made.starts.cumsum(axis=1)).all()
    assert (made.starts.sum(axis=1) <= DRAWS).all()
