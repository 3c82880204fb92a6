"""What the template and the results share: sheet names, cell formats, text that stays text, same bytes."""

import io
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from quydat.core.files import write_whole
from quydat.core.problem import Place, Problems, problem
from quydat.core.text import LANGS, YEAR_OR_NONE, Lang, say
from quydat.dictionary.schema import Attribute, Table

OWN_SHEETS = ("workbook.guide", "workbook.choices", "workbook.summary")
"""Sheets that hold no table."""

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_CREATED = datetime(2000, 1, 1)
"""Same tables, same bytes: the time of writing is no part of the content."""

_FORMATS = {
    "share": "0.0%",
    "bn_vnd": "#,##0",
    "days": "#,##0",
    "count": "#,##0",
    "year": "0",
    "degree": "0.00000",
}


def sheet_name(table: Table, lang: Lang) -> str:
    """Name of a table's sheet: its label, as far as Excel allows."""
    return _FORBIDDEN.sub(" ", table.label(lang))[:_LONGEST_NAME].strip()


def is_own_sheet(name: str) -> bool:
    """Whether a sheet is a guide, a list of choices or a summary."""
    return name.strip().casefold() in {say(key, lang).casefold() for key in OWN_SHEETS for lang in LANGS}


def number_format(kind: str, unit: str, lang: Lang) -> str:
    """Excel's format for an attribute type and a unit."""
    if kind == "date":
        return "d/m/yyyy" if lang == "vi" else "yyyy-mm-dd"
    if kind in ("integer", "year"):
        return "0" if kind == "year" or unit in ("year", YEAR_OR_NONE) else "#,##0"
    if kind == "number":
        return _FORMATS.get(unit, "#,##0.00")
    return "@"


def attribute_format(attribute: Attribute, lang: Lang) -> str:
    """Excel's format for a column."""
    return number_format(attribute.type, attribute.unit, lang)


def write_book(path: Path, *, title: str, fill: Callable[[Any], None]) -> None:
    """Write a workbook whole or not at all, the same bytes for the same content."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": title, "created": _CREATED})
    fill(book)
    book.close()
    write_whole(path, buffer.getvalue())


def put(sheet: Any, row: int, column: int, value: object, style: Any = None) -> None:
    """Write a value; text is written as text, whatever it starts with.

    Raises
    ------
    Problems
        QD108 if a text is longer than a cell can hold.
    """
    if isinstance(value, bool):
        raise TypeError("say yes or no in words")
    if isinstance(value, datetime | date):
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif _put_text(sheet, row, column, str(value), style) < 0:
        place = Place(sheet=sheet.get_name(), row=row + 1)
        raise Problems([problem("QD108", place, path=sheet.get_name(), why=f"{len(str(value))} > 32767")])


def _put_text(sheet: Any, row: int, column: int, text: str, style: Any) -> int:
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for XML of its own making and would write it bare; pieces it escapes.
        pieces = (text[:1], text[1:2], text[2:])
        return int(sheet.write_rich_string(row, column, *pieces, *([style] if style else [])))
    return int(sheet.write_string(row, column, text, style))
