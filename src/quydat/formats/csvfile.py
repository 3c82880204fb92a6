"""CSV: UTF-8, comma, LF (RFC 4180 but for the line end), the same bytes for the same table."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.core.files import write_whole
from quydat.core.problem import Place, Problems, problem
from quydat.formats.raw import raw_frame, read_bytes

_BOM = "\ufeff"
_QUOTED = re.compile(r'[",\r\n]')


def read_csv(path: Path) -> pd.DataFrame:
    """Every cell of a CSV file as text; empty cells are missing.

    Headings that stand twice stay so, cells beyond the headings get a column named by its number, and rows
    that are too short end in missing cells: nothing is mended or renamed, so that the dictionary can name
    what is wrong.

    Raises
    ------
    Problems
        QD101 if it cannot be read as CSV, QD105 if it is not UTF-8.
    """
    content = read_bytes(path)
    try:
        text = content.decode("utf-8").removeprefix(_BOM)
    except UnicodeDecodeError as error:
        raise Problems([problem("QD105", Place(path.name), offset=error.start + 1)]) from error
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Problems([problem("QD101", Place(path.name), why=error)]) from error
    if not records:
        return pd.DataFrame()
    return raw_frame(records[0], records[1:])


def write_csv(path: Path, rows: pd.DataFrame, *, bom: bool = False) -> None:
    """Write a typed table.

    Numbers are written so that they read back as they were; unknown is an empty cell. A text that starts with
    ``=`` stays as it is, for the file is made to be read back: the table for Excel is ``write_tables``.

    Parameters
    ----------
    bom
        Start with the mark by which Excel knows UTF-8.
    """
    write_whole(path, csv_text(rows, bom=bom).encode())


def csv_text(rows: pd.DataFrame, *, bom: bool = False) -> str:
    """The text of ``write_csv``."""
    columns = [[_cell(value) for value in rows[name].tolist()] for name in rows.columns]
    records = [list(rows.columns), *(list(record) for record in zip(*columns, strict=True))]
    return (_BOM if bom else "") + "".join(_line(record) for record in records)


def _line(record: list[str]) -> str:
    # Python's writer leaves a lone carriage return bare where lines end in LF; it reads as a line end.
    quoted = ['"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in record]
    return (",".join(quoted) if quoted != [""] else '""') + "\n"


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return repr(value + 0.0)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
