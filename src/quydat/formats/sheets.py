"""Whatever survey file a city office brings, as sheets: what each cell, row and shape says, not yet what it means."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from quydat.core.problem import Place, Problem, Problems, problem, raise_if
from quydat.formats import sheets_geo as geo
from quydat.formats.guard import LARGEST, unpack
from quydat.formats.raw import read_bytes
from quydat.formats.sheets_book import read_book_sheets
from quydat.formats.sheets_csv import read_csv_sheet
from quydat.formats.sheets_field import PARENT_KEY, flat_sheet, is_field_sheet, read_field_json, tie_kobo_repeats
from quydat.formats.sheets_make import named_twice
from quydat.formats.sheets_parts import original_bytes_of, parts_of, repeats_beside, sha256_of
from quydat.formats.sheets_sniff import sniff
from quydat.survey.sheet import Sheet

__all__ = ["named_twice", "original_bytes_of", "read_sheets", "sha256_of"]

_LARGEST_TEXT = 2_000_000_000
_FIELD_MARKS = (b'"_uuid"', b'"__id"', b"instanceID")
_SIDES = (".shx", ".dbf", ".prj", ".cpg", ".cst")


def read_sheets(path: Path, *, encoding: str | None = None, layer: str | None = None) -> list[Sheet]:
    """All sheets or layers of a survey file that hold anything.

    What the file is, its content says: workbooks (xlsx, xls, ods), CSV, GeoPackage, Shapefile (also in a .zip),
    GeoJSON, KML, KMZ, DXF, and results of ODK and KoboToolbox (CSV with the repeats' files
    beside it or in one .zip, JSON, GeoJSON, xlsx).

    Parameters
    ----------
    path
        The file; of a Shapefile any of its parts.
    encoding
        Python's name of the encoding of its text, for CSV, Shapefile and DXF; other formats say it themselves.
    layer
        Sheet or layer to take; all if not given.

    Returns
    -------
    Sheets in the order of the file. Columns that share a heading have their number after it: ``named_twice`` tells of
    them.

    Raises
    ------
    Problems
        QD101 unreadable or damaged; QD102 no usable GeoPackage; QD103 no such sheet or layer; QD104 another kind of
        file; QD109, QD110 cells whose value the file does not hold; QD112 encoding; QD113 password; QD114, QD115,
        QD116, QD118 what would not fit in memory or could stall; QD117 empty; QD119 zero bytes; QD120 a folder;
        QD121 an archive of something else; QD122 a Shapefile that lacks a part; QD123 an open quote.
    """
    kind = sniff(path)
    try:
        if kind not in ("gpkg", "shp") and path.stat().st_size > _LARGEST_TEXT:
            raise Problems([problem("QD114", Place(path.name), limit=_LARGEST_TEXT // 1_000_000)])
        sheets = _READERS[kind](path, encoding, layer)
    except OSError as error:
        raise Problems([problem("QD101", Place(path.name), why=error.strerror or error)]) from error
    if kind in ("csv", "csv_zip", "xlsx", "xls", "ods") and any(_is_field(sheet) for sheet in sheets):
        tied = tie_kobo_repeats([sheet for sheet in sheets if _is_field(sheet)])
        return [flat_sheet(sheet) for sheet in tied] + [sheet for sheet in sheets if not _is_field(sheet)]
    return sheets


def _is_field(sheet: Sheet) -> bool:
    return is_field_sheet([str(name) for name in sheet.cells.columns])


def _book(kind: str) -> Callable[[Path, str | None, str | None], list[Sheet]]:
    def read(path: Path, _: str | None, layer: str | None) -> list[Sheet]:
        return read_book_sheets(_content(path, LARGEST), file=path.name, kind=kind, layer=layer)

    return read


def _csv(path: Path, encoding: str | None, layer: str | None) -> list[Sheet]:
    main = read_csv_sheet(_content(path, _LARGEST_TEXT), file=path.name, encoding=encoding)
    sheets = [main]
    if _is_field(main) and PARENT_KEY not in main.cells:
        found: list[Problem] = []
        for beside in repeats_beside(path):
            try:
                repeat = read_csv_sheet(_content(beside, _LARGEST_TEXT), file=beside.name, encoding=encoding)
                sheets.append(replace(repeat, name=beside.stem[len(path.stem) + 1 :]))
            except Problems as problems:
                found += problems.found
        raise_if(found)
    return _by_name(sheets, layer, path.name)


def _csv_zip(path: Path, encoding: str | None, layer: str | None) -> list[Sheet]:
    parts = unpack(path, path.name, wanted=lambda name: _is_part(name, ".csv"), largest=_LARGEST_TEXT)
    sheets: list[Sheet] = []
    found: list[Problem] = []
    for name, content in sorted(parts.items()):
        try:
            sheets.append(read_csv_sheet(content, file=f"{path.name}/{name}", encoding=encoding))
        except Problems as problems:
            found += problems.found
    raise_if(found)
    mains = [sheet for sheet in sheets if PARENT_KEY not in sheet.cells]
    stem = Path(mains[0].file).stem if len(mains) == 1 else ""
    named = (
        [
            replace(sheet, name="" if sheet is mains[0] and stem else Path(sheet.file).stem.removeprefix(f"{stem}-"))
            for sheet in sorted(sheets, key=lambda sheet: PARENT_KEY in sheet.cells)
        ]
        if mains
        else [replace(sheet, name=Path(sheet.file).stem) for sheet in sheets]
    )
    return _by_name(named, layer, path.name)


def _json(path: Path, _: str | None, layer: str | None) -> list[Sheet]:
    content = _content(path, _LARGEST_TEXT)
    features = b'"FeatureCollection"' in content or b'"Feature"' in content or b'"coordinates"' in content[:4096]
    if any(mark in content for mark in _FIELD_MARKS) or not features:
        return _by_name(read_field_json(content, file=path.name), layer, path.name)
    with _named(path, ".geojson") as there:
        return geo.read_geojson_sheets(there, file=path.name, layer=layer)


def _kml(path: Path, _: str | None, layer: str | None) -> list[Sheet]:
    with _named(path, ".kml") as there:
        return geo.read_kml_sheets(there, file=path.name, layer=layer)


def _kmz(path: Path, _: str | None, layer: str | None) -> list[Sheet]:
    parts = unpack(path, path.name, wanted=lambda name: _is_part(name, ".kml"))
    with _folder() as folder:
        there = folder / "doc.kml"
        main = "doc.kml" if "doc.kml" in parts else min(parts)
        there.write_bytes(parts[main])
        return geo.read_kml_sheets(there, file=path.name, layer=layer)


def _gpkg(path: Path, _: str | None, layer: str | None) -> list[Sheet]:
    return geo.read_geopackage_sheets(path, file=path.name, layer=layer)


def _dxf(path: Path, encoding: str | None, layer: str | None) -> list[Sheet]:
    with _named(path, ".dxf") as there:
        return geo.read_dxf_sheets(there, file=path.name, encoding=encoding, layer=layer)


def _shp(path: Path, encoding: str | None, layer: str | None) -> list[Sheet]:
    parts = {part.suffix.casefold(): part for part in parts_of(path)}
    return _shapefile({suffix: read_bytes(part) for suffix, part in parts.items()}, path, path.name, encoding, layer)


def _shp_zip(path: Path, encoding: str | None, layer: str | None) -> list[Sheet]:
    parts = unpack(path, path.name, wanted=lambda name: _is_part(name, ".shp", *_SIDES), largest=_LARGEST_TEXT)
    shapefiles: dict[str, dict[str, bytes]] = {}
    for name, content in sorted(parts.items()):
        stem, _, suffix = name.rpartition(".")
        shapefiles.setdefault(stem.casefold(), {})[f".{suffix.casefold()}"] = content
    whole = {stem: found for stem, found in shapefiles.items() if ".shp" in found}
    names = {name.rpartition(".")[0].casefold(): Path(name).stem for name in parts}
    sheets: list[Sheet] = []
    found: list[Problem] = []
    for stem, own in whole.items():
        try:
            read = _shapefile(own, path, f"{path.name}/{names[stem]}.shp", encoding, None)
            sheets += [replace(sheet, name=names[stem] if len(whole) > 1 else "") for sheet in read]
        except Problems as problems:
            found += problems.found
    raise_if(found)
    return _by_name(sheets, layer, path.name) if len(whole) > 1 or layer not in names.values() else sheets


def _shapefile(
    parts: Mapping[str, bytes], path: Path, file: str, encoding: str | None, layer: str | None
) -> list[Sheet]:
    wanted = (".shp", ".shx", ".dbf") if ".shp" in parts or ".dbf" not in parts else (".dbf",)
    raise_if(problem("QD122", Place(file), missing=suffix) for suffix in wanted if suffix not in parts)
    stem = path.stem if layer is not None and layer.casefold() == path.stem.casefold() else "layer"
    with _folder() as folder:
        for suffix in (".shp", *_SIDES):
            if suffix in parts:
                (folder / f"{stem}{suffix}").write_bytes(parts[suffix])
        return geo.read_shapefile_sheets(folder / f"{stem}{wanted[0]}", file=file, encoding=encoding, layer=layer)


def _by_name(sheets: list[Sheet], layer: str | None, file: str) -> list[Sheet]:
    chosen = [sheet for sheet in sheets if layer is None or sheet.name.casefold() == layer.casefold()]
    if not chosen:
        present = ", ".join(sheet.name for sheet in sheets if sheet.name) or "-"
        raise Problems([problem("QD103", Place(file), layer=layer, present=present)])
    return chosen


def _is_part(name: str, *suffixes: str) -> bool:
    return name.casefold().endswith(suffixes) and not name.startswith("__MACOSX/") and "media/" not in name


def _content(path: Path, largest: int) -> bytes:
    if path.stat().st_size > largest:
        raise Problems([problem("QD114", Place(path.name), limit=largest // 1_000_000)])
    return read_bytes(path)


@contextmanager
def _folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="quydat-") as folder:
        yield Path(folder)


@contextmanager
def _named(path: Path, suffix: str) -> Iterator[Path]:
    """The file under a name that ends as its content says: GDAL looks at the suffix."""
    if path.suffix.casefold() == suffix:
        yield path
        return
    with _folder() as folder:
        there = folder / f"layer{suffix}"
        there.write_bytes(_content(path, _LARGEST_TEXT))
        yield there


_READERS: Mapping[str, Callable[[Path, str | None, str | None], list[Sheet]]] = {
    "xlsx": _book("xlsx"), "xls": _book("xls"), "ods": _book("ods"), "csv": _csv, "csv_zip": _csv_zip, "json": _json,
    "gpkg": _gpkg, "shp": _shp, "shp_zip": _shp_zip, "kml": _kml, "kmz": _kmz, "dxf": _dxf,
}  # fmt: skip
