"""What people read: sentences in Vietnamese and English, numbers and dates in the manner of each language."""

import csv
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, Literal

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")
YEAR_OR_NONE = "year_or_none"
"""Unit of a year in which something may not happen at all: there, no value is an answer and not a gap in knowledge."""

NONE: dict[Lang, str] = {"vi": "không có", "en": "none"}
UNKNOWN: dict[Lang, str] = {"vi": "chưa rõ", "en": "unknown"}


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    text = files("quydat.core").joinpath("texts.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(StringIO(text))}


def say(key: str, lang: Lang, /, **facts: object) -> str:
    """The sentence of the catalogue with that key. Facts are put in as they are, never read as templates.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence, or a fact is missing.
    """
    return _catalogue()[key][lang].format_map(facts)


def keys() -> frozenset[str]:
    """Keys of all sentences."""
    return frozenset(_catalogue())


def _is_unknown(value: Any) -> bool:
    """Whether a value is one of the forms in which tables hold what is unknown: None, NaN, NaT, NA."""
    # Known by its name: pandas is not loaded for a help text.
    return value is None or type(value).__name__ == "NAType" or bool(value != value)


def number(value: float | None, lang: Lang, *, decimals: int = 1) -> str:
    """A number as people write it: 1.234,5 in Vietnamese, 1,234.5 in English; unknown is said, never 0.

    >>> number(3791.98, "vi", decimals=2), number(None, "en")
    ('3.791,98', 'unknown')
    """
    if value is None or _is_unknown(value):
        return UNKNOWN[lang]
    text = f"{value:,.{decimals}f}"
    if float(f"{value:.{decimals}f}") == 0:
        text = text.lstrip("-")
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def day(value: date | None, lang: Lang) -> str:
    """A date as people write it: 30/6/2025 in Vietnamese, 2025-06-30 in English."""
    if value is None or _is_unknown(value):
        return UNKNOWN[lang]
    return f"{value.day}/{value.month}/{value.year}" if lang == "vi" else value.isoformat()


def shown(value: Any, lang: Lang, *, unit: str = "") -> str:
    """Any published value as text, with as many decimals as its unit is known to."""
    if _is_unknown(value):
        return NONE[lang] if unit == YEAR_OR_NONE else UNKNOWN[lang]
    if isinstance(value, bool) or str(getattr(value, "dtype", "")) == "bool":
        return {"vi": ("không", "có"), "en": ("no", "yes")}[lang][bool(value)]
    if isinstance(value, date):
        return day(value, lang)
    if isinstance(value, str):
        return value
    if unit in ("year", YEAR_OR_NONE, "count"):
        return str(int(value)) if unit != "count" else number(float(value), lang, decimals=0)
    if unit == "share":
        return number(float(value) * 100, lang, decimals=1) + " %"
    if unit in ("bn_vnd", "days"):
        return number(float(value), lang, decimals=0)
    return number(float(value), lang, decimals=2)
