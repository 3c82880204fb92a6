"""A fitted time-series model: the paths that it leaves open after the last period, and yearly growth drawn from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws, normal_score
from quydat.core.uniforms import Uniforms
from quydat.demand.series import Series
from quydat.demand.shocks import Shocks


@dataclass(frozen=True)
class TimeSeriesModel:
    """A fitted model as the Gaussian process that it leaves open after the last period.

    Attributes
    ----------
    series, shocks
        What was fitted.
    name
        One of ``time_series_fit.CANDIDATES``.
    aicc
        Corrected Akaike criterion of each candidate that could be fitted; the model has the smallest.
    left_out
        Candidates that did not converge, or whose growth explodes.
    state, state_cov, transition, noise, design, irregular
        State of the first period ahead, its covariance, transition, covariance of the state's disturbances, row of the
        observation, variance of the irregular part; in logarithms.
    """

    series: Series
    shocks: Shocks
    name: str
    aicc: Mapping[str, float]
    left_out: tuple[str, ...]
    state: Draws
    state_cov: Draws
    transition: Draws
    noise: Draws
    design: Draws
    irregular: float

    def forecast(self, periods: int) -> tuple[Draws, Draws]:
        """Mean and joint covariance of the logarithms of the levels of the next periods."""
        mean, cov = np.empty(periods), np.empty((periods, periods))
        state, own = self.state, self.state_cov
        for i in range(periods):
            mean[i] = self.design @ state
            row = own @ self.design  # covariance of the state of period i with what is seen in it
            cov[i, i] = self.design @ row + self.irregular
            for j in range(i + 1, periods):
                row = self.transition @ row
                cov[i, j] = cov[j, i] = self.design @ row
            state = self.transition @ state
            own = self.transition @ own @ self.transition.T + self.noise
        return mean, cov

    def yearly(self, years: Sequence[int]) -> tuple[Draws, Draws]:
        """Mean and covariance of the logarithms of growth in calendar years that follow each other.

        Growth of a year is that of the geometric mean of its periods; periods that are over have no variance.

        Raises
        ------
        ValueError
            If the years do not follow each other, or begin before the series.
        """
        levels, per = self.series.levels(), self.series.per_year
        if list(years) != list(range(years[0], years[0] + len(years))):
            raise ValueError(f"years {list(years)} do not follow each other")
        first, last = (years[0] - 1) * per, (years[-1] + 1) * per - 1
        if first < levels.first:
            raise ValueError(f"{self.series.series_id} begins after {years[0] - 1}")
        ahead = max(last - self.series.last, 0)
        mean, cov = self.forecast(ahead)
        known = levels.logs[: self.series.last - levels.first + 1]
        logs = np.concatenate([known, mean])[first - levels.first : last - levels.first + 1]
        weights = np.zeros((len(years), len(logs)))
        for row in range(len(years)):
            weights[row, row * per : (row + 1) * per] = -1.0 / per
            weights[row, (row + 1) * per : (row + 2) * per] = 1.0 / per
        open_ = np.arange(first, last + 1) > self.series.last
        part = weights[:, open_]
        inner = cov[-int(open_.sum()) :, -int(open_.sum()) :] if open_.any() else np.zeros((0, 0))
        # Not by BLAS: its last digits may change with the number of threads
        return np.einsum("yp,p->y", weights, logs), np.einsum("yp,pq,zq->yz", part, inner, part, optimize=False)

    def simulate(self, *, years: Sequence[int], uniforms: Uniforms, name: str) -> Draws:
        """Growth in each year as a share: draws × years.

        The stream ``name`` is the rank of the growth over all the years together, so that what is related to it, or
        asks what it changes, means the whole path; the streams ``name.2``, ``name.3`` … say how it is spread over the
        years.

        Parameters
        ----------
        years
            Calendar years that follow each other.
        uniforms, name
            Where the draws come from; the same streams give the same paths to the last digit.
        """
        mean, cov = self.yearly(years)
        made = np.repeat(mean[:, None], uniforms.count, axis=1)
        for number, column in enumerate(_directions(cov).T, start=1):
            stream = uniforms.of(name if number == 1 else f"{name}.{number}")
            score = normal_score(stream)
            for row, load in enumerate(column.tolist()):
                made[row] += load * score  # row by row: a product of matrices would depend on the number of threads
        return np.ascontiguousarray(np.expm1(made).T)


def _directions(cov: Draws) -> Draws:
    """Columns whose products with independent normal numbers have the covariance; the first is that of the sum."""
    total = float(cov.sum())
    if total <= 0.0:
        return np.zeros((len(cov), 0))
    whole = cov.sum(axis=1) / np.sqrt(total)
    rest = cov - np.outer(whole, whole)
    values, vectors = np.linalg.eigh(rest)
    kept = [place for place in np.argsort(-values, kind="stable") if values[place] > 1e-10 * np.trace(cov)]
    columns = [whole]
    for place in kept:
        column = vectors[:, place] * np.sqrt(values[place])
        columns.append(
            column * np.sign(column[np.argmax(np.abs(column) > 1e-12)])
        )  # eigenvectors have no sign of their own
    return np.column_stack(columns)
