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
def settle(
    opening: Draws, delivered: Draws, freed: Draws, released: Draws, demand: Draws, mobile: Draws,
    place: NDArray[np.int64], places: int,
) -> tuple[Draws, Draws, Draws, Draws, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], float]:  # fmt: skip
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

    Returns
    -------
    City: quantities × years × draws. Closing and gap: pools × years × draws. Sums over the draws: quantities and moved
    × years × pools. Draws in which a pool is short: years × pools. Index of the first year in which the city is short:
    draws; and places, as counts of draws: places × (years + never). Largest residual of the identities.
    """
    pools, years, draws = demand.shape
    city = np.zeros((8, years, draws))
    closing, gap = np.empty(demand.shape), np.empty(demand.shape)
    sums = np.zeros((9, years, pools))
    short = np.zeros((years, pools), np.int64)
    city_first = np.full(draws, years, np.int64)
    place_first = np.full((places, draws), years, np.int64)
    stock, there = np.empty((pools, draws)), np.empty((pools, draws))
    unmet, room, gone = np.empty((pools, draws)), np.empty((pools, draws)), np.empty((pools, draws))
    lacking, free, moved = np.empty(draws), np.empty(draws), np.empty(draws)
    worst = 0.0
    for p in range(pools):
        stock[p, :] = opening[p]
    for t in range(years):
        lacking[:], free[:], moved[:] = 0.0, 0.0, 0.0
        for p in range(pools):
            for d in range(draws):
                all_of_it = stock[p, d] + delivered[p, t, d] + freed[p, t]
                gone[p, d] = min(released[p, t], all_of_it)
                there[p, d] = all_of_it - gone[p, d]
                taken = min(demand[p, t, d], there[p, d])
                unmet[p, d] = demand[p, t, d] - taken
                room[p, d] = there[p, d] - taken
                lacking[d] += unmet[p, d]
                free[d] += room[p, d]
        for d in range(draws):
            moving = min(mobile[d] * lacking[d], free[d])
            lacking[d] = moving / lacking[d] if lacking[d] > 0.0 else 0.0
            free[d] = moving / free[d] if free[d] > 0.0 else 0.0
        for p in range(pools):
            for d in range(draws):
                wanted, before, new = demand[p, t, d], stock[p, d], delivered[p, t, d]
                came, went = room[p, d] * free[d], unmet[p, d] * lacking[d]
                taken = min(wanted, there[p, d]) + came
                left, missing = room[p, d] - came, unmet[p, d] - went
                move = came - went
                moved[d] += move
                worst = max(worst, abs(before + new + freed[p, t] - taken - gone[p, d] - left))
                worst = max(worst, abs(wanted + move - taken - missing))
                stock[p, d], closing[p, t, d], gap[p, t, d] = left, left, missing
                city[0, t, d] += before
                city[1, t, d] += new
                city[2, t, d] += freed[p, t]
                city[3, t, d] += taken
                city[4, t, d] += gone[p, d]
                city[5, t, d] += left
                city[6, t, d] += wanted
                city[7, t, d] += missing
                sums[0, t, p] += before
                sums[1, t, p] += new
                sums[2, t, p] += freed[p, t]
                sums[3, t, p] += taken
                sums[4, t, p] += gone[p, d]
                sums[5, t, p] += left
                sums[6, t, p] += wanted
                sums[7, t, p] += missing
                sums[8, t, p] += move
                if unmet[p, d] > SHORT_HA:
                    short[t, p] += 1
                    place_first[place[p], d] = min(place_first[place[p], d], t)
        for d in range(draws):
            worst = max(worst, abs(moved[d]))
            # Land has run out when what accepts any place finds none: no pool has any left
            if city[7, t, d] > SHORT_HA and city[5, t, d] <= SHORT_HA and city_first[d] == years:
                city_first[d] = t
    firsts = np.zeros((places, years + 1), np.int64)
    for one in range(places):
        for d in range(draws):
            firsts[one, place_first[one, d]] += 1
    return city, closing, gap, sums, short, city_first, firsts, worst
