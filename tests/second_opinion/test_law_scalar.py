"""The columnar engine of the law against a twin that takes one subject and one fact at a time, in plain Python.

Facts are drawn so that they fall on the bounds of the technical codes, beside them, and often nowhere at all.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise, product
from random import Random

import pandas as pd
import pytest

from quydat.law import Subjects, evaluate, load_pack
from quydat.law.expression import Among, Binary, Call, GridValue, Literal, Node, Parameter, Quantity, Unary, walk
from quydat.law.model import Comparison, Rule

PACK = load_pack(["vn"])
CODES = ("Q01-", "Q06-", "TCVN4449-")
ON = date(2026, 11, 23)
DECIDED = (date(2021, 7, 4), date(2021, 7, 5), date(2023, 1, 15), date(2023, 1, 16))
RULES = [rule for rule in PACK.rules if rule.rule_id.startswith(CODES)]
Facts = dict[str, object]


def same(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1e-3)


def between(side: list[float], at: float) -> list[tuple[int, float]]:
    """Neighbours on one side of a table with their weights."""
    at = min(max(at, side[0]), side[-1])
    for n, (low, high) in enumerate(pairwise(side)):
        if low <= at <= high:
            return [(n, (high - at) / (high - low)), (n + 1, (at - low) / (high - low))]
    return [(0, 1.0)]


def value(node: Node, facts: Facts) -> object:
    """Value of an expression; None is unknown."""
    match node:
        case Literal(value=written):
            return written
        case Quantity(name=name):
            return facts.get(name)
        case Parameter(parameter_id=name):
            return PACK.parameter(name, on=ON).value
        case GridValue(grid_id=name):
            grid = PACK.grids[name]
            row, column = facts.get(grid.row_quantity), facts.get(grid.column_quantity)
            if row is None or column is None:
                return None
            corners = product(between(list(grid.rows), float(row)), between(list(grid.columns), float(column)))
            return sum(of_row * of_column * grid.cells[i, j] for (i, of_row), (j, of_column) in corners)
        case Binary(operator="and" | "or" as operator, left=left, right=right):
            decides = operator == "or"
            parts = (value(left, facts), value(right, facts))
            return decides if decides in parts else None if None in parts else not decides
    parts_of = {
        Unary: lambda: [node.part],
        Binary: lambda: [node.left, node.right],
        Among: lambda: [node.part, *node.items],
    }
    parts = [value(part, facts) for part in (node.arguments if isinstance(node, Call) else parts_of[type(node)]())]
    if None in parts:
        return None
    match node:
        case Unary(operator=operator):
            return not parts[0] if operator == "not" else -parts[0]
        case Among():
            return parts[0] in parts[1:]
        case Call(function=function):
            return {"max": max, "min": min}[function](parts)
    left, right = parts
    equal = same(left, right) if isinstance(left, float) and isinstance(right, float) else left == right
    match node.operator:
        case "=" | "!=":
            return equal == (node.operator == "=")
        case "<" | ">":
            return not equal and (left < right) == (node.operator == "<")
        case "<=" | ">=":
            return equal or (left < right) == (node.operator == "<=")
        case "+" | "-":
            return left + right if node.operator == "+" else left - right
    return left * right if node.operator == "*" else left / right


def held(rule: Rule, test: Comparison, facts: Facts) -> str:
    found = facts.get(rule.quantity.name)
    if test.operator == "holds":
        return "unknown" if found is None else "pass" if found else "fail"
    threshold = value(test.thresholds[0], facts)
    if found is None or threshold is None:
        return "unknown"
    laws = rule.conversion.laws(float(found))
    equal = same(laws, float(threshold))
    kept = {"ge": laws > threshold or equal, "le": laws < threshold or equal, "eq": equal}[test.operator]
    return "pass" if kept else "fail"


def verdict(rule: Rule, facts: Facts) -> str:
    """All that may still be true is tried; one verdict left is the verdict."""
    deciding = facts.get("decided_on", ON) if rule.deciding_date == "decided_on" else ON
    if not rule.provision.holds_on(deciding):
        return "not_applicable"
    applies = True if rule.condition is None else value(rule.condition, facts)
    if applies is False:
        return "not_applicable"
    may = [(one, value(one.condition, facts)) for one in rule.exceptions]
    left = set() if applies else {"not_applicable"}
    for truth in product(*[(True, False) if known is None else (known,) for _, known in may]):
        true = [one for (one, _), here in zip(may, truth, strict=True) if here]
        if len(true) < 2:
            test = true[0].test if true else rule.test
            left.add("not_applicable" if test is None else held(rule, test, facts))
    return left.pop() if len(left) == 1 else "unknown"


def nodes(rule: Rule) -> Iterator[Node]:
    roots = [rule.condition, *rule.test.thresholds]
    for one in rule.exceptions:
        roots += [one.condition, *(one.test.thresholds if one.test else ())]
    for root in roots:
        yield from walk(root) if root is not None else ()


def drawn(rules: list[Rule], subject: str, random: Random) -> Facts:
    """Facts of one subject: every fifth is missing, numbers stand on or beside a number of some rule."""
    names = {node.name for rule in rules for node in nodes(rule) if isinstance(node, Quantity)}
    names |= {rule.quantity.name for rule in rules}
    for name in {node.grid_id for rule in rules for node in nodes(rule) if isinstance(node, GridValue)}:
        names |= {PACK.grids[name].row_quantity, PACK.grids[name].column_quantity}
    numbers = sorted(
        {n.value for rule in rules for n in nodes(rule) if isinstance(n, Literal) and isinstance(n.value, float)}
    )
    facts: Facts = {}
    for name in sorted(names):
        quantity = PACK.quantities[subject][name]
        if random.random() < 0.2:
            continue
        if quantity.kind == "number":
            number = random.choice(numbers or [1.0]) * random.choice([1, 1, 0.5, 1.5, 0.99, 1.01, 2])
            facts[name] = number / 100 if quantity.unit == "share" else number
        else:
            facts[name] = random.random() < 0.5 if quantity.kind == "boolean" else random.choice(quantity.values)
    if rules[0].deciding_date == "decided_on" and random.random() < 0.3:
        facts["decided_on"] = random.choice(DECIDED)
    return facts


@pytest.mark.parametrize("subject", sorted({rule.subject for rule in RULES}))
def test_the_twin_agrees(subject: str) -> None:
    rules = [rule for rule in RULES if rule.subject == subject]
    random = Random(20261123)  # noqa: S311 (a fixed draw, no secret)
    facts = [drawn(rules, subject, random) for _ in range(400)]
    table = pd.DataFrame(facts).astype(object)
    found = evaluate(
        Subjects(subject, [str(n) for n in range(len(facts))], table.where(table.notna(), None)), on=ON, pack=PACK
    )
    rows = found.table()
    engine = dict(zip(zip(rows["subject_id"].astype(int), rows["rule_id"], strict=True), rows["verdict"], strict=True))
    seen = Counter()
    for n, own in enumerate(facts):
        for rule in rules:
            twin = verdict(rule, own)
            seen[twin] += 1
            assert engine[n, rule.rule_id] == twin, (rule.rule_id, own)
    assert set(seen) == {"pass", "fail", "unknown", "not_applicable"}
