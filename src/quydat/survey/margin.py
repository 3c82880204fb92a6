"""How far points lie from polygons at the least: known at once for a million points, for most of which that is enough.

Blocks of the grid that hold no part of a polygon are asked how many blocks around them are empty too. A point of a
block with k empty blocks on all sides lies at least k blocks from every polygon.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.core.distance import metres_per_degree
from quydat.survey.grid import Grid

Floats = NDArray[np.float64]

_BLOCK = 2
_LEVELS = (1, 2, 4, 8, 16, 32, 64)
_FROM_GRID_DEG = 2.0
"""Points farther north or south of the grid's edge are not decided: degrees have another length there."""
_CARE = 0.995  # the distances that this is held against are good to half a percent


@dataclass(frozen=True)
class Margins:
    """Least distances by block.

    Attributes
    ----------
    grid
        The grid of the polygons.
    metres
        Least distance from the points of each block to any polygon, shape (rows, columns).
    per_degree
        Metres of a degree of longitude and of latitude, at the least.
    """

    grid: Grid
    metres: Floats
    per_degree: tuple[float, float]

    def at_least_m(self, lon: Floats, lat: Floats) -> Floats:
        """Metres between each point and the nearest polygon, at the least; NaN where a coordinate is unknown."""
        grid, (rows, columns) = self.grid, self.metres.shape
        known = np.isfinite(lon) & np.isfinite(lat)
        u = (np.where(known, lon, grid.west) - grid.west) * grid.per_x
        v = (np.where(known, lat, grid.south) - grid.south) * grid.per_y
        block_u = np.clip(u * (1 / _BLOCK), 0, columns - 1).astype(np.int64)
        block_v = np.clip(v * (1 / _BLOCK), 0, rows - 1).astype(np.int64)
        found: Floats = self.metres[block_v, block_u]
        beside = np.flatnonzero((u < 0) | (v < 0) | (u > grid.columns) | (v > grid.rows))
        if len(beside):  # beside the grid: no nearer than the grid is
            found[beside] = np.maximum(self._to_grid(u[beside], v[beside]), found[beside])
            found[beside[np.abs(lat[beside] - grid.south) > _FROM_GRID_DEG]] = 0.0
        found[~known] = np.nan
        return found

    def _to_grid(self, u: Floats, v: Floats) -> Floats:
        grid = self.grid
        east = np.maximum(np.maximum(-u, u - grid.columns), 0) * (self.per_degree[0] / grid.per_x)
        north = np.maximum(np.maximum(-v, v - grid.rows), 0) * (self.per_degree[1] / grid.per_y)
        return np.maximum(east, north)


def margins_of(grid: Grid) -> Margins:
    """The least distances of a grid.

    >>> import shapely
    >>> from quydat.survey.grid import made_grid
    >>> margins = margins_of(made_grid(np.array([shapely.box(106, 10, 106.1, 10.1)])))
    >>> bound = margins.at_least_m(np.array([106.05, 106.15, 107.0]), np.full(3, 10.05))
    >>> bool(bound[0] == 0), bool(1000 < bound[1] < 5500), bool(0 < bound[2] < 99_000)
    (True, True, True)
    """
    if not grid.rows:
        return Margins(grid, np.full((1, 1), np.inf), (0.0, 0.0))
    held = _blocks((grid.holds != -1).reshape(grid.rows, grid.columns))
    lats = np.array([grid.south - _FROM_GRID_DEG, grid.south + grid.rows / grid.per_y + _FROM_GRID_DEG])
    across, along = (float(one.min()) * _CARE for one in metres_per_degree(lats))
    step = min(across / grid.per_x, along / grid.per_y) * _BLOCK
    metres = np.zeros(held.shape)
    summed = np.zeros((held.shape[0] + 1, held.shape[1] + 1), np.int32)
    np.cumsum(np.cumsum(held, axis=0, dtype=np.int32), axis=1, out=summed[1:, 1:])
    for around in _LEVELS:
        empty = _empty_around(summed, around)
        if not empty.any():
            break
        metres[empty] = around * step
    return Margins(grid, metres, (across, along))


def _blocks(held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    rows, columns = (-(-size // _BLOCK) * _BLOCK for size in held.shape)
    padded = np.zeros((rows, columns), bool)
    padded[: held.shape[0], : held.shape[1]] = held
    blocks = padded.reshape(rows // _BLOCK, _BLOCK, columns // _BLOCK, _BLOCK)
    return np.asarray(blocks.any(axis=(1, 3)), bool)


def _empty_around(summed: NDArray[np.int32], around: int) -> NDArray[np.bool_]:
    """Blocks for which no block up to ``around`` rows and columns away holds anything."""
    rows, columns = summed.shape[0] - 1, summed.shape[1] - 1
    top, bottom = np.maximum(np.arange(rows) - around, 0), np.minimum(np.arange(rows) + around + 1, rows)
    left, right = np.maximum(np.arange(columns) - around, 0), np.minimum(np.arange(columns) + around + 1, columns)
    below, above = summed[bottom], summed[top]
    inside = below[:, right] - below[:, left] - above[:, right] + above[:, left]
    empty: NDArray[np.bool_] = inside == 0
    return empty
