"""In which coordinate system a file is: each system is tried, and where it puts the rows is held against the units.

A range of values cannot name the system: eastings of 647 to 703 km are as good in one zone as in another. Nor can the
outline of the city show that a datum step was left out: 226 m are seen only where rows name the unit they lie in. So
each candidate is judged by the rows that fall into the unit that they name, or into any unit if they name none; two
candidates are told apart by the rows that only one of them puts right (sign test; W. J. Conover, Practical
nonparametric statistics, 1999, section 3.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import comb, erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from quydat.core.crs import DATUM_OPERATION, VN2000_GEOGRAPHIC, WGS84, crs_of, is_vn2000, reproject, to_geographic
from quydat.core.problem import NOWHERE, Place, Problems, problem
from quydat.dictionary.bulk import Fault
from quydat.survey.candidate import Candidate, explained
from quydat.survey.outlines import Outlines

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

WEB_MERCATOR = 3857
CANDIDATES: tuple[int, ...] = (
    9210,
    5899,
    3405,
    32648,
    4326,
    4756,
    3857,
    3406,
    5896,
    5897,
    5898,
    *range(9205, 9210),
    *range(9211, 9219),
)
"""Systems that are tried, those in use in the city first: where two fit alike, the first is named first."""

NO_OPERATION = "none"
"""Said in place of an operation where coordinates stand on WGS 84 already."""

_TRIED_ROWS = 4000
_CHANCE = 0.001
_STANDS_SHARE = 0.5
_REACH_M = 450_000.0
_LEAST_MIXED = 3


@dataclass(frozen=True)
class Elsewhere:
    """Rows of a file that lie in no unit in the file's system, but do in another.

    Attributes
    ----------
    candidate
        The other system.
    positions
        Places of the rows, from 0.
    """

    candidate: Candidate
    positions: Ints


def to_wgs84(
    x: Floats, y: Floats, *, epsg: int, swapped: bool = False, missing_datum: bool = False
) -> tuple[Floats, Floats, str]:
    """Bring the coordinates of a file to WGS 84, and name the datum operation.

    Parameters
    ----------
    x, y
        First and second column: easting and northing, or longitude and latitude; the other way round if ``swapped``.
    epsg
        System on VN-2000 or WGS 84.
    missing_datum
        See ``Candidate``.

    Returns
    -------
    Longitude and latitude in degrees, NaN where a coordinate is unknown or no place in the system; and the operation.

    Raises
    ------
    Problems
        QD243 if the system stands on another datum, or is none.

    >>> lon, lat, operation = to_wgs84(np.array([1191942.30]), np.array([603797.26]), epsg=9210, swapped=True)
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6), operation
    (106.7009, 10.7769, 'EPSG:6960')
    """
    _refuse_other_datums(epsg)
    east, north = (np.asarray(axis, float) for axis in ((y, x) if swapped else (x, y)))
    possible = _possible(east, north, epsg)
    lon, lat = np.full(east.shape, np.nan), np.full(east.shape, np.nan)
    if missing_datum:
        lon[possible], lat[possible] = to_geographic(east[possible], north[possible], epsg=epsg)
    else:
        lon[possible], lat[possible] = reproject(east[possible], north[possible], source=epsg, target=WGS84)
    lost = ~(np.isfinite(lon) & np.isfinite(lat))
    lon[lost], lat[lost] = np.nan, np.nan
    return lon, lat, DATUM_OPERATION if is_vn2000(epsg) and not missing_datum else NO_OPERATION


def propose_projection(
    x: Floats,
    y: Floats,
    outlines: Outlines,
    *,
    named: Ints | None = None,
    declared: int | None = None,
    rng: np.random.Generator,
    candidates: Sequence[int] = CANDIDATES,
) -> list[Candidate]:
    """Try all readings of two columns of coordinates against the outlines of the units.

    Parameters
    ----------
    x, y
        The columns as they stand in the file, shape (n,); NaN where unknown.
    outlines
        The units, WGS 84.
    named
        Index of the outline of the unit that each row names, −1 where it names none or it is not known.
    declared
        System that the file declares.
    rng
        Chooses the rows that are tried, if there are more than 4000.

    Returns
    -------
    The readings that put at least one row into a unit, the best first; the declared one always. A declared reading
    goes first if the rows do not speak against it. A missing datum step is an error of whoever made the file, and is
    named first only if the rows that name their unit speak for it. An empty list: nothing fits, nothing is declared.

    Raises
    ------
    Problems
        QD243 if the declared system cannot be used.

    >>> import shapely
    >>> city = Outlines(["u"], [shapely.to_wkb(shapely.box(106.6, 10.7, 106.8, 10.9))])
    >>> x, y = reproject(np.linspace(106.61, 106.79, 50), np.linspace(10.71, 10.89, 50), source=4326, target=9210)
    >>> best = propose_projection(y, x, city, rng=np.random.default_rng(0))[0]
    >>> best.epsg, best.swapped, best.share_inside
    (9210, True, 1.0)
    """
    if declared is not None:
        _refuse_other_datums(declared)
    x, y = np.asarray(x, float), np.asarray(y, float)
    names = np.full(len(x), -1) if named is None else np.asarray(named, np.int64)
    rows = _tried(x, y, names, rng)
    tries = _tries([*candidates, *([declared] if declared is not None and declared not in candidates else [])])
    found = [_judged(one, x[rows], y[rows], outlines, names[rows]) for one in tries]
    ranked, standing, beaten = _ranked(found, declared)
    if not ranked:
        return []
    about = {"rows": len(rows), "unknown": int((~(np.isfinite(x) & np.isfinite(y))).sum())}
    return explained(ranked, standing, declared, about, with_names=bool((names[rows] >= 0).any()), outdone=beaten)


def mixed_rows(
    x: Floats, y: Floats, outlines: Outlines, *, first: Candidate, candidates: Sequence[int] = CANDIDATES
) -> list[Elsewhere]:
    """Rows that lie in no unit in the system of the file but in one in another system: files glued together.

    Returns
    -------
    The other systems that put at least three of these rows into units, the one with most rows first; each row stands
    once. Rows that no system puts into a unit stand nowhere.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    lon, lat, _ = _place(first, x, y)
    left = np.flatnonzero((outlines.locate(lon, lat) < 0) & np.isfinite(x) & np.isfinite(y))
    tries = [one for one in _tries(candidates) if not one.missing_datum]
    hits = {one: outlines.locate(*_place(one, x[left], y[left])[:2]) >= 0 for one in tries} if len(left) else {}
    found = []
    while hits:
        best = max(hits, key=lambda one: int(hits[one].sum()))  # of equals the first in order
        rows = hits.pop(best)
        if rows.sum() < _LEAST_MIXED:
            break
        found.append(Elsewhere(replace(best, share_inside=float(rows.sum() / len(x))), left[rows]))
        hits = {one: others & ~rows for one, others in hits.items()}
    return found


def outside(lon: Floats, lat: Floats, outlines: Outlines) -> Truths:
    """Which points are known and lie in no unit: in the sea, in another city.

    >>> import shapely
    >>> city = Outlines(["u"], [shapely.to_wkb(shapely.box(106.6, 10.7, 106.8, 10.9))])
    >>> outside(np.array([106.7, 105.8, np.nan]), np.array([10.8, 21.0, 10.8]), city).tolist()
    [False, True, False]
    """
    out: Truths = (outlines.locate(lon, lat) < 0) & np.isfinite(lon) & np.isfinite(lat)
    return out


def outside_faults(
    lon: Floats,
    lat: Floats,
    outlines: Outlines,
    *,
    slack_m: float,
    place: Place = NOWHERE,
    numbers: Sequence[int] | None = None,
) -> list[Fault]:
    """Rows that lie farther from every unit than outlines and positions are good for: QD244, with the distance.

    Parameters
    ----------
    slack_m
        Metres that are let pass: the error of the shore and the border as drawn.
    numbers
        Number of each row in its file; from 2 on if not given.
    """
    rows = np.flatnonzero(outside(lon, lat, outlines))
    metres = outlines.distance_m(lon[rows], lat[rows], np.arange(len(outlines)))
    faults = []
    for row, far in zip(rows.tolist(), metres.tolist(), strict=True):
        if not far <= slack_m:
            at = replace(place, row=row + 2 if numbers is None else int(numbers[row]))
            how_far = f"{far:.0f} m" if far < 10_000 else f"{far / 1000:.0f} km"
            faults.append(
                Fault(row, problem("QD244", at, longitude=f"{lon[row]:.5f}", latitude=f"{lat[row]:.5f}", far=how_far))
            )
    return faults


def _refuse_other_datums(epsg: int) -> None:
    try:
        geodetic = crs_of(epsg).geodetic_crs
    except Exception as error:  # PROJ has its own error for a number that it does not know
        raise Problems([problem("QD243", epsg=epsg)]) from error
    if geodetic is None or geodetic.to_epsg() not in (WGS84, VN2000_GEOGRAPHIC):
        raise Problems([problem("QD243", epsg=epsg)])


def _possible(east: Floats, north: Floats, epsg: int) -> Truths:
    """Whether two numbers can be coordinates in the system at all; beyond, the formulas of a plane give nonsense."""
    if crs_of(epsg).is_geographic:
        return (np.abs(east) <= 180) & (np.abs(north) <= 90)
    if epsg == WEB_MERCATOR:
        return (np.abs(east) <= 20_037_508.35) & (np.abs(north) <= 20_037_508.35)
    return (np.abs(east - 500_000) <= _REACH_M) & (np.abs(north) <= 10_000_000)


def _tries(systems: Sequence[int]) -> list[Candidate]:
    """Every system as it is, with swapped axes and, in planes on VN-2000, without the datum step.

    Without the step, VN-2000 in degrees is WGS 84, and UTM 48N on VN-2000 is UTM 48N on WGS 84: no second time.
    """
    twins = {VN2000_GEOGRAPHIC: WGS84, 3405: 32648}
    tries = []
    for epsg in dict.fromkeys(systems):
        steps = (False, True) if is_vn2000(epsg) and twins.get(epsg) not in systems else (False,)
        tries += [Candidate(epsg, swapped, missing) for missing in steps for swapped in (False, True)]
    return tries


def _tried(x: Floats, y: Floats, names: Ints, rng: np.random.Generator) -> Ints:
    """Rows to try: those with names first, for they see more."""
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if len(known) <= _TRIED_ROWS:
        return known
    mixed = rng.permutation(known)
    return np.sort(mixed[np.argsort(names[mixed] < 0, kind="stable")][:_TRIED_ROWS])


def _place(one: Candidate, x: Floats, y: Floats) -> tuple[Floats, Floats, str]:
    return to_wgs84(x, y, epsg=one.epsg, swapped=one.swapped, missing_datum=one.missing_datum)


def _judged(one: Candidate, x: Floats, y: Floats, outlines: Outlines, names: Ints) -> tuple[Candidate, Truths]:
    """The candidate with its shares, and the rows that it puts right."""
    lon, lat, _ = _place(one, x, y)
    at = outlines.locate(lon, lat)
    says = names >= 0
    named = float((at == names)[says].mean()) if says.any() else None
    inside = float((at >= 0).mean()) if len(at) else 0.0
    return replace(one, share_inside=inside, share_named=named), np.where(says, at == names, at >= 0)


def _beats(right: Truths, other: Truths) -> bool:
    """Whether more rows speak for the first than chance would bring."""
    here, there = int((right & ~other).sum()), int((other & ~right).sum())
    rows = here + there
    if here <= there:
        return False
    if rows > 200:
        return bool(erfc((here - there - 1) / sqrt(2 * rows)) / 2 < _CHANCE)
    return bool(sum(comb(rows, k) for k in range(there + 1)) < _CHANCE * 2**rows)


def _ranked(found: list[tuple[Candidate, Truths]], declared: int | None) -> tuple[list[Candidate], int, bool]:
    """Candidates that put a row into a unit, best first; how many of them stand; whether one outdoes the first.

    It does where it puts right all that the first does, and more: too few rows to be sure, but none against it.
    """

    def before(one: Candidate) -> tuple[bool, bool]:
        return one.epsg != declared or one.missing_datum, one.missing_datum

    some = [pair for pair in found if pair[0].share_inside > 0 or pair[0].said_by(declared)]
    if not some:
        return [], 0, False
    best = max(some, key=lambda pair: int(pair[1].sum()))[1]
    beaten = [_beats(best, rows) or one.share_inside < _STANDS_SHARE for one, rows in some]
    keys = [
        (lost, before(one) if not lost else (), -int(rows.sum()), at)
        for at, (lost, (one, rows)) in enumerate(zip(beaten, some, strict=True))
    ]
    order = sorted(range(len(some)), key=lambda at: keys[at])
    standing = beaten.count(False)
    first = some[order[0]][1]
    outdone = any((some[at][1] & ~first).any() and not (first & ~some[at][1]).any() for at in order[1:standing])
    return [some[at][0] for at in order], standing, outdone
