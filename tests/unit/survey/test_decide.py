"""Decisions by rule and by persons."""

import pandas as pd
import pytest

from quydat.core.problem import Problems
from quydat.core.text import keys
from quydat.survey.decide import by_person, decide_by_rule, explained, in_force, no_decisions, rule_name, unsure
from quydat.survey.link_model import LEVELS

PAIRS = pd.DataFrame({
    "left_id": ["a", "a", "b", "c", "d"], "right_id": ["b", "c", "c", "d", "e"],
    "probability_share": [0.999, 0.7, 0.995, 0.2, 0.9999],
    "evidence": ['{"prior_bits": -20.0}'] * 5, "contradiction": ["", "", "", "", "tax_codes"],
})  # fmt: skip


def pairs_of(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["left_id"], frame["right_id"], strict=True))


def test_the_rule_takes_sure_pairs_without_contradiction() -> None:
    made = decide_by_rule(PAIRS, no_decisions(), accept=0.99, model="m")
    assert pairs_of(made) == [("a", "b"), ("b", "c")]
    assert set(made["rule"]) == {rule_name(0.99, "m")} and set(made["by"]) == {"rule"} and set(made["decision"]) == {"same"}
    assert made["probability_share"].tolist() == [0.999, 0.995]
    assert list(made.columns) == list(no_decisions().columns)


def test_a_person_is_asked_of_the_rest_best_first() -> None:
    assert pairs_of(unsure(PAIRS, no_decisions(), accept=0.99, review=0.3)) == [("d", "e"), ("a", "c")]


def test_what_a_person_decided_is_neither_asked_nor_ruled_again() -> None:
    decided = pd.concat([by_person("b", "a", "different"), by_person("a", "c", "same")], ignore_index=True)
    assert pairs_of(decide_by_rule(PAIRS, decided, accept=0.99, model="m")) == [("b", "c")]
    assert pairs_of(unsure(PAIRS, decided, accept=0.99, review=0.3)) == [("d", "e")]


def test_a_person_overrides_a_rule_and_a_later_person_an_earlier() -> None:
    rule = decide_by_rule(PAIRS, no_decisions(), accept=0.99, model="m")
    first, second = by_person("a", "b", "different"), by_person("a", "b", "same", reason="gặp chủ")
    kept = in_force(pd.concat([first, rule, second], ignore_index=True))
    assert kept.loc[kept["left_id"] == "a", ["decision", "by", "reason"]].to_numpy().tolist() == [["same", "person", "gặp chủ"]]
    kept = in_force(pd.concat([first, rule], ignore_index=True))
    assert kept.loc[kept["left_id"] == "a", "decision"].tolist() == ["different"]


def test_a_decision_keeps_what_was_shown() -> None:
    made = by_person("c", "a", "different", pairs=PAIRS)
    assert made[["probability_share", "evidence"]].to_numpy().tolist() == [[0.7, '{"prior_bits": -20.0}']]
    assert by_person("a", "z", "same", pairs=PAIRS)["probability_share"].isna().all()


@pytest.mark.parametrize(("one", "other"), [("a", "a"), ("a", "z")])
def test_decisions_on_what_is_not_there_are_refused(one: str, other: str) -> None:
    with pytest.raises(Problems) as caught:
        by_person(one, other, "same", known=pd.Series(["a", "b"]))
    assert [p.number for p in caught.value.found] == ["QD252"]


def test_every_level_has_words() -> None:
    wanted = {f"match.{c}.{level}" for c, levels in LEVELS.items() for level in ("unknown", *(name for name, _ in levels))}
    assert wanted | {f"match.{c}" for c in LEVELS} <= keys()


def test_the_explanation_in_both_languages() -> None:
    told = '{"prior_bits": -17.5, "form": {"level": "same", "bits": 1.4}, "place": {"level": "far", "bits": -9.7}}'
    assert explained(told, "vi", contradiction="tax_codes")[:2] == [
        "Hai mã số thuế đều hợp lệ mà khác nhau: quy tắc không được ghép, phải có người xem.",
        "Địa điểm: cách nhau hơn 1 km (-9,7 bit)",
    ]
    assert explained(told, "en")[1:] == [
        "Form of company: same form (1.4 bits)",
        "Before comparing: two rows at random are seldom one (-17.5 bits)",
    ]
