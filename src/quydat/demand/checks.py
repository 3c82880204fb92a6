"""Checks of the tables that demand alone reads, beyond what the dictionary can tell."""

from collections.abc import Callable
from dataclasses import replace

from quydat.core.problem import Place, Problem
from quydat.demand.place_checks import check_places
from quydat.demand.sector_checks import check_sectors
from quydat.demand.series_read import read_series
from quydat.inventory.evidence import Record

PlaceOf = Callable[[str], Place]


def check_demand(record: Record, *, place: PlaceOf) -> list[Problem]:
    """All that is wrong with series, sector groups and places."""
    found = _series(record, place)
    if "sector" in record:
        at = place("sector")
        found += [
            replace(one, place=replace(at, row=one.place.row, column=one.place.column)) for one in check_sectors(record)
        ]
    if "place" in record and "park" in record:
        found += check_places(record, place=place("place"), park=place("park"))
    return found


def _series(record: Record, place: PlaceOf) -> list[Problem]:
    if "series" not in record:
        return []
    _, found = read_series(record["series"], place=place("series"))
    return found
