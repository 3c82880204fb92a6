"""Fitting: which of a few time-series models a series is described by, or why by none.

statsmodels is loaded only when a model is fitted.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from quydat.demand.series import Frequency, Series, said
from quydat.demand.shocks import SHOCK_YEARS, Shocks, shocks_of
from quydat.demand.time_series import TimeSeriesModel
from quydat.dictionary.cells import Names

LEAST_POINTS: dict[Frequency, int] = {"A": 15, "Q": 24, "M": 48}
"""Periods from which on a model is fitted. Fifteen years leave ten to learn a variance from when drift, level, a step
and two shock years are taken off; by quarter and month six and four years let each season be seen often enough to be
told apart."""

CANDIDATES = ("rwdrift", "lldtrend", "strend")
"""Random walk with drift; trend of fixed slope, with noise, whose level wanders; smooth trend whose slope wanders."""

EXPLODES_SHARE = 0.25
"""Yearly growth that no city keeps up for twenty years: a model that gives one chance in ten to more, or to a fall as
steep, is not used."""

HORIZON_YEARS = 20
"""Years ahead that a model must not explode in."""

_SCALE = 100.0
"""Logarithms are fitted in hundredths: the search for variances is made for numbers of about one."""

_P90 = 1.2815515655446004


@dataclass(frozen=True)
class NotFitted:
    """Why a series has no model."""

    reason: Names


def fit(series: Series, *, shock_years: Sequence[int] = SHOCK_YEARS) -> TimeSeriesModel | NotFitted:
    """The candidate with the smallest AICc that converges and does not explode; or why there is none.

    Levels are fitted by their logarithm, growth cumulated. Periods of a shock are unknown to the model, which is the
    same as a dummy for each; steps are regressors with a diffuse prior (Harvey 1989, ch. 7). With exact diffuse initial
    states the likelihood is the restricted one, so that variances are not too small for what was estimated beside them
    (Durbin and Koopman 2012, ch. 5 and 7).
    """
    count, least = len(series.values), LEAST_POINTS[series.frequency]
    if count < least:
        return NotFitted(said(f"series.short.{series.frequency}", points=count, least=least))
    if not np.isfinite(series.levels().logs).all():
        return NotFitted(said("series.zeros"))
    shocks = shocks_of(series, years=shock_years)
    made: dict[str, TimeSeriesModel] = {}
    aicc: dict[str, float] = {}
    left_out = []
    for name in CANDIDATES:
        one = _fit_one(series, shocks, name)
        if one is None or _explodes(one[0]):
            left_out.append(name)
        else:
            made[name], aicc[name] = one
    if not made:
        return NotFitted(said("series.none_fits"))
    best = min(aicc, key=lambda name: (aicc[name], CANDIDATES.index(name)))
    return replace(made[best], aicc=aicc, left_out=tuple(left_out))


def _fit_one(series: Series, shocks: Shocks, name: str) -> tuple[TimeSeriesModel, float] | None:
    """One candidate with its AICc; None if the search for its variances does not converge."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    levels = series.levels()
    seen = levels.logs * _SCALE
    seen[[number - levels.first for number in shocks.pulses]] = np.nan
    steps = shocks.columns(levels.first, len(seen)) if shocks.steps else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is asked of the result below
        model = UnobservedComponents(
            seen, level=name, seasonal=series.per_year if series.per_year > 1 else None, stochastic_seasonal=False,
            exog=steps, mle_regression=False, use_exact_diffuse=True,
        )  # fmt: skip
        try:
            result = model.fit(disp=0, maxiter=500)
        except np.linalg.LinAlgError:
            return None
    free = int(np.isfinite(seen).sum()) - model.k_states
    count = len(result.params)
    if not result.mle_retvals["converged"] or not np.isfinite(result.llf) or free <= count + 1:
        return None
    aicc = float(-2 * result.llf + 2 * count * free / (free - count - 1))
    parts = {part: model.ssm[part] for part in ("transition", "selection", "state_cov", "design", "obs_cov")}
    parts = {part: matrix[:, :, -1] if matrix.ndim == 3 else matrix for part, matrix in parts.items()}
    made = TimeSeriesModel(
        series, shocks, name, {name: aicc}, (),
        state=result.predicted_state[:, -1] / _SCALE,
        state_cov=result.predicted_state_cov[:, :, -1] / _SCALE**2,
        transition=np.array(parts["transition"]),
        noise=parts["selection"] @ parts["state_cov"] @ parts["selection"].T / _SCALE**2,
        design=np.array(parts["design"][0]),
        irregular=float(parts["obs_cov"][0, 0]) / _SCALE**2,
    )  # fmt: skip
    return made, aicc


def _explodes(model: TimeSeriesModel) -> bool:
    """Whether one draw in ten grows or shrinks faster than anything does, in the last year of the horizon."""
    year = model.series.last // model.series.per_year + HORIZON_YEARS
    mean, cov = model.yearly([year])
    reach = _P90 * float(np.sqrt(cov[0, 0]))
    return bool(mean[0] + reach > np.log1p(EXPLODES_SHARE) or mean[0] - reach < np.log1p(-EXPLODES_SHARE))
