"""All rules of a pack on 10,000 parks and as many plots: ours by columns; peers subject by subject.

The peers get the rules that they can say at all: the version in force on the day, numbers, texts and yes or no, all
facts known. What they come to is compared with ours before anything is timed.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import zen

from benchmarks.measure import Result, ratio
from quydat.core.problem import Problems
from quydat.law import Pack, Subjects, evaluate, load_pack
from quydat.law.expression import Among, Binary, Call, GridValue, Literal, Node, Parameter, Quantity, Unary, walk
from quydat.law.model import Comparison, Family, Rule, RuleException

ON = date(2026, 11, 27)
SIZE = 10_000
KINDS = ("park", "plot")
_UNKNOWN_SHARE = 0.3


def drawn(pack: Pack, kind: str, *, unknown: float) -> Subjects:
    """Subjects by chance: numbers near the thresholds, texts of the lists, no yes or no that an exception asks for."""
    rng = np.random.default_rng(7)
    rules = [rule for family in pack.families_of(kind) for rule in family.versions]
    exempting = {
        part.name
        for rule in rules
        for one in rule.all_exceptions()
        for part in walk(one.condition)
        if isinstance(part, Quantity)
    }
    near: dict[str, list[float]] = {}
    for rule in rules:
        for node in rule.test.thresholds:
            if isinstance(node, Literal) and isinstance(node.value, float):
                near.setdefault(rule.quantity.name, []).append(rule.conversion.ours(node.value))
    columns: dict[str, Any] = {}
    for name, quantity in pack.quantities[kind].items():
        if quantity.kind == "number":
            values = rng.choice(near.get(name, [1.0, 10.0]), SIZE) * rng.choice([0.5, 0.9, 1.0, 1.1, 2.0], SIZE)
            columns[name] = np.where(rng.random(SIZE) < unknown, np.nan, values)
        else:
            if quantity.kind == "boolean":
                values = rng.random(SIZE) < (0.0 if name in exempting else 0.5)
            elif quantity.kind == "text":
                values = rng.choice(quantity.values or ("A", "B", "C"), SIZE)
            else:
                values = np.full(SIZE, ON)
            cells = pd.Series(values.tolist(), dtype=object)
            columns[name] = cells.where(pd.Series(rng.random(SIZE) >= unknown), None)
    return Subjects(kind, [f"{kind}-{n}" for n in range(SIZE)], pd.DataFrame(columns))


def without_conflicts(pack: Pack, subjects: Subjects, families: Sequence[str] | None) -> Subjects:
    """The subjects less those to which chance gave two exceptions at once."""
    while True:
        try:
            evaluate(subjects, on=ON, pack=pack, families=families)
        except Problems as error:
            out = {problem.facts["subject"] for problem in error.found}
            kept = [name not in out for name in subjects.ids]
            ids = [name for name in subjects.ids if name not in out]
            subjects = Subjects(subjects.kind, ids, subjects.facts[kept].reset_index(drop=True))
        else:
            return subjects


class Dialect:
    """Rules as expressions of another language: zen's, or Python's."""

    def __init__(self, pack: Pack, *, python: bool) -> None:
        self.pack, self.python = pack, python

    def choice(self, condition: str, yes: str, no: str) -> str:
        """One or the other."""
        return f"(({yes}) if ({condition}) else ({no}))" if self.python else f"(({condition}) ? ({yes}) : ({no}))"

    def node(self, node: Node) -> str:
        """An expression.

        Raises
        ------
        LookupError
            If the peers cannot say it.
        """
        match node:
            case Literal(value=bool() as value):
                return str(value) if self.python else str(value).lower()
            case Literal(value=str() as value) | Literal(value=float() as value):
                return repr(value)
            case Quantity(name=name) if self.pack_kind(name) != "date":
                return f"f['{name}']" if self.python else name
            case Parameter(parameter_id=name):
                found = self.pack.parameters[name].on(ON)
                if found is not None:
                    return self.node(Literal(found.value))
            case Unary(operator=operator, part=part):
                return f"({operator} {self.node(part)})"
            case Binary(operator=operator, left=left, right=right):
                sign = "==" if operator == "=" else operator
                return f"({self.node(left)} {sign} {self.node(right)})"
            case Among(part=part, items=items):
                return f"({self.node(part)} in [{', '.join(self.node(item) for item in items)}])"
            case Call(function=("max" | "min") as function, arguments=arguments):
                return f"{function}([{', '.join(self.node(one) for one in arguments)}])"
            case GridValue():
                pass
        raise LookupError(str(node))

    def pack_kind(self, name: str) -> str:
        """Kind of a quantity; the same name has the same kind for all subjects that are measured."""
        return next(own[name].kind for own in self.pack.quantities.values() if name in own)

    def test(self, rule: Rule, own: Comparison | None) -> str:
        """What a comparison comes to."""
        if own is None:
            return "'not_applicable'"
        value = self.node(Quantity(rule.quantity.name))
        rate = rule.conversion.times / rule.conversion.over
        limits = [
            repr(rule.conversion.ours(node.value))
            if isinstance(node, Literal) and isinstance(node.value, float)
            else (self.node(node) if rate == 1 else f"({self.node(node)} * {rate!r})")
            for node in own.thresholds
        ]
        signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "=="}
        if own.operator == "holds":
            told = value
        elif own.operator == "between":
            told = f"{value} >= {limits[0]} and {value} <= {limits[1]}"
        elif own.operator == "in":
            told = f"{value} in [{', '.join(limits)}]"
        else:
            told = f"{value} {signs[own.operator]} {limits[0]}"
        return self.choice(told, "'pass'", "'fail'")

    def rule(self, rule: Rule) -> str:
        """A rule with its exceptions."""

        def with_exceptions(own: str, options: Sequence[RuleException]) -> str:
            for one in options:
                if one.provision.holds_on(ON):
                    own = self.choice(
                        self.node(one.condition), with_exceptions(self.test(rule, one.test), one.inner), own
                    )
            return own

        whole = with_exceptions(self.test(rule, rule.test), rule.exceptions)
        if rule.condition is None:
            return whole
        return self.choice(self.node(rule.condition), whole, "'not_applicable'")


def sayable(pack: Pack, kind: str) -> list[tuple[Family, Rule]]:
    """Families whose version in force on the day the peers can say."""
    found = []
    for family in pack.families_of(kind):
        for rule in family.versions:
            if rule.provision.holds_on(ON):
                try:
                    Dialect(pack, python=False).rule(rule)
                except LookupError:
                    continue
                found.append((family, rule))
    return found


def _python_loop(pack: Pack, rules: Sequence[Rule], rows: list[dict[str, Any]]) -> Callable[[], list[list[str]]]:
    source = ", ".join(Dialect(pack, python=True).rule(rule) for rule in rules)
    run = eval(f"lambda f: [{source}]")  # noqa: S307 - the peer runs the pack's rules as code, which ours never does
    return lambda: [run(row) for row in rows]


def _zen_loop(pack: Pack, rules: Sequence[Rule], rows: list[dict[str, Any]]) -> Callable[[], list[list[str]]]:
    run = zen.compile_expression(f"[{', '.join(Dialect(pack, python=False).rule(rule) for rule in rules)}]")
    return lambda: [run.evaluate(row) for row in rows]


def _table(subjects: Subjects) -> list[dict[str, Any]]:
    dates = [name for name, column in subjects.facts.items() if isinstance(column.iloc[0], date)]
    return [{str(k): v for k, v in row.items()} for row in subjects.facts.drop(columns=dates).to_dict("records")]


def measured(names: Sequence[str | Path] = ("vn",)) -> Iterator[Result]:
    """The rules that the peers can say, against a rules engine in Rust and against plain Python."""
    pack = load_pack(names)
    lots, said = [], []
    for kind in KINDS:
        if not (own := sayable(pack, kind)):
            continue  # a pack of other subjects
        said.append(own)
        families = [family.name for family, _ in said[-1]]
        lots.append(without_conflicts(pack, drawn(pack, kind, unknown=0.0), families))
    names_of = [[family.name for family, _ in own] for own in said]

    def ours() -> list[np.ndarray[Any, Any]]:
        return [
            evaluate(lot, on=ON, pack=pack, families=own).parts[0].verdict
            for lot, own in zip(lots, names_of, strict=True)
        ]

    if not said:
        return
    rows = [_table(lot) for lot in lots]
    count = sum(map(len, said))
    for peer, loop in (
        ("zen-engine, compiled expressions in Rust", _zen_loop),
        ("plain Python, compiled", _python_loop),
    ):
        runs = [loop(pack, [rule for _, rule in own], table) for own, table in zip(said, rows, strict=True) if own]

        def theirs(runs: Sequence[Callable[[], list[list[str]]]] = runs) -> list[list[list[str]]]:
            return [run() for run in runs]

        for mine, other in zip(ours(), theirs(), strict=True):
            codes = np.array(["pass", "fail", "unknown", "not_applicable"])[mine].T
            different = (codes != np.array(other)).mean()
            if different > 0:
                raise AssertionError(f"{peer} gives other verdicts in {different:.2%}")
        yield ratio(
            f"{count} rules of the law, {SIZE:,} parks and {SIZE:,} plots",
            ours,
            peer=peer,
            theirs=theirs,
            rounds=3,
            lacks="unknown facts and what to ask, versions by day, look-up tables, margins, clashing exceptions, trace",
        )


def whole_seconds(names: Sequence[str | Path] = ("vn",)) -> dict[str, float]:
    """All rules about parks and plots, three facts in ten unknown: reading the pack, the findings, their table."""
    begun = time.perf_counter()
    pack = load_pack(names)
    read = time.perf_counter() - begun
    lots = [without_conflicts(pack, drawn(pack, kind, unknown=_UNKNOWN_SHARE), None) for kind in KINDS]
    begun = time.perf_counter()
    found = evaluate(lots, on=ON, pack=pack)
    done = time.perf_counter() - begun
    begun = time.perf_counter()
    found.table()
    return {
        "pack read and checked": read,
        f"{len(found):,} findings": done,
        "their table": time.perf_counter() - begun,
    }
