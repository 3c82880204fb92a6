"""Sector groups of the forecast: their parts of jobs and land, and how they differ from the mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from quydat.core.basis import Basis, weakest
from quydat.core.draws import Draws, Range
from quydat.core.problem import Place, Problem, problem
from quydat.core.uniforms import Uniforms, drawn

ALL = "all"
SHARE_SLACK = 0.005
"""Shares whose sum is off by no more are divided by it: a table rounded to a per cent adds up no better."""
_DIFFERENCES = ("output", "productivity", "floor")


@dataclass(frozen=True)
class Sectors:
    """Sector groups in the order of their ids.

    Attributes
    ----------
    ids
        Their ids; one, ``all``, where the table is empty.
    jobs_share, land_share
        Sectors: parts of the jobs and of the land let in parks, each adding up to 1.
    output, productivity
        Range of the yearly growth above the mean of all.
    floor
        Range of the floor for a job over the mean of all.
    basis
        Weakest basis of the table.
    rescaled
        Column → sum of the stated shares where it was not 1 to the last digit.
    """

    ids: tuple[str, ...]
    jobs_share: Draws
    land_share: Draws
    output: tuple[Range, ...]
    productivity: tuple[Range, ...]
    floor: tuple[Range, ...]
    basis: Basis = Basis.PUBLISHED
    rescaled: Mapping[str, float] = field(default_factory=dict)

    def notes(self) -> dict[str, str]:
        """What was mended, for the manifest of a run, in English and (``sector_vi``) Vietnamese; else nothing.

        >>> rows = pd.DataFrame({"sector_id": ["a", "b"], "jobs_share": [0.5, 0.497], "land_share": [None, None]})
        >>> rest = {f"{what}_{part}": 1.0 for what in _DIFFERENCES for part in ("low", "mid", "high")}
        >>> read_sectors(rows.assign(**rest, basis="assumed")).notes()["sector"]
        'jobs_share added up to 0.997: divided by their sum'
        """
        if not self.rescaled:
            return {}
        told = "; ".join(f"{column} added up to {total:.6g}" for column, total in self.rescaled.items())
        told_vi = "; ".join(f"{column} cộng lại bằng {total:.6g}" for column, total in self.rescaled.items())
        return {"sector": f"{told}: divided by their sum", "sector_vi": f"{told_vi}: đã chia lại cho tổng"}

    def drawn(self, what: str, uniforms: Uniforms) -> Draws:
        """Draws × sectors of ``output``, ``productivity`` or ``floor``; each sector has its own stream."""
        ranges: tuple[Range, ...] = getattr(self, what)
        return np.column_stack(
            [drawn(uniforms, stream(one, what), range_) for one, range_ in zip(self.ids, ranges, strict=True)]
        )

    def streams(self) -> dict[str, tuple[str, ...]]:
        """Streams of each difference that is not sure, by its name."""
        return {
            what: tuple(
                stream(one, what)
                for one, range_ in zip(self.ids, getattr(self, what), strict=True)
                if range_.low < range_.high
            )
            for what in _DIFFERENCES
        }


def stream(sector: str, what: str) -> str:
    """Name of the stream of a sector's difference."""
    return f"demand.sector.{sector}.{what}"


def read_sectors(rows: pd.DataFrame) -> Sectors:
    """Sector groups of the record, checked before (see ``sector_problems``).

    Land shares that are not stated follow from jobs × floor for a job; if some are, those left share the rest so.

    >>> read_sectors(pd.DataFrame()).ids
    ('all',)
    """
    if rows.empty:
        none, one = Range(0.0, 0.0, 0.0), np.ones(1)
        return Sectors((ALL,), one, one, (none,), (none,), (Range(1.0, 1.0, 1.0),))
    rows = rows.sort_values("sector_id", kind="stable")  # the order of rows must not change a digit
    jobs = rows["jobs_share"].to_numpy(dtype=float)
    total = float(jobs.sum())
    jobs = jobs / total
    floor = rows["floor_mid"].to_numpy(dtype=float)
    stated = rows["land_share"].to_numpy(dtype=float, na_value=np.nan)
    known = ~np.isnan(stated)
    weight = jobs * floor
    left = max(0.0, 1.0 - float(stated[known].sum()))
    land = stated.copy()
    if (~known).any():
        land[~known] = left * weight[~known] / weight[~known].sum()
    sums = {"jobs_share": total} | ({"land_share": float(land.sum())} if known.all() else {})
    land = land / land.sum()
    ranges = {
        what: tuple(
            Range(*(float(row[f"{what}_{part}"]) for part in ("low", "mid", "high"))) for row in rows.to_dict("records")
        )
        for what in _DIFFERENCES
    }
    basis = weakest(Basis(one) for one in rows["basis"])
    ids = tuple(str(one) for one in rows["sector_id"])
    rescaled = {column: one for column, one in sums.items() if abs(one - 1.0) >= 1e-12}
    return Sectors(ids, jobs, land, ranges["output"], ranges["productivity"], ranges["floor"], basis, rescaled)


def sector_problems(rows: pd.DataFrame, *, file: str = "sector") -> list[Problem]:
    """What is wrong with the table ``sector``: ranges out of order (QD748), shares that do not add up to 1 (QD745)."""
    found = []
    for number, row in enumerate(rows.to_dict("records"), start=2):
        for what in _DIFFERENCES:
            low, mid, high = (row[f"{what}_{part}"] for part in ("low", "mid", "high"))
            if not low <= mid <= high:
                place = Place(file, row=number, column=f"{what}_low")
                found.append(problem("QD748", place, sector=row["sector_id"], what=what, low=low, mid=mid, high=high))
    if rows.empty:
        return found
    land = rows["land_share"].dropna()
    sums = {"jobs_share": float(rows["jobs_share"].sum())}
    if len(land) == len(rows) or float(land.sum()) > 1.0:
        sums["land_share"] = float(land.sum())
    for column, total in sums.items():
        if abs(total - 1.0) > SHARE_SLACK:
            found.append(problem("QD745", Place(file, column=column), column=column, sum=f"{total:.6g}"))
    return found
