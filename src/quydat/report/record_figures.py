"""Figures of what the report prints straight from the record: model cities, claims, parameters, positions."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quydat.core.absence import Coverage
from quydat.core.basis import Basis
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.core.text import Lang, keys, say
from quydat.dictionary.schema import Attribute, tables
from quydat.dictionary.settings import settings
from quydat.report.adder import Adder, both
from quydat.report.rows import records

Frames = Mapping[str, pd.DataFrame]
CITY_MODEL_CELLS = ("area_ha", "plot_ratio_before", "plot_ratio_after", "jobs_per_ha", "firms", "year")
_NUMBERS = ("number", "integer", "year")


def add_record_figures(adder: Adder, record: Frames) -> None:
    """Write them; the parameters last, so that those of all other figures are there."""
    _city_models(adder, record)
    _claims(adder, record)
    _positions(adder, record)
    _parameters(adder)


def _rows(record: Frames, name: str) -> list[dict[str, Any]]:
    """Rows of a table of the record; none where a study does not have the table."""
    return records(record[name]) if name in record else []


def row_input(
    table: str, row: Mapping[str, Any], attribute: Attribute, value: Any, *, unit: str | None = None
) -> Input:
    """A cell of the record as an input."""
    key = "|".join(str(row[part]) for part in tables()[table].key)
    return Input(
        "row",
        f"{table}/{key}/{attribute.name}",
        value,
        attribute.unit if unit is None else unit,
        Basis(row["basis"]),
        source=row["source_ids"] or "",
        as_of=row["as_of"] or "",
    )


def _given(adder: Adder, figure_id: str, item: Input, attribute: Attribute) -> None:
    if figure_id in adder.ledger:
        return
    adder.ledger.add(
        figure_id,
        item.value,
        unit=item.unit,
        operation="given",
        inputs=[item],
        label=(attribute.label_vi, attribute.label_en),
        definition=(attribute.definition_vi, attribute.definition_en),
        formula=both("given.formula"),
    )


def _city_models(adder: Adder, record: Frames) -> None:
    table = tables()["city_model"]
    for row in _rows(record, "city_model"):
        for name in CITY_MODEL_CELLS:
            if row[name] is not None:
                item = row_input("city_model", row, table[name], row[name])
                _given(adder, f"city_model.{row['model_id']}.{name}", item, table[name])


def disagreements(record: Frames) -> list[list[dict[str, Any]]]:
    """Claims of each cell on which sources disagree, the chosen one first; cells in order of first claim."""
    cells: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in _rows(record, "claim"):
        cells.setdefault((row["table"], row["row_id"], row["attribute"]), []).append(row)
    differing = [claims for claims in cells.values() if any(c["use"] == "alternative" for c in claims)]
    return [sorted(claims, key=lambda c: c["use"] != "chosen") for claims in differing]


def claimed_attribute(claim: Mapping[str, Any]) -> Attribute | None:
    """The attribute that a claim speaks of; None if the dictionary has none of that name."""
    table = tables().get(claim["table"])
    return table[claim["attribute"]] if table is not None and claim["attribute"] in table else None


def _claims(adder: Adder, record: Frames) -> None:
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
        _given(adder, f"claim.{claim['claim_id']}.value", item, attribute or value_attribute)


def _as_number(text: str, attribute: Attribute) -> float | int | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if attribute.type != "number" else number


def parameters(ledger: Ledger) -> dict[str, list[Input]]:
    """Every parameter that a figure rests on, by name, with its values in the order of their first use."""
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
    short = name.rpartition("/")[2].removeprefix("parameters.")
    return f"parameter.{short}" if count == 1 else f"parameter.{short}.{place + 1}"


def parameter_name(ref: str, lang: Lang) -> str:
    """A parameter as people call it: its label in the dictionary of settings, else its sentence, else the ref."""
    setting = settings().get(ref.rpartition("/")[2])
    if setting is not None:
        return setting.label_vi if lang == "vi" else setting.label_en
    return say(f"report.parameter.{ref}", lang) if f"report.parameter.{ref}" in keys() else ref


def _parameters(adder: Adder) -> None:
    for name, values in parameters(adder.ledger).items():
        for place, item in enumerate(values):
            once = Input(item.kind, item.ref, item.value, item.unit, item.basis, source=item.source, as_of=item.as_of)
            adder.add(
                parameter_id(name, place, len(values)),
                item.value,
                kind="parameter",
                unit=item.unit,
                operation="given",
                inputs=[once],
                name=(parameter_name(name, "vi"), parameter_name(name, "en")),
            )


def _positions(adder: Adder, record: Frames) -> None:
    attribute = tables()["park"]["position_error_km"]
    rows = [row for row in records(record["park"]) if row["position_error_km"] is not None]
    inputs = [row_input("park", row, attribute, row["position_error_km"]) for row in rows]
    for name, choose in (("min", min), ("max", max)):
        if inputs:
            adder.add(
                f"map.position_error_km.{name}",
                choose(float(row["position_error_km"]) for row in rows),
                kind=f"position_{name}",
                unit="km",
                operation=name,
                inputs=inputs,
                coverage=Coverage(len(inputs), len(record["park"])),
            )
