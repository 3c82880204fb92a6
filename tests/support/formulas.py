"""A second reader of formulas, for the few kinds that our workbooks use, so that what they come to can be checked."""

import re
from typing import Any

import openpyxl

_RANGE = r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?"
_TOKEN = re.compile(rf"\s*(?:(SUMIFS|SUM|MAX)\(|{_RANGE}|(\d+(?:\.\d+)?)|([-+*/^(),]))")


class Book:
    """A workbook whose formulas are worked out from its plain cells alone, not from the values kept with them.

    Grammar: sums of products of powers; ``SUM``, ``SUMIFS`` with one condition, ``MAX``; cells of other sheets.
    """

    def __init__(self, path: Any) -> None:
        self.book = openpyxl.load_workbook(path)
        self.known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        """What a cell comes to; an empty one is 0."""
        if (sheet, cell) not in self.known:
            there = self.book[sheet][cell].value
            formula = isinstance(there, str) and there.startswith("=")
            self.known[sheet, cell] = _Reader(self, sheet, there[1:]).whole() if formula else there
        found = self.known[sheet, cell]
        return 0.0 if found is None else found


class _Reader:
    def __init__(self, book: Book, sheet: str, text: str) -> None:
        self.book, self.sheet = book, sheet
        self.tokens: list[re.Match[str]] = []
        place = 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            assert found is not None, text[place:]
            self.tokens.append(found)
            place = found.end()
        self.at = 0

    def whole(self) -> Any:
        made = self.sum()
        assert self.at == len(self.tokens)
        return made

    def sum(self) -> Any:
        made = self.product()
        while (sign := self.sign()) in ("+", "-"):
            self.at += 1
            made = made + self.product() if sign == "+" else made - self.product()
        return made

    def product(self) -> Any:
        made = self.power()
        while self.sign() == "*":
            self.at += 1
            made = made * self.power()
        return made

    def power(self) -> Any:
        made = self.one()
        if self.sign() == "^":
            self.at += 1
            made = made ** self.power()
        return made

    def one(self) -> Any:
        token = self.tokens[self.at]
        self.at += 1
        if token[1]:
            return self.function(token[1])
        if token[7]:
            return float(token[7])
        if token[8] == "-":
            return -self.one()
        if token[8] == "(":
            made = self.sum()
            assert self.sign() == ")"
            self.at += 1
            return made
        assert token[5] is None, "a range stands alone"
        return self.book.value(token[2] or self.sheet, f"{token[3]}{token[4]}")

    def function(self, name: str) -> float:
        given: list[Any] = []
        while True:
            token = self.tokens[self.at]
            if token[5]:
                self.at += 1
                given.append([self.book.value(token[2] or self.sheet, one) for one in _cells(token)])
            else:
                given.append(self.sum())
            ended = self.sign() == ")"
            self.at += 1
            if ended:
                break
        if name == "SUMIFS":
            values, keys, key = given
            return sum(value for value, own in zip(values, keys, strict=True) if own == key)
        return sum(given[0]) if name == "SUM" else max(given)

    def sign(self) -> str | None:
        return self.tokens[self.at][8] if self.at < len(self.tokens) else None


def _cells(token: re.Match[str]) -> list[str]:
    assert token[3] == token[5], "one column"
    return [f"{token[3]}{row}" for row in range(int(token[4]), int(token[6]) + 1)]
