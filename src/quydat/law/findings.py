"""Findings of many subjects in columns; a single finding and its trace are made when they are asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.law.column import Column
from quydat.law.expression import Literal
from quydat.law.finding import Finding, Reason, citation_of, confidence_of, joined
from quydat.law.model import Rule, Value
from quydat.law.outcome import BITS, FAIL, UNKNOWN, VERDICTS, Compared
from quydat.law.part import Block, Part, kind_of_value, values_of

if TYPE_CHECKING:
    from quydat.law.pack import Pack

COLUMNS = (
    "subject_kind", "subject_id", "family", "rule_id", "on", "verdict", "value", "operator", "threshold", "margin",
    "unit", "citation", "confidence", "reason", "exception_id", "asks_for",
)  # fmt: skip
_Objects = np.ndarray[tuple[int], np.dtype[np.object_]]


@dataclass(frozen=True, eq=False)
class Findings:
    """Findings by subject, and for each subject by family in the order of the pack."""

    parts: tuple[Part, ...]
    on: date
    pack: "Pack"

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[Finding]:
        for part in self.parts:
            for row in range(part.frame.size):
                for family in range(len(part.families)):
                    yield self._finding(part, family, row)

    def __getitem__(self, place: int) -> Finding:
        if place < 0:
            place += len(self)
        for part in self.parts:
            if 0 <= place < len(part):
                row, family = divmod(place, len(part.families))
                return self._finding(part, family, row)
            place -= len(part)
        raise IndexError("there is no finding at that place")

    def of(self, subject_id: str, rule: str) -> Finding:
        """The finding of a subject by a rule, named by its id or its family.

        Raises
        ------
        KeyError
            If there is no such subject or rule.
        """
        for part in self.parts:
            if subject_id in part.subjects.ids:
                row = list(part.subjects.ids).index(subject_id)
                for place, family in enumerate(part.families):
                    if rule == family.name or any(rule == version.rule_id for version in family.versions):
                        return self._finding(part, place, row)
        raise KeyError(f"no finding of {subject_id!r} by {rule!r}")

    def counts(self) -> dict[str, int]:
        """How many findings there are of each verdict."""
        total = np.zeros(len(VERDICTS), dtype=np.int64)
        for part in self.parts:
            total += np.bincount(part.verdict.ravel(), minlength=len(VERDICTS))
        return dict(zip(VERDICTS, total.tolist(), strict=True))

    def applies(self) -> NDArray[np.bool_]:
        """Of which findings it is known that a version is in force and its condition holds, in their order."""
        return _in_order([_applies(part) for part in self.parts])

    def breach_possible(self) -> NDArray[np.bool_]:
        """Which findings are a breach, or could be one if more were known, in their order."""
        return _in_order([part.could & BITS[[FAIL, UNKNOWN]].sum() > 0 for part in self.parts])

    def table(self) -> pd.DataFrame:
        """All findings as a table, in their order; ``citation`` is the Vietnamese one."""
        tables = [self._table(part) for part in self.parts if len(part)]
        if not tables:
            return pd.DataFrame({name: pd.Series(dtype="str") for name in COLUMNS})
        return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]

    def _finding(self, part: Part, family: int, row: int) -> Finding:
        rule = part.families[family].versions[int(part.version[family, row])]
        compared = part.compared_at(family, row)
        value: Value | None = None
        operator, thresholds = "", cast("tuple[Value | None, ...]", ())
        if compared is not None:
            (value,) = _law_values(rule, part.frame.quantity(rule.quantity.name).cell(row), part)
        if compared is not None and compared.comparison is not None:
            operator = compared.comparison.operator
            thresholds = tuple(cells[0] for cells in _thresholds(compared, part, row))
        margin = float(part.margin[family, row])
        return Finding(
            subject_kind=part.subjects.kind,
            subject_id=part.subjects.ids[row],
            rule=rule,
            on=self.on,
            verdict=VERDICTS[part.verdict[family, row]],
            value=value,
            operator=operator,
            thresholds=thresholds,
            margin=None if np.isnan(margin) else margin,
            reason=_reason(int(part.reason[family, row])),
            asks_for=part.asks_list[part.asks[family, row]],
            could_be=tuple(name for name, bit in zip(VERDICTS, BITS, strict=True) if part.could[family, row] & bit),
            exception=part.exception_at(family, row),
            _part=part,
            _family=family,
            _row=row,
        )

    def _table(self, part: Part) -> pd.DataFrame:
        families, size = part.verdict.shape
        rules = [rule for family in part.families for rule in family.versions]
        starts = np.cumsum([0, *(len(family.versions) for family in part.families[:-1])])
        which = part.version + starts[:, None]
        said = [(rule, one) for rule in rules for one in (None, *rule.all_exceptions())]
        first = np.cumsum([0, *(1 + sum(1 for _ in rule.all_exceptions()) for rule in rules[:-1])])
        saying = first[which] + part.exception + 1
        value, operator, threshold = (np.full(part.verdict.shape, None, dtype=object) for _ in range(3))
        operator[:] = ""
        for place, blocks in enumerate(part.blocks):
            for block in blocks:
                _fill(part, block, value[place], operator[place], threshold[place])
        same = np.zeros(part.verdict.shape, dtype=np.int64)
        return pd.DataFrame(
            {
                "subject_kind": _texts([part.subjects.kind], same),
                "subject_id": _texts(part.subjects.ids, same + np.arange(size)),
                "family": _texts([rule.family for rule in rules], which),
                "rule_id": _texts([rule.rule_id for rule in rules], which),
                "on": pd.Series([self.on], dtype=object).repeat(families * size).to_numpy(),
                "verdict": _texts(VERDICTS, part.verdict),
                "value": pd.Series(value.T.ravel(), dtype=object),
                "operator": pd.Series(operator.T.ravel(), dtype="str"),
                "threshold": pd.Series(threshold.T.ravel(), dtype=object),
                "margin": part.margin.T.ravel(),
                "unit": _texts([rule.unit for rule in rules], which),
                "citation": _texts([citation_of(rule, one, "vi") for rule, one in said], saying),
                "confidence": _texts([confidence_of(rule, one) for rule, one in said], saying),
                "reason": _texts([_reason(number) for number in range(len(Reason))], part.reason),
                "exception_id": _texts(["" if one is None else one.exception_id for _, one in said], saying),
                "asks_for": _texts([";".join(names) for names in part.asks_list], part.asks),
            }
        )


def _fill(part: Part, block: Block, value: _Objects, operator: _Objects, threshold: _Objects) -> None:
    """Value, operator and threshold of the subjects to which one version of a rule applies."""
    family = next(place for place, blocks in enumerate(part.blocks) if block in blocks)
    own = _objects(_law_values(block.rule, part.frame.quantity(block.rule.quantity.name), part))
    value[block.rows] = own[block.rows]
    for place, compared in block.outcome.compared.items():
        rows = block.rows & (part.exception[family] == place)
        if compared.comparison is None or not rows.any():
            continue
        operator[rows] = compared.comparison.operator
        constant = all(isinstance(node, Literal) for node in compared.comparison.thresholds)
        cells = _thresholds(compared, part, 0 if constant else None)
        shown = _objects([joined(one) for one in zip(*cells, strict=True)])
        if len(shown):
            threshold[rows] = shown[0] if constant else shown[rows]


def _law_values(rule: Rule, column: Column, part: Part) -> list[Value | None]:
    """Values of the quantity of a rule in the law's unit."""
    if rule.quantity.kind == "number":
        column = Column(np.round(rule.conversion.laws(column.values), 9) + 0.0, column.known)
    return values_of(column, rule.quantity.kind, part.frame)


def _thresholds(compared: Compared, part: Part, row: int | None) -> list[list[Value | None]]:
    """For each threshold its values: of all subjects, or of one."""
    if compared.comparison is None:
        return []
    columns = compared.thresholds if row is None else [column.cell(row) for column in compared.thresholds]
    nodes = compared.comparison.thresholds
    return [
        values_of(column, kind_of_value(node, part.frame), part.frame)
        for node, column in zip(nodes, columns, strict=True)
    ]


def _objects(values: Sequence[object]) -> _Objects:
    made: _Objects = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def _applies(part: Part) -> NDArray[np.bool_]:
    applies = np.zeros(part.verdict.shape, dtype=bool)
    for place, blocks in enumerate(part.blocks):
        for block in blocks:
            condition = block.outcome.condition
            applies[place] |= block.rows & condition.known & condition.values
    return applies


def _in_order(arrays: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    flat = [array.T.ravel() for array in arrays]
    return np.concatenate(flat) if flat else np.zeros(0, dtype=bool)


def _reason(number: int) -> str:
    return "" if number == Reason.DECIDED else Reason(number).name.lower()


def _texts(words: Iterable[str], codes: NDArray[Any]) -> Any:
    """Texts by their places, in the order of findings."""
    return pd.array(list(words), dtype="str").take(codes.T.ravel().astype(np.int64))
