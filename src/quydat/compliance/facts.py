"""Facts about subjects of the law: a value, or the values that it may have, and where it comes from.

A year is no day. Where a date is known to the year or the month only, every rule is put to its first and to its last
day, and only what comes out the same both times is a verdict. Two dates of a park are such ends on their own, its
establishment and the end of its term; other dates go together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.period import Period
from quydat.dictionary.cells import Names

Corner = tuple[bool, bool, bool]
"""Whether establishment, end of the term and all other dates are taken at the last day that they may mean."""

_ENDS = (False, True)
CORNERS: tuple[Corner, ...] = tuple((begun, ended, other) for begun, ended, other in product(_ENDS, _ENDS, _ENDS))
KNOWN = frozenset({Basis.PUBLISHED, Basis.SURVEYED, Basis.DERIVED, Basis.ILLUSTRATIVE})
"""Bases on which a finding may rest. What is estimated or assumed is a default, and no default makes a pass."""


@dataclass(frozen=True)
class Fact:
    """One quantity of one subject: its value in each corner, and the cell or figure that says so."""

    values: tuple[Any, ...]
    evidence: Input

    @property
    def sure(self) -> bool:
        """Whether the value is the same in every corner."""
        return all(value == self.values[0] for value in self.values)


def end_of(period: Period, late: bool) -> date:
    """The first or the last day that a date may mean."""
    return period.end if late else period.start


def years_between(start: date, end: date) -> float:
    """Years from one day to another by the calendar: whole years, and the part of the year that has run.

    >>> years_between(date(1991, 9, 24), date(2006, 9, 24))
    15.0
    >>> years_between(date(2024, 2, 29), date(2025, 2, 28)) < 1
    True
    """
    whole = end.year - start.year - ((end.month, end.day) < (start.month, start.day))
    last, following = _anniversary(start, whole), _anniversary(start, whole + 1)
    return whole + (end - last).days / (following - last).days


def _anniversary(start: date, years: int) -> date:
    try:
        return start.replace(year=start.year + years)
    except ValueError:  # 29 February
        return date(start.year + years, 3, 1)


@dataclass
class Group:
    """Subjects of one kind with what is known of each.

    Attributes
    ----------
    kind
        As the law pack names it.
    names
        Id of each subject, in order, with its name in both languages.
    origin, basis
        Rows from which the subjects come, as ``core.selection`` names them, and what counting them rests on.
    facts
        For each quantity, what is known of each subject; who is not there is unknown.
    columns, evidence_of
        The same for subjects that are too many for one object each: a data frame by subject, and what gives the
        evidence of a cell.
    """

    kind: str
    names: dict[str, Names]
    origin: str
    basis: Basis = Basis.DERIVED
    facts: dict[str, dict[str, Fact]] = field(default_factory=dict)
    columns: pd.DataFrame | None = None
    evidence_of: Callable[[str, str], Input | None] | None = None

    def put(self, subject: str, quantity: str, fact: Fact | None) -> None:
        """State a fact, in place of an earlier one. What is unknown, or no more than a default, is not put."""
        if fact is not None and fact.evidence.basis in KNOWN and fact.values[0] is not None:
            self.facts.setdefault(quantity, {})[subject] = fact

    def put_input(self, subject: str, quantity: str, item: Input) -> None:
        """State what a cell or figure says."""
        self.put(subject, quantity, Fact((item.value,), item))

    def corners(self, quantities: Mapping[str, str]) -> list[pd.DataFrame]:
        """Tables of facts, one for each corner that differs; columns are those of the quantities that are known.

        Parameters
        ----------
        quantities
            Type of each quantity of the kind in the law pack; others are left out.
        """
        if self.columns is not None:
            return [self.columns[[name for name in self.columns if name in quantities]]]
        kept = {name: facts for name, facts in self.facts.items() if name in quantities}
        ranged = any(len(fact.values) > 1 for facts in kept.values() for fact in facts.values())
        made: list[pd.DataFrame] = []
        for place in range(len(CORNERS) if ranged else 1):
            frame = pd.DataFrame(
                {name: self._column(facts, place, quantities[name]) for name, facts in kept.items()},
                index=pd.Index(list(self.names), dtype="object"),
            )
            if not any(frame.equals(other) for other in made):
                made.append(frame)
        return made

    def _column(self, facts: Mapping[str, Fact], place: int, kind: str) -> "pd.Series[Any]":
        values = [_at(facts.get(subject), place) for subject in self.names]
        index = pd.Index(list(self.names), dtype="object")
        return pd.Series(values, index=index, dtype="float64" if kind == "number" else "object")

    def evidence(self, subject: str, quantity: str) -> Input | None:
        """The cell or figure that a fact rests on."""
        if self.evidence_of is not None:
            return self.evidence_of(subject, quantity)
        fact = self.facts.get(quantity, {}).get(subject)
        return None if fact is None else fact.evidence

    def unsure(self, subject: str, words: Iterable[str]) -> Sequence[str]:
        """Those of some quantities whose value differs between corners."""
        found = []
        for word in words:
            fact = self.facts.get(word, {}).get(subject)
            if fact is not None and not fact.sure:
                found.append(word)
        return found


def _at(fact: Fact | None, place: int) -> Any:
    if fact is None:
        return None
    return fact.values[place] if len(fact.values) > 1 else fact.values[0]
