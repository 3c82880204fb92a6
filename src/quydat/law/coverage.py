"""Which rules of a pack have the test cases that they need, and which cases really cover what they say.

A case counts only if it gives what it expects and stands where its name says: on the edge, a step beside it, on the
day of a change or the day before.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

import pandas as pd

from quydat.core.problem import Problems
from quydat.law.cases import CaseResult, run_case
from quydat.law.expression import COMPARISONS, Binary, Literal, Parameter, walk
from quydat.law.model import Rule
from quydat.law.pack import Pack
from quydat.law.provision import Provision

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
    """Whether a case covers its kind for the test of the rule itself, and came out as expected."""
    return result.as_expected and _covers(result, rule, [rule.provision], _distances(result))


def honest(result: CaseResult, rule: Rule) -> bool:
    """Whether a case stands where it says, be it at an edge or a change of a condition, an exception or a parameter."""
    frame = result.finding.alone()
    nodes = [rule.condition, *(one.condition for one in rule.all_exceptions())]
    parts = [part for node in nodes if node is not None for part in walk(node)]
    distances = _distances(result)
    for part in parts:
        if isinstance(part, Binary) and part.operator in COMPARISONS:
            left, right = (frame.value(side, rule.deciding_date) for side in (part.left, part.right))
            if left.values.dtype.kind == "f" and left.known[0] and right.known[0]:
                distances.append(float(left.values[0] - right.values[0]))
    used = {part.parameter_id for node in (*rule.test.thresholds, *parts) for part in walk(node)
            if isinstance(part, Parameter)}  # fmt: skip
    versions = [one.provision for name in used for one in frame.parameters[name].versions]
    return _covers(
        result, rule, [rule.provision, *(one.provision for one in rule.all_exceptions()), *versions], distances
    )


def _covers(result: CaseResult, rule: Rule, provisions: Sequence[Provision], distances: Sequence[float]) -> bool:
    case, kind = result.case, result.case.covers
    if kind in ("pass", "fail", "unknown", "not_applicable"):
        return case.expected == kind and result.finding.rule_id == rule.rule_id
    if kind in ("day_before", "day_of"):
        days = [day for one in provisions for day in (one.in_force_from, one.in_force_to) if day is not None]
        shift = timedelta(days=kind == "day_before")
        return any(result.deciding_date == day - shift for day in days)
    if kind in _EDGES:
        return result.finding.rule_id == rule.rule_id and any(_stands(one, kind) for one in distances)
    return result.finding.rule_id == rule.rule_id


def _distances(result: CaseResult) -> list[float]:
    """How far the value lies above each threshold, in the law's unit; in days for dates."""
    value, thresholds = result.finding.value, result.finding.thresholds
    if isinstance(value, date):
        return [float((value - one).days) for one in thresholds if isinstance(one, date)]
    return [value - one for one in thresholds if isinstance(value, float) and isinstance(one, float)]


def _stands(distance: float, kind: str) -> bool:
    """Whether a value stands on the edge, or at most one unit beside it on the side that the case says."""
    if kind == "edge":
        return abs(distance) <= _ON_THE_EDGE
    step = -distance if kind == "edge_below" else distance
    return _ON_THE_EDGE < step <= 1 + _ON_THE_EDGE


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
