"""What keeps an observation out although each of its cells can be read: it lies elsewhere, or its outline is broken."""

import numpy as np
import pandas as pd
import shapely

from quydat.core.problem import Place, problem
from quydat.dictionary.bulk import Fault
from quydat.survey.outlines import Outlines, outline_faults
from quydat.survey.projection import outside_faults

Extent = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees."""

SHORE_M = 100.0
"""Metres outside all units that are let pass: outlines are drawn that roughly along the shore and the border."""


def check_places(rows: pd.DataFrame, *, extent: Extent, units: Outlines) -> list[Fault]:
    """Rows with half a position (QD283), beyond the extent of the study (QD281) or in none of its units (QD244).

    Parameters
    ----------
    rows
        Typed rows with ``longitude`` and ``latitude``.
    units
        Outlines of the units; if there are none, only the extent counts.
    """
    lon, lat = rows["longitude"].to_numpy(float), rows["latitude"].to_numpy(float)
    known = np.isfinite(lon) & np.isfinite(lat)
    west, south, east, north = extent
    beyond = known & ((lon < west) | (lon > east) | (lat < south) | (lat > north))
    half = np.isfinite(lon) != np.isfinite(lat)
    faults = [Fault(int(p), problem("QD283", Place(column="latitude"))) for p in np.flatnonzero(half)]
    for position in np.flatnonzero(beyond).tolist():
        facts = {"longitude": f"{lon[position]:.6g}", "latitude": f"{lat[position]:.6g}"}
        faults.append(Fault(position, problem("QD281", Place(column="longitude"), **facts)))
    if len(units):
        inside = np.where(beyond, np.nan, lon)
        faults += outside_faults(inside, lat, units, slack_m=SHORE_M, place=Place(column="longitude"))
    return faults


def check_outlines(rows: pd.DataFrame, *, key: str) -> list[Fault]:
    """Outlines that cannot be used, by ``outline_faults``: no areas, or crossing themselves.

    Parameters
    ----------
    key
        Attribute that names the row.
    """
    if not rows["outline"].notna().any():
        return []
    place = Place(column="outline")
    return outline_faults(rows[key].astype("str").tolist(), rows["outline"].tolist(), place=place)


def check_lines(rows: pd.DataFrame, *, key: str) -> list[Fault]:
    """Shapes in the column ``line`` that are no lines (QD842), or lie in no degrees (QD242).

    Parameters
    ----------
    key
        Attribute that names the row.
    """
    faults = []
    for position in np.flatnonzero(rows["line"].notna().to_numpy()).tolist():
        name, shape = str(rows[key].iloc[position]), shapely.from_wkb(rows["line"].iloc[position])
        if shape.geom_type not in ("LineString", "MultiLineString") or shape.is_empty:
            faults.append(Fault(position, problem("QD842", Place(column="line"), name=name, kind=shape.geom_type)))
        elif not (np.abs(shapely.get_coordinates(shape)) <= (180.0, 90.0)).all():
            faults.append(Fault(position, problem("QD242", Place(column="line"), outline=name)))
    return faults
