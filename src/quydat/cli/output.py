"""Printing: lines, aligned tables, JSON. In a terminal what is too wide is folded; a file or a pipe gets it whole."""

import json
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

_INDENT, _GAP = "  ", "  "
_LEAST = 8
"""Narrowest column of a folded table: below it words would break into letters."""


def columns() -> int | None:
    """Columns of the terminal; None where nobody looks at a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def line(text: str = "") -> None:
    """Print a line for people; in a terminal a long one goes on below, a little further in."""
    for own in folded(text, columns()):
        click.echo(own)


def note(text: str) -> None:
    """Print a line about the work under way, beside the result."""
    click.echo(text, err=True)


def print_json(data: Any) -> None:
    """Print the one JSON form of a result."""

    def default(item: Any) -> Any:
        if isinstance(item, date):
            return item.isoformat()
        if isinstance(item, Path):
            return str(item)
        if hasattr(item, "item"):
            return item.item()
        return str(item)

    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=default))


def width(text: str) -> int:
    """Columns that a text takes in a terminal; marks that stand on a letter take none."""
    return sum(not unicodedata.combining(letter) for letter in text)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print an aligned table; without a terminal the last column is as wide as it needs."""
    for own in table_lines(headings, rows, columns()):
        click.echo(own)


def folded(text: str, most: int | None) -> list[str]:
    """A text in lines of at most so many columns; a word that is longer (a path, a link) stays whole.

    Examples
    --------
    >>> folded("  one two three", 9)
    ['  one two', '    three']
    """
    if most is None or width(text) <= most:
        return [text]
    made: list[str] = []
    for own in text.split("\n"):
        inner = own[: len(own) - len(own.lstrip())] + _INDENT
        made += _wrap(own, most, inner) if width(own) > most else [own]
    return made


def _wrap(text: str, most: int, inner: str = "", *, break_words: bool = False) -> list[str]:
    return textwrap.wrap(
        text, most, subsequent_indent=inner, break_long_words=break_words, break_on_hyphens=False
    ) or [""]  # fmt: skip


def table_lines(headings: Sequence[str], rows: Iterable[Sequence[str]], most: int | None) -> list[str]:
    """An aligned table in lines of at most so many columns: the widest columns give way, their cells are folded.

    Examples
    --------
    >>> table_lines(["a", "b"], [["1", "one two three"]], 15)
    ['  a  b', '  1  one two', '     three']
    """
    cells = [list(headings), *(list(row) for row in rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(headings))]
    if most is not None:
        widths = _fitted(widths, most - len(_INDENT) - len(_GAP) * (len(widths) - 1))
    made = []
    for row in cells:
        parts = [
            [cell] if width(cell) <= widths[place] else _wrap(cell, widths[place], break_words=True)
            for place, cell in enumerate(row)
        ]
        for deep in range(max(map(len, parts))):
            own = [part[deep] if deep < len(part) else "" for part in parts]
            padded = [cell + " " * (widths[place] - width(cell)) for place, cell in enumerate(own)]
            made.append((_INDENT + _GAP.join(padded)).rstrip())
    return made


def _fitted(widths: Sequence[int], room: int) -> list[int]:
    """Widths that fit: columns below a common bound keep theirs, the others share what is left."""
    if sum(widths) <= room:
        return list(widths)
    bound = max(
        (one for one in range(_LEAST, max(widths) + 1) if sum(min(own, one) for own in widths) <= room), default=_LEAST
    )
    made = [min(own, bound) for own in widths]
    for place, own in enumerate(widths):  # what the bound leaves over, from the left
        made[place] += min(own - made[place], max(0, room - sum(made)))
    return made
