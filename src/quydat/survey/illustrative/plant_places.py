"""Faults of place: coordinates, outlines, addresses."""

import numpy as np
import pandas as pd
import shapely

from quydat.core.crs import WGS84, reproject
from quydat.survey.illustrative.names import plain
from quydat.survey.illustrative.offices import known, plane_of
from quydat.survey.illustrative.page import Line, Page
from quydat.survey.illustrative.plant import GEOMETRY, Planter, Row

_SEA = (108.9, 9.2)
_ANOTHER_CITY = (105.8461, 21.0286)
_PLANE = 9210
_FAR_DEGREES = 0.25
_SLIVER_M = 0.3


def plant_points(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Points in the wrong zone, with axes swapped, in the sea, in another city, at nought."""
    for page, line in planter.take("wrong_zone", pages["province"], 3, _placed):
        row = planter.truth[line.establishment_id]
        east, north = plane_of(row["longitude"], row["latitude"], epsg=_PLANE)
        line.cells |= {"x": round(north, 2), "y": round(east, 2)}  # northing first, as in the whole list
        _refused(line)
        planter.note("wrong_zone", page, line, "y")
    for page, line in planter.take("axes_swapped_row", pages["district"], 2):
        line.cells["x"], line.cells["y"] = line.cells["y"], line.cells["x"]
        line.taken = "either"
        planter.note("axes_swapped_row", page, line, "x")
    for page, line in planter.take("degrees_swapped", pages["authority"], 2):
        assert isinstance(line.shape, shapely.Point)
        line.shape = shapely.Point(line.shape.y, line.shape.x)
        line.taken = "either"
        planter.note("degrees_swapped", page, line, GEOMETRY)
    for kind, of, place, count in (
        ("point_in_sea", "authority", _SEA, 2), ("wrong_city", "authority", _ANOTHER_CITY, 2),
        ("null_island", "track", (0.0, 0.0), 2),
    ):  # fmt: skip
        for page, line in planter.take(kind, pages[of], count):
            line.shape = shapely.Point(place)
            _refused(line)
            planter.note(kind, page, line, GEOMETRY)
    for page, line in planter.take("point_in_sea", pages["odk"][:1], 1):
        line.cells |= {"longitude": str(_SEA[0]), "latitude": str(_SEA[1])}
        _refused(line)
        planter.note("point_in_sea", page, line, "longitude")


def plant_outlines(planter: Planter, pages: dict[str, list[Page]]) -> None:
    """Outlines that cross themselves, overlap another, or are slivers."""
    parcels = pages["parcels"]
    for page, line in planter.take("self_crossing", parcels, 3):
        corners = shapely.get_coordinates(line.shape)[:4]
        line.shape = shapely.Polygon(corners[[0, 2, 1, 3]])
        line.said.pop("outline")
        _refused(line)
        planter.note("self_crossing", page, line, GEOMETRY)
    for page, line in planter.take("outline_overlap", parcels, 2):
        (_, other), *_ = planter.take("outline_overlap", parcels, 1, lambda found, row, this=line: found is not this)  # type: ignore[misc]
        assert line.shape is not None and other.shape is not None
        shift = shapely.get_coordinates(other.shape.centroid)[0] - shapely.get_coordinates(line.shape.centroid)[0]
        line.shape = shapely.transform(line.shape, lambda xy, by=shift: np.round(xy + by + 3.0, 3))
        _drawn_elsewhere(line)
        other.faults.append("outline_overlap")
        planter.note("outline_overlap", page, line, GEOMETRY, other=(page, other))
    for page, line in planter.take("outline_sliver", parcels, 2):
        x, y = shapely.get_coordinates(shapely.centroid(line.shape))[0]
        line.shape = shapely.box(round(x, 3), round(y, 3), round(x + 60.0, 3), round(y + _SLIVER_M, 3))
        _drawn_elsewhere(line)
        planter.note("outline_sliver", page, line, GEOMETRY)


def plant_addresses(planter: Planter, pages: dict[str, list[Page]], units: pd.DataFrame) -> None:
    """Rows with an address only: clear, abbreviated, ambiguous, divided; and addresses that contradict the point.

    Parameters
    ----------
    units
        Bulk table ``unit``.
    """
    province, register = pages["province"], pages["register"]
    old = units[units["district_name"].notna()]
    again = old.groupby(["province_name", "name_vi"])["unit_id"].transform("size")
    several = set(zip(old.loc[again > 1, "province_name"], old.loc[again > 1, "name_vi"], strict=True))
    for page, line in planter.take("divided_ward", province, 2, lambda line, row: row["old_divided"]):
        _without_point(line)
        planter.note("divided_ward", page, line, "unit_name")
    planter.existing("address_only", province, "unit_name", 6, lambda line, row: not _placed(line, row))

    def clear(line: Line, row: Row) -> bool:
        return _placed(line, row) and not row["old_divided"]

    for page, line in planter.take("ward_in_plain_letters", province, 3, clear):
        _without_point(line)
        for key in ("unit_name", "district_name"):
            line.cells[key] = line.said[key] = _abbreviated(str(line.said[key]))
        planter.note("ward_in_plain_letters", page, line, "unit_name")
    for page, line in planter.take("park_only", register, 3, lambda line, row: known(row["park_id"])):
        _without_point(line)
        for key in ("unit_name", "district_name"):
            line.cells[key] = None
            line.said.pop(key)
        planter.note("park_only", page, line, "park_name")

    def named_twice(line: Line, row: Row) -> bool:
        return clear(line, row) and (row["province_name"], row["old_unit_name"]) in several

    for page, line in planter.take("ambiguous_ward", province, 3, named_twice):
        _without_point(line)
        line.cells["district_name"] = None
        line.said.pop("district_name")
        planter.note("ambiguous_ward", page, line, "unit_name")
    centres = shapely.centroid(shapely.from_wkb(old["outline"].to_numpy(object)))
    x, y = shapely.get_x(centres), shapely.get_y(centres)
    for page, line in planter.take("ward_contradicts_point", register, 2):
        row = planter.truth[line.establishment_id]
        far = np.flatnonzero(
            (np.hypot(x - row["longitude"], y - row["latitude"]) > _FAR_DEGREES)
            & (old["province_name"] == row["province_name"]).to_numpy()
        )
        ward = old.iloc[int(far[int(planter.random.integers(len(far)))])]
        line.cells |= {"unit_name": ward["name_vi"], "district_name": ward["district_name"]}
        line.said |= {"unit_name": ward["name_vi"], "district_name": ward["district_name"]}
        planter.note("ward_contradicts_point", page, line, "unit_name")


def _drawn_elsewhere(line: Line) -> None:
    """The line says what is drawn, be it wrong; the point is somewhere in it."""
    corners = shapely.transform(
        line.shape, lambda at: np.column_stack(reproject(at[:, 0], at[:, 1], source=_PLANE, target=WGS84))
    )
    line.said["outline"] = shapely.to_wkb(corners)
    line.said.pop("longitude")
    line.said.pop("latitude")


def _placed(line: Line, row: Row) -> bool:
    return line.cells.get("x") is not None


def _refused(line: Line) -> None:
    line.taken = "no"
    line.said.pop("longitude")
    line.said.pop("latitude")


def _without_point(line: Line) -> None:
    line.cells["x"] = line.cells["y"] = None
    line.said.pop("longitude", None)
    line.said.pop("latitude", None)


def _abbreviated(name: str) -> str:
    """``Phường Mẫu 3`` as ``P. Mau 3``."""
    kind, rest = name.split(" ", 1)
    return f"{plain(kind)[0]}. {plain(rest)}"
