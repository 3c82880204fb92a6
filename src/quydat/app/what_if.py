"""What if: the account of a scenario with something changed, beside the account as it is."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quydat.app.changes import Changes
from quydat.balance.what_if import LEVELS, Answer, Change, WhatIf
from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.text import UNKNOWN, Lang, say
from quydat.demand.forecast import milestones
from quydat.dictionary.settings import Scenario, settings
from quydat.inventory.evidence import Parameters

ADDED_UP = {"demand_total": "demand_ha", "delivered_total": "delivered_ha", "gap_total": "gap_ha"}
"""Quantities of the list ``scenario_quantity`` that are added up from the opening, and what they are sums of."""
CLOSING = "closing"


@dataclass(frozen=True)
class Row:
    """One quantity to the end of one year, before and after; each as ``LEVELS``, in hectares."""

    quantity: str
    year: int
    before: tuple[float, ...]
    after: tuple[float, ...]


@dataclass(frozen=True)
class Answered:
    """A question of what if with its answer.

    Attributes
    ----------
    scenario
        The scenario that was asked about.
    changes, stated
        What is other, and the parameters as they stand.
    rows
        Quantities at the milestones.
    run_out_before, run_out_after
        P10, P50 and P90 of the first year short of land; None for not until the end.
    draws
        Draws that served for the answer, the same before and after.
    milliseconds
        Time that the second account took.
    basis
        Weakest basis that the answer rests on.
    """

    scenario: Scenario
    changes: Changes
    stated: Parameters
    rows: tuple[Row, ...]
    run_out_before: tuple[int | None, ...]
    run_out_after: tuple[int | None, ...]
    draws: int
    milliseconds: float
    basis: Basis

    def name(self, lang: Lang) -> str:
        """Name of the scenario."""
        return self.scenario.label_vi if lang == "vi" else self.scenario.label_en

    def changed(self, lang: Lang) -> list[str]:
        """A line for each change: what it was, and what it is."""
        known, made = settings(), []
        for key, own in self.changes.ranges.items():
            before = shown_range(self.stated.range(key)) if key in self.stated else UNKNOWN[lang]
            label = known[f"parameters.{key}"].label(lang)
            made.append(say("cli.what-if.changed", lang, label=label, key=key, before=before, after=shown_range(own)))
        if years := self.changes.later_years:
            which = "later" if years > 0 else "earlier"
            made.append(say(f"cli.what-if.{which}", lang, years=abs(years)))
        made += [say("cli.what-if.without", lang, park=park) for park in self.changes.without]
        return made

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values."""
        levels = ("before", "after")
        return {
            "scenario": self.scenario.name,
            "changes": {key: [own.low, own.mid, own.high] for key, own in self.changes.ranges.items()},
            "later_years": self.changes.later_years,
            "without": list(self.changes.without),
            "rows": [
                {"quantity": row.quantity, "year": row.year}
                | {name: dict(zip(LEVELS, getattr(row, name), strict=True)) for name in levels}
                for row in self.rows
            ],
            "run_out_year": {
                name: dict(zip(LEVELS, getattr(self, f"run_out_{name}"), strict=False)) for name in levels
            },
            "draws": self.draws,
            "milliseconds": self.milliseconds,
            "basis": self.basis.value,
        }


def answered(what_if: WhatIf, changes: Changes, *, scenario: Scenario, stated: Parameters, basis: Basis) -> Answered:
    """Ask for the account as it is and with the changes.

    Parameters
    ----------
    what_if
        The account of the scenario, ready to be asked.
    changes
        What is other.
    scenario, stated
        The scenario and its parameters.
    basis
        Weakest basis that the account rests on.
    """
    before = what_if.ask()
    change = Change(parameters=changes.ranges, delayed_years=changes.later_years, without=changes.without)
    begun = time.perf_counter()
    after = what_if.ask(change)
    spent = (time.perf_counter() - begun) * 1000.0
    rows = [
        Row(name, year, _levels(before, name, place), _levels(after, name, place))
        for place, year in enumerate(before.years)
        if year in milestones(before.years)
        for name in (*ADDED_UP, CLOSING)
    ]
    out = before.run_out_year, after.run_out_year
    return Answered(scenario, changes, stated, tuple(rows), *out, what_if.draws, spent, basis)


def shown_range(range_: Range) -> str:
    """A range as it is typed; a known value as one number.

    >>> shown_range(Range(0.6, 0.7, 1.2)), shown_range(Range(1.0, 1.0, 1.0))
    ('0.6,0.7,1.2', '1')
    """
    parts: Sequence[float] = (range_.low, range_.mid, range_.high)
    return ",".join(f"{one:.6g}" for one in (parts if range_.low < range_.high else parts[:1]))


def _levels(answer: Answer, quantity: str, place: int) -> tuple[float, ...]:
    table: Mapping[str, Any] = answer.added if quantity in ADDED_UP else answer.levels
    values = table[ADDED_UP.get(quantity, "closing_ha")][:, place]
    return tuple(float(one) for one in values)
