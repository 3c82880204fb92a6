"""Tables of the ensemble: keys, sums and quantiles by hand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quydat.balance.ensemble import run_ensemble
from quydat.balance.tables import balance_place, demand_cell, promised_delivered, run_out
from quydat.core.basis import Basis
from quydat.core.parallel import Threads
from quydat.dictionary.schema import tables
from quydat.procedure.hand_over import HandOver


@pytest.fixture(scope="module")
def outcome(some_account: Callable[..., Any]) -> Any:
    demand, supply = some_account(21, draws=80, pools=3)
    return run_ensemble(demand, supply, runner=Threads(1), cells=True)


def sound(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Columns and key of the dictionary, and its limits."""
    definition = tables()[name]
    assert list(table.columns) == definition.columns
    assert not table.duplicated(list(definition.key)).any()
    for attribute in definition:
        assert not (attribute.required and table[attribute.name].isna().any()), attribute.name
        if attribute.minimum is not None:
            assert (table[attribute.name].dropna() >= attribute.minimum).all(), attribute.name
    assert (table["basis"] == "assumed").all()
    return table


def test_places_add_up_to_the_city(outcome: Any) -> None:
    made = sound(balance_place(outcome, basis=Basis.ASSUMED), "balance_place")
    assert made.groupby(["place", "land_class"]).ngroups == 3
    by_year = made.groupby("year")[["closing_ha", "gap_ha", "demand_ha", "moved_ha"]].sum()
    assert by_year["closing_ha"].to_numpy() == pytest.approx(outcome.city["closing_ha"].mean(axis=0))
    assert by_year["gap_ha"].to_numpy() == pytest.approx(outcome.city["gap_ha"].mean(axis=0))
    assert by_year["moved_ha"].to_numpy() == pytest.approx(np.zeros(8), abs=1e-9)
    flows = made["opening_ha"] + made["delivered_ha"] + made["freed_ha"] - made["taken_up_ha"] - made["released_ha"]
    assert flows.to_numpy() == pytest.approx(made["closing_ha"].to_numpy(), abs=1e-9)
    assert (made["closing_p10_ha"] <= made["closing_p90_ha"]).all()
    assert made["short_share"].between(0, 1).all()


def test_running_out_is_told_for_the_city_and_its_places(outcome: Any) -> None:
    made = sound(run_out({"pipeline": outcome, "programme": outcome}, city="hcmc", basis=Basis.ASSUMED), "run_out")
    assert set(made["place"]) == {"hcmc", "p0", "p1"}
    city = made[(made["place"] == "hcmc") & (made["account"] == "programme")]
    assert city["by_share"].tolist() == pytest.approx([(outcome.first_gap <= year).mean() for year in outcome.years])
    assert made["by_share"].max() <= 1.0
    assert (made.groupby(["place", "account"])["first_share"].cumsum() - made["by_share"]).abs().max() < 1e-12


def test_cells_add_up_over_pools_and_sectors(outcome: Any) -> None:
    made = sound(demand_cell(outcome, city="hcmc", basis=Basis.ASSUMED), "demand_cell")
    assert len(made) == 8 * (1 + 3) * (1 + 3)
    city, inside = made[made["place"] == "hcmc"], made[made["place"] != "hcmc"]
    for part in (city, inside):
        whole = part[part["sector"] == "all"].groupby("year")[["expected_ha", "floor_expected_m2"]].sum()
        parts = part[part["sector"] != "all"].groupby("year")[["expected_ha", "floor_expected_m2"]].sum()
        pd.testing.assert_frame_equal(whole, parts)
    assert whole["expected_ha"].to_numpy() == pytest.approx(outcome.city["demand_ha"].mean(axis=0))
    all_of_it = city[city["sector"] == "all"].set_index("year")
    assert all_of_it["p50"].tolist() == pytest.approx(np.median(outcome.city["demand_ha"], axis=0).tolist())
    with pytest.raises(ValueError, match="without its cells"):
        demand_cell(replace(outcome, cells=None), city="hcmc", basis=Basis.ASSUMED)


def test_a_city_that_is_one_place_with_one_sector_has_one_row_a_year(some_account: Callable[..., Any]) -> None:
    demand, supply = some_account(5, sectors=1, pools=1)
    pools = (("hcmc", "industrial"),)
    one = run_ensemble(replace(demand, pools=pools), replace(supply, pools=pools), runner=Threads(1), cells=True)
    assert len(sound(demand_cell(one, city="hcmc", basis=Basis.ASSUMED), "demand_cell")) == 8
    assert len(sound(run_out({"pipeline": one}, city="hcmc", basis=Basis.ASSUMED), "run_out")) == 8


def test_promised_against_delivered(some_account: Callable[..., Any]) -> None:
    """Park a (30 ha) was promised for 2024 and operates; c (50 ha) for 2024 and is not there; k0 (20 ha) for 2026."""
    _, supply = some_account(5, draws=4, years=3)
    first = np.array([[2026, 2026, 2030, 2030], [2027, 2030, 2030, 2030], [2025, 2025, 2025, 2025]], np.int16)
    supply = replace(
        supply, sources=("k0", "c", "other"), source_pool=np.zeros(3, np.int64), first_year=first,
        source_ha=np.array([20.0, 50.0, 99.0]), hand_over=HandOver(over=1.0),
    )  # fmt: skip
    parks = pd.DataFrame(
        [
            ("a", "operating", 30.0, None), ("b", "operating", 70.0, None), ("k0", "planned", None, 20.0),
            ("c", "under_construction", None, 50.0), ("other", "planned", None, 99.0), ("x", "planned", None, None),
            ("r", "removed", 5.0, None),
        ],
        columns=["park_id", "state", "lettable_area_ha", "future_lettable_ha"],
    )  # fmt: skip
    promise = {"a": 2024, "c": 2024, "k0": 2026, "x": 2026, "r": 2024}
    made = promised_delivered(parks, promise, supply, as_of_year=2025, basis=Basis.ASSUMED)
    made = sound(made, "promised_delivered").set_index("year")
    assert made.index.tolist() == [2024, 2025, 2026, 2027]
    assert made["promised_ha"].tolist() == [80.0, 80.0, 100.0, 100.0]
    assert made["delivered_ha"].tolist()[:2] == [30.0, 30.0]
    assert made["delivered_ha"].isna().tolist() == [False, False, True, True]
    assert made["expected_ha"].tolist()[2:] == [30 + 10.0, 30 + 10 + 12.5]  # half of the draws 20 ha; one of four 50
    assert made.loc[2027, ["p10", "p50", "p90"]].tolist() == pytest.approx([30.0, 40.0, 30 + 0.7 * 70 + 0.3 * 20])
    assert made["kept_share"].tolist() == pytest.approx([0.375, 0.375, 0.4, 0.525])
