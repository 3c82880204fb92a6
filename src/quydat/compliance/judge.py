"""Every rule put to every subject of its kind, in each corner of what is known; only what agrees is a verdict."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.compliance.facts import Group
from quydat.law import Finding, Findings, Pack, Subjects, evaluate
from quydat.law.model import QuantityDefinition

_WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Judged:
    """Verdicts on the subjects of one group.

    Attributes
    ----------
    group
        The subjects.
    table
        One row for each subject and family of rules, subjects in order: subject_id, rule_id, family, on, verdict,
        margin, unit, value, threshold, exception_id, asks_for.
    chosen
        Place of the corner whose finding stands for each row: that with the smallest margin.
    split
        Rows in which corners disagree; their verdict is unknown.
    applies
        Rows whose rule surely applies to the subject: its condition is known to hold in every corner.
    breach
        Rows that are a breach, or could be one in some corner if more were known.
    """

    group: Group
    table: pd.DataFrame
    chosen: NDArray[np.int64]
    split: NDArray[np.bool_]
    applies: NDArray[np.bool_]
    breach: NDArray[np.bool_]
    corners: tuple[Findings, ...]

    def finding(self, position: int) -> Finding:
        """The engine's finding of a row, with its trace."""
        return self.corners[int(self.chosen[position])][position]


def judge(group: Group, *, on: date, pack: Pack, quantities: Mapping[str, QuantityDefinition]) -> Judged:
    """Put all rules of a kind to its subjects.

    Raises
    ------
    Problems
        As ``law.evaluate``: two exceptions that apply at once.
    """
    types = {name: str(one.kind) for name, one in quantities.items()}
    corners = tuple(
        evaluate(Subjects(group.kind, list(group.names), facts, group.evidence), on=on, pack=pack)
        for facts in group.corners(types)
    )
    return _merged(group, corners, words_of(pack))


def _merged(group: Group, corners: Sequence[Findings], words: Mapping[str, frozenset[str]]) -> Judged:
    tables = [one.table() for one in corners]
    size = len(tables[0])
    chosen, split = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    if len(tables) == 1:
        return Judged(
            group, tables[0], chosen, split, corners[0].applies(), corners[0].breach_possible(), tuple(corners)
        )
    for name in ("verdict", "rule_id"):
        values = np.stack([one[name].astype("str").to_numpy() for one in tables])
        split |= (values != values[0]).any(axis=0)
    margins = np.stack([one["margin"].to_numpy(dtype=np.float64, na_value=np.nan) for one in tables])
    chosen = np.argmin(np.where(np.isnan(margins), np.inf, margins), axis=0)
    table = pd.concat(tables, ignore_index=True).iloc[chosen * size + np.arange(size)].reset_index(drop=True)
    for place in np.flatnonzero(split):
        row = table.iloc[place]
        asked = group.unsure(str(row["subject_id"]), sorted(words[str(row["rule_id"])]))
        more = [name for one in tables for name in str(one["asks_for"].iloc[place] or "").split(";") if name]
        table.loc[place, ["verdict", "asks_for"]] = ["unknown", ";".join(dict.fromkeys([*asked, *more]))]
        table.loc[place, "margin"] = np.nan
    applies = np.logical_and.reduce([one.applies() for one in corners])
    breach = np.logical_or.reduce([one.breach_possible() for one in corners])
    return Judged(group, table, chosen, split, applies, breach, tuple(corners))


def words_of(pack: Pack) -> dict[str, frozenset[str]]:
    """Names that the text of each rule and of its exceptions holds, quantities among them."""
    texts: dict[str, list[str]] = {}
    for name, columns in (
        ("rule", ("quantity", "condition", "threshold")),
        ("rule_exception", ("condition", "threshold")),
    ):
        rows = pack.tables.tables[name]
        for row in rows.to_dict("records"):
            texts.setdefault(str(row["rule_id"]), []).extend(str(row[column]) for column in columns)
    return {rule: _words(parts) for rule, parts in texts.items()}


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in _WORD.findall(text))
