"""CSV as offices write it: three separators, any encoding, breaks in cells; a million rows at once if regular."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv

from quydat.core.problem import Place, Problems, problem, raise_if
from quydat.formats.sheets_head import SEEN, Head, Row, find_head
from quydat.formats.sheets_make import make_sheet
from quydat.survey.sheet import Sheet

LARGEST_CELL = 1_000_000
"""Characters that a cell of a CSV file may hold."""

_BLOCK = 8 << 20
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SEPARATORS = ",;\t"
_MISSING = ["", " ", "  "]
_START = 1 << 18


class Decoded(NamedTuple):
    """Text of a file in UTF-8, how its bytes were read, and whether that is sure."""

    text: bytes
    encoding: str
    declared: bool


def read_csv_sheet(content: bytes, *, file: str, encoding: str | None = None) -> Sheet:
    """The one sheet of a CSV file.

    Rows are numbered as Excel numbers them: each record is a row, also an empty line; a break inside a quoted cell
    starts none. Rows with fewer cells end in missing cells; cells beyond the heading get a column of their own.

    Raises
    ------
    Problems
        QD112 an encoding that is unknown or not that of the bytes; QD116 a cell of more than 1 MB; QD117 nothing in
        the file; QD119 zero bytes; QD123 a quote that is not closed.

    >>> sheet = read_csv_sheet("Tên;ha\\nA;1,5\\nTổng cộng;1,5\\n".encode(), file="a.csv")
    >>> sheet.cells.to_dict("list"), [(row.row, row.what) for row in sheet.left_out]
    ({'Tên': ['A'], 'ha': ['1,5']}, [(3, 'total')])
    """
    text, used, declared = decoded(content, file=file, encoding=encoding)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")  # line ends of old Macs
    separator = _separator(text)
    with _long_cells():
        top, lines = _top(text, separator)
        head = find_head(top)
        if head is None:
            raise Problems([problem("QD117", Place(file))])
        width = len(head.names)
        skipped = lines[head.body - 1] if head.body else 0
        # Arrow closes an open quote in silence at the end of the file.
        columns = None if text.count(b'"') % 2 else _regular(text, separator, width, skipped)
        if columns is None:
            columns = _odd(text, separator, head, file)
    if len(columns) > width:
        head = Head(head.first, head.end, head.body, head.names + (None,) * (len(columns) - width))
    raise_if(_too_long(columns, head, file))
    return make_sheet(columns, head, top[: head.body], file=file, name="", encoding=used, encoding_declared=declared)


def decoded(content: bytes, *, file: str, encoding: str | None) -> Decoded:
    """Bytes as UTF-8 text: by the mark at their start, by the encoding that is named, else as UTF-8 if they are that.

    Bytes of an unknown encoding become the characters of the same numbers (Latin-1), of which the bytes can be had
    back. What reads as UTF-8 without fault counts as declared: other encodings do not do so by chance.

    >>> decoded("Cộng".encode("utf-16"), file="a.csv", encoding=None).encoding
    'utf-16-le'
    >>> decoded(b"C\\xe9ng", file="a.csv", encoding=None)
    Decoded(text=b'C\\xc3\\xa9ng', encoding='latin-1', declared=False)
    """
    mark = next(((bom, name) for bom, name in _BOMS if content.startswith(bom)), None)
    if encoding is not None:
        body = (
            content[len(mark[0]) :] if mark and encoding.lower().replace("_", "-").startswith(mark[1][:5]) else content
        )
        try:
            made = Decoded(body.decode(encoding).encode(), encoding, True)
        except (LookupError, UnicodeError) as error:
            raise Problems([problem("QD112", Place(file), encoding=encoding, why=error)]) from error
    elif mark is not None and mark[1] != "utf-8":
        try:
            made = Decoded(content[2:].decode(mark[1]).encode(), mark[1], True)
        except UnicodeError as error:
            raise Problems([problem("QD112", Place(file), encoding=mark[1], why=error)]) from error
    else:
        body = content.removeprefix(_BOMS[0][0])
        if is_utf8(body):
            made = Decoded(body, "utf-8", True)
        else:
            made = Decoded(content.decode("latin-1").encode(), "latin-1", False)
    at = made.text.find(b"\0")
    if at >= 0:
        raise Problems([problem("QD119", Place(file, row=made.text.count(b"\n", 0, at) + 1), offset=at + 1)])
    return made


def is_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8, without making text of them.

    >>> is_utf8("Cộng".encode()), is_utf8(b"C\\xe9ng")
    (True, False)
    """
    offsets = pa.array([0, len(content)], pa.int64()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.large_string(), 1, [None, offsets, pa.py_buffer(content)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _separator(text: bytes) -> str:
    """The one of comma, semicolon and tab that the lines have most of, outside quotes."""
    start = re.sub(r'"[^"]*"', "", text[:_START].decode(errors="replace")).split("\n")[:SEEN]
    return max(_SEPARATORS, key=lambda mark: sum(min(line.count(mark), 1000) for line in start))


def _top(text: bytes, separator: str) -> tuple[list[Row], list[int]]:
    """The first records, and how many lines end with each."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline=""), delimiter=separator)
    top: list[Row] = []
    lines: list[int] = []
    for record in islice(reader, SEEN):
        top.append([None if not cell.strip() else cell for cell in record])
        lines.append(reader.line_num)
    return top, lines


def _regular(text: bytes, separator: str, width: int, skipped: int) -> Sequence[Any] | None:
    """Columns by Arrow; None if the file is not regular enough for it."""
    names = [str(column) for column in range(width)]
    end = len(text)
    while end and text[end - 1] in b"\r\n":
        end -= 1
    # Breaks in quoted cells make it twice as slow to find where records begin. A file has none if its records are as
    # many as its lines.
    if b'"' in text:
        table = _parsed(text, separator, names, skipped, end, breaks=False)
        if table is not None and len(table) == text.count(b"\n", 0, end) + 1 - skipped:
            return list(table.columns)
    table = _parsed(text, separator, names, skipped, end, breaks=b'"' in text)
    return None if table is None else list(table.columns)


def _parsed(text: bytes, separator: str, names: list[str], skipped: int, end: int, *, breaks: bool) -> Any:
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(text).slice(0, end)),
            read_options=pyarrow.csv.ReadOptions(column_names=names, skip_rows=skipped, block_size=_BLOCK),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=separator, newlines_in_values=breaks, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=_MISSING,
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


def _odd(text: bytes, separator: str, head: Head, file: str) -> list[Any]:
    """Columns record by record: rows of unequal length, empty lines, cells that are longer than a block."""
    try:
        columns = _records(text, separator, head, file, strict=True)
    except csv.Error:  # letters after a closing quote; the reader can join them to the cell
        columns = _records(text, separator, head, file, strict=False)
    return [pa.chunked_array([pa.array(column, pa.large_string())]) for column in columns]


def _records(text: bytes, separator: str, head: Head, file: str, *, strict: bool) -> list[list[str | None]]:
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", newline="")
    columns: list[list[str | None]] = [[] for _ in head.names]
    count = number = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=separator, strict=strict), start=1):
            if number <= head.body:
                continue
            while len(columns) < len(record):
                columns.append([None] * count)
            for column, cell in zip(columns, record, strict=False):
                column.append(cell if cell.strip() else None)
            count += 1
            for column in columns[len(record) :]:
                column.append(None)
    except csv.Error as error:
        if "end of data" in str(error):
            raise Problems([problem("QD123", Place(file, row=number + 1))]) from error
        raise
    return columns


def _too_long(columns: Sequence[Any], head: Head, file: str) -> Iterator[Any]:
    names = dict(enumerate(head.names))
    for at, column in enumerate(columns):
        longest = pa.compute.max(pa.compute.binary_length(column)).as_py()
        if longest is None or longest <= LARGEST_CELL:
            continue
        lengths = pa.compute.fill_null(pa.compute.binary_length(column), 0).to_numpy()
        for row in (lengths > LARGEST_CELL).nonzero()[0].tolist():
            place = Place(file, "", head.body + 1 + row, names.get(at) or f"#{at + 1}")
            yield problem("QD116", place, length=int(lengths[row]), limit=LARGEST_CELL)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Cells that are too long are to be found with their place, so the reader must not stop at them."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)
