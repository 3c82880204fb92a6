"""What if: the account of the city with something changed, answered while a slider moves.

Some of the draws serve for an answer, and both sides of a comparison use the same, so a difference is no noise.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from quydat.balance.ensemble import ROOM, run_out_quantiles, settled
from quydat.balance.supply import BLOCKED_SHARE, SupplyModel
from quydat.core.draws import Draws, Range
from quydat.core.uniforms import Uniforms, drawn
from quydat.demand.chunk import DemandModel
from quydat.dictionary.settings import settings
from quydat.procedure.hand_over import OVER, TAIL, TAIL_OVER

LEVELS = ("p10", "p50", "p90", "expected")
DRAWS = 2_000
"""Draws that serve for an answer."""
_OF_SUPPLY = (BLOCKED_SHARE, OVER, TAIL, TAIL_OVER)


class FirstUniforms:
    """The first draws of each stream, kept once they were asked for: what a builder of quick models draws from."""

    def __init__(self, uniforms: Uniforms, *, count: int = DRAWS) -> None:
        self._uniforms, self._count = uniforms, min(count, uniforms.count)
        self._known: dict[str, Draws] = {}

    @property
    def count(self) -> int:
        """Number of draws."""
        return self._count

    def of(self, name: str) -> Draws:
        """The first draws of the stream of an input."""
        if name not in self._known:
            self._known[name] = self._uniforms.of(name)[: self._count].copy()
        return self._known[name]


@dataclass(frozen=True)
class Change:
    """What is other than in the plan.

    Attributes
    ----------
    parameters
        Ranges of parameters by key, of demand or of supply; a known value is a range of no width.
    delayed_years
        Years by which all parks, or some by id, are ready later; earlier below 0.
    without
        Parks that are left out.
    opening_ha
        Land more (or less) that is ready at the opening, in the pools that have some.
    """

    parameters: Mapping[str, Range] = field(default_factory=dict)
    delayed_years: int | Mapping[str, int] = 0
    without: Sequence[str] = ()
    opening_ha: float = 0.0


@dataclass(frozen=True)
class Answer:
    """The account of the city.

    Attributes
    ----------
    years
        Its years.
    levels
        Quantity of ``kernels.QUANTITIES`` → ``LEVELS`` × years, in hectares.
    added
        The same of what is added up from the opening to the end of each year.
    run_out_year
        P10, P50 and P90 of the first year short of land; None for not until the end.
    run_out_share
        Share of the draws in which land has run out by the end of each year.
    """

    years: tuple[int, ...]
    levels: Mapping[str, Draws]
    added: Mapping[str, Draws]
    run_out_year: tuple[int | None, int | None, int | None]
    run_out_share: Draws


class WhatIf:
    """The plan as it is, to which changes are made one at a time; kernels are warm after the first answer.

    Parameters
    ----------
    demand_builder
        Demand from the ranges of all its parameters; quick if it draws from ``FirstUniforms``. Its draws must be those
        of the supply, or the first of them.
    supply
        Supply of the plan, all draws.
    parameters
        Ranges of the plan.
    uniforms
        Streams of the plan, for supply that is drawn anew.
    """

    def __init__(
        self,
        demand_builder: Callable[[Mapping[str, Range]], DemandModel],
        supply: SupplyModel,
        *,
        parameters: Mapping[str, Range],
        uniforms: Uniforms,
        draws: int = DRAWS,
    ) -> None:
        self._build, self._parameters = demand_builder, dict(parameters)
        self._part = slice(0, min(draws, supply.draws))
        self._supply = supply.taken(self._part)
        self._uniforms = FirstUniforms(uniforms, count=self._supply.draws)
        self._demand, self._mobile = self._wanted({})

    @property
    def draws(self) -> int:
        """Number of draws that serve for an answer."""
        return self._supply.draws

    @property
    def parks(self) -> tuple[str, ...]:
        """Ids of the parks from which land comes."""
        return self._supply.sources

    def ask(self, change: Change | None = None) -> Answer:
        """The account of the plan with a change; without one, as it is.

        Raises
        ------
        KeyError
            For a park from which no land comes, or a parameter that neither the plan nor the dictionary has.
        ValueError
            If less than nothing would be ready at the opening.
        """
        change = change or Change()
        known = {*self._parameters, *(key.removeprefix("parameters.") for key in settings())}
        if unknown := sorted(set(change.parameters) - known):
            raise KeyError(f"there is no parameter {', '.join(unknown)}")
        of_demand = {key: one for key, one in change.parameters.items() if key not in _OF_SUPPLY}
        demand, mobile = self._wanted(of_demand) if of_demand else (self._demand, self._mobile)
        supply = self._supplied(change)
        _, _, city, _, _, first, _, _ = settled(demand, supply, mobile, slice(0, supply.draws))
        return _answer(supply.years, city, first)

    def _wanted(self, changed: Mapping[str, Range]) -> tuple[Draws, Draws]:
        """Demand by pool, years and draws, and the share that is mobile."""
        from quydat.core.counting import sum_products

        wanted = self._build({**self._parameters, **changed}).wanted(self._part)
        land = ROOM.filled("land", wanted.land_ha.transpose(2, 1, 0))
        share = ROOM.filled("share", wanted.share.transpose(1, 2, 0))
        made = np.empty((share.shape[1], *land.shape[1:]))
        sum_products(land, share, made)
        return made, np.array(wanted.mobile_share)

    def _supplied(self, change: Change) -> SupplyModel:
        supply = self._supply
        if BLOCKED_SHARE in change.parameters:
            cleared = drawn(self._uniforms, BLOCKED_SHARE, change.parameters[BLOCKED_SHARE])
            supply = replace(supply, blocked_share=cleared)
        over = {OVER: "over", TAIL: "tail", TAIL_OVER: "tail_over"}
        changed = {over[key]: one.mid for key, one in change.parameters.items() if key in over}
        if changed:
            supply = replace(supply, hand_over=replace(supply.hand_over, **changed))
        if change.without:
            supply = supply.without(change.without)
        if change.delayed_years:
            supply = supply.delayed(change.delayed_years)
        return _with_opening(supply, change.opening_ha) if change.opening_ha else supply


def _with_opening(supply: SupplyModel, more_ha: float) -> SupplyModel:
    """More ready land: in proportion to what is ready in each pool, evenly where nothing is."""
    now = supply.opening_ha.sum()
    if now + more_ha < 0:
        raise ValueError(f"{-more_ha} ha less cannot be ready: there are {now}")
    split = supply.opening_ha / now if now > 0 else np.full(len(supply.pools), 1.0 / len(supply.pools))
    return replace(supply, opening_ha=supply.opening_ha + more_ha * split)


def _answer(years: tuple[int, ...], city: Draws, first: NDArray[np.int64]) -> Answer:
    from quydat.balance.kernels import QUANTITIES

    counts = np.bincount(first, minlength=len(years) + 1)[: len(years)]
    levels, added = (
        dict(zip(QUANTITIES, _spread(values).transpose(1, 0, 2), strict=True))
        for values in (city, np.cumsum(city, axis=1))
    )
    year = np.array([*years, years[-1] + 1])[first]
    return Answer(years, levels, added, run_out_quantiles(year, last=years[-1]), np.cumsum(counts) / len(first))


def _spread(values: Draws) -> Draws:
    """``LEVELS`` over the last axis."""
    made: Draws = np.concatenate([np.quantile(values, [0.1, 0.5, 0.9], axis=-1), values.mean(axis=-1)[None]])
    return made
