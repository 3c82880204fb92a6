"""The compiled simulation of a programme against the same rules written plainly, one draw after the other."""

import hashlib
import math
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from tests.support.sim_programmes import earmarked, some_programme, tied

from quydat.programme.simulate.programme import Policy, SimProgramme, SimSpread
from quydat.programme.simulate.simulate import NEVER_DAY, QUANTITIES, simulate, simulate_days

NORMAL = NormalDist()
F = np.float32


def whole_days(time: float) -> int:
    """Sixteenths of a day rounded up to days, but never into the next year of 5,844 sixteenths."""
    year = math.ceil(time / 5844)
    return min(math.ceil(time / 16), year * 5844 // 16)


def mixed(key: int) -> int:
    whole = 2**64 - 1
    z = (key + 0x9E3779B97F4A7C15) & whole
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & whole
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & whole
    return z ^ (z >> 31)


def level(seed: int, project: str, what: str, draw: int) -> int:
    name = f"{seed}/programme/{project}/{what}".encode()
    stream = int.from_bytes(hashlib.sha256(name).digest()[:8], "big")
    key = mixed(stream ^ mixed(draw // 4096))
    other = mixed(key)
    x = ((draw % 4096) * (key | 1) + (key >> 16)) % 4096
    x ^= x >> 6
    x = (x * ((key >> 32) | 1) + (key >> 48)) % 4096
    x ^= x >> 7
    x = (x * (other | 1) + (other >> 16)) % 4096
    return x ^ (x >> 6)


def score(seed: int, project: str, what: str, draw: int) -> Any:
    return F(NORMAL.inv_cdf((level(seed, project, what, draw) + 0.5) / 4096))


def triangle(u: float, low: float, mid: float, high: float) -> float:
    if u * (high - low) < mid - low:
        return low + math.sqrt(u * (high - low) * (mid - low))
    return high - math.sqrt((1 - u) * (high - low) * (high - mid))


def value(spread: SimSpread, what: str, own: Any, clearance: Any, cost: Any) -> int:
    """Days, or the cost factor in 4096ths."""
    scale = F(409.6)
    a, b = spread.clearance_loading, spread.cost_loading
    loads = [F(F(x) * scale) for x in (a, b, math.sqrt(1 - a * a - b * b))]
    z = (loads[0] * clearance + loads[1] * cost) + (loads[2] * own + F(2048))
    u = NORMAL.cdf((min(max(int(z), 0), 4095) + 0.5) * 10 / 4096 - 5)
    if spread.observed:
        seen = sorted(spread.observed)
        at = min(max(u * len(seen) - 0.5, 0.0), len(seen) - 1.0)
        below = min(int(at), max(len(seen) - 2, 0))
        made = seen[0] if len(seen) == 1 else seen[below] + (at - below) * (seen[below + 1] - seen[below])
    elif what == "cost":
        made = triangle(u, spread.low, spread.mid, spread.high)
    else:
        made = math.exp(triangle(u, *(math.log(x) for x in (spread.low, spread.mid, spread.high))))
    return max(1, round(made * 4096 if what == "cost" else made))


def plainly(programme: SimProgramme, draw: int) -> tuple[dict[str, list[float]], int, dict[str, tuple[int, int]]]:
    """Quantities by year, first year short of land, and start and end in 16ths of a day of projects that start."""
    funding, years, first = programme.funding, programme.years, programme.years[0]
    factors = [score(programme.seed, "", one, draw) for one in ("clearance", "cost")]
    plans = []
    for one in sorted(programme.projects, key=lambda p: (p.start_quarter, p.priority, p.project_id)):
        model = programme.deliveries[one.delivery]
        names = ("procedure", "clearance", "works", "cost")
        made = [
            value(spread, name, score(programme.seed, one.project_id, name, draw), *factors)
            for spread, name in zip(one.spreads, names, strict=True)
        ]
        procedure, clearance, works = (16 * days for days in made[:3])
        clears = int(float(F(model.lead_share) * F(procedure) + F(0.5)))
        builds = max(procedure, clears + clearance)
        plan: dict[str, Any] = {"one": one, "model": model, "start": None, "pieces": []}
        for begin, length, cost, share, rise, front in (
            (clears, clearance, one.clearance_bn_vnd, model.city_clearance_share, funding.clearance_escalation_share,
             model.clearance_front_share),
            (builds, works, one.works_bn_vnd, model.city_works_share, funding.works_escalation_share,
             model.works_front_share),
        ):  # fmt: skip
            since = int(float((F(begin) + F(length) * F(0.5)) * F(4.0 / 5844)))
            planned = F(cost * (1 + rise) ** (first - one.price_year) * share)
            amount = planned * (F(made[3]) / F(4096)) * F((1 + rise) ** ((since + 0.5) / 4))
            plan["pieces"].append([begin, length, amount, rise, front])
        plan["ends"] = builds + works
        plans.append(plan)
    free_for_all = [s for s in funding.sources.values() if not s.for_projects]
    budgets = [sum(s.by_year[year] for s in free_for_all) for year in years]
    lapses = [sum(s.by_year[year] for s in free_for_all if not s.carries_over) for year in years]
    own = {name: [s.by_year[year] for year in years] for name, s in sorted(funding.sources.items()) if s.for_projects}
    pot = dict.fromkeys(own, 0.0)
    room = [funding.loan_ceiling_bn_vnd]
    for budget in budgets[:0:-1]:
        room.insert(0, min(funding.loan_ceiling_bn_vnd, (room[0] + budget) / (1 + funding.interest_share)))
    coming = [sum(budgets[t + 1 : t + 1 + funding.ahead_years]) for t in range(len(years))]
    cash = promised_free = funding.opening_bn_vnd
    stock, missing, short = programme.opening_ha, 0.0, first + len(years)
    made_by: dict[str, list[float]] = {name: [] for name in QUANTITIES}
    for t, year in enumerate(years):
        interest = funding.interest_share * max(0.0, -cash)
        cash += budgets[t] - interest
        promised_free += budgets[t] - interest
        for name, amounts in own.items():
            pot[name] += amounts[t]
            cash += amounts[t]
        asked, closed, closed_pots = 0.0, False, set()
        for plan in plans:
            one = plan["one"]
            planned_year = one.start_quarter // 4
            if plan["start"] is not None or planned_year > t:
                continue
            if programme.policy is Policy.STOP_LATE and t > planned_year + programme.stop_after_years:
                continue
            start = max(one.start_quarter, 4 * t)
            others = [next(o for o in plans if o["one"].project_id == name) for name in one.after]
            if any(other["start"] is None for other in others):
                continue
            lags = one.after_lag_days if isinstance(one.after_lag_days, tuple) else [one.after_lag_days] * len(others)
            for other, lag in zip(others, lags, strict=True):
                start = max(start, -(-(other["start"] + other["ends"] + 16 * lag) // 1461))
            if start >= 4 * (t + 1):
                continue
            prices = [F((1 + piece[3]) ** t) for piece in plan["pieces"]]
            cost = sum(float(piece[2] * price) for piece, price in zip(plan["pieces"], prices, strict=True))
            helped: dict[str, float] = {}
            mine = [name for name in own if one.project_id in funding.sources[name].for_projects]
            for name in mine:
                there = pot[name] + sum(own[name][t + 1 : t + 1 + funding.ahead_years])
                helped[name] = 0.0 if name in closed_pots else min(max(there, 0.0), cost - sum(helped.values()))
            need = cost - sum(helped.values())
            if need > 1e-9 and (closed or need > promised_free + room[t] + coming[t]):
                if programme.policy is not Policy.SKIP:
                    closed = True
                    closed_pots |= set(mine)
                continue
            for name, amount in helped.items():
                pot[name] -= amount
            plan["start"] = start * 1461
            for piece, price in zip(plan["pieces"], prices, strict=True):
                piece[2] = float(piece[2] * price)
            promised_free -= need
            asked += need

        def by(end: int) -> float:
            paid = 0.0
            for plan in plans:
                for begin, length, amount, _, front in plan["pieces"] if plan["start"] is not None else ():
                    share = min(max((end - plan["start"] - begin) / length, 0.0), 1.0)
                    paid += amount * (2 * front * share if share < 0.5 else front + (share - 0.5) * 2 * (1 - front))
            return paid

        spent = by((t + 1) * 5844) - by(t * 5844)
        delivered = received = 0.0
        for plan in plans:
            if plan["start"] is None:
                continue
            one, model = plan["one"], plan["model"]
            ready = -(-(plan["start"] + plan["ends"]) // 5844) - 1  # the end of a year belongs to it
            handed = programme.hand_over.central(ready, one.lettable_ha, years=list(range(2 * len(years))))
            delivered += handed.get(t, 0.0)
            for back, share in enumerate(model.receipts_share):
                rent = one.rent_bn_vnd_per_ha * (1 + funding.rent_escalation_share) ** t
                received += (
                    handed.get(t - back, 0.0) * share * rent * model.city_receipts_share * funding.revolving_share
                )
        lapsed = max(0.0, min(lapses[t] - interest - asked, promised_free))
        promised_free += received - lapsed
        cash += received - lapsed - spent
        for name in own:
            if not funding.sources[name].carries_over:
                cash -= max(pot[name], 0.0)
                pot[name] = min(pot[name], 0.0)
        elsewhere = programme.elsewhere_ha[t] if programme.elsewhere_ha else 0.0
        there = stock + delivered + elsewhere - programme.demand_ha[draw % len(programme.demand_ha)][t]
        missing += max(0.0, -there)
        stock = max(0.0, there)
        if missing > 1e-9:
            short = min(short, year)
        for name, amount in zip(QUANTITIES, (stock, missing, delivered, cash, spent, received), strict=True):
            made_by[name].append(float(amount))
    times = {
        plan["one"].project_id: (plan["start"], plan["start"] + plan["ends"])
        for plan in plans
        if plan["start"] is not None
    }
    return made_by, short, times


def compare(programme: SimProgramme, chosen: list[int], draws: int) -> None:
    """Quantities, first year short of land and days of some of the draws."""
    made = simulate_days(programme, draws=draws)
    plain = simulate(programme, draws=draws)
    assert plain.yearly.tobytes() == made.yearly.tobytes()
    for draw in chosen:
        expected, short, times = plainly(programme, draw)
        for name, values in expected.items():
            np.testing.assert_allclose(made.of(name)[:, draw], values, rtol=2e-5, atol=5e-3, err_msg=f"{name} {draw}")
        assert made.first_short[draw] == short
        days = [whole_days(times[one][1]) if one in times else NEVER_DAY for one in made.project_ids]
        assert made.ready_day[:, draw].tolist() == days
        quarters = [times[one][0] // 1461 if one in times else -1 for one in made.project_ids]
        assert made.start_quarter[:, draw].tolist() == quarters
    few = simulate(programme, draws=12)
    starts, readies = np.zeros_like(few.starts), np.zeros_like(few.readies)
    for draw in range(12):
        for project, (start, end) in plainly(programme, draw)[2].items():
            row = few.project_ids.index(project)
            starts[row, start // 5844] += 1
            if -(-end // 5844) <= len(programme.years):
                readies[row, -(-end // 5844) - 1] += 1
    np.testing.assert_array_equal(few.starts, starts)
    np.testing.assert_array_equal(few.readies, readies)


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(8))
def test_the_kernel_does_what_the_rules_say(seed: int, policy: Policy) -> None:
    draws = 4096 + 40
    chosen = [*range(0, 12), *range(250, 262), *range(4090, draws)]
    compare(some_programme(seed, policy=policy), chosen, draws)


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(5))
def test_budgets_to_come_are_promised_once(seed: int, policy: Policy) -> None:
    programme = some_programme(seed, policy=policy)
    funding = replace(programme.funding, ahead_years=1 + seed % 4)
    compare(replace(programme, funding=funding), list(range(30)), 30)


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(5))
def test_projects_wait_for_each_other(seed: int, policy: Policy) -> None:
    programme = tied(some_programme(seed, policy=policy), seed)
    assert any(one.after for one in programme.projects) or len(programme.projects) == 1
    compare(programme, list(range(30)), 30)


@pytest.mark.parametrize("policy", list(Policy))
@pytest.mark.parametrize("seed", range(10))
def test_money_that_only_some_may_use(seed: int, policy: Policy) -> None:
    programme = earmarked(some_programme(seed, policy=policy), seed)
    if seed % 3 == 0:
        programme = tied(programme, seed)
    compare(programme, list(range(30)), 30)
