"""The model of durations against other programs: lifelines, SciPy's own fit, a plain Monte Carlo."""

from math import log, pi

import numpy as np
import pytest
from scipy.special import log_ndtr
from scipy.stats import CensoredData, lognorm

from quydat.core.draws import Range
from quydat.procedure.observation import Observed
from quydat.procedure.posterior import Posterior, Prior, _Data
from quydat.procedure.survival import kaplan_meier

# The trial of Freireich et al. (1963): weeks in remission under 6-MP (1 = relapse seen), and under placebo.
TREATED = [(6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1), (17, 0),
           (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]  # fmt: skip
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def cases(step: str = "a") -> list[Observed]:
    treated = [Observed(f"t{i}", "", "", step, float(t), bool(e), True) for i, (t, e) in enumerate(TREATED)]
    placebo = [Observed(f"p{i}", "", "", step, float(t), True, False) for i, t in enumerate(PLACEBO)]
    return [*treated, *placebo]


def test_the_curve_is_that_of_lifelines() -> None:
    """Values printed by lifelines 0.30.3 (KaplanMeierFitter, its default band), in an environment of its own."""
    curve = kaplan_meier([float(t) for t, _ in TREATED], [bool(e) for _, e in TREATED])
    assert curve.survival[[0, 1, -1]] == pytest.approx([0.857143, 0.806723, 0.448179], abs=1e-6)
    assert curve.low[[0, 1, -1]] == pytest.approx([0.619718, 0.563147, 0.188052], abs=1e-6)
    assert curve.high[[0, 1, -1]] == pytest.approx([0.951552, 0.922809, 0.680143], abs=1e-6)


def test_the_likelihood_peaks_where_that_of_lifelines_does() -> None:
    """LogNormalAFTFitter of lifelines 0.30.3 on the trial: intercept 1.825121, x 1.346848, ln sigma −0.079185."""
    made = _Data.of(cases())
    sigma, beta, middle = np.exp([-0.079185]), np.array([1.346848]), np.array([1.825121])

    def at(s: float, b: float, m: float) -> float:
        return float(made.log_likelihood(sigma * np.exp(s), beta + b, middle + m)[0, 0, 0])

    best = at(0, 0, 0)
    for step in (0.01, -0.01):
        assert at(step, 0, 0) < best
        assert at(0, step, 0) < best
        assert at(0, 0, step) < best
    # its log-likelihood, −106.704622, is of times; ours is of their logarithms and without the constant of each
    finished = [log(case.days) for case in cases() if case.finished]
    assert best - sum(finished) - len(finished) * log(2 * pi) / 2 == pytest.approx(-106.704622, abs=1e-4)


def test_without_a_prior_worth_the_name_the_middle_is_that_of_scipy() -> None:
    days = np.array([t for t, _ in TREATED], dtype=float)
    done = np.array([e for _, e in TREATED], dtype=bool)
    sigma, _, median = lognorm.fit(CensoredData(uncensored=days[done], right=days[~done]), floc=0)
    wide = Prior(common=(3.0, 50.0), scatter=50.0, sigma=(0.0, 5.0), beta=(0.0, 5.0))
    found = Posterior({"a": [Observed("", "", "", "a", float(t), bool(e), False) for t, e in TREATED]}, wide)
    place = np.unravel_index(found.middle["a"].argmax(), found.middle["a"].shape)
    assert found.axes["step/a"][place[2]] == pytest.approx(log(median), abs=0.1)
    assert np.exp(found.axes["sigma"][place[0]]) == pytest.approx(sigma, rel=0.12)


def test_the_posterior_is_that_of_a_plain_monte_carlo() -> None:
    """Draws from the prior, weighed by the likelihood: no grid, no refinement, only many draws."""
    seen = {
        "a": [
            Observed("1", "", "", "a", 400.0, True, True),
            Observed("2", "", "", "a", 3700.0, True, True, at_latest=True),
            Observed("3", "", "", "a", 8000.0, False, False),
            Observed("4", "", "", "a", 3400.0, False, False),
        ],
        "b": [Observed("5", "", "", "b", 1250.0, True, False), Observed("6", "", "", "b", 23.0, False, False)],
    }
    held = Prior.of(
        median_days=Range(120, 365, 1095), step_ratio=2.5, case_ratio=Range(1.4, 2, 3.2), state_ratio=Range(0.25, 1, 4)
    )
    rng, count = np.random.default_rng(7), 1_000_000
    common = rng.normal(*held.common, count)
    sigma, beta = np.exp(rng.normal(*held.sigma, count)), rng.normal(*held.beta, count)
    middle = {step: common + held.scatter * rng.normal(size=count) for step in seen}
    weight = np.zeros(count)
    for step, of_step in seen.items():
        for case in of_step:
            z = (log(case.days) - middle[step] - beta * case.state_led) / sigma
            if not case.finished:
                weight += log_ndtr(-z)
            elif case.at_latest:
                weight += log_ndtr(z)
            else:
                weight += -0.5 * z**2 - np.log(sigma)
    weight = np.exp(weight - weight.max())
    found = Posterior(seen, held)
    for step, led in (("a", False), ("a", True), ("b", False)):
        mixture = found.mixture(step, state_led=led)
        drawn = np.exp(middle[step] + beta * led + sigma * rng.normal(size=count))
        order = np.argsort(drawn)
        running = np.cumsum(weight[order]) / weight.sum()
        plain = [float(drawn[order][np.searchsorted(running, share)]) for share in (0.1, 0.5, 0.9)]
        assert mixture.quantiles([0.1, 0.5, 0.9]) == pytest.approx(plain, rel=0.06)
