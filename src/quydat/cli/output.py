"""Printing: lines, aligned tables, JSON."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click


def line(text: str = "") -> None:
    """Print a line for people."""
    click.echo(text)


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
    """Print an aligned table; the last column is as wide as it needs."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(width(row[place]) for row in lines) for place in range(len(headings))]
    for row in lines:
        cells = [cell + " " * (widths[place] - width(cell)) for place, cell in enumerate(row)]
        line(("  " + "  ".join(cells)).rstrip())
