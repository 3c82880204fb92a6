"""What a heading says: which attribute, in which unit, and how surely."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Literal, NamedTuple

import pandas as pd

from quydat.dictionary.schema import tables
from quydat.survey.legacy import decode, encoding_of_font, guess
from quydat.survey.old_letters import Encoding
from quydat.survey.words import is_unit, synonyms, unit_factor, word_key

Confidence = Literal["high", "medium", "low"]
_UNIT_IN_BRACKETS = re.compile(r"[(\[]\s*(?:ĐVT\s*:?|đơn vị( tính)?\s*:?)?\s*([^()\[\]]+?)\s*[)\]]", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,3}\)|\d{1,3}[.)])\s*(?=\D)")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_CLOSE = 0.9
_SHORTEST_CLOSE = 10


class Meaning(NamedTuple):
    """What a heading means.

    Attributes
    ----------
    target
        An attribute, or ``x`` or ``y``; empty if nothing fits.
    confidence, why
        How sure, and the key of the sentence that says why.
    unit
        Unit that the heading names; empty if none.
    """

    target: str
    confidence: Confidence
    why: str
    unit: str


@cache
def _known(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Attributes by the dictionary's own words, and by synonyms."""
    own: dict[str, str] = {}
    for attribute in tables()[table]:
        if attribute.type == "geometry":
            continue
        for written in (attribute.name, attribute.label_vi, attribute.label_en, attribute.label("vi"),
                        attribute.label("en")):  # fmt: skip
            own.setdefault(word_key(written), attribute.name)
    also = dict(synonyms("heading", table))
    # Coordinates are named, never taken as they stand: their system is found from where the points lie.
    for key, target in [*own.items()]:
        if target in ("longitude", "latitude"):
            own[key] = "x" if target == "longitude" else "y"
    return own, also


def heading_text(heading: str, *, font: str = "") -> tuple[str, Encoding]:
    """A heading in Unicode, and the encoding it was written in.

    >>> heading_text("Tªn doanh nghiÖp")
    ('Tên doanh nghiệp', 'tcvn3')
    """
    one = pd.Series([heading], dtype="str")
    encoding = encoding_of_font(font) or guess(one).encoding
    if font and guess(one, font=font).encoding == "unicode":
        encoding = "unicode"
    return str(decode(one, encoding=encoding).text.iloc[0]), encoding


def meaning(heading: str, table: str) -> Meaning:
    """What a heading (in Unicode) means in a table of the survey.

    Heads of several lines are joined by " / "; the whole is looked at first, then its last part.

    >>> meaning("Diện tích / Đất (ha)", "observation")
    Meaning(target='site_area_m2', confidence='high', why='heading.exact', unit='ha')
    >>> meaning("Cây xanh (m2)", "observation").target
    ''
    """
    unit = _unit_of(heading)
    own, also = _known(table)
    parts = [part for part in heading.split(" / ") if part.strip()]
    looked: list[tuple[str, Confidence, str]] = [(heading, "high", "heading.exact")]
    looked += [(parts[-1], "medium", "heading.last")] if len(parts) > 1 else []
    for words, sure, why in looked:
        for key in _keys(words):
            if key in own:
                return Meaning(own[key], sure, why, unit)
            if key in also:
                return Meaning(also[key], sure, why if why == "heading.last" else "heading.synonym", unit)
    for key in _keys(heading):
        bare = _without_noise(key)
        for known in (own, also):
            if bare != key and bare in known:
                return Meaning(known[bare], "medium", "heading.noise", unit)
    key = next(iter(_keys(heading)), "")
    near = len(key) >= _SHORTEST_CLOSE and get_close_matches(
        key, [k for k in (*own, *also) if len(k) >= _SHORTEST_CLOSE], 1, _CLOSE
    )
    if near:
        return Meaning({**also, **own}[near[0]], "low", "heading.close", unit)
    return Meaning("", "low", "heading.unknown", unit)


def _keys(heading: str) -> Iterator[str]:
    """The heading for comparison: as it is, without its number, without what stands in brackets, without its unit."""
    seen = set()
    plain = _NUMBERED.sub("", heading)
    bare = _IN_BRACKETS.sub(" ", plain)
    for written in (heading, plain, bare):
        key = word_key(written)
        words = key.split()
        while words and is_unit(words[-1]) and len(words) > 1:
            words = words[:-1]
        for one in (key, " ".join(words)):
            if one and one not in seen:
                seen.add(one)
                yield one


def _without_noise(key: str) -> str:
    words = f" {key} "
    for noise in sorted(synonyms("noise", ""), key=len, reverse=True):
        words = words.replace(f" {noise} ", " ")
    return re.sub(r"\b(nam )?(19|20)\d\d\b", "", words).strip()


def _unit_of(heading: str) -> str:
    for found in reversed(list(_UNIT_IN_BRACKETS.finditer(heading))):
        if is_unit(found[2]):
            return str(found[2])
    words = re.split(r"[\s,:;/]+", heading.strip())
    return words[-1] if len(words) > 1 and word_key(words[-1]) in ("ha", "m2", "km2") else ""


def heading_factor(unit: str, wanted: str) -> float | None:
    """By what numbers under a heading with a unit are multiplied; 1 without one, None if the unit does not fit.

    >>> heading_factor("ha", "m2"), heading_factor("", "m2"), heading_factor("kg", "m2")
    (10000.0, 1.0, None)
    """
    return unit_factor(unit, wanted) if unit else 1.0
