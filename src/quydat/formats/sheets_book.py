"""Workbooks as they come (.xlsx, .xls, .ods): many sheets, titles above merged headings, totals inside."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

import python_calamine

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.formats import sheets_biff, sheets_ods, sheets_ooxml
from quydat.formats.guard import refuse_entities, repack, unpack
from quydat.formats.sheets_cells import cell_text, text_column, too_long
from quydat.formats.sheets_head import SEEN, find_head
from quydat.formats.sheets_make import headings, make_sheet
from quydat.formats.sheets_ods import letters
from quydat.survey.sheet import Sheet

MOST_CELLS = 30_000_000
"""Cells that a sheet may spread over: values are held as a full rectangle."""

MOST_TEXT = 1_000_000_000
"""Bytes that the texts of a sheet may come to when each cell that shares one has its own."""

_NEEDED = (
    "xl/workbook.xml",
    "xl/_rels/",
    "xl/worksheets/",
    "xl/sharedstrings",
    "xl/styles",
    "[content_types]",
    "_rels/",
)
_NEEDED_OF_ODS = ("mimetype", "content.xml", "meta-inf/manifest.xml")


class _Book(NamedTuple):
    """A workbook that was found harmless: what the reader gets, and what its sheets say beside their values."""

    content: bytes
    faults: Callable[[str, int], Iterable[Problem]]
    fonts: Callable[[str, int, int], Mapping[int, str]]


def read_book_sheets(content: bytes, *, file: str, kind: str, layer: str | None = None) -> list[Sheet]:
    """Sheets of a workbook that hold anything, hidden ones too, in their order.

    Fonts are known of .xlsx and .xls: of each column the one that most of its cells have. Fonts of letters inside a
    cell, and those of .ods, are not read.

    Parameters
    ----------
    kind
        ``xlsx``, ``xls`` or ``ods``, by content.
    layer
        Sheet to take; all if not given.

    Raises
    ------
    Problems
        QD101 damaged; QD103 no such sheet; QD109 a formula without result; QD110 an error in a cell; QD113 a password;
        QD114, QD115, QD118 what would not fit or could stall; QD116 a cell that is too long; QD117 nothing in it.
    """
    book = _guarded(partial(_OPENERS[kind], content, file), file)
    reader = _guarded(partial(python_calamine.CalamineWorkbook.from_filelike, BytesIO(book.content)), file)
    worksheet = python_calamine.SheetTypeEnum.WorkSheet
    present = [item.name for item in reader.sheets_metadata if item.typ == worksheet]
    chosen = [name for name in present if layer is None or name.casefold() == layer.casefold()]
    if layer is not None and not chosen:
        raise Problems([problem("QD103", Place(file), layer=layer, present=", ".join(present) or "-")])
    raise_if(fault for name in chosen for fault in book.faults(name, present.index(name)))
    found = [_guarded(partial(_sheet, reader, book, file, name, present), file) for name in chosen]
    sheets = [sheet for sheet in found if sheet is not None]
    if not sheets:
        raise Problems([problem("QD117", Place(file, layer or ""))])
    return sheets


def _guarded(step: Callable[[], Any], file: str) -> Any:
    """What the step gives; a damaged file can make it fail in any way."""
    try:
        return step()
    except (Problems, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except python_calamine.PasswordError as error:
        raise Problems([problem("QD113", Place(file))]) from error
    except BaseException as error:  # the reader's panics are no Exception
        raise Problems([problem("QD101", Place(file), why=f"{type(error).__name__}: {error}")]) from error


def _sheet(reader: Any, book: _Book, file: str, name: str, present: Sequence[str]) -> Sheet | None:
    sheet = reader.get_sheet_by_name(name)
    rows = sheet.to_python(skip_empty_area=False)
    merged = [(r1, c1, r2, c2) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or []]
    top = [[cell_text(cell) for cell in row] for row in rows[:SEEN]]
    head = find_head(top, merged=merged)
    if head is None:
        return None
    columns = [text_column(cells) for cells in zip(*rows[head.body :], strict=True)]
    columns = columns or [text_column([])] * len(head.names)
    places = [letters(at + 1) for at in range(len(columns))]
    raise_if(too_long(columns, places, Place(file, name), first_row=head.body + 1))
    top_columns = [text_column(cells) for cells in zip(*top[: head.body], strict=True)]
    raise_if(too_long(top_columns, places[: len(top_columns)], Place(file, name), first_row=1))
    wide = frozenset(r1 - head.body for r1, c1, _, c2 in merged if c2 > c1 and r1 >= head.body)
    named = headings(head.names, [column.null_count < len(column) for column in columns])
    fonts = book.fonts(name, present.index(name), head.body)
    return make_sheet(
        columns, head, top[: head.body], file=file, name=name if len(present) > 1 else "", wide=wide,
        fonts={heading: fonts[at] for at, heading in named.items() if at in fonts},
    )  # fmt: skip


def _xlsx(content: bytes, file: str) -> _Book:
    parts = unpack(content, file, wanted=lambda name: name.casefold().startswith(_NEEDED))
    for name, part in parts.items():
        refuse_entities(part, file, name)
    places = sheets_ooxml.sheet_parts(parts)

    def faults(name: str, _: int) -> Iterable[Problem]:
        sheet = parts.get(places.get(name, ""), b"")
        yield from _wide(*sheets_ooxml.extent(sheet), Place(file, name))
        yield from _heavy(sheets_ooxml.text_size(sheet, parts.get("xl/sharedStrings.xml", b"")), Place(file, name))
        yield from sheets_ooxml.cell_faults(sheet, Place(file, name))

    def fonts(name: str, _: int, body: int) -> Mapping[int, str]:
        sheet = parts.get(places.get(name, ""), b"")
        return sheets_ooxml.column_fonts(sheet, parts.get("xl/styles.xml"), first_row=body + 1)

    return _Book(repack(parts), faults, fonts)


def _ods(content: bytes, file: str) -> _Book:
    parts = unpack(content, file, wanted=lambda name: name.casefold() in _NEEDED_OF_ODS)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise Problems([problem("QD113", Place(file))])
    for name, part in parts.items():
        refuse_entities(part, file, name)
    extents = sheets_ods.read_extents(parts["content.xml"], file)
    raise_if(fault for found in extents for fault in _wide(found.rows, found.columns, Place(file)))
    raise_if(fault for found in extents for fault in _heavy(found.size, Place(file)))

    def faults(_: str, number: int) -> Iterable[Problem]:
        return extents[number].faults if number < len(extents) else []

    return _Book(repack(parts), faults, lambda *_: {})


def _xls(content: bytes, file: str) -> _Book:
    said = sheets_biff.read_old_book(content)
    if said.locked:
        raise Problems([problem("QD113", Place(file))])

    def faults(name: str, number: int) -> Iterable[Problem]:
        for row, column, error in said.sheets[number].errors if number < len(said.sheets) else []:
            yield problem("QD110", Place(file, name, row + 1, letters(column + 1)), value=error)

    def fonts(_: str, number: int, __: int) -> Mapping[int, str]:
        texts = said.sheets[number].texts if number < len(said.sheets) else {}
        best: dict[int, tuple[int, str]] = {}
        for (column, font), count in sorted(texts.items()):
            if font and count > best.get(column, (0, ""))[0]:
                best[column] = (count, font)
        return {column: font for column, (_, font) in best.items()}

    return _Book(content, faults, fonts)


def _wide(rows: int, columns: int, place: Place) -> Iterable[Problem]:
    if rows * columns > MOST_CELLS:
        yield problem("QD118", place, rows=rows, columns=columns, limit=MOST_CELLS)


def _heavy(size: int, place: Place) -> Iterable[Problem]:
    if size > MOST_TEXT:
        yield problem("QD114", place, limit=MOST_TEXT // 1_000_000)


_OPENERS: Mapping[str, Callable[[bytes, str], _Book]] = {"xlsx": _xlsx, "ods": _ods, "xls": _xls}
