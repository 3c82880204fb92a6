"""Every rule put to every subject of its kind, in each corner of what is known; only what agrees is a verdict."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

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
    """

    group: Group
    table: pd.DataFrame
    chosen: np.ndarray
    split: np.ndarray
    corners: tuple[Findings, ...]

    def finding(self, position: int) -> Finding:
        """The engine's finding of a row, with its trace."""
        return self.corners[int(self.chosen[position])][position]

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Rows of each rule by verdict."""
        return pd.crosstab(self.table["rule_id"], self.table["verdict"])


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
    table = tables[0].copy()
    chosen, split = np.zeros(len(table), dtype=np.int64), np.zeros(len(table), dtype=bool)
    if len(tables) > 1:
        for name in ("verdict", "rule_id"):
            values = np.stack([one[name].astype("str").to_numpy() for one in tables])
            split |= (values != values[0]).any(axis=0)
        margins = np.stack([one["margin"].to_numpy(dtype=np.float64, na_value=np.nan) for one in tables])
        chosen = np.nanargmin(np.where(np.isnan(margins), np.inf, margins), axis=0)
        for name in ("margin", "value", "threshold", "on"):
            wide = np.stack([one[name].astype("object").to_numpy() for one in tables])
            table[name] = pd.Series(wide[chosen, np.arange(len(table))], index=table.index, dtype=table[name].dtype)
        for position in np.flatnonzero(split):
            row = table.iloc[position]
            asked = group.unsure(str(row["subject_id"]), sorted(words[str(row["rule_id"])]))
            more = [name for one in tables for name in str(one["asks_for"].iloc[position] or "").split(";") if name]
            at = table.index[position]
            table.loc[at, ["verdict", "asks_for"]] = ["unknown", ";".join(dict.fromkeys([*asked, *more]))]
            table.loc[at, "margin"] = np.nan
    return Judged(group, table, chosen, split, tuple(corners))


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
