"""What a duration is taken from, and what it must not be taken from."""

from collections.abc import Callable, Sequence
from datetime import date
from math import sqrt
from typing import Any

import numpy as np
import pytest

from quydat.core.draws import quantiles
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.procedure.duration import LONGEST_DAYS, Durations, elapsed_days
from quydat.procedure.observation import observed
from quydat.procedure.template import Step, read_track

DAY = date(2025, 6, 30)
STEP = {
    "step_id": "x", "track": "park", "name_vi": "X", "name_en": "X", "authority_vi": "A", "authority_en": "A",
    "day_kind": "calendar", "source_ids": "s", "confidence": "high", "basis": "published",
}  # fmt: skip
CASE = {
    "name_vi": "K", "name_en": "K", "place": "d", "step_id": "x", "kind": "observed", "project_kind": "industrial_park",
    "source_ids": "s", "confidence": "high", "basis": "published",
}  # fmt: skip
Make = Callable[..., Any]


def known(hcmc: Any, make: Make, cases: Sequence[dict[str, Any]], **cells: Any) -> tuple[Durations, Step]:
    rows = [{**CASE, "observation_id": f"o{number:02}", **one} for number, one in enumerate(cases)]
    record = {
        **hcmc.record,
        "procedure_step": make("procedure_step", [{**STEP, **cells}]),
        "duration_observation": make("duration_observation", rows),
    }
    evidence, ledger = Evidence(record), Ledger(as_of=DAY)
    parameters = resolve_parameters(hcmc.settings.parameters, evidence=evidence, ledger=ledger)
    made = Durations(evidence, parameters=parameters, ledger=ledger, as_of=DAY)
    return made, read_track(evidence, "park").steps["x"]


def test_no_statutory_day_enters(hcmc: Any, make_table: Make) -> None:
    one = known(hcmc, make_table, [], statutory_days=35)
    other = known(hcmc, make_table, [], statutory_days=3500)
    for durations, step in (one, other):
        found = durations.of(step, state_led=False)
        assert found.model == "assumed"
        # P10, P50, P90 of a triangle over ln 30 … ln 90 … ln 365
        assert (round(found.low), round(found.mid), round(found.high)) == (51, 97, 202)


def test_terms_are_no_observations(hcmc: Any, make_table: Make) -> None:
    rows = [{"kind": "planned_term", "term_days": days} for days in (1000, 4000)]
    durations, step = known(hcmc, make_table, rows)
    found = durations.of(step, state_led=False)
    assert (found.model, found.finished, found.censored) == ("planned_term", 0, 0)
    range_ = durations.range(step)
    # shortest × 1, geometric mean 2,000 × 1.5, longest × 2.5
    assert (range_.low, range_.mid, range_.high) == pytest.approx((1000, sqrt(1000 * 4000) * 1.5, 10_000))


def test_a_case_that_was_given_up_says_nothing_of_time(hcmc: Any, make_table: Make) -> None:
    durations, step = known(hcmc, make_table, [{"kind": "abandoned", "started_on": "2010", "last_seen_on": "2021"}])
    assert durations.of(step, state_led=False).model == "assumed"
    assert durations.abandoned == {"x": ["o00"]}


def test_the_picture_does_not_know_what_came_after_it(hcmc: Any, make_table: Make) -> None:
    rows = [
        {"started_on": "2025-06-18", "finished_on": "2025-10-01"},
        {"started_on": "2025-07-01", "finished_on": "2025-10-01"},
        {"started_on": "2020", "last_seen_on": "2026-01-01"},
        {"started_on": "2020-01-01", "finished_on": "2021-01-01"},
    ]
    durations, _ = known(hcmc, make_table, rows)
    found = [(one.days, one.finished, one.later) for one in durations.cases["x"]]
    assert found == [(12, False, True), (2007, False, False), (366, True, False)]
    assert len(observed(durations.evidence, as_of=date(2026, 6, 30))) == 4


def test_who_clears_matters_to_clearance_alone(hcmc: Any, make_table: Make) -> None:
    rows = [
        {"started_on": "2010-01-01", "finished_on": "2011-01-01", "clears": "state"},
        {"started_on": "2010-01-01", "last_seen_on": "2022-01-01", "clears": "developer"},
    ]
    durations, step = known(hcmc, make_table, rows, clearance="yes")
    state, developer = (durations.of(step, state_led=led) for led in (True, False))
    assert state.mid < developer.mid
    assert (state.finished, state.censored, developer.finished, developer.censored) == (1, 0, 0, 1)
    durations, step = known(hcmc, make_table, rows)
    both = [durations.of(step, state_led=led) for led in (True, False)]
    assert both[0].mid == both[1].mid
    assert (both[0].finished, both[0].censored) == (1, 1)


def many(finished: int, unfinished: int = 0) -> list[dict[str, Any]]:
    done = [{"started_on": "2010-01-01", "finished_on": f"2010-{month + 2:02}-01"} for month in range(finished)]
    return [*done, *({"started_on": "2010-01-01", "last_seen_on": "2012-01-01"} for _ in range(unfinished))]


def test_with_enough_cases_the_curve_is_drawn_from(hcmc: Any, make_table: Make) -> None:
    durations, step = known(hcmc, make_table, many(7))
    assert durations.of(step, state_led=False).model == "lognormal"
    durations, step = known(hcmc, make_table, many(8))
    found = durations.of(step, state_led=False)
    assert found.model == "kaplan_meier"
    assert found.mid in {(date(2010, month, 1) - date(2010, 1, 1)).days for month in range(2, 10)}
    drawn = durations.draw("k", step, found, count=4000, seed=1)
    assert set(drawn) == {float((date(2010, month, 1) - date(2010, 1, 1)).days) for month in range(2, 10)}
    # the 8 days come equally often
    assert np.unique(drawn, return_counts=True)[1].tolist() == [500] * 8


def test_beyond_the_last_day_of_the_curve_the_model_goes_on(hcmc: Any, make_table: Make) -> None:
    durations, step = known(hcmc, make_table, many(8, unfinished=8))
    found = durations.of(step, state_led=False)
    assert found.model == "kaplan_meier"
    drawn = durations.draw("k", step, found, count=4000, seed=1)
    last = (date(2010, 9, 1) - date(2010, 1, 1)).days
    assert (drawn > last).mean() == pytest.approx(0.5, abs=0.001)
    assert len(set(drawn[drawn > last])) > 1900
    assert quantiles(drawn)[2] == pytest.approx(found.high, rel=0.1)
    late = durations.of(step, state_led=False, elapsed=400.0)
    assert late.low > 400
    assert (durations.draw("k", step, late, count=500, seed=1) > 0).all()


@pytest.mark.parametrize("elapsed", [0.0, 40.0, 90.0, 364.0, 365.0, 5000.0])
def test_an_assumed_step_that_is_late_takes_as_long_again(hcmc: Any, make_table: Make, elapsed: float) -> None:
    durations, step = known(hcmc, make_table, [])
    found = durations.of(step, state_led=False, elapsed=elapsed)
    left = durations.draw("k", step, found, count=2000, seed=1)
    assert (left >= 0).all()
    assert found.low >= elapsed
    assert left.max() <= 365.0 + 1e-6
    assert np.median(left) == pytest.approx(found.mid - elapsed, abs=1.0)


def test_no_step_takes_more_than_a_hundred_years_from_today(hcmc: Any, make_table: Make) -> None:
    durations, step = known(hcmc, make_table, [{"started_on": "1900-01-01", "last_seen_on": "2020-01-01"}])
    found = durations.of(step, state_led=False, elapsed=45_000.0)
    assert found.high <= 45_000 + LONGEST_DAYS
    assert durations.draw("k", step, found, count=500, seed=1).max() <= LONGEST_DAYS


def test_draws_and_quantiles_of_a_step_under_way_agree(hcmc: Any, make_table: Make) -> None:
    rows = [{"started_on": "2010", "finished_on": "2012"}, {"started_on": "2002", "last_seen_on": "2024"}]
    durations, step = known(hcmc, make_table, rows)
    found = durations.of(step, state_led=False, elapsed=3000.0)
    drawn = 3000.0 + durations.draw("k", step, found, count=20_000, seed=1)
    low, mid, high = np.quantile(drawn, [0.1, 0.5, 0.9])
    assert (low, mid) == pytest.approx((found.low, found.mid), rel=0.03)
    assert high == pytest.approx(found.high, rel=0.06)


def test_days_that_have_passed() -> None:
    assert elapsed_days(date(2025, 6, 1), as_of=DAY) == 29
    assert elapsed_days(None, as_of=DAY) == 0
    assert elapsed_days(date(2025, 7, 1), as_of=DAY) == 0
