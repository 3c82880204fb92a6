"""Raw tables: what a file holds, cell by cell, before the dictionary reads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from quydat.core.problem import Place, Problems, problem


class Raw(NamedTuple):
    """A raw table and where it comes from."""

    rows: pd.DataFrame
    file: str
    sheet: str


def read_bytes(path: Path) -> bytes:
    """Content of a file; QD101 if it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problems([problem("QD101", Place(path.name), why=error.strerror or error)]) from error


def raw_frame(headings: Sequence[Any], records: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """A frame with exactly these headings, and records as rows.

    A column without heading and without any value, and empty rows at the end, hold nothing and are left out;
    a column without heading that has a value is named by its number (#7), so that it is seen.
    """
    blank = [_blank(heading) for heading in headings]
    rows = [list(record) for record in records]
    while rows and all(_blank(cell) for cell in rows[-1]):
        rows.pop()
    width = max([len(headings), *(len(row) for row in rows)])
    padded = [row + [None] * (width - len(row)) for row in rows]
    names, columns = [], []
    for index in range(width):
        cells = [None if _blank(row[index]) else row[index] for row in padded]
        nameless = index >= len(headings) or blank[index]
        if nameless and all(cell is None for cell in cells):
            continue
        names.append(f"#{index + 1}" if nameless else str(headings[index]))
        columns.append(pd.Series(cells, dtype=object, index=range(len(rows))))
    frame = pd.concat(columns, axis=1) if columns else pd.DataFrame(index=range(len(rows)))
    frame.columns = pd.Index(names, dtype="object")
    return frame


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
