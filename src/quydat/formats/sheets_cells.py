"""Cells of workbooks as text: numbers as they are, whole ones without a fraction, days as ISO 8601."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quydat.core.problem import Place, Problem, problem

LARGEST_CELL = 32_767
"""Characters that a cell of a workbook may hold, by the programs that make them."""

_EXACT = 1e21
"""Beyond this a number is no code: it is written with an exponent."""


def cell_text(value: Any) -> str | None:
    """Text of one cell; None if it holds nothing but spaces.

    >>> [cell_text(v) for v in (12.0, 2.5, 301234567890123.0, datetime(2024, 1, 5), datetime(2024, 1, 5, 10, 3), True, " ")]
    ['12', '2.5', '301234567890123', '2024-01-05', '2024-01-05T10:03:00', 'true', None]
    """
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s"
    return str(value)


def text_column(cells: Sequence[Any]) -> Any:
    """A column of cells as Arrow text.

    >>> text_column(["a", 1.0, None]).to_pylist()
    ['a', '1', None]
    """
    if set(map(type, cells)) <= {str}:
        return pa.array([cell if cell and not cell.isspace() else None for cell in cells], pa.large_string())
    return pa.array(map(cell_text, cells), pa.large_string(), size=len(cells))


def too_long(columns: Sequence[Any], names: Sequence[str], place: Place, *, first_row: int) -> Iterator[Problem]:
    """QD116 for each cell that holds more than a workbook can.

    >>> [p.place.row for p in too_long([pa.array(["a", "b" * 40000])], ["A"], Place("x.xls"), first_row=1)]
    [2]
    """
    for column, name in zip(columns, names, strict=True):
        lengths = pc.utf8_length(column)
        if (pc.max(lengths).as_py() or 0) > LARGEST_CELL:
            for row, length in enumerate(lengths.to_pylist()):
                if length is not None and length > LARGEST_CELL:
                    where = Place(place.file, place.sheet, first_row + row, name)
                    yield problem("QD116", where, length=length, limit=LARGEST_CELL)
