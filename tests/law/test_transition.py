"""Cluster files around 15 September 2026: those handed in before stay under the old rules, for good.

Decree 303/2026 amends Decree 32/2024 from that day; clause 2 of Article 35 as amended keeps files that were being
appraised under the old text.
"""

from datetime import date, timedelta

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.law import Findings, Subjects, evaluate, load_pack
from quydat.law.finding import Finding

PACK = load_pack(["vn"])
CHANGE = date(2026, 9, 15)
EVE = CHANGE - timedelta(days=1)
ASKED = date(2026, 11, 23)
NEW_CLUSTER: dict[str, object] = {
    "kind": "industrial_cluster",
    "state": "proposed",
    "is_expansion": False,
    "gross_area_ha": 8.0,
    "sector_model": "ordinary",
    "is_mountain_district": False,
    "is_craft_village": False,
    "district_has_clusters": True,
    "district_mean_occupancy_share": 0.45,
    "district_unleased_ha": 90.0,
    "commune_has_clusters": True,
    "commune_mean_occupancy_share": 0.55,
    "commune_unleased_ha": 60.0,
}


def _findings(facts: dict[str, object], *, on: date = ASKED) -> Findings:
    return evaluate(Subjects.one("park", "cum", facts), on=on, pack=PACK)


def _of(findings: Findings, family: str) -> Finding:
    return next(one for one in findings if one.family == family)


def test_handed_in_on_the_eve_it_stays_under_the_old_text() -> None:
    found = _findings(NEW_CLUSTER | {"filed_on": EVE})
    area = _of(found, "cluster-area-min")
    assert (area.rule_id, area.verdict, area.margin) == ("D32-AREA-MIN", "fail", -2)
    assert "32/2024" in area.citation("vi")
    assert _of(found, "cluster-new-occupancy").exception_id == "D32-NEW-OCC-E1"
    assert _of(found, "cluster-new-unlet").verdict == "pass"
    assert _of(found, "cluster-sector-land").reason == "not_in_force"


def test_handed_in_on_the_day_it_comes_under_the_new_text() -> None:
    found = _findings(NEW_CLUSTER | {"filed_on": CHANGE})
    area = _of(found, "cluster-area-min")
    assert (area.rule_id, area.verdict, area.margin) == ("D303-AREA-MIN", "pass", 3)
    assert area.confidence == "medium"
    assert "303/2026" in area.citation("en")
    occupancy = _of(found, "cluster-new-occupancy")
    assert (occupancy.rule_id, occupancy.verdict) == ("D303-NEW-OCC", "pass")
    assert _of(found, "cluster-new-unlet").exception_id == "D303-NEW-UNL-E1"


@pytest.mark.parametrize("on", [EVE, CHANGE, ASKED, date(2030, 1, 1)])
def test_the_day_asked_about_changes_nothing_for_a_file_of_the_eve(on: date) -> None:
    assert _of(_findings(NEW_CLUSTER | {"filed_on": EVE}, on=on), "cluster-area-min").rule_id == "D32-AREA-MIN"


def test_without_the_day_of_filing_nothing_is_decided_and_the_day_is_asked_for() -> None:
    area = _of(_findings(NEW_CLUSTER), "cluster-area-min")
    assert (area.verdict, area.reason) == ("unknown", "deciding_date")
    assert area.asks_for == ("filed_on",)


def test_while_it_was_not_handed_in_the_day_asked_about_decides() -> None:
    facts = NEW_CLUSTER | {"filed": False}
    assert _of(_findings(facts, on=EVE), "cluster-area-min").verdict == "fail"
    assert _of(_findings(facts, on=CHANGE), "cluster-area-min").verdict == "pass"


def test_what_only_the_old_text_had_ends_with_it_for_new_files_only() -> None:
    facts = NEW_CLUSTER | {"state_support_share": 0.4}
    assert _of(_findings(facts | {"filed_on": EVE}), "cluster-state-support").verdict == "fail"
    later = _of(_findings(facts | {"filed_on": CHANGE}), "cluster-state-support")
    assert (later.verdict, later.reason) == ("not_applicable", "not_in_force")


def test_what_the_new_text_left_alone_goes_on_across_the_day() -> None:
    facts = NEW_CLUSTER | {"developer_score_points": 50.0, "area_over_plan_ha": 5.0}
    for filed in (EVE, CHANGE):
        found = _findings(facts | {"filed_on": filed})
        assert _of(found, "cluster-developer-score").rule_id == "D32-SCORE"
        assert _of(found, "cluster-area-above-plan").verdict == "pass"


def test_an_expansion_needs_two_works_more_after_the_day() -> None:
    grown = NEW_CLUSTER | {
        "is_expansion": True,
        "parent_occupancy_share": 0.55,
        "demand_exceeds_land": False,
        "essential_works_in_use": True,
        "shared_works_in_use": False,
        "formed_before_2009_10_05": False,
    }
    before, after = (_findings(grown | {"filed_on": day}) for day in (EVE, CHANGE))
    assert [_of(before, name).verdict for name in ("cluster-expansion-occupancy", "cluster-expansion-works")] == [
        "fail",
        "pass",
    ]
    assert [_of(after, name).verdict for name in ("cluster-expansion-occupancy", "cluster-expansion-works")] == [
        "pass",
        "fail",
    ]


def test_a_hundred_files_around_the_day_part_exactly_there() -> None:
    days = [CHANGE + timedelta(days=shift) for shift in range(-50, 50)]
    facts = pd.DataFrame([NEW_CLUSTER] * len(days)).assign(filed_on=days)
    table = evaluate(Subjects("park", [f"cum-{day}" for day in days], facts), on=ASKED, pack=PACK).table()
    areas = table[table["family"] == "cluster-area-min"].set_index("subject_id")["rule_id"]
    for day in days:
        assert areas[f"cum-{day}"] == ("D32-AREA-MIN" if day < CHANGE else "D303-AREA-MIN")


def test_on_no_day_two_texts_of_one_rule_hold_and_none_is_lost_over_the_change() -> None:
    """A rule of the old decree ends on the day on which its successor begins, or goes on, or says why it ends."""
    for family in PACK.families_of("park"):
        if not family.name.startswith("cluster-"):
            continue
        assert family.deciding_date == "filed_on"
        old = [rule for rule in family.versions if rule.provision.in_force_from < CHANGE]
        new = [rule for rule in family.versions if rule.provision.in_force_from == CHANGE]
        for rule in old:
            ends = rule.provision.in_force_to
            assert ends is None or (ends == CHANGE and (new or rule.provision.note)), rule.rule_id


def test_a_file_of_text_is_no_day() -> None:
    with pytest.raises(Problems, match="QD826"):
        _findings(NEW_CLUSTER | {"filed_on": "2026-09-14"})
