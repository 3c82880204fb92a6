"""What rules are asked about: parks, plots, plans and so on, with what is known of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.core.figure import Input
from quydat.core.problem import NOWHERE, Problem, problem
from quydat.law.column import Column
from quydat.law.kinds import kind_words, near
from quydat.law.model import QuantityDefinition

_FEW = 16
"""Cells for which looking for repeats costs more than it saves."""

Evidence = Callable[[str, str], Input | None]
"""Subject id and quantity → the input of the record that the value comes from."""


@dataclass(frozen=True, eq=False)
class Subjects:
    """Some subjects of one kind.

    Attributes
    ----------
    kind
        As in the pack's table ``law_subject``.
    ids
        One for each row of ``facts``.
    facts
        A column for each known quantity, in the quantity's own unit; a column that is not there, None and NaN are
        unknown.
    evidence
        Where a value comes from, for traces.
    """

    kind: str
    ids: Sequence[str]
    facts: pd.DataFrame
    evidence: Evidence | None = None

    def __post_init__(self) -> None:
        if len(self.ids) != len(self.facts):
            raise ValueError(f"{len(self.ids)} ids and {len(self.facts)} rows of facts")
        if not self.facts.columns.is_unique:
            raise ValueError("a column of facts is there twice")

    @classmethod
    def one(
        cls, kind: str, subject_id: str, facts: Mapping[str, object], *, evidence: Evidence | None = None
    ) -> "Subjects":
        """A single subject."""
        cells = np.empty((1, len(facts)), dtype=object)
        cells[0, :] = list(facts.values())
        return cls(kind, [subject_id], pd.DataFrame(cells, columns=list(facts)), evidence)


@dataclass
class Vocabulary:
    """Texts as whole numbers, so that columns of them compare as fast as numbers; 0 is no text."""

    codes: dict[str, int] = field(default_factory=dict)

    def code(self, text: str) -> int:
        """The number of a text."""
        return self.codes.setdefault(text, len(self.codes) + 1)


def fact_columns(
    subjects: Subjects, quantities: Mapping[str, QuantityDefinition], words: Vocabulary, found: list[Problem]
) -> dict[str, Column]:
    """Facts as columns with gaps; a column that is no quantity and a value of the wrong kind are told."""
    columns: dict[str, Column] = {}
    for name in subjects.facts.columns:
        quantity = quantities.get(str(name))
        if quantity is None:
            found.append(problem("QD808", NOWHERE, name=name, subject=subjects.kind, **near(str(name), quantities)))
            continue
        columns[quantity.name] = _column(subjects, quantity, words, found)
    return columns


def unknown_column(quantity: QuantityDefinition, size: int) -> Column:
    """A quantity of which nothing is known."""
    kinds = {"number": np.float64, "boolean": np.bool_}
    return Column(np.zeros(size, dtype=kinds.get(quantity.kind, np.int64)), np.zeros(size, dtype=bool))


def _column(subjects: Subjects, quantity: QuantityDefinition, words: Vocabulary, found: list[Problem]) -> Column:
    series = subjects.facts[quantity.name]
    if quantity.kind == "number" and series.dtype.kind in "fiu" and isinstance(series.dtype, np.dtype):
        values = series.to_numpy(dtype=np.float64)
        known = ~np.isnan(values)
        if np.isfinite(values[known]).all():
            return Column(np.where(known, values, 0.0), known)
    if quantity.kind == "boolean" and series.dtype == np.dtype(bool):
        return Column(series.to_numpy(), np.ones(len(series), dtype=bool))
    empty = unknown_column(quantity, len(series))
    codes, distinct = _distinct(series.astype(object).to_numpy())
    read = np.zeros(len(distinct) + 1, dtype=empty.values.dtype)
    for number, value in enumerate(distinct):
        try:
            read[number] = _read(value, quantity, words)
        except (TypeError, ValueError, OverflowError):
            first = subjects.ids[int(np.argmax(codes == number))]
            listed = ", ".join(quantity.values)
            wanted = {"wanted_vi": listed, "wanted_en": listed} if listed else kind_words(wanted=quantity.kind)
            shown = str(value)[:60]
            found.append(problem("QD826", NOWHERE, name=quantity.name, value=shown, subject=first, **wanted))
    known = codes >= 0
    return Column(np.where(known, read[codes], read[-1]), known)


def _distinct(cells: NDArray[np.object_]) -> tuple[NDArray[np.int64], list[Any]]:
    """The place of each cell's value among the values, and these; −1 where there is none."""
    if len(cells) > _FEW:
        codes, values = pd.factorize(cells, use_na_sentinel=True)
        return codes.astype(np.int64), values.tolist()
    known = ~pd.isna(cells)
    return np.where(known, np.cumsum(known) - 1, -1), cells[known].tolist()


def _read(value: Any, quantity: QuantityDefinition, words: Vocabulary) -> Any:
    """One value in the form of its column."""
    match quantity.kind:
        case "number":
            if isinstance(value, bool | np.bool_ | str) or not isfinite(value):
                raise ValueError
            return float(value)
        case "boolean":
            if not isinstance(value, bool | np.bool_):
                raise TypeError
            return bool(value)
        case "text":
            if not isinstance(value, str) or (quantity.values and value not in quantity.values):
                raise ValueError
            return words.code(value)
        case "date":
            if not isinstance(value, date):
                raise TypeError
            return (value.date() if isinstance(value, datetime) else value).toordinal()
