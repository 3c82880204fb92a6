"""Random laws about a made-up thing, and a slow second evaluator of them that shares no code with the engine.

A law here is plain tuples; it is rendered to the cells of a pack for the engine, and worked out by the twin one
subject at a time, with None for what is not known. What could come out under exceptions of which it is not known
whether they apply is found by trying all combinations.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from math import isclose, isfinite
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from quydat.core.problem import Place
from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import law_tables
from quydat.law.packs import PackFolder, PackTables

Tree = tuple[Any, ...]
START, CHANGE, ON = date(2020, 1, 1), date(2024, 2, 29), date(2026, 11, 27)
TEXTS = ("red", "green", "blue")
KINDS = {
    "n1": "number", "n2": "number", "s1": "number", "b1": "boolean", "b2": "boolean", "t1": "text", "t2": "text",
    "d1": "date", "d2": "date", "filed": "boolean", "filed_on": "date",
}  # fmt: skip
UNITS = {"s1": "share"}
OPERATORS = ("ge", "le", "gt", "lt", "eq", "between", "in")


class TwoAtOnce(Exception):
    """Two exceptions apply at once."""


@dataclass
class Except:
    """An exception; ``parent`` is the place of the one that it is an exception to."""

    condition: Tree
    test: tuple[str, list[Tree]] | None
    parent: int | None
    first: date = START
    end: date | None = None


@dataclass
class Version:
    """One version of the rule."""

    first: date
    end: date | None
    condition: Tree | None
    quantity: str
    test: tuple[str, list[Tree]]
    exceptions: list[Except] = field(default_factory=list)


@dataclass
class Law:
    """One family, one parameter with two values, one look-up table."""

    deciding: str
    versions: list[Version]
    parameter: list[tuple[date, date | None, float]]
    cells: list[list[float | None]]
    interpolated: bool


ROWS, COLUMNS = (0.0, 1.0, 2.0), (0.0, 2.0)


# --- drawing -------------------------------------------------------------------------------------------------------


def number(r: Random, depth: int) -> Tree:
    """An expression that is a number without a unit."""
    pick = r.randrange(9 if depth > 0 else 4)
    if pick == 0:
        return ("value", r.choice([0.0, 0.5, 1.0, 1.5, 2.0, 3.0]))
    if pick in (1, 2):
        return ("fact", r.choice(["n1", "n2"]))
    if pick == 3:
        return ("parameter",) if r.random() < 0.5 else ("grid",)
    if pick in (4, 5):
        return ("sum", r.choice("+-*/"), number(r, depth - 1), number(r, depth - 1))
    if pick == 6:
        return ("minus", number(r, depth - 1))
    if pick == 7:
        return (r.choice(["max", "min"]), [number(r, depth - 1) for _ in range(r.randint(2, 3))])
    return ("sum", "*", ("years", day(r), day(r)), ("value", 1.0))


def day(r: Random) -> Tree:
    """A date."""
    return ("fact", r.choice(["d1", "d2"])) if r.random() < 0.8 else ("value", some_day(r))


def some_day(r: Random) -> date:
    """A day, often one on which something changes."""
    return r.choice([START, CHANGE, CHANGE - timedelta(1), ON, date(2024, 3, 1), date(2025, 2, 28), date(2021, 7, 5)])


def text(r: Random) -> Tree:
    """A text."""
    return ("fact", r.choice(["t1", "t2"])) if r.random() < 0.5 else ("value", r.choice(TEXTS))


def yes_no(r: Random, depth: int) -> Tree:
    """A condition."""
    pick = r.randrange(9 if depth > 0 else 5)
    if pick == 0:
        return ("fact", r.choice(["b1", "b2"]))
    if pick == 1:
        return ("compare", r.choice(["=", "!=", "<", "<=", ">", ">="]), number(r, depth - 1), number(r, depth - 1))
    if pick == 2:
        return ("compare", r.choice(["=", "!="]), ("fact", "t1"), text(r))
    if pick == 3:
        return ("compare", r.choice(["=", "!=", "<", "<=", ">", ">="]), day(r), day(r))
    if pick == 4:
        return ("known", ("fact", r.choice(list(KINDS))))
    if pick == 5:
        return ("among", ("fact", "t1"), [text(r) for _ in range(r.randint(1, 3))])
    if pick == 6:
        return ("not", yes_no(r, depth - 1))
    return (r.choice(["and", "or"]), yes_no(r, depth - 1), yes_no(r, depth - 1))


def test(r: Random, quantity: str) -> tuple[str, list[Tree]]:
    """A comparison of a quantity; shares are asked for in per cent."""
    kind = KINDS[quantity]
    if kind == "boolean":
        return ("holds", []) if r.random() < 0.5 else ("eq", [("value", r.random() < 0.5)])
    if kind == "text":
        return r.choice([("eq", [text(r)]), ("in", [text(r) for _ in range(r.randint(1, 3))])])
    operator = r.choice(OPERATORS)
    count = {"between": 2, "in": r.randint(1, 3)}.get(operator, 1)
    if kind == "date":
        return operator, [day(r) for _ in range(count)]
    if quantity == "s1":
        return operator, [("value", float(r.choice([0, 50, 57, 70, 100]))) for _ in range(count)]
    return operator, [number(r, 1) for _ in range(count)]


def law(r: Random) -> Law:
    """A law by chance."""
    quantity = r.choice(["n1", "n2", "s1", "b1", "t1", "d1"])
    spans = r.choice([
        [(START, None)], [(START, CHANGE), (CHANGE, None)], [(START, CHANGE)],
        [(START, date(2022, 1, 1)), (CHANGE, None)], [(date(2030, 1, 1), None)],
    ])  # fmt: skip
    versions = []
    for first, end in spans:
        one = Version(first, end, yes_no(r, 2) if r.random() < 0.7 else None, quantity, test(r, quantity))
        for place in range(r.choice([0, 0, 1, 2, 3])):
            parent = r.randrange(place) if place and r.random() < 0.5 else None
            replaced = test(r, quantity) if r.random() < 0.6 else None
            first_day = START if r.random() < 0.8 else CHANGE
            one.exceptions.append(Except(yes_no(r, 1), replaced, parent, first_day, None))
        versions.append(one)
    values: list[float | None] = [0.0, 1.0, 2.0, 3.0, None, 5.0]
    r.shuffle(values)
    return Law(
        r.choice(["on", "on", "filed_on"]),
        versions,
        [(START, CHANGE, 1.0), (CHANGE, None if r.random() < 0.8 else ON, 2.0)],
        [values[0:2], values[2:4], values[4:6]],
        r.random() < 0.5,
    )


def facts(r: Random) -> dict[str, Any]:
    """What is known of one thing; None is unknown."""
    drawn: dict[str, Any] = {
        "n1": r.choice([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0]), "n2": r.choice([0.0, 0.1 + 0.2, 0.3, 1.0, 2.0, 4.0]),
        "s1": r.choice([0.0, 0.5, 0.57, 0.7, 28.7 / 41, 0.71, 1.0]), "b1": r.random() < 0.5, "b2": r.random() < 0.5,
        "t1": r.choice(TEXTS), "t2": r.choice(TEXTS), "d1": some_day(r), "d2": some_day(r),
        "filed": r.random() < 0.5, "filed_on": some_day(r),
    }  # fmt: skip
    return {name: None if r.random() < 0.3 else value for name, value in drawn.items()}


# --- for the engine ------------------------------------------------------------------------------------------------


def written(tree: Tree) -> str:
    """A tree as the pack writes it, in brackets throughout."""
    match tree:
        case ("value", bool() as value):
            return "true" if value else "false"
        case ("value", date() as value):
            return f"date('{value.isoformat()}')"
        case ("value", str() as value):
            return f"'{value}'"
        case ("value", value):
            return str(value)
        case ("fact", name):
            return str(name)
        case ("parameter",):
            return "@p"
        case ("grid",):
            return "grid('g')"
        case ("minus", part):
            return f"(-{written(part)})"
        case ("not", part):
            return f"(not {written(part)})"
        case ("known", part):
            return f"known({written(part)})"
        case ("years", start, end):
            return f"years_between({written(start)}, {written(end)})"
        case ("among", part, items):
            return f"({written(part)} in ({', '.join(map(written, items))}))"
        case (("max" | "min") as name, parts):
            return f"{name}({', '.join(map(written, parts))})"
        case (("and" | "or") as name, left, right):
            return f"({written(left)} {name} {written(right)})"
        case ("sum" | "compare", sign, left, right):
            return f"({written(left)} {sign} {written(right)})"
    raise TypeError(tree)


def tables(own: Law) -> PackTables:
    """A law as the tables of a pack."""
    cited = {
        "instrument_id": "i", "article": "1", "link": "general knowledge", "confidence": "high",
        "checked_on": "2026-11-27", "checked_by": "chance",
    }  # fmt: skip
    named = {"label_vi": "a", "label_en": "a"}
    defined = {**named, "definition_vi": "a", "definition_en": "a"}
    values = {"t1": ";".join(TEXTS), "t2": ";".join(TEXTS)}
    rows: dict[str, list[dict[str, str]]] = {
        "instrument": [{"instrument_id": "i", "kind": "code", **named, "read_as": "text", "link": "general knowledge"}],
        "law_subject": [{"subject": "thing", **defined}],
        "law_quantity": [
            {"subject": "thing", "quantity": name, "type": kind, "unit": UNITS.get(name, ""),
             "values": values.get(name, ""), **defined, "ask_vi": name, "ask_en": name}
            for name, kind in KINDS.items()
        ],
        "law_parameter": [
            {"parameter_id": "p", "in_force_from": str(first), "in_force_to": str(end or ""), "topic": "a", **named,
             "value": str(value), **cited}
            for first, end, value in own.parameter
        ],
        "law_grid": [
            {"grid_id": "g", "row_value": str(row), "column_value": str(column), "row_quantity": "n1",
             "column_quantity": "n2", "between": "interpolate" if own.interpolated else "step",
             "value": "" if own.cells[i][j] is None else str(own.cells[i][j]), "unit": "count",
             "in_force_from": str(START), **cited}
            for i, row in enumerate(ROWS) for j, column in enumerate(COLUMNS)
        ],
        "rule": [], "rule_exception": [],
    }  # fmt: skip
    for number, version in enumerate(own.versions):
        operator, thresholds = version.test
        rows["rule"].append({
            "rule_id": f"R{number}", "family": "f", "topic": "a", "subject": "thing", **named,
            "condition": "" if version.condition is None else written(version.condition), "quantity": version.quantity,
            "operator": operator, "threshold": ";".join(map(written, thresholds)),
            "unit": "%" if version.quantity == "s1" else "", "deciding_date": own.deciding,
            "in_force_from": str(version.first), "in_force_to": str(version.end or ""), **cited,
        })  # fmt: skip
        for place, one in enumerate(version.exceptions):
            rows["rule_exception"].append({
                "exception_id": f"E{number}{place}", "rule_id": f"R{number}",
                "exception_to": "" if one.parent is None else f"E{number}{one.parent}", **named,
                "condition": written(one.condition), "effect": "replace" if one.test else "exempt",
                "operator": one.test[0] if one.test else "",
                "threshold": ";".join(map(written, one.test[1])) if one.test else "",
                "in_force_from": str(one.first), "in_force_to": str(one.end or ""), **cited,
            })  # fmt: skip
    made, places = {}, {}
    for table in law_tables():
        own_rows = rows.get(table.name, [])
        made[table.name] = empty(table)
        if own_rows:
            made[table.name], found = typed(pd.DataFrame(own_rows, dtype=str), table)
            assert found == [], [one.message("en") for one in found]
        places[table.name] = tuple(Place(f"chance/{table.name}.csv", row=n + 2) for n in range(len(own_rows)))
    return PackTables((PackFolder("chance", "a", "a", (), Path()),), made, places, "")


# --- the twin ------------------------------------------------------------------------------------------------------


class Twin:
    """The law worked out for one thing, value by value."""

    def __init__(self, own: Law, known: dict[str, Any]) -> None:
        self.law, self.known = own, known
        day = known["filed_on"] if own.deciding == "filed_on" else ON
        self.day = ON if day is None and known["filed"] is False else day

    def in_force(self, spans: list[tuple[date, date | None]]) -> int | str:
        """Place of the span that applies, ``none`` or ``undecided``."""
        if self.day is not None:
            return next((n for n, (a, b) in enumerate(spans) if a <= self.day and (b is None or self.day < b)), "none")
        begun = [n for n, (a, _) in enumerate(spans) if a <= ON]
        if not begun:
            return "none"
        last = spans[begun[0]][1]
        return begun[0] if len(begun) == 1 and (last is None or last > ON) else "undecided"

    def value(self, tree: Tree) -> Any:
        """What a tree comes to; None is unknown."""
        match tree:
            case ("value", value):
                return value
            case ("fact", name):
                return self.known[name]
            case ("parameter",):
                place = self.in_force([(a, b) for a, b, _ in self.law.parameter])
                return self.law.parameter[place][2] if isinstance(place, int) else None
            case ("grid",):
                return self.cell()
            case ("known", part):
                return self.value(part) is not None
            case ("not", part):
                inner = self.value(part)
                return None if inner is None else not inner
            case (("and" | "or") as name, left, right):
                sides = [self.value(left), self.value(right)]
                decides = name == "or"
                return decides if decides in sides else (None if None in sides else not decides)
            case ("among", part, items):
                return self.any_equal(self.value(part), [self.value(item) for item in items])
        parts = tree[1] if tree[0] in ("max", "min") else [part for part in tree[1:] if isinstance(part, tuple)]
        values = [self.value(part) for part in parts]
        if any(value is None for value in values):
            return None
        match tree[0]:
            case "minus":
                return -values[0]
            case "max" | "min":
                return max(values) if tree[0] == "max" else min(values)
            case "years":
                return years(*values)
            case "compare":
                return compare(tree[1], *values)
        return calculate(tree[1], *values)

    @staticmethod
    def any_equal(value: Any, items: list[Any]) -> bool | None:
        """Whether a value is among others."""
        if value is None:
            return None
        if any(item is not None and compare("=", value, item) for item in items):
            return True
        return None if None in items else False

    def cell(self) -> float | None:
        """The look-up table at n1 and n2."""
        if self.known["n1"] is None or self.known["n2"] is None or self.in_force([(START, None)]) != 0:
            return None
        across, down = (min(max(self.known[n], ends[0]), ends[-1]) for n, ends in (("n1", ROWS), ("n2", COLUMNS)))
        total = 0.0
        for i in range(len(ROWS)):
            for j in range(len(COLUMNS)):
                if self.law.interpolated:
                    weight = hat(across, ROWS, i) * hat(down, COLUMNS, j)
                else:
                    weight = float(i == at_or_below(across, ROWS) and j == at_or_below(down, COLUMNS))
                here = self.law.cells[i][j]
                if weight > 0:
                    if here is None:
                        return None
                    total += weight * here
        return total

    def tested(self, version: Version, own: tuple[str, list[Tree]]) -> str:
        """Verdict of one comparison."""
        operator, trees = own
        value = self.known[version.quantity]
        limits = [self.value(tree) for tree in trees]
        if version.quantity == "s1":
            limits = [limit / 100 for limit in limits]
        if operator == "holds":
            result = value
        elif operator == "between":
            sides = [
                None if value is None or limits[0] is None else compare(">=", value, limits[0]),
                None if value is None or limits[1] is None else compare("<=", value, limits[1]),
            ]
            result = False if False in sides else (None if None in sides else True)
        elif operator in ("eq", "in"):
            result = self.any_equal(value, limits)
        elif value is None or limits[0] is None:
            result = None
        else:
            result = compare({"ge": ">=", "le": "<=", "gt": ">", "lt": "<"}[operator], value, limits[0])
        return "unknown" if result is None else ("pass" if result else "fail")

    def verdict(self) -> tuple[str, str]:
        """Rule that is named and verdict.

        Raises
        ------
        TwoAtOnce
            If two exceptions are known to apply at once.
        """
        place = self.in_force([(version.first, version.end) for version in self.law.versions])
        if place == "none":
            begun = [n for n, v in enumerate(self.law.versions) if v.first <= (self.day or ON)]
            return f"R{begun[-1] if begun else 0}", "not_applicable"
        if place == "undecided":
            begun = [n for n, version in enumerate(self.law.versions) if version.first <= ON]
            conditions = [self.law.versions[n].condition for n in begun]
            about = [True if one is None else self.value(one) for one in conditions]
            return f"R{begun[-1]}", "not_applicable" if all(one is False for one in about) else "unknown"
        assert isinstance(place, int)
        version = self.law.versions[place]
        condition = True if version.condition is None else self.value(version.condition)
        if condition is False:
            return f"R{place}", "not_applicable"
        applies = []
        for one in version.exceptions:
            force = self.in_force([(one.first, one.end)])
            holds = self.value(one.condition)
            in_force = {0: True, "none": False, "undecided": None}[force]
            applies.append(False if False in (in_force, holds) else (None if None in (in_force, holds) else True))
        if condition:
            self.two_at_once(version, applies, None)
        outcomes: set[str] = set()
        for guess in product([True, False], repeat=applies.count(None)):
            rest = iter(guess)
            outcomes |= self.outcomes(version, [next(rest) if one is None else one for one in applies], None)
        if condition is None:
            outcomes.add("not_applicable")
        return f"R{place}", outcomes.pop() if len(outcomes) == 1 else "unknown"

    def two_at_once(self, version: Version, applies: list[bool | None], parent: int | None) -> None:
        """Go down the exceptions that are known to apply."""
        sure = [n for n, one in enumerate(version.exceptions) if one.parent == parent and applies[n] is True]
        if len(sure) > 1:
            raise TwoAtOnce
        for n in sure:
            self.two_at_once(version, applies, n)

    def outcomes(self, version: Version, applies: list[bool], parent: int | None) -> set[str]:
        """What comes out if exactly these exceptions hold; if two do, what either says."""
        held = [n for n, one in enumerate(version.exceptions) if one.parent == parent and applies[n]]
        if held:
            return set().union(*(self.outcomes(version, applies, n) for n in held))
        own = version.test if parent is None else version.exceptions[parent].test
        return {"not_applicable" if own is None else self.tested(version, own)}


def compare(sign: str, left: Any, right: Any) -> bool:
    """Compare two known values; numbers that differ in the tenth digit are equal."""
    numbers = isinstance(left, float) and isinstance(right, float)
    same = isclose(left, right, rel_tol=1e-9, abs_tol=1e-12) if numbers else left == right
    if sign in ("=", "!="):
        return same == (sign == "=")
    if same:
        return sign in ("<=", ">=")
    return bool(left < right) == (sign in ("<", "<="))


def calculate(sign: str, left: float, right: float) -> float | None:
    """Plain arithmetic; what has no value is None."""
    if sign == "/":
        return None if right == 0 else (left / right if isfinite(left / right) else None)
    return {"+": left + right, "-": left - right, "*": left * right}[sign]


def hat(value: float, ends: tuple[float, ...], place: int) -> float:
    """Weight of one of the ends for a value between them."""
    if value == ends[place]:
        return 1.0
    if place > 0 and ends[place - 1] < value < ends[place]:
        return (value - ends[place - 1]) / (ends[place] - ends[place - 1])
    if place + 1 < len(ends) and ends[place] < value < ends[place + 1]:
        return (ends[place + 1] - value) / (ends[place + 1] - ends[place])
    return 0.0


def at_or_below(value: float, ends: tuple[float, ...]) -> int:
    """Place of the last end that a value has reached."""
    return max(n for n, end in enumerate(ends) if end <= value + 1e-9)


def years(start: date, end: date) -> float:
    """Full years by counting anniversaries, and the share of the year that has begun."""
    if start > end:
        return -years(end, start)
    count = 0
    while anniversary(start, count + 1) <= end:
        count += 1
    reached, following = anniversary(start, count), anniversary(start, count + 1)
    return count + (end - reached).days / (following - reached).days


def anniversary(start: date, count: int) -> date:
    """The same day so many years later; 28 February where there is no 29th."""
    try:
        return start.replace(year=start.year + count)
    except ValueError:
        return date(start.year + count, 2, 28)
