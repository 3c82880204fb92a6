"""Rules put to both ends of a date: a verdict only where every day that it may be gives the same."""

from collections.abc import Mapping
from datetime import date

import pytest

from quydat.compliance.facts import CORNERS, Fact, Group, end_of
from quydat.compliance.judge import Judged, judge
from quydat.compliance.parks import derive_terms
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.period import partial_date
from quydat.law import Pack, load_pack

DAY = date(2025, 6, 30)
RULE = "D35-CONV-YRS"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(["vn_hcmc"])


def conversions(established: Mapping[str, str], ends: Mapping[str, str], pack: Pack) -> Judged:
    """Parks to be converted, by the days of their establishment and of the end of their term."""
    group = Group("conversion", {park: (park, park) for park in established}, "plan_list_member?#park_id")
    for name, said, root in (("established_on", established, 0), ("term_ends_on", ends, 1)):
        for park, text in said.items():
            days = tuple(end_of(partial_date(text), corner[root]) for corner in CORNERS)
            group.put(park, name, Fact(days, Input("row", f"park/{park}/{name}", text, "", Basis.PUBLISHED)))
    derive_terms(group, as_of=DAY, ledger=Ledger(as_of=DAY))
    return judge(group, on=DAY, pack=pack, quantities=pack.quantities["conversion"])


def of(judged: Judged, park: str) -> tuple[str, float, str]:
    table = judged.table
    (row,) = table[(table["subject_id"] == park) & (table["rule_id"] == RULE)].to_dict("records")
    return row["verdict"], row["margin"], row["asks_for"]


def test_the_year_decides_only_where_each_of_its_days_does(pack: Pack) -> None:
    """Fifteen years before 30 June 2025 is 30 June 2010; the terms are so long that half of them is more."""
    judged = conversions(
        {"a": "2009", "b": "2010", "c": "2011", "d": "2010-06-30", "e": "2010-07-01", "f": "2010-06", "g": "2010-07"},
        dict.fromkeys("abcdefg", "2075"),
        pack,
    )
    assert of(judged, "a")[0] == "pass"
    assert of(judged, "a")[1] == pytest.approx(15 + 181 / 365 - 15, abs=1e-9)  # from 31 December 2009
    assert of(judged, "b")[0] == "unknown"
    assert "years_since_established" in of(judged, "b")[2]
    assert of(judged, "c")[0] == "fail"
    assert of(judged, "c")[1] == pytest.approx(13 + 181 / 365 - 15, abs=1e-9)  # the worse end: 31 December 2011
    assert of(judged, "d") == ("pass", 0.0, "")
    assert of(judged, "e")[0] == "fail"
    assert of(judged, "f")[0] == "pass"
    assert of(judged, "f")[1] == 0.0
    assert of(judged, "g")[0] == "fail"


def test_half_of_a_short_term_is_enough(pack: Pack) -> None:
    """Established 1 January 2014, 11 years and 180 of 365 days ago; half of a term to 2034 is 10 to 10.5 years."""
    judged = conversions({"a": "2014-01-01", "b": "2014-01-01"}, {"a": "2034", "b": "2036"}, pack)
    assert of(judged, "a")[0] == "pass"
    assert of(judged, "a")[1] == pytest.approx(11 + 180 / 365 - (20 + 364 / 365) / 2, abs=1e-9)
    assert of(judged, "b")[0] == "unknown", "half of 22 to almost 23 years is 11 to 11.499; 11.493 have gone"
    assert "term_years" in of(judged, "b")[2]


def test_rows_of_corners_that_disagree_are_told(pack: Pack) -> None:
    judged = conversions({"b": "2010"}, {"b": "2075"}, pack)
    (place,) = judged.split.nonzero()[0]
    assert judged.table["rule_id"].iloc[int(place)] == RULE


def test_nothing_known_is_nothing_decided(pack: Pack) -> None:
    group = Group("conversion", {"a": ("a", "a")}, "plan_list_member?#park_id")
    judged = judge(group, on=DAY, pack=pack, quantities=pack.quantities["conversion"])
    assert set(judged.table["verdict"]) <= {"unknown", "not_applicable"}
    assert len(judged.table) == len(pack.families_of("conversion"))
    assert list(judged.applies) == [
        pack.rule(rule).condition is None and verdict == "unknown"
        for rule, verdict in zip(judged.table["rule_id"], judged.table["verdict"], strict=True)
    ]
