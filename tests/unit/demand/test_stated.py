"""Stated needs: what is an answer, how it is spread over the years, and how it is expanded."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.survey import stock

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.uniforms import GivenUniforms, SeededUniforms
from quydat.demand.stated import REALISED, SAMPLING, StatedNeeds, stated_needs

DAY = date(2025, 6, 30)
GROUPS = pd.DataFrame({"sector_id": ["food", "textile"], "divisions": ["10", "13"]})
NO_GROUPS = pd.DataFrame({"sector_id": [], "divisions": []}, dtype="str")
ALL = Range(1.0, 1.0, 1.0)
PLANT = {"division": "10", "size_class": "small", "workers": 20}
WANTS = {"wanted_land_m2": 10_000, "wanted_by_year": 2028}
NOTHING = {"wanted_land_m2": 0}


def needs(*rows: Any, sectors: pd.DataFrame = NO_GROUPS, realised: Range = ALL) -> StatedNeeds | None:
    return stated_needs(
        stock(*(PLANT | dict(row) for row in rows)), sectors, as_of=DAY, plot_ratio=0.8, realised=realised
    )


def sure(*rows: Any, **how: Any) -> StatedNeeds:
    made = needs(*rows, **how)
    assert made is not None
    return made


def test_answers_stand_for_all_of_their_stratum() -> None:
    made = sure(WANTS, NOTHING, *[{}] * 8)
    assert (made.answered, made.standing, made.response_share) == (2, 10, 0.2)
    assert (made.first_year, made.horizon) == (2025, 2028)
    # One of two wants 1 ha by 2028: of ten 5 ha, a third of it in each of three years.
    assert made.yearly([2025, 2026, 2028]).sum(axis=1) == pytest.approx([0.0, 5 / 3, 5 / 3])
    # s² = 0.5 ha², 10² × 0.8 × 0.5 ÷ 2 = 20.
    assert made.relative_error == pytest.approx(np.sqrt(20) / 5)


def test_everyone_answered_and_nothing_is_left_to_chance() -> None:
    made = sure(WANTS, NOTHING)
    assert made.relative_error == 0.0
    land = made.land([2026, 2027, 2028], SeededUniforms(count=50, seed=1))
    assert land == pytest.approx(np.full((50, 3), 1 / 3))


def test_beyond_the_horizon_the_mean_level_goes_on() -> None:
    made = sure(WANTS, {"wanted_land_m2": 40_000, "wanted_by_year": 2030})
    # 1 ÷ 3 + 4 ÷ 5 in three years, 4 ÷ 5 in two; mean of the five years 1.
    assert made.yearly([2028, 2030, 2031, 2045]).sum(axis=1) == pytest.approx([1 / 3 + 0.8, 0.8, 1.0, 1.0])
    assert made.yearly([2024]).sum() == 0.0


@pytest.mark.parametrize(
    ("row", "hectares"),
    [
        ({"wanted_floor_m2": 8_000, "wanted_by_year": 2028}, 1.0),
        ({"wanted_land_m2": 0, "wanted_floor_m2": 8_000, "wanted_by_year": 2028}, 0.0),
        ({"wanted_land_m2": 10_000, "wanted_floor_m2": 99_000, "wanted_by_year": 2028}, 1.0),
        ({"wanted_land_m2": 10_000}, 1.0),
        ({"wanted_land_m2": 10_000, "wanted_by_year": 2025}, 1.0),
        ({"wanted_land_m2": 10_000, "wanted_by_year": 2023, "observed_on": "2022-05-01"}, 0.0),
        ({"wanted_by_year": 2027}, 0.0),
        ({**WANTS, "operating_state": "closed"}, 0.0),
    ],
)
def test_what_an_answer_says(row: Any, hectares: float) -> None:
    """Beside one who wants 1 ha by 2028; floor only is land by the plot ratio 0.8; no year is to the horizon."""
    made = sure(WANTS, NOTHING, row)
    own = made.yearly([2026, 2027, 2028]).sum()
    many = made.standing / made.answered
    assert own == pytest.approx((1.0 + hectares) * many)


def test_what_is_late_or_undated_is_counted() -> None:
    late = {"wanted_land_m2": 5_000, "wanted_by_year": 2024, "observed_on": "2022-05-01"}
    made = sure(WANTS, late, {"wanted_land_m2": 5_000})
    assert (made.lapsed, made.undated) == (1, 1)


def test_an_older_answer_has_partly_passed() -> None:
    """Surveyed in 2023, wanted by 2028: two of five years are gone."""
    made = sure(WANTS | {"observed_on": "2023-03-01"}, NOTHING | {"observed_on": "2023-03-01"})
    assert made.yearly(range(2026, 2029)).sum() == pytest.approx(0.6)
    assert made.yearly([2025]).sum() == pytest.approx(0.2)


@pytest.mark.parametrize(
    "rows", [[{}, {}], [WANTS, {}], [NOTHING, NOTHING], [{"wanted_land_m2": 5}, {"wanted_land_m2": 5}]]
)
def test_too_little_is_no_method(rows: Any) -> None:
    assert needs(*rows) is None


def test_sectors_have_their_own_and_the_unknown_is_shared_out() -> None:
    textile, unknown = {"division": "13"}, {"division": None}
    rows = [WANTS] * 6 + [textile | WANTS] * 2 + [textile | NOTHING] * 2 + [unknown | WANTS] * 4
    made = sure(*rows, sectors=GROUPS)
    assert made.sectors == ("food", "textile")
    # Food 6 ha, textile 2 ha, and 4 ha of unknown sector in the proportion 3 : 1.
    assert made.yearly_ha.sum(axis=0) == pytest.approx([9.0, 3.0])


def test_where_only_whole_strata_answered_they_speak_for_all() -> None:
    silent = {"division": "13", "size_class": "large"}
    made = sure(WANTS, WANTS, silent, silent, silent, sectors=GROUPS)
    assert made.yearly_ha.sum(axis=0) == pytest.approx([2.0, 3.0])


@pytest.mark.parametrize(
    ("bases", "usable", "answered"),
    [
        (["surveyed"] * 31, True, 31),
        (["surveyed"] * 30, False, 30),
        (["illustrative"] * 40, False, 40),
        (["surveyed"] * 31 + ["illustrative"] * 40, True, 31),
    ],
)
def test_illustrative_answers_serve_no_city(bases: list[str], usable: bool, answered: int) -> None:
    made = sure(*(WANTS | {"basis": basis} for basis in bases))
    assert (made.usable, made.answered) == (usable, answered)
    assert made.basis is (Basis.ILLUSTRATIVE if set(bases) == {"illustrative"} else Basis.ESTIMATED)


def test_draws_are_discounted_and_spread() -> None:
    made = sure(WANTS, NOTHING, *[{}] * 8, realised=Range(0.2, 0.3, 0.5))
    streams = GivenUniforms({REALISED: np.array([0.0, 0.5, 1.0]), SAMPLING: np.array([0.5, 0.9, 0.5])}, count=3)
    spread = np.sqrt(np.log1p(0.8))  # relative variance 20 ÷ 25
    middle = 0.5 - np.sqrt(0.5 * 0.3 * 0.2)  # of the triangle 0.2, 0.3, 0.5
    wanted = [0.2, middle * np.exp(spread * 1.2815515655446004), 0.5]
    assert made.factor(streams) == pytest.approx(np.array(wanted) * np.exp(-(spread**2) / 2))
    many = made.factor(SeededUniforms(count=20_000, seed=1)).mean()
    assert many == pytest.approx(1.0 / 3.0, rel=0.02)  # mean of the triangle, and of the error 1
