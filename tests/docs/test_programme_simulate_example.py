"""The worked example of docs/method/programme_simulate.md is what the simulation gives."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quydat.procedure.hand_over import HandOver
from quydat.programme.simulate.programme import SimDelivery, SimFunding, SimProgramme, SimProject, SimSource, SimSpread
from quydat.programme.simulate.simulate import SimulatedDays, simulate_days

PAGE = " ".join(
    (Path(__file__).parents[2] / "docs" / "method" / "programme_simulate.md").read_text(encoding="utf-8").split()
)
YEARS = tuple(range(2026, 2032))


def days(number: float) -> SimSpread:
    return SimSpread(number, number, number)


def simulated(ahead: int) -> SimulatedDays:
    park = SimProject("park", "city", 0, 0, days(90), days(180), days(365), days(1), 100.0, 30.0, 2026, 40.0, 2.0)
    after = replace(park, project_id="after", delivery="developer", lettable_ha=0.0, after=("park",))
    models = {
        "city": SimDelivery(1.0, 1.0, 0.5, lead_share=1.0, receipts_share=(0.6, 0.5)),
        "developer": SimDelivery(0.0, 0.0, 0.0, lead_share=1.0),
    }
    funding = SimFunding(
        {"city": SimSource(dict.fromkeys(YEARS, 60.0))}, loan_ceiling_bn_vnd=20.0, revolving_share=1.0,
        clearance_escalation_share=0.1, ahead_years=ahead,
    )  # fmt: skip
    programme = SimProgramme(
        YEARS, (park, after), models, funding, HandOver(2.0), 10.0, np.full((1, len(YEARS)), 15.0)
    )  # fmt: skip
    return simulate_days(programme, draws=1)


def test_without_promises_ahead_it_waits() -> None:
    made = simulated(0)
    assert made.start_quarter[0, 0] == 8 and "It starts in 2028." in PAGE
    assert made.of("spent_bn_vnd").sum() == pytest.approx(155.40, abs=0.005)
    assert not made.overdrawn_bn_vnd.any()


def test_one_year_ahead_it_starts_and_the_fund_is_dry() -> None:
    made = simulated(1)
    assert made.start_quarter[:, 0].tolist() == [0, 7] and made.ready_day[:, 0].tolist() == [635, 1275]
    assert "ready on day 635." in PAGE and "ready on day 1275." in PAGE and "day 635, the eighth, on day 639.2" in PAGE
    spent, balance = made.of("spent_bn_vnd")[:, 0], made.of("balance_bn_vnd")[:, 0]
    assert f"30 × 95.25 ÷ 365 = {spent[0]:.2f}, so {-balance[0]:.2f} are owed" in PAGE
    assert f"{made.overdrawn_bn_vnd[0, 0]:.2f} beyond the ceiling" in PAGE
    assert made.dry_share().tolist() == [1.0] * 6
    assert f"Promised: {spent.sum():.2f}." in PAGE
    received = [f"{one:.0f}" for one in made.of("received_bn_vnd")[:, 0]]
    assert received == ["0", "12", "22", "10", "0", "0"] and "12 + 22 + 10 = 44 bn" in PAGE
    assert f"− {spent[1]:.2f} + 12 = −{-balance[1]:.2f}." in PAGE


def test_land() -> None:
    made = simulated(1)
    assert made.of("closing_ha")[:4, 0].tolist() == [0, 5, 10, 0]
    assert made.of("shortage_ha")[:4, 0].tolist() == [5, 5, 5, 10]
    assert "5 missing in 2026; 5 left in 2027, 10 in 2028; 5 more missing in 2029, 10 in all" in PAGE
