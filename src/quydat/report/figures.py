"""Figures that only the report needs: counts of the focus, what lists share, cells and parameters that it prints."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.text import say
from quydat.dictionary.schema import Attribute, tables
from quydat.report.rows import records

Frames = Mapping[str, pd.DataFrame]
CITY_MODEL_CELLS = ("area_ha", "plot_ratio_before", "plot_ratio_after", "jobs_per_ha", "firms", "year")
_NUMBERS = ("number", "integer", "year")


def add_report_figures(ledger: Ledger, *, record: Frames, tables: Frames, focus: Sequence[str]) -> None:
    """Write them into the ledger; ids that are there already stay as they are.

    Parameters
    ----------
    record, tables
        Record and result tables of the run.
    focus
        Parks with a line of their own; all are rows of the table ``procedure``.
    """
    writer = _Adder(ledger)
    _focus(writer, tables, focus)
    _lists(writer, record)
    _city_models(writer, record)
    _claims(writer, record)
    _parameters(writer)
    _positions(writer, record)


class _Adder:
    """Adds figures whose words stand in the catalogue under ``report.figure.<kind>``."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def add(self, figure_id: str, value: Any, *, kind: str, unit: str, operation: Any, inputs: Iterable[Input],
            coverage: Coverage | None = None, **facts: object) -> None:  # fmt: skip
        if figure_id in self.ledger:
            return
        self.ledger.add(
            figure_id, value, unit=unit, operation=operation, inputs=inputs, coverage=coverage,
            label=_both(f"{kind}.label", **facts), definition=_both(f"{kind}.definition", **facts),
            formula=_both(f"{kind}.formula", **facts),
        )  # fmt: skip

    def inputs(self, figure_ids: Iterable[str]) -> list[Input]:
        return [self.ledger.input(figure_id) for figure_id in figure_ids if figure_id in self.ledger]


def _both(key: str, **facts: object) -> tuple[str, str]:
    return say(f"report.figure.{key}", "vi", **facts), say(f"report.figure.{key}", "en", **facts)


def _focus(writer: _Adder, results: Frames, focus: Sequence[str]) -> None:
    ledger = writer.ledger
    steps = [f"procedure.{park}.steps_total" for park in focus]
    writer.add("focus.parks", len(writer.inputs(steps)), kind="focus_parks", unit="count", operation="count",
               inputs=writer.inputs(steps))  # fmt: skip
    late = []
    for row in records(results["procedure"]):
        figure_id = f"procedure.{row['park_id']}.ready_p50"
        promised = row["promised_year"]
        if row["park_id"] in focus and figure_id in ledger and row["ready_p50"] and promised:
            late += [figure_id] if row["ready_p50"].year > promised else []
    writer.add("focus.late", len(late), kind="focus_late", unit="count", operation="count",
               inputs=writer.inputs(late))  # fmt: skip
    land = writer.inputs(f"procedure.{park}.future_lettable_ha" for park in focus)
    known = [item for item in land if item.value is not None]
    writer.add(
        "focus.lettable_ha", sum(float(item.value) for item in known) if known else None,  # type: ignore[arg-type]
        kind="focus_lettable", unit="ha", operation="linear" if known else "rule", inputs=known or land,
        coverage=Coverage(len(known), len(focus)),
    )  # fmt: skip


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


def _lists(writer: _Adder, record: Frames) -> None:
    ledger = writer.ledger
    names = {row["list_id"]: row for row in records(record["plan_list"])}
    for one, other, shared in overlapping_lists(record):
        areas = writer.inputs(f"parks.{park}.gross_area_ha" for park in shared)
        known = [item for item in areas if item.value is not None]
        facts = {"one": names[one]["name_vi"], "other": names[other]["name_vi"]}
        writer.add(f"lists.{one}+{other}.shared", len(areas), kind="lists_shared", unit="count", operation="count",
                   inputs=areas, **facts)  # fmt: skip
        writer.add(
            f"lists.{one}+{other}.shared_ha", sum(float(i.value) for i in known) if known else None,  # type: ignore[arg-type]
            kind="lists_shared_ha", unit="ha", operation="linear" if known else "rule", inputs=known or areas,
            coverage=Coverage(len(known), len(areas)), **facts,
        )  # fmt: skip
        totals = [f"list_totals.{one}.gross_area_ha", f"list_totals.{other}.gross_area_ha"]
        if all(t in ledger and ledger[t].value is not None for t in totals):
            parts = [*(ledger.input(t) for t in totals), ledger.input(f"lists.{one}+{other}.shared_ha", factor=-1.0)]
            value = None if any(p.value is None for p in parts) else sum(p.factor * float(p.value) for p in parts)  # type: ignore[arg-type]
            writer.add(f"lists.{one}+{other}.union_ha", value, kind="lists_union_ha", unit="ha", operation="linear",
                       inputs=parts, **facts)  # fmt: skip


def row_input(table: str, row: Mapping[str, Any], attribute: Attribute, value: Any, *, unit: str | None = None) -> Input:
    """A cell of the record as an input."""
    key = "|".join(str(row[part]) for part in tables()[table].key)
    return Input(
        "row", f"{table}/{key}/{attribute.name}", value, attribute.unit if unit is None else unit,
        Basis(row["basis"]), source=row["source_ids"] or "", as_of=row["as_of"] or "",
    )  # fmt: skip


def _given(writer: _Adder, figure_id: str, item: Input, attribute: Attribute) -> None:
    if figure_id in writer.ledger:
        return
    writer.ledger.add(
        figure_id, item.value, unit=item.unit, operation="given", inputs=[item],
        label=(attribute.label_vi, attribute.label_en),
        definition=(attribute.definition_vi, attribute.definition_en), formula=_both("given.formula"),
    )  # fmt: skip


def _city_models(writer: _Adder, record: Frames) -> None:
    table = tables()["city_model"]
    for row in records(record["city_model"]) if "city_model" in record else []:
        for name in CITY_MODEL_CELLS:
            if row[name] is not None:
                item = row_input("city_model", row, table[name], row[name])
                _given(writer, f"city_model.{row['model_id']}.{name}", item, table[name])


def disagreements(record: Frames) -> list[list[dict[str, Any]]]:
    """Claims of each cell on which sources disagree, the chosen one first; cells in order of their first claim."""
    cells: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in records(record["claim"]) if "claim" in record else []:
        cells.setdefault((row["table"], row["row_id"], row["attribute"]), []).append(row)
    differing = [claims for claims in cells.values() if any(c["use"] == "alternative" for c in claims)]
    return [sorted(claims, key=lambda c: c["use"] != "chosen") for claims in differing]


def claimed_attribute(claim: Mapping[str, Any]) -> Attribute | None:
    """The attribute that a claim speaks of; None if the dictionary has none of that name."""
    table = tables().get(claim["table"])
    return table[claim["attribute"]] if table is not None and claim["attribute"] in table else None


def _claims(writer: _Adder, record: Frames) -> None:
    value_attribute = tables()["claim"]["value"]
    facts = {row["fact_id"]: row["unit"] for row in records(record["city_fact"])} if "city_fact" in record else {}
    for claim in (c for claims in disagreements(record) for c in claims):
        attribute = claimed_attribute(claim)
        value: Any = claim["value"]
        unit = attribute.unit if attribute is not None else ""
        if attribute is not None and attribute.type in _NUMBERS:
            value = _as_number(value, attribute)
            unit = facts.get(claim["row_id"], "") if unit == "as unit" else unit
        item = row_input("claim", claim, value_attribute, value, unit=unit)
        _given(writer, f"claim.{claim['claim_id']}.value", item, attribute or value_attribute)


def _as_number(text: str, attribute: Attribute) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if attribute.type != "number" else number


def parameters(ledger: Ledger) -> dict[str, list[Input]]:
    """Every parameter that a figure rests on, by name, with its different values in the order of their first use."""
    found: dict[str, list[Input]] = {}
    for figure in ledger:
        for item in figure.trace.inputs:
            if item.kind == "parameter":
                values = found.setdefault(item.ref, [])
                if all((item.value, item.unit) != (other.value, other.unit) for other in values):
                    values.append(item)
    return dict(sorted(found.items()))


def parameter_id(name: str, place: int, count: int) -> str:
    """Figure id of a parameter's value; numbered where the run uses several values of one name."""
    return f"parameter.{name}" if count == 1 else f"parameter.{name}.{place + 1}"


def _parameters(writer: _Adder) -> None:
    for name, values in parameters(writer.ledger).items():
        for place, item in enumerate(values):
            once = Input(item.kind, item.ref, item.value, item.unit, item.basis, source=item.source, as_of=item.as_of)
            writer.add(parameter_id(name, place, len(values)), item.value, kind="parameter", unit=item.unit,
                       operation="given", inputs=[once], name=name)  # fmt: skip


def _positions(writer: _Adder, record: Frames) -> None:
    attribute = tables()["park"]["position_error_km"]
    rows = [row for row in records(record["park"]) if row["position_error_km"] is not None]
    inputs = [row_input("park", row, attribute, row["position_error_km"]) for row in rows]
    for name, choose in (("min", min), ("max", max)):
        if inputs:
            writer.add(
                f"map.position_error_km.{name}", choose(float(i.value) for i in inputs), kind=f"position_{name}",  # type: ignore[arg-type]
                unit="km", operation=name, inputs=inputs, coverage=Coverage(len(inputs), len(record["park"])),
            )  # fmt: skip
