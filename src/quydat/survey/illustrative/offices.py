"""The truth as eight offices write it down, each its part, in its own file and manner."""

import csv
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import shapely

from quydat.core.crs import WGS84, reproject
from quydat.dictionary.schema import choice_label, tables
from quydat.survey.illustrative.draw import stream
from quydat.survey.illustrative.names import PROVINCES, short_name
from quydat.survey.illustrative.page import Cell, Column, Line, Page
from quydat.survey.illustrative.units import to_plane

TITLE = "SỐ LIỆU MINH HỌA / ILLUSTRATIVE"
"""Stands in the name or the first line of every file."""

_GPS_M = 4e-5
_TM3_WEST, _TM3_EAST, _UTM = 9210, 5899, 3405
_VN2000 = 4756

Row = dict[str, Any]


def make_pages(*, seed: int, truth: pd.DataFrame, messy: bool) -> list[Page]:
    """All sheets and layers of all files.

    Parameters
    ----------
    truth
        As ``make_establishments`` gives it.
    messy
        As offices send them: old text, heads of two lines, titles and totals, coordinates without their system, names
        spelt otherwise by the next office. If not, the same lines in Unicode with one head and declared systems.

    Returns
    -------
    Pages whose lines are in the order of the file, heads and titles included.
    """
    rows: list[Row] = [{str(key): value for key, value in row.items()} for row in truth.to_dict("records")]
    by_province = [[row for row in rows if row["province_name"] == name] for name in PROVINCES]
    random = stream(seed, "offices")
    chance = dict(zip(truth["establishment_id"], random.random(len(truth)), strict=True))
    west, middle, east = by_province

    def part(of: Sequence[Row], low: float, high: float) -> list[Row]:
        return [row for row in of if low <= chance[row["establishment_id"]] < high]

    in_parks = [row for row in rows if isinstance(row["park_id"], str)]
    office = _Office(stream(seed, "spelling"), messy)
    pages = _district_pages(office, west + part(middle, 0.0, 0.05))
    pages.append(_register(office, part(middle, 0.0, 0.72) + part(east, 0.0, 0.04)))
    pages.append(_parcels(office, part(middle, 0.62, 1.0)))
    pages += _layers(office, part(east, 0.45, 1.0))
    pages.append(_authority(office, part(in_parks, 0.3, 0.62)))
    pages.append(_track(office, part(rows, 0.30, 0.34)))
    pages += _odk(office, part(rows, 0.80, 0.88), part(rows, 0.88, 0.92), seed=seed)
    pages.append(_drawing(office, part(west + middle, 0.95, 0.98)))
    pages.append(_province(office, part(east, 0.0, 0.55)))
    return pages


@cache
def _column_rows() -> list[dict[str, str]]:
    text = files("quydat.survey.illustrative").joinpath("columns.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(StringIO(text)))


def columns_of(page: str, *, messy: bool = True) -> list[Column]:
    """Columns of a kind of page, as ``columns.csv`` has them; without the mess: one head, Unicode, no fonts.

    >>> [column.heading for column in columns_of("track")][:2]
    ['Name', 'Ma_so']
    """
    return [
        Column(
            key=row["key"],
            heading=row["heading"],
            upper=row["upper"] if messy else "",
            encoding=(row["encoding"] if messy else "") or "unicode",
            font=row["font"] if messy else "",
        )
        for row in _column_rows()
        if row["page"] == page
    ]


class _Office:
    """How a line is written: spelling of the next office, wobble of a receiver."""

    def __init__(self, random: np.random.Generator, messy: bool) -> None:
        self.random = random
        self.messy = messy
        self.seen: set[str] = set()

    def line(self, row: Row, page: Page, cell: Callable[[str, Any], Cell], *, old_names: bool = True) -> Line:
        """One line of the page; coordinates in the page's own system, as cells where it has columns for them."""
        said = self._said(row, page, old_names)
        cells: dict[str, Cell] = {key: cell(key, value) for key, value in said.items() if page.has(key)}
        x, y = (float(str(said[key])) for key in ("longitude", "latitude"))
        if page.has("longitude"):
            cells |= {"longitude": f"{x:.7f}", "latitude": f"{y:.7f}"}
        east, north = (float(v) for v in plane_of(x, y, epsg=page.epsg or WGS84))
        first, second = (north, east) if page.swapped else (east, north)
        if page.has("x"):
            cells |= {"x": cell("x", round(first, 2)), "y": cell("y", round(second, 2))}
        self.seen.add(str(row["establishment_id"]))
        point = shapely.Point(first, second) if page.form in ("gpkg", "geojson", "kml") else None
        return Line("data", cells, said, str(row["establishment_id"]), shape=point)

    def _said(self, row: Row, page: Page, old_names: bool) -> dict[str, object]:
        said: dict[str, object] = {a.name: row[a.name] for a in tables()["observation"] if known(row.get(a.name))}
        said["unit_name"] = row["old_unit_name"] if old_names else row["unit_name"]
        if not old_names:
            said.pop("district_name")
            said["province_name"] = row["city_name"]
        if self.messy and row["establishment_id"] in self.seen:
            said["name"] = short_name(str(said["name"]))
        said["code"] = f"{page.origin.upper()}-{row['code']}"
        if page.origin in ("odk", "kobo", "track", "authority"):
            wobble = self.random.normal(0, _GPS_M, 2)
            said["longitude"] = round(float(row["longitude"]) + wobble[0], 7)
            said["latitude"] = round(float(row["latitude"]) + wobble[1], 7)
        keep = {column.key for column in page.columns} | {"longitude", "latitude", "basis"}
        said = {key: value for key, value in said.items() if key in keep}
        if page.form in ("shp", "dxf"):
            said["outline"] = row["outline"]
        return said


def known(value: object) -> bool:
    """Whether a value is there at all.

    >>> known(0), known(None), known(float("nan")), known(pd.NA)
    (True, False, False, False)
    """
    return value is not None and not bool(pd.isna(value)) and value != ""  # type: ignore[call-overload]


def plane_of(longitude: float, latitude: float, *, epsg: int) -> tuple[float, float]:
    """Coordinates of a place in a system, easting or longitude first.

    >>> [round(v, 2) for v in plane_of(106.7009, 10.7769, epsg=9210)]
    [603797.26, 1191942.3]
    """
    x, y = reproject(np.array([longitude]), np.array([latitude]), source=WGS84, target=epsg)
    return float(x[0]), float(y[0])


def _choice(key: str, value: Any) -> str:
    return choice_label(tables()["observation"][key].choices, str(value), "vi")


def plain_cell(key: str, value: Any) -> Cell:
    """A cell as a workbook or a layer holds it: numbers and days as such, choices in words.

    >>> plain_cell("operating_state", "closed"), plain_cell("workers", 12.0)
    ('đã ngừng', 12)
    """
    observation = tables()["observation"]
    if key in observation and observation[key].type == "choice" and key != "vsic_version":
        return _choice(key, value)
    if isinstance(value, float | np.floating | np.integer):
        return int(value) if float(value).is_integer() and key not in ("x", "y") else float(value)
    assert isinstance(value, str | int | date)
    return value


def comma_cell(key: str, value: Any) -> Cell:
    """A cell of a clerk's CSV: decimal comma, day first.

    >>> comma_cell("height_m", 7.5), comma_cell("observed_on", date(2025, 1, 31))
    ('7,5', '31/01/2025')
    """
    cell = plain_cell(key, value)
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if key in ("x", "y"):
        return f"{float(value):.2f}".replace(".", ",")
    if isinstance(cell, float) or key.endswith("_m2"):
        return f"{float(value):.1f}".replace(".", ",")
    return cell if isinstance(cell, str) else str(cell)


def iso_cell(key: str, value: Any) -> Cell:
    """A cell of a layer: days as ISO 8601.

    >>> iso_cell("observed_on", date(2025, 1, 31))
    '2025-01-31'
    """
    cell = plain_cell(key, value)
    return cell.isoformat() if isinstance(cell, date) else cell


def code_cell(key: str, value: Any) -> Cell:
    """A cell of a form's answers: choices by their codes.

    >>> code_cell("operating_state", "closed")
    'closed'
    """
    return value.isoformat() if isinstance(value, date) else str(plain_number(value))


def plain_number(value: Any) -> Any:
    """A whole number without its decimal point; anything else as it is.

    >>> plain_number(3.0), plain_number(2.5), plain_number("a")
    (3, 2.5, 'a')
    """
    return int(value) if isinstance(value, float | np.floating) and float(value).is_integer() else value


def _head(page: Page, *, title: str = "") -> None:
    """Titles and heads as lines, so that every line of the file has its number."""
    if title:
        first = page.columns[0].key
        page.lines.append(Line("title", {first: f"{TITLE}"}))
        page.lines.append(Line("title", {first: title}))
        page.lines.append(Line("empty", {}))
    if any(column.upper for column in page.columns):
        page.lines.append(Line("heading", {c.key: c.upper or c.heading for c in page.columns}))
        page.lines.append(Line("heading", {c.key: c.heading if c.upper else None for c in page.columns}))
        page.merged = True
    else:
        page.lines.append(Line("heading", {c.key: c.heading for c in page.columns}))


def _district_pages(office: _Office, rows: list[Row]) -> list[Page]:
    """One sheet for each third of the districts; sub-totals after each district, a total at the end."""
    districts = sorted({str(row["district_name"]) for row in rows}, key=lambda name: (name.split()[0], len(name), name))
    pages = []
    for number, own in enumerate(np.array_split(np.array(districts, dtype=object), 3)):
        columns = columns_of("district", messy=office.messy)
        if number == 1:  # the second sheet lost its fonts, the third was typed in Unicode
            columns = [Column(c.key, c.heading, c.upper, c.encoding.removesuffix("_capitals")) for c in columns]
        if number == 2:
            columns = [Column(c.key, c.heading, c.upper) for c in columns]
        page = Page("01-minh-hoa-quan-huyen.xlsx", f"Khu vực {number + 1}", "xlsx", "vd1", columns, epsg=_TM3_WEST)
        _head(page, title=f"Bảng {number + 1}. Cơ sở sản xuất trên địa bàn" if office.messy else "")
        running = 0
        for district in own:
            group = [row for row in rows if row["district_name"] == district]
            for row in group:
                running += 1
                line = office.line(row, page, plain_cell)
                if any(c.font.endswith("H") for c in columns):
                    line.cells["name"] = str(line.said["name"]).upper()
                page.lines.append(line)
                line.cells["number"] = running
            if office.messy and group:
                page.lines.append(_total(f"Cộng {district}", page, len(group)))
        if office.messy:
            page.lines.append(_total("Tổng cộng", page, running))
            page.lines.append(Line("empty", {}))
            page.lines.append(Line("note", {"name": "Ghi chú: số liệu minh họa, không phải số thật."}))
        pages.append(page)
    return pages


def _total(label: str, page: Page, lines: int) -> Line:
    """Sum over the last data lines of the page."""
    cells: dict[str, Cell] = {"name": label}
    of = page.data()[-lines:] if lines else []
    for key in ("workers", "site_area_m2", "footprint_m2", "gross_floor_area_m2"):
        cells[key] = sum(v for v in (line.cells.get(key) for line in of) if isinstance(v, int | float))
    return Line("total", cells)


def _register(office: _Office, rows: list[Row]) -> Page:
    columns = columns_of("register", messy=office.messy)
    page = Page("02-minh-hoa-so-dang-ky.csv", "", "csv", "vd2", columns, epsg=_TM3_WEST)
    page.bytes_encoding = "latin-1" if office.messy else "utf-8"
    if office.messy:
        page.lines.append(Line("title", {"code": TITLE}, encoding="vni"))
    _head(page)
    page.lines[-1].encoding = "vni" if office.messy else ""
    page.lines += [office.line(row, page, comma_cell) for row in rows]
    return page


def _parcels(office: _Office, rows: list[Row]) -> Page:
    columns = columns_of("parcels", messy=office.messy)
    page = Page("03-minh-hoa-thua-dat.shp", "03-minh-hoa-thua-dat", "shp", "vd2dc", columns, epsg=_TM3_WEST)
    page.declared_epsg = None if office.messy else _TM3_WEST
    for row in rows:
        line = office.line(row, page, iso_cell)
        line.shape = _planar(row, _TM3_WEST)
        page.lines.append(line)
    return page


def _planar(row: Row, epsg: int) -> shapely.Geometry:
    outline = to_plane(shapely.from_wkb(row["outline"]), epsg=epsg)
    return shapely.transform(outline, lambda xy: np.round(xy, 3))


def _layers(office: _Office, rows: list[Row]) -> list[Page]:
    """Three layers: rightly in 107°45′; in UTM with northing first; degrees of VN-2000 sold as WGS 84."""
    file = "04-minh-hoa-lop-diem.gpkg"
    thirds = [rows[0::3], rows[1::3], rows[2::3]]
    named = [
        Page(file, "diem_107_45", "gpkg", "vd3a", columns_of("layer"), epsg=_TM3_EAST, declared_epsg=_TM3_EAST),
        Page(file, "diem_utm", "gpkg", "vd3b", columns_of("layer"), epsg=_UTM, declared_epsg=_UTM),
        Page(file, "diem_do", "gpkg", "vd3c", columns_of("layer"), epsg=WGS84, declared_epsg=WGS84),
    ]
    if office.messy:
        named[1].declared_epsg, named[1].swapped = None, True
        named[2].epsg = _VN2000
    for page, part in zip(named, thirds, strict=True):
        page.lines += [office.line(row, page, iso_cell) for row in part]
    return named


def _authority(office: _Office, rows: list[Row]) -> Page:
    columns = columns_of("authority")
    page = Page("05-minh-hoa-ban-quan-ly.geojson", "", "geojson", "authority", columns, epsg=WGS84)
    page.declared_epsg = WGS84
    page.lines += [office.line(row, page, iso_cell, old_names=False) for row in rows]
    return page


def _track(office: _Office, rows: list[Row]) -> Page:
    page = Page("05-minh-hoa-diem-gps.kml", "Điểm GPS", "kml", "track", columns_of("track"), epsg=WGS84)
    page.declared_epsg = WGS84
    page.lines += [office.line(row, page, iso_cell) for row in rows]
    return page


def _odk(office: _Office, first: list[Row], second: list[Row], *, seed: int) -> list[Page]:
    random = stream(seed, "instances")
    pages = [
        Page("06-minh-hoa-odk.csv", "", "kobo_csv", "odk", columns_of("odk"), epsg=WGS84, declared_epsg=WGS84),
        Page("06-minh-hoa-kobo.json", "", "odk_json", "kobo", columns_of("odk"), epsg=WGS84, declared_epsg=WGS84),
    ]
    _head(pages[0])
    pages[1].columns = [Column(c.key, c.heading.replace("-", "/")) for c in pages[1].columns]
    for page, rows in zip(pages, (first, second), strict=True):
        for row in rows:
            line = office.line(row, page, code_cell)
            raw = random.bytes(16).hex()
            instance = f"uuid:{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"
            line.cells["code"] = instance
            line.said["code"] = instance if page is pages[0] else instance.removeprefix("uuid:")  # bare in KoboToolbox
            line.cells["position_error_m"] = line.said["position_error_m"] = "4.5"
            line.said["position_error_m"] = 4.5
            line.said["floor_basis"] = line.cells["floor_basis"] = "measured"
            line.cells["surveyor"] = line.said["surveyor"] = f"Người khảo sát {int(random.integers(1, 9))}"
            line.parts = _buildings(random, row)
            page.lines.append(line)
    return pages


def _buildings(random: np.random.Generator, row: Row) -> list[dict[str, Cell]]:
    """One to three buildings that add up to the whole."""
    count = int(random.integers(1, 4)) if row["footprint_m2"] >= 300 else 1
    whole = int(row["footprint_m2"])
    ends = [0, *(whole * (k + 1) // count for k in range(count))]
    return [
        {
            "building_footprint_m2": str(high - low),
            "building_storeys": str(int(row["storeys"])),
            "building_height_m": str(row["height_m"]),
            "building_floor_m2": str((high - low) * int(row["storeys"])),
        }
        for low, high in pairwise(ends)
    ]


def _drawing(office: _Office, rows: list[Row]) -> Page:
    page = Page("07-minh-hoa-ban-ve.dxf", "", "dxf", "banve", columns_of("drawing"), epsg=_TM3_WEST)
    for row in rows:
        line = office.line(row, page, plain_cell)
        line.said = {key: line.said[key] for key in ("name", "outline", "longitude", "latitude")}
        line.shape = _planar(row, _TM3_WEST)
        page.lines.append(line)
    return page


def _province(office: _Office, rows: list[Row]) -> Page:
    """Coordinates in 107°45′ with northing first, as surveyors write; one in seven has an address only."""
    columns = columns_of("province", messy=office.messy)
    page = Page("08-minh-hoa-tinh-ba.xlsx", "Danh sách", "xlsx", "vd3", columns, epsg=_TM3_EAST, swapped=office.messy)
    _head(page, title="Danh sách cơ sở sản xuất, tỉnh Ví Dụ Ba" if office.messy else "")
    for number, row in enumerate(rows, start=1):
        line = office.line(row, page, plain_cell)
        line.cells["number"] = number
        if number % 7 == 0 and not row["old_divided"]:
            line.cells["x"] = line.cells["y"] = None
            line.said.pop("longitude")
            line.said.pop("latitude")
        page.lines.append(line)
    return page
