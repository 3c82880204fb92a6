"""What a programme comes to in each draw."""

from dataclasses import replace

import numpy as np
import pytest
from tests.support.sim_programmes import some_programme

from quydat.programme.simulate.programme import Policy
from quydat.programme.simulate.simulate import QUANTITIES, Simulated, prepare
from quydat.programme.worth.outcome import AFTER_YEARS, Terms, carried_on, outcome_of, outcomes, tail_parts

TERMS = Terms(2, 0.5, 0.1, 0.04, 0.02, 1, 10.0, 5.0, 0.5)


@pytest.mark.parametrize("seed", range(12))
def test_years_after_the_plan_change_nothing_in_it(seed: int) -> None:
    programme = some_programme(seed, policy=Policy.SKIP)
    demand = np.hstack([programme.demand_ha, np.zeros((len(programme.demand_ha), AFTER_YEARS))])
    short, long = (prepare(one).run(200) for one in (programme, carried_on(programme, demand)))
    np.testing.assert_allclose(long.yearly[:, : len(programme.years)], short.yearly, rtol=1e-5, atol=1e-3)


def test_numbers_of_a_draw_by_hand() -> None:
    """A plan of 2025 and 2026 from the middle of 2025, and a year after it; prices of 2024; one draw."""
    values = {
        "delivered_ha": [10.0, 20.0, 99.0], "shortage_ha": [4.0, 6.0, 99.0], "spent_bn_vnd": [100.0, 50.0, 10.0],
        "received_bn_vnd": [0.0, 30.0, 80.0], "balance_bn_vnd": [-40.0, 5.0, 5.0],
    }  # fmt: skip
    yearly = np.array([values.get(name, [0.0] * 3) for name in QUANTITIES], np.float32)[:, :, None]
    none = np.zeros((0, 3), np.int64)
    made = outcome_of(Simulated((2025, 2026, 2027), (), yearly, np.array([2025]), none, none, 0.0), TERMS)
    # Half of 2025 is left, in which 5 ha are there on average; 20 in 2026
    assert made.hectare_years.tolist() == pytest.approx([0.5 * 5 + 20])
    assert (made.hectares.tolist(), made.shortage_ha.tolist(), made.spent_bn_vnd.tolist()) == ([30.0], [6.0], [160.0])
    worth = [1.1**-0.25, 1.1**-1.0, 1.1**-2.0]
    assert made.short_years.tolist() == pytest.approx([0.5 * 2 * worth[0] + 5 * worth[1]])
    real = [worth[t] / 1.04 ** (t + 1) for t in range(3)]
    net = 100 * real[0] + (50 - 30 + 0.02 * 40) * real[1] + (10 - 80) * real[2]
    assert made.net_cost_bn_vnd.tolist() == pytest.approx([net])
    short = 0.5 * 2 * worth[0] + 5 * worth[1]
    assert made.burdens_bn_vnd(TERMS).tolist() == pytest.approx([net + 10 * short + 5 * short])


def test_the_tail_is_the_mean_of_the_worst() -> None:
    values = np.random.default_rng(1).gamma(1.0, size=1000)
    assert tail_parts(values, 0.9).mean() == pytest.approx(np.sort(values)[-100:].mean())
    assert tail_parts(values, 0.0).mean() == pytest.approx(values.mean())
    assert tail_parts(values, 1.0).mean() == pytest.approx(values.max())


def test_programmes_that_share_demand_come_in_order() -> None:
    programme = some_programme(3, policy=Policy.SKIP)
    other = replace(programme, opening_ha=programme.opening_ha + 100.0)
    terms = replace(TERMS, years=len(programme.years))
    made = list(outcomes([(programme, terms), (other, terms), (programme, terms)], draws=100))
    assert np.array_equal(made[0].short_years, made[2].short_years)
    assert made[1].shortage_ha.mean() <= made[0].shortage_ha.mean()
    assert len(made[0].hectares) == 100
