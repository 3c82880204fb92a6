"""The stratified ratio estimator: by hand, against Cochran's published numbers, and over 2,000 draws."""

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.survey import stock

from quydat.inventory.estimate import (
    REASONS,
    Strata,
    collapse,
    estimate_floor,
    stratified_ratio,
    student_t_975,
    why_estimated,
)
from quydat.inventory.floor_space import tabulate_floor


def strata_of(*parts: tuple[int, float, list[tuple[float, float]]]) -> Strata:
    """Strata from N, X and the pairs (x, y) that were observed."""
    rows = []
    for size, auxiliary, pairs in parts:
        x, y = (np.array(one, dtype=float) for one in zip(*pairs, strict=True))
        rows.append([size, len(x), auxiliary, x.sum(), y.sum(), (x * x).sum(), (x * y).sum(), (y * y).sum()])
    return Strata(*np.array(rows, dtype=float).T)


TWO = strata_of((4, 10.0, [(2.0, 5.0), (3.0, 5.0)]), (6, 60.0, [(8.0, 20.0), (12.0, 28.0), (10.0, 24.0)]))
"""N 4 and 6, X 10 and 60: the worked example of docs/method/floor_space.md."""


def test_the_separate_ratio_by_hand() -> None:
    # R₁ = 10 ÷ 5 = 2, R₂ = 72 ÷ 30 = 2.4; Ŷ = 2 × 10 + 2.4 × 60 = 164.
    # Residuals: 1, −1, so s² = 2; 0.8, −0.8, 0, so s² = 1.28 ÷ 2 = 0.64.
    # v = 4 × 2 ÷ 2 × 2 + 6 × 3 ÷ 3 × 0.64 = 8 + 3.84 = 11.84. Degrees: 11.84² ÷ (8² ÷ 1 + 3.84² ÷ 2) = 1.9645.
    found = stratified_ratio(TWO, np.array([0, 1]))
    assert found.total == pytest.approx(164)
    assert found.standard_error == pytest.approx(np.sqrt(11.84))
    half = student_t_975(11.84**2 / (64 + 3.84**2 / 2)) * np.sqrt(11.84)
    assert (found.low, found.high) == pytest.approx((164 - half, 164 + half))


def test_the_combined_ratio_by_hand() -> None:
    # Ŷ_st = 4 × 5 + 6 × 24 = 164, X̂_st = 4 × 2.5 + 6 × 10 = 70 = X, so R = 164 ÷ 70 and Ŷ = 164 again.
    # Residuals with R = 2.342857: 5 − 4.685714 = 0.314286 and −2.028571: s² = (2.342857)² ÷ 2 = 2.744490;
    # 1.257143, −0.114286, 0.571429 less their mean 0.571429: s² = (0.685714² × 2) ÷ 2 = 0.470204.
    found = stratified_ratio(TWO, np.array([0, 0]))
    assert found.total == pytest.approx(164)
    assert found.standard_error**2 == pytest.approx(4 * 2.744490 + 6 * 0.470204, rel=1e-5)


def test_cochran_table_6_1() -> None:
    """49 of 196 cities: 6,262 thousand people in 1930, 5,054 in 1920, all cities 22,919 in 1920: 28,397 by ratio."""
    nothing = np.array([np.nan])
    cities = Strata(*(np.array([float(one)]) for one in (196, 49, 22919, 5054, 6262)), nothing, nothing, nothing)
    assert stratified_ratio(cities, np.array([0])).total == pytest.approx(28397, abs=0.5)


def test_all_observed_is_the_sum_without_error() -> None:
    whole = strata_of((2, 5.0, [(2.0, 5.0), (3.0, 9.0)]), (1, 7.0, [(7.0, 7.0)]))
    for sharing in ([0, 1], [0, 0]):
        assert stratified_ratio(whole, np.array(sharing)) == pytest.approx((21, 0, 21, 21))


# Two-sided 5 % points of Student's t as tables print them.
@pytest.mark.parametrize(
    ("degrees", "t"), [(3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980), (1e9, 1.960)]
)
def test_student(degrees: float, t: float) -> None:
    assert student_t_975(degrees) == pytest.approx(t, rel=0.01)


@pytest.mark.parametrize(
    ("sample", "frame", "row", "into"),
    [
        ([5, 4], [9, 9], [0, 0], [0, 1]),
        ([1, 4], [9, 9], [0, 0], [0, 0]),  # takes in the next size
        ([4, 1], [9, 9], [0, 0], [0, 0]),  # the last joins the one before
        ([4, 0, 0, 1], [9, 9, 9, 9], [0, 0, 0, 0], [0, 0, 0, 0]),
        ([1, 1, 3, 0], [9, 9, 9, 9], [0, 0, 0, 0], [0, 0, 1, 1]),
        ([1, 4, 4], [9, 9, 9], [0, 1, 1], [0, 0, 1]),  # a section takes in the next
        ([4, 4, 1], [9, 9, 9], [0, 0, 1], [0, 1, 1]),  # the last section joins the one before
        ([1, 4], [1, 9], [0, 0], [0, 1]),  # observed whole: stays alone
        ([1, 1, 4], [9, 1, 9], [0, 0, 0], [0, 1, 0]),
    ],
)
def test_collapse(sample: list[float], frame: list[float], row: list[int], into: list[int]) -> None:
    found = collapse(np.array(sample, dtype=float), np.array(frame, dtype=float), np.array(row))
    first: dict[int, int] = {}
    assert [first.setdefault(one, len(first)) for one in found.tolist()] == into


def population(rng: np.random.Generator, size: int) -> pd.DataFrame:
    """Three sections whose floor goes with workers at rates of their own."""
    section = rng.integers(0, 3, size)
    workers = np.maximum(1, np.round(np.exp(rng.normal(3.2, 1.1, size)))).astype(int)
    floor = np.array([20.0, 45.0, 80.0])[section] * workers * rng.gamma(6.0, 1 / 6.0, size)
    return stock(
        *(
            {"section": "CFH"[s], "workers": w, "gross_floor_area_m2": round(f, 1), "floor_basis": "declared"}
            for s, w, f in zip(section.tolist(), workers.tolist(), floor.tolist(), strict=True)
        )
    )


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """2,000 samples of one population: coverage 93 to 97 %, and the mean estimate at the truth within its own error."""
    rng = np.random.default_rng(20250630)
    rows = population(rng, 2000)
    truth = float(rows["gross_floor_area_m2"].sum())
    space = tabulate_floor(rows)[0]
    total = space[space["dimension"] == "total"]
    estimates, covered = [], 0
    for _ in range(2000):
        hidden = rng.random(len(rows)) < 0.65
        observed = rows.assign(
            floor_basis=rows["floor_basis"].mask(hidden), gross_floor_area_m2=rows["gross_floor_area_m2"].mask(hidden)
        )
        (one,) = _totals(observed, total)
        if one["estimated_total_m2"] == one["estimated_total_m2"]:  # a few samples are too varied to be used
            estimates.append(one["estimated_total_m2"])
            covered += one["low_m2"] <= truth <= one["high_m2"]
    mean, spread = float(np.mean(estimates)), float(np.std(estimates))
    assert len(estimates) > 1950
    assert 0.93 <= covered / len(estimates) <= 0.97
    assert abs(mean - truth) <= 3 * spread / np.sqrt(len(estimates))


def _totals(rows: pd.DataFrame, total: pd.DataFrame) -> list[dict[Any, Any]]:
    return estimate_floor(rows, total).to_dict("records")


def told(rows: pd.DataFrame) -> tuple[pd.DataFrame, Counter[str]]:
    """Floor space with its estimates, and how many groups have which reason."""
    space = tabulate_floor(rows)[0]
    return estimate_floor(rows, space), Counter(why_estimated(rows, space))


def test_a_group_without_grounds_has_no_estimate_and_says_why() -> None:
    rng = np.random.default_rng(7)
    rows = population(rng, 600)
    hidden = rng.random(len(rows)) < 0.3
    hidden[:5] = True
    unit = np.where(np.arange(600) < 5, "dark", np.where(np.arange(600) < 30, "few", "many"))
    rows = rows.assign(
        unit_id=pd.Series(unit, dtype="str"),
        floor_basis=rows["floor_basis"].mask(hidden),
        gross_floor_area_m2=rows["gross_floor_area_m2"].mask(hidden),
    )
    space, reasons = told(rows)
    units = space[space["dimension"] == "unit"].set_index("group")
    assert units["estimated_total_m2"].notna().to_dict() == {"dark": False, "few": False, "many": True}
    assert reasons["few_observed"] >= 2
    assert set(reasons) <= set(REASONS)
    assert sum(reasons.values()) == len(space)
    many = units.loc["many"]
    assert many["gross_floor_area_m2"] < many["estimated_total_m2"]
    assert many["gross_floor_area_m2"] <= many["low_m2"] < many["high_m2"]


def test_groups_that_are_known_whole_are_their_sum() -> None:
    rows = population(np.random.default_rng(3), 60)
    space, reasons = told(rows)
    assert np.array_equal(space["standard_error_m2"], np.zeros(len(space)))
    np.testing.assert_allclose(space["estimated_total_m2"], space["gross_floor_area_m2"], rtol=1e-12)
    assert reasons["all_known"] == len(space)


def test_floor_estimated_from_storeys_is_no_observation() -> None:
    rows = population(np.random.default_rng(3), 60).assign(floor_basis="estimated")
    space, _ = told(rows)
    assert space["estimated_total_m2"].isna().all()


def test_without_workers_it_is_the_number_times_the_mean() -> None:
    known = [{"gross_floor_area_m2": 100 + n % 3, "floor_basis": "measured"} for n in range(60)]
    rows = stock(*known, *({} for _ in range(40)))
    total = told(rows)[0].iloc[0]
    assert total["estimated_total_m2"] == pytest.approx(100 * 101)  # mean of 100, 101, 102
    s2 = 60 * (2 / 3) / 59
    assert total["standard_error_m2"] == pytest.approx(np.sqrt(100 * 40 / 60 * s2))


def test_a_kind_that_nobody_saw_leaves_the_group_without_estimate() -> None:
    known = [{"gross_floor_area_m2": 100, "floor_basis": "measured", "workers": 5} for _ in range(60)]
    rows = stock(*known, {"workers": 4}, {})
    _, reasons = told(rows)
    assert reasons["unseen"] > 0


def test_a_sample_too_varied_for_the_normal_approximation_gives_no_estimate() -> None:
    known = [{"gross_floor_area_m2": 10 if n else 1e6, "floor_basis": "measured", "workers": 5} for n in range(60)]
    rows = stock(*known, *({"workers": 5} for _ in range(60)))
    _, reasons = told(rows)
    assert reasons["too_varied"] > 0
