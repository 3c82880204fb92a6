"""A sheet or layer as an office will send it: its columns, its lines, and what each line says once understood."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import shapely


class Formula(NamedTuple):
    """A cell that Excel computes, with the value that it holds."""

    text: str
    value: float


Cell = str | int | float | date | Formula | None


@dataclass(frozen=True)
class Column:
    """One column of a page.

    Attributes
    ----------
    key
        Attribute that it holds; or ``x``, ``y`` for coordinates of the file, ``number`` for a running number.
    heading
        As the file has it, in Unicode.
    upper
        Heading of the group above it, in files with heads of two lines.
    encoding
        ``unicode``, ``tcvn3``, ``tcvn3_capitals`` or ``vni``: how its text is written.
    font
        Font of its cells; empty for the program's own.
    """

    key: str
    heading: str
    upper: str = ""
    encoding: str = "unicode"
    font: str = ""


@dataclass
class Line:
    """One line of a page.

    Attributes
    ----------
    what
        ``data``, or what else stands there: ``title``, ``heading``, ``total``, ``empty``, ``note``.
    cells
        By the key of the column, in Unicode.
    said
        Attributes as they must be once the line is rightly understood; what is not there is unknown.
    establishment_id
        Of whom the line speaks; empty for other lines.
    shape
        Point or outline in the file's own coordinates.
    taken
        ``yes``, ``no`` (it must wait), ``either`` (it must wait or be right), ``once`` (it is there twice).
    faults
        Kinds planted in this line.
    encoding
        How this line's text is written where it differs from its column; ``escaped`` for drawings.
    parts
        Rows of a repeat that belong to the line.
    """

    what: str
    cells: dict[str, Cell]
    said: dict[str, object] = field(default_factory=dict)
    establishment_id: str = ""
    shape: shapely.Geometry | None = None
    taken: str = "yes"
    faults: list[str] = field(default_factory=list)
    encoding: str = ""
    parts: list[dict[str, Cell]] = field(default_factory=list)


@dataclass
class Page:
    """One sheet or layer of a file.

    Attributes
    ----------
    file, sheet
        Name of the file and of the sheet or layer.
    form
        ``xlsx``, ``csv``, ``shp``, ``gpkg``, ``geojson``, ``kml``, ``dxf``, ``kobo_csv`` or ``odk_json``.
    origin
        Register or round that speaks.
    columns, lines
        Lines start with titles and heads where the file has them.
    epsg
        Coordinate system in which the coordinates truly are; None where there are none.
    declared_epsg
        What the file says of it; None if nothing.
    swapped
        Northing stands first.
    merged
        Heads of two lines are merged cells.
    bytes_encoding
        Encoding of the file's bytes.
    """

    file: str
    sheet: str
    form: str
    origin: str
    columns: list[Column]
    lines: list[Line] = field(default_factory=list)
    epsg: int | None = None
    declared_epsg: int | None = None
    swapped: bool = False
    merged: bool = False
    bytes_encoding: str = "utf-8"

    def numbered(self) -> Iterator[tuple[int, Line]]:
        """Lines with their numbers in the file, as its user counts: from 1, heads and titles included.

        In a drawing the outlines are counted with the labels that follow them.

        >>> page = Page("a.csv", "", "csv", "a", [], [Line("heading", {}), Line("data", {})])
        >>> [(number, line.what) for number, line in page.numbered()]
        [(1, 'heading'), (2, 'data')]
        """
        number = 0
        for line in self.lines:
            number += 1
            yield number, line
            number += self.form == "dxf" and line.cells.get("name") is not None

    def data(self) -> list[Line]:
        """Lines that speak of an establishment."""
        return [line for line in self.lines if line.what == "data"]

    def column(self, key: str) -> Column:
        """The column that holds an attribute.

        Raises
        ------
        KeyError
            If the page has none.
        """
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"{self.file} has no column for {key}")

    def has(self, key: str) -> bool:
        """Whether a column holds the attribute."""
        return any(column.key == key for column in self.columns)
