"""Tables and attributes as the dictionary defines them."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Literal, get_args

from quydat.core.text import Lang

Kind = Literal["record", "survey", "law", "result"]
"""Kept row by row and checked as a whole; kept in bulk and taken row by row; read from a pack; made by a run."""
TYPES = ("text", "number", "integer", "year", "boolean", "date", "partial_date", "choice", "refs", "geometry")


@dataclass(frozen=True)
class Attribute:
    """One column: what it means, how it is written, what it may hold.

    ``unit`` is empty for what has none. ``choices`` names a list, ``refers_to`` a table whose single key the
    value (or, for type ``refs``, each of the values between semicolons) must be.
    """

    name: str
    type: str
    unit: str
    required: bool
    minimum: float | None
    maximum: float | None
    choices: str
    refers_to: str
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str
    legal_basis: str
    since: str

    def label(self, lang: Lang) -> str:
        """Name that people read, with its unit."""
        name = self.label_vi if lang == "vi" else self.label_en
        unit = unit_shown(self.unit, lang)
        return f"{name} ({unit})" if unit else name

    def definition(self, lang: Lang) -> str:
        """What the attribute means."""
        return self.definition_vi if lang == "vi" else self.definition_en


@dataclass(frozen=True)
class Table:
    """One table: its key and its attributes in order."""

    name: str
    kind: Kind
    key: tuple[str, ...]
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str
    attributes: tuple[Attribute, ...]

    def __iter__(self) -> Iterator[Attribute]:
        return iter(self.attributes)

    def __getitem__(self, name: str) -> Attribute:
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        raise KeyError(f"table {self.name} has no attribute {name!r}")

    def __contains__(self, name: object) -> bool:
        return any(attribute.name == name for attribute in self.attributes)

    @property
    def columns(self) -> list[str]:
        """Names of the attributes in order."""
        return [attribute.name for attribute in self.attributes]

    def label(self, lang: Lang) -> str:
        """Name that people read."""
        return self.label_vi if lang == "vi" else self.label_en

    def definition(self, lang: Lang) -> str:
        """What the table holds."""
        return self.definition_vi if lang == "vi" else self.definition_en


PERSONAL: Mapping[str, tuple[str, ...]] = {"observation": ("surveyor",)}
"""Attributes that tell of a person, by table: they stay in the record and are in no run, export or form of others."""

_UNITS: dict[str, tuple[str, str]] = {
    "share": ("%", "%"),
    "bn_vnd": ("tỷ đồng", "bn VND"),
    "days": ("ngày", "days"),
    "day": ("ngày", "days"),
    "working day": ("ngày làm việc", "working days"),
    "working days": ("ngày làm việc", "working days"),
    "working_days": ("ngày làm việc", "working days"),
    "month": ("tháng", "months"),
    "months": ("tháng", "months"),
    "degree": ("độ", "degrees"),
    "year": ("", ""),
    "year_or_none": ("", ""),
    "count": ("", ""),
    "date": ("", ""),
    "jobs/ha": ("người/ha", "jobs/ha"),
    "as unit": ("", ""),
    "as quantity": ("", ""),
    "ratio": ("lần", "ratio"),
    "m2": ("m²", "m²"),
    "id": ("", ""),
    "km2": ("km²", "km²"),
    "people_per_km2": ("người/km²", "people/km²"),
    "VND": ("đồng", "VND"),
    "text": ("", ""),
    "years": ("năm", "years"),
    "bn_vnd_per_ha": ("tỷ đồng/ha", "bn VND/ha"),
    "usd_per_m2_term": ("USD/m²/kỳ hạn", "USD/m²/term"),
    "m2_per_job": ("m²/lao động", "m²/job"),
    "ha_per_year": ("ha/năm", "ha/year"),
    "jobs": ("lao động", "jobs"),
    "people": ("người", "people"),
    "m USD": ("triệu USD", "m USD"),
    "m USD/ha": ("triệu USD/ha", "m USD/ha"),
    "t_per_year": ("tấn/năm", "t/year"),
    "seconds": ("giây", "s"),
    "bn": ("tỷ", "bn"),
    "bn_vnd_per_ha_year": ("tỷ đồng/ha/năm", "bn VND/ha/year"),
    "ha_years": ("ha·năm", "ha-years"),
    "ha_years_per_bn_vnd": ("ha·năm/tỷ đồng", "ha-years/bn VND"),
    "ha_per_bn_vnd": ("ha/tỷ đồng", "ha/bn VND"),
}


def unit_shown(unit: str, lang: Lang) -> str:
    """A unit as people write it; empty for what is counted or named."""
    return _UNITS.get(unit, (unit, unit))[lang != "vi"]


def _rows(*path: str) -> list[dict[str, str]]:
    text = files("quydat.dictionary").joinpath(*path).read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def _attribute(row: dict[str, str]) -> Attribute:
    return Attribute(
        name=row["name"],
        type=row["type"],
        unit=row["unit"],
        required=row["required"] == "yes",
        minimum=float(row["minimum"]) if row["minimum"] else None,
        maximum=float(row["maximum"]) if row["maximum"] else None,
        choices=row["choices"],
        refers_to=row["refers_to"],
        label_vi=row["label_vi"],
        label_en=row["label_en"],
        definition_vi=row["definition_vi"],
        definition_en=row["definition_en"],
        legal_basis=row["legal_basis"],
        since=row["since"],
    )


@cache
def tables() -> dict[str, Table]:
    """All tables by name: first those of the record, then the results, in the order of the dictionary."""
    return {
        row["name"]: Table(
            name=row["name"],
            kind=_kind(row["kind"]),
            key=tuple(row["key"].split(";")),
            label_vi=row["label_vi"],
            label_en=row["label_en"],
            definition_vi=row["definition_vi"],
            definition_en=row["definition_en"],
            attributes=tuple(_attribute(a) for a in _rows("tables", f"{row['name']}.csv")),
        )
        for row in _rows("tables.csv")
    }


def record_tables() -> list[Table]:
    """Tables of the record, in an order in which each comes after those it refers to."""
    return [table for table in tables().values() if table.kind == "record"]


def survey_tables() -> list[Table]:
    """Tables of the survey, in an order in which each comes after those it refers to."""
    return [table for table in tables().values() if table.kind == "survey"]


def law_tables() -> list[Table]:
    """Tables of a law pack, in an order in which each comes after those it refers to."""
    return [table for table in tables().values() if table.kind == "law"]


def _kind(word: str) -> Kind:
    for kind in get_args(Kind):
        if word == kind:
            return kind  # type: ignore[no-any-return]
    raise ValueError(f"{word!r} is no kind of table")


@cache
def choices(name: str) -> dict[str, tuple[str, str]]:
    """Values of a list with their labels in Vietnamese and English."""
    found = {row["value"]: (row["label_vi"], row["label_en"]) for row in _rows("choices.csv") if row["list"] == name}
    if not found:
        raise KeyError(f"there is no list of choices {name!r}")
    return found


def choice_label(name: str, value: str, lang: Lang) -> str:
    """Label of one value of a list.

    >>> choice_label("park_kind", "industrial_cluster", "vi")
    'cụm công nghiệp'
    """
    return choices(name)[value][lang != "vi"]
