"""A way of reading coordinates, and the sentences that say why it is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from quydat.core.crs import crs_of
from quydat.core.text import Lang, number, say

_SURE_SHARE = 0.9


@dataclass(frozen=True)
class Candidate:
    """One way of reading the coordinates, and what speaks for it.

    Attributes
    ----------
    epsg
        The system.
    swapped
        The first column is the northing (or latitude), as surveyors write it.
    missing_datum
        The coordinates are in the plane of the system but were brought there from WGS 84 without the datum step.
    share_inside
        Share (0–1) of the rows tried that lie in any unit.
    share_named
        Share of the rows tried that lie in the unit they name; None if no row names one.
    sure
        It is the only one that stands; never so where the file declares another.
    why
        Facts as keys and values of sentences; ``reasons`` puts them into words.
    """

    epsg: int
    swapped: bool = False
    missing_datum: bool = False
    share_inside: float = 0.0
    share_named: float | None = None
    sure: bool = False
    why: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    def reasons(self, lang: Lang) -> list[str]:
        """The facts as sentences.

        >>> Candidate(9210, why=(("projection.inside", {"share": 0.985, "rows": 200}),)).reasons("en")
        ['98.5 % of 200 rows tried lie in a unit.']
        """
        return [
            say(key, lang, **{name: _shown(name, fact, lang) for name, fact in facts.items()})
            for key, facts in self.why
        ]

    def said_by(self, declared: int | None) -> bool:
        """Whether this is what a file means that declares the system."""
        return (self.epsg, self.swapped, self.missing_datum) == (declared, False, False)

    def shown(self, lang: Lang) -> str:
        """The system in a few words."""
        words = [f"EPSG:{self.epsg}", crs_of(self.epsg).name]
        words += [say("projection.word_swapped", lang)] if self.swapped else []
        words += [say("projection.word_missing_datum", lang)] if self.missing_datum else []
        return ", ".join(words)


def explained(
    ranked: list[Candidate],
    standing: int,
    declared: int | None,
    about: Mapping[str, int],
    *,
    with_names: bool,
    outdone: bool,
) -> list[Candidate]:
    """Put the facts to each candidate, and say whether the first is sure.

    Parameters
    ----------
    ranked
        The best first.
    standing
        How many of them the rows do not speak against.
    declared
        System that the file declares.
    about
        ``rows`` tried and ``unknown`` rows, counted.
    with_names
        Whether any row names its unit.
    outdone
        Whether another that stands puts right all rows that the first does, and more.
    """
    first = ranked[0]
    rivals = [one for one in ranked[1:standing] if not one.missing_datum or first.missing_datum]
    told = declared is not None and (first.epsg, first.missing_datum) == (declared, False)
    settled = (told and not first.swapped and not outdone) or not rivals
    contrary = declared is not None and not told
    sure = bool(standing) and settled and not contrary and first.share_inside >= _SURE_SHARE
    made = []
    for one in ranked:
        why: list[tuple[str, Mapping[str, Any]]] = [
            ("projection.inside", {"share": one.share_inside, "rows": about["rows"]})
        ]
        if one.share_named is not None:
            why.append(("projection.named", {"share": one.share_named}))
        if one.swapped:
            why.append(("projection.swapped", {}))
        if one.missing_datum:
            why.append(("projection.missing_datum", {}))
        if one is first:
            why += _doubts(first, ranked, rivals if not settled else [], declared if contrary else None)
            why += [("projection.unknown", {"rows": about["unknown"]})] if about["unknown"] else []
            why += [] if with_names else [("projection.no_names", {})]
        made.append(replace(one, sure=sure and one is first, why=tuple(why)))
    return made


def _doubts(
    first: Candidate, ranked: list[Candidate], rivals: list[Candidate], contrary: int | None
) -> list[tuple[str, Mapping[str, Any]]]:
    doubts: list[tuple[str, Mapping[str, Any]]] = []
    if contrary is not None:
        plain = (one.share_inside for one in ranked if one.said_by(contrary))
        doubts.append(("projection.declared_doubt", {"epsg": contrary, "share": next(plain, 0.0)}))
    if rivals:
        doubts.append(("projection.rivals", {"rivals": tuple(rivals)}))
    if first.share_inside < _SURE_SHARE:
        doubts.append(("projection.many_outside", {"share": 1 - first.share_inside}))
    return doubts


def _shown(name: str, fact: Any, lang: Lang) -> str:
    if name == "share":
        return f"{number(fact * 100, lang)} %"
    if name == "rivals":
        return "; ".join(one.shown(lang) for one in fact)
    return str(fact) if name == "epsg" else number(fact, lang, decimals=0)
