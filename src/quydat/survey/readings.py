"""How the cells of a column read in each encoding: which rows are strange at all, and whose words make sense."""

import re
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.letters import Bytes, by_value, text_column
from quydat.survey.old_letters import Encoding, decode, write
from quydat.survey.syllables import syllables

READINGS: tuple[Encoding, ...] = ("unicode", "tcvn3", "vni")
"""Ways to read a column; capitals by the font are no other reading."""
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


class Screen:
    """What the letters of a column say before any word is read: which rows are worth reading at all."""

    def __init__(self, cells: Bytes) -> None:
        self._cells = cells
        data = cells.data
        self._leads = np.flatnonzero(data >= 0xC2)
        first, second = data[self._leads], data[self._leads + 1] if self._leads.size else self._leads
        latin = first <= 0xC3
        kinds, never = _second_byte()
        kind = np.where(latin, kinds[(first - 0xC2) * latin, second], 0)
        before = np.where(self._leads > 0, data[self._leads - 1], 0)
        # The Greek letter stands for the micro sign.
        self._odd = (kind == 2) | (latin & (first == 0xC3) & never[before, second]) | (first == 0xCE)
        self._high = ((first >= 0xC4) & (first <= 0xC6)) | ((first == 0xE1) & (second >= 0xB8))
        self._any = self._high | self._odd | (kind == 1)

    def _rows(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        made = np.zeros(len(self._cells.bounds) - 1, bool)
        made[self._cells.rows_of(self._leads[mask])] = True
        return made

    @cached_property
    def suspect(self) -> NDArray[np.bool_]:
        """Rows with letters, or pairs of letters, that Vietnamese in Unicode lacks."""
        return self._rows(self._odd)

    @cached_property
    def modern(self) -> NDArray[np.bool_]:
        """Rows with letters that only Unicode has."""
        return self._rows(self._high)

    @cached_property
    def accented(self) -> NDArray[np.bool_]:
        """Rows with letters of any of these kinds."""
        return self._rows(self._any)

    @cached_property
    def some(self) -> NDArray[np.int64]:
        """The first rows with accented letters."""
        letters = self._leads[self._any][: 20 * _SOME]
        return np.unique(self._cells.rows_of(letters))[:_SOME]


class Words:
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
            others = [self._fits[r] for r in READINGS if r != reading]
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
        return {r: float((weight * self._fits[r][self._word]).sum() / whole) for r in READINGS} if whole else {}


Flags = NDArray[np.bool_]
Judged = tuple[NDArray[np.bool_], dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]]]


def _judge(different: pa.Array) -> Judged:
    """Whether each word has letters beyond ASCII, makes sense by each reading, and is read alike in Unicode."""
    odd = ~pc.string_is_ascii(different).to_numpy(zero_copy_only=False)
    worded = pc.match_substring_regex(different, "[^ -@]").to_numpy(zero_copy_only=False)  # not digits and signs alone
    fits: dict[str, Flags] = {}
    same: dict[str, Flags] = {}
    for reading in READINGS:
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
