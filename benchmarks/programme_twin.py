"""The simulation of a programme as others would write it: a plain compiled loop, and NumPy over all draws at once.

Both draw every duration afresh: a uniform number, its normal score, the common factors, the normal distribution, the
triangle of the logarithm. The rules are those of ``quydat.programme.simulate.simulate`` under ``Policy.NONE``.
"""

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quydat.programme.simulate.programme import SimProgramme

DAYS = 365.25
Laid = tuple[Any, ...]


def laid_out(programme: SimProgramme) -> Laid:
    """Projects in their turn, and money, as plain arrays."""
    funding, years = programme.funding, len(programme.years)
    rows, low, mid, high, load, curves = [], [], [], [], [], []
    length = max(len(model.receipts_share) for model in programme.deliveries.values())
    for one in sorted(programme.projects, key=lambda p: (p.start_quarter, p.priority, p.project_id)):
        model = programme.deliveries[one.delivery]
        assert one.price_year is not None
        since = programme.years[0] - one.price_year
        rows.append((
            one.start_quarter / 4, model.lead_share,
            one.clearance_bn_vnd * model.city_clearance_share * (1 + funding.clearance_escalation_share) ** since,
            one.works_bn_vnd * model.city_works_share * (1 + funding.works_escalation_share) ** since,
            model.clearance_front_share, model.works_front_share, one.lettable_ha,
            one.lettable_ha * one.rent_bn_vnd_per_ha * model.city_receipts_share * funding.revolving_share,
        ))  # fmt: skip
        low.append([spread.low for spread in one.spreads])
        mid.append([spread.mid for spread in one.spreads])
        high.append([spread.high for spread in one.spreads])
        load.append([(spread.clearance_loading, spread.cost_loading) for spread in one.spreads])
        curves.append(np.pad(model.receipts_share, (0, length - len(model.receipts_share))))
    budget = np.array([sum(one.by_year[year] for one in funding.sources.values()) for year in programme.years])
    lapsing = np.array([
        sum(one.by_year[year] for one in funding.sources.values() if not one.carries_over) for year in programme.years
    ])  # fmt: skip
    room = np.empty(years)
    most = funding.loan_ceiling_bn_vnd
    for t in range(years - 1, -1, -1):
        room[t] = most
        most = min(funding.loan_ceiling_bn_vnd, (most + budget[t]) / (1 + funding.interest_share))
    handed = programme.hand_over.draws(np.zeros(1), 1.0, years=list(range(years)))[0]
    return (
        np.array(rows), np.array(low), np.array(mid), np.array(high), np.array(load), np.array(curves), budget,
        lapsing, room, handed, np.asarray(programme.demand_ha), programme.opening_ha, funding.opening_bn_vnd,
        funding.interest_share, funding.clearance_escalation_share, funding.works_escalation_share,
        funding.rent_escalation_share,
    )  # fmt: skip


@njit  # type: ignore[untyped-decorator]
def inverse_normal(u: float) -> float:
    """Acklam's rational approximation (2003), relative error 10⁻⁹."""
    if u < 0.02425 or u > 0.97575:
        q = math.sqrt(-2.0 * math.log(min(u, 1.0 - u)))
        top = ((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838) * q
                - 2.549732539343734) * q + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
        low = (((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996) * q
               + 3.754408661907416) * q + 1.0  # fmt: skip
        return top / low if u < 0.5 else -top / low
    q = u - 0.5
    r = q * q
    top = (((((-3.969683028665376e01 * r + 2.209460984245205e02) * r - 2.759285104469687e02) * r
             + 1.383577518672690e02) * r - 3.066479806614716e01) * r + 2.506628277459239) * q  # fmt: skip
    low = ((((-5.447609879822406e01 * r + 1.615858368580409e02) * r - 1.556989798598866e02) * r
            + 6.680131188771972e01) * r - 1.328068155288572e01) * r + 1.0  # fmt: skip
    return top / low


@njit  # type: ignore[untyped-decorator]
def triangle(u: float, low: float, mid: float, high: float) -> float:
    """Quantile of a triangular distribution."""
    if u * (high - low) < mid - low:
        return low + math.sqrt(u * (high - low) * (mid - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mid))


@njit  # type: ignore[untyped-decorator]
def paid_by(time: float, begin: float, length: float, front: float) -> float:
    """Share of a stage that is paid by a time."""
    share = min(max((time - begin) / length, 0.0), 1.0)
    return 2.0 * front * share if share < 0.5 else front + (share - 0.5) * 2.0 * (1.0 - front)


@njit  # type: ignore[untyped-decorator]
def loop(
    draws: int, seed: int, rows: Any, low: Any, mid: Any, high: Any, load: Any, curves: Any, budget: Any, lapsing: Any,
    room: Any, handed: Any, demand: Any, opening_ha: float, opening: float, rate: float, rise_c: float, rise_w: float,
    rise_r: float,
) -> tuple[Any, Any]:  # fmt: skip
    """One draw after the other, one year after the other, one project after the other."""
    np.random.seed(seed)
    projects, years = rows.shape[0], budget.shape[0]
    made, first = np.zeros((6, years, draws), np.float32), np.full(draws, years)
    stage, start, ready = np.empty((projects, 4)), np.empty(projects), np.empty(projects)
    clears, builds = np.empty(projects), np.empty(projects)
    clearing, building = np.empty(projects), np.empty(projects)
    delivered, received = np.empty(years), np.empty(years)
    for d in range(draws):
        factor_a, factor_b = inverse_normal(np.random.random()), inverse_normal(np.random.random())
        for p in range(projects):
            for s in range(4):
                a, b = load[p, s, 0], load[p, s, 1]
                own = math.sqrt(1.0 - a * a - b * b) * inverse_normal(np.random.random())
                u = 0.5 * math.erfc(-(a * factor_a + b * factor_b + own) / math.sqrt(2.0))
                if s == 3:
                    stage[p, s] = triangle(u, low[p, s], mid[p, s], high[p, s])
                else:
                    logs = triangle(u, math.log(low[p, s]), math.log(mid[p, s]), math.log(high[p, s]))
                    stage[p, s] = math.exp(logs) / DAYS
            clears[p] = rows[p, 1] * stage[p, 0]
            builds[p] = max(stage[p, 0], clears[p] + stage[p, 1])
            clearing[p] = rows[p, 2] * stage[p, 3] * (1.0 + rise_c) ** (clears[p] + stage[p, 1] / 2.0)
            building[p] = rows[p, 3] * stage[p, 3] * (1.0 + rise_w) ** (builds[p] + stage[p, 2] / 2.0)
        start[:] = -1.0
        delivered[:] = 0.0
        received[:] = 0.0
        cash = free = opening
        stock, missing = opening_ha, 0.0
        for t in range(years):
            interest = rate * max(0.0, -cash)
            cash += budget[t] - interest
            free += budget[t] - interest
            asked, shut = 0.0, False
            for p in range(projects):
                if start[p] >= 0.0 or int(rows[p, 0]) > t:
                    continue
                level_c, level_w = (1.0 + rise_c) ** t, (1.0 + rise_w) ** t
                cost = clearing[p] * level_c + building[p] * level_w
                if cost > 0.0 and (shut or cost > free + room[t]):
                    shut = True
                    continue
                start[p] = max(rows[p, 0], float(t))
                clearing[p] *= level_c
                building[p] *= level_w
                free -= cost
                asked += cost
                ready[p] = start[p] + builds[p] + stage[p, 2]
                year = math.ceil(ready[p]) - 1
                for k in range(years - year):
                    delivered[year + k] += rows[p, 6] * handed[k]
                    for j in range(min(curves.shape[1], years - year - k)):
                        received[year + k + j] += rows[p, 7] * handed[k] * curves[p, j]
            spent = 0.0
            for p in range(projects):
                if start[p] >= 0.0 and ready[p] > t:
                    begin, front = start[p] + clears[p], rows[p, 4]
                    share = paid_by(t + 1.0, begin, stage[p, 1], front) - paid_by(t, begin, stage[p, 1], front)
                    spent += clearing[p] * share
                    begin, front = start[p] + builds[p], rows[p, 5]
                    share = paid_by(t + 1.0, begin, stage[p, 2], front) - paid_by(t, begin, stage[p, 2], front)
                    spent += building[p] * share
            came = received[t] * (1.0 + rise_r) ** t
            lapsed = max(0.0, min(lapsing[t] - interest - asked, free))
            free += came - lapsed
            cash += came - lapsed - spent
            there = stock + delivered[t] - demand[d % demand.shape[0], t]
            missing += max(0.0, -there)
            stock = max(0.0, there)
            made[0, t, d], made[1, t, d], made[2, t, d] = stock, missing, delivered[t]
            made[3, t, d], made[4, t, d], made[5, t, d] = cash, spent, came
            if missing > 1e-9 and first[d] == years:
                first[d] = t
    return made, first


def numpy_triangle(u: NDArray[Any], low: float, mid: float, high: float) -> NDArray[Any]:
    """Quantiles of a triangular distribution."""
    rising = low + np.sqrt(u * (high - low) * (mid - low))
    falling = high - np.sqrt((1.0 - u) * (high - low) * (high - mid))
    return np.where(u * (high - low) < mid - low, rising, falling)


def numpy_paid_by(time: float, begin: NDArray[Any], length: NDArray[Any], front: float) -> NDArray[Any]:
    """Share of a stage that is paid by a time."""
    share = np.clip((time - begin) / length, 0.0, 1.0)
    return np.where(share < 0.5, 2.0 * front * share, front + (share - 0.5) * 2.0 * (1.0 - front))


def over_draws(
    draws: int, seed: int, rows: Any, low: Any, mid: Any, high: Any, load: Any, curves: Any, budget: Any, lapsing: Any,
    room: Any, handed: Any, demand: Any, opening_ha: float, opening: float, rate: float, rise_c: float, rise_w: float,
    rise_r: float,
) -> tuple[Any, Any]:  # fmt: skip
    """All draws at once, one year and one project after the other."""
    rng = np.random.default_rng(seed)
    projects, years = rows.shape[0], budget.shape[0]
    made, first = np.zeros((6, years, draws), np.float32), np.full(draws, years)
    factors = ndtri(rng.random((2, draws)))
    stage = np.empty((projects, 4, draws))
    for p in range(projects):
        for s in range(4):
            a, b = load[p, s]
            own = np.sqrt(1.0 - a * a - b * b) * ndtri(rng.random(draws))
            u = ndtr(a * factors[0] + b * factors[1] + own)
            three = (low[p, s], mid[p, s], high[p, s])
            stage[p, s] = numpy_triangle(u, *three) if s == 3 else np.exp(numpy_triangle(u, *np.log(three))) / DAYS
    clears = rows[:, 1, None] * stage[:, 0]
    builds = np.maximum(stage[:, 0], clears + stage[:, 1])
    clearing = rows[:, 2, None] * stage[:, 3] * (1.0 + rise_c) ** (clears + stage[:, 1] / 2.0)
    building = rows[:, 3, None] * stage[:, 3] * (1.0 + rise_w) ** (builds + stage[:, 2] / 2.0)
    start, ready = np.full((projects, draws), -1.0), np.full((projects, draws), np.inf)
    delivered, received = np.zeros((2 * years, draws)), np.zeros((2 * years, draws))
    cash, free = np.full(draws, opening), np.full(draws, opening)
    stock, missing = np.full(draws, opening_ha), np.zeros(draws)
    for t in range(years):
        interest = rate * np.maximum(0.0, -cash)
        cash = cash + budget[t] - interest
        free = free + budget[t] - interest
        asked, shut = np.zeros(draws), np.zeros(draws, bool)
        for p in range(projects):
            waits = start[p] < 0.0
            if int(rows[p, 0]) > t or not waits.any():
                continue
            level_c, level_w = (1.0 + rise_c) ** t, (1.0 + rise_w) ** t
            cost = clearing[p] * level_c + building[p] * level_w
            goes = waits & ((cost <= 0.0) | (~shut & (cost <= free + room[t])))
            shut |= waits & ~goes
            start[p, goes] = max(rows[p, 0], t)
            clearing[p, goes] *= level_c
            building[p, goes] *= level_w
            free = free - np.where(goes, cost, 0.0)
            asked += np.where(goes, cost, 0.0)
            ready[p, goes] = (start[p] + builds[p] + stage[p, 2])[goes]
        spent = np.zeros(draws)
        for p in range(projects):
            on = (start[p] >= 0.0) & (ready[p] > t)
            if not on.any():
                continue
            for begin, length, amount, front in (
                (start[p] + clears[p], stage[p, 1], clearing[p], rows[p, 4]),
                (start[p] + builds[p], stage[p, 2], building[p], rows[p, 5]),
            ):
                share = numpy_paid_by(t + 1.0, begin, length, front) - numpy_paid_by(t, begin, length, front)
                spent += np.where(on, amount * share, 0.0)
            hit = on & (ready[p] <= t + 1.0)
            if hit.any():
                for k in np.flatnonzero(handed):
                    delivered[t + k, hit] += rows[p, 6] * handed[k]
                for k, share in enumerate(np.convolve(handed, curves[p])[:years]):
                    if share:
                        received[t + k, hit] += rows[p, 7] * share
        came = received[t] * (1.0 + rise_r) ** t
        lapsed = np.maximum(0.0, np.minimum(lapsing[t] - interest - asked, free))
        free = free + came - lapsed
        cash = cash + came - lapsed - spent
        there = stock + delivered[t] - demand[np.arange(draws) % len(demand), t]
        missing = missing + np.maximum(0.0, -there)
        stock = np.maximum(0.0, there)
        for q, values in enumerate((stock, missing, delivered[t], cash, spent, came)):
            made[q, t] = values
        first[(missing > 1e-9) & (first == years)] = t
    return made, first
