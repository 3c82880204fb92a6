"""From what a file holds to a typed table: every cell checked, all problems at once.

The checks are made from the dictionary alone. Rules that join several columns belong to the step that owns
the table (``checks.py`` there).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from unicodedata import normalize

import pandas as pd

from quydat.core.period import partial_date
from quydat.core.problem import NOWHERE, Place, Problem, problem
from quydat.dictionary.schema import Attribute, Table, choices

FIRST_ROW = 2
"""Row number of the first data row as a spreadsheet shows it."""

_YES = frozenset({"yes", "true", "1", "có", "co"})
_NO = frozenset({"no", "false", "0", "không", "khong"})


_BLANK = (None, " ;\t\r\n")
"""What makes no value: white space and, where the value is a list, its separator."""


def _folded(value: object) -> str:
    """Text for comparison: case and the two Unicode spellings of Vietnamese letters make no difference."""
    return normalize("NFC", str(value)).strip().casefold()


class _Wrong(Exception):
    def __init__(self, number: str, **facts: object) -> None:
        self.number = number
        self.facts = facts


def typed(raw: pd.DataFrame, table: Table, *, file: str = "", sheet: str = "") -> tuple[pd.DataFrame, list[Problem]]:
    """Read a raw table by its definition.

    Parameters
    ----------
    raw
        Cells as text, numbers, dates or missing; headings are attribute names, or labels in either language.
    table
        Definition to read it by.
    file, sheet
        Where it comes from, for the problems.

    Returns
    -------
    The table with the columns of the definition in order (missing = unknown; text as ``str``, numbers as
    float, whole numbers and years as ``Int64``, yes/no as ``boolean``, dates as ``datetime.date``), and all
    problems. With problems, the table must not be used.

    >>> from quydat.dictionary.schema import tables
    >>> raw = pd.DataFrame({"Mã dự án": ["a"], "Năm": ["2027"], "clearance_bn_vnd": ["1.234,5"]})
    >>> table, found = typed(raw, tables()["spending"])
    >>> [(p.number, p.place.row, p.place.column) for p in found][-1]   # those before it are columns that lack
    ('QD205', 2, 'clearance_bn_vnd')
    """
    found: list[Problem] = []
    named = _name_columns(raw, table, found, Place(file, sheet))
    columns: dict[str, Any] = {}
    for attribute in table:
        if attribute.name in named.columns:
            values = [
                _cell(value, attribute, found, Place(file, sheet, row, attribute.name))
                for row, value in enumerate(named[attribute.name].tolist(), start=FIRST_ROW)
            ]
        else:
            values = [None] * len(named)
        columns[attribute.name] = pd.Series(values, dtype=dtype_of(attribute))
    result = pd.DataFrame(columns, columns=table.columns)
    found += duplicate_keys(result, table, file=file, sheet=sheet)
    return result, found


def read_cell(value: Any, attribute: Attribute) -> tuple[Any, list[Problem]]:
    """One cell by the definition of its column, and what is wrong with it.

    >>> from quydat.dictionary.schema import tables
    >>> read_cell("300", tables()["park"]["gross_area_ha"])
    (300.0, [])
    """
    found: list[Problem] = []
    return _cell(value, attribute, found, NOWHERE), found


def dtype_of(attribute: Attribute) -> Any:
    """Data type in which a column is held."""
    return {
        "number": "float64",
        "integer": "Int64",
        "year": "Int64",
        "boolean": "boolean",
        "date": "object",
    }.get(attribute.type, "str")


def framed(rows: Iterable[Mapping[str, Any]], table: Table) -> pd.DataFrame:
    """Rows of right values as the table; a column that a row lacks is unknown there."""
    rows = list(rows)
    columns = {a.name: pd.Series([row.get(a.name) for row in rows], dtype=dtype_of(a)) for a in table}
    return pd.DataFrame(columns, columns=table.columns)


def empty(table: Table) -> pd.DataFrame:
    """The table without rows."""
    return pd.DataFrame({a.name: pd.Series([], dtype=dtype_of(a)) for a in table}, columns=table.columns)


def _name_columns(raw: pd.DataFrame, table: Table, found: list[Problem], place: Place) -> pd.DataFrame:
    known: dict[str, str] = {}
    for attribute in table:
        for heading in (
            attribute.name,
            attribute.label("vi"),
            attribute.label("en"),
            attribute.label_vi,
            attribute.label_en,
        ):
            known.setdefault(_folded(heading), attribute.name)
    names = []
    for heading in raw.columns:
        name = known.get(_folded(heading))
        if name is None:
            nearest = get_close_matches(str(heading), table.columns, n=1, cutoff=0.0)[0]
            found.append(problem("QD202", place, table=table.name, column=heading, nearest=nearest))
        elif name in names:
            found.append(problem("QD203", place, column=heading))
            name = None
        names.append(name)
    for attribute in table:
        if attribute.required and attribute.name not in names:
            found.append(
                problem(
                    "QD201", place, table=table.name, column=attribute.name,
                    label_vi=attribute.label_vi, label_en=attribute.label_en,
                )
            )  # fmt: skip
    kept = raw.loc[:, [name is not None for name in names]].copy()
    kept.columns = pd.Index([name for name in names if name is not None])
    return kept


def _cell(value: Any, attribute: Attribute, found: list[Problem], place: Place) -> Any:
    if (
        value is None
        or value is pd.NaT
        or value is pd.NA
        or value != value
        or (isinstance(value, str) and not value.strip(_BLANK[attribute.type == "refs"]))
    ):
        if attribute.required:
            found.append(problem("QD204", place, label_vi=attribute.label_vi, label_en=attribute.label_en))
        return None
    if isinstance(value, str):
        value = value.strip()
    try:
        parsed = _PARSERS[attribute.type](value, attribute)
        if attribute.minimum is not None or attribute.maximum is not None:
            _check_range(parsed, attribute)
    except _Wrong as wrong:
        found.append(problem(wrong.number, place, value=value, **wrong.facts))
        return None
    return parsed


def _check_range(value: float, attribute: Attribute) -> None:
    low, high = attribute.minimum, attribute.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise _Wrong(
            "QD208", unit=attribute.unit or "-", label_vi=attribute.label_vi, label_en=attribute.label_en,
            minimum="−∞" if low is None else f"{low:.15g}", maximum="∞" if high is None else f"{high:.15g}",
        )  # fmt: skip


def _text(value: Any, _: Attribute) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(value: Any, attribute: Attribute) -> float:
    if isinstance(value, bool | date):
        raise _Wrong("QD205", unit=attribute.unit or "-")
    try:
        if isinstance(value, str) and ("_" in value or not value.isascii()):
            raise ValueError  # Python would take 1_000 and other scripts' digits
        number = float(value)
    except (TypeError, ValueError):
        raise _Wrong("QD205", unit=attribute.unit or "-") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise _Wrong("QD205", unit=attribute.unit or "-")
    return number


def _integer(value: Any, attribute: Attribute) -> int:
    number = _number(value, attribute)
    if not number.is_integer():
        raise _Wrong("QD206")
    return int(number)


def _boolean(value: Any, _: Attribute) -> bool:
    text = _folded(value).removesuffix(".0")
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise _Wrong("QD212")


def _date(value: Any, _: Attribute) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise _Wrong("QD207", why=error, partial_vi="", partial_en="") from None


def _partial_date(value: Any, attribute: Attribute) -> str:
    if isinstance(value, date):
        return _date(value, attribute).isoformat()
    text = _text(value, attribute)
    try:
        partial_date(text)
    except ValueError as error:
        raise _Wrong(
            "QD207", why=error, partial_vi=", hoặc chỉ 2025-06, 2025", partial_en=", or only 2025-06, 2025"
        ) from None
    return text


def _choice(value: Any, attribute: Attribute) -> str:
    allowed = choices(attribute.choices)
    for code, labels in allowed.items():
        if _folded(value) in map(_folded, (code, *labels)):
            return code
    raise _Wrong("QD209", choices=", ".join(allowed), label_vi=attribute.label_vi, label_en=attribute.label_en)


def _refs(value: Any, _: Attribute) -> str:
    return ";".join(part.strip() for part in str(value).split(";") if part.strip())


_PARSERS: Mapping[str, Callable[[Any, Attribute], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "year": _integer,
    "boolean": _boolean,
    "date": _date,
    "partial_date": _partial_date,
    "choice": _choice,
    "refs": _refs,
}


def key_of(row: Mapping[Any, Any], table: Table) -> str:
    """Key of a row as one text; the parts of a composite key are joined by a vertical bar."""
    return "|".join(str(row[name]) for name in table.key)


def keys_of(rows: pd.DataFrame, table: Table) -> list[str]:
    """Key of each row as one text."""
    return [key_of(row, table) for row in rows[list(table.key)].to_dict("records")]


def duplicate_keys(rows: pd.DataFrame, table: Table, *, file: str = "", sheet: str = "") -> list[Problem]:
    """Rows whose key was there before."""
    found: list[Problem] = []
    first: dict[str, int] = {}
    complete = rows[list(table.key)].notna().all(axis=1)
    for number, (key, whole) in enumerate(zip(keys_of(rows, table), complete, strict=True), start=FIRST_ROW):
        if whole and first.setdefault(key, number) != number:
            found.append(problem("QD210", Place(file, sheet, number, table.key[-1]), key=key, first=first[key]))
    return found


def unknown_references(
    tables: Mapping[str, pd.DataFrame], definitions: Mapping[str, Table], *, place: Callable[[str], Place]
) -> list[Problem]:
    """Values that name a row of another table which is not there.

    Parameters
    ----------
    tables
        Typed tables by name; a table that is not given is taken as empty.
    definitions
        Definitions by name.
    place
        Where a table comes from.
    """
    found = []
    for name, rows in tables.items():
        for attribute in definitions[name]:
            if not attribute.refers_to:
                continue
            target = definitions[attribute.refers_to]
            known = set(tables[target.name][target.key[0]]) if target.name in tables else set()
            start = place(name)
            for number, value in enumerate(rows[attribute.name].tolist(), start=FIRST_ROW):
                parts = [] if value is None or value != value else [str(value)]
                if attribute.type == "refs":
                    parts = [part for whole in parts for part in whole.split(";")]
                for part in parts:
                    if part not in known:
                        near = get_close_matches(part, sorted(known), n=1)
                        found.append(
                            problem(
                                "QD211", Place(start.file, start.sheet, number, attribute.name),
                                value=part, table=target.name,
                                nearest_vi=f" (gần nhất: {near[0]})" if near else "",
                                nearest_en=f" (nearest: {near[0]})" if near else "",
                            )
                        )  # fmt: skip
    return found
