"""Writes figures whose words stand in the catalogue under ``report.figure.<kind>``."""

from collections.abc import Iterable, Sequence
from typing import Any

from quydat.core.absence import Coverage
from quydat.core.figure import Input, Trace, recomputed
from quydat.core.ledger import Ledger
from quydat.core.text import say


class Adder:
    """Adds figures to a ledger; ids that are there already stay as they are."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def add(
        self,
        figure_id: str,
        value: Any,
        *,
        kind: str,
        unit: str,
        operation: Any,
        inputs: Iterable[Input],
        coverage: Coverage | None = None,
        **facts: object,
    ) -> None:
        """Write a figure unless it is there; its words are the sentences of its kind with the facts put in."""
        if figure_id in self.ledger:
            return
        self.ledger.add(
            figure_id,
            value,
            unit=unit,
            operation=operation,
            inputs=inputs,
            coverage=coverage,
            label=both(f"{kind}.label", **facts),
            definition=both(f"{kind}.definition", **facts),
            formula=both(f"{kind}.formula", **facts),
        )

    def inputs(self, figure_ids: Iterable[str]) -> list[Input]:
        """Those of the figures that are there, as inputs of another."""
        return [self.ledger.input(figure_id) for figure_id in figure_ids if figure_id in self.ledger]


def both(key: str, **facts: Any) -> tuple[str, str]:
    """The sentence in both languages; a fact that is a pair has one form for each."""
    forms = [
        {name: fact[place] if isinstance(fact, tuple) else fact for name, fact in facts.items()} for place in (0, 1)
    ]
    return say(f"report.figure.{key}", "vi", **forms[0]), say(f"report.figure.{key}", "en", **forms[1])


def total(inputs: Sequence[Input]) -> float | None:
    """Sum of factor × value; None as soon as one value is unknown, or when there is none."""
    made = recomputed(Trace("linear", "", "", tuple(inputs))) if inputs else None
    return float(made) if isinstance(made, int | float) else None
