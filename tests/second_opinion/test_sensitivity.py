"""Sensitivity against what is known of it from the literature, and against SALib's own way through the points."""

from collections.abc import Mapping

import numpy as np
import pytest

from quydat.balance.sensitivity import Effort, sensitivity
from quydat.balance.sobol import base_points
from quydat.core.basis import Basis
from quydat.core.draws import Draws
from quydat.core.uniforms import Uniforms
from quydat.demand.uncertain import UncertainInput

A, B = 7.0, 0.1


def ishigami(x: Draws) -> Draws:
    made: Draws = np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])
    return made


def model(streams: Uniforms) -> Mapping[str, Draws]:
    x = np.column_stack([np.pi * (2.0 * streams.of(name) - 1.0) for name in ("x1", "x2", "x3")])
    return {"gap": ishigami(x)}


INPUTS = [
    UncertainInput(name, (name,), name, name, informed_by, Basis.ASSUMED)
    for name, informed_by in (("x1", "floor_survey"), ("x2", "rent_survey"), ("x3", "floor_survey"))
]


def test_the_function_of_ishigami_and_homma() -> None:
    """Ishigami and Homma 1990: V = a²/8 + bπ⁴/5 + b²π⁸/18 + ½, V₁ = ½(1 + bπ⁴/5)², V₂ = a²/8, V₁₃ = 8b²π⁸/225."""
    v1, v2, v13 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, 8 * B**2 * np.pi**8 / 225
    whole = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
    assert v1 + v2 + v13 == pytest.approx(whole)
    made = sensitivity(model, inputs=INPUTS, seed=1, effort=Effort(first=16_384, most=16_384))
    rows = made.inputs.set_index("input")
    first = {"x1": v1, "x2": v2, "x3": 0.0}
    total = {"x1": v1 + v13, "x2": v2, "x3": v13}
    for name in first:
        assert rows.loc[name, "first_order_share"] == pytest.approx(first[name] / whole, abs=0.01)
        assert rows.loc[name, "total_order_share"] == pytest.approx(total[name] / whole, abs=0.01)
    # Known together, x1 and x3 take their interaction along.
    survey = made.surveys.set_index("informed_by").loc["floor_survey"]
    assert survey["first_order_share"] == pytest.approx((v1 + v13) / whole, abs=0.01)


def test_salib_with_its_own_crossing_of_groups_says_the_same() -> None:
    from SALib.analyze.sobol import analyze
    from SALib.sample.sobol import sample

    problem = {
        "num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[0.0, 1.0]] * 3, "groups": ["floor", "rent", "floor"],
    }  # fmt: skip
    points = sample(problem, 1024, calc_second_order=False, seed=2)
    theirs = analyze(problem, ishigami(np.pi * (2.0 * points - 1.0)), calc_second_order=False, seed=2)
    ours = sensitivity(model, inputs=INPUTS, seed=1, effort=Effort(first=1024, most=1024)).surveys.set_index(
        "informed_by"
    )
    assert np.array_equal(base_points(3, count=1024, seed=1)[0], points[::4])
    for place, name in enumerate(("floor_survey", "rent_survey")):
        assert ours.loc[name, "first_order_share"] == pytest.approx(theirs["S1"][place], rel=1e-12)
        assert ours.loc[name, "error_share"] == pytest.approx(theirs["S1_conf"][place], rel=1e-12)


def test_the_expected_variance_that_goes_by_double_draws() -> None:
    """Var(E[y | x1, x3]) by drawing the rest again and again for each of many known values."""
    rng = np.random.default_rng(11)
    known, rest = rng.random((4000, 2)), rng.random((4000, 200))
    x = np.pi * (2.0 * np.stack(np.broadcast_arrays(known[:, :1], rest, known[:, 1:]), axis=-1) - 1.0)
    y = ishigami(x.reshape(-1, 3)).reshape(4000, 200)
    goes = (y.mean(axis=1).var() - y.var(axis=1).mean() / 200) / y.var()
    made = sensitivity(model, inputs=INPUTS, seed=1, effort=Effort(first=16_384, most=16_384))
    survey = made.surveys.set_index("informed_by").loc["floor_survey", "first_order_share"]
    assert survey == pytest.approx(goes, abs=0.02)
