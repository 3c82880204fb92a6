"""The ledger of a run: every published number, in the order in which it was made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from math import isclose

from quydat.core.absence import Coverage
from quydat.core.basis import Basis, weakest
from quydat.core.figure import Figure, Input, Operation, Trace, Value, recomputed


class Ledger:
    """Figures by id. A figure is written once; it takes the weakest basis that it rests on.

    >>> from datetime import date
    >>> ledger = Ledger(as_of=date(2025, 6, 30))
    >>> row = Input("row", "park/a/gross_area_ha", 300.0, "ha", Basis.PUBLISHED)
    >>> _ = ledger.add("parks.a.gross_area_ha", 300.0, unit="ha", label=("a", "a"), definition=("", ""),
    ...                operation="given", formula=("", ""), inputs=[row])
    >>> ledger["parks.a.gross_area_ha"].basis
    <Basis.PUBLISHED: 'published'>
    """

    def __init__(self, *, as_of: date, figures: Iterable[Figure] = ()) -> None:
        self.as_of = as_of
        self._figures: dict[str, Figure] = {}
        for figure in figures:
            self._write(figure)

    def add(
        self,
        figure_id: str,
        value: Value,
        *,
        unit: str,
        label: tuple[str, str],
        definition: tuple[str, str],
        operation: Operation,
        formula: tuple[str, str],
        inputs: Iterable[Input],
        coverage: Coverage | None = None,
        at_most: Basis = Basis.PUBLISHED,
        as_of: date | None = None,
    ) -> Figure:
        """Write a figure. NaN becomes unknown (None).

        Parameters
        ----------
        label, definition, formula
            In Vietnamese and in English.
        at_most
            Strongest basis that the figure may claim, for a step that itself estimates or assumes.
        as_of
            Day of which the figure speaks; the ledger's own if not given.

        Raises
        ------
        ValueError
            If the id is taken, there are no inputs, or the trace does not give the value.
        """
        if isinstance(value, float) and value != value:
            value = None
        trace = Trace(operation, *formula, tuple(inputs))
        if not trace.inputs:
            raise ValueError(f"figure {figure_id!r} rests on nothing: it has no inputs")
        # A count rests on there being so many rows, not on what they say: it is worked out from them.
        rests_on = [Basis.DERIVED] if operation == "count" else [item.basis for item in trace.inputs]
        basis = weakest([at_most, *rests_on])
        figure = Figure(figure_id, value, unit, *label, *definition, as_of or self.as_of, basis, trace, coverage)
        if not agrees(figure):
            raise ValueError(f"figure {figure_id!r} is {value!r}, but its trace gives {recomputed(trace)!r}")
        self._write(figure)
        return figure

    def derive(
        self,
        figure_id: str,
        operation: Operation,
        inputs: Iterable[Input],
        *,
        unit: str,
        label: tuple[str, str],
        definition: tuple[str, str] | None = None,
        formula: tuple[str, str] | None = None,
        coverage: Coverage | None = None,
        at_most: Basis = Basis.PUBLISHED,
    ) -> Input:
        """Write a figure whose value follows from its inputs, and return it as an input of others.

        The label serves as definition and formula where none is given.
        """
        inputs = tuple(inputs)
        self.add(
            figure_id,
            recomputed(Trace(operation, "", "", inputs)),
            unit=unit,
            label=label,
            definition=definition or label,
            operation=operation,
            formula=formula or label,
            inputs=inputs,
            coverage=coverage,
            at_most=at_most,
        )
        return self.input(figure_id)

    def _write(self, figure: Figure) -> None:
        if figure.figure_id in self._figures:
            raise ValueError(f"figure {figure.figure_id!r} is written twice")
        self._figures[figure.figure_id] = figure

    def input(self, figure_id: str, *, factor: float = 1.0, unit: str | None = None) -> Input:
        """A figure of this ledger as an input of another."""
        figure = self._figures[figure_id]
        return Input("figure", figure_id, figure.value, unit or figure.unit, figure.basis, factor)

    def number(self, figure_id: str) -> float:
        """Value of a figure that is a number."""
        value = self._figures[figure_id].value
        assert isinstance(value, int | float)
        return float(value)

    def get(self, figure_id: str) -> Figure | None:
        """A figure, or None if there is no such figure."""
        return self._figures.get(figure_id)

    def __getitem__(self, figure_id: str) -> Figure:
        return self._figures[figure_id]

    def __contains__(self, figure_id: object) -> bool:
        return figure_id in self._figures

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures.values())

    def __len__(self) -> int:
        return len(self._figures)


def agrees(figure: Figure) -> bool:
    """Whether the trace of a figure gives its value (to 1e-9); true where arithmetic alone cannot tell."""
    try:
        again = recomputed(figure.trace)
    except LookupError:
        return True
    if isinstance(figure.value, int | float) and isinstance(again, int | float):
        return isclose(figure.value, again, rel_tol=1e-9, abs_tol=1e-9)
    if figure.trace.operation == "first" and figure.value is not None:
        return str(figure.value) == again
    return figure.value == again


def moved(item: Input, factor: float) -> Input:
    """The same input with another factor."""
    return replace(item, factor=factor)
