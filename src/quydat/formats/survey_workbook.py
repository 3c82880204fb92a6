"""Workbooks as district offices send them: merged heads, old fonts, formulas, days as numbers."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from quydat.formats.workbook_parts import put, write_book
from quydat.survey.illustrative.offices import TITLE
from quydat.survey.illustrative.page import Cell, Formula, Page
from quydat.survey.illustrative.written import grid

_OWN_FONT = "Times New Roman"


def write_messy_book(path: Path, pages: Sequence[Page]) -> None:
    """Write pages as the sheets of one workbook; the same pages give the same bytes.

    Raises
    ------
    Problems
        QD406 if the disk is full, QD108 if the place cannot be written.

    >>> from tempfile import TemporaryDirectory
    >>> from openpyxl import load_workbook
    >>> from quydat.survey.illustrative.page import Column, Line
    >>> page = Page("a.xlsx", "S", "xlsx", "a", [Column("name", "Tên", "", "tcvn3", ".VnTime")])
    >>> page.lines = [Line("heading", {"name": "Tên"}), Line("data", {"name": "Đông"})]
    >>> with TemporaryDirectory() as folder:
    ...     write_messy_book(Path(folder) / "a.xlsx", [page])
    ...     cell = load_workbook(Path(folder) / "a.xlsx")["S"]["A2"]
    >>> cell.value, cell.font.name
    ('§«ng', '.VnTime')
    """

    def fill(book: Any) -> None:
        for page in pages:
            _sheet(book, page)

    write_book(path, title=TITLE, fill=fill)


def _sheet(book: Any, page: Page) -> None:
    sheet = book.add_worksheet(page.sheet)
    fonts = [column.font or _OWN_FONT for column in page.columns]
    plain = [book.add_format({"font_name": font}) for font in fonts]
    head = [book.add_format({"font_name": font, "bold": True, "text_wrap": True, "border": 1}) for font in fonts]
    days = [book.add_format({"font_name": font, "num_format": "dd/mm/yyyy"}) for font in fonts]
    sheet.set_column(0, len(fonts) - 1, 16)
    cells = grid(page)
    for row, line in enumerate(page.lines):
        if line.what == "heading" and page.merged:
            continue
        styles = head if line.what == "heading" else plain
        for column, cell in enumerate(cells[row]):
            _put(sheet, row, column, cell, days[column] if isinstance(cell, date) else styles[column])
    if page.merged:
        first = next(k for k, line in enumerate(page.lines) if line.what == "heading")
        _merged_head(sheet, page, cells, first, head)


def _merged_head(sheet: Any, page: Page, cells: list[list[Cell]], first: int, styles: list[Any]) -> None:
    """The head of two lines: groups merged across, columns without group merged down."""
    start = 0
    while start < len(page.columns):
        upper = page.columns[start].upper
        end = start
        while upper and end + 1 < len(page.columns) and page.columns[end + 1].upper == upper:
            end += 1
        text = str(cells[first][start])
        if not upper:
            sheet.merge_range(first, start, first + 1, start, text, styles[start])
        elif end > start:
            sheet.merge_range(first, start, first, end, text, styles[start])
        else:
            put(sheet, first, start, text, styles[start])
        for column in range(start, end + 1) if upper else ():
            put(sheet, first + 1, column, cells[first + 1][column], styles[column])
        start = end + 1


def _put(sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
    if isinstance(cell, Formula):
        sheet.write_formula(row, column, cell.text, style, cell.value)
    elif cell is not None:
        put(sheet, row, column, cell, style)
