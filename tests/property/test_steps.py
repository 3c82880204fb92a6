"""What a change of the input may do to the results, and what it may not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quydat.core.draws import Range, uniform
from quydat.core.figure import Figure, as_json
from quydat.core.ledger import Ledger
from quydat.core.problem import Problems
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.inventory.park import park_table
from quydat.plan import Results
from quydat.procedure.expect import Expectation, expect
from quydat.procedure.observation import Observed
from quydat.procedure.posterior import Posterior, Prior
from quydat.procedure.survival import kaplan_meier
from quydat.procedure.working_days import WorkingDays

SEEDS = [*range(100, 104), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(104, 120))]
City = Callable[[int], Any]
Planned = Callable[[int], tuple[Any, Results]]
RENAMED = {"park": "park_id", "procedure_step": "step_id", "procedure_event": "event_id", "plan_list": "list_id"}


def values(results: Results) -> dict[str, Any]:
    return {figure.figure_id: figure.value for figure in results.ledger}


def with_tables(city: Any, changed: Mapping[str, pd.DataFrame]) -> Any:
    return type(city)({**city.record, **changed}, city.settings)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_rows_changes_no_figure(seed: int, planned_city: Planned) -> None:
    city, results = planned_city(seed)
    shuffled = {name: rows.sample(frac=1, random_state=seed) for name, rows in city.record.items()}
    assert values(with_tables(city, shuffled).plan()) == values(results)


@pytest.mark.long
def test_the_order_of_rows_changes_no_figure_of_the_shipped_case(hcmc: Any, hcmc_results: Results) -> None:
    backwards = {name: rows.iloc[::-1] for name, rows in hcmc.record.items()}
    again = with_tables(hcmc, backwards).plan()
    assert values(again) == values(hcmc_results)
    assert {f.figure_id: f.basis for f in again.ledger} == {f.figure_id: f.basis for f in hcmc_results.ledger}


def renamed(city: Any) -> Any:
    """The city with "x" before the id of every park, step, event and list."""
    made = {}
    for name, rows in city.record.items():
        rows = rows.copy()
        for attribute in tables()[name]:
            target = RENAMED.get(attribute.refers_to) or (attribute.name if RENAMED.get(name) == attribute.name else "")
            if target:
                rows[attribute.name] = rows[attribute.name].map(
                    lambda ids: ";".join(f"x{one}" for one in ids.split(";")), na_action="ignore"
                )
        made[name] = rows.astype(city.record[name].dtypes.to_dict())
    made["claim"]["row_id"] = "x" + made["claim"]["row_id"]
    facts = made["subject_fact"]
    facts["subject_id"] = facts["subject_id"].where(facts["subject_id"] == "*", "x" + facts["subject_id"])
    return with_tables(city, made)


@pytest.mark.parametrize("seed", SEEDS)
def test_renaming_changes_nothing_but_names(seed: int, planned_city: Planned) -> None:
    """Draws are seeded by name, so what is drawn differs, and with it what the city pays for; all else is the same."""
    city, before = planned_city(seed)
    after = renamed(city).plan()
    ids = {one.removeprefix("x"): one for name, key in RENAMED.items() for one in renamed(city).record[name][key]}
    ids |= {one: f"x{one}" for one in before.tables["programme"]["project_id"]}
    drawn = {
        "balance", "balance_programme", "deliveries", "land", "programme", "promised_expected", "simulation",
        "delivery", "delivery_compare", "delivery_hangs_on", "delivery_park", "worth", "marginal_money", "delay_cost",
        "regret",
    }  # fmt: skip

    def fixed(results: Results) -> list[Figure]:
        return [
            figure
            for figure in results.ledger
            if figure.figure_id.split(".")[0] not in drawn and figure.trace.operation != "simulated"
        ]

    for old, new in zip(fixed(before), fixed(after), strict=True):
        assert ".".join(ids.get(part, part) for part in old.figure_id.split(".")) == new.figure_id
        assert (old.value, old.basis, old.coverage) == (new.value, new.basis, new.coverage), old.figure_id
    same = ["gross_area_ha", "lettable_area_ha", "let_ha", "vacant_ha", "future_lettable_ha"]
    pd.testing.assert_frame_equal(before.tables["parks"][same], after.tables["parks"][same])
    same = ["gross_area_ha", "clearance_bn_vnd", "works_bn_vnd", "cost_bn_vnd"]
    old, new = (one.tables["programme"].sort_values("project_id", ignore_index=True) for one in (before, after))
    assert ["x" + one for one in old["project_id"]] == new["project_id"].tolist()
    pd.testing.assert_frame_equal(old[same], new[same])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_seed_gives_the_same_bytes_and_another_gives_others(seed: int, planned_city: Planned) -> None:
    city, results = planned_city(seed)
    once, again = (repr([as_json(figure) for figure in one.ledger]) for one in (results, city.plan()))
    assert once == again
    before = values(results)
    other = type(city)(city.record, replace(city.settings, seed=city.settings.seed + 1)).plan()
    changed = {figure.trace.operation for figure in other.ledger if figure.value != before.get(figure.figure_id)}
    assert "simulated" in changed
    after = values(other)
    fixed = ("parks.", "land_by_state.", "list_totals.", "parameters.", "procedure_remaining.")
    assert all(after[one] == value for one, value in before.items() if one.startswith(fixed))


@pytest.mark.parametrize("seed", SEEDS)
def test_more_take_up_never_lowers_the_gap_of_a_city(
    seed: int, planned_city: Planned, with_parameters: Callable[..., Any]
) -> None:
    city, before = planned_city(seed)
    last = city.settings.parameters["demand.last_take_up_ha"].parts["value"]
    raised = with_parameters(city.settings, {"demand.last_take_up_ha": {"value": last + 20.0}})
    after = type(city)(city.record, raised).plan(until="programme")
    for table in ("balance", "balance_programme"):
        assert (after.tables[table]["gap_ha"] >= before.tables[table]["gap_ha"] - 1e-9).all()
    assert after.tables["demand"]["p50"].sum() > before.tables["demand"]["p50"].sum()


def expectation(city: Any, events: pd.DataFrame) -> Expectation:
    """The step procedure alone."""
    ledger = Ledger(as_of=city.settings.as_of)
    evidence = Evidence({**city.record, "procedure_event": events})
    parameters = resolve_parameters(city.settings.parameters, evidence=evidence, ledger=ledger)
    parks = park_table(evidence, parameters=parameters, ledger=ledger)
    drawn = {"draws": city.settings.draws, "seed": city.settings.seed}
    return expect(
        evidence,
        parks=parks,
        parameters=parameters,
        ledger=ledger,
        as_of=city.settings.as_of,
        calendar=WorkingDays(),
        **drawn,
    )


@pytest.mark.parametrize(
    "seed", [*range(200, 206), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(206, 220))]
)
def test_a_step_that_is_finished_never_delays_a_park_in_any_draw(
    seed: int, generated_city: City, make_table: Callable[..., pd.DataFrame]
) -> None:
    city = generated_city(seed)
    events = city.record["procedure_event"]
    before = expectation(city, events)
    for park in before.cases:
        for step in before.track.steps:
            row = {
                "event_id": "new", "park_id": park, "step_id": step, "event": "finished",
                "on": city.settings.as_of.isoformat(), "source_ids": "s", "confidence": "high", "basis": "published",
            }  # fmt: skip
            new = make_table("procedure_event", [row])
            after = expectation(city, pd.concat([events, new], ignore_index=True) if len(events) else new)
            assert (after.ready_days[park] <= before.ready_days[park] + 1e-9).all()
            assert step in after.cases[park].finished
            for other in set(before.cases) - {park}:
                assert (after.ready_days[other] == before.ready_days[other]).all()


times = st.lists(st.tuples(st.floats(1, 10_000), st.booleans(), st.booleans()), min_size=1, max_size=8)
PRIOR = Prior.of(
    median_days=Range(120, 365, 1095), step_ratio=2.5, case_ratio=Range(1.4, 2, 3.2), state_ratio=Range(0.25, 1, 4)
)


def seen(made: list[tuple[float, bool, bool]]) -> list[Observed]:
    return [Observed(str(i), "", "", "a", days, done, led) for i, (days, done, led) in enumerate(made)]


@given(times, st.data())
@settings(max_examples=60)
def test_a_case_that_turns_out_unfinished_never_shortens_the_middle(
    made: list[tuple[float, bool, bool]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    days, _, led = made[place]
    done = [*made[:place], (days, True, led), *made[place + 1 :]]
    unfinished = [*made[:place], (days, False, led), *made[place + 1 :]]
    before, after = (Posterior({"a": seen(one)}, PRIOR).mixture("a").quantiles([0.5])[0] for one in (done, unfinished))
    assert after >= before * 0.98 or led  # of the state's case the developer's middle may learn the other way
    curves = [kaplan_meier([t for t, _, _ in one], [d for _, d, _ in one]) for one in (done, unfinished)]
    assert all(curves[1].at(day) >= curves[0].at(day) - 1e-12 for day in (1, 10, 100, 1000, 9999, days))


@given(times, st.randoms())
@settings(max_examples=40)
def test_the_order_of_cases_changes_no_duration(made: list[tuple[float, bool, bool]], random: Random) -> None:
    cases = seen(made)
    mixed = random.sample(cases, len(cases))
    one, other = (Posterior({"a": of}, PRIOR).mixture("a", state_led=True) for of in (cases, mixed))
    assert one.quantiles([0.1, 0.5, 0.9]) == other.quantiles([0.1, 0.5, 0.9])
    shares = uniform("x", count=200, seed=1)
    drawn = [Posterior({"a": of}, PRIOR).drawn("a", state_led=True, common=shares, own=shares) for of in (cases, mixed)]
    assert (drawn[0][0] == drawn[1][0]).all()


@given(times, st.floats(0, 9000), st.floats(0, 9000))
@settings(max_examples=60)
def test_what_has_lasted_longer_ends_no_sooner(made: list[tuple[float, bool, bool]], a: float, b: float) -> None:
    mixture = Posterior({"a": seen(made)}, PRIOR).mixture("a")
    for share in (0.1, 0.5, 0.9):
        early, late = (mixture.quantiles([share], lasted=lasted)[0] for lasted in sorted((a, b)))
        assert early <= late * (1 + 1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_unknown_area_lowers_coverage_and_is_not_counted_as_0(seed: int, generated_city: City) -> None:
    city = generated_city(seed)
    parks = city.record["park"]
    known = parks[parks["gross_area_ha"].notna() & (parks["park_id"] != "k00")]
    if known.empty:
        return  # the only area is that of the first park, without which there is nothing to plan
    one = known["park_id"].iloc[0]
    state = parks.set_index("park_id").loc[one, "state"]
    area = parks.set_index("park_id").loc[one, "gross_area_ha"]
    blank = parks.assign(gross_area_ha=parks["gross_area_ha"].where(parks["park_id"] != one))
    claims = city.record["claim"]
    claims = claims[~((claims["row_id"] == one) & (claims["attribute"] == "gross_area_ha"))]
    before = city.plan(until="inventory")
    try:
        after = with_tables(city, {"park": blank, "claim": claims}).plan(until="inventory")
    except Problems as refused:  # the published mean, or the ready land, may contradict the parks that are left
        assert {found.number for found in refused.found} <= {"QD507", "QD508"}
        return
    row = after.tables["parks"].set_index("park_id").loc[one]
    assert pd.isna(row["gross_area_ha"])
    assert pd.isna(row["not_lettable_ha"])
    assert pd.isna(row["not_cleared_ha"])
    figure = f"land_by_state.{state}.gross_area_ha"
    was, now = before.ledger[figure], after.ledger[figure]
    assert (now.coverage.known, now.coverage.total) == (was.coverage.known - 1, was.coverage.total)
    assert now.value is None if now.coverage.known == 0 else now.value == pytest.approx(was.value - area)
