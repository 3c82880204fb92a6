"""Coordinates as a file writes them: which mark is the decimal one. Of which system they are is found elsewhere."""

from typing import Any

import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.schema import Attribute
from quydat.survey.cells import CellForm
from quydat.survey.letters import arrow_text
from quydat.survey.numbers import Mark, marks_of, read_numbers

COORDINATE = Attribute(
    "coordinate", "number", "degree", False, None, None, "", "", "Tọa độ", "Coordinate", "", "", "", ""
)
"""A coordinate of whatever system, for reading its numbers."""
_MARKS: tuple[Mark, ...] = (".", ",")


def _likely(number: float) -> bool:
    """Whether a number may be a coordinate near Vietnam: degrees, or metres of its projected systems."""
    return 7 <= number <= 25 or 100 <= number <= 118 or 150_000 <= number <= 2_800_000


def coordinate_form(cells: "pd.Series[Any]", place: Place) -> tuple[CellForm, tuple[Problem, ...]]:
    """How a column of coordinates is written, and what the user must settle (QD133).

    603.456 is 603456 m, since no place near Vietnam lies at 603 of anything; 106.789 is degrees.

    >>> [coordinate_form(pd.Series([cell]), Place())[0].decimal for cell in ("603.456", "106.789", "12.345")]
    [',', '.', '.']
    """
    text = arrow_text(cells)
    marks = marks_of(text)
    if not marks.open:
        return CellForm(decimal="," if marks.comma and not marks.point else "."), ()
    point, comma = marks.point > 0, marks.comma > 0
    read: dict[str, list[float]] = {}
    for mark in _MARKS:
        open_ = pd.Series(list(marks.open), dtype="str")
        made, _ = read_numbers(arrow_text(open_), decimal=mark, unit="degree", factor=1.0, whole=False)
        read[mark] = [float(value) for value in made.to_pylist()]
    fits = {mark: all(map(_likely, numbers)) for mark, numbers in read.items()}
    if fits["."] != fits[","]:
        point, comma = fits["."], fits[","]
    if point != comma:
        return CellForm(decimal="." if point else ","), ()
    example = marks.open[0]
    return CellForm(), (
        problem("QD133", place, column=place.column, value=example, one=read["."][0], other=read[","][0],
                count=len(marks.open)),
    )  # fmt: skip
