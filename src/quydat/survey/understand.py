"""A sheet read by its mapping: columns of attributes in the dictionary's writing, with what cannot be taken."""

import json
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.problem import Place, Problem, problem, raise_if
from quydat.dictionary.bulk import Fault
from quydat.dictionary.schema import Attribute, tables
from quydat.survey.cells import CellForm, Cleaned, clean
from quydat.survey.column_text import choice_reading
from quydat.survey.coordinates import COORDINATE
from quydat.survey.legacy import TextGuess, guess
from quydat.survey.letters import arrow_text
from quydat.survey.mapping import MIXED, Mapping
from quydat.survey.old_letters import Encoding, decode
from quydat.survey.sheet import Sheet

_READ_AS_TEXT = ("text", "choice", "boolean", "refs")


@dataclass(frozen=True)
class Understood:
    """A sheet as its mapping has it.

    Attributes
    ----------
    raw
        Columns of attributes as text in the dictionary's writing, or missing; as many rows as the sheet, index from 0.
        ``typed_bulk`` reads it.
    x, y
        Coordinates as the file has them (NaN where there are none), or None if the mapping names no columns.
    faults
        What keeps a row from being taken, with its position; what ``typed_bulk`` finds comes on top.
    notes
        What was changed or may be looked at: capitals that TCVN3 does not tell (QD132), wrong check digits (QD214),
        zeros put back (QD217).
    changed
        How many cells of each attribute are not as they were.
    """

    raw: pd.DataFrame
    x: NDArray[np.float64] | None
    y: NDArray[np.float64] | None
    faults: tuple[Fault, ...]
    notes: tuple[Problem, ...]
    changed: Dict[str, int]
    _sheet: Sheet

    def original(self, position: int) -> str:
        """The row as the file has it, as JSON: every heading, mapped or not, with its cell.

        >>> sheet = Sheet("a.csv", "", pd.DataFrame({"Tên": ["A"], "Khác": [None]}, dtype="str"), np.array([2]))
        >>> apply(sheet, Mapping("observation", {"Tên": "name"})).original(0)
        '{"Tên": "A", "Khác": null}'
        """
        row = self._sheet.cells.iloc[position]
        cells = [
            (str(h), None if v is None or v != v else str(v)) for h, v in zip(row.index, row.tolist(), strict=True)
        ]
        if len(dict(cells)) < len(cells):  # a heading that stands twice keeps both cells
            return json.dumps([list(cell) for cell in cells], ensure_ascii=False)
        return json.dumps(dict(cells), ensure_ascii=False)


def apply(sheet: Sheet, mapping: Mapping) -> Understood:
    """Read a sheet by its mapping.

    Raises
    ------
    Problems
        QD139 for each heading of the mapping that the sheet does not have.

    >>> cells = pd.DataFrame({"Tên": ["C«ng ty A"], "DT": ["0,5"]}, dtype="str")
    >>> mapping = Mapping("observation", {"Tên": "name", "DT": "site_area_m2"}, {"Tên": "tcvn3"},
    ...                   {"DT": CellForm(decimal=",", factor=10000.0)})
    >>> apply(Sheet("a.csv", "", cells, np.array([2])), mapping).raw.to_dict("records")
    [{'name': 'Công ty A', 'site_area_m2': '5000'}]
    """
    raise_if(_missing_headings(sheet, mapping))
    table = tables()[mapping.table]
    reading = _Reading(sheet, mapping)
    columns = {attribute: reading.column(heading, table[attribute]) for heading, attribute in mapping.columns.items()}
    for attribute, value in mapping.defaults.items():
        filled = columns.get(attribute)
        columns[attribute] = (
            pd.Series([value] * len(sheet.cells), dtype="str") if filled is None else filled.fillna(value)
        )
    x, y = (reading.coordinates(heading) if heading else None for heading in (mapping.x, mapping.y))
    raw = pd.DataFrame(columns, index=pd.RangeIndex(len(sheet.cells)))
    faults = sorted(reading.faults, key=lambda fault: fault.position)
    return Understood(raw, x, y, tuple(faults), tuple(reading.notes), reading.changed, sheet)


def _missing_headings(sheet: Sheet, mapping: Mapping) -> list[Problem]:
    present = [str(heading) for heading in sheet.cells.columns]
    place = Place(sheet.file, sheet.name)
    return [
        problem("QD139", place, column=heading, nearest=(get_close_matches(heading, present, 1, 0.0) or ["-"])[0])
        for heading in mapping.headings
        if present.count(heading) != 1
    ]


class _Reading:
    """Reads columns of a sheet one after the other, and keeps what was found."""

    def __init__(self, sheet: Sheet, mapping: Mapping) -> None:
        self._sheet = sheet
        self._mapping = mapping
        self.faults: list[Fault] = []
        self.notes: list[Problem] = []
        self.changed: dict[str, int] = {}

    def _place(self, heading: str) -> Place:
        return Place(self._sheet.file, self._sheet.name, None, heading)

    def column(self, heading: str, attribute: Attribute) -> "pd.Series[Any]":
        """One column, decoded and cleaned."""
        given = self._sheet.cells[heading].reset_index(drop=True)
        text = self._decoded(heading, given, attribute)
        made = clean(text, attribute, how=self._mapping.forms.get(heading, CellForm()), place=self._place(heading))
        self._keep(made, given, heading)
        self.changed[attribute.name] = int(np.count_nonzero(_changed(given, made.text)))
        return made.text

    def coordinates(self, heading: str) -> NDArray[np.float64]:
        """One column of coordinates as numbers; a cell that is none is unknown, and a fault."""
        given = self._sheet.cells[heading].reset_index(drop=True)
        made = clean(given, COORDINATE, how=self._mapping.forms.get(heading, CellForm()), place=self._place(heading))
        numbers = _floats(made.text)
        told = {fault.position for fault in made.faults}
        numbers[np.array(sorted(told), np.int64)] = np.nan
        for position in np.flatnonzero(np.isnan(numbers) & made.text.notna().to_numpy()).tolist():
            if position not in told:
                wrong = problem("QD205", self._place(heading), value=made.text.iloc[position], unit="m, độ")
                made = replace(made, faults=(*made.faults, Fault(position, wrong)))
        self._keep(made, given, heading)
        return numbers

    def _keep(self, made: Cleaned, given: "pd.Series[Any]", heading: str) -> None:
        self.faults += [self._numbered(fault) for fault in made.faults]
        self.notes += [self._numbered(remark).problem for remark in made.remarks]
        if len(made.restored):
            first = int(made.restored[0])
            self.notes.append(
                problem(
                    "QD217", self._place(heading), column=heading, count=len(made.restored), value=given.iloc[first],
                    made=made.text.iloc[first],
                )
            )  # fmt: skip

    def _numbered(self, fault: Fault) -> Fault:
        found = fault.problem
        place = Place(found.place.file, found.place.sheet, int(self._sheet.numbers[fault.position]), found.place.column)
        return Fault(fault.position, Problem(found.number, found.facts, place))

    def _decoded(self, heading: str, given: "pd.Series[Any]", attribute: Attribute) -> "pd.Series[Any]":
        said = self._mapping.text.get(heading)
        wanted = said or "unicode"
        if wanted == "unicode" and (said or attribute.type not in _READ_AS_TEXT):
            return decode(given, encoding="unicode").text  # the user has said it, or it holds no words
        font = self._sheet.fonts.get(heading, "") if wanted == MIXED else _FONT[wanted]
        found = guess(given, font=font)
        text, ambiguous = self._by_rows(given, found, wanted)
        if wanted == MIXED and attribute.type == "choice":
            text = _as_choices(given, text, attribute)
        if ambiguous:
            self.notes.append(problem("QD132", self._place(heading), column=heading, count=ambiguous))
        return text

    def _by_rows(self, given: "pd.Series[Any]", found: TextGuess, wanted: str) -> tuple["pd.Series[Any]", int]:
        """The column by the wanted encoding; rows of another are faults, or read by their own if mixed is wanted."""
        plain: Encoding = found.encoding if wanted == MIXED else wanted  # type: ignore[assignment]
        decoded = decode(given, encoding=plain)
        text, ambiguous = decoded.text, len(decoded.ambiguous)
        others: dict[str, NDArray[np.int64]] = {k: v for k, v in found.rows.items() if k != _simple(plain)}
        if _simple(found.encoding) != _simple(plain) and found.share:
            kept = np.concatenate([np.zeros(0, np.int64), *found.rows.values()])
            others[found.encoding] = np.setdiff1d(_accented(given), kept)
        for encoding, rows in others.items():
            if wanted == MIXED:
                own = decode(given.iloc[rows], encoding=encoding)  # type: ignore[arg-type]
                text = text.mask(np.isin(np.arange(len(text)), rows), own.text.reindex(text.index))
                ambiguous += len(own.ambiguous)
            else:
                self._other(given, rows, encoding, plain)
        if len(found.unclear):
            self._other(given, found.unclear, "?", plain)
        return text, ambiguous

    def _other(self, given: "pd.Series[Any]", rows: NDArray[np.int64], found: str, wanted: str) -> None:
        heading = str(given.name)
        for position, cell in zip(rows.tolist(), given.iloc[rows].tolist(), strict=True):
            wrong = problem("QD218", self._place(heading), found=found, wanted=wanted, value=cell)
            self.faults.append(self._numbered(Fault(position, wrong)))


def _as_choices(given: "pd.Series[Any]", text: "pd.Series[Any]", attribute: Attribute) -> "pd.Series[Any]":
    """The column with cells that are a value of the list in one reading only read so, whatever their words allow."""
    for encoding, cells in choice_reading(given, attribute).items():
        own = given.isin(cells)
        text = text.mask(own, decode(given.where(own), encoding=encoding).text)
    return text


_FONT = {"unicode": "", "tcvn3": ".VnTime", "tcvn3_capitals": ".VnTimeH", "vni": "VNI-Times"}


def _floats(text: "pd.Series[Any]") -> NDArray[np.float64]:
    """Numbers of canonical text; NaN for what is none."""
    cells = arrow_text(text)
    fits = pc.match_substring_regex(cells, r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$")
    plain = pc.if_else(fits, cells, pa.scalar(None, pa.large_string()))
    return np.array(pc.fill_null(plain.cast(pa.float64()), float("nan")))


def _simple(encoding: str) -> str:
    return encoding.removesuffix("_capitals")


def _accented(text: "pd.Series[Any]") -> NDArray[np.int64]:
    ascii_only = pc.fill_null(pc.string_is_ascii(arrow_text(text)), True).to_numpy(zero_copy_only=False)
    return np.flatnonzero(~ascii_only)


def _changed(before: "pd.Series[Any]", after: "pd.Series[Any]") -> NDArray[np.bool_]:
    one, other = arrow_text(before), arrow_text(after)
    same = pc.or_kleene(pc.equal(one, other), pc.and_(pc.is_null(one), pc.is_null(other)))
    return ~pc.fill_null(same, False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]
