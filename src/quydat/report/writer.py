"""The pen that writes the document: numbers of the ledger only, labels of the dictionary only."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from quydat.core.text import UNKNOWN, Lang, say
from quydat.dictionary.cells import figure_id
from quydat.dictionary.schema import Attribute, choice_label, tables, unit_shown
from quydat.report.document import Column, FigureRef, Notice, Paragraph, Row, Run, Runs, TableBlock
from quydat.report.snapshot import Snapshot
from quydat.report.wording import NOT_APPLICABLE, Show, mark_of, printed

_SLOT = re.compile("\ue000([0-9]+)\ue001")
_DECIMALS = {"bn_vnd": 0, "ratio": 2}
NUMERIC = ("number", "integer", "year", "date", "partial_date")


class UnknownFigure(LookupError):
    """The document wants to print a number that the ledger does not hold."""


class Writer:
    """Writes runs, paragraphs and tables of one snapshot in one language."""

    def __init__(self, snapshot: Snapshot, lang: Lang) -> None:
        self.snapshot = snapshot
        self.lang = lang

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a result table or, where there is none of that name, of a record table.

        None where the run is of a release that had no such table.

        Raises
        ------
        KeyError
            If the dictionary has no table of that name.
        """
        return self.snapshot.rows(tables()[name].name)

    def ref(
        self,
        figure_id: str,
        *,
        show: Show = "value",
        decimals: int | None = None,
        missing: str | None = None,
    ) -> FigureRef:
        """A number of the ledger.

        Raises
        ------
        UnknownFigure
            If the ledger has no such figure: a number that cannot be explained is not printed.
        """
        if figure_id not in self.snapshot.ledger:
            raise UnknownFigure(
                f"the ledger has no figure {figure_id!r}; snapshots are made with quydat.report.snapshot.take"
            )
        figure = self.snapshot.ledger[figure_id]
        mark = "" if show == "coverage" or figure.value is None else mark_of(figure.basis)
        return FigureRef(figure_id, printed(figure, self.lang, show=show, decimals=decimals, missing=missing), mark)

    def has(self, figure_id: str) -> bool:
        """Whether the ledger holds a figure."""
        return figure_id in self.snapshot.ledger

    def value(self, figure_id: str) -> Any:
        """Value of a figure, to choose a sentence by; never to print."""
        self.ref(figure_id)
        return self.snapshot.ledger[figure_id].value

    def ha(self, figure_id: str) -> FigureRef:
        """Hectares in a sentence: whole ones, and one decimal below ten."""
        value = self.value(figure_id)
        return self.ref(figure_id, decimals=1 if isinstance(value, int | float) and 0 < abs(value) < 10 else 0)

    def say(self, key: str, **facts: object) -> str:
        """A sentence without figures."""
        return say(f"report.{key}", self.lang, **facts)

    def runs(self, key: str, **facts: Run | Runs) -> Runs:
        """A sentence with figures, links or names put in; what is put in is never read as a template."""
        values = list(facts.values())
        slots = {name: f"\ue000{place}\ue001" for place, name in enumerate(facts)}
        made: list[Run] = []
        for place, piece in enumerate(_SLOT.split(self.say(key, **slots))):
            if place % 2 == 0:
                made += [piece] if piece else []
            else:
                fact = values[int(piece)]
                made += fact if isinstance(fact, tuple) else (fact,)
        return tuple(made)

    def paragraph(self, key: str, **facts: Run | Runs) -> Paragraph:
        """A sentence as a paragraph."""
        return Paragraph(self.runs(key, **facts))

    def point(self, key: str, **facts: Run | Runs) -> Paragraph:
        """A sentence as an item of a list."""
        return Paragraph(self.runs(key, **facts), role="point")

    def caution(self, key: str, **facts: Run | Runs) -> Notice:
        """A sentence as a notice."""
        return Notice(self.runs(key, **facts))

    def unit(self, unit: str) -> str:
        """A unit as people write it."""
        return unit_shown(unit, self.lang)

    def name_of(self, row: Mapping[str, Any]) -> str:
        """Name of a row in the language of the document."""
        return str(row[f"name_{self.lang}"])

    def cell(self, table: str, row: Mapping[str, Any], attribute: Attribute, *, decimals: int | None = 1) -> Runs:
        """A cell of a table: a figure where it is a number or a date, else its text or label."""
        value = row[attribute.name]
        if attribute.name in tables()[table].key and attribute.type != "choice":
            return (str(value),)  # part of the row's name: it names the row, it is no number of the run
        if attribute.type in NUMERIC:
            decimals = _DECIMALS.get(attribute.unit, decimals)
            figure_id = cell_id(table, row, attribute.name)
            if value is None and not self.has(figure_id):
                return (NOT_APPLICABLE,)  # what applies and is unknown has a figure that says so
            return (self.ref(figure_id, decimals=None if attribute.type != "number" else decimals),)
        if value is None:
            return (UNKNOWN[self.lang],)
        return (choice_label(attribute.choices, value, self.lang) if attribute.choices else str(value),)

    def table(
        self,
        name: str,
        attributes: Sequence[str],
        *,
        caption: str,
        rows: Iterable[Mapping[str, Any]] | None = None,
        row_id: Callable[[Mapping[str, Any]], str] = lambda _: "",
        decimals: int | None = 1,
        note: str = "",
        named: str = "",
    ) -> TableBlock:
        """A table of the run: the attributes named, with the labels of the dictionary.

        ``name`` among the attributes stands for the name in the language of the document; ``named`` heads its column.
        """
        definition = tables()[name]
        columns = [
            Column(named or self.say("name"), wide=True)
            if a == "name"
            else Column(definition[a].label(self.lang), definition[a].type in NUMERIC)
            for a in attributes
        ]
        made = [
            Row(
                tuple(
                    (self.name_of(row),) if a == "name" else self.cell(name, row, definition[a], decimals=decimals)
                    for a in attributes
                ),
                row_id=row_id(row),
            )
            for row in (self.rows(name) if rows is None else rows)
        ]
        return TableBlock(name, caption, tuple(columns), tuple(made), note)

    def milestones(self, prefix: str) -> list[int]:
        """Years for which the ledger holds ``<prefix>.<year>``."""
        pattern = re.compile(re.escape(prefix) + r"\.([0-9]{4})")
        found = (pattern.fullmatch(figure.figure_id) for figure in self.snapshot.ledger)
        return sorted(int(match[1]) for match in found if match)


def cell_id(table: str, row: Mapping[str, Any], attribute: str) -> str:
    """Id of the figure of a cell: table, parts of the key and attribute, joined by dots."""
    return figure_id(table, (row[part] for part in tables()[table].key), attribute)


def joined(parts: Iterable[Runs], separator: str = ", ") -> Runs:
    """Several runs as one, with a separator between them."""
    made: list[Run] = []
    for part in parts:
        made += [separator, *part] if made else part
    return tuple(made)
