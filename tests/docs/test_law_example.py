"""The worked example of docs/method/law.md says what the engine gives."""

from datetime import date
from pathlib import Path

import pytest

from quydat.core.problem import Problems
from quydat.law import Subjects, evaluate, load_pack
from quydat.law.expression import DEEPEST, MOST_NODES
from quydat.law.tokens import LONGEST_TEXT

ROOT = Path(__file__).parents[2]
PAGE = " ".join((ROOT / "docs" / "method" / "law.md").read_text(encoding="utf-8").split())
PACK = load_pack([ROOT / "tests" / "support" / "law_pack" / "own"])
PARK: dict[str, object] = {"kind": "industrial_park", "area_ha": 20.0, "mountain": False}
CLUSTER: dict[str, object] = {"kind": "industrial_cluster", "area_ha": 7.0}
HOUSE: dict[str, object] = {"use": "housing", "area_m2": 200.0, "height_m": 10.0, "coverage_share": 0.7}


@pytest.mark.parametrize(
    "heading", ["## Formula", "## Inputs", "## Method source", "## Worked example", "## What it leaves"]
)
def test_the_page_has_its_parts(heading: str) -> None:
    assert "**Question.**" in PAGE and heading in PAGE


@pytest.mark.parametrize(
    ("subject", "rule", "facts", "said"),
    [
        ("park", "GREEN", {**PARK, "green_share": 0.09}, "9 − 10 = −1, **fail**, margin −1 %."),
        ("park", "GREEN", {**PARK, "mountain": None, "green_share": 0.12}, "**pass** either way, margin 2 %."),
        ("park", "GREEN", {**PARK, "mountain": None, "green_share": 0.07}, "**unknown**, asks for `mountain`."),
        ("park", "GREEN", {**PARK, "area_ha": 4.0, "green_share": 0.08}, "**unknown**, asks for `eco`."),
        ("park", "size", {**CLUSTER, "filed_on": date(2026, 9, 14)}, "is −3, **fail**, margin −3 ha."),
        ("park", "size", {**CLUSTER, "filed_on": date(2026, 9, 15)}, "is 2, **pass**, margin 2 ha."),
        ("park", "size", CLUSTER, "**unknown**, asks for `filed_on`."),
        ("plot", "COVER", HOUSE, "coverage 70 %: **pass**, margin 0 %."),
    ],
)
def test_an_example_says_what_the_engine_gives(subject: str, rule: str, facts: dict[str, object], said: str) -> None:
    one = evaluate(Subjects.one(subject, "a", facts), on=date(2026, 11, 27), pack=PACK).of("a", rule)
    assert said in PAGE
    assert f"**{one.verdict}**" in said
    if one.verdict == "unknown":
        assert one.asks_for == (said.split("`")[1],)
    else:
        assert one.margin is not None
        assert f"margin {one.margin:g} {one.unit}.".replace("-", "−") in said


def test_two_exceptions_are_refused_as_the_page_says() -> None:
    with pytest.raises(Problems) as caught:
        evaluate(
            Subjects.one("park", "a", {**PARK, "area_ha": 4.0, "mountain": True}), on=date(2026, 11, 27), pack=PACK
        )
    assert f"two exceptions at once, refused as {caught.value.found[0].number}." in PAGE


def test_the_limits_of_the_language() -> None:
    assert f"At most {LONGEST_TEXT:,} characters, {DEEPEST} levels, {MOST_NODES} parts." in PAGE
