"""Checks of the table ``place`` that join several columns or tables."""

from collections.abc import Mapping

import pandas as pd

from quydat.core.problem import Place, Problem, Problems, problem
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.places import park_places


def check_places(record: Mapping[str, pd.DataFrame], *, file: str = "place") -> list[Problem]:
    """All that is wrong with the places of a record: QD760 and QD761 of the parks, and ``place_problems``."""
    found = place_problems(record["place"], file=file)
    try:
        park_places(record["park"], record["place"], city="")
    except Problems as refused:
        found += refused.found
    return found


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
