"""The live formulas of a programme's workbook: where they stand and what they say, from the lengths of its sheets."""

from collections.abc import Mapping
from dataclasses import dataclass

from quydat.core.text import Lang, say

SHEETS: Mapping[str, tuple[str, ...]] = {
    "programme": (
        "project_id", "name", "delivery_model", "start", "decision", "order", "ready_p10", "ready", "ready_p90",
        "lettable_ha", "city_cost_bn_vnd", "receipts_bn_vnd", "net_bn_vnd", "model_before", "start_before",
        "decision_before",
    ),
    "money": (
        "year", "budget", "clearance", "works", "receipts", "prices", "spent", "received", "balance", "cash", "debt",
    ),
    "land": ("year", "opening", "elsewhere", "delivered", "delivered_sum", "wanted", "short", "closing"),
    "spending": ("project_id", "year", "clearance", "works", "receipts", "net_bn_vnd"),
    "ready": ("project_id", "year", "ready_share", "delivered"),
    "about": ("label", "value", "key"),
}  # fmt: skip
"""Sheets with their columns, in order. The last three of the first are hidden: what was written before any edit."""
EDITED = ("delivery_model", "start", "decision")
"""Columns of the sheet ``programme`` that may be edited."""
ABOUT = (
    "run", "lang", "price_year", "escalation_share", "revolving_share", "projects", "spending", "ready", "years",
    "first_start", "last_start", "basis",
)  # fmt: skip
"""Facts on the sheet ``about``, one a row under its headings."""


@dataclass(frozen=True)
class Layout:
    """Rows of each sheet, without headings and totals."""

    projects: int
    spending: int
    ready: int
    years: int


def sheet_title(sheet: str, lang: Lang) -> str:
    """Name of a sheet in a language."""
    return say(f"workbook.programme.sheet.{sheet}", lang)


def formulas(layout: Layout, lang: Lang) -> dict[str, dict[tuple[int, int], str]]:
    """Sheet → row and column, both from 0 → formula.

    >>> formulas(Layout(2, 3, 3, 2), "en")["land"][2, 1]
    '=H2'
    >>> formulas(Layout(2, 3, 3, 2), "en")["programme"][4, 9]
    '=SUM(J2:J3)'
    """
    spending = {
        name: _column("spending", name, layout.spending, lang)
        for name in ("project_id", "year", "clearance", "works", "receipts")
    }
    ready = {name: _column("ready", name, layout.ready, lang) for name in ("year", "delivered")}
    return {
        "programme": _programme(layout, spending),
        "money": _money(layout, spending, lang),
        "land": _land(layout, ready),
        "spending": {(row, 5): f"=E{row + 1}-C{row + 1}-D{row + 1}" for row in range(1, layout.spending + 1)},
    }


def _programme(layout: Layout, spending: Mapping[str, str]) -> dict[tuple[int, int], str]:
    made = {}
    for row in range(1, layout.projects + 1):
        made[row, 11] = f"=SUMIFS({spending['receipts']},{spending['project_id']},A{row + 1})"
        made[row, 12] = f"=L{row + 1}-K{row + 1}"
    return made | _totals(layout.projects, "JKLM")


def _money(layout: Layout, spending: Mapping[str, str], lang: Lang) -> dict[tuple[int, int], str]:
    price_year, rise, share = (_fact(name, lang) for name in ("price_year", "escalation_share", "revolving_share"))
    made = {}
    for row in range(1, layout.years + 1):
        n = row + 1
        for column, name in ((2, "clearance"), (3, "works"), (4, "receipts")):
            made[row, column] = f"=SUMIFS({spending[name]},{spending['year']},A{n})"
        made[row, 5] = f"=(1+{rise})^(A{n}-{price_year})"
        made[row, 6] = f"=(C{n}+D{n})*F{n}"
        made[row, 7] = f"=E{n}*F{n}"
        before = f"I{n - 1}+" if row > 1 else ""
        made[row, 8] = f"={before}B{n}+H{n}*{share}-G{n}"
        made[row, 9], made[row, 10] = f"=MAX(0,I{n})", f"=MAX(0,-I{n})"
    return made | _totals(layout.years, "BCDEGH")


def _land(layout: Layout, ready: Mapping[str, str]) -> dict[tuple[int, int], str]:
    made = {}
    for row in range(1, layout.years + 1):
        n = row + 1
        if row > 1:
            made[row, 1] = f"=H{n - 1}"
        made[row, 3] = f"=SUMIFS({ready['delivered']},{ready['year']},A{n})"
        made[row, 4] = f"=E{n - 1}+D{n}" if row > 1 else f"=D{n}"
        made[row, 7] = f"=B{n}+C{n}+D{n}-F{n}+G{n}"
    return made | _totals(layout.years, "CDFG")


def _totals(rows: int, letters: str) -> dict[tuple[int, int], str]:
    """Sums two rows below."""
    if not rows:
        return {}
    return {(rows + 2, ord(letter) - ord("A")): f"=SUM({letter}2:{letter}{rows + 1})" for letter in letters}


def _column(sheet: str, name: str, rows: int, lang: Lang) -> str:
    """All rows of a column, as other sheets speak of it; one row at least, so that a sum over nothing is 0."""
    letter = chr(ord("A") + SHEETS[sheet].index(name))
    return f"'{sheet_title(sheet, lang)}'!${letter}$2:${letter}${max(rows, 1) + 1}"


def _fact(name: str, lang: Lang) -> str:
    return f"'{sheet_title('about', lang)}'!$B${ABOUT.index(name) + 2}"
