"""A city whose survey is real: its densities and stated needs enter the forecast, and the trace goes to its rows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from quydat.app.study import open_study
from quydat.plan import Results, plan


@pytest.fixture(scope="module")
def surveyed(demo: Path) -> Callable[[str], Results]:
    """The demonstration's study up to its scenarios, as if its survey were of another basis."""
    study = open_study(demo / "study")
    settings = replace(study.settings, draws=1000)
    rows, survey, law, _ = study.planned_on(settings.as_of, None)

    def planned(basis: str) -> Results:
        observations: pd.DataFrame = survey["observation"].assign(basis=basis)
        brought = {**survey, "observation": observations}
        return plan(rows, settings, scenario="base", until="scenarios", survey=brought, law=law)

    return planned


def test_a_made_up_survey_enters_nothing(surveyed: Callable[[str], Results]) -> None:
    results = surveyed("illustrative")
    assert set(results.tables["demand"]["method"]) == {"take_up", "labour", "output", "combined"}
    survey = results.tables["density"].query("density_from == 'survey'")
    assert len(survey) > 50
    assert not survey["used"].any()
    assert "demand.draws.stated" not in results.ledger
    assert results.ledger["demand.draws.combined"].basis.value == "assumed"


def test_a_real_survey_is_used_and_named(surveyed: Callable[[str], Results]) -> None:
    results = surveyed("surveyed")
    assert set(results.tables["demand"]["method"]) == {"take_up", "labour", "output", "stated", "combined"}
    used = results.tables["density"].query("density_from == 'survey' and used")
    assert set(used["quantity"]) == {"floor_per_worker_m2"}
    assert set(used["sector"]) == {
        "garment_footwear", "electronics", "machinery_metal", "chemicals_plastics", "food_drinks", "wood_paper_other",
        "logistics",
    }  # fmt: skip
    labour = [one for one in results.ledger["demand.draws.labour"].trace.inputs if one.kind == "rows"]
    assert {one.value for one in labour} == set(used["p50"])
    stated = [one for one in results.ledger["demand.draws.stated"].trace.inputs if one.kind == "rows"]
    own = results.tables["establishment"]
    assert {one.value for one in stated} == {own["wanted_land_m2"].sum(), own["wanted_floor_m2"].sum()}
    informed = results.tables["sensitivity"]
    assert {"density", "demand.stated_sampling", "demand.stated_realised_share"} <= set(informed["input"])
    assert "sector.floor" not in set(informed["input"])
