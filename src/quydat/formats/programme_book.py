"""A programme as a workbook that a planner can edit: projects, money and land by year with live formulas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from quydat.core.text import Lang, say
from quydat.dictionary.cells import Names, plain
from quydat.dictionary.schema import choice_label, choices
from quydat.formats.programme_formulas import ABOUT, EDITED, SHEETS, Layout, formulas, sheet_title
from quydat.formats.workbook_parts import number_format, put, write_book

Rows = list[list[Any]]
_HIDDEN = 3
_WIDTHS = {"project_id": 26, "name": 40, "delivery_model": 44, "label": 46, "value": 26, "decision": 18}


@dataclass(frozen=True)
class Decided:
    """What is decided of a project: model, first day of the quarter of its start, decision; None where nothing is."""

    model: str | None
    start: date | None
    decision: str | None


@dataclass(frozen=True, eq=False)
class ProgrammeBook:
    """What the workbook is written from.

    Attributes
    ----------
    programme, spending, ready, simulation
        Tables ``programme``, ``spending``, ``programme_ready`` and ``simulation``.
    models
        Delivery model → names.
    before
        Project → what an edit is held against.
    decisions
        Project → what the record decides.
    budget_bn_vnd
        Year → money of all sources, at prices of the year.
    opening_ha
        Clean land at the opening.
    run, basis
        Run or question that it comes from, and its weakest basis.
    """

    programme: pd.DataFrame
    spending: pd.DataFrame
    ready: pd.DataFrame
    simulation: pd.DataFrame
    models: Mapping[str, Names]
    before: Mapping[str, Decided]
    decisions: Mapping[str, str]
    budget_bn_vnd: Mapping[int, float]
    opening_ha: float
    price_year: int
    escalation_share: float
    revolving_share: float
    first_start: date
    last_start: date
    run: str
    basis: str

    @property
    def years(self) -> list[int]:
        """Years of the programme."""
        return sorted({int(year) for year in self.simulation["year"]})

    @property
    def layout(self) -> Layout:
        """Lengths of its sheets."""
        return Layout(len(self.programme), len(self.spending), len(self.ready), len(self.years))


def quarter_text(day: date | None) -> str | None:
    """A quarter as it is written and typed.

    >>> quarter_text(date(2027, 7, 1))
    '2027-Q3'
    """
    return None if day is None else f"{day.year}-Q{(day.month + 2) // 3}"


def write_programme_book(path: Path, book: ProgrammeBook, *, lang: Lang) -> None:
    """Write the workbook; every formula stands with the value that it comes to.

    Raises
    ------
    Problems
        QD406 disk full, QD108 not writable.
    """
    number = lang == "vi"
    own = {name: names[0 if number else 1] for name, names in book.models.items()}
    values = _values(book, own, lang)
    live = formulas(book.layout, lang)

    def fill(target: Any) -> None:
        styles = _styles(target, lang)
        for sheet in SHEETS:
            _fill(
                target.add_worksheet(sheet_title(sheet, lang)), sheet, values[sheet], live.get(sheet, {}), styles, lang
            )
        first, about = (target.get_worksheet_by_name(sheet_title(name, lang)) for name in ("programme", "about"))
        _rules(first, about, book, list(own.values()), lang)

    write_book(path, title=sheet_title("programme", lang), fill=fill)


def _values(book: ProgrammeBook, models: Mapping[str, str], lang: Lang) -> dict[str, Rows]:
    """Rows of each sheet, with what each formula comes to."""
    spending = [
        [
            row["project_id"],
            int(row["year"]),
            *(float(row[f"{name}_bn_vnd"]) for name in ("clearance", "works", "receipts")),
        ]
        for row in book.spending.to_dict("records")
    ]
    for row in spending:
        row.append(row[4] - row[2] - row[3])
    ready = [
        [row["project_id"], int(row["year"]), float(row["ready_share"]), float(row["delivered_ha"])]
        for row in book.ready.to_dict("records")
    ]
    received: dict[str, float] = {}
    for row in spending:
        received[row[0]] = received.get(row[0], 0.0) + row[4]
    programme = _with_totals(
        [_project(row, book, models, received, lang) for row in book.programme.to_dict("records")], (9, 10, 11, 12)
    )
    return {
        "programme": programme, "money": _with_totals(_money(book, spending), (1, 2, 3, 4, 6, 7)),
        "land": _with_totals(_land(book, ready), (2, 3, 5, 6)), "spending": spending, "ready": ready,
        "about": _about(book, lang),
    }  # fmt: skip


def _project(
    row: Mapping[Any, Any], book: ProgrammeBook, models: Mapping[str, str], received: Mapping[str, float], lang: Lang
) -> list[Any]:
    name = str(row["project_id"])
    model, start, order = plain(row["delivery_model"]), plain(row["start"]), plain(row["order"])
    decision = book.decisions.get(name)
    before = book.before.get(name, Decided(None, None, None))
    income, cost = received.get(name, 0.0), float(row["city_cost_bn_vnd"])
    return [
        name, row[f"name_{lang}"], None if model is None else models.get(str(model), model),
        quarter_text(start if isinstance(start, date) else None), _decision(decision, lang), order,
        *(plain(row[one]) for one in ("ready_p10", "ready", "ready_p90")), float(row["lettable_ha"]), cost, income,
        income - cost, before.model, quarter_text(before.start), before.decision,
    ]  # fmt: skip


def _decision(name: str | None, lang: Lang) -> str | None:
    return None if name is None else choice_label("lock_decision", name, lang)


def _money(book: ProgrammeBook, spending: Rows) -> Rows:
    made: Rows = []
    balance = 0.0
    for year in book.years:
        sums = [sum(row[column] for row in spending if row[1] == year) for column in (2, 3, 4)]
        prices = (1.0 + book.escalation_share) ** (year - book.price_year)
        spent, income, budget = (sums[0] + sums[1]) * prices, sums[2] * prices, book.budget_bn_vnd.get(year, 0.0)
        balance += budget + income * book.revolving_share - spent
        made.append([year, budget, *sums, prices, spent, income, balance, max(0.0, balance), max(0.0, -balance)])
    return made


def _land(book: ProgrammeBook, ready: Rows) -> Rows:
    """Means of the simulation. What other land becomes clean is what closes the account of each year."""
    rows = book.simulation
    mean = {
        (str(name), int(year)): float(value)
        for name, year, value in zip(rows["quantity"], rows["year"], rows["expected"], strict=True)
    }
    made: Rows = []
    opening, lost, summed = book.opening_ha, 0.0, 0.0
    for year in book.years:
        delivered = sum(row[3] for row in ready if row[1] == year)
        summed += delivered
        short, wanted = mean["shortage_ha", year] - lost, mean["demand_ha", year]
        elsewhere = mean["closing_ha", year] - opening - delivered + wanted - short
        closing = opening + elsewhere + delivered - wanted + short
        made.append([year, opening, elsewhere, delivered, summed, wanted, short, closing])
        opening, lost = closing, mean["shortage_ha", year]
    return made


def _with_totals(rows: Rows, columns: tuple[int, ...]) -> Rows:
    """Rows with their sums two rows below."""
    if not rows:
        return rows
    sums: list[Any] = [None] * len(rows[0])
    for column in columns:
        sums[column] = sum(row[column] for row in rows)
    return [*rows, [None] * len(sums), sums]


def _about(book: ProgrammeBook, lang: Lang) -> Rows:
    layout = book.layout
    facts = {
        "run": book.run, "lang": lang, "price_year": book.price_year, "escalation_share": book.escalation_share,
        "revolving_share": book.revolving_share, "projects": layout.projects, "spending": layout.spending,
        "ready": layout.ready, "years": layout.years, "first_start": quarter_text(book.first_start),
        "last_start": quarter_text(book.last_start), "basis": choice_label("basis", book.basis, lang),
    }  # fmt: skip
    made: Rows = [[say(f"workbook.programme.about.{name}", lang), facts[name], name] for name in ABOUT]
    how = [[say(f"workbook.programme.how.{name}", lang), None, None] for name in ("edit", "money", "land", "caution")]
    return [*made, [None, None, None], *how]


def _styles(book: Any, lang: Lang) -> dict[str, Any]:
    kinds = {
        "date": number_format("date", "", lang), "share": "0.0%", "number": "#,##0.00", "ratio": "0.0000", "whole": "0",
        "text": "@", "bn_vnd": "#,##0.0",
    }  # fmt: skip
    made = {name: book.add_format({"num_format": form}) for name, form in kinds.items()}
    made["edited"] = book.add_format({"num_format": "@", "bg_color": "#FFF2CC", "border": 1, "locked": False})
    made["heading"] = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True})
    return made


def _style(sheet: str, name: str, styles: Mapping[str, Any]) -> Any:
    if sheet == "programme" and name in EDITED:
        return styles["edited"]
    if name.startswith("ready") and sheet == "programme":
        return styles["date"]
    if name == "ready_share":
        return styles["share"]
    if name in ("year", "order"):
        return styles["whole"]
    if name == "prices":
        return styles["ratio"]
    return styles["bn_vnd"] if sheet in ("money", "spending") or name.endswith("bn_vnd") else styles["number"]


def _fill(
    target: Any, sheet: str, rows: Rows, live: Mapping[tuple[int, int], str], styles: Mapping[str, Any], lang: Lang
) -> None:
    names = SHEETS[sheet]
    target.freeze_panes(1, 2 if sheet == "programme" else 1)
    for column, name in enumerate(names):
        put(target, 0, column, say(f"workbook.programme.column.{name}", lang), styles["heading"])
        hidden = {"hidden": True} if sheet == "programme" and column >= len(names) - _HIDDEN else {}
        target.set_column(column, column, _WIDTHS.get(name, 15), None, hidden)
    for place, row in enumerate(rows, start=1):
        for column, (name, value) in enumerate(zip(names, row, strict=True)):
            style = _style(sheet, name, styles)
            if (place, column) in live:
                target.write_formula(place, column, live[place, column], style, value)
            elif value is not None:
                put(
                    target,
                    place,
                    column,
                    value,
                    styles["text"] if isinstance(value, str) and style is not styles["edited"] else style,
                )
            elif style is styles["edited"]:
                target.write_blank(place, column, None, style)
    target.set_landscape()
    target.set_paper(9)
    target.fit_to_pages(1, 0)


def _rules(target: Any, about: Any, book: ProgrammeBook, models: list[str], lang: Lang) -> None:
    """Lists to choose from, in cells of their own: Excel takes but 255 letters in a rule."""
    decisions = [choice_label("lock_decision", name, lang) for name in choices("lock_decision")]
    for column, far, labels in ((2, 4, models), (4, 5, decisions)):
        for row, label in enumerate(labels):
            put(about, row, far, label)
        letter = chr(ord("A") + far)
        source = f"='{about.get_name()}'!${letter}$1:${letter}${max(len(labels), 1)}"
        rule = {"validate": "list", "source": source, "ignore_blank": True}
        target.data_validation(1, column, max(len(book.programme), 1), column, rule)
    about.set_column(4, 5, None, None, {"hidden": True})
