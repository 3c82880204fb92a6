"""Figures that only the report needs: counts, what lists share, cells and parameters that it prints."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.ledger import Ledger
from quydat.report.adder import Adder, total
from quydat.report.programme_figures import add_programme_figures
from quydat.report.record_figures import add_record_figures
from quydat.report.rows import records

Frames = Mapping[str, pd.DataFrame]


def add_report_figures(ledger: Ledger, *, record: Frames, tables: Frames, focus: Sequence[str]) -> None:
    """Write them into the ledger; ids that are there already stay as they are.

    Parameters
    ----------
    record, tables
        Record and result tables of the run.
    focus
        Parks with a line of their own; all are rows of the table ``procedure``.
    """
    adder = Adder(ledger)
    _focus(adder, tables, focus)
    _lists(adder, record)
    add_programme_figures(ledger, record=record, tables=tables)
    add_record_figures(adder, record)


def _focus(adder: Adder, results: Frames, focus: Sequence[str]) -> None:
    if not focus:
        return
    steps = adder.inputs(f"procedure.{park}.steps_total" for park in focus)
    adder.add("focus.parks", len(steps), kind="focus_parks", unit="count", operation="count", inputs=steps)
    rows = [row for row in records(results["procedure"]) if row["park_id"] in focus]
    promised = [row for row in rows if row["promised_year"] is not None]
    late = [row for row in promised if row["ready_p50"] and row["ready_p50"].year > row["promised_year"]]
    years = adder.inputs(f"procedure.{park}.promised_year" for park in focus)
    days = adder.inputs(f"procedure.{park}.ready_p50" for park in focus)
    # By rule, not by count: none promised or none late is a figure too, and rests on all that were looked at.
    adder.add("focus.promised", len(promised), kind="focus_promised", unit="count", operation="rule", inputs=years)
    adder.add("focus.late", len(late), kind="focus_late", unit="count", operation="rule", inputs=[*days, *years])
    land = adder.inputs(f"procedure.{park}.future_lettable_ha" for park in focus)
    known = [item for item in land if item.value is not None]
    adder.add(
        "focus.lettable_ha",
        total(known),
        kind="focus_lettable",
        unit="ha",
        operation="linear" if known else "rule",
        inputs=known or land,
        coverage=Coverage(len(known), len(focus)),
    )


def overlapping_lists(record: Frames) -> list[tuple[str, str, list[str]]]:
    """Pairs of lists that share parks though neither holds the other: adding them counts land twice."""
    members: dict[str, list[str]] = {}
    for row in records(record["plan_list_member"]):
        members.setdefault(row["list_id"], []).append(row["park_id"])
    found = []
    for one, other in combinations(sorted(members), 2):
        both = [park for park in members[one] if park in members[other]]
        if both and len(both) < min(len(members[one]), len(members[other])):
            found.append((one, other, both))
    return found


def _lists(adder: Adder, record: Frames) -> None:
    ledger = adder.ledger
    names = {row["list_id"]: row for row in records(record["plan_list"])}
    for one, other, shared in overlapping_lists(record):
        areas = adder.inputs(f"parks.{park}.gross_area_ha" for park in shared)
        known = [item for item in areas if item.value is not None]
        facts: dict[str, Any] = {
            key: (names[of]["name_vi"], names[of]["name_en"]) for key, of in (("one", one), ("other", other))
        }
        adder.add(
            f"lists.{one}+{other}.shared",
            len(areas),
            kind="lists_shared",
            unit="count",
            operation="count",
            inputs=areas,
            **facts,
        )
        adder.add(
            f"lists.{one}+{other}.shared_ha",
            total(known),
            kind="lists_shared_ha",
            unit="ha",
            operation="linear" if known else "rule",
            inputs=known or areas,
            coverage=Coverage(len(known), len(areas)),
            **facts,
        )
        totals = [f"list_totals.{one}.gross_area_ha", f"list_totals.{other}.gross_area_ha"]
        if all(t in ledger and ledger[t].value is not None for t in totals):
            parts = [
                *(ledger.input(t) for t in totals),
                ledger.input(f"lists.{one}+{other}.shared_ha", factor=-1.0),
            ]
            adder.add(
                f"lists.{one}+{other}.union_ha",
                total(parts),
                kind="lists_union_ha",
                unit="ha",
                operation="linear",
                inputs=parts,
                **facts,
            )
