"""Decisions on pairs of observations: by a recorded rule where it is sure, by a person where it is not, all kept."""

import hashlib
import json
from typing import Literal

import numpy as np
import pandas as pd

from quydat.core.problem import Problems, problem
from quydat.core.text import Lang, number, say
from quydat.dictionary.bulk import empty_bulk
from quydat.dictionary.schema import tables

_PAIR = ["left_id", "right_id"]


def no_decisions() -> pd.DataFrame:
    """The table ``match_decision`` without rows.

    >>> len(no_decisions())
    0
    """
    return empty_bulk(tables()["match_decision"])


def rule_name(accept: float, model: str) -> str:
    """Name of the rule that joins pairs from a probability on: library, threshold, and the model's hash.

    >>> rule_name(0.99, "{}")
    'splink≥0.99@44136fa3'
    """
    return f"splink≥{accept:g}@{hashlib.sha256(model.encode()).hexdigest()[:8]}"


def in_force(decisions: pd.DataFrame) -> pd.DataFrame:
    """The decision that counts for each pair: a person's before a rule's, and of several the last in the table.

    >>> both = pd.concat([by_person("a", "b", "same"), by_person("b", "a", "different")])
    >>> in_force(both)["decision"].tolist()
    ['different']
    """
    rank = (decisions["by"] == "person").astype(int).to_numpy()
    order = np.lexsort((np.arange(len(decisions)), rank))
    kept = decisions.iloc[order].drop_duplicates(_PAIR, keep="last")
    return kept.sort_values(_PAIR, kind="stable").reset_index(drop=True)


def decide_by_rule(pairs: pd.DataFrame, decisions: pd.DataFrame, *, accept: float, model: str) -> pd.DataFrame:
    """Decisions «the same» on the sure pairs.

    A pair is sure at a probability of ``accept`` or more and without hard contradiction: two valid tax codes of different
    firms are never joined by a rule. Pairs that a person has decided are left to the person.

    Parameters
    ----------
    pairs
        ``pairs`` of ``link``.
    decisions
        Table ``match_decision`` so far.
    accept
        Probability, in (0, 1].
    model
        The model's JSON, named in the rule.

    Returns
    -------
    New rows of ``match_decision``, one for each sure pair, by ids. Earlier decisions of rules are the caller's to end.

    >>> pairs = pd.DataFrame({"left_id": ["a", "a"], "right_id": ["b", "c"], "probability_share": [0.999, 0.8],
    ...     "evidence": ["{}", "{}"], "contradiction": ["", ""]})
    >>> decide_by_rule(pairs, no_decisions(), accept=0.99, model="{}")[["left_id", "right_id", "by"]].values.tolist()
    [['a', 'b', 'rule']]
    """
    person = decisions[decisions["by"] == "person"]
    sure = pairs[(pairs["probability_share"] >= accept) & (pairs["contradiction"] == "") & ~_among(pairs, person)]
    made = sure[[*_PAIR, "probability_share", "evidence"]].sort_values(_PAIR, kind="stable")
    return _rows(made.assign(decision="same", by="rule", rule=rule_name(accept, model)))


def unsure(pairs: pd.DataFrame, decisions: pd.DataFrame, *, accept: float, review: float) -> pd.DataFrame:
    """Pairs that a person should look at, the most probable first; what a person has decided is not asked again.

    Parameters
    ----------
    pairs, decisions, accept
        As for ``decide_by_rule``.
    review
        Pairs below this probability are not asked.

    Returns
    -------
    Rows of ``pairs``: from ``review`` to below ``accept``, and surer ones that a contradiction keeps from the rule.

    >>> pairs = pd.DataFrame({"left_id": ["a", "a"], "right_id": ["b", "c"], "probability_share": [0.999, 0.8],
    ...     "evidence": ["{}", "{}"], "contradiction": ["", ""]})
    >>> unsure(pairs, no_decisions(), accept=0.99, review=0.3)["right_id"].tolist()
    ['c']
    >>> len(unsure(pairs, by_person("a", "c", "different"), accept=0.99, review=0.3))
    0
    """
    person = decisions[decisions["by"] == "person"]
    share = pairs["probability_share"]
    asked = (share >= review) & ((share < accept) | (pairs["contradiction"] != "")) & ~_among(pairs, person)
    return pairs[asked].sort_values(["probability_share", *_PAIR], ascending=[False, True, True]).reset_index(drop=True)


def by_person(
    one: str, other: str, decision: Literal["same", "different"], *, reason: str = "", known: "pd.Series[str] | None" = None,
    pairs: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """One decision of a person, as a row of ``match_decision``; to take it back, decide again.

    Parameters
    ----------
    one, other
        Ids of the observations, in any order.
    known
        Ids that there are; if given, others are refused.
    pairs
        ``pairs`` of ``link``; if given, probability and evidence at the time of the decision are kept with it.

    Raises
    ------
    Problems
        QD252 if the two are the same observation, or not known.

    >>> by_person("b", "a", "same", reason="đã đến tận nơi")[["left_id", "right_id", "reason"]].values.tolist()
    [['a', 'b', 'đã đến tận nơi']]
    """
    why = ""
    if one == other:
        why = "an observation cannot be compared with itself"
    elif known is not None and not {one, other} <= set(known):
        why = "no such observation"
    if why:
        raise Problems([problem("QD252", left=one, right=other, why=why)])
    left, right = sorted((one, other))
    row = pd.DataFrame({"left_id": [left], "right_id": [right], "decision": [decision], "by": ["person"], "reason": [reason or None]})
    if pairs is not None:
        seen = pairs.loc[(pairs["left_id"] == left) & (pairs["right_id"] == right), ["probability_share", "evidence"]]
        if len(seen):
            row[["probability_share", "evidence"]] = seen.iloc[[0]].to_numpy()
    return _rows(row)


def explained(evidence: str, lang: Lang, *, contradiction: str = "") -> list[str]:
    """What agrees and what differs, in words with weights: what speaks most for or against one establishment first.

    >>> told = '{"prior_bits": -20.0, "form": {"level": "other", "bits": -5.0}, "place": {"level": "far", "bits": -9.7}}'
    >>> explained(told, "en")[0]
    'Place: more than 1 km apart (-9.7 bits)'
    """
    told = json.loads(evidence)
    prior = told.pop("prior_bits")
    parts = sorted(told.items(), key=lambda part: -abs(part[1]["bits"]))
    lines = [
        say(
            "match.line", lang, comparison=say(f"match.{name}", lang), level=say(f"match.{name}.{part['level']}", lang),
            bits=number(part["bits"], lang),
        )
        for name, part in parts
    ]  # fmt: skip
    lines += [say("match.prior", lang, bits=number(prior, lang))]
    return ([say(f"match.contradiction.{contradiction}", lang)] if contradiction else []) + lines


def _among(pairs: pd.DataFrame, decided: pd.DataFrame) -> "pd.Series[bool]":
    here = pd.MultiIndex.from_frame(pairs[_PAIR])
    return pd.Series(here.isin(pd.MultiIndex.from_frame(decided[_PAIR])), index=pairs.index)


def _rows(made: pd.DataFrame) -> pd.DataFrame:
    """As rows of the dictionary's table."""
    empty = no_decisions()
    return made.reindex(columns=empty.columns).astype(empty.dtypes.to_dict()).reset_index(drop=True)
