"""Pictures of plans: the same check gives the same bytes, and nothing made up goes without saying so."""

import xml.etree.ElementTree as ElementTree

import matplotlib.pyplot as plt
import pytest
from tests.support.plans import USES, cells, plan, random_plan, square, track

from quydat.report.charts.spatial_plan import FINDING_COLOURS, conformity_bytes, flexibility_bytes
from quydat.spatial_plan.conform import STATES, Conformity, conform
from quydat.spatial_plan.flexibility import flexibility


@pytest.fixture(scope="module")
def found() -> Conformity:
    lower = random_plan("l", cells(20, 1, width=1200), 1, upper=False)
    upper = plan("u$1", [{"shape": square(0, 0, 1000, 1200), "land_use": "industrial_park", "allowed_uses": "green",
                          "plot_ratio_max": 1.5}],
                 lines=[{"line_kind": "road_axis", "shape": track((0, 600), (1200, 600))}], scale=10_000)  # fmt: skip
    return conform(lower, upper, uses=USES)


def test_every_state_has_its_colour() -> None:
    assert set(FINDING_COLOURS) == set(STATES)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_same_check_gives_the_same_bytes(found: Conformity, lang: str) -> None:
    one, other = conformity_bytes(found, lang), conformity_bytes(found, lang)  # type: ignore[arg-type]
    assert one == other
    assert one["png"].startswith(b"\x89PNG")
    ElementTree.fromstring(one["svg"])  # noqa: S314, made here
    assert plt.get_fignums() == []


def test_drafts_against_proposals(found: Conformity) -> None:
    compared = flexibility([found.upper], [found.lower, found.upper], uses=USES)
    made = flexibility_bytes(compared, "vi", names={"l": "một tên dài " * 20})
    assert made == flexibility_bytes(compared, "vi", names={"l": "một tên dài " * 20})
    ElementTree.fromstring(made["svg"])  # noqa: S314, made here
