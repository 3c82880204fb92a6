"""The cells of a page as its file holds them: old letters, order of columns."""

from datetime import date
from typing import Any

import pandas as pd
import shapely

from quydat.survey.illustrative.page import Cell, Column, Formula, Line, Page
from quydat.survey.legacy import encode


def grid(page: Page) -> list[list[Cell]]:
    """Cells by line and column, text in the encoding of its column.

    >>> page = Page("a.xlsx", "", "xlsx", "a", [Column("name", "Tên", "", "tcvn3")])
    >>> page.lines = [Line("heading", {"name": "Tên"}), Line("data", {"name": "Đông"})]
    >>> grid(page)
    [['Tªn'], ['§«ng']]
    """
    columns = [_column(page.lines, column) for column in page.columns]
    return [list(cells) for cells in zip(*columns, strict=True)]


def _column(lines: list[Line], column: Column) -> list[Cell]:
    cells = [line.cells.get(column.key) for line in lines]
    encodings = [line.encoding or column.encoding for line in lines]
    for encoding in sorted(set(encodings) - {"unicode"}):
        own = [k for k, cell in enumerate(cells) if encodings[k] == encoding and isinstance(cell, str)]
        texts = [str(cells[k]) for k in own]
        for k, text in zip(own, _encoded(texts, encoding), strict=True):
            cells[k] = text
    return cells


def _encoded(texts: list[str], encoding: str) -> list[str]:
    if encoding == "escaped":
        return [escaped(text) for text in texts]
    made: Any = encode(pd.Series(texts, dtype="str"), encoding=encoding)  # type: ignore[arg-type]
    return [str(text) for text in made]


def escaped(text: str) -> str:
    r"""Text of a drawing in plain letters: what is beyond them as ``\U+`` and four digits.

    >>> escaped("Đá")
    '\\U+0110\\U+00E1'
    """
    return "".join(letter if letter.isascii() else f"\\U+{ord(letter):04X}" for letter in text)


def shown(cell: Cell) -> str:
    """A cell as one text: days in ISO 8601, formulas as typed, whole numbers without a point, nothing as ``""``.

    >>> shown(3.0), shown(date(2025, 1, 31)), shown(Formula("=1+1", 2.0)), shown(None)
    ('3', '2025-01-31', '=1+1', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        return cell.text
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return f"{cell:.15g}" if isinstance(cell, int | float) else cell


def shape_shown(shape: shapely.Geometry | None) -> str:
    """A shape as well-known text, coordinates to the millimetre or the ten-millionth of a degree.

    >>> shape_shown(shapely.Point(106.7, 10.75))
    'POINT (106.7 10.75)'
    """
    if shape is None:
        return ""
    degrees = abs(shapely.get_coordinates(shape)).max() < 360
    return str(shapely.to_wkt(shape, rounding_precision=7 if degrees else 3))
