"""From columns of text to a sheet: headings that are told apart, rows of data, and what is left out."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from quydat.core.problem import Place, Problem, problem
from quydat.formats.sheets_head import Head, Row
from quydat.formats.sheets_rows import split_rows
from quydat.survey.sheet import LeftOut, Sheet

TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
_NUMBERED = re.compile(r"(?P<heading>.+) #(?P<column>\d+)")


def make_sheet(
    columns: Sequence[Any],
    head: Head,
    top: Sequence[Row],
    *,
    file: str,
    name: str,
    wide: frozenset[int] = frozenset(),
    **said: Any,
) -> Sheet:
    """A sheet from the columns below its heading.

    Parameters
    ----------
    columns
        Text of each column from ``head.body`` on (Arrow, missing is null).
    head
        Where the heading stands.
    top
        The lines above ``head.body`` as they stand.
    wide
        Rows (from 0, below the heading) whose only cell is merged across columns.
    said
        Further attributes of the sheet.

    Returns
    -------
    A column without heading is named by its number (#7), or left out if it holds nothing; of columns that share a
    heading each gets its number after it. Numbers of rows count from 1 at the first line of the file.

    >>> head = Head(0, 1, 1, ("Tên", "ha", "ha", None))
    >>> table = [pa.array(["A"]), pa.array(["1"]), pa.array(["2"]), pa.array([None], pa.string())]
    >>> sheet = make_sheet(table, head, [("Tên", "ha", "ha")], file="x.csv", name="")
    >>> list(sheet.cells), sheet.numbers.tolist()
    (['Tên', 'ha #2', 'ha #3'], [2])
    """
    data, rest = split_rows(
        columns, first_number=head.body + 1, heading=top[head.first] if head.end > head.first else (), wide=wide
    )
    above = [
        LeftOut(number + 1, _kind(number, head, row), tuple(cell or "" for cell in row))
        for number, row in enumerate(top)
        if number != head.first or head.end == head.first
    ]
    if not data.all():
        mask = pa.array(data)
        columns = [column.filter(mask) for column in columns]
    named = headings(head.names, [column.null_count < len(column) for column in columns])
    cells = {heading: text_series(columns[at]) for at, heading in named.items()}
    numbers = np.flatnonzero(data).astype(np.int64) + head.body + 1
    frame = pd.DataFrame(cells, index=pd.RangeIndex(len(numbers)))
    return Sheet(file, name, frame, numbers, left_out=(*above, *rest), **said)


def headings(names: Sequence[str | None], filled: Sequence[bool]) -> Mapping[int, str]:
    """Heading of each column by its position from 0; without columns that have neither heading nor cells.

    >>> headings(["a", None, None, "a"], [True, True, False, False])
    {0: 'a #1', 1: '#2', 3: 'a #4'}
    """
    twice = {name for name, count in Counter(names).items() if name is not None and count > 1}
    return {
        at: f"#{at + 1}" if name is None else f"{name} #{at + 1}" if name in twice else name
        for at, (name, any_cell) in enumerate(zip(names, filled, strict=True))
        if name is not None or any_cell
    }


def named_twice(sheet: Sheet) -> list[Problem]:
    """QD203 for each column that shares its heading with another one, naming the column by its number.

    Such a sheet is read all the same: which of the columns is meant is for the mapping to say.

    >>> cells = pd.DataFrame({"Tên": ["A"], "ha #2": ["1"], "ha #3": ["2"]}, dtype="str")
    >>> [(p.number, p.place.column) for p in named_twice(Sheet("x.csv", "", cells, np.array([2])))]
    [('QD203', '2'), ('QD203', '3')]
    """
    found = [match for match in map(_NUMBERED.fullmatch, map(str, sheet.cells.columns)) if match]
    times = Counter(match["heading"] for match in found)
    return [
        problem("QD203", Place(sheet.file, sheet.name, None, match["column"]), column=match["heading"])
        for match in found
        if times[match["heading"]] > 1
    ]


def text_series(column: Any) -> "pd.Series[str]":
    """A column of text as pandas has it, missing cells as NaN.

    >>> text_series(pa.array(["a", None])).tolist()
    ['a', nan]
    """
    if not isinstance(column, pa.ChunkedArray):
        column = pa.chunked_array([column])
    return pd.Series(pd.array(column.cast(pa.large_string()), dtype=TEXT))


def _kind(number: int, head: Head, row: Row) -> str:
    if all(cell is None for cell in row):
        return "empty"
    return "title" if number < head.first else "heading"
