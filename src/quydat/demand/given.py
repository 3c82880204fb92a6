"""Demand that is there already as draws: a forecast of one's own, to be run through the land account."""

from dataclasses import dataclass

import numpy as np

from quydat.core.draws import Draws
from quydat.demand.chunk import COMPONENTS, Wanted


@dataclass(frozen=True)
class GivenDemand:
    """A ``chunk.DemandModel`` whose arrays are held in memory.

    Attributes
    ----------
    years, sectors, pools
        What the axes are; a pool is a place and a class of land.
    land_ha
        Draws × years × sectors.
    share
        Draws × sectors × pools, summing to 1 over the pools.
    mobile_share, floor_per_ha
        Draws.

    Raises
    ------
    ValueError
        If an array has another shape, or shares do not sum to 1.

    >>> one = GivenDemand((2026,), ("all",), (("north", "industrial"),), land_ha=np.array([[[30.0]], [[40.0]]]),
    ...                   share=np.ones((2, 1, 1)), mobile_share=np.ones(2), floor_per_ha=np.full(2, 7000.0))
    >>> one.draws, one.wanted(slice(1, 2)).components[0, 0].tolist()     # all of it is growth
    (2, [40.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 40.0])
    """

    years: tuple[int, ...]
    sectors: tuple[str, ...]
    pools: tuple[tuple[str, str], ...]
    land_ha: Draws
    share: Draws
    mobile_share: Draws
    floor_per_ha: Draws
    methods: tuple[str, ...] = ("stated",)

    def __post_init__(self) -> None:
        draws, years, sectors = len(self.land_ha), len(self.years), len(self.sectors)
        for name, shape in {
            "land_ha": (draws, years, sectors),
            "share": (draws, sectors, len(self.pools)),
            "mobile_share": (draws,),
            "floor_per_ha": (draws,),
        }.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"{name} has the shape {np.shape(getattr(self, name))}, not {shape}")
        if draws and not np.allclose(self.share.sum(axis=2), 1.0, rtol=0, atol=1e-9):
            raise ValueError("shares do not sum to 1 over the pools")

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(self.land_ha)

    def wanted(self, part: slice) -> Wanted:
        """Land wanted in the draws of a part."""
        total = self.land_ha[part].sum(axis=2)
        components = np.zeros((*total.shape, len(COMPONENTS)))
        components[:, :, 0], components[:, :, -1] = total, total
        return Wanted(
            land_ha=self.land_ha[part],
            floor_per_ha=self.floor_per_ha[part],
            share=self.share[part],
            mobile_share=self.mobile_share[part],
            by_method=np.repeat(total[:, :, None], len(self.methods), axis=2),
            components=components,
        )
