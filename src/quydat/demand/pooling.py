"""Means of cells that borrow strength from each other: a normal model with sector, size and cell effects.

The logarithm of a row is normal about the mean of its cell. The mean of a cell is a common mean plus an effect of its
sector, one of its size and one of its own, each normal about 0. A cell with many rows speaks for itself, a thin one
leans on its sector and its size, an empty one is what they say. The spreads of the effects are not known either: the
posterior is worked out by quadrature on a grid that follows it, so no chain of random numbers and no search decides it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR_SPREAD = 0.5
"""Scale of the half-normal prior of the spread of sector, of size and of cell effects: one of e^0.5 = 1.65 times."""

PRIOR_ROW_SPREAD, PRIOR_ROWS = 0.6, 2.0
"""Spread of rows within a cell before any is seen, which weighs as much as this many rows."""

_LEAST, _MOST = 0.01, 3.0
_POINTS, _PASSES, _WIDE, _SETTLED = 9, 4, 2.8, 0.7
_DIGITS = 9
_NEGLIGIBLE = 1e-7


class CellSums(NamedTuple):
    """What a set of rows comes to, cell by cell.

    Attributes
    ----------
    rows, mean
        Shape (sectors, sizes): rows, and the mean of their logarithms (NaN where there is none).
    within
        Sum over all rows of the squares about the mean of their cell.
    """

    rows: Floats
    mean: Floats
    within: float

    @property
    def freedom(self) -> float:
        """Rows less cells that hold any, with what the prior weighs."""
        return PRIOR_ROWS + float(self.rows.sum()) - float((self.rows > 0).sum())

    @property
    def row_variance(self) -> float:
        """Variance of rows within a cell: the squares, and those of the prior, over the degrees of freedom."""
        return (PRIOR_ROWS * PRIOR_ROW_SPREAD**2 + self.within) / self.freedom


class Spreads(NamedTuple):
    """Standard deviations of the effects of sectors, of sizes and of cells."""

    sector: float
    size: float
    cell: float


class Pooled(NamedTuple):
    """Posterior of the means of the cells; cells in the order sector by sector, sizes inside.

    Attributes
    ----------
    mean
        Shape (cells,).
    covariance
        Shape (cells, cells).
    weight
        Shape (cells, cells): how much the mean of the cell of a row moves when the rows of the cell of a column do.
    """

    mean: Floats
    covariance: Floats
    weight: Floats


def sums_of_cells(logs: Floats, cell: NDArray[np.int64], shape: tuple[int, int]) -> CellSums:
    """Add up rows by cell; the order of the rows does not change a digit.

    Parameters
    ----------
    logs, cell
        Shape (n,): logarithms, and the number of the cell, sector × number of sizes + size.

    >>> made = sums_of_cells(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 1]), (1, 2))
    >>> made.rows.tolist(), made.mean.tolist(), made.within
    ([[2.0, 1.0]], [[2.0, 5.0]], 2.0)
    """
    order = np.lexsort((logs, cell))
    logs, cell = logs[order], cell[order]
    cells = shape[0] * shape[1]
    count = np.bincount(cell, minlength=cells).astype(np.float64)
    total = np.bincount(cell, weights=logs, minlength=cells)
    mean = np.divide(total, count, out=np.full(cells, np.nan), where=count > 0)
    within = float(((logs - mean[cell]) ** 2).sum())
    return CellSums(count.reshape(shape), mean.reshape(shape), within)


def pooled_given(sums: CellSums, spreads: Spreads, *, row_variance: float) -> Pooled:
    """Posterior of the cell means where the spreads are known (Henderson's equations; flat prior of the common mean).

    Parameters
    ----------
    sums
        With at least one row.

    Notes
    -----
    C. R. Henderson, Best linear unbiased estimation and prediction under a selection model, Biometrics 31 (1975)
    423–447.
    The mean of a cell is λ × mean of its rows + (1 − λ) × (common + sector + size), with λ = s² ÷ (s² + v ÷ n), s the
    spread of cell effects and v the variance of rows.

    >>> sums = CellSums(np.array([[16.0], [4.0], [0.0]]), np.log([[40.0], [60.0], [np.nan]]), 0.0)
    >>> made = pooled_given(sums, Spreads(0.3, 0.0, 0.0), row_variance=0.36)
    >>> np.exp(made.mean).round(1).tolist()  # the last is the common mean
    [41.3, 53.0, 46.8]
    """
    equations = _Equations(sums, row_variance)
    solved = equations.solve(np.array([spreads], dtype=np.float64))
    mean, covariance, weight = equations.cells(solved, np.ones(1))
    return Pooled(mean, covariance, weight)


def pooled(sums: CellSums) -> Pooled:
    """Posterior of the cell means, the spreads of the effects not known.

    Each spread has a half-normal prior of scale ``PRIOR_SPREAD`` (A. Gelman, Prior distributions for variance
    parameters in hierarchical models, Bayesian Analysis 1 (2006) 515–533). Mean and covariance are rounded to nine
    decimals, so that machines agree.

    >>> sums = CellSums(np.array([[400.0, 3.0]]), np.log([[40.0, 90.0]]), 100.0)
    >>> made = pooled(sums)
    >>> bool(89.0 > np.exp(made.mean[1]) > np.exp(made.mean[0]) > 39.9)
    True
    >>> float(made.covariance[1, 1]) > 10 * float(made.covariance[0, 0])
    True
    """
    equations = _Equations(sums, sums.row_variance)
    axes = [(float(np.log(_LEAST)), float(np.log(_MOST)))] * 3
    for _ in range(_PASSES):
        points = [np.linspace(low, high, _POINTS) for low, high in axes]
        logs = np.stack([one.ravel() for one in np.meshgrid(*points, indexing="ij")], axis=1)
        solved = equations.solve(np.exp(logs))
        log = solved.log_likelihood - 0.5 * ((np.exp(logs) / PRIOR_SPREAD) ** 2).sum(axis=1) + logs.sum(axis=1)
        share = np.exp(log - log.max())
        share /= share.sum()
        closer = [_closer(logs[:, axis], share, axes[axis]) for axis in range(3)]
        if all(new[1] - new[0] > _SETTLED * (old[1] - old[0]) for new, old in zip(closer, axes, strict=True)):
            break
        axes = closer
    mean, covariance, weight = equations.cells(solved, share)
    return Pooled(np.round(mean, _DIGITS), np.round(covariance, _DIGITS), np.round(weight, _DIGITS))


def _closer(axis: Floats, share: Floats, old: tuple[float, float]) -> tuple[float, float]:
    """A narrower span about what is left of the posterior on an axis, inside the old one."""
    middle = float(share @ axis)
    spread = float(share @ np.square(axis - middle)) ** 0.5
    half = max(_WIDE * spread, (old[1] - old[0]) / (_POINTS - 1))
    low, high = max(old[0], round(middle - half, 6)), min(old[1], round(middle + half, 6))
    return low, high


class _Solved(NamedTuple):
    """Solutions at each point of a grid: shape (points, …)."""

    spreads: Floats
    log_likelihood: Floats
    effects: Floats
    inverse: Floats


class _Equations:
    """Henderson's equations of one set of sums: unknowns are the common mean, the sector and the size effects."""

    def __init__(self, sums: CellSums, row_variance: float) -> None:
        self._sectors, self._sizes = sums.rows.shape
        rows = sums.rows.ravel()
        self._seen = rows > 0
        if not self._seen.any():
            raise ValueError("no cell holds a row: nothing can be pooled")
        mean = np.where(self._seen, sums.mean.ravel(), 0.0)
        # Reckoned from the mean of all rows, which the flat prior allows: squares of small numbers keep their digits.
        self._origin = float(mean @ rows / rows.sum())
        self._y = np.where(self._seen, mean - self._origin, 0.0)
        self._v = np.divide(row_variance, rows, out=np.full(rows.size, np.inf), where=self._seen)
        sector, size = np.divmod(np.arange(rows.size), self._sizes)
        self._design = np.concatenate(
            [np.ones((rows.size, 1)), np.eye(self._sectors)[sector], np.eye(self._sizes)[size]], axis=1
        )

    def solve(self, spreads: Floats) -> _Solved:
        """At each point, shape (points, 3); a spread of 0 leaves its effects at 0."""
        precise = 1.0 / (spreads[:, 2:] ** 2 + self._v)
        design = self._design
        matrix = np.einsum("kc,ci,cj->kij", precise, design, design, optimize=True)
        known = np.zeros((len(spreads), design.shape[1]))
        known[:, 1 : 1 + self._sectors] = spreads[:, :1]
        known[:, 1 + self._sectors :] = spreads[:, 1:2]
        known[:, 0] = 1.0
        # In units of the spreads the equations hold for a spread of 0 too.
        matrix *= known[:, :, None] * known[:, None, :]
        diagonal = np.arange(1, design.shape[1])
        matrix[:, diagonal, diagonal] += 1.0
        right = (precise * self._y) @ design * known
        inverse = np.linalg.inv(matrix)
        effects = np.einsum("kij,kj->ki", inverse, right)
        _, log_size = np.linalg.slogdet(matrix)
        squares = (precise * self._y**2).sum(axis=1) - (right * effects).sum(axis=1)
        log_precise = np.log(np.where(self._seen, precise, 1.0)).sum(axis=1)
        log_likelihood = 0.5 * (log_precise - log_size - squares)
        inverse = inverse * known[:, :, None] * known[:, None, :]
        return _Solved(spreads, log_likelihood, effects * known, inverse)

    def cells(self, solved: _Solved, share: Floats) -> tuple[Floats, Floats, Floats]:
        """Mean, covariance and weight of the cells over the points, each with its share."""
        kept = np.flatnonzero(share > _NEGLIGIBLE * share.max())
        share = share[kept] / share[kept].sum()
        cells = len(self._y)
        means, covariance, weight = np.empty((len(kept), cells)), np.zeros((cells, cells)), np.zeros((cells, cells))
        for place, (point, part) in enumerate(zip(kept, share, strict=True)):
            own = solved.spreads[point, 2] ** 2
            precise = 1.0 / (own + self._v)
            free = np.where(self._seen, 1.0 - own * precise, 1.0)
            means[place] = (1.0 - free) * self._y + free * (self._design @ solved.effects[point])
            about = (free[:, None] * self._design) @ solved.inverse[point] @ self._design.T
            covariance += part * (about * free + np.diag(own * free))
            weight += part * (about * precise + np.diag(1.0 - free))
        mean = share @ means + self._origin
        means += self._origin
        covariance += ((means - mean) * share[:, None]).T @ (means - mean)
        return mean, covariance, weight
