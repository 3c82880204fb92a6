"""The worked examples of docs/method say what a run of the shipped case gives."""

from datetime import date
from math import exp, log, sqrt
from pathlib import Path

import pytest

from quydat.plan import STEPS, Results

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(shipped_results: Results) -> Results:
    """The shipped case with all its draws."""
    return shipped_results


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
        ("procedure", "duration_step.p01.any.km_median_days", "1,250"),
        ("procedure", "duration_curve.p01.any.0.survival_share", "0.50"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p13.duration_low_days", "396"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p13.duration_mid_days", "1,680"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p13.duration_high_days", "7,053"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p02.duration_mid_days", "97"),
        ("procedure", "procedure_remaining.pham-van-hai-1.p16.duration_mid_days", "2,587"),
        ("procedure", "procedure_remaining.phong-phu.p13.duration_mid_days", "12,156"),
        ("procedure", "procedure_remaining.phong-phu.p13.elapsed_days", "8,581"),
        ("procedure", "duration_step.p13.developer.p50_days", "2,459"),
        ("procedure", "promised_expected.pham-van-hai-1.late_years", "19.6"),
        ("procedure", "durations.checked", "5"),
        ("procedure", "durations.inside", "4"),
        ("demand", "demand.take_up.latest", "25.35"),
        ("demand", "demand.take_up.long_run", "55.48"),
        ("demand", "demand.take_up.investment", "67.29"),
        ("demand", "demand.floor_m2_per_job", "43.9157"),
        ("demand", "demand.2026.hcmc.all.land_ha.labour.p50", "13"),
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
    assert run.ledger["procedure.pham-van-hai-1.statutory_ready"].value == date(2030, 1, 28)
    assert "28 January 2030" in page("procedure")
    ready = [run.ledger[f"procedure.pham-van-hai-1.ready_{name}"].value for name in ("p10", "p50", "p90")]
    assert [f"{day:%B %Y}" for day in ready] == ["March 2038", "July 2047", "January 2077"]  # type: ignore[str-format]
    assert "in July 2047 at P50, between March 2038 and January 2077" in page("procedure")
    shares = {
        "kept in 0.0 %": "promised_expected.pham-van-hai-1.kept_share",
        "critical path in 72 %": "critical_path.pham-van-hai-1.p13.critical_share",
        "p03 in 28 %": "critical_path.pham-van-hai-1.p03.critical_share",
        "33 % of the expected time": "procedure.pham-van-hai-1.assumed_share",
    }
    for said, figure in shares.items():
        share, decimals = float(str(run.ledger[figure].value)), 1 if ".0 %" in said else 0
        assert f"{100 * share:.{decimals}f} %" in said
        assert said in page("procedure")
    assert f"{run.ledger['inventory.rest_occupancy_share'].value:.1%}" == "49.5%"
    assert "49.5 %" in page("inventory")


def test_the_curves_and_the_triangle_by_hand(run: Results) -> None:
    curve = run.tables["duration_curve"].query("step_id == 'p01'").sort_values("place")
    assert curve["days"].tolist() == [1250, 2314]
    assert curve["at_risk"].tolist() == [2, 1]
    assert curve["survival_share"].tolist() == pytest.approx([1 - 1 / 2, 0])
    latest = run.tables["duration_step"].set_index(["step_id", "clears"])["n_at_latest"]
    assert (latest["p13", "state"], latest["p13", "developer"]) == (1, 14)
    assert "p13" not in set(run.tables["duration_curve"]["step_id"])
    middle = 365 * exp(-sqrt(0.5 * log(365 / 30) * log(365 / 90)))
    assert run.ledger["duration_step.p02.any.p50_days"].value == pytest.approx(middle)
    assert f"{middle:.0f}" == "97"
    mean = (1095 * 1461 * 1826 * 1826 * 2555) ** 0.2
    assert f"{mean:,.0f}" == "1,686"
    low, mid, high = 1095, mean * 1.5, 2555 * 2.5
    span, up, down = log(high / low), log(mid / low), log(high / mid)
    rises = up / span > 0.5
    triangle = low * exp(sqrt(0.5 * span * up)) if rises else high * exp(-sqrt(0.5 * span * down))
    assert run.ledger["duration_step.p16.any.p50_days"].value == pytest.approx(triangle)


def test_the_labour_example_by_hand(run: Results) -> None:
    added = 257_700 * (1.055 / 1.045 - 1)
    floor = added * run.ledger["demand.floor_m2_per_job"].value  # type: ignore[operator]
    assert (f"{added:,.0f}", f"{floor:,.0f}", f"{floor / 10_000 / 0.7 / 0.92:.1f}") == ("2,466", "108,297", "16.8")
