"""What is wrong with the table of places."""

from typing import Any

import pandas as pd

from quydat.core.problem import Place
from quydat.demand.place_checks import check_places


def test_the_case_is_in_order(hcmc_record: dict[str, Any]) -> None:
    assert check_places(hcmc_record) == []


def test_all_at_once(hcmc_record: dict[str, Any]) -> None:
    places = hcmc_record["place"].copy()
    at = places.set_index("place_id").index.get_loc
    places.loc[at("cu-chi"), "latitude"] = None
    places.loc[at("binh-tan"), "rent_usd_per_m2"] = 0.0
    places.loc[at("nha-be"), "districts"] = "Nhà Bè|Quận 7"
    found = check_places({**hcmc_record, "place": places[places["place_id"] != "hoc-mon"]})
    assert {one.number for one in found} == {"QD760", "QD761", "QD763", "QD764"}
    half = next(one for one in found if one.number == "QD763")
    assert (half.place.file, half.place.row, half.place.column) == ("place", 2, "longitude")
    twice = next(one for one in found if one.number == "QD761")
    row = places["place_id"].tolist().index("nha-be") + 1  # hoc-mon stood before it, and the heading counts
    assert (twice.place.row, twice.place.column) == (row, "districts")


def test_a_park_in_no_place_is_told_at_its_row(hcmc_record: dict[str, Any]) -> None:
    parks = hcmc_record["park"].copy()
    parks.loc[4, "district"] = "Quận 99"
    where = {"place": Place("a.xlsx", "place"), "park": Place("a.xlsx", "park")}
    (found,) = check_places({**hcmc_record, "park": parks}, **where)
    assert (found.number, found.place) == ("QD760", Place("a.xlsx", "park", 6, "district"))


def test_an_unknown_district_is_not_blamed_twice(hcmc_record: dict[str, Any]) -> None:
    """The dictionary has told of the cell; that it lies in no place is only an echo."""
    assert check_places({**hcmc_record, "park": hcmc_record["park"].assign(district=pd.NA)}) == []


def test_no_places_are_in_order(hcmc_record: dict[str, Any]) -> None:
    assert check_places({**hcmc_record, "place": hcmc_record["place"].iloc[:0]}) == []


def test_unknown_rent_is_no_problem(hcmc_record: dict[str, Any]) -> None:
    unknown = hcmc_record["place"].assign(rent_usd_per_m2=pd.Series(float("nan"), hcmc_record["place"].index))
    assert check_places({**hcmc_record, "place": unknown}) == []
