"""What kind of value each part of an expression has, in which unit, and all that does not fit together.

Only units of quantities, parameters and look-up tables that are compared or added as they stand are checked: a
product, a ratio and a plain number may be in any unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal as OneOf

from quydat.core.text import LANGS
from quydat.dictionary.schema import choice_label
from quydat.law.expression import (
    Among,
    Binary,
    Call,
    GridValue,
    Literal,
    Node,
    Parameter,
    Quantity,
    Unary,
)
from quydat.law.grid import Grid
from quydat.law.tokens import ExpressionError
from quydat.law.units import same_scale

Kind = OneOf["number", "boolean", "text", "date"]


@dataclass(frozen=True)
class Kinded:
    """Kind of a part: None was a mistake that has been told. ``unit`` None fits any; ``values`` None is any text."""

    kind: Kind | None
    unit: str | None = None
    values: frozenset[str] | None = None


WRONG = Kinded(None)
YES_NO = Kinded("boolean")


@dataclass(frozen=True)
class Scope:
    """The names that an expression about one kind of subject may use."""

    subject: str
    quantities: Mapping[str, Kinded]
    parameters: Mapping[str, Kinded]
    grids: Mapping[str, Grid]


def kind_words(**kinds: str) -> dict[str, str]:
    """Kinds of values, several with strokes between, as the facts of a problem in both languages."""
    return {
        f"{name}_{lang}": "/".join(choice_label("quantity_type", kind, lang) for kind in words.split("/"))
        for name, words in kinds.items()
        for lang in LANGS
    }


def near(name: str, known: Mapping[str, object]) -> dict[str, str]:
    """The nearest known name, as the facts of a problem in both languages; empty if there is none."""
    found = get_close_matches(name, sorted(known), n=1)
    return {
        "nearest_vi": f" (gần nhất: {found[0]})" if found else "",
        "nearest_en": f" (nearest: {found[0]})" if found else "",
    }


def kind_of(node: Node, scope: Scope, found: list[ExpressionError]) -> Kinded:
    """Kind of an expression; what is wrong in it is added to ``found``."""
    match node:
        case Literal(value=value):
            return _of_literal(value)
        case Quantity(name=name):
            if name not in scope.quantities:
                found.append(ExpressionError("QD808", name=name, subject=scope.subject, **near(name, scope.quantities)))
            return scope.quantities.get(name, WRONG)
        case Parameter(parameter_id=name):
            if name not in scope.parameters:
                found.append(ExpressionError("QD809", name=name, **near(name, scope.parameters)))
            return scope.parameters.get(name, WRONG)
        case GridValue(grid_id=name):
            return _of_grid(name, scope, found)
        case Unary(operator=operator, part=part):
            wanted: Kind = "boolean" if operator == "not" else "number"
            inner = kind_of(part, scope, found)
            _must(inner, wanted, operator, found)
            return Kinded(wanted, inner.unit)
        case Binary():
            return _of_binary(node, scope, found)
        case Among(part=part, items=items):
            inner = kind_of(part, scope, found)
            for item in items:
                _comparable("in", inner, kind_of(item, scope, found), found)
            return YES_NO
        case Call():
            return _of_call(node, scope, found)


def _of_literal(value: float | bool | str | date) -> Kinded:
    if isinstance(value, bool):
        return YES_NO
    if isinstance(value, str):
        return Kinded("text", None, frozenset({value}))
    return Kinded("date" if isinstance(value, date) else "number")


def _of_grid(name: str, scope: Scope, found: list[ExpressionError]) -> Kinded:
    grid = scope.grids.get(name)
    if grid is None:
        found.append(ExpressionError("QD810", name=name, **near(name, scope.grids)))
        return WRONG
    for side in (grid.row_quantity, grid.column_quantity):
        _must(kind_of(Quantity(side), scope, found), "number", f"grid('{name}')", found)
    return Kinded("number", grid.unit)


def _of_binary(node: Binary, scope: Scope, found: list[ExpressionError]) -> Kinded:
    left, right = kind_of(node.left, scope, found), kind_of(node.right, scope, found)
    if node.operator in ("and", "or"):
        for side in (left, right):
            _must(side, "boolean", node.operator, found)
        return YES_NO
    if node.operator in ("+", "-", "*", "/"):
        for side in (left, right):
            _must(side, "number", node.operator, found)
        if node.operator in ("*", "/"):
            return Kinded("number")
        _same_unit(node.operator, left, right, found)
        return Kinded("number", left.unit if left.unit is not None else right.unit)
    _comparable(node.operator, left, right, found)
    return YES_NO


def _of_call(node: Call, scope: Scope, found: list[ExpressionError]) -> Kinded:
    parts = [kind_of(part, scope, found) for part in node.arguments]
    if node.function == "known":
        return YES_NO
    wanted: Kind = "date" if node.function == "years_between" else "number"
    for part in parts:
        _must(part, wanted, node.function, found)
    if wanted == "date":
        return Kinded("number", "years")
    for part in parts[1:]:
        _same_unit(node.function, parts[0], part, found)
    return Kinded("number", next((part.unit for part in parts if part.unit is not None), None))


def _must(part: Kinded, wanted: Kind, where: str, found: list[ExpressionError]) -> None:
    if part.kind is not None and part.kind != wanted:
        found.append(ExpressionError("QD812", where=where, **kind_words(found=part.kind, wanted=wanted)))


def _comparable(operator: str, left: Kinded, right: Kinded, found: list[ExpressionError]) -> None:
    if left.kind is None or right.kind is None:
        return
    if left.kind != right.kind:
        found.append(ExpressionError("QD812", where=operator, **kind_words(found=right.kind, wanted=left.kind)))
    elif operator in ("<", "<=", ">", ">=") and left.kind not in ("number", "date"):
        found.append(ExpressionError("QD812", where=operator, **kind_words(found=left.kind, wanted="number")))
    _same_unit(operator, left, right, found)
    listed(left, right, found)


def _same_unit(where: str, left: Kinded, right: Kinded, found: list[ExpressionError]) -> None:
    if left.unit is not None and right.unit is not None and not same_scale(left.unit, right.unit):
        found.append(ExpressionError("QD813", where=where, one=left.unit or "–", other=right.unit or "–"))


def listed(left: Kinded, right: Kinded, found: list[ExpressionError]) -> None:
    """Texts that can never be equal: a value that the list of the quantity does not have."""
    if left.kind == right.kind == "text" and left.values is not None and right.values is not None:
        few, many = sorted((left.values, right.values), key=len)
        for value in sorted(few - many):
            found.append(ExpressionError("QD814", value=value, known=", ".join(sorted(many))))
