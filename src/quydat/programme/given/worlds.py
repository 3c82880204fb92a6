"""Scenarios for the optimisation: a few draws of all that is not sure, taken apart from those of the simulation.

Each stage and cost is a stratified sample of its own (a Latin hypercube); two common factors, one of time and one of
cost, relate them by a Gaussian copula, as in the simulation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quydat.core.draws import Draws, Range, normal_score, triangular_quantile, uniform
from quydat.programme.given.given import Given
from quydat.programme.given.way import Way
from quydat.programme.simulate.programme import SimSpread

YEAR_DAYS = 365.25
QUARTER_DAYS = YEAR_DAYS / 4.0


@dataclass(frozen=True, eq=False)
class World:
    """One project by one model in all scenarios: quarters after the start, and money.

    Attributes
    ----------
    clearance, works
        Scenarios × 2: beginning and end of what is paid for.
    ready
        Scenarios: quarter from which on its land is handed over.
    cost_ratio
        Scenarios: what the city pays, against the middle.
    """

    clearance: Draws
    works: Draws
    ready: NDArray[np.int64]
    cost_ratio: Draws


class Worlds:
    """Scenarios by their streams; the same for the same seed, whatever projects there are.

    Parameters
    ----------
    count
        Number of scenarios, all equally likely.
    """

    def __init__(self, given: Given, *, count: int) -> None:
        self.given, self.count = given, count
        self._time, self._cost = self._score("clearance"), self._score("cost")

    def of(self, way: Way) -> World:
        """A project by a model in each scenario."""
        project, shared = way.project.project_id, self.given.shared_clearance
        procedure = self._days(way.procedure_days, f"{project}/procedure", shared)
        clearing = self._days(way.clearance_days, f"{project}/clearance", shared)
        building = self._days(way.works_days, f"{project}/works", shared)
        begin = way.lead_share * procedure
        works = np.maximum(procedure, begin + clearing)
        ready = works + building
        ratio = self._ratio(way.cost_ratio, f"{project}/cost")
        return World(
            np.column_stack([begin, begin + clearing]) / QUARTER_DAYS, np.column_stack([works, ready]) / QUARTER_DAYS,
            np.maximum(1, np.ceil(ready / QUARTER_DAYS - 1e-9)).astype(np.int64), ratio,
        )  # fmt: skip

    def rent_ratio(self) -> Draws:
        """Rent reached against the stated one."""
        return triangular_quantile(self._uniform("rent"), self.given.rent_ratio)

    def demand_ha(self) -> Draws:
        """Scenarios × years: paths of the account's draws, one from each of as many groups of equal total demand."""
        paths = self.given.land.demand_ha
        order = np.argsort(paths.sum(axis=1), kind="stable")
        place = np.minimum((self._uniform("demand") * len(order)).astype(np.int64), len(order) - 1)
        made: Draws = paths[order[place]]
        return made

    def _uniform(self, name: str) -> Draws:
        return uniform(f"programme/scenario/{name}", count=self.count, seed=self.given.seed)

    def _score(self, name: str) -> Draws:
        return normal_score(self._uniform(name))

    def _related(self, name: str, factor: Draws, shared: float) -> Draws:
        """Shares between 0 and 1 whose normal scores are correlated with a common factor."""
        from scipy.special import ndtr

        loading = np.sqrt(shared)
        made: Draws = ndtr(loading * factor + np.sqrt(1.0 - shared) * self._score(name))
        return made

    def _days(self, spread: SimSpread, name: str, shared: float) -> Draws:
        return quantile_of(spread, self._related(name, self._time, shared), days=True)

    def _ratio(self, spread: SimSpread, name: str) -> Draws:
        return quantile_of(spread, self._related(name, self._cost, self.given.shared_cost), days=False)


def quantile_of(spread: SimSpread, share: Draws, *, days: bool) -> Draws:
    """Values of a spread at shares between 0 and 1: of a triangle (of logarithms, for days) or of what was observed."""
    if spread.observed:
        values = np.array(spread.observed)
        made: Draws = np.interp(share * len(values) - 0.5, np.arange(len(values)), values)
        return made
    ends = [spread.low, spread.mid, spread.high]
    if days:
        return np.asarray(np.exp(triangular_quantile(share, Range(*np.log(ends)))))
    return triangular_quantile(share, Range(*ends))
