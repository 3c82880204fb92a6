"""The results workbook: a summary, and a sheet for each table with labels, units and live totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.core.figure import Value
from quydat.core.text import UNKNOWN, Lang, say, shown
from quydat.dictionary.schema import Attribute, Table, choice_label, unit_shown
from quydat.formats.workbook_parts import attribute_format, number_format, put, sheet_name, write_book

_SUMMARY = ("figure", "value", "unit", "basis", "coverage", "as_of", "figure_id")
_SUMMARY_WIDTHS = (60, 18, 12, 22, 18, 14, 40)
_WIDEST = 50


@dataclass(frozen=True)
class SummaryRow:
    """One line of the first sheet. Texts are as people read them; a value of None is said to be unknown."""

    label: str
    value: Value
    unit: str
    basis: str
    coverage: str
    as_of: date | None
    figure_id: str


@dataclass(frozen=True)
class Sheet:
    """One table of the results; ``totals`` names the columns to be added up below it."""

    table: Table
    rows: pd.DataFrame
    totals: tuple[str, ...] = ()


def write_tables(path: Path, *, sheets: Sequence[Sheet], summary: Sequence[SummaryRow], lang: Lang, title: str) -> None:
    """Write results for people to read.

    Unknown cells are empty. Below each total stands how many rows are known. Excel keeps 15 digits of a
    number: the exact values are in the CSV and Parquet files.

    Parameters
    ----------
    sheets
        Tables in order, typed as the dictionary says.
    summary
        Lines of the first sheet.
    title
        Title in the properties of the file.

    Raises
    ------
    Problems
        QD406 disk full, QD108 not writable, or a text that is too long for a cell.
    """

    def fill(book: Any) -> None:
        styles = _Styles(book)
        _write_summary(book.add_worksheet(say("workbook.summary", lang)), summary, lang, styles)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet_name(sheet.table, lang)), sheet, lang, styles)

    write_book(path, title=title, fill=fill)


class _Styles:
    """Cell styles of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], Any] = {}
        self.heading = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True})

    def cell(self, number: str, *, bold: bool = False) -> Any:
        key = (number, bold)
        if key not in self._made:
            self._made[key] = self._book.add_format({"num_format": number, "bold": bold, "top": int(bold)})
        return self._made[key]


def _on_paper(sheet: Any) -> None:
    """A4 across, as wide as one page, the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_summary(sheet: Any, summary: Sequence[SummaryRow], lang: Lang, styles: _Styles) -> None:
    sheet.freeze_panes(1, 1)
    _on_paper(sheet)
    for column, (key, width) in enumerate(zip(_SUMMARY, _SUMMARY_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, 0, column, say(f"workbook.{key}", lang), styles.heading)
    day = styles.cell(number_format("date", "", lang))
    for row, line in enumerate(summary, start=1):
        value = line.value
        kind = "date" if isinstance(value, date) else "number"
        if value is None or value != value:
            value = shown(None, lang, unit=line.unit)
        if isinstance(value, bool):
            value = shown(value, lang)
        text = isinstance(value, str)
        put(sheet, row, 0, line.label)
        put(sheet, row, 1, value, styles.cell("@" if text else number_format(kind, line.unit, lang)))
        for column, word in (
            (2, unit_shown(line.unit, lang)),
            (3, line.basis),
            (4, line.coverage),
            (6, line.figure_id),
        ):
            put(sheet, row, column, word)
        put(sheet, row, 5, UNKNOWN[lang] if line.as_of is None else line.as_of, day)


def _write_sheet(sheet: Any, content: Sheet, lang: Lang, styles: _Styles) -> None:
    table, rows = content.table, content.rows
    if list(rows.columns) != table.columns:
        raise ValueError(f"columns of {table.name} are {list(rows.columns)}, not {table.columns}")
    sheet.freeze_panes(1, len(table.key))
    _on_paper(sheet)
    sheet.autofilter(0, 0, max(len(rows), 1), len(table.columns) - 1)
    for column, attribute in enumerate(table):
        style = styles.cell(attribute_format(attribute, lang))
        put(sheet, 0, column, attribute.label(lang), styles.heading)
        sheet.write_comment(0, column, attribute.definition(lang), {"x_scale": 2})
        widest = len(attribute.label(lang))
        for row, value in enumerate(rows[attribute.name].tolist(), start=1):
            cell = _shown(value, attribute, lang)
            if cell is not None:
                put(sheet, row, column, cell, style)
                widest = max(widest, len(str(cell)))
        sheet.set_column(column, column, min(widest + 2, _WIDEST))
        if attribute.name in content.totals:
            _write_total(sheet, rows[attribute.name], column, attribute, lang, styles)
    if content.totals:
        below = len(rows) + 2
        put(sheet, below, 0, say("workbook.total", lang), styles.cell("@", bold=True))
        put(sheet, below + 1, 0, say("workbook.known", lang), styles.cell("@"))


def _write_total(sheet: Any, values: pd.Series, column: int, attribute: Attribute, lang: Lang, styles: _Styles) -> None:
    """Sum and coverage two rows below the table, outside its filter; unknown where nothing is known."""
    from xlsxwriter.utility import xl_range

    count, known = len(values), int(values.notna().sum())
    below = count + 2
    bold = styles.cell(attribute_format(attribute, lang), bold=True)
    if count == 0 or known == 0:
        put(sheet, below, column, UNKNOWN[lang], bold)
        put(sheet, below + 1, column, f"{known}/{count}", styles.cell("@"))
        return
    cells = xl_range(1, column, count, column)
    sheet.write_formula(below, column, f"=SUM({cells})", bold, float(values.sum()))
    formula = f'=COUNT({cells})&"/"&ROWS({cells})'
    sheet.write_formula(below + 1, column, formula, styles.cell("General"), f"{known}/{count}")


def _shown(value: Any, attribute: Attribute, lang: Lang) -> object:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if attribute.type == "boolean":
        return shown(bool(value), lang)
    if attribute.type == "choice":
        return choice_label(attribute.choices, value, lang)
    return value
