"""The catalogue of problems is whole, and a problem says what, where and how to mend it in both languages."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

import pytest

from quydat.core.problem import NOWHERE, Place, Problem, Problems, catalogue, problem, raise_if

SENTENCES = ("message_vi", "message_en", "repair_vi", "repair_en")
NUMBERS = sorted(catalogue())


def placeholders(sentence: str, lang: str) -> set[str]:
    """Names of the facts in a sentence; a fact with a form for each language counts as one."""
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
    other = {"vi": "_en", "en": "_vi"}[lang]
    assert not {name for name in names if name.endswith(other)}, f"a fact of the other language: {names}"
    return {name.removesuffix(f"_{lang}") for name in names}


@pytest.mark.parametrize("number", NUMBERS)
def test_message_and_repair_stand_in_both_languages(number: str) -> None:
    row = catalogue()[number]
    assert re.fullmatch(r"[a-z0-9_]+", row["slug"])
    for name in SENTENCES:
        assert row[name] == row[name].strip() != ""
        # A message that is a whole sentence of its own brings its own full stop.
        assert row[name].endswith((".", "?", "{why_vi}", "{why_en}"))
    assert row["message_vi"] != row["message_en"]
    assert row["repair_vi"] != row["repair_en"]


@pytest.mark.parametrize("number", NUMBERS)
def test_both_languages_state_the_same_facts(number: str) -> None:
    row = catalogue()[number]
    for kind in ("message", "repair"):
        assert placeholders(row[f"{kind}_vi"], "vi") == placeholders(row[f"{kind}_en"], "en")


def test_numbers_and_names_are_unique_and_in_order() -> None:
    text = files("quydat.core").joinpath("problems.csv").read_text(encoding="utf-8")
    numbers = re.findall(r"^(QD\d+),", text, flags=re.MULTILINE)
    assert len(numbers) == len(catalogue())
    assert numbers == sorted(set(numbers))
    assert all(re.fullmatch(r"QD\d{3}", number) for number in numbers)
    slugs = [row["slug"] for row in catalogue().values()]
    assert len(slugs) == len(set(slugs))


def modules(folder: Traversable) -> Iterator[Traversable]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from modules(item)
        elif item.name.endswith(".py"):
            yield item


def test_every_number_that_the_program_uses_is_in_the_catalogue() -> None:
    used = {
        number
        for module in modules(files("quydat"))
        for number in re.findall(r"\bQD\d{3}\b", module.read_text(encoding="utf-8"))
    }
    assert "QD204" in used  # the search finds what is there
    assert used <= set(catalogue())


@pytest.mark.parametrize("number", NUMBERS)
def test_every_problem_can_be_made(number: str) -> None:
    row = catalogue()[number]
    names = {name for key in SENTENCES for _, name, _, _ in Formatter().parse(row[key]) if name}
    made = problem(number, Place("park.csv"), **{name: f"<{name}>" for name in names})
    said = "".join((made.message("vi"), made.message("en"), made.repair("vi"), made.repair("en")))
    assert all(f"<{name}>" in said for name in names)


def test_a_missing_fact_and_an_unknown_number_raise_where_they_are_made() -> None:
    with pytest.raises(KeyError, match="value"):
        problem("QD206")
    with pytest.raises(KeyError, match="QD999"):
        problem("QD999")


def test_facts_are_never_read_as_templates() -> None:
    made = problem("QD206", value="{0.__class__} {value}")
    assert made.message("en") == '"{0.__class__} {value}" is not a whole number.'


@pytest.mark.parametrize(
    ("place", "vi", "en"),
    [
        (NOWHERE, "", ""),
        (Place("park.csv"), "park.csv", "park.csv"),
        (
            Place("a.xlsx", "Khu", 3, "kind"),
            "a.xlsx, trang Khu, dòng 3, cột kind",
            "a.xlsx, sheet Khu, row 3, column kind",
        ),
        (Place(row=2), "dòng 2", "row 2"),
    ],
)
def test_a_place_in_words(place: Place, vi: str, en: str) -> None:
    assert place.shown("vi") == vi
    assert place.shown("en") == en


def test_the_json_form_by_hand() -> None:
    assert problem("QD206", Place("park.csv", row=3, column="year"), value="2030.5").as_dict() == {
        "number": "QD206",
        "where": {"file": "park.csv", "row": 3, "column": "year"},
        "message_vi": "«2030.5» không phải số nguyên.",
        "message_en": '"2030.5" is not a whole number.',
        "repair_vi": "Ghi số nguyên, ví dụ 2030.",
        "repair_en": "Write a whole number such as 2030.",
    }


def test_all_problems_are_raised_at_once() -> None:
    found = [problem("QD206", Place("park.csv", row=3), value="x"), problem("QD504")]
    with pytest.raises(Problems) as caught:
        raise_if(iter(found))
    assert caught.value.found == tuple(found)
    assert caught.value.lines("vi") == [
        "QD206  park.csv, dòng 3: «x» không phải số nguyên.\n       Cách sửa: Ghi số nguyên, ví dụ 2030.",
        "QD504  Không có khu nào đang hoạt động có diện tích: không tính được quỹ đất.\n"
        "       Cách sửa: Thêm khu vào bảng park.",
    ]
    assert str(caught.value).startswith('QD206  park.csv, row 3: "x" is not a whole number.\n       To mend: ')


def test_without_problems_nothing_is_raised() -> None:
    raise_if([])
    with pytest.raises(ValueError, match="no problem"):
        Problems([])


def test_a_problem_is_a_value() -> None:
    assert problem("QD206", value=5) == Problem("QD206", {"value": "5"})


@pytest.mark.parametrize(
    ("why", "vi"),
    [
        ("it is not an SQLite file", "không phải tệp SQLite"),
        ("'31/02/2024' is not YYYY, YYYY-MM or YYYY-MM-DD", "không theo dạng năm, năm-tháng hoặc năm-tháng-ngày"),
        ("tables/parks.csv: changed", "tệp tables/parks.csv đã bị sửa"),
        ("Invalid value (at line 3, column 8)", "dòng 3, cột 8 (Invalid value)"),
        ("{why} of a {stranger}", "{why} of a {stranger}"),
    ],
)
def test_reasons_are_told_in_the_language_and_others_stay_as_they_are(why: str, vi: str) -> None:
    one = problem("QD101", why=why)
    assert one.message("vi") == f"Không đọc được tệp: {vi}."
    assert one.message("en") == f"The file cannot be read: {why}."
