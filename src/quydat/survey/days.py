"""Days as clerks write them: 31/12/2024, 1-7-25, ngày 5 tháng 6 năm 2024, and serial numbers of spreadsheets."""

import re
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from quydat.survey.letters import by_value, utf8
from quydat.survey.words import word_key

_WRITTEN = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?")
_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 20000, 73050
_EPOCH = date(1899, 12, 30)
_TURN = 69
_IN_YEAR = re.compile(r"(?:nam )?(\d{4})(?: nam)?")


class Days(NamedTuple):
    """What the cells of a column say of the order of day and month.

    Attributes
    ----------
    day_first, month_first
        How many cells show it by a number above 12.
    open
        How many have both numbers up to 12.
    serials
        How many look like serial numbers of a spreadsheet.
    """

    day_first: int
    month_first: int
    open: int
    serials: int


def days_of(text: pa.Array) -> Days:
    """Evidence of a column on how its days are written.

    >>> days_of(pa.array(["31/12/2024", "5/6/2024", "45657"], pa.large_string()))
    Days(day_first=1, month_first=0, open=1, serials=1)
    """
    values, which = by_value(text)
    weights = np.bincount(pc.drop_null(which).to_numpy(zero_copy_only=False), minlength=len(values))
    count = dict.fromkeys(Days._fields, 0)
    for value, weight in zip(values.to_pylist(), weights.tolist(), strict=True):
        if found := _WRITTEN.fullmatch(value.strip()):
            first, second = int(found[1]), int(found[2])
            kind = "day_first" if first > 12 else "month_first" if second > 12 else "open"
            count[kind] += weight
        elif _serial(value.strip()):
            count["serials"] += weight
    return Days(**count)


def read_days(text: pa.Array, *, day_first: bool, serials: bool) -> pa.Array:
    """Days as year-month-day; what is no day (tháng 6/2024, 31/02/2024) stays as it is.

    Parameters
    ----------
    day_first
        Whether 5/6/2024 is the fifth of June.
    serials
        Whether numbers such as 45657 are days counted by a spreadsheet (from 1899-12-30).

    Notes
    -----
    Years of two digits are 1969 to 2068, as POSIX has it.

    >>> read_days(pa.array(["31/12/2024", "1-7-25", "31/02/2024", "45657", "tháng 6/2024"], pa.large_string()),
    ...           day_first=True, serials=True).to_pylist()
    ['2024-12-31', '2025-07-01', '31/02/2024', '2024-12-31', 'tháng 6/2024']
    """
    cells = utf8(text)
    if len(cells.data) == 10 * (len(text) - text.null_count) and _is_iso(text):
        return text
    values, which = by_value(text)
    made = pa.array([_day(v.strip(), day_first, serials) or v for v in values.to_pylist()], pa.large_string())
    return made.take(which)


def _is_iso(text: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(text, r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")).as_py())


def _serial(value: str) -> int:
    found = _SERIAL.fullmatch(value)
    number = int(found[1]) if found else 0
    return number if _FIRST_SERIAL <= number <= _LAST_SERIAL else 0


def _day(value: str, day_first: bool, serials: bool) -> str | None:
    if found := _ISO.fullmatch(value):
        year, month, day = (int(part) for part in found.groups())
    elif found := _WRITTEN.fullmatch(value):
        day, month, year = (int(part) for part in found.groups())
        day, month = (day, month) if day_first else (month, day)
        year += (1900 if year >= _TURN else 2000) if year < 100 else 0
    elif found := _WORDS.fullmatch(word_key(value)):
        day, month, year = (int(part) for part in found.groups())
    elif serials and (number := _serial(value)):
        return (_EPOCH + timedelta(days=number)).isoformat()
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def read_years(text: pa.Array) -> pa.Array:
    """Years, also where a whole day or the word "năm" stands; what is neither stays as it is.

    >>> read_years(pa.array(["2045", "năm 2045", "31/12/2045", "50 năm"], pa.large_string())).to_pylist()
    ['2045', '2045', '2045', '50 năm']
    """
    values, which = by_value(text)
    return pa.array([_year(v.strip()) or v for v in values.to_pylist()], pa.large_string()).take(which)


def _year(value: str) -> str | None:
    if found := _IN_YEAR.fullmatch(word_key(value)):
        return found[1]
    if re.fullmatch(r"\d{4}\.0+", value):
        return value[:4]
    written = _WRITTEN.fullmatch(value)
    whole = _day(value, True, False) if not written or len(written[3]) == 4 else None
    return whole[:4] if whole else None
