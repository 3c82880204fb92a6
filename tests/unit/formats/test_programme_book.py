"""The workbook of a programme: every formula comes to the value kept with it, and to what the hand says."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.support.formulas import Book
from tests.support.programme_run import YEARS, programme_tables

from quydat.core.problem import Problems
from quydat.core.text import Lang
from quydat.formats.programme_book import Decided, ProgrammeBook, quarter_text, write_programme_book
from quydat.formats.programme_book_read import read_programme_book
from quydat.formats.programme_formulas import SHEETS, Layout, formulas, sheet_title

MODELS = {"city_first": ("Thành phố làm trước", "City first"), "developer_led": ("Chủ đầu tư làm", "Developers")}


@pytest.fixture(scope="module")
def book() -> ProgrammeBook:
    made = programme_tables()
    return ProgrammeBook(
        programme=made["programme"], spending=made["spending"], ready=made["programme_ready"],
        simulation=made["simulation"], models=MODELS, before={"a": Decided("city_first", date(2027, 4, 1), None)},
        decisions={"b": "must"}, budget_bn_vnd=dict.fromkeys(YEARS, 40.0), opening_ha=12.0, price_year=2025,
        escalation_share=0.0, revolving_share=0.5, first_start=date(2025, 7, 1), last_start=date(2045, 10, 1),
        run="abc", basis="assumed",
    )  # fmt: skip


def layout_of(book: ProgrammeBook) -> Layout:
    return book.layout


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("rise", [0.0, 0.04])
def test_every_formula_comes_to_the_value_kept_with_it(
    lang: Lang, rise: float, book: ProgrammeBook, tmp_path: Path
) -> None:
    path = tmp_path / "p.xlsx"
    write_programme_book(path, replace(book, escalation_share=rise), lang=lang)
    second, kept = Book(path), openpyxl.load_workbook(path, data_only=True)
    live = formulas(layout_of(book), lang)
    assert {len(own) > 0 for own in live.values()} == {True}
    for sheet, own in live.items():
        title = sheet_title(sheet, lang)
        for row, column in own:
            cell = kept[title].cell(row + 1, column + 1)
            assert second.value(title, cell.coordinate) == pytest.approx(cell.value, abs=1e-9), (title, cell.coordinate)


def test_money_by_hand(book: ProgrammeBook, tmp_path: Path) -> None:
    """40 a year; 50 spent in 2025; 100 spent and 80 received in 2030; 70 received in 2045; half comes back."""
    write_programme_book(tmp_path / "p.xlsx", book, lang="en")
    second = Book(tmp_path / "p.xlsx")
    letter = {name: chr(ord("A") + place) for place, name in enumerate(SHEETS["money"])}
    column = {name: [second.value("Money", f"{letter[name]}{row}") for row in (2, 3, 4)] for name in SHEETS["money"]}
    assert column["year"] == [2025, 2030, 2045]
    assert column["spent"] == [50.0, 100.0, 0.0]
    assert column["received"] == [0.0, 80.0, 70.0]
    assert column["balance"] == [-10.0, -30.0, 45.0]
    assert column["cash"] == [0.0, 0.0, 45.0]
    assert column["debt"] == [10.0, 30.0, 0.0]
    assert second.value("Money", f"{letter['spent']}6") == 150.0
    assert second.value("Programme", "L2") == 70.0
    assert second.value("Programme", "M2") == -30.0


def test_land_by_hand_closes_each_year(book: ProgrammeBook, tmp_path: Path) -> None:
    """The closing land of each year is the mean of the simulation; what comes from elsewhere is what closes it."""
    write_programme_book(tmp_path / "p.xlsx", book, lang="en")
    second = Book(tmp_path / "p.xlsx")
    assert [second.value("Land", f"H{row}") for row in (2, 3, 4)] == [10.0, 45.0, 80.0]
    assert [second.value("Land", f"E{row}") for row in (2, 3, 4)] == [0.0, 50.0, 110.0]
    # 2025: 12 + x − 20 + 5 = 10; 2030: 10 + x + 50 − 25 + 0 = 45; 2045: 45 + x + 60 − 40 + 5 = 80
    assert [second.value("Land", f"C{row}") for row in (2, 3, 4)] == [13.0, 10.0, 10.0]


def test_what_was_written_is_read_back(book: ProgrammeBook, tmp_path: Path) -> None:
    write_programme_book(tmp_path / "p.xlsx", book, lang="vi")
    read = read_programme_book(tmp_path / "p.xlsx")
    assert (read.lang, read.about["run"], read.ignored) == ("vi", "abc", ())
    rows = {row.values["project_id"]: row.values for row in read.rows}
    assert rows["a"]["start"] == rows["a"]["start_before"] == "2027-Q2"
    assert rows["a"]["delivery_model"] == "Thành phố làm trước"
    assert rows["a"]["model_before"] == "city_first"
    assert rows["b"]["decision"] == "buộc phải làm"
    assert rows["d"]["start"] is None
    assert quarter_text(date(2025, 12, 31)) == "2025-Q4"


def test_the_same_programme_gives_the_same_bytes(book: ProgrammeBook, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_programme_book(tmp_path / name, book, lang="vi")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_edited_formulas_are_told(book: ProgrammeBook, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    write_programme_book(path, book, lang="en")
    opened = openpyxl.load_workbook(path)
    opened["Money"]["G3"] = 5
    opened["Land"]["H4"] = "=H3"
    opened.save(path)
    assert [(one.sheet, one.row, one.column) for one in read_programme_book(path).ignored] == [
        ("Money", 3, "G"), ("Land", 4, "H"),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ["sheet", "heading", "fact", "count"])
def test_another_workbook_is_refused(broken: str, book: ProgrammeBook, tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    write_programme_book(path, book, lang="en")
    opened = openpyxl.load_workbook(path)
    if broken == "sheet":
        del opened["Money"]
    elif broken == "heading":
        opened["Programme"]["D1"] = "When"
    elif broken == "fact":
        opened["About"]["C2"] = None
    else:
        opened["About"]["B7"] = "many"
    opened.save(path)
    with pytest.raises(Problems) as caught:
        read_programme_book(path)
    assert [one.number for one in caught.value.found] == ["QD945"]


def test_a_programme_without_anything(book: ProgrammeBook, tmp_path: Path) -> None:
    none = replace(book, programme=book.programme[:0], spending=book.spending[:0], ready=book.ready[:0])
    write_programme_book(tmp_path / "p.xlsx", none, lang="vi")
    assert read_programme_book(tmp_path / "p.xlsx").rows == ()
    assert Book(tmp_path / "p.xlsx").value("Chi và thu", "I4") == 120.0
