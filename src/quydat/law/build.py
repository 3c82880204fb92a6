"""From the tables of a pack to its typed parts, and every mistake in them, each at its file, row and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from quydat.core.problem import Place, Problem, problem
from quydat.core.text import LANGS
from quydat.law.build_rules import rules_of
from quydat.law.checks import families_of, overlaps, reversed_dates
from quydat.law.expression import Quantity, parse
from quydat.law.grid import Grid
from quydat.law.grids import grids_of
from quydat.law.kinds import Kind, Kinded, Scope, kind_words
from quydat.law.model import Family, LawCase, LegalParameter, ParameterValue, QuantityDefinition, Value
from quydat.law.packs import PackTables
from quydat.law.provision import Instrument, Provision
from quydat.law.tokens import ExpressionError

Row = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """What a pack is made of, and what is wrong with it."""

    instruments: Mapping[str, Instrument]
    quantities: Mapping[str, Mapping[str, QuantityDefinition]]
    parameters: Mapping[str, LegalParameter]
    grids: Mapping[str, Grid]
    families: tuple[Family, ...]
    cases: tuple[LawCase, ...]
    found: tuple[Problem, ...]


def built(tables: PackTables) -> Parts:
    """Type all tables; with problems, the parts must not be used."""
    found: list[Problem] = []
    instruments = {
        row["instrument_id"]: Instrument(
            row["instrument_id"],
            row["kind"],
            row["number"] or "",
            row["label_vi"],
            row["label_en"],
            row["read_as"],
            row["link"],
        )
        for _, row in rows_of(tables, "instrument")
    }
    for name in ("rule", "rule_exception", "law_parameter", "law_grid"):
        found += reversed_dates(list(rows_of(tables, name)))
    quantities: dict[str, dict[str, QuantityDefinition]] = {
        row["subject"]: {} for _, row in rows_of(tables, "law_subject")
    }
    for place, row in rows_of(tables, "law_quantity"):
        quantities[row["subject"]][row["quantity"]] = _quantity(row, place, found)
    provision = partial(_provision, instruments=instruments)
    parameters = _parameters(tables, provision, found)
    grids = grids_of(list(rows_of(tables, "law_grid")), provision, found)
    scopes = {
        subject: Scope(
            subject,
            {name: kinded(quantity) for name, quantity in own.items()},
            {name: _parameter_kind(parameter) for name, parameter in parameters.items()},
            grids,
        )
        for subject, own in quantities.items()
    }
    rules = rules_of(
        list(rows_of(tables, "rule")), list(rows_of(tables, "rule_exception")), quantities, scopes, provision, found
    )
    families = families_of(rules, found)
    cases = tuple(_case(row) for _, row in rows_of(tables, "law_case"))
    return Parts(instruments, quantities, parameters, grids, families, cases, tuple(found))


def rows_of(tables: PackTables, name: str) -> Iterator[tuple[Place, Row]]:
    """Rows of a table with their places; what is empty is None."""
    rows = tables.tables[name]
    columns = [
        [None if empty else value for value, empty in zip(rows[column].tolist(), rows[column].isna(), strict=True)]
        for column in rows.columns
    ]
    for place, cells in zip(tables.places[name], zip(*columns, strict=True), strict=True):
        yield place, dict(zip(rows.columns, cells, strict=True))


def kinded(quantity: QuantityDefinition) -> Kinded:
    """Kind of a quantity in an expression."""
    values = frozenset(quantity.values) if quantity.values else None
    return Kinded(quantity.kind, quantity.unit if quantity.kind == "number" else None, values)


def _quantity(row: Row, place: Place, found: list[Problem]) -> QuantityDefinition:
    values = tuple(part.strip() for part in (row["values"] or "").split(";") if part.strip())
    try:
        if not isinstance(parse(row["quantity"]), Quantity):
            raise ExpressionError("QD806", text=row["quantity"], at=1, why="a name is needed here")
    except ExpressionError as error:
        found.append(problem(error.number, Place(place.file, row=place.row, column="quantity"), **error.facts))
    return QuantityDefinition(
        row["subject"], row["quantity"], row["type"], row["unit"] or "", values,
        row["label_vi"], row["label_en"], row["ask_vi"], row["ask_en"],
    )  # fmt: skip


def _provision(row: Row, place: Place, id_column: str, *, instruments: Mapping[str, Instrument]) -> Provision:
    pack = place.file.partition("/")[0]
    return Provision(
        f"law/{pack}/{row[id_column]}", row["in_force_from"], row["in_force_to"], instruments[row["instrument_id"]],
        row["article"], row["link"], row["confidence"], row["checked_on"], row["checked_by"], row["note"] or "",
        row.get("amended_note") or "",
    )  # fmt: skip


def _parameters(tables: PackTables, provision: Any, found: list[Problem]) -> dict[str, LegalParameter]:
    rows: dict[str, list[tuple[Place, Row]]] = {}
    for place, row in rows_of(tables, "law_parameter"):
        rows.setdefault(row["parameter_id"], []).append((place, row))
    parameters = {}
    for name, own in rows.items():
        own.sort(key=lambda one: one[1]["in_force_from"])
        versions = []
        kinds: list[tuple[Kind, str]] = []
        for place, row in own:
            kind, value = read_value(row["value"])
            kinds.append((kind, row["unit"] or ""))
            versions.append(ParameterValue(value, row["unit"] or "", provision(row, place, "parameter_id")))
            if kinds[-1] != kinds[0]:
                words = kind_words(one=kinds[0][0], other=kinds[-1][0])
                units = {f"one_{lang}": kinds[0][1] for lang in LANGS} | {
                    f"other_{lang}": kinds[-1][1] for lang in LANGS
                }
                facts = {fact: f"{word} {units[fact]}".strip() for fact, word in words.items()}
                found.append(problem("QD829", place, name=name, **facts))
        for place, day, _, _ in overlaps(own):
            found.append(problem("QD819", place, name=name, day=day))
        first = own[0][1]
        parameters[name] = LegalParameter(
            name, kinds[0][0], kinds[0][1], first["label_vi"], first["label_en"], tuple(versions)
        )
    return parameters


def read_value(text: str) -> tuple[Kind, Value]:
    """A legal value as text: a number, a date, yes or no, or any other text.

    >>> read_value("0.7"), read_value("có"), read_value("50-350")
    (('number', 0.7), ('boolean', True), ('text', '50-350'))
    """
    word = text.strip()
    if word.casefold() in ("có", "true", "yes", "không", "false", "no"):
        return "boolean", word.casefold() in ("có", "true", "yes")
    if len(word) == 10 and word[4] == word[7] == "-" and word.isascii():
        try:
            return "date", date.fromisoformat(word)
        except ValueError:
            return "text", word
    plain = word.removeprefix("-").replace(".", "", 1)
    return ("number", float(word)) if plain.isascii() and plain.isdigit() and len(word) <= 20 else ("text", word)


def _parameter_kind(parameter: LegalParameter) -> Kinded:
    if parameter.kind == "text":
        return Kinded("text", None, frozenset(str(version.value) for version in parameter.versions))
    return Kinded(parameter.kind, parameter.unit if parameter.kind == "number" else None)


def _case(row: Row) -> LawCase:
    return LawCase(
        row["case_id"], row["rule_id"], row["covers"], row["on"], row["facts"] or "", row["expected"],
        None if row["margin"] is None else float(row["margin"]), row["because"],
    )  # fmt: skip
