"""Compiled kernel of the programme's simulation; imported late, since numba takes a second to load.

Draws are worked out in blocks of ``LANES``: loops over the draws are innermost and free of branches, so that the
processor takes several draws at a time. Draw ``d`` of a stream is a function of seed, stream and ``d`` alone: in each
run of ``LEVELS`` draws a stream takes every level once (a Latin hypercube), in an order that is a keyed permutation of
twelve bits. So neither parts nor threads nor the number of draws change any draw.
"""

import numpy as np
from numpy.typing import NDArray

from quydat.core.counting import kernel
from quydat.core.draws import Draws

LEVELS = 4096
"""Levels of a stream, and cells of a table of quantiles."""
HALF_SPAN = 5.0
"""The cells of a table are equally wide in the normal score, from −5 to 5."""
LANES = 256
STAGES = 4
"""Streams of a project: procedure, clearance, works, cost."""
COST_UNIT = 1.0 / 4096.0
"""A cost factor is kept in 16 bits in these units: up to 16 times the planned cost."""
DAYS = 365.25
FAR = 1024.0
"""Years after the start of the programme at which a project stands that has not begun."""
PRICES = 1024
"""Quarters of price rises that are tabled."""
SHORT_HA = 1e-9
"""Demand without land above this is a shortage; less is rounding."""
CLOSING, SHORTAGE, DELIVERED, CASH, DEBT, SPENT, RECEIVED = range(7)
"""Order of what comes out."""
NEVER = np.int16(32767)
_SPAN = 2.0 * HALF_SPAN

U64 = np.uint64


@kernel
def mixed(key: np.uint64) -> np.uint64:
    """Splitmix64 (Steele, Lea and Flood 2014): 64 bits that look random, from any 64."""
    z = key + U64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U64(27))) * U64(0x94D049BB133111EB)
    return z ^ (z >> U64(31))


@kernel
def levels(stream: np.uint64, first: int, count: int, made: NDArray[np.int32]) -> None:
    """Levels of some draws of a stream, all of one run of ``LEVELS``."""
    key = mixed(stream ^ mixed(U64(first // LEVELS)))
    other = mixed(key)
    a, b = np.int32(key & U64(4095)) | np.int32(1), np.int32((key >> U64(12)) & U64(4095))
    c, e = np.int32((key >> U64(24)) & U64(4095)) | np.int32(1), np.int32((key >> U64(36)) & U64(4095))
    f, g = np.int32(other & U64(4095)) | np.int32(1), np.int32((other >> U64(12)) & U64(4095))
    begin = np.int32(first % LEVELS)
    mask = np.int32(4095)
    for i in range(count):
        x = ((begin + np.int32(i)) * a + b) & mask
        x ^= x >> np.int32(6)
        x = (x * c + e) & mask
        x ^= x >> np.int32(7)
        x = (x * f + g) & mask
        made[i] = x ^ (x >> np.int32(6))


@kernel
def scores(level: NDArray[np.int32], normal: NDArray[np.float32], count: int, made: NDArray[np.float32]) -> None:
    """Normal scores of levels."""
    for i in range(count):
        made[i] = normal[level[i]]


@kernel
def cells(
    own: NDArray[np.float32], clearance: NDArray[np.float32], cost: NDArray[np.float32],
    loads: NDArray[np.float32], count: int, made: NDArray[np.int32],
) -> None:  # fmt: skip
    """Cells of a table for scores made of the two common factors and one's own."""
    scale = np.float32(LEVELS / _SPAN)
    a, b, c = loads[0] * scale, loads[1] * scale, loads[2] * scale
    middle = np.float32(LEVELS // 2)
    least, most = np.float32(0.0), np.float32(LEVELS - 1)
    for i in range(count):
        z = (a * clearance[i] + b * cost[i]) + (c * own[i] + middle)
        z = z if z > least else least
        z = z if z < most else most
        made[i] = np.int32(z)


@kernel
def read(table: NDArray[np.uint16], cell: NDArray[np.int32], unit: float, count: int, made: Draws) -> None:
    """Values of cells."""
    for i in range(count):
        made[i] = table[cell[i]] * unit


@kernel
def timed(
    stage: Draws, lead: float, count: int, clears: Draws, clear_rate: Draws, builds: Draws, build_rate: Draws
) -> None:
    """Beginnings of clearance and works in years after the start, which is far, and 1 ÷ their lengths."""
    for i in range(count):
        begin = lead * stage[0, i]
        cleared = begin + stage[1, i]
        building = cleared if cleared > stage[0, i] else stage[0, i]
        clears[i] = begin + FAR
        builds[i] = building + FAR
    for i in range(count):
        clear_rate[i] = 1.0 / stage[1, i]
        build_rate[i] = 1.0 / stage[2, i]


@kernel
def priced(factor: Draws, begin: Draws, length: Draws, cost: float, price: Draws, count: int, made: Draws) -> None:
    """Cost at the prices of the middle of its stage, before the price level of the year of the start."""
    for i in range(count):
        quarter = np.int32((begin[i] - FAR) * 4.0 + length[i] * 2.0)
        quarter = quarter if quarter < PRICES else np.int32(PRICES - 1)
        made[i] = cost * factor[i] * price[quarter]


@kernel
def drawn(
    p: int, first: int, count: int, streams: NDArray[np.uint64], loads: NDArray[np.float32],
    table: NDArray[np.int64], tables: NDArray[np.uint16], normal: NDArray[np.float32],
    common: NDArray[np.float32], own: NDArray[np.float32], cell: NDArray[np.int32], stage: Draws,
) -> None:  # fmt: skip
    """Durations in years of the three stages of a project, and its cost factor: stages × lanes."""
    for s in range(STAGES):
        levels(streams[p, s], first, count, cell)
        scores(cell, normal, count, own)
        cells(own, common[0], common[1], loads[p, s], count, cell)
        read(tables[table[p, s]], cell, COST_UNIT if s == 3 else 1.0 / DAYS, count, stage[s])


@kernel
def asked(
    prices: Draws, cap: float, strict: float, clears: Draws, clearing: Draws, building: Draws, free: Draws,
    shut: Draws, count: int, starting: Draws,
) -> int:  # fmt: skip
    """Mark the draws in which a project starts: its money is there and its turn has come. Number that still wait."""
    left = 0
    for i in range(count):
        cost = clearing[i] * prices[0] + building[i] * prices[1]
        waits = 1.0 if clears[i] >= FAR else 0.0
        closed = shut[i] if cost > 0.0 else 0.0  # what takes no money waits for nobody
        goes = waits * (1.0 - closed) if cost <= free[i] + cap or cost <= 0.0 else 0.0
        starting[i] = goes
        free[i] -= goes * cost
        shut[i] = shut[i] + strict * (waits - goes)
        shut[i] = shut[i] if shut[i] < 1.0 else 1.0
    for i in range(count):
        left += np.int64(clears[i] >= FAR) - np.int64(starting[i])
    return left


@kernel
def begun(
    at: float, prices: Draws, starting: Draws, count: int, clears: Draws, builds: Draws, clearing: Draws,
    building: Draws,
) -> None:  # fmt: skip
    """Move the draws in which a project starts to their time, and their costs to the prices of that year."""
    for i in range(count):
        clears[i] += starting[i] * (at - FAR)
        builds[i] += starting[i] * (at - FAR)
    for i in range(count):
        clearing[i] *= 1.0 + starting[i] * (prices[0] - 1.0)
        building[i] *= 1.0 + starting[i] * (prices[1] - 1.0)


@kernel
def paid(end: float, front: float, begin: Draws, rate: Draws, amount: Draws, count: int, made: Draws) -> int:
    """Add what has been paid of a stage by a time; number of draws in which it is not over."""
    first, second = 2.0 * front, 2.0 - 4.0 * front
    left = 0
    for i in range(count):
        share = (end - begin[i]) * rate[i]
        share = share if share > 0.0 else 0.0
        left += np.int64(share < 1.0)
        share = share if share < 1.0 else 1.0
        late = share - 0.5
        late = late if late > 0.0 else 0.0
        made[i] += amount[i] * (share * first + late * second)
    return left


@kernel
def built(end: float, area: float, value: float, begin: Draws, rate: Draws, count: int,
          land: Draws, worth: Draws) -> int:  # fmt: skip
    """Add the land of a project, and what it will bring, in the draws in which its works end this year; their number."""
    found = 0
    for i in range(count):
        over = 1.0 if (end - begin[i]) * rate[i] >= 1.0 else 0.0
        before = 1.0 if (end - 1.0 - begin[i]) * rate[i] >= 1.0 else 0.0
        hit = over - before
        land[i] += area * hit
        worth[i] += value * hit
        found += np.int64(hit)
    return found


@kernel
def spread(profile: Draws, began: Draws, t: int, level: float, count: int, made: Draws) -> None:
    """Add what comes in a year of all that became ready in it and before."""
    for k in range(min(t + 1, profile.shape[0])):
        share = profile[k] * level
        if share != 0.0:
            for i in range(count):
                made[i] += share * began[t - k, i]


@kernel
def opened(budget: float, interest: float, cash: Draws, free: Draws, count: int, due: Draws, before: Draws) -> None:
    """Money of a new year: its budget, less the interest on what is owed."""
    for i in range(count):
        owed = -cash[i] if cash[i] < 0.0 else 0.0
        due[i] = interest * owed
        cash[i] += budget - due[i]
        free[i] += budget - due[i]
        before[i] = free[i]


@kernel
def closed(lapsing: float, due: Draws, before: Draws, total: Draws, last: Draws, received: Draws, count: int,
           cash: Draws, free: Draws) -> None:  # fmt: skip
    """End of a year: what was paid, what lapses because nobody asked for it, what came in."""
    for i in range(count):
        lapsed = lapsing - due[i] - (before[i] - free[i])
        lapsed = lapsed if lapsed < free[i] else free[i]
        lapsed = lapsed if lapsed > 0.0 else 0.0
        free[i] += received[i] - lapsed
        cash[i] += received[i] - lapsed - (total[i] - last[i])


@kernel
def account(given: float, delivered: Draws, demand: Draws, count: int, stock: Draws, missing: Draws) -> None:
    """Land of a year: what is wanted is taken as long as there is any; what is missing adds up."""
    for i in range(count):
        there = stock[i] + delivered[i] + given - demand[i]
        missing[i] += -there if there < 0.0 else 0.0
        stock[i] = there if there > 0.0 else 0.0


@kernel
def kept(values: Draws, first: int, count: int, into: NDArray[np.float32]) -> None:
    """Round one quantity into its place."""
    for i in range(count):
        into[first + i] = values[i]


@kernel
def simulate_draws(
    begin: int, end: int, policy: int, stop_after: int,
    streams: NDArray[np.uint64], factor_streams: NDArray[np.uint64], loads: NDArray[np.float32],
    table: NDArray[np.int64], tables: NDArray[np.uint16], normal: NDArray[np.float32],
    start: Draws, lead: Draws, front: Draws, cost: Draws, earliest: Draws, area: Draws, value: Draws,
    group: NDArray[np.int64], levels_of_prices: Draws, rises: Draws, hand_over: Draws, take_up: Draws, rents: Draws,
    budget: Draws, lapsing: Draws, cap: Draws, interest: float, opening: Draws, given: Draws, demand: Draws,
    yearly: NDArray[np.float32], first_short: NDArray[np.int16],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Simulate some of the draws; see ``programme.simulate`` for the rules and the arrays.

    Returns
    -------
    Draws in which each project starts and is ready, by year: projects × years.
    """
    projects, years = start.shape[0], budget.shape[0]
    groups, paths = take_up.shape[0], demand.shape[1]
    starts, readies = np.zeros((projects, years), np.int64), np.zeros((projects, years), np.int64)
    common, own = np.empty((2, LANES), np.float32), np.empty(LANES, np.float32)
    cell, stage = np.empty(LANES, np.int32), np.empty((STAGES, LANES))
    clears, clear_rate, clearing = np.empty((projects, LANES)), np.empty((projects, LANES)), np.empty((projects, LANES))
    builds, build_rate, building = np.empty((projects, LANES)), np.empty((projects, LANES)), np.empty((projects, LANES))
    land, worth = np.empty((years, LANES)), np.empty((groups, years, LANES))
    cash, free, stock, missing = np.empty(LANES), np.empty(LANES), np.empty(LANES), np.empty(LANES)
    due, before, shut, starting = np.empty(LANES), np.empty(LANES), np.empty(LANES), np.empty(LANES)
    done, total, last, received = np.empty(LANES), np.empty(LANES), np.empty(LANES), np.empty(LANES)
    delivered, wanted, owed, paid_now = np.empty(LANES), np.empty(LANES), np.empty(LANES), np.empty(LANES)
    left = np.empty(projects, np.int64)  # draws that have not started
    clear_left, build_left = np.empty(projects, np.int64), np.empty(projects, np.int64)
    d = begin
    while d < end:
        count = min(end, (d // LANES + 1) * LANES) - d
        for f in range(2):
            levels(factor_streams[f], d, count, cell)
            scores(cell, normal, count, common[f])
        for p in range(projects):
            drawn(p, d, count, streams, loads, table, tables, normal, common, own, cell, stage)
            timed(stage, lead[p], count, clears[p], clear_rate[p], builds[p], build_rate[p])
            priced(stage[3], clears[p], stage[1], cost[p, 0], rises[0], count, clearing[p])
            priced(stage[3], builds[p], stage[2], cost[p, 1], rises[1], count, building[p])
            left[p] = count
            clear_left[p] = count
            build_left[p] = count
        cash[:] = opening[0]
        free[:] = opening[0]
        stock[:] = opening[1]
        missing[:] = 0.0
        done[:] = 0.0
        last[:] = 0.0
        land[:] = 0.0
        worth[:] = 0.0
        for i in range(count):
            first_short[d + i] = NEVER
        for t in range(years):
            opened(budget[t], interest, cash, free, count, due, before)
            shut[:] = 0.0
            for p in range(projects):
                year = int(start[p])
                if left[p] == 0 or year > t or (policy == 2 and t > year + stop_after):
                    continue
                was = left[p]
                left[p] = asked(
                    levels_of_prices[t], cap[t], 0.0 if policy == 1 else 1.0, clears[p], clearing[p], building[p],
                    free, shut, count, starting,
                )  # fmt: skip
                if left[p] < was:
                    starts[p, t] += was - left[p]
                    at = max(start[p], float(t))
                    begun(at, levels_of_prices[t], starting, count, clears[p], builds[p], clearing[p], building[p])
            total[:] = done
            delivered[:] = 0.0
            received[:] = 0.0
            for p in range(projects):
                if left[p] == count:
                    continue
                since = t + 1.0 - start[p]
                if clear_left[p] > 0:
                    clear_left[p] = paid(t + 1.0, front[p, 0], clears[p], clear_rate[p], clearing[p], count, total)
                    if clear_left[p] == 0:
                        done += clearing[p]
                if build_left[p] > 0 and since > earliest[p, 0]:
                    build_left[p] = paid(t + 1.0, front[p, 1], builds[p], build_rate[p], building[p], count, total)
                    if build_left[p] < count:
                        readies[p, t] += built(
                            t + 1.0, area[p], value[p], builds[p], build_rate[p], count, land[t], worth[group[p], t]
                        )
                    if build_left[p] == 0:
                        done += building[p]
            spread(hand_over, land, t, 1.0, count, delivered)
            for g in range(groups):
                spread(take_up[g], worth[g], t, rents[t], count, received)
            closed(lapsing[t], due, before, total, last, received, count, cash, free)
            path = d % paths
            for i in range(count):
                wanted[i] = demand[t, path]
                path += 1
                if path == paths:
                    path = 0
            account(given[t], delivered, wanted, count, stock, missing)
            for i in range(count):
                owed[i] = -cash[i] if cash[i] < 0.0 else 0.0
                paid_now[i] = cash[i] if cash[i] > 0.0 else 0.0
            kept(stock, d, count, yearly[CLOSING, t])
            kept(missing, d, count, yearly[SHORTAGE, t])
            kept(delivered, d, count, yearly[DELIVERED, t])
            kept(paid_now, d, count, yearly[CASH, t])
            kept(owed, d, count, yearly[DEBT, t])
            for i in range(count):
                paid_now[i] = total[i] - last[i]
            kept(paid_now, d, count, yearly[SPENT, t])
            kept(received, d, count, yearly[RECEIVED, t])
            last[:] = total
            for i in range(count):
                if missing[i] > SHORT_HA and first_short[d + i] == NEVER:
                    first_short[d + i] = np.int16(t)
        d += count
    return starts, readies
