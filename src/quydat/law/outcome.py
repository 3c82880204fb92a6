"""What one version of a rule comes to for all subjects, with its exceptions, and what is missing where it is unknown.

Where an exception may or may not apply, all that could come out is kept as a set (one bit for each verdict). The
verdict is decided if the set holds one; so a fact that is learnt later never turns a decided verdict around.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from quydat.law.column import Column, Mask, conjunction, constant, disjunction, equal, less
from quydat.law.expression import GridValue, Node, Parameter, Quantity, children, walk
from quydat.law.frame import Frame
from quydat.law.model import Comparison, Rule, RuleException

PASS, FAIL, UNKNOWN, NOT_APPLICABLE = range(4)
VERDICTS = ("pass", "fail", "unknown", "not_applicable")
BITS = np.array([1, 2, 4, 8], dtype=np.uint8)
_DECIDED = np.full(16, UNKNOWN, dtype=np.uint8)
_DECIDED[BITS] = np.arange(4, dtype=np.uint8)

BASE = -1
"""Place of the rule's own comparison among its exceptions."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison for all subjects: thresholds in the law's unit, what came of it, by how much."""

    comparison: Comparison | None
    thresholds: tuple[Column, ...]
    bits: NDArray[np.uint8]
    margin: NDArray[np.float64]


@dataclass(eq=False)
class Outcome:
    """What a rule comes to: all that could come out, the verdict, the exception that counts, and all comparisons."""

    condition: Column
    could: NDArray[np.uint8]
    verdict: NDArray[np.uint8]
    chosen: NDArray[np.int16]
    compared: dict[int, Compared]
    possible: dict[int, Mask]
    doubtful: list[tuple[RuleException, Mask]] = field(default_factory=list)
    """Exceptions of which it is not known whether they apply, where that makes a difference."""
    conflicts: list[tuple[RuleException, RuleException, Mask]] = field(default_factory=list)


def outcome_of(rule: Rule, frame: Frame) -> Outcome:
    """Work out one version of a rule for all subjects, as if it were in force for all."""
    condition = (
        constant(True, frame.size) if rule.condition is None else frame.value(rule.condition, rule.deciding_date)
    )
    places = {one.exception_id: place for place, one in enumerate(rule.all_exceptions())}
    nothing = np.zeros(frame.size, dtype=np.uint8)
    made = Outcome(condition, nothing, nothing, np.full(frame.size, BASE, dtype=np.int16), {}, {})
    made.compared[BASE] = compared(rule, rule.test, frame)
    for one in rule.all_exceptions():
        made.compared[places[one.exception_id]] = compared(rule, one.test, frame)
    maybe = ~condition.known | condition.values
    sure = condition.known & condition.values
    bits, made.chosen = _descend(rule, rule.exceptions, BASE, (sure, maybe), frame, places, made)
    bits = bits | np.where(condition.known, 0, BITS[NOT_APPLICABLE]).astype(np.uint8)
    made.could = np.where(maybe, bits, BITS[NOT_APPLICABLE]).astype(np.uint8)
    made.verdict = _DECIDED[made.could]
    return made


def compared(rule: Rule, comparison: Comparison | None, frame: Frame) -> Compared:
    """The quantity of a rule against the thresholds of the rule or of an exception; None exempts."""
    size = frame.size
    if comparison is None:
        return Compared(None, (), np.full(size, BITS[NOT_APPLICABLE]), np.full(size, np.nan))
    value = frame.quantity(rule.quantity.name)
    thresholds = tuple(frame.value(node, rule.deciding_date) for node in comparison.thresholds)
    numeric = rule.quantity.kind == "number"
    ours = [Column(rule.conversion.ours(t.values), t.known) for t in thresholds] if numeric else thresholds
    result = _test(comparison.operator, value, ours)
    bits = np.where(result.known, np.where(result.values, BITS[PASS], BITS[FAIL]), BITS[UNKNOWN])
    margin = np.full(size, np.nan)
    if numeric or rule.quantity.kind == "date":
        margin = _margin(comparison.operator, value, ours, margin)
        margin = np.round(rule.conversion.laws(margin), 9) + 0.0
    return Compared(comparison, thresholds, bits.astype(np.uint8), np.where(result.known, margin, np.nan))


def _test(operator: str, value: Column, thresholds: Sequence[Column]) -> Column:
    match operator:
        case "holds":
            return value
        case "ge":
            return less(thresholds[0], value, or_equal=True)
        case "gt":
            return less(thresholds[0], value, or_equal=False)
        case "le":
            return less(value, thresholds[0], or_equal=True)
        case "lt":
            return less(value, thresholds[0], or_equal=False)
        case "between":
            low, high = thresholds
            return conjunction(less(low, value, or_equal=True), less(value, high, or_equal=True))
        case _:
            found = equal(value, thresholds[0])
            for threshold in thresholds[1:]:
                found = disjunction(found, equal(value, threshold))
            return found


def _margin(
    operator: str, value: Column, thresholds: Sequence[Column], none: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How far inside (above 0) or outside (below 0) the value lies, in our unit."""
    first = thresholds[0].values.astype(np.float64) if thresholds else none
    own = value.values.astype(np.float64)
    match operator:
        case "ge" | "gt":
            return own - first
        case "le" | "lt":
            return first - own
        case "between":
            inside = np.minimum(own - first, thresholds[1].values - own)
            both = thresholds[0].known & thresholds[1].known
            return np.where(both, inside, np.where(thresholds[0].known, own - first, thresholds[1].values - own))
        case "eq":
            return -np.abs(own - first)
        case _:
            return none


def _descend(
    rule: Rule,
    options: Sequence[RuleException],
    base: int,
    reached: tuple[Mask, Mask],
    frame: Frame,
    places: dict[str, int],
    made: Outcome,
) -> tuple[NDArray[np.uint8], NDArray[np.int16]]:
    """All verdicts that could come where ``base`` is reached (surely, maybe), and the comparison that counts."""
    sure, active = reached
    yes, maybe = [], []
    for one in options:
        condition = frame.value(one.condition, rule.deciding_date)
        force = frame.force([one.provision], rule.deciding_date)
        in_force = Column(force.masks[0], ~force.undecided)
        applies = conjunction(in_force, condition)
        yes.append(active & applies.known & applies.values)
        maybe.append(active & ~applies.known)
    count = np.sum(yes, axis=0) if yes else np.zeros(frame.size, dtype=int)
    for place, one in enumerate(options):
        for other in range(place + 1, len(options)):
            made.conflicts.append((one, options[other], sure & yes[place] & yes[other]))
    none = active & (count == 0)
    made.possible[base] = none
    bits = np.where(none, made.compared[base].bits, 0).astype(np.uint8)
    counting = made.compared[base].bits
    chosen = np.full(frame.size, base, dtype=np.int16)
    doubts = []
    for one, certain, doubtful in zip(options, yes, maybe, strict=True):
        own = places[one.exception_id]
        within, deeper = _descend(rule, one.inner, own, (sure & certain, certain | doubtful), frame, places, made)
        bits |= within
        counting = np.where(certain, within, counting)
        chosen = np.where(certain, deeper, chosen).astype(np.int16)
        doubts.append((one, doubtful, within))
    made.doubtful += [(one, doubtful & (within != counting)) for one, doubtful, within in doubts]
    return bits, chosen


def asked(rule: Rule, outcome: Outcome, frame: Frame, rows: Mask) -> dict[str, Mask]:
    """Quantities that are missing in those rows whose verdict is unknown, each with where it is."""
    asks: dict[str, Mask] = {}
    unknown = rows & (outcome.verdict == UNKNOWN)
    if not unknown.any():
        return asks
    if rule.condition is not None:
        _needs(rule.condition, unknown & ~outcome.condition.known, rule, frame, asks)
    for place, one in outcome.compared.items():
        open_here = unknown & outcome.possible[place] & ((one.bits & BITS[UNKNOWN]) > 0)
        if one.comparison is not None and open_here.any():
            for node in (Quantity(rule.quantity.name), *one.comparison.thresholds):
                _needs(node, open_here, rule, frame, asks)
    for exception, doubtful in outcome.doubtful:
        _needs(exception.condition, unknown & doubtful, rule, frame, asks)
        undecided = frame.force([exception.provision], rule.deciding_date).undecided
        _add(asks, rule.deciding_date, unknown & doubtful & undecided)
    return asks


def _needs(node: Node, rows: Mask, rule: Rule, frame: Frame, asks: dict[str, Mask]) -> None:
    """Follow what is not known down to the facts of the subject."""
    value = frame.value(node, rule.deciding_date)
    rows = rows & ~value.known
    if not rows.any():
        return
    if isinstance(node, Quantity):
        _add(asks, node.name, rows)
        return
    if isinstance(node, Parameter | GridValue):
        _add(asks, rule.deciding_date, rows & ~frame.deciding(rule.deciding_date).known)
        if isinstance(node, GridValue):
            grid = frame.grids[node.grid_id]
            for name in (grid.row_quantity, grid.column_quantity):
                _needs(Quantity(name), rows, rule, frame, asks)
        return
    whole = rows
    for child in children(node):
        _needs(child, rows, rule, frame, asks)
        whole = whole & frame.value(child, rule.deciding_date).known
    for part in walk(node):
        if isinstance(part, Quantity):  # all parts are known, but a ratio to nothing has no value
            _add(asks, part.name, whole)


def _add(asks: dict[str, Mask], name: str, rows: Mask) -> None:
    if rows.any():
        asks[name] = asks[name] | rows if name in asks else rows
