"""A programme laid out as the kernel of its simulation wants it: streams, tables, plans, prices, receipts, money."""

import hashlib
from functools import lru_cache
from graphlib import TopologicalSorter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws, Range, triangular_quantile
from quydat.programme.simulate.programme import SimProgramme, SimProject

STAGES = ("procedure", "clearance", "works", "cost")


def laid_out(programme: SimProgramme, ordered: list[SimProject]) -> tuple[Any, ...]:
    """Arguments of the kernel from ``policy`` to ``pot_lapses``; projects in the order of their turn."""
    start, lead, front, cost, earliest, *land = _plans(programme, ordered)
    return (
        programme.policy.value, programme.stop_after_years, *_streams(programme, ordered),
        start, lead, front, cost, earliest, *land, *_prices(programme), *_receipts(programme), *_money(programme),
        np.array([programme.funding.opening_bn_vnd, programme.opening_ha]),
        np.array(programme.elsewhere_ha or np.zeros(len(programme.years)), dtype=float),
        np.ascontiguousarray(np.asarray(programme.demand_ha, dtype=float).T), *_before(ordered, start, earliest),
        *_pots(programme, ordered),
    )  # fmt: skip


def _streams(programme: SimProgramme, ordered: list[SimProject]) -> tuple[Any, ...]:
    """Keys of the streams, loadings and tables."""
    from quydat.programme.simulate.kernel import COST_UNIT, LEVELS

    keys = [[stream_key(programme.seed, one.project_id, stage) for stage in STAGES] for one in ordered]
    common = [stream_key(programme.seed, "", factor) for factor in ("clearance", "cost")]
    loads = np.empty((len(ordered), len(STAGES), 3), np.float32)
    rows: dict[tuple[Any, ...], int] = {}
    tables: list[NDArray[np.uint16]] = []
    place = np.empty((len(ordered), len(STAGES)), np.int64)
    for p, one in enumerate(ordered):
        for s, spread in enumerate(one.spreads):
            a, b = spread.clearance_loading, spread.cost_loading
            loads[p, s] = a, b, np.sqrt(max(0.0, 1.0 - a * a - b * b))
            days = STAGES[s] != "cost"
            name = (spread.low, spread.mid, spread.high, spread.observed, days)
            if name not in rows:
                rows[name] = len(tables)
                tables.append(_table(*name, 1.0 if days else COST_UNIT))
            place[p, s] = rows[name]
    return (
        np.array(keys, np.uint64).reshape(len(ordered), len(STAGES)), np.array(common, np.uint64), loads, place,
        np.array(tables, np.uint16).reshape(-1, LEVELS), _normal(),
    )  # fmt: skip


def stream_key(seed: int, project_id: str, what: str) -> int:
    """Key of a stream: 64 bits of the name and the study's seed."""
    return int.from_bytes(hashlib.sha256(f"{seed}/programme/{project_id}/{what}".encode()).digest()[:8], "big")


@lru_cache(maxsize=1024)
def _table(
    low: float, mid: float, high: float, observed: tuple[float, ...], days: bool, unit: float
) -> NDArray[np.uint16]:
    """Quantiles in units of 16 bits at the normal scores of the middles of the cells; nothing is below one unit."""
    from scipy.special import ndtr

    from quydat.programme.simulate.kernel import HALF_SPAN, LEVELS

    u = ndtr((np.arange(LEVELS) + 0.5) * (2.0 * HALF_SPAN / LEVELS) - HALF_SPAN)
    if observed:
        values = np.sort(np.array(observed, dtype=float))
        made: Draws = np.interp(u * len(values) - 0.5, np.arange(len(values)), values)
    elif days:
        made = np.exp(triangular_quantile(u, Range(*np.log([low, mid, high]))))
    else:
        made = triangular_quantile(u, Range(low, mid, high))
    return np.clip(np.rint(made / unit), 1, 65535).astype(np.uint16)


@lru_cache(maxsize=1)
def _normal() -> NDArray[np.float32]:
    """Normal scores of the middles of the levels of a stream."""
    from scipy.special import ndtri

    from quydat.programme.simulate.kernel import LEVELS

    return np.asarray(ndtri((np.arange(LEVELS) + 0.5) / LEVELS), np.float32)


def _plans(programme: SimProgramme, ordered: list[SimProject]) -> tuple[Any, ...]:
    """Start, lead, front shares, the city's cost, earliest works and readiness, area, worth, group of its receipts."""
    from quydat.programme.simulate.kernel import DAY

    funding, curves, rows = programme.funding, _curves(programme), []
    for one in ordered:
        model = programme.deliveries[one.delivery]
        assert one.price_year is not None, "checked before"
        since = programme.years[0] - one.price_year
        clearance = one.clearance_bn_vnd * (1.0 + funding.clearance_escalation_share) ** since
        works = one.works_bn_vnd * (1.0 + funding.works_escalation_share) ** since
        least = [min(spread.observed or (spread.low,)) - 1.0 for spread in one.spreads]  # days are rounded
        before = max(least[0], model.lead_share * least[0] + least[1])
        rows.append((
            one.start_quarter, model.lead_share, model.clearance_front_share, model.works_front_share,
            clearance * model.city_clearance_share, works * model.city_works_share,
            before * DAY, (before + least[2]) * DAY, one.lettable_ha,
            one.lettable_ha * one.rent_bn_vnd_per_ha * model.city_receipts_share * funding.revolving_share,
            curves.index(model.receipts_share),
        ))  # fmt: skip
    made = np.array(rows, dtype=float).reshape(-1, 11)
    small = np.ascontiguousarray(made.T, dtype=np.float32)
    front, cost = np.ascontiguousarray(small[2:4].T), np.ascontiguousarray(small[4:6].T)
    earliest = np.maximum(made[:, 6:8], 0.0).astype(np.int64)
    return (
        made[:, 0].astype(np.int64),
        small[1],
        front,
        cost,
        earliest,
        small[8],
        small[9],
        made[:, 10].astype(np.int64),
    )


def _curves(programme: SimProgramme) -> list[tuple[float, ...]]:
    return sorted({programme.deliveries[one.delivery].receipts_share for one in programme.projects})


def _prices(programme: SimProgramme) -> tuple[Any, ...]:
    """Price levels of clearance and works by year, and their rise by the middle of each quarter after a start."""
    from quydat.programme.simulate.kernel import PRICES

    growth = 1.0 + np.array([programme.funding.clearance_escalation_share, programme.funding.works_escalation_share])
    by_year = growth[None, :] ** np.arange(len(programme.years))[:, None]
    rises = growth[:, None] ** ((np.arange(PRICES)[None, :] + 0.5) / 4.0)
    return by_year.astype(np.float32), rises.astype(np.float32)


def _receipts(programme: SimProgramme) -> tuple[Any, ...]:
    """Hand-over and receipts (by their curve) of a hectare, from the year of readiness; level of rents by year."""
    years = len(programme.years)
    hand_over = programme.hand_over.draws(np.zeros(1), 1.0, years=list(range(years)))[0]
    made = [np.convolve(hand_over, curve)[:years] for curve in _curves(programme)]
    rents = (1.0 + programme.funding.rent_escalation_share) ** np.arange(years)
    return _cut(hand_over), np.array([_cut(row, made) for row in made]).reshape(len(made), -1 if made else 0), rents


def _cut(profile: Draws, others: list[Draws] | None = None) -> Draws:
    """A profile without the zeros that all of them end with."""
    last = max(int(np.flatnonzero(row)[-1]) + 1 if row.any() else 1 for row in (others or [profile]))
    return profile[:last].copy()


def _money(programme: SimProgramme) -> tuple[Any, ...]:
    """Budget, its part that lapses, and most that may be promised beyond what is there, by year; interest."""
    funding, years = programme.funding, programme.years
    budget, lapsing = np.zeros(len(years)), np.zeros(len(years))
    for source in (one for one in funding.sources.values() if not one.for_projects):
        amounts = np.array([source.by_year[year] for year in years])
        budget += amounts
        lapsing += amounts if not source.carries_over else 0.0
    room = open_loan(budget, funding.loan_ceiling_bn_vnd, funding.interest_share)
    return budget, lapsing, room + _coming(budget, funding.ahead_years), funding.interest_share


def _coming(budget: Draws, ahead: int) -> Draws:
    """Budgets of the years after each year that may be promised in it."""
    return np.array([budget[t + 1 : t + 1 + ahead].sum() for t in range(len(budget))])


def _before(ordered: list[SimProject], start: NDArray[np.int64], earliest: NDArray[np.int64]) -> tuple[Any, ...]:
    """Earliest quarter in which each may start in any draw; places of the projects that must be ready before it.

    The places are one list after the other, and so are the last: sixteenths of a day for which they must be ready.
    """
    from quydat.programme.simulate.kernel import DAY, YEAR

    place = {one.project_id: p for p, one in enumerate(ordered)}
    lists = [[place[other] for other in one.after] for one in ordered]
    lags = [[days * DAY for days in one.lags_days] for one in ordered]
    soon, quarter = start.copy(), YEAR // 4
    for p in TopologicalSorter(dict(enumerate(lists))).static_order():
        for other, lag in zip(lists[p], lags[p], strict=True):
            ready = soon[other] * quarter + earliest[other, 1] + lag
            soon[p] = max(soon[p], -(-ready // quarter))
    return soon, *_joined(lists), _joined(lags)[1]


def _pots(programme: SimProgramme, ordered: list[SimProject]) -> tuple[Any, ...]:
    """Money that only some may use: the pots of each project; amounts by year, the same to come, whether they lapse."""
    kept = [one for _, one in sorted(programme.funding.sources.items()) if one.for_projects]
    budget = np.array([[one.by_year[year] for year in programme.years] for one in kept], dtype=float)
    budget = budget.reshape(len(kept), len(programme.years))
    coming = np.array([_coming(row, programme.funding.ahead_years) for row in budget]).reshape(budget.shape)
    lists = [[e for e, pot in enumerate(kept) if one.project_id in pot.for_projects] for one in ordered]
    return *_joined(lists), budget, coming, np.array([not one.carries_over for one in kept], bool)


def _joined(lists: list[list[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each list begins, and all of them one after the other."""
    begin = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    return begin, np.array([one for each in lists for one in each], np.int64)


def open_loan(budget: Draws, ceiling: float, interest: float) -> Draws:
    """Most that may be owed in each year, so that the budgets to come keep the debt and its interest below the ceiling.

    >>> open_loan(np.array([0.0, 1.0, 0.0]), 10.0, 0.1).round(2).tolist()   # 10 ÷ 1.1; (9.09 + 1) ÷ 1.1; no debt grows
    [9.17, 9.09, 10.0]
    """
    made = np.empty(len(budget))
    most = ceiling
    for t in range(len(budget) - 1, -1, -1):
        made[t] = most
        most = min(ceiling, (most + budget[t]) / (1.0 + interest))
    return made
