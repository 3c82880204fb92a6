"""Shocks and breaks: listed years are left out with a step after them, jumps are found, noise is not."""

import numpy as np
import pytest

from quydat.demand.series import Frequency, Series
from quydat.demand.shocks import shocks_of

STEADY = np.array([5.0, 5.5, 4.5, 5.0, 5.2, 4.8, 5.0, 5.5, 4.9, 5.1])


def growth(values: list[float], first: int = 2005) -> Series:
    return Series("s", "output", "c", "all", "growth", "%", "A", first, np.array(values))


def level(values: np.ndarray, frequency: Frequency, first: int) -> Series:
    return Series("s", "output", "c", "all", "level", "bn", frequency, first, values)


def test_the_listed_years_are_pulses_with_one_step_after_them() -> None:
    found = shocks_of(growth([*STEADY, 5, 5, 5, 5, 5, -4, -14, 13, 4, 7]))
    assert (found.pulses, found.steps, found.breaks) == ((2020, 2021), (2022,), ())
    assert found.columns(2019, 5).tolist() == [[0], [0], [0], [1], [1]]


def test_no_step_where_the_series_ends_within_the_shock_or_begins_in_it() -> None:
    assert shocks_of(growth([5, 5, -4, -14], first=2018)).steps == ()
    levels = level(np.array([100.0, 90.0, 110.0, 115.0]), "A", 2020)
    assert (shocks_of(levels).pulses, shocks_of(levels).steps) == ((2020, 2021), ())


def test_all_quarters_of_a_shock_year_are_pulses() -> None:
    found = shocks_of(level(np.full(16, 100.0), "Q", 2019 * 4))
    assert found.pulses == tuple(range(2020 * 4, 2022 * 4))
    assert found.steps == (2022 * 4,)


def test_other_years_can_be_listed() -> None:
    found = shocks_of(growth([*STEADY, 5, 5, 5, 5, 5, 5, 5]), years=(2009,))
    assert (found.pulses, found.steps) == ((2009,), (2010,))


def test_a_jump_that_stays_is_a_break_and_one_that_is_taken_back_an_outlier() -> None:
    stays = growth([*STEADY[:6], 40.0, *STEADY[6:]])
    assert (shocks_of(stays, years=()).breaks, shocks_of(stays, years=()).pulses) == ((2011,), ())
    back = growth([*STEADY[:6], 40.0, -25.0, *STEADY[6:]])
    found = shocks_of(back, years=())
    assert (found.breaks, found.outliers, found.pulses, found.steps) == ((), (2011,), (2011,), ())


def test_a_jump_is_measured_against_the_same_season() -> None:
    season = np.tile([50.0, 100.0, 120.0, 140.0], 6) * 1.01 ** np.arange(24)
    noise = 1 + 0.004 * np.array([1, -2, 0, 1, 2, -1, 1, 0] * 3)
    assert shocks_of(level(season * noise, "Q", 2005 * 4), years=()).breaks == ()
    moved = season * noise * np.where(np.arange(24) >= 13, 1.3, 1.0)
    assert shocks_of(level(moved, "Q", 2005 * 4), years=()).breaks == (2005 * 4 + 13,)


def test_few_values_zeros_and_growth_by_month_say_nothing_of_breaks() -> None:
    assert shocks_of(growth([5, 5, 60, 5, 5]), years=()).breaks == ()
    lettings = Series("s", "land_let", "c", "all", "level", "ha", "A", 2001, np.array([20.0, 0, 30, 0, 25] * 3))
    assert shocks_of(lettings, years=()).breaks == ()
    monthly = Series("s", "output", "c", "all", "growth", "%", "M", 24180, np.full(60, 5.0))
    assert shocks_of(monthly, years=()).breaks == ()


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_noise_has_no_breaks(seed: int) -> None:
    noise = np.random.default_rng(seed).normal(5, 2, 25)
    assert shocks_of(growth(noise.tolist()), years=()).breaks == ()
