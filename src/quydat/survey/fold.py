"""Vietnamese text without accents: how the same name, written in two ways, is found to be the same."""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def fold(text: "pd.Series[str]") -> "pd.Series[str]":
    """Text in lower case without marks, đ as d, words parted by one space: for comparing only, never for showing.

    Composed and decomposed letters, capitals, double and hard spaces and invisible characters make no difference.
    Punctuation and digits stay. Each different text is worked on once.

    Parameters
    ----------
    text
        Any length; missing values stay missing.

    Returns
    -------
    A series of the same index and of dtype ``str``.

    Notes
    -----
    Marks are the characters of Unicode's general category M after canonical decomposition (Unicode Standard Annex 15);
    đ has no decomposition and is named here.

    >>> fold(pd.Series(["  Phường  TÂN TẠO A", "Đồng Nai", None])).tolist()
    ['phuong tan tao a', 'dong nai', nan]
    """
    coded = pc.dictionary_encode(pa.array(text, pa.string(), from_pandas=True))
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    folded = _folded(coded.dictionary).take(coded.indices)
    return pd.Series(folded.to_pandas(), dtype="str").set_axis(text.index)


def _folded(text: pa.Array) -> pa.Array:
    apart = pc.utf8_normalize(text, "NFD")
    bare = pc.replace_substring_regex(apart, r"[\p{M}\p{Cf}]", "")
    lower = pc.utf8_lower(bare)
    plain = pc.replace_substring(lower, "đ", "d")
    spaced = pc.replace_substring_regex(plain, r"[\s\v\p{Z}\x{85}]+", " ")
    return pc.utf8_normalize(pc.utf8_trim(spaced, " "), "NFC")
