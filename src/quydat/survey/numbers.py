"""Numbers as clerks write them: 1.234,5 and 1,234.5, blanks between thousands, units behind.

A cell with two kinds of marks, with a mark twice, or whose digits cannot be thousands says by itself which mark is
the decimal one. "1.234" does not: the other cells of its column decide, or else nobody.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.survey.letters import Bytes, by_value, utf8
from quydat.survey.words import unit_factor

Mark = Literal[".", ",", ""]
"""The decimal mark of a column; empty where nothing says it."""
_NUMBER = re.compile(r"^(?P<number>[+-]?[0-9][0-9.,'’\s]*|[+-]?[.,][0-9]+)(?P<unit>[^0-9.,\s][^0-9]*[23²]?|°)?\s*\.?$")
_ANGLE = re.compile(
    r"^(?P<d>[0-9]{1,3})\s*[°º]\s*(?:(?P<m>[0-9]{1,2})\s*['’′]\s*)?(?:(?P<s>[0-9]{1,2}(?:[.,][0-9]+)?)\s*(?:\"|”|″|''|’’)\s*)?"
    r"(?P<side>[NSEWBĐTnsewbđt]?)$"
)
_GROUPS = re.compile(r"[+-]?[0-9]{1,3}([.,'’ ])[0-9]{3}(\1[0-9]{3})*")
_OTHER = {".": ",", ",": "."}


class Marks(NamedTuple):
    """What the cells of a column say of their marks.

    Attributes
    ----------
    point, comma
        How many cells show that the decimal mark is a point, a comma.
    open
        Different cells that may be thousands or decimals, such as 1.234.
    """

    point: int
    comma: int
    open: tuple[str, ...]


def _shape(number: str) -> tuple[Mark, bool]:
    """Decimal mark that a number shows by itself, and whether it may be read in two ways."""
    number = number.lstrip("+-")
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return ("," if number.rfind(",") > number.rfind(".") else "."), False
    if not points and not commas:
        return "", False
    mark: Mark = "." if points else ","
    if points + commas > 1:
        return ("," if points else "."), False
    before, after = number.split(mark)
    if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0"):
        return "", True
    return mark, False


def marks_of(text: pa.Array) -> Marks:
    """Evidence of a column on its decimal mark.

    >>> marks_of(pa.array(["1.234,5", "1.234", "12,5 ha", "0.5"], pa.large_string()))
    Marks(point=1, comma=2, open=('1.234',))
    """
    count = {".": 0, ",": 0, "": 0}
    unclear = []
    values, which = by_value(pc.utf8_trim_whitespace(text))
    weights = np.bincount(pc.drop_null(which).to_numpy(zero_copy_only=False), minlength=len(values))
    marked = pc.match_substring_regex(values, "[.,]").to_numpy(zero_copy_only=False)
    places = np.flatnonzero(marked)
    for place, value in zip(places.tolist(), values.take(pa.array(places)).to_pylist(), strict=True):
        if found := _NUMBER.match(value):
            mark, is_open = _shape("".join(found["number"].split()))
            count[mark] += int(weights[place])
            unclear += [value] if is_open else []
    return Marks(count["."], count[","], tuple(unclear))


def is_canonical(cells: Bytes, *, decimal: str) -> bool:
    """Whether all cells are plain digits with at most one decimal point, so that nothing need be read.

    >>> is_canonical(utf8(pa.array(["12.5", "300", None], pa.large_string())), decimal="")
    True
    """
    data = cells.data
    if not bool((((data >= 0x30) & (data <= 0x39)) | (data == 0x2E)).all()):
        return False
    points = np.flatnonzero(data == 0x2E)
    rows = cells.rows_of(points)
    if len(rows) > 1 and bool((rows[1:] == rows[:-1]).any()):
        return False
    if decimal == ".":
        return True
    starts = cells.bounds[rows]
    before, after = points - starts, cells.bounds[rows + 1] - points - 1
    return not bool(((after == 3) & (before >= 1) & (before <= 3) & (data[starts] != 0x30)).any())


def read_numbers(
    text: pa.Array, *, decimal: Mark, unit: str, factor: float, whole: bool
) -> tuple[pa.Array, NDArray[np.int64]]:
    """Numbers in canonical writing (decimal point, no thousands, in the dictionary's unit).

    Parameters
    ----------
    decimal
        Decimal mark of the column, for the cells that do not show it; empty if not known.
    unit
        Unit of the dictionary, into which units behind a number are brought.
    factor
        What numbers without a unit are multiplied by.
    whole
        Whether these are whole numbers: then "1.234" has thousands.

    Returns
    -------
    The text, with what is no number left as it is; and the positions of cells that may be read in two ways.

    >>> made, _ = read_numbers(pa.array(["1.234,5", "0,5 ha", "1 200 m2", "5 sào"], pa.large_string()), decimal=",",
    ...                        unit="m2", factor=1.0, whole=False)
    >>> made.to_pylist()
    ['1234.5', '5000', '1200', '5 sào']
    """
    none = np.zeros(0, np.int64)
    if factor == 1.0 and is_canonical(utf8(text), decimal="" if whole else decimal):
        return text, none
    values, which = by_value(text)
    made, rest = _plain(values, decimal=decimal, factor=factor, whole=whole)
    changed, doubtful = [], []
    for value in values.take(pa.array(rest)).to_pylist():
        number, is_open = _read(value.strip(), decimal, unit, factor, whole)
        changed.append(value if number is None else number)
        doubtful.append(is_open)
    mask = np.zeros(len(values), bool)
    mask[rest] = True
    made = pc.replace_with_mask(made, pa.array(mask), pa.array(changed, pa.large_string()))
    unclear = np.zeros(len(values), bool)
    unclear[rest] = doubtful
    found = pc.fill_null(pa.array(unclear).take(which), False).to_numpy(zero_copy_only=False)
    return made.take(which), np.flatnonzero(found)


def _swap(text: pa.Array) -> pa.Array:
    return pc.replace_substring(text, ",", ".")


def _without(mark: str) -> Callable[[pa.Array], pa.Array]:
    return lambda text: pc.replace_substring(text, mark, "")


_SELF_EVIDENT: tuple[tuple[str, Callable[[pa.Array], pa.Array]], ...] = (
    (r"^[+-]?[0-9]+$", lambda text: text),
    (r"^[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]+$", lambda text: _swap(_without(".")(text))),
    (r"^[+-]?[0-9]{1,3}(\.[0-9]{3}){2,}$", _without(".")),
    (r"^[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]+$", _without(",")),
    (r"^[+-]?[0-9]{1,3}(,[0-9]{3}){2,}$", _without(",")),
    (r"^[+-]?([0-9]*\.([0-9]{1,2}|[0-9]{4,})|(0[0-9]*|[0-9]{4,})?\.[0-9]{3})$", lambda text: text),
    (r"^[+-]?([0-9]*,([0-9]{1,2}|[0-9]{4,})|(0[0-9]*|[0-9]{4,})?,[0-9]{3})$", _swap),
)
_EITHER = {".": r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$", ",": r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"}


def _plain(values: pa.Array, *, decimal: Mark, factor: float, whole: bool) -> tuple[pa.Array, NDArray[np.int64]]:
    """The usual writings, many cells at a time; and the positions of the others."""
    rules = list(_SELF_EVIDENT)
    if whole:
        rules += [(_EITHER[mark], _without(mark)) for mark in ".,"]
    elif decimal:
        group = _OTHER[decimal]
        rules += [(_EITHER[decimal], _swap), (_EITHER[group], _without(group))]
    made = values
    rest = np.arange(len(values))
    for pattern, change in rules:
        if not len(rest):
            break
        left = values.take(pa.array(rest))
        fits = pc.fill_null(pc.match_substring_regex(left, pattern), False).to_numpy(zero_copy_only=False)
        if fits.any():
            read = _times(change(left.filter(pa.array(fits))), factor)
            mask = np.zeros(len(values), bool)
            mask[rest[fits]] = True
            made = pc.replace_with_mask(made, pa.array(mask), read)
            rest = rest[~fits]
    known = pc.is_valid(values).to_numpy(zero_copy_only=False)
    return made, rest[known[rest]]


def _times(numbers: pa.Array, factor: float) -> pa.Array:
    if factor == 1.0:
        return numbers
    if factor > 1.0:  # rounded far below what anyone measures, so that 1.1 ha is 11000 m² and not a little more
        return pc.round(pc.multiply(numbers.cast(pa.float64()), factor), 6).cast(pa.large_string())
    return pa.array([_product(n, factor) for n in numbers.to_pylist()], pa.large_string())


def _product(number: str, factor: float) -> str:
    made = (Decimal(number) * Decimal(repr(factor))).normalize()
    return f"{made:f}"


def _read(value: str, decimal: Mark, unit: str, factor: float, whole: bool) -> tuple[str | None, bool]:
    """A number in canonical writing (None if it is none), and whether it may be read in two ways."""
    if unit == "degree" and (found := _ANGLE.match(value)):
        return _degrees(found), False
    if not (found := _NUMBER.match(value)):
        return None, False
    written = found["number"].strip()
    if re.search(r"[\s'’]", written):
        head = re.split(r"[.,](?=[0-9]+$)", written)[0]
        joined = re.sub(r"[\s'’]", " ", head)
        if not _GROUPS.fullmatch(joined):
            return None, False
        written = re.sub(r"[\s'’]", "", written)
        if _shape(written)[1]:  # blanks are the thousands, so the mark is the decimal one
            return _scaled(written.replace(",", "."), found["unit"], unit, factor), False
    mark, is_open = _shape(written)
    if is_open:
        if whole:
            mark = "," if "." in written else "."
        elif not decimal:
            return None, True
        else:
            mark = decimal
    group = "," if mark == "." else "."
    head = written.rsplit(mark, 1)[0] if mark and mark in written else written
    if group in head and not _GROUPS.fullmatch(head):
        return None, False
    plain = written.replace(group, "").replace(",", ".") if mark else written
    return _scaled(plain, found["unit"], unit, factor), False


def _scaled(number: str, written: str | None, unit: str, factor: float) -> str | None:
    if written is not None:
        own = unit_factor(written, unit)
        if own is None:
            return None
        factor = own
    try:
        return _product(number, factor) if factor != 1.0 else number.rstrip(".") or None
    except InvalidOperation:
        return None


def _degrees(found: "re.Match[str]") -> str | None:
    parts = [Decimal((found[name] or "0").replace(",", ".")) for name in "dms"]
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    angle = parts[0] + parts[1] / 60 + parts[2] / 3600
    # S and W are south and west; T (tây) and N (nam in Vietnamese, north in English) are not told apart: N stays north.
    sign = -1 if found["side"].upper() in ("S", "W", "T") else 1
    return f"{(sign * round(angle, 9)).normalize():f}"
