"""The worked examples of docs/method say what a run of the shipped case gives."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from quydat.dictionary.settings import read_settings
from quydat.plan import STEPS, Results, plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(hcmc_record: dict[str, Any]) -> Results:
    """The shipped case with all its draws."""
    return plan(hcmc_record, read_settings(ROOT / "cases" / "hcmc"), scenario="base")


def page(step: str) -> str:
    return " ".join((ROOT / "docs" / "method" / f"{step}.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_its_page(step: str) -> None:
    for heading in (
        "**Question.**",
        "## Formula",
        "## Inputs",
        "## Method source",
        "## Worked example",
        "## What it leaves",
    ):
        assert heading in page(step)


@pytest.mark.parametrize(
    ("step", "figure", "said"),
    [
        ("inventory", "land.gross", "3,791.98"),
        ("inventory", "land.lettable", "2,449.58"),
        ("inventory", "land.let", "1,886.18"),
        ("inventory", "land.vacant", "563.40"),
        ("inventory", "land.vacant_ready", "74"),
        ("inventory", "land.vacant_blocked", "489.40"),
        ("inventory", "land_by_state.operating.lettable_published_ha", "732.02"),
        ("inventory", "inventory.lettable_rest_ha", "968.06"),
        ("procedure", "procedure.pham-van-hai-1.statutory_days", "1,670"),
        ("procedure", "procedure.pham-van-hai-1.observed_days_min", "1,371"),
        ("procedure", "procedure.pham-van-hai-1.observed_days_max", "13,495"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p13.duration_mid_days", "1,665"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p13.duration_high_days", "10,043.75"),
        ("demand", "demand.take_up.latest", "25.35"),
        ("demand", "demand.take_up.long_run", "55.48"),
        ("demand", "demand.take_up.investment", "67.29"),
        ("demand", "demand.floor_m2_per_job", "43.9157"),
        ("demand", "demand.2026.hcmc.all.land_ha.labour.p50", "13"),
        ("balance", "balance.hcmc.industrial.2025.p50.delivered_ha", "4.93"),
        ("balance", "balance.hcmc.industrial.2025.p50.demand_ha", "17.01"),
        ("balance", "land.ready.2025", "61.93"),
        ("balance", "land.ready.2026", "37.80"),
        ("balance", "land.ready.2027", "13.53"),
        ("programme", "programme.clearance_per_ha", "70.64"),
        ("programme", "programme.pham-van-hai-1.clearance_bn_vnd", "6,693"),
        ("programme", "programme.pham-van-hai-1.works_bn_vnd", "3,411"),
        ("programme", "programme.pham-van-hai-1.cost_bn_vnd", "10,104"),
        ("programme", "programme.pham-van-hai-1.receipts_bn_vnd", "12,371"),
        ("programme", "programme.pham-van-hai-1.net_bn_vnd", "2,266"),
        ("programme", "spending.pham-van-hai-2.2025.clearance_bn_vnd", "2,521"),
        ("programme", "spending.pham-van-hai-1.2026.clearance_bn_vnd", "2,417"),
        ("programme", "spending.pham-van-hai-1.2027.clearance_bn_vnd", "4,277"),
    ],
)
def test_an_example_says_what_the_run_gives(run: Results, step: str, figure: str, said: str) -> None:
    assert said in page(step)
    decimals = len(said.partition(".")[2])
    assert f"{run.ledger[figure].value:,.{decimals}f}" == said


def test_the_years_and_days_of_the_examples(run: Results) -> None:
    assert run.ledger["procedure.pham-van-hai-1.statutory_ready"].value == date(2030, 1, 25)
    assert "25 January 2030" in page("procedure")
    assert run.ledger["land.run_out_year"].value == 2028
    assert "**2028**" in page("balance")
    assert f"{run.ledger['inventory.rest_occupancy_share'].value:.1%}" == "49.5%"
    assert "49.5 %" in page("inventory")


def test_the_labour_example_by_hand(run: Results) -> None:
    added = 257_700 * (1.055 / 1.045 - 1)
    floor = added * run.ledger["demand.floor_m2_per_job"].value  # type: ignore[operator]
    assert (f"{added:,.0f}", f"{floor:,.0f}", f"{floor / 10_000 / 0.7 / 0.92:.1f}") == ("2,466", "108,297", "16.8")
