"""Rules and exceptions from their rows: expressions read, thresholds fitted to operators, units and kinds checked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quydat.core.problem import Place, Problem, problem
from quydat.law.checks import circles
from quydat.law.expression import Literal, Node, Quantity, parse, parse_list
from quydat.law.kinds import Kind, Kinded, Scope, kind_of, kind_words, listed, near
from quydat.law.model import Comparison, QuantityDefinition, Rule, RuleException
from quydat.law.provision import Provision
from quydat.law.tokens import ExpressionError
from quydat.law.units import SAME, UNITS, Conversion, conversion, measures, same_scale

Row = Mapping[str, Any]
Provide = Callable[[Row, Place, str], Provision]

_COUNTS = {"holds": (0, 0), "between": (2, 2), "in": (1, 200)}
_KINDS: dict[str, tuple[Kind, ...]] = {
    "holds": ("boolean",),
    "eq": ("number", "boolean", "text", "date"),
    "in": ("number", "text", "date"),
}
_DEEPEST = 8
"""Exceptions to exceptions: no law goes further."""


class _At:
    """Where a row stands, and the list to which its mistakes go."""

    def __init__(self, place: Place, found: list[Problem]) -> None:
        self.place, self.found = place, found

    def add(self, number: str, column: str, **facts: object) -> None:
        self.found.append(problem(number, Place(self.place.file, row=self.place.row, column=column), **facts))

    def all(self, errors: Sequence[ExpressionError], column: str) -> None:
        for error in errors:
            self.add(error.number, column, **error.facts)

    def parsed(self, read: Callable[[str], Any], text: str, column: str) -> Any:
        """What a cell is as an expression; None if it is none, which is told."""
        try:
            return read(text)
        except ExpressionError as error:
            self.all([error], column)
            return None


def rules_of(
    rules: Sequence[tuple[Place, Row]],
    exceptions: Sequence[tuple[Place, Row]],
    quantities: Mapping[str, Mapping[str, QuantityDefinition]],
    scopes: Mapping[str, Scope],
    provision: Provide,
    found: list[Problem],
) -> list[tuple[Place, Row, Rule | None]]:
    """Each row with its rule; None where the row is wrong."""
    found += circles(exceptions)
    of_rule: dict[str, list[tuple[Place, Row]]] = {}
    for place, row in exceptions:
        of_rule.setdefault(row["rule_id"], []).append((place, row))
    owner = {row["exception_id"]: row["rule_id"] for _, row in exceptions}
    for place, row in exceptions:
        other = row["exception_to"]
        if other is not None and owner[other] != row["rule_id"]:
            _At(place, found).add(
                "QD818", "exception_to", exception=row["exception_id"], rule=row["rule_id"], other=other,
                other_rule=owner[other],
            )  # fmt: skip
    return [
        (place, row, _rule(row, _At(place, found), quantities, scopes, of_rule.get(row["rule_id"], []), provision))
        for place, row in rules
    ]


def _rule(
    row: Row,
    at: _At,
    quantities: Mapping[str, Mapping[str, QuantityDefinition]],
    scopes: Mapping[str, Scope],
    exceptions: Sequence[tuple[Place, Row]],
    provision: Provide,
) -> Rule | None:
    scope = scopes[row["subject"]]
    before = len(at.found)
    condition = _condition(row, at, scope)
    quantity = quantities[row["subject"]].get(row["quantity"])
    deciding = row["deciding_date"]
    if deciding != "on" and scope.quantities.get(deciding, Kinded(None)).kind != "date":
        at.add("QD808", "deciding_date", name=deciding, subject=scope.subject, **near(deciding, scope.quantities))
    if quantity is None:
        at.add(
            "QD808", "quantity", name=row["quantity"], subject=scope.subject, **near(row["quantity"], scope.quantities)
        )
        return None
    between_units = _conversion(row["unit"] or "", quantity, at)
    test = _test(row["operator"], row["threshold"], row["unit"] or "", quantity, scope, at)
    tree = _exceptions(exceptions, row["unit"] or "", quantity, scope, provision, at.found)
    if len(at.found) > before or test is None:
        return None
    return Rule(
        row["rule_id"], row["family"], row["topic"], row["subject"], row["label_vi"], row["label_en"], condition,
        quantity, test, row["unit"] or quantity.unit if quantity.kind == "number" else "", between_units, deciding,
        tree, provision(row, at.place, "rule_id"),
    )  # fmt: skip


def _condition(row: Row, at: _At, scope: Scope) -> Node | None:
    if row["condition"] is None:
        return None
    node: Node | None = at.parsed(parse, row["condition"], "condition")
    if node is not None:
        errors: list[ExpressionError] = []
        kind = kind_of(node, scope, errors).kind
        if kind is not None and kind != "boolean":
            errors.append(ExpressionError("QD812", where="condition", **kind_words(found=kind, wanted="boolean")))
        at.all(errors, "condition")
    return node


def _conversion(unit: str, quantity: QuantityDefinition, at: _At) -> Conversion:
    """How the law's unit becomes ours. What is counted (floors, points, lines) may be named by any word."""
    if quantity.kind != "number" or (measures(quantity.unit) == "" and unit not in UNITS):
        return SAME
    found = conversion(unit, quantity.unit)
    if found is None:
        at.add("QD813", "unit", where=quantity.name, one=quantity.unit or "–", other=unit)
        return SAME
    return found


def _test(
    operator: str, threshold: str | None, unit: str, quantity: QuantityDefinition, scope: Scope, at: _At
) -> Comparison | None:
    """The comparison; None where it is wrong."""
    before = len(at.found)
    if quantity.kind not in _KINDS.get(operator, ("number", "date")):
        wanted = "/".join(_KINDS.get(operator, ("number", "date")))
        words = kind_words(found=quantity.kind, wanted=wanted)
        at.add("QD812", "operator", where=f"{quantity.name} {operator}", **words)
    nodes: tuple[Node, ...] = ()
    if threshold is not None:
        if quantity.kind == "text" and not any(sign in threshold for sign in "'@"):
            nodes = tuple(_word(part.strip(), quantity, scope) for part in threshold.split(";") if part.strip())
        else:
            read = at.parsed(parse_list, threshold, "threshold")
            if read is None:
                return None
            nodes = read
    least, most = _COUNTS.get(operator, (1, 1))
    if not least <= len(nodes) <= most:
        wanted = str(least) if least == most else f"{least}–{most}"
        at.add("QD822", "threshold", operator=operator, wanted=wanted, found=len(nodes))
    errors: list[ExpressionError] = []
    for node in nodes:
        kinded = kind_of(node, scope, errors)
        if kinded.kind is not None and kinded.kind != quantity.kind:
            errors.append(
                ExpressionError("QD812", where="threshold", **kind_words(found=kinded.kind, wanted=quantity.kind))
            )
        values = frozenset(quantity.values) if quantity.values else None
        listed(Kinded(quantity.kind, None, values), kinded, errors)
        law = unit or quantity.unit
        if kinded.kind == "number" and kinded.unit is not None and not same_scale(kinded.unit, law):
            errors.append(ExpressionError("QD813", where="threshold", one=kinded.unit or "–", other=law or "–"))
    at.all(errors, "threshold")
    return None if len(at.found) > before else Comparison(operator, nodes)


def _word(word: str, quantity: QuantityDefinition, scope: Scope) -> Node:
    """A bare word in the threshold of a text: a value of its list, else another text of the subject, else a value."""
    other = scope.quantities.get(word)
    if word not in quantity.values and other is not None and other.kind == "text":
        return Quantity(word)
    return Literal(word)


def _exceptions(
    rows: Sequence[tuple[Place, Row]],
    unit: str,
    quantity: QuantityDefinition,
    scope: Scope,
    provision: Provide,
    found: list[Problem],
) -> tuple[RuleException, ...]:
    """Exceptions as a tree; rows in a circle or of another rule are in none of its branches."""
    below: dict[str | None, list[tuple[Place, Row]]] = {}
    for place, row in rows:
        below.setdefault(row["exception_to"], []).append((place, row))

    def made(place: Place, row: Row, depth: int) -> RuleException | None:
        at = _At(place, found)
        name, effect = row["exception_id"], row["effect"]
        condition = _condition(row, at, scope)
        replaces = effect == "replace"
        test = None
        if replaces != (row["operator"] is not None) or (not replaces and row["threshold"] is not None):
            at.add("QD823", "effect", exception=name, effect=effect)
        elif replaces:
            test = _test(row["operator"], row["threshold"], unit, quantity, scope, at)
        if depth >= _DEEPEST:
            at.add("QD807", "exception_to", text=name, what_vi="số tầng", what_en="levels", most=_DEEPEST)
            return None
        inner = [made(*one, depth + 1) for one in below.get(name, [])]
        if condition is None or (replaces and test is None):
            return None
        return RuleException(
            name, row["label_vi"], row["label_en"], condition, test, provision(row, place, "exception_id"),
            tuple(one for one in inner if one is not None),
        )  # fmt: skip

    roots = [made(place, row, 0) for place, row in below.get(None, [])]
    return tuple(one for one in roots if one is not None)
