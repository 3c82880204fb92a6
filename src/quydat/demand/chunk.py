"""A part of the ensemble: some of the draws, with all that the land account needs of them."""

from dataclasses import dataclass
from typing import Protocol

from quydat.core.draws import Draws


@dataclass(frozen=True)
class Wanted:
    """Land wanted in some of the draws, all methods combined and all additions made.

    Attributes
    ----------
    land_ha
        Draws × years × sectors: land wanted in each year in the whole city.
    floor_per_ha
        Draws: square metres of floor on a hectare of new plots.
    share
        Draws × sectors × pools: where it is wanted; sums to 1 over the pools. A pool is a place and a class of land.
    mobile_share
        Draws: part of what finds no land in its pool that accepts another.
    by_method
        Draws × years × methods: land wanted by each method alone, all additions made.
    components
        Draws × years × components of ``COMPONENTS``: parts of the combined land; all but the last add up to the last.
    """

    land_ha: Draws
    floor_per_ha: Draws
    share: Draws
    mobile_share: Draws
    by_method: Draws
    components: Draws


COMPONENTS = ("net_growth", "densification", "neighbours", "churn", "vacancy", "replacement", "movers", "total")


class DemandModel(Protocol):
    """Demand as a function of the draws: nothing is worked out before it is asked for, so an ensemble fits in memory.

    It can be pickled, and the parts may be asked for in any order, by any number of threads or machines.
    """

    @property
    def draws(self) -> int:
        """Number of draws."""
        ...

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the account."""
        ...

    @property
    def sectors(self) -> tuple[str, ...]:
        """Ids of the sectors."""
        ...

    @property
    def pools(self) -> tuple[tuple[str, str], ...]:
        """Place and class of land of each pool."""
        ...

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods that could be worked out, in the order of the dictionary's list."""
        ...

    def wanted(self, part: slice) -> Wanted:
        """Land wanted in the draws of a part."""
        ...
