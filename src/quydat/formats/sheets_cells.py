"""Cells of workbooks as text: numbers as they are, whole ones without a fraction, days as ISO 8601.

A number with three decimals gets a fourth (1.1870): the file knows that it is a number, so nobody need ask whether the
point of 1.187 stands between thousands.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from quydat.core.problem import Place, Problem, problem

LARGEST_CELL = 32_767
"""Characters that a cell of a workbook may hold, by the programs that make them."""

_LIKE_THOUSANDS = r"^(-?[0-9]{1,3}\.[0-9]{3})$"
_EXACT = 1e21
"""Beyond this a number is no code: it is written with an exponent."""


def cell_text(value: Any) -> str | None:
    """Text of one cell; None if it holds nothing but spaces.

    >>> [cell_text(v) for v in (12.0, 2.5, 1.187, 301234567890123.0, True, " ")]
    ['12', '2.5', '1.1870', '301234567890123', 'true', None]
    >>> cell_text(datetime(2024, 1, 5)), cell_text(datetime(2024, 1, 5, 10, 3))
    ('2024-01-05', '2024-01-05T10:03:00')
    """
    if isinstance(value, str):
        return value if value.strip() else None
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < _EXACT:
            return str(int(value))
        return re.sub(_LIKE_THOUSANDS, r"\g<1>0", repr(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f} s"
    return str(value)


def text_column(cells: Sequence[Any]) -> Any:
    """A column of cells as Arrow text.

    >>> text_column(["a", 1.0, None]).to_pylist(), text_column([1.0, 2.5, ""]).to_pylist()
    (['a', '1', None], ['1', '2.5', None])
    """
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pa.array([cell if cell and not cell.isspace() else None for cell in cells], pa.large_string())
    if kinds == {float}:
        return number_text(pa.array(cells, pa.float64()))
    if kinds == {float, str} and not any(map(str.strip, (cell for cell in cells if type(cell) is str))):
        return number_text(pa.array([cell if type(cell) is float else None for cell in cells], pa.float64()))
    return pa.array(map(cell_text, cells), pa.large_string(), size=len(cells))


def number_text(numbers: Any) -> Any:
    """A column of numbers (Arrow) as text, each as ``cell_text`` writes it.

    >>> number_text(pa.array([12.0, 0.1, 1e300, None])).to_pylist(), number_text(pa.array([1.187, 2.0])).to_pylist()
    (['12', '0.1', '1e+300', None], ['1.1870', '2'])
    """
    sizes = pc.abs(pc.if_else(pc.equal(numbers, 0.0), 1.0, numbers))
    ends = pc.min_max(sizes).as_py()
    if ends["min"] is None:
        return numbers.cast(pa.large_string())
    if ends["min"] >= 1e-4 and ends["max"] < 1e9:  # where both ways of writing use no exponent
        text = pc.replace_substring_regex(numbers.cast(pa.large_string()), r"\.0$", "")
        return pc.replace_substring_regex(text, _LIKE_THOUSANDS, r"\10")
    return pa.array(map(cell_text, numbers.to_pylist()), pa.large_string(), size=len(numbers))


def arrow_text(column: Any) -> Any:
    """A column of any Arrow type as text; cells of spaces only are missing.

    >>> arrow_text(pa.array([True, None])).to_pylist(), arrow_text(pa.array([["a", "b"]])).to_pylist()
    (['true', None], ['a; b'])
    """
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.cast(kind.storage_type), kind.storage_type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = column.cast(pa.large_string())
        blank = pc.match_substring_regex(text, r"^\s*$")
        return pc.if_else(blank, pa.scalar(None, pa.large_string()), text) if pc.any(blank).as_py() else text
    if pa.types.is_float64(kind):
        return number_text(column)
    if pa.types.is_integer(kind) or pa.types.is_date32(kind):
        return column.cast(pa.large_string())
    cells = [_nested(cell) for cell in column.to_pylist()]
    return pa.array(cells, pa.large_string())


def _nested(cell: Any) -> str | None:
    if isinstance(cell, list):
        return "; ".join(_nested(part) or "" for part in cell) or None
    if isinstance(cell, bytes):
        return cell.hex()
    return cell_text(cell)


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
