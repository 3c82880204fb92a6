"""Reading a programme's workbook back: what stands in the columns to be edited, and formulas that were changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.core.text import LANGS, Lang, say
from quydat.formats.programme_formulas import ABOUT, SHEETS, Layout, formulas, sheet_title
from quydat.formats.workbook_read import Sheets, plain_text, read_cells

_READ = ("project_id", "name", "delivery_model", "start", "decision", "model_before", "start_before", "decision_before")
_COUNTS = ("projects", "spending", "ready", "years")


@dataclass(frozen=True)
class BookRow:
    """A project of the workbook: its values by column as they stand there; empty cells are None."""

    row: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class BookRead:
    """A workbook of a programme.

    Attributes
    ----------
    sheet
        Name of the sheet of projects.
    about
        Facts of the sheet ``about`` by key.
    rows
        Projects.
    headings
        Column → its heading.
    ignored
        Cells in which a formula was written and stands no more as it was.
    """

    file: str
    sheet: str
    lang: Lang
    about: Mapping[str, Any]
    rows: tuple[BookRow, ...]
    headings: Mapping[str, str]
    ignored: tuple[Place, ...]

    def place(self, row: BookRow, column: str) -> Place:
        """Place of a cell."""
        return Place(self.file, self.sheet, row.row, self.headings[column])


def read_programme_book(path: Path) -> BookRead:
    """Read a workbook that was written by ``write_programme_book`` and edited since.

    Raises
    ------
    Problems
        QD101, QD113–QD115 of the file; QD945 if it is no such workbook: sheets, headings or facts are missing.
    """
    values, texts = read_cells(path)
    lang = next((lang for lang in LANGS if sheet_title("about", lang) in values), None)
    missing = [
        sheet_title(name, lang or "vi") for name in SHEETS if lang is None or sheet_title(name, lang) not in values
    ]
    if lang is None or missing:
        raise Problems([_no_book(path.name, "thiếu trang", "sheets are missing", ", ".join(missing))])
    about = _about(path.name, values[sheet_title("about", lang)])
    title = sheet_title("programme", lang)
    rows, headings = _rows(path.name, title, values[title], lang)
    layout = Layout(*(int(about[name]) for name in _COUNTS))
    return BookRead(path.name, title, lang, about, rows, headings, tuple(_edited(path.name, texts, layout, lang)))


def _no_book(file: str, vi: str, en: str, what: str, sheet: str = "") -> Problem:
    return problem("QD945", Place(file, sheet), why_vi=f"{vi}: {what}", why_en=f"{en}: {what}")


def _about(file: str, rows: Sequence[Sequence[tuple[str, Any]]]) -> dict[str, Any]:
    cells = [[plain_text(value) for _, value in row[:3]] for row in rows]
    facts = {row[2]: row[1] for row in cells if len(row) == 3 and row[2] in ABOUT}
    wrong = [name for name in ABOUT if name not in facts]
    wrong += [name for name in _COUNTS if name in facts and not _whole(facts[name])]
    if wrong:
        raise Problems([_no_book(file, "thiếu hoặc sai", "missing or wrong", ", ".join(wrong))])
    return facts


def _whole(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6 and value == int(value)


def _rows(
    file: str, sheet: str, cells: Sequence[Sequence[tuple[str, Any]]], lang: Lang
) -> tuple[tuple[BookRow, ...], dict[str, str]]:
    """Projects, found by the headings, so that columns may be moved."""
    headings = {name: say(f"workbook.programme.column.{name}", lang) for name in SHEETS["programme"]}
    first = [plain_text(value) for _, value in cells[0]] if cells else []
    absent = [headings[name] for name in _READ if headings[name] not in first]
    raise_if([_no_book(file, "thiếu cột", "columns are missing", ", ".join(absent), sheet)] if absent else [])
    where = {name: first.index(headings[name]) for name in _READ}
    made = []
    for number, row in enumerate(cells[1:], start=2):
        values = {
            name: _cleaned(plain_text(row[place][1])) if place < len(row) else None for name, place in where.items()
        }
        if values["project_id"] is not None:
            made.append(BookRow(number, values))
    return tuple(made), headings


def _cleaned(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value


def _edited(file: str, texts: Sheets, layout: Layout, lang: Lang) -> list[Place]:
    """Cells that no longer hold the formula that was written there."""
    from openpyxl.utils import get_column_letter

    found = []
    for sheet, live in formulas(layout, lang).items():
        title = sheet_title(sheet, lang)
        rows = texts[title]
        for (row, column), formula in sorted(live.items()):
            there = rows[row][column] if row < len(rows) and column < len(rows[row]) else ("n", None)
            if _plain(getattr(there[1], "text", there[1])) != _plain(formula):
                found.append(Place(file, title, row + 1, get_column_letter(column + 1)))
    return found


def _plain(formula: Any) -> str:
    """A formula without what another spreadsheet may write otherwise: blanks, quotes, case of letters."""
    return "".join(str(formula).split()).replace("'", "").casefold()
