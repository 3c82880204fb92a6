"""Sensitivity of models whose indices are known by hand."""

from collections.abc import Mapping

import numpy as np
import pytest
from scipy.special import ndtri

from quydat.balance.sensitivity import Effort, Sensitivity, best_survey, sensitivity
from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.uniforms import Correlations, Uniforms
from quydat.demand.uncertain import UncertainInput
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables

MANY = Effort(error=0.02, most=16_384)
PAIR = Correlations(("a", "b"), np.array([[1.0, 0.5], [0.5, 1.0]]))


def an_input(name: str, informed_by: str, *streams: str, basis: Basis = Basis.ASSUMED) -> UncertainInput:
    return UncertainInput(name, streams or (name,), f"{name} vi", f"{name} en", informed_by, basis)


INPUTS = (
    an_input("a", "floor_survey"),
    an_input("b", "letting_register", basis=Basis.PUBLISHED),
    an_input("c", "future"),
)


def linear(streams: Uniforms) -> Mapping[str, Draws]:
    demand = 4.0 * streams.of("a") + 2.0 * streams.of("b") + streams.of("c")
    return {"demand": demand, "gap": np.zeros(streams.count)}


def normal(streams: Uniforms) -> Mapping[str, Draws]:
    return {"gap": sum((ndtri(streams.of(name)) for name in "abc"), np.zeros(streams.count))}


@pytest.fixture(scope="module")
def of_linear() -> Sensitivity:
    return sensitivity(linear, inputs=INPUTS, seed=1)


def test_the_tables_are_those_of_the_dictionary(of_linear: Sensitivity) -> None:
    for name, rows in (("sensitivity", of_linear.inputs), ("sensitivity_survey", of_linear.surveys)):
        assert list(rows.columns) == tables()[name].columns
        for attribute in tables()[name]:
            assert rows[attribute.name].dtype == dtype_of(attribute), attribute.name
            assert not (attribute.required and rows[attribute.name].isna().any())


def test_a_linear_model(of_linear: Sensitivity) -> None:
    """Variances are as the squares of the weights: 16, 4 and 1 of 21; means of tenths lie at 0.05 and 0.95."""
    rows = of_linear.inputs.set_index("input")
    for name, weight, first in (("a", 4.0, 16 / 21), ("b", 2.0, 4 / 21), ("c", 1.0, 1 / 21)):
        row = rows.loc[name]
        assert row["first_order_share"] == pytest.approx(first, abs=0.005)
        assert row["total_order_share"] == pytest.approx(first, abs=0.005)
        assert row["high"] - row["low"] == pytest.approx(0.9 * weight, rel=0.02)
        assert (row["low"] + row["high"]) / 2 == pytest.approx(3.5, rel=0.01)
        assert 0 < row["error_share"] <= 0.06
    assert rows.loc["a", ["name_vi", "name_en", "informed_by", "basis"]].tolist() == [
        "a vi", "a en", "floor_survey", "assumed",
    ]  # fmt: skip


def test_what_never_changes_has_no_rows(of_linear: Sensitivity) -> None:
    assert set(of_linear.inputs["output"]) == {"demand"}
    assert set(of_linear.surveys["output"]) == {"demand"}


def test_the_best_survey_is_one_that_can_be_made(of_linear: Sensitivity) -> None:
    surveys = of_linear.surveys
    assert surveys["informed_by"].tolist() == ["floor_survey", "letting_register", "future"]
    assert surveys["rank"].tolist() == [1, 2, 3]
    assert best_survey(surveys, "demand") == "floor_survey"
    assert best_survey(surveys, "gap") is None
    only_future = sensitivity(linear, inputs=[an_input(name, "future") for name in "abc"], seed=1).surveys
    assert len(only_future) == 1
    assert only_future["first_order_share"].iloc[0] == pytest.approx(1.0, abs=0.01)
    assert best_survey(only_future, "demand") is None


def test_the_width_that_is_left() -> None:
    """16/21 of the variance goes: the width falls to √(5/21) of what it is."""
    surveys = sensitivity(linear, inputs=INPUTS, seed=1, widths={"demand": 1000.0}).surveys.set_index("informed_by")
    assert surveys["width_now"].tolist() == [1000.0] * 3
    assert surveys.loc["floor_survey", "width_then"] == pytest.approx(1000.0 * (5 / 21) ** 0.5, rel=0.01)
    assert surveys.loc["floor_survey", "basis"] == "assumed"
    assert surveys.loc["letting_register", "basis"] == "published"


def test_the_width_at_the_points() -> None:
    """Of one number between 0 and 1 the P90 less the P10 is 0.8."""
    made = sensitivity(lambda u: {"gap": u.of("a")}, inputs=INPUTS[:1], seed=1)
    assert made.surveys["width_now"].iloc[0] == pytest.approx(0.8, abs=0.002)
    assert made.surveys["width_then"].iloc[0] == pytest.approx(0.0, abs=0.1)


def test_related_inputs_make_one_row_and_each_survey_says_what_it_would_tell() -> None:
    """z₁ + z₂ + z₃ with ρ₁₂ = ½: variance 4, of which the pair has 3; knowing z₁ alone tells (1 + ½)² ÷ 4."""
    made = sensitivity(normal, inputs=INPUTS, correlations=PAIR, seed=1, effort=MANY)
    rows = made.inputs.set_index("input")
    assert list(rows.index) == ["a+b", "c"]
    assert rows.loc["a+b", "first_order_share"] == pytest.approx(0.75, abs=0.01)
    assert rows.loc["c", "first_order_share"] == pytest.approx(0.25, abs=0.01)
    assert rows.loc["a+b", "name_vi"] == "a vi; b vi"
    assert rows.loc["a+b", "basis"] == "assumed"
    surveys = made.surveys.set_index("informed_by")["first_order_share"]
    assert surveys["floor_survey"] == pytest.approx(0.5625, abs=0.01)
    assert surveys["letting_register"] == pytest.approx(0.5625, abs=0.01)
    assert surveys["future"] == pytest.approx(0.25, abs=0.01)


def test_a_survey_of_all_that_is_related() -> None:
    inputs = [an_input("a", "rent_survey"), an_input("b", "rent_survey"), an_input("c", "future")]
    made = sensitivity(normal, inputs=inputs, correlations=PAIR, seed=1, effort=MANY)
    surveys = made.surveys.set_index("informed_by")["first_order_share"]
    assert surveys["rent_survey"] == pytest.approx(0.75, abs=0.01)
    assert made.evaluations == 4 * made.points  # the same runs serve inputs and surveys


def test_of_related_inputs_the_one_that_moves_the_result_most_speaks() -> None:
    def model(streams: Uniforms) -> Mapping[str, Draws]:
        return {"gap": ndtri(streams.of("b")) - 0.1 * ndtri(streams.of("a"))}

    row = sensitivity(model, inputs=INPUTS, correlations=PAIR, seed=1).inputs.set_index("input").loc["a+b"]
    assert row["informed_by"] == "letting_register"
    # E[z | highest tenth] = φ(1.2816) ÷ 0.1 = 1.755; b moves y by 1 − 0.1 × ½
    assert row["high"] == pytest.approx(1.755 * 0.95, rel=0.02)


def test_an_input_with_several_streams_is_ordered_by_what_moves_the_result() -> None:
    """y = z₁ − z₂ + z₃, the first two streams of one input: √2 × 1.755 up and down."""
    inputs = [an_input("spread", "sector_statistics", "a", "b"), an_input("c", "future"), an_input("idle", "future")]

    def model(streams: Uniforms) -> Mapping[str, Draws]:
        return {"demand": ndtri(streams.of("a")) - ndtri(streams.of("b")) + ndtri(streams.of("c"))}

    rows = sensitivity(model, inputs=inputs, seed=1, effort=MANY).inputs.set_index("input")
    assert rows.loc["spread", "first_order_share"] == pytest.approx(2 / 3, abs=0.01)
    assert rows.loc["spread", "high"] == pytest.approx(2**0.5 * 1.755, rel=0.03)
    assert rows.loc["spread", "low"] == pytest.approx(-(2**0.5) * 1.755, rel=0.03)
    assert rows.loc["idle", "first_order_share"] == 0.0


def test_an_input_of_many_streams_that_moves_nothing_does_not_look_as_if_it_did() -> None:
    many = [f"s{place}" for place in range(25)]
    inputs = [an_input("a", "floor_survey"), an_input("cycle", "future", *many)]
    row = sensitivity(lambda u: {"gap": u.of("a")}, inputs=inputs, seed=1).inputs.set_index("input").loc["cycle"]
    # mean of a tenth of 2,048 numbers between 0 and 1: √(1/12 ÷ 204) = 0.02
    assert abs(row["high"] - row["low"]) < 0.1


def test_a_choice_has_the_tenths_with_the_lowest_and_the_highest_result() -> None:
    """Three methods in turn, the middle one with the most: the ends of the stream would show no difference."""
    method = UncertainInput("method", ("m",), "m", "m", "method", Basis.ASSUMED, ordered=False)

    def model(streams: Uniforms) -> Mapping[str, Draws]:
        which = np.minimum((3.0 * streams.of("m")).astype(int), 2)
        return {"gap": np.array([10.0, 30.0, 5.0])[which] + streams.of("a")}

    row = sensitivity(model, inputs=[INPUTS[0], method], seed=1).inputs.set_index("input").loc["method"]
    assert row["low"] == pytest.approx(5.5, abs=0.1)
    assert row["high"] == pytest.approx(30.5, abs=0.1)


def test_points_follow_the_error() -> None:
    few = sensitivity(linear, inputs=INPUTS, seed=1, effort=Effort(first=256, most=256))
    assert (few.points, few.evaluations) == (256, 256 * 5)
    assert few.error > 0.05
    more = sensitivity(linear, inputs=INPUTS, seed=1, effort=Effort(first=256, most=8192))
    assert 256 < more.points < 8192
    assert more.evaluations == more.points * 5  # what was run at first is not run again
    assert more.error < 0.06


def test_how_many_draws_are_run_at_once_changes_nothing(of_linear: Sensitivity) -> None:
    small = sensitivity(linear, inputs=INPUTS, seed=1, effort=Effort(at_once=1))
    assert small.inputs.equals(of_linear.inputs)
    assert small.surveys.equals(of_linear.surveys)


def test_what_was_estimated_below_0_is_told_as_0_and_named() -> None:
    inputs = [*INPUTS, *(an_input(f"idle{place}", "policy") for place in range(8))]

    def model(streams: Uniforms) -> Mapping[str, Draws]:
        small = sum((np.sin(40.0 * streams.of(f"idle{place}")) for place in range(8)), np.zeros(streams.count))
        return {"gap": np.exp(3.0 * streams.of("a")) * (1.0 + 0.2 * small)}

    made = sensitivity(model, inputs=inputs, seed=5, effort=Effort(first=64, most=64))
    rows = made.inputs.set_index("input")["first_order_share"]
    assert made.set_to_zero
    assert made.note().startswith("64 points, ")
    for output, name in made.set_to_zero:
        assert f"{output}/{name}" in made.note()
        assert output == "gap"
        assert (rows.get(name, 0.0)) == 0.0


def test_a_stream_belongs_to_one_input() -> None:
    with pytest.raises(ValueError, match="one input"):
        sensitivity(linear, inputs=[*INPUTS, an_input("d", "future", "a")], seed=1)
    with pytest.raises(ValueError, match="at least one"):
        sensitivity(linear, inputs=[], seed=1)
