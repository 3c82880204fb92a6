"""Cells as clerks write them, brought into the one writing that the dictionary reads.

A cell that this module cannot read stays as it stands: the dictionary's reading then says what is wrong with it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import NOWHERE, Place, Problem, problem
from quydat.dictionary.bulk import Fault
from quydat.dictionary.schema import Attribute
from quydat.survey.codes import read_sector_codes, read_tax_codes, sector_widths
from quydat.survey.days import days_of, read_days, read_years
from quydat.survey.letters import arrow_text, by_value, text_column, utf8
from quydat.survey.numbers import Mark, marks_of, read_numbers
from quydat.survey.words import blank_spellings, blanks, choice_words, word_key

_YES = frozenset({"co", "x", "yes", "true", "1", "dung", "roi", "y", "v", "c"})
_NO = frozenset({"khong", "no", "false", "0", "sai", "chua", "n", "k", "ko"})
_TICKS = frozenset("✓✔☑√")
_LONGEST_BLANK = 40
_EXAMPLES = 3


@dataclass(frozen=True)
class CellForm:
    """How the cells of a column are written.

    Attributes
    ----------
    decimal
        Decimal mark, ``.`` or ``,``, for cells such as 1.234 that do not show it; empty while nobody has said it.
    day_first
        Whether 5/6/2024 is the fifth of June, as in Vietnam.
    factor
        What numbers without a unit of their own are multiplied by: 10000 where the heading says ha.
    serials
        Whether whole numbers in a column of days are a spreadsheet's count of days.
    digits
        Digits of a full VSIC code where a spreadsheet has taken leading zeros; 0 where it has not.
    """

    decimal: Mark = ""
    day_first: bool = True
    factor: float = 1.0
    serials: bool = True
    digits: int = 0


class FormGuess(NamedTuple):
    """A proposed form, and what the user must settle (Problems) or may look at before it is used."""

    form: CellForm
    doubts: tuple[Problem, ...]
    notes: tuple[Problem, ...]


@dataclass(frozen=True)
class Cleaned:
    """A cleaned column.

    Attributes
    ----------
    text
        Cells in the dictionary's writing (decimal point, year-month-day, values of lists), or missing; same index.
    changed
        Positions of cells that are not as they were.
    restored
        Positions of codes that got back a leading zero.
    faults
        Cells that cannot be taken, with their positions; what the dictionary finds itself is not among them.
    remarks
        Cells that are taken as they stand but may be wrong, with their positions.
    """

    text: "pd.Series[Any]"
    changed: NDArray[np.int64]
    restored: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


def clean(column: "pd.Series[Any]", attribute: Attribute, *, how: CellForm, place: Place = NOWHERE) -> Cleaned:
    """Bring a column into the dictionary's writing.

    Parameters
    ----------
    column
        Cells as text (Unicode), or missing.
    attribute
        What the column holds.
    how
        How its cells are written.
    place
        File, sheet and column, for the problems.

    Notes
    -----
    Words for "not known" (chưa rõ, không có, n/a, signs alone) become missing; 0 stays 0. Faults: QD215 for tax codes,
    QD216 for VSIC codes, QD219 for numbers that may be read in two ways. A tax code with a wrong check digit (QD214)
    is a remark: one digit that is wrong takes nothing from the floor and the place of an establishment.

    >>> from quydat.dictionary.schema import tables
    >>> area = tables()["observation"]["site_area_m2"]
    >>> clean(pd.Series(["1.234,5 m2", "0,5 ha", "chưa rõ", "0"]), area, how=CellForm()).text.tolist()
    ['1234.5', '5000', nan, '0']
    """
    given = arrow_text(column)
    text = _without_blank_words(_tidy(given), attribute)
    restored, faults, remarks = np.zeros(0, np.int64), list[Fault](), list[Fault]()

    def fault(number: str, positions: NDArray[np.int64], to: list[Fault] = faults) -> None:
        cells = given.take(pa.array(positions)).to_pylist()
        for position, cell in zip(positions.tolist(), cells, strict=True):
            to.append(Fault(position, problem(number, place, value=cell)))

    if attribute.name == "tax_code":
        codes = read_tax_codes(text)
        text, restored = codes.text, codes.restored
        fault("QD215", codes.wrong_form)
        fault("QD214", codes.wrong_digit, remarks)
    elif attribute.name == "sector_code":
        text, wrong, restored = read_sector_codes(text, width=how.digits)
        fault("QD216", wrong)
    elif attribute.type in ("number", "integer"):
        text, unclear = read_numbers(
            text, decimal=how.decimal, unit=attribute.unit, factor=how.factor, whole=attribute.type == "integer"
        )
        fault("QD219", unclear)
    elif attribute.type in _READERS:
        text = _READERS[attribute.type](text, attribute, how)
    faults.sort(key=lambda one: one.position)
    made = text_column(text).set_axis(column.index)
    return Cleaned(made, _differing(given, text), restored, tuple(faults), tuple(remarks))


def _differing(before: pa.Array, after: pa.Array) -> NDArray[np.int64]:
    if before is after:
        return np.zeros(0, np.int64)
    same = pc.fill_null(pc.equal(before, after), pc.and_(pc.is_null(before), pc.is_null(after)))
    return np.flatnonzero(~same.to_numpy(zero_copy_only=False))


def _tidy(text: pa.Array) -> pa.Array:
    """Text without blanks around it and with single blanks inside."""
    cells = utf8(text)
    data, bounds = cells
    if not data.size:
        return text
    blank = data <= 0x20
    full = bounds[1:] > bounds[:-1]
    ends = blank[bounds[:-1][full]].any() or blank[bounds[1:][full] - 1].any()
    inside = (blank[1:] & blank[:-1]).any() or (data < 0x20).any()
    leads = np.flatnonzero((data == 0xC2) | (data == 0xE2) | (data == 0xEF) | (data == 0xE3))
    first, second = data[leads], data[leads + 1] if leads.size else leads
    wide = (((first == 0xC2) & (second == 0xA0)) | ((first == 0xE2) & (second < 0x82)) | (first >= 0xE3)).any()
    if not (ends or inside or wide):
        return text
    return pc.utf8_trim_whitespace(
        pc.replace_substring_regex(text, r"[\s\x{00A0}\x{2000}-\x{200B}\x{202F}\x{205F}\x{3000}\x{FEFF}]+", " ")
    )


def _without_blank_words(text: pa.Array, attribute: Attribute) -> pa.Array:
    """Text in which words for "not known" are missing."""
    cells = utf8(text)
    known = pc.is_valid(text).to_numpy(zero_copy_only=False)
    # A number that begins with a digit is no word: most columns are through here at once.
    first = np.zeros(len(known), np.uint8)
    full = cells.lengths > 0
    first[full] = cells.data[cells.bounds[:-1][full]]
    longest = _LONGEST_BLANK if attribute.type != "text" else max(len(word.encode()) for word in blank_spellings())
    looked = np.flatnonzero(known & (cells.lengths <= longest) & ~((first >= 0x30) & (first <= 0x39)))
    if looked.size and attribute.type == "text":  # names are many: only what looks like such a word is folded
        some = text.take(pa.array(looked))
        alike = pc.is_in(pc.utf8_lower(some), value_set=pa.array(sorted(blank_spellings()), pa.large_string()))
        looked = looked[np.asarray(pc.or_(alike, pc.match_substring_regex(some, r"^[^\pL\pN]*$")))]
    if not looked.size:
        return text
    words = blanks(attribute.name)
    values, which = by_value(text.take(pa.array(looked)))
    blank = pa.array([_is_blank(value, words, attribute) for value in values.to_pylist()], pa.bool_())
    if not pc.any(blank).as_py():
        return text
    mask = np.zeros(len(text), bool)
    mask[looked] = np.asarray(blank.take(which))
    return pc.if_else(pa.array(mask), pa.scalar(None, pa.large_string()), text)


def _is_blank(value: str, words: frozenset[str], attribute: Attribute) -> bool:
    key = word_key(value)
    if attribute.type == "boolean" and (key in _NO or _TICKS & set(value)):
        return False
    return key in words and not (attribute.type == "refs" and ";" in value)


def _read_days(text: pa.Array, _: Attribute, how: CellForm) -> pa.Array:
    return read_days(text, day_first=how.day_first, serials=how.serials)


def _read_years(text: pa.Array, _: Attribute, how: CellForm) -> pa.Array:
    return read_years(text)


def _by_words(read: Callable[[str, Attribute], str]) -> "Callable[[pa.Array, Attribute, CellForm], pa.Array]":
    def column(text: pa.Array, attribute: Attribute, _: CellForm) -> pa.Array:
        values, which = by_value(text)
        return pa.array([read(v, attribute) for v in values.to_pylist()], pa.large_string()).take(which)

    return column


def _choice(value: str, attribute: Attribute) -> str:
    return choice_words(attribute.choices).get(word_key(value), value)


def _boolean(value: str, _: Attribute) -> str:
    key = word_key(value)
    if key in _YES or (not key and _TICKS & set(value)):
        return "yes"
    return "no" if key in _NO else value


_READERS: Mapping[str, Callable[[pa.Array, Attribute, CellForm], pa.Array]] = {
    "date": _read_days,
    "year": _read_years,
    "choice": _by_words(_choice),
    "boolean": _by_words(_boolean),
}


def guess_form(
    column: "pd.Series[Any]", attribute: Attribute, *, factor: float = 1.0, place: Place = NOWHERE
) -> FormGuess:
    """Find out how the cells of a column are written.

    Parameters
    ----------
    column
        Cells as text, or missing.
    attribute
        What the column holds; its range can rule out a reading.
    factor
        By the unit in the heading.
    place
        File, sheet and column, for the problems.

    Returns
    -------
    The form; doubts that the user must settle: QD133 where 1.234 may be a thousand or a little more than one, QD134
    where days are written in both orders, QD220 where VSIC codes may have lost a zero.

    >>> from quydat.dictionary.schema import tables
    >>> area = tables()["observation"]["site_area_m2"]
    >>> [guess_form(pd.Series(cells), area).form.decimal for cells in (["1.234", "2,5"], ["1.234"])]
    [',', '']
    >>> guess_form(pd.Series(["1.234"]), area, place=Place(column="DT")).doubts[0].number
    'QD133'
    """
    text = _without_blank_words(_tidy(arrow_text(column)), attribute)
    if attribute.type == "number":
        decimal, doubts = _decimal_of(text, attribute, factor, place)
        return FormGuess(CellForm(decimal=decimal, factor=factor), doubts, ())
    if attribute.type == "integer":
        return FormGuess(CellForm(factor=factor), (), ())
    if attribute.type == "date":
        return _days_form(text, place)
    if attribute.name == "sector_code":
        width, short = sector_widths(text)
        found = (problem("QD220", place, count=short, digits=width - 1, full=width),) if short else ()
        return FormGuess(CellForm(), found, ())
    return FormGuess(CellForm(), (), ())


def _decimal_of(text: pa.Array, attribute: Attribute, factor: float, place: Place) -> tuple[Mark, tuple[Problem, ...]]:
    marks = marks_of(text)
    if not marks.open:
        return (",", ()) if marks.comma and not marks.point else (".", ())
    point, comma = marks.point > 0, marks.comma > 0
    for value in marks.open:  # a reading outside the attribute's range is none
        inside = {mark: _inside(value, mark, attribute, factor) for mark in (".", ",")}
        if inside["."] != inside[","]:
            point, comma = point or inside["."], comma or inside[","]
    if point != comma:
        return ("." if point else ","), ()
    example = marks.open[0]
    both = [_read_as(example, mark, attribute, factor) for mark in (".", ",")]
    return "", (
        problem("QD133", place, column=place.column, value=example, one=both[0], other=both[1], count=len(marks.open)),
    )


def _read_as(value: str, mark: Mark, attribute: Attribute, factor: float) -> str:
    made, _ = read_numbers(
        pa.array([value], pa.large_string()), decimal=mark, unit=attribute.unit, factor=factor, whole=False
    )
    return str(made[0].as_py())


def _inside(value: str, mark: Mark, attribute: Attribute, factor: float) -> bool:
    try:
        number = float(_read_as(value, mark, attribute, factor))
    except ValueError:
        return True
    low, high = attribute.minimum, attribute.maximum
    return not ((low is not None and number < low) or (high is not None and number > high))


def _days_form(text: pa.Array, place: Place) -> FormGuess:
    days = days_of(text)
    doubts: tuple[Problem, ...] = ()
    if days.day_first and days.month_first:
        doubts = (problem("QD134", place, column=place.column, day_first=days.day_first, month_first=days.month_first),)
    return FormGuess(CellForm(day_first=not days.month_first or days.day_first > 0), doubts, ())
