"""Result tables written cell by cell: every number that enters a row enters the ledger with its trace."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Input, Operation, Trace, Value, recomputed
from quydat.core.ledger import Ledger
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables

Names = tuple[str, str]
"""A name or sentence in Vietnamese and in English."""


def figure_id(table: str, key: Iterable[object], attribute: str) -> str:
    """Id of a cell: table, parts of the key and attribute, joined by points.

    >>> figure_id("balance", ("hcmc", "industrial", 2030, "p50"), "closing_ha")
    'balance.hcmc.industrial.2030.p50.closing_ha'
    """
    return ".".join([table, *(str(part) for part in key), attribute])


def plain(value: Any) -> Value:
    """A cell of a data frame as a plain value: unknown becomes None, NumPy numbers become Python's."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, date | str):
        return value
    number: float | int = value.item() if hasattr(value, "item") else value
    return number


class Row:
    """One row of a result table while it is written."""

    def __init__(self, table: str, ledger: Ledger, name: Names, values: dict[str, Any]) -> None:
        self._definition = tables()[table]
        self._ledger = ledger
        self._name = name
        self.values = values

    @property
    def key(self) -> list[object]:
        """Parts of the row's key."""
        return [self.values[part] for part in self._definition.key]

    def __getitem__(self, attribute: str) -> Any:
        return self.values.get(attribute)

    def __contains__(self, attribute: object) -> bool:
        return attribute in self.values

    def derive(self, attribute: str, operation: Operation, inputs: Iterable[Input], **how: Any) -> Value:
        """Write a cell whose value follows from its inputs; ``how`` as in ``put``."""
        inputs = tuple(inputs)
        return self.put(attribute, recomputed(Trace(operation, "", "", inputs)), operation, inputs, **how)

    def count(self, attribute: str, counted: Iterable[Input], *, among: Iterable[Input]) -> Value:
        """Write a cell that counts inputs. Where there are none, the 0 rests on those that were looked at."""
        counted = tuple(counted)
        return self.derive(attribute, "count", counted) if counted else self.put(attribute, 0, "rule", among)

    def put(
        self,
        attribute: str,
        value: Any,
        operation: Operation,
        inputs: Iterable[Input],
        *,
        formula: Names | None = None,
        coverage: Coverage | None = None,
        at_most: Basis = Basis.PUBLISHED,
        unit: str = "",
    ) -> Value:
        """Write a cell and its figure. Label, definition, unit and (if none is given) formula are the dictionary's."""
        defined = self._definition[attribute]
        figure = self._ledger.add(
            figure_id(self._definition.name, self.key, attribute),
            plain(value),
            unit=unit or defined.unit or ("date" if defined.type == "date" else "text"),
            label=(f"{defined.label_vi}: {self._name[0]}", f"{defined.label_en}: {self._name[1]}"),
            definition=(defined.definition_vi, defined.definition_en),
            operation=operation,
            formula=formula or (defined.definition_vi, defined.definition_en),
            inputs=inputs,
            coverage=coverage,
            at_most=at_most,
        )
        self.values[attribute] = figure.value
        return figure.value

    def ref(self, attribute: str, *, factor: float = 1.0) -> Input:
        """A cell of this row, already written, as the input of another figure."""
        return self._ledger.input(figure_id(self._definition.name, self.key, attribute), factor=factor)


class TableWriter:
    """Collects the rows of one result table."""

    def __init__(self, table: str, *, ledger: Ledger) -> None:
        self.table = table
        self.rows: list[Row] = []
        self._ledger = ledger

    def open(self, name: Names, **values: Any) -> Row:
        """Start a row, known to people by ``name``, with its key and whatever is no number of its own."""
        row = Row(self.table, self._ledger, name, values)
        self.rows.append(row)
        return row

    def frame(self) -> pd.DataFrame:
        """The table as the dictionary defines it."""
        definition = tables()[self.table]
        columns = {
            a.name: pd.Series([row.values.get(a.name) for row in self.rows], dtype=dtype_of(a)) for a in definition
        }
        return pd.DataFrame(columns, columns=definition.columns)
