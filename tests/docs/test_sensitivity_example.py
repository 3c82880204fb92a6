"""The worked example of docs/method/sensitivity.md is what the analysis gives; its table is what the program asks."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtri

from quydat.balance.sensitivity import NO_SURVEY, Effort, sensitivity
from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.uniforms import NONE_RELATED, Correlations, Uniforms
from quydat.demand.uncertain import UncertainInput
from quydat.dictionary.schema import choice_label, choices

PAGE = " ".join(
    (Path(__file__).parents[2] / "docs" / "method" / "sensitivity.md").read_text(encoding="utf-8").split()
)  # fmt: skip
INPUTS = [
    UncertainInput(name, (name,), name, name, survey, Basis.ASSUMED)
    for name, survey in (("a", "floor_survey"), ("b", "letting_register"), ("c", "future"))
]
EFFORT = Effort(first=16_384, most=16_384)


def linear(streams: Uniforms) -> Mapping[str, Draws]:
    return {"gap": 4.0 * streams.of("a") + 2.0 * streams.of("b") + streams.of("c")}


def normal(streams: Uniforms) -> Mapping[str, Draws]:
    return {"gap": ndtri(streams.of("a")) + ndtri(streams.of("b")) + ndtri(streams.of("c"))}


def test_the_linear_model() -> None:
    made = sensitivity(linear, inputs=INPUTS, correlations=NONE_RELATED, seed=1, effort=EFFORT)
    rows = made.inputs.set_index("input")
    assert "a 16 ÷ 21 = 0.762, b 4 ÷ 21 = 0.190, c 1 ÷ 21 = 0.048" in PAGE
    assert rows["first_order_share"].tolist() == pytest.approx([0.762, 0.190, 0.048], abs=0.002)
    assert "4 × 0.05 + 1 + 0.5 = 1.70 on average; highest tenth 5.30" in PAGE
    assert rows.loc["a", ["low", "high"]].tolist() == pytest.approx([1.70, 5.30], abs=0.01)
    survey = made.surveys.set_index("informed_by").loc["floor_survey"]
    assert "√(1 − 0.762) = 0.488 of what it is now" in PAGE
    assert survey["width_then"] / survey["width_now"] == pytest.approx(0.488, abs=0.002)


def test_the_related_pair() -> None:
    pair = Correlations(("a", "b"), np.array([[1.0, 0.5], [0.5, 1.0]]))
    made = sensitivity(normal, inputs=INPUTS, correlations=pair, seed=1, effort=EFFORT)
    assert "variance of a + b is 3, so 0.75; c 0.25" in PAGE
    assert made.inputs["first_order_share"].tolist() == pytest.approx([0.75, 0.25], abs=0.002)
    assert "1.5² ÷ 4 = 0.5625" in PAGE
    surveys = made.surveys.set_index("informed_by")["first_order_share"]
    assert surveys[["floor_survey", "letting_register"]].tolist() == pytest.approx([0.5625] * 2, abs=0.002)


def test_the_page_names_every_survey_and_what_is_none() -> None:
    for name in choices("informed_by"):
        label = choice_label("informed_by", name, "en").split(" (")[0]
        assert f"| none: {label} |" in PAGE if name in NO_SURVEY else f"| {label} |" in PAGE


def test_the_page_says_how_many_points() -> None:
    own = Effort()
    assert f"{own.first:,} are taken first" in PAGE
    assert f"at most {own.most:,}" in PAGE
    assert f"above {own.error:g}" in PAGE


@pytest.mark.parametrize(
    "heading",
    ["**Question.**", "## Formula", "## Inputs", "## Method source", "## Worked example", "## What it leaves out"],
)
def test_the_page_has_its_parts(heading: str) -> None:
    assert heading in PAGE
