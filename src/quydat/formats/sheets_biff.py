"""What an old Excel workbook (.xls) says beside its values: whether it has a password, errors in cells, fonts."""

import struct
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_END = 0xFFFFFFFA
"""Numbers of sectors from here on are marks."""

_BOF, _EOF, _FILEPASS, _FONT, _XF, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0031, 0x00E0, 0x0085
_TEXTS = (0x00FD, 0x0204, 0x00D6)
_BOOLERR, _FORMULA = 0x0205, 0x0006
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


class Said(NamedTuple):
    """What a sheet says: errors as (row, column, error), and text cells by (row, column, font); all from 0."""

    errors: list[tuple[int, int, str]]
    texts: Counter[tuple[int, str]]


class OldBook(NamedTuple):
    """A workbook: whether it has a password, and what each worksheet says, in their order."""

    locked: bool
    sheets: list[Said]


def streams(content: bytes) -> dict[str, bytes]:
    """Streams of a compound file by name (the first of each name).

    Raises
    ------
    ValueError, struct.error, IndexError
        If the file is damaged.
    """
    shift, small_shift = struct.unpack_from("<HH", content, 30)
    if not 7 <= shift <= 16 or not 4 <= small_shift <= shift:
        raise ValueError(f"sectors of 2^{shift} bytes")
    size = 1 << shift
    first_directory = struct.unpack_from("<I", content, 48)[0]
    cutoff, first_small, _, first_more = struct.unpack_from("<4I", content, 56)

    def sector(number: int) -> bytes:
        return content[(number + 1) << shift : (number + 2) << shift]

    tables = [n for n in struct.unpack_from("<109I", content, 76) if n < _END]
    more, seen = first_more, 0
    while more < _END and seen <= len(content) >> shift:
        block = struct.unpack(f"<{size // 4}I", sector(more))
        tables += [n for n in block[:-1] if n < _END]
        more, seen = block[-1], seen + 1
    fat = [n for table in tables[: (len(content) >> shift) + 1] for n in struct.unpack(f"<{size // 4}I", sector(table))]

    def chain(start: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table)):
            if start >= _END:
                return
            yield start
            start = table[start]

    def stream(start: int) -> bytes:
        return b"".join(map(sector, chain(start, fat)))

    directory = stream(first_directory)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    root = stream(struct.unpack_from("<I", entries[0], 116)[0])
    small_table = stream(first_small)
    small_fat = list(struct.unpack(f"<{len(small_table) // 4}I", small_table))
    found: dict[str, bytes] = {}
    for entry in entries[1:]:
        length, kind = struct.unpack_from("<HB", entry, 64)
        start, total = struct.unpack_from("<II", entry, 116)
        name = entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", errors="replace")
        if kind != 2 or name in found:
            continue
        if total < cutoff:
            small = 1 << small_shift
            body = b"".join(root[n * small : (n + 1) * small] for n in chain(start, small_fat))
        else:
            body = stream(start)
        found[name] = body[:total]
    return found


def read_old_book(content: bytes) -> OldBook:
    """What a workbook of Excel 97 to 2003 says.

    Source of the layout: [MS-XLS] and [MS-CFB] of Microsoft's open specifications.

    Raises
    ------
    ValueError, struct.error, IndexError
        If the file is damaged.
    """
    found = streams(content)
    if "EncryptedPackage" in found:
        return OldBook(True, [])
    stream = found.get("Workbook", found.get("Book"))
    if stream is None:
        raise ValueError("no workbook")
    fonts: list[str] = []
    styles: list[int] = []
    starts: list[int] = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            return OldBook(True, [])
        if kind == _FONT:
            fonts.append(_name(body[14:]))
        elif kind == _XF:
            styles.append(struct.unpack_from("<H", body)[0])
        elif kind == _BOUNDSHEET and body[5] == 0:
            starts.append(struct.unpack_from("<I", body)[0])
    named = [_font(fonts, number) for number in styles]
    return OldBook(False, [_sheet(stream, start, named) for start in starts])


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet(stream: bytes, start: int, fonts: list[str]) -> Said:
    errors: list[tuple[int, int, str]] = []
    texts: Counter[tuple[int, str]] = Counter()
    for kind, body in _records(stream, start):
        if kind in _TEXTS and len(body) >= 6:
            _, column, style = struct.unpack_from("<HHH", body)
            if style < len(fonts):
                texts[column, fonts[style]] += 1
        elif kind == _BOOLERR and len(body) >= 8 and body[7] == 1:
            row, column = struct.unpack_from("<HH", body)
            errors.append((row, column, _ERRORS.get(body[6], "?")))
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            row, column = struct.unpack_from("<HH", body)
            errors.append((row, column, _ERRORS.get(body[8], "?")))
    return Said(errors, texts)


def _name(body: bytes) -> str:
    if len(body) < 2:
        return ""
    length, wide = body[0], body[1] & 1
    return body[2 : 2 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1", errors="replace")


def _font(fonts: list[str], number: int) -> str:
    at = number - (number > 4)  # by the format there is no font 4
    return fonts[at] if at < len(fonts) else ""
