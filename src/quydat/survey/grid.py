"""A grid over polygons: cells that no edge crosses lie in one polygon or in none, and answer for all their points.

An edge is put into every cell that it touches or comes near (a millionth of a cell), so the rounding of a point's
cell never matters. What the other cells hold is found along their rows: each polygon's edges cut the line through the
middles of a row, and between the first and the second cut, the third and the fourth, the polygon covers the middles
(J. D. Foley and others, Computer Graphics, 1990, section 3.6: scan conversion of polygons).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NEAR = 1e-6
_CELLS_PER_EDGE = 24
_LEAST_CELLS, _MOST_CELLS = 1 << 12, 1 << 23


@dataclass(frozen=True)
class Grid:
    """Which polygon holds a cell, and which polygons must be asked where an edge passes.

    Attributes
    ----------
    west, south
        Corner of the grid, in degrees.
    per_x, per_y
        Cells per degree.
    columns, rows
        Size of the grid.
    holds
        For each cell, row by row: the first polygon that covers it; −1, if none does; −2 − k, if it is the edge
        cell k.
    otherwise
        For each edge cell, the polygon that covers it if none of those asked does; −1 if none.
    start, asked
        The polygons asked for edge cell k are ``asked[start[k]:start[k + 1]]``, in order.
    """

    west: float
    south: float
    per_x: float
    per_y: float
    columns: int
    rows: int
    holds: NDArray[np.int32]
    otherwise: NDArray[np.int32]
    start: Ints
    asked: NDArray[np.int32]

    def cell(self, lon: Floats, lat: Floats) -> NDArray[np.int32]:
        """What ``holds`` says at each point; −1 outside the grid and where a coordinate is unknown."""
        u, v = (lon - self.west) * self.per_x, (lat - self.south) * self.per_y
        inside = (u >= 0) & (u < self.columns) & (v >= 0) & (v < self.rows)  # never true of NaN
        found = np.full(len(lon), -1, np.int32)
        if not inside.all():
            u, v = u[inside], v[inside]
        found[inside] = self.holds[v.astype(np.int32) * np.int32(self.columns) + u.astype(np.int32)]
        return found


def made_grid(polygons: NDArray[np.object_]) -> Grid:
    """The grid of some polygons, of which the first in order counts where several cover a point.

    Parameters
    ----------
    polygons
        Valid polygons and multipolygons in degrees; None and empty ones cover nothing.

    >>> squares = shapely.box(np.array([0.0, 2.0]), 0, np.array([1.0, 3.0]), 1)
    >>> grid = made_grid(squares)
    >>> grid.cell(np.array([0.5, 1.5, 2.5, np.nan]), np.full(4, 0.5)).tolist()
    [0, -1, 1, -1]
    """
    edges, owner = _edges(polygons)
    if not len(edges):
        nothing = np.zeros(0, np.int32)
        return Grid(0.0, 0.0, 1.0, 1.0, 0, 0, nothing, nothing, np.zeros(1, np.int64), nothing)
    west, south, per_x, per_y, columns, rows = _frame(edges)
    a = (edges[:, :2] - (west, south)) * (per_x, per_y)
    b = (edges[:, 2:] - (west, south)) * (per_x, per_y)
    crossed, crosser = _crossed(a, b, owner, columns, len(polygons))
    inner = _covered(a, b, owner, columns)
    holds = _painted(inner, crossed, crosser, rows * columns)
    return Grid(west, south, per_x, per_y, columns, rows, *_edge_cells(holds, crossed, crosser))


def _edges(polygons: NDArray[np.object_]) -> tuple[Floats, Ints]:
    """Both ends of every edge, and its polygon; edges without length are left out."""
    corners, polygon = shapely.get_coordinates(polygons, return_index=True)
    rings = shapely.get_rings(shapely.get_parts(polygons))
    ring = np.repeat(np.arange(len(rings)), shapely.get_num_coordinates(rings))
    edges = np.hstack([corners[:-1], corners[1:]])
    real = (ring[:-1] == ring[1:]) & (edges[:, :2] != edges[:, 2:]).any(axis=1)
    return edges[real], polygon[:-1][real]


def _frame(edges: Floats) -> tuple[float, float, float, float, int, int]:
    """Corner, cells per degree and size of a grid of nearly square cells, a little wider than the edges."""
    low = edges.reshape(-1, 2).min(axis=0)
    size = edges.reshape(-1, 2).max(axis=0) - low
    pad = size * 1e-4 + 1e-9
    low, size = low - pad, size + 2 * pad
    cells = np.clip(_CELLS_PER_EDGE * len(edges), _LEAST_CELLS, _MOST_CELLS)
    columns = int(np.clip(np.sqrt(cells * size[0] / size[1]), 1, cells))
    rows = max(1, int(cells / columns))
    return float(low[0]), float(low[1]), float(columns / size[0]), float(rows / size[1]), columns, rows


def _spread(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Every whole number from ``first`` to ``last`` of each pair (none if it is smaller), and the pair it is of."""
    count = np.maximum(last - first + 1, 0)
    pair = np.repeat(np.arange(len(first)), count)
    begins = np.cumsum(count) - count
    return np.arange(len(pair)) + (first - begins)[pair], pair


def _floor(value: Floats) -> Ints:
    return np.floor(value).astype(np.int64)


def _crossed(a: Floats, b: Floats, owner: Ints, columns: int, polygons: int) -> tuple[Ints, Ints]:
    """Each cell and polygon of which an edge comes near the cell, by polygon and cell."""
    v_low, v_high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    row, edge = _spread(_floor(v_low - _NEAR), _floor(v_high + _NEAR))
    start, run = a[edge], (b - a)[edge]
    with np.errstate(divide="ignore", invalid="ignore"):  # a level edge runs through the whole of its row
        share = (np.stack([row - _NEAR, row + 1 + _NEAR]) - start[:, 1]) / run[:, 1]
    share[:, run[:, 1] == 0] = [[0.0], [1.0]]
    u = start[:, 0] + np.clip(share, 0, 1) * run[:, 0]
    column, piece = _spread(_floor(u.min(axis=0) - _NEAR), _floor(u.max(axis=0) + _NEAR))
    cells = np.int64(1) << 32
    both = np.unique(owner[edge][piece] * cells + row[piece] * columns + column)
    return both % cells, both // cells


def _covered(a: Floats, b: Floats, owner: Ints, columns: int) -> tuple[Ints, Ints, Ints]:
    """Runs of cells whose middles a polygon covers: first cell, one past the last, polygon; by polygon."""
    v_low, v_high = np.minimum(a[:, 1], b[:, 1]), np.maximum(a[:, 1], b[:, 1])
    row, edge = _spread(np.ceil(v_low - 0.5).astype(np.int64), np.ceil(v_high - 0.5).astype(np.int64) - 1)
    share = (row + 0.5 - a[edge, 1]) / (b[edge, 1] - a[edge, 1])
    u = a[edge, 0] + np.clip(share, 0, 1) * (b[edge, 0] - a[edge, 0])
    cell = row * columns + np.ceil(u - 0.5).astype(np.int64)
    order = np.lexsort((cell, owner[edge]))
    cell, polygon = cell[order], owner[edge][order]
    return cell[::2], cell[1::2], polygon[::2]


def _painted(inner: tuple[Ints, Ints, Ints], crossed: Ints, crosser: Ints, cells: int) -> NDArray[np.int32]:
    """For each cell the first polygon that covers the whole of it; −1 if none does."""
    begin, end, polygon = inner
    holds = np.full(cells, -1, np.int32)
    for one in np.unique(polygon)[::-1]:
        runs = slice(*np.searchsorted(polygon, [one, one + 1]))
        own = crossed[slice(*np.searchsorted(crosser, [one, one + 1]))]
        kept = holds[own]
        holds[_spread(begin[runs], end[runs] - 1)[0]] = one
        holds[own] = kept
    return holds


def _edge_cells(
    holds: NDArray[np.int32], crossed: Ints, crosser: Ints
) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints, NDArray[np.int32]]:
    """Marks the cells in which a polygon must be asked, because none before it covers the cell."""
    covered = holds[crossed]
    open_ = (covered < 0) | (crosser < covered)
    order = np.lexsort((crosser[open_], crossed[open_]))
    crossed, crosser = crossed[open_][order], crosser[open_][order]
    cell, start = np.unique(crossed, return_index=True)
    otherwise = holds[cell]
    holds[cell] = -2 - np.arange(len(cell), dtype=np.int32)
    return holds, otherwise, np.append(start, len(crossed)), crosser.astype(np.int32)
