"""Made-up wards and communes: a partition of a box, the older units below them, and the crosswalk between the two."""

from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.area import area_ha
from quydat.core.crs import WGS84, reproject
from quydat.dictionary.bulk import bulk_dtype
from quydat.dictionary.schema import Table, tables
from quydat.survey.illustrative.draw import stream
from quydat.survey.illustrative.names import CITY, PROVINCES

CHANGE = date(2025, 7, 1)
"""Day on which the city's units changed."""
ILLUSTRATIVE = "illustrative"
_PLANE = 9210
_PER_DISTRICT = 6
_DIVIDED = 0.2
_PIECES_PER_UNIT = 2.2


class Extent(NamedTuple):
    """Box of a survey, in degrees."""

    west: float
    south: float
    east: float
    north: float


class MadeUnits(NamedTuple):
    """Units of a made-up survey.

    Attributes
    ----------
    unit
        Bulk table ``unit``: new units first, then old ones.
    unit_change
        Bulk table ``unit_change``.
    new, old
        Outlines (longitude, latitude) in the order of the new and of the old units.
    """

    unit: pd.DataFrame
    unit_change: pd.DataFrame
    new: NDArray[np.object_]
    old: NDArray[np.object_]


def typed_table(rows: list[dict[str, object]], table: Table) -> pd.DataFrame:
    """A bulk table of the dictionary from rows of right values; what a row does not say is missing.

    >>> typed_table([{"park_id": "a", "basis": "illustrative"}], tables()["park_outline"])["basis"].tolist()
    ['illustrative']
    """
    columns = {}
    for attribute in table:
        values = [row.get(attribute.name) for row in rows]
        columns[attribute.name] = pd.Series(values, dtype=bulk_dtype(attribute))
    return pd.DataFrame(columns, columns=table.columns)


def make_units(*, seed: int, extent: Extent, count: int) -> MadeUnits:
    """Wards and communes that fill the box without gap or overlap, and the old units that they were made of.

    Each new unit is made of one to four old ones; about one old unit in four was divided between two
    neighbours. Old names come again in every district, as they did.

    Parameters
    ----------
    count
        New units wanted; there will be about as many.

    Source of the cells: G. Voronoi, Journal für die reine und angewandte Mathematik 134, 1908, with two rounds of
    S. Lloyd's relaxation (IEEE Transactions on Information Theory 28, 1982).

    >>> made = make_units(seed=1, extent=Extent(106.4, 10.4, 107.0, 11.1), count=40)
    >>> 30 < len(made.new) < 55, bool(made.unit_change["divided"].any())
    (True, True)
    """
    random = stream(seed, "units")
    box = shapely.box(*extent)
    pieces = _cells(random, box, round(count * _PIECES_PER_UNIT), rounds=2)
    near = _neighbours(pieces)
    owner = _grouped(random, near)
    new = np.array([shapely.union_all(pieces[owner == k]) for k in range(owner.max() + 1)], dtype=object)
    count = len(new)
    old, links = _older(random, pieces, owner, near)
    province = np.digitize(_xy(old)[0], np.linspace(extent.west, extent.east, 4)[1:-1])
    district = _districts(old, province)
    density = _density(new, box)
    rows: list[dict[str, object]] = []
    new_rows: list[dict[str, object]] = [
        {
            "unit_id": f"MH{k + 1:03}",
            "name_vi": f"{'Phường Minh Họa' if density[k] > 3000 else 'Xã Ví Dụ'} {k + 1}",
            "unit_kind": "ward" if density[k] > 3000 else "commune",
            "province_name": CITY,
            "valid_from": CHANGE,
        }
        for k in range(count)
    ]
    in_district: dict[int, int] = {}
    old_rows: list[dict[str, object]] = []
    for k in range(len(old)):
        in_district[district[k]] = number = in_district.get(district[k], 0) + 1
        parent = next(n for o, n in links if o == k)
        urban = density[parent] > 3000
        old_rows.append(
            {
                "unit_id": f"CU{k + 1:03}",
                "name_vi": f"{'Phường Mẫu' if urban else 'Xã Mẫu'} {number}",
                "unit_kind": "ward" if urban else "commune",
                "district_name": f"{'Quận' if _urban(district, density, links, district[k]) else 'Huyện'} Ví Dụ "
                f"{district[k] + 1}",
                "province_name": PROVINCES[province[k]],
                "valid_to": CHANGE,
            }
        )
    people = np.concatenate([density, [density[next(n for o, n in links if o == k)] for k in range(len(old))]])
    for row, outline, ha, per_km2 in zip(
        [*new_rows, *old_rows], [*new, *old], areas_ha(np.array([*new, *old])), people, strict=True
    ):
        rows.append(
            {
                **row,
                "official_area_km2": round(ha / 100, 2),
                "population": int(round(ha / 100 * per_km2, -1)),
                "outline": shapely.to_wkb(outline),
                "basis": ILLUSTRATIVE,
            }
        )
    split = {o for o, _ in links if sum(1 for other, _ in links if other == o) > 1}
    change: list[dict[str, object]] = [
        {
            "old_unit_id": old_rows[o]["unit_id"], "new_unit_id": new_rows[n]["unit_id"], "on": CHANGE,
            "old_name": old_rows[o]["name_vi"], "old_district": old_rows[o]["district_name"],
            "old_province": old_rows[o]["province_name"], "new_name": new_rows[n]["name_vi"],
            "divided": o in split, "basis": ILLUSTRATIVE,
        }
        for o, n in links
    ]  # fmt: skip
    known = tables()
    return MadeUnits(typed_table(rows, known["unit"]), typed_table(change, known["unit_change"]), new, old)


def areas_ha(outlines: NDArray[np.object_]) -> NDArray[np.float64]:
    """Hectares on the ellipsoid of outlines in longitude and latitude.

    >>> areas_ha(np.array([shapely.box(106.7, 10.7, 106.71, 10.71)])).round(1).tolist()
    [121.0]
    """
    return area_ha([to_plane(outline) for outline in outlines], epsg=_PLANE)


def to_plane(outline: shapely.Geometry, *, epsg: int = _PLANE) -> shapely.Geometry:
    """An outline in longitude and latitude, brought to a surveyed plane.

    >>> round(to_plane(shapely.Point(106.7009, 10.7769)).x, 2)
    603797.26
    """
    return shapely.transform(
        outline, lambda xy: np.column_stack(reproject(xy[:, 0], xy[:, 1], source=WGS84, target=epsg))
    )


def from_plane(outline: shapely.Geometry, *, epsg: int = _PLANE) -> shapely.Geometry:
    """An outline in a surveyed plane, brought to longitude and latitude.

    >>> round(from_plane(shapely.Point(603797.26, 1191942.30)).x, 4)
    106.7009
    """
    return shapely.transform(
        outline, lambda xy: np.column_stack(reproject(xy[:, 0], xy[:, 1], source=epsg, target=WGS84))
    )


def _xy(outlines: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    centres = shapely.centroid(outlines)
    return shapely.get_x(centres), shapely.get_y(centres)


def _cells(random: np.random.Generator, within: shapely.Geometry, count: int, *, rounds: int) -> NDArray[np.object_]:
    """A partition into cells around drawn points, from west to east; corners stand on a grid of 1e-7 degrees."""
    west, south, east, north = within.bounds
    points = np.empty((0, 2))
    while len(points) < count:
        drawn = np.column_stack([random.uniform(west, east, count), random.uniform(south, north, count)])
        inside = shapely.contains_xy(within, drawn[:, 0], drawn[:, 1])
        points = np.vstack([points, drawn[inside]])[:count]
    for number in range(rounds + 1):
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=within))
        cells = shapely.intersection(cells, within)
        if number < rounds:
            points = np.column_stack(_xy(cells))
    cells = shapely.transform(cells, lambda xy: np.round(xy, 7))
    x, y = _xy(cells)
    return np.asarray(cells[np.lexsort((y, x))])


def _neighbours(pieces: NDArray[np.object_]) -> list[list[int]]:
    """Pieces that share an edge with each piece."""
    left, right = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    edge = shapely.length(shapely.intersection(pieces[left], pieces[right])) > 1e-4
    keep = edge & (left != right)
    return [sorted(right[keep & (left == k)].tolist()) for k in range(len(pieces))]


def _grouped(random: np.random.Generator, near: list[list[int]]) -> NDArray[np.int64]:
    """Number of the new unit of each piece: one to four neighbours make a unit."""
    owner = np.full(len(near), -1, dtype=np.int64)
    number = 0
    for start in range(len(near)):
        if owner[start] >= 0:
            continue
        wanted, members = int(random.choice([1, 2, 3, 4], p=[0.15, 0.3, 0.35, 0.2])), [start]
        owner[start] = number
        while len(members) < wanted:
            free = sorted({j for k in members for j in near[k] if owner[j] < 0})
            if not free:
                break
            # The piece with most neighbours inside keeps the unit in one lump.
            best = max(free, key=lambda j: (sum(owner[k] == number for k in near[j]), -j))
            owner[best] = number
            members.append(best)
        number += 1
    return owner


def _older(
    random: np.random.Generator, pieces: NDArray[np.object_], owner: NDArray[np.int64], near: list[list[int]]
) -> tuple[NDArray[np.object_], list[tuple[int, int]]]:
    """Old outlines, and which old unit (first) has land in which new one (second)."""
    gone: set[int] = set()
    old: list[shapely.Geometry] = []
    links: list[tuple[int, int]] = []
    for k in range(len(pieces)):
        if k in gone:
            continue
        beyond = [j for j in near[k] if j > k and j not in gone and owner[j] != owner[k]]
        # A piece that joins a neighbour's across the new line is an old unit that was divided.
        if beyond and random.random() < _DIVIDED:
            gone.add(beyond[0])
            links += [(len(old), int(owner[k])), (len(old), int(owner[beyond[0]]))]
            old.append(shapely.union_all(pieces[[k, beyond[0]]]))
        else:
            links.append((len(old), int(owner[k])))
            old.append(pieces[k])
    return np.array(old, dtype=object), links


def _density(new: NDArray[np.object_], box: shapely.Geometry) -> NDArray[np.float64]:
    """People per km²: dense around the middle of the box, thin at its edge."""
    x, y = _xy(new)
    middle = box.centroid
    away = np.hypot(x - middle.x, y - middle.y) / (box.bounds[2] - box.bounds[0])
    return np.asarray(np.round(300 + 28000 * np.exp(-((away / 0.22) ** 2)), 0))


def _districts(old: NDArray[np.object_], province: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the district of each old unit: neighbours from south to north within a province."""
    x, y = _xy(old)
    order = np.lexsort((x, np.round(y, 1), province))
    district = np.empty(len(old), dtype=np.int64)
    number, members, last = -1, _PER_DISTRICT, -1
    for k in order:
        if members >= _PER_DISTRICT or province[k] != last:
            number, members = number + 1, 0
        district[k], last, members = number, int(province[k]), members + 1
    return district


def _urban(
    district: NDArray[np.int64], density: NDArray[np.float64], links: list[tuple[int, int]], number: int
) -> bool:
    of = [density[n] for o, n in links if district[o] == number]
    return bool(np.mean(of) > 3000)
