"""How the land of a park is handed over: in stages from the year in which it is ready, its last plots later."""

from dataclasses import dataclass
from datetime import date
from math import ceil

import numpy as np

from quydat.core.draws import Draws
from quydat.core.figure import Input
from quydat.core.ledger import Ledger
from quydat.inventory.evidence import Parameters, parameter_id

OVER, TAIL, TAIL_OVER = "balance.delivery_years", "balance.tail_share", "balance.tail_years"


@dataclass(frozen=True)
class HandOver:
    """Land of a park over the years: all but the tail evenly over ``over`` years, then the tail over ``tail_over``.

    The tail is what was still not cleared when the rest was ready: the last households, the plots in dispute.

    >>> HandOver(over=2.0, tail=0.1, tail_over=1.0).central(2044, 100.0, years=[2043, 2044, 2045, 2046, 2047])
    {2044: 45.0, 2045: 45.0, 2046: 10.0}
    """

    over: float
    tail: float = 0.0
    tail_over: float = 1.0

    @classmethod
    def of(cls, parameters: Parameters) -> "HandOver":
        """As the study states it."""
        return cls(*(parameters.value(key) for key in (OVER, TAIL, TAIL_OVER)))

    def draws(self, first: Draws, area_ha: float, *, years: list[int]) -> Draws:
        """Hectares handed over in each draw and year, from the years in which the park is ready: draws × years."""
        begin = np.maximum(first, years[0])
        made = spread_draws(begin, area_ha * (1.0 - self.tail), years=years, over=self.over)
        if self.tail > 0:
            made = made + spread_draws(begin + ceil(self.over), area_ha * self.tail, years=years, over=self.tail_over)
        return made

    def central(self, year: int | None, area_ha: float, *, years: list[int]) -> dict[int, float]:
        """The same for one year of readiness; years without land are left out, and all if the year is unknown."""
        if year is None:
            return {}
        row = self.draws(np.array([float(year)]), area_ha, years=years)[0]
        return {y: float(made) for y, made in zip(years, row, strict=True) if made > 0}

    @staticmethod
    def inputs(ledger: Ledger) -> list[Input]:
        """The stated parameters."""
        return [ledger.input(parameter_id(key)) for key in (OVER, TAIL, TAIL_OVER)]


def spread_draws(first: Draws, area_ha: float, *, years: list[int], over: float) -> Draws:
    """Land handed over evenly over so many years from the first: draws × years.

    Land that is ready before the first year of the account is delivered from that year; what would come after the last
    is left out. Of two and a half years, the third delivers half as much.

    >>> spread_draws(np.array([2044.0]), 250.0, years=[2043, 2044, 2045, 2046], over=2.5).tolist()
    [[0.0, 100.0, 100.0, 50.0]]
    """
    since = np.array(years, dtype=float)[None, :] - np.maximum(first, years[0])[:, None]
    parts = np.where(since >= 0.0, np.clip(over - since, 0.0, 1.0), 0.0)
    made: Draws = parts * (area_ha / over)
    return made


def ready_years(ready_days: Draws, *, as_of: date) -> Draws:
    """Calendar year of days counted from the day of the picture."""
    starts = np.array([(date(year, 1, 1) - as_of).days for year in range(as_of.year, as_of.year + 400)], dtype=float)
    years: Draws = as_of.year + np.searchsorted(starts, np.rint(ready_days), side="right").astype(float) - 1.0
    return years


def year_of(day: date | None) -> int | None:
    """Year of a day, None if there is none."""
    return None if day is None else day.year
