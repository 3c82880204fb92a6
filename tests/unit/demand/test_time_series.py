"""Time-series models: when one is fitted and why not, what a shock does to the trend, and the paths drawn from it."""

import os
import subprocess
import sys

import numpy as np
import pytest

from quydat.core.uniforms import GivenUniforms, SeededUniforms
from quydat.demand.series import PER_YEAR, Frequency, Series
from quydat.demand.time_series import TimeSeriesModel
from quydat.demand.time_series_fit import LEAST_POINTS, NotFitted, fit

YEARS = range(2025, 2046)


def series(values: np.ndarray, *, frequency: Frequency = "A", first: int = 2005, measure: str = "level") -> Series:
    unit = "%" if measure == "growth" else "bn VND"
    return Series("s", "output", "c", "all", measure, unit, frequency, first, values)


def fitted(of: Series) -> TimeSeriesModel:
    model = fit(of)
    assert isinstance(model, TimeSeriesModel), model
    return model


def walk(count: int, *, seed: int = 1, drift: float = 0.06, sd: float = 0.02) -> np.ndarray:
    steps = np.random.default_rng(seed).normal(drift, sd, count - 1)
    return 100 * np.exp(np.concatenate([[0.0], np.cumsum(steps)]))


@pytest.mark.parametrize(("frequency", "first"), [("A", 2001), ("Q", 2010 * 4), ("M", 2015 * 12)])
def test_a_series_one_period_short_is_not_fitted_and_says_how_many_are_needed(frequency: Frequency, first: int) -> None:
    least = LEAST_POINTS[frequency]
    drift = 0.06 / PER_YEAR[frequency]
    short = fit(series(walk(least - 1, drift=drift), frequency=frequency, first=first))
    assert isinstance(short, NotFitted)
    assert str(least) in short.reason[0] and str(least) in short.reason[1]
    assert isinstance(fit(series(walk(least, drift=drift, sd=0.01), frequency=frequency, first=first)), TimeSeriesModel)


def test_a_year_of_zero_has_no_logarithm() -> None:
    lettings = Series("s", "land_let", "c", "all", "level", "ha", "A", 2001, np.array([20.0, 0.0, 30.0] * 7))
    found = fit(lettings)
    assert isinstance(found, NotFitted)
    assert "logarithm" in found.reason[1]


def test_growth_that_explodes_is_refused_with_the_reason() -> None:
    found = fit(series(walk(20, sd=0.6), first=1995))
    assert isinstance(found, NotFitted)
    assert "explodes" in found.reason[1]


@pytest.mark.parametrize("kept", [0.70, 1.0, 1.2])
def test_a_shock_does_not_tilt_the_trend_whatever_it_cost_for_good(kept: float) -> None:
    growth = np.array([0.06, 0.05, 0.055, 0.045, 0.05, 0.052, 0.048, 0.05, 0.06, 0.04, 0.05, 0.055, 0.045, 0.05, 0.05])
    before = 100 * np.cumprod(1 + growth)  # 2005 to 2019
    trend = before[-1] * 1.05 ** np.arange(1, 6)
    shocked = np.concatenate([before, trend * np.array([0.9, 0.75, kept, kept, kept])])
    model = fitted(series(shocked))
    mean, _ = model.yearly(YEARS)
    assert np.expm1(mean) == pytest.approx(0.05, abs=0.002)
    assert [model.series.name(one) for one in model.shocks.pulses] == ["2020", "2021"]


def test_growth_that_is_brought_as_growth_gives_the_same_model() -> None:
    values = walk(20)
    level, growth = (
        fitted(series(values)),
        fitted(series(100 * np.diff(values) / values[:-1], first=2006, measure="growth")),
    )
    assert growth.name == level.name
    assert growth.yearly(YEARS)[0] == pytest.approx(level.yearly(YEARS)[0], abs=1e-6)


def test_years_that_are_over_are_what_they_were() -> None:
    values = walk(20)
    mean, cov = fitted(series(values)).yearly(range(2023, 2027))
    assert np.exp(mean[:2]) == pytest.approx(values[-2:] / values[-3:-1])
    assert (cov[:2] == 0).all() and (np.diag(cov)[2:] > 0).all()
    drawn = fitted(series(values)).simulate(years=[2023, 2024], uniforms=SeededUniforms(count=10, seed=1), name="g")
    assert np.ptp(drawn, axis=0) == pytest.approx(0, abs=1e-12)


def test_growth_of_a_year_is_that_of_its_quarters() -> None:
    season = np.tile([-0.3, 0.1, 0.05, 0.15], 10)
    logs = 0.015 * np.arange(40) + season + np.random.default_rng(2).normal(0, 0.01, 40)
    mean, _ = fitted(series(np.exp(logs), frequency="Q", first=2010 * 4)).yearly(range(2011, 2031))
    assert mean[:9] == pytest.approx(np.diff(logs.reshape(10, 4).mean(axis=1)))
    assert mean[10:] == pytest.approx(0.06, abs=0.01)


def test_years_with_a_hole_and_years_before_the_series_are_refused() -> None:
    model = fitted(series(walk(20)))
    with pytest.raises(ValueError, match="do not follow"):
        model.yearly([2025, 2027])
    with pytest.raises(ValueError, match="begins after 2004"):
        model.yearly([2005, 2006])


# Paths


def test_draws_have_the_mean_and_covariance_of_the_model() -> None:
    model = fitted(series(walk(20)))
    mean, cov = model.yearly(YEARS)
    drawn = np.log1p(model.simulate(years=YEARS, uniforms=SeededUniforms(count=20_000, seed=3), name="g"))
    assert drawn.shape == (20_000, 21)
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=1e-4)
    assert np.cov(drawn, rowvar=False) == pytest.approx(cov, abs=0.04 * cov.max())


def test_the_first_stream_is_the_rank_of_the_growth_of_all_years_together() -> None:
    model = fitted(series(walk(20)))
    streams = SeededUniforms(count=500, seed=4)
    whole = np.log1p(model.simulate(years=YEARS, uniforms=streams, name="g")).sum(axis=1)
    assert np.argsort(whole).tolist() == np.argsort(streams.of("g")).tolist()
    mean, cov = model.yearly(YEARS)
    at = GivenUniforms({"g": np.array([0.1, 0.9])}, count=2)
    ends = np.log1p(model.simulate(years=YEARS, uniforms=at, name="g")).sum(axis=1)
    assert ends == pytest.approx(mean.sum() + np.array([-1, 1]) * 1.2815515655 * np.sqrt(cov.sum()))


def test_all_streams_at_the_middle_give_the_middle_path() -> None:
    model = fitted(series(walk(20)))
    drawn = model.simulate(years=YEARS, uniforms=GivenUniforms({}, count=1), name="g")
    assert drawn[0] == pytest.approx(np.expm1(model.yearly(YEARS)[0]))


_BYTES = """
import hashlib, numpy as np
from quydat.core.uniforms import SeededUniforms
from quydat.demand.series import Series
from quydat.demand.time_series_fit import fit
t = np.arange(96.0)
values = np.exp(0.005 * t + 0.1 * np.sin(t) + 0.02 * np.cos(7 * t * t))
model = fit(Series("s", "output", "c", "all", "index", "index", "M", 2012 * 12, values, 2012))
made = model.simulate(years=range(2020, 2046), uniforms=SeededUniforms(count=2000, seed=1), name="g")
print(hashlib.sha256(made.tobytes()).hexdigest())
"""


def test_the_number_of_threads_changes_no_byte() -> None:
    told = set()
    for threads in ("1", "2"):
        env = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        told.add(subprocess.run([sys.executable, "-c", _BYTES], env=env, capture_output=True, check=True).stdout)
    assert len(told) == 1
