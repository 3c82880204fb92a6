"""Two-way tables of a code: a value by the quantities along its rows and columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.law.column import TOLERANCE, Column
from quydat.law.provision import Provision

_Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """One look-up table.

    Attributes
    ----------
    rows, columns
        Values along the two sides, rising.
    cells
        Values, NaN where the instrument gives none.
    interpolated
        Whether values between cells are interpolated (bilinear); otherwise the cell at or below counts.
    """

    grid_id: str
    row_quantity: str
    column_quantity: str
    rows: _Floats
    columns: _Floats
    cells: _Floats
    interpolated: bool
    unit: str
    provision: Provision

    def at(self, row: Column, column: Column) -> Column:
        """Values at quantities; the ends hold beyond them, and next to an empty cell nothing is known."""
        total: _Floats = np.zeros(len(row.values))
        for i, of_row in self._corners(self.rows, row.values.astype(np.float64)):
            for j, of_column in self._corners(self.columns, column.values.astype(np.float64)):
                weight = of_row * of_column
                total = total + np.where(weight > 0, weight * self.cells[i, j], 0.0)
        known = row.known & column.known & np.isfinite(total)
        return Column(np.where(known, total, 0.0), known)

    def _corners(self, side: _Floats, values: _Floats) -> list[tuple[NDArray[np.intp], _Floats]]:
        """Cells that a value lies between, each with its weight."""
        held = np.clip(values, side[0], side[-1])
        slack = TOLERANCE * np.maximum(1.0, np.abs(held))
        index = np.searchsorted(side, held + slack, side="right") - 1
        if not self.interpolated:
            return [(index, np.ones(len(values)))]
        following = np.minimum(index + 1, len(side) - 1)
        step = np.where(following > index, side[following] - side[index], 1.0)
        share = np.clip((held - side[index]) / step, 0.0, 1.0)
        share = np.where(share < TOLERANCE, 0.0, share)
        return [(index, 1.0 - share), (following, share)]
