"""The way back from a finding: what was compared with what, down to the facts of the record and the articles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quydat.core.figure import Input
from quydat.core.figure import Value as AnyValue
from quydat.law.expression import GridValue, Literal, Node, Parameter, Quantity, children
from quydat.law.frame import Frame
from quydat.law.model import Comparison, Rule, Value
from quydat.law.part import Part, kind_of_value, values_of
from quydat.law.written import written

if TYPE_CHECKING:
    from quydat.law.subjects import Evidence


@dataclass(frozen=True)
class TraceNode:
    """One step: an expression, what it came to, and the steps under it.

    Attributes
    ----------
    text
        The expression as the pack writes it, or the id of a rule or exception.
    value
        None where it is unknown.
    input
        The cell of the record, or what an article says; None for a step in between and for a fact without evidence.
    """

    text: str
    value: Value | None
    unit: str = ""
    input: Input | None = None
    children: tuple["TraceNode", ...] = ()

    def walk(self) -> Iterator["TraceNode"]:
        """This step and all under it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def inputs(self) -> Iterator[Input]:
        """Cells of the record and articles, as often as they were used."""
        for node in self.walk():
            if node.input is not None:
                yield node.input

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The steps as indented text."""
        shown = "?" if self.value is None else str(self.value)
        source = f"  [{self.input.ref}]" if self.input is not None else ""
        yield f"{'  ' * indent}{self.text} = {shown} {self.unit}".rstrip() + source
        for child in self.children:
            yield from child.lines(indent + 1)


def trace_of(rule: Rule, verdict: str, part: Part, family: int, row: int) -> TraceNode:
    """The trace of one finding."""
    compared = part.compared_at(family, row)
    steps = _Steps(rule, part.frame.row(row), part.subjects.ids[row], part.subjects.evidence)
    nodes = []
    if rule.deciding_date != "on":
        nodes.append(steps.of(Quantity(rule.deciding_date)))
    if compared is None:
        return TraceNode(rule.rule_id, verdict, "", rule.provision.input(None, rule.unit), tuple(nodes))
    if rule.condition is not None:
        nodes.append(steps.of(rule.condition))
    for one in rule.all_exceptions():
        condition = steps.of(one.condition)
        said = one.provision.input(_said(one.test), rule.unit)
        nodes.append(TraceNode(one.exception_id, condition.value, "", said, (condition,)))
    if compared.comparison is not None:
        name, comparison = rule.quantity.name, compared.comparison
        against = [replace(steps.of(node), unit=rule.unit) for node in comparison.thresholds]
        text = " ".join([name, comparison.operator, "; ".join(written(node) for node in comparison.thresholds)])
        came = {"pass": True, "fail": False}.get(verdict)
        nodes.append(TraceNode(text.strip(), came, "", None, (steps.of(Quantity(name)), *against)))
    return TraceNode(rule.rule_id, verdict, "", rule.provision.input(_said(rule.test), rule.unit), tuple(nodes))


def _said(comparison: Comparison | None) -> AnyValue:
    """What an article asks for, as one value."""
    if comparison is None or not comparison.thresholds:
        return comparison is not None
    only = comparison.thresholds[0]
    if len(comparison.thresholds) == 1 and isinstance(only, Literal):
        return only.value
    return "; ".join(written(node) for node in comparison.thresholds)


@dataclass(frozen=True)
class _Steps:
    rule: Rule
    frame: Frame
    subject_id: str
    evidence: "Evidence | None"

    def of(self, node: Node) -> TraceNode:
        """An expression with all its parts."""
        column = self.frame.value(node, self.rule.deciding_date)
        (value,) = values_of(column, kind_of_value(node, self.frame), self.frame)
        unit, item = "", None
        under = tuple(self.of(child) for child in children(node) if not isinstance(child, Literal))
        match node:
            case Quantity(name=name):
                unit = self.frame.quantities[name].unit
                item = self.evidence(self.subject_id, name) if self.evidence is not None else None
            case Parameter(parameter_id=name):
                parameter = self.frame.parameters[name]
                unit = parameter.unit
                force = self.frame.force([one.provision for one in parameter.versions], self.rule.deciding_date)
                for version, mask in zip(parameter.versions, force.masks, strict=True):
                    if mask[0]:
                        item = version.provision.input(version.value, version.unit)
            case GridValue(grid_id=name):
                grid = self.frame.grids[name]
                unit = grid.unit
                item = grid.provision.input(value, grid.unit)
                under = tuple(self.of(Quantity(side)) for side in (grid.row_quantity, grid.column_quantity))
        return TraceNode(written(node), value, unit, item, under)
