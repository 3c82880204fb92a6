"""The worked example of docs/method/balance.md is what the account gives."""

import re
from pathlib import Path

import numpy as np
import pytest

from quydat.balance.ensemble import PART, Outcome, run_ensemble
from quydat.balance.supply import SupplyModel
from quydat.balance.what_if import DRAWS
from quydat.core.distribution import RELATIVE_ERROR
from quydat.core.parallel import Threads
from quydat.demand.given import GivenDemand
from quydat.procedure.hand_over import HandOver

PAGE = (Path(__file__).parents[2] / "docs" / "method" / "balance.md").read_text(encoding="utf-8")
ROWS = ("opening", "delivered", "demand", "moved", "taken up", "closing", "gap")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    pools = (("north", "industrial"), ("south", "industrial"))
    demand = GivenDemand(
        (2026, 2027), ("all",), pools, land_ha=np.array([[[25.0], [28.0]]]), share=np.array([[[0.6, 0.4]]]),
        mobile_share=np.array([0.5]), floor_per_ha=np.ones(1),
    )  # fmt: skip
    supply = SupplyModel(
        years=(2026, 2027), shares=(1.0, 1.0), pools=pools, opening_ha=np.array([10.0, 30.0]), blocked_ha=np.zeros(2),
        blocked_share=np.zeros(1), sources=("k",), source_pool=np.array([0]), source_ha=np.array([12.0]),
        first_year=np.array([[2027]], np.int16), hand_over=HandOver(over=3.0), freed_ha=np.zeros((2, 2)),
        released_ha=np.zeros((2, 2)),
    )  # fmt: skip
    return run_ensemble(demand, supply, runner=Threads(1), cells=False)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_table(outcome: Outcome, row: str) -> None:
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {row} |"))
    said = [float(cell.replace("−", "-")) for cell in re.findall(r"−?[0-9.]+", line)]
    means = outcome.means[row.replace(" ", "_") + "_ha"]
    made = [value for year in means for value in (*year, year.sum())]
    assert said == pytest.approx(made, abs=1e-9)


def test_the_sentences_of_the_page(outcome: Outcome) -> None:
    assert outcome.first_gap.tolist() == [2027]
    assert "runs out in **2027**" in PAGE
    handed = HandOver(over=2.5).central(2025, 250.0, years=list(range(2025, 2040)))
    assert list(handed.values()) == [100.0, 100.0, 50.0]
    tail = HandOver(over=2.5, tail=0.05, tail_over=5.0).central(2025, 250.0, years=list(range(2025, 2040)))
    assert list(tail.values()) == pytest.approx([95.0, 95.0, 47.5, 2.5, 2.5, 2.5, 2.5, 2.5])
    assert f"Parts of {PART:,} draws" in PAGE
    assert f"first {DRAWS:,} draws" in PAGE
    assert f"{RELATIVE_ERROR:.1%}".replace("%", " %") in PAGE
