"""When vacant land that is blocked today becomes ready; parks to come are handed over by ``procedure.hand_over``."""

from collections.abc import Mapping, Sequence

import numpy as np

from quydat.core.draws import Draws, triangular
from quydat.inventory.evidence import Parameters

BLOCKED = "blocked"
"""Id of the vacant land of operating parks that is not cleared, not priced or not serviced."""


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


def cleared_draws(cleared: Draws, *, shares: Sequence[float]) -> Draws:
    """Part of the land blocked today that becomes ready each year: a constant share of it, until none is left.

    Parameters
    ----------
    cleared
        Draws: share of it cleared in a whole year.
    shares
        Share of each year that counts.

    Returns
    -------
    Draws × years.

    >>> cleared_draws(np.array([0.4]), shares=[0.5, 1.0, 1.0, 1.0]).round(9).tolist()
    [[0.2, 0.4, 0.4, 0.0]]
    """
    reached = np.minimum(1.0, np.cumsum(np.outer(cleared, shares), axis=1))
    made: Draws = np.diff(reached, axis=1, prepend=0.0)
    return made
