"""The law tests of the shipped packs: every case gives what it says, and every rule has the cases that it needs."""

import pytest

from quydat.core.problem import Problems
from quydat.law import Pack, load_pack, run_case
from quydat.law.coverage import coverage, honest
from quydat.law.model import LawCase
from quydat.law.packs import shipped_packs

PACKS = {name: load_pack([name]) for name in shipped_packs()}
RULES = [
    pytest.param(pack, rule.rule_id, id=rule.rule_id)
    for name, pack in PACKS.items()
    for rule in pack.rules
    if rule.provision.ref.startswith(f"law/{name}/")  # those of required packs are tried there
]


CASES: dict[tuple[str, str], list[LawCase]] = {}
for name, pack in PACKS.items():
    for position, case in enumerate(pack.cases):
        if pack.tables.place("law_case", position).file.startswith(f"{name}/"):  # those of required packs run there
            CASES.setdefault((name, case.rule_id), []).append(case)
OF_RULES = pytest.mark.parametrize(("name", "rule_id"), CASES)


def test_there_are_packs() -> None:
    assert {"vn", "vn_hcmc"} <= set(PACKS)


@OF_RULES
def test_the_cases_give_what_they_say(name: str, rule_id: str) -> None:
    pack, wrong = PACKS[name], list[str]()
    for case in CASES[name, rule_id]:
        try:
            result = run_case(pack, case)
        except Problems as error:
            wrong.append(f"{case.case_id}: {error}")
            continue
        if not result.as_expected:
            wrong.append(f"{case.case_id}: {result.told()}")
        elif not honest(result, pack.rule(rule_id)):
            wrong.append(f"{case.case_id} is no case of {case.covers}: {result.told()}, {result.finding.value}")
    assert wrong == []


@pytest.fixture(scope="module")
def missing() -> dict[str, str]:
    """What each rule lacks, by its id."""
    found: dict[str, str] = {}
    required = {name for pack in PACKS.values() for folder in pack.tables.packs for name in folder.requires}
    for name in PACKS.keys() - required:  # a pack holds the rules and cases of those that it requires
        table = coverage(PACKS[name])
        found |= dict(zip(table["rule_id"], table["missing"], strict=True))
    return found


@pytest.mark.parametrize(("pack", "rule_id"), RULES)
def test_the_rule_has_all_cases_that_it_needs(pack: Pack, rule_id: str, missing: dict[str, str]) -> None:
    assert missing[rule_id] == "", pack.rule(rule_id).label("en")


@OF_RULES
def test_a_case_of_an_unknown_says_what_to_ask_for(name: str, rule_id: str) -> None:
    for case in CASES[name, rule_id]:
        if case.expected == "unknown":
            result = run_case(PACKS[name], case)
            assert result.finding.asks_for or result.finding.reason == "no_value", f"{case.case_id}: {result.told()}"
