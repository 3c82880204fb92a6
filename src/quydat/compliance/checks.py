"""Checks of the facts that users bring for rules: against the quantities of the study's law pack."""

from collections.abc import Callable
from difflib import get_close_matches

from quydat.compliance.given import EVERY, NoValue, read_value
from quydat.compliance.subjects import CONVERSION, PARK, Quantities
from quydat.core.problem import Place, Problem, problem
from quydat.dictionary.cells import plain
from quydat.dictionary.read import FIRST_ROW
from quydat.inventory.evidence import Record


def check_facts(record: Record, *, quantities: Quantities, place: Callable[[str], Place]) -> list[Problem]:
    """Rows of ``subject_fact`` that no rule could read.

    QD890 a kind of subject that the pack does not know, QD891 a quantity that it does not know of that kind, QD892 and
    QD893 a value that is none of the quantity, QD894 another unit, QD895 a park that is not in the record.
    """
    at, found = place("subject_fact"), []
    parks = set(record["park"]["park_id"])
    for number, raw in enumerate(record["subject_fact"].to_dict("records"), start=FIRST_ROW):
        row = {str(name): plain(value) for name, value in raw.items()}

        def here(column: str, number: int = number) -> Place:
            return Place(at.file, at.sheet, number, column)

        kind, name = str(row["subject_kind"]), str(row["quantity"])
        if kind not in quantities:
            found.append(problem("QD890", here("subject_kind"), kind=kind, known=", ".join(sorted(quantities))))
            continue
        quantity = quantities[kind].get(name)
        if quantity is None:
            near = ", ".join(get_close_matches(name, list(quantities[kind]), n=3, cutoff=0.0))
            found.append(problem("QD891", here("quantity"), quantity=name, kind=kind, nearest=near))
            continue
        try:
            read_value(str(row["value"]), quantity)
        except NoValue as wrong:
            found.append(problem(wrong.number, here("value"), **wrong.facts))
        if row["unit"] not in (None, quantity.unit):
            found.append(problem("QD894", here("unit"), quantity=name, unit=row["unit"], wanted=quantity.unit or "–"))
        if kind in (PARK, CONVERSION) and row["subject_id"] not in parks | {EVERY}:
            near = ", ".join(get_close_matches(str(row["subject_id"]), sorted(parks), n=1, cutoff=0.0))
            found.append(problem("QD895", here("subject_id"), subject=row["subject_id"], nearest=near))
    return found
