"""Old Vietnamese letters: TCVN3 (ABC) and VNI to Unicode and back, by the published table.

TCVN3 has one byte for a letter and a mark together, and none for most accented capitals: those are the same bytes in
a second font. VNI writes a letter, then a byte for its mark. Text of either kind comes here as a program read its
bytes, in Latin-1 or in Windows-1252; both give the same letters, since no letter lies between 0x80 and 0x9f.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, Literal, NamedTuple, get_args
from unicodedata import normalize

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.letters import Letters, any_of, arrow_text, by_value, letters_of, nfc, text_column, text_of

Encoding = Literal["unicode", "tcvn3", "tcvn3_capitals", "vni"]
"""``tcvn3_capitals`` is TCVN3 in a font of capitals (its name ends in H): all of it is read as capitals."""
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
_SIZE = 0x10000
_UPPER, _LOWER, _SHARED, _BEGUN, _SURE, _WORD = (np.uint8(1 << bit) for bit in range(6))
_LATIN = 256


class Decoded(NamedTuple):
    """A decoded column.

    Attributes
    ----------
    text
        The column in Unicode, NFC; same index.
    ambiguous
        Positions of the cells with a letter that may be a capital: TCVN3 does not say.
    """

    text: "pd.Series[Any]"
    ambiguous: NDArray[np.int64]


class _Table(NamedTuple):
    single: NDArray[np.uint32]  # code point → code point
    base: NDArray[np.intp]  # code point → row of pair, 0 for none
    mark: NDArray[np.intp]  # code point → column of pair, 0 for none
    pair: NDArray[np.uint32]
    shared: NDArray[np.bool_]  # code point before decoding → stands for a small letter and its capital


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = files("quydat.survey").joinpath("legacy.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(StringIO(text)))


def _as_windows(single: NDArray[np.uint32]) -> None:
    """Bytes 0x80 to 0x9f that came through Latin-1 are what Windows-1252 shows: quotes and dashes."""
    for byte in range(0x80, 0xA0):
        shown = bytes([byte]).decode("cp1252", "ignore")
        if shown:
            single[byte] = ord(shown)


@cache
def _table(encoding: str) -> _Table:
    single = np.arange(_SIZE, dtype=np.uint32)
    _as_windows(single)
    base, mark = np.zeros(_SIZE, np.intp), np.zeros(_SIZE, np.intp)
    pair = np.zeros((1, 1), np.uint32)
    shared = np.zeros(_SIZE, bool)
    if encoding == "vni":
        pair = _vni(single, base, mark)
    else:
        for row in _rows():
            if row["tcvn3_byte_hex"]:
                byte = int(row["tcvn3_byte_hex"], 16)
                single[byte] = ord(row["unicode"])
        own = {row["unicode"] for row in _rows() if row["tcvn3_byte_hex"]}
        for byte in range(0xA0, _LATIN):
            letter = chr(int(single[byte]))
            shared[byte] = letter in own and letter.islower() and letter.upper() not in own
        single[0x3BC] = single[0xB5]  # programs write the micro sign as the Greek letter
        shared[0x3BC] = shared[0xB5]
    return _Table(single, base, mark, pair, shared)


def _vni(single: NDArray[np.uint32], base: NDArray[np.intp], mark: NDArray[np.intp]) -> NDArray[np.uint32]:
    pairs = {row["vni_win_as_latin1_text"]: row["unicode"] for row in _rows()}
    bases = sorted({written[0] for written in pairs if len(written) == 2})
    marks = sorted({written[1].lower() for written in pairs if len(written) == 2})
    for place, letter in enumerate(bases, start=1):
        base[ord(letter)] = place
    for place, letter in enumerate(marks, start=1):
        mark[ord(letter)] = mark[ord(letter.upper())] = place
    pair = np.zeros((len(bases) + 1, len(marks) + 1), np.uint32)
    for written, letter in pairs.items():
        if len(written) == 1:
            single[ord(written)] = ord(letter)
        else:
            pair[base[ord(written[0])], mark[ord(written[1])]] = ord(letter)
    return pair


def decode(text: "pd.Series[Any]", *, encoding: Encoding) -> Decoded:
    """Read a column in an old encoding.

    Parameters
    ----------
    text
        Text as a program read it in Latin-1 or Windows-1252; missing cells stay missing.
    encoding
        What the bytes mean; ``unicode`` only brings letters to NFC.

    Returns
    -------
    Text in Unicode (NFC), and the positions of cells in which TCVN3 leaves open whether a letter is a capital: the
    letter stands among capitals, begins a word in a cell where words begin with capitals, or begins the cell.
    With ``tcvn3_capitals`` the font has said it.

    Raises
    ------
    ValueError
        If the encoding is not known.

    Notes
    -----
    Letters by TCVN 5712:1993 (VN3) as the ABC fonts have it, and by the VNI Windows fonts.

    >>> decode(pd.Series(["C«ng ty §«ng ¸", "Hµ NéI"]), encoding="tcvn3")
    Decoded(text=0    Công ty Đông á
    1            Hà NộI
    dtype: str, ambiguous=array([0, 1]))
    >>> decode(pd.Series(["Quaän Bình Thaïnh"]), encoding="vni").text.tolist()
    ['Quận Bình Thạnh']
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"{encoding!r} is none of {ENCODINGS}")
    cells = arrow_text(text)
    if encoding == "unicode":
        return Decoded(_with_index(nfc(cells), text), np.zeros(0, np.int64))
    values, which = by_value(cells)
    table = _table(encoding)
    letters = letters_of(values)
    plain = bool((letters.points < 0x80).all())
    doubtful = np.zeros(len(values), bool)
    if encoding == "tcvn3" and not plain:
        doubtful = _ambiguous(letters, table)
    made = values if plain else nfc(text_of(_read(letters, table), missing=pc.is_null(values)))
    if encoding == "tcvn3_capitals":
        made = pc.utf8_upper(made)
    found = pa.array(doubtful).take(which)
    places = np.flatnonzero(pc.fill_null(found, False).to_numpy(zero_copy_only=False))
    return Decoded(_with_index(made.take(which), text), places)


def _with_index(made: pa.Array, like: "pd.Series[Any]") -> "pd.Series[Any]":
    return text_column(made).set_axis(like.index)


def _read(letters: Letters, table: _Table) -> Letters:
    points, bounds = letters
    inside = np.minimum(points, _SIZE - 1)
    made = np.where(points < _SIZE, table.single[inside], points).astype(np.uint32)
    if table.pair.size == 1:
        return Letters(made, bounds)
    starts = np.zeros(len(points) + 1, bool)
    starts[bounds] = True
    joined = np.zeros(len(points), np.uint32)
    joined[:-1] = table.pair[table.base[inside[:-1]], table.mark[inside[1:]]]
    joined[:-1][starts[1:-1]] = 0
    taken = np.flatnonzero(joined)
    made[taken] = joined[taken]
    kept = np.ones(len(points), bool)
    kept[taken + 1] = False
    return Letters(made[kept], bounds - np.searchsorted(taken + 1, bounds))


def _ambiguous(letters: Letters, table: _Table) -> NDArray[np.bool_]:
    """Cells with a letter whose code stands for small and capital, where the capital is likely."""
    points, bounds = letters
    inside = np.minimum(points, _SIZE - 1)
    shared = table.shared[inside]
    if not shared.any():
        return np.zeros(len(bounds) - 1, bool)
    kinds = _case()[table.single[inside]]
    upper, lower = kinds == 1, (kinds == 2) & ~shared
    first = np.zeros(len(points) + 1, bool)
    first[bounds] = True
    begins = np.concatenate(([True], kinds[:-1] == 0)) | first[:-1]
    inner = upper & ~begins
    among = np.concatenate((inner[1:] & ~begins[1:], [False])) | np.concatenate(([False], inner[:-1]))
    flags = (
        _UPPER * upper + _LOWER * lower + _SHARED * shared + _BEGUN * (upper & begins)
        + _SURE * (shared & ((among & ~begins) | first[:-1])) + _WORD * (shared & begins)
    ).astype(np.uint8)  # fmt: skip
    found = any_of(flags, bounds)

    def has(flag: np.uint8) -> NDArray[np.bool_]:
        return (found & flag) > 0

    return has(_SURE) | (has(_SHARED) & has(_UPPER) & ~has(_LOWER)) | (has(_WORD) & has(_BEGUN))


@cache
def _case() -> NDArray[np.uint8]:
    """1 for capitals, 2 for small letters, 0 for what is neither."""
    kinds = np.zeros(_SIZE, np.uint8)
    for point in (*range(0x24F), *range(0x1E00, 0x1F00)):
        kinds[point] = 1 if chr(point).isupper() else 2 if chr(point).islower() else 0
    return kinds


@cache
def _written(encoding: str) -> Mapping[int, str]:
    if encoding == "vni":
        return {ord(row["unicode"]): row["vni_win_as_latin1_text"] for row in _rows()}
    own = {row["unicode"]: chr(int(row["tcvn3_byte_hex"], 16)) for row in _rows() if row["tcvn3_byte_hex"]}
    return {ord(row["unicode"]): own.get(row["unicode"]) or own[row["unicode"].lower()] for row in _rows()}


def encode(text: "pd.Series[Any]", *, encoding: Encoding) -> "pd.Series[Any]":
    """Write a column in an old encoding, as a program would show its bytes in Latin-1.

    Accented capitals that TCVN3 lacks are written as their small letters, as its users did.

    Raises
    ------
    ValueError
        If the encoding is not known, or has no way to write a letter.

    >>> encode(pd.Series(["Công ty Đông Á"]), encoding="tcvn3").tolist()
    ['C«ng ty §«ng ¸']
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"{encoding!r} is none of {ENCODINGS}")
    values, which = by_value(arrow_text(text))
    return _with_index(pa.array([write(v, encoding) for v in values.to_pylist()], pa.large_string()).take(which), text)


def write(value: str, encoding: Encoding) -> str:
    """One text in an old encoding; errors as ``encode``.

    >>> write("Quận", "vni")
    'Quaän'
    """
    if value.isascii() and encoding != "tcvn3_capitals":
        return value
    value = normalize("NFC", value)
    if encoding == "unicode":
        return value
    value = value.lower() if encoding == "tcvn3_capitals" else value
    written, table = _written(encoding), _table(encoding)
    for letter in value:
        if letter < "\x80":
            continue
        point = ord(letter)
        changes = point >= _SIZE or table.single[point] != point or table.mark[point]
        if point not in written and (changes or letter.isalpha()):
            raise ValueError(f"{encoding} has no letter {letter!r}")
    return value.translate(written)
