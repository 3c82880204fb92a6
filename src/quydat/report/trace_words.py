"""The words of a trace, for the panel of the HTML report and for the terminal."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from quydat.core.figure import Figure, Input, Trace
from quydat.core.selection import UNKNOWN, Selection
from quydat.core.text import UNKNOWN as UNKNOWN_TEXT
from quydat.core.text import Lang, day, number, shown
from quydat.dictionary.schema import Attribute, choice_label, choices, tables, unit_shown
from quydat.report.rows import records
from quydat.report.wording import mark_of, trimmed

_DAY = len("2025-06-30")
_OWNER = {"place": "place", "place_id": "place", "sector": "sector"}
"""Tables of the record in which the ids of a result table have their names."""
_LONGEST = 10
"""Terms of a calculation that are written out; of more, only the first and the last."""


def with_unit(value: Any, unit: str, lang: Lang) -> str:
    """A value with its unit, as many digits as it is known to."""
    text = shown(value, lang, unit=unit)
    text = trimmed(text, lang) if isinstance(value, float) and unit != "share" else text
    name = "" if unit == "share" or value is None or isinstance(value, str) else unit_shown(unit, lang)
    return f"{text} {name}".strip()


def value_text(figure: Figure, lang: Lang) -> str:
    """Value of a figure with unit and mark."""
    return with_unit(figure.value, figure.unit, lang) + ("" if figure.value is None else mark_of(figure.basis))


def input_text(item: Input, lang: Lang) -> str:
    """Value of an input with unit."""
    if item.kind == "row" and isinstance(item.value, str):
        return _cell_text(item.ref, item.value, lang)
    return with_unit(item.value, item.unit if item.value is None or not _is_label(item) else "", lang)


def _cell_text(ref: str, value: str, lang: Lang) -> str:
    """A text of the record: a choice by its label; an answer to a rule, which is stored as text, by what it says."""
    parts = ref.split("/")
    if len(parts) != 3 or parts[0] not in tables() or parts[2] not in tables()[parts[0]]:
        return value
    name, key, column = parts
    table = tables()[name]
    if chosen := table[column].choices:
        return choice_label(chosen, value, lang) if value in choices(chosen) else value
    if name != "subject_fact":
        return value
    if value in ("yes", "no"):
        return shown(value == "yes", lang)
    try:
        known = float(value)
    except ValueError:
        return day_or_text(value, lang)
    if key.endswith("_share"):
        return f"{trimmed(number(100 * known, lang, decimals=2), lang)} %"
    return with_unit(known, "", lang)


def day_or_text(text: str, lang: Lang) -> str:
    """A whole day in the manner of the language; a month, a year or any other text as it stands."""
    try:
        return day(date.fromisoformat(text), lang) if len(text) == _DAY else text
    except ValueError:
        return text


def _is_label(item: Input) -> bool:
    """In a ``first`` trace the unit of an input is the label of its value (a year, say), not a unit."""
    return item.unit.isdigit()


def factor_text(item: Input, trace: Trace, lang: Lang) -> str:
    """What an input is multiplied by, or raised to, if that is not one."""
    if item.factor == 1.0 or trace.operation not in ("linear", "product"):
        return ""
    factor = trimmed(number(abs(item.factor), lang, decimals=6), lang)
    if trace.operation == "product":
        return "÷" if item.factor == -1.0 else f"^ {'−' if item.factor < 0 else ''}{factor}"
    sign = "−" if item.factor < 0 else ""
    return sign if factor == "1" else f"{sign}{factor} ×"


def calculation(trace: Trace, lang: Lang) -> str:
    """The formula with numbers put in, for sums and products; empty for other operations."""
    if trace.operation not in ("linear", "product") or not trace.inputs:
        return ""
    terms = [_term(item, trace, lang, first=place == 0) for place, item in enumerate(trace.inputs)]
    if len(terms) > _LONGEST:
        terms = [*terms[: _LONGEST - 2], "…", terms[-1]]
    return " ".join(terms)


def _term(item: Input, trace: Trace, lang: Lang, *, first: bool) -> str:
    value = shown(item.value, lang, unit="share" if item.unit == "share" else "")
    value = trimmed(value, lang) if isinstance(item.value, float) and item.unit != "share" else value
    if trace.operation == "product":
        if item.factor == -1.0:
            return f"{'1 ' if first else ''}÷ {value}"
        power = "" if item.factor == 1.0 else f"^{trimmed(number(item.factor, lang, decimals=6), lang)}"
        return f"{'' if first else '× '}{value}{power}"
    size = abs(item.factor)
    times = "" if size == 1.0 else f"{trimmed(number(size, lang, decimals=6), lang)} × "
    if item.factor < 0:
        return f"− {times}{value}"
    return f"{'' if first else '+ '}{times}{value}"


_IN_LABEL = (
    "place", "sector", "land_class", "subject_kind", "rule_id", "project_id", "delivery_model", "strategy", "programme",
    "scenario", "fund_source", "input",
)  # fmt: skip
"""Parts of keys that the label of a cell names already, or that are the same in every row of a city."""


class Names:
    """Names of the cells that traces refer to."""

    def __init__(self, record: Mapping[str, pd.DataFrame], lang: Lang, *, asks: pd.DataFrame | None = None) -> None:
        self._record = record
        self._asked = {} if asks is None else dict(zip(asks["quantity"], asks[f"label_{lang}"], strict=True))
        self._lang = lang
        self._rows: dict[str, dict[str, str]] = {}

    def of_cell(self, ref: str) -> str:
        """``table/row/attribute`` in words: name of the row, label of the attribute; else the ref."""
        parts = ref.split("/")
        if len(parts) != 3 or parts[0] not in tables():
            return ref
        table = tables()[parts[0]]
        if parts[2] not in table:
            return ref
        if parts[0] == "subject_fact" and (fact := self._fact(parts[1])):
            return fact
        row = self._names(parts[0]).get(parts[1], parts[1])
        return f"{row} – {table[parts[2]].label(self._lang)}"

    def _fact(self, key: str) -> str:
        """An answer to a rule: the subject and what was asked of it; nothing where the question has no label."""
        _, subject, quantity = key.split("|") if key.count("|") == 2 else ("", "", "")
        if quantity not in self._asked:
            return ""
        return f"{self._names('park').get(subject, subject)} – {self._asked[quantity]}"

    def of_rows(self, ref: str) -> str:
        """Rows of a table in words: the table, the conditions, the attribute."""
        chosen = Selection.of(ref)
        table = tables()[chosen.table]
        conditions = [
            f"{table[name].label(self._lang)} = {self._values(table[name], value)}"
            for name, value in chosen.where.items()
        ]
        return " – ".join([table.label(self._lang), *conditions, table[chosen.attribute].label(self._lang)])

    def _values(self, attribute: Attribute, value: str) -> str:
        named = choices(attribute.choices) if attribute.choices else {}
        named = {UNKNOWN: (UNKNOWN_TEXT["vi"], UNKNOWN_TEXT["en"]), **named}
        owner = _OWNER.get(attribute.name)
        if owner is not None:
            known = self._names(owner)
            return ", ".join(known.get(one, one) for one in value.split("|"))
        return ", ".join(named.get(one, (one, one))[self._lang != "vi"] for one in value.split("|"))

    def of_figure(self, figure: Figure) -> str:
        """Label of a figure; that of a cell says which row it is in, unless the label says so already."""
        label = figure.label_vi if self._lang == "vi" else figure.label_en
        parts = figure.figure_id.split(".")
        table = tables().get(parts[0])
        if table is None or parts[-1] not in table or len(parts) != len(table.key) + 2:
            return label
        words = [self._key_word(table[part], value) for part, value in zip(table.key, parts[1:-1], strict=True)]
        return ", ".join([label, *(word for word in words if word and word not in label)])

    def _key_word(self, attribute: Attribute, value: str) -> str:
        """One part of a key in words; nothing where the label has it already."""
        if attribute.name in _IN_LABEL:
            return ""
        if attribute.choices:
            return choice_label(attribute.choices, value, self._lang)
        owner = {"list_id": "plan_list", "model_id": "city_model", "step_id": "procedure_step"}
        return self._names(owner.get(attribute.name, "park")).get(value, value)

    def _names(self, name: str) -> dict[str, str]:
        if name not in self._rows:
            table = tables()[name]
            column = next((c for c in (f"name_{self._lang}", "city", "key") if c in table), "")
            frame = self._record.get(name)
            self._rows[name] = (
                {"|".join(str(row[k]) for k in table.key): str(row[column]) for row in records(frame) if row[column]}
                if frame is not None and column
                else {}
            )
        return self._rows[name]


def as_of_text(figure: Figure, lang: Lang) -> str:
    """Day of which a figure speaks."""
    return day(figure.as_of, lang)


def basis_text(basis: str, lang: Lang) -> str:
    """A basis in words."""
    return choice_label("basis", basis, lang)
