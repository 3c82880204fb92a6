"""A sheet as a file holds it: headings, cells, outlines, and what the file says of itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class LeftOut:
    """A row that holds no data of its own: a title, a total, an empty row, a second line of the heading.

    Attributes
    ----------
    row
        Its number in the file.
    what
        ``title``, ``heading``, ``total``, ``empty`` or ``note``.
    cells
        The cells as they stand.
    """

    row: int
    what: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet or layer, read but not yet understood.

    Attributes
    ----------
    file, name
        File and sheet or layer; the name is empty where a file has only one.
    cells
        Columns named by their headings (heads of several lines joined by " / "); every cell is text as the file has it
        (numbers with a decimal point, days as ISO 8601 where the file itself knows that they are days), or missing.
        The dtype of each column is ``str``; the index runs from 0.
    numbers
        Number of each row in the file, as its user counts.
    shapes
        WKB of each row in the file's own coordinates (None where it has none); None if the file carries no geometry.
    epsg
        Coordinate system that the file declares; None if it declares none, or none with an EPSG number.
    encoding
        Encoding that the bytes were read with, and whether the file declares it.
    fonts
        Font of each column, by heading, where the file says it.
    left_out
        Rows that hold no data.
    form
        ``table`` for tables and layers, ``odk`` for results of ODK or KoboToolbox.
    """

    file: str
    name: str
    cells: pd.DataFrame
    numbers: NDArray[np.int64]
    shapes: NDArray[np.object_] | None = None
    epsg: int | None = None
    encoding: str = "utf-8"
    encoding_declared: bool = True
    fonts: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    form: str = "table"
