"""When land becomes ready: parks to come, and vacant land that is blocked today."""

from collections.abc import Mapping
from datetime import date

import numpy as np

from quydat.core.draws import Draws, triangular
from quydat.inventory.evidence import Parameters

BLOCKED = "blocked"
"""Id of the vacant land of operating parks that is not cleared, not priced or not serviced."""


def ready_years(ready_days: Draws, *, as_of: date) -> Draws:
    """Calendar year of days counted from the day of the picture."""
    starts = np.array([(date(year, 1, 1) - as_of).days for year in range(as_of.year, as_of.year + 400)], dtype=float)
    years: Draws = as_of.year + np.searchsorted(starts, np.rint(ready_days), side="right").astype(float) - 1.0
    return years


def year_of(day: date | None) -> int | None:
    """Year of a day, None if there is none."""
    return None if day is None else day.year


def spread(year: int | None, area_ha: float, *, years: list[int], over: float) -> dict[int, float]:
    """A park's land delivered evenly over so many years from the year in which it is ready.

    Land that is ready before the first year of the account is delivered from that year; what would come after the last
    is left out. Of two and a half years, the third delivers half as much.

    >>> spread(2044, 250.0, years=[2043, 2044, 2045, 2046], over=2.5)
    {2044: 100.0, 2045: 100.0, 2046: 50.0}
    """
    if year is None:
        return {}
    row = spread_draws(np.array([float(year)]), area_ha, years=years, over=over)[0]
    return {y: float(made) for y, made in zip(years, row, strict=True) if made > 0}


def spread_draws(first: Draws, area_ha: float, *, years: list[int], over: float) -> Draws:
    """As ``spread`` for many draws: draws × years."""
    since = np.array(years, dtype=float)[None, :] - np.maximum(first, years[0])[:, None]
    parts = np.where(since >= 0.0, np.clip(over - since, 0.0, 1.0), 0.0)
    made: Draws = parts * (area_ha / over)
    return made


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
    made: Draws = area_ha * np.diff(reached, axis=1, prepend=0.0)
    return made
