"""The engine against a slow twin that was written on its own: every verdict, on laws and subjects by chance."""

from datetime import date
from random import Random

import pandas as pd
import pytest
from tests.support.law_twin import ON, Twin, TwoAtOnce, facts, law, tables, years

from quydat.core.problem import Problems
from quydat.law import Subjects, evaluate, pack_of

SUBJECTS = 15


@pytest.mark.parametrize("seed", range(80))
def test_every_verdict_is_that_of_the_twin(seed: int) -> None:
    r = Random(seed)  # noqa: S311
    own = law(r)
    pack = pack_of(tables(own))
    known, expected = [], []
    for _ in range(SUBJECTS):
        one = facts(r)
        try:
            expected.append(Twin(own, one).verdict())
            known.append(one)
        except TwoAtOnce:
            with pytest.raises(Problems) as caught:
                evaluate(Subjects.one("thing", "x", one), on=ON, pack=pack)
            assert {problem.number for problem in caught.value.found} == {"QD824"}
    frame = pd.DataFrame(known, columns=list(facts(r)), dtype=object)
    found = evaluate(Subjects("thing", [str(n) for n in range(len(known))], frame), on=ON, pack=pack)
    table = found.table()
    assert list(zip(table["rule_id"], table["verdict"], strict=True)) == expected
    assert all(one.margin is None or one.verdict in ("pass", "fail") for one in found)
    if known:
        alone = evaluate(Subjects.one("thing", "0", known[0]), on=ON, pack=pack)  # its neighbours change nothing
        assert alone[0] == found[0] and alone[0].trace == found[0].trace


def test_the_laws_by_chance_bring_every_verdict_and_reason() -> None:
    verdicts: set[str] = set()
    reasons: set[str] = set()
    for seed in range(40):
        r = Random(seed)  # noqa: S311
        pack = pack_of(tables(law(r)))
        for _ in range(10):
            try:
                found = evaluate(Subjects.one("thing", "x", facts(r)), on=ON, pack=pack)
            except Problems:
                continue
            verdicts.add(found[0].verdict)
            reasons.add(found[0].reason)
    assert verdicts == {"pass", "fail", "unknown", "not_applicable"}
    assert {"", "condition", "exempt", "not_in_force", "missing", "deciding_date"} <= reasons


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2011, 11, 27), date(2026, 11, 27), 15.0),
        (date(2011, 11, 27), date(2026, 11, 26), 14 + 364 / 365),
        (date(2024, 2, 29), date(2025, 2, 28), 1.0),
        (date(2024, 2, 29), date(2028, 2, 29), 4.0),
        (date(2026, 11, 27), date(2011, 11, 27), -15.0),
    ],
)
def test_years_of_the_twin_by_hand(start: date, end: date, expected: float) -> None:
    assert years(start, end) == pytest.approx(expected, abs=1e-12)
