"""Which establishments tell of density, and the logarithms that they tell, by sector group and size."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quydat.core.basis import Basis, weakest
from quydat.core.problem import raise_if
from quydat.demand.density_slope import Slope, slope_within
from quydat.demand.pooling import CellSums, Floats, sums_of_cells
from quydat.demand.pools import listed
from quydat.demand.sector_checks import division_problems
from quydat.inventory.classify import SIZES
from quydat.inventory.floor import STANDING_NOT, floats, ratio
from quydat.inventory.floor_space import UNKNOWN, group_rows
from quydat.inventory.quality import FLOOR_PER_WORKER_M2, MOST_PLOT_RATIO

Index = NDArray[np.int64]

EVERY, REMAINING = "all", "other"
"""The one sector of a record without sector groups; the group that takes the divisions which no other one names."""

SIZE_LABELS = (*(name for _, name in SIZES), UNKNOWN)
QUANTITIES = ("floor_per_worker_m2", "plot_ratio", "land_per_worker_m2")

NOT_WORKING = (*STANDING_NOT, "suspended", "under_construction")
"""Operating states of establishments that tell of no density."""

FARTHEST = 4.0
"""Logarithms farther from the median of their size than so many robust standard deviations are drawn in to there."""

_MAD_TO_SD = 1.482602218505602
_LIMITS: Mapping[str, tuple[float, float]] = {
    "floor_per_worker_m2": FLOOR_PER_WORKER_M2,
    "plot_ratio": (0.0, MOST_PLOT_RATIO),
    "land_per_worker_m2": (0.0, np.inf),
}


@dataclass(frozen=True)
class DensityRows:
    """What the establishments say of one quantity.

    Attributes
    ----------
    sums
        Rows, mean and squares of the logarithms, brought to the centre of their size by the slope: sectors × sizes.
    slope
        How the logarithms hang on the workers (for the plot ratio on the land); None where there are no rows.
    weight
        Sectors × sizes: the workers (for the plot ratio the land) of all establishments that work there, surveyed or
        not. The density of several cells is the mean of theirs by this weight.
    basis
        Weakest basis of the rows; None where there are none.
    beyond, drawn_in
        Rows left out because they lie beyond what is plausible, and rows drawn in.
    """

    sums: CellSums
    slope: Slope | None
    weight: Floats
    basis: Basis | None
    beyond: int
    drawn_in: int

    @property
    def rows(self) -> int:
        """Rows in all."""
        return int(self.sums.rows.sum())


@dataclass(frozen=True)
class Groups:
    """Sector group and size of each establishment.

    Attributes
    ----------
    sectors
        Sector groups in the order of the record, then ``unknown`` where establishments fall in none.
    sector, size
        Shape (n,): numbers in ``sectors`` and ``SIZE_LABELS``.
    unnamed
        Establishments of each division that no sector group names.
    """

    sectors: tuple[str, ...]
    sector: Index
    size: Index
    unnamed: Mapping[str, int]


def divisions_of(sectors: pd.DataFrame) -> dict[str, str]:
    """Sector group of each division, by the table ``sector``.

    Raises
    ------
    Problems
        QD765, QD766: as ``division_problems``.

    >>> divisions_of(pd.DataFrame({"sector_id": ["food", "other"], "divisions": ["10;11", None]}))
    {'10': 'food', '11': 'food'}
    """
    raise_if(division_problems(sectors))
    listing = zip(sectors["sector_id"], sectors["divisions"], strict=True)
    return {division: str(group) for group, text in listing for division in listed(text)}


def grouped(establishments: pd.DataFrame, sectors: pd.DataFrame) -> Groups:
    """Sector group and size of each establishment.

    A division that no group names falls in the group ``other`` where the record has one, else in ``unknown``, as do
    establishments whose division is not known. A record without groups has the one sector ``all``.
    """
    size_number, size_labels = group_rows(establishments, "size")
    size = np.array([SIZE_LABELS.index(label) for label in size_labels], dtype=np.int64)[size_number]
    if sectors.empty:
        return Groups((EVERY,), np.zeros(len(establishments), np.int64), size, {})
    names = [str(one) for one in sectors["sector_id"]]
    group_of = divisions_of(sectors)
    number, labels = group_rows(establishments, "division")
    rest = REMAINING if REMAINING in names else UNKNOWN
    own = [UNKNOWN if label == UNKNOWN else group_of.get(label, rest) for label in labels]
    many = np.bincount(number, minlength=len(labels))
    unnamed = {
        label: int(count)
        for label, count in zip(labels, many, strict=True)
        if label != UNKNOWN and label not in group_of and count
    }
    if any(group == UNKNOWN and count for group, count in zip(own, many, strict=True)):
        names.append(UNKNOWN)
    place = np.array([names.index(group) if group in names else 0 for group in own], dtype=np.int64)
    return Groups(tuple(names), place[number], size, unnamed)


def density_rows(establishments: pd.DataFrame, groups: Groups) -> dict[str, DensityRows]:
    """What the establishments that work say of each quantity: operating, or of unknown state.

    One that is suspended or still being built has floor that its workers of that day do not tell of.
    Floor counts where it is measured or declared; estimated floor is no observation. Floor for a worker below 1 or
    above 5,000 m², and plot ratios above 15, are beyond what is plausible: such a row is left out of all quantities.
    """
    workers, site = floats(establishments["workers"]), floats(establishments["site_area_m2"])
    told = establishments["floor_basis"].isin(("measured", "declared")).to_numpy(dtype=bool)
    floor = np.where(told, floats(establishments["gross_floor_area_m2"]), np.nan)
    works = ~establishments["operating_state"].isin(NOT_WORKING).to_numpy(dtype=bool)
    values = {
        "floor_per_worker_m2": ratio(floor, workers),
        "plot_ratio": ratio(floor, site),
        "land_per_worker_m2": ratio(site, workers),
    }
    beyond = np.zeros(len(works), bool)
    for name, value in values.items():
        least, most = _LIMITS[name]
        beyond |= (value < least) | (value > most)
    shape = (len(groups.sectors), len(SIZE_LABELS))
    cell = groups.sector * shape[1] + groups.size
    made = {}
    for name, value in values.items():
        of = (works & (value > 0)).nonzero()[0]
        kept = of[~beyond[of]]
        logs, drawn_in = _drawn_in(np.log(value[kept]), groups.size[kept])
        carried = site if name == "plot_ratio" else workers
        frame = (works & (carried > 0)).nonzero()[0]
        slope = None
        if len(kept):
            at = np.log(carried[kept])
            slope = slope_within(
                logs, at, cell[kept], frame=np.log(carried[frame]), frame_cell=cell[frame], shape=shape
            )
            logs = logs - slope.value * (at - slope.centre[groups.size[kept]])
        whole = np.round(carried[frame])  # whole numbers add up alike in any order
        weight = np.bincount(cell[frame], weights=whole, minlength=shape[0] * shape[1]).astype(np.float64)
        basis = _basis(establishments["basis"].iloc[kept])
        sums = sums_of_cells(logs, cell[kept], shape)
        made[name] = DensityRows(sums, slope, weight.reshape(shape), basis, len(of) - len(kept), drawn_in)
    return made


def _drawn_in(logs: Floats, size: Index) -> tuple[Floats, int]:
    """Logarithms of each size drawn in to ``FARTHEST`` robust standard deviations from their median (Winsor)."""
    made, count = logs.copy(), 0
    for one in range(len(SIZE_LABELS)):
        own = (size == one).nonzero()[0]
        if not len(own):
            continue
        middle = np.median(logs[own])
        reach = FARTHEST * _MAD_TO_SD * np.median(np.abs(logs[own] - middle))
        if reach > 0:
            made[own] = np.clip(logs[own], middle - reach, middle + reach)
            count += int((made[own] != logs[own]).sum())
    return made, count


def _basis(bases: Iterable[str]) -> Basis | None:
    different = pd.unique(pd.Series(bases).astype("str")).tolist()
    return weakest(Basis(one) for one in different) if different else None
