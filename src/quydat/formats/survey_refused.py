"""Small files that must be refused: locked, damaged, swollen, or not what their name says."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import shapely

from quydat.core.files import write_whole
from quydat.formats.plain_csv import csv_bytes
from quydat.formats.survey_layers import write_shapefile
from quydat.formats.survey_workbook import write_messy_book
from quydat.survey.illustrative.offices import TITLE
from quydat.survey.illustrative.page import Column, Line, Page
from quydat.survey.illustrative.plant_lines import REFUSED

_SWOLLEN = 1_200_000_000
_BLOCK = 1_000_000
_HUGE = 10_000_000
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ZIP_DAY = (2000 - 1980) << 9 | 1 << 5 | 1

_LAUGHS = "".join(
    f'<!ENTITY a{k} "{f"&a{k - 1};" * 10 if k else "ha" * 5}">' for k in range(10)
)  # each ten times the one before: ten thousand million letters at the end


def write_refused(folder: Path) -> list[Path]:
    """Write every file of ``REFUSED`` into the folder; the same bytes each time.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     [path.name for path in write_refused(Path(place))][:2]
    ['o-mat-khau.xlsx', 'o-cat-cut.xlsx']
    """
    paths = []
    for kind, name in REFUSED:
        _WRITERS[kind](folder / name)
        paths.append(folder / name)
    return paths


def locked_workbook() -> bytes:
    """A compound file (MS-CFB 3) that holds an encrypted workbook, as Excel saves one with a password (MS-OFFCRYPTO).

    The package is noise: no password opens it.

    >>> locked_workbook()[:8].hex(), len(locked_workbook()) % 512
    ('d0cf11e0a1b11ae1', 0)
    """
    noise = np.random.default_rng(0).bytes(4096)
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<?xml version="1.0"?><encryption/>'
    info = info.ljust(4096, b" ")  # streams under 4096 bytes would need a mini stream
    streams = [("EncryptedPackage", struct.pack("<Q", 4000) + noise[8:]), ("EncryptionInfo", info)]
    sizes = [len(data) // _SECTOR for _, data in streams]
    # Sector 0 is the table of sectors, 1 the directory, then the streams.
    table = [_FAT, _END]
    starts = []
    for size in sizes:
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + size), _END]
    table += [_FREE] * (_SECTOR // 4 - len(table))
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    entries.append(_entry(streams[0][0], 2, right=2, start=starts[0], size=len(streams[0][1])))
    entries.append(_entry(streams[1][0], 2, start=starts[1], size=len(streams[1][1])))
    entries.append(b"\0" * 68 + struct.pack("<III", _FREE, _FREE, _FREE) + b"\0" * 48)
    header = (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0) + struct.pack("<I", 0)
        + struct.pack("<I", _FREE) * 108
    )  # fmt: skip
    return header + struct.pack(f"<{_SECTOR // 4}I", *table) + b"".join(entries) + b"".join(d for _, d in streams)


def _entry(name: str, kind: int, *, start: int, size: int, child: int = _FREE, right: int = _FREE) -> bytes:
    letters = name.encode("utf-16-le")
    return (
        letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
        + struct.pack("<III", _FREE, right, child) + b"\0" * 36 + struct.pack("<IQ", start, size)
    )  # fmt: skip


def _plain_book(path: Path) -> None:
    page = Page(path.name, "Danh sách", "xlsx", "o", [Column("name", "Tên cơ sở")])
    page.lines = [Line("heading", {"name": "Tên cơ sở"}), *(Line("data", {"name": f"{TITLE} {k}"}) for k in range(50))]
    write_messy_book(path, [page])


def _cut_short(path: Path) -> None:
    _plain_book(path)
    content = path.read_bytes()
    write_whole(path, content[: len(content) * 6 // 10])


def _swollen(path: Path) -> None:
    """A right workbook whose one sheet is more than a gigabyte of blanks."""
    _plain_book(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    body, ends = b"", b""
    for name, content in parts.items():
        head, tail = content, b""
        if name.endswith("sheet1.xml"):
            place = content.index(b"<sheetData>")
            head, tail = content[:place], content[place:]
        deflated, crc, size = _deflated(head, tail)
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, _ZIP_DAY, crc, len(deflated), size, len(name), 0)
        ends += b"PK\x01\x02\x14\0" + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + common + name.encode() + deflated
    count = len(parts)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(ends), len(body), 0)
    write_whole(path, body + ends + end)


def _deflated(head: bytes, tail: bytes) -> tuple[bytes, int, int]:
    """The two texts deflated, with blanks between them if there is a second one; with sum and size of all."""
    if not tail:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(head) + packer.flush(), zlib.crc32(head), len(head)
    # After a full flush nothing looks back, so one packed block can stand there many times.
    blanks = b" " * _BLOCK
    pieces, crc = [], 0
    for text, times in ((head, 1), (blanks, _SWOLLEN // _BLOCK)):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        pieces.append((packer.compress(text) + packer.flush(zlib.Z_FULL_FLUSH)) * times)
        for _ in range(times):
            crc = zlib.crc32(text, crc)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    pieces.append(packer.compress(tail) + packer.flush())
    size = len(head) + _SWOLLEN + len(tail)
    return b"".join(pieces), zlib.crc32(tail, crc), size


def _kml(path: Path, declared: str, name: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE kml [{declared}]>\n'
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>{TITLE}</name><Placemark><name>{name}</name>'
        "<Point><coordinates>106.7,10.7,0</coordinates></Point></Placemark></Document></kml>\n"
    )
    write_whole(path, text.encode())


def _without_table(path: Path) -> None:
    page = Page(path.name, path.stem, "shp", "o", [Column("name", "TEN_CS")], epsg=9210, declared_epsg=9210)
    page.lines = [Line("data", {"name": "Minh họa"}, shape=shapely.box(600000, 1190000, 600050, 1190050))]
    write_shapefile(path, page)
    path.with_suffix(".dbf").unlink()


def _csv(records: list[list[str]]) -> Callable[[Path], None]:
    return lambda path: write_whole(path, csv_bytes(records))


_HEAD = ["Mã số", "Tên cơ sở", "Ngày ghi nhận"]
_WRITERS: Mapping[str, Callable[[Path], None]] = {
    "password": lambda path: write_whole(path, locked_workbook()),
    "damaged_workbook": _cut_short,
    "damaged_geopackage": lambda path: write_whole(path, b"SQLite format 3\0" + b"\x10\0\x01\x01" + b"\xff" * 4096),
    "zip_bomb": _swollen,
    "xml_bomb": lambda path: _kml(path, _LAUGHS, "&a9;"),
    "outside_entity": lambda path: _kml(path, '<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"),
    "column_twice": _csv(
        [[*_HEAD, "Diện tích đất (m2)", "Diện tích đất (m2)"], ["O-1", f"{TITLE} 1", "2025-12-31", "1200", "1500"]]
    ),
    "huge_cell": lambda path: write_whole(path, csv_bytes([_HEAD, ["O-1", "x" * _HUGE, "2025-12-31"]])),
    "not_a_workbook": lambda path: write_whole(path, b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"),
    "empty_file": lambda path: write_whole(path, b""),
    "shapefile_without_table": _without_table,
}
