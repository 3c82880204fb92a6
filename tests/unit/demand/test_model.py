"""The demand model against hand calculation; every range is a point unless a test says otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.core.basis import Basis
from quydat.core.draws import Draws, Range
from quydat.core.problem import Problems
from quydat.core.uniforms import GivenUniforms, SeededUniforms, Uniforms
from quydat.demand.chunk import COMPONENTS
from quydat.demand.density import LogNormal
from quydat.demand.forecast import city_demand, milestones
from quydat.demand.known import Today
from quydat.demand.model import METHOD_STREAM, build_model
from quydat.demand.sectors import Sectors, read_sectors
from quydat.demand.where import Where, where_model
from quydat.inventory.evidence import Parameters

STATED: Mapping[str, float] = {
    "last_take_up_ha": 25.35,
    "investment_m_usd": 2860.0,
    "investment_years": 5.0,
    "investment_m_usd_per_ha": 8.5,
    "take_up_growth_share": 0.0,
    "jobs": 257_700.0,
    "output_growth_share": 0.055,
    "productivity_growth_share": 0.045,
    "plot_ratio": 0.6,
    "plot_ratio_new": 0.7,
    "vacancy_share": 0.08,
}
"""The middle values of the shipped case, as published and assumed there."""
YEARS = {2025: 184 / 365, 2026: 1.0, 2027: 1.0}


def everywhere(parameters: Parameters) -> Where:
    """The city as one place."""
    return where_model(pd.DataFrame(), pd.DataFrame(), {}, parameters, city="city", basis=Basis.ASSUMED)


def parameters(**changed: float | Range) -> Parameters:
    made = {**STATED, **changed}
    ranges = {key: value if isinstance(value, Range) else Range(value, value, value) for key, value in made.items()}
    return Parameters({f"demand.{key}" if "." not in key else key: range_ for key, range_ in ranges.items()})


def today(**changed: Any) -> Today:
    base = Today(1886.18, 34.0, read_sectors(pd.DataFrame()), everywhere, YEARS, 0)
    return replace(base, **changed)


def two_sectors(**columns: Any) -> pd.DataFrame:
    plain = {f"{what}_{part}": [0.0, 0.0] for what in ("output", "productivity") for part in ("low", "mid", "high")}
    plain |= {f"floor_{part}": [1.0, 1.0] for part in ("low", "mid", "high")}
    rows = {"sector_id": ["a", "b"], "jobs_share": [0.4, 0.6], "land_share": [None, None], "basis": ["assumed"] * 2}
    return pd.DataFrame({**rows, **plain, **columns}).astype({"land_share": "Float64"})


def land(model: Any, method: str) -> Draws:
    return city_demand(model).by_method[method][0]


class Speaking(GivenUniforms):
    """Streams in which one method speaks."""

    def __init__(self, at: float) -> None:
        super().__init__({METHOD_STREAM: np.array([at])}, count=1)


def test_labour_as_on_the_method_page() -> None:
    """r = 1.055 ÷ 1.045; jobs 257,700 (r − 1) = 2,466; × 43.9157 m² ÷ 10,000 ÷ 0.7 ÷ 0.92 = 16.82 ha in 2026."""
    ratio = 1.055 / 1.045
    per_job = 1886.18 * 10_000 * 0.6 / 257_700
    jobs = 257_700 * (ratio - 1)
    by_hand = jobs * per_job / 10_000 / 0.7 / 0.92
    made = land(build_model(today(), parameters(), Speaking(0.9)), "labour")
    assert made[1] == pytest.approx(by_hand, rel=1e-12)
    assert by_hand == pytest.approx(16.82, abs=0.01)
    assert made[0] == pytest.approx((257_700 - 257_700 / ratio) * per_job / 7000 / 0.92 * 184 / 365, rel=1e-12)
    assert made[2] == pytest.approx(by_hand * ratio, rel=1e-12)


def test_take_up_as_on_the_method_page() -> None:
    made = land(build_model(today(), parameters(take_up_growth_share=0.02), Speaking(0.1)), "take_up")
    # of three readings, 25.35, 55.48 and 67.29, the triangle's median: 25.35 + sqrt(0.5 × 41.94 × 30.13) = 50.49
    middle = 25.35 + (0.5 * (2860 / 5 / 8.5 - 25.35) * (1886.18 / 34 - 25.35)) ** 0.5
    assert made == pytest.approx([middle / 0.92 * f for f in (184 / 365, 1.02, 1.02**2)], rel=1e-12)


def test_output_asks_for_the_land_that_output_outgrows() -> None:
    """1,886.18 × (1.055 ÷ 1.035 − 1) ÷ 0.92 = 39.62 ha a year."""
    made = land(build_model(today(), parameters(land_productivity_growth_share=0.035), Speaking(0.9)), "output")
    assert made[1] == pytest.approx(1886.18 * (1.055 / 1.035 - 1) / 0.92, rel=1e-12)


def test_without_its_growth_there_is_no_output_method() -> None:
    assert build_model(today(), parameters(), Speaking(0.5)).methods == ("take_up", "labour")


def test_additions_one_after_the_other() -> None:
    """Net 100 %; less 10 % built denser; 0.99 stay; 2 % churn × 0.5 years; ÷ 0.92; + 0.001 of the land; + movers."""
    stated = parameters(
        densification_share=0.1, neighbour_rent_gap_growth_share=0.0, neighbour_rent_elasticity=0.5,
        neighbour_supply_growth_share=0.01, neighbour_supply_elasticity=1.0, churn_share=0.02, void_years=0.5,
        replacement_share=0.001, movers_count=1000, movers_share=0.05, movers_land_m2=1000,
    )  # fmt: skip
    model = build_model(today(shares={2026: 1.0, 2027: 1.0}, ahead=1), stated, Speaking(0.9))
    made = dict(zip(COMPONENTS, city_demand(model).components[0, 0], strict=True))
    net = 257_700 * (1.055 / 1.045 - 1) * (1886.18 * 6000 / 257_700) / 7000
    assert made["net_growth"] == pytest.approx(net)
    assert made["densification"] == pytest.approx(-0.1 * net)
    assert made["neighbours"] == pytest.approx(-0.9 * net * (1 - 1 / 1.01))
    churned = 0.9 * net / 1.01 * 1.01
    assert made["churn"] == pytest.approx(0.9 * net / 1.01 * 0.01)
    assert made["vacancy"] == pytest.approx(churned * 0.08 / 0.92)
    assert made["replacement"] == pytest.approx(1.88618)
    assert made["movers"] == pytest.approx(1000 * 0.05 * 0.1 / 2)  # 5 ha over two years
    assert made["total"] == pytest.approx(sum(value for key, value in made.items() if key != "total"), rel=1e-12)
    assert model.stated == set(COMPONENTS)


def test_past_take_up_is_not_made_denser_nor_churned() -> None:
    plain = land(build_model(today(), parameters(), Speaking(0.1)), "take_up")
    added = parameters(densification_share=0.3, churn_share=0.5, void_years=1.0)
    assert land(build_model(today(), added, Speaking(0.1)), "take_up") == pytest.approx(plain)


def test_what_is_not_stated_is_not_counted_and_it_is_said() -> None:
    model = build_model(today(), parameters(), Speaking(0.5))
    assert model.stated == {"net_growth", "vacancy", "total"}
    made = city_demand(model).components[0]
    assert not made[:, [COMPONENTS.index(one) for one in ("densification", "churn", "replacement", "movers")]].any()


def test_sectors_differ_about_the_same_whole() -> None:
    """Growth of 7.5 % and about 4.17 %: the mean over jobs stays 5.5 %."""
    rows = two_sectors(**{f"output_{part}": [0.02, -0.04 / 3] for part in ("low", "mid", "high")})
    model = build_model(today(sectors=read_sectors(rows)), parameters(), Speaking(0.9))
    assert model.growth("output", "a")[0] == pytest.approx(0.075)
    assert model.growth("output", "b")[0] == pytest.approx(0.055 - 0.04 / 3)
    assert model.growth("output", "all")[0] == pytest.approx(0.055)


@pytest.mark.parametrize("reuse", [0.0, 0.5, 1.0])
def test_growing_sectors_take_over_part_of_what_shrinking_ones_leave(reuse: float) -> None:
    """Sector a, 40 % of the jobs, grows by 3 % a year; b, 60 %, shrinks by 2 %: it leaves as much as a adds."""
    rows = two_sectors(**{f"output_{part}": [0.03, -0.02] for part in ("low", "mid", "high")})
    rows["jobs_share"] = [0.4, 0.6]
    stated = parameters(output_growth_share=0.0, productivity_growth_share=0.0, reuse_share=reuse)
    model = build_model(today(sectors=read_sectors(rows), shares={2026: 1.0}, ahead=1), stated, Speaking(0.9))
    wanted = model.wanted(slice(0, 1)).land_ha[0, 0]
    grown = 0.03 * 0.4 / 0.92 * 1886.18 * 0.6 / 0.7
    # Σ jobs × difference = 0.4 × 0.03 − 0.6 × 0.02 = 0, so nothing is moved
    left = 1 - reuse * (0.6 * 0.02) / (0.4 * 0.03)
    assert wanted == pytest.approx([grown * left, 0.0])


def test_a_sector_with_a_large_floor_for_a_job_does_not_change_the_floor_of_all_today() -> None:
    rows = two_sectors(**{f"floor_{part}": [2.0, 1.0] for part in ("low", "mid", "high")})
    sectors = read_sectors(rows)
    model = build_model(today(sectors=sectors), parameters(), Speaking(0.9))
    per_job = model._arrays["per_job"][0]
    assert per_job @ sectors.jobs_share == pytest.approx(1886.18 * 6000 / 257_700)
    assert per_job[0] / per_job[1] == pytest.approx(2.0)
    assert sectors.land_share == pytest.approx([0.8 / 1.4, 0.6 / 1.4])


class Known:
    """A density of the inventory that knows one of two sectors, for sure."""

    common_share = 0.5

    def floor_per_job(self, sector: str) -> LogNormal | None:
        return LogNormal(float(np.log(50.0)), 0.0) if sector == "a" else None


def test_a_sector_without_survey_rows_keeps_the_floor_of_the_parameters() -> None:
    model = build_model(today(sectors=read_sectors(two_sectors()), floor=Known()), parameters(), Speaking(0.9))
    assert model._arrays["per_job"][0] == pytest.approx([50.0, 1886.18 * 6000 / 257_700])


class Said:
    """Stated needs of 12 ha a year, three quarters of them in the first sector."""

    sectors = ("a", "b", "elsewhere")

    def yearly(self, years: Sequence[int]) -> Draws:
        return np.tile([9.0, 3.0, 0.0], (len(years), 1))

    def land(self, years: Sequence[int], uniforms: Uniforms) -> Draws:
        return np.full((uniforms.count, len(years)), 12.0)


class Path:
    """A series whose model knows its growth."""

    def simulate(self, *, years: Sequence[int], uniforms: Uniforms, name: str) -> Draws:
        assert name == "demand.series.output"
        return np.array([[0.1, 0.0, -0.05]])


def test_stated_needs_are_a_fourth_method() -> None:
    given = today(sectors=read_sectors(two_sectors()), needs=lambda _: Said())
    stated = parameters(weight_take_up=0.0, weight_labour=0.0, densification_share=0.25)
    model = build_model(given, stated, SeededUniforms(count=10, seed=1))
    assert model.methods == ("take_up", "labour", "stated")
    wanted = model.wanted(slice(0, 10))
    assert wanted.land_ha[3, 1] == pytest.approx([12 * 0.75 * 0.75 / 0.92, 12 * 0.75 * 0.25 / 0.92])
    assert wanted.by_method[:, 0, 2] == pytest.approx(12 * 184 / 365 * 0.75 / 0.92)


def test_each_method_speaks_as_often_as_its_weight_says() -> None:
    stated = parameters(land_productivity_growth_share=0.035, weight_take_up=3.0, weight_labour=1.0, weight_output=0.0)
    city = city_demand(build_model(today(), stated, SeededUniforms(count=1000, seed=3)))
    spoke = np.isclose(city.by_method["combined"], city.by_method["take_up"]).all(axis=1)
    assert spoke.sum() == 750
    assert np.isclose(city.by_method["combined"][~spoke], city.by_method["labour"][~spoke]).all()


def test_a_path_of_a_series_replaces_the_stated_growth() -> None:
    model = build_model(today(paths={"output": Path()}), parameters(cycle_sd_share=0.5), Speaking(0.9))
    assert model.growth("output", "all") == pytest.approx(np.array([[0.1, 0.0, -0.05]]))


def test_a_scenario_that_states_another_growth_means_it() -> None:
    base = {"demand.output_growth_share": Range(0.055, 0.055, 0.055)}
    given = today(paths={"output": Path()}, base=base)
    as_stated = build_model(given, parameters(), Speaking(0.9))
    assert as_stated.growth("output", "all") == pytest.approx(np.array([[0.1, 0.0, -0.05]]))
    assert as_stated.from_series == {"output"}
    other = build_model(given, parameters(output_growth_share=0.02), Speaking(0.9))
    assert other.growth("output", "all") == pytest.approx(np.full((1, 3), 0.02))
    assert other.from_series == frozenset()


def test_the_cycle_moves_single_years_by_its_spread() -> None:
    model = build_model(today(), parameters(cycle_sd_share=0.03), SeededUniforms(count=4000, seed=5))
    made = model.growth("output", "all")
    assert made.std(axis=0) == pytest.approx([0.03] * 3, rel=0.02)
    assert abs(np.corrcoef(made[:, 0], made[:, 1])[0, 1]) < 0.05


def test_parts_are_the_same_however_they_are_cut() -> None:
    ranges = parameters(output_growth_share=Range(0.04, 0.055, 0.07), land_productivity_growth_share=0.03)
    model = build_model(today(sectors=read_sectors(two_sectors())), ranges, SeededUniforms(count=500, seed=9))
    whole = model.wanted(slice(0, 500))
    cut = [model.wanted(slice(low, low + 125)) for low in (375, 0, 125, 250)]
    assert np.array_equal(whole.land_ha[375:], cut[0].land_ha)
    assert np.array_equal(whole.components[:125], cut[1].components)
    assert whole.share.shape == (500, 2, 1)


def test_growth_that_explodes_is_refused_with_what_drives_it() -> None:
    shares = dict.fromkeys(range(2025, 2046), 1.0)
    with pytest.raises(Problems) as told:
        build_model(today(shares=shares), parameters(output_growth_share=0.3), Speaking(0.5))
    (found,) = told.value.found
    assert found.number == "QD747"
    raised = parameters(output_growth_share=0.3, growth_limit_ratio=1000.0)
    assert build_model(today(shares=shares), raised, Speaking(0.5)).draws == 1


def test_all_weights_zero_is_refused() -> None:
    with pytest.raises(Problems) as told:
        build_model(today(), parameters(weight_take_up=0.0, weight_labour=0.0), Speaking(0.5))
    assert [one.number for one in told.value.found] == ["QD746"]


def test_milestones() -> None:
    assert milestones(range(2026, 2048)) == [2030, 2035, 2040, 2045, 2047]


def test_sectors_read_in_the_order_of_their_ids() -> None:
    rows = two_sectors().iloc[::-1]
    assert read_sectors(rows).ids == ("a", "b")
    made: Sectors = read_sectors(rows)
    assert made.jobs_share.tolist() == [0.4, 0.6]
