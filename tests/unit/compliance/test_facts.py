"""Facts as ranges: a year is no day, a default is no knowledge, and what users bring is read by the pack."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from quydat.compliance.facts import CORNERS, Fact, Group, end_of, years_between
from quydat.compliance.given import NoValue, read_value
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.period import partial_date
from quydat.law import Pack, load_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(["vn_hcmc"])


def cell(value: object, basis: Basis = Basis.PUBLISHED) -> Input:
    return Input("row", "park/a/x", value, "", basis)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(1991, 9, 24), date(2006, 9, 24), 15.0),
        (date(1991, 12, 31), date(2025, 6, 30), 33 + 181 / 365),  # 31 December 2024 to 30 June 2025: 181 days
        (date(1991, 1, 1), date(2025, 6, 30), 34 + 180 / 365),
        (date(2024, 2, 29), date(2025, 3, 1), 1.0),
        (date(2025, 6, 30), date(2025, 6, 30), 0.0),
    ],
)
def test_years_are_counted_by_the_calendar(start: date, end: date, years: float) -> None:
    assert years_between(start, end) == pytest.approx(years, abs=1e-12)


def test_the_day_before_an_anniversary_is_less_than_the_years() -> None:
    assert (
        years_between(date(2010, 7, 1), date(2025, 6, 30)) < 15 <= years_between(date(2010, 6, 30), date(2025, 6, 30))
    )


def test_a_year_is_a_range_and_a_day_is_not(pack: Pack) -> None:
    quantity = pack.quantities["park"]["established_on"]
    assert read_value("1997-08-08", quantity) == (date(1997, 8, 8),)
    values = read_value("2016-11", quantity)
    assert len(values) == len(CORNERS)
    assert set(values) == {date(2016, 11, 1), date(2016, 11, 30)}


@pytest.mark.parametrize(
    ("kind", "name", "text", "number"),
    [
        ("park", "gross_area_ha", "about 75", "QD892"),
        ("park", "gross_area_ha", "nan", "QD892"),
        ("park", "is_expansion", "maybe", "QD892"),
        ("park", "established_on", "15/9/2026", "QD892"),
        ("park", "established_on", "2026-02-30", "QD892"),
        ("park", "kind", "khu", "QD893"),
    ],
)
def test_what_is_no_value_is_refused(pack: Pack, kind: str, name: str, text: str, number: str) -> None:
    with pytest.raises(NoValue) as caught:
        read_value(text, pack.quantities[kind][name])
    assert caught.value.number == number


@pytest.mark.parametrize(("text", "value"), [("có", True), ("không", False), ("yes", True), ("no", False)])
def test_yes_and_no_in_both_languages(pack: Pack, text: str, value: bool) -> None:
    assert read_value(text, pack.quantities["park"]["is_expansion"]) == (value,)


@pytest.mark.parametrize("basis", [Basis.ESTIMATED, Basis.ASSUMED])
def test_a_default_is_no_knowledge(basis: Basis) -> None:
    group = Group("park", {"a": ("A", "A")}, "parks?#park_id")
    group.put_input("a", "gross_area_ha", cell(90.0, basis))
    assert group.facts == {}
    group.put_input("a", "gross_area_ha", cell(80.0, Basis.DERIVED))
    group.put_input("a", "gross_area_ha", cell(None))
    assert group.facts["gross_area_ha"]["a"].values == (80.0,)


def test_corners_differ_only_where_a_date_is_a_range() -> None:
    group = Group("park", {"a": ("A", "A"), "b": ("B", "B")}, "parks?#park_id")
    types = {"established_on": "date", "gross_area_ha": "number", "kind": "text"}
    group.put_input("a", "gross_area_ha", cell(75.0))
    (one,) = group.corners(types)
    assert one["gross_area_ha"].tolist()[0] == 75.0
    assert np.isnan(one["gross_area_ha"].tolist()[1])
    period = partial_date("1991")
    fact = Fact(tuple(end_of(period, corner[0]) for corner in CORNERS), cell(1991))
    group.put("b", "established_on", fact)
    corners = group.corners(types)
    assert [frame["established_on"].tolist()[1] for frame in corners] == [date(1991, 1, 1), date(1991, 12, 31)]
    assert group.unsure("b", ["established_on", "gross_area_ha"]) == ["established_on"]
    assert group.unsure("a", ["established_on", "gross_area_ha"]) == []


def test_quantities_that_the_pack_does_not_have_are_left_out() -> None:
    group = Group("park", {"a": ("A", "A")}, "parks?#park_id")
    group.put_input("a", "colour", cell("red"))
    (one,) = group.corners({"gross_area_ha": "number"})
    assert list(one.columns) == []
    assert isinstance(one, pd.DataFrame)
    assert len(one) == 1
