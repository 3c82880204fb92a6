"""What keeps an observation out although each of its cells can be read: it lies elsewhere, or its outline is broken."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.core.problem import Place, problem
from quydat.dictionary.bulk import Fault
from quydat.survey.outlines import outline_faults

Extent = tuple[float, float, float, float]
"""West, south, east, north in WGS 84 degrees."""


def check_places(
    rows: pd.DataFrame, *, extent: Extent, inside_units: Callable[[pd.DataFrame], NDArray[np.bool_]] | None = None
) -> list[Fault]:
    """Rows outside the city: beyond its extent (QD281), or in none of its units where outlines are known (QD282).

    Parameters
    ----------
    rows
        Typed rows with ``longitude`` and ``latitude``.
    inside_units
        Says of each row with a position whether it lies in a unit, or within its position error of one.
    """
    lon, lat = rows["longitude"].to_numpy(), rows["latitude"].to_numpy()
    known = np.isfinite(lon) & np.isfinite(lat)
    west, south, east, north = extent
    beyond = known & ((lon < west) | (lon > east) | (lat < south) | (lat > north))
    faults = [_outside("QD281", int(p), lon, lat) for p in np.flatnonzero(beyond)]
    half = np.isfinite(lon) != np.isfinite(lat)
    faults += [Fault(int(p), problem("QD283", Place(column="latitude"))) for p in np.flatnonzero(half)]
    if inside_units is not None:
        elsewhere = known & ~beyond
        elsewhere[elsewhere] = ~inside_units(rows[elsewhere])
        faults += [_outside("QD282", int(p), lon, lat) for p in np.flatnonzero(elsewhere)]
    return faults


def _outside(number: str, position: int, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Fault:
    facts = {"longitude": f"{lon[position]:.6g}", "latitude": f"{lat[position]:.6g}"}
    return Fault(position, problem(number, Place(column="longitude"), **facts))


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
