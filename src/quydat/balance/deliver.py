"""When vacant land that is blocked today becomes ready; parks to come are handed over by ``procedure.hand_over``."""

from collections.abc import Sequence

import numpy as np

from quydat.core.draws import Draws

BLOCKED = "blocked"
"""Id of the vacant land of operating parks that is not cleared, not priced or not serviced."""


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
