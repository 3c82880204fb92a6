"""The desk: pairs that a person must decide, and rows that wait to be mended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from quydat.core.problem import Problem, Problems, problem
from quydat.dictionary.bulk import bulk_dtype
from quydat.dictionary.schema import tables
from quydat.survey.take import WAITING, reasons_of

UNSURE, SAME, DIFFERENT = "unsure", "same", "different"


@dataclass(frozen=True)
class Pair:
    """Two observations of which it is not sure whether they are one establishment.

    Attributes
    ----------
    pair_id
        Both ids, joined by a vertical bar.
    left, right
        The observations: cells by attribute, unknown ones left out.
    probability
        By the model.
    evidence
        What the model compared, as the record keeps it; empty if nothing was kept.
    contradiction
        What keeps the rule from joining them however probable it is; empty if nothing does.
    """

    pair_id: str
    left: Mapping[str, Any]
    right: Mapping[str, Any]
    probability: float
    evidence: str
    contradiction: str


@dataclass(frozen=True)
class Waiting:
    """A row in quarantine: where it stands, why it waits, and its cells as in the file."""

    quarantine_id: str
    reasons: tuple[Problem, ...]
    original: Mapping[str, Any]


def pending(decisions: pd.DataFrame, observations: pd.DataFrame) -> list[Pair]:
    """Pairs that wait for a person, the most probable first.

    Parameters
    ----------
    decisions, observations
        The tables of the record.
    """
    rows = decisions[decisions["decision"] == UNSURE]
    rows = rows.sort_values(["probability_share", "left_id", "right_id"], ascending=[False, True, True])
    wanted = pd.concat([rows["left_id"], rows["right_id"]]).unique()
    cells = observations[observations["observation_id"].isin(wanted)].set_index("observation_id", drop=False)
    known = {str(key): _known(row) for key, row in zip(cells.index, cells.to_dict("records"), strict=True)}
    return [
        Pair(
            f"{row['left_id']}|{row['right_id']}",
            known.get(str(row["left_id"]), {}),
            known.get(str(row["right_id"]), {}),
            float(row["probability_share"]),
            row["evidence"] if isinstance(row["evidence"], str) else "",
            row["rule"] if isinstance(row["rule"], str) else "",
        )
        for row in rows.to_dict("records")
    ]


def to_be_asked(pairs: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``match_decision`` that say that a person must decide.

    Parameters
    ----------
    pairs
        As ``survey.decide.unsure`` gives them.
    """
    table = tables()["match_decision"]
    rows = pairs.assign(decision=UNSURE, by="rule", rule=pairs["contradiction"].replace("", None), reason=None)
    return pd.DataFrame({a.name: rows[a.name].astype(bulk_dtype(a)) for a in table}, columns=table.columns)


def decided(decisions: pd.DataFrame, pair_id: str, decision: str, *, reason: str) -> pd.DataFrame:
    """The row that says what a person decided of a pair; what the model said stays with it.

    Raises
    ------
    Problems
        QD289 if no such pair was ever compared.
    """
    left, _, right = pair_id.partition("|")
    row = decisions[(decisions["left_id"] == left) & (decisions["right_id"] == right)]
    if row.empty:
        raise Problems([problem("QD289", pair=pair_id)])
    made = row.head(1).reset_index(drop=True).copy()
    for name, value in {"decision": decision, "by": "person", "rule": None, "reason": reason or None}.items():
        made[name] = pd.Series([value], dtype=bulk_dtype(tables()["match_decision"][name]))
    return made


def waiting(quarantine: pd.DataFrame) -> list[Waiting]:
    """Rows that wait, in the order in which they came."""
    rows = quarantine[quarantine["state"] == WAITING]
    return [
        Waiting(str(row["quarantine_id"]), tuple(reasons_of(row)), json.loads(str(row["original"])))
        for row in rows.to_dict("records")
    ]


def rows_waiting(quarantine: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame:
    """Rows of the quarantine by id, of those that wait.

    Raises
    ------
    Problems
        QD288 for each id that no waiting row has.
    """
    held = quarantine[quarantine["state"] == WAITING]
    missing = [one for one in ids if one not in set(held["quarantine_id"])]
    if missing:
        raise Problems([problem("QD288", row=one) for one in missing])
    return held[held["quarantine_id"].isin(list(ids))].reset_index(drop=True)


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items() if not isinstance(value, bytes) and not pd.isna(value)}
