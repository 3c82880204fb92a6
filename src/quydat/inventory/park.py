"""The land of each park by state: each hectare in exactly one."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger, moved
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import Names, Row, TableWriter
from quydat.inventory.evidence import Evidence, Parameters, parameter_id

INDUSTRIAL_KINDS = ("industrial_park", "export_processing_zone")
"""Kinds that the park authority counts, and to which its shares and means apply."""

PIPELINE_STATES = ("under_construction", "planned")
"""States of a park that is promised but whose land is not ready."""

_IDENTITY = ("park_id", "name_vi", "name_en", "kind", "district", "state")
_COPIED = ("gross_area_ha", "lease_expiry_year", "longitude", "latitude", "position_error_km")


def park_table(evidence: Evidence, *, parameters: Parameters, ledger: Ledger) -> pd.DataFrame:
    """The table ``parks``: every park of the record, in its order, with a figure for every number.

    Raises
    ------
    Problems
        QD504 if no operating park has an area; QD507 if published occupancies contradict their published mean.
    """
    writer = TableWriter("parks", ledger=ledger)
    for park in evidence.record["park"].to_dict("records"):
        row = writer.open((park["name_vi"], park["name_en"]), **{name: park[name] for name in _IDENTITY})
        for attribute in _COPIED:
            row.derive(attribute, "given", [_cell(evidence, row, attribute)])
        _lettable(row, evidence, ledger)
    _occupancy(writer.rows, evidence, parameters, ledger)
    for row in writer.rows:
        _states(row)
    return writer.frame()


def is_industrial(kind: Any) -> bool:
    """Whether the park authority's shares and means apply to parks of a kind."""
    return kind in INDUSTRIAL_KINDS


def _cell(evidence: Evidence, row: Row, attribute: str) -> Input:
    return evidence.cell("park", str(row["park_id"]), attribute)


def _lettable(row: Row, evidence: Evidence, ledger: Ledger) -> None:
    """Published lettable area; where there is none, gross × the share of the parks of which it is known."""
    if row["state"] == "removed":
        return
    attribute = "lettable_area_ha" if row["state"] == "operating" else "future_lettable_ha"
    published = _cell(evidence, row, "lettable_area_ha")
    if published.value is not None or not is_industrial(row["kind"]):
        row.derive(attribute, "given", [published])
    else:
        row.derive(
            attribute,
            "product",
            [row.ref("gross_area_ha"), ledger.input(parameter_id("inventory.lettable_share"))],
            formula=("diện tích tự nhiên × tỷ lệ đất cho thuê", "gross area × lettable share of gross"),
            at_most=Basis.ESTIMATED,
        )
    if row["state"] == "operating" and row[attribute] is not None:
        row.values["lettable_basis"] = row.ref(attribute).basis.value


def _occupancy(rows: Sequence[Row], evidence: Evidence, parameters: Parameters, ledger: Ledger) -> None:
    """Published occupancy; for the parks of which there is none, the rate at which all have the published mean."""
    operating = [row for row in rows if row["state"] == "operating"]
    counted = [row for row in operating if is_industrial(row["kind"]) and row["lettable_area_ha"]]
    if not counted:
        raise_if([problem("QD504")])
    for row in operating:
        published = _cell(evidence, row, "occupancy_share")
        if published.value is not None or row not in counted:
            row.derive("occupancy_share", "given", [published])
    rest = [row for row in counted if "occupancy_share" not in row]
    if rest:
        implied = _implied_share(counted, rest, parameters, ledger)
        for row in rest:
            row.derive("occupancy_share", "given", [implied], at_most=Basis.ESTIMATED)
    for row in operating:
        if row["occupancy_share"] is not None:
            row.values["occupancy_basis"] = row.ref("occupancy_share").basis.value


def _implied_share(counted: Sequence[Row], rest: Sequence[Row], parameters: Parameters, ledger: Ledger) -> Input:
    def step(name: str, operation: Any, inputs: Sequence[Input], label: Names, unit: str = "ha") -> Input:
        return ledger.derive(f"inventory.{name}", operation, inputs, unit=unit, label=label, at_most=Basis.ESTIMATED)

    known = [row for row in counted if row not in rest]
    lettable = step(
        "lettable_ha",
        "linear",
        [row.ref("lettable_area_ha") for row in counted],
        ("Đất cho thuê của các khu đang hoạt động", "Lettable area of the operating parks"),
    )
    let = step(
        "let_by_mean_ha",
        "product",
        [lettable, ledger.input(parameter_id("inventory.mean_occupancy_share"))],
        (
            "Đã cho thuê theo lấp đầy bình quân: đất cho thuê × bình quân",
            "Let by the mean: lettable area × mean occupancy",
        ),
    )
    let_known = [
        step(
            f"let_known_ha.{row['park_id']}",
            "product",
            [row.ref("lettable_area_ha"), row.ref("occupancy_share")],
            (f"Đã cho thuê: {row['name_vi']}", f"Let: {row['name_en']}"),
        )
        for row in known
    ]
    let_rest = step(
        "let_rest_ha",
        "linear",
        [let, *(moved(item, -1.0) for item in let_known)],
        (
            "Đã cho thuê ở các khu chưa rõ: theo bình quân − các khu đã biết",
            "Let in the parks of unknown occupancy: by the mean − the parks that are known",
        ),
    )
    lettable_rest = step(
        "lettable_rest_ha",
        "linear",
        [row.ref("lettable_area_ha") for row in rest],
        ("Đất cho thuê của các khu chưa rõ lấp đầy", "Lettable area of the parks of unknown occupancy"),
    )
    share = step(
        "rest_occupancy_share",
        "product",
        [let_rest, moved(lettable_rest, -1.0)],
        (
            "Lấp đầy của các khu chưa rõ: đã cho thuê ÷ đất cho thuê",
            "Occupancy of the parks in which it is unknown: let ÷ lettable",
        ),
        unit="share",
    )
    if not isinstance(share.value, float) or not 0 <= share.value <= 1:
        mean = f"{parameters.value('inventory.mean_occupancy_share'):.3f}"
        raise_if([problem("QD507", mean=mean, implied=_shown(share.value))])
    return share


def _shown(share: object) -> str:
    return f"{share:.3f}" if isinstance(share, float) else "?"


def _states(row: Row) -> None:
    """Let, vacant and not lettable of an operating park; not cleared of one that is to come."""
    if row["state"] == "operating":
        row.derive("let_ha", "product", [row.ref("lettable_area_ha"), row.ref("occupancy_share")])
        row.derive("vacant_ha", "linear", [row.ref("lettable_area_ha"), row.ref("let_ha", factor=-1.0)])
        row.derive("not_lettable_ha", "linear", [row.ref("gross_area_ha"), row.ref("lettable_area_ha", factor=-1.0)])
    elif row["state"] != "removed":
        row.derive("not_cleared_ha", "given", [row.ref("gross_area_ha")])
