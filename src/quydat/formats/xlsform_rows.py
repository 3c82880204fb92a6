"""Questions of the field form: from the dictionary and ``form.csv``, row by row as XLSForm has them."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import StringIO

from quydat.core.text import LANGS, Lang, say
from quydat.dictionary.schema import Attribute, Table

LANGUAGES: Mapping[Lang, str] = {"vi": "Tiếng Việt (vi)", "en": "English (en)"}
ENTITY_LIST = "establishments"
GROUPS = ("visit", "identity", "place", "activity", "land", "buildings", "evidence")
PHOTOS = 3
_PIXELS = 2048
POSITION = "position"
BUILDING = ("building_footprint_m2", "building_storeys", "building_height_m", "building_floor_given_m2")
PARTS: Mapping[str, str] = {"Longitude": "longitude", "Latitude": "latitude", "Accuracy": "position_error_m"}
"""What a server makes of a point when it exports it."""

Row = dict[str, str]
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@cache
def plan() -> tuple[Mapping[str, str], ...]:
    """Rows of ``form.csv``: which attribute is asked where, as what, when, and what is known of it before.

    >>> [row["attribute"] for row in plan() if row["personal"]]
    ['surveyor']
    """
    text = files("quydat.formats").joinpath("form.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(StringIO(text)))


def property_of(attribute: str) -> str:
    """Name of an attribute on the list of entities, where ``name`` and ``label`` are the server's own.

    >>> property_of("name"), property_of("workers")
    ('establishment_name', 'workers')
    """
    return f"establishment_{attribute}" if attribute in ("name", "label") else attribute


def survey_rows(table: Table) -> list[Row]:
    """Rows of the sheet ``survey``.

    Parameters
    ----------
    table
        The dictionary's table ``observation``.

    >>> from quydat.dictionary.schema import tables
    >>> [row["name"] for row in survey_rows(tables()["observation"]) if row["type"] == "geoshape"]
    ['outline']
    """
    rows: list[Row] = []
    for group in GROUPS:
        rows.append({"type": "begin_group", "name": group, **_said("label", f"form.group.{group}")})
        rows += _before(group)
        rows += [_question(table[row["attribute"]], row) for row in plan() if row["group"] == group]
        rows += _after(group, table)
        rows.append({"type": "end_group", "name": group})
    rows.append({"type": "calculate", "name": "basis", "calculation": "'surveyed'"})
    rows.append(
        {
            "type": "calculate",
            "name": "entity_id",
            "calculation": "if(${known} = 'known', ${establishment}, once(uuid()))",
        }
    )
    return rows


def _said(column: str, key: str, **facts: object) -> Row:
    return {f"{column}::{LANGUAGES[lang]}": say(key, lang, **facts) for lang in LANGS}


def _required() -> Row:
    return {"required": "yes", **_said("required_message", "form.required")}


def _before(group: str) -> list[Row]:
    if group == "visit":
        return [
            {"type": "select_one known", "name": "known", **_said("label", "form.known"), **_required()},
            {
                "type": f"select_one_from_file {ENTITY_LIST}.csv", "name": "establishment",
                "appearance": "autocomplete", "relevant": "${known} = 'known'",
                **_said("label", "form.establishment"), **_required(),
            },
        ]  # fmt: skip
    if group != "buildings":
        return []
    yes = "${buildings_known} = 'yes'"
    rows = [
        {
            "type": "select_one buildings_known", "name": "buildings_known", **_said("label", "form.buildings_known"),
            **_required(),
        },
        {"type": "begin_repeat", "name": "building", "relevant": yes, **_said("label", "form.building")},
    ]  # fmt: skip
    for name in BUILDING:
        attribute = {"building_footprint_m2": (0, 5000000), "building_storeys": (1, 80), "building_height_m": (0, 300)}
        low, high = attribute.get(name, (0, 5000000))
        row = {"type": "decimal", "name": name, **_said("label", f"form.{name}"), **_range(low, high)}
        if name in ("building_footprint_m2", "building_storeys"):
            row |= _required()
        if name == "building_floor_given_m2":
            row |= _said("hint", f"form.{name}.hint")
        rows.append(row)
    rows.append(
        {
            "type": "calculate", "name": "building_floor_m2",
            "calculation": "if(${building_floor_given_m2} != '', ${building_floor_given_m2}, "
            "${building_footprint_m2} * ${building_storeys})",
        }
    )  # fmt: skip
    rows.append({"type": "end_repeat", "name": "building"})
    return rows


def _after(group: str, table: Table) -> list[Row]:
    if group == "place":
        rows = [
            {
                "type": "geopoint", "name": POSITION, **_said("label", "form.position"),
                **_said("hint", "form.position.hint"), "save_to": "geometry", **_required(),
            },
            {"type": "geoshape", "name": "outline", **_labels(table["outline"]), **_said("hint", "form.outline.hint")},
        ]  # fmt: skip
        parts = (("latitude", 0), ("longitude", 1), ("position_error_m", 3))
        rows += [_calculated(name, f"selected-at(${{{POSITION}}}, {place})") for name, place in parts]
        return [*rows, _calculated("position_source", f"if(${{{POSITION}}} != '', 'gps', '')")]
    if group == "buildings":
        # No building is a floor of 0; no access is a floor that is not known.
        total = "if(${{buildings_known}} = 'yes', {of}, if(${{buildings_known}} = 'no', 0, ''))"
        heights = "${building_height_m}"
        return [
            _calculated("footprint_m2", total.format(of="sum(${building_footprint_m2})"), saved=True),
            _calculated("gross_floor_area_m2", total.format(of="sum(${building_floor_m2})"), saved=True),
            _calculated(
                "storeys", "if(number(${footprint_m2}) > 0, ${gross_floor_area_m2} div ${footprint_m2}, '')", saved=True
            ),
            _calculated("height_m", f"if(count-non-empty({heights}) > 0, max({heights}[. != '']), '')", saved=True),
            {"type": "note", "name": "total", "relevant": "${buildings_known} = 'yes'", **_said("label", "form.total")},
        ]
    if group == "evidence":
        photos = [f"photo_{number + 1}" for number in range(PHOTOS)]
        rows = [
            {
                "type": "image",
                "name": name,
                "parameters": f"max-pixels={_PIXELS}",
                **_said("label", "form.photo", number=number),
            }
            for number, name in enumerate(photos, start=1)
        ]
        joined = ", ".join(f"if(${{{name}}} != '', concat(${{{name}}}, ';'), '')" for name in photos)
        return [*rows, _calculated("photo", f"concat({joined})")]
    return []


def _calculated(name: str, formula: str, *, saved: bool = False) -> Row:
    return {"type": "calculate", "name": name, "calculation": formula, **({"save_to": name} if saved else {})}


def _labels(attribute: Attribute) -> Row:
    return {f"label::{LANGUAGES[lang]}": attribute.label(lang) for lang in LANGS}


def _question(attribute: Attribute, planned: Mapping[str, str]) -> Row:
    name, kind = attribute.name, planned["type"]
    row: Row = {"type": f"{kind} {attribute.choices}" if kind == "select_one" else kind, "name": name}
    row |= _labels(attribute)
    row |= {f"hint::{LANGUAGES[lang]}": attribute.definition(lang) for lang in LANGS}
    if planned["personal"]:
        row |= _said("hint", "form.personal") | {"bind::quydat:personal": "yes"}
    if planned["required"]:
        row |= _required()
    if planned["relevant"]:
        row["relevant"] = planned["relevant"]
    if attribute.minimum is not None or attribute.maximum is not None:
        row |= _range(attribute.minimum, attribute.maximum)
    row |= _own_rule(name)
    if planned["prefilled"]:
        # It comes when the establishment is chosen, and can be written over.
        known = (f"instance('{ENTITY_LIST}')", "root", "item[name = ${establishment}]", property_of(name))
        row["calculation"] = "/".join(known)
        row |= {"trigger": "${establishment}", "save_to": property_of(name)}
    return row


def _range(low: float | None, high: float | None) -> Row:
    rules = [f". >= {low:.15g}"] if low is not None else []
    rules += [f". <= {high:.15g}"] if high is not None else []
    key = "form.between" if low is not None and high is not None else "form.at_least"
    facts = {"minimum": f"{low:.15g}" if low is not None else "−∞", "maximum": f"{high:.15g}" if high else "∞"}
    return {"constraint": " and ".join(rules), **_said("constraint_message", key, **facts)}


def _own_rule(name: str) -> Row:
    """Rules that the dictionary states in words."""
    if name == "observed_on":
        return {"default": "today()", "constraint": ". <= today()", **_said("constraint_message", "form.not_later")}
    if name == "tax_code":
        weighted = " + ".join(f"substr(., {k}, {k + 1}) * {w}" for k, w in enumerate(_TAX_WEIGHTS))
        rule = f"regex(., '^[0-9]{{10}}(-[0-9]{{3}})?$') and 10 - (({weighted}) mod 11) = number(substr(., 9, 10))"
        return {"constraint": rule, **_said("constraint_message", "form.tax_code")}
    if name == "sector_code":
        return {
            "constraint": "regex(., '^([A-Va-v]|[0-9]{1,5})$')",
            **_said("constraint_message", "form.sector_code"),
        }
    return {}
