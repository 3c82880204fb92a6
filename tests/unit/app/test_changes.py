"""What a user wants to try is read, and all that is wrong with it is told at once."""

import pytest

from quydat.app.changes import Changes, read_changes
from quydat.core.draws import Range
from quydat.core.problem import Problems
from quydat.inventory.evidence import Parameters

STATED = Parameters(
    {
        "demand.plot_ratio_new": Range(0.6, 0.7, 1.2),
        "demand.take_up_growth_share": Range(-0.01, 0.0, 0.02),
        "demand.last_take_up_ha": Range(25.0, 25.0, 25.0),
    }
)
PARKS = ("tan-thuan", "le-minh-xuan-2", "le-minh-xuan-3")


def read(*texts: str, later_years: int = 0, without: tuple[str, ...] = ()) -> Changes:
    return read_changes(texts, parameters=STATED, parks=PARKS, later_years=later_years, without=without)


def wrong(*texts: str, later_years: int = 0, without: tuple[str, ...] = ()) -> list[str]:
    with pytest.raises(Problems) as caught:
        read(*texts, later_years=later_years, without=without)
    return [one.number for one in caught.value.found]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("demand.plot_ratio_new=1.0", Range(1.0, 1.0, 1.0)),
        ("demand.plot_ratio_new = .8, 1.0 ,1.2", Range(0.8, 1.0, 1.2)),
        ("parameters.demand.plot_ratio_new=1e0", Range(1.0, 1.0, 1.0)),
        ("demand.plot_ratio_new=+10%", Range(0.66, 0.77, 1.32)),
        ("demand.plot_ratio_new=-50 %", Range(0.3, 0.35, 0.6)),
        ("demand.take_up_growth_share=+100%", Range(-0.02, 0.0, 0.04)),
        ("demand.take_up_growth_share=-0.05", Range(-0.05, -0.05, -0.05)),
        ("demand.last_take_up_ha=40", Range(40.0, 40.0, 40.0)),
        ("demand.last_take_up_ha=+10%", Range(27.5, 27.5, 27.5)),
        ("demand.churn_share=0.02", Range(0.02, 0.02, 0.02)),
    ],
)
def test_values(text: str, made: Range) -> None:
    key = text.partition("=")[0].strip().removeprefix("parameters.")
    assert read(text).ranges == {key: made}


@pytest.mark.parametrize(
    "text",
    [
        "demand.plot_ratio_new", "", "=1", "demand.plot_ratio_new=", "demand.plot_ratio_new=high",
        "demand.plot_ratio_new=0,8", "demand.plot_ratio_new=0.6,0.7,0.8,0.9", "demand.plot_ratio_new=nan",
        "demand.plot_ratio_new=inf", "demand.plot_ratio_new=10%", "demand.plot_ratio_new=+ten%",
        "demand.plot_ratio_new=1 0", "demand.plot_ratio_new=1.0=2.0", "demand.plot_ratio_new=١",
    ],
)  # fmt: skip
def test_what_cannot_be_read(text: str) -> None:
    assert wrong(text) == ["QD770" if text == "=1" else "QD771"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("demand.plot_ratio_now=1.0", "QD770"),
        ("plot_ratio_new=1.0", "QD770"),
        ("programme.budget_bn_vnd=1", "QD775"),
        ("demand.plot_ratio_new=21", "QD772"),
        ("demand.plot_ratio_new=0.7,0.8,1e999", "QD772"),
        ("demand.plot_ratio_new=+5000%", "QD772"),
        ("demand.plot_ratio_new=1.2,0.8,1.4", "QD310"),
        ("demand.take_up_growth_share=-300%", "QD310"),
        ("demand.churn_share=+10%", "QD773"),
        ("demand.last_take_up_ha=10,20,30", "QD779"),
    ],
)
def test_what_cannot_be(text: str, number: str) -> None:
    assert wrong(text) == [number]


def test_nearest_names_are_told() -> None:
    with pytest.raises(Problems) as caught:
        read("demand.plot_ratio_now=1.0", without=("le-minh-xuan-4",))
    first, second = caught.value.found
    assert "demand.plot_ratio_new" in first.repair("en")
    assert "demand.plot_ratio_new" in first.repair("vi")
    assert second.number == "QD774"
    assert "le-minh-xuan-" in second.repair("en")


def test_all_at_once() -> None:
    found = wrong(
        "demand.x=1", "demand.plot_ratio_new=99", "demand.plot_ratio_new=1", "demand.churn_share",
        later_years=31, without=("nowhere",),
    )  # fmt: skip
    assert sorted(found) == ["QD770", "QD771", "QD772", "QD774", "QD777"]
    assert wrong("demand.plot_ratio_new=1", "demand.plot_ratio_new=2") == ["QD776"]
    assert wrong() == ["QD778"]


def test_parks_and_years() -> None:
    made = read(later_years=-3, without=("tan-thuan", "tan-thuan"))
    assert (made.later_years, made.without, made.ranges) == (-3, ("tan-thuan",), {})
