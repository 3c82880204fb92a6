"""From the mean of ratios to the ratio of totals: how a density hangs on the workers or the land of an establishment.

Where larger establishments have less floor for a worker, the floor of a hundred thousand workers is not a hundred
thousand times the mean of the establishments' own ratios. So within a cell the logarithm of the ratio has a slope on
the logarithm of what it is divided by, and the frame, where that is known of everyone, says how much it weighs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quydat.demand.pooling import PRIOR_ROW_SPREAD, PRIOR_ROWS, Floats

Index = NDArray[np.int64]

PRIOR_SLOPE = 0.5
"""Spread of the slope before any row is seen, about 0."""


class Slope(NamedTuple):
    """Slope of a logarithm within cells, and what it does to the total of a cell.

    Attributes
    ----------
    value, variance
        Per unit of the logarithm of the carrier (workers, or land).
    centre
        Shape (sizes,): the logarithm of the carrier at which cells of a size are compared.
    sample
        Shape (sectors, sizes): by how much the mean of the rows of a cell lies above the centre; 0 without rows.
    factor, lever
        Shape (sectors, sizes): logarithm of ratio of totals ÷ ratio at the centre over the frame of the cell, and what
        it changes by for one of the slope. A cell without a frame has those of its size.
    """

    value: float
    variance: float
    centre: Floats
    sample: Floats
    factor: Floats
    lever: Floats


def slope_within(
    logs: Floats, carrier: Floats, cell: Index, *, frame: Floats, frame_cell: Index, shape: tuple[int, int]
) -> Slope:
    """Slope of the rows within their cells, shrunk to 0 by its prior, and its weight over the frame.

    Parameters
    ----------
    logs, carrier, cell
        Shape (n,): logarithms of the ratio and of what it is divided by, and the number of the cell; n at least 1.
    frame, frame_cell
        Shape (m,): logarithm of the carrier of every establishment of which it is known, and its cell.

    >>> large, small = np.log(90.0), np.log(10.0)
    >>> carrier, cell = np.array([small, large] * 50), np.zeros(100, dtype=int)
    >>> made = slope_within(4.0 - 0.3 * carrier, carrier, cell, frame=carrier, frame_cell=cell, shape=(1, 1))
    >>> round(made.value, 2)
    -0.3
    """
    order = np.lexsort((carrier, logs, cell))
    logs, carrier, cell = logs[order], carrier[order], cell[order]
    cells, sizes = shape[0] * shape[1], shape[1]
    count = np.bincount(cell, minlength=cells)
    own_x, own_y = (_mean(_added(one, cell, cells), count) for one in (carrier, logs))
    x, y = carrier - own_x[cell], logs - own_y[cell]
    xx, xy, yy = float(x @ x), float(x @ y), float(y @ y)
    freedom = PRIOR_ROWS + len(logs) - float((count > 0).sum())
    spread = (PRIOR_ROWS * PRIOR_ROW_SPREAD**2 + yy) / freedom
    value = xy / (xx + spread / PRIOR_SLOPE**2)
    left = (PRIOR_ROWS * PRIOR_ROW_SPREAD**2 + max(yy - value * xy, 0.0)) / freedom
    variance = left / (xx + left / PRIOR_SLOPE**2)
    by_size = [_added(one, cell % sizes, sizes) for one in (carrier, np.ones(len(cell)))]
    whole = float(carrier.sum()) / len(carrier)
    centre = np.where(by_size[1] > 0, _mean(*by_size), whole)
    sample = np.where(count > 0, own_x - np.tile(centre, shape[0]), 0.0).reshape(shape)
    factor, lever = over_frame(frame, frame_cell, centre, value, shape)
    return Slope(value, variance, centre, sample, factor, lever)


def _added(values: Floats, place: Index, length: int) -> Floats:
    return np.bincount(place, weights=values, minlength=length).astype(np.float64)


def _mean(total: Floats, count: Floats | Index) -> Floats:
    return np.divide(total, count, out=np.zeros_like(total), where=count > 0)


def over_frame(
    frame: Floats, cell: Index, centre: Floats, slope: float, shape: tuple[int, int]
) -> tuple[Floats, Floats]:
    """What a slope makes of the total of each cell.

    Returns
    -------
    Shape (sectors, sizes) both: the logarithm of Σ L (L ÷ c)^slope ÷ Σ L over the establishments of the cell, with L
    their carrier and c the centre of their size; and its derivative by the slope.

    >>> factor, _ = over_frame(np.log([10.0, 90.0]), np.zeros(2, dtype=int), np.log([30.0]), -0.3, (1, 1))
    >>> round(float(np.exp(factor[0, 0])), 4)  # (10 × 3^0.3 + 90 × 3^−0.3) ÷ 100
    0.7863
    """
    order = np.lexsort((frame, cell))
    at, cell = frame[order], cell[order]
    above = at - centre[cell % shape[1]]
    weight = np.exp(at)
    bent = weight * np.exp(slope * above)
    cells = shape[0] * shape[1]
    sums = [_added(one, cell, cells).reshape(shape) for one in (weight, bent, bent * above)]
    plain, turned, moment = (np.where(sums[0] > 0, one, one.sum(axis=0)) for one in sums)
    held = plain > 0
    factor = np.log(np.divide(turned, plain, out=np.ones(shape), where=held))
    return factor, np.divide(moment, turned, out=np.zeros(shape), where=held)
