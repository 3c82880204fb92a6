"""Published lists of parks: added up, joined without counting a park twice, and reconciled with what was printed."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from quydat.core.absence import Coverage, covered_sum
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, moved
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import TableWriter, figure_id
from quydat.inventory.evidence import Evidence, Record


@dataclass(frozen=True)
class ParkSet:
    """Parks of one list or of several joined: rows of the table ``park``, zones as the authority counts, area."""

    park_ids: tuple[str, ...]
    zones: int
    gross_area_ha: float | None


def members(record: Record, list_id: str) -> list[str]:
    """Parks on a list, in the order of the record.

    Raises
    ------
    Problems
        QD506 if there is no such list.
    """
    known = list(record["plan_list"]["list_id"])
    if list_id not in known:
        raise_if([problem("QD506", list=list_id, known=", ".join(known))])
    rows = record["plan_list_member"]
    return list(rows.loc[rows["list_id"] == list_id, "park_id"])


def union(record: Record, list_ids: Iterable[str]) -> ParkSet:
    """Join lists; a park on two of them counts once."""
    ids = list(dict.fromkeys(park for one in list_ids for park in members(record, one)))
    return _set_of(record, ids)


def add(record: Record, list_ids: Iterable[str]) -> ParkSet:
    """Add lists up, which is right only where no park is on two of them.

    Raises
    ------
    Problems
        QD226 if a park is on two of the lists: names them, their area, and the union to use instead.
    """
    list_ids = list(list_ids)
    counted = pd.Series([park for one in list_ids for park in members(record, one)], dtype="str").value_counts()
    whole = union(record, list_ids)
    twice = [park for park in whole.park_ids if counted[park] > 1]
    if twice:
        both = _set_of(record, twice)
        raise_if(
            [
                problem(
                    "QD226",
                    lists=" + ".join(list_ids),
                    count=len(twice),
                    area="?" if both.gross_area_ha is None else f"{both.gross_area_ha:g}",
                    parks=", ".join(twice),
                    union_count=whole.zones,
                    union_area="?" if whole.gross_area_ha is None else f"{whole.gross_area_ha:.2f}",
                )
            ]
        )
    return whole


def _set_of(record: Record, park_ids: list[str]) -> ParkSet:
    parks = record["park"].set_index("park_id").loc[park_ids]
    area, _ = covered_sum(parks["gross_area_ha"])
    return ParkSet(tuple(park_ids), int(parks["zone_group"].nunique()), area)


def list_totals(evidence: Evidence, *, ledger: Ledger) -> pd.DataFrame:
    """The table ``list_totals``: each published list added up from the parks, against the total it printed."""
    record = evidence.record
    writer = TableWriter("list_totals", ledger=ledger)
    for one in record["plan_list"].to_dict("records"):
        list_id = str(one["list_id"])
        row = writer.open(
            (one["name_vi"], one["name_en"]), list_id=list_id, name_vi=one["name_vi"], name_en=one["name_en"]
        )
        parks = _set_of(record, members(record, list_id))
        areas = [ledger.input(figure_id("parks", [park], "gross_area_ha")) for park in parks.park_ids]
        known = [item for item in areas if item.value is not None]
        unknown = [item for item in areas if item.value is None]
        itself = [evidence.cell("plan_list", list_id, "list_id")]
        row.count("rows", areas, among=itself)
        row.put("zones", parks.zones, "rule", _groups(evidence, parks.park_ids) or itself)
        row.derive("published_count", "given", [evidence.cell("plan_list", list_id, "published_count")])
        if areas:
            row.derive("gross_area_ha", "linear", known or unknown, coverage=Coverage(len(known), len(areas)))
        row.count("area_known", known, among=areas or itself)
        row.derive("published_area_ha", "given", [evidence.cell("plan_list", list_id, "published_area_ha")])
        if areas:
            # A sum that leaves parks out is no total to compare with: their unknown areas make the difference unknown
            both = [row.ref("gross_area_ha"), moved(row.ref("published_area_ha"), -1.0)]
            row.derive("difference_ha", "linear", [*both, *unknown])
    return writer.frame()


def _groups(evidence: Evidence, park_ids: Iterable[str]) -> list[Input]:
    return [evidence.cell("park", park, "zone_group") for park in park_ids]
