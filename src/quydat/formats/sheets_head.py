"""Where the heading of a table stands: below titles, on one to three lines, above a line of column numbers."""

import math
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Row = Sequence[str | None]
Merged = tuple[int, int, int, int]
"""First row, first column, last row, last column of cells made one; from 0, ends included."""

SEEN = 80
"""Lines at the top in which the heading must stand."""

_MOST_LINES = 3
_NUMBER = re.compile(r"[\s(+\-−]*\d[\d.,\s]*%?\s*\)?")
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,3})\s*\)?(?:\s*=.*)?|\(?([A-Z])\)?")
_UNIT = re.compile(
    r"\([^()]{1,20}\)|ha|m2|m²|m3|m³|km2|km²|%|người|lao động|tầng|kwh|tỷ đồng|triệu đồng|usd", re.IGNORECASE
)
_LETTERHEAD = re.compile(
    r"cộng h(?:òa|oà|oa)\s*x[ãa] h[ộo]i|độc lập\s*[-–]|[uủ][ỷy] ban nhân dân|^ubnd\b"
    r"|đơn vị tính|^\(?đvt\b|^biểu\b|^mẫu\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Head:
    """The heading of a table.

    Attributes
    ----------
    first, end
        Its first line, and the line after its last; from 0. They are the same where the table has no heading.
    body
        First line of data: after ``end`` if a line of column numbers follows the heading.
    names
        Heading of each column, lines joined by " / "; None where a column has none.
    """

    first: int
    end: int
    body: int
    names: tuple[str | None, ...]


def find_head(rows: Sequence[Row], *, merged: Sequence[Merged] = ()) -> Head | None:
    """Find the heading in the first lines of a table; None if no cell is filled.

    The heading starts at the first line that fills at least half as many cells as lines do by the median, and is no
    letterhead. It goes on where cells are merged downwards, and where a line fills only the gaps that the line above
    leaves beside its cells, as parts under "Diện tích" do. A first line of numbers only is data: then there is none.

    >>> top = [["BẢNG TỔNG HỢP", None, None, None], ["STT", "Tên", "Diện tích", None], [None, None, "Đất", "Sàn"],
    ...        ["(1)", "(2)", "(3)", "(4)"], ["1", "Công ty A", "2.5", "1200"]]
    >>> found = find_head(top)
    >>> found.names, found.first, found.body
    (('STT', 'Tên', 'Diện tích / Đất', 'Diện tích / Sàn'), 1, 4)
    """
    given = [list(row) for row in rows[:SEEN]]
    width = max((len(row) for row in given), default=0)
    rows = [row + [None] * (width - len(row)) for row in given]
    filled = [sum(cell is not None for cell in row) for row in rows]
    most = max(filled, default=0)
    if most == 0:
        return None
    typical = statistics.median([count for count in filled if count > 1] or [1])
    least = 1 if most == 1 else max(2, math.ceil(typical / 2))
    eligible = [r for r, count in enumerate(filled) if count >= least]
    first = next((r for r in eligible if not _is_letterhead(rows[r], r, merged, r == eligible[-1])), eligible[0])
    if all(is_number(cell) for cell in rows[first] if cell is not None) and not _are_column_numbers(rows, first):
        return Head(first, first, first, (None,) * width)
    end = _end(rows, first, merged)
    body = end + 1 if end < len(rows) and _are_column_numbers(rows, end) else end
    return Head(first, end, body, _names(rows, first, end, merged))


def is_number(cell: str) -> bool:
    """Whether a cell reads as a number, however it is written.

    >>> is_number("1.234,5"), is_number("(12)"), is_number("Quận 12")
    (True, True, False)
    """
    return _NUMBER.fullmatch(cell) is not None


def _is_letterhead(row: Row, number: int, merged: Sequence[Merged], last: bool) -> bool:
    cells = [(column, cell) for column, cell in enumerate(row) if cell is not None]
    if last or len(cells) > 3:
        return False
    if any(_LETTERHEAD.search(cell) for _, cell in cells):
        return True
    wide = {c1 for r1, c1, _, c2 in merged if r1 == number and c2 > c1}
    return len(cells) <= 2 and all(column in wide for column, _ in cells)


def _end(rows: Sequence[Row], first: int, merged: Sequence[Merged]) -> int:
    end = first + 1
    for r1, _, r2, _ in merged:
        if r1 == first and r2 - r1 < _MOST_LINES:
            end = max(end, r2 + 1)
    while end < len(rows) and end - first < _MOST_LINES and _goes_on(rows[end - 1], rows[end]):
        end += 1
    if end < len(rows) and _are_units(rows[end]):
        end += 1
    return min(end, len(rows))


def _goes_on(above: Row, row: Row) -> bool:
    """Whether a line names parts of what the line above names: it fills gaps beside cells, and nothing else."""
    cells = {column: cell for column, cell in enumerate(row) if cell is not None}
    if not cells or any(is_number(cell) for cell in cells.values()):
        return False
    groups: set[int] = set()
    gaps: set[int] = set()
    owner = None
    for column, cell in enumerate(above):
        if cell is not None:
            owner = column
        elif owner is not None and (column in cells):
            gaps.add(column)
            groups |= {owner, column}
    return bool(gaps) and set(cells) <= groups


def _are_units(row: Row) -> bool:
    cells = [cell.strip() for cell in row if cell is not None]
    return bool(cells) and all(_UNIT.fullmatch(cell) and not is_number(cell) for cell in cells)


def _are_column_numbers(rows: Sequence[Row], number: int) -> bool:
    """Whether a line counts the columns: (1) (2) (3), or A B 1 2 3."""
    cells = [cell.strip() for cell in rows[number] if cell is not None]
    found = [_COLUMN_NUMBER.fullmatch(cell) for cell in cells]
    if len(cells) < (3 if any("(" in cell for cell in cells) else 4) or not all(found):
        return False
    counted = [int(match[1]) for match in found if match and match[1]]
    start = next((i for i, match in enumerate(found) if match and match[1]), None)
    if start is None or len(counted) < 2 or start + len(counted) != len(found):
        return False
    if counted != list(range(counted[0], counted[0] + len(counted))) or counted[0] not in (1, start + 1):
        return False
    if any("(" in cell for cell in cells) or start > 0:
        return True
    below = [cell for row in rows[number + 1 : number + 4] for cell in row if cell is not None]
    return any(not is_number(cell) for cell in below)


def _names(rows: Sequence[Row], first: int, end: int, merged: Sequence[Merged]) -> tuple[str | None, ...]:
    parts: list[list[str]] = [[] for _ in rows[first]]
    for line in range(first, end):
        across = {
            column: rows[r1][c1]
            for r1, c1, r2, c2 in merged
            if r1 <= line <= r2 and r1 >= first
            for column in range(c1, min(c2, len(parts) - 1) + 1)
        }
        for column, cell in enumerate(rows[line]):
            text = cell if cell is not None else across.get(column) or _group(rows, line, end, column)
            plain = " ".join(text.split()) if text else ""
            if plain and plain not in parts[column]:
                parts[column].append(plain)
    return tuple(" / ".join(lines) or None for lines in parts)


def _group(rows: Sequence[Row], line: int, end: int, column: int) -> str | None:
    """The cell to the left that an empty cell of the heading belongs to, if lines below name parts of it."""

    def has_parts(at: int) -> bool:
        return any(rows[below][at] is not None for below in range(line + 1, end))

    if not has_parts(column):
        return None
    for left in range(column - 1, -1, -1):
        if rows[line][left] is not None:
            return rows[line][left] if has_parts(left) else None
    return None
