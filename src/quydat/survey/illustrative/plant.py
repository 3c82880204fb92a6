"""Putting faults into pages: which line, which cell, and what is there instead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from quydat.survey.illustrative.page import Cell, Line, Page

GEOMETRY = "geometry"
"""Stands for the shape of a line where a fault lies in no column."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Planted:
    """One fault, before its line has its final number.

    Attributes
    ----------
    kind
        As in ``faults.csv``.
    page, line
        Where it is; no line if it is in the whole page.
    key
        Column, ``geometry``, or empty for the whole line or page.
    true_value
        What is true, by the dictionary's attribute.
    other
        The line that it speaks of too: the first of two doubles, the namesake.
    """

    kind: str
    page: Page
    line: Line | None = None
    key: str = ""
    true_value: object = None
    other: tuple[Page, Line] | None = None


class Planter:
    """Takes lines in which nothing is planted yet, and notes what it does.

    >>> page = Page("a.csv", "", "csv", "a", [], [Line("data", {"workers": "5"}, {"workers": 5}, "T1")])
    >>> truth = pd.DataFrame({"establishment_id": ["T1"], "workers": [5]})
    >>> planter = Planter([page], truth, np.random.default_rng(1))
    >>> planter.cells("part_of_a_worker", [page], "workers", 1, lambda line, row: "12,5", said=None, taken="no")
    >>> page.lines[0].cells, page.lines[0].said, planter.planted[0].true_value
    ({'workers': '12,5'}, {}, 5)
    """

    def __init__(self, pages: list[Page], truth: pd.DataFrame, random: np.random.Generator) -> None:
        self.pages = pages
        self.random = random
        self.truth: dict[str, Row] = {str(row["establishment_id"]): row for row in truth.to_dict("records")}  # type: ignore[misc]
        self.planted: list[Planted] = []
        self.spoken: dict[str, list[tuple[Page, Line]]] = {}
        for page in pages:
            for line in page.data():
                self.spoken.setdefault(line.establishment_id, []).append((page, line))

    def alone(self, line: Line) -> bool:
        """Whether no other line speaks of the establishment: what is wrong here is not mended by another."""
        return len(self.spoken[line.establishment_id]) == 1

    def take(
        self, kind: str, pages: Iterable[Page], count: int, suits: Callable[[Line, Row], bool] | None = None
    ) -> list[tuple[Page, Line]]:
        """Untouched lines of these pages, drawn.

        Raises
        ------
        ValueError
            If there are too few.
        """
        fit = [
            (page, line) for page in pages for line in page.data()
            if not line.faults and (suits is None or suits(line, self.truth[line.establishment_id]))
        ]  # fmt: skip
        if len(fit) < count:
            raise ValueError(f"the survey is too small to plant {kind}: {len(fit)} lines suit, {count} are wanted")
        chosen = sorted(int(k) for k in self.random.choice(len(fit), count, replace=False))
        return [fit[k] for k in chosen]

    def note(
        self, kind: str, page: Page, line: Line | None = None, key: str = "", *, other: tuple[Page, Line] | None = None
    ) -> None:
        """Note a fault at its place, with what is true of it."""
        true_value = None
        if line is not None:
            line.faults.append(kind)
            row = self.truth.get(line.establishment_id, {})
            if row and key in ("x", "y", GEOMETRY):
                true_value = f"{row['longitude']:.7f} {row['latitude']:.7f}"
            elif key in row:
                true_value = row[key]
        self.planted.append(Planted(kind, page, line, key, true_value, other))

    def cells(
        self, kind: str, pages: Iterable[Page], key: str, count: int, cell: Callable[[Line, Row], Cell], *,
        said: object = ..., taken: str = "yes", suits: Callable[[Line, Row], bool] | None = None,
    ) -> None:  # fmt: skip
        """Put something else into one cell of drawn lines.

        Parameters
        ----------
        cell
            The new cell, from the line and the truth.
        said
            What the line says of the attribute afterwards: left out, as before; None, unknown; or a function like
            ``cell``, or a value.
        taken
            As in ``Line``.
        """
        for page, line in self.take(kind, pages, count, suits):
            row = self.truth[line.establishment_id]
            line.cells[key] = cell(line, row)
            if said is None:
                line.said.pop(key, None)
            elif said is not ...:
                line.said[key] = said(line, row) if callable(said) else said
            line.taken = taken
            self.note(kind, page, line, key)

    def whole(self, kind: str, page: Page, key: str = "") -> None:
        """Note what holds of a whole page, or of one of its columns."""
        self.planted.append(Planted(kind, page, None, key))

    def existing(
        self, kind: str, pages: Iterable[Page], key: str, count: int, suits: Callable[[Line, Row], bool]
    ) -> None:
        """Note lines that are hard to take as they are."""
        for page, line in self.take(kind, pages, count, suits):
            self.note(kind, page, line, key)

    def double(self, kind: str, page: Page, count: int, *, at_end: bool = False) -> None:
        """Have lines stand twice in a page."""
        for _, line in self.take(kind, [page], count):
            again = replace(line, cells=dict(line.cells), said=dict(line.said), taken="once", faults=[])
            after = next(k for k, other in enumerate(page.lines) if other is line)
            further = min(after + int(self.random.integers(0, 3)), len(page.lines) - 1)
            # Never below a total or a note.
            while page.lines[further].what != "data":
                further -= 1
            page.lines.insert(len(page.lines) if at_end else further + 1, again)
            line.faults.append(kind)
            self.note(kind, page, again, "", other=(page, line))

    def seconds(self, pages: Iterable[Page]) -> list[tuple[Page, Line, tuple[Page, Line]]]:
        """Untouched lines of establishments that another origin has spoken of before, with the earlier line."""
        wanted = {id(page) for page in pages}
        found = []
        for places in self.spoken.values():
            for k, (page, line) in enumerate(places):
                if k and id(page) in wanted and not line.faults and places[0][0].origin != page.origin:
                    found.append((page, line, places[0]))
        return found
