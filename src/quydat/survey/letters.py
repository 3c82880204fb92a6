"""Columns of text as arrays of letters: bytes, code points and cell bounds, so that a million cells are one array."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


def arrow_text(column: "pd.Series[Any]") -> pa.Array:
    """A column of text as one Arrow array of 64-bit offsets; what is missing is null.

    >>> arrow_text(pd.Series(["a", None], dtype="str")).to_pylist()
    ['a', None]
    """
    if isinstance(column.dtype, pd.StringDtype):
        text = pa.array(column.array)
    else:
        text = pa.array([None if v is None or v != v else str(v) for v in column.tolist()], pa.large_string())
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    return text.cast(pa.large_string())


def text_column(text: pa.Array) -> "pd.Series[Any]":
    """An Arrow array of text as a column of dtype ``str``."""
    return pd.Series(pd.array(text, dtype="str"))


class Bytes(NamedTuple):
    """UTF-8 of a column: all cells in one array, and where each begins; the last bound is the end."""

    data: NDArray[np.uint8]
    bounds: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Bytes of each cell."""
        return np.diff(self.bounds)

    def rows_of(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Cell in which each byte lies; ``places`` ascend."""
        return np.searchsorted(self.bounds, places, side="right") - 1


def utf8(text: pa.Array) -> Bytes:
    """Bytes of a column of text; missing cells are empty.

    >>> utf8(pa.array(["ab", None, "c"], pa.large_string())).bounds.tolist()
    [0, 2, 2, 3]
    """
    filled = pc.fill_null(text, "") if text.null_count else text
    _, offsets, data = filled.buffers()
    if not len(filled):
        return Bytes(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    bounds = np.frombuffer(offsets, np.int64, len(filled) + 1, filled.offset * 8)
    first = int(bounds[0])
    size = int(bounds[-1]) - first
    found = np.frombuffer(data, np.uint8, size, first) if size else np.zeros(0, np.uint8)
    return Bytes(found, bounds - first)


class Letters(NamedTuple):
    """Code points of a column: all cells in one array, and where each begins."""

    points: NDArray[np.uint32]
    bounds: NDArray[np.int64]


def letters_of(text: pa.Array) -> Letters:
    """Code points of a column of text; missing cells are empty.

    >>> letters_of(pa.array(["né"], pa.large_string()))
    Letters(points=array([110, 233], dtype=uint32), bounds=array([0, 2]))
    """
    data, bounds = utf8(text)
    points = np.frombuffer(bytes(data).decode("utf-8").encode("utf-32-le"), np.uint32)
    if len(points) == len(data):
        return Letters(points, bounds)
    followers = np.flatnonzero((data & 0xC0) == 0x80)
    return Letters(points, bounds - np.searchsorted(followers, bounds))


def text_of(letters: Letters, *, missing: pa.Array) -> pa.Array:
    """Arrow text of code points; ``missing`` says which cells are null."""
    points, bounds = letters
    ends = bounds.astype(np.int64)
    for longer in (0x80, 0x800, 0x10000):
        ends += np.searchsorted(np.flatnonzero(points >= longer), bounds)
    data = points.astype("<u4").tobytes().decode("utf-32-le").encode("utf-8")
    made = pa.Array.from_buffers(pa.large_string(), len(bounds) - 1, [None, pa.py_buffer(ends), pa.py_buffer(data)])
    return pc.if_else(missing, pa.scalar(None, pa.large_string()), made) if pc.any(missing).as_py() else made


def any_of(flags: NDArray[np.uint8], bounds: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The flags that any letter of each cell has, joined bit by bit.

    >>> any_of(np.array([1, 2, 4], np.uint8), np.array([0, 2, 2, 3])).tolist()
    [3, 0, 4]
    """
    found = np.zeros(len(bounds) - 1, np.uint8)
    full = bounds[1:] > bounds[:-1]
    if full.any():
        found[full] = np.bitwise_or.reduceat(flags, bounds[:-1][full])
    return found


def nfc(text: pa.Array) -> pa.Array:
    """Text with each letter and its marks as one code point.

    >>> nfc(pa.array(["Đa\u0323t"], pa.large_string())).to_pylist()
    ['Đạt']
    """
    data = utf8(text).data
    # Nothing between the Latin letters with marks and the marks themselves changes under NFC.
    far = np.flatnonzero(data >= 0xCC)
    first, second = data[far], data[far + 1]
    plain = ((first == 0xE1) & (second >= 0xB8) & (second < 0xBC)) | ((first == 0xE2) & (second < 0x84))
    return text if bool(plain.all()) else pc.utf8_normalize(text, "NFC")


def by_value(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Each different text once, and which of them each cell is (null where the cell is missing)."""
    coded = pc.dictionary_encode(text)
    return coded.dictionary.cast(pa.large_string()), coded.indices
