"""Parks added up by state, with coverage, and the headline figures of the land today."""

from collections.abc import Sequence

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Input, Operation
from quydat.core.ledger import Ledger
from quydat.core.problem import problem, raise_if
from quydat.dictionary.cells import Names, Row, TableWriter, figure_id
from quydat.dictionary.schema import choices, tables
from quydat.inventory.evidence import parameter_id
from quydat.inventory.park import INDUSTRIAL_KINDS, PIPELINE_STATES

_SUM_OF = {
    "operating": ("gross_area_ha", "lettable_area_ha", "let_ha", "vacant_ha", "not_lettable_ha"),
    "under_construction": ("gross_area_ha", "not_cleared_ha"),
    "planned": ("gross_area_ha", "not_cleared_ha"),
    "proposed": ("gross_area_ha", "not_cleared_ha"),
    "removed": ("gross_area_ha",),
}


def industrial(parks: pd.DataFrame) -> pd.DataFrame:
    """Parks that the park authority counts (no high-tech parks, no clusters)."""
    return parks[parks["kind"].isin(INDUSTRIAL_KINDS)]


def pipeline(parks: pd.DataFrame) -> pd.DataFrame:
    """Industrial parks that are promised but whose land is not ready."""
    counted = industrial(parks)
    return counted[counted["state"].isin(PIPELINE_STATES)]


def refs(ledger: Ledger, parks: pd.DataFrame, attribute: str) -> tuple[list[Input], Coverage]:
    """The known cells of one attribute as inputs of a sum, and how many of how many they are.

    Where none is known, one unknown cell stands in, so that the sum is unknown and not 0.
    """
    known = parks[parks[attribute].notna()]
    coverage = Coverage(len(known), len(parks))
    shown = known if len(known) else parks.head(1)
    return [ledger.input(figure_id("parks", [one], attribute)) for one in shown["park_id"]], coverage


def land_by_state(parks: pd.DataFrame, *, ledger: Ledger) -> pd.DataFrame:
    """The table ``land_by_state``: one row for each state that occurs."""
    writer = TableWriter("land_by_state", ledger=ledger)
    for state, labels in choices("park_state").items():
        of_state = parks[parks["state"] == state]
        if of_state.empty:
            continue
        row = writer.open(labels, state=state)
        row.derive("parks", "count", _cells(ledger, of_state, "gross_area_ha"))
        for attribute in _SUM_OF[state]:
            inputs, coverage = refs(ledger, of_state, attribute)
            row.derive(attribute, "linear", inputs, coverage=coverage)
        _count(row, ledger, of_state, of_state["gross_area_ha"].notna(), "gross_area_ha", "gross_area_known")
        _published(row, ledger, of_state)
    return writer.frame()


def _cells(ledger: Ledger, parks: pd.DataFrame, attribute: str) -> list[Input]:
    """One attribute of each park, known or not; of the gross area where the park has no such cell."""
    ids = {one: figure_id("parks", [one], attribute) for one in parks["park_id"]}
    return [ledger.input(ids[one] if ids[one] in ledger else figure_id("parks", [one], "gross_area_ha")) for one in ids]


def _count(row: Row, ledger: Ledger, parks: pd.DataFrame, which: "pd.Series[bool]", of: str, attribute: str) -> None:
    row.count(attribute, _cells(ledger, parks[which], of), among=_cells(ledger, parks, of))


def _published(row: Row, ledger: Ledger, parks: pd.DataFrame) -> None:
    """How much of it a source says, and the vacant land that is ready: known for the city as a whole."""
    strong = ("published", "surveyed")
    said = parks["lettable_basis"].isin(strong)
    lettable = parks[said]
    _count(row, ledger, parks, said, "lettable_area_ha", "lettable_area_known")
    _count(row, ledger, parks, parks["occupancy_basis"].isin(strong), "occupancy_share", "occupancy_known")
    if row["state"] != "operating":
        return
    if len(lettable):
        inputs, _ = refs(ledger, lettable, "lettable_area_ha")
        row.derive("lettable_published_ha", "linear", inputs, coverage=Coverage(len(lettable), len(parks)))
    row.derive("vacant_ready_ha", "given", [ledger.input(parameter_id("inventory.vacant_ready_ha"))])
    blocked = [row.ref("vacant_ha"), row.ref("vacant_ready_ha", factor=-1.0)]
    row.derive("vacant_blocked_ha", "linear", blocked, coverage=Coverage(int(parks["vacant_ha"].count()), len(parks)))


_SUMS: tuple[tuple[str, str, str, Names], ...] = (
    ("gross", "operating", "gross_area_ha", ("Diện tích các khu đang hoạt động", "Gross area of operating parks")),
    ("lettable", "operating", "lettable_area_ha", ("Đất công nghiệp cho thuê", "Lettable industrial land")),
    ("let", "operating", "let_ha", ("Đất đã cho thuê", "Land let")),
    ("vacant", "operating", "vacant_ha", ("Đất cho thuê còn trống", "Lettable land vacant")),
    ("not_lettable", "operating", "not_lettable_ha", ("Đường, cây xanh, hạ tầng", "Roads, green, utilities")),
    ("not_cleared", "pipeline", "not_cleared_ha", ("Đất chưa giải phóng, khu sẽ có", "Uncleared land, parks to come")),
    ("future_lettable", "pipeline", "future_lettable_ha", ("Đất cho thuê khi khu xong", "Lettable land when done")),
)  # fmt: skip


_NO_PARK = [Input("row", "park", 0.0, "ha", Basis.DERIVED, source="no park of these states is on record")]
"""What a sum over no parks rests on: a known 0."""


_AS_SAID: Names = ("như nguồn nói cho cả thành phố", "as a source says it for the whole city")


def headlines(parks: pd.DataFrame, *, ledger: Ledger) -> None:
    """Write the headline figures of the land today, over the parks that the authority counts.

    Raises
    ------
    Problems
        QD508 if more land is said to be vacant and ready than is vacant at all.
    """
    counted = industrial(parks)
    groups = {"operating": counted[counted["state"] == "operating"], "pipeline": pipeline(parks)}
    for name, group, attribute, label in _SUMS:
        inputs, coverage = refs(ledger, groups[group], attribute) if len(groups[group]) else (_NO_PARK, Coverage(0, 0))
        defined = tables()["parks"][attribute]
        definition = (defined.definition_vi, defined.definition_en)
        formula = ("tổng các khu đã biết", "sum over the parks that are known")
        ledger.derive(
            f"land.{name}", "linear", inputs, unit="ha", label=label, definition=definition, formula=formula,
            coverage=coverage,
        )  # fmt: skip
    let = ledger["land.let"].coverage

    def derive(
        name: str,
        operation: Operation,
        inputs: Sequence[Input],
        label: Names,
        formula: Names,
        unit: str = "ha",
        coverage: Coverage | None = None,
    ) -> None:
        ledger.derive(f"land.{name}", operation, inputs, unit=unit, label=label, formula=formula, coverage=coverage)

    ready = ledger.input(parameter_id("inventory.vacant_ready_ha"))
    derive("vacant_ready", "given", [ready], ("Đất trống và sẵn sàng", "Vacant and ready land"), _AS_SAID)
    blocked = [ledger.input("land.vacant"), ledger.input("land.vacant_ready", factor=-1.0)]
    derive(
        "vacant_blocked",
        "linear",
        blocked,
        ("Đất trống nhưng vướng", "Vacant but blocked land"),
        ("còn trống − sẵn sàng", "vacant − ready"),
        coverage=let,
    )
    vacant, left = ledger["land.vacant"].value, ledger["land.vacant_blocked"].value
    if isinstance(vacant, float) and isinstance(left, float) and left < 0:
        raise_if([problem("QD508", ready=f"{vacant - left:.2f}", vacant=f"{vacant:.2f}")])
    share = [ledger.input("land.let"), ledger.input("land.lettable", factor=-1.0)]
    derive(
        "occupancy_share",
        "product",
        share,
        ("Tỷ lệ lấp đầy", "Occupancy rate"),
        ("đã cho thuê ÷ đất cho thuê", "let ÷ lettable"),
        "share",
        let,
    )
