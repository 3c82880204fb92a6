"""Conditions and thresholds of rules as trees of known parts: no call, attribute or name outside the language.

The language is total: it has no loop, no recursion and no name that the pack does not declare, so that each
expression comes to an end and reads nothing but the facts of the subject and the pack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from quydat.law.tokens import ExpressionError, Token, shortened, tokens, unreadable

DEEPEST = 24
"""Levels of a tree."""
MOST_NODES = 300
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
FUNCTIONS: dict[str, tuple[int, int]] = {"max": (2, 16), "min": (2, 16), "known": (1, 1), "years_between": (2, 2)}
"""Functions with the least and the most of their arguments; ``grid`` and ``date`` take a quoted text."""
_WORDS = frozenset({"and", "or", "not", "in", "true", "false"})


@dataclass(frozen=True)
class Literal:
    """A value as written."""

    value: float | bool | str | date


@dataclass(frozen=True)
class Quantity:
    """A fact of the subject."""

    name: str


@dataclass(frozen=True)
class Parameter:
    """A legal parameter, at its value on the deciding date."""

    parameter_id: str


@dataclass(frozen=True)
class GridValue:
    """The cell of a look-up table at the quantities of its rows and columns."""

    grid_id: str


@dataclass(frozen=True)
class Unary:
    """``not`` or ``-`` of one part."""

    operator: str
    part: "Node"


@dataclass(frozen=True)
class Binary:
    """Two parts joined by ``and``, ``or``, a comparison or an arithmetic sign."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Among:
    """``x in (a, b, …)``."""

    part: "Node"
    items: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function of the language with its arguments."""

    function: str
    arguments: tuple["Node", ...]


Node = Literal | Quantity | Parameter | GridValue | Unary | Binary | Among | Call


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node, in the order in which they are written."""
    match node:
        case Unary(part=part):
            return (part,)
        case Binary(left=left, right=right):
            return (left, right)
        case Among(part=part, items=items):
            return (part, *items)
        case Call(arguments=arguments):
            return arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from the top."""
    yield node
    for child in children(node):
        yield from walk(child)


def parse(text: str) -> Node:
    """Read one expression.

    Raises
    ------
    ExpressionError
        QD806 for what is no expression, QD807 for one that is too long or too deep, QD811 for a function that the
        language does not have.

    >>> parse("area_ha >= 5 and not rice_land")
    ... # doctest: +NORMALIZE_WHITESPACE
    Binary(operator='and', left=Binary(operator='>=', left=Quantity(name='area_ha'), right=Literal(value=5.0)),
           right=Unary(operator='not', part=Quantity(name='rice_land')))
    """
    (only,) = _Parser(text).whole(listed=False)
    return only


def parse_list(text: str) -> tuple[Node, ...]:
    """Read expressions between semicolons.

    Raises
    ------
    ExpressionError
        As ``parse``.

    >>> parse_list("5; 2 * x")[0]
    Literal(value=5.0)
    """
    return _Parser(text).whole(listed=True)


class _Parser:
    """A hand-written parser by descent; ``deep`` guards the stack, ``nodes`` the time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self.deep = 0
        self.nodes = 0

    def whole(self, *, listed: bool) -> tuple[Node, ...]:
        """All expressions of the text, up to its end."""
        parts = [self._any()]
        while listed and self._take(";"):
            parts.append(self._any())
        if self._now.kind != "end":
            raise self._wrong("the expression should end here")
        return tuple(parts)

    @property
    def _now(self) -> Token:
        return self.tokens[self.place]

    def _wrong(self, why: str) -> ExpressionError:
        return unreadable(self.text, self._now.at, why)

    def _take(self, *signs: str) -> str:
        """The next word, if it is one of these signs or words of the language; else nothing."""
        now = self._now
        if now.kind in ("sign", "name") and now.text in signs:
            self.place += 1
            return now.text
        return ""

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._wrong(f"{sign} is needed here")

    def _made(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._large("số phần", "parts", MOST_NODES)
        return node

    def _large(self, what_vi: str, what_en: str, most: int) -> ExpressionError:
        return ExpressionError("QD807", text=shortened(self.text), what_vi=what_vi, what_en=what_en, most=most)

    def _deeper(self) -> None:
        self.deep += 1
        if self.deep > DEEPEST:
            raise self._large("số tầng", "levels", DEEPEST)

    def _any(self) -> Node:
        self._deeper()
        node = self._and()
        while self._take("or"):
            node = self._made(Binary("or", node, self._and()))
        self.deep -= 1
        return node

    def _and(self) -> Node:
        node = self._not()
        while self._take("and"):
            node = self._made(Binary("and", node, self._not()))
        return node

    def _not(self) -> Node:
        if self._take("not"):
            self._deeper()
            node = self._made(Unary("not", self._not()))
            self.deep -= 1
            return node
        return self._comparison()

    def _comparison(self) -> Node:
        left = self._sum()
        if self._take("in"):
            self._need("(")
            items = [self._sum()]
            while self._take(","):
                items.append(self._sum())
            self._need(")")
            return self._made(Among(left, tuple(items)))
        sign = self._take(*COMPARISONS)
        if not sign:
            return left
        node = self._made(Binary(sign, left, self._sum()))
        if self._now.text in (*COMPARISONS, "in") and self._now.kind != "text":
            raise self._wrong("comparisons are joined by and")
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = self._made(Binary(sign, node, self._product()))
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._take("*", "/"):
            node = self._made(Binary(sign, node, self._signed()))
        return node

    def _signed(self) -> Node:
        if self._take("-"):
            self._deeper()
            node = self._made(Unary("-", self._signed()))
            self.deep -= 1
            return node
        return self._one()

    def _one(self) -> Node:
        now = self._now
        self.place += now.kind != "end"
        if now.kind == "number":
            return self._made(Literal(float(now.text)))
        if now.kind == "text":
            return self._made(Literal(now.text))
        if now.kind == "parameter":
            return self._made(Parameter(now.text))
        if now.text == "(" and now.kind == "sign":
            node = self._any()
            self._need(")")
            return node
        if now.kind == "name" and now.text in ("true", "false"):
            return self._made(Literal(now.text == "true"))
        if now.kind == "name" and now.text not in _WORDS:
            return self._call(now) if self._take("(") else self._made(Quantity(now.text))
        self.place -= now.kind != "end"
        raise self._wrong("a value is needed here")

    def _call(self, name: Token) -> Node:
        if name.text in ("grid", "date"):
            quoted = self._now
            if quoted.kind != "text":
                raise self._wrong("a quoted text is needed here")
            self.place += 1
            self._need(")")
            return self._made(GridValue(quoted.text) if name.text == "grid" else Literal(self._date(quoted)))
        if name.text not in FUNCTIONS:
            known = ", ".join(sorted((*FUNCTIONS, "grid", "date")))
            raise ExpressionError("QD811", function=name.text, known=known)
        arguments = [self._any()]
        while self._take(","):
            arguments.append(self._any())
        self._need(")")
        least, most = FUNCTIONS[name.text]
        if not least <= len(arguments) <= most:
            self.place -= 1
            raise self._wrong(f"{name.text} takes {least} to {most} values")
        return self._made(Call(name.text, tuple(arguments)))

    def _date(self, quoted: Token) -> date:
        try:
            if len(quoted.text) != 10:
                raise ValueError(f"Invalid isoformat string: {quoted.text!r}")
            return date.fromisoformat(quoted.text)
        except ValueError as error:
            raise unreadable(self.text, quoted.at, str(error)) from None
