"""What is wrong, where, and how to mend it: one catalogue of numbered problems, in Vietnamese and English.

The number is what a user reads out on the telephone; the catalogue is ``problems.csv``.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

from quydat.core.text import Lang


@dataclass(frozen=True)
class Place:
    """Where a problem lies. ``row`` is counted as the file shows it: the heading is row 1."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def shown(self, lang: Lang) -> str:
        """The place in words, or an empty string."""
        words = {"vi": ("trang", "dòng", "cột"), "en": ("sheet", "row", "column")}[lang]
        parts = [self.file]
        parts += [f"{words[0]} {self.sheet}"] if self.sheet else []
        parts += [f"{words[1]} {self.row}"] if self.row is not None else []
        parts += [f"{words[2]} {self.column}"] if self.column else []
        return ", ".join(part for part in parts if part)


NOWHERE = Place()


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, by the number of the catalogue and the facts of this case."""

    number: str
    facts: Mapping[str, str] = field(default_factory=dict)
    place: Place = NOWHERE

    def message(self, lang: Lang) -> str:
        """What is wrong."""
        facts = {**self.facts, "why": reason(self.facts["why"], lang)} if "why" in self.facts else self.facts
        return catalogue()[self.number][f"message_{lang}"].format_map(facts)

    def repair(self, lang: Lang) -> str:
        """How to mend it."""
        return catalogue()[self.number][f"repair_{lang}"].format_map(self.facts)

    def as_dict(self) -> dict[str, Any]:
        """The one JSON form of a problem."""
        return {
            "number": self.number,
            "where": {k: v for k, v in vars(self.place).items() if v not in ("", None)},
            "message_vi": self.message("vi"),
            "message_en": self.message("en"),
            "repair_vi": self.repair("vi"),
            "repair_en": self.repair("en"),
        }


@cache
def _reasons() -> list[tuple[re.Pattern[str], str]]:
    text = files("quydat.core").joinpath("reasons.csv").read_text(encoding="utf-8")
    return [(re.compile(row["pattern"], re.DOTALL), row["vi"]) for row in csv.DictReader(StringIO(text))]


def reason(why: str, lang: Lang) -> str:
    """A reason, as Python, SQLite or a check gives it, in a language; what ``reasons.csv`` does not know stays.

    >>> reason("day is out of range for month", "vi")
    'tháng ấy không có ngày đó'
    """
    if lang == "vi":
        for pattern, words in _reasons():
            if found := pattern.fullmatch(why):
                return words.format_map(found.groupdict())
    return why


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All problems by number: slug, message and repair in both languages."""
    text = files("quydat.core").joinpath("problems.csv").read_text(encoding="utf-8")
    return {row["number"]: row for row in csv.DictReader(StringIO(text))}


def problem(number: str, /, place: Place = NOWHERE, **facts: object) -> Problem:
    """Make a problem of the catalogue; facts become text.

    Raises
    ------
    KeyError
        If the catalogue has no such number, or a fact that its sentences need is missing.

    >>> wrong = problem("QD206", Place("park.csv", row=3, column="year_established"), value="2030.5")
    >>> wrong.place.shown("vi"), wrong.message("vi")
    ('park.csv, dòng 3, cột year_established', '«2030.5» không phải số nguyên.')
    """
    made = Problem(number, {name: str(value) for name, value in facts.items()}, place)
    for lang in ("vi", "en"):
        made.message(lang)
        made.repair(lang)
    return made


class Problems(Exception):
    """All problems found at once; raised before anything is written."""

    def __init__(self, found: Iterable[Problem]) -> None:
        self.found = tuple(found)
        if not self.found:
            raise ValueError("there is no problem to raise")
        super().__init__("\n".join(self.lines("en")))

    def lines(self, lang: Lang) -> list[str]:
        """One paragraph for each problem: number, place, what, how to mend."""
        mend = {"vi": "Cách sửa", "en": "To mend"}[lang]
        return [
            f"{p.number}  {p.place.shown(lang) + ': ' if p.place != NOWHERE else ''}{p.message(lang)}\n"
            f"       {mend}: {p.repair(lang)}"
            for p in self.found
        ]


def raise_if(found: Iterable[Problem]) -> None:
    """Raise all problems at once, if there are any."""
    found = tuple(found)
    if found:
        raise Problems(found)
