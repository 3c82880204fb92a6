"""Findings of one lot of subjects as arrays: a row for each family of rules, a column for each subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from quydat.law.column import Column, Mask
from quydat.law.expression import Literal, Node, Parameter, Quantity
from quydat.law.frame import Frame
from quydat.law.kinds import Kind
from quydat.law.model import Family, Rule, RuleException, Value
from quydat.law.outcome import BASE, BITS, FAIL, NOT_APPLICABLE, PASS, Compared, Outcome
from quydat.law.subjects import Subjects

_BITS_AT_ONCE = 60
_FEW = 12
"""Missing quantities of a rule up to which every combination has its place in a list."""


@dataclass(frozen=True, eq=False)
class Block:
    """One version of a rule, the subjects to which it applies, and what it comes to."""

    number: int
    rule: Rule
    rows: Mask
    outcome: Outcome

    def margin(self) -> NDArray[np.float64]:
        """How far inside or outside each decided value lies, in the law's unit."""
        margin = np.full(len(self.rows), np.nan)
        for place, one in self.outcome.compared.items():
            margin = np.where(self.outcome.chosen == place, one.margin, margin)
        decided = (self.outcome.verdict == PASS) | (self.outcome.verdict == FAIL)
        return np.where(decided, margin, np.nan)

    def exception(self) -> NDArray[np.int16]:
        """Place of the exception that counts among those of the rule, or BASE."""
        holds = self.outcome.condition.known & self.outcome.condition.values
        return np.where(holds, self.outcome.chosen, BASE).astype(np.int16)


@dataclass(eq=False)
class Part:
    """The arrays, filled family by family."""

    subjects: Subjects
    frame: Frame
    families: tuple[Family, ...]
    asks_list: list[tuple[str, ...]] = field(default_factory=lambda: [()])

    def __post_init__(self) -> None:
        shape = (len(self.families), self.frame.size)
        self.verdict = np.zeros(shape, dtype=np.uint8)
        self.could = np.full(shape, BITS[NOT_APPLICABLE], dtype=np.uint8)
        self.reason = np.zeros(shape, dtype=np.uint8)
        self.version = np.zeros(shape, dtype=np.int16)
        self.margin = np.full(shape, np.nan)
        self.exception = np.full(shape, BASE, dtype=np.int16)
        self.asks = np.zeros(shape, dtype=np.int32)
        self.blocks: list[list[Block]] = [[] for _ in self.families]
        self._places: dict[tuple[str, ...], int] = {(): 0}

    def __len__(self) -> int:
        return self.verdict.size

    def asks_code(self, asks: Mapping[str, Mask]) -> NDArray[np.int32]:
        """Which quantities are missing for each subject, as places in ``asks_list``; 0 is none."""
        codes = np.zeros(self.frame.size, dtype=np.int64)
        if len(asks) <= _FEW:
            for bit, mask in enumerate(asks.values()):
                codes += mask.astype(np.int64) << bit
            places = np.zeros(1 << len(asks), dtype=np.int32)
            for code in np.flatnonzero(np.bincount(codes, minlength=len(places))).tolist():
                places[code] = self._place(tuple(name for bit, name in enumerate(asks) if code >> bit & 1))
            return places[codes]
        for number, mask in enumerate(asks.values()):
            if number and number % _BITS_AT_ONCE == 0:
                codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
            codes = codes * 2 + mask
        _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
        named = [tuple(name for name, mask in asks.items() if mask[row]) for row in first.tolist()]
        return np.array([self._place(names) for names in named], dtype=np.int32)[inverse]

    def _place(self, names: tuple[str, ...]) -> int:
        if names not in self._places:
            self._places[names] = len(self.asks_list)
            self.asks_list.append(names)
        return self._places[names]

    def exception_at(self, family: int, row: int) -> RuleException | None:
        """The exception that counts for a subject."""
        place = int(self.exception[family, row])
        rule = self.families[family].versions[int(self.version[family, row])]
        return None if place == BASE else list(rule.all_exceptions())[place]

    def compared_at(self, family: int, row: int) -> Compared | None:
        """The comparison that counts for a subject; None where no version of the rule applies."""
        block = self.block(family, row)
        return None if block is None else block.outcome.compared[int(self.exception[family, row])]

    def block(self, family: int, row: int) -> Block | None:
        """The version that applied to a subject, or None."""
        return next((block for block in self.blocks[family] if block.rows[row]), None)


def kind_of_value(node: Node, frame: Frame) -> Kind:
    """Kind of what an expression comes to."""
    match node:
        case Quantity(name=name):
            return frame.quantities[name].kind
        case Parameter(parameter_id=name):
            return frame.parameters[name].kind
        case Literal(value=str()):
            return "text"
        case Literal(value=date()):
            return "date"
        case _:
            return "number"


def values_of(column: Column, kind: Kind, frame: Frame) -> list[Value | None]:
    """A column as people hold values: numbers, yes or no, texts, dates; None where it is unknown."""
    shown: Sequence[Value]
    if column.values.dtype.kind in "fb":
        shown = column.values.tolist()
    elif kind == "date":
        shown = [date.fromordinal(int(value)) if value > 0 else date.min for value in column.values]
    else:
        texts = {code: text for text, code in frame.words.codes.items()}
        shown = [texts.get(int(value), "") for value in column.values]
    return [value if known else None for value, known in zip(shown, column.known.tolist(), strict=True)]
