"""What docs/method/scenarios.md works out, by the code and by hand."""

from pathlib import Path

import numpy as np

from quydat.balance.scenarios import ScenarioOutcome, differences, run_out_quantiles
from quydat.core.basis import Basis

PAGE = " ".join((Path(__file__).parents[2] / "docs" / "method" / "scenarios.md").read_text(encoding="utf-8").split())
BASE, OTHER = (100, 260, 180, 220, 140), (110, 290, 200, 240, 150)


def outcome(demand: tuple[int, ...]) -> ScenarioOutcome:
    column = np.array(demand, dtype=float)[:, None]
    none = np.zeros_like(column)
    return ScenarioOutcome((2045,), column, none, none, none, np.full(len(demand), 2046.0), Basis.ASSUMED)


def test_the_difference_is_taken_in_each_draw() -> None:
    rows = differences({"base": outcome(BASE), "other": outcome(OTHER)}, against="base")
    row = rows[rows["quantity"] == "demand_total"].iloc[0]
    assert row["expected"] == sum(b - a for a, b in zip(BASE, OTHER, strict=True)) / 5 == 18
    # Sorted 10, 10, 20, 20, 30: at 0.1 × 4 = 0.4 and at 0.9 × 4 = 3.6 places from the first
    assert (row["p10"], row["p90"]) == (10.0, 20 + 0.6 * 10)
    assert "between 10 and 26 ha" in PAGE
    assert [f"{np.quantile(one, share):.0f}" for one in (BASE, OTHER) for share in (0.1, 0.9)] == [
        "116", "244", "126", "270",
    ]  # fmt: skip
    assert "116 to 244 ha in the base, 126 to 270 ha in the other" in PAGE
    assert "| difference | 10 | 30 | 20 | 20 | 10 | 18 |" in PAGE


def test_years_of_running_out_are_years_that_were_drawn() -> None:
    years = np.array([2030.0, 2031.0, 2031.0, 2033.0, 2046.0])
    assert run_out_quantiles(years, last=2045) == (2030, 2031, None)
    assert "P10 is 2030, P50 2031, P90 not until the end; 80 % of the draws are short" in PAGE
    assert (years <= 2045).mean() == 0.8
