"""Reading a workbook that someone filled in: values, never the text of formulas."""

import io
import re
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.formats.guard import refuse_entities, repack, unpack
from quydat.formats.raw import raw_frame, read_bytes
from quydat.formats.workbook_parts import is_own_sheet

Sheets = dict[str, list[list[tuple[str, Any]]]]
"""Type and value of each cell, by sheet, row and column."""

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNDERSCORE = re.compile(rb"_x005[Ff]_")
_BARE = b"x005F_"
_MARKS = {"\ufdd0": "_", "\ufdd1": _BARE.decode()}
"""Stand for an escaped underscore and for what looks like one; Unicode says that no text holds them."""


def read_workbook(path: Path) -> dict[str, pd.DataFrame]:
    """Every sheet as a raw table, the first row as headings. Guide, choices and summary come as they are.

    Raises
    ------
    Problems
        QD101 if it is no workbook, or damaged; QD113, QD114, QD115 if it has a password, would unpack to too much or
        declares entities; QD109 for each formula whose result the file does not hold;
        QD110 for each cell with an error of the spreadsheet.
    """
    values, texts = read_cells(path)
    raise_if(
        fault
        for sheet, rows in texts.items()
        if not is_own_sheet(sheet)
        for fault in _faults(rows, values[sheet], Place(path.name, sheet))
    )
    return {sheet: _frame(rows) for sheet, rows in values.items()}


def read_cells(path: Path) -> tuple[Sheets, Sheets]:
    """Type and value of each cell of each sheet: once as values, once with the text of formulas in place of theirs.

    Raises
    ------
    Problems
        QD101, QD113, QD114 and QD115 as ``read_workbook``.
    """
    content = read_bytes(path)
    try:
        parts = unpack(content, path.name, wanted=lambda name: True)
        for name, part in parts.items():
            if name.endswith((".xml", ".rels")):
                refuse_entities(part, path.name, name)
        formulas = _has_formulas(parts)
        content = _marked(parts)
        values = _cells(content, formulas=False)
        texts = _cells(content, formulas=True) if formulas else values
    except Problems:
        raise
    except Exception as error:  # a damaged file can make the reader fail in any way
        raise Problems([_unreadable(path, f"{type(error).__name__}: {error}")]) from error
    return values, texts


def _has_formulas(parts: dict[str, bytes]) -> bool:
    return any("/worksheets/" in name and _FORMULA.search(part) is not None for name, part in parts.items())


def _marked(parts: dict[str, bytes]) -> bytes:
    """The same workbook with escaped underscores marked.

    Excel writes a control character as _x000D_, and a text that looks like that as _x005F_x000D_. openpyxl
    takes out every x005F_ and leaves the rest, after which the two are the same.
    """
    escaped, bare = (mark.encode() for mark in _MARKS)
    return repack(
        {
            name: _UNDERSCORE.sub(escaped, part).replace(_BARE, bare) if name.endswith(".xml") else part
            for name, part in parts.items()
        }
    )


def _cells(content: bytes, *, formulas: bool) -> Sheets:
    """Type and value of each cell of each sheet."""
    with warnings.catch_warnings():
        # It warns of drawings, filters and validation that it will not write again; nothing is written here.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=not formulas)
        result = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # files of other programs state them wrongly
            result[sheet.title] = [[(cell.data_type, cell.value) for cell in row] for row in sheet.iter_rows()]
        book.close()
    return result


def _faults(texts: list[list[tuple[str, Any]]], values: list[list[tuple[str, Any]]], place: Place) -> list[Problem]:
    found = []
    for number, (row, results) in enumerate(zip(texts, values, strict=True), start=1):
        for column, ((kind, text), (result_kind, result)) in enumerate(zip(row, results, strict=True), start=1):
            where = Place(place.file, place.sheet, number, openpyxl.utils.get_column_letter(column))
            if kind == "f" and result is None:
                found.append(problem("QD109", where, formula=getattr(text, "text", text)))
            elif result_kind == "e":
                found.append(problem("QD110", where, value=result))
    return found


def _frame(rows: list[list[tuple[str, Any]]]) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame()
    cells = [[plain_text(value) for _, value in row] for row in rows]
    return raw_frame(cells[0], cells[1:])


def plain_text(value: Any) -> Any:
    """A cell as it was typed: what Excel and the reader escape is put back; what is no text stays as it is."""
    if not isinstance(value, str):
        return value
    value = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
    for mark, text in _MARKS.items():
        value = value.replace(mark, text)
    return value


def _unreadable(path: Path, why: object) -> Problem:
    return problem("QD101", Place(path.name), why=why)
