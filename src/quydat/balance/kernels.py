"""Compiled kernels of the land account; imported late, since numba takes a second to load."""

import numpy as np
from numpy.typing import NDArray

from quydat.core.counting import kernel
from quydat.core.draws import Draws

QUANTITIES = (
    "opening_ha",
    "delivered_ha",
    "freed_ha",
    "taken_up_ha",
    "released_ha",
    "closing_ha",
    "demand_ha",
    "gap_ha",
)
"""Quantities of the account, in the order in which the kernel gives them; in pools ``moved_ha`` comes after them."""
SHORT_HA = 1e-9
"""Demand without land above this is a shortage; less is rounding."""


@kernel
def deliver(first: NDArray[np.int64], profile: Draws, pool: NDArray[np.int64], delivered: Draws) -> None:
    """Add what each source hands over to its pool.

    Parameters
    ----------
    first
        Sources × draws: row of the profile.
    profile
        Sources × first years × years, in hectares.
    pool
        Sources: pool of each.
    delivered
        Pools × years × draws.
    """
    sources, draws = first.shape
    years = profile.shape[2]
    for s in range(sources):
        for t in range(years):
            for d in range(draws):
                delivered[pool[s], t, d] += profile[s, first[s, d], t]


@kernel
def _total(values: Draws) -> float:
    """Sum, four at a time in a fixed order."""
    a, b, c, e = 0.0, 0.0, 0.0, 0.0
    whole = values.shape[0] // 4 * 4
    for d in range(0, whole, 4):
        a += values[d]
        b += values[d + 1]
        c += values[d + 2]
        e += values[d + 3]
    for d in range(whole, values.shape[0]):
        a += values[d]
    return (a + b) + (c + e)


@kernel
def _add(values: Draws, into: Draws) -> float:
    """Add one pool to the city; its sum over the draws."""
    for d in range(values.shape[0]):
        into[d] += values[d]
    return _total(values)


@kernel
def _largest(values: Draws) -> float:
    """Largest distance from 0."""
    found = 0.0
    for d in range(values.shape[0]):
        found = max(found, abs(values[d]))
    return found


@kernel
def settle(
    opening: Draws, delivered: Draws, freed: Draws, released: Draws, demand: Draws, mobile: Draws,
    place: NDArray[np.int64], places: int, closing: Draws, gap: Draws,
) -> tuple[Draws, Draws, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], float]:  # fmt: skip
    """The account of each pool, year and draw; see ``balance.ensemble`` for the rule.

    Parameters
    ----------
    opening
        Pools: ready land at the start.
    delivered, demand
        Pools × years × draws.
    freed, released
        Pools × years.
    mobile
        Draws: part of what finds no land in its pool that accepts another.
    place, places
        Place of each pool, and how many there are.
    closing, gap
        Pools × years × draws, filled.

    Returns
    -------
    City: quantities × years × draws. Sums over the draws: quantities and moved × years × pools. Draws in which a pool
    is short: years × pools. Index of the year in which the city runs out of land: draws; and of the first in which a
    place is short, as counts of draws: places × (years + never). Largest residual of the identities.
    """
    pools, years, draws = demand.shape
    city = np.zeros((8, years, draws))
    sums = np.zeros((9, years, pools))
    short = np.zeros((years, pools), np.int64)
    city_first = np.full(draws, years, np.int64)
    place_first = np.full((places, draws), years, np.int64)
    stock, there = np.empty((pools, draws)), np.empty((pools, draws))
    unmet, room, gone = np.empty((pools, draws)), np.empty((pools, draws)), np.empty((pools, draws))
    taken, move, fixed = np.empty(draws), np.empty(draws), np.empty(draws)
    error, wrong = np.empty(draws), np.empty(draws)
    lacking, free, moved = np.empty(draws), np.empty(draws), np.empty(draws)
    worst = 0.0
    for p in range(pools):
        stock[p, :] = opening[p]
    for t in range(years):
        lacking[:] = 0.0
        free[:] = 0.0
        moved[:] = 0.0
        for p in range(pools):
            for d in range(draws):
                all_of_it = stock[p, d] + delivered[p, t, d] + freed[p, t]
                gone[p, d] = min(released[p, t], all_of_it)
                there[p, d] = all_of_it - gone[p, d]
                let = min(demand[p, t, d], there[p, d])
                unmet[p, d] = demand[p, t, d] - let
                room[p, d] = there[p, d] - let
                lacking[d] += unmet[p, d]
                free[d] += room[p, d]
        for d in range(draws):
            moving = min(mobile[d] * lacking[d], free[d])
            lacking[d] = moving / lacking[d] if lacking[d] > 0.0 else 0.0
            free[d] = moving / free[d] if free[d] > 0.0 else 0.0
        for p in range(pools):
            fixed[:] = freed[p, t]
            for d in range(draws):
                came, went = room[p, d] * free[d], unmet[p, d] * lacking[d]
                taken[d] = min(demand[p, t, d], there[p, d]) + came
                closing[p, t, d], gap[p, t, d] = room[p, d] - came, unmet[p, d] - went
                move[d] = came - went
                moved[d] += move[d]
                flows = stock[p, d] + delivered[p, t, d] + freed[p, t] - taken[d] - gone[p, d]
                error[d] = flows - closing[p, t, d]
                wrong[d] = demand[p, t, d] + move[d] - taken[d] - gap[p, t, d]
            worst = max(worst, _largest(error), _largest(wrong))
            sums[0, t, p] = _add(stock[p], city[0, t])
            sums[1, t, p] = _add(delivered[p, t], city[1, t])
            sums[2, t, p] = _add(fixed, city[2, t])
            sums[3, t, p] = _add(taken, city[3, t])
            sums[4, t, p] = _add(gone[p], city[4, t])
            sums[5, t, p] = _add(closing[p, t], city[5, t])
            sums[6, t, p] = _add(demand[p, t], city[6, t])
            sums[7, t, p] = _add(gap[p, t], city[7, t])
            sums[8, t, p] = _total(move)
            stock[p, :] = closing[p, t]
            for d in range(draws):
                if unmet[p, d] > SHORT_HA:
                    short[t, p] += 1
                    place_first[place[p], d] = min(place_first[place[p], d], t)
        worst = max(worst, _largest(moved))
        for d in range(draws):
            # Land has run out when what accepts any place finds none: no pool has any left
            if city[7, t, d] > SHORT_HA and city[5, t, d] <= SHORT_HA and city_first[d] == years:
                city_first[d] = t
    firsts = np.zeros((places, years + 1), np.int64)
    for one in range(places):
        for d in range(draws):
            firsts[one, place_first[one, d]] += 1
    return city, sums, short, city_first, firsts, worst
