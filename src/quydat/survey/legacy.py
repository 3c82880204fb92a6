"""In which encoding a column of text was written: Unicode, TCVN3 (ABC), VNI, or several of them.

Each word is read in every way; a reading is right where the words become syllables of Vietnamese. Nothing is decided
by one foreign name: a reading other than Unicode needs a cell that makes sense as a whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.text import say
from quydat.survey.letters import Bytes, arrow_text, by_value, text_column, utf8
from quydat.survey.old_letters import ENCODINGS, Decoded, Encoding, decode, encode, write
from quydat.survey.syllables import syllables

__all__ = ["ENCODINGS", "Decoded", "Encoding", "TextGuess", "decode", "encode", "encoding_of_font", "guess"]

_READINGS: tuple[Encoding, ...] = ("unicode", "tcvn3", "vni")
_FEW = 3
_SOME = 1000
_VOWELS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
_OF_UNICODE = frozenset(ord(letter) for letter in _VOWELS + _VOWELS.upper())
_SIGNS = frozenset(ord(sign) for sign in "\u00a0²³°±×")
"""Signs that stand in clean text too: they alone raise no suspicion."""
_OPENING, _CLOSING = "([{\"'«“‘", ")]}\"'»”’.,;:!?…®™°²³¹½¼¾-–—/"
_ABBREVIATION = re.compile("[bcdđfghjklmnpqrstvwxz]{1,6}")
_AS_WINDOWS = {byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xA0)} | {0x3BC: "\u00b5"}
_RUN = re.compile(r"[^\W\d_]+")


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
    cells = utf8(text)
    by_font = encoding_of_font(font)
    modern, suspect, accented = _screen(cells)
    words = _Words(text, looked := np.flatnonzero(suspect))
    if by_font or any(words.strong(r).any() or words.weak(r).any() for r in ("tcvn3", "vni")):
        words = _Words(text, looked := np.flatnonzero(accented))
    strong = {r: words.strong(r) for r in _READINGS}
    strong["unicode"] |= modern[looked]
    presence: dict[Encoding, int] = {r: int(strong[r].sum()) for r in _READINGS}
    if not by_font and len(looked) < accented.sum():
        presence["unicode"] = int(modern.sum()) or int(accented.sum())
    for reading in ("tcvn3", "vni"):
        weak = words.weak(reading)
        if presence[reading] or (words.distinct(weak) >= _FEW and weak.sum() * 2 > len(looked)):
            strong[reading] |= weak & ~strong["unicode"]
            presence[reading] = int(strong[reading].sum())
    if by_font:
        presence[_plain(by_font)] += int(not presence["unicode"])
    encoding = max(_READINGS, key=lambda r: presence[r])
    present = [r for r in _READINGS if presence[r]]
    rows: dict[Encoding, NDArray[np.int64]] = {}
    unclear = np.zeros(0, np.int64)
    if len(present) > 1:
        rows = {r: looked[strong[r]] for r in present if r != encoding}
        settled = np.logical_or.reduce([strong[r] for r in present])
        unclear = looked[~settled & words.differs(present) & ~(words.whole("unicode") & (encoding == "unicode"))]
    if by_font == "tcvn3_capitals" and encoding == "tcvn3":
        encoding = "tcvn3_capitals"
    share = words.shares() if len(looked) == accented.sum() else _Words(text, np.flatnonzero(accented)[:_SOME]).shares()
    key = _reason(encoding, by_font, mixed=bool(rows), any_accent=bool(accented.any()))
    why = tuple(say(key, lang, font=font, share=f"{share.get(_plain(encoding), 0.0):.0%}") for lang in ("vi", "en"))
    shown = looked[strong[_plain(encoding)]] if looked.size and encoding != "unicode" else np.flatnonzero(accented)
    return TextGuess(encoding, share, (why[0], why[1]), _samples(column, shown, encoding), rows, unclear)


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


@cache
def _second_byte() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """What the letter says whose UTF-8 is C2 or C3 and this byte; and the VNI pairs that Vietnamese never writes."""
    kinds = np.zeros((2, 256), np.uint8)
    for point in range(0x80, 0x100):
        first, second = chr(point).encode()
        kinds[first - 0xC2, second] = 0 if point in _SIGNS else 1 if point in _OF_UNICODE else 2
    never = np.zeros((256, 256), bool)
    pairs = {"a": "âêéèúáàãù", "e": "âáàãùõ", "o": "âùõ", "u": "ùõ", "y": "ùõ", "A": "ÂÊÉÈÚÁÀÃÙ", "E": "ÂÁÀÃÙÕ",
             "O": "ÂÙÕ", "U": "ÙÕ", "Y": "ÙÕ"}  # fmt: skip
    for letter, marks in pairs.items():
        for mark in marks:
            never[ord(letter), mark.encode()[1]] = True
    return kinds, never


def _screen(cells: Bytes) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows with letters that only Unicode has; with letters or pairs that Vietnamese lacks; with any of these."""
    count = len(cells.bounds) - 1
    modern, suspect, accented = np.zeros(count, bool), np.zeros(count, bool), np.zeros(count, bool)
    data = cells.data
    leads = np.flatnonzero(data >= 0xC2)
    if not leads.size:
        return modern, suspect, accented
    first, second = data[leads], data[leads + 1]
    latin = first <= 0xC3
    kinds, never = _second_byte()
    kind = np.where(latin, kinds[(first - 0xC2) * latin, second], 0)
    before = np.where(leads > 0, data[leads - 1], 0)
    odd = (kind == 2) | (latin & (first == 0xC3) & never[before, second])
    high = ((first >= 0xC4) & (first <= 0xC6)) | ((first == 0xE1) & (second >= 0xB8))
    odd |= first == 0xCE  # the Greek letter that stands for the micro sign
    for mask, made in ((high, modern), (odd, suspect), (high | odd | (kind == 1), accented)):
        made[cells.rows_of(leads[mask])] = True
    return modern, suspect, accented


class _Words:
    """The words of some rows, each different one read in every way."""

    def __init__(self, text: pa.Array, rows: NDArray[np.int64]) -> None:
        self._rows = len(rows)
        taken = text.take(pa.array(rows))
        values, which = by_value(taken)
        self._which = which.to_numpy(zero_copy_only=False).astype(np.int64)
        parts = pc.utf8_split_whitespace(values)
        self._cell = pc.list_parent_indices(parts).to_numpy(zero_copy_only=False)
        different, word = by_value(pc.list_flatten(parts))
        self._word = word.to_numpy(zero_copy_only=False)
        self._cells = len(values)
        self._odd, self._fits, self._same = _judge(different)
        self._fitted: dict[str, tuple[NDArray[np.bool_], NDArray[np.float64]]] = {}
        self._accented = self._count(self._odd)

    def _count(self, of_word: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.bincount(self._cell, weights=of_word[self._word], minlength=self._cells).astype(np.float64)

    def _fitting(self, reading: str) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Cells whose words beyond ASCII all make sense in a reading, and how many of them only in it."""
        if reading not in self._fitted:
            fits = self._fits[reading]
            whole = (self._count(self._odd & ~fits) == 0) & (self._accented > 0)
            others = [self._fits[r] for r in _READINGS if r != reading]
            self._fitted[reading] = whole, self._count(self._odd & fits & ~np.logical_or.reduce(others))
        return self._fitted[reading]

    def strong(self, reading: str) -> NDArray[np.bool_]:
        """Rows that make sense in this reading alone, by more than one word."""
        whole, only = self._fitting(reading)
        if reading == "unicode":
            found = whole & (only > 0)
        else:
            plain = self._fits["unicode"] & ~self._odd
            foreign = self._count(~plain & ~self._odd) > 0
            company = self._count(plain) + self._accented
            found = whole & ((only >= 2) | ((only == 1) & ~foreign & (company >= 2)))
        return np.asarray(found[self._which], bool)

    def whole(self, reading: str) -> NDArray[np.bool_]:
        """Rows whose words beyond ASCII all make sense in a reading."""
        return np.asarray(self._fitting(reading)[0][self._which], bool)

    def weak(self, reading: str) -> NDArray[np.bool_]:
        """Rows that make sense in this reading and not in Unicode, or nearly all of whose many words do."""
        whole, only = self._fitting(reading)
        nearly = (only >= _FEW) & (self._count(self._odd & self._fits[reading]) >= 0.7 * self._accented)
        modern, _ = self._fitting("unicode")
        return np.asarray(((whole & (only > 0) & ~modern) | nearly)[self._which], bool)

    def distinct(self, rows: NDArray[np.bool_]) -> int:
        """How many different cells there are among rows."""
        return len(np.unique(self._which[rows]))

    def differs(self, present: list[Encoding]) -> NDArray[np.bool_]:
        """Rows that the readings do not read alike."""
        differing = np.logical_or.reduce([~self._same[r] for r in present])
        return np.asarray((self._count(differing) > 0)[self._which], bool)

    def shares(self) -> dict[str, float]:
        """Share of the words beyond ASCII that make sense in each reading, row by row."""
        weight = np.bincount(self._which, minlength=self._cells)[self._cell] * self._odd[self._word]
        whole = weight.sum()
        return {r: float((weight * self._fits[r][self._word]).sum() / whole) for r in _READINGS} if whole else {}


Flags = NDArray[np.bool_]
Judged = tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]]]


def _judge(different: pa.Array) -> Judged:
    """Whether each word has letters beyond ASCII, makes sense by each reading, and is read alike in Unicode."""
    odd = ~pc.string_is_ascii(different).to_numpy(zero_copy_only=False)
    worded = pc.match_substring_regex(different, "[^ -@]").to_numpy(zero_copy_only=False)  # not digits and signs alone
    fits: dict[str, Flags] = {}
    same: dict[str, Flags] = {}
    for reading in _READINGS:
        fits[reading], same[reading] = ~worded, np.ones(len(odd), bool)
        looked = np.flatnonzero(worded if reading == "unicode" else odd)
        words = text_column(different.take(pa.array(looked)))
        read = decode(words, encoding=reading).text
        pairs = zip(words.tolist(), read.tolist(), strict=True)
        made = (_makes_sense(after) and _written_so(before, after, reading) for before, after in pairs)
        fits[reading][looked] = np.fromiter(made, bool, len(read))
        same[reading][looked] = (read == words).to_numpy(bool)
    for reading in ("tcvn3", "vni"):
        fits[reading] |= fits["unicode"] & ~odd
    return odd, fits, same


def _written_so(before: str, after: str, reading: Encoding) -> bool:
    """Whether this is how the encoding writes the word: no letter of another one stands among its own."""
    if reading == "unicode":
        return True
    try:
        again = write(after, reading)
    except ValueError:
        return False
    return again.casefold() == before.translate(_AS_WINDOWS).casefold()


def _makes_sense(word: str) -> bool:
    """Whether a word is Vietnamese syllables, an abbreviation or a number, with no stray sign inside."""
    core = word.lstrip(_OPENING).rstrip(_CLOSING)
    if core.casefold() in syllables():
        return True
    runs = _RUN.findall(core)
    if any(ord(sign) > 0x7F and not sign.isalpha() and sign not in "²³°–—’×" for sign in core):
        return False
    for run in runs:
        low = run.casefold()
        if low not in syllables() and not (_ABBREVIATION.fullmatch(low) and (run.isupper() or run == low == "đ")):
            return False
    return True
