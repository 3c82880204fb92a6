"""Density of a sector and size, as a distribution: pooled means of logarithms made ratios of totals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, normal_score
from quydat.demand.density_rows import EVERY, SIZE_LABELS, DensityRows, Index, density_rows, grouped
from quydat.demand.pooling import Floats, Pooled, pooled
from quydat.inventory.estimate import LEAST_OBSERVED
from quydat.inventory.floor_space import UNKNOWN

_DIGITS = 9


@dataclass(frozen=True)
class LogNormal:
    """A quantity above 0 whose logarithm is normal.

    >>> floor = LogNormal(log_mean=float(np.log(50.0)), log_sd=0.1)
    >>> floor.of(np.array([0.1, 0.5, 0.9])).round(1).tolist()  # 50 × e^∓0.128
    [44.0, 50.0, 56.8]
    """

    log_mean: float
    log_sd: float

    def of(self, uniform: Draws) -> Draws:
        """Values that the quantity stays below with these probabilities."""
        return np.asarray(np.exp(self.log_mean + self.log_sd * normal_score(uniform)))

    @property
    def quantiles(self) -> tuple[float, float, float]:
        """P10, P50 and P90."""
        p10, p50, p90 = self.of(np.array([0.1, 0.5, 0.9]))
        return float(p10), float(p50), float(p90)

    @property
    def inverse(self) -> "LogNormal":
        """Of 1 ÷ the quantity."""
        return LogNormal(-self.log_mean, self.log_sd)


@dataclass(frozen=True)
class DensityOf:
    """One quantity in some cells: rows, (log) mean of the rows, the pooled mean, and the weight of the own rows."""

    rows: int
    raw: float | None
    mean: LogNormal
    own_share: float


class Fit:
    """One quantity, pooled over all cells.

    The posterior speaks of the middle of a cell, exp θ. Floor and land are jobs times a ratio of totals: under a
    lognormal spread of rows with variance v it is exp(θ + v ÷ 2) times what the slope makes of it over the frame
    (``density_slope``). Of several cells it is the mean of theirs, weighted by the workers (for the plot ratio by the
    land) of all establishments there.
    """

    def __init__(self, rows: DensityRows, sectors: tuple[str, ...]) -> None:
        self.rows, self.sectors = rows, sectors
        self._variance = rows.sums.row_variance
        made = pooled(rows.sums)
        slope = rows.slope
        assert slope is not None
        self._above = slope.value * slope.sample.ravel()
        # What is not known of v and of the slope is shared by all cells: the variance of v ÷ 2 is v² ÷ (2 × degrees of
        # freedom); a steeper slope moves the total of a cell up at its frame, and its middle down at its rows.
        unsure = self._variance**2 / (2.0 * rows.sums.freedom)
        lever = slope.lever.ravel() - made.weight @ slope.sample.ravel()
        self._pooled = Pooled(
            made.mean + self._variance / 2.0 + slope.factor.ravel(),
            made.covariance + unsure + slope.variance * np.outer(lever, lever),
            made.weight,
        )

    @property
    def basis(self) -> Basis:
        """A pooled mean is an estimate, even where every row was surveyed."""
        assert self.rows.basis is not None
        return weakest([self.rows.basis, Basis.ESTIMATED])

    def of(self, sector: str, size: str = EVERY) -> DensityOf:
        """A sector (``all`` is every one) and size (``all`` is every one).

        Raises
        ------
        KeyError
            If there is no such sector or size.
        """
        cells, weight = self._cells(sector, size)
        sums = self.rows.sums
        count = sums.rows.ravel()[cells]
        rows = float(count.sum())
        logs = np.where(count > 0, sums.mean.ravel()[cells] + self._above[cells], 0.0)
        raw = float(np.exp(logs @ count / rows)) if rows else None
        share = self._shares(cells, weight)
        own = float(share @ self._pooled.weight[np.ix_(cells, cells)].sum(axis=1)) if rows else 0.0
        return DensityOf(int(rows), raw, self._mean(cells, weight), min(max(round(own, _DIGITS), 0.0), 1.0))

    def _cells(self, sector: str, size: str) -> tuple[Index, Floats]:
        if sector not in (*self.sectors, EVERY) or size not in (*SIZE_LABELS, EVERY):
            raise KeyError(f"there is no cell {sector!r} × {size!r}")
        of = slice(None) if sector not in self.sectors else slice((s := self.sectors.index(sector)), s + 1)
        sizes = slice(None) if size == EVERY else slice((z := SIZE_LABELS.index(size)), z + 1)
        number = np.arange(self.rows.weight.size).reshape(self.rows.weight.shape)[of, sizes]
        weight = self.rows.weight[of, sizes]
        if not weight.sum() > 0:  # nobody works there: sizes as in the whole city
            whole = self.rows.weight[:, sizes].sum(axis=0)
            weight = np.broadcast_to(whole if whole.sum() > 0 else np.ones_like(whole), number.shape)
        return number.ravel(), weight.ravel() / weight.sum()

    def _shares(self, cells: Index, weight: Floats) -> Floats:
        """Part of each cell in the mean of several."""
        part = weight * np.exp(self._pooled.mean[cells] + np.diag(self._pooled.covariance)[cells] / 2.0)
        return np.asarray(part / part.sum())

    def _mean(self, cells: Index, weight: Floats) -> LogNormal:
        """Mean of several cells: a weighted sum of lognormals, as the lognormal with its mean and variance.

        L. F. Fenton, IRE Transactions on Communications Systems 8 (1960) 57–67.
        """
        mean, covariance = self._pooled.mean[cells], self._pooled.covariance[np.ix_(cells, cells)]
        share = self._shares(cells, weight)
        total = float(np.log(weight @ np.exp(mean + np.diag(covariance) / 2.0)))
        variance = float(np.log1p(share @ np.expm1(covariance) @ share))
        return LogNormal(round(total - variance / 2.0, _DIGITS), round(float(np.sqrt(variance)), _DIGITS))

    def correlation(self, one: str, other: str) -> float:
        """Correlation of the logarithms of two sectors' means: what is not known of all moves them together."""
        rows = [self._cells(name, EVERY) for name in (one, other)]
        shares = [self._shares(*row) for row in rows]
        cells = [row[0] for row in rows]

        def related(i: int, j: int) -> float:
            return float(shares[i] @ self._pooled.covariance[np.ix_(cells[i], cells[j])] @ shares[j])

        return related(0, 1) / float(np.sqrt(related(0, 0) * related(1, 1)))


@dataclass(frozen=True)
class Density:
    """Densities that the survey tells.

    Attributes
    ----------
    fits
        By quantity; one of which no row tells is not there.
    sectors
        Sector groups of the record, or ``all``.
    unnamed
        Establishments of each division that no sector group names.
    beyond, drawn_in
        Rows of each quantity left out as not plausible, and rows drawn in.
    """

    fits: Mapping[str, Fit] = field(default_factory=dict)
    sectors: tuple[str, ...] = (EVERY,)
    unnamed: Mapping[str, int] = field(default_factory=dict)
    beyond: Mapping[str, int] = field(default_factory=dict)
    drawn_in: Mapping[str, int] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether the city's forecast may use them: more than 30 rows, none of them illustrative."""
        fit = self.fits.get("floor_per_worker_m2")
        return fit is not None and fit.rows.rows > LEAST_OBSERVED and fit.rows.basis is not Basis.ILLUSTRATIVE

    def floor_per_job(self, sector: str) -> LogNormal | None:
        """Floor for a worker in a sector, all sizes; None where the forecast may not use the survey.

        Raises
        ------
        KeyError
            If the record has no such sector.
        """
        if sector not in (*self.sectors, EVERY):
            raise KeyError(f"the record has no sector {sector!r}")
        return self.fits["floor_per_worker_m2"].of(sector).mean if self.usable else None

    @cached_property
    def common_share(self) -> float:
        """Mean correlation between two sectors' floor for a worker: the part of what is not known that they share."""
        fit = self.fits.get("floor_per_worker_m2")
        pairs = [(a, b) for place, a in enumerate(self.sectors) for b in self.sectors[:place]]
        if fit is None or not pairs:
            return 0.0
        return round(min(max(float(np.mean([fit.correlation(a, b) for a, b in pairs])), 0.0), 1.0), _DIGITS)


def fitted(establishments: pd.DataFrame, sectors: pd.DataFrame) -> Density:
    """Densities by partial pooling.

    Parameters
    ----------
    establishments
        The table ``establishment`` on a day, in any order. Where some rows are not illustrative, only those count;
        illustrative ones are pooled where there are no others, and are then not for use.
    sectors
        The table ``sector`` of the record.

    Raises
    ------
    Problems
        QD765, QD766 if the sector groups do not hold.

    See docs/method/density.md.
    """
    real = establishments[(establishments["basis"] != Basis.ILLUSTRATIVE.value).to_numpy(dtype=bool)]
    for some in (real, establishments):
        groups = grouped(some, sectors)
        rows = density_rows(some, groups)
        if any(one.rows for one in rows.values()):
            break
    return Density(
        fits={name: Fit(one, groups.sectors) for name, one in rows.items() if one.rows},
        sectors=tuple(name for name in groups.sectors if name != UNKNOWN),
        unnamed=groups.unnamed,
        beyond={name: one.beyond for name, one in rows.items()},
        drawn_in={name: one.drawn_in for name, one in rows.items()},
    )
