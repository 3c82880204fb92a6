"""What each piece of land says of the plan above, aspect by aspect: it agrees, is within the freedom, or breaks it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.spatial_plan.land_use import LandUses, listed

Codes = NDArray[np.int8]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FINDINGS = ("agrees", "free", "unknown", "breaks")
"""From the best to the worst: a piece is as its worst aspect is."""
AGREES, FREE, UNKNOWN, BREAKS = range(4)
SILENT = -1
"""The plan above says nothing of it."""

RANGES: Mapping[str, tuple[str, str]] = {
    "site_coverage": ("site_coverage_min_share", "site_coverage_max_share"),
    "plot_ratio": ("plot_ratio_min", "plot_ratio_max"),
    "storeys": ("storeys_min", "storeys_max"),
}
"""Aspects that are ranges, with their columns."""
ASPECTS = ("use", *RANGES, "condition")

_SAME = 1e-9
_BY_AREA = ("site_coverage", "plot_ratio")
"""Aspects that a plan may state gross, for an area as a whole (see ``shares``)."""


class Comparison:
    """Two tables of areas, ready to be asked about pairs of them.

    Parameters
    ----------
    lower, upper
        Rows of ``plan_area`` of the two plans.

    >>> from quydat.dictionary.bulk import empty_bulk
    >>> from quydat.dictionary.schema import tables
    >>> area = empty_bulk(tables()["plan_area"])
    >>> upper = area.reindex([0]).assign(land_use="factory", plot_ratio_max=2.0)
    >>> lower = area.reindex([0]).assign(land_use="factory", plot_ratio_max=2.4)
    >>> law = pd.DataFrame({"code": ["factory"], "part_of": [None], "takes_floor": [True]})
    >>> found = Comparison(lower, upper, uses=LandUses(law)).of(np.array([0]), np.array([0]))
    >>> {name: FINDINGS[code[0]] for name, code in found.items() if code[0] != SILENT}
    {'use': 'agrees', 'plot_ratio': 'breaks'}
    """

    def __init__(self, lower: pd.DataFrame, upper: pd.DataFrame, *, uses: LandUses) -> None:
        self._use = _Words(lower, upper, ("land_use", "allowed_uses"), lambda a, b: _use(a, b, uses))
        self._condition = _Words(lower, upper, ("conditions_met", "conditions"), _condition)
        floors = {code: uses.takes_floor(code) for code in lower["land_use"].astype(str).unique()}
        self._built = lower["land_use"].astype(str).map(floors).to_numpy(bool)
        self._gross = (upper["density_basis"] == "gross").to_numpy(bool)
        self._ranges = {
            aspect: tuple(rows[name].to_numpy(float, na_value=np.nan) for rows in (lower, upper) for name in columns)
            for aspect, columns in RANGES.items()
        }

    def of(self, one: Ints, other: Ints) -> dict[str, Codes]:
        """Findings by aspect of the pairs at these positions of the two tables.

        Returns
        -------
        For each of ``ASPECTS`` a position in ``FINDINGS``, or ``SILENT``. What the lower plan does not state where the
        plan above asks for it is unknown, and so is a condition that it does not show to be met.
        """
        found = {"use": self._use.of(one, other)}
        for aspect, (low, high, least, most) in self._ranges.items():
            code = np.full(len(one), SILENT, np.int8)
            asked = self._built[one] & (~np.isnan(least) | ~np.isnan(most))[other]
            if aspect in _BY_AREA:
                asked &= ~self._gross[other]
            a, b = one[asked], other[asked]
            code[asked] = _range(low[a], high[a], least[b], most[b])
            found[aspect] = code
        found["condition"] = self._condition.of(one, other)
        return found

    def breaks(self, one: Ints, other: Ints) -> NDArray[np.bool_]:
        """Which pairs break the plan above in any aspect."""
        return np.asarray(worst(self.of(one, other)) == BREAKS)


def worst(found: Mapping[str, Codes]) -> Codes:
    """Finding of each piece as a whole; what the plan above is silent on agrees."""
    every: Codes = np.max([np.maximum(code, AGREES) for code in found.values()], axis=0)
    return every


class _Words:
    """A judgement on the words of two cells, made once for each different combination."""

    def __init__(
        self, lower: pd.DataFrame, upper: pd.DataFrame, columns: tuple[str, str],
        judge: Callable[[tuple[Any, Any], tuple[Any, Any]], int],
    ) -> None:  # fmt: skip
        (of_lower, self._lower), (of_upper, self._upper) = (_coded(rows, columns) for rows in (lower, upper))
        table = [[judge(a, b) for b in of_upper] for a in of_lower]
        self._table: Codes = np.array(table, np.int8).reshape(len(of_lower), len(of_upper))

    def of(self, one: Ints, other: Ints) -> Codes:
        codes: Codes = self._table[self._lower[one], self._upper[other]]
        return codes


def _coded(rows: pd.DataFrame, columns: tuple[str, str]) -> tuple[list[tuple[Any, Any]], Ints]:
    """The different pairs of cells, and which of them each row has."""
    groups = rows[list(columns)].astype("str").groupby(list(columns), dropna=False, sort=True)
    first = groups.head(1)
    which = groups.ngroup().to_numpy(np.int64)
    order = np.argsort(which[first.index.to_numpy()] if len(first) else which[:0])
    words = [tuple(None if cell != cell else cell for cell in row) for row in first.to_numpy(object)[order]]
    return [(row[0], row[1]) for row in words], np.asarray(which, np.int64)


def _use(lower: tuple[Any, Any], upper: tuple[Any, Any], uses: LandUses) -> int:
    own, wanted = str(lower[0]), str(upper[0])
    open_to = (wanted, *listed(upper[1]))
    if not all(any(uses.is_within(use, wider) for wider in open_to) for use in (own, *listed(lower[1]))):
        return BREAKS
    return AGREES if own == wanted else FREE


def _condition(lower: tuple[Any, Any], upper: tuple[Any, Any]) -> int:
    asked = set(listed(upper[1]))
    if not asked:
        return SILENT
    return AGREES if asked <= set(listed(lower[0])) else UNKNOWN


def _range(low: Floats, high: Floats, least: Floats, most: Floats) -> Codes:
    """Whether a range lies within another that has at least one end."""
    asks_least, asks_most = ~np.isnan(least), ~np.isnan(most)
    with np.errstate(invalid="ignore"):  # comparisons with what is unknown are false, as they should be
        breaks = (np.fmax(low, high) > most + _SAME) | (np.fmin(low, high) < least - _SAME)
        same = (~asks_most | (np.abs(high - most) <= _SAME)) & (~asks_least | (np.abs(low - least) <= _SAME))
    code = np.where(same, AGREES, FREE).astype(np.int8)
    code[(asks_most & np.isnan(high)) | (asks_least & np.isnan(low))] = UNKNOWN
    code[breaks] = BREAKS
    return code
