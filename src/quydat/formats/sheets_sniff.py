"""What a file is, by its content: names of files lie."""

import re
import zipfile
from pathlib import Path

from quydat.core.problem import Place, Problem, Problems, problem
from quydat.formats.sheets_biff import OLE

KNOWN = ".xlsx, .xls, .ods, .csv, .gpkg, .shp, .zip, .geojson, .json, .kml, .kmz, .dxf"
_TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xls", ".ods"})
_BEGINNING = 4096
_SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_DRAWING = re.compile(rb"^\s*(?:999[^\n]*\n[^\n]*\n\s*)*0\s*\r?\n\s*SECTION")
_MARKED_UP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<table|<kml|<\?mso)", re.IGNORECASE)


def sniff(path: Path) -> str:
    """Kind of a file: xlsx, xls, ods, csv, gpkg, shp, shp_zip, csv_zip, json, kml, kmz, dxf.

    Raises
    ------
    Problems
        QD101 unreadable; QD104 another kind; QD117 empty; QD120 a folder; QD121 an archive of something else.
    """
    if path.is_dir():
        raise Problems([problem("QD120", Place(path.name), path=path.name)])
    try:
        with path.open("rb") as file:
            start = file.read(_BEGINNING)
    except OSError as error:
        raise Problems([problem("QD101", Place(path.name), why=error.strerror or error)]) from error
    if not start.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Problems([problem("QD117", Place(path.name))])
    suffix = path.suffix.casefold()
    if start.startswith(b"PK"):
        return _archive(path)
    if start.startswith(OLE):
        return "xls"
    if start.startswith(b"SQLite format 3\0"):
        return "gpkg"
    if start.startswith(b"\x00\x00\x27\x0a") or suffix in _SHAPEFILE_PARTS:
        return "shp"
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain[:1] in (b"{", b"[") and suffix not in _TEXT_SUFFIXES:
        return "json"
    if _DRAWING.match(plain):
        return "dxf"
    if _MARKED_UP.match(plain):
        if b"<kml" in plain or suffix == ".kml":
            return "kml"
        raise Problems([_unknown(path)])
    if suffix in _TEXT_SUFFIXES and not start.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff")):
        return "csv"
    raise Problems([_unknown(path)])


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [item.filename for item in archive.infolist() if not item.is_dir()]
    except Exception as error:  # a damaged archive can make the reader fail in any way
        raise Problems([problem("QD101", Place(path.name), why=error)]) from error
    folded = [name.casefold() for name in names]
    if any(name.startswith("xl/workbook") for name in folded):
        if "xl/workbook.bin" in folded:
            raise Problems([problem("QD104", Place(path.name), suffix=".xlsb", known=KNOWN)])
        return "xlsx"
    if "content.xml" in folded:
        return "ods"
    ends = [Path(name).suffix for name in folded if not name.startswith("__macosx/")]
    for ending, kind in ((".shp", "shp_zip"), (".kml", "kmz"), (".csv", "csv_zip")):
        if ending in ends:
            return kind
    shown = ", ".join(sorted(names)[:10]) + (" …" if len(names) > 10 else "")
    raise Problems([problem("QD121", Place(path.name), names=shown or "-")])


def _unknown(path: Path) -> Problem:
    return problem("QD104", Place(path.name), suffix=path.suffix or path.name, known=KNOWN)
