"""What an OpenDocument spreadsheet says beside its values: errors, formulas without result, extent."""

import re
from typing import NamedTuple

from quydat.core.problem import Place, Problem, problem

_TAG = re.compile(rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>")
_CELL_END = b"</table:table-cell>"
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_NAME = re.compile(rb'table:name="([^"]*)"')
_FORMULA = re.compile(rb'table:formula="([^"]*)"')
_SHOWN = re.compile(rb"\s*<text:p[^>]*>([^<]*)")
_ERROR_SHOWN = re.compile(rb"#[A-Z/0]+[!?]?|Err:\d+")


class Extent(NamedTuple):
    """Rows and columns that the cells of a sheet spread over, bytes of their texts, and faults."""

    rows: int
    columns: int
    size: int
    faults: list[Problem]


def read_extents(content: bytes, file: str) -> list[Extent]:
    """Extent and faults of each sheet of ``content.xml``, in order; QD109 and QD110 as in other workbooks.

    >>> cells = (b'<table:table table:name="a"><table:table-row table:number-rows-repeated="3"><table:table-cell/>'
    ...          b'</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="4"'
    ...          b' office:value-type="float"/></table:table-row></table:table>')
    >>> read_extents(cells, "x.ods")
    [Extent(rows=4, columns=4, size=0, faults=[])]
    """
    found: list[Extent] = []
    sheet, row, column, repeated = "", 0, 0, 1
    rows = columns = size = 0
    faults: list[Problem] = []
    for match in _TAG.finditer(content):
        closing, kind, attributes, empty = match.groups()
        if kind == b"table":
            if closing:
                found.append(Extent(rows, columns, size, faults))
            else:
                name = _NAME.search(attributes)
                sheet, row, column, repeated = (name[1].decode(errors="replace") if name else ""), 0, 0, 1
                rows, columns, size, faults = 0, 0, 0, []
        elif kind == b"table-row":
            if closing:
                row += repeated
            else:
                repeated, column = _times(attributes), 0
                row += repeated if empty else 0
        elif not closing:
            column += _times(attributes)
            if b"value-type=" in attributes:
                rows, columns = max(rows, row + repeated), max(columns, column)
                if not empty:
                    length = max(0, content.find(_CELL_END, match.end()) - match.end())
                    size += length * _times(attributes) * repeated
            faults += _faults(content, match, Place(file, sheet, row + 1, letters(column)))
    return found


def letters(column: int) -> str:
    """Letters of a column, counted from 1.

    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _times(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return max(1, int(found[1])) if found else 1


def _faults(content: bytes, match: re.Match[bytes], place: Place) -> list[Problem]:
    attributes = match[3]
    formula = _FORMULA.search(attributes)
    if formula and b"office:value-type=" not in attributes:
        return [problem("QD109", place, formula=formula[1].decode(errors="replace"))]
    if b'calcext:value-type="error"' in attributes or formula:
        shown = _SHOWN.match(content, match.end())
        text = shown[1] if shown else b""
        if b'calcext:value-type="error"' in attributes or _ERROR_SHOWN.fullmatch(text):
            return [problem("QD110", place, value=text.decode(errors="replace"))]
    return []
