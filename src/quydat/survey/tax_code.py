"""Tax codes: ten digits of which the last checks the others, and three more for a branch."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_WEIGHTS = np.array([31, 29, 23, 19, 17, 13, 7, 5, 3])


def check_digit(first_nine: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tenth digit of tax codes; 10 where no code begins with these nine digits.

    Parameters
    ----------
    first_nine
        Shape (n,): the first nine digits as a number.

    Returns
    -------
    Shape (n,): 10 − (Σ digit × weight) mod 11, weights 31, 29, 23, 19, 17, 13, 7, 5, 3.

    >>> check_digit(np.array([30058856])).tolist()
    [9]
    """
    left, summed = np.asarray(first_nine, np.int64), np.zeros(np.shape(first_nine), np.int64)
    for weight in _WEIGHTS[::-1].tolist():
        left, digit = np.divmod(left, 10)
        summed += weight * digit
    return 10 - summed % 11


def with_check_digit(first_nine: NDArray[np.int64]) -> pa.Array:
    """Valid codes that begin with these digits, or with the next that can begin a code.

    >>> with_check_digit(np.array([30058856])).to_pylist()
    ['0300588569']
    """
    first = first_nine.copy()
    while len(wrong := np.flatnonzero(check_digit(first) == 10)):
        first[wrong] += 1
    return pc.utf8_lpad(pa.array(first * 10 + check_digit(first)).cast(pa.string()), 10, "0")


def valid(codes: "pd.Series[str]") -> NDArray[np.bool_]:
    """Whether each is a tax code: ten digits with the right check digit, or ten and a dash and three.

    The twelve digits of a person, who has a household business, begin with 0 and have no check digit. Missing codes
    are not valid.

    >>> valid(pd.Series(["0300588569", "0300588568", "0300588569-002", "079012345678", None])).tolist()
    [True, False, True, True, False]
    """
    text = pa.array(codes, pa.string(), from_pandas=True)
    if isinstance(text, pa.ChunkedArray):
        text = text.combine_chunks()
    shaped = pc.fill_null(pc.match_substring_regex(text, r"^[0-9]{10}(-[0-9]{3})?$"), False)
    number = pc.if_else(shaped, pc.utf8_slice_codeunits(text, 0, 10), pa.scalar("0000000001")).cast(pa.int64())
    value = number.to_numpy(zero_copy_only=False)
    right: NDArray[np.bool_] = check_digit(value // 10) == value % 10
    person = pc.fill_null(pc.match_substring_regex(text, r"^0[0-9]{11}$"), False).to_numpy(zero_copy_only=False)
    made: NDArray[np.bool_] = (right & shaped.to_numpy(zero_copy_only=False)) | person
    return made
