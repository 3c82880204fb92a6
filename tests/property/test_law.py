"""What must hold of every law and every subject."""

from datetime import date
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.law_twin import ON, Law, facts, law, some_day, tables, written, yes_no

from quydat.core.problem import Problems
from quydat.law import Findings, Pack, Subjects, evaluate, pack_of
from quydat.law.column import Column, years_between
from quydat.law.expression import Quantity, parse, walk
from quydat.law.tokens import ExpressionError
from quydat.law.units import UNITS, conversion
from quydat.law.written import written as written_again

seeds = st.integers(0, 2**32).map(Random)
FEW = settings(max_examples=60)


def asks_what_is_known(own: Law) -> bool:
    """Whether a law asks whether something is known: then to learn it is itself a change."""
    trees = [one.condition for version in own.versions for one in (version, *version.exceptions)]
    return any("known(" in written(tree) for tree in trees if tree is not None)


def evaluated(own: Law | Pack, known: list[dict[str, Any]]) -> Findings | None:
    """Findings, or None where two exceptions apply at once."""
    pack = own if isinstance(own, Pack) else pack_of(tables(own))
    subjects = Subjects("thing", [str(n) for n in range(len(known))], pd.DataFrame(known, dtype=object))
    try:
        return evaluate(subjects, on=ON, pack=pack)
    except Problems as error:
        assert {one.number for one in error.found} == {"QD824"}
        return None


@given(seeds)
@FEW
def test_a_fact_that_is_learnt_never_turns_a_decided_verdict(r: Random) -> None:
    own = law(r)
    if asks_what_is_known(own):
        return
    full = facts(r)
    gaps = [name for name in full if not name.startswith("filed") and full[name] is not None]
    less = {**full, **dict.fromkeys(r.sample(gaps, r.randint(0, len(gaps))))}
    pack = pack_of(tables(own))
    before = evaluated(pack, [less])
    for name in full:
        after = evaluated(pack, [{**less, name: full[name]}])
        if before is not None and after is not None and before[0].verdict != "unknown":
            assert after[0].verdict == before[0].verdict
            assert after[0].rule_id == before[0].rule_id


@given(seeds)
@FEW
def test_nothing_known_never_passes_a_rule_about_a_fact(r: Random) -> None:
    own = law(r)
    found = evaluated(own, [dict.fromkeys(facts(r))])
    assert found is None or found[0].verdict in ("unknown", "not_applicable")


@given(seeds)
@FEW
def test_an_unknown_verdict_asks_for_what_is_not_known_or_says_that_the_law_is_silent(r: Random) -> None:
    own, known = law(r), facts(r)
    found = evaluated(own, [known])
    if found is None:
        return
    one = found[0]
    if one.verdict == "unknown" and one.reason != "no_value":
        assert one.asks_for
    if one.verdict != "unknown":
        assert one.asks_for == ()
    for name in one.asks_for:
        # A ratio to nothing asks for its parts, though they are known.
        assert known[name] is None or "/" in str([written(v.condition) for v in own.versions if v.condition]) + str(
            [written(tree) for v in own.versions for part in (v, *v.exceptions) if part.test for tree in part.test[1]]
            + [written(one.condition) for v in own.versions for one in v.exceptions]
        )


@given(seeds)
@FEW
def test_the_order_of_subjects_changes_nothing(r: Random) -> None:
    own = law(r)
    known = [facts(r) for _ in range(6)]
    order = r.sample(range(6), 6)
    pack = pack_of(tables(own))
    found, turned = evaluated(pack, known), evaluated(pack, [known[n] for n in order])
    if found is None or turned is None:
        assert found is turned
        return
    columns = ["rule_id", "verdict", "margin", "value", "threshold", "reason", "asks_for", "exception_id"]
    one = found.table()[columns].iloc[order].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, turned.table()[columns])
    assert sum(found.counts().values()) == len(found) == 6


@given(seeds)
@settings(max_examples=200)
def test_an_expression_is_written_as_it_is_read(r: Random) -> None:
    tree = parse(written(yes_no(r, 4)))
    again = written_again(tree)
    assert parse(again) == tree
    assert written_again(parse(again)) == again


@given(st.text(max_size=60) | st.from_regex(r"[a-z@'()<>=+*/,;. 0-9-]{0,40}", fullmatch=True))
@settings(max_examples=500)
def test_any_text_is_an_expression_or_a_problem(text: str) -> None:
    try:
        tree = parse(text)
    except ExpressionError as error:
        assert error.number in ("QD806", "QD807", "QD811")
        return
    for node in walk(tree):
        if isinstance(node, Quantity):
            assert node.name.isascii() and node.name.replace("_", "a").isalnum()


@given(seeds)
def test_years_between_count_whole_at_anniversaries_and_rise(r: Random) -> None:
    def years(start: date, end: date) -> float:
        ends = [Column(np.array([one.toordinal()]), np.array([True])) for one in (start, end)]
        return float(years_between(*ends).values[0])

    start, end = some_day(r), date.fromordinal(r.randint(date(1975, 1, 1).toordinal(), date(2075, 1, 1).toordinal()))
    assert years(start, end) == -years(end, start)
    assert years(start, date.fromordinal(end.toordinal() + 1)) > years(start, end)
    if (start.month, start.day) != (2, 29):
        assert years(start, start.replace(year=start.year + 7)) == 7.0


@given(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)), st.integers(0, 10_000))
def test_units_there_and_back(law_unit: str, ours: str, value: int) -> None:
    there = conversion(law_unit, ours)
    if there is not None:
        assert np.isclose(there.laws(there.ours(float(value))), value, rtol=1e-12)
