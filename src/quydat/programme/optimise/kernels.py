"""Compiled kernels of the programme: what a set of starts brings in each scenario, and the search over starts.

They call each other, so they are in one file: the cache of numba sees a change of the file that it compiled, no other.
"""

import numpy as np
from numpy.typing import NDArray

from quydat.core.counting import kernel
from quydat.programme.optimise.packed import Packed
from quydat.programme.optimise.problem import NEVER, Flags, Floats, Ints


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
def hold(p: Packed, i: int, m: int, t: int, amount: float, used: Floats) -> None:
    """Add what a start holds of each limit."""
    for r in range(used.shape[0]):
        for u in range(t, min(used.shape[1], t + p.held[r, i, m])):
            used[r, u] += amount * p.use[r, i, m]


@kernel
def measure(p: Packed, land: Floats, net: Floats, work: Floats, out: Floats) -> None:
    """Expected shortage, tail, expected interest, overdraft into ``out``; ``work`` is 4 × scenarios."""
    shortages(p, land, work[0])
    overdrafts(p, net, work[1], work[2])
    out[0] = np.sum(work[0] * p.probability)
    out[1] = tail_weights(work[0], p.probability, p.tail_share, work[3]) if p.tail else 0.0
    out[2] = np.sum(work[2] * p.probability)
    out[3] = tail_weights(work[1], p.probability, p.safe_share, work[3])


@kernel
def broken(p: Packed, model: Ints, start: Ints, used: Floats) -> float:
    """What a choice breaks of limits, precedence, equity and projects that must start, land and money left out."""
    total = 0.0
    for r in range(used.shape[0]):
        for u in range(used.shape[1]):
            total += max(0.0, used[r, u] - p.capacity[r, u] - 1e-9)
    for k in range(p.pairs.shape[0]):
        before, after = p.pairs[k, 0], p.pairs[k, 1]
        if start[after] >= 0:
            if start[before] < 0:
                total += used.shape[1]
            else:
                done = start[before] + p.ready[before, model[before]] + p.pairs[k, 2]
                total += max(0, done - start[after])
    for i in range(p.must.shape[0]):
        if p.must[i] and start[i] < 0:
            total += 1.0
    for d in range(p.share.shape[0]):
        lacking = 0.0
        for i in range(start.shape[0]):
            if start[i] >= 0:
                lacking += (p.share[d] - p.member[d, i]) * p.expected_land[i, model[i], start[i]]
        total += max(0.0, lacking - 1e-9)
    return total


@kernel
def score(
    p: Packed, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats, work: Floats, out: Floats
) -> None:
    """Objective, cost, shortage, tail, overdraft and all that is broken, into ``out``."""
    cost = 0.0
    for i in range(start.shape[0]):
        cost += p.cost[i, model[i], start[i]] if start[i] >= 0 else p.never[i]
    parts = np.empty(4)
    measure(p, land, net, work, parts)
    cost += parts[2]
    wrong = broken(p, model, start, used) + max(0.0, parts[3] - 1e-9)
    wrong += max(0.0, cost - p.goal[2] - 1e-9) + max(0.0, parts[0] - p.goal[3] - 1e-9)
    if p.tail:
        wrong += max(0.0, parts[1] - p.goal[4] - 1e-9)
    out[0] = p.goal[5] * cost + p.goal[0] * parts[0] + p.goal[1] * parts[1]
    out[1], out[2], out[3], out[4], out[5] = cost, parts[0], parts[1], parts[3], wrong


@kernel
def put(p: Packed, i: int, m: int, t: int, amount: float, land: Floats, net: Floats) -> None:
    """Add a start to new land and net money of each period, periods × scenarios: what a move changes is short there."""
    periods, scenarios = land.shape
    lengths = p.land_steps.shape[1], p.pay_table.shape[1], p.take_table.shape[1]
    for s in range(scenarios):
        row, first, scale = p.land_row[i, m, s], t + p.land_lag[i, m, s], amount * p.land_scale[i, m, s]
        for k in range(min(lengths[0], periods - first)):
            land[first + k, s] += scale * p.land_steps[row, k]
        row, first, scale = p.pay_row[i, m, s], t + p.pay_lag[i, m, s], amount * p.pay_scale[i, m, s]
        for k in range(min(lengths[1], periods - first)):
            net[first + k, s] -= scale * p.pay_table[row, k]
        row, first, scale = p.take_row[i, m, s], t + p.take_lag[i, m, s], amount * p.take_scale[i, m, s]
        for k in range(min(lengths[2], periods - first)):
            net[first + k, s] += scale * p.take_table[row, k]


@kernel
def put_all(p: Packed, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats) -> None:
    """Add all starts of a choice as ``put`` and ``hold`` do."""
    for i in range(start.shape[0]):
        if start[i] >= 0:
            put(p, i, model[i], start[i], 1.0, land, net)
            hold(p, i, model[i], start[i], 1.0, used)


@kernel
def tail_mean(values: Floats, probability: Floats, share: float, spare: Floats) -> float:
    """Mean of the worst ``1 - share`` of values, by selection; ``spare`` is 4 × scenarios."""
    left = 1.0 - share
    if left <= 1e-12:
        return float(np.max(values))
    mass, total, count = left, 0.0, values.shape[0]
    now, part = spare[0], spare[1]
    now[:], part[:] = values, probability
    while count > 0:
        a, b, c = now[0], now[count // 2], now[count - 1]
        pivot = max(min(a, b), min(max(a, b), c))
        above, at, below = 0.0, 0.0, 0.0
        high, low = 0, 0
        for k in range(count):
            if now[k] > pivot:
                above += part[k]
                high += 1
            elif now[k] == pivot:
                at += part[k]
            else:
                below += part[k]
                low += 1
        if above >= left:
            count = _keep(now, part, count, pivot, True)
            continue
        for k in range(count):
            if now[k] > pivot:
                total += part[k] * now[k]
        left -= above
        if at >= left or low == 0:
            return float((total + min(left, at) * pivot) / mass)
        total += at * pivot
        left -= at
        count = _keep(now, part, count, pivot, False)
    return float(total / mass)


@kernel
def _keep(now: Floats, part: Floats, count: int, pivot: float, above: bool) -> int:
    """Move the values above, or below, a pivot to the front; how many they are."""
    n = 0
    for k in range(count):
        if (now[k] > pivot) if above else (now[k] < pivot):
            now[n], part[n] = now[k], part[k]
            n += 1
    return n


@kernel
def weigh(
    p: Packed, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats, work: Floats, out: Floats
) -> None:
    """As ``score``, of new land and net money of each period, periods × scenarios; ``work`` is 10 × scenarios.

    Scenarios are the inner loops, and loops are short, so that the processor takes several scenarios at a time.
    """
    periods, scenarios = land.shape
    there, most, total, worth, worst, paid = work[0], work[1], work[2], work[3], work[4], work[5]
    work[:6] = 0.0
    worst[:] = -np.inf
    for u in range(periods):
        come, need, flow = land[u], p.need_by_period[u], net[u]
        weight, rate, own, loan = p.weight[u], p.discount[u] * p.interest, p.own[u], p.loan[u]
        for s in range(scenarios):
            there[s] += come[s]
            most[s] = max(most[s], need[s] - there[s])
        for s in range(scenarios):
            total[s] += weight * most[s]
        for s in range(scenarios):
            debt = min(worth[s], 0.0)
            paid[s] -= rate * debt
            worth[s] += p.interest * debt + own + flow[s]
        for s in range(scenarios):
            worst[s] = max(worst[s], -worth[s] - loan)
    shortage, interest = 0.0, 0.0
    for s in range(scenarios):
        shortage += total[s] * p.probability[s]
        interest += paid[s] * p.probability[s]
    tail = tail_mean(total, p.probability, p.tail_share, work[6:]) if p.tail else 0.0
    over = tail_mean(worst, p.probability, p.safe_share, work[6:])
    cost = interest
    for i in range(start.shape[0]):
        cost += p.cost[i, model[i], start[i]] if start[i] >= 0 else p.never[i]
    wrong = broken(p, model, start, used) + max(0.0, over - 1e-9)
    wrong += max(0.0, cost - p.goal[2] - 1e-9) + max(0.0, shortage - p.goal[3] - 1e-9)
    if p.tail:
        wrong += max(0.0, tail - p.goal[4] - 1e-9)
    out[0] = p.goal[5] * cost + p.goal[0] * shortage + p.goal[1] * tail
    out[1], out[2], out[3], out[4], out[5] = cost, shortage, tail, over, wrong


@kernel
def best_place(
    p: Packed, i: int, allowed: Flags, penalty: float, model: Ints, start: Ints, land: Floats, net: Floats,
    used: Floats, work: Floats, steps: Ints,
) -> None:  # fmt: skip
    """Move one project to the start that is best while the others stay; every ``steps``-th start is tried."""
    out = np.empty(6)
    best, best_m, best_t = np.inf, NEVER, NEVER
    if start[i] >= 0:
        put(p, i, model[i], start[i], -1.0, land, net)
        hold(p, i, model[i], start[i], -1.0, used)
    model[i], start[i] = NEVER, NEVER
    weigh(p, model, start, land, net, used, work, out)
    best = out[0] + penalty * out[5]
    for m in range(allowed.shape[1]):
        for t in range(0, allowed.shape[2], steps[m]):
            if not allowed[i, m, t]:
                continue
            put(p, i, m, t, 1.0, land, net)
            hold(p, i, m, t, 1.0, used)
            model[i], start[i] = m, t
            weigh(p, model, start, land, net, used, work, out)
            worth = out[0] + penalty * out[5]
            if worth < best - 1e-9:
                best, best_m, best_t = worth, m, t
            put(p, i, m, t, -1.0, land, net)
            hold(p, i, m, t, -1.0, used)
    model[i], start[i] = best_m, best_t
    if best_t >= 0:
        put(p, i, best_m, best_t, 1.0, land, net)
        hold(p, i, best_m, best_t, 1.0, used)


@kernel
def _random(state: NDArray[np.uint64]) -> float:
    """The next number from 0 to 1 (xorshift64*, Vigna 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def _set(p: Packed, i: int, m: int, t: int, model: Ints, start: Ints, land: Floats, net: Floats, used: Floats) -> None:
    """Give a project another start, or none."""
    if start[i] >= 0:
        put(p, i, model[i], start[i], -1.0, land, net)
        hold(p, i, model[i], start[i], -1.0, used)
    model[i], start[i] = m, t
    if t >= 0:
        put(p, i, m, t, 1.0, land, net)
        hold(p, i, m, t, 1.0, used)


@kernel
def anneal(
    p: Packed, begin: Ints, column_model: Ints, column_period: Ints, penalty: float, hot: float, cold: float,
    rounds: int, random: NDArray[np.uint64], model: Ints, start: Ints, land: Floats, net: Floats, used: Floats,
    best_model: Ints, best_start: Ints, best: Floats,
) -> None:  # fmt: skip
    """Try ``rounds`` moves; columns of project i are ``begin[i]`` to ``begin[i + 1]``; ``best`` is the best known."""
    projects = start.shape[0]
    work, out = np.empty((10, p.probability.shape[0])), np.empty(6)
    weigh(p, model, start, land, net, used, work, out)
    now = out[0] + penalty * out[5]
    for step in range(rounds):
        heat = hot * (cold / hot) ** (step / rounds)
        i = int(_random(random) * projects)
        kind = _random(random)
        j = -1
        old_mi, old_ti, old_mj, old_tj = model[i], start[i], NEVER, NEVER
        size = begin[i + 1] - begin[i]
        if size == 0:
            continue
        k = begin[i] + int(_random(random) * size)
        m, t = column_model[k], column_period[k]
        if kind < 0.1 and not p.must[i]:
            m, t = NEVER, NEVER
        elif kind < 0.5 and old_ti >= 0:  # a neighbour in the list: the same model, a little sooner or later
            at = begin[i]
            while at < begin[i + 1] and (column_model[at] != old_mi or column_period[at] < old_ti):
                at += 1
            by = 1 + int(_random(random) * 3)
            at += by if _random(random) < 0.5 else -by
            at = min(max(at, begin[i]), begin[i + 1] - 1)
            m, t = column_model[at], column_period[at]
        if m == old_mi and t == old_ti:
            continue
        if kind > 0.6:  # and another project at once
            j = int(_random(random) * projects)
            if j == i or begin[j + 1] == begin[j]:
                continue
            old_mj, old_tj = model[j], start[j]
            k = begin[j] + int(_random(random) * (begin[j + 1] - begin[j]))
            mj, tj = column_model[k], column_period[k]
            if kind > 0.8:  # the one takes about the time of the other
                for c in range(begin[j], begin[j + 1]):
                    if column_model[c] == old_mj and abs(column_period[c] - old_ti) < abs(tj - old_ti):
                        mj, tj = column_model[c], column_period[c]
                for c in range(begin[i], begin[i + 1]):
                    if column_model[c] == old_mi and abs(column_period[c] - old_tj) < abs(t - old_tj):
                        m, t = column_model[c], column_period[c]
            _set(p, j, mj, tj, model, start, land, net, used)
        _set(p, i, m, t, model, start, land, net, used)
        weigh(p, model, start, land, net, used, work, out)
        then = out[0] + penalty * out[5]
        if then <= now or _random(random) < np.exp((now - then) / heat):
            now = then
            if then < best[0] - 1e-9:
                best[0] = then
                best_model[:], best_start[:] = model, start
        else:
            _set(p, i, old_mi, old_ti, model, start, land, net, used)
            if j >= 0:
                _set(p, j, old_mj, old_tj, model, start, land, net, used)
