"""The Excel template: made from the dictionary, so that what is filled in can be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from quydat.core.text import Lang, say, shown
from quydat.dictionary.schema import Attribute, Table, choices, unit_shown
from quydat.formats.workbook_parts import attribute_format, put, sheet_name, write_book

_LAST_ROW = 1_048_575
_GUIDE = ("sheets", "required", "dates", "shares", "choices", "refs")
_GUIDE_COLUMNS = ("table", "column", "required", "kind", "unit", "meaning", "legal_basis")


def template(tables: Sequence[Table], path: Path, *, lang: Lang) -> None:
    """Write an empty workbook: a guide, a sheet for each table, and the lists of choices.

    Headings carry the definition as a comment; cells carry the format and the range of their column, or its
    list.

    Raises
    ------
    Problems
        QD406 disk full, QD108 not writable.
    """

    def fill(book: Any) -> None:
        styles = {
            "bold": book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True}),
            "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        }
        _guide(book.add_worksheet(say("workbook.guide", lang)), tables, lang, styles)
        sheets = [(table, book.add_worksheet(sheet_name(table, lang))) for table in tables]
        ranges = _choices(book, tables, lang, styles)
        for table, sheet in sheets:
            sheet.freeze_panes(1, 1)
            for column, attribute in enumerate(table):
                cells = book.add_format({"num_format": attribute_format(attribute, lang)})
                sheet.set_column(column, column, max(12, len(attribute.label(lang)) + 2), cells)
                put(sheet, 0, column, attribute.label(lang), styles["bold"])
                sheet.write_comment(0, column, _comment(attribute, lang), {"x_scale": 2, "y_scale": 1.5})
                rule = _rule(attribute, lang, ranges)
                if rule is not None:
                    sheet.data_validation(1, column, _LAST_ROW, column, rule)

    write_book(path, title=", ".join(table.label(lang) for table in tables), fill=fill)


def _guide(sheet: Any, tables: Sequence[Table], lang: Lang, styles: dict[str, Any]) -> None:
    for row, key in enumerate(_GUIDE):
        put(sheet, row, 0, say(f"workbook.how.{key}", lang))
    start = len(_GUIDE) + 1
    for column, (key, width) in enumerate(zip(_GUIDE_COLUMNS, (22, 28, 10, 22, 12, 70, 40), strict=True)):
        sheet.set_column(column, column, width)
        put(sheet, start, column, say(f"workbook.{key}", lang), styles["bold"])
    row = start + 1
    for table in tables:
        put(sheet, row, 0, sheet_name(table, lang), styles["bold"])
        put(sheet, row, 5, table.definition(lang), styles["wrap"])
        row += 1
        for attribute in table:
            cells = (
                sheet_name(table, lang), attribute.label(lang), "*" if attribute.required else "",
                say(f"workbook.type.{attribute.type}", lang), unit_shown(attribute.unit, lang),
                attribute.definition(lang), attribute.legal_basis,
            )  # fmt: skip
            for column, text in enumerate(cells):
                put(sheet, row, column, text, styles["wrap"])
            row += 1


def _choices(book: Any, tables: Sequence[Table], lang: Lang, styles: dict[str, Any]) -> dict[str, str]:
    """Sheet of all lists; returns the range of cells of each."""
    used = sorted({attribute.choices for table in tables for attribute in table if attribute.choices})
    if not used:
        return {}
    title = say("workbook.choices", lang)
    sheet = book.add_worksheet(title)
    ranges = {}
    for column, name in enumerate(used):
        labels = [label[lang != "vi"] for label in choices(name).values()]
        sheet.set_column(column, column, max(12, *(len(label) + 2 for label in labels)))
        put(sheet, 0, column, name, styles["bold"])
        for row, label in enumerate(labels, start=1):
            put(sheet, row, column, label)
        letter = _letters(column)
        ranges[name] = f"='{title}'!${letter}$2:${letter}${len(labels) + 1}"
    return ranges


def _comment(attribute: Attribute, lang: Lang) -> str:
    star = f"* {say('workbook.required', lang)}. " if attribute.required else ""
    parts = [f"{star}{say(f'workbook.type.{attribute.type}', lang)}", attribute.definition(lang)]
    return "\n".join([*parts, attribute.legal_basis]).strip()


def _rule(attribute: Attribute, lang: Lang, ranges: dict[str, str]) -> dict[str, Any] | None:
    """Excel's rule for what a cell may hold; only what the dictionary says too."""
    if attribute.choices:
        return {"validate": "list", "source": ranges[attribute.choices]}
    if attribute.type == "boolean":
        return {"validate": "list", "source": [shown(True, lang), shown(False, lang)]}
    if attribute.type in ("number", "integer", "year") and None not in (attribute.minimum, attribute.maximum):
        low, high = f"{attribute.minimum:g}", f"{attribute.maximum:g}"
        unit = f" {attribute.unit}" if attribute.unit in ("ha", "km") else ""
        return {
            "validate": "decimal" if attribute.type == "number" else "integer",
            "criteria": "between",
            "minimum": low,
            "maximum": high,
            "error_title": attribute.label(lang)[:32],
            "error_message": say("workbook.range", lang, minimum=low, maximum=high, unit=unit),
        }
    return None


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
