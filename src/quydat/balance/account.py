"""The account itself, for one path or for many at once."""

from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws


@dataclass(frozen=True)
class Account:
    """Flows and stocks, draws × years, in hectares; the identity holds in each draw and year."""

    opening: Draws
    delivered: Draws
    taken_up: Draws
    closing: Draws
    gap: Draws


def run_account(opening_ha: float, *, delivered: Draws, demand: Draws) -> Account:
    """Let what is wanted as long as there is land; what cannot be met is the gap of the year and is not carried over.

    Parameters
    ----------
    opening_ha
        Ready land at the start.
    delivered, demand
        Draws × years, in hectares.
    """
    shape = np.broadcast_shapes(delivered.shape, demand.shape)
    delivered, demand = np.broadcast_to(delivered, shape), np.broadcast_to(demand, shape)
    opening, taken, closing = (np.empty(shape) for _ in range(3))
    stock = np.full(shape[0], float(opening_ha))
    for year in range(shape[1]):
        opening[:, year] = stock
        available = stock + delivered[:, year]
        taken[:, year] = np.minimum(demand[:, year], available)
        stock = available - taken[:, year]
        closing[:, year] = stock
    return Account(opening, delivered, taken, closing, demand - taken)


def first_gap(gap: Draws, *, years: list[int], never: int) -> Draws:
    """First year with a gap in each draw; ``never`` where there is none."""
    short = gap > 1e-9
    return np.where(short.any(axis=1), np.array(years)[short.argmax(axis=1)], never).astype(float)
