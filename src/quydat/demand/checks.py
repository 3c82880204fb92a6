"""Checks of the tables that demand alone reads, beyond what the dictionary can tell."""

from collections.abc import Callable

from quydat.core.problem import Place, Problem
from quydat.demand.series_read import read_series
from quydat.inventory.evidence import Record

PlaceOf = Callable[[str], Place]


def check_demand(record: Record, *, place: PlaceOf) -> list[Problem]:
    """All that is wrong with the series."""
    return [*_series(record, place)]


def _series(record: Record, place: PlaceOf) -> list[Problem]:
    if "series" not in record:
        return []
    _, found = read_series(record["series"], place=place("series"))
    return found
