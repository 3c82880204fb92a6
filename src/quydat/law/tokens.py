"""The words of the expression language: text of a cell to tokens, each with the place where it begins.

The language is ASCII outside quotes: a letter of another alphabet that looks like an ``a`` is no letter here.
"""

import re
from dataclasses import dataclass
from typing import Literal

LONGEST_TEXT = 2000
"""Characters of an expression: more is no condition that a lawyer reads."""
LONGEST_NUMBER = 20
LONGEST_NAME = 80
_QUOTED_IN_PROBLEM = 60

TokenKind = Literal["number", "text", "name", "parameter", "sign", "end"]

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | '(?P<text>[^'\x00-\x1f]*)'
      | @(?P<parameter>[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)
      | (?P<name>[A-Za-z][A-Za-z0-9_]*)
      | (?P<sign><=|>=|!=|[-+*/()=<>,;])""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """One word; ``at`` counts characters from 1."""

    kind: TokenKind
    text: str
    at: int


class ExpressionError(Exception):
    """What is wrong with one expression: a number of the catalogue and its facts. Never reaches a user as it is."""

    def __init__(self, number: str, /, **facts: object) -> None:
        super().__init__(number)
        self.number = number
        self.facts = facts


def shortened(text: str) -> str:
    """A text as a problem quotes it: printable, and no longer than a line."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= _QUOTED_IN_PROBLEM else shown[: _QUOTED_IN_PROBLEM - 1] + "…"


def unreadable(text: str, at: int, why: str) -> ExpressionError:
    """The error for a text that is no expression."""
    return ExpressionError("QD806", text=shortened(text), at=at, why=why)


def tokens(text: str) -> list[Token]:
    """Cut an expression into its words; the last one is of kind ``end``.

    Raises
    ------
    ExpressionError
        QD806 for a sign that the language does not have, QD807 for a text, number or name that is too long.

    >>> [(word.kind, word.text) for word in tokens("area_ha >= 5")]
    [('name', 'area_ha'), ('sign', '>='), ('number', '5'), ('end', '')]
    """
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(
            "QD807", text=shortened(text), what_vi="số ký tự", what_en="characters", most=LONGEST_TEXT
        )
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise unreadable(text, place + 1, f"the sign {shortened(text[place])} has no meaning here")
        kind = match.lastgroup
        word = match.group(kind or 0)
        too_long = {"number": LONGEST_NUMBER, "name": LONGEST_NAME, "parameter": LONGEST_NAME}.get(
            kind or "", len(text)
        )
        if len(word) > too_long:
            raise ExpressionError(
                "QD807", text=shortened(word), what_vi="số ký tự của một từ", what_en="characters of a word",
                most=too_long,
            )  # fmt: skip
        if kind != "space":
            found.append(Token(kind, word, place + 1))  # type: ignore[arg-type]
        place = match.end()
    found.append(Token("end", "", len(text) + 1))
    return found
