"""When land becomes ready: parks to come, and vacant land that is blocked today."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from quydat.core.draws import Draws, triangular
from quydat.inventory.evidence import Parameters

BLOCKED = "blocked"
"""Id of the vacant land of operating parks that is not cleared, not priced or not serviced."""


def ready_years(ready_days: Draws, *, as_of: date) -> Draws:
    """Calendar year of days counted from the day of the picture."""
    starts = np.array([(date(year, 1, 1) - as_of).days for year in range(as_of.year, as_of.year + 400)], dtype=float)
    return as_of.year + np.searchsorted(starts, np.rint(ready_days), side="right").astype(float) - 1.0


def year_of(day: date | None) -> int | None:
    """Year of a day, None if there is none."""
    return None if day is None else day.year


def spread(year: int | None, area_ha: float, *, years: list[int], over: int) -> dict[int, float]:
    """A park's land delivered evenly over so many years from the year in which it is ready; years outside are left out."""
    if year is None:
        return {}
    return {y: area_ha / over for y in range(year, year + over) if y in years}


def spread_draws(first: Draws, area_ha: float, *, years: list[int], over: int) -> Draws:
    """As ``spread`` for many draws: draws × years."""
    grid = np.array(years, dtype=float)[None, :]
    inside = (grid >= first[:, None]) & (grid < first[:, None] + over)
    return inside * (area_ha / over)


def unblocked(area_ha: float, share: float, *, shares: Mapping[int, float]) -> dict[int, float]:
    """Blocked land that becomes ready each year: a constant share of what is blocked today, until none is left."""
    left, made = area_ha, {}
    for year, part in shares.items():
        made[year] = min(left, area_ha * share * part)
        left -= made[year]
    return made


def unblocked_draws(
    area_ha: float, parameters: Parameters, *, shares: Mapping[int, float], draws: int, seed: int
) -> Draws:
    """As ``unblocked`` for many draws: draws × years."""
    drawn = triangular("balance.blocked", parameters.range("balance.blocked_cleared_share"), count=draws, seed=seed)
    reached = np.minimum(1.0, np.cumsum(np.outer(drawn, list(shares.values())), axis=1))
    return area_ha * np.diff(reached, axis=1, prepend=0.0)


def day_after(as_of: date, days: float) -> date:
    """The day that lies so many days after another."""
    return as_of + timedelta(days=round(days))
