"""Floor space as figures: each number of the tables with the rows that it was made from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis, weakest
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.selection import UNKNOWN, Selection
from quydat.dictionary.cells import Names, Row, TableWriter, plain
from quydat.dictionary.schema import choices, tables
from quydat.inventory.floor_space import COLUMN_OF, STANDALONE

FLOOR_TABLES = ("establishment", "floor_space", "floor_cell", "survey_quality")
"""Result tables of the step."""

STANDING = "|".join(("operating", "suspended", "under_construction", UNKNOWN))
"""States of establishments that count; closed and moved ones stand in the dimension of states only."""

_SUMMED = ("measured_m2", "declared_m2", "estimated_m2", "site_area_m2", "workers")
_COUNTED = ("establishments", "floor_known", "site_known")
_RATIOS = ("plot_ratio", "floor_per_worker_m2")
_GRADES = ("establishments", "correct", "complete", "clean", "live", "all_four", "waiting")
_ESTIMATES = ("estimated_total_m2", "standard_error_m2", "low_m2", "high_m2")
_BY_ROWS: Names = ("cộng trên các cơ sở của nhóm", "over the establishments of the group")
_BY_DESIGN: Names = (
    "tổng ước lượng theo tỷ số phân tầng: sàn trên lao động trong từng tầng (ngành × quy mô) × lao động của cả tầng",
    "stratified ratio estimate: floor per worker in each stratum (section × size) × workers of the whole stratum",
)


def write_floor_space(
    rows: pd.DataFrame, establishments: pd.DataFrame, *, names: Mapping[str, Mapping[str, Names]], ledger: Ledger
) -> pd.DataFrame:
    """Write the table ``floor_space`` with the trace of every number.

    Parameters
    ----------
    rows
        The table as ``tabulate_floor`` and ``estimate_floor`` give it.
    establishments
        What it was made from; says on what basis the numbers rest.
    names
        Names of groups that the dictionary does not know (units, parks, sections), by dimension.
    """
    writer = TableWriter("floor_space", ledger=ledger)
    basis = weakest_basis(establishments)
    for values in rows.to_dict("records"):
        dimension, group = str(values["dimension"]), str(values["group"])
        name = group_name(dimension, group, names)
        row = writer.open(name, dimension=dimension, group=group, name_vi=name[0], name_en=name[1])
        row.values["basis"] = basis.value
        _write(row, {str(k): plain(v) for k, v in values.items()}, _where(dimension, group), basis)
    return writer.frame()


def write_quality(
    rows: pd.DataFrame, establishments: pd.DataFrame, *, names: Mapping[str, Names], ledger: Ledger
) -> pd.DataFrame:
    """Write the table ``survey_quality`` with the trace of every number.

    Parameters
    ----------
    rows
        The table as ``quality_by_unit`` gives it.
    names
        Names of units.
    """
    writer = TableWriter("survey_quality", ledger=ledger)
    basis = weakest_basis(establishments)
    for values in rows.to_dict("records"):
        unit = str(values["unit_id"])
        name = choices("floor_dimension")["total"] if unit == "total" else group_name("unit", unit, {"unit": names})
        row = writer.open(name, unit_id=unit, name_vi=name[0], name_en=name[1])
        row.values["basis"] = basis.value
        where = {"operating_state": STANDING} if unit == "total" else {"unit_id": unit, "operating_state": STANDING}
        for attribute in _GRADES:
            at = "establishment_id" if attribute in ("establishments", "all_four") else attribute
            chosen = Selection("establishment", where, at)
            if attribute == "waiting":
                if unit != "total":
                    continue  # rows that wait are in no unit yet
                chosen = Selection("quarantine", {"state": "waiting"}, "quarantine_id")
            row.derive(attribute, "tabulated", [Input("rows", chosen.ref, plain(values[attribute]), "count", basis)])
    return writer.frame()


def group_name(dimension: str, group: str, names: Mapping[str, Mapping[str, Names]]) -> Names:
    """A group as people read it."""
    if dimension == "total":
        return choices("floor_dimension")["total"]
    if group == UNKNOWN:
        return choices("place_kind")["unknown"]
    if dimension == "park" and group == STANDALONE:
        return choices("place_kind")["standalone"]
    listed = tables()["establishment"][COLUMN_OF[dimension]].choices
    if listed:
        return choices(listed)[group]
    return names.get(dimension, {}).get(group, (group, group))


def _where(dimension: str, group: str) -> dict[str, str]:
    if dimension == "total":
        return {"operating_state": STANDING}
    if dimension == "state":
        return {"operating_state": group}
    if dimension == "park" and group in (STANDALONE, UNKNOWN):
        return {"place_kind": group, "operating_state": STANDING}
    return {COLUMN_OF[dimension]: group, "operating_state": STANDING}


def weakest_basis(establishments: pd.DataFrame) -> Basis:
    """What numbers made from all establishments rest on."""
    found = [Basis(one) for one in establishments["basis"].unique()]
    return weakest(found) if found else Basis.DERIVED


def _write(row: Row, values: Mapping[str, Any], where: Mapping[str, str], basis: Basis) -> None:
    table = tables()["floor_space"]

    def over_rows(attribute: str, at: str) -> list[Input]:
        unit = table[attribute].unit
        return [Input("rows", Selection("establishment", where, at).ref, values[attribute], unit, basis)]

    for attribute in _COUNTED:
        row.derive(attribute, "tabulated", over_rows(attribute, "establishment_id"), formula=_BY_ROWS)
    floor = Coverage(int(values["floor_known"]), int(values["establishments"]))
    site = Coverage(int(values["site_known"]), int(values["establishments"]))
    coverages = {"site_area_m2": site, "workers": None, "plot_ratio": None, "floor_per_worker_m2": None}
    for attribute in _SUMMED:
        at = "gross_floor_area_m2" if attribute.split("_")[0] in ("measured", "declared", "estimated") else attribute
        weak = Basis.ESTIMATED if attribute == "estimated_m2" else Basis.PUBLISHED
        covered = coverages.get(attribute, floor)
        row.derive(
            attribute, "tabulated", over_rows(attribute, at), formula=_BY_ROWS, coverage=covered, at_most=weak
        )  # fmt: skip
    if values["gross_floor_area_m2"] is None:
        row.derive(
            "gross_floor_area_m2", "tabulated", over_rows("gross_floor_area_m2", "gross_floor_area_m2"), coverage=floor
        )
    else:
        parts = [row.ref(name) for name in _SUMMED[:3]]
        row.derive("gross_floor_area_m2", "linear", [p for p in parts if p.value is not None], coverage=floor)
    for attribute in _RATIOS:
        row.derive(attribute, "tabulated", over_rows(attribute, "gross_floor_area_m2"), coverage=coverages[attribute])
    for attribute in _ESTIMATES:
        if values[attribute] is not None:
            whole = Selection("establishment", where, "gross_floor_area_m2").ref
            inputs = [Input("rows", whole, values[attribute], table[attribute].unit, basis)]
            row.derive(attribute, "tabulated", inputs, formula=_BY_DESIGN, coverage=floor, at_most=Basis.ESTIMATED)
