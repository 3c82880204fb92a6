"""What an Excel workbook says of its cells beside their values: errors, formulas without result, fonts, extent."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

from quydat.core.problem import Place, Problem, problem

_CELL = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})(\d+)"(?: s="(\d+)")?([^>]*)>')
_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})\d+"[^>/]*>')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_ERROR = re.compile(rb'<(?:\w+:)?c\b([^>]*?\bt="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*[^>/])>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?f>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v\s*></)"
)
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v[^>]*>([^<]*)<")
_SHARED = re.compile(rb"<(?:\w+:)?si>(.*?)</(?:\w+:)?si>", re.DOTALL)
_SHARED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\bt="s"[^>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<')
_SURELY_FITS = 500_000_000
_MAIN = "{*}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def sheet_parts(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name of the part that holds each worksheet, by the worksheet's name.

    Raises
    ------
    ValueError, KeyError, ElementTree.ParseError
        If the workbook does not say.
    """
    book = ElementTree.fromstring(parts["xl/workbook.xml"])  # noqa: S314, without entities: the archive was checked
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314
    targets = {item.get("Id"): item.get("Target", "") for item in relations.iter(_RELATION)}
    found = {}
    for sheet in book.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
        [key] = [value for name, value in sheet.attrib.items() if name.endswith("}id")]
        target = targets[key]
        found[sheet.attrib["name"]] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def extent(sheet: bytes) -> tuple[int, int]:
    """Rows and columns that the cells of a worksheet spread over.

    >>> extent(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9"><c r="AB9" t="s"><v>0</v></c></row>')
    (9, 28)
    """
    rows = max(map(int, _ROW.findall(sheet)), default=0)
    columns = max(map(_position, set(_COLUMN.findall(sheet))), default=0)
    return rows, columns


def text_size(sheet: bytes, shared: bytes) -> int:
    """Bytes that the texts of a worksheet come to at most: a shared text counts for each cell that refers to it.

    >>> text_size(b'<c r="A1" t="s"><v>0</v></c>' * 3, b"<sst><si><t>four</t></si></sst>") - 3 * len("<t>four</t>")
    0
    """
    lengths = [len(text) for text in _SHARED.findall(shared)]
    longest = max(lengths, default=0)
    most = longest * sheet.count(b't="s"')
    if most < _SURELY_FITS:
        return most
    found = Counter(_SHARED_CELL.findall(sheet))
    return sum(lengths[int(number)] * times for number, times in found.items() if int(number) < len(lengths))


def cell_faults(sheet: bytes, place: Place) -> Iterator[Problem]:
    """QD109 for each formula without result, QD110 for each cell that holds an error.

    >>> cells = b'<c r="B3" t="e"><v>#N/A</v></c><c r="C3"><f>A1+1</f><v></v></c><c r="D3"><f>A1</f><v>2</v></c>'
    >>> [(p.number, p.place.row, p.place.column) for p in cell_faults(cells, Place("x.xlsx"))]
    [('QD110', 3, 'B'), ('QD109', 3, 'C')]
    """
    for match in _ERROR.finditer(sheet) if b't="e"' in sheet else ():
        value = _VALUE.search(match[2])
        yield problem("QD110", _place(match[1], place), value=value[1].decode() if value else "?")
    for match in _FORMULA.finditer(sheet) if _ANY_FORMULA.search(sheet) else ():
        if b't="str"' in match[1] or b't="e"' in match[1]:
            continue  # the result is an empty text, or an error that is told already
        yield problem("QD109", _place(match[1], place), formula="=" + (match[2] or b"").decode(errors="replace"))


def column_fonts(sheet: bytes, styles: bytes | None, *, first_row: int) -> dict[int, str]:
    """Font that most cells of each column have, from a row on; columns are counted from 0.

    >>> styles = (b'<styleSheet><fonts><font><name val="Arial"/></font><font><name val=".VnTime"/></font></fonts>'
    ...           b'<cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs></styleSheet>')
    >>> column_fonts(b'<c r="A1"><v>1</v></c><c r="A2" s="1" t="s"><v>0</v></c>', styles, first_row=2)
    {0: '.VnTime'}
    """
    if styles is None:
        return {}
    by_style = _fonts(styles)
    if not by_style:
        return {}
    counts: Counter[tuple[bytes, bytes | None]] = Counter()
    for match in _CELL.finditer(sheet):
        if not match[4].endswith(b"/") and int(match[2]) >= first_row:
            counts[match[1], match[3]] += 1
    fonts: dict[int, Counter[str]] = {}
    for (letters, style), count in counts.items():
        number = int(style or 0)
        if number < len(by_style) and by_style[number]:
            fonts.setdefault(_position(letters) - 1, Counter())[by_style[number]] += count
    return {column: max(sorted(found), key=found.__getitem__) for column, found in sorted(fonts.items())}


def _fonts(styles: bytes) -> list[str]:
    root = ElementTree.fromstring(styles)  # noqa: S314
    names = []
    for font in root.iterfind(f"{_MAIN}fonts/{_MAIN}font"):
        name = font.find(f"{_MAIN}name")
        names.append("" if name is None else name.get("val", ""))
    used = [int(xf.get("fontId", "0")) for xf in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
    return [names[number] if number < len(names) else "" for number in used]


def _place(attributes: bytes, place: Place) -> Place:
    found = _REFERENCE.search(attributes)
    if found is None:
        return place
    return Place(place.file, place.sheet, int(found[2]), found[1].decode())


def _position(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
