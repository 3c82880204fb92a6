"""Compiled kernels of the rows that bind: weights at a point, and the coefficient of each start under them."""

import numpy as np

from quydat.core.counting import kernel
from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.problem import Floats, Ints


@kernel
def binding(p: Packed, land: Floats, weight: Floats) -> None:
    """Weight of each period's gap in the weighted shortage of a scenario."""
    for s in range(land.shape[0]):
        most, at = 0.0, -1
        for u in range(land.shape[1]):
            gap = p.need[s, u] - land[s, u]
            if gap > most:
                most, at = gap, u
            if at >= 0:
                weight[s, at] += p.weight[u]


@kernel
def debt_weights(p: Packed, net: Floats, s: int, weight: Floats) -> int:
    """Weight of each period's money in the net worth that is furthest below the loan; returns that period."""
    worth, worst, at = 0.0, -np.inf, 0
    for u in range(net.shape[1]):
        worth = (worth * (1 + p.interest) if worth < 0 else worth) + p.own[u] + net[s, u]
        if -worth - p.loan[u] > worst:
            worst, at = -worth - p.loan[u], u
    worth = 0.0
    for u in range(at + 1):
        if worth < 0:
            worth *= 1 + p.interest
            weight[:u] *= 1 + p.interest
        worth += p.own[u] + net[s, u]
        weight[u] = 1.0
    return at


@kernel
def interest_weights(p: Packed, net: Floats, weight: Floats) -> None:
    """Weight of each period's money in the discounted interest of each scenario; at most 0."""
    periods = net.shape[1]
    worth = np.empty(periods)
    for s in range(net.shape[0]):
        before = 0.0
        for u in range(periods):
            before = (before * (1 + p.interest) if before < 0 else before) + p.own[u] + net[s, u]
            worth[u] = before
        later = 0.0
        for u in range(periods - 2, -1, -1):
            if worth[u] < 0:
                later = later * (1 + p.interest) - p.discount[u + 1] * p.interest
            weight[s, u] = later


@kernel
def land_rows(p: Packed, weight: Floats, group: Ints, out: Floats) -> None:
    """Coefficient of each start in a weighted sum of land there by each period, by groups of scenarios.

    ``weight`` is scenarios × periods, mostly 0; ``out`` is groups × projects × models × periods, added to.
    """
    projects, models, scenarios = p.land_row.shape
    last = p.land_table.shape[1] - 1
    for i in range(projects):
        for m in range(models):
            for s in range(scenarios):
                row, lag, scale, g = p.land_row[i, m, s], p.land_lag[i, m, s], p.land_scale[i, m, s], group[s]
                if g < 0 or scale == 0:
                    continue
                for u in range(lag, weight.shape[1]):
                    if weight[s, u] != 0:
                        w = weight[s, u] * scale
                        for t in range(u - lag + 1):
                            out[g, i, m, t] += w * p.land_table[row, min(u - lag - t, last)]


@kernel
def money_rows(p: Packed, weight: Floats, group: Ints, out: Floats) -> None:
    """Coefficient of each start in a weighted sum of net money of each period, by groups of scenarios."""
    projects, models, scenarios = p.pay_row.shape
    periods = weight.shape[1]
    for i in range(projects):
        for m in range(models):
            for s in range(scenarios):
                g = group[s]
                if g < 0:
                    continue
                for sign in (-1.0, 1.0):
                    table = p.pay_table if sign < 0 else p.take_table
                    row = p.pay_row[i, m, s] if sign < 0 else p.take_row[i, m, s]
                    lag = p.pay_lag[i, m, s] if sign < 0 else p.take_lag[i, m, s]
                    scale = sign * (p.pay_scale[i, m, s] if sign < 0 else p.take_scale[i, m, s])
                    if scale == 0:
                        continue
                    for t in range(periods - lag):
                        total = 0.0
                        for k in range(min(table.shape[1], periods - lag - t)):
                            total += weight[s, t + lag + k] * table[row, k]
                        out[g, i, m, t] += scale * total
