"""Densities of the survey: which rows count, where they belong, and what is shown beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.rows import table
from tests.support.survey import stock

from quydat.core.basis import Basis
from quydat.core.ledger import Ledger
from quydat.core.problem import Problems
from quydat.demand.density import Density, LogNormal, fitted
from quydat.demand.density_rows import density_rows, divisions_of, grouped
from quydat.demand.density_table import density_table
from quydat.dictionary.read import dtype_of
from quydat.dictionary.schema import tables
from quydat.dictionary.settings import ParameterSpec
from quydat.inventory.evidence import Evidence, resolve_parameters

GROUPS = pd.DataFrame({"sector_id": ["food", "textile"], "divisions": ["10;11", "13; 14"]})
NO_GROUPS = pd.DataFrame({"sector_id": [], "divisions": []}, dtype="str")
PLANT = {
    "division": "10", "size_class": "small", "workers": 20, "site_area_m2": 2000.0, "gross_floor_area_m2": 1000.0,
    "floor_basis": "declared",
}  # fmt: skip


def plants(count: int, **other: Any) -> list[Mapping[str, Any]]:
    return [PLANT | other] * count


def rows_of(*rows: Mapping[str, Any], sectors: pd.DataFrame = GROUPS) -> Any:
    made = stock(*rows)
    return density_rows(made, grouped(made, sectors))


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, (1, 1, 1)),
        ({"floor_basis": "measured"}, (1, 1, 1)),
        ({"floor_basis": "estimated"}, (0, 0, 1)),
        ({"workers": None}, (0, 1, 0)),
        ({"workers": 0}, (0, 1, 0)),
        ({"site_area_m2": None}, (1, 0, 0)),
        ({"operating_state": "closed"}, (0, 0, 0)),
        ({"operating_state": "suspended"}, (0, 0, 0)),
        ({"operating_state": "operating"}, (1, 1, 1)),
        ({"gross_floor_area_m2": 19.0}, (0, 0, 0)),
        ({"gross_floor_area_m2": 100_001.0, "site_area_m2": 50_000.0}, (0, 0, 0)),
        ({"site_area_m2": 66.0}, (0, 0, 0)),
    ],
)
def test_which_rows_count(change: Mapping[str, Any], counted: tuple[int, int, int]) -> None:
    """Floor ÷ workers, floor ÷ land, land ÷ workers; the last three are beyond 1 and 5,000 m², and a ratio of 15."""
    assert tuple(one.rows for one in rows_of(PLANT | change).values()) == counted


def test_what_is_left_out_is_counted() -> None:
    found = rows_of(PLANT, PLANT | {"gross_floor_area_m2": 19.0})
    assert [one.beyond for one in found.values()] == [1, 1, 1]


def test_a_row_far_from_its_size_is_drawn_in() -> None:
    rows = [PLANT | {"gross_floor_area_m2": 20 * floor} for floor in (40.0, 45.0, 50.0, 55.0, 60.0, 4000.0)]
    made = rows_of(*(row | {"site_area_m2": None} for row in rows))["floor_per_worker_m2"]
    logs = np.log([40.0, 45.0, 50.0, 55.0, 60.0, 4000.0])
    middle = np.median(logs)
    reach = 4 * 1.482602218505602 * np.median(np.abs(logs - middle))
    assert made.drawn_in == 1
    assert made.sums.mean[0, 1] == pytest.approx(np.mean([*logs[:5], middle + reach]))


def test_groups_are_those_of_the_record() -> None:
    made = grouped(
        stock(PLANT, PLANT | {"division": "14"}, PLANT | {"division": "22"}, PLANT | {"division": None}), GROUPS
    )
    assert [made.sectors[one] for one in made.sector] == ["food", "textile", "unknown", "unknown"]
    assert made.unnamed == {"22": 1}
    rest = pd.concat([GROUPS, pd.DataFrame({"sector_id": ["other"], "divisions": [None]})], ignore_index=True)
    made = grouped(stock(PLANT | {"division": "22"}), rest)
    assert (made.sectors, made.sector.tolist(), made.unnamed) == (("food", "textile", "other"), [2], {"22": 1})
    assert grouped(stock(PLANT), NO_GROUPS).sectors == ("all",)


def test_groups_that_do_not_hold_are_all_named() -> None:
    wrong = pd.DataFrame({"sector_id": ["a", "b"], "divisions": ["10;C", "10;101"]})
    with pytest.raises(Problems) as refused:
        divisions_of(wrong)
    assert [one.number for one in refused.value.found] == ["QD765", "QD766", "QD765"]
    assert "10" in str(refused.value) and "101" in str(refused.value)


def test_a_group_of_its_own_has_the_density_of_its_rows() -> None:
    made = fitted(stock(*plants(400, gross_floor_area_m2=1000.0), *plants(400, gross_floor_area_m2=1500.0)), NO_GROUPS)
    cell = made.fits["floor_per_worker_m2"].of("all")
    assert cell.rows == 800
    assert cell.raw == pytest.approx(np.sqrt(50 * 75))
    assert cell.mean.quantiles[1] == pytest.approx(62.5, rel=0.01)  # (50 + 75) ÷ 2
    assert cell.own_share > 0.99


def test_the_ratio_of_totals_and_not_the_mean_of_ratios() -> None:
    """80 m² for each of 10 workers and 20 for each of 90: 800 + 1,800 for 100, not (80 + 20) ÷ 2."""
    small, large = {"workers": 10, "gross_floor_area_m2": 800.0}, {"workers": 90, "gross_floor_area_m2": 1800.0}
    made = fitted(stock(*plants(300, **small), *plants(300, **large)), NO_GROUPS)
    assert made.fits["floor_per_worker_m2"].of("all", "small").mean.quantiles[1] == pytest.approx(26.0, rel=0.02)


def test_a_sector_without_rows_leans_on_the_others_and_says_so() -> None:
    rng = np.random.default_rng(3)
    rows = [PLANT | {"gross_floor_area_m2": 20 * floor} for floor in np.exp(rng.normal(np.log(50), 0.5, 200)).round(1)]
    fit = fitted(stock(*rows), GROUPS).fits["floor_per_worker_m2"]
    food, textile = fit.of("food"), fit.of("textile")
    assert (textile.rows, textile.raw, textile.own_share) == (0, None, 0.0)
    assert textile.mean.log_sd > 3 * food.mean.log_sd
    assert textile.mean.quantiles[0] < food.mean.quantiles[1] < textile.mean.quantiles[2]


@pytest.mark.parametrize(
    ("rows", "usable"),
    [
        (plants(31), True),
        (plants(30), False),
        (plants(40, basis="illustrative"), False),
        ([*plants(31), *plants(40, basis="illustrative", gross_floor_area_m2=9000.0)], True),
        ([*plants(10), *plants(40, basis="illustrative")], False),
        ([], False),
    ],
)
def test_the_forecast_uses_more_than_thirty_rows_that_are_real(rows: Any, usable: bool) -> None:
    made = fitted(stock(*rows) if rows else stock(PLANT).iloc[:0], NO_GROUPS)
    assert made.usable is usable
    assert (made.floor_per_job("all") is not None) is usable
    if usable:
        assert made.fits["floor_per_worker_m2"].of("all").rows == 31
        assert made.fits["floor_per_worker_m2"].basis is Basis.ESTIMATED


def test_a_sector_that_is_not_there_is_no_sector() -> None:
    with pytest.raises(KeyError, match="shoes"):
        Density().floor_per_job("shoes")
    with pytest.raises(KeyError, match="huge"):
        fitted(stock(PLANT), NO_GROUPS).fits["plot_ratio"].of("all", "huge")


def test_what_is_not_known_of_all_moves_sectors_together() -> None:
    made = fitted(stock(*plants(3), *plants(3, division="14")), GROUPS)
    assert 0.1 < made.common_share < 1.0
    assert Density().common_share == 0.0


def test_the_inverse_of_a_lognormal() -> None:
    one = LogNormal(np.log(40.0), 0.3)
    assert one.inverse.quantiles == pytest.approx([1 / q for q in reversed(one.quantiles)])


SOURCES = {"source_ids": "s1", "confidence": "high", "basis": "published"}


@pytest.fixture
def record() -> dict[str, pd.DataFrame]:
    models = [
        {"model_id": "singapore", "city": "Singapore", "model": "JTC", "plot_ratio_before_low": 2.5,
         "plot_ratio_before_high": 2.5, "plot_ratio_after_low": 4, "plot_ratio_after_high": 5, **SOURCES},
        {"model_id": "seoul", "city": "Seoul", "model": "G-Valley", "jobs_per_ha": 754, **SOURCES},
    ]  # fmt: skip
    return {"claim": table("claim", []), "sector": table("sector", []), "city_model": table("city_model", models)}


def shown(rows: pd.DataFrame, record: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, Density]:
    ledger, evidence = Ledger(as_of=date(2025, 6, 30)), Evidence(record)
    specs = {
        "demand.plot_ratio": {"value": 0.6},
        "demand.plot_ratio_new": {
            "low": "city_model/singapore/plot_ratio_before_low", "mid": "city_model/singapore/plot_ratio_after_low",
            "high": "city_model/singapore/plot_ratio_after_high",
        },
    }  # fmt: skip
    stated = {
        key: ParameterSpec(key=key, parts=parts, basis=Basis.ASSUMED, source="s", note="", scale=1.0)
        for key, parts in specs.items()
    }
    parameters = resolve_parameters(stated, evidence=evidence, ledger=ledger)
    return density_table(rows, evidence=evidence, parameters=parameters, ledger=ledger)


def test_the_table_shows_survey_cities_and_parameters_side_by_side(record: Any) -> None:
    made, density = shown(stock(*plants(40)), record)
    definition = tables()["density"]
    assert list(made.columns) == definition.columns
    assert [str(made[a.name].dtype) for a in definition] == [
        str(pd.Series([], dtype=dtype_of(a)).dtype) for a in definition
    ]
    key = made[list(definition.key)]
    assert not key.duplicated().any()
    row = made.set_index(list(definition.key))
    used = row.index[row["used"].astype(bool)].tolist()
    assert used == [
        ("survey", "floor_per_worker_m2", "all", "all"), ("parameter", "plot_ratio_new", "all", "all"),
    ]  # fmt: skip
    jobs, land = (row.loc["survey", name, "all", "all"] for name in ("workers_per_ha", "land_per_worker_m2"))
    assert jobs["p10"] == pytest.approx(10_000 / land["p90"])
    assert jobs["raw"] == pytest.approx(100.0)
    singapore = row.loc["comparable_city", "plot_ratio_new", "singapore", "all"]
    assert singapore[["p10", "p50", "p90"]].tolist() == [4.0, 4.5, 5.0]
    assert row.loc["comparable_city", "plot_ratio", "singapore", "all"]["p50"] == 2.5
    assert pd.isna(row.loc["comparable_city", "plot_ratio", "singapore", "all"]["p10"])
    assert row.loc["comparable_city", "workers_per_ha", "seoul", "all"]["p50"] == 754
    assert density.usable


def test_a_parameter_can_point_at_another_city(record: Any) -> None:
    made, _ = shown(stock(*plants(40)), record)
    stated = made[(made["density_from"] == "parameter") & (made["quantity"] == "plot_ratio_new")].iloc[0]
    assert (stated["raw"], stated["basis"]) == (4.0, "published")
    # Triangle 2.5, 4, 5: P10 is 2.5 + √(0.1 × 2.5 × 1.5), P90 5 − √(0.1 × 2.5 × 1).
    assert stated["p10"] == pytest.approx(2.5 + np.sqrt(0.375))
    assert stated["p90"] == pytest.approx(5 - np.sqrt(0.25))


def test_illustrative_rows_are_shown_and_not_used(record: Any) -> None:
    made, _ = shown(stock(*plants(40, basis="illustrative")), record)
    survey = made[made["density_from"] == "survey"]
    assert len(survey) and set(survey["basis"]) == {"illustrative"} and not survey["used"].any()
    plot_ratio = made[(made["density_from"] == "parameter") & (made["quantity"] == "plot_ratio")].iloc[0]
    assert bool(plot_ratio["used"])


def test_without_a_survey_there_is_the_rest(record: Any) -> None:
    made, density = shown(stock(PLANT).iloc[:0], record)
    assert set(made["density_from"]) == {"comparable_city", "parameter"}
    assert density.fits == {} and not density.usable
