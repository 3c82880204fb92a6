"""What the model of demand takes as known of today, and what series, survey and inventory must be able to say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from quydat.core.draws import Draws, Range
from quydat.core.uniforms import Uniforms
from quydat.demand.density import LogNormal
from quydat.demand.sectors import Sectors
from quydat.demand.where import Where
from quydat.inventory.evidence import Parameters


class GrowthPath(Protocol):
    """Growth that a series' model gives: see ``time_series``."""

    def simulate(self, *, years: Sequence[int], uniforms: Uniforms, name: str) -> Draws:
        """Draws × years of yearly growth, by the streams ``name``, ``name.2`` …"""
        ...


class Needs(Protocol):
    """What surveyed establishments said they will want: see ``stated``."""

    @property
    def sectors(self) -> tuple[str, ...]:
        """Sectors that it knows."""
        ...

    def yearly(self, years: Sequence[int]) -> Draws:
        """Years × sectors: hectares wanted in each whole year, before the discount."""
        ...

    def land(self, years: Sequence[int], uniforms: Uniforms) -> Draws:
        """Draws × years: hectares wanted in each whole year."""
        ...


class Floor(Protocol):
    """Square metres of floor for a job as the inventory says it: see ``density``."""

    @property
    def common_share(self) -> float:
        """Part of what is not known that all sectors share."""
        ...

    def floor_per_job(self, sector: str) -> LogNormal | None:
        """Of one sector; None where the forecast may not use the survey."""
        ...


def growth_key(driver: str) -> str:
    """Parameter that states the growth of a driver."""
    return f"demand.{driver}_growth_share"


def _nothing_said(parameters: Parameters) -> Needs | None:
    return None


@dataclass(frozen=True)
class Today:
    """What is known of today and does not change with a scenario.

    Attributes
    ----------
    let_ha, letting_years
        Land let in parks, and the years that it took.
    sectors
        Sector groups.
    where
        The choice of place under given parameters.
    shares
        Share of each year of the account that lies after its opening.
    ahead
        Years from the picture to the first year of the account.
    paths
        Models of growth where a series gave one: by ``output`` or ``productivity``.
    base
        Growth that the study states outside its scenarios, by parameter. A series speaks where this stands; a scenario
        or a question that states another growth means what it says.
    needs
        Stated needs under given parameters, if there are any that may be used.
    floor
        Density of the inventory, if it may be used.
    """

    let_ha: float
    letting_years: float
    sectors: Sectors
    where: Callable[[Parameters], Where]
    shares: Mapping[int, float]
    ahead: int
    paths: Mapping[str, GrowthPath] = field(default_factory=dict)
    needs: Callable[[Parameters], Needs | None] = _nothing_said
    floor: Floor | None = None
    base: Mapping[str, Range] = field(default_factory=dict)

    def paths_under(self, parameters: Parameters) -> dict[str, GrowthPath]:
        """Drivers whose growth a series gives under these parameters."""
        return {
            driver: path
            for driver, path in self.paths.items()
            if (key := growth_key(driver)) not in self.base or parameters.range(key) == self.base[key]
        }
