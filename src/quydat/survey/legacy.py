"""In which encoding a column of text was written: Unicode, TCVN3 (ABC), VNI, or several of them.

Each word is read in every way; a reading is right where the words become syllables of Vietnamese. Nothing is decided
by one foreign name: a reading other than Unicode needs a cell that makes sense as a whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from quydat.core.text import say
from quydat.survey.letters import arrow_text, utf8
from quydat.survey.old_letters import ENCODINGS, Decoded, Encoding, decode, encode
from quydat.survey.readings import READINGS, Screen, Words

__all__ = ["ENCODINGS", "Decoded", "Encoding", "TextGuess", "decode", "encode", "encoding_of_font", "guess"]

_FEW = 3


@dataclass(frozen=True)
class TextGuess:
    """What a column of text was written in.

    Attributes
    ----------
    encoding
        The reading that fits most of it.
    share
        Share (0 to 1) of the words with letters beyond ASCII that become syllables of Vietnamese by each reading;
        empty where there is no such word.
    why
        The reason, in Vietnamese and English.
    samples
        Up to three cells before and after decoding.
    rows
        Positions of the rows written otherwise, by encoding; empty if the column is all of one kind.
    unclear
        Positions of rows in a mixed column that make sense in more than one way, or in none.
    """

    encoding: Encoding
    share: Mapping[str, float]
    why: tuple[str, str]
    samples: tuple[tuple[str, str], ...]
    rows: Mapping[Encoding, NDArray[np.int64]]
    unclear: NDArray[np.int64]

    @property
    def mixed(self) -> bool:
        """Whether the column holds several encodings."""
        return bool(self.rows)


def encoding_of_font(font: str) -> Encoding | None:
    """The encoding that a font was made for; None if its name tells nothing.

    >>> [encoding_of_font(name) for name in (".VnTime", ".VnArialH", "VNI-Times", "Arial")]
    ['tcvn3', 'tcvn3_capitals', 'vni', None]
    """
    name = font.strip().casefold()
    if name.startswith(".vn"):
        return "tcvn3_capitals" if name.removesuffix(" bold").removesuffix(" italic").endswith("h") else "tcvn3"
    return "vni" if name.startswith("vni") else None


def guess(column: "pd.Series[Any]", *, font: str = "") -> TextGuess:
    """Find out what encoding a column was written in.

    Parameters
    ----------
    column
        Text as read from the file; missing cells are passed over.
    font
        Font of the column, if the file says it.

    >>> found = guess(pd.Series(["C«ng ty TNHH §«ng Nam", "Khu phè 3, ph­êng An L¹c"]))
    >>> found.encoding, found.share["unicode"], found.share["tcvn3"], found.samples[0]
    ('tcvn3', 0.2, 1.0, ('C«ng ty TNHH §«ng Nam', 'Công ty TNHH Đông Nam'))
    """
    text = arrow_text(column)
    screen = Screen(utf8(text))
    by_font = encoding_of_font(font)
    if not by_font and not screen.suspect.any():
        return _all_modern(column, text, screen)
    words = Words(text, looked := np.flatnonzero(screen.suspect))
    if by_font or any(words.strong(r).any() or words.weak(r).any() for r in ("tcvn3", "vni")):
        words = Words(text, looked := np.flatnonzero(screen.accented))
    strong = {r: words.strong(r) for r in READINGS}
    strong["unicode"] |= screen.modern[looked]
    presence: dict[Encoding, int] = {r: int(strong[r].sum()) for r in READINGS}
    if not by_font and len(looked) < screen.accented.sum():
        presence["unicode"] = int(screen.modern.sum()) or int(screen.accented.sum())
    for reading in ("tcvn3", "vni"):
        weak = words.weak(reading)
        if presence[reading] or (words.distinct(weak) >= _FEW and weak.sum() * 2 > len(looked)):
            strong[reading] |= weak & ~strong["unicode"]
            presence[reading] = int(strong[reading].sum())
    if by_font:
        presence[_plain(by_font)] += int(not presence["unicode"])
    encoding = max(READINGS, key=lambda r: presence[r])
    present = [r for r in READINGS if presence[r]]
    rows: dict[Encoding, NDArray[np.int64]] = {}
    unclear = np.zeros(0, np.int64)
    if len(present) > 1:
        rows = {r: looked[strong[r]] for r in present if r != encoding}
        settled = np.logical_or.reduce([strong[r] for r in present])
        unclear = looked[~settled & words.differs(present) & ~(words.whole("unicode") & (encoding == "unicode"))]
    shown = looked[strong[encoding]] if encoding != "unicode" else screen.some
    if by_font == "tcvn3_capitals" and encoding == "tcvn3":
        encoding = "tcvn3_capitals"
    share = words.shares() if len(looked) == screen.accented.sum() else Words(text, screen.some).shares()
    key = _reason(encoding, by_font, mixed=bool(rows), any_accent=bool(len(screen.some)))
    why = _why(key, share.get(_plain(encoding), 0.0), font)
    return TextGuess(encoding, share, why, _samples(column, shown, encoding), rows, unclear)


def _all_modern(column: "pd.Series[Any]", text: pa.Array, screen: Screen) -> TextGuess:
    """The guess for a column in which no letter is strange."""
    share = Words(text, screen.some).shares()
    why = _why("text.by_words" if share else "text.ascii", share.get("unicode", 0.0), "")
    return TextGuess("unicode", share, why, _samples(column, screen.some, "unicode"), {}, np.zeros(0, np.int64))


def _why(key: str, share: float, font: str) -> tuple[str, str]:
    return say(key, "vi", font=font, share=f"{share:.0%}"), say(key, "en", font=font, share=f"{share:.0%}")


def _plain(encoding: Encoding) -> Encoding:
    return "tcvn3" if encoding == "tcvn3_capitals" else encoding


def _reason(encoding: Encoding, by_font: Encoding | None, *, mixed: bool, any_accent: bool) -> str:
    if mixed:
        return "text.mixed"
    if by_font and _plain(by_font) == _plain(encoding):
        return "text.by_font"
    return "text.by_words" if any_accent else "text.ascii"


def _samples(column: "pd.Series[Any]", rows: NDArray[np.int64], encoding: Encoding) -> tuple[tuple[str, str], ...]:
    before = column.iloc[rows[:50]].dropna().drop_duplicates().iloc[:_FEW]
    return tuple(zip(before.tolist(), decode(before, encoding=encoding).text.tolist(), strict=True))
