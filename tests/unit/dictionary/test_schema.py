"""The dictionary is whole: every table and attribute is named, defined and typed in both languages."""

import re
from importlib.resources import files

import pytest

from quydat.dictionary.schema import (
    TYPES,
    Table,
    choice_label,
    choices,
    record_tables,
    tables,
    unit_shown,
)  # fmt: skip

EVERY_TABLE = pytest.mark.parametrize("table", tables().values(), ids=lambda table: table.name)
SAME_IN_BOTH = {"m", "", "ha", "km"}
UNIT_OF_ENDING = {
    "_ha": "ha",
    "_share": "share",
    "_bn_vnd": "bn_vnd",
    "_days": "days",
    "_m2": "m2",
    "_km": "km",
    "_per_ha": "jobs/ha",
    "_bn_vnd_per_ha": "bn_vnd_per_ha",
    "_usd_per_m2": "usd_per_m2_term",
    "years_per_bn_vnd": "ha_years_per_bn_vnd",
    "_per_bn_vnd": "ha_per_bn_vnd",
}
OF_TWO_TABLES = {("fund_source", "for_projects"), ("delivery_model", "skips_steps")}
"""Money is earmarked for projects or for parks; the step that reads it looks in both."""


@EVERY_TABLE
def test_tables(table: Table) -> None:
    assert re.fullmatch(r"[a-z][a-z_]*", table.name)
    for text in (table.label_vi, table.label_en, table.definition_vi, table.definition_en):
        assert text == text.strip() != ""
    assert table.definition_vi != table.definition_en
    assert (table.label("vi"), table.label("en")) == (table.label_vi, table.label_en)
    assert (table.definition("vi"), table.definition("en")) == (table.definition_vi, table.definition_en)
    assert len(set(table.columns)) == len(table.columns)
    for name in table.key:
        assert table[name].required, f"the key {name} may be empty"


@EVERY_TABLE
def test_attributes(table: Table) -> None:
    for attribute in table:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", attribute.name), attribute.name
        for text in (attribute.label_vi, attribute.label_en, attribute.definition_vi, attribute.definition_en):
            assert text == text.strip() != "", attribute.name
        assert attribute.definition("vi") == attribute.definition_vi, attribute.name
        assert attribute.definition("en") == attribute.definition_en, attribute.name
        assert attribute.type in TYPES, attribute.name
        assert re.fullmatch(r"\d+\.\d+\.\d+", attribute.since), attribute.name


@EVERY_TABLE
def test_units(table: Table) -> None:
    for attribute in table:
        known = attribute.unit in SAME_IN_BOTH or unit_shown(attribute.unit, "vi") != attribute.unit
        assert known, f"unit_shown does not know {attribute.unit!r} of {attribute.name}"
        if attribute.type in ("number", "integer", "year"):
            assert attribute.unit, f"{attribute.name}: a number has a unit"
        for ending in sorted(UNIT_OF_ENDING, key=len, reverse=True):
            if attribute.name.endswith(ending):
                assert attribute.unit == UNIT_OF_ENDING[ending], attribute.name
                break


@EVERY_TABLE
def test_ranges_and_lists(table: Table) -> None:
    for attribute in table:
        limits = [limit for limit in (attribute.minimum, attribute.maximum) if limit is not None]
        assert limits == sorted(limits), attribute.name
        assert not limits or attribute.type in ("number", "integer", "year"), attribute.name
        assert (attribute.type == "choice") == bool(attribute.choices), attribute.name
        if attribute.choices:
            assert choices(attribute.choices), attribute.name


@EVERY_TABLE
def test_references(table: Table) -> None:
    for attribute in table:
        if attribute.type == "refs" and table.kind == "record" and (table.name, attribute.name) not in OF_TWO_TABLES:
            assert attribute.refers_to, attribute.name
        if attribute.refers_to:
            target = tables()[attribute.refers_to]
            assert len(target.key) == 1, attribute.name
            assert target.kind == "record" or target.kind == table.kind in ("survey", "law"), attribute.name
            assert attribute.type in ("text", "refs"), attribute.name


@EVERY_TABLE
def test_no_heading_names_two_columns(table: Table) -> None:
    names: dict[str, str] = {}
    for attribute in table:
        for heading in {attribute.name, attribute.label_vi, attribute.label_en}:
            assert names.setdefault(heading.casefold(), attribute.name) == attribute.name, heading


def test_record_tables_come_after_those_they_refer_to() -> None:
    seen: set[str] = set()
    for table in record_tables():
        seen.add(table.name)
        assert {attribute.refers_to for attribute in table if attribute.refers_to} <= seen


def test_records_stand_before_results_and_every_file_is_a_table() -> None:
    kinds = [table.kind for table in tables().values()]
    assert kinds == sorted(kinds, key=["record", "survey", "law", "result"].index)
    names = {item.name for item in files("quydat.dictionary").joinpath("tables").iterdir()}
    assert names == {f"{name}.csv" for name in tables()}


def test_lists_of_choices_are_used_and_unambiguous() -> None:
    text = files("quydat.dictionary").joinpath("choices.csv").read_text(encoding="utf-8")
    listed = {line.split(",")[0] for line in text.splitlines()[1:]}
    used = {attribute.choices for table in tables().values() for attribute in table} - {""}
    assert used <= listed
    for name in listed:
        taken: dict[str, str] = {}
        for code, labels in choices(name).items():
            assert re.fullmatch(r"[A-Za-z0-9_]+", code)
            for shown in (code, *labels):
                assert shown == shown.strip() != ""
                assert taken.setdefault(shown.casefold(), code) == code


def test_the_record_tables_that_claims_speak_of_are_record_tables() -> None:
    assert set(choices("record_table")) <= {table.name for table in record_tables()}


def test_one_table_by_hand() -> None:
    table = tables()["exchange_rate"]
    assert (table.kind, table.key) == ("record", ("currency", "on"))
    assert table.columns[:3] == ["currency", "on", "vnd_per_unit"]
    rate = table["vnd_per_unit"]
    assert (rate.type, rate.required, rate.minimum, rate.maximum) == ("number", True, 1.0, 1_000_000.0)
    assert rate.label("vi").endswith(" (đồng)")
    assert rate.label("en").endswith(" (VND)")
    assert tables()["spending"]["year"].label("vi") == "Năm"
    assert "vnd_per_unit" in table
    assert "rate" not in table
    with pytest.raises(KeyError, match="table exchange_rate has no attribute 'rate'"):
        table["rate"]


def test_choice_labels() -> None:
    assert choice_label("park_kind", "high_tech_park", "vi") == "khu công nghệ cao"
    assert choice_label("park_kind", "high_tech_park", "en") == "high-tech park"
    with pytest.raises(KeyError, match="no list of choices 'colours'"):
        choices("colours")
