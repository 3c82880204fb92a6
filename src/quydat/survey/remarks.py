"""What may be wrong although the rows can be taken: overlapping outlines, areas unlike the stated one, points far away.

Codes that no system has are told too."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from quydat.core.problem import Place, Problem, problem
from quydat.survey.near import to_edges_m
from quydat.survey.outlines import Outlines, hectares

LEAST_OVERLAP_HA = 0.001
"""Ten square metres: less is the roundings of two drawings of one border."""

UNLIKE = 2.0
"""How many times an outline may be larger or smaller than the area stated, before it is told of."""

FAR_M = 2000.0
"""Metres beyond the ward that a row names, from which on its point is told of: borders are known that well."""


def overlapping(rows: pd.DataFrame, *, numbers: Sequence[int], place: Place) -> list[Problem]:
    """Pairs of rows whose outlines cover the same land, with the hectares: QD298, the largest first.

    Parameters
    ----------
    rows
        Typed rows with a usable ``outline`` or none.
    numbers
        Number of each row in its file.

    >>> import shapely
    >>> squares = [shapely.to_wkb(shapely.box(106 + x, 10, 106.01 + x, 10.01)) for x in (0, 0.005)]
    >>> found = overlapping(pd.DataFrame({"outline": squares}), numbers=[2, 3], place=Place("a.shp"))
    >>> [(one.place.row, one.facts["first"], one.facts["area_ha"]) for one in found]
    [(3, '2', '60.63')]
    """
    drawn = np.flatnonzero(rows["outline"].notna().to_numpy())
    if len(drawn) < 2:
        return []
    outlines = Outlines([str(numbers[at]) for at in drawn.tolist()], rows["outline"].iloc[drawn].tolist())
    pairs = outlines.overlaps()
    pairs = pairs[pairs["area_ha"] >= LEAST_OVERLAP_HA]
    found = []
    for one, other, area in zip(pairs["first_id"], pairs["second_id"], pairs["area_ha"], strict=True):
        first, second = sorted((int(one), int(other)))
        at = Place(place.file, place.sheet, second, "outline")
        found.append(problem("QD298", at, first=str(first), second=str(second), area_ha=f"{area:.4g}"))
    return found


def unlike_stated_area(rows: pd.DataFrame, *, numbers: Sequence[int], place: Place) -> list[Problem]:
    """Rows whose outline is more than ``UNLIKE`` times larger or smaller than the site area they state: QD286.

    Parameters
    ----------
    rows
        Typed rows with ``outline`` and ``site_area_m2``.
    numbers
        Number of each row in its file.

    >>> import shapely
    >>> outline = shapely.to_wkb(shapely.box(106, 10, 106.01, 10.01))
    >>> rows = pd.DataFrame({"outline": [outline], "site_area_m2": [5000.0]})
    >>> unlike_stated_area(rows, numbers=[2], place=Place("a.shp"))[0].message("en")
    'The outline covers 1212678 m², far from the site area that the row states: 5000 m².'
    """
    stated = rows["site_area_m2"].to_numpy(float)
    both = np.flatnonzero(rows["outline"].notna().to_numpy() & (stated > 0))
    if not len(both):
        return []
    polygons = Outlines([str(at) for at in both], rows["outline"].iloc[both].tolist()).polygons
    drawn = hectares(list(polygons)) * 1e4
    ratio = drawn / stated[both]
    found = []
    for at in np.flatnonzero((ratio > UNLIKE) | (ratio < 1 / UNLIKE)).tolist():
        where = Place(place.file, place.sheet, int(numbers[both[at]]), "outline")
        facts = {"outline_m2": f"{drawn[at]:.0f}", "stated_m2": f"{stated[both[at]]:.10g}"}
        found.append(problem("QD286", where, **facts))
    return found


def unknown_sectors(
    codes: "pd.Series[str]", *, known: Collection[str], numbers: Sequence[int], place: Place
) -> list[Problem]:
    """Codes of activity that no version of the classification has: QD270.

    Parameters
    ----------
    codes
        Codes as the rows state them, or missing.
    known
        Letters of sections and two digits of divisions, of all versions.
    numbers
        Number of each row in its file.

    >>> codes = pd.Series(["1410", "3499", None], dtype="str")
    >>> [one.place.row for one in unknown_sectors(codes, known={"14"}, numbers=[2, 3, 4], place=Place("a.csv"))]
    [3]
    """
    different = codes.dropna().unique()
    wrong = [one for one in different if (one[:2] if one.isdigit() else one) not in known]
    found = []
    for at in np.flatnonzero(codes.isin(wrong).to_numpy()).tolist():
        where = Place(place.file, place.sheet, int(numbers[at]), "sector_code")
        found.append(problem("QD270", where, value=codes.iloc[at]))
    return found


def far_from_named(
    lon: NDArray[np.float64], lat: NDArray[np.float64], unit_ids: NDArray[np.object_], *, outlines: Outlines,
    names: Sequence[object], numbers: Sequence[int], place: Place,
) -> list[Problem]:  # fmt: skip
    """Rows whose point lies farther than ``FAR_M`` from the unit that they name: QD299, in the order of the rows.

    Parameters
    ----------
    lon, lat
        WGS 84 degrees, shape (n,); NaN where unknown.
    unit_ids
        Unit that each row names, old or new; None where it names none.
    outlines
        Of units of all times; rows whose unit has none are passed over.
    names
        The unit as each row writes it.
    numbers
        Number of each row in its file.

    >>> import shapely
    >>> unit = Outlines(["u"], [shapely.to_wkb(shapely.box(106, 10, 106.1, 10.1))])
    >>> found = far_from_named(np.array([106.05, 106.2]), np.array([10.05, 10.05]), np.array(["u", "u"], object),
    ...                        outlines=unit, names=["P. U"] * 2, numbers=[2, 3], place=Place("a.csv"))
    >>> found[0].place.row, found[0].message("en")
    (3, 'The point lies 11 km from "P. U", where the row says it is.')
    """
    index = {str(one): at for at, one in enumerate(outlines.ids)}
    codes, different = pd.factorize(pd.Series(unit_ids, dtype="object"))
    unit = np.append(np.array([index.get(str(one), -1) for one in different], np.int64), -1)[codes]
    asked = np.flatnonzero((unit >= 0) & np.isfinite(lon) & np.isfinite(lat))
    order = asked[np.argsort(unit[asked], kind="stable")]
    metres = np.zeros(len(lon))
    for own in np.split(order, np.flatnonzero(np.diff(unit[order])) + 1) if len(order) else ():
        polygon = outlines.polygons[unit[own[0]]]
        shapely.prepare(polygon)
        out = own[~shapely.intersects_xy(polygon, lon[own], lat[own])]
        metres[out] = to_edges_m(np.array([polygon]), lon[out], lat[out])
    found = []
    for at in np.flatnonzero(metres > FAR_M).tolist():
        where = Place(place.file, place.sheet, int(numbers[at]), "unit_name")
        far = f"{metres[at] / 1000:.0f} km"
        found.append(problem("QD299", where, unit=names[at], far=far))
    return found
