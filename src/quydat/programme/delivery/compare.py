"""Strategies on the same parks, with the same money, in the same draws: what each delivers and costs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from quydat.core.basis import Basis
from quydat.core.draws import LEVELS, Draws
from quydat.core.parallel import Runner, Threads
from quydat.dictionary.read import framed
from quydat.dictionary.schema import tables
from quydat.programme.choose.chosen import Chosen, Start, choose
from quydat.programme.choose.question import Aims, question
from quydat.programme.choose.rehearse import sim_programme
from quydat.programme.given.delivery_model import DEVELOPER_LED, DeliveryModel
from quydat.programme.given.given import Given
from quydat.programme.given.project import left_to_developers
from quydat.programme.given.worlds import YEAR_DAYS, Worlds
from quydat.programme.simulate.programme import SimProgramme
from quydat.programme.simulate.simulate import Simulated, simulate

TABLE = "delivery_compare"
CHOSEN = "chosen"
"""The programme itself, which chooses among all models."""
EVERYWHERE = "_everywhere"
"""Ending of a strategy that uses a model on every park that may, as far as the money goes; no park has a developer."""


@dataclass(frozen=True, eq=False)
class Strategy:
    """A programme by one way of doing; ``chosen`` if it was optimised."""

    name: str
    programme: SimProgramme
    chosen: Chosen | None


@dataclass(frozen=True)
class Told:
    """What is told of one quantity of a strategy: P10, P50, P90 and mean; no mean of what has none."""

    quantity: str
    year: int
    spread: tuple[float, float, float]
    expected: float | None


def strategies(given: Given, chosen: Chosen, *, worlds: Worlds, aims: Aims, gap: float, seconds: float,
               order: Mapping[str, Sequence[str]]) -> list[Strategy]:  # fmt: skip
    """All strategies of a city.

    ``developer_led`` leaves everything as it is. Each model by which the city clears and pays for it is used where it
    is worth it; what is left goes on as until now. ``chosen`` is the programme. Models in ``order`` are used
    everywhere too.

    Parameters
    ----------
    order
        Model → ids of projects, first those that ask first for money when the model is used everywhere.
    """
    made = [Strategy(DEVELOPER_LED, sim_programme(given, as_until_now(given)), None)]
    for model in clearing(given.models):
        asked = question(given, worlds, aims=aims, models={model})
        answer = choose(asked, gap=gap, seconds=seconds, seed=given.seed)
        made.append(Strategy(model, sim_programme(given, answer.starts), answer))
        if model in order:
            made.append(Strategy(f"{model}{EVERYWHERE}", everywhere(given, model, order[model]), None))
    return [*made, Strategy(CHOSEN, sim_programme(given, chosen.starts), chosen)]


def clearing(models: Mapping[str, DeliveryModel]) -> list[str]:
    """Models in which the city clears and pays for all of it, by id."""
    return sorted(
        name for name, one in models.items() if one.clearance_by == "city" and one.city_clearance_share == 1.0
    )


def as_until_now(given: Given, taken: Collection[str] = ()) -> list[Start]:
    """Parks that go on with their developers from today, beside those that are taken up or forbidden."""
    barred = {lock.project_id for lock in given.locks if lock.forbidden} | {*taken}
    left = [one.project_id for one in left_to_developers(given.projects)]
    return [Start(name, DEVELOPER_LED, 0) for name in left if name not in barred]


def everywhere(given: Given, model: str, order: Sequence[str]) -> SimProgramme:
    """A model on all projects that may use it, from today, in the order in which they ask for money.

    Who finds none waits; locks are kept.
    """
    bound = {
        lock.project_id for lock in given.locks
        if lock.forbidden or (lock.model and lock.model != model)
    }  # fmt: skip
    taken = [name for name in order if name not in bound and model in given.project(name).models]
    starts = [Start(name, model, 0) for name in taken]
    made = sim_programme(given, [*starts, *as_until_now(given, taken)])
    turn = {name: place for place, name in enumerate(taken)}
    projects = [replace(one, priority=turn.get(one.project_id, len(turn))) for one in made.projects]
    return replace(made, projects=tuple(projects))


def compare_strategies(
    given: Given, made: Sequence[Strategy], *, draws: int, years: Sequence[int], runner: Runner | None = None
) -> dict[str, list[Told]]:
    """Play each strategy through in the same draws; strategy → what is told of it at the milestones."""
    told = (runner or Threads()).map(partial(_one, given, draws, tuple(years)), [one.programme for one in made])
    return {one.name: rows for one, rows in zip(made, told, strict=True)}


def _one(given: Given, draws: int, years: tuple[int, ...], programme: SimProgramme) -> list[Told]:
    return tell(given, simulate(programme, draws=draws, threads=1), programme, years)


def tell(given: Given, simulated: Simulated, programme: SimProgramme, years: Sequence[int]) -> list[Told]:
    """Quantities of a simulated strategy."""
    spent = simulated.of("spent_bn_vnd").astype(float)
    received = simulated.of("received_bn_vnd").astype(float) / programme.funding.revolving_share
    by_year: dict[str, Draws] = {
        "ready_ha": np.cumsum(simulated.of("delivered_ha"), axis=0, dtype=float),
        "shortage_ha": simulated.of("shortage_ha").astype(float),
        "spent_bn_vnd": np.cumsum(spent, axis=0), "received_bn_vnd": np.cumsum(received, axis=0),
        "debt_bn_vnd": simulated.debt_bn_vnd.astype(float),
    }  # fmt: skip
    told = [
        _told(name, year, values[simulated.years.index(year)]) for name, values in by_year.items() for year in years
    ]
    net = present_factors(given) @ (spent - received)
    told.append(_told("net_cost_bn_vnd", years[-1], net))
    short = np.quantile(simulated.first_short, LEVELS, method="inverted_cdf")
    told.append(Told("first_short_year", years[-1], (float(short[0]), float(short[1]), float(short[2])), None))
    return told


def _told(name: str, year: int, values: Draws) -> Told:
    p10, p50, p90 = np.quantile(values, LEVELS)
    return Told(name, year, (float(p10), float(p50), float(p90)), float(values.mean()))


def present_factors(given: Given) -> Draws:
    """What a nominal đồng of each year is worth at the study's prices today: paid in the middle of what is left of it.

    Money is brought to the prices of the study's year by the rise of costs, then discounted at the real rate.
    """
    funding, years = given.funding, np.array(given.years, dtype=float)
    begins = np.array([(date(year, 1, 1) - given.as_of).days / YEAR_DAYS for year in given.years])
    middles = 0.5 * (np.maximum(begins, 0.0) + np.maximum(begins + 1.0, 0.0))
    prices = (1.0 + funding.escalation_share) ** (years - given.price_year)
    made: Draws = (1.0 + funding.discount_share) ** -middles / prices
    return made


def delivery_compare(told: Mapping[str, Sequence[Told]], *, basis: Basis) -> pd.DataFrame:
    """Table ``delivery_compare``."""
    rows: list[dict[str, Any]] = []
    for name, quantities in told.items():
        for one in quantities:
            p10, p50, p90 = one.spread
            rows.append({
                "strategy": name, "quantity": one.quantity, "year": one.year, "p10": p10, "p50": p50, "p90": p90,
                "expected": one.expected, "unit": unit_of(one.quantity), "basis": basis.value,
            })  # fmt: skip
    return framed(rows, tables()[TABLE])


def unit_of(quantity: str) -> str:
    """Unit of a quantity, as its name ends."""
    return next(unit for ending, unit in (("_ha", "ha"), ("_bn_vnd", "bn_vnd"), ("_year", "year"))
                if quantity.endswith(ending))  # fmt: skip
