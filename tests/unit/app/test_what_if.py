"""What if, on a city whose account can be done by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from quydat.app.changes import Changes
from quydat.app.what_if import Answered, answered, shown_range
from quydat.balance.supply import SupplyModel
from quydat.balance.what_if import WhatIf
from quydat.core.basis import Basis
from quydat.core.draws import Range
from quydat.core.uniforms import SeededUniforms
from quydat.demand.chunk import COMPONENTS, Wanted
from quydat.dictionary.settings import Scenario
from quydat.inventory.evidence import Parameters
from quydat.procedure.hand_over import HandOver

YEARS = (2025, 2026, 2030)
DRAWS = 20
TAKE_UP = "demand.last_take_up_ha"
STATED = Parameters({TAKE_UP: Range(12.0, 12.0, 12.0)})
POOL = ("town", "industrial")


@dataclass(frozen=True)
class Every:
    """So many hectares in each draw and year."""

    land_ha: float
    draws: int = DRAWS
    years: tuple[int, ...] = YEARS
    sectors: tuple[str, ...] = ("all",)
    pools: tuple[tuple[str, str], ...] = (POOL,)
    methods: tuple[str, ...] = ("take_up",)

    def wanted(self, part: slice) -> Wanted:
        count = len(range(*part.indices(self.draws)))
        land = np.full((count, len(YEARS), 1), self.land_ha)
        none = np.zeros((count, len(YEARS), len(COMPONENTS)))
        return Wanted(land, np.ones(count), np.ones((count, 1, 1)), np.ones(count), land, none)


def build(ranges: Mapping[str, Range]) -> Every:
    return Every(ranges[TAKE_UP].mid)


@pytest.fixture(scope="module")
def city() -> WhatIf:
    """10 ha are ready; a park brings 30 ha in the second year of the account; 12 ha are wanted every year."""
    none = np.zeros((1, len(YEARS)))
    supply = SupplyModel(
        years=YEARS, shares=(1.0, 1.0, 1.0), pools=(POOL,), opening_ha=np.array([10.0]), blocked_ha=np.array([0.0]),
        blocked_share=np.zeros(DRAWS), sources=("north",), source_pool=np.array([0]), source_ha=np.array([30.0]),
        first_year=np.full((1, DRAWS), 2026, np.int16), hand_over=HandOver(1.0, 0.0, 1.0), freed_ha=none,
        released_ha=none,
    )  # fmt: skip
    ranges = {TAKE_UP: STATED.range(TAKE_UP)}
    return WhatIf(build, supply, parameters=ranges, uniforms=SeededUniforms(count=DRAWS, seed=1))


def ask(city: WhatIf, changes: Changes) -> Answered:
    scenario = Scenario("base", "Cơ sở", "Base", "", {})
    return answered(city, changes, scenario=scenario, stated=STATED, basis=Basis.ASSUMED)


def of(made: Answered, quantity: str, year: int) -> tuple[float, float]:
    """P50 before and after."""
    (row,) = [one for one in made.rows if (one.quantity, one.year) == (quantity, year)]
    return row.before[1], row.after[1]


def test_without_the_park(city: WhatIf) -> None:
    """2 ha lack in the first year; without the park 12 more in each later one."""
    made = ask(city, Changes({}, without=("north",)))
    assert [row.year for row in made.rows] == [2030] * 4
    assert of(made, "demand_total", 2030) == (36.0, 36.0)
    assert of(made, "delivered_total", 2030) == (30.0, 0.0)
    assert of(made, "gap_total", 2030) == (2.0, 26.0)
    assert of(made, "closing", 2030) == (6.0, 0.0)
    assert made.run_out_before == made.run_out_after == (2025, 2025, 2025)
    assert made.draws == DRAWS
    assert made.milliseconds > 0.0


def test_more_is_wanted(city: WhatIf) -> None:
    made = ask(city, Changes({TAKE_UP: Range(20.0, 20.0, 20.0)}))
    assert of(made, "demand_total", 2030) == (36.0, 60.0)
    assert of(made, "gap_total", 2030) == (2.0, 20.0)  # 10 in the first year, 10 in the last


def test_less_is_wanted_and_land_does_not_run_out(city: WhatIf) -> None:
    made = ask(city, Changes({TAKE_UP: Range(5.0, 5.0, 5.0)}))
    assert made.run_out_after == (None, None, None)
    assert of(made, "closing", 2030) == (6.0, 25.0)


def test_what_changed_is_said(city: WhatIf) -> None:
    made = ask(city, Changes({TAKE_UP: Range(20.0, 20.0, 20.0)}, later_years=2, without=("north",)))
    said = made.changed("en")
    assert "demand.last_take_up_ha" in said[0]
    assert said[0].endswith("12 → 20")
    assert said[1] == "every park brings its land 2 years later"
    assert said[2] == "without the park north"
    assert (made.name("vi"), made.name("en")) == ("Cơ sở", "Base")
    assert "sớm hơn 1 năm" in ask(city, Changes({}, later_years=-1)).changed("vi")[0]
    unstated = ask(city, Changes({"demand.churn_share": Range(0.0, 0.1, 0.2)}))
    assert unstated.changed("en")[0].endswith("unknown → 0,0.1,0.2")


def test_as_plain_values(city: WhatIf) -> None:
    told = ask(city, Changes({}, without=("north",))).as_dict()
    assert told["without"] == ["north"]
    assert told["rows"][0]["before"] == {"p10": 36.0, "p50": 36.0, "p90": 36.0, "expected": 36.0}
    assert told["run_out_year"]["after"] == {"p10": 2025, "p50": 2025, "p90": 2025}
    assert told["basis"] == "assumed"


def test_a_range_is_shown_as_it_is_typed() -> None:
    assert shown_range(Range(0.0, 0.5, 1.25)) == "0,0.5,1.25"
    assert shown_range(Range(7.0, 7.0, 7.0)) == "7"
