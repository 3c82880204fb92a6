"""What is wrong with plans: each planted fault is told of once, and a clean plan of nothing."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely
from tests.support.plan_faults import planted
from tests.support.plans import USES

from quydat.core.problem import Place, Problem
from quydat.spatial_plan.checks import check_in_force, check_plan_rows, check_plans
from quydat.spatial_plan.illustrative.ground import as_wkb
from quydat.spatial_plan.illustrative.plans import ZONING, MadePlans, make_plans
from quydat.spatial_plan.layer import in_plane

PARKS = pd.DataFrame({"park_id": ["pham-van-hai-1", "vinh-loc-3"], "gross_area_ha": [379.0, 200.0]})


@pytest.fixture(scope="module")
def made() -> MadePlans:
    return make_plans(seed=1, parks=PARKS, as_of=date(2026, 6, 30))


def checked(tables: dict[str, pd.DataFrame]) -> list[Problem]:
    return check_plans(tables, uses=USES, place=lambda name: Place("plans.gpkg", name))


def test_clean_plans_are_clean(made: MadePlans) -> None:
    assert checked(made.tables) == []


def test_every_planted_fault_is_told_with_its_plan(made: MadePlans) -> None:
    faults = planted(made)
    found = checked(faults.tables)
    told = {(one.number, one.facts.get("plan", "")) for one in found}
    assert set(faults.expected) <= told
    # what follows from them: drawings that are no longer as large as their tables say
    assert {number for number, _ in told - set(faults.expected)} <= {"QD849", "QD850"}
    assert all(one.place.file == "plans.gpkg" and one.place.column for one in found)
    for one in found:
        assert one.message("vi") and one.repair("vi") and one.message("en") and one.repair("en")


def test_an_overlap_is_told_with_its_hectares(made: MadePlans) -> None:
    tables = {name: rows.copy() for name, rows in made.tables.items()}
    areas = tables["plan_area"]
    at = int(np.flatnonzero((areas["plan_id"] == ZONING) & (areas["area_id"] == "CX1"))[0])
    shape = in_plane([areas["outline"].iloc[at]])[0]
    wider = shapely.transform(shape, lambda xy: xy + np.array([10.0, 0.0]))
    areas.iloc[at, areas.columns.get_loc("outline")] = as_wkb(np.array([wider], dtype=object))[0]
    found = [one for one in checked(tables) if one.number == "QD832"]
    moved = shape.intersection(shapely.transform(shape, lambda xy: xy - np.array([10.0, 0.0]))).area
    lost = (shape.area - moved) / 1e4  # what leaves the belt on one side, less the little at its ends
    assert sum(float(one.facts["ha"]) for one in found) == pytest.approx(lost, rel=0.25)
    assert all("CX1" in (one.facts["first"], one.facts["second"]) for one in found)


def test_a_circle_of_three_is_told_once(made: MadePlans) -> None:
    plans = made.tables["spatial_plan"].iloc[:3].copy()
    names = plans["plan_id"].tolist()
    plans["upper_plan_id"] = [names[1], names[2], names[0]]
    circles = [one for one in check_plan_rows(plans, place=Place("p.csv")) if one.number == "QD839"]
    assert [one.facts["cycle"].split(" → ") for one in circles] == [[*names, names[0]]]


def test_a_plan_that_is_not_there_is_told_once_in_each_layer(made: MadePlans) -> None:
    tables = {**made.tables, "spatial_plan": made.tables["spatial_plan"].iloc[1:].reset_index(drop=True)}
    missing = made.tables["spatial_plan"]["plan_id"].iloc[0]
    found = [one for one in checked(tables) if one.number == "QD830"]
    assert [(one.place.sheet, one.facts["plan"]) for one in found] == [
        (name, missing) for name in ("plan_area", "plan_use", "plan_line")
    ]


@pytest.mark.parametrize(
    ("lower", "upper", "told"),
    [
        ({"as_of": "2026-06-30"}, {"valid_from": date(2020, 1, 1)}, False),
        ({"as_of": "2019-06"}, {"valid_from": date(2020, 1, 1)}, True),
        ({"as_of": "2020"}, {"valid_from": date(2020, 5, 1)}, False),  # the year may be right
        ({"decision_date": date(2026, 1, 1)}, {"valid_from": date(2020, 1, 1), "valid_to": date(2025, 1, 1)}, True),
        ({}, {"valid_from": date(2020, 1, 1), "valid_to": date(2025, 1, 1)}, False),
        ({"as_of": "2026"}, {"status": "replaced"}, True),
    ],
)
def test_the_plan_above_must_hold_on_the_day(lower: dict[str, object], upper: dict[str, object], told: bool) -> None:
    empty = dict.fromkeys(("decision_date", "valid_from", "valid_to", "as_of"))
    rows = [{**empty, "plan_id": name, "status": "in_force", **own} for name, own in (("l", lower), ("u", upper))]
    found = check_in_force(rows[0], rows[1], place=Place())
    assert [one.number for one in found] == ["QD854"] * told
