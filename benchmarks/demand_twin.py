"""The same model of demand and account as plain NumPy over all draws at once, one year after the other."""

from dataclasses import dataclass

import numpy as np

from quydat.balance.supply import SupplyModel
from quydat.core.draws import Draws
from quydat.demand.chunk import DemandModel

_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Twin:
    """What comes out.

    Attributes
    ----------
    city
        Quantity → draws × years.
    means
        Quantity → years × pools.
    closing, gap, demand
        P10, P50 and P90: levels × years × pools.
    cells, by_sector
        P10, P50 and P90: levels × years × sectors × pools, and without the pools.
    cell_means, floor_means
        Years × sectors × pools.
    short
        Years × pools: share of the draws in which more is wanted than can be let there.
    first_gap
        Draws: first year in which land is wanted and none is left; the year after the last for never.
    """

    city: dict[str, Draws]
    means: dict[str, Draws]
    closing: Draws
    gap: Draws
    demand: Draws
    cells: Draws
    by_sector: Draws
    cell_means: Draws
    floor_means: Draws
    short: Draws
    first_gap: Draws


def deliveries(supply: SupplyModel) -> Draws:
    """Draws × years × pools."""
    years = list(supply.years)
    made = np.zeros((supply.draws, len(years), len(supply.pools)))
    left = np.ones(supply.draws)
    for t, share in enumerate(supply.shares):
        cleared = np.minimum(left, supply.blocked_share * share)
        left = left - cleared
        made[:, t, :] += cleared[:, None] * supply.blocked_ha
    for source, pool in enumerate(supply.source_pool):
        first = supply.first_year[source].astype(float)
        made[:, :, pool] += supply.hand_over.draws(first, float(supply.source_ha[source]), years=years)
    return made


def run_twin(model: DemandModel, supply: SupplyModel) -> Twin:
    """All draws at once."""
    wanted = model.wanted(slice(0, model.draws))
    delivered = deliveries(supply)
    stock = np.repeat(supply.opening_ha[None, :], model.draws, axis=0)
    city: dict[str, list[Draws]] = {}
    means: dict[str, list[Draws]] = {}
    rest: dict[str, list[Draws]] = {}
    first_gap = np.full(model.draws, float(model.years[-1] + 1))
    for t, year in enumerate(model.years):
        land = wanted.land_ha[:, t, :]
        cells = land[:, :, None] * wanted.share
        demand = cells.sum(axis=1)
        there = stock + delivered[:, t, :] + supply.freed_ha[:, t]
        released = np.minimum(supply.released_ha[:, t], there)
        available = there - released
        taken = np.minimum(demand, available)
        unmet, room = demand - taken, available - taken
        lacking, free = unmet.sum(axis=1), room.sum(axis=1)
        moving = np.minimum(wanted.mobile_share * lacking, free)
        came = room * np.divide(moving, free, out=np.zeros_like(free), where=free > 0)[:, None]
        went = unmet * np.divide(moving, lacking, out=np.zeros_like(free), where=lacking > 0)[:, None]
        quantities = {
            "opening_ha": stock, "delivered_ha": delivered[:, t, :],
            "freed_ha": np.broadcast_to(supply.freed_ha[:, t], stock.shape), "taken_up_ha": taken + came,
            "released_ha": released, "closing_ha": room - came, "demand_ha": demand, "gap_ha": unmet - went,
            "moved_ha": came - went,
        }  # fmt: skip
        for name, values in quantities.items():
            means.setdefault(name, []).append(values.mean(axis=0))
            city.setdefault(name, []).append(values.sum(axis=1))
        stock = quantities["closing_ha"]
        gap = (city["gap_ha"][-1] > 1e-9) & (city["closing_ha"][-1] <= 1e-9)
        first_gap = np.where(gap & (first_gap > year), float(year), first_gap)
        made = {
            "closing": np.quantile(quantities["closing_ha"], _LEVELS, axis=0),
            "gap": np.quantile(quantities["gap_ha"], _LEVELS, axis=0),
            "demand": np.quantile(demand, _LEVELS, axis=0),
            "cells": np.quantile(cells, _LEVELS, axis=0),
            "by_sector": np.quantile(land, _LEVELS, axis=0),
            "cell_means": cells.mean(axis=0),
            "floor_means": (cells * wanted.floor_per_ha[:, None, None]).mean(axis=0),
            "short": (unmet > 1e-9).mean(axis=0),
        }
        for name, values in made.items():
            rest.setdefault(name, []).append(values)
    axis = {"cell_means": 0, "floor_means": 0, "short": 0}
    return Twin(
        city={name: np.stack(values, axis=1) for name, values in city.items()},
        means={name: np.stack(values) for name, values in means.items()},
        first_gap=first_gap,
        **{name: np.stack(values, axis=axis.get(name, 1)) for name, values in rest.items()},
    )
