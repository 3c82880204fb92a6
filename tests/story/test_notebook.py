"""A notebook: a study opened by name, and every step called on plain tables, with no folder and no record behind it."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.terminal import spawn

import quydat
from quydat.app.case import case_folder
from quydat.app.run import Run
from quydat.app.study import Study
from quydat.balance.account import Supply, write_account
from quydat.balance.ensemble import run_ensemble
from quydat.balance.supply import BLOCKED_SHARE, supply_model
from quydat.core.basis import Basis
from quydat.core.figure import as_json
from quydat.core.ledger import Ledger
from quydat.core.parallel import Threads
from quydat.core.period import year_shares
from quydat.core.problem import Problems
from quydat.core.uniforms import SeededUniforms
from quydat.demand.step import demand_step
from quydat.dictionary.cells import figure_id
from quydat.dictionary.read import empty, typed
from quydat.dictionary.schema import record_tables, tables
from quydat.dictionary.settings import read_settings
from quydat.inventory.evidence import Evidence, resolve_parameters
from quydat.inventory.lists import list_totals
from quydat.inventory.park import park_table
from quydat.inventory.places import park_places
from quydat.inventory.tabulate import headlines, land_by_state
from quydat.law.packs import read_packs
from quydat.plan import Results
from quydat.procedure.expect import expect
from quydat.procedure.hand_over import HandOver, year_of
from quydat.procedure.land import write_land
from quydat.procedure.law import lay, read_template
from quydat.procedure.working_days import WorkingDays
from quydat.programme.choose.step import programme
from quydat.programme.given.given import Land, read_given
from quydat.programme.given.stages import Fold


@pytest.fixture(scope="module")
def record() -> dict[str, pd.DataFrame]:
    """The shipped case, read with pandas alone, and the template of its law laid in."""
    read = {}
    for table in record_tables():
        path = case_folder("hcmc") / "tables" / f"{table.name}.csv"
        if not path.is_file():
            read[table.name] = empty(table)
            continue
        raw = pd.read_csv(path, dtype="str", keep_default_na=False)
        read[table.name], found = typed(raw.replace("", None), table)
        assert found == []
    settings = read_settings(case_folder("hcmc"))
    return lay(read, read_template(read_packs(settings.law)), on=settings.as_of)


def test_every_step_on_plain_tables(record: dict[str, pd.DataFrame]) -> None:
    settings = read_settings(case_folder("hcmc"))
    day, drawn = date(2025, 6, 30), {"draws": 300, "seed": 1}
    evidence, ledger = Evidence(record), Ledger(as_of=day)
    parameters = resolve_parameters(settings.parameters_of("base"), evidence=evidence, ledger=ledger)

    parks = park_table(evidence, parameters=parameters, ledger=ledger)
    headlines(parks, ledger=ledger)
    states, lists = land_by_state(parks, ledger=ledger), list_totals(evidence, ledger=ledger)
    assert list(parks.columns) == tables()["parks"].columns
    assert states["parks"].sum() <= len(parks) == 57
    assert "kcn-23" in set(lists["list_id"])

    expectation = expect(
        evidence, parks=parks, parameters=parameters, ledger=ledger, as_of=day, calendar=WorkingDays(), **drawn
    )
    assert set(expectation.ready_days) <= set(expectation.tables["procedure"]["park_id"])
    assert all(len(days) == 300 for days in expectation.ready_days.values())

    land = write_land(expectation, years=range(2025, 2046), parameters=parameters, ledger=ledger, as_of=day)
    assert set(land) == {"land_ready", "land_ready_total", "promised_expected"}

    uniforms, shares = SeededUniforms(count=300, seed=1), year_shares(range(2025, 2046), opening=day)
    wanted = demand_step(
        evidence, parks=parks, establishments=empty(tables()["establishment"]), parameters=parameters,
        uniforms=uniforms, ledger=ledger, place="hcmc", shares=shares, as_of=day,
    ).demand  # fmt: skip
    assert {draws.shape for draws in wanted.city.by_method.values()} == {(300, 21)}

    known = {name: float(str(ledger[f"land.{name}"].value)) for name in ("vacant_ready", "vacant_blocked")}
    model = supply_model(
        parks, places=park_places(parks, record["place"], city="hcmc"), pools=wanted.model.pools,
        ready_days=expectation.ready_days, opening_ha=known["vacant_ready"],
        blocked_ha=known["vacant_blocked"], blocked_share=parameters.range(BLOCKED_SHARE),
        hand_over=HandOver.of(parameters), shares=shares, as_of=day, uniforms=uniforms,
    )  # fmt: skip
    outcome = run_ensemble(wanted.model, model, runner=Threads(), cells=True)
    assert outcome.worst_residual_ha < 1e-9
    ready = {
        row["park_id"]: (figure_id("procedure", [row["park_id"]], "ready_p50"), year_of(row["ready_p50"]))
        for row in expectation.tables["procedure"].to_dict("records")
    }
    account, deliveries = write_account(
        Supply("pipeline", "balance", "land", ready, model), outcome,
        place="hcmc", demand=wanted.inputs["combined"], ledger=ledger,
    )  # fmt: skip
    middle = account[account["quantile"] == "expected"].set_index("year")
    assert middle.index.tolist() == list(range(2025, 2046))
    inflow = middle["opening_ha"] + middle["delivered_ha"] + middle["freed_ha"]
    closing = inflow - middle["taken_up_ha"] - middle["released_ha"]
    np.testing.assert_allclose(closing, middle["closing_ha"], rtol=0, atol=1e-9)
    by_year = deliveries.groupby("year")["delivered_ha"].sum()
    np.testing.assert_allclose(middle["delivered_ha"], by_year.reindex(middle.index).fillna(0.0), rtol=0, atol=1e-9)
    assert "land.run_out_year" in ledger

    given = read_given(
        evidence, parks=parks, places=park_places(parks, record["place"], city="hcmc"), fold=Fold(expectation),
        parameters=parameters, ledger=ledger, shares=shares, city="hcmc", price_year=2025, as_of=day, seed=1,
        land=Land(known["vacant_ready"], model.expected_blocked(), outcome.city["demand_ha"]),
    )  # fmt: skip
    made = programme(given, evidence=evidence, parameters=parameters, ledger=ledger, draws=300, basis=Basis.ASSUMED)
    assert set(made.tables) == {"programme", "spending", "simulation", "programme_ready"}
    assert len(made.tables["programme"]) == len(given.projects)
    assert {days.shape for days in made.ready_days.values()} == {(300,)}


def test_the_whole_plan_on_plain_tables_is_that_of_the_demonstration(shipped_results: Results, demo: Path) -> None:
    """To the last bit, though the process of the demonstration hashes text differently."""
    run = Run(demo)
    for name, rows in shipped_results.tables.items():
        pd.testing.assert_frame_equal(rows, run.table(name), check_exact=True)
    held = json.loads((demo / "figures.json").read_text(encoding="utf-8"))["figures"]
    ours = json.loads(json.dumps([as_json(figure) for figure in shipped_results.ledger]))
    assert ours == held[: len(ours)]  # after these, a run of a study has the figures that its report asks for besides


def test_a_study_opened_by_name() -> None:
    study = quydat.open("hcmc")
    assert isinstance(study, Study)
    assert study.check() == []
    assert len(study.read("park")) == 57
    assert study.settings.name_en == "Ho Chi Minh City (before 2025-07-01)"
    run = study.plan(until="inventory")
    assert run.parks["park_id"].tolist()[0] == "tan-thuan"
    assert not run.land_by_state.query("state == 'operating'").empty
    assert "park/tan-thuan/gross_area_ha" in run.explain("parks.tan-thuan.gross_area_ha", lang="en")
    with pytest.raises(Problems) as caught:
        _ = run.programme
    assert caught.value.found[0].number == "QD607"
    with pytest.raises(AttributeError, match="no 'siting'"):
        _ = run.siting


def test_the_folder_of_a_case_opened_by_name_goes_when_python_ends() -> None:
    """Not before: a run is read from it, whether or not somebody still holds the study."""
    script = (
        "import gc, quydat; run = quydat.open('hcmc').plan(until='inventory'); gc.collect();"
        "assert len(run.parks) == 57; print(run.path)"
    )
    done = spawn(script)
    assert done.returncode == 0, done.stderr
    path = Path(done.stdout.strip())
    assert path.parts[-3:-1] == ("hcmc", "runs")
    assert not path.parents[2].exists()


def test_a_study_opened_by_its_folder(planned: Study) -> None:
    study = quydat.open(planned.folder)
    assert study.run().fingerprint == planned.run().fingerprint
    run = study.run(planned.run().fingerprint[:5])
    pd.testing.assert_frame_equal(run.inventory, run.parks)
    assert run.complete
    for name in ("parks", "procedure", "demand", "balance", "balance_programme", "deliveries", "programme", "spending"):
        assert list(getattr(run, name).columns) == tables()[name].columns
    assert run.table("park").equals(study.read("park"))
    assert run.figures["land.gross"].unit == "ha"
    again = study.plan()
    assert again.fingerprint == run.fingerprint
    with pytest.raises(Problems):
        quydat.open(planned.folder / "nowhere")
