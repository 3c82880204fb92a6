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
        ("procedure", "promised_expected.pham-van-hai-1.late_years", "19.4"),
        ("procedure", "durations.checked", "5"),
        ("procedure", "durations.inside", "4"),
        ("demand", "demand.take_up.latest", "25.35"),
        ("demand", "demand.take_up.long_run", "55.48"),
        ("demand", "demand.take_up.investment", "67.29"),
        ("demand", "demand.floor_m2_per_job", "43.9157"),
        ("programme", "programme.clearance_per_ha", "70.64"),
        ("programme", "programme.pham-van-hai-1-part-1.lettable_ha", "121.28"),
        ("programme", "programme.pham-van-hai-1-part-1.clearance_bn_vnd", "3,347"),
        ("programme", "programme.pham-van-hai-1-part-1.cost_bn_vnd", "5,052"),
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
    assert [f"{day:%B %Y}" for day in ready] == ["May 2038", "June 2047", "March 2076"]  # type: ignore[str-format]
    assert "in June 2047 at P50, between May 2038 and March 2076" in page("procedure")
    shares = {
        "kept in 0.0 %": "promised_expected.pham-van-hai-1.kept_share",
        "critical path in 71 %": "critical_path.pham-van-hai-1.p13.critical_share",
        "p03 in 29 %": "critical_path.pham-van-hai-1.p03.critical_share",
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


def test_the_demand_example_by_hand(run: Results) -> None:
    """One sector, everything at its middle, no additions but vacancy of 8 %."""
    told = page("demand")
    land, jobs = run.ledger["land.let"].value, run.ledger["parameters.demand.jobs"].value
    assert isinstance(land, float) and isinstance(jobs, int | float)
    assert f"{land:,.2f} ÷ (2025 − 1991) = {land / 34:.2f} ha; 2,860 m USD ÷ 5 ÷ 8.5 = {2860 / 5 / 8.5:.2f} ha" in told
    assert f"{land / 34:.2f} ÷ 0.92 = {land / 34 / 0.92:.1f} ha" in told
    per_job = land * 10_000 * 0.6 / jobs
    assert f"× 10,000 × 0.6 ÷ 257,700 = {per_job:.4f} m²" in told
    ratio = 1.055 / 1.045
    added, hectares = jobs * (ratio - 1), jobs * (ratio - 1) * per_job / 10_000 / 0.7 / 0.92
    assert f"= {ratio:.6f}; jobs added 257,700 × (r − 1) = {added:,.0f};" in told
    assert f"floor {added:,.0f} × {per_job:.4f} = {added * per_job:,.0f} m²" in told
    assert f"÷ 0.7 ÷ 0.92 = {hectares:.1f} ha" in told
    assert f"× (1.055 ÷ 1.035 − 1) ÷ 0.92 = {land * (1.055 / 1.035 - 1) / 0.92:.1f} ha" in told
    growing, leaving = jobs * 0.4 * 0.03, jobs * 0.6 * 0.02
    assert growing == pytest.approx(leaving)
    assert f"the first adds {growing:,.0f} jobs" in told
    dense, pulled = 100 - 0.1 * 100, (100 - 0.1 * 100) / 1.01
    churned = pulled * 1.01
    assert f"100 − 10 = {dense:.0f}; {pulled:.2f}; {churned:.2f}; ÷ 0.92 = {churned / 0.92:.2f} ha" in told


def of_table(text: str) -> dict[str, list[float]]:
    """Rows of the table of an example, its numbers by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {name: [float(cell.replace("−", "-")) for cell in cells] for name, *cells in rows[2:]}


def test_the_account_of_the_balance_page_by_the_rule_it_states() -> None:
    """The two places of the page, worked out here line by line."""
    text = (ROOT / "docs" / "method" / "balance.md").read_text(encoding="utf-8")
    told = of_table(text.split("## Worked example")[1])
    there, mobile = [10.0, 30.0], 0.5
    for year, (wanted, delivered) in enumerate(((25.0, 0.0), (28.0, 12 / 3))):
        opening, demand, came = there, [0.6 * wanted, 0.4 * wanted], [delivered, 0.0]
        there = [a + b for a, b in zip(opening, came, strict=True)]
        first = [min(a, b) for a, b in zip(demand, there, strict=True)]
        unmet = [a - b for a, b in zip(demand, first, strict=True)]
        room = [a - b for a, b in zip(there, first, strict=True)]
        moving = min(mobile * sum(unmet), sum(room))
        moved_in = [moving * one / sum(room) if sum(room) else 0.0 for one in room]
        moved_out = [moving * one / sum(unmet) if sum(unmet) else 0.0 for one in unmet]
        there = [a - b for a, b in zip(room, moved_in, strict=True)]
        lines = {
            "opening": opening, "delivered": came, "demand": demand,
            "moved": [a - b for a, b in zip(moved_in, moved_out, strict=True)],
            "taken up": [a + b for a, b in zip(first, moved_in, strict=True)], "closing": there,
            "gap": [a - b for a, b in zip(unmet, moved_out, strict=True)],
        }  # fmt: skip
        for name, (north, south) in lines.items():
            assert told[name][3 * year : 3 * year + 3] == pytest.approx([north, south, north + south], abs=0.0501), name
