"""A small change to a rule on parks, clusters, planning or land turns at least one of its cases.

Cases that pass show that the rule is what they say. That they also say all that the rule is shows only when a rule
that was changed a little (stricter or laxer at the edge, one unit more, a part of its condition left out, a day
later) no longer passes them.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.law import run_case
from quydat.law.expression import Binary, Node, parse
from quydat.law.pack import pack_of
from quydat.law.packs import PackTables, read_packs
from quydat.law.written import written

pytestmark = pytest.mark.long

TABLES = read_packs(["vn"])
FILES = tuple(f"vn/rule/{name}.csv" for name in ("d35", "clusters", "planning", "land"))
STRICTER = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}
SAME_IN_LAW = {
    ("LL-81-8A-E1", "months_unused >= 12 and not force_majeure"),
    ("LL-81-8B-E1", "months_behind_schedule >= 24 and not force_majeure"),
}
"""An extension of 0 months adds nothing: to leave out that there is one changes no verdict."""

Change = tuple[str, str, Any]
"""Id of the row, column, new value."""


def _families() -> list[str]:
    rules = TABLES.tables["rule"]
    own = [place.file in FILES for place in TABLES.places["rule"]]
    return list(dict.fromkeys(rules["family"][own]))


def _only(family: str) -> PackTables:
    """The tables with the rules, exceptions and cases of one family alone."""
    rules = TABLES.tables["rule"]
    ids = set(rules["rule_id"][rules["family"] == family])
    tables, places = dict(TABLES.tables), dict(TABLES.places)
    for name in ("rule", "rule_exception", "law_case"):
        kept = tables[name]["rule_id"].isin(ids)
        places[name] = tuple(place for place, keep in zip(places[name], kept, strict=True) if keep)
        tables[name] = tables[name][kept].reset_index(drop=True)
    return replace(TABLES, tables=tables, places=places)


def _conjuncts(node: Node) -> list[Node]:
    if isinstance(node, Binary) and node.operator == "and":
        return [*_conjuncts(node.left), *_conjuncts(node.right)]
    return [node]


def _joined(parts: list[Node]) -> str:
    whole = parts[0]
    for part in parts[1:]:
        whole = Binary("and", whole, part)
    return written(whole)


def _conditions(text: str) -> Iterator[str]:
    yield f"not ({text})"
    parts = _conjuncts(parse(text))
    if len(parts) > 1:
        yield from (_joined(parts[:one] + parts[one + 1 :]) for one in range(len(parts)))


def _changes(row: pd.Series, key: str) -> Iterator[Change]:
    """All small changes to a row of a rule or of an exception."""
    id_, operator, threshold = row[key], row["operator"], row["threshold"]
    if operator in STRICTER:
        yield id_, "operator", STRICTER[operator]
        if threshold.replace(".", "").isdigit():
            yield from ((id_, "threshold", f"{float(threshold) + step:g}") for step in (1, -1))
    if not pd.isna(row["condition"]):
        yield from ((id_, "condition", new) for new in _conditions(row["condition"]))
        yield id_, "condition", pd.NA if key == "rule_id" else "false"
    steps = (1, -1) if key == "rule_id" else (1,)  # an exception cannot begin before its rule does
    yield from ((id_, "in_force_from", row["in_force_from"] + timedelta(days=step)) for step in steps)
    if key == "rule_id" and not pd.isna(row["in_force_to"]):
        yield id_, "in_force_to", row["in_force_to"] - timedelta(days=1)


def _told(tables: PackTables, name: str, key: str, change: Change) -> bool:
    """Whether some case of the family comes out otherwise, or the pack is refused."""
    id_, column, new = change
    changed = tables.tables[name].copy()
    changed.loc[changed[key] == id_, column] = new
    try:
        pack = pack_of(replace(tables, tables={**tables.tables, name: changed}))
        return not all(run_case(pack, case).as_expected for case in pack.cases)
    except Problems:
        return True


@pytest.mark.parametrize("family", _families())
def test_the_cases_tell_a_small_change(family: str) -> None:
    tables = _only(family)
    assert all(run_case(pack, case).as_expected for pack in [pack_of(tables)] for case in pack.cases)
    untold = [
        change
        for name, key in (("rule", "rule_id"), ("rule_exception", "exception_id"))
        for _, row in tables.tables[name].iterrows()
        for change in _changes(row, key)
        if change[0::2] not in SAME_IN_LAW and not _told(tables, name, key, change)
    ]
    assert not untold
