"""Findings of any city: each rule put to each subject once, counts that sum, and nothing that rests on a default."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import pytest

from quydat.compliance.count import TOTAL, VERDICTS
from quydat.core.basis import Basis
from quydat.core.selection import Selection
from quydat.law import Pack, load_pack
from quydat.plan import Results

KNOWN = {"published", "surveyed", "derived", "illustrative"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(["vn_hcmc"])


def test_the_shipped_case(hcmc: Any, hcmc_results: Results, pack: Pack) -> None:
    check(hcmc, hcmc_results, pack)


@pytest.mark.parametrize("seed", range(6))
def test_made_up_cities(seed: int, planned_city: Callable[[int], tuple[Any, Results]], pack: Pack) -> None:
    city, results = planned_city(seed)
    check(city, results, load_pack(city.settings.law))


def check(city: Any, results: Results, pack: Pack) -> None:
    tables = results.tables
    verdicts_sum_to_subjects_times_families(city, tables, pack)
    subjects_and_rules_count_the_same(tables)
    counts_are_those_of_their_rows(results)
    asks_are_those_of_the_unknown(tables)
    decided_findings_say_why_and_rest_on_no_default(results)


def verdicts_sum_to_subjects_times_families(city: Any, tables: dict[str, pd.DataFrame], pack: Pack) -> None:
    by_rule = tables["findings_by_rule"]
    assert (by_rule["subjects"] == by_rule[list(VERDICTS)].sum(axis=1)).all()
    families = {kind: len(pack.families_of(kind)) for kind in set(by_rule["subject_kind"])}
    parks = int((city.record["park"]["state"] != "removed").sum())
    assert by_rule.loc[by_rule["subject_kind"] == "park", "subjects"].sum() == parks * families["park"]
    summary = tables["findings_summary"]
    totals = summary[summary["topic"] == TOTAL]
    for kind, rows in totals.groupby("subject_kind"):
        assert (rows[list(VERDICTS)].sum(axis=1) == families[str(kind)]).all()
    assert len(totals.query("subject_kind == 'park'")) == parks


def subjects_and_rules_count_the_same(tables: dict[str, pd.DataFrame]) -> None:
    by_rule, summary = tables["findings_by_rule"], tables["findings_summary"]
    totals, topics = summary[summary["topic"] == TOTAL], summary[summary["topic"] != TOTAL]
    for kind, rows in totals.groupby("subject_kind"):
        own = by_rule[by_rule["subject_kind"] == kind]
        for name in (*VERDICTS, "may_not_apply"):
            assert rows[name].sum() == own[name].sum(), (kind, name)
    for name in ("pass", "fail"):
        assert topics[name].sum() == totals[name].sum(), "what is decided stands in its topic"


def counts_are_those_of_their_rows(results: Results) -> None:
    """Every count that says which rows it counts is the number of those rows; every ninth is looked at."""
    counted = [
        (figure.figure_id, item)
        for figure in results.ledger
        if figure.figure_id.startswith(("findings_summary.", "findings_by_rule.", "law."))
        for item in figure.trace.inputs
        if item.kind == "rows" and item.ref.startswith("findings?")
    ]
    assert len(counted) > 100
    for figure_id, item in counted[::9]:
        assert len(Selection.of(item.ref).rows(results.tables["findings"])) == item.value, figure_id


def asks_are_those_of_the_unknown(tables: dict[str, pd.DataFrame]) -> None:
    findings = tables["findings"]
    unknown = findings[findings["verdict"] == "unknown"]
    assert unknown["asks_for"].notna().all(), "who does not know asks"
    assert findings.loc[findings["verdict"] != "unknown", "asks_for"].isna().all()
    for row in tables["asks"].to_dict("records"):
        own = unknown[unknown["subject_kind"] == row["subject_kind"]]
        named = own[[row["quantity"] in text.split(";") for text in own["asks_for"]]]
        assert len(named) == row["findings"] >= row["decides"]
        assert named["subject_id"].nunique() == row["subjects"]
        assert named["rule_id"].nunique() == row["rules"]


def decided_findings_say_why_and_rest_on_no_default(results: Results) -> None:
    findings = results.tables["findings"]
    assert set(findings["verdict"]) <= {"pass", "fail", "unknown"}
    decided = findings[findings["verdict"] != "unknown"]
    assert set(decided["basis"]) <= KNOWN
    assert decided[["reason_vi", "reason_en", "citation_vi", "citation_en"]].notna().all(axis=None)
    for row in decided[decided["margin"].notna()].to_dict("records"):
        figure = results.ledger[f"findings.{row['subject_kind']}.{row['subject_id']}.{row['rule_id']}.margin"]
        assert (figure.value >= 0) == (row["verdict"] == "pass") or row["operator"] in ("gt", "lt")
        kinds = {item.kind for item in figure.trace.inputs}
        assert "law" in kinds, "an article stands behind it"
        assert kinds - {"law"}, "and a fact"
        facts = [item.basis for item in figure.trace.inputs if item.kind != "law"]
        assert not {Basis.ASSUMED, Basis.ESTIMATED} & set(facts)


def test_on_another_day_every_rule_is_still_counted(hcmc: Any, pack: Pack) -> None:
    results = hcmc.plan(as_of=date(2026, 11, 1))
    verdicts_sum_to_subjects_times_families(hcmc, results.tables, pack)
    subjects_and_rules_count_the_same(results.tables)
