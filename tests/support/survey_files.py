"""Survey files of offices, made by other programs' writers: what they hold is written down here, by hand."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.styles import Font

HEADINGS = ["STT", "Tên cơ sở", "Địa chỉ", "Diện tích / Đất", "Diện tích / Xây dựng", "Diện tích / Sàn", "Ghi chú"]
ROWS = {
    9: ["1", "Công ty TNHH Một", "12 Đường 1", "1000", "500.5", "900", None],
    10: ["2", "Tổng công ty May", "13 Đường 2", "2000", "1500", None, "x"],
    14: ["3", "Cơ sở Ba", None, "50", None, None, None],
}
LEFT_OUT = {
    1: "title", 2: "empty", 3: "title", 4: "title", 6: "heading", 7: "heading", 8: "title", 11: "total", 12: "empty",
    13: "title", 15: "total", 16: "empty", 17: "note", 18: "note", 19: "note",
}  # fmt: skip


def district_workbook(path: Path) -> None:
    """A table as districts make it: letterhead, title, merged heading on two lines, groups, totals, signatures."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Quận 12"
    sheet["A1"], sheet["D1"] = "UBND THÀNH PHỐ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    sheet["A3"], sheet["F4"] = "BẢNG TỔNG HỢP CƠ SỞ SẢN XUẤT", "Đơn vị tính: m2"
    for column, text in zip("ABCG", ("STT", "Tên cơ sở", "Địa chỉ", "Ghi chú"), strict=True):
        sheet[f"{column}5"] = text
        sheet.merge_cells(f"{column}5:{column}6")
    sheet["D5"] = "Diện tích"
    for column, text in zip("DEF", ("Đất", "Xây dựng", "Sàn"), strict=True):
        sheet[f"{column}6"] = text
    for merged in ("A1:C1", "D1:G1", "A3:G3", "D5:F5"):
        sheet.merge_cells(merged)
    for number, column in enumerate("ABCDEFG", start=1):
        sheet[f"{column}7"] = f"({number})"
    for row in [
        ["I", "Phường A"],
        [1, "Công ty TNHH Một", "12 Đường 1", 1000, 500.5, 900],
        [2, "Tổng công ty May", "13 Đường 2", 2000, 1500, None, "x"],
        [None, "Cộng", None, 3000, 2000.5, 900],
        [None],
        ["Phường B"],
        [3, "Cơ sở Ba", None, 50],
        ["Tổng cộng", None, None, 3050, 2000.5, 900],
        [None],
        ["Ghi chú: số liệu tự khai"],
        [None, "Người lập biểu", None, None, None, "Thủ trưởng đơn vị"],
        [None, "(Ký, ghi rõ họ tên)"],
    ]:
        sheet.append(row)
    for number in range(8, 16):
        sheet.cell(number, 2).font = Font(name=".VnTime")
    book.create_sheet("Trống")
    hidden = book.create_sheet("Ẩn")
    hidden.sheet_state = "hidden"
    hidden.append(["Mã", "Ngày"])
    hidden.append(["001", date(2024, 12, 31)])
    book.save(path)


_ODS_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def ods(rows: str, *, manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet of one sheet, from the XML of its rows."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_SPACES} office:version="1.2">'
        "<office:body>"
        f'<office:spreadsheet><table:table table:name="Một">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>".encode(),
        }
    )


def ods_text(text: str, *, repeated: int = 1) -> str:
    """The XML of a cell that holds text."""
    times = f' table:number-columns-repeated="{repeated}"' if repeated > 1 else ""
    return f'<table:table-cell office:value-type="string"{times}><text:p>{text}</text:p></table:table-cell>'


def ods_row(*cells: str, repeated: int = 1) -> str:
    """The XML of a row."""
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def drawing(*entities: str, version: str = "AC1015", page: str = "ANSI_1252") -> str:
    """A DXF of these entities, with a block NHAMAY."""
    header = f"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\n{version}\n  9\n$DWGCODEPAGE\n  3\n{page}\n  0\nENDSEC\n"
    blocks = (
        "  0\nSECTION\n  2\nBLOCKS\n  0\nBLOCK\n  8\n0\n  2\nNHAMAY\n 10\n0\n 20\n0\n"
        "  0\nPOINT\n  8\n0\n 10\n0\n 20\n0\n"
        "  0\nENDBLK\n  0\nENDSEC\n"
    )
    return f"{header}{blocks}  0\nSECTION\n  2\nENTITIES\n{''.join(entities)}  0\nENDSEC\n  0\nEOF\n"


def drawn_text(text: str, *, layer: str = "CHU") -> str:
    """A text entity at 5, 6."""
    return f"  0\nTEXT\n  8\n{layer}\n 10\n5\n 20\n6\n 40\n1\n  1\n{text}\n"


CLOSED_LINE = (
    "  0\nLWPOLYLINE\n  8\nRANH\n 90\n4\n 70\n1\n 10\n0\n 20\n0\n 10\n10\n 20\n0\n 10\n10\n 20\n10\n 10\n0\n 20\n10\n"
)
BLOCK = (
    "  0\nINSERT\n  8\nDIEM\n  2\nNHAMAY\n 66\n1\n 10\n7\n 20\n8\n"
    "  0\nATTRIB\n  8\nDIEM\n 10\n7\n 20\n8\n 40\n1\n  2\nTEN\n  1\nA; B\n  0\nSEQEND\n"
)


def compound_file(name: str, stream: bytes) -> bytes:
    """A compound file (OLE) with one stream, of [MS-CFB]: a header, a FAT of one sector, a directory, the stream."""
    import struct

    stream = stream.ljust(4096, b"\0")
    sectors = -(-len(stream) // 512)
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
        + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
        + b"\xff\xff\xff\xff" * 108
    )  # fmt: skip

    def entry(title: str, kind: int, start: int, size: int, child: int) -> bytes:
        raw = title.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
            + struct.pack("<IQ", start, size)
        )  # fmt: skip

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0, 1) + entry(name, 2, 2, len(stream), 0xFFFFFFFF)
    return header + struct.pack("<128I", *fat) + directory.ljust(512, b"\0") + stream.ljust(sectors * 512, b"\0")
