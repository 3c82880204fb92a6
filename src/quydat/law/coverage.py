"""Which rules of a pack have the test cases that they need, and which cases really cover what they say.

A case counts only if it gives what it expects and stands where its name says: on the edge, a step beside it, on the
day of a change or the day before.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pandas as pd

from quydat.core.problem import Problems
from quydat.law.cases import CaseResult, run_case
from quydat.law.expression import Literal
from quydat.law.model import Rule
from quydat.law.pack import Pack

KINDS = (
    "pass", "fail", "unknown", "not_applicable", "day_before", "day_of", "edge_below", "edge", "edge_above",
)  # fmt: skip
_EDGES = ("edge_below", "edge", "edge_above")
_ON_THE_EDGE = 1e-6


def needed(rule: Rule) -> tuple[str, ...]:
    """Kinds of cases that a rule needs.

    Pass, fail, unknown and the two days always; not applicable if it has a condition; the edge and a step to both
    sides if it compares numbers. There is no step above 100 % of something, nor below none of it.
    """
    kinds = {"pass", "fail", "unknown", "day_before", "day_of"}
    if rule.condition is not None:
        kinds.add("not_applicable")
    if rule.quantity.kind == "number" and rule.test.operator not in ("in", "holds"):
        kinds.update(_EDGES)
        fixed = [node.value for node in rule.test.thresholds if isinstance(node, Literal)]
        if len(fixed) == len(rule.test.thresholds):
            numbers = [rule.conversion.ours(value) for value in fixed if isinstance(value, float)]
            if rule.quantity.unit == "share" and max(numbers) == 1.0:
                kinds.discard("edge_above")
            if min(numbers) == 0.0:
                kinds.discard("edge_below")
    return tuple(kind for kind in KINDS if kind in kinds)


def covers(result: CaseResult, rule: Rule) -> bool:
    """Whether a case covers what it says, and came out as expected."""
    case, kind = result.case, result.case.covers
    if not result.as_expected:
        return False
    if kind in ("pass", "fail", "unknown", "not_applicable"):
        return case.expected == kind and result.finding.rule_id == rule.rule_id
    if kind in ("day_before", "day_of"):
        changes = [rule.provision.in_force_from, rule.provision.in_force_to]
        days = [day for day in changes if day is not None]
        shift = timedelta(days=kind == "day_before")
        return any(result.deciding_date == day - shift for day in days)
    if kind in _EDGES:
        return result.finding.rule_id == rule.rule_id and _stands(result, kind)
    return result.finding.rule_id == rule.rule_id


def _stands(result: CaseResult, kind: str) -> bool:
    """Whether the value stands on the edge or on the side of it that the case says."""
    value = result.finding.value
    thresholds = [one for one in result.finding.thresholds if isinstance(one, float)]
    if not isinstance(value, float) or not thresholds:
        return False
    distances = [value - one for one in thresholds]
    if kind == "edge":
        return any(abs(distance) <= _ON_THE_EDGE for distance in distances)
    return any(distance < 0 if kind == "edge_below" else distance > 0 for distance in distances)


def results(pack: Pack) -> Iterator[CaseResult | Problems]:
    """All cases of a pack with what came of them, or with what is wrong with their facts."""
    for case in pack.cases:
        try:
            yield run_case(pack, case)
        except Problems as error:
            yield error


def coverage(pack: Pack) -> pd.DataFrame:
    """Which kinds of cases each rule needs, has and lacks.

    Returns
    -------
    A row for each rule: ``rule_id``; a column for each kind of case, holding how many cases cover it; ``needed``,
    ``present`` and ``missing`` as texts between semicolons.
    """
    rules: Mapping[str, Rule] = {rule.rule_id: rule for rule in pack.rules}
    count = {rule_id: dict.fromkeys(KINDS, 0) for rule_id in rules}
    for result in results(pack):
        if isinstance(result, CaseResult) and covers(result, rules[result.case.rule_id]):
            own = count[result.case.rule_id]
            own[result.case.covers] = own.get(result.case.covers, 0) + 1
    rows = []
    for rule_id, own in count.items():
        wanted = needed(rules[rule_id])
        present = [kind for kind in wanted if own[kind]]
        missing = [kind for kind in wanted if not own[kind]]
        counts = {kind: own[kind] for kind in KINDS}
        listed = {"needed": ";".join(wanted), "present": ";".join(present), "missing": ";".join(missing)}
        rows.append({"rule_id": rule_id, **counts, **listed})
    columns = ["rule_id", *KINDS, "needed", "present", "missing"]
    return pd.DataFrame(rows, columns=columns)
