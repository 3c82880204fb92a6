"""The committed manual is what the dictionary and the catalogue say now: no page stale, none too many."""

import tomllib
from pathlib import Path
from string import Formatter

import pytest

from quydat.cli.main import build
from quydat.cli.manual import COMMANDS, commands_page, pages
from quydat.core.problem import catalogue
from quydat.dictionary.manual import problems_page, settings_page, table_page, tables_index
from quydat.dictionary.schema import choices, tables
from quydat.dictionary.settings import settings

MANUAL = Path(__file__).parents[2] / "docs" / "manual"
PAGES = pages()
ROW = range(10)  # bars of a row with nine cells


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_up_to_date(name: str) -> None:
    assert (MANUAL / name).read_bytes() == PAGES[name].encode(), f"docs/manual/{name} is stale: make docs"


def test_no_page_is_left_over_from_a_table_that_is_gone() -> None:
    there = {path.relative_to(MANUAL).as_posix() for path in (MANUAL / "tables").iterdir()}
    assert there == {name for name in PAGES if name.startswith("tables/")}


def test_there_is_a_page_for_each_table() -> None:
    of_tables = {f"tables/{name}.md" for name in tables()}
    assert set(PAGES) == {COMMANDS, "problems.md", "settings.md", "tables.md"} | of_tables


@pytest.mark.parametrize("number", catalogue())
def test_each_problem_has_its_heading_and_sentences(number: str) -> None:
    row = catalogue()[number]
    head = f"## {number} {row['slug']}\n"
    assert problems_page().count(head) == 1
    section = problems_page().split(head)[1].split("\n## ")[0]
    for name in ("message_vi", "message_en", "repair_vi", "repair_en"):
        for literal, fact, _, _ in Formatter().parse(row[name]):
            assert literal in section.replace("\\", "")
            assert fact is None or f"‹{fact}›" in section
    assert "{" not in section


@pytest.mark.parametrize("name", tables())
def test_each_table_is_on_the_list_and_shows_all_that_it_holds(name: str) -> None:
    table = tables()[name]
    assert f"[`{name}`](tables/{name}.md)" in tables_index()
    page = table_page(table)
    lines = page.splitlines()
    assert lines[0] == f"# `{name}`: {table.label_vi} · {table.label_en}"
    assert lines[2] == table.definition_vi
    assert lines[4] == table.definition_en
    for attribute in table:
        whole = [line for line in lines if line.replace(r"\|", "").count("|") == len(ROW)]
        (row,) = [line.replace(r"\|", "|") for line in whole if line.startswith(f"| `{attribute.name}`")]
        assert ("(khóa · key)" in row) == (attribute.name in table.key)
        assert f"{attribute.label_vi} · {attribute.label_en}" in row
        assert f"{attribute.definition_vi}<br>{attribute.definition_en}" in row
        assert ("| có · yes |" in row) == attribute.required
        assert row.endswith(f"| {attribute.since} |")
        if attribute.choices:
            for value, (vi, en) in choices(attribute.choices).items():
                assert f"| `{value}` | {vi} | {en} |" in lines


@pytest.mark.parametrize("key", settings())
def test_each_setting_has_its_heading_and_meaning(key: str) -> None:
    setting = settings()[key]
    head = f"\n## {key}\n"
    assert settings_page().count(head) == 1
    section = settings_page().split(head)[1].split("\n## ")[0]
    for text in (setting.label_vi, setting.label_en, setting.definition_vi, setting.definition_en):
        assert text.strip()
        assert text in section
    assert ("bắt buộc · required" in section) == setting.required


def test_the_example_of_settings_is_toml_with_known_keys() -> None:
    example = tomllib.loads(settings_page().split("```toml\n")[1].split("```")[0])
    stated = {f"study.{name}" for name in example["study"]}
    stated |= {f"parameters.demand.{name}" for name in example["parameters"]["demand"]}
    assert stated <= set(settings())


def test_one_row_by_hand() -> None:
    start = "| `occupancy_share` | Tỷ lệ lấp đầy · Occupancy rate | số · number | phần của 1 · part of 1 | "
    assert f"{start}không · no | 0 – 1 | Đất đã cho thuê" in table_page(tables()["park"])
    assert "| `list_id` (khóa · key) |" in table_page(tables()["plan_list_member"])
    assert "| mã của · id of [`plan_list`](plan_list.md) |" in table_page(tables()["plan_list_member"])


def test_pages_are_plain_text_with_one_line_end() -> None:
    for text in PAGES.values():
        assert "\r" not in text
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("name", build("vi").commands)
def test_each_command_has_its_heading_and_an_example_in_both_languages(name: str) -> None:
    section = commands_page().split(f"## quydat {name}\n")[1].split("\n## ")[0]
    for word in ("Ví dụ:", "Examples:"):
        assert "quydat" in section.split(word)[1].splitlines()[1]
