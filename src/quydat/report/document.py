"""A document as data: paragraphs, tables, charts and notices, in which every number is a FigureRef."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from quydat.core.text import Lang


@dataclass(frozen=True)
class FigureRef:
    """A number as printed, and the figure of the ledger behind it.

    Attributes
    ----------
    figure_id
        Id in the ledger.
    text
        As printed, without unit.
    mark
        Sign of a weak basis that stands beside it; empty for what is published, surveyed or derived.
    """

    figure_id: str
    text: str
    mark: str = ""


@dataclass(frozen=True)
class Link:
    """A public address that a reader may open."""

    text: str
    url: str


Run = str | FigureRef | Link
Runs = tuple[Run, ...]


@dataclass(frozen=True)
class Paragraph:
    """Sentences; a ``point`` is one item of a list."""

    runs: Runs
    role: Literal["plain", "lead", "point"] = "plain"


@dataclass(frozen=True)
class Column:
    """Heading of a column; numeric columns are set flush right."""

    label: str
    numeric: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Row:
    """Cells of a row; ``row_id`` names the park that it is about, if any."""

    cells: tuple[Runs, ...]
    row_id: str = ""
    strong: bool = False


@dataclass(frozen=True)
class TableBlock:
    """A table with its caption and an optional note under it."""

    table_id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class ChartBlock:
    """A chart by name (``map`` is the map), with what it says in words for those who cannot see it."""

    name: str
    caption: str
    alt: str


@dataclass(frozen=True)
class Notice:
    """Something illustrative, assumed, unknown or easily misread, said beside the numbers concerned."""

    runs: Runs
    kind: Literal["illustrative", "caution", "unknown"] = "caution"


Block = Paragraph | TableBlock | ChartBlock | Notice


@dataclass(frozen=True)
class Section:
    """A section; its id is the anchor in the HTML form."""

    section_id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """The whole report in one language. ``legend`` explains the marks beside numbers."""

    lang: Lang
    title: str
    subtitle: str
    legend: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def runs_of(block: Block) -> Iterator[Run]:
    """All runs of a block, in reading order."""
    if isinstance(block, Paragraph | Notice):
        yield from block.runs
    elif isinstance(block, TableBlock):
        for row in block.rows:
            for cell in row.cells:
                yield from cell


def figure_refs(document: Document) -> list[FigureRef]:
    """Every number of a document, in reading order, as often as it is printed."""
    return [
        run
        for section in document.sections
        for block in section.blocks
        for run in runs_of(block)
        if isinstance(run, FigureRef)
    ]
