"""Layers of maps and drawings: GeoPackage, Shapefile, GeoJSON, KML, DXF, with shapes as the file has them."""

import codecs
import html
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from quydat.core.crs import WGS84
from quydat.core.problem import Place, Problems, problem
from quydat.formats.geopackage_read import layer_names
from quydat.formats.guard import refuse_entities
from quydat.formats.sheets_cells import arrow_text
from quydat.formats.sheets_csv import is_utf8
from quydat.formats.sheets_make import headings, text_series
from quydat.survey.sheet import Sheet

_LATIN = "ISO-8859-1"
"""GDAL's name of the encoding in which every byte is the character of its number."""

_HIGH = re.compile("[\x80-\xff]+")
_ESCAPED = re.compile(r"\\U\+((?![dD][89a-fA-F])[0-9A-Fa-f]{4})")
"""Without halves of pairs, which are no letters."""
_ACAD_VERSION = re.compile(rb"\$ACADVER\s+1\s+AC(\d{4})")
_UTF8_FROM = 1021
"""AutoCAD 2007: from then on drawings are UTF-8, whatever their header says of a code page."""

_KML_DEFAULTS = ({"tessellate", "extrude", "visibility"}, {"-1", "0"})
_KML_FIELD = re.compile(rb"<(?:\w+:)?(?:Data|SimpleField|SimpleData)\s[^>]*?name=[\"']([^\"']*)")
_NO_LETTER = re.compile("[^A-Za-z0-9_]")
_TAGS = "BlockAttributes"
_APART = "\x1f"


@dataclass(frozen=True)
class _Layer:
    """A layer as GDAL gives it: text by heading, shapes, number of the coordinate system."""

    name: str
    columns: Mapping[str, Any]
    shapes: NDArray[np.object_] | None
    epsg: int | None
    numbers: NDArray[np.int64] | None = None


def read_geopackage_sheets(path: Path, *, file: str, layer: str | None = None) -> list[Sheet]:
    """Layers and attribute tables of a GeoPackage; rows are numbered from 1 in the order of the file.

    Raises
    ------
    Problems
        QD101, QD102 unreadable, foreign or damaged; QD103 no such layer; QD117 no layer.
    """
    present = layer_names(path)
    return _sheets([_read(path, file, name) for name in _chosen(present, layer, file)], file, len(present))


def read_geojson_sheets(path: Path, *, file: str, layer: str | None = None) -> list[Sheet]:
    """The features of a GeoJSON file, in WGS 84 unless an old file says otherwise.

    Raises
    ------
    Problems
        QD101 damaged; QD103 no such layer; QD117 no feature.
    """
    [name] = _listed(path, file)[:1] or [""]
    # GDAL takes text that looks like a day for one, which the file does not say.
    return _sheets(
        [_read(path, file, chosen, DATE_AS_STRING="YES") for chosen in _chosen([name], layer, file)], file, 1
    )


def read_kml_sheets(path: Path, *, file: str, layer: str | None = None) -> list[Sheet]:
    """The folders of a KML file as layers, in WGS 84.

    Raises
    ------
    Problems
        QD101 damaged; QD103 no such layer; QD115 entities; QD117 nothing in it.
    """
    content = path.read_bytes()
    refuse_entities(content, file)
    present = _listed(path, file)
    layers = [_read(path, file, name) for name in _chosen(present, layer, file)]
    layers = [replace(found, columns=_as_written(found.columns, content)) for found in layers]
    names, values = _KML_DEFAULTS
    bare = [_Layer(found.name, {n: c for n, c in found.columns.items() if not (c.null_count == len(c) or (n in names
            and set(pc.unique(c).to_pylist()) <= values))}, found.shapes, found.epsg) for found in layers]  # fmt: skip
    return _sheets(bare, file, len(present))


def read_shapefile_sheets(
    path: Path, *, file: str, encoding: str | None = None, layer: str | None = None
) -> list[Sheet]:
    """A Shapefile, or the table (.dbf) of one.

    Its text is read with ``encoding``, else with that of its .cpg if the bytes agree, else as UTF-8 if they are that,
    else byte by byte as Latin-1, and then ``encoding_declared`` is false. The code page in the .dbf is not believed:
    most programs write the same one always.

    Raises
    ------
    Problems
        QD101 damaged; QD103 no such layer; QD112 an encoding that is unknown or not that of the bytes; QD117 no row.
    """
    [found] = [_read(path, file, name, ENCODING=_LATIN) for name in _chosen([path.stem], layer, file)]
    if encoding is None:
        found, used, declared = _settle(found, _code_page(path))
    else:
        found, used, declared = _recoded(found, encoding, file), encoding, True
    return _sheets([found], file, 1, encoding=used, encoding_declared=declared)


def read_dxf_sheets(path: Path, *, file: str, encoding: str | None = None, layer: str | None = None) -> list[Sheet]:
    """The entities of a drawing (closed lines as polygons, texts and blocks as points), and its blocks.

    Attributes of a block are columns named by their tags. A drawing has no coordinate system.

    Parameters
    ----------
    layer
        ``entities``, ``blocks``, or a layer of the drawing.

    Raises
    ------
    Problems
        QD101 damaged; QD103 no such layer; QD112 an encoding that is unknown or not that of the bytes; QD117 nothing.
    """
    content = path.read_bytes()
    version = _ACAD_VERSION.search(content[:10_000])
    unicode = is_utf8(content) and (encoding is None or (version is not None and int(version[1]) >= _UTF8_FROM))
    how = {"CLOSED_LINE_AS_POLYGON": "YES", "INLINE_BLOCKS": "NO", "ENCODING": "UTF-8" if unicode else _LATIN}
    layers = [_read(path, file, "entities", **how)]
    if b"\nBLOCK\r" in content or b"\nBLOCK\n" in content:
        layers += _if_there(lambda: _read(path, file, "blocks", **how))
    layers = [found if unicode or encoding is None else _recoded(found, encoding, file) for found in layers]
    layers = [_drawn(found) for found in layers if len(_first(found))]
    if layer is not None and layer.casefold() not in {"entities", "blocks"}:
        layers = _of_layer(layers, layer, file)
    elif layer is not None:
        layers = [found for found in layers if found.name == layer.casefold()]
    used = "utf-8" if unicode else encoding or "latin-1"
    return _sheets(layers, file, len(layers), encoding=used, encoding_declared=unicode or encoding is not None)


def _read(path: Path, file: str, layer: str, **how: str) -> _Layer:
    from pyogrio.raw import read_arrow

    meta, table = _asked(lambda: read_arrow(str(path.absolute()), layer=layer or None, **how), file)
    geometry = meta.get("geometry_name") or "wkb_geometry"
    at = [index for index, name in enumerate(table.column_names) if name == geometry and meta.get("geometry_type")]
    shapes = None
    if at:
        shapes = np.empty(len(table), object)
        shapes[:] = table.column(at[0]).to_pylist()
    names = [None if index in at[:1] else name for index, name in enumerate(table.column_names)]
    texts = {index: _text(name, table.column(index)) for index, name in enumerate(names) if name is not None}
    kept = headings([names[index] for index in texts], [True] * len(texts))
    columns = {kept[position]: texts[index] for position, index in enumerate(texts)}
    if not columns:
        columns = {"#1": pa.nulls(len(table), pa.large_string())}
    return _Layer(layer, columns, shapes, _epsg(meta.get("crs")))


def _as_written(columns: Mapping[str, Any], content: bytes) -> Mapping[str, Any]:
    """Columns under the names that the KML gives them: GDAL writes _ for each byte that is no ASCII letter or digit."""
    written: dict[str, str] = {}
    for name in sorted(set(_KML_FIELD.findall(content))):
        plain = html.unescape(name.decode(errors="replace"))
        written.setdefault(_NO_LETTER.sub("_", plain.encode().decode("latin-1")), plain)
    return {written.get(name, name): column for name, column in columns.items()}


def _text(name: str, column: Any) -> Any:
    if name == _TAGS:
        return pa.array([_APART.join(cell) if cell else None for cell in column.to_pylist()], pa.large_string())
    return arrow_text(column)


def _asked(question: Callable[[], Any], file: str) -> Any:
    try:
        with warnings.catch_warnings():
            # GDAL warns of what it reads all the same.
            warnings.simplefilter("ignore")
            return question()
    except Exception as error:  # a damaged file can make GDAL and what is around it fail in any way
        raise Problems([problem("QD101", Place(file), why=error)]) from error


def _if_there(question: Callable[[], _Layer]) -> list[_Layer]:
    try:
        return [question()]
    except Problems:
        return []  # no block is defined


def _listed(path: Path, file: str) -> list[str]:
    import pyogrio

    return [str(name) for name, _ in _asked(lambda: pyogrio.list_layers(str(path.absolute())), file)]


def _chosen(present: Sequence[str], layer: str | None, file: str) -> list[str]:
    chosen = [name for name in present if layer is None or name.casefold() == layer.casefold()]
    if layer is not None and not chosen:
        raise Problems([problem("QD103", Place(file), layer=layer, present=", ".join(present) or "-")])
    return chosen


def _sheets(layers: Sequence[_Layer], file: str, present: int, **said: Any) -> list[Sheet]:
    sheets = []
    for found in layers:
        length = len(_first(found))
        if not length:
            continue
        frame = pd.DataFrame({name: text_series(column) for name, column in found.columns.items()})
        name = found.name if present > 1 else ""
        numbers = np.arange(1, length + 1, dtype=np.int64) if found.numbers is None else found.numbers
        sheets.append(Sheet(file, name, frame, numbers, found.shapes, found.epsg, **said))
    if not sheets:
        raise Problems([problem("QD117", Place(file))])
    return sheets


def _first(layer: _Layer) -> Any:
    return next(iter(layer.columns.values()))


def _epsg(crs: str | None) -> int | None:
    if crs in ("OGC:CRS84", "OGC:CRS84h"):
        return WGS84
    found = re.fullmatch(r"EPSG:(\d+)", crs or "")
    return int(found[1]) if found else None


def _code_page(path: Path) -> str | None:
    """Python's name of the encoding that the .cpg names; None without one, or if it is unknown."""
    for suffix in (".cpg", ".CPG", ".cst"):
        side = path.with_suffix(suffix)
        if side.is_file():
            said = side.read_bytes()[:100].decode("latin-1").strip().lower()
            number = re.fullmatch(r"(?:ansi|windows|cp|oem|ibm)?[\s_-]*(\d{3,5})", said)
            named = {"65001": "utf-8", "88591": "latin-1"}.get(number[1], f"cp{number[1]}") if number else said
            try:
                return codecs.lookup(named.replace("8859 ", "8859-").replace(" ", "-")).name
            except (LookupError, ValueError):
                return None
    return None


def _settle(layer: _Layer, named: str | None) -> tuple[_Layer, str, bool]:
    for encoding in [name for name in (named, "utf-8") if name]:
        try:
            return _decoded(layer, encoding), encoding, True
        except (UnicodeError, LookupError):
            continue
    return layer, "latin-1", False


def _recoded(layer: _Layer, encoding: str, file: str) -> _Layer:
    try:
        codecs.lookup(encoding)
        return _decoded(layer, encoding)
    except (LookupError, UnicodeError) as error:
        raise Problems([problem("QD112", Place(file, layer.name), encoding=encoding, why=error)]) from error


def _decoded(layer: _Layer, encoding: str) -> _Layer:
    """The layer with its text, of which each character stands for a byte, in an encoding."""
    columns = {}
    for name, column in layer.columns.items():
        high = pc.fill_null(pc.match_substring_regex(column, r"[^\x00-\x7f]"), False)
        if pc.any(high).as_py():
            known = {text: bytes_as(text, encoding) for text in pc.unique(column).to_pylist() if text is not None}
            column = pa.array([None if text is None else known[text] for text in column.to_pylist()], pa.large_string())
        columns[_heading(name, encoding)] = column
    return _Layer(layer.name, columns, layer.shapes, layer.epsg)


def bytes_as(text: str, encoding: str) -> str:
    """Text of which each character below 256 stands for a byte, read with an encoding; the others stay.

    >>> bytes_as("CÃ´ng ty Ấ", "utf-8")
    'Công ty Ấ'
    """
    return _HIGH.sub(lambda part: part[0].encode("latin-1").decode(encoding), text)


def _heading(name: str, encoding: str) -> str:
    # Names of a .dbf end after ten bytes, at times within a letter: what is left of it is no letter.
    return _HIGH.sub(lambda part: part[0].encode("latin-1").decode(encoding, errors="ignore"), name)


def _drawn(layer: _Layer) -> _Layer:
    """A layer of a drawing: escapes as letters, attributes of blocks as columns, without what is empty throughout."""
    columns: dict[str, Any] = {}
    for name, column in layer.columns.items():
        if column.null_count == len(column):
            continue
        if pc.any(pc.match_substring(column, "\\U+")).as_py():
            cells = [text and _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) for text in column.to_pylist()]
            column = pa.array(cells, pa.large_string())
        columns[name] = column
    tags = columns.pop(_TAGS, None)
    if tags is not None:
        rows = [dict(_tag(part) for part in (text or "").split(_APART) if part) for text in tags.to_pylist()]
        for tag in sorted({tag for row in rows for tag in row}):
            heading = tag if tag not in columns else f"{_TAGS} / {tag}"
            columns[heading] = pa.array([row.get(tag) for row in rows], pa.large_string())
    return _Layer(layer.name, columns or layer.columns, layer.shapes, layer.epsg)


def _tag(part: str) -> tuple[str, str | None]:
    tag, _, value = part.partition(" ")
    return tag, value or None


def _of_layer(layers: Sequence[_Layer], layer: str, file: str) -> list[_Layer]:
    entities = layers[0] if layers else None
    names = entities.columns["Layer"].to_pylist() if entities and "Layer" in entities.columns else []
    keep = np.array([(name or "").casefold() == layer.casefold() for name in names], bool)
    if entities is None or not keep.any():
        present = ", ".join(["entities", "blocks", *sorted({name for name in names if name})])
        raise Problems([problem("QD103", Place(file), layer=layer, present=present)])
    mask = pa.array(keep)
    columns = {name: column.filter(mask) for name, column in entities.columns.items()}
    return [
        _Layer(
            layer, columns, None if entities.shapes is None else entities.shapes[keep], None, np.flatnonzero(keep) + 1
        )
    ]
