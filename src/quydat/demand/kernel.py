"""The compiled part of the demand model: land wanted in each draw, year and sector, by every method at once.

Levels grow year by year, so no power is ever taken; a draw costs some thousand multiplications. No fast mathematics is
allowed: the digits must not depend on the machine's vectors.
"""

from typing import Any

import numpy as np

from quydat.core.counting import kernel
from quydat.core.draws import Draws
from quydat.demand.labour import M2_PER_HA

TAKE_UP, LABOUR, OUTPUT, STATED = range(4)
"""Places of the methods in ``by_method`` and in the array of those that are at hand."""
NET, DENSE, NEIGHBOURS, CHURN, VACANCY, REPLACEMENT, MOVERS, TOTAL = range(8)
"""Places of the components, as in ``chunk.COMPONENTS``."""


@kernel
def _grown(
    base: Draws, output: Draws, less: Draws, ahead: float, per_unit: Draws, part: Draws, reuse: float, made: Draws
) -> None:
    """Land that growing sectors add each year, less what they take over from shrinking ones: years × sectors.

    ``output`` and ``less`` are years × sectors of yearly growth: a sector grows by (1 + output) ÷ (1 + less).
    """
    years, sectors = made.shape
    level = base.copy()
    if ahead > 0.0:  # the picture lies in an earlier year than the account's first
        for s in range(sectors):
            level[s] = base[s] * ((1.0 + output[0, s]) / (1.0 + less[0, s])) ** (ahead - 1.0)
    for t in range(years):
        up, down = 0.0, 0.0
        for s in range(sectors):
            ratio = (1.0 + output[t, s]) / (1.0 + less[t, s])
            if t == 0 and ahead == 0.0:
                added = level[s] - level[s] / ratio  # growth within the year of the picture
            else:
                added = level[s] * ratio - level[s]
                level[s] = level[s] * ratio
            land = added * per_unit[s]
            made[t, s] = land
            if land > 0.0:
                up += land
            else:
                down -= land
        kept = 0.0
        if up > 0.0:
            kept = 1.0 - reuse * down / up
            if kept < 0.0:
                kept = 0.0
        for s in range(sectors):
            made[t, s] = made[t, s] * kept * part[t] if made[t, s] > 0.0 else 0.0


@kernel
def wanted(
    at_hand: Any, method: Any, ahead: float, part: Draws, out: Draws, prod: Draws, land_prod: Draws, sector_out: Draws,
    sector_prod: Draws, jobs: Draws, land_let: Draws, per_job: Draws, plot_ratio: Draws, take_up: Draws,
    take_up_growth: Draws, land_share: Draws, stated: Draws, stated_share: Draws, reuse: Draws, densified: Draws,
    pull: Draws, churn: Draws, vacancy: Draws, replacement: Draws, movers: Draws, land: Draws, by_method: Draws,
    components: Draws,
) -> None:  # fmt: skip
    """Fill ``land`` (draws × years × sectors), ``by_method`` (draws × years × 4), ``components`` (draws × years × 8).

    Parameters
    ----------
    at_hand, method
        4 booleans; and the method that speaks in each draw.
    ahead
        Years from the picture to the first year of the account.
    part
        Years: share of each year that counts.
    out, prod, land_prod
        Draws × years: growth of output, of output for a worker, of output for a hectare.
    sector_out, sector_prod
        Draws × sectors: differences from these.
    jobs, land_let
        Sectors: jobs, hectares let today.
    per_job
        Draws × sectors: square metres of floor for a job.
    plot_ratio, take_up, take_up_growth, reuse, densified, pull, churn, vacancy
        Draws. ``pull``: yearly factor of what neighbours leave.
    land_share, stated_share
        Sectors: how past take-up and stated needs are split.
    stated
        Draws × years: hectares that establishments said they want.
    replacement, movers
        Draws × years: hectares.
    """
    count, years, sectors = land.shape
    net = np.zeros((4, years, sectors))
    output = np.empty((years, sectors))
    less = np.empty((years, sectors))
    for i in range(count):
        per_land = np.empty(sectors)
        if at_hand[LABOUR]:
            for s in range(sectors):
                per_land[s] = per_job[i, s] / M2_PER_HA / plot_ratio[i]
                for t in range(years):
                    output[t, s] = out[i, t] + sector_out[i, s]
                    less[t, s] = prod[i, t] + sector_prod[i, s]
            _grown(jobs, output, less, ahead, per_land, part, reuse[i], net[LABOUR])
        if at_hand[OUTPUT]:
            for s in range(sectors):
                per_land[s] = 1.0
                for t in range(years):
                    output[t, s] = out[i, t] + sector_out[i, s]
                    less[t, s] = land_prod[i, t] + sector_prod[i, s]
            _grown(land_let, output, less, ahead, per_land, part, reuse[i], net[OUTPUT])
        if at_hand[TAKE_UP]:
            let = take_up[i] * (1.0 + take_up_growth[i]) ** ahead
            for t in range(years):
                for s in range(sectors):
                    net[TAKE_UP, t, s] = let * part[t] * land_share[s]
                let *= 1.0 + take_up_growth[i]
        if at_hand[STATED]:
            for t in range(years):
                for s in range(sectors):
                    net[STATED, t, s] = stated[i, t] * stated_share[s]
        leaves = pull[i] ** ahead
        room = 1.0 / (1.0 - vacancy[i])
        for t in range(years):
            for m in range(4):
                if not at_hand[m]:
                    by_method[i, t, m] = np.nan
                    continue
                dense = densified[i] if m != TAKE_UP else 0.0
                moved = churn[i] if m in (LABOUR, OUTPUT) else 0.0
                factor = (1.0 - dense) * leaves * (1.0 + moved) * room
                total = 0.0
                for s in range(sectors):
                    total += net[m, t, s]
                by_method[i, t, m] = total * factor + replacement[i, t] + movers[i, t]
                if m != method[i]:
                    continue
                for s in range(sectors):
                    land[i, t, s] = net[m, t, s] * factor + (replacement[i, t] + movers[i, t]) * land_share[s]
                kept = total * (1.0 - dense)
                here = kept * leaves
                churned = here * (1.0 + moved)
                components[i, t, NET] = total
                components[i, t, DENSE] = kept - total
                components[i, t, NEIGHBOURS] = here - kept
                components[i, t, CHURN] = churned - here
                components[i, t, VACANCY] = churned * room - churned
                components[i, t, REPLACEMENT] = replacement[i, t]
                components[i, t, MOVERS] = movers[i, t]
                components[i, t, TOTAL] = by_method[i, t, m]
            leaves *= pull[i]
