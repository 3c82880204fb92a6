"""Words that clerks write: headings, choices, units, and words for what is not known."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO
from unicodedata import combining, normalize

from quydat.dictionary.schema import choices

_PLAIN = str.maketrans({"đ": "d", "Đ": "d", "²": "2", "³": "3"})


def word_key(text: str) -> str:
    """Text for comparison: no accents, no case, no signs, single blanks.

    >>> word_key("  Diện-tích ĐẤT (m²) ")
    'dien tich dat m2'
    """
    bare = "".join(c for c in normalize("NFD", text.translate(_PLAIN)) if not combining(c)).casefold()
    return re.sub(r"[\W_]+", " ", bare).strip()


@cache
def _rows() -> tuple[Mapping[str, str], ...]:
    text = files("quydat.survey").joinpath("synonyms.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(StringIO(text)))


@cache
def synonyms(kind: str, of: str) -> Mapping[str, str]:
    """What written words mean, by their key.

    Parameters
    ----------
    kind
        ``heading`` (of a table: which attribute), ``choice`` (of a list: which value), ``blank`` (words for what is
        not known; ``of`` names an attribute or is empty for all), ``noise`` (words of a heading that say nothing).

    >>> synonyms("choice", "operating_state")["dang sx"]
    'operating'
    """
    return {word_key(row["written"]): row["means"] for row in _rows() if row["kind"] == kind and row["of"] == of}


@cache
def blanks(attribute: str) -> frozenset[str]:
    """Words by which a cell of an attribute says that nothing is known, by their key; signs alone have the key ''.

    >>> {"khong ro", "n a", ""} <= blanks("name"), "lau dai" in blanks("tenure_expiry_year")
    (True, True)
    """
    return frozenset({"", *synonyms("blank", ""), *synonyms("blank", attribute)})


@cache
def blank_spellings() -> frozenset[str]:
    """Words for "not known" as they are written, with accents and without, in small letters.

    >>> {"chưa rõ", "chua ro", "n/a"} <= blank_spellings()
    True
    """
    written = {row["written"].lower() for row in _rows() if row["kind"] == "blank"}
    return frozenset(written | {word_key(word) for word in written})


@cache
def choice_words(name: str) -> Mapping[str, str]:
    """Values of a list by all the ways to write them, by key.

    >>> choice_words("floor_basis")["tu khai"]
    'declared'
    """
    known = {word_key(written): value for value, labels in choices(name).items() for written in (value, *labels)}
    return {**synonyms("choice", name), **known}


_FACTORS: Mapping[str, Mapping[str, float]] = {
    "m2": {"m2": 1.0, "ha": 1e4, "km2": 1e6},
    "km2": {"m2": 1e-6, "ha": 1e-2, "km2": 1.0},
    "ha": {"m2": 1e-4, "ha": 1.0, "km2": 1e2},
    "m": {"m": 1.0, "cm": 0.01, "mm": 0.001, "km": 1000.0},
    "jobs": {"nguoi": 1.0},
    "count": {"tang": 1.0, "nguoi": 1.0},
    "degree": {"do": 1.0},
    "year": {"nam": 1.0},
    "share": {"phan tram": 0.01},
    "ratio": {"lan": 1.0},
}
_SPELLINGS: Mapping[str, str] = {
    "m2": "m2", "m 2": "m2", "met vuong": "m2", "m vuong": "m2", "sqm": "m2", "sq m": "m2", "mv": "m2",
    "ha": "ha", "hecta": "ha", "hec ta": "ha", "hecto": "ha", "hectare": "ha", "hectares": "ha",
    "km2": "km2", "km 2": "km2", "km vuong": "km2", "cay so vuong": "km2",
    "m": "m", "met": "m", "cm": "cm", "mm": "mm", "km": "km",
    "nguoi": "nguoi", "lao dong": "nguoi", "ld": "nguoi", "cong nhan": "nguoi", "cn": "nguoi", "nv": "nguoi",
    "nhan vien": "nguoi", "persons": "nguoi", "people": "nguoi", "workers": "nguoi", "jobs": "nguoi",
    "tang": "tang", "lau": "tang", "storeys": "tang", "floors": "tang",
    "do": "do", "degrees": "do", "deg": "do", "nam": "nam",
    "phan tram": "phan tram", "percent": "phan tram", "lan": "lan",
}  # fmt: skip
_SIGNS: Mapping[str, str] = {"°": "do", "%": "phan tram"}


def unit_factor(written: str, unit: str) -> float | None:
    """By what a number with a written unit is multiplied to be in the dictionary's unit; None if it cannot be.

    Units of the countryside whose size differs from place to place (sào, công, mẫu) are not known.

    >>> unit_factor("héc-ta", "m2"), unit_factor("sào", "m2"), unit_factor("ha", "m"), unit_factor("%", "share")
    (10000.0, None, None, 0.01)
    """
    spelling = _SIGNS.get(written.strip()) or _SPELLINGS.get(word_key(written), "")
    return _FACTORS.get(unit, {}).get(spelling)


def is_unit(written: str) -> bool:
    """Whether a word is a unit of measure that clerks write.

    >>> is_unit("m²"), is_unit("%"), is_unit("đất")
    (True, True, False)
    """
    return written.strip() in _SIGNS or word_key(written) in _SPELLINGS
