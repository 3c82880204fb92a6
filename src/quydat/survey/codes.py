"""Codes that spreadsheets damage: tax codes with their check digit, and VSIC codes."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.letters import by_value, utf8

_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3])
_BASE, _BRANCH, _PERSON = 10, 13, 12
_ZERO, _NOTHING = (pa.scalar(text, pa.large_string()) for text in ("0", ""))


class TaxCodes(NamedTuple):
    """Tax codes of a column.

    Attributes
    ----------
    text
        Canonical: 10 digits, 10-3 of a branch, or 12 of a person; what is none of them as it stands.
    wrong_form, wrong_digit
        Positions of cells that are no tax code, and of those whose check digit is wrong.
    restored
        Positions of cells that had lost their leading zero.
    """

    text: pa.Array
    wrong_form: NDArray[np.int64]
    wrong_digit: NDArray[np.int64]
    restored: NDArray[np.int64]


def check_digit(digits: str) -> int | None:
    """Check digit of a Vietnamese tax code; None if no code begins with these nine digits.

    Parameters
    ----------
    digits
        The first nine digits.

    Notes
    -----
    The sum of the digits with weights 31, 29, 23, 19, 17, 13, 7, 5, 3 is taken modulo 11, and that from 10: the rule
    of the tax authority's circulars on tax registration (lately 105/2020/TT-BTC), whose worked example is 0100047516.

    >>> check_digit("010004751")
    6
    """
    rest = int(np.dot(np.array([int(d) for d in digits]), _WEIGHTS)) % 11
    return 10 - rest if rest else None


def read_tax_codes(text: pa.Array) -> TaxCodes:
    """Tax codes without blanks and points, with the zero that a spreadsheet took where the check digit proves it.

    Codes of 12 digits that begin with 0 are personal identity numbers, which households use for tax since
    2025-07-01 (Circular 86/2024/TT-BTC); they have no check digit.

    >>> cells = pa.array(["0100047516", "100047516", "0100047516 001", "0100047515"], pa.large_string())
    >>> read_tax_codes(cells).text.to_pylist(), read_tax_codes(cells).wrong_digit.tolist()
    (['0100047516', '0100047516', '0100047516-001', '0100047515'], [3])
    """
    fast = pc.replace_substring_regex(text, r"\.0+$|^['’`]|[\s.\-–'’`/]", "") if not _all_digits(text) else text
    fast = pc.if_else(pc.equal(fast, ""), pa.scalar(None, pa.large_string()), fast)
    digits = pc.fill_null(pc.match_substring_regex(fast, "^[0-9]+$"), False).to_numpy(zero_copy_only=False)
    lengths = np.where(digits, utf8(fast).lengths, 0)
    known = pc.is_valid(fast).to_numpy(zero_copy_only=False)
    person = (lengths == _PERSON) & _like(text, r"^['’`]?0[0-9]{11}$")
    short = ((lengths == _BASE - 1) | (lengths == _BRANCH - 1)) & ~person
    padded = pc.if_else(pa.array(short), pc.binary_join_element_wise(_ZERO, fast, _NOTHING), fast)
    full = (lengths == _BASE) | (lengths == _BRANCH) | short
    right = np.zeros(len(text), bool)
    places = np.flatnonzero(full)
    cells = utf8(padded)
    first = cells.data[cells.bounds[places][:, None] + np.arange(_BASE)].astype(np.int64) - ord("0")
    rest = (first[:, :-1] @ _WEIGHTS) % 11
    right[places] = (rest > 0) & (10 - rest == first[:, -1])
    restored = short & right
    taken = (right & full) | person | (full & ~short)
    branch = pc.replace_substring_regex(padded, r"^([0-9]{10})([0-9]{3})$", r"\1-\2")
    made = pc.if_else(pa.array(taken), branch, text)
    return TaxCodes(
        made, np.flatnonzero(known & ~taken), np.flatnonzero(taken & ~right & ~person), np.flatnonzero(restored)
    )


def _all_digits(text: pa.Array) -> bool:
    data = utf8(text).data
    return bool(((data >= 0x30) & (data <= 0x39)).all())


def _like(text: pa.Array, pattern: str) -> NDArray[np.bool_]:
    return np.asarray(pc.fill_null(pc.match_substring_regex(text, pattern), False))


def sector_widths(text: pa.Array) -> tuple[int, int]:
    """Digits of the longest VSIC codes of a column, and how many codes lack just the first digit of these.

    Codes that begin with 0 prove nothing of the others: in one column some cells can be text and some numbers.

    >>> sector_widths(pa.array(["1410", "2220", "141"], pa.large_string()))
    (4, 1)
    """
    codes, _, _ = read_sector_codes(text, width=0)
    digits = codes.filter(pc.fill_null(pc.match_substring_regex(codes, "^[0-9]+$"), False))
    if not len(digits):
        return 0, 0
    lengths = utf8(digits).lengths
    width = int(lengths.max())
    short = lengths == width - 1
    begun = np.asarray(pc.starts_with(digits, "0"), bool)
    if (short & begun).any():  # a shorter code with its zero: codes of two levels stand side by side
        return 0, 0
    return (width, int(short.sum())) if width in (4, 5) and bool((short | (lengths == width)).all()) else (0, 0)


def read_sector_codes(text: pa.Array, *, width: int) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """VSIC codes: 1 to 5 digits or the letter of a section, without points and the quote of spreadsheets.

    Parameters
    ----------
    width
        Digits of a full code: codes that lack one get their zero back; 0 leaves them.

    Returns
    -------
    The text; positions of what is no code; positions that got a zero.

    >>> read_sector_codes(pa.array(["'0141", "14.10", "c", "141"], pa.large_string()), width=4)[0].to_pylist()
    ['0141', '1410', 'C', '0141']
    """
    values, which = by_value(text)
    bare = pc.utf8_upper(pc.replace_substring_regex(values, r"\.0+$|[\s.'’`]|^(?i:VSIC|MÃ)", ""))
    fits = pc.match_substring_regex(bare, "^([0-9]{1,5}|[A-Z]|[A-Z][0-9]{1,5})$").to_numpy(zero_copy_only=False)
    bare = pc.replace_substring_regex(bare, "^[A-Z]([0-9])", r"\1")
    short = fits & (utf8(bare).lengths == width - 1) & bool(width)
    padded = pc.if_else(pa.array(short), pc.binary_join_element_wise(_ZERO, bare, _NOTHING), bare)
    made = pc.if_else(pa.array(fits), padded, values)
    wrong, restored = (
        np.flatnonzero(pc.fill_null(pa.array(mask).take(which), False).to_numpy(zero_copy_only=False))
        for mask in (~fits, short)
    )
    return made.take(which), wrong, restored
