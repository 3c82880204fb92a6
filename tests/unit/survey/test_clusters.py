"""Establishments from decisions, and decisions that contradict each other."""

import pandas as pd

from quydat.survey.clusters import Clusters, clusters
from quydat.survey.decide import by_person, no_decisions


def rule(left: str, right: str, share: float) -> pd.DataFrame:
    made = by_person(left, right, "same")
    return made.assign(by="rule", rule="splink≥0.99@00000000", probability_share=share)


def settle(*decisions: pd.DataFrame, ids: str = "abcde") -> Clusters:
    table = pd.concat(decisions, ignore_index=True) if decisions else no_decisions()
    return clusters(pd.Series(list(ids)), table)


def told(made: Clusters) -> list[tuple[str, str, str]]:
    return [(p.number, p.facts["left"], p.facts["right"]) for p in made.contradictions]


def test_without_decisions_each_stands_alone() -> None:
    assert settle().establishment_id.to_dict() == {c: c for c in "abcde"}
    assert len(clusters(pd.Series([], dtype="str"), no_decisions()).establishment_id) == 0


def test_the_first_in_the_given_order_names_the_establishment() -> None:
    made = settle(rule("a", "c", 0.99), rule("c", "e", 0.99), ids="ecbad")
    assert made.establishment_id.to_dict() == {"e": "e", "c": "e", "a": "e", "b": "b", "d": "d"}


def test_the_weakest_link_of_a_chain_of_rules_falls_where_a_person_says_different() -> None:
    made = settle(rule("a", "b", 0.999), rule("b", "c", 0.991), rule("c", "d", 0.998), by_person("a", "d", "different"))
    assert made.establishment_id.to_dict() == {"a": "a", "b": "a", "c": "c", "d": "c", "e": "e"}
    assert told(made) == [("QD251", "a", "d")]
    facts = made.contradictions[0].facts
    assert (facts["chain"], facts["dropped"]) == ("a – b – c – d", "b – c")


def test_a_rule_falls_before_a_person() -> None:
    made = settle(rule("a", "b", 0.9999), by_person("b", "c", "same"), by_person("a", "c", "different"))
    assert made.establishment_id.to_dict() == {"a": "a", "b": "b", "c": "b", "d": "d", "e": "e"}
    assert told(made) == [("QD251", "a", "c")]


def test_persons_against_each_other_wait_and_nothing_is_merged() -> None:
    made = settle(by_person("a", "b", "same"), by_person("b", "c", "same"), by_person("a", "c", "different"), rule("d", "e", 0.99))
    assert made.establishment_id.to_dict() == {"a": "a", "b": "b", "c": "c", "d": "d", "e": "d"}
    assert told(made) == [("QD250", "a", "c")]
    assert made.contradictions[0].facts["chain"] == "a – b – c"
    assert "a – b – c" in made.contradictions[0].message("vi")


def test_a_later_decision_takes_an_earlier_back() -> None:
    made = settle(by_person("a", "b", "same"), by_person("a", "b", "different"))
    assert made.establishment_id["b"] == "b" and made.contradictions == ()


def test_all_contradictions_are_told_at_once() -> None:
    made = settle(
        rule("a", "b", 0.99), rule("c", "d", 0.99), rule("a", "b", 0.99),
        rule("b", "c", 0.98), by_person("a", "c", "different"), by_person("b", "d", "different"),
    )  # fmt: skip
    assert told(made) == [("QD251", "a", "c"), ("QD251", "b", "d")]


def test_decisions_on_absent_observations_are_not_used() -> None:
    made = settle(rule("a", "x", 0.99), rule("x", "b", 0.99))
    assert made.establishment_id["b"] == "b"
