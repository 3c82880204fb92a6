"""Checks of the parks and the claims that join several columns or tables; each lists the rows and the repair."""

from collections.abc import Callable, Iterator

import pandas as pd

from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW, keys_of, read_cell
from quydat.dictionary.schema import tables
from quydat.inventory.evidence import Record

PlaceOf = Callable[[str], Place]
"""Where a table comes from, by its name."""

Extent = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


def check_inventory(record: Record, *, place: PlaceOf, extent: Extent) -> list[Problem]:
    """All that is wrong with parks and claims beyond what the dictionary alone can tell."""
    return [
        *_pairs(record["park"], place("park")),
        *_outside(record["park"], place("park"), extent),
        *_claims(record, place("claim")),
    ]


def _rows(table: pd.DataFrame) -> Iterator[tuple[int, dict[str, object]]]:
    for number, row in enumerate(table.to_dict("records"), start=FIRST_ROW):
        yield number, {str(name): plain(value) for name, value in row.items()}


def _above(larger: object, smaller: object) -> bool:
    return isinstance(larger, int | float) and isinstance(smaller, int | float) and larger > smaller


def _pairs(parks: pd.DataFrame, place: Place) -> Iterator[Problem]:
    """Values of one row that contradict each other."""
    for number, row in _rows(parks):

        def at(column: str, number: int = number) -> Place:
            return Place(place.file, place.sheet, number, column)

        gross, lettable, vacant = (row[f"{name}_area_ha"] for name in ("gross", "lettable", "vacant"))
        if _above(lettable, gross):
            yield problem("QD221", at("lettable_area_ha"), park=row["park_id"], lettable=lettable, gross=gross)
        limit = gross if lettable is None else lettable
        if _above(vacant, limit):
            yield problem("QD222", at("vacant_area_ha"), park=row["park_id"], vacant=vacant, lettable=limit)
        established, expiry = row["year_established"], row["lease_expiry_year"]
        if _above(established, expiry):
            yield problem("QD227", at("lease_expiry_year"), park=row["park_id"], expiry=expiry, established=established)


def _outside(parks: pd.DataFrame, place: Place, extent: Extent) -> Iterator[Problem]:
    west, south, east, north = extent
    for number, row in _rows(parks):
        lon, lat = row["longitude"], row["latitude"]
        if isinstance(lon, float) and isinstance(lat, float) and not (west <= lon <= east and south <= lat <= north):
            at = Place(place.file, place.sheet, number, "longitude")
            yield problem("QD228", at, park=row["park_id"], longitude=lon, latitude=lat)


def _claims(record: Record, place: Place) -> Iterator[Problem]:
    """A chosen claim says what its cell holds; a cell has at most one; every claim speaks of a cell that exists."""
    chosen: dict[str, list[tuple[str, Place]]] = {}
    keys_by_table = {
        name: {key: i for i, key in enumerate(keys_of(rows, tables()[name]))} for name, rows in record.items()
    }
    for number, claim in _rows(record["claim"]):
        table, row_id, attribute = (str(claim[name]) for name in ("table", "row_id", "attribute"))
        cell, at = f"{table}/{row_id}/{attribute}", Place(place.file, place.sheet, number, "attribute")
        keys = keys_by_table.get(table, {})
        if table not in tables() or attribute not in tables()[table] or row_id not in keys:
            yield problem("QD225", at, claim=claim["claim_id"], cell=cell)
            continue
        if claim["use"] != "chosen":
            continue
        chosen.setdefault(cell, []).append((str(claim["claim_id"]), Place(place.file, place.sheet, number, "use")))
        held = plain(record[table][attribute].iloc[keys[row_id]])
        if not _same(held, str(claim["value"]), table, attribute):
            shown = "" if held is None else held
            yield problem("QD223", at, cell=cell, value=shown, claim=claim["claim_id"], claimed=claim["value"])
    for cell, claims in chosen.items():
        if len(claims) > 1:
            yield problem("QD224", claims[1][1], cell=cell, claims=", ".join(name for name, _ in claims))


def _same(held: object, claimed: str, table: str, attribute: str) -> bool:
    read, problems = read_cell(claimed, tables()[table][attribute])
    return not problems and plain(read) == held
