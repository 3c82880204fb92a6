"""Forecasts of series against closed forms, statsmodels' own forecasts, and a simulation step by step."""

import numpy as np
import pytest
from scipy.special import stdtr

from quydat.demand.forecasters import as_before, ranks, stated_range
from quydat.demand.series import Frequency, Series
from quydat.demand.shocks import Shocks, shocks_of
from quydat.demand.time_series import TimeSeriesModel
from quydat.demand.time_series_fit import fit


def series(values: np.ndarray, *, frequency: Frequency = "A", first: int = 1970) -> Series:
    return Series("s", "output", "c", "all", "level", "bn VND", frequency, first, values)


def fitted(of: Series) -> TimeSeriesModel:
    model = fit(of)
    assert isinstance(model, TimeSeriesModel), model
    return model


def monthly(count: int, first: int = 2012 * 12) -> Series:
    random = np.random.default_rng(5)
    logs = 0.004 * np.arange(count) + np.tile(random.normal(0, 0.1, 12), count // 12 + 1)[:count]
    return series(np.exp(logs + random.normal(0, 0.02, count)), frequency="M", first=first)


def test_a_random_walk_with_drift_is_its_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drift is the mean change, the variance that of the changes; h years on it is s² (h + h² ÷ n)."""
    changes = np.random.default_rng(4).normal(0.06, 0.03, 24)
    of = series(100 * np.exp(np.concatenate([[0], np.cumsum(changes)])))
    monkeypatch.setattr("quydat.demand.time_series_fit.CANDIDATES", ("rwdrift",))
    model = fitted(of)
    assert model.name == "rwdrift" and model.shocks == Shocks((), (), ())
    mean, cov = model.forecast(20)
    h = np.arange(1.0, 21.0)
    assert mean == pytest.approx(np.log(of.values[-1]) + h * changes.mean(), abs=1e-6)
    closed = np.var(changes, ddof=1) * (np.minimum.outer(h, h) + np.outer(h, h) / 24)
    assert cov == pytest.approx(closed, rel=2e-3)


@pytest.mark.parametrize("name", ["rwdrift", "lldtrend", "strend"])
@pytest.mark.parametrize(
    ("of", "per"),
    [(series(1.05 ** np.arange(30.0) * (1 + 0.03 * np.sin(np.arange(30.0) ** 2))), 1), (monthly(144), 12)],
)
def test_means_and_variances_are_those_of_statsmodels(
    of: Series, per: int, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    monkeypatch.setattr("quydat.demand.time_series_fit.CANDIDATES", (name,))
    monkeypatch.setattr("quydat.demand.time_series_fit.EXPLODES_SHARE", 0.999)
    model = fitted(of)
    shocks: Shocks = shocks_of(of)
    seen = 100 * np.log(of.values)
    seen[[one - of.first for one in shocks.pulses]] = np.nan
    exog = shocks.columns(of.first, len(seen)) if shocks.steps else None
    theirs = UnobservedComponents(
        seen, level=name, seasonal=per if per > 1 else None, stochastic_seasonal=False, exog=exog,
        mle_regression=False, use_exact_diffuse=True,
    ).fit(disp=0, maxiter=500)  # fmt: skip
    future = None if exog is None else np.ones((5 * per, exog.shape[1]))
    forecast = theirs.get_forecast(5 * per, exog=future)
    mean, cov = model.forecast(5 * per)
    assert 100 * mean == pytest.approx(forecast.predicted_mean, rel=1e-6)
    assert 100 * np.sqrt(np.diag(cov)) == pytest.approx(forecast.se_mean, rel=1e-5)


def test_the_joint_covariance_is_that_of_paths_simulated_step_by_step() -> None:
    model = fitted(monthly(96))
    random = np.random.default_rng(1)
    count, ahead = 40_000, 30

    def normal(cov: np.ndarray) -> np.ndarray:
        return random.multivariate_normal(np.zeros(len(cov)), cov, size=count, method="eigh")

    state = model.state + normal(model.state_cov)
    paths = np.empty((count, ahead))
    for step in range(ahead):
        paths[:, step] = state @ model.design + np.sqrt(model.irregular) * random.normal(size=count)
        state = state @ model.transition.T + normal(model.noise)
    mean, cov = model.forecast(ahead)
    assert paths.mean(axis=0) == pytest.approx(mean, abs=5 * np.sqrt(cov.max() / count))
    assert np.cov(paths, rowvar=False) == pytest.approx(cov, abs=0.03 * cov.max())


def test_a_dummy_for_each_period_of_a_shock_is_the_same_as_a_gap() -> None:
    """Harvey (1989): what ``fit`` does with pulses, against regressors."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    logs = 5.0 * np.arange(25) + np.random.default_rng(8).normal(0, 3, 25).cumsum()
    gaps = logs.copy()
    gaps[[15, 16]] = np.nan
    dummies = np.zeros((25, 2))
    dummies[15, 0] = dummies[16, 1] = 1.0
    how = {"level": "rwdrift", "mle_regression": False, "use_exact_diffuse": True}
    by_gap = UnobservedComponents(gaps, **how).fit(disp=0).get_forecast(5)
    by_dummy = UnobservedComponents(logs, exog=dummies, **how).fit(disp=0).get_forecast(5, exog=np.zeros((5, 2)))
    assert by_dummy.predicted_mean == pytest.approx(by_gap.predicted_mean, rel=1e-4)
    assert by_dummy.se_mean == pytest.approx(by_gap.se_mean, rel=1e-3)


def test_growth_as_before_is_students_distribution_about_the_drift() -> None:
    values = np.array([100.0, 104, 109, 113, 121, 124])
    made = as_before(series(values), 3)
    assert isinstance(made, np.ndarray)
    changes = np.diff(np.log(values))
    for years in (1, 2, 3):
        spread = changes.std(ddof=1) * np.sqrt(years + years**2 / 5)
        score = (np.log(made[years - 1] / 124) - years * changes.mean()) / spread
        assert stdtr(4, score) == pytest.approx(ranks(), abs=1e-9)


def test_the_stated_range_is_a_triangle_of_one_growth_for_all_years() -> None:
    made = stated_range(series(np.array([50.0, 100, 104, 109.2, 120.12, 123.7236, 133.621488])), 4)
    assert isinstance(made, np.ndarray)
    low, mid, high = 0.03, (0.04 + 0.05 + 0.1 + 0.03 + 0.08) / 5, 0.1  # the last five; the first year is forgotten
    random = np.random.default_rng(1).triangular(low, mid, high, 400_000)
    for years in (1, 4):
        theirs = np.quantile(133.621488 * (1 + random) ** years, [0.1, 0.5, 0.9])
        assert np.quantile(made[years - 1], [0.1, 0.5, 0.9]) == pytest.approx(theirs, rel=1e-3)
