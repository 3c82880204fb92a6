"""Survival curves against a published example and by hand; the posterior where it can be told by hand."""

from math import exp, log
from typing import Any

import numpy as np
import pytest

from quydat.core.draws import Range, uniform
from quydat.procedure.observation import Observed
from quydat.procedure.posterior import Posterior, Prior
from quydat.procedure.survival import kaplan_meier

# Remission of leukaemia under 6-MP, in weeks: E. J. Freireich et al., 1963, the textbook example of the method.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def case(days: float, *, finished: bool = True, step: str = "a", state: bool = False, **more: Any) -> Observed:
    return Observed(f"{step}{days}{finished}{state}", "x", "x", step, days, finished, state, **more)


def prior(median: tuple[float, float, float] = (120, 365, 1095), state: float = 4.0) -> Prior:
    return Prior.of(
        median_days=Range(*median), step_ratio=2.5, case_ratio=Range(1.4, 2, 3.2),
        state_ratio=Range(1 / state, 1, state),
    )  # fmt: skip


def test_the_textbook_curve() -> None:
    curve = kaplan_meier([float(week) for week in WEEKS], [bool(one) for one in ENDED])
    assert curve.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.finished.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve.median_days == 23
    assert curve.last_days == 35
    # Greenwood on the log-log scale at the first day, by hand: exp(−exp(ln(−ln S) ± 1.96 √(3/(21·18)) / ln S))
    share = 18 / 21
    half = 1.959964 * (3 / (21 * 18)) ** 0.5 / abs(log(share))
    assert curve.low[0] == pytest.approx(share ** exp(half), abs=1e-6)
    assert curve.high[0] == pytest.approx(share ** exp(-half), abs=1e-6)


def test_a_curve_reads_between_its_days() -> None:
    curve = kaplan_meier([100.0, 150.0, 300.0], [True, False, True])
    assert [curve.at(days) for days in (0, 99.9, 100, 299, 300, 9999)] == pytest.approx([1, 1, 2 / 3, 2 / 3, 0, 0])


def test_without_a_finished_case_the_curve_never_falls() -> None:
    curve = kaplan_meier([5.0, 9.0], [False, False])
    assert (curve.at(1000.0), curve.median_days, curve.last_days) == (1.0, None, 9.0)
    with pytest.raises(ValueError, match="at least one"):
        kaplan_meier([], [])


def test_one_case_and_a_stubborn_prior_give_the_prior() -> None:
    held = prior((364.9, 365, 365.1))
    held = Prior(held.common, 0.01, (log(log(2)), 0.01), held.beta)
    found = Posterior({"a": [case(4000)]}, held).mixture("a").quantiles([0.1, 0.5, 0.9])
    # ln 365 ± 1.2816 × ln 2: the prior's middle and spread, hardly moved
    assert found == pytest.approx([365 / 2**1.2816, 365, 365 * 2**1.2816], rel=0.02)


def test_many_cases_give_what_they_say() -> None:
    z = np.array([-1.5, -0.9, -0.5, -0.2, 0.0, 0.2, 0.5, 0.9, 1.5])
    days = np.exp(7 + 0.5 * np.tile(z, 40))
    found = Posterior({"a": [case(float(one)) for one in days]}, prior())
    assert found.mixture("a").quantiles([0.5])[0] == pytest.approx(exp(7), rel=0.03)
    low, high = found.mixture("a").quantiles([0.1, 0.9])
    spread = 0.5 * np.std(z)
    assert log(high / low) / (2 * 1.2816) == pytest.approx(spread, rel=0.05)


def test_what_has_lasted_lasts_longer() -> None:
    times = Posterior({"a": [case(400), case(900), case(2000)]}, prior()).mixture("a")
    at = [times.quantiles([0.5], lasted=lasted)[0] for lasted in (0.0, 500.0, 3000.0, 9000.0)]
    assert at == sorted(at)
    assert all(days > lasted for days, lasted in zip(at, (0, 500, 3000, 9000), strict=True))
    # S(t | lasted) = S(t) ÷ S(lasted) only if the parameters are known: here each set of them counts by its own
    assert times.survival(3000.0, lasted=3000.0)[0] == pytest.approx(1.0)


def test_a_left_out_case_is_as_if_it_had_never_been_seen() -> None:
    cases = [case(400), case(900), case(6000), case(1500, finished=False), case(700, step="b"), case(90, step="b")]
    by_step = {"a": cases[:4], "b": cases[4:]}
    others = Posterior({"a": [cases[0], cases[1], cases[3]], "b": cases[4:]}, prior()).mixture("a")
    left_out = Posterior(by_step, prior()).mixture("a", without=cases[2])
    for shares in ([0.1, 0.5, 0.9],):
        assert left_out.quantiles(shares) == pytest.approx(others.quantiles(shares), rel=5e-3)


def test_a_case_by_then_at_the_latest_says_less_than_one_on_the_day() -> None:
    """Finished by 4,000 days at the latest lowers the middle below finished on that day."""
    on = Posterior({"a": [case(4000)]}, prior()).mixture("a").quantiles([0.5])[0]
    by = Posterior({"a": [case(4000, at_latest=True)]}, prior()).mixture("a").quantiles([0.5])[0]
    open_ = Posterior({"a": [case(4000, finished=False)]}, prior()).mixture("a").quantiles([0.5])[0]
    assert by < on < open_


def test_the_state_has_its_own_factor() -> None:
    cases = [case(4000), case(5000), case(3500), *(case(days, state=True) for days in (400, 500, 350))]
    found = Posterior({"a": cases}, prior())
    developer, state = (found.mixture("a", state_led=led).quantiles([0.5])[0] for led in (False, True))
    assert developer / state == pytest.approx(10, rel=0.35)  # ln 10, drawn a little towards the neutral prior
    assert developer / state < 10


def test_draws_follow_the_mixture() -> None:
    found = Posterior({"a": [case(400), case(900), case(2000, finished=False)], "b": [case(50)]}, prior())
    common, own, z = (uniform(name, count=40_000, seed=1) for name in ("common", "own", "z"))
    from scipy.special import ndtri

    middle, sigma = found.drawn("a", state_led=False, common=common, own=own)
    drawn = np.exp(middle + sigma * ndtri(z))
    assert np.quantile(drawn, [0.1, 0.5, 0.9]) == pytest.approx(found.mixture("a").quantiles([0.1, 0.5, 0.9]), rel=0.03)
