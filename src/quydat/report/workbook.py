"""The sheets of the Excel workbook as data; ``formats`` writes them."""

from dataclasses import dataclass

import pandas as pd

from quydat.core.text import Lang, say
from quydat.dictionary.schema import choice_label, tables, unit_shown
from quydat.report.content import build
from quydat.report.document import FigureRef, TableBlock, runs_of
from quydat.report.rows import plain
from quydat.report.snapshot import Snapshot

_NAME_LIMIT = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True)
class Heading:
    """One column: what people read, what it means, and the kind of its cells (a type of the dictionary)."""

    name: str
    label: str
    definition: str
    type: str
    unit: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a name that Excel takes, what it holds, columns, rows of plain values (None: unknown).

    Shares stay between 0 and 1, so that Excel's own percent format fits them; choices are their labels.
    """

    name: str
    title: str
    definition: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[object, ...], ...]


def sheets(snapshot: Snapshot, lang: Lang) -> list[Sheet]:
    """The summary, each result table and each record table, in the order of the dictionary.

    Raises
    ------
    ValueError
        If two tables would get the same sheet name.
    """
    given = {**snapshot.record, **snapshot.tables}
    results = [name for name, table in tables().items() if table.kind == "result"]
    order = [*results, *(name for name in tables() if name not in results)]
    made = [
        summary_sheet(snapshot, lang),
        *(table_sheet(name, given[name], lang) for name in order if name in given),
    ]
    names = [sheet.name.casefold() for sheet in made]
    if len(set(names)) < len(names):
        raise ValueError(f"two sheets of the workbook have one name: {sorted(names)}")
    return made


def summary_sheet(snapshot: Snapshot, lang: Lang) -> Sheet:
    """The figures that the report quotes in its sentences, with basis, day, coverage and id."""
    quoted = [
        ref.figure_id
        for section in build(snapshot, lang).sections
        for block in section.blocks
        if not isinstance(block, TableBlock)
        for ref in runs_of(block)
        if isinstance(ref, FigureRef)
    ]
    rows = []
    for figure_id in dict.fromkeys(quoted):
        figure = snapshot.ledger[figure_id]
        label, definition = (
            (figure.label_vi, figure.definition_vi)
            if lang == "vi"
            else (figure.label_en, figure.definition_en)
        )
        rows.append(
            (
                label,
                figure.value,
                "" if figure.unit == "share" else unit_shown(figure.unit, lang),
                figure.as_of,
                None if figure.coverage is None else str(figure.coverage),
                choice_label("basis", figure.basis.value, lang),
                definition,
                figure_id,
            )
        )
    keys = (
        ("label", "workbook.figure", "text"),
        ("value", "workbook.value", "any"),
        ("unit", "workbook.unit", "text"),
        ("as_of", "as_of", "date"),
        ("coverage", "coverage", "text"),
        ("basis", "basis", "text"),
        ("definition", "workbook.definition", "text"),
        ("figure_id", "annex.id", "text"),
    )
    headings = tuple(Heading(name, say(f"report.{key}", lang), "", kind) for name, key, kind in keys)
    title = say("report.workbook.summary", lang)
    return Sheet(title, title, say("report.annex.text", lang), headings, tuple(rows))


def table_sheet(name: str, table: pd.DataFrame, lang: Lang) -> Sheet:
    """A table with the labels of the dictionary."""
    definition = tables()[name]
    headings = tuple(
        Heading(a.name, a.label(lang), a.definition(lang), a.type, unit_shown(a.unit, lang))
        for a in definition
    )

    def cell(value: object, choices: str) -> object:
        value = plain(value)
        return choice_label(choices, value, lang) if choices and isinstance(value, str) else value

    rows = tuple(
        tuple(cell(value, a.choices) for value, a in zip(row, definition, strict=True))
        for row in table[definition.columns].astype(object).itertuples(index=False, name=None)
    )
    return Sheet(
        sheet_name(definition.label(lang)),
        definition.label(lang),
        definition.definition(lang),
        headings,
        rows,
    )


def sheet_name(label: str) -> str:
    """A name that Excel takes: at most 31 characters, none of those it forbids."""
    return label.translate(_FORBIDDEN).strip()[:_NAME_LIMIT].rstrip()
