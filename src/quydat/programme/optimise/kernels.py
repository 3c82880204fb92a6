"""Compiled kernels of the programme: what a set of starts brings in each scenario, and rows that bound it."""

from typing import NamedTuple

import numpy as np

from quydat.core.counting import kernel
from quydat.programme.optimise.problem import Floats, Ints


class Packed(NamedTuple):
    """A problem as plain arrays; tables hold running totals, and what is added in each period."""

    probability: Floats
    land_table: Floats
    land_row: Ints
    land_lag: Ints
    land_scale: Floats
    pay_table: Floats
    pay_row: Ints
    pay_lag: Ints
    pay_scale: Floats
    take_table: Floats
    take_row: Ints
    take_lag: Ints
    take_scale: Floats
    need: Floats
    weight: Floats
    own: Floats
    loan: Floats
    discount: Floats
    interest: float
    safe_share: float
    tail_share: float
    cost: Floats
    never: Floats
    expected_land: Floats
    use: Floats
    held: Ints
    capacity: Floats
    pairs: Ints
    ready: Ints
    must: Ints
    member: Floats
    share: Floats
    goal: Floats
    tail: bool


@kernel
def place(p: Packed, i: int, m: int, t: int, amount: float, land: Floats, net: Floats) -> None:
    """Add a start, or a part of it, to land there by each period and net money of each period; scenarios × periods."""
    scenarios, periods = land.shape
    lengths = p.land_table.shape[1], p.pay_table.shape[1], p.take_table.shape[1]
    for s in range(scenarios):
        row, first, scale = p.land_row[i, m, s], t + p.land_lag[i, m, s], amount * p.land_scale[i, m, s]
        ramp = min(periods, first + lengths[0] - 1)
        for u in range(first, ramp):
            land[s, u] += scale * p.land_table[row, u - first]
        whole = scale * p.land_table[row, lengths[0] - 1]
        for u in range(ramp, periods):
            land[s, u] += whole
        row, first, scale = p.pay_row[i, m, s], t + p.pay_lag[i, m, s], amount * p.pay_scale[i, m, s]
        for u in range(first, min(periods, first + lengths[1])):
            net[s, u] -= scale * p.pay_table[row, u - first]
        row, first, scale = p.take_row[i, m, s], t + p.take_lag[i, m, s], amount * p.take_scale[i, m, s]
        for u in range(first, min(periods, first + lengths[2])):
            net[s, u] += scale * p.take_table[row, u - first]


@kernel
def shortages(p: Packed, land: Floats, out: Floats) -> None:
    """Weighted demand lost in each scenario."""
    for s in range(land.shape[0]):
        most, total = 0.0, 0.0
        for u in range(land.shape[1]):
            gap = p.need[s, u] - land[s, u]
            most = max(most, gap)
            total += p.weight[u] * most
        out[s] = total


@kernel
def overdrafts(p: Packed, net: Floats, excess: Floats, interest: Floats) -> None:
    """Largest debt beyond the loan (negative is room), and discounted interest, in each scenario."""
    for s in range(net.shape[0]):
        worth, worst, paid = 0.0, -np.inf, 0.0
        for u in range(net.shape[1]):
            if worth < 0:
                paid -= p.discount[u] * p.interest * worth
                worth *= 1 + p.interest
            worth += p.own[u] + net[s, u]
            worst = max(worst, -worth - p.loan[u])
        excess[s], interest[s] = worst, paid


@kernel
def tail_weights(values: Floats, probability: Floats, share: float, out: Floats) -> float:
    """Mean of the worst ``1 - share`` of values; the weight of each scenario in it goes to ``out``.

    Rockafellar and Uryasev (2000); of equal values the first counts first.
    """
    out[:] = 0.0
    mass = 1.0 - share
    if mass <= 1e-12:
        worst = int(np.argmax(values))
        out[worst] = 1.0
        return float(values[worst])
    order = np.argsort(-values, kind="mergesort")
    left, total = mass, 0.0
    for s in order:
        part = min(left, probability[s])
        out[s] = part / mass
        total += out[s] * values[s]
        left -= part
        if left <= 0:
            break
    return total


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
