"""An expression as text again, for traces and problems."""

from datetime import date

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

_BINDS = {"or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_NOT, _COMPARED, _SUM, _SIGNED, _ONE = 3, 4, 5, 7, 8


def written(node: Node) -> str:
    """The expression that ``parse`` reads as this tree, with no more brackets than it needs.

    >>> from quydat.law.expression import parse
    >>> written(parse("((a + 1) * 2 >= 3.50) and (not b)"))
    '(a + 1) * 2 >= 3.5 and not b'
    """
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:
    """The text, and how firmly it holds together."""
    match node:
        case Literal(value=value):
            return _literal(value), _ONE
        case Quantity(name=name):
            return name, _ONE
        case Parameter(parameter_id=name):
            return f"@{name}", _ONE
        case GridValue(grid_id=name):
            return f"grid('{name}')", _ONE
        case Unary(operator="not", part=part):
            return f"not {_within(part, _NOT)}", _NOT
        case Unary(part=part):
            return f"-{_within(part, _SIGNED)}", _SIGNED
        case Among(part=part, items=items):
            listed = ", ".join(_within(item, _SUM) for item in items)
            return f"{_within(part, _SUM)} in ({listed})", _COMPARED
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(written(one) for one in arguments)})", _ONE
        case Binary(operator=operator, left=left, right=right):
            binds = _BINDS[operator]
            first = binds + (binds == _COMPARED)
            return f"{_within(left, first)} {operator} {_within(right, binds + 1)}", binds


def _within(node: Node, least: int) -> str:
    text, binds = _written(node)
    return text if binds >= least else f"({text})"


def _literal(value: float | bool | str | date) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, date):
        return f"date('{value.isoformat()}')"
    text = f"{value:.17f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else f"{value:.0f}"
    return next((f"{value:.{n}f}" for n in range(16) if float(f"{value:.{n}f}") == value), text)
