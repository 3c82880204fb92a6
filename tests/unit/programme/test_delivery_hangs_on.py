"""What the answer hangs on: one park on paper, one thing after the other."""

from dataclasses import replace

import pandas as pd
import pytest
from tests.support.one_park import CITY, YEAR, city, models, park, stages, sure

from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.inventory.evidence import Parameters
from quydat.programme.delivery.hangs_on import comparable, delivery_hangs_on, is_state_land, middle_advantage
from quydat.programme.given.delivery_model import example
from quydat.programme.given.given import Given
from quydat.programme.simulate.programme import SimSpread

STATED = {
    "programme.clearance_bn_vnd_per_ha": Range(5.0, 10.0, 11.0), "programme.state_land_cost_share": sure(0.25),
    "programme.works_bn_vnd_per_ha": sure(5.0), "programme.tax_kept_share": sure(0.5),
    "programme.clearance_days": Range(0.25 * YEAR, YEAR, 2 * YEAR),
}  # fmt: skip


def hangs_on(given: Given, **stated: Range) -> pd.DataFrame:
    parameters = Parameters({**STATED, **{f"programme.{name}": value for name, value in stated.items()}})
    frame = delivery_hangs_on(given, CITY, parameters=parameters, clearance_bn_vnd_per_ha=10.0, basis=Basis.DERIVED)
    return frame.set_index("input")


def ends(frame: pd.DataFrame, name: str) -> tuple[float, float, bool]:
    row = frame.loc[name]
    return row["advantage_low_bn_vnd"], row["advantage_high_bn_vnd"], bool(row["turns"])


def test_each_thing_on_paper() -> None:
    """In the middle −60: 300 of net cost and 240 forgone against four years of 60 ha × 2."""
    given = city(rent_ratio=Range(0.9, 1.0, 1.05), tax_bn_vnd_per_ha_year=Range(1.0, 2.0, 2.2))
    made = hangs_on(given)
    assert made["advantage_mid_bn_vnd"].tolist() == pytest.approx([-60] * len(made))
    assert ends(made, "programme.clearance_bn_vnd_per_ha") == (pytest.approx(440), pytest.approx(-160), True)
    # 1,200 − 240 move with the rent
    assert ends(made, "programme.rent_ratio") == (pytest.approx(-156), pytest.approx(-12), False)
    assert ends(made, "programme.tax_bn_vnd_per_ha_year") == (pytest.approx(-300), pytest.approx(-12), False)
    assert ends(made, "programme.tax_kept_share") == (pytest.approx(-300), pytest.approx(-60), False)
    # Three quarters of a year sooner, a year later: 120 a year
    assert ends(made, "programme.clearance_days") == (pytest.approx(30), pytest.approx(-180), True)
    assert ends(made, "plan.tax_years") == (pytest.approx(-60), pytest.approx(-60), False), "both are ready in the plan"
    known = {"programme.works_bn_vnd_per_ha", "programme.state_land_cost_share", "developer_led.clearance_days"}
    assert not known & set(made.index), "what is sure moves nothing"
    swing = (made["advantage_high_bn_vnd"] - made["advantage_low_bn_vnd"]).abs()
    assert swing.is_monotonic_decreasing


def test_years_in_which_taxes_count() -> None:
    """Ready in 3 and, by a developer, in 30 years: to the end of the plan 16.5 years of 120, at most 27 of them."""
    late = park(clearance_days={"city": SimSpread(YEAR, YEAR, YEAR), "developer": SimSpread(*[28 * YEAR] * 3)})
    made = hangs_on(city(late))
    middle = -300 - 240 + 120 * 16.5
    assert ends(made, "plan.tax_years") == (pytest.approx(middle), pytest.approx(middle + 120 * 10.5), False)


def test_developers_are_as_slow_as_was_seen() -> None:
    """Of ten clearances of 1 to 10 years the tenth part lies half way between the first two, at 1.5 years."""
    seen = SimSpread(YEAR, 5 * YEAR, 10 * YEAR, tuple(YEAR * n for n in range(1, 11)))
    made = hangs_on(city(park(clearance_days={"city": SimSpread(YEAR, YEAR, YEAR), "developer": seen})))
    row = made.loc["developer_led.clearance_days"]
    assert (row["low"], row["high"]) == (pytest.approx(1.5 * YEAR), pytest.approx(9.5 * YEAR))
    assert row["advantage_low_bn_vnd"] == pytest.approx(-60 - 3.5 * 120)
    assert row["advantage_high_bn_vnd"] == pytest.approx(-60 + 4.5 * 120)


def test_days_that_the_model_states() -> None:
    stated = {
        "own_procedure_days": Range(0.5 * YEAR, YEAR, 2 * YEAR), "works_days": Range(0.5 * YEAR, YEAR, 3 * YEAR),
        "clearance_days": Range(0.5 * YEAR, YEAR, 1.25 * YEAR),
    }  # fmt: skip
    given = city(models={**models(), CITY: example(model_id=CITY, **stated)})
    made = hangs_on(given)
    for name, low, high in (("own_procedure_days", 0, -180), ("works_days", 0, -300), ("clearance_days", 0, -90)):
        assert ends(made, f"{CITY}.{name}")[:2] == (pytest.approx(low, abs=1e-6), pytest.approx(high))
    beside = city(park(stages={CITY: stages(procedure=2.0, lead=0.5), "developer_led": stages()}), models=given.models)
    # Clearance begins after a year and ends with the procedure: half a year more or less of the decision before it
    row = hangs_on(beside).loc[f"{CITY}.own_procedure_days"]
    assert row["advantage_low_bn_vnd"] == pytest.approx(row["advantage_mid_bn_vnd"]), "procedure beside takes two years"
    assert row["advantage_high_bn_vnd"] == pytest.approx(row["advantage_mid_bn_vnd"] - 120)


def test_state_land_is_known_by_its_cost() -> None:
    clearance, share = Range(5.0, 10.0, 12.0), Range(0.1, 0.25, 0.5)
    held = park(clearance_bn_vnd=Range(50.0, 250.0, 600.0))
    assert is_state_land(held, clearance, share)
    assert not is_state_land(park(clearance_bn_vnd=Range(500.0, 1000.0, 1200.0)), clearance, share)
    made = hangs_on(city(held, replace(park(), project_id="b", park_id="b")), clearance_bn_vnd_per_ha=clearance,
                    state_land_cost_share=share)  # fmt: skip
    # 250 becomes 100 or 500
    row = made.loc["programme.state_land_cost_share"]
    middle = row["advantage_mid_bn_vnd"]
    assert row["advantage_low_bn_vnd"] == pytest.approx(middle + 150)
    assert row["advantage_high_bn_vnd"] == pytest.approx(middle - 250)


def test_only_projects_that_may_use_both_count() -> None:
    given = city(park(), park(project_id="site", stages={CITY: stages()}))
    assert [one.project_id for one in comparable(given, CITY)] == ["park"]
    assert middle_advantage(given, CITY) == pytest.approx(-60)
    assert len(hangs_on(city(given.project("site")))) == 0
