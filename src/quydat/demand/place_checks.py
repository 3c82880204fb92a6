"""Checks of the table ``place`` that join several columns or tables."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from quydat.core.problem import Place, Problem, Problems, problem
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.places import park_places

_PLACE, _PARK = Place("place"), Place("park")


def check_places(record: Mapping[str, pd.DataFrame], *, place: Place = _PLACE, park: Place = _PARK) -> list[Problem]:
    """All that is wrong with the places of a record: QD760 and QD761 of the parks, and ``place_problems``.

    ``place`` and ``park`` say where these tables come from. A park of unknown district is not told again: its cell is
    required.
    """
    parks, places = record["park"], record["place"]
    found = [
        replace(one, place=replace(place, row=one.place.row, column=one.place.column)) for one in place_problems(places)
    ]
    try:
        park_places(parks[parks["district"].notna()], places, city="")
    except Problems as refused:
        row_of = {
            "QD760": (park, "district", _rows(parks["park_id"]), "park"),
            "QD761": (place, "districts", _rows(places["place_id"]), "second"),
        }
        for one in refused.found:
            where, column, rows, fact = row_of[one.number]
            found.append(replace(one, place=replace(where, row=rows[one.facts[fact]], column=column)))
    return found


def _rows(ids: pd.Series) -> dict[str, int]:
    return {str(one): number for number, one in enumerate(ids, start=FIRST_ROW)}


def place_problems(places: pd.DataFrame, *, file: str = "place") -> list[Problem]:
    """What is wrong with the rows alone: half a position (QD763), a rent of 0 (QD764: unknown is left empty).

    >>> rows = pd.DataFrame({"place_id": ["a"], "longitude": [106.7], "latitude": [None], "rent_usd_per_m2": [0.0]})
    >>> [one.number for one in place_problems(rows)]
    ['QD763', 'QD764']
    """
    found = []
    for number, row in enumerate(places.to_dict("records"), start=FIRST_ROW):
        if pd.isna(row["longitude"]) != pd.isna(row["latitude"]):
            found.append(problem("QD763", Place(file, row=number, column="longitude"), name=row["place_id"]))
        if row["rent_usd_per_m2"] == 0:
            found.append(problem("QD764", Place(file, row=number, column="rent_usd_per_m2"), name=row["place_id"]))
    return found
