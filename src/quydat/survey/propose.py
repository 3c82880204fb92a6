"""A proposed mapping of a sheet, shown with samples before anything is stored.

Headings are compared with the dictionary's names and labels and with the words that clerks use; the cells of a
sample say how they are written. What nobody can know from the file is a doubt, and is settled by the user.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.core.text import say
from quydat.dictionary.bulk import typed_bulk
from quydat.dictionary.schema import Attribute, Table
from quydat.survey.cells import CellForm, clean, guess_form
from quydat.survey.coordinates import COORDINATE, coordinate_form
from quydat.survey.headings import Confidence, Meaning, heading_factor, heading_text, meaning
from quydat.survey.legacy import TextGuess, guess
from quydat.survey.mapping import MIXED, Mapping, two_headings
from quydat.survey.old_letters import Encoding, decode
from quydat.survey.sheet import Sheet

GIVEN_BY_THE_INTAKE = frozenset({"origin", "observed_on", "basis", "intake_id", "observation_id", "row"})
"""Attributes that the intake itself fills where no column has them."""
_SAMPLE = 20_000
_SHOWN = 3
_HALF = 0.5
_CLEARLY, _NEARLY, _MOST = 0.4, 0.1, 0.8
_WORDS = ("text", "choice", "boolean", "refs")
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


@dataclass
class _Column:
    heading: str
    shown: str
    font: str
    cells: "pd.Series[Any]"
    meaning: Meaning
    settled: bool
    text: str = "unicode"
    form: CellForm = field(default_factory=CellForm)
    why: list[tuple[str, str]] = field(default_factory=list)
    confidence: Confidence = "high"


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
        read = [column for column in columns if column.meaning.target]
        self._texts([column for column in read if self._attribute(column).type in _WORDS])
        for column in read:
            self._cells(column)
        self._required(columns)
        return Proposal(
            self._mapping(columns), tuple(self._note(c) for c in columns), tuple(self._doubts), tuple(self._remarks)
        )

    def _place(self, heading: str = "") -> Place:
        return Place(self._sheet.file, self._sheet.name, None, heading)

    def _columns(self) -> list[_Column]:
        headings = [str(heading) for heading in self._sheet.cells.columns]
        together = guess(pd.Series(headings, dtype="str")).encoding
        made = []
        for place, heading in enumerate(headings):
            font = self._sheet.fonts.get(heading, "")
            shown = self._shown(heading, font, together)
            said = self._said(heading)
            found = self._meaning(shown)
            if said is not None:
                found = Meaning(said, "high", "heading.said", found.unit)
            if headings.count(heading) > 1:
                found = found._replace(target="", why="heading.twice")
                if headings.index(heading) == place:
                    self._doubts.append(problem("QD203", self._place(heading), column=heading))
            made.append(_Column(heading, shown, font, self._sample.iloc[:, place], found, said is not None))
        return made

    def _shown(self, heading: str, font: str, together: Encoding) -> str:
        """The heading in Unicode: by itself, by its font, or as all headings together; what has a meaning is right."""
        shown, _ = heading_text(heading)
        others = [heading_text(heading, font=font)[0]] if font else []
        others += [str(decode(pd.Series([heading], dtype="str"), encoding=together).text.iloc[0])]
        tried = [*others, shown] if together != "unicode" else [shown, *others]
        return next((one for one in tried if self._meaning(one).target), tried[0])

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

    def _one_heading_each(self, columns: list[_Column]) -> None:
        """Two headings for one attribute: what the user said wins; a form has an order of its own; else a doubt."""
        for target in dict.fromkeys(column.meaning.target for column in columns if column.meaning.target):
            rivals = [column for column in columns if column.meaning.target == target]
            if len(rivals) < 2:
                continue
            best = [column for column in rivals if column.settled] or self._of_form(rivals, target)
            for column in rivals:
                if column is not best[0]:
                    column.meaning = column.meaning._replace(target="", why="heading.rival")
            if len(best) > 1:
                self._rivals(best, target)

    def _of_form(self, rivals: list[_Column], target: str) -> list[_Column]:
        if self._sheet.form != "odk":
            return rivals
        own = [column for column in rivals if column.meaning.why == "heading.exact"]
        if target == "observed_on" and not own:
            ranked = sorted(rivals, key=lambda c: _ODK.index(last) if (last := _last(c.shown)) in _ODK else -1)
            return ranked[:1]
        keys = [column for column in rivals if _last(column.shown) == "key"]
        return own[:1] or keys[:1] or rivals

    def _rivals(self, best: list[_Column], target: str) -> None:
        headings = [column.heading for column in best]
        if target in self._table:
            self._doubts.append(two_headings(headings, self._table, target, self._place(headings[0])))
        else:
            named = ", ".join(f"«{heading}»" for heading in headings)
            self._doubts.append(
                problem("QD135", self._place(headings[0]), headings=named, label_vi=target, label_en=target)
            )
        best[0].confidence = "low"

    def _attribute(self, column: _Column) -> Attribute:
        target = column.meaning.target
        return next((one for one in self._table if one.name == target), COORDINATE)

    def _cells(self, column: _Column) -> None:
        """Encoding and form of a column's cells."""
        attribute = self._attribute(column)
        column.confidence = max(column.meaning.confidence, column.confidence, key=("high", "medium", "low").index)
        if column.heading in self._known.forms:
            column.form = self._known.forms[column.heading]
            return
        factor = heading_factor(column.meaning.unit, attribute.unit) if attribute is not COORDINATE else 1.0
        if factor is None:
            column.confidence = "low"
            column.why.append(_said("heading.unit", unit=column.meaning.unit))
        decoded = self._decoded(column)
        place = self._place(column.heading)
        if attribute is COORDINATE:
            column.form, doubts = coordinate_form(decoded, place)
        else:
            column.form, doubts, notes = guess_form(decoded, attribute, factor=factor or 1.0, place=place)
            self._remarks += notes
        self._doubts += doubts
        self._readable(column, decoded, attribute)

    def _texts(self, columns: list[_Column]) -> None:
        """Encodings of all columns of words; few words are read as the rest of the sheet is."""
        # All rows are looked at: one strange row in a million is worth knowing.
        found = {c.heading: guess(self._whole(c), font=c.font) for c in columns if c.heading not in self._known.text}
        others: list[Encoding] = [g.encoding for g in found.values() if g.encoding != "unicode"]
        usual: Encoding = max(sorted(set(others)), key=others.count, default="unicode")
        for column in columns:
            if column.heading in self._known.text:
                column.text = self._known.text[column.heading]
            else:
                self._text(column, found[column.heading], usual)

    def _text(self, column: _Column, found: TextGuess, usual: Encoding) -> None:
        plain = usual.removesuffix("_capitals")
        fewer = found.share.get("unicode", 1.0) < found.share.get(plain, 0.0)
        if found.encoding == "unicode" and not found.mixed and usual != "unicode" and fewer and not column.font:
            column.text = usual
            column.confidence = "medium"
            column.why.append(_said("text.by_sheet"))
            return
        column.text = MIXED if found.mixed else found.encoding
        if found.encoding != "unicode" or found.mixed or column.font:
            column.why.append(found.why)
        if found.mixed:
            self._mixed(column, found)
        else:
            self._two_ways(column, found)

    def _whole(self, column: _Column) -> "pd.Series[Any]":
        return self._sheet.cells[column.heading]

    def _mixed(self, column: _Column, found: TextGuess) -> None:
        shown = []
        for encoding, rows in found.rows.items():
            numbers = ", ".join(str(self._sheet.numbers[row]) for row in rows[:_SHOWN])
            shown.append(f"{encoding} {len(rows)} ({numbers}{', …' if len(rows) > _SHOWN else ''})")
        named = "; ".join([f"{found.encoding}", *shown, *([f"? {len(found.unclear)}"] if len(found.unclear) else [])])
        self._doubts.append(problem("QD130", self._place(column.heading), column=column.shown, rows=named))
        column.confidence = "low"

    def _two_ways(self, column: _Column, found: TextGuess) -> None:
        """A doubt where another reading makes as much sense as the proposed one, or where only others do."""
        own = found.encoding.removesuffix("_capitals")
        least = found.share.get(own, 0.0) + (_CLEARLY if own == "unicode" else -_NEARLY)
        rivals = [r for r, share in found.share.items() if r != own and share >= max(least, _MOST)]
        if column.font or not rivals or column.cells[~column.cells.fillna("").str.isascii()].nunique() < _SHOWN:
            return  # a name or two, as of foreigners, proves nothing
        readings = [own, *rivals] if own != "unicode" else [*rivals, own]
        self._doubts.append(
            problem("QD131", self._place(column.heading), column=column.shown, one=readings[0], other=readings[1])
        )
        column.confidence = "low"

    def _decoded(self, column: _Column) -> "pd.Series[Any]":
        if column.text in ("unicode", MIXED):
            return column.cells
        return decode(column.cells, encoding=column.text).text  # type: ignore[arg-type]

    def _readable(self, column: _Column, decoded: "pd.Series[Any]", attribute: Attribute) -> None:
        """Lowers the confidence where most cells are no values of the attribute."""
        if attribute is COORDINATE or attribute.type in ("text", "geometry"):
            return
        some = decoded.dropna().head(200).reset_index(drop=True)
        made = clean(some, attribute, how=column.form).text
        typed, _ = typed_bulk(pd.DataFrame({attribute.name: made}), self._table)
        given = made.notna().sum()
        if given and typed[attribute.name].notna().sum() < _HALF * given:
            column.confidence = "low"
            column.why.append(_said("heading.unlike"))

    def _required(self, columns: list[_Column]) -> None:
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

    def _mapping(self, columns: list[_Column]) -> Mapping:
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

    def _note(self, column: _Column) -> ColumnNote:
        samples: tuple[tuple[str, str], ...] = ()
        if column.meaning.target:
            # The most telling cells first: those that are written otherwise than they are read.
            different = column.cells.dropna().drop_duplicates().head(1000).reset_index(drop=True)
            encoding = guess(different).encoding if column.text == MIXED else column.text
            text = decode(different, encoding=encoding).text  # type: ignore[arg-type]
            after = clean(text, self._attribute(column), how=column.form).text.fillna("")
            order = np.argsort((after == different).to_numpy(), kind="stable")[:_SHOWN]
            samples = tuple((str(different.iloc[i]), str(after.iloc[i])) for i in order)
        why = [_said(column.meaning.why), *column.why]
        return ColumnNote(
            column.heading, column.shown, column.meaning.target, column.text, column.form,
            column.confidence if column.meaning.target else column.meaning.confidence,
            ("; ".join(vi for vi, _ in why), "; ".join(en for _, en in why)), samples,
        )  # fmt: skip


def _last(heading: str) -> str:
    return heading.replace(":", "/").split("/")[-1].casefold()


def _said(key: str, **facts: str) -> tuple[str, str]:
    return say(key, "vi", **facts), say(key, "en", **facts)
