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
LANES = 512
STAGES = 4
"""Streams of a project: procedure, clearance, works, cost."""
COST_UNIT = 1.0 / 4096.0
"""A cost factor is kept in 16 bits in these units: up to 16 times the planned cost."""
DAY = 16
"""Time is kept in sixteenths of a day, in which a quarter (91.3125 days) is whole: 32-bit sums of them are exact."""
YEAR = 5844
FAR = 8_388_608
"""Time of a project that has not begun: above it, 32 bits still hold every whole number that is needed."""
ALMOST = 1.0 - 2.0**-22
"""Share of a stage that is all of it: times are whole and below 2²², so any other share is further from 1."""
PRICES = 1024
"""Quarters of price rises that are tabled."""
SHORT_HA = 1e-9
"""Demand without land above this is a shortage; less is rounding."""
CLOSING, SHORTAGE, DELIVERED, BALANCE, SPENT, RECEIVED = range(6)
"""Order of what comes out."""
SKIP, STOP_LATE = 1, 2
NEVER_DAY = 2**31 - 1
ZERO, ONE = np.float32(0.0), np.float32(1.0)
F32, U16, U32, U64 = np.float32, np.uint16, np.uint32, np.uint64
Singles = NDArray[np.float32]


@kernel
def mixed(key: np.uint64) -> np.uint64:
    """Splitmix64 (Steele, Lea and Flood 2014): 64 bits that look random, from any 64."""
    z = key + U64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> U64(30))) * U64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U64(27))) * U64(0x94D049BB133111EB)
    return z ^ (z >> U64(31))


@kernel
def levels(stream: np.uint64, first: int, count: int, ahead: NDArray[np.uint16], made: NDArray[np.uint16]) -> None:
    """Levels of some draws of a stream, all of one run of ``LEVELS``; ``ahead`` is 0, 1, 2, …

    Three rounds of multiplying by an odd number, adding and folding the upper bits down, all of them reversible.
    """
    key = mixed(stream ^ mixed(U64(first // LEVELS)))
    other = mixed(key)
    mask = U16(LEVELS - 1)
    a, b = U16(key | U64(1)), U16(key >> U64(16))
    c, e = U16((key >> U64(32)) | U64(1)), U16(key >> U64(48))
    f, g = U16(other | U64(1)), U16(other >> U64(16))
    b = U16(b + U16(first % LEVELS) * a)
    for i in range(count):  # loops this short are worked out in 16 bits, longer ones in 64
        made[i] = U16(U16(U16(ahead[i] * a) + b) & mask)
    for i in range(count):
        x = made[i]
        x = U16(x ^ (x >> U16(6)))
        made[i] = U16(U16(U16(x * c) + e) & mask)
    for i in range(count):
        x = made[i]
        x = U16(x ^ (x >> U16(7)))
        x = U16(U16(U16(x * f) + g) & mask)
        made[i] = U16(x ^ (x >> U16(6)))


@kernel
def scores(level: NDArray[np.uint16], normal: Singles, count: int, made: Singles) -> None:
    """Normal scores of levels."""
    for i in range(count):
        made[i] = normal[level[i]]


@kernel
def cells(
    own: Singles, clearance: Singles, cost: Singles, loads: Singles, count: int, made: NDArray[np.uint16]
) -> None:
    """Cells of a table for scores made of the two common factors and one's own."""
    scale = F32(LEVELS / (2.0 * HALF_SPAN))
    a, b, c = F32(loads[0] * scale), F32(loads[1] * scale), F32(loads[2] * scale)
    middle, most = F32(LEVELS // 2), F32(LEVELS - 1)
    for i in range(count):
        z = (a * clearance[i] + b * cost[i]) + (c * own[i] + middle)
        z = z if z > ZERO else ZERO
        z = z if z < most else most
        made[i] = U16(np.int32(z))


@kernel
def read(table: NDArray[np.uint16], cell: NDArray[np.uint16], unit: np.float32, count: int, made: Singles) -> None:
    """Values of cells; the cells are lost."""
    for i in range(count):
        cell[i] = table[cell[i]]
    for i in range(count):
        made[i] = F32(cell[i]) * unit


@kernel
def drawn(
    stages: int, p: int, first: int, count: int, streams: NDArray[np.uint64], loads: Singles,
    table: NDArray[np.int64], tables: NDArray[np.uint16], normal: Singles, common: Singles,
    ahead: NDArray[np.uint16], own: Singles, level: NDArray[np.uint16], stage: Singles,
) -> None:  # fmt: skip
    """Lengths of the stages of a project, and its cost factor if it is asked for: stages × lanes."""
    for s in range(stages):
        levels(streams[p, s], first, count, ahead, level)
        scores(level, normal, count, own)
        cells(own, common[0], common[1], loads[p, s], count, level)
        read(tables[table[p, s]], level, F32(COST_UNIT) if s == 3 else F32(DAY), count, stage[s])


@kernel
def timed(
    stage: Singles, lead: np.float32, count: int, clears: Singles, clear_rate: Singles, builds: Singles,
    build_rate: Singles,
) -> None:  # fmt: skip
    """Beginnings of clearance and works after the start, which is far, and 1 ÷ their lengths."""
    half, far = F32(0.5), F32(FAR)
    for i in range(count):
        begin = F32(np.int32(lead * stage[0, i] + half))
        cleared = begin + stage[1, i]
        building = cleared if cleared > stage[0, i] else stage[0, i]
        clears[i] = begin + far
        builds[i] = building + far
    for i in range(count):
        clear_rate[i] = np.divide(ONE, stage[1, i])  # a plain division would look for zeros, one by one
        build_rate[i] = np.divide(ONE, stage[2, i])


@kernel
def priced(
    factor: Singles, begin: Singles, length: Singles, cost: np.float32, price: Singles, count: int,
    quarter: NDArray[np.uint32], made: Singles,
) -> None:  # fmt: skip
    """Cost at the prices of the quarter of the middle of its stage, before the price level of the start."""
    far, half, quarters, last = F32(FAR), F32(0.5), F32(4.0 / YEAR), F32(PRICES - 1)
    for i in range(count):
        since = ((begin[i] - far) + length[i] * half) * quarters
        quarter[i] = U32(np.int32(since if since < last else last))
    for i in range(count):
        made[i] = cost * factor[i] * price[quarter[i]]


@kernel
def asked(
    price_c: np.float32, price_w: np.float32, cap: float, strict: float, clears: Singles, clearing: Singles,
    building: Singles, free: Draws, shut: Draws, count: int, starting: Singles,
) -> int:  # fmt: skip
    """Mark the draws in which a project starts: its money is there and its turn has come. Their number."""
    far, found = F32(FAR), np.int32(0)
    for i in range(count):
        cost = float(clearing[i] * price_c) + float(building[i] * price_w)
        waits = 1.0 if clears[i] >= far else 0.0
        there = 1.0 - shut[i] if cost <= free[i] + cap else 0.0
        goes = waits * (there if cost > 0.0 else 1.0)  # what takes no money waits for nobody
        starting[i] = F32(goes)
        free[i] -= goes * cost
        shut[i] = shut[i] if shut[i] > strict * (waits - goes) else strict * (waits - goes)
    for i in range(count):
        found += np.int32(starting[i] > ZERO)
    return int(found)


@kernel
def soonest(
    before: NDArray[np.int64], lag: NDArray[np.int64], planned: int, builds: Singles, build_rate: Singles, count: int,
    made: Singles,
) -> None:  # fmt: skip
    """Quarter in which a project may start: as planned, or when all that go before it have been ready for a while.

    It is beyond all years where one of them has not begun.
    """
    half, whole, far = F32(0.5), F32(DAY), F32(FAR)
    quarter, share, first = F32(YEAR // 4), F32(4.0 / YEAR), F32(planned)
    filled(0.0, made, count)
    for k in range(before.shape[0]):
        begin, rate, more = builds[before[k]], build_rate[before[k]], F32(lag[k])
        for i in range(count):
            length = F32(np.int32(np.divide(ONE, rate[i] * whole) + half)) * whole
            ready = (begin[i] + length) + more if begin[i] < far else far
            made[i] = made[i] if made[i] > ready else ready
    for i in range(count):
        ready = made[i]
        begins = F32(np.int32(ready * share))  # one too many or too few where it is nearly whole
        begins = begins - ONE if begins * quarter >= ready else begins
        begins = begins + ONE if begins * quarter < ready else begins
        made[i] = begins if begins > first else first


@kernel
def own_money(
    pots: NDArray[np.int64], pot: Draws, pot_shut: Draws, coming: Draws, t: int, count: int, made: Draws
) -> None:  # fmt: skip
    """Money kept for a project that nobody before it in turn waits for."""
    filled(0.0, made, count)
    for k in range(pots.shape[0]):
        e = pots[k]
        money, closed_, cap = pot[e], pot_shut[e], coming[e, t]
        for i in range(count):
            there = (money[i] + cap) * (1.0 - closed_[i])
            made[i] += there if there > 0.0 else 0.0


@kernel
def asked_apart(
    price_c: np.float32, price_w: np.float32, cap: float, strict: float, last: int, at: Singles, own: Draws,
    clears: Singles, clearing: Singles, building: Singles, free: Draws, shut: Draws, count: int, starting: Singles,
) -> int:  # fmt: skip
    """The same as ``asked`` for a project that waits for others, until a last quarter, or that has money of its own.

    Its own money is used first, and becomes what is used of it; if it pays for all, nobody is waited for.
    """
    far, until, found = F32(FAR), F32(last), np.int32(0)
    for i in range(count):
        cost = float(clearing[i] * price_c) + float(building[i] * price_w)
        waits = 1.0 if clears[i] >= far else 0.0
        waits = waits if at[i] <= until else 0.0
        helped = cost if cost < own[i] else own[i]
        need = cost - helped
        there = 1.0 - shut[i] if need <= free[i] + cap else 0.0
        goes = waits * (there if need > 0.0 else 1.0)
        starting[i] = F32(goes)
        free[i] -= goes * need
        own[i] = goes * helped
        shut[i] = shut[i] if shut[i] > strict * (waits - goes) else strict * (waits - goes)
    for i in range(count):
        found += np.int32(starting[i] > ZERO)
    return int(found)


@kernel
def own_used(
    pots: NDArray[np.int64], pot: Draws, pot_shut: Draws, coming: Draws, t: int, strict: float, last: int, at: Singles,
    clears: Singles, starting: Singles, count: int, own: Draws,
) -> None:  # fmt: skip
    """Take what is used of the pots, one after the other, and shut them to those behind a project that waits for money.

    What is used is lost.
    """
    far, until = F32(FAR), F32(last)
    for k in range(pots.shape[0]):
        e = pots[k]
        money, closed_, cap = pot[e], pot_shut[e], coming[e, t]
        for i in range(count):
            there = (money[i] + cap) * (1.0 - closed_[i])
            there = there if there > 0.0 else 0.0
            used = there if there < own[i] else own[i]
            money[i] -= used
            own[i] -= used
        for i in range(count):
            waits = strict if clears[i] >= far else 0.0
            waits = waits if at[i] <= until else 0.0
            waits = waits if starting[i] == ZERO else 0.0
            closed_[i] = closed_[i] if closed_[i] > waits else waits


@kernel
def begun_apart(
    at: Singles, price_c: np.float32, price_w: np.float32, starting: Singles, count: int, clears: Singles,
    builds: Singles, clearing: Singles, building: Singles,
) -> None:  # fmt: skip
    """The same as ``begun`` with a quarter for each draw."""
    far, quarter = F32(FAR), F32(YEAR // 4)
    for i in range(count):
        moved = at[i] * quarter - far
        clears[i] += starting[i] * moved
        builds[i] += starting[i] * moved
    for i in range(count):
        clearing[i] *= price_c if starting[i] > ZERO else ONE
        building[i] *= price_w if starting[i] > ZERO else ONE


@kernel
def pots_opened(budget: float, count: int, pot: Draws, pot_shut: Draws, cash: Draws) -> None:
    """The year's money that only some may use."""
    for i in range(count):
        pot[i] += budget
        cash[i] += budget
        pot_shut[i] = 0.0


@kernel
def pots_lapsed(count: int, pot: Draws, cash: Draws) -> None:
    """What nobody asked for of it, if it does not carry over: the budgets before have lapsed already."""
    for i in range(count):
        lapsed = pot[i] if pot[i] > 0.0 else 0.0
        pot[i] -= lapsed
        cash[i] -= lapsed


@kernel
def marked(starting: Singles, count: int) -> int:
    """Number of the first draws that are marked."""
    found = 0
    for i in range(count):
        found += 1 if starting[i] > ZERO else 0
    return found


@kernel
def still_open(shut: Draws, count: int) -> int:
    """Number of draws in which those behind in turn may still ask."""
    found = np.int64(0)
    for i in range(count):
        found += np.int64(shut[i] < 1.0)
    return int(found)


@kernel
def begun(
    at: np.float32, price_c: np.float32, price_w: np.float32, starting: Singles, count: int, clears: Singles,
    builds: Singles, clearing: Singles, building: Singles,
) -> None:  # fmt: skip
    """Move the draws in which a project starts to their time, and their costs to the prices of that year."""
    moved = at - F32(FAR)
    for i in range(count):
        clears[i] += starting[i] * moved
        builds[i] += starting[i] * moved
    for i in range(count):
        clearing[i] *= price_c if starting[i] > ZERO else ONE
        building[i] *= price_w if starting[i] > ZERO else ONE


@kernel
def paid(
    end: np.float32, front: np.float32, begin: Singles, rate: Singles, amount: Singles, count: int, made: Singles
) -> int:
    """Add what has been paid of a stage by a time; number of draws in which it is not all paid."""
    first, second, half = F32(2.0) * front, F32(2.0) - F32(4.0) * front, F32(0.5)
    left = np.int32(0)
    if second == ZERO:
        for i in range(count):
            share = (end - begin[i]) * rate[i]
            share = share if share > ZERO else ZERO
            left += np.int32(share < ONE)
            made[i] += amount[i] * (share if share < ONE else ONE)
        return int(left)
    for i in range(count):
        share = (end - begin[i]) * rate[i]
        share = share if share > ZERO else ZERO
        left += np.int32(share < ONE)
        share = share if share < ONE else ONE
        late = share - half
        late = late if late > ZERO else ZERO
        made[i] += amount[i] * (share * first + late * second)
    return int(left)


@kernel
def ended(end: np.float32, begin: Singles, rate: Singles, count: int) -> int:
    """Number of the draws in which works end this year; see ``built``."""
    found, year, almost = np.int32(0), F32(YEAR), F32(ALMOST)
    for i in range(count):
        found += np.int32((end - begin[i]) * rate[i] >= almost) - np.int32((end - year - begin[i]) * rate[i] >= almost)
    return int(found)


@kernel
def built(
    end: np.float32, area: np.float32, worth: np.float32, begin: Singles, rate: Singles, count: int,
    land: Singles, receipts: Singles,
) -> int:  # fmt: skip
    """Add the land of a project, and what it will bring, in the draws in which its works end this year.

    Returns
    -------
    Number of draws in which it is still being built.
    """
    left, year, almost = np.int32(0), F32(YEAR), F32(ALMOST)
    for i in range(count):
        over = ONE if (end - begin[i]) * rate[i] >= almost else ZERO
        hit = over - (ONE if (end - year - begin[i]) * rate[i] >= almost else ZERO)
        land[i] += area * hit
        receipts[i] += worth * hit
        left += np.int32(over < ONE)
    return int(left)


@kernel
def spread(profile: Draws, began: Singles, first: int, t: int, level: float, count: int, made: Singles) -> None:
    """What comes in a year of all that became ready from a first year to it: added, four years at a time."""
    length = min(t + 1 - first, profile.shape[0])
    k = 0
    while k + 4 <= length:
        a, b = F32(profile[k] * level), F32(profile[k + 1] * level)
        c, e = F32(profile[k + 2] * level), F32(profile[k + 3] * level)
        row_a, row_b, row_c, row_e = began[t - k], began[t - k - 1], began[t - k - 2], began[t - k - 3]
        for i in range(count):
            made[i] += (a * row_a[i] + b * row_b[i]) + (c * row_c[i] + e * row_e[i])
        k += 4
    while k < length:
        share, row = F32(profile[k] * level), began[t - k]
        for i in range(count):
            made[i] += share * row[i]
        k += 1


@kernel
def filled(value: float, made: NDArray[np.generic], count: int) -> None:
    """Set all."""
    for i in range(count):
        made[i] = value


@kernel
def opened(budget: float, interest: float, cash: Draws, free: Draws, count: int, due: Draws, before: Draws) -> None:
    """Money of a new year: its budget, less the interest on what is owed."""
    for i in range(count):
        owed = -cash[i] if cash[i] < 0.0 else 0.0
        due[i] = interest * owed
        cash[i] += budget - interest * owed
        free[i] += budget - interest * owed
    for i in range(count):
        before[i] = free[i]


@kernel
def added(amount: Singles, count: int, made: Draws) -> None:
    """Add the whole amount of a stage."""
    for i in range(count):
        made[i] += amount[i]


@kernel
def spent_by(part: Singles, over: Draws, count: int, done: Draws, last: Draws, spent: Singles) -> None:
    """What was paid in a year: stages before, and the part of those in this year, less the same of the year before."""
    for i in range(count):
        spent[i] = F32(done[i] + part[i] - last[i])
    for i in range(count):
        last[i] = done[i] + part[i]
        done[i] += over[i]


@kernel
def closed(
    lapsing: float, due: Draws, before: Draws, spent: Singles, received: Singles, count: int, cash: Draws, free: Draws
) -> None:
    """End of a year: what was paid, what lapses because nobody asked for it, what came in."""
    for i in range(count):
        lapsed = lapsing - due[i] - (before[i] - free[i])
        lapsed = lapsed if lapsed < free[i] else free[i]
        due[i] = lapsed if lapsed > 0.0 else 0.0
    for i in range(count):
        free[i] += received[i] - due[i]
    for i in range(count):
        cash[i] += received[i] - due[i] - spent[i]


@kernel
def account(
    given: float, delivered: Singles, demand: Draws, count: int, stock: Draws, missing: Draws, whole: Draws
) -> None:
    """Land of a year: what is wanted is taken as long as there is any; what is missing adds up.

    ``whole`` counts the years before any is missing.
    """
    for i in range(count):
        there = stock[i] + (delivered[i] + given) - demand[i]
        missing[i] += -there if there < 0.0 else 0.0
        stock[i] = there if there > 0.0 else 0.0
        whole[i] += 1.0 if missing[i] <= SHORT_HA else 0.0


@kernel
def kept(values: Draws, count: int, into: Singles) -> None:
    """Round one quantity into its place."""
    for i in range(count):
        into[i] = F32(values[i])


@kernel
def kept_starts(quarter: Singles, starting: Singles, count: int, into: NDArray[np.int16]) -> None:
    """Quarter of the draws in which a project starts."""
    for i in range(count):
        into[i] = np.int16(quarter[i]) if starting[i] > ZERO else into[i]


@kernel
def kept_days(begin: Singles, rate: Singles, count: int, into: NDArray[np.int32]) -> None:
    """Day on which the works end, rounded up but never out of its year; their length comes back from its reciprocal."""
    far, half = F32(FAR), F32(0.5)
    for i in range(count):
        length = np.int32(np.divide(ONE, rate[i] * F32(DAY)) + half)
        time = np.int32(begin[i]) + length * np.int32(DAY)
        last = ((time - np.int32(1)) // np.int32(YEAR) + np.int32(1)) * np.int32(YEAR) // np.int32(DAY)
        day = (time + np.int32(DAY - 1)) // np.int32(DAY)
        into[i] = (day if day < last else last) if begin[i] < far else np.int32(NEVER_DAY)


@kernel
def wanted_by(demand: Draws, first: int, count: int, made: Draws) -> Draws:
    """Demand of a year in some draws: a view where it lies in one piece."""
    paths = demand.shape[0]
    path = first % paths
    if path + count <= paths:
        return demand[path : path + count]
    for i in range(count):
        made[i] = demand[(first + i) % paths]
    return made


@kernel
def simulate_draws(
    begin: int, end: int, policy: int, stop_after: int,
    streams: NDArray[np.uint64], factor_streams: NDArray[np.uint64], loads: Singles,
    table: NDArray[np.int64], tables: NDArray[np.uint16], normal: Singles,
    start: NDArray[np.int64], lead: Singles, front: Singles, cost: Singles, earliest: NDArray[np.int64],
    area: Singles, value: Singles, group: NDArray[np.int64], prices: Singles, rises: Singles,
    hand_over: Draws, receipts_by: Draws, rents: Draws,
    budget: Draws, lapsing: Draws, cap: Draws, interest: float, opening: Draws, given: Draws, demand: Draws,
    soon: NDArray[np.int64], after_begin: NDArray[np.int64], after: NDArray[np.int64], lag: NDArray[np.int64],
    pot_begin: NDArray[np.int64], pots: NDArray[np.int64], pot_budget: Draws, pot_coming: Draws,
    pot_lapses: NDArray[np.bool_], yearly: Singles, first_short: NDArray[np.int16],
    rows: NDArray[np.int64], ready_day: NDArray[np.int32], start_quarter: NDArray[np.int16],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # fmt: skip
    """Simulate some of the draws, from a multiple of ``LANES``; see ``simulate`` for the rules and the arrays.

    Returns
    -------
    Draws in which each project starts and is ready, by year: projects × years.
    """
    projects, years, groups = start.shape[0], budget.shape[0], receipts_by.shape[0]
    starts, readies = np.zeros((projects, years), np.int64), np.zeros((projects, years), np.int64)
    common, own = np.zeros((2, LANES), np.float32), np.zeros(LANES, np.float32)
    ahead, level, cell = np.zeros(LANES, np.uint16), np.zeros(LANES, np.uint16), np.zeros(LANES, np.uint32)
    stage = np.zeros((STAGES, LANES), np.float32)
    for i in range(LANES):
        ahead[i] = i
    work = np.zeros((6, projects, LANES), np.float32)
    clears, clear_rate, clearing, builds, build_rate, building = work[0], work[1], work[2], work[3], work[4], work[5]
    land, worth = np.zeros((years, LANES), np.float32), np.zeros((groups, years, LANES), np.float32)
    money = np.zeros((9, LANES))
    cash, free, due, before, shut, done = money[0], money[1], money[2], money[3], money[4], money[5]
    over, last, wanted = money[6], money[7], money[8]
    stock, missing, whole = np.zeros(LANES), np.zeros(LANES), np.zeros(LANES)
    singles = np.zeros((5, LANES), np.float32)
    starting, part, delivered, received, spent = singles[0], singles[1], singles[2], singles[3], singles[4]
    waiting, first_ready = np.zeros(projects, np.int64), np.zeros(groups, np.int64)
    unpaid, unbuilt = np.zeros((projects, 2), np.int64), np.zeros(projects, np.int64)
    strict = 0.0 if policy == SKIP else 1.0
    dated, kept_pots = ready_day.shape[0] > 0, pot_budget.shape[0]
    at, own_part = np.zeros(LANES, np.float32), np.zeros(LANES)
    pot, pot_shut = np.zeros((kept_pots, LANES)), np.zeros((kept_pots, LANES))
    count, d = LANES, begin
    while d < end:
        held = min(end - d, LANES)  # all lanes are worked out, so that the last block changes nothing either
        for f in range(2):
            levels(factor_streams[f], d, count, ahead, level)
            scores(level, normal, count, common[f])
        for p in range(projects):
            costs = cost[p, 0] > ZERO or cost[p, 1] > ZERO
            stages = STAGES if costs else STAGES - 1
            drawn(stages, p, d, count, streams, loads, table, tables, normal, common, ahead, own, level, stage)
            timed(stage, lead[p], count, clears[p], clear_rate[p], builds[p], build_rate[p])
            if cost[p, 0] > ZERO:
                priced(stage[3], clears[p], stage[1], cost[p, 0], rises[0], count, cell, clearing[p])
            if cost[p, 1] > ZERO:
                priced(stage[3], builds[p], stage[2], cost[p, 1], rises[1], count, cell, building[p])
            waiting[p], unbuilt[p] = count, count
            unpaid[p, 0], unpaid[p, 1] = count * (cost[p, 0] > ZERO), count * (cost[p, 1] > ZERO)
        filled(opening[0], cash, count)
        filled(opening[0], free, count)
        for e in range(kept_pots):
            filled(0.0, pot[e], count)
        filled(opening[1], stock, count)
        first_ready[:] = years
        for array in (missing, whole, done, last):
            filled(0.0, array, count)
        for t in range(years):
            now = F32((t + 1) * YEAR)
            opened(budget[t], interest, cash, free, count, due, before)
            for e in range(kept_pots):
                pots_opened(pot_budget[e, t], count, pot[e], pot_shut[e], cash)
            filled(0.0, shut, count)
            open_ = count
            for p in range(projects):
                year = start[p] // 4
                if year > t:
                    break  # in order of their planned start
                if waiting[p] == 0 or (policy == STOP_LATE and t > year + stop_after):
                    continue
                own_pots = pot_begin[p + 1] > pot_begin[p]
                quarter = max(start[p], 4 * t)
                apart = own_pots or after_begin[p + 1] > after_begin[p]
                if open_ == 0 and not own_pots and (cost[p, 0] > ZERO or cost[p, 1] > ZERO):
                    continue
                if apart:
                    last_quarter = 4 * t + 3
                    if soon[p] > last_quarter:
                        continue
                    ids = pots[pot_begin[p] : pot_begin[p + 1]]
                    first, end_ = after_begin[p], after_begin[p + 1]
                    soonest(after[first:end_], lag[first:end_], quarter, builds, build_rate, count, at)
                    own_money(ids, pot, pot_shut, pot_coming, t, count, own_part)
                    found = asked_apart(
                        prices[t, 0], prices[t, 1], cap[t], strict, last_quarter, at, own_part, clears[p], clearing[p],
                        building[p], free, shut, count, starting,
                    )  # fmt: skip
                    own_used(
                        ids,
                        pot,
                        pot_shut,
                        pot_coming,
                        t,
                        strict,
                        last_quarter,
                        at,
                        clears[p],
                        starting,
                        count,
                        own_part,
                    )
                else:
                    found = asked(
                        prices[t, 0], prices[t, 1], cap[t], strict, clears[p], clearing[p], building[p], free, shut,
                        count, starting,
                    )  # fmt: skip
                waiting[p] -= found
                if waiting[p] > 0:
                    open_ = still_open(shut, count)
                if found > 0:
                    starts[p, t] += found if held == LANES else marked(starting, held)
                    if apart:
                        begun_apart(
                            at, prices[t, 0], prices[t, 1], starting, count, clears[p], builds[p], clearing[p],
                            building[p],
                        )  # fmt: skip
                    else:
                        begun(
                            F32(quarter * (YEAR // 4)), prices[t, 0], prices[t, 1], starting, count, clears[p],
                            builds[p], clearing[p], building[p],
                        )  # fmt: skip
                    if dated:
                        if not apart:
                            filled(float(quarter), at, count)
                        kept_starts(at, starting, held, start_quarter[rows[p], d:])
            filled(0.0, part, count)
            filled(0.0, over, count)
            for p in range(projects):
                if start[p] // 4 > t:
                    break
                if waiting[p] == count:
                    continue
                if unpaid[p, 0] > 0:
                    unpaid[p, 0] = paid(now, front[p, 0], clears[p], clear_rate[p], clearing[p], count, part)
                    if unpaid[p, 0] == 0:
                        added(clearing[p], count, over)
                if (t + 1) * YEAR - soon[p] * (YEAR // 4) <= earliest[p, 0]:
                    continue
                if unpaid[p, 1] > 0:
                    unpaid[p, 1] = paid(now, front[p, 1], builds[p], build_rate[p], building[p], count, part)
                    if unpaid[p, 1] == 0:
                        added(building[p], count, over)
                if unbuilt[p] > 0 and (t + 1) * YEAR - soon[p] * (YEAR // 4) >= earliest[p, 1]:
                    first_ready[group[p]] = min(first_ready[group[p]], t)
                    left = built(now, area[p], value[p], builds[p], build_rate[p], count, land[t], worth[group[p], t])
                    if held == LANES:
                        readies[p, t] += unbuilt[p] - left
                    else:
                        readies[p, t] += ended(now, builds[p], build_rate[p], held)
                    unbuilt[p] = left
            filled(0.0, delivered, count)
            filled(0.0, received, count)
            earliest_ready = years
            for g in range(groups):
                earliest_ready = min(earliest_ready, first_ready[g])
            spread(hand_over, land, earliest_ready, t, 1.0, count, delivered)
            for g in range(groups):
                spread(receipts_by[g], worth[g], first_ready[g], t, rents[t], count, received)
            spent_by(part, over, count, done, last, spent)
            closed(lapsing[t], due, before, spent, received, count, cash, free)
            for e in range(kept_pots):
                if pot_lapses[e]:
                    pots_lapsed(count, pot[e], cash)
            account(given[t], delivered, wanted_by(demand[t], d, count, wanted), count, stock, missing, whole)
            kept(stock, held, yearly[CLOSING, t, d:])
            kept(missing, held, yearly[SHORTAGE, t, d:])
            kept(cash, held, yearly[BALANCE, t, d:])
            kept(delivered, held, yearly[DELIVERED, t, d:])
            kept(spent, held, yearly[SPENT, t, d:])
            kept(received, held, yearly[RECEIVED, t, d:])
        for t in range(years):
            filled(0.0, land[t], count)
            for g in range(groups):
                filled(0.0, worth[g, t], count)
        if dated:
            for p in range(projects):
                kept_days(builds[p], build_rate[p], held, ready_day[rows[p], d:])
        for i in range(held):
            first_short[d + i] = np.int16(whole[i])
        d += LANES
    return starts, readies
