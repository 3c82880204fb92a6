"""Facts that users bring for rules: rows of the table ``subject_fact``, read by the quantities of the law pack."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from quydat.compliance.facts import CORNERS, Fact, Group, end_of
from quydat.core.period import partial_date
from quydat.dictionary.read import key_of, read_cell
from quydat.dictionary.schema import Attribute, tables
from quydat.inventory.evidence import Evidence
from quydat.law.model import QuantityDefinition

EVERY = "*"
"""Subject id that stands for every subject of the kind without a row of its own."""


class NoValue(ValueError):
    """A text is no value of its quantity; the number of the problem and its facts."""

    def __init__(self, number: str, **facts: object) -> None:
        super().__init__(number)
        self.number, self.facts = number, facts


def read_value(text: str, quantity: QuantityDefinition) -> tuple[Any, ...]:
    """The values that a text may mean: one, or one for each corner where a date is known to the year or month.

    Raises
    ------
    NoValue
        If it is none: QD892 by its type, QD893 where the word is not in the list.

    >>> from quydat.law import load_pack
    >>> read_value("có", load_pack().quantities["park"]["is_expansion"])
    (True,)
    """
    kind, name = quantity.kind, quantity.name
    if kind == "date":
        try:
            period = partial_date(text.strip())
        except ValueError:
            raise NoValue("QD892", quantity=name, value=text, wanted_vi="ngày", wanted_en="a date") from None
        days = tuple(end_of(period, corner[_ROOTS.get(name, 2)]) for corner in CORNERS)
        return days if period.start != period.end else days[:1]
    if kind == "text":
        if quantity.values and text not in quantity.values:
            raise NoValue("QD893", quantity=name, value=text, known=", ".join(quantity.values))
        return (text,)
    attribute = Attribute(name, kind, "", False, None, None, "", "", name, name, "", "", "", "")
    value, found = read_cell(text, attribute)
    if found or value is None:
        wanted = {"number": ("số", "a number"), "boolean": ("có hoặc không", "yes or no")}[kind]
        raise NoValue("QD892", quantity=name, value=text, wanted_vi=wanted[0], wanted_en=wanted[1])
    return (bool(value),) if kind == "boolean" else (float(value),)


_ROOTS = {"established_on": 0, "term_ends_on": 1}
"""Place of a date in a corner."""


def kinds_of(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Subjects that rows of ``subject_fact`` name, by kind, in the order of their rows."""
    found: dict[str, dict[str, None]] = {}
    for kind, subject in zip(rows["subject_kind"], rows["subject_id"], strict=True):
        if subject != EVERY:
            found.setdefault(str(kind), {})[str(subject)] = None
    return {kind: list(own) for kind, own in found.items()}


def put_given(group: Group, evidence: Evidence, *, quantities: Mapping[str, QuantityDefinition]) -> None:
    """State in a group what ``subject_fact`` says of its subjects; a row of a subject stands before one of all.

    Rows that name no quantity of the pack, or no value of it, were refused when they were brought; a study whose
    pack has changed since keeps them, and they say nothing here.
    """
    rows = evidence.record["subject_fact"]
    own = rows[rows["subject_kind"] == group.kind]
    for row in sorted(own.to_dict("records"), key=lambda row: row["subject_id"] != EVERY):
        quantity = quantities.get(str(row["quantity"]))
        if quantity is None:
            continue
        try:
            values = read_value(str(row["value"]), quantity)
        except NoValue:
            continue
        item = evidence.cell("subject_fact", key_of(row, tables()["subject_fact"]), "value")
        fact = Fact(values, item)
        for subject in group.names if row["subject_id"] == EVERY else [str(row["subject_id"])]:
            if subject in group.names:
                group.put(subject, str(row["quantity"]), fact)
