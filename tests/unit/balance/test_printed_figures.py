"""Figures of bulk tables: the cells that a report prints, each with the row it stands in."""

from datetime import date

import pandas as pd
import pytest
from tests.support.demand_results import frame

from quydat.balance.figures import PRINTED, write_demand_figures
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.selection import Selection
from quydat.dictionary.schema import choices, tables

AS_OF = date(2025, 6, 30)
ILL = {"basis": "illustrative"}


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(as_of=AS_OF)


def write(ledger: Ledger, **results: pd.DataFrame) -> None:
    write_demand_figures(results, ledger, years=[2030, 2045], city="hcmc")


def cells(*rows: dict[str, object]) -> pd.DataFrame:
    plain = {"land_class": "industrial", "p10": 1.0, "p50": 2.0, "p90": 4.0, "expected_ha": 2.5, **ILL}
    return frame("demand_cell", [plain | row for row in rows])


def test_only_printed_cells_become_figures(ledger: Ledger) -> None:
    table = cells(
        {"year": 2030, "place": "cu-chi", "sector": "all"},
        {"year": 2031, "place": "cu-chi", "sector": "all"},  # no milestone
        {"year": 2030, "place": "cu-chi", "sector": "food"},  # one sector
    )
    write(ledger, demand_cell=table)
    start = "demand_cell.2030.cu-chi.industrial.all"
    assert [f.figure_id for f in ledger] == [f"{start}.{name}" for name in ("p10", "p50", "p90", "expected_ha")]
    figure = ledger[f"{start}.p50"]
    assert (figure.value, figure.unit, figure.basis) == (2.0, "ha", Basis.ILLUSTRATIVE)
    found = Selection.of(figure.trace.inputs[0].ref).rows(table)
    assert found["p50"].tolist() == [2.0]  # the trace leads to exactly one row


def test_a_trace_goes_on_to_what_the_draws_were_made_from(ledger: Ledger) -> None:
    growth = Input("parameter", "demand.output_growth_share", 0.08, "share", Basis.ASSUMED)
    table = cells({"year": 2045, "place": "cu-chi", "sector": "all"})
    write_demand_figures(
        {"demand_cell": table}, ledger, years=[2030, 2045], city="hcmc", rests_on={"demand_cell": [growth]}
    )
    trace = ledger["demand_cell.2045.cu-chi.industrial.all.p90"].trace
    assert trace.operation == "simulated"
    assert [item.kind for item in trace.inputs] == ["rows", "parameter"]


def test_ids_that_are_there_stay(ledger: Ledger) -> None:
    row = Input("row", "park/a/gross_area_ha", 9.0, "ha", Basis.PUBLISHED)
    taken = "demand_cell.2030.cu-chi.industrial.all.p50"
    ledger.add(
        taken, 9.0, unit="ha", label=("a", "a"), definition=("", ""), operation="given", formula=("", ""), inputs=[row]
    )
    write(ledger, demand_cell=cells({"year": 2030, "place": "cu-chi", "sector": "all"}))
    assert ledger[taken].value == 9.0


def test_nothing_is_not_unknown(ledger: Ledger) -> None:
    scenario = {"scenario": "low", "name_vi": "Thấp", "name_en": "Low", "year": 2045, "share_short": 0.4, **ILL}
    place = {"place_id": "a", "name_vi": "A", "name_en": "A", "let_ha": 0, "capacity_ha": 5, "expected_share": 1, **ILL}
    promised = {"year": 2045, "promised_ha": 0.0, **ILL}
    write(
        ledger,
        scenario=frame("scenario", [scenario | {"quantity": "run_out_year", "p10": 2031}]),
        place_choice=frame("place_choice", [place]),
        promised_delivered=frame("promised_delivered", [promised]),
    )
    late = ledger["scenario.low.run_out_year.2045.p90"]
    assert (late.value, late.unit) == (None, "year_or_none")  # an answer: in a tenth of the draws it never comes
    assert ledger["place_choice.a.port_km"].value is None  # not known, and said so
    assert "promised_delivered.2045.kept_share" not in ledger  # nothing was promised: it does not apply


def test_units_are_those_of_what_is_measured(ledger: Ledger) -> None:
    density = {"density_from": "survey", "sector": "all", "size_class": "all", "p50": 0.6, "used": "yes", **ILL}
    quantities = choices("density_quantity")
    write(ledger, density=frame("density", [density | {"quantity": quantity} for quantity in quantities]))
    units = {quantity: ledger[f"density.survey.{quantity}.all.all.p50"].unit for quantity in quantities}
    assert units == {
        "floor_per_worker_m2": "m2", "plot_ratio": "ratio", "plot_ratio_new": "ratio", "land_per_worker_m2": "m2",
        "workers_per_ha": "jobs/ha",
    }  # fmt: skip


def test_the_city_alone_has_its_run_out_year(ledger: Ledger) -> None:
    row = {"account": "pipeline", "year": 2030, "first_share": 0.1, "by_share": 0.4, **ILL}
    write(ledger, run_out=frame("run_out", [row | {"place": place} for place in ("hcmc", "cu-chi")]))
    assert [f.figure_id for f in ledger] == ["run_out.hcmc.pipeline.2030.by_share"]


def test_ranges_that_were_too_narrow_are_counted(ledger: Ledger) -> None:
    score = {"indicator": "output", "reason_vi": "…", "reason_en": "…", **ILL}
    rows = [
        {"series_id": "a", "forecaster": "as_before", "cells": 10, "coverage_share": 0.5, "verdict": "too_narrow"},
        {"series_id": "a", "forecaster": "time_series", "cells": 10, "coverage_share": 0.8, "verdict": "about_right"},
        {"series_id": "b", "forecaster": "take_up", "cells": 0, "verdict": "not_possible"},
    ]
    write(ledger, back_test_summary=frame("back_test_summary", [score | row for row in rows]))
    assert (ledger["forecast.tried"].value, ledger["forecast.too_narrow"].value) == (2, 1)


def test_names_take_the_place_of_ids(ledger: Ledger) -> None:
    write_demand_figures(
        {"demand_cell": cells({"year": 2030, "place": "cu-chi", "sector": "all"})},
        ledger,
        years=[2030],
        city="hcmc",
        names={"place": {"cu-chi": ("Củ Chi", "Cu Chi")}},
    )
    label = ledger["demand_cell.2030.cu-chi.industrial.all.p50"].label_vi
    assert "Củ Chi" in label and "mọi ngành" in label and "cu-chi" not in label


def test_a_study_without_the_tables_has_none_of_the_figures(ledger: Ledger) -> None:
    write(ledger, **{name: frame(name, []) for name in dict.fromkeys(one.table for one in PRINTED)})
    assert len(ledger) == 0


def test_printed_columns_are_in_the_dictionary() -> None:
    for one in PRINTED:
        assert set(one.attributes) <= set(tables()[one.table].columns), one.table
