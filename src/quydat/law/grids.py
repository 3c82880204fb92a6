"""Look-up tables from the cells of a pack, and what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from quydat.core.problem import Place, Problem, problem
from quydat.law.grid import Grid
from quydat.law.provision import Provision

_Row = Mapping[str, Any]
_SHARED = ("row_quantity", "column_quantity", "between", "unit", "in_force_from", "in_force_to", "instrument_id")


def grids_of(
    rows: Sequence[tuple[Place, _Row]], provision: Callable[[_Row, Place, str], Provision], found: list[Problem]
) -> dict[str, Grid]:
    """Look-up tables by id. Every row must have every column; a cell may be empty."""
    cells: dict[str, list[tuple[Place, _Row]]] = {}
    for place, row in rows:
        cells.setdefault(row["grid_id"], []).append((place, row))
    grids = {}
    for name, own in cells.items():
        first_place, first = own[0]
        for place, row in own:
            for column in _SHARED:
                if row[column] != first[column]:
                    found.append(
                        problem(
                            "QD821", Place(place.file, row=place.row, column=column), name=name,
                            why_vi=f"{column} không như ô đầu", why_en=f"{column} differs from the first cell",
                        )
                    )  # fmt: skip
        down = sorted({row["row_value"] for _, row in own})
        across = sorted({row["column_value"] for _, row in own})
        values = {
            (row["row_value"], row["column_value"]): np.nan if row["value"] is None else row["value"] for _, row in own
        }
        missing = len(down) * len(across) - len(values)
        if missing:
            i, j = next((i, j) for i in down for j in across if (i, j) not in values)
            found.append(
                problem(
                    "QD821", first_place, name=name,
                    why_vi=f"thiếu {missing} ô, đầu tiên là hàng {i:g} cột {j:g}",
                    why_en=f"{missing} cells are missing, the first at row {i:g}, column {j:g}",
                )
            )  # fmt: skip
            continue
        weakest = max((row for _, row in own), key=lambda row: ("high", "medium", "low").index(row["confidence"]))
        said = replace(provision(first, first_place, "grid_id"), confidence=weakest["confidence"])
        grids[name] = Grid(
            name, first["row_quantity"], first["column_quantity"], np.array(down), np.array(across),
            np.array([[values[i, j] for j in across] for i in down]),
            first["between"] == "interpolate", first["unit"], said,
        )  # fmt: skip
    return grids
