"""Outlines of parks, made up around their known position so that they have their known area."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.area import area_ha
from quydat.dictionary.schema import tables
from quydat.survey.illustrative.units import ILLUSTRATIVE, Extent, from_plane, to_plane, typed_table

_CORNERS = 12
_PLANE = 9210


class MadeParks(NamedTuple):
    """Outlines of parks.

    Attributes
    ----------
    park_outline
        Bulk table ``park_outline``.
    outlines
        The same outlines (longitude, latitude), in the same order.
    left_out
        Parks without outline: position or area unknown, outside the box, or in the way of another.
    """

    park_outline: pd.DataFrame
    outlines: NDArray[np.object_]
    left_out: tuple[str, ...]


def make_parks(parks: pd.DataFrame, *, extent: Extent) -> MadeParks:
    """A regular outline of twelve corners around each park, of exactly its gross area on the ellipsoid.

    Larger parks go first; a park whose outline would overlap another's, or leave the box, gets none.

    Parameters
    ----------
    parks
        Columns ``park_id``, ``longitude``, ``latitude``, ``gross_area_ha``.

    >>> park = pd.DataFrame({"park_id": ["a"], "longitude": [106.7], "latitude": [10.7], "gross_area_ha": [300.0]})
    >>> made = make_parks(park, extent=Extent(106.4, 10.4, 107.0, 11.1))
    >>> round(float(area_ha([to_plane(made.outlines[0])], epsg=9210)[0]), 3)
    300.0
    """
    known = parks[parks["gross_area_ha"].gt(0) & parks["longitude"].notna() & parks["latitude"].notna()]
    box = shapely.box(*extent)
    placed: dict[str, shapely.Geometry] = {}
    for park in known.sort_values(["gross_area_ha", "park_id"], ascending=[False, True]).to_dict("records"):
        outline = _around(float(park["longitude"]), float(park["latitude"]), float(park["gross_area_ha"]))
        if box.contains(outline) and not any(outline.intersects(other) for other in placed.values()):
            placed[str(park["park_id"])] = outline
    order = sorted(placed)
    rows: list[dict[str, object]] = [
        {"park_id": park_id, "outline": shapely.to_wkb(placed[park_id]), "basis": ILLUSTRATIVE} for park_id in order
    ]
    return MadeParks(
        typed_table(rows, tables()["park_outline"]),
        np.array([placed[park_id] for park_id in order], dtype=object),
        tuple(sorted(set(parks["park_id"].astype(str)) - set(order))),
    )


def _around(longitude: float, latitude: float, gross_ha: float) -> shapely.Geometry:
    centre = to_plane(shapely.Point(longitude, latitude))
    turn = np.arange(_CORNERS) * 2 * np.pi / _CORNERS
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    radius = np.sqrt(gross_ha * 1e4 / (_CORNERS / 2 * np.sin(2 * np.pi / _CORNERS)))
    corners = np.array([centre.x, centre.y]) + radius * ring
    true_ha = float(area_ha([shapely.Polygon(corners)], epsg=_PLANE)[0])
    corners = np.array([centre.x, centre.y]) + radius * np.sqrt(gross_ha / true_ha) * ring
    return shapely.transform(from_plane(shapely.Polygon(corners)), lambda xy: np.round(xy, 8))
