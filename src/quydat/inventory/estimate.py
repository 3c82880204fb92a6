"""Floor of a whole group, estimated from the establishments whose floor is known: a stratified ratio estimator.

The frame is every establishment that stands; the sample are those whose floor is measured or declared. It was not drawn
by lot: the estimate rests on the assumption that within a stratum those surveyed are like the others, as if who
answered had been random. Where the large factories of a sector answer and the small ones hide in no class of their own,
it is wrong, and no standard error tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.inventory.classify import SIZES
from quydat.inventory.floor import Floats, floats, standing
from quydat.inventory.floor_space import Grouping, all_groupings

Index = NDArray[np.int64]

LEAST_OBSERVED = 30
GREATEST_VARIATION = 0.10
"""Cochran (1977) sec. 6.4, working rule: the large-sample results hold if the sample exceeds 30 and is large enough for
the coefficients of variation of the means of both variables to be under 10 %."""

SEPARATE_FROM = 20
"""Strata with so many observed have a ratio of their own; smaller ones share one (Cochran 1977, sec. 6.11 and 6.12)."""

REASONS = ("estimated", "all_known", "few_observed", "unseen", "too_varied")
"""Why a group has an estimate (the first two), or has none."""


class Strata(NamedTuple):
    """Sums of each stratum, shape (strata,) each.

    Attributes
    ----------
    frame, sample
        Establishments in the stratum, and of them those observed: N and n.
    auxiliary
        Sum of x over the frame: X.
    x, y, xx, xy, yy
        Sums over the sample of x, y, x², xy and y².
    """

    frame: Floats
    sample: Floats
    auxiliary: Floats
    x: Floats
    y: Floats
    xx: Floats
    xy: Floats
    yy: Floats

    def joined(self, into: Index) -> "Strata":
        """Strata joined: those with the same number in ``into`` become one."""
        return _summed(self, into, int(into.max(initial=-1)) + 1)


def _summed(columns: Sequence[Floats], place: Index, count: int) -> Strata:
    return Strata(*(np.bincount(place, weights=one, minlength=count).astype(np.float64) for one in columns))


class Estimate(NamedTuple):
    """A total with its standard error and 95 % interval."""

    total: float
    standard_error: float
    low: float
    high: float


def stratified_ratio(strata: Strata, ratio_of: Index) -> Estimate:
    """Total of y over the frame by ratio estimators within strata.

    Parameters
    ----------
    strata
        Each with at least two observed, or with all of its frame observed.
    ratio_of
        Shape (strata,): strata with the same number share one ratio. All different is the separate ratio estimator, all
        the same the combined one.

    Returns
    -------
    Ŷ = Σ_g R_g X_g with R_g = Σ_{h∈g} (N_h/n_h) y_h ÷ Σ_{h∈g} (N_h/n_h) x_h; its variance is estimated by
    Σ_g a_g² Σ_h N_h² (1 − n_h/N_h) s²_h ÷ n_h, s²_h the sample variance of the residuals y − R_g x in stratum h and
    a_g = X_g ÷ Σ_{h∈g} (N_h/n_h) x_h; the interval is that of Student's t with Satterthwaite's degrees of freedom.
    All observed gives the sum of y and error 0.

    Notes
    -----
    W. G. Cochran, Sampling Techniques, 3rd ed., Wiley 1977: sec. 6.10 (separate), 6.11 (combined), eq. 5.16 (degrees of
    freedom), 2.6 (finite population correction). The factor a_g², which widens the interval where the sample lacks the
    large ones: C. F. J. Wu, Estimation of variance of the ratio estimator, Biometrika 69 (1982) 183–189.

    >>> import numpy as np
    >>> one = np.ones(1)  # Cochran, table 6.1: 49 of 196 cities, people in 1920 and 1930, in thousands
    >>> cities = Strata(196 * one, 49 * one, 22919 * one, 5054 * one, 6262 * one, *(one * np.nan,) * 3)
    >>> round(stratified_ratio(cities, np.zeros(1, dtype=int)).total)
    28397
    """
    size, n, aux, x, y, xx, xy, yy = strata
    weight = np.divide(size, n, out=np.zeros_like(size), where=n > 0)
    shared = int(ratio_of.max(initial=-1)) + 1
    numerator, denominator, total_x = (
        np.bincount(ratio_of, weights=one, minlength=shared) for one in (weight * y, weight * x, aux)
    )
    ratio_g = np.divide(numerator, denominator, out=np.zeros(shared), where=denominator > 0)
    r = ratio_g[ratio_of]
    squares = yy - 2 * r * xy + r**2 * xx - np.divide((y - r * x) ** 2, n, out=np.zeros_like(n), where=n > 0)
    s2 = np.divide(np.maximum(squares, 0.0), n - 1, out=np.zeros_like(n), where=n > 1)
    factor = np.divide(size * (size - n), n, out=np.zeros_like(size), where=n > 0)
    g = np.divide(total_x, denominator, out=np.ones(shared), where=denominator > 0)
    parts = g[ratio_of] ** 2 * factor * s2
    variance = float(parts.sum())
    error = float(np.sqrt(variance))
    total = float((ratio_g * total_x).sum())
    below = float(np.divide(parts**2, n - 1, out=np.zeros_like(parts), where=n > 1).sum())
    half = student_t_975(variance**2 / below) * error if below > 0 else 0.0
    return Estimate(total, error, total - half, total + half)


def student_t_975(degrees: float) -> float:
    """Quantile 0.975 of Student's t.

    Abramowitz and Stegun, Handbook of Mathematical Functions, eq. 26.7.5; wrong by less than 1 % from 3 degrees on.

    >>> round(student_t_975(10), 2), round(student_t_975(1e9), 2)
    (2.23, 1.96)
    """
    z, v = 1.959963984540054, max(degrees, 1.0)
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def collapse(sample: Floats, frame: Floats, row: Index) -> Index:
    """Which strata are joined, so that each has two observed or is observed whole.

    Parameters
    ----------
    sample, frame
        Shape (strata,): establishments observed, and all; strata in their order (sizes from micro to large).
    row
        Shape (strata,): the section of each stratum; strata of one row stand together.

    Returns
    -------
    Shape (strata,), new numbers from 0. A stratum with fewer than two observed takes in the next one of its row; at the
    end of a row it joins the one before. A row with fewer than two observed in all takes in the next row, and the last
    one joins the one before. A stratum that is observed whole stays alone.

    >>> import numpy as np
    >>> collapse(np.array([5., 1., 4., 1., 8.]), np.array([9., 9., 9., 9., 9.]), np.array([0, 0, 0, 1, 2])).tolist()
    [0, 1, 1, 2, 2]
    """
    whole = sample >= frame
    within = _walk(sample, whole, row)
    rows_done = within.max(initial=-1) + 1
    short = np.bincount(within, weights=sample, minlength=rows_done).astype(np.float64)
    full = np.bincount(within, weights=~whole, minlength=rows_done) == 0
    return _walk(short, full, np.zeros(rows_done, np.int64))[within]


def _walk(sample: Floats, whole: NDArray[np.bool_], row: Index) -> Index:
    """Join strata of one row from the first on until two are observed; a rest joins what was closed before it."""
    number, open_of, closed_of, made = np.zeros(len(sample), np.int64), -1, -1, -1
    gathered = 0.0
    for place, (observed, is_whole) in enumerate(zip(sample.tolist(), whole.tolist(), strict=True)):
        if place and row[place] != row[place - 1]:
            if open_of >= 0 and closed_of >= 0:
                number[number == open_of] = closed_of
            open_of, closed_of = -1, -1
        if is_whole:
            made += 1
            number[place] = made
            continue
        if open_of < 0:
            made += 1
            open_of, gathered = made, 0.0
        number[place] = open_of
        gathered += observed
        if gathered >= 2:
            closed_of, open_of = open_of, -1
    if open_of >= 0 and closed_of >= 0:
        number[number == open_of] = closed_of
    return np.unique(number, return_inverse=True)[1].astype(np.int64)


def estimate_floor(
    establishments: pd.DataFrame, floor_space: pd.DataFrame, *, groupings: Mapping[str, Grouping] | None = None
) -> pd.DataFrame:
    """Fill the estimated totals of the table ``floor_space``.

    Parameters
    ----------
    establishments, floor_space, groupings
        As ``tabulate_floor`` takes and gives them.

    Returns
    -------
    The table with ``estimated_total_m2``, ``standard_error_m2``, ``low_m2`` and ``high_m2``; unknown where there are no
    grounds for an estimate (``why_estimated`` says which are lacking).

    Notes
    -----
    Each group is a population of its own whose frame is known, so its total uses the known N and X of the group
    within each stratum (Cochran 1977, sec. 2.13 and 5A.14), and totals of groups need not add up. Strata are
    section × size; x is the number of workers, or 1 where it is unknown or zero (those are strata of their own,
    by section, and their estimator is N × mean). Floor that is itself estimated from footprint and storeys is no
    observation. The lower bound is never below the floor that was observed.

    See docs/method/floor_space.md.

    >>> from quydat.inventory.floor_space import COLUMN_OF, tabulate_floor
    >>> rows = pd.DataFrame({
    ...     **dict.fromkeys(COLUMN_OF.values()), "establishment_id": ["a", "b"], "workers": [30, 20],
    ...     "gross_floor_area_m2": [900.0, 400.0], "site_area_m2": None, "floor_basis": ["declared", "measured"]})
    >>> filled = estimate_floor(rows, tabulate_floor(rows)[0])
    >>> filled[["estimated_total_m2", "standard_error_m2"]].iloc[0].tolist()
    [1300.0, 0.0]
    """
    found = _all_groups(establishments, floor_space, groupings or all_groupings(establishments))
    columns = {
        "estimated_total_m2": "total", "standard_error_m2": "standard_error", "low_m2": "low", "high_m2": "high",
    }  # fmt: skip
    values = {
        column: [np.nan if one is None else getattr(one, part) for one, _ in found] for column, part in columns.items()
    }
    return floor_space.assign(**{name: np.array(own, dtype=np.float64) for name, own in values.items()})


def why_estimated(establishments: pd.DataFrame, floor_space: pd.DataFrame) -> "pd.Series[str]":
    """Why each group of ``floor_space`` has an estimated total, or none.

    Returns
    -------
    One of ``REASONS`` for each row: ``all_known``, ``estimated``; or there is none because no more than 30 are observed
    (``few_observed``), because of those with, or those without, known workers fewer than two are observed (``unseen``),
    or because the coefficient of variation of the observed floor or workers is 10 % or more (``too_varied``).

    >>> from quydat.inventory.floor_space import COLUMN_OF, tabulate_floor
    >>> rows = pd.DataFrame({
    ...     **dict.fromkeys(COLUMN_OF.values()), "establishment_id": ["a", "b"], "workers": [30, 20],
    ...     "gross_floor_area_m2": [900.0, None], "site_area_m2": None, "floor_basis": ["declared", None]})
    >>> why_estimated(rows, tabulate_floor(rows)[0]).iloc[0]
    'few_observed'
    """
    return pd.Series(
        [why for _, why in _all_groups(establishments, floor_space, all_groupings(establishments))], dtype="str"
    )


def _all_groups(
    establishments: pd.DataFrame, floor_space: pd.DataFrame, groupings: Mapping[str, Grouping]
) -> list[tuple[Estimate | None, str]]:
    """Estimate and reason for each row of ``floor_space``; a group without establishments is known to have no floor."""
    stands = standing(establishments)
    whole = _Frame(establishments, groupings["section"])
    here = whole if stands.all() else whole.only(stands)
    made = {}
    for dimension in dict.fromkeys(floor_space["dimension"]):
        number, labels = groupings[dimension]
        frame, own = (whole, number) if dimension == "state" else (here, number if here is whole else number[stands])
        for group in frame.groups(own):
            made[dimension, labels[group.number]] = _estimated(group)
    nobody = (Estimate(0.0, 0.0, 0.0, 0.0), "all_known")
    return [made.get(key, nobody) for key in zip(floor_space["dimension"], floor_space["group"], strict=True)]


class _Group(NamedTuple):
    """Strata of one group: number of its label, section of each stratum, whether x is 1 there, and the sums."""

    number: int
    row: Index
    counted: NDArray[np.bool_]
    strata: Strata


class _Frame:
    """Establishments with x, y and stratum: section × size; those without workers by section, behind the others."""

    def __init__(self, establishments: pd.DataFrame, sections: Grouping) -> None:
        workers = floats(establishments["workers"])
        counted = ~(workers > 0)
        x = np.where(counted, 1.0, workers)
        floor = floats(establishments["gross_floor_area_m2"])
        known = establishments["floor_basis"].isin(("measured", "declared")).to_numpy(dtype=bool) & ~np.isnan(floor)
        seen, y = known.astype(np.float64), np.where(known, floor, 0.0)
        size = np.searchsorted([most for most, _ in SIZES[:-1]], np.where(counted, 0.0, workers), side="left")
        self._sections = len(sections.labels)
        self._stratum = (sections.number + self._sections * counted) * len(SIZES) + size
        self._summed = [np.ones(len(x)), seen, x, x * seen, y, x * x * seen, x * y, y * y]

    def only(self, some: NDArray[np.bool_]) -> "_Frame":
        """Some of the establishments."""
        part = object.__new__(_Frame)
        part._sections, part._stratum = self._sections, self._stratum[some]
        part._summed = [one[some] for one in self._summed]
        return part

    def groups(self, number: Index) -> Iterator[_Group]:
        """The strata of each group that hold anyone, with their sums."""
        width = 2 * self._sections * len(SIZES)
        # Groups are few beside establishments: those that occur are found by counting, not by sorting.
        every = number * width + self._stratum
        if not len(every):
            return
        key = np.flatnonzero(np.bincount(every))
        place = np.zeros(int(every.max()) + 1, np.int64)
        place[key] = np.arange(len(key))
        sums = _summed(self._summed, place[every], len(key))
        row = key % width // len(SIZES)
        starts = np.flatnonzero(np.diff(key // width, prepend=-1))
        for first, end in zip(starts.tolist(), [*starts[1:].tolist(), len(key)], strict=True):
            part = slice(first, end)
            yield _Group(
                int(key[first] // width), row[part], row[part] >= self._sections, Strata(*(one[part] for one in sums))
            )


def _estimated(group: _Group) -> tuple[Estimate | None, str]:
    strata = group.strata
    part = strata.sample < strata.frame
    observed = float(strata.y.sum())
    if not part.any():
        return Estimate(observed, 0.0, observed, observed), "all_known"
    if strata.sample.sum() <= LEAST_OBSERVED:
        return None, "few_observed"
    if any(
        (part & kind).sum() > 0 and strata.sample[part & kind].sum() < 2 for kind in (group.counted, ~group.counted)
    ):
        return None, "unseen"
    into = np.zeros(len(part), np.int64)
    for kind in (~group.counted, group.counted):
        if kind.any():
            into[kind] = into.max() + 1 + collapse(strata.sample[kind], strata.frame[kind], group.row[kind])
    into -= into.min()
    joined = strata.joined(into)
    if max(_variation(joined, joined.y, joined.yy), _variation(joined, joined.x, joined.xx)) >= GREATEST_VARIATION:
        return None, "too_varied"
    counted = np.zeros(len(joined.frame), bool)
    counted[into[group.counted]] = True
    found = stratified_ratio(joined, _sharing(joined, counted))
    return found._replace(low=max(found.low, min(observed, found.total))), "estimated"


def _sharing(strata: Strata, counted: NDArray[np.bool_]) -> Index:
    """A ratio for each stratum that is large or observed whole, and one for the small ones with and without workers."""
    own = (strata.sample >= SEPARATE_FROM) | (strata.sample >= strata.frame)
    shared = np.where(own, 2 + np.arange(len(own)), counted)
    return np.unique(shared, return_inverse=True)[1].astype(np.int64)


def _variation(strata: Strata, sums: Floats, squares: Floats) -> float:
    """Coefficient of variation of the total that the sample alone gives for a variable."""
    n, size = strata.sample, strata.frame
    total = float((size / n * sums).sum())
    s2 = np.divide(np.maximum(squares - sums**2 / n, 0.0), n - 1, out=np.zeros_like(n), where=n > 1)
    error = float(np.sqrt((size * (size - n) / n * s2).sum()))
    return error / total if total > 0 else float("inf")
