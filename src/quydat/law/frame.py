"""The facts of some subjects on a day, and what expressions come to over them; each expression is worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from quydat.law.column import (
    Column,
    Mask,
    arithmetic,
    conjunction,
    constant,
    disjunction,
    equal,
    extreme,
    less,
    negation,
    years_between,
)
from quydat.law.expression import Among, Binary, Call, GridValue, Literal, Node, Parameter, Quantity, Unary, walk
from quydat.law.grid import Grid
from quydat.law.model import LegalParameter, QuantityDefinition
from quydat.law.provision import Provision
from quydat.law.subjects import Vocabulary, unknown_column

_NOT_YET = {"filed_on": ("filed",), "decided_on": ("decided", "filed")}
"""Quantities that say no to having a deciding date yet: then the day asked about decides."""


@dataclass(frozen=True, eq=False)
class Force:
    """Which of several versions applies to each subject: one mask for each, and where that is not known."""

    masks: tuple[Mask, ...]
    undecided: Mask


class Frame:
    """Columns of facts, and a memory of what was worked out from them.

    Parameters
    ----------
    columns
        Known quantities; all others of the subject are unknown.
    """

    def __init__(
        self,
        columns: Mapping[str, Column],
        *,
        size: int,
        on: date,
        quantities: Mapping[str, QuantityDefinition],
        parameters: Mapping[str, LegalParameter],
        grids: Mapping[str, Grid],
        words: Vocabulary,
    ) -> None:
        self.columns, self.size, self.on = columns, size, on
        self.quantities, self.parameters, self.grids, self.words = quantities, parameters, grids, words
        self._worked_out: dict[tuple[Node, str], Column] = {}
        self._deciding: dict[str, Column] = {}
        self._dated: dict[Node, bool] = {}

    def row(self, number: int) -> "Frame":
        """The same facts for one subject alone."""
        columns = {name: column.cell(number) for name, column in self.columns.items()}
        return Frame(
            columns, size=1, on=self.on, quantities=self.quantities, parameters=self.parameters, grids=self.grids,
            words=self.words,
        )  # fmt: skip

    def forget(self) -> None:
        """Let go of what was worked out; findings keep what they show."""
        self._worked_out.clear()

    def quantity(self, name: str) -> Column:
        """A fact of all subjects."""
        found = self.columns.get(name)
        return unknown_column(self.quantities[name], self.size) if found is None else found

    def deciding(self, kind: str) -> Column:
        """The day that decides which version applies, as an ordinal; the day asked about where there is none yet."""
        if kind not in self._deciding:
            asked = constant(self.on.toordinal(), self.size)
            if kind == "on":
                self._deciding[kind] = asked
            else:
                own = self.quantity(kind)
                none_yet = np.zeros(self.size, dtype=bool)
                for name in _NOT_YET[kind]:
                    if name in self.quantities and self.quantities[name].kind == "boolean":
                        said = self.quantity(name)
                        none_yet |= said.known & ~said.values
                none_yet &= ~own.known
                self._deciding[kind] = Column(np.where(none_yet, asked.values, own.values), own.known | none_yet)
        return self._deciding[kind]

    def force(self, versions: Sequence[Provision], deciding: str) -> Force:
        """Which version is in force on the deciding date.

        Where that day is not known it lies at or before the day asked about: the version applies that alone has
        begun until then, if it has not ended; if several have, or the one has ended, it is not decided.
        """
        day = self.deciding(deciding)
        asked = self.on.toordinal()
        begun = [version for version in versions if version.first <= asked]
        only = begun[0] if len(begun) == 1 and begun[0].end > asked else None
        masks = tuple(
            np.where(day.known, (version.first <= day.values) & (day.values < version.end), version is only)
            for version in versions
        )
        undecided = ~day.known if begun and only is None else np.zeros(self.size, dtype=bool)
        return Force(masks, undecided)

    def value(self, node: Node, deciding: str) -> Column:
        """What an expression comes to for each subject."""
        if isinstance(node, Quantity):
            return self.quantity(node.name)
        if isinstance(node, Literal):
            return constant(self.coded(node.value), self.size)
        if node not in self._dated:
            self._dated[node] = any(isinstance(part, Parameter | GridValue) for part in walk(node))
        key = (node, deciding if self._dated[node] else "")
        if key not in self._worked_out:
            self._worked_out[key] = self._work_out(node, deciding)
        return self._worked_out[key]

    def coded(self, value: float | bool | str | date) -> float | bool | int:
        """A single value in the form that columns hold."""
        if isinstance(value, str):
            return self.words.code(value)
        return value.toordinal() if isinstance(value, date) else value

    def _work_out(self, node: Node, deciding: str) -> Column:
        match node:
            case Parameter(parameter_id=name):
                return self._parameter(self.parameters[name], deciding)
            case GridValue(grid_id=name):
                grid = self.grids[name]
                at = grid.at(self.quantity(grid.row_quantity), self.quantity(grid.column_quantity))
                in_force = self.force([grid.provision], deciding).masks[0]
                return Column(np.where(in_force, at.values, 0.0), at.known & in_force)
            case Unary(operator="not", part=part):
                return negation(self.value(part, deciding))
            case Unary(part=part):
                inner = self.value(part, deciding)
                return Column(-inner.values, inner.known)
            case Binary(operator=operator, left=left, right=right):
                return _joined(operator, self.value(left, deciding), self.value(right, deciding))
            case Among(part=part, items=items):
                inner = self.value(part, deciding)
                found = constant(False, self.size)
                for item in items:
                    found = disjunction(found, equal(inner, self.value(item, deciding)))
                return found
            case Call(function=function, arguments=arguments):
                parts = [self.value(argument, deciding) for argument in arguments]
                if function == "known":
                    return Column(parts[0].known, np.ones(self.size, dtype=bool))
                if function == "years_between":
                    return years_between(*parts)
                return extreme(parts, largest=function == "max")
            case _:
                raise TypeError(f"{node!r} is no node")

    def _parameter(self, parameter: LegalParameter, deciding: str) -> Column:
        force = self.force([version.provision for version in parameter.versions], deciding)
        first = self.coded(parameter.versions[0].value)
        values = np.zeros(self.size, dtype=np.array([first]).dtype)
        known = np.zeros(self.size, dtype=bool)
        for version, mask in zip(parameter.versions, force.masks, strict=True):
            values = np.where(mask, self.coded(version.value), values)
            known = known | mask
        return Column(values, known)


def _joined(operator: str, left: Column, right: Column) -> Column:
    match operator:
        case "and":
            return conjunction(left, right)
        case "or":
            return disjunction(left, right)
        case "=":
            return equal(left, right)
        case "!=":
            return negation(equal(left, right))
        case "<" | "<=":
            return less(left, right, or_equal=operator == "<=")
        case ">" | ">=":
            return less(right, left, or_equal=operator == ">=")
        case _:
            return arithmetic(operator, left, right)
