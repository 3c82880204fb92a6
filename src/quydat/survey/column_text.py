"""In which encoding each column of a sheet is written: by its own words, its font, its values, or its neighbours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.core.text import say
from quydat.dictionary.schema import Attribute
from quydat.survey.cells import CellForm
from quydat.survey.headings import Confidence, Meaning
from quydat.survey.legacy import TextGuess, encoding_of_font, guess
from quydat.survey.mapping import MIXED
from quydat.survey.old_letters import Encoding, decode
from quydat.survey.readings import READINGS
from quydat.survey.sheet import Sheet
from quydat.survey.words import choice_words, word_key

WORDS = ("text", "choice", "boolean", "refs")
"""Types whose cells are words."""
_SHOWN = 3
_CLEARLY, _NEARLY, _MOST = 0.4, 0.1, 0.8


@dataclass
class Column:
    """A column while a mapping is proposed.

    Attributes
    ----------
    heading, shown
        As the sheet has it, and in Unicode.
    font
        Of its cells, where the file says it.
    cells
        A sample of them.
    meaning
        What the heading says.
    settled
        Whether the user has said what it is.
    text, form
        Encoding and writing of its cells.
    why
        Reasons, in Vietnamese and English.
    confidence
        How sure.
    """

    heading: str
    shown: str
    font: str
    cells: "pd.Series[Any]"
    meaning: Meaning
    settled: bool
    text: str = "unicode"
    form: CellForm = field(default_factory=CellForm)
    why: list[tuple[str, str]] = field(default_factory=list)
    confidence: Confidence = "high"


def said(key: str, **facts: str) -> tuple[str, str]:
    """A sentence in Vietnamese and English.

    >>> said("heading.twice")[1]
    'the heading stands twice'
    """
    return say(key, "vi", **facts), say(key, "en", **facts)


def settle_texts(
    columns: Sequence[Column], sheet: Sheet, *, known: Mapping[str, str], attribute_of: Callable[[Column], Attribute]
) -> list[Problem]:
    """Find the encoding of each column that is read, and put it there with its reasons.

    Columns whose own words leave it open are read as the rest of the sheet is; so are the words in columns of numbers
    and days ("chưa rõ"). Where fonts of the sheet tell encodings, a column whose font tells none does not follow them.

    Parameters
    ----------
    known
        What the user has said, by heading. ``mixed`` says that several encodings may stand in the column.
    attribute_of
        What a column holds.

    Returns
    -------
    What the user must settle: QD130 where a column holds several encodings, QD131 where it can be read in two ways.
    """
    settling = _Settling(sheet, known)
    words = [column for column in columns if attribute_of(column).type in WORDS]
    # All rows are looked at: one strange row in a million is worth knowing.
    open_ = [column for column in words if known.get(column.heading, MIXED) == MIXED]
    found = {column.heading: guess(sheet.cells[column.heading], font=column.font) for column in open_}
    others: list[Encoding] = [one.encoding for one in found.values() if one.encoding != "unicode"]
    usual: Encoding = max(sorted(set(others)), key=others.count, default="unicode")
    fonts = any(encoding_of_font(column.font) for column in columns)
    for column in words:
        if column.heading in found:
            follows = usual if not fonts or encoding_of_font(column.font) else "unicode"
            settling.text(column, found[column.heading], follows, attribute_of(column))
        else:
            column.text = known[column.heading]
    if usual != "unicode":
        for column in columns:
            if column not in words and column.heading not in known and column.meaning.target not in ("x", "y"):
                _words_among_numbers(column, sheet.cells[column.heading], _plain(usual))
    return settling.doubts


def choice_reading(given: "pd.Series[Any]", attribute: Attribute) -> dict[Encoding, list[str]]:
    """Different cells of a column of choices by the only reading in which they are one.

    >>> from quydat.dictionary.schema import tables
    >>> group = tables()["observation"]["environmental_group"]
    >>> choice_reading(pd.Series(["nh\u00e3m III", "II"], dtype="str"), group)
    {'tcvn3': ['nhãm III']}
    """
    words = choice_words(attribute.choices)
    different = given.dropna().drop_duplicates()
    different = different[~different.str.isascii()].reset_index(drop=True)
    found: dict[Encoding, list[str]] = {}
    if len(different):
        read = {reading: decode(different, encoding=reading).text.map(word_key) for reading in READINGS}
        for place, cell in enumerate(different.tolist()):
            right: list[Encoding] = [reading for reading in READINGS if read[reading].iloc[place] in words]
            if len(right) == 1:
                found.setdefault(right[0], []).append(cell)
    return found


def _plain(encoding: str) -> Encoding:
    return encoding.removesuffix("_capitals")  # type: ignore[return-value]


def _words_among_numbers(column: Column, cells: "pd.Series[Any]", usual: Encoding) -> None:
    odd = cells.dropna()
    odd = odd[~odd.str.isascii()]
    share = guess(odd).share if len(odd) else {}
    if share.get(usual, 0.0) and share[usual] >= share.get("unicode", 0.0):
        column.text = usual
        column.why.append(said("text.by_sheet"))


class _Settling:
    def __init__(self, sheet: Sheet, known: Mapping[str, str]) -> None:
        self._sheet, self._known = sheet, known
        self.doubts: list[Problem] = []

    def text(self, column: Column, found: TextGuess, usual: Encoding, attribute: Attribute) -> None:
        """Encoding of one column of words."""
        by_values = self._by_values(column, attribute, found)
        if by_values is not None:
            column.text = by_values
            column.why.append(said("text.by_values"))
            return
        plain = _plain(usual)
        no_more = found.share.get("unicode", 1.0) <= found.share.get(plain, 0.0)
        if found.encoding == "unicode" and not found.mixed and plain != "unicode" and no_more:
            column.text = usual if column.font else plain
            column.confidence = "medium"
            column.why.append(said("text.by_sheet"))
            return
        column.text = MIXED if found.mixed else found.encoding
        if found.encoding != "unicode" or found.mixed or column.font:
            column.why.append(found.why)
        if found.mixed:
            self._mixed(column, found.encoding, {k: len(v) for k, v in found.rows.items()}, found)
        elif self._known.get(column.heading) != MIXED:
            self._two_ways(column, found)

    def _by_values(self, column: Column, attribute: Attribute, found: TextGuess) -> str | None:
        """The reading by which cells are values of a list, where just one does it; several of them are a doubt."""
        if attribute.type != "choice" or found.mixed:
            return None
        readings = choice_reading(self._sheet.cells[column.heading], attribute)
        if len(readings) == 1:
            [reading] = readings
            return found.encoding if _plain(found.encoding) == reading else reading
        if len(readings) > 1:
            cells = self._sheet.cells[column.heading]
            counts: dict[Encoding, int] = {one: int(cells.isin(own).sum()) for one, own in readings.items()}
            main = max(counts, key=lambda one: counts[one])
            self._mixed(column, main, {k: v for k, v in counts.items() if k != main}, found)
            return MIXED
        return None

    def _mixed(self, column: Column, main: str, counts: Mapping[Encoding, int], found: TextGuess) -> None:
        column.confidence = "low"
        if self._known.get(column.heading) == MIXED:
            return
        shown = []
        for encoding, count in counts.items():
            rows = found.rows.get(encoding, np.zeros(0, np.int64))
            numbers = ", ".join(str(self._sheet.numbers[row]) for row in rows[:_SHOWN])
            shown.append(f"{encoding} {count}" + (f" ({numbers}{', …' if count > _SHOWN else ''})" if numbers else ""))
        named = "; ".join([main, *shown, *([f"? {len(found.unclear)}"] if len(found.unclear) else [])])
        place = Place(self._sheet.file, self._sheet.name, None, column.heading)
        self.doubts.append(problem("QD130", place, column=column.shown, rows=named))

    def _two_ways(self, column: Column, found: TextGuess) -> None:
        """A doubt where another reading makes as much sense as the proposed one, or where only others do."""
        own = _plain(found.encoding)
        least = found.share.get(own, 0.0) + (_CLEARLY if own == "unicode" else -_NEARLY)
        rivals = [r for r, share in found.share.items() if r != own and share >= max(least, _MOST)]
        if column.font or not rivals or column.cells[~column.cells.fillna("").str.isascii()].nunique() < _SHOWN:
            return  # a name or two, as of foreigners, proves nothing
        readings = [own, *rivals] if own != "unicode" else [*rivals, own]
        place = Place(self._sheet.file, self._sheet.name, None, column.heading)
        self.doubts.append(problem("QD131", place, column=column.shown, one=readings[0], other=readings[1]))
        column.confidence = "low"
