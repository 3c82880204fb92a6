"""Rows below a heading without data of their own: totals, titles of groups, notes, repeated headings, empty ones."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.formats.sheets_head import is_number
from quydat.survey.old_letters import Encoding, decode
from quydat.survey.sheet import LeftOut

_TOTAL_WORDS = "tổng cộng|tổng số|tổng|cộng|lũy kế|luỹ kế|tong cong|tong so|grand total|sub-?total|total|sum"
_OF_WHAT = (
    "quận|huyện|phường|xã|khu|cụm|nhóm|ngành|các|toàn|theo|của|trang|mục|phần|số|diện tích|cơ sở|doanh nghiệp"
    "|[ivx]+|area|of|for"
)
_TOTAL = rf"^\s*(?:[ivx]+[.)]?\s+)?(?:{_TOTAL_WORDS})\s*(?:[:.(–-].*|[0-9+].*|(?:{_OF_WHAT})(?:[^a-zà-ỹđ].*)?)?$"
_OLD_TOTAL = r"^\s*(?:[ivx]+[.)]?\s+)?(?:tæng|céng|toång|coäng)\b"
"""In TCVN3 and VNI, as its bytes look; what follows is looked at once it is decoded."""

_NOT_TOTAL = re.compile(r"\s*(?:tổng|tong)\s+(?:công ty|cty|kho|hợp|đại lý)", re.IGNORECASE)
_IS_TOTAL = re.compile(_TOTAL, re.IGNORECASE)
_GROUP = re.compile(
    r"\s*(?:[IVX]+|[A-Z]|\d{1,2}(?:\.\d{1,2})*)[.)]\s*\S.*"
    r"|\s*(?:quận|huyện|phường|xã|thị trấn|thị xã|thành phố|tp\.?|tỉnh|đặc khu|khu vực|nhóm|ngành|phần|mục"
    r"|district|ward)\b.*",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"\s*(?:[IVX]+|[A-H])[.)]?\s*")
_NOTE = re.compile(
    r"\s*[*]*\s*\(?\s*(?:ghi chú|nguồn|người lập|người kê khai|ngày\s.*tháng|.*,\s*ngày\s"
    r"|ký,|ký tên|ký và|ký ghi|thủ trưởng|giám đốc|chủ tịch|phó chủ tịch"
    r"|kt\.|tm\.|tl\.|lập biểu|xác nhận|nơi nhận|note\b|notes\b|source\b|prepared by|signed|signature)",
    re.IGNORECASE,
)
_OLD: tuple[Encoding, ...] = ("tcvn3", "vni")
_SHORT = 50_000
_LABEL_COLUMNS = 4
"""Where the word "total" stands, if it stands."""


def split_rows(
    columns: Sequence[Any], *, first_number: int, heading: Sequence[str | None], wide: frozenset[int] = frozenset()
) -> tuple[NDArray[np.bool_], list[LeftOut]]:
    """Tell data from the rest.

    Parameters
    ----------
    columns
        Text of each column below the heading (Arrow, missing is null), all as long as the table.
    first_number
        Number of the first of these rows in the file.
    heading
        The first line of the heading as it stands, to know it when it comes again on each page.
    wide
        Rows (from 0) whose only cell is merged across columns.

    Returns
    -------
    Which rows are data, and the others with what they are. A row is a total if its first text is a word of totals and
    its other cells are numbers or empty, so that "Tổng công ty A" with an address stays data.

    >>> names = pa.array(["A", "B", "Tổng cộng", None])
    >>> table = [pa.array(["1", "2", None, None]), names, pa.array(["5", "6", "11", None])]
    >>> data, rest = split_rows(table, first_number=2, heading=["STT", "Tên", "ha"])
    >>> data.tolist(), [(row.row, row.what) for row in rest]
    ([True, True, False, False], [(4, 'total'), (5, 'empty')])
    """
    length = len(columns[0]) if columns else 0
    if not length:
        return np.ones(length, bool), []
    columns = [pa.chunked_array([column]) if isinstance(column, pa.Array) else column for column in columns]
    filled = np.zeros(length, np.int32)
    for column in columns:
        filled += column.is_valid().to_numpy()
    what: dict[int, str] = dict.fromkeys(np.flatnonzero(filled == 0).tolist(), "empty")
    # Titles and notes have one cell or two, and can be many in a short table.
    full = filled[filled > 2] if (filled > 2).any() else filled[filled > 0]
    typical = float(np.median(full)) if len(full) else 0.0
    rows = _Rows(columns, filled, typical, wide)
    for position in _repeated(columns, heading):
        what[position] = "heading"
    for position in rows.totals():
        what.setdefault(position, "total")
    for position in rows.groups():
        what.setdefault(position, "title")
    for position in rows.notes(what):
        what.setdefault(position, "note")
    data = np.ones(length, bool)
    data[list(what)] = False
    return data, [LeftOut(first_number + at, what[at], rows.cells(at)) for at in sorted(what)]


class _Rows:
    def __init__(self, columns: Sequence[Any], filled: NDArray[np.int32], typical: float, wide: frozenset[int]) -> None:
        self.columns, self.filled, self.typical, self.wide = columns, filled, typical, wide
        self.counted = self._counted()

    def cells(self, at: int) -> tuple[str, ...]:
        return tuple(column[at].as_py() or "" for column in self.columns)

    def _counted(self) -> bool:
        """Whether the first column counts the rows or codes them by numbers."""
        start = zip(self.columns[0].slice(0, 1000).to_pylist(), self.filled[:1000].tolist(), strict=True)
        seen = [cell for cell, filled in start if cell is not None and filled > self.typical / 2]
        return bool(seen) and sum(map(is_number, seen)) > len(seen) / 2

    def totals(self) -> list[int]:
        # A total leaves cells empty but in tables of numbers alone, and those are short.
        most = len(self.columns) - (len(self.filled) > _SHORT)
        doubtful = np.flatnonzero((self.filled > 0) & (self.filled <= most))
        if not len(doubtful):
            return []
        hit = np.zeros(len(doubtful), bool)
        for column in self.columns[:_LABEL_COLUMNS]:
            text = column if len(doubtful) == len(self.filled) else column.take(pa.array(doubtful))
            found = pc.fill_null(pc.match_substring_regex(text, f"{_TOTAL}|{_OLD_TOTAL}", ignore_case=True), False)
            hit |= found.to_numpy()
        return [at for at in doubtful[hit].tolist() if self._is_total(at)]

    def _is_total(self, at: int) -> bool:
        cells = [cell for cell in self.cells(at) if cell]
        texts = [cell for cell in cells if not is_number(cell) and not _ROMAN.fullmatch(cell)]
        return len(texts) == 1 and any(
            _IS_TOTAL.match(one) and not _NOT_TOTAL.match(one) for one in _readings(texts[0])
        )

    def groups(self) -> list[int]:
        """Titles of groups: one cell, or a Roman number and one; not in tables as narrow as that."""
        if len(self.columns) < 3 or self.typical < 3:
            return []
        few = np.flatnonzero((self.filled == 1) | (self.filled == 2))
        if self.counted:
            roman = pc.fill_null(pc.match_substring_regex(self.columns[0], r"^\s*(?:[IVX]+|[A-H])[.)]?\s*$"), False)
            few = np.union1d(few, np.flatnonzero(roman.to_numpy()))
        return [at for at in few.tolist() if self._is_group(at)]

    def _is_group(self, at: int) -> bool:
        cells = [(column, cell) for column, cell in enumerate(self.cells(at)) if cell]
        column, text = cells[0]
        if self.counted and column == 0 and _ROMAN.fullmatch(text):
            return sum(not is_number(cell) for _, cell in cells[1:]) <= 1
        if len(cells) > 1 or is_number(text) or any(map(_NOTE.match, _readings(text))):
            return False
        named = any(map(_GROUP.fullmatch, _readings(text)))
        return column <= 1 and (at in self.wide or named or (column == 0 and self.counted))

    def notes(self, known: dict[int, str]) -> list[int]:
        """Notes and signatures after the last row of data."""
        found = []
        solid = np.flatnonzero(self.filled > self.typical / 2)
        solid = solid[~np.isin(solid, [at for at, what in known.items() if what != "empty"])]
        start = int(solid[-1]) + 1 if len(solid) else 0
        inside = False
        # What stands after the table is short; more than this is data with gaps.
        for at in range(max(start, len(self.filled) - 200), len(self.filled)):
            if known.get(at) in ("empty", "total", "heading"):
                continue
            cells = [cell for cell in self.cells(at) if cell]
            inside |= len(cells) <= 3 and any(_NOTE.match(one) for cell in cells for one in _readings(cell))
            if inside and not any(is_number(cell) for cell in cells):
                found.append(at)
        return found


@lru_cache(maxsize=1024)
def _readings(text: str) -> tuple[str, ...]:
    """A cell as it stands and, where it has letters beyond ASCII, as TCVN3 and VNI."""
    if text.isascii():
        return (text,)
    one = pd.Series([text], dtype="str")
    return (text, *(str(decode(one, encoding=encoding).text.iloc[0]) for encoding in _OLD))


def _repeated(columns: Sequence[Any], heading: Sequence[str | None]) -> list[int]:
    known = [(column, text) for column, text in zip(columns, heading, strict=False) if text is not None]
    if len(known) < 2:
        return []
    same = None
    for column, text in known:
        equal = pc.fill_null(pc.equal(column, pa.scalar(text, column.type)), False)
        same = equal if same is None else pc.and_(same, equal)
        if not pc.any(same).as_py():
            return []
    assert same is not None
    return [int(at) for at in np.flatnonzero(same.to_numpy())]
