"""The account as a table and in figures: the mean closes by its traces, the quantiles are those of the draws."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from quydat.balance.account import Supply, write_account
from quydat.balance.ensemble import Outcome, run_ensemble
from quydat.balance.supply import SupplyModel
from quydat.core.basis import Basis
from quydat.core.draws import quantiles
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, agrees
from quydat.core.parallel import Threads
from quydat.demand.given import GivenDemand
from quydat.dictionary.cells import figure_id
from quydat.dictionary.schema import tables
from quydat.procedure.hand_over import HandOver

YEARS = (2029, 2030, 2031)
CITY = "hcmc"


def given(demand: list[list[float]], *, park_ready: list[int]) -> tuple[SupplyModel, Outcome]:
    """One pool with 40 ha, demand by draw and year, a park of 20 ha handed over at once, nothing blocked."""
    draws = len(demand)
    pools = ((CITY, "industrial"),)
    wanted = GivenDemand(
        YEARS, ("all",), pools, np.array(demand)[:, :, None], np.ones((draws, 1, 1)), np.ones(draws), np.ones(draws)
    )
    supply = SupplyModel(
        years=YEARS, shares=(1.0, 1.0, 1.0), pools=pools, opening_ha=np.array([40.0]), blocked_ha=np.array([0.0]),
        blocked_share=np.zeros(draws), sources=("k",), source_pool=np.array([0]), source_ha=np.array([20.0]),
        first_year=np.array([park_ready], np.int16), hand_over=HandOver(over=1.0),
        freed_ha=np.zeros((1, 3)), released_ha=np.zeros((1, 3)),
    )  # fmt: skip
    return supply, run_ensemble(wanted, supply, runner=Threads(1), cells=True)


def ledger_for(outcome: Outcome) -> Ledger:
    """What the steps before would have written."""
    ledger = Ledger(as_of=date(2028, 12, 31))
    values: dict[str, tuple[Any, str, Basis]] = {
        "land.vacant_ready": (40.0, "ha", Basis.PUBLISHED), "land.vacant_blocked": (0.0, "ha", Basis.PUBLISHED),
        "parks.k.future_lettable_ha": (20.0, "ha", Basis.DERIVED),
        "procedure.k.ready_p50": (date(2030, 5, 1), "date", Basis.ESTIMATED),
        "parameters.balance.blocked_cleared_share": (0.0, "share", Basis.ASSUMED),
        "parameters.balance.delivery_years": (1.0, "years", Basis.ASSUMED),
        "parameters.balance.tail_share": (0.0, "share", Basis.ASSUMED),
        "parameters.balance.tail_years": (1.0, "years", Basis.ASSUMED),
    }  # fmt: skip
    for column, year in enumerate(outcome.years):
        for name, value in zip(("p10", "p50", "p90"), quantiles(outcome.city["demand_ha"][:, column]), strict=True):
            key = figure_id("demand", (year, CITY, "all", "land_ha", "combined"), name)
            values[key] = (value, "ha", Basis.ASSUMED)
    for figure, (value, unit, basis) in values.items():
        cell = Input("row", f"made/{figure}", value, unit, basis)
        ledger.add(
            figure, value, unit=unit, label=(figure, figure), definition=("", ""), operation="given", formula=("", ""),
            inputs=[cell],
        )  # fmt: skip
    return ledger


def written(demand: list[list[float]], park_ready: list[int]) -> tuple[Any, Any, Ledger]:
    model, outcome = given(demand, park_ready=park_ready)
    ledger = ledger_for(outcome)
    supply = Supply("pipeline", "balance", "land", {"k": ("procedure.k.ready_p50", 2030)}, model)
    demanded = [ledger.input(figure_id("demand", (2029, CITY, "all", "land_ha", "combined"), "p50"))]
    table, deliveries = write_account(supply, outcome, place=CITY, demand=demanded, ledger=ledger)
    return table, deliveries, ledger


DEMAND = [[10.0, 10.0, 10.0], [30.0, 30.0, 30.0], [50.0, 50.0, 50.0]]
READY = [2030, 2030, 2040]
# draws: 10 a year → 30, 40, 30 left; 30 a year → 10, then 30 − 30 = 0, then 30 lack; 50 → 10 lack, then 50, 50


def test_the_mean_closes_and_the_quantiles_are_those_of_the_draws() -> None:
    table, deliveries, ledger = written(DEMAND, READY)
    assert list(table.columns) == tables()["balance"].columns
    mean = table.query("quantile == 'expected'").set_index("year")
    assert mean["opening_ha"].tolist() == pytest.approx([40.0, 40 / 3, 40 / 3])
    assert mean["delivered_ha"].tolist() == pytest.approx([0.0, 40 / 3, 0.0])
    assert mean["taken_up_ha"].tolist() == pytest.approx([80 / 3, 40 / 3, 10 / 3])
    assert mean["closing_ha"].tolist() == pytest.approx([40 / 3, 40 / 3, 10.0])
    assert mean["demand_ha"].tolist() == pytest.approx([30.0, 30.0, 30.0])
    assert mean["gap_ha"].tolist() == pytest.approx([10 / 3, 50 / 3, 80 / 3])
    middle = table.query("quantile == 'p50'").set_index("year")
    assert middle["closing_ha"].tolist() == [10.0, 0.0, 0.0]
    assert middle["gap_ha"].tolist() == [0.0, 0.0, 30.0]
    assert table.query("quantile == 'p90' and year == 2029")["closing_ha"].item() == pytest.approx(26.0)  # 10 … 30
    assert deliveries.query("source_id == 'k'")[["year", "delivered_ha"]].to_numpy().tolist() == [[2030, 40 / 3]]
    assert all(agrees(figure) for figure in ledger)
    closing = ledger["balance.hcmc.industrial.2030.expected.closing_ha"]
    assert (closing.trace.operation, closing.basis) == ("linear", Basis.ASSUMED)


def test_the_sentences_have_their_figures() -> None:
    _, _, ledger = written(DEMAND, READY)

    def value(figure: str) -> Any:
        return ledger[figure].value

    assert [value(f"land.ready.2029{ending}") for ending in ("", ".expected")] == pytest.approx([10.0, 40 / 3])
    assert value("land.run_out_year") == 2031
    assert value("land.run_out_year.p10") == 2029
    assert value("land.run_out_year.p90") is None
    assert [value(f"land.run_out_share.{year}") for year in (2030, 2031)] == pytest.approx([1 / 3, 2 / 3])
    assert value("land.gap.2031") == 30.0
    assert value("land.gap.2031.p90") == pytest.approx(30 + 0.8 * 80)  # 0, 30 and 110 ha
    assert value("land.gap.2031.expected") == pytest.approx(140 / 3)
    assert value("land.demand.2030") == 60.0
    assert value("land.delivered.2031") == 20.0
    assert value("land.draws") == 3
    assert ledger["land.gap.2031"].label_vi == "Thiếu cộng dồn đến hết 2031, giữa (P50)"
    assert ledger["land.gap.2031.expected"].label_en == "Gap added up to the end of 2031, expected"
    assert {item.ref for item in ledger["land.draws"].trace.inputs} >= {
        "land.vacant_ready", "parks.k.future_lettable_ha", "procedure.k.ready_p50",
        "demand.2029.hcmc.all.land_ha.combined.p50",
    }  # fmt: skip


def test_where_no_draw_has_land_left_the_mean_is_exactly_0() -> None:
    """Thirds and sevenths leave a rest of 10⁻¹⁵ when means are added up; the table must not show it."""
    demand = [[40 / 3 + n / 7, 40 / 3 + n / 11, 90.0 + n] for n in range(1, 8)]
    table, _, _ = written(demand, [2030] * 7)
    mean = table.query("quantile == 'expected'").set_index("year")
    assert mean.loc[2031, "closing_ha"] == 0.0
    assert mean.loc[2029, "gap_ha"] == 0.0
    assert (mean[["closing_ha", "gap_ha"]] >= 0).all(axis=None)


def test_an_account_of_other_demand_than_its_table_is_told() -> None:
    model, outcome = given(DEMAND, park_ready=READY)
    _, other = given([[11.0, 10.0, 10.0]] * 3, park_ready=READY)
    supply = Supply("pipeline", "balance", "land", {}, model)
    with pytest.raises(AssertionError, match="demand of 2029"):
        write_account(supply, outcome, place=CITY, demand=[], ledger=ledger_for(other))
