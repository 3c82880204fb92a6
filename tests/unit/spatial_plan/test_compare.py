"""Each aspect of a piece against the plan above: every finding by hand."""

from typing import Any

import numpy as np
import pytest
from tests.support.plans import USES, plan, square

from quydat.spatial_plan.compare import FINDINGS, SILENT, Comparison, worst

BOX = square(0, 0, 100, 100)


def judged(lower: dict[str, Any], upper: dict[str, Any]) -> dict[str, str]:
    low = plan("l", [{"shape": BOX, "land_use": "factory", **lower}]).areas
    high = plan("u", [{"shape": BOX, "land_use": "factory", **upper}]).areas
    found = Comparison(low, high, uses=USES).of(np.array([0]), np.array([0]))
    whole = {"whole": FINDINGS[worst(found)[0]]}
    return whole | {name: "silent" if code[0] == SILENT else FINDINGS[code[0]] for name, code in found.items()}


@pytest.mark.parametrize(
    ("lower", "upper", "finding"),
    [
        ({"land_use": "factory"}, {"land_use": "factory"}, "agrees"),
        ({"land_use": "factory"}, {"land_use": "industrial_park"}, "free"),
        ({"land_use": "high_tech_factory"}, {"land_use": "industrial_park"}, "free"),
        ({"land_use": "industrial_park"}, {"land_use": "factory"}, "breaks"),
        ({"land_use": "workers_housing"}, {"land_use": "industrial_park"}, "breaks"),
        ({"land_use": "workers_housing"}, {"land_use": "industrial_park", "allowed_uses": "workers_housing"}, "free"),
        ({"land_use": "workers_housing"}, {"land_use": "industrial_park", "allowed_uses": "green; housing"}, "free"),
        ({"land_use": "factory", "allowed_uses": "housing"}, {"land_use": "factory"}, "breaks"),
        ({"allowed_uses": "warehouse"}, {"land_use": "factory", "allowed_uses": "warehouse"}, "agrees"),
    ],
)  # fmt: skip
def test_uses(lower: dict[str, Any], upper: dict[str, Any], finding: str) -> None:
    assert judged(lower, upper)["use"] == finding


@pytest.mark.parametrize(
    ("lower", "upper", "finding"),
    [
        ((0.5, 1.0), (0.5, 1.0), "agrees"),
        ((None, 1.0), (None, 1.0), "agrees"),
        ((0.6, 0.9), (0.5, 1.0), "free"),
        ((0.5, 1.01), (0.5, 1.0), "breaks"),
        ((0.4, 0.9), (0.5, 1.0), "breaks"),
        ((None, 0.4), (0.5, None), "breaks"),
        ((1.2, None), (None, 1.0), "breaks"),
        ((None, 0.9), (0.5, 1.0), "unknown"),
        ((None, None), (None, 1.0), "unknown"),
        ((0.1, 9.0), (None, None), "silent"),
    ],
)
def test_ranges(lower: tuple[Any, Any], upper: tuple[Any, Any], finding: str) -> None:
    names = ("plot_ratio_min", "plot_ratio_max")
    found = judged(dict(zip(names, lower, strict=True)), dict(zip(names, upper, strict=True)))
    assert found["plot_ratio"] == finding
    assert found["storeys"] == "silent"


def test_land_without_buildings_needs_no_density() -> None:
    found = judged({"land_use": "park_green"}, {"land_use": "industrial_park", "plot_ratio_max": 1.0, "storeys_max": 3})
    assert (found["plot_ratio"], found["storeys"], found["whole"]) == ("silent", "silent", "free")


def test_gross_densities_are_no_matter_of_one_lot() -> None:
    found = judged(
        {"plot_ratio_max": 3.0, "storeys_max": 9}, {"plot_ratio_max": 1.0, "storeys_max": 3, "density_basis": "gross"}
    )
    assert (found["plot_ratio"], found["storeys"]) == ("silent", "breaks")


@pytest.mark.parametrize(
    ("asked", "met", "finding"),
    [
        (None, None, "silent"),
        ("green_buffer", "green_buffer; fire_access", "agrees"),
        ("green_buffer;fire_access", "green_buffer", "unknown"),
        ("green_buffer", None, "unknown"),
    ],
)
def test_a_condition_that_is_not_shown_is_unknown_never_met(asked: str | None, met: str | None, finding: str) -> None:
    assert judged({"conditions_met": met}, {"conditions": asked})["condition"] == finding


def test_a_piece_is_as_its_worst_aspect() -> None:
    found = judged({"plot_ratio_max": 2.0}, {"plot_ratio_max": 1.0, "conditions": "green_buffer"})
    assert (found["use"], found["condition"], found["whole"]) == ("agrees", "unknown", "breaks")
