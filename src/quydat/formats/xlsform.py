"""The field form as an XLSForm, made from the dictionary; and the list of what is known, to start each visit from."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pandas as pd

from quydat.core.files import write_whole
from quydat.core.text import LANGS, say
from quydat.dictionary.schema import Table, choices, tables
from quydat.formats.plain_csv import csv_bytes, harmless_text
from quydat.formats.workbook_parts import put, write_book
from quydat.formats.xlsform_rows import (
    BUILDING,
    ENTITY_LIST,
    LANGUAGES,
    PARTS,
    POSITION,
    Row,
    plan,
    property_of,
    survey_rows,
)

FORM_ID = "quydat_establishment"
_NAMESPACE = "https://quydat.example/form"
_OWN_LISTS = {"known": ("known", "new"), "buildings_known": ("yes", "no", "unknown")}
_CALCULATED = ("footprint_m2", "storeys", "height_m", "gross_floor_area_m2")


def write_xlsform(path: Path, *, version: str, definitions: Mapping[str, Table] | None = None) -> None:
    """Write the form: sheets ``survey``, ``choices``, ``entities`` and ``settings``, in Vietnamese and English.

    Labels, hints, limits and lists are the dictionary's; ``form.csv`` says what is asked where. Chosen from the list
    ``establishments.csv``, a known establishment fills in what was known, to be confirmed or changed; a new one is put
    on the list. Buildings are a repeat; totals are calculated, and unknown where there was no access.

    Parameters
    ----------
    version
        Version of the form, as the server orders them, such as ``2026070101``.
    definitions
        Tables of the dictionary; those of this version if not given.

    Raises
    ------
    ValueError
        If the version is empty.
    Problems
        QD406 if the disk is full, QD108 if the place cannot be written.

    Source: xlsform.org; ODK XForms specification 1.x and its entities 2024.1.

    >>> from tempfile import TemporaryDirectory
    >>> from openpyxl import load_workbook
    >>> with TemporaryDirectory() as folder:
    ...     write_xlsform(Path(folder) / "form.xlsx", version="2026070101")
    ...     load_workbook(Path(folder) / "form.xlsx").sheetnames
    ['survey', 'choices', 'entities', 'settings']
    """
    if not version.strip():
        raise ValueError("a form needs a version: servers tell its editions apart by it")
    table = (definitions or tables())["observation"]
    rows = survey_rows(table)
    sheets: dict[str, list[Row]] = {
        "survey": rows,
        "choices": _choices(rows),
        "entities": [
            {
                "list_name": ENTITY_LIST,
                "entity_id": "${entity_id}",
                "create_if": "${known} = 'new'",
                "update_if": "${known} = 'known'",
                "label": "concat(${name}, ' - ', ${unit_name})",
            }
        ],
        "settings": [
            {
                "form_title": " / ".join(say("form.title", lang) for lang in LANGS),
                "form_id": FORM_ID,
                "version": version,
                "default_language": LANGUAGES["vi"],
                "instance_name": "concat(${name}, ' - ', ${observed_on})",
                "namespaces": f'quydat="{_NAMESPACE}"',
            }
        ],
    }

    def fill(book: Any) -> None:
        bold = book.add_format({"bold": True})
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 2)
            headings = list(dict.fromkeys(key for line in lines for key in line))
            for column, heading in enumerate(headings):
                put(sheet, 0, column, heading, bold)
                for number, line in enumerate(lines, start=1):
                    if line.get(heading):
                        put(sheet, number, column, line[heading])

    write_book(path, title=say("form.title", "vi"), fill=fill)


def _choices(rows: Sequence[Row]) -> list[Row]:
    used = dict.fromkeys(row["type"].split()[1] for row in rows if row["type"].startswith("select_one "))
    made: list[Row] = []
    for name in used:
        if name in _OWN_LISTS:
            labels = {v: tuple(say(f"form.{name}.{v}", lang) for lang in LANGS) for v in _OWN_LISTS[name]}
        else:
            labels = dict(choices(name))
        for value, label in labels.items():
            shown = {f"label::{LANGUAGES[lang]}": label[lang != "vi"] for lang in LANGS}
            made.append({"list_name": name, "name": value, **shown})
    return made


def write_entities(path: Path, rows: pd.DataFrame) -> None:
    """Write the list that the form starts from: one line for each establishment, as CSV for the server or the device.

    ``name`` is an id made from the establishment's own (UUID version 5, RFC 9562), the same each time; ``label`` is
    what the surveyor reads; then what the form asks again, and ``geometry`` as ODK writes a point. Who surveyed,
    photographs and notes stay out. A text that a spreadsheet would compute starts with an apostrophe.

    Parameters
    ----------
    rows
        Bulk table ``establishment`` or ``observation``; of the latter the latest of each establishment. Attributes that
        it lacks are empty.

    Raises
    ------
    ValueError
        If the table has neither ``establishment_id`` nor ``observation_id``.

    >>> from tempfile import TemporaryDirectory
    >>> known = pd.DataFrame({"establishment_id": ["hcmc/1"], "name": ["Cơ khí A"], "workers": [12],
    ...                       "longitude": [106.7], "latitude": [10.75], "surveyor": ["B"]})
    >>> with TemporaryDirectory() as folder:
    ...     write_entities(Path(folder) / "establishments.csv", known)
    ...     made = pd.read_csv(Path(folder) / "establishments.csv", dtype=str)
    >>> made["geometry"].tolist(), "surveyor" in made.columns
    (['10.75 106.7 0 0'], False)
    """
    key = next((name for name in ("establishment_id", "observation_id") if name in rows.columns), None)
    if key is None:
        raise ValueError("a list of entities is made from establishments or observations: their id is missing")
    asked = [row["attribute"] for row in plan() if row["prefilled"] and not row["personal"]] + list(_CALCULATED)
    count = len(rows)

    def column(name: str) -> list[str]:
        if name not in rows.columns:
            return [""] * count
        return [_cell(value) for value in rows[name].tolist()]

    ids = [str(value) for value in rows[key].tolist()]
    label = [
        " - ".join(part for part in parts if part) for parts in zip(column("name"), column("address"), strict=True)
    ]
    points = [f"{y} {x} 0 0" if x and y else "" for x, y in zip(column("longitude"), column("latitude"), strict=True)]
    made = {
        "name": [str(uuid5(NAMESPACE_URL, f"{_NAMESPACE}/{value}")) for value in ids],
        "label": [harmless_text(text) for text in label],
        "establishment_id": [harmless_text(text) for text in ids],
        **{property_of(name): [harmless_text(text) for text in column(name)] for name in asked},
        "geometry": points,
    }
    write_whole(path, csv_bytes([list(made), *zip(*made.values(), strict=True)]))


def _cell(value: Any) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def answer_columns(*, separator: str = "-") -> dict[str, str]:
    """Headings under which servers export the answers, with the attribute that each holds.

    Parameters
    ----------
    separator
        Between group and question: ``-`` at ODK Central, ``/`` at KoboToolbox.

    >>> columns = answer_columns()
    >>> columns["activity-workers"], columns["place-position-Latitude"], columns["buildings-gross_floor_area_m2"]
    ('workers', 'latitude', 'gross_floor_area_m2')
    """
    table = tables()["observation"]
    found: dict[str, str] = {}
    groups: list[str] = []
    for row in survey_rows(table):
        if row["type"].startswith("begin_"):
            groups.append(row["name"])
        elif row["type"].startswith("end_"):
            groups.pop()
        elif row["name"] in table and row["name"] not in BUILDING:
            found[separator.join([*groups, row["name"]])] = row["name"]
        elif row["name"] == POSITION:
            found |= {separator.join([*groups, POSITION, part]): name for part, name in PARTS.items()}
    return found
