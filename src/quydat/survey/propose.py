"""A proposed mapping of a sheet, shown with samples before anything is stored.

Headings are compared with the dictionary's names and labels and with the words that clerks use; the cells of a
sample say how they are written. What nobody can know from the file is a doubt, and is settled by the user.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.bulk import typed_bulk
from quydat.dictionary.schema import Attribute, Table
from quydat.survey.cells import CellForm, clean, guess_form
from quydat.survey.column_text import Column, said, settle_texts
from quydat.survey.coordinates import COORDINATE, coordinate_form
from quydat.survey.headings import Confidence, Meaning, heading_factor, heading_text, meaning
from quydat.survey.legacy import encoding_of_font, guess
from quydat.survey.mapping import MIXED, Mapping, two_headings
from quydat.survey.old_letters import Encoding, decode
from quydat.survey.sheet import Sheet

GIVEN_BY_THE_INTAKE = frozenset({"origin", "observed_on", "basis", "intake_id", "observation_id", "row"})
"""Attributes that the intake itself fills where no column has them."""
_SAMPLE = 20_000
_SHOWN = 3
_TRIED = 200
_HALF, _MOST = 0.5, 0.8
_LATIN = 0xFF
_BY_LINES = " / "
_ODK = ("today", "end", "start", "submissiondate", "submission time")
"""Days of a form in the order in which they are believed."""


@dataclass(frozen=True)
class ColumnNote:
    """What was understood of one column.

    Attributes
    ----------
    heading, shown
        The heading as the sheet has it, and in Unicode.
    target
        Attribute, ``x``, ``y``, or empty if it is left out.
    encoding
        Of its cells.
    form
        How its cells are written.
    confidence, why
        How sure, and why, in Vietnamese and English.
    samples
        Up to three cells before and after.
    """

    heading: str
    shown: str
    target: str
    encoding: str
    form: CellForm
    confidence: Confidence
    why: tuple[str, str]
    samples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Proposal:
    """A mapping to be confirmed.

    Attributes
    ----------
    mapping
        The proposal.
    notes
        What was understood, column by column in the order of the sheet.
    doubts
        What must be settled before anything is stored.
    remarks
        What may be looked at.
    """

    mapping: Mapping
    notes: tuple[ColumnNote, ...]
    doubts: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


def propose(sheet: Sheet, table: Table, *, known: Mapping | None = None) -> Proposal:
    """Propose how to read a sheet.

    Parameters
    ----------
    sheet
        As read from the file.
    table
        Table of the survey that its rows are for.
    known
        What the user has already said: its columns, encodings, forms, positions, defaults and left out headings are
        taken as they are and no longer doubted.

    Returns
    -------
    The mapping, with a note on each column. Doubts are QD130 and QD131 (encodings), QD133 (decimal mark), QD134
    (order of days), QD135 (two headings for one attribute), QD136 (no column for a required attribute), QD203 (a
    heading that stands twice), QD220 (VSIC codes).

    >>> from quydat.dictionary.schema import tables
    >>> cells = pd.DataFrame({"Tên DN": ["Công ty A"], "DT đất (ha)": ["0,5"], "Cây xanh": ["1"]}, dtype="str")
    >>> found = propose(Sheet("a.csv", "", cells, np.array([2])), tables()["observation"])
    >>> found.mapping.columns, found.mapping.left_out, found.notes[1].samples
    ({'Tên DN': 'name', 'DT đất (ha)': 'site_area_m2'}, ('Cây xanh',), (('0,5', '5000'),))
    """
    return _Proposer(sheet, table, known or Mapping(table.name)).proposal()


class _Proposer:
    def __init__(self, sheet: Sheet, table: Table, known: Mapping) -> None:
        self._sheet, self._table, self._known = sheet, table, known
        self._doubts: list[Problem] = []
        self._remarks: list[Problem] = []
        step = max(1, -(-len(sheet.cells) // _SAMPLE))
        self._sample = sheet.cells.iloc[::step].reset_index(drop=True)

    def proposal(self) -> Proposal:
        columns = self._columns()
        self._one_heading_each(columns)
        self._codes(columns)
        read = [column for column in columns if column.meaning.target]
        self._doubts += settle_texts(read, self._sheet, known=self._known.text, attribute_of=self._attribute)
        for column in read:
            self._cells(column)
        self._required(columns)
        return Proposal(
            self._mapping(columns), tuple(self._note(c) for c in columns), tuple(self._doubts), tuple(self._remarks)
        )

    def _place(self, heading: str = "") -> Place:
        return Place(self._sheet.file, self._sheet.name, None, heading)

    def _columns(self) -> list[Column]:
        headings = [str(heading) for heading in self._sheet.cells.columns]
        present = self._encodings(headings)
        made = []
        for place, heading in enumerate(headings):
            font = self._sheet.fonts.get(heading, "")
            shown, why = self._shown(heading, font, present)
            told = self._said(heading)
            found = self._meaning(shown)
            if told is not None:
                found = Meaning(told, "high", "heading.said", found.unit)
            if headings.count(heading) > 1:
                found = found._replace(target="", why="heading.twice")
                if headings.index(heading) == place:
                    self._doubts.append(problem("QD203", self._place(heading), column=heading))
            made.append(Column(heading, shown, font, self._sample.iloc[:, place], found, told is not None, why=why))
        return made

    def _encodings(self, headings: list[str]) -> list[Encoding]:
        """Encodings in which the headings are written, the usual one first."""
        parts = [part for heading in headings for part in heading.split(_BY_LINES)]
        found = guess(pd.Series(parts, dtype="str"))
        by_font = (encoding_of_font(font) for font in self._sheet.fonts.values())
        return list(dict.fromkeys([found.encoding, *found.rows, *(one for one in by_font if one is not None)]))

    def _shown(self, heading: str, font: str, present: list[Encoding]) -> tuple[str, list[tuple[str, str]]]:
        """The heading in Unicode, line by line: by itself, by its font, or as other headings of the sheet are.

        What has a meaning is right.
        """
        lines = heading.split(_BY_LINES)
        own = _BY_LINES.join(heading_text(line)[0] for line in lines)
        tried = [_BY_LINES.join(heading_text(line, font=font)[0] for line in lines)] if font else []
        tried += [_BY_LINES.join(_as_others(line, one) for line in lines) for one in present]
        tried = [own, *tried] if present[0] == "unicode" else [*tried, own]
        shown = next((one for one in tried if self._meaning(one).target), tried[0])
        return shown, [said("heading.by_sheet")] if shown != own else []

    def _said(self, heading: str) -> str | None:
        """What the user has said of a heading; None if nothing."""
        if heading in self._known.left_out:
            return ""
        if heading and heading in (self._known.x, self._known.y):
            return "x" if heading == self._known.x else "y"
        return self._known.columns.get(heading)

    def _meaning(self, shown: str) -> Meaning:
        if self._sheet.form == "odk":
            last = shown.replace(":", "/").split("/")[-1]
            found = meaning(last.rsplit("-", 1)[-1] if "-" in last else last, self._table.name)
            if last.casefold() in _ODK and "observed_on" in self._table:
                return Meaning("observed_on", "medium", "heading.odk", "")
            return meaning(shown, self._table.name) if not found.target else found
        return meaning(shown, self._table.name)

    def _one_heading_each(self, columns: list[Column]) -> None:
        """Two headings for one attribute: what the user said wins; a form has an order of its own; else a doubt."""
        for target in dict.fromkeys(column.meaning.target for column in columns if column.meaning.target):
            rivals = [column for column in columns if column.meaning.target == target]
            if len(rivals) < 2:
                continue
            best = [column for column in rivals if column.settled] or self._of_form(rivals, target)
            best = self._by_values(best) if len(best) > 1 else best
            for column in rivals:
                if column is not best[0]:
                    column.meaning = column.meaning._replace(target="", why="heading.rival")
            if len(best) > 1:
                self._rivals(best, target)

    def _by_values(self, rivals: list[Column]) -> list[Column]:
        """Rivals whose cells can be what the heading says, if the cells of the others cannot."""
        shares = [self._share(column) for column in rivals]
        if max(shares) >= _MOST:
            return [column for column, share in zip(rivals, shares, strict=True) if share >= _HALF]
        return rivals

    def _share(self, column: Column) -> float:
        """Share of the cells that are values of the attribute; 1 for free text, 0 where there are none."""
        attribute = self._attribute(column)
        some = column.cells.dropna().head(_TRIED).reset_index(drop=True)
        if attribute is COORDINATE or attribute.type == "geometry" or not len(some):
            return float(len(some) > 0)
        made = clean(some, attribute, how=CellForm(decimal="."))
        typed, _ = typed_bulk(pd.DataFrame({attribute.name: made.text}), self._table)
        wrong = {fault.position for fault in made.faults}
        return float((typed[attribute.name].notna() & ~some.index.isin(list(wrong))).mean())

    def _codes(self, columns: list[Column]) -> None:
        """A heading like "mã doanh nghiệp" over cells that are no tax codes is the origin's own code."""
        if "code" not in self._table or any(column.meaning.target == "code" for column in columns):
            return
        for column in columns:
            looks = self._meaning(column.shown).target == "tax_code" and not column.settled
            if looks and column.cells.notna().any() and self._share(_as(column, "tax_code")) < _HALF:
                column.meaning = column.meaning._replace(target="code", why="heading.code", confidence="medium")
                return

    def _of_form(self, rivals: list[Column], target: str) -> list[Column]:
        if self._sheet.form != "odk":
            return rivals
        own = [column for column in rivals if column.meaning.why == "heading.exact"]
        if target == "observed_on" and not own:
            ranked = sorted(rivals, key=lambda c: _ODK.index(last) if (last := _last(c.shown)) in _ODK else -1)
            return ranked[:1]
        keys = [column for column in rivals if _last(column.shown) == "key"]
        return own[:1] or keys[:1] or rivals

    def _rivals(self, best: list[Column], target: str) -> None:
        headings = [column.heading for column in best]
        if target in self._table:
            self._doubts.append(two_headings(headings, self._table, target, self._place(headings[0])))
        else:
            named = ", ".join(f"«{heading}»" for heading in headings)
            self._doubts.append(
                problem("QD135", self._place(headings[0]), headings=named, label_vi=target, label_en=target)
            )
        best[0].confidence = "low"

    def _attribute(self, column: Column) -> Attribute:
        target = column.meaning.target
        return next((one for one in self._table if one.name == target), COORDINATE)

    def _cells(self, column: Column) -> None:
        """Encoding and form of a column's cells."""
        attribute = self._attribute(column)
        column.confidence = max(column.meaning.confidence, column.confidence, key=("high", "medium", "low").index)
        if column.heading in self._known.forms:
            column.form = self._known.forms[column.heading]
            return
        factor = heading_factor(column.meaning.unit, attribute.unit) if attribute is not COORDINATE else 1.0
        if factor is None:
            column.confidence = "low"
            column.why.append(said("heading.unit", unit=column.meaning.unit))
        decoded = self._decoded(column)
        place = self._place(column.heading)
        if attribute is COORDINATE:
            column.form, doubts = coordinate_form(decoded, place)
        else:
            column.form, doubts, notes = guess_form(decoded, attribute, factor=factor or 1.0, place=place)
            self._remarks += notes
        self._doubts += doubts
        self._readable(column, decoded, attribute)

    def _decoded(self, column: Column) -> "pd.Series[Any]":
        if column.text in ("unicode", MIXED):
            return column.cells
        return decode(column.cells, encoding=column.text).text  # type: ignore[arg-type]

    def _readable(self, column: Column, decoded: "pd.Series[Any]", attribute: Attribute) -> None:
        """Lowers the confidence where most cells are no values of the attribute."""
        if attribute is COORDINATE or attribute.type in ("text", "geometry"):
            return
        some = decoded.dropna().head(200).reset_index(drop=True)
        made = clean(some, attribute, how=column.form).text
        typed, _ = typed_bulk(pd.DataFrame({attribute.name: made}), self._table)
        given = made.notna().sum()
        if given and typed[attribute.name].notna().sum() < _HALF * given:
            column.confidence = "low"
            column.why.append(said("heading.unlike"))

    def _required(self, columns: list[Column]) -> None:
        there = {column.meaning.target for column in columns} | set(self._known.defaults) | GIVEN_BY_THE_INTAKE
        for attribute in self._table:
            shape = attribute.type == "geometry" and self._sheet.shapes is not None
            if attribute.required and attribute.name not in there and not shape:
                self._doubts.append(
                    problem(
                        "QD136", self._place(), attribute=attribute.name, label_vi=attribute.label_vi,
                        label_en=attribute.label_en, table=self._table.name,
                    )
                )  # fmt: skip

    def _mapping(self, columns: list[Column]) -> Mapping:
        used = [column for column in columns if column.meaning.target]
        named = {c.meaning.target: c.heading for c in used}
        position = named if {"x", "y"} <= named.keys() else {}
        read = [c for c in used if c.meaning.target in self._table or c.meaning.target in position]
        left = [column.heading for column in columns if column not in read]
        return Mapping(
            table=self._table.name,
            columns={c.heading: c.meaning.target for c in read if c.meaning.target in self._table},
            text={c.heading: c.text for c in read if c.text != "unicode" or c.heading in self._known.text},
            forms={c.heading: c.form for c in read if c.form != CellForm() or c.heading in self._known.forms},
            x=position.get("x", ""),
            y=position.get("y", ""),
            epsg=self._known.epsg if self._known.epsg is not None else self._sheet.epsg,
            swapped=self._known.swapped,
            missing_datum=self._known.missing_datum,
            defaults=self._known.defaults,
            left_out=tuple(dict.fromkeys(left)),
        )

    def _note(self, column: Column) -> ColumnNote:
        samples: tuple[tuple[str, str], ...] = ()
        if column.meaning.target:
            # The most telling cells first: those that are written otherwise than they are read.
            different = column.cells.dropna().drop_duplicates().head(1000).reset_index(drop=True)
            encoding = guess(different).encoding if column.text == MIXED else column.text
            text = decode(different, encoding=encoding).text  # type: ignore[arg-type]
            after = clean(text, self._attribute(column), how=column.form).text.fillna("")
            order = np.argsort((after == different).to_numpy(), kind="stable")[:_SHOWN]
            samples = tuple((str(different.iloc[i]), str(after.iloc[i])) for i in order)
        why = [said(column.meaning.why), *column.why]
        return ColumnNote(
            column.heading, column.shown, column.meaning.target, column.text, column.form,
            column.confidence if column.meaning.target else column.meaning.confidence,
            ("; ".join(vi for vi, _ in why), "; ".join(en for _, en in why)), samples,
        )  # fmt: skip


def _as(column: Column, target: str) -> Column:
    return replace(column, meaning=column.meaning._replace(target=target))


def _as_others(line: str, encoding: Encoding) -> str:
    """A line of a heading in an encoding, unless its own words say another."""
    shown, own = heading_text(line)
    if own != "unicode" or any(ord(letter) > _LATIN for letter in line):
        return shown
    return str(decode(pd.Series([line], dtype="str"), encoding=encoding).text.iloc[0])


def _last(heading: str) -> str:
    return heading.replace(":", "/").split("/")[-1].casefold()
